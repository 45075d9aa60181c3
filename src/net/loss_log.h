/* Logarithms of probabilities, for losses on scaled rows.
 * The one thing to know: a softmax is shift-invariant, so logits are taken relative to the largest, and none overflows.
 * Differences beyond 1e300 are cut there: their probability is 0 to any precision. */
#ifndef NET_LOSS_LOG_H
#define NET_LOSS_LOG_H

#include <math.h>

#include "num/rows.h"

static inline double log1pexp(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

/* log Σ e^y over all but one (without = n: over all). */
static inline double log_sum_exp(const double *y, size_t n, size_t without)
{
    double top = -HUGE_VAL, total = 0;
    for (size_t k = 0; k < n; k++)
        if (k != without)
            top = fmax(top, y[k]);
    for (size_t k = 0; k < n; k++)
        if (k != without)
            total += exp(y[k] - top);
    return top + log(total);
}

/* A NaN stays one. */
static inline double clamped(double x)
{
    return x > 1e300 ? 1e300 : x < -1e300 ? -1e300 : x;
}

/* Output k of row a less the row's largest, which is out[top]. */
static inline double logit_below(const Rows *y, size_t a, size_t k, size_t top)
{
    const double *out = rows_at(y, a);
    return clamped(scaled_ldexp(out[k] - out[top], y->exponent[a]));
}

static inline size_t largest_output(const Rows *y, size_t a)
{
    const double *out = rows_at(y, a);
    size_t top = 0;
    for (size_t k = 1; k < y->cols; k++)
        top = out[k] > out[top] ? k : top;
    return top;
}

/* An output as a double, clamped: beyond 1e300 its probability is 0 or 1 to any precision. */
static inline double output_at(const Rows *y, size_t a, size_t k)
{
    return clamped(scaled_ldexp(rows_at(y, a)[k], y->exponent[a]));
}

#endif
