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

/* Floats: the same span as of the same numbers in double, near rows included; q comes in floats. */
static void test_floats(void **state)
{
    (void)state;
    for (int e = -1; e >= -7; e--) {
        static float single[6 * COLS];
        const Rows h = rows_drawn(6, COLS, (uint32_t)(200 - e));
        for (size_t i = 0; i < COLS; i++) {
            rows_at(&h, 1)[i] = x[i] + pow(10, e) * rows_at(&h, 1)[i];
            rows_at(&h, 2)[i] = rows_at(&h, 1)[i];
        }
        for (size_t i = 0; i < 6 * COLS; i++)
            x[i] = (double)(single[i] = (float)x[i]);
        Rows f = h;
        f.single = true;
        f.s = single;
        double in_floats[ROWS * ROWS], t[ROWS * ROWS], q_bias[ROWS];
        span_find(&span, &f, 1, 0.4, COLS + 1, &work);
        memcpy(in_floats, factor, sizeof factor);
        const int64_t rank = rank_pair[0];
        const Rows y = span_basis(&span, &f, 1, 0.4, COLS + 1, &work, t, q_bias);
        assert_true(y.single && rank == 5);
        for (size_t k = 0; k < 5; k++)   /* coordinates give back the rows' Gram matrix */
            for (size_t j = 0; j < 6; j++) {
                const double wanted = sum_products(x + k * COLS, x + j * COLS, COLS) + 0.16;
                assert_true(fabs(norm[k] * norm[j] * sum_products(in_floats + k * 6, in_floats + j * 6, 6) - wanted) < 1e-11 * norm[k] * norm[j]);
            }
        assert_memory_equal(in_floats + 6, in_floats + 12, 6 * sizeof(double));
    }
}

/* A row that holds an infinity or a NaN has a norm that says so and no part in the span of the others. */
static void test_rows_of_no_numbers(void **state)
{
    (void)state;
    static const double odd[] = {(double)INFINITY, -(double)INFINITY, (double)NAN};
    for (size_t which = 0; which < 3; which++)
        for (size_t at = 0; at < 5; at++) {
            double wanted[4 * 4], others[4];
            const Rows h = rows_drawn(5, 20, 8);
            rows_at(&h, at)[3] = odd[which];
            span_find(&span, &h, 1, 0.1, 21, &work);
            assert_int_equal(span.rank[0], 4);
            assert_true(!isfinite(norm[at]));
            for (size_t k = 0; k < 5; k++)
                assert_true(factor[at * 5 + k] == 0);
            for (size_t a = 0, i = 0; a < 5; a++)
                if (a != at) {
                    memcpy(wanted + 4 * i, factor + 5 * a, 4 * sizeof *wanted);
                    others[i++] = norm[a];
                }
            if (at < 4)
                memmove(rows_at(&h, at), rows_at(&h, at + 1), (4 - at) * 20 * sizeof *x);
            const Rows four = rows_first(h, 4);
            span_find(&span, &four, 1, 0.1, 21, &work);
            assert_memory_equal(others, norm, sizeof others);
            assert_memory_equal(wanted, factor, sizeof wanted);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_far_rows),
        cmocka_unit_test(test_near_rows),
        cmocka_unit_test(test_zeros_and_dependence),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_rows_of_no_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
