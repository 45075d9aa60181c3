/* Rounding to the 16-bit formats by integer arithmetic on the bits.
 * The one thing to know: every step is elementwise, so the bits do not depend on the CPU. */
#include "num/half.h"

#include <stdint.h>
#include <string.h>

#include "num/simd.h"

/* Adding 1/2 rounds to multiples of 2^-24, the subnormals of binary16; above them the last 13 bits go, and the exponent
 * carries by itself. */
ALWAYS float nearest_half(float x)
{
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    const uint32_t sign = word & 0x80000000u, size = word ^ sign;
    const uint32_t rounded = (size + 0xFFF + (size >> 13 & 1)) & 0xFFFFE000u;
    const uint32_t finite = rounded > 0x477FE000u ? 0x7F800000u : rounded;
    const uint32_t number = size > 0x7F800000u ? (size & 0xFFFFE000u) | 0x400000u : finite;
    float small;
    uint32_t small_word;
    memcpy(&small, &size, sizeof small);
    small = (small + 0.5f) - 0.5f;
    memcpy(&small_word, &small, sizeof small_word);
    const uint32_t out = sign | (size < 0x38800000u ? small_word : number);
    memcpy(&x, &out, sizeof x);
    return x;
}

ALWAYS float nearest_bfloat(float x)
{
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    const uint32_t rounded = (word + 0x7FFF + (word >> 16 & 1)) & 0xFFFF0000u, nan = (word & 0xFFFF0000u) | 0x400000u;
    word = (word & 0x7FFFFFFFu) > 0x7F800000u ? nan : rounded;
    memcpy(&x, &word, sizeof x);
    return x;
}

#define KERNEL "num/half_kernel.inc"
#include "num/each_simd.inc"

void half_round(float *x, size_t n)
{
    CHOOSE(to_half)(x, n);
}

void bfloat_round(float *x, size_t n)
{
    CHOOSE(to_bfloat)(x, n);
}
