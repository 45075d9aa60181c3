/* What rows span: coordinates and bases multiply back to the rows, near-duplicates included.
 * The one thing to know: the difference of two close rows must come out relative to itself, not to the rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "num/dots.h"
#include "num/philox.h"
#include "num/reduce.h"
#include "num/rng.h"
#include "num/span.h"

enum { ROWS = 9, COLS = 50 };

static double factor[ROWS * ROWS], norm[ROWS], small[ROWS * ROWS + 5 * ROWS], q[ROWS * COLS], rest[ROWS * COLS], x[ROWS * COLS];
static int64_t unit[ROWS], pivot[ROWS], rank_pair[2], exponents[ROWS];
static Span span = {factor, norm, unit, pivot, rank_pair};
static const SpanWork work = {small, q, rest};

static Rows rows_drawn(size_t rows, size_t cols, uint32_t seed)
{
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){99, seed}, 0, USE_INPUT);
    rng_normals(&rng, x, rows * cols, 1);
    rng_done(&rng);
    memset(exponents, 0, sizeof exponents);
    return (Rows){.x = x, .exponent = exponents, .rows = rows, .cols = cols};
}

/* Largest error of Σ factor q against the rows, relative to their norms; and of q's products against the unit matrix. */
static void check(const Rows *h, double scale, double bias, double tolerance)
{
    double t[ROWS * ROWS], q_bias[ROWS], basis[ROWS][COLS + 1];
    const size_t n = h->cols, most = n + (bias > 0), rank = (size_t)span.rank[0];
    const Rows y = span_basis(&span, h, scale, bias, most, &work, t, q_bias);
    const size_t count = y.rows;
    assert_int_equal(span.rank[0], rank);
    for (size_t k = 0; k < rank; k++) {
        for (size_t i = 0; i < n; i++) {
            basis[k][i] = 0;
            for (size_t j = 0; j < count; j++)
                basis[k][i] += t[k * count + j] * rows_at(&y, j)[i];
        }
        basis[k][n] = q_bias[k];
    }
    for (size_t k = 0; k < rank; k++)
        for (size_t j = 0; j <= k; j++)
            assert_true(fabs(sum_products(basis[k], basis[j], n + 1) - (j == k)) < tolerance);
    for (size_t a = 0; a < h->rows; a++)
        for (size_t i = 0; i <= n; i++) {
            double back = 0;
            for (size_t k = 0; k < rank; k++)
                back += norm[a] * factor[a * h->rows + k] * basis[k][i];
            const double own = i < n ? scale * rows_at(h, a)[i] : scaled_ldexp(bias, -h->exponent[a]);
            assert_true(fabs(back - own) <= 20 * tolerance * norm[a]);
        }
}

static void test_far_rows(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 20; seed++) {
        const Rows h = rows_drawn(1 + seed % ROWS, 1 + seed * 7 % COLS, seed);
        const double bias = seed % 3 ? 0.7 : 0;
        span_find(&span, &h, 0.3, bias, h.cols + (bias > 0), &work);
        assert_int_equal(span.rank[0], h.rows < h.cols + (bias > 0) ? h.rows : h.cols + (bias > 0));
        check(&h, 0.3, bias, 1e-11);
    }
}

/* Row 1 is row 0 and a little; row 2 equals row 1; row 3 is -row 0 and a little less; row 4 is row 0 at another scale. */
static void test_near_rows(void **state)
{
    (void)state;
    for (int e = -3; e >= -15; e--)
        for (int biased = 0; biased < 2; biased++) {
            const Rows h = rows_drawn(6, COLS, (uint32_t)(100 - e));
            const double little = pow(10, e), bias = biased ? 0.5 : 0;
            for (size_t i = 0; i < COLS; i++) {
                rows_at(&h, 1)[i] = x[i] + little * rows_at(&h, 1)[i];
                rows_at(&h, 2)[i] = rows_at(&h, 1)[i];
                rows_at(&h, 3)[i] = -x[i] + 0.1 * little * rows_at(&h, 3)[i];
                rows_at(&h, 4)[i] = x[i] * 0x1p-40;
            }
            exponents[4] = 40;
            span_find(&span, &h, 1, bias, COLS + 1, &work);
            check(&h, 1, bias, 1e-7);
            assert_memory_equal(factor + 6, factor + 12, 6 * sizeof *factor);
            assert_memory_equal(factor, factor + 24, 6 * sizeof *factor);
            /* The distance of rows 0 and 1, from coordinates. */
            double direct = 0, found = 0;
            for (size_t i = 0; i < COLS; i++)
                direct += (x[i] - x[COLS + i]) * (x[i] - x[COLS + i]);
            for (size_t k = 0; k < 6; k++) {
                const double gap = norm[0] * factor[k] - norm[1] * factor[6 + k];
                found += gap * gap;
            }
            assert_true(fabs(sqrt(found / direct) - 1) < 1e-6 + 1e-15 / little);
        }
}

static void test_zeros_and_dependence(void **state)
{
    (void)state;
    const Rows h = rows_drawn(5, 20, 7);
    for (size_t i = 0; i < 20; i++) {
        rows_at(&h, 2)[i] = 0;
        rows_at(&h, 3)[i] = x[i] - 3 * x[20 + i];
        rows_at(&h, 4)[i] = 1.7 * x[i];
    }
    span_find(&span, &h, 1, 0, 20, &work);
    assert_int_equal(span.rank[0], 2);
    assert_true(norm[2] == 0 && factor[10] == 0 && factor[11] == 0);
    check(&h, 1, 0, 1e-12);
    memset(x, 0, sizeof x);
    span_find(&span, &h, 1, 0, 20, &work);
    assert_int_equal(span.rank[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_far_rows),
        cmocka_unit_test(test_near_rows),
        cmocka_unit_test(test_zeros_and_dependence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
