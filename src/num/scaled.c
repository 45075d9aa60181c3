/* Numbers with a power-of-two scale.
 * The one thing to know: scaled_ldexp multiplies with a normal power of two, which rounds once, wherever there is one. */
#include "num/scaled.h"

#include <math.h>
#include <string.h>


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
