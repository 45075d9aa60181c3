/* Numbers and rows with a power-of-two scale.
 * The one thing to know: a row is looked at once (its sum of squares) and touched only when it leaves the comfortable range. */
#include "num/scaled.h"

#include <math.h>
#include <string.h>

#include "num/reduce.h"

double scaled_ldexp(double x, int64_t k)
{
    if (k == 0)
        return x;
    if (k >= -1022 && k <= 1023) {   /* 2^k is a normal number: one product, rounded once, as ldexp does */
        const uint64_t bits = (uint64_t)(k + 1023) << 52;
        double power;
        memcpy(&power, &bits, sizeof power);
        return x * power;
    }
    return ldexp(x, k > 4000 ? 4000 : k < -4000 ? -4000 : (int)k);
}

Scaled scaled_add(Scaled a, Scaled b)
{
    if (a.mantissa == 0)
        return b;
    if (b.mantissa == 0)
        return a;
    const int64_t top = a.exponent > b.exponent ? a.exponent : b.exponent;
    return (Scaled){scaled_ldexp(a.mantissa, a.exponent - top) + scaled_ldexp(b.mantissa, b.exponent - top), top};
}

Scaled scaled_times(Scaled a, double factor)
{
    int up;
    const double m = frexp(a.mantissa, &up);
    return (Scaled){m * factor, a.exponent + up};
}

double scaled_value(Scaled a)
{
    return scaled_ldexp(a.mantissa, a.exponent);
}

double scaled_log10(Scaled a)
{
    if (a.mantissa == 0 || !isfinite(a.mantissa))
        return log10(fabs(a.mantissa));
    int up;
    const double m = frexp(fabs(a.mantissa), &up);
    return log10(m) + (double)(a.exponent + up) * 0.30102999566398119521;
}

double *rows_at(const Rows *r, size_t row)
{
    return r->x + row * r->cols;
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
    for (size_t a = 0; a < r->rows; a++)
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
