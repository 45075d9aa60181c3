/* Inner products of a few long rows in register tiles, and combinations of them by num/skinny.
 * The one thing to know: an output's sum has sixteen lanes, lane i takes elements i, i + 16, …, whatever the type and the CPU. */
#include "num/dots.h"

#include <gsl/gsl_cblas.h>
#include <stdbool.h>
#include <string.h>

#include "num/simd.h"
#include "num/skinny.h"

enum { ALL = 16, FEW = 64, BLOCK_BYTES = 1 << 19 };

#define Element double
#define TYPED(name) name
#define FLOATS 0
#define KERNEL "num/dots_kernel.inc"
#include "num/each_simd.inc"
#undef Element
#undef TYPED
#undef FLOATS

#define Element float
#define TYPED(name) name##f
#define FLOATS 1
#define KERNEL "num/dots_kernel.inc"
#include "num/each_simd.inc"
#undef Element
#undef TYPED
#undef FLOATS

void dots_cross(double *restrict out, const double *x, const double *y, size_t a, size_t b, size_t n)
{
    if (a > FEW || b > FEW)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)a, (int)b, (int)n, 1, x, (int)n, y, (int)n, 0, out, (int)b);
    else
        CHOOSE(products)(out, x, y, a, b, n, false);
}

void dots_gram(double *restrict g, const double *x, size_t b, size_t n)
{
    if (b > FEW)
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)b, (int)n, 1, x, (int)n, 0, g, (int)b);
    else
        CHOOSE(products)(g, x, x, b, b, n, true);
}

void dots_crossf(double *restrict out, const float *x, const float *y, size_t a, size_t b, size_t n)
{
    CHOOSE(productsf)(out, x, y, a, b, n, false);
}

void dots_gramf(double *restrict g, const float *x, size_t b, size_t n)
{
    CHOOSE(productsf)(g, x, x, b, b, n, true);
}

size_t dots_work_size(size_t a, size_t c)
{
    return skinny_packed_size(a < 2 ? 2 : a, c);
}

void dots_combine_more(double *restrict out, const double *x, const double *y, size_t a, size_t c, size_t n, double *work)
{
    if (c == 0)
        return;
    if (a > FEW) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)a, (int)n, (int)c, 1, x, (int)c, y, (int)n, 1, out, (int)n);
    } else {
        skinny_pack(work, x, a, c);
        skinny_backward_more(out, work, y, a, c, n);
    }
}

void dots_combine(double *restrict out, const double *x, const double *y, size_t a, size_t c, size_t n, double *work)
{
    memset(out, 0, a * n * sizeof *out);
    dots_combine_more(out, x, y, a, c, n, work);
}

size_t dots_work_sizef(size_t a, size_t c)
{
    return a * c + (a > FEW ? 0 : skinny_packed_sizef(a < 2 ? 2 : a, c));
}

void dots_combine_moref(float *restrict out, const double *x, const float *y, size_t a, size_t c, size_t n, float *work)
{
    float *const packed = work + a * c;
    if (c == 0)
        return;
    for (size_t i = 0; i < a * c; i++)
        work[i] = (float)x[i];
    if (a > FEW) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)a, (int)n, (int)c, 1, work, (int)c, y, (int)n, 1, out, (int)n);
    } else {
        skinny_packf(packed, work, a, c);
        skinny_backward_moref(out, packed, y, a, c, n);
    }
}

void dots_combinef(float *restrict out, const double *x, const float *y, size_t a, size_t c, size_t n, float *work)
{
    memset(out, 0, a * n * sizeof *out);
    dots_combine_moref(out, x, y, a, c, n, work);
}
