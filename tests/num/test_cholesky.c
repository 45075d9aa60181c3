/* Cholesky factors of small matrices.
 * The one thing to know: a factor is right when it multiplies back; ranks are those the matrices were made with. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "num/cholesky.h"
#include "num/philox.h"
#include "num/rng.h"

enum { MOST = 12 };

/* g (n × n) = x xᵀ, x: n × cols, row a scaled by size[a]. */
static void gram(double *g, const double *x, const double *size, size_t n, size_t cols)
{
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) {
            g[a * n + b] = 0;
            for (size_t k = 0; k < cols; k++)
                g[a * n + b] += size[a] * x[a * cols + k] * size[b] * x[b * cols + k];
        }
}

static void test_pivoted_multiplies_back(void **state)
{
    (void)state;
    Rng rng;
    rng_init(&rng, philox_type);
    for (size_t n = 1; n <= MOST; n++)
        for (size_t rank = 1; rank <= n + 2; rank++) {
            double x[MOST * (MOST + 2)], size[MOST], g[MOST * MOST], whole[MOST * MOST], factor[MOST * MOST], norm[MOST];
            int64_t pivot[MOST];
            rng_open(&rng, (RngSource){n, (uint32_t)rank}, 0, USE_INPUT);
            rng_normals(&rng, x, n * rank, 1);
            for (size_t a = 0; a < n; a++)
                size[a] = ldexp(1, (int)(a * 37 % 11) * 20 - 100);   /* norms from 1e-30 to 1e30 */
            gram(whole, x, size, n, rank);
            memcpy(g, whole, sizeof g);
            const size_t found = cholesky_pivoted(factor, norm, pivot, g, n, n, 1e-12);
            assert_int_equal(found, rank < n ? rank : n);
            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b < n; b++) {
                    double product = 0;
                    for (size_t k = 0; k < n; k++)
                        product += factor[a * n + k] * factor[b * n + k];
                    assert_true(fabs(product - whole[a * n + b] / norm[a] / norm[b]) < 1e-12);
                }
            for (size_t k = 0; k < found; k++)
                for (size_t j = k + 1; j < n; j++)
                    assert_true(factor[(size_t)pivot[k] * n + j] == 0);
            memcpy(g, whole, sizeof g);
            assert_int_equal(cholesky_pivoted(factor, norm, pivot, g, n, 1, 1e-12), 1);
        }
    rng_done(&rng);
}

static void test_rows_of_zeros(void **state)
{
    (void)state;
    double g[9] = {0, 0, 0, 0, 4, 0, 0, 0, 0}, factor[9], norm[3];
    int64_t pivot[3];
    assert_int_equal(cholesky_pivoted(factor, norm, pivot, g, 3, 3, 1e-12), 1);
    assert_int_equal(pivot[0], 1);
    assert_true(norm[0] == 0 && norm[1] == 2 && norm[2] == 0);
    assert_true(factor[0] == 0 && factor[3] == 1 && factor[6] == 0);
    memset(g, 0, sizeof g);
    assert_int_equal(cholesky_pivoted(factor, norm, pivot, g, 3, 3, 1e-12), 0);
}

/* Rows of very different norms. */
static void test_tiny_norms(void **state)
{
    (void)state;
    double g[4] = {1e-300, 0, 0.6e-150, 1}, factor[4], norm[2];
    int64_t pivot[2];
    assert_int_equal(cholesky_pivoted(factor, norm, pivot, g, 2, 2, 1e-12), 2);
    assert_true(fabs(factor[2] - 0.6) < 1e-12 || fabs(factor[0] - 0.6) < 1e-12);
}

static void test_plain(void **state)
{
    (void)state;
    double s[9] = {4, 0, 0, 2, 5, 0, -2, 3, 14}, wrong[4] = {1, 0, 2, 3};
    static const double expected[9] = {2, 0, 0, 1, 2, 0, -1, 2, 3};
    assert_int_equal(cholesky_plain(s, 3), 0);
    for (size_t i = 0; i < 9; i++)
        assert_true(fabs(s[i] - expected[i]) < 1e-15);
    assert_int_equal(cholesky_plain(wrong, 2), -1);
}

/* Two rows that are one but for rounding: the pivot that is left is a rounding, not an error; what is truly negative or NaN is one. */
static void test_plain_at_the_edge(void **state)
{
    (void)state;
    double same[4] = {3, 0, 3, 3}, below[4] = {3, 0, 3, 3 - 1e-15}, wrong[4] = {3, 0, 3, 2.999}, zero[1] = {0}, nan[1] = {(double)NAN};
    assert_int_equal(cholesky_plain(same, 2), 0);
    assert_true(same[3] > 0 && same[3] < 1e-6);
    assert_int_equal(cholesky_plain(below, 2), 0);
    assert_true(below[3] > 0 && below[3] < 1e-6);
    assert_int_equal(cholesky_plain(wrong, 2), -1);
    assert_int_equal(cholesky_plain(zero, 1), -1);
    assert_int_equal(cholesky_plain(nan, 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pivoted_multiplies_back),
        cmocka_unit_test(test_rows_of_zeros),
        cmocka_unit_test(test_tiny_norms),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_at_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
