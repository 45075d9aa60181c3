/* Combinations of rows: what floats can hold comes out to rounding, whatever the coefficients; doubles as they are.
 * The one thing to know: expected values are summed in double (floats) or in the same order (doubles). */
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
#include "num/rng.h"
#include "num/terms.h"

enum { ROWS = 5, TERMS = 3, COLS = 37 };

static float y[TERMS * COLS], fresh[2 * COLS], out[ROWS * COLS], room[TERMS * COLS];
static double c[ROWS * TERMS], d[ROWS * 2], work[4000];
static int64_t unit[ROWS];

static Rows floats(float *s, size_t rows)
{
    Rows r = {.rows = rows, .cols = COLS, .single = true};
    r.s = s;
    return r;
}

static void draw(uint32_t seed)
{
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){11, seed}, 0, USE_INPUT);
    rng_normalsf(&rng, y, TERMS * COLS, 1);
    rng_normalsf(&rng, fresh, 2 * COLS, 1);
    rng_normals(&rng, c, ROWS * TERMS, 1);
    rng_normals(&rng, d, ROWS * 2, 1);
    rng_done(&rng);
    assert_true(dots_work_sizef(ROWS, TERMS) <= 2 * sizeof work / sizeof *work && dots_work_size(ROWS, TERMS) <= sizeof work / sizeof *work);
}

/* Row a of the coefficients times 2^size[a], row k of y times 2^-tilt[k] and its coefficients times 2^tilt[k]: the sums are 2^size[a]. */
static void check(const int size[ROWS], const int tilt[TERMS], double tolerance)
{
    double expected[ROWS * COLS];
    for (size_t a = 0; a < ROWS; a++)
        for (size_t i = 0; i < COLS; i++) {
            expected[a * COLS + i] = 0;
            for (size_t k = 0; k < TERMS; k++)
                expected[a * COLS + i] += c[a * TERMS + k] * (double)y[k * COLS + i];
            for (size_t k = 0; k < 2; k++)
                expected[a * COLS + i] += d[a * 2 + k] * (double)fresh[k * COLS + i];
            expected[a * COLS + i] = ldexp(expected[a * COLS + i], size[a]);
        }
    for (size_t k = 0; k < TERMS; k++)
        for (size_t i = 0; i < COLS; i++)
            y[k * COLS + i] = (float)ldexp((double)y[k * COLS + i], -tilt[k]);
    for (size_t a = 0; a < ROWS; a++) {
        for (size_t k = 0; k < TERMS; k++)
            c[a * TERMS + k] = ldexp(c[a * TERMS + k], size[a] + tilt[k]);
        for (size_t k = 0; k < 2; k++)
            d[a * 2 + k] = ldexp(d[a * 2 + k], size[a]);
    }
    Term terms[] = {{c, floats(y, TERMS)}, {d, floats(fresh, 2)}};
    Rows r = floats(out, ROWS);
    terms_to_norm_one(&terms[0], ROWS, room);
    terms_sum(&r, terms, 2, unit, work);
    for (size_t a = 0; a < ROWS; a++)
        for (size_t i = 0; i < COLS; i++) {
            const double wanted = expected[a * COLS + i], got = (double)out[a * COLS + i];
            if (fabs(wanted) > 3.41e38)
                assert_true(isinf(out[a * COLS + i]));
            else if (fabs(wanted) < 3.39e38)
                assert_true(fabs(got - wanted) <= tolerance * ldexp(1, size[a]) + 0x1p-149);
        }
}

static void test_floats(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 20; seed++) {
        draw(seed);
        check((int[]){0, 3, -2, 1, 0}, (int[]){0, 0, 0}, 2e-6);
        draw(seed);
        check((int[]){0, 110, -120, -30, 20}, (int[]){0, 0, 0}, 2e-6);      /* samples of very different sizes */
        draw(seed);
        check((int[]){0, 0, -60, 60, 0}, (int[]){90, -100, 10}, 2e-6);      /* rows of very different sizes */
        draw(seed);
        check((int[]){0, 100, -100, 0, 0}, (int[]){128, 140, -120}, 2e-2);  /* subnormal rows: as much as they hold */
        draw(seed);
        check((int[]){126, -130, -140, -147, 127}, (int[]){100, 0, 0}, 2e-6);   /* sums that the format ends in */
    }
}

/* A row that is not one of numbers adds nothing, and its coefficients, which are 0, make no NaN. */
static void test_rows_of_no_numbers(void **state)
{
    (void)state;
    for (int what = 0; what < 2; what++) {
        draw(3);
        y[COLS + 4] = what ? NAN : INFINITY;
        for (size_t a = 0; a < ROWS; a++)
            c[a * TERMS + 1] = 0;
        Term terms[] = {{c, floats(y, TERMS)}, {d, floats(fresh, 2)}};
        Rows r = floats(out, ROWS);
        terms_to_norm_one(&terms[0], ROWS, room);
        terms_sum(&r, terms, 2, unit, work);
        for (size_t i = 0; i < ROWS * COLS; i++)
            assert_true(isfinite(out[i]));
    }
}

/* In place: a row's own place may be the room. */
static void test_in_place(void **state)
{
    (void)state;
    draw(4);
    for (size_t i = 0; i < COLS; i++)
        y[i] *= 0x1p-120f;
    float copy[TERMS * COLS];
    double same[ROWS * TERMS];
    memcpy(copy, y, sizeof copy);
    memcpy(same, c, sizeof same);
    Term here = {c, floats(y, TERMS)}, there = {same, floats(copy, TERMS)};
    terms_to_norm_one(&there, ROWS, room);
    terms_to_norm_one(&here, ROWS, y);
    assert_memory_equal(y, room, sizeof y);
    assert_memory_equal(c, same, sizeof same);
}

static void test_doubles(void **state)
{
    (void)state;
    double x[TERMS * COLS], z[ROWS * COLS], more[ROWS * COLS];
    int64_t exponents[ROWS] = {0};
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){12, 0}, 0, USE_INPUT);
    rng_normals(&rng, x, TERMS * COLS, 1);
    rng_normals(&rng, c, ROWS * TERMS, 1e150);
    rng_done(&rng);
    Rows r = {.x = z, .exponent = exponents, .rows = ROWS, .cols = COLS};
    const Term term = {c, {.x = x, .exponent = exponents, .rows = TERMS, .cols = COLS}};
    terms_sum(&r, &term, 1, unit, work);
    memcpy(more, z, sizeof z);
    r.x = more;
    terms_add(&r, &term, work);
    for (size_t a = 0; a < ROWS; a++)
        for (size_t i = 0; i < COLS; i++) {
            double total = 0;
            for (size_t k = 0; k < TERMS; k++)
                total += c[a * TERMS + k] * x[k * COLS + i];
            assert_true(fabs(z[a * COLS + i] - total) <= 1e-15 * 1e151);
            assert_true(fabs(more[a * COLS + i] - 2 * total) <= 2e-15 * 1e151);
        }
}

static void test_beyond(void **state)
{
    (void)state;
    assert_false(terms_beyond_floats((double[]){0, 1, -3e29, 1e-30}, 4));
    assert_true(terms_beyond_floats((double[]){0, 2e30}, 2));
    assert_true(terms_beyond_floats((double[]){1, -1e-31}, 2));
    assert_false(terms_beyond_floats(NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_floats),  cmocka_unit_test(test_rows_of_no_numbers), cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_doubles), cmocka_unit_test(test_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
