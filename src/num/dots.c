/* Inner products of a few long rows, in register tiles of up to 4 × 2.
 * The one thing to know: an output's sum has sixteen lanes, lane i takes elements i, i + 16, …; no fused operations. */
#include "num/dots.h"

#include <gsl/gsl_cblas.h>
#include <stdbool.h>
#include <string.h>

#include "num/reduce.h"
#include "num/skinny.h"
#include "num/vecmath.h"

enum { LANES = 16, HALF = 8, FEW = 64 };

typedef double Vector __attribute__((vector_size(8 * HALF)));

static inline __attribute__((always_inline)) void take(Vector *v, const double *x)
{
    memcpy(v, x, sizeof *v);
}

static inline __attribute__((always_inline)) double fold(const Vector *low, const Vector *high, const double *x, const double *y, size_t rest)
{
    double lanes[LANES];
    memcpy(lanes, low, sizeof *low);
    memcpy(lanes + HALF, high, sizeof *high);
    for (size_t k = 0; k < rest; k++)
        lanes[k] += x[k] * y[k];
    double s[HALF];
    for (int i = 0; i < HALF; i++)
        s[i] = lanes[i] + lanes[i + HALF];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* out[i·stride + j] = <x_i, y_j> for i < p, j < q. */
static inline __attribute__((always_inline)) void tile(double *restrict out, size_t stride, const double *x, const double *y, size_t n, int p, int q)
{
    Vector sums[4][2][2];
    const size_t whole = n - n % LANES;
    for (int i = 0; i < p; i++)
        for (int j = 0; j < q; j++)
            sums[i][j][0] = sums[i][j][1] = (Vector){0};
    for (size_t k = 0; k < whole; k += LANES)
        for (int part = 0; part < 2; part++) {
            Vector u[4], v[2];
            for (int i = 0; i < p; i++)
                take(&u[i], x + (size_t)i * n + k + (size_t)(part * HALF));
            for (int j = 0; j < q; j++)
                take(&v[j], y + (size_t)j * n + k + (size_t)(part * HALF));
            for (int i = 0; i < p; i++)
                for (int j = 0; j < q; j++)
                    sums[i][j][part] += u[i] * v[j];
        }
    for (int i = 0; i < p; i++)
        for (int j = 0; j < q; j++)
            out[(size_t)i * stride + (size_t)j] =
                fold(&sums[i][j][0], &sums[i][j][1], x + (size_t)i * n + whole, y + (size_t)j * n + whole, n - whole);
}

/* All i < a, j < b; or only tiles that touch the lower triangle. */
MULTIVERSION static void products(double *restrict out, const double *x, const double *y, size_t a, size_t b, size_t n, bool lower)
{
    for (size_t i = 0, p; i < a; i += p) {
        p = a - i >= 4 ? 4 : a - i >= 2 ? 2 : 1;
        for (size_t j = 0, q; j < b && !(lower && j >= i + p); j += q) {
            q = b - j >= 2 ? 2 : 1;
            double *to = out + i * b + j;
            const double *u = x + i * n, *v = y + j * n;
            if (p == 4 && q == 2)
                tile(to, b, u, v, n, 4, 2);
            else if (p == 4)
                tile(to, b, u, v, n, 4, 1);
            else if (p == 2 && q == 2)
                tile(to, b, u, v, n, 2, 2);
            else if (p == 2)
                tile(to, b, u, v, n, 2, 1);
            else if (q == 2)
                tile(to, b, u, v, n, 1, 2);
            else
                tile(to, b, u, v, n, 1, 1);
        }
    }
}

void dots_cross(double *restrict out, const double *x, const double *y, size_t a, size_t b, size_t n)
{
    if (a > FEW || b > FEW)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)a, (int)b, (int)n, 1, x, (int)n, y, (int)n, 0, out, (int)b);
    else
        products(out, x, y, a, b, n, false);
}

void dots_gram(double *restrict g, const double *x, size_t b, size_t n)
{
    if (b > FEW)
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)b, (int)n, 1, x, (int)n, 0, g, (int)b);
    else
        products(g, x, x, b, b, n, true);
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

void dots_crossf(double *restrict out, const float *x, const float *y, size_t a, size_t b, size_t n)
{
    for (size_t i = 0; i < a; i++)
        for (size_t j = 0; j < b; j++)
            out[i * b + j] = sum_productsf(x + i * n, y + j * n, n);
}

void dots_gramf(double *restrict g, const float *x, size_t b, size_t n)
{
    for (size_t i = 0; i < b; i++)
        for (size_t j = 0; j <= i; j++)
            g[i * b + j] = sum_productsf(x + i * n, x + j * n, n);
}

size_t dots_work_sizef(size_t a, size_t c)
{
    return (a + 15) / 16 * 16 * c;
}

void dots_combine_moref(float *restrict out, const double *x, const float *y, size_t a, size_t c, size_t n, float *work)
{
    for (size_t i = 0; i < a * c; i++)
        work[i] = (float)x[i];
    for (size_t i = 0; i < a; i++)
        for (size_t k = 0; k < c; k++)
            for (size_t j = 0; j < n; j++)
                out[i * n + j] = __builtin_fmaf(work[i * c + k], y[k * n + j], out[i * n + j]);
}

void dots_combinef(float *restrict out, const double *x, const float *y, size_t a, size_t c, size_t n, float *work)
{
    memset(out, 0, a * n * sizeof *out);
    dots_combine_moref(out, x, y, a, c, n, work);
}
