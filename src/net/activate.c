/* One layer's activation on scaled rows.
 * The one thing to know: almost every row has exponent 0 and takes the first branch; the others are rare and exact.
 * The limits used are exact to rounding: |ux| < 1e-100 near 0, |ux| > 1e270 near infinity. */
#include "net/activate.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "num/reduce.h"

/* The true z, clamped to where every activation is finite; what underflows keeps its sign. */
static void true_values(double *t, const double *z, int64_t e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double x = scaled_ldexp(z[i], e);
        t[i] = x > 1e300 ? 1e300 : x < -1e300 ? -1e300 : x == 0 && z[i] != 0 ? copysign(DBL_MIN, z[i]) : x;
    }
}

static void softmax_true(double *h, const double *z, int64_t e, size_t n, const Activation *act, double *work)
{
    double top = -HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, z[i]);
    for (size_t i = 0; i < n; i++)
        work[i] = fmax(scaled_ldexp(z[i] - top, e), -1e300);
    act->value(h, work, n, 0);
}

/* |z| huge: φ(x) → slope± x. If nothing of that size comes through (ELU of negative rows), unit 1 serves. */
static int64_t huge_row(double *h, const double *z, const double *t, int64_t e, size_t n, Choice c)
{
    const Activation *act = activation_of(c);
    const double low = act->slope_low(c.parameter), high = act->slope_high(c.parameter);
    act->value(h, t, n, c.parameter);
    if (low == 0 && high == 0)
        return 0;
    double top = 0;
    for (size_t i = 0; i < n; i++) {
        const double in_unit = fabs(t[i]) > 1e270 ? (z[i] > 0 ? high : low) * z[i] : scaled_ldexp(h[i], -e);
        top = fmax(top, fabs(in_unit));
    }
    if (top < 0x1p-500)
        return 0;
    for (size_t i = 0; i < n; i++)
        h[i] = fabs(t[i]) > 1e270 ? (z[i] > 0 ? high : low) * z[i] : scaled_ldexp(h[i], -e);
    return e;
}

/* |z| tiny and φ(0) = 0: φ(x) → φ'(0±) x. */
static int64_t tiny_row(double *h, const double *z, const double *t, int64_t e, size_t n, Choice c)
{
    const Activation *act = activation_of(c);
    act->value(h, t, n, c.parameter);
    if (act->value_at(0, c.parameter) != 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        h[i] = fabs(t[i]) < 1e-100 ? act->slope_at(t[i], c.parameter) * z[i] : scaled_ldexp(h[i], -e);
    return e;
}

static void activate_single(Choice activation, Rows *h, Rows *slope, const Rows *z)
{
    const Activation *act = activation_of(activation);
    if (act->slope)
        act->bothf(h->s, slope->s, z->s, z->rows * z->cols, activation.parameter);
    for (size_t a = 0; !act->slope && a < z->rows; a++)
        act->valuef(rows_single_at(h, a), rows_single_at(z, a), z->cols, activation.parameter);
    memset(h->exponent, 0, h->rows * sizeof *h->exponent);
}

void activate(Choice activation, Rows *h, Rows *slope, const Rows *z, double *work)
{
    const Activation *act = activation_of(activation);
    const size_t n = z->cols;
    if (z->single) {
        activate_single(activation, h, slope, z);
        return;
    }
    for (size_t a = 0; a < z->rows; a++) {
        const double *from = rows_at(z, a);
        double *to = rows_at(h, a);
        const int64_t e = z->exponent[a];
        h->exponent[a] = 0;
        if (!act->slope) {
            softmax_true(to, from, e, n, act, work);
        } else if (e == 0) {
            act->both(to, rows_at(slope, a), from, n, activation.parameter);
        } else {
            true_values(work, from, e, n);
            act->slope(rows_at(slope, a), work, n, activation.parameter);
            h->exponent[a] = (e > 0 ? huge_row : tiny_row)(to, from, work, e, n, activation);
        }
    }
}

void activate_backward(Choice activation, Rows *delta, const Rows *g, const Rows *slope, const Rows *h)
{
    if (activation_of(activation)->slope) {
        rows_multiply(delta, g, slope);
        return;
    }
    for (size_t a = 0; a < g->rows; a++) {
        delta->exponent[a] = g->exponent[a];
        if (g->single)
            softmax_pullbackf(rows_single_at(delta, a), rows_single_at(g, a), rows_single_at(h, a), g->cols);
        else
            softmax_pullback(rows_at(delta, a), rows_at(g, a), rows_at(h, a), g->cols);
    }
}

double activate_parameter_gradient(const Rows *g, const Rows *z)
{
    double total = 0;
    for (size_t a = 0; a < z->rows; a++) {
        double of_row = 0;
        for (size_t i = 0; i < z->cols; i++) {
            const double x = z->single ? (double)rows_single_at(z, a)[i] : rows_at(z, a)[i];
            const double y = g->single ? (double)rows_single_at(g, a)[i] : rows_at(g, a)[i];
            of_row += x > 0 ? 0 : x * y;
        }
        total += scaled_ldexp(of_row, g->exponent[a] + z->exponent[a]);
    }
    return total;
}
