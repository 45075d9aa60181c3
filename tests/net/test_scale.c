/* Standardising bytes and columns: against the plain formula, row by row; only the rows that are named count.
 * The one thing to know: test_dataset.c and test_idx.c test the rest of scale.h through what uses it. */
#include "net/scale.h"
#include "support.h"

static void bytes(void **state)
{
    (void)state;
    enum { N = 263 };
    unsigned char b[N];
    double x[N];
    float f[N];
    const Scale s = {0x1p-7, 0.385, 1 / 0.615};
    for (size_t i = 0; i < N; i++)
        b[i] = (unsigned char)(i * 7);
    for (size_t n = 0; n <= N; n += n < 40 ? 1 : 31) {
        memset(x, 0x55, sizeof x);
        memset(f, 0x55, sizeof f);
        const double untouched = x[N - 1];
        scale_bytes(s, b, x, n);
        scale_bytesf(s, b, f, n);
        for (size_t i = 0; i < n; i++) {
            const double want = (b[i] / 128.0 - 0.385) / 0.615;
            NEAR(x[i], want, 5e-16, "byte %d", b[i]);
            NEAR(f[i], want, 4e-7, "byte %d in float", b[i]);
        }
        assert_true(n == N || x[N - 1] == untouched);
    }
}

static void by_columns(void **state)
{
    (void)state;
    double table[] = {1, 7, 1e300, /**/ 2, 7, -1e300, /**/ 100, 8, 5e299, /**/ 6, 7, 0};
    static const int64_t rows[] = {3, 0, 1};
    scale_columns(table, 4, 3, rows, 3);
    const double sd = sqrt(14.0 / 3);
    const double want[] = {-2 / sd, 0, sqrt(1.5), /**/ -1 / sd, 0, -sqrt(1.5), /**/ 97 / sd, 0, sqrt(1.5) / 2, /**/ 3 / sd, 0, 0};
    for (size_t i = 0; i < 12; i++)
        NEAR(table[i], want[i], 1e-13 * fmax(1, fabs(want[i])), "cell %zu", i);   /* a column that is constant on its rows is 0 on all */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes), cmocka_unit_test(by_columns)};
    return cmocka_run_group_tests_name("net/scale", tests, numbers_ready, NULL);
}
