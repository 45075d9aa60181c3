/* Numbers and rows with power-of-two scales: exactness, far exponents, and rows that must be left alone.
 * The one thing to know: a balanced row has the value it had, bit for bit. */
#include "num/rows.h"
#include "support.h"

static const double LOG10_2 = 0.30102999566398119521;

static void expect_scaled(Scaled got, double mantissa, int64_t exponent)
{
    const int64_t apart = got.exponent - exponent;
    NEAR(scaled_ldexp(got.mantissa, apart), mantissa, 4e-16 * fabs(mantissa), "mantissa in the unit 2^%lld", (long long)exponent);
}

static void adding(void **state)
{
    (void)state;
    expect_scaled(scaled_add((Scaled){2.385, 0}, (Scaled){0.615, 0}), 3, 0);
    expect_scaled(scaled_add((Scaled){2.385, 100000}, (Scaled){0.615, 99990}), 2.385 + 0.615 / 1024, 100000);
    expect_scaled(scaled_add((Scaled){0.615, -99990}, (Scaled){2.385, -99980}), 2.385 + 0.615 / 1024, -99980);
    expect_scaled(scaled_add((Scaled){2.385, INT64_C(1) << 40}, (Scaled){0.615, -(INT64_C(1) << 40)}), 2.385, INT64_C(1) << 40);
    expect_scaled(scaled_add((Scaled){0, 100000}, (Scaled){2.385, -7}), 2.385, -7);
    expect_scaled(scaled_add((Scaled){2.385, -7}, (Scaled){0, 100000}), 2.385, -7);
    assert_true(scaled_add((Scaled){2.385, 7}, (Scaled){-2.385, 7}).mantissa == 0);
    assert_true(isnan(scaled_add((Scaled){(double)NAN, 7}, (Scaled){2.385, 7000}).mantissa));
    assert_true(isinf(scaled_add((Scaled){HUGE_VAL, 7}, (Scaled){2.385, 7000}).mantissa));
}

static void times_and_values(void **state)
{
    (void)state;
    expect_scaled(scaled_times((Scaled){0x1p1000, 5000}, 0x1.8p900), 1.5, 6900);
    expect_scaled(scaled_times((Scaled){0x1p-1000, -5000}, -0x1.8p-900), -1.5, -6900);
    assert_true(scaled_value((Scaled){0.75, 3}) == 6);
    assert_true(scaled_value((Scaled){0.75, 1 << 30}) == HUGE_VAL);
    assert_true(scaled_value((Scaled){-0.75, INT64_C(1) << 40}) == -HUGE_VAL);
    assert_true(scaled_value((Scaled){0.75, -(INT64_C(1) << 40)}) == 0);
    assert_true(scaled_value((Scaled){0x1p1000, -2000}) == 0x1p-1000);
    assert_true(scaled_value((Scaled){0x1p-1000, 2000}) == 0x1p1000);
    assert_true(scaled_ldexp(0x1.8p-1000, 2000) == 0x1.8p1000);
    assert_true(scaled_ldexp(2.385, INT64_MIN) == 0 && scaled_ldexp(2.385, INT64_MAX) == HUGE_VAL);
}

static void logarithms(void **state)
{
    (void)state;
    NEAR(scaled_log10((Scaled){2.385, 0}), log10(2.385), 2e-16, "log10 2.385");
    NEAR(scaled_log10((Scaled){-2.385, 0}), log10(2.385), 2e-16, "log10 |-2.385|");
    NEAR(scaled_log10((Scaled){0x1p-1074, 0}), -1074 * LOG10_2, 1e-13, "the smallest double");
    NEAR(scaled_log10((Scaled){2.385, 1000000}), log10(2.385) + 1e6 * LOG10_2, 1e-10, "2.385·2^1000000");
    NEAR(scaled_log10((Scaled){2.385, -1000000}), log10(2.385) - 1e6 * LOG10_2, 1e-10, "2.385·2^-1000000");
    assert_true(scaled_log10((Scaled){0, 5000}) == -HUGE_VAL);
    assert_true(scaled_log10((Scaled){HUGE_VAL, 5000}) == HUGE_VAL);
    assert_true(isnan(scaled_log10((Scaled){(double)NAN, 5000})));
}

