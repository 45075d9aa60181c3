/* Numbers with a power-of-two scale: true value = mantissa · 2^exponent.
 * The one thing to know: scaling by powers of two is exact, so results do not depend on when it is done.
 * Squared norms underflow at half the depth of norms; with a scale each, none does. */
#ifndef NUM_SCALED_H
#define NUM_SCALED_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double mantissa;
    int64_t exponent;
} Scaled;

Scaled scaled_add(Scaled a, Scaled b);
Scaled scaled_times(Scaled a, double factor);
double scaled_value(Scaled a);   /* 0 or ±inf beyond a double */
double scaled_log10(Scaled a);   /* of |a|; -inf for 0 */

/* x[i] · 2^k for any k, as ldexp. */
double scaled_ldexp(double x, int64_t k);

#endif
