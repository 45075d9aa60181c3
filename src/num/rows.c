/* Rows of doubles or floats.
 * The one thing to know: a row is looked at once (its sum of squares) and touched only when it leaves the comfortable range. */
#include "num/rows.h"

#include <math.h>
#include <string.h>

#include "num/dots.h"
#include "num/vecmath.h"

double *rows_at(const Rows *r, size_t row)
{
    return r->x + row * r->cols;
}

float *rows_single_at(const Rows *r, size_t row)
{
    return r->s + row * r->cols;
}

size_t rows_room(size_t n, bool single)
{
    return single ? (n + 1) / 2 : n;
}

Rows rows_first(Rows r, size_t rows)
{
    r.rows = rows;
    return r;
}

static void shift(double *x, size_t n, int64_t k)
{
    if (k >= -1000 && k <= 1000) {
        const double factor = ldexp(1, (int)k);
        for (size_t i = 0; i < n; i++)
            x[i] *= factor;
    } else {
        for (size_t i = 0; i < n; i++)
            x[i] = scaled_ldexp(x[i], k);
    }
}

static void balance(double *x, int64_t *exponent, size_t n, int bits)
{
    const double squares = sum_squares(x, n);
    const double most = scaled_ldexp(1, 2 * bits), least = scaled_ldexp(1, -2 * bits);
    const int out = !(squares >= least && squares <= most);
    if (!out && *exponent == 0)
        return;
    const double top = largest(x, n);
    if (top == 0 || !isfinite(top) || isnan(sum(x, n)))
        return;
    int k;
    frexp(top, &k);
    const int64_t whole = k + *exponent;
    if (whole > -bits / 2 && whole < bits / 2) {
        shift(x, n, *exponent);
        *exponent = 0;
    } else if (out) {
        shift(x, n, -k);
        *exponent += k;
    }
}

void rows_balance(Rows *r, int bits)
{
    for (size_t a = 0; !r->single && a < r->rows; a++)
        balance(rows_at(r, a), &r->exponent[a], r->cols, bits);
}

void rows_raise(Rows *r, size_t row, int64_t exponent)
{
    shift(rows_at(r, row), r->cols, r->exponent[row] - exponent);
    r->exponent[row] = exponent;
}

void rows_raise_to(Rows *r, double size)
{
    int unit;
    frexp(size, &unit);
    for (size_t a = 0; size > 0 && a < r->rows; a++)
        if (r->exponent[a] < 0 && r->exponent[a] < unit)
            rows_raise(r, a, unit < 0 ? unit : 0);
}

Sums rows_sums(const Rows *r, size_t row)
{
    return r->single ? sumsf(rows_single_at(r, row), r->cols) : sums(rows_at(r, row), r->cols);
}

double rows_squares(const Rows *r, size_t row)
{
    return r->single ? sum_squaresf(rows_single_at(r, row), r->cols) : sum_squares(rows_at(r, row), r->cols);
}

double rows_deviations(const Rows *r, size_t row, double mean)
{
    return r->single ? sum_deviationsf(rows_single_at(r, row), r->cols, mean) : sum_deviations(rows_at(r, row), r->cols, mean);
}

size_t rows_zeros(const Rows *r)
{
    return r->single ? count_zerosf(r->s, r->rows * r->cols) : count_zeros(r->x, r->rows * r->cols);
}

size_t rows_below(const Rows *r, double limit)
{
    return r->single ? count_belowf(r->s, r->rows * r->cols, (double)(float)limit) : count_below(r->x, r->rows * r->cols, limit);
}

Extent rows_extent(const Rows *r)
{
    return r->single ? extentf(r->s, r->rows * r->cols) : extent(r->x, r->rows * r->cols);
}

void rows_gram(double *restrict g, const Rows *r)
{
    if (r->single)
        dots_gramf(g, r->s, r->rows, r->cols);
    else
        dots_gram(g, r->x, r->rows, r->cols);
}

void rows_cross(double *restrict out, const Rows *x, const Rows *y)
{
    if (x->single)
        dots_crossf(out, x->s, y->s, x->rows, y->rows, x->cols);
    else
        dots_cross(out, x->x, y->x, x->rows, y->rows, x->cols);
}

/* The loops, once for each kind of element. */
#define LOOPS(Real, kind)                                                                                                                   \
    MULTIVERSION static void kind##_gather(double *restrict out, const Real *restrict x, size_t n, double factor)                           \
    {                                                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                                                      \
            out[i] += factor * (double)x[i];                                                                                                \
    }                                                                                                                                       \
    MULTIVERSION static void kind##_mix(Real *restrict out, Real p, const Real *restrict x, Real q, const Real *restrict y, size_t n)       \
    {                                                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                                                      \
            out[i] = p * x[i] + q * y[i];                                                                                                   \
    }                                                                                                                                       \
    MULTIVERSION static void kind##_scale(Real *restrict out, Real p, const Real *restrict x, size_t n)                                     \
    {                                                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                                                      \
            out[i] = p * x[i];                                                                                                              \
    }                                                                                                                                       \
    MULTIVERSION static void kind##_stretch(Real *x, Real p, size_t n)                                                                      \
    {                                                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                                                      \
            x[i] *= p;                                                                                                                      \
    }                                                                                                                                       \
    MULTIVERSION static void kind##_add(Real *restrict out, const Real *restrict x, size_t n)                                               \
    {                                                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                                                      \
            out[i] += x[i];                                                                                                                 \
    }                                                                                                                                       \
    MULTIVERSION static void kind##_multiply(Real *restrict d, const Real *restrict x, const Real *restrict y, size_t n)                    \
    {                                                                                                                                       \
        for (size_t i = 0; i < n; i++)                                                                                                      \
            d[i] = x[i] * y[i];                                                                                                             \
    }

LOOPS(double, wide)
LOOPS(float, single)

void rows_add_to(double *restrict out, const Rows *r, size_t row, double factor)
{
    if (r->single)
        single_gather(out, rows_single_at(r, row), r->cols, factor);
    else
        wide_gather(out, rows_at(r, row), r->cols, factor);
}

void rows_widen(double *restrict out, const Rows *r, size_t row, double factor)
{
    memset(out, 0, r->cols * sizeof *out);
    rows_add_to(out, r, row, factor);
}

void rows_mix(Rows *out, double p, const Rows *x, double q, const Rows *y)
{
    if (out->single)
        single_mix(out->s, (float)p, x->s, (float)q, y->s, out->rows * out->cols);
    else
        wide_mix(out->x, p, x->x, q, y->x, out->rows * out->cols);
}

void rows_scale(Rows *out, double p, const Rows *x)
{
    const size_t n = out->rows * out->cols;
    if (out->single && out->s == x->s)
        single_stretch(out->s, (float)p, n);
    else if (out->single)
        single_scale(out->s, (float)p, x->s, n);
    else if (out->x == x->x)
        wide_stretch(out->x, p, n);
    else
        wide_scale(out->x, p, x->x, n);
}

void rows_add(Rows *out, size_t row, const Rows *x, size_t of)
{
    if (out->single)
        single_add(rows_single_at(out, row), rows_single_at(x, of), out->cols);
    else
        wide_add(rows_at(out, row), rows_at(x, of), out->cols);
}

void rows_multiply(Rows *d, const Rows *x, const Rows *y)
{
    if (d->single)
        single_multiply(d->s, x->s, y->s, d->rows * d->cols);
    else
        wide_multiply(d->x, x->x, y->x, d->rows * d->cols);
    memcpy(d->exponent, x->exponent, d->rows * sizeof *d->exponent);
}
