/* Sums over vectors, in a fixed order of sixteen lanes.
 * The one thing to know: lane i takes elements i, i + 16, …; the lanes are then added pairwise. */
#include "num/reduce.h"

#include <math.h>

enum { LANES = 16 };

static double fold(double lanes[LANES])
{
    for (int half = LANES / 2; half; half /= 2)
        for (int i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
    return lanes[0];
}

#define REDUCE(term)                              \
    double lanes[LANES] = {0};                    \
    size_t i = 0;                                 \
    for (; i + LANES <= n; i += LANES)            \
        for (size_t k = 0; k < LANES; k++)        \
            lanes[k] += (term(i + k));            \
    for (size_t k = 0; i + k < n; k++)            \
        lanes[k] += (term(i + k));                \
    return fold(lanes)

#define PLAIN(j) x[j]
#define SQUARE(j) x[j] * x[j]
#define PRODUCT(j) x[j] * y[j]
#define DEVIATION(j) (x[j] - mean) * (x[j] - mean)

double sum(const double *x, size_t n) { REDUCE(PLAIN); }
double sum_squares(const double *x, size_t n) { REDUCE(SQUARE); }
double sum_products(const double *x, const double *y, size_t n) { REDUCE(PRODUCT); }
double sum_deviations(const double *x, size_t n, double mean) { REDUCE(DEVIATION); }

double largest(const double *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}
