/* Bulk random numbers: Philox, logarithm, sine and cosine over 16 lanes at once.
 * The one thing to know: every step is elementwise and fused where it is written so, so the bits do not depend on the CPU.
 * Philox: Salmon et al. 2011. Box and Muller 1958. Polynomials: FreeBSD msun e_log.c, k_sin.c, k_cos.c (Sun Microsystems 1993). */
#include "num/bulk.h"

#include <math.h>
#include <string.h>

#include "num/philox.h"

enum { LANES = BULK_BLOCKS };

/* A group's two 64-bit words a lane. */
typedef struct {
    uint64_t first[LANES], second[LANES];
} Words;

#define ALWAYS static inline __attribute__((always_inline))

/* Fused everywhere: CPUs that lack it get the same bits, slowly. */
#define FMADD(x, y, z) __builtin_fma(x, y, z)

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

/* The kernels once per instruction set: vectors of BYTES, whose even 32-bit words MUL32 multiplies to 64 bits. */
#if defined(__x86_64__)
#include <immintrin.h>
#define NAME(name) name##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma")))
#define BYTES 64
#define MUL32(x, y) ((Lanes)_mm512_mul_epu32((__m512i)(x), (__m512i)(y)))
#include "num/bulk_kernel.inc"
#define NAME(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define BYTES 32
#define MUL32(x, y) ((Lanes)_mm256_mul_epu32((__m256i)(x), (__m256i)(y)))
#include "num/bulk_kernel.inc"
#define NAME(name) name##_portable
#define TARGET
#define BYTES 16
#define MUL32(x, y) ((Lanes)_mm_mul_epu32((__m128i)(x), (__m128i)(y)))
#include "num/bulk_kernel.inc"
#else
#define NAME(name) name##_portable
#define TARGET
#define BYTES 16
#define MUL32(x, y) (((x) & 0xFFFFFFFFu) * ((y) & 0xFFFFFFFFu))
#include "num/bulk_kernel.inc"
#endif

typedef void Groups(double *restrict x, size_t groups, double scale, uint32_t counter[4], const uint32_t key[2]);

#if defined(__x86_64__)
#define CHOOSE(name)                                                                                   \
    (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") ? name##_avx512          \
     : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")         ? name##_avx2            \
                                                                              : name##_portable)
#else
#define CHOOSE(name) name##_portable
#endif

uint64_t bulk_blocks(size_t n)
{
    return (n + BULK_NUMBERS - 1) / BULK_NUMBERS * BULK_BLOCKS;
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

void bulk_normals(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2])
{
    fill(CHOOSE(normal_groups), x, n, scale, counter, key);
}

void bulk_uniforms(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2])
{
    fill(CHOOSE(uniform_groups), x, n, scale, counter, key);
}

uint64_t bulk_blocksf(size_t n)
{
    return (n + BULK_NUMBERSF - 1) / BULK_NUMBERSF * BULK_BLOCKS;
}

static void four_words(uint32_t words[4], size_t i, const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t at[4] = {counter[0], counter[1], counter[2], counter[3]};
    philox_step(at, i / BULK_NUMBERSF * BULK_BLOCKS + i % BULK_BLOCKS);
    philox_block(words, at, key);
}

void bulk_normalsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2])
{
    for (size_t i = 0; i < n; i++) {
        uint32_t words[4];
        const size_t part = i % BULK_NUMBERSF / BULK_BLOCKS;
        double turned[2];
        four_words(words, i, counter, key);
        const uint32_t *pair = words + (part & 2);
        turn((pair[1] + 0.5) * 0x1p-32, &turned[0], &turned[1]);
        x[i] = scale * (float)(sqrt(-2 * unit_log((pair[0] + 0.5) * 0x1p-32)) * turned[part & 1]);
    }
}

void bulk_uniformsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2])
{
    for (size_t i = 0; i < n; i++) {
        uint32_t words[4];
        four_words(words, i, counter, key);
        x[i] = scale * (float)((words[i % BULK_NUMBERSF / BULK_BLOCKS] + 0.5) * 0x1p-31 - 1);
    }
}
