/* Products of a few long rows.
 * The one thing to know: each must have the very bits of sum_products, at every place in every tile. dots.c is part of this file, so that
 * every instruction set's version can be called; the library's is then not linked. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "num/dots.c"
#include "num/philox.h"
#include "num/reduce.h"
#include "num/rng.h"

enum { A = 70, N = 200, LONG_ROW = 20011 };

static void test_products(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 5, 8, 11, 64, 65, 70}, lengths[] = {1, 7, 15, 16, 17, 33, 64, 200};
    double *x = mem_doubles(A * N), *y = mem_doubles(A * N), *out = mem_doubles(A * N), *more = mem_doubles(A * N);
    double *work = mem_doubles(dots_work_size(A, A) + dots_work_size(64, A));
    Rng rng;
    rng_init(&rng, philox_type);
    rng_normals(&rng, x, A * N, 1);
    rng_normals(&rng, y, A * N, 1);
    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < 9; j++)
            for (size_t l = 0; l < 8; l++) {
                const size_t a = counts[i], b = counts[j], n = lengths[l];
                dots_cross(out, x, y, a, b, n);
                for (size_t s = 0; s < a; s++)
                    for (size_t t = 0; t < b; t++) {
                        const double expected = sum_products(x + s * n, y + t * n, n);
                        assert_true(a <= 64 && b <= 64 ? out[s * b + t] == expected : fabs(out[s * b + t] - expected) < 1e-11);
                    }
                dots_gram(out, x, a, n);
                for (size_t s = 0; s < a; s++)
                    for (size_t t = 0; t <= s; t++) {
                        const double expected = sum_products(x + s * n, x + t * n, n);
                        assert_true(a <= 64 ? out[s * a + t] == expected : fabs(out[s * a + t] - expected) < 1e-11);
                    }
                dots_combine(out, x, y, a, b, n, work);
                dots_combine(more, x, y, a, b, n, work);
                dots_combine_more(more, x, y, a, b, n, work);
                for (size_t s = 0; s < a; s++)
                    for (size_t t = 0; t < n; t++) {
                        double expected = 0;
                        for (size_t k = 0; k < b; k++)
                            expected += x[s * b + k] * y[k * n + t];
                        assert_true(fabs(out[s * n + t] - expected) < 1e-11);
                        assert_true(fabs(more[s * n + t] - 2 * expected) < 1e-10);
                    }
            }
    rng_done(&rng);
    free(x);
    free(y);
    free(out);
    free(more);
    free(work);
}

/* From floats: the bits of sum_productsf at every size, and combinations to (c + 2) 2^-24 Σ|terms| (Higham 2002, section 3.1). */
static void test_floats(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 5, 8, 11, 64, 65, 70}, lengths[] = {1, 7, 15, 16, 17, 33, 64, 200};
    float *x = mem_alloc(A * N, sizeof *x), *y = mem_alloc(A * N, sizeof *y), *sum = mem_alloc(A * N, sizeof *sum);
    float *work = mem_alloc(dots_work_sizef(A, A) + dots_work_sizef(64, A), sizeof *work), *more = mem_alloc(A * N, sizeof *more);
    double *coefficients = mem_doubles(A * A), *out = mem_doubles(A * A);
    Rng rng;
    rng_init(&rng, philox_type);
    rng_normalsf(&rng, x, A * N, 1);
    rng_normalsf(&rng, y, A * N, 1);
    rng_normals(&rng, coefficients, A * A, 1);
    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < 9; j++)
            for (size_t l = 0; l < 8; l++) {
                const size_t a = counts[i], b = counts[j], n = lengths[l];
                dots_crossf(out, x, y, a, b, n);
                for (size_t s = 0; s < a; s++)
                    for (size_t t = 0; t < b; t++)
                        assert_true(out[s * b + t] == sum_productsf(x + s * n, y + t * n, n));
                dots_gramf(out, x, a, n);
                for (size_t s = 0; s < a; s++)
                    for (size_t t = 0; t <= s; t++)
                        assert_true(out[s * a + t] == sum_productsf(x + s * n, x + t * n, n));
                dots_combinef(sum, coefficients, y, a, b, n, work);
                memcpy(more, sum, a * n * sizeof *more);
                dots_combine_moref(more, coefficients, y, a, b, n, work);
                for (size_t s = 0; s < a; s++)
                    for (size_t t = 0; t < n; t++) {
                        double expected = 0, size = 0;
                        for (size_t k = 0; k < b; k++) {
                            const double term = (double)(float)coefficients[s * b + k] * (double)y[k * n + t];
                            expected += term;
                            size += fabs(term);
                        }
                        assert_true(fabs((double)sum[s * n + t] - expected) <= (double)(b + 2) * 0x1p-24 * size);
                        assert_true(fabs((double)more[s * n + t] - 2 * expected) <= (double)(2 * b + 4) * 0x1p-23 * size);
                    }
            }
    rng_done(&rng);
    free(x);
    free(y);
    free(sum);
    free(work);
    free(more);
    free(coefficients);
    free(out);
}

