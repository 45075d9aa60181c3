/* Bulk random numbers: Philox, logarithm, sine and cosine over 16 lanes at once.
 * The one thing to know: every step is elementwise and fused where it is written so, so the bits do not depend on the CPU.
 * Philox: Salmon et al. 2011. Box and Muller 1958. Polynomials: FreeBSD msun e_log.c, k_sin.c, k_cos.c (Sun Microsystems 1993). */
#include "num/bulk.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "num/philox.h"
#include "num/simd.h"

enum { LANES = BULK_BLOCKS };

/* A group's words: two of 64 bits a lane for doubles, four of 32 for floats. */
typedef struct {
    uint64_t first[LANES], second[LANES];
} Words;
typedef struct {
    uint32_t word[4][LANES];
} Wordsf;

/* Fused everywhere: CPUs that lack it get the same bits, slowly. */
#define FMADD(x, y, z) __builtin_fma(x, y, z)
#define FMADDF(x, y, z) __builtin_fmaf(x, y, z)

ALWAYS double as_double(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

ALWAYS uint64_t as_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ALWAYS float as_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

ALWAYS uint32_t as_bitsf(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* 52 random bits to (k + 1/2) 2^-52, in (0, 1). */
ALWAYS double open_uniform(uint64_t word)
{
    return as_double(word >> 12 | 0x3FF0000000000000ull) - 1 + 0x1p-53;
}

/* ln u for normal u in (0, 1): u = 2^k m with m in [√½, √2), ln m = 2 artanh((m-1)/(m+1)). */
ALWAYS double unit_log(double u)
{
    const uint64_t bits = as_bits(u) + (0x3FF0000000000000ull - 0x3FE6A09E667F3BCDull);
    const double k = as_double((bits >> 52) | 0x4330000000000000ull) - (0x1p52 + 1023);
    const double f = as_double((bits & 0x000FFFFFFFFFFFFFull) + 0x3FE6A09E667F3BCDull) - 1;
    const double s = f / (2 + f), z = s * s, w = z * z;
    const double even = w * FMADD(w, FMADD(w, 1.531383769920937332e-01, 2.222219843214978396e-01), 3.999999999940941908e-01);
    const double odd = z * FMADD(w, FMADD(w, FMADD(w, 1.479819860511658591e-01, 1.818357216161805012e-01), 2.857142874366239149e-01),
                                 6.666666666666735130e-01);
    const double half = 0.5 * f * f;
    return FMADD(k, 6.93147180369123816490e-01, f - (half - FMADD(s, half + even + odd, k * 1.90821492927058770002e-10)));
}

/* cos and sin of 2πv, v in (0, 1): the nearest quarter turn, then polynomials on [-π/4, π/4]. */
ALWAYS void turn(double v, double *cosine, double *sine)
{
    const double quarters = 4 * v, magic = 0x1.8p52;
    const double rounded = quarters + magic;
    const uint64_t quadrant = as_bits(rounded);
    const double x = (quarters - (rounded - magic)) * 1.57079632679489661923, z = x * x;
    double s = FMADD(z, 1.58969099521155010221e-10, -2.50507602534068634195e-08);
    double c = FMADD(z, -1.13596475577881948265e-11, 2.08757232129817482790e-09);
    s = FMADD(z, s, 2.75573137070700676789e-06);
    c = FMADD(z, c, -2.75573143513906633035e-07);
    s = FMADD(z, s, -1.98412698298579493134e-04);
    c = FMADD(z, c, 2.48015872894767294178e-05);
    s = FMADD(z, s, 8.33333333332248946124e-03);
    c = FMADD(z, c, -1.38888888888741095749e-03);
    s = FMADD(z, s, -1.66666666666666324348e-01);
    c = FMADD(z, c, 4.16666666666666019037e-02);
    s = FMADD(x * z, s, x);
    c = FMADD(z * z, c, FMADD(z, -0.5, 1));
    const uint64_t swap = -(quadrant & 1), negate_c = (quadrant + 1) >> 1 & 1, negate_s = quadrant >> 1 & 1;
    *cosine = as_double(((as_bits(c) & ~swap) | (as_bits(s) & swap)) ^ negate_c << 63);
    *sine = as_double(((as_bits(s) & ~swap) | (as_bits(c) & swap)) ^ negate_s << 63);
}

/* √(-2 ln u), u the word as a fraction in (0, 1). From the word as a signed number comes y = u for u < ½ and u - 1 above, so that a
 * float has all its digits near both ends. u = 2^k (1 + f), f in [√½ - 1, √2 - 1]. */
ALWAYS float radiusf(uint32_t word)
{
    const float y = FMADDF((float)(int32_t)word, 0x1p-32f, 0x1p-33f);
    const uint32_t above = (uint32_t)((int32_t)word >> 31);   /* all ones for u > ½ */
    const uint32_t bits = as_bitsf(y + as_float(above & 0x3F800000u)) - 0x3F3504F3u, scale = 0x3F800000u - (bits & 0xFF800000u);
    const float k = (float)((int32_t)bits >> 23), f = FMADDF(y, as_float(scale), as_float(above & scale) - 1);
    float p = -0x1.65f316p-3f;
    p = FMADDF(f, p, 0x1.251356p-2f);
    p = FMADDF(f, p, -0x1.318482p-2f);
    p = FMADDF(f, p, 0x1.535b5cp-2f);
    p = FMADDF(f, p, -0x1.98d2a0p-2f);
    p = FMADDF(f, p, 0x1.0004a2p-1f);
    p = FMADDF(f, p, -0x1.5556f4p-1f);
    p = FMADDF(f, p, 0x1.fffffap-1f);
    p = FMADDF(f, p, -2);
    return sqrtf(FMADDF(k, -1.38629436111989062f, f * p));
}

/* cos and sin of a turn that is the word as a fraction: the nearest quarter, then polynomials on [-π/4, π/4]. */
ALWAYS void turnf(uint32_t word, float *cosine, float *sine)
{
    const uint32_t moved = word + 0x20000000u, negative = 0x80000000u;
    const float part = (float)((int32_t)(moved & 0x3FFFFFFFu) - 0x20000000);
    const float x = FMADDF(part, 0x1.921fb6p-30f, 0x1.921fb6p-31f), z = x * x;
    float s = FMADDF(z, -0x1.9943b4p-13f, 0x1.11073ap-7f), c = FMADDF(z, 0x1.99eb74p-16f, -0x1.6c0c34p-10f);
    s = FMADDF(z, s, -0x1.555546p-3f);
    c = FMADDF(z, c, 0x1.55554ap-5f);
    s = FMADDF(x * z, s, x);
    c = FMADDF(z, FMADDF(z, c, -0.5f), 1);
    const uint32_t swap = (as_bitsf(s) ^ as_bitsf(c)) & (uint32_t)((int32_t)(moved << 1) >> 31);
    *cosine = as_float(as_bitsf(c) ^ swap ^ ((moved + 0x40000000u) & negative));
    *sine = as_float(as_bitsf(s) ^ swap ^ (moved & negative));
}

/* 24 bits to (k + 1/2) 2^-23, in (-1, 1). */
ALWAYS float signed_uniformf(uint32_t word)
{
    return ((float)((int32_t)word >> 8) + 0.5f) * 0x1p-23f;
}

#define KERNEL "num/bulk_kernel.inc"
#include "num/each_simd.inc"

typedef void Groups(double *restrict x, size_t groups, double scale, uint32_t counter[4], const uint32_t key[2]);
typedef void Groupsf(float *restrict x, size_t groups, float scale, uint32_t counter[4], const uint32_t key[2]);

uint64_t bulk_blocks(size_t n)
{
    return (n + BULK_NUMBERS - 1) / BULK_NUMBERS * BULK_BLOCKS;
}

uint64_t bulk_blocksf(size_t n)
{
    return (n + BULK_NUMBERSF - 1) / BULK_NUMBERSF * BULK_BLOCKS;
}

static void fill(Groups *groups, double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t at[4] = {counter[0], counter[1], counter[2], counter[3]};
    const size_t whole = n / BULK_NUMBERS, rest = n % BULK_NUMBERS;
    groups(x, whole, scale, at, key);
    if (rest) {
        double last[BULK_NUMBERS];
        groups(last, 1, scale, at, key);
        memcpy(x + whole * BULK_NUMBERS, last, rest * sizeof *x);
    }
}

static void fillf(Groupsf *groups, float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t at[4] = {counter[0], counter[1], counter[2], counter[3]};
    const size_t whole = n / BULK_NUMBERSF, rest = n % BULK_NUMBERSF;
    groups(x, whole, scale, at, key);
    if (rest) {
        float last[BULK_NUMBERSF];
        groups(last, 1, scale, at, key);
        memcpy(x + whole * BULK_NUMBERSF, last, rest * sizeof *x);
    }
}

void bulk_normals(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2])
{
    fill(CHOOSE(normal_groups), x, n, scale, counter, key);
}

void bulk_uniforms(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2])
{
    fill(CHOOSE(uniform_groups), x, n, scale, counter, key);
}

void bulk_normalsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2])
{
    fillf(CHOOSE(normal_groupsf), x, n, scale, counter, key);
}

void bulk_uniformsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2])
{
    fillf(CHOOSE(uniform_groupsf), x, n, scale, counter, key);
}
