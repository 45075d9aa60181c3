/* Products of a few long rows.
 * The one thing to know: each must have the very bits of sum_products, at every place in every tile. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "num/dots.h"
#include "num/philox.h"
#include "num/reduce.h"
#include "num/rng.h"

enum { A = 70, N = 200 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_products)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
