/* Sums over vectors, in a fixed order of sixteen lanes.
 * The one thing to know: the order does not depend on the CPU, so neither do the bits; it is also what lets compilers vectorise.
 * Errors grow like n/16 rather than n roundings. The twins in …f take floats and sum them in double, in the same lanes. */
#ifndef NUM_REDUCE_H
#define NUM_REDUCE_H

#include <stdbool.h>
#include <stddef.h>

double sum(const double *x, size_t n);
double sum_squares(const double *x, size_t n);
double sum_products(const double *x, const double *y, size_t n);
double sum_deviations(const double *x, size_t n, double mean);   /* Σ (x - mean)² */
double largest(const double *x, size_t n);                       /* max |x|, 0 for n = 0; NaN entries are passed over */

/* Σ x and Σ x², the same bits as sum and sum_squares, in one pass. */
typedef struct {
    double sum, squares;
} Sums;
Sums sums(const double *x, size_t n);

size_t count_zeros(const double *x, size_t n);
size_t count_below(const double *x, size_t n, double limit);     /* |x| < limit */

/* The largest |x|, as `largest` has it (infinity counts), and whether there is a NaN, in one pass. */
typedef struct {
    double largest;
    bool nan;
} Extent;
Extent extent(const double *x, size_t n);

double sumf(const float *x, size_t n);
double sum_squaresf(const float *x, size_t n);
double sum_productsf(const float *x, const float *y, size_t n);
double sum_deviationsf(const float *x, size_t n, double mean);
double largestf(const float *x, size_t n);
Sums sumsf(const float *x, size_t n);
size_t count_zerosf(const float *x, size_t n);
size_t count_belowf(const float *x, size_t n, double limit);
Extent extentf(const float *x, size_t n);

#endif
