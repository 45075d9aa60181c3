/* Vector exponentials against the C library's in long double, in units of the last place.
 * The one thing to know: the bounds here are what vecmath.h means by "a few ulp". */
#include "num/vecmath.h"
#include "support.h"

static double ulps(double got, long double wanted)
{
    const double near = (double)wanted;
    const double unit = nextafter(fabs(near), HUGE_VAL) - fabs(near);
    return (double)(fabsl(LONG(got) - wanted) / LONG(unit));
}

/* 200,000 arguments, both signs, from 2^-1070 to 2^10, and one near every 0.004. */
static double argument(int i)
{
    const double sign = i % 2 ? -1 : 1;
    return i < 100000 ? sign * exp2(-1070 + 1080 * (i + 0.5) / 100000) : (i - 150000) * 0.0142137;
}

static double worst_of(double (*f)(double), long double (*exact)(long double), double lowest, double highest)
{
    double worst = 0;
    for (int i = 0; i < 200000; i++) {
        const double x = argument(i);
        if (x < lowest || x > highest)
            continue;
        const double off = ulps(f(x), exact((long double)x));
        worst = fmax(worst, isnan(off) ? HUGE_VAL : off);
    }
    return worst;
}

static double exponential(double x) { return vec_exp(x); }
static double minus_one(double x) { return vec_expm1(x); }
static double hyperbolic(double x) { return vec_tanh(x); }

static void accuracy(void **state)
{
    (void)state;
    const double e = worst_of(exponential, expl, -708, 709.7), m = worst_of(minus_one, expm1l, -745, 709.7);
    const double t = worst_of(hyperbolic, tanhl, -1024, 1024), sub = worst_of(exponential, expl, -745, -708);
    print_message("exp %.2f ulp (%.2f below the normal range), expm1 %.2f, tanh %.2f\n", e, sub, m, t);
    assert_true(e < 2 && sub < 2 && m < 3 && t < 4);
}

static void ends(void **state)
{
    (void)state;
    const double huge[] = {746, 760.5, 1e5, 1e300, HUGE_VAL};
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        assert_true(vec_exp(huge[i]) == HUGE_VAL && vec_exp(-huge[i]) == 0);
        assert_true(vec_expm1(huge[i]) == HUGE_VAL && vec_expm1(-huge[i]) == -1);
        assert_true(vec_tanh(huge[i]) == 1 && vec_tanh(-huge[i]) == -1);
    }
    assert_true(isnan(vec_exp((double)NAN)) && isnan(vec_expm1((double)NAN)) && isnan(vec_tanh((double)NAN)));
    assert_true(vec_exp(0) == 1 && vec_exp(-0.0) == 1 && vec_expm1(0) == 0);
    assert_true(signbit(vec_tanh(-0.0)) && !signbit(vec_tanh(0)));
    assert_true(vec_tanh(0x1p-1074) == 0x1p-1074 && vec_expm1(-0x1p-1074) == -0x1p-1074);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accuracy), cmocka_unit_test(ends)};
    return cmocka_run_group_tests_name("num/vecmath", tests, numbers_ready, NULL);
}
