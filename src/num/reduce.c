/* Sums over vectors, in a fixed order of sixteen lanes.
 * The one thing to know: lane i takes elements i, i + 16, …; the lanes are then added pairwise. */
#include "num/reduce.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num/vecmath.h"

enum { LANES = 16, HALF = LANES / 2 };

#define ALWAYS static inline __attribute__((always_inline))

typedef double Vector __attribute__((vector_size(8 * HALF)));

ALWAYS void take(Vector *v, const double *x)
{
    memcpy(v, x, sizeof *v);
}

/* Two halves of sixteen lanes, and `rest` more terms for the first lanes. */
ALWAYS double fold(const Vector *low, const Vector *high, const double *rest, size_t n)
{
    double lanes[LANES];
    memcpy(lanes, low, sizeof *low);
    memcpy(lanes + HALF, high, sizeof *high);
    for (size_t k = 0; k < n; k++)
        lanes[k] += rest[k];
    double s[HALF];
    for (int i = 0; i < HALF; i++)
        s[i] = lanes[i] + lanes[i + HALF];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* Σ of a term in u (and v), which are vectors of x (and y), or for the last few elements numbers. */
#define REDUCE(second, term)                          \
    const double *const also = second;                \
    Vector low = {0}, high = {0};                     \
    const size_t whole = n - n % LANES;               \
    double last[LANES];                               \
    for (size_t i = 0; i < whole; i += LANES) {       \
        Vector u, v;                                  \
        take(&u, x + i);                              \
        take(&v, also + i);                           \
        low += (term);                                \
        take(&u, x + i + HALF);                       \
        take(&v, also + i + HALF);                    \
        high += (term);                               \
    }                                                 \
    for (size_t k = 0; whole + k < n; k++) {          \
        const double u = x[whole + k], v = also[whole + k]; \
        (void)v;                                      \
        last[k] = (term);                             \
    }                                                 \
    return fold(&low, &high, last, n - whole)

MULTIVERSION double sum(const double *x, size_t n) { REDUCE(x, u); }
MULTIVERSION double sum_squares(const double *x, size_t n) { REDUCE(x, u * u); }
MULTIVERSION double sum_products(const double *x, const double *y, size_t n) { REDUCE(y, u * v); }
MULTIVERSION double sum_deviations(const double *x, size_t n, double mean) { REDUCE(x, (u - mean) * (u - mean)); }

MULTIVERSION Sums sums(const double *x, size_t n)
{
    Vector low = {0}, high = {0}, low2 = {0}, high2 = {0}, u, v;
    const size_t whole = n - n % LANES;
    double squares[LANES];
    for (size_t i = 0; i < whole; i += LANES) {
        take(&u, x + i);
        take(&v, x + i + HALF);
        low += u;
        high += v;
        low2 += u * u;
        high2 += v * v;
    }
    for (size_t k = 0; whole + k < n; k++)
        squares[k] = x[whole + k] * x[whole + k];
    return (Sums){fold(&low, &high, x + whole, n - whole), fold(&low2, &high2, squares, n - whole)};
}

MULTIVERSION size_t count_zeros(const double *x, size_t n)
{
    uint64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += x[i] == 0;
    return count;
}

MULTIVERSION size_t count_below(const double *x, size_t n, double limit)
{
    uint64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += fabs(x[i]) < limit;
    return count;
}

MULTIVERSION double largest(const double *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}