/* Every version, at every place in every tile. */
static void expect_products(void (*products_of)(double *restrict, const double *, const double *, size_t, size_t, size_t, bool),
                            void (*narrow)(double *restrict, const float *, const float *, size_t, size_t, size_t, bool))
{
    enum { MOST = 9, LENGTH = 37 };
    double x[MOST * LENGTH], y[MOST * LENGTH], out[MOST * MOST];
    float x4[MOST * LENGTH], y4[MOST * LENGTH];
    for (size_t i = 0; i < MOST * LENGTH; i++) {
        x[i] = (double)(x4[i] = (float)sin(2.385 * (double)i));
        y[i] = (double)(y4[i] = (float)cos(1.385 * (double)i));
    }
    for (size_t a = 1; a <= MOST; a++)
        for (size_t b = 1; b <= MOST; b++)
            for (size_t n = 0; n <= LENGTH; n += 1 + n / 5) {
                for (int kind = 0; kind < 2; kind++) {
                    if (kind)
                        narrow(out, x4, y4, a, b, n, false);
                    else
                        products_of(out, x, y, a, b, n, false);
                    for (size_t s = 0; s < a; s++)
                        for (size_t t = 0; t < b; t++)
                            assert_true(out[s * b + t] == sum_products(x + s * n, y + t * n, n));
                }
            }
}

static void test_instruction_sets(void **state)
{
    (void)state;
    expect_products(products_portable, productsf_portable);
#if defined(__x86_64__)
    if (SIMD_AVX2)
        expect_products(products_avx2, productsf_avx2);
    if (SIMD_AVX512)
        expect_products(products_avx512, productsf_avx512);
#endif
}

/* Rows so long that y is taken in blocks, and no combination of no rows changes anything. */
static void test_long_rows(void **state)
{
    (void)state;
    enum { FEW_ROWS = 11 };
    double *x = mem_doubles(FEW_ROWS * LONG_ROW), out[FEW_ROWS * FEW_ROWS], lower[FEW_ROWS * FEW_ROWS];
    float *x4 = mem_alloc(FEW_ROWS * LONG_ROW, sizeof *x4), kept[3] = {0.5f, -2.385f, 0};
    Rng rng;
    rng_init(&rng, philox_type);
    rng_normals(&rng, x, FEW_ROWS * LONG_ROW, 1);
    rng_normalsf(&rng, x4, FEW_ROWS * LONG_ROW, 1);
    for (int narrow = 0; narrow < 2; narrow++) {
        if (narrow) {
            dots_crossf(out, x4, x4, FEW_ROWS, FEW_ROWS, LONG_ROW);
            dots_gramf(lower, x4, FEW_ROWS, LONG_ROW);
        } else {
            dots_cross(out, x, x, FEW_ROWS, FEW_ROWS, LONG_ROW);
            dots_gram(lower, x, FEW_ROWS, LONG_ROW);
        }
        for (size_t s = 0; s < FEW_ROWS; s++)
            for (size_t t = 0; t < FEW_ROWS; t++) {
                const size_t p = s * LONG_ROW, q = t * LONG_ROW;
                const double expected = narrow ? sum_productsf(x4 + p, x4 + q, LONG_ROW) : sum_products(x + p, x + q, LONG_ROW);
                assert_true(out[s * FEW_ROWS + t] == expected);
                assert_true(t > s || lower[s * FEW_ROWS + t] == expected);
            }
    }
    dots_combine_moref(kept, NULL, NULL, 1, 0, 3, NULL);
    assert_true(kept[0] == 0.5f && kept[1] == -2.385f && kept[2] == 0);
    dots_combinef(kept, NULL, NULL, 1, 0, 3, NULL);
    assert_true(kept[0] == 0 && kept[1] == 0 && kept[2] == 0);
    rng_done(&rng);
    free(x);
    free(x4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_products), cmocka_unit_test(test_floats), cmocka_unit_test(test_instruction_sets),
                                       cmocka_unit_test(test_long_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