/* Rows of a few true sizes in several units, before and after: the same numbers, in the promised range. */
static void balancing(void **state)
{
    (void)state;
    static const int sizes[] = {0, 5, -5, 30, -30, 99, -99, 150, -150, 199, -199, 250, -250, 480, -480};
    static const int64_t units[] = {0, 40, -40, 300, -300, 100000, -100000};
    for (int bits = 20; bits <= 400; bits = bits < 200 ? bits * 3 : bits + 100)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
                double x[3] = {ldexp(0.375, sizes[s]), ldexp(-0.8125, sizes[s]), 0}, before[3];
                int64_t e = units[u];
                memcpy(before, x, sizeof x);
                Rows r = {.x = x, .exponent = &e, .rows = 1, .cols = 3};
                rows_balance(&r, bits);
                for (int i = 0; i < 3; i++)
                    assert_true(scaled_ldexp(x[i], e - units[u]) == before[i]);
                assert_true(fabs(x[1]) <= ldexp(1, bits) && fabs(x[1]) >= ldexp(0.25, -bits));
                const int64_t whole = sizes[s] + units[u];
                if (whole > -bits / 2 && whole < bits / 2)
                    assert_int_equal(e, 0);
                if (units[u] == 0 && abs(sizes[s]) < bits)
                    assert_true(e == 0);
            }
}

static void left_alone(void **state)
{
    (void)state;
    double x[] = {0x1p600, (double)NAN, 2.385, HUGE_VAL, 0x1p600, -HUGE_VAL, HUGE_VAL, -HUGE_VAL};
    double before[8];
    int64_t e[] = {7, 0, 0, -300};
    Rows r = {.x = x, .exponent = e, .rows = 4, .cols = 2};
    memcpy(before, x, sizeof x);
    rows_balance(&r, 200);
    assert_memory_equal(x, before, sizeof x);
    assert_int_equal(e[0], 7);
    assert_int_equal(e[3], -300);
}

static void raising(void **state)
{
    (void)state;
    double x[] = {2.385, -0.615, 2.385, 0x1p-60, 2.385, 0};
    int64_t e[] = {-100, -1050, -9000};
    Rows r = {.x = x, .exponent = e, .rows = 3, .cols = 2};
    for (size_t a = 0; a < 3; a++)
        rows_raise(&r, a, 0);
    assert_true(x[0] == 2.385 * 0x1p-100 && x[1] == -0.615 * 0x1p-100);
    assert_true(x[2] == ldexp(2.385, -1050) && x[3] == 0);
    assert_true(x[4] == 0 && x[5] == 0);
    for (size_t a = 0; a < 3; a++)
        assert_int_equal(e[a], 0);
    assert_ptr_equal(rows_at(&r, 2), x + 4);
}

/* Rows are balanced one by one: a large one does not pull a small one down. */
static void row_by_row(void **state)
{
    (void)state;
    double x[] = {0x1p300, 0x1p-300, 2.385, 0x1p-250};
    int64_t e[] = {0, 0, 0, 0};
    Rows r = {.x = x, .exponent = e, .rows = 4, .cols = 1};
    rows_balance(&r, 200);
    const int64_t wanted[] = {301, -299, 0, -249};
    for (int a = 0; a < 4; a++)
        assert_int_equal(e[a], wanted[a]);
    assert_true(x[0] == 0.5 && x[1] == 0.5 && x[2] == 2.385 && x[3] == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding),    cmocka_unit_test(times_and_values), cmocka_unit_test(logarithms), cmocka_unit_test(balancing),
        cmocka_unit_test(left_alone), cmocka_unit_test(raising),          cmocka_unit_test(row_by_row),
    };
    return cmocka_run_group_tests_name("num/scaled", tests, numbers_ready, NULL);
}
