/* Skinny products: packing the few rows, and the choice of instruction set.
 * The one thing to know: the few rows are transposed first, padded to 8 samples with zeros, so that W is only ever read.
 * Register tiles after Goto and van de Geijn 2008, without their packing of the large matrix. */
#include "num/skinny.h"

#include <stdint.h>
#include <string.h>

#include "num/vecmath.h"

#define ALWAYS static inline __attribute__((always_inline))

enum { PAD = 8, BLOCK = 128 };

#if defined(__x86_64__)
#include <immintrin.h>
#define NAME(name) name##_avx512
#define TARGET __attribute__((target("avx512f,fma")))
#define BYTES 64
#define TALL 4
#define SPLAT(s) ((Vector)_mm512_set1_pd(s))
#define FMA(x, y, z) ((Vector)_mm512_fmadd_pd((__m512d)(x), (__m512d)(y), (__m512d)(z)))
#define FMA1(x, y, z) __builtin_fma(x, y, z)
#include "num/skinny_kernel.inc"
#define NAME(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define BYTES 32
#define TALL 2
#define SPLAT(s) ((Vector)_mm256_set1_pd(s))
#define FMA(x, y, z) ((Vector)_mm256_fmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))
#define FMA1(x, y, z) __builtin_fma(x, y, z)
#include "num/skinny_kernel.inc"
#endif

#define NAME(name) name##_portable
#define TARGET
#define BYTES 16
#define TALL 2
#define SPLAT(s) ((Vector){(s), (s)})
#define FMA(x, y, z) ((x) * (y) + (z))
#define FMA1(x, y, z) ((x) * (y) + (z))
#include "num/skinny_kernel.inc"

#if defined(__x86_64__)
#define CHOOSE(name)                                                                             \
    (__builtin_cpu_supports("avx512f")                                  ? name##_avx512          \
     : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? name##_avx2            \
                                                                        : name##_portable)
#else
#define CHOOSE(name) name##_portable
#endif

bool skinny_serves(size_t rows)
{
    return rows >= 2 && rows <= 64;
}

static size_t padded_rows(size_t rows)
{
    return (rows + PAD - 1) / PAD * PAD;
}

size_t skinny_packed_size(size_t rows, size_t inner)
{
    return skinny_serves(rows) ? padded_rows(rows) * inner : 0;
}

void skinny_pack(double *restrict packed, const double *restrict x, size_t rows, size_t inner)
{
    const size_t padded = padded_rows(rows);
    for (size_t a = 0; a < padded; a++)
        for (size_t k = 0; k < inner; k++)
            packed[k * padded + a] = a < rows ? x[a * inner + k] : 0;
}

void skinny_forward(double *restrict z, size_t stride, const double *restrict packed, const double *restrict w, size_t rows, size_t m, size_t n)
{
    CHOOSE(forward)(z, stride, packed, w, rows, padded_rows(rows), m, n);
}

void skinny_backward(double *restrict g, const double *restrict packed, const double *restrict w, size_t rows, size_t m, size_t n)
{
    CHOOSE(backward)(g, packed, w, rows, padded_rows(rows), m, n);
}

void skinny_backward_more(double *restrict g, const double *restrict packed, const double *restrict w, size_t rows, size_t m, size_t n)
{
    CHOOSE(backward_more)(g, packed, w, rows, padded_rows(rows), m, n);
}

bool skinny_servesf(size_t rows)
{
    return rows >= 2 && rows <= 64;
}

size_t skinny_packed_sizef(size_t rows, size_t inner)
{
    return skinny_servesf(rows) ? (rows + 15) / 16 * 16 * inner : 0;
}

void skinny_packf(float *restrict packed, const float *restrict x, size_t rows, size_t inner)
{
    const size_t padded = (rows + 15) / 16 * 16;
    for (size_t a = 0; a < padded; a++)
        for (size_t k = 0; k < inner; k++)
            packed[k * padded + a] = a < rows ? x[a * inner + k] : 0;
}

MULTIVERSION void skinny_forwardf(float *restrict z, size_t stride, const float *restrict packed, const float *restrict w, size_t rows,
                                  size_t m, size_t n)
{
    const size_t padded = (rows + 15) / 16 * 16;
    for (size_t j = 0; j < m; j++)
        for (size_t a = 0; a < rows; a++) {
            float total = 0;
            for (size_t k = 0; k < n; k++)
                total = __builtin_fmaf(w[j * n + k], packed[k * padded + a], total);
            z[a * stride + j] = total;
        }
}

void skinny_backwardf(float *restrict g, const float *restrict packed, const float *restrict w, size_t rows, size_t m, size_t n)
{
    memset(g, 0, rows * n * sizeof *g);
    skinny_backward_moref(g, packed, w, rows, m, n);
}

MULTIVERSION void skinny_backward_moref(float *restrict g, const float *restrict packed, const float *restrict w, size_t rows, size_t m,
                                        size_t n)
{
    const size_t padded = (rows + 15) / 16 * 16;
    for (size_t a = 0; a < rows; a++)
        for (size_t j = 0; j < m; j++)
            for (size_t k = 0; k < n; k++)
                g[a * n + k] = __builtin_fmaf(packed[j * padded + a], w[j * n + k], g[a * n + k]);
}
