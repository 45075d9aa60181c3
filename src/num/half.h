/* Rounding to the 16-bit formats.
 * The one thing to know: numbers stay floats; each is replaced by the nearest one that the narrow format holds, ties to even.
 * IEEE 754-2019 binary16; bfloat16 is the upper half of a binary32. */
#ifndef NUM_HALF_H
#define NUM_HALF_H

#include <stddef.h>

/* Subnormals are kept; what is beyond the largest number becomes infinite; NaN stays NaN, with the upper bits of its payload. */
void half_round(float *x, size_t n);
void bfloat_round(float *x, size_t n);

#endif
