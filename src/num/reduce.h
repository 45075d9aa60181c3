/* Sums over vectors, in a fixed order of sixteen lanes.
 * The one thing to know: the order does not depend on the CPU, so neither do the bits; it is also what lets compilers vectorise.
 * Errors grow like n/16 rather than n roundings. */
#ifndef NUM_REDUCE_H
#define NUM_REDUCE_H

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

#endif
