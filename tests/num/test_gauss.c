/* Gaussian expectations against closed forms, over 24 decades of scale, with kinks, and where nothing can be said.
 * The one thing to know: the stated error must cover the true one.
 * Williams 1997 (erf), Cho and Saul 2009 (relu), the rest elementary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "num/gauss.h"

static Gauss *work;

static int set_up(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    work = gauss_alloc();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gauss_free(work);
    return 0;
}

static void expect(Estimate e, double truth, double relative)
{
    assert_int_equal(e.status, STATUS_OK);
    assert_true(fabs(e.value - truth) <= relative * fabs(truth));
    assert_true(fabs(e.value - truth) <= e.error + 4e-16 * fabs(truth));
}

static double power(double x, const void *context) { return pow(x, *(const double *)context); }
static double wave(double x, const void *context) { return cos(*(const double *)context * x); }
static double error_square(double x, const void *context) { (void)context; return erf(x) * erf(x); }
static double hinge_square(double x, const void *context) { return x > *(const double *)context ? 1 : 0; }
static double steep(double x, const void *context) { (void)context; return pow(cosh(fmin(fabs(x), 100)), -4); }

static void moments(void **state)
{
    (void)state;
    const double two = 2, four = 4, three = 3;
    expect(gauss_mean(work, &(Integrand){.f = power, .context = &two, .scale = 1}, 0, 2.385), 2.385 * 2.385, 1e-13);
    expect(gauss_mean(work, &(Integrand){.f = power, .context = &four, .scale = 1}, 0, 2.385), 3 * pow(2.385, 4), 1e-13);
    /* E (m + sg)^4 = m^4 + 6 m² s² + 3 s^4 */
    const double m = -0.73, s = 0.41;
    expect(gauss_mean(work, &(Integrand){.f = power, .context = &four, .scale = 1}, m, s),
           pow(m, 4) + 6 * m * m * s * s + 3 * pow(s, 4), 1e-13);
    const Estimate odd = gauss_mean(work, &(Integrand){.f = power, .context = &three, .scale = 1}, 0, 2.385);
    assert_true(odd.value == 0 && odd.status == STATUS_OK);
    expect(gauss_mean(work, &(Integrand){.f = power, .context = &two, .scale = 1}, 2.385, 0), 2.385 * 2.385, 1e-15);
}

static void waves(void **state)
{
    (void)state;
    for (double k = 0.1; k < 5; k *= 1.7)
        expect(gauss_mean(work, &(Integrand){.f = wave, .context = &k, .scale = 1}, 0, 1), exp(-k * k / 2), 1e-9);
}

/* E erf(√q g)² = (2/π) asin(2q/(1 + 2q)), Williams 1997, as an arctangent: asin loses half its digits near 1. */
static void many_scales(void **state)
{
    (void)state;
    for (double q = 1e-12; q < 2e12; q *= 7.3) {
        const Integrand f = {.f = error_square, .scale = 1};
        expect(gauss_mean(work, &f, 0, sqrt(q)), M_2_PI * atan(2 * q / sqrt(1 + 4 * q)), 1e-12);
    }
}

/* P(s g > k) = erfc(k/(s√2))/2: a jump inside. */
static void kinks(void **state)
{
    (void)state;
    for (double k = -3.1; k < 4; k += 0.7) {
        const Integrand f = {.f = hinge_square, .context = &k, .kinks = &k, .n_kinks = 1, .scale = 1};
        expect(gauss_mean(work, &f, 0, 1.3), erfc(k / 1.3 * M_SQRT1_2) / 2, 1e-12);
        expect(gauss_mean(work, &f, -0.4, 1.3), erfc((k + 0.4) / 1.3 * M_SQRT1_2) / 2, 1e-12);
    }
}

/* E sech^4(10 g): 64 Gauss-Hermite nodes are far off; the value is from 40-digit quadrature. */
static void gauss_hermite_fails(void **state)
{
    (void)state;
    const Integrand f = {.f = steep, .scale = 1};
    expect(gauss_mean(work, &f, 0, 10), 0.0531067877481158, 1e-12);
}

#define PAIR(name, expression)                                                                                        \
    static void name(double *restrict out, const double *restrict at, double d, size_t n, const void *context)       \
    {                                                                                                                 \
        (void)context;                                                                                                \
        for (size_t i = 0; i < n; i++) {                                                                              \
            const double x = at[i];                                                                                   \
            out[i] = expression;                                                                                      \
        }                                                                                                             \
    }
PAIR(product, (x + d) * (x - d))
PAIR(errors, erf(x + d) * erf(x - d))
PAIR(relus, fmax(x + d, 0) * fmax(x - d, 0))
PAIR(steps, x > fabs(d) ? 1 : 0)

static void pairs(void **state)
{
    (void)state;
    static const double zero = 0;
    static const double gaps[] = {0, 1e-9, 0.0123, 0.5, 0.77, 1, 1.3, 1.9999, 2};
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        for (double q = 1e-6; q < 1e7; q *= 213.7) {
            const double gap = gaps[i], c = 1 - gap, angle = acos(c);
            const Estimate linear = gauss_pair(work, &(PairIntegrand){.f = product, .scale = 1}, q, gap);
            assert_int_equal(linear.status, STATUS_OK);
            assert_true(fabs(linear.value - q * c) < 1e-12 * q);
            /* Williams 1997 */
            const Estimate error = gauss_pair(work, &(PairIntegrand){.f = errors, .scale = 1}, q, gap);
            assert_int_equal(error.status, STATUS_OK);
            assert_true(fabs(error.value - M_2_PI * asin(2 * q * c / (1 + 2 * q))) < 2e-12 * M_2_PI * asin(2 * q / (1 + 2 * q)));
            /* Cho and Saul 2009, arc-cosine kernels of order 1 and 0 */
            const Estimate relu = gauss_pair(work, &(PairIntegrand){.f = relus, .kinks = &zero, .n_kinks = 1, .scale = 1}, q, gap);
            assert_int_equal(relu.status, STATUS_OK);
            assert_true(fabs(relu.value - q * (sin(angle) + (M_PI - angle) * c) / (2 * M_PI)) < 1e-12 * q);
            const Estimate step = gauss_pair(work, &(PairIntegrand){.f = steps, .kinks = &zero, .n_kinks = 1, .scale = 1}, q, gap);
            assert_int_equal(step.status, STATUS_OK);
            assert_true(fabs(step.value - (M_PI - angle) / (2 * M_PI)) < 1e-12);
        }
}

static double broken(double x, const void *context) { (void)context; return x > 1 ? NO_NUMBER : 1; }
static double wild(double x, const void *context) { (void)context; return x > 1 ? HUGE_VAL : 1; }
static double noise(double x, const void *context) { (void)context; return fmod(fabs(x) * 1e9, 1) - 0.5; }
PAIR(broken_pair, d > 1e300 ? 0 : broken(x, NULL))

static void outcomes(void **state)
{
    (void)state;
    assert_int_equal(gauss_mean(work, &(Integrand){.f = broken, .scale = 1}, 0, 1).status, STATUS_NAN);
    assert_int_equal(gauss_mean(work, &(Integrand){.f = broken, .scale = 1}, 5, 0).status, STATUS_NAN);
    assert_int_equal(gauss_mean(work, &(Integrand){.f = wild, .scale = 1}, 0, 1).status, STATUS_OVERFLOW);
    assert_int_equal(gauss_mean(work, &(Integrand){.f = steep, .scale = 1}, 0, -1).status, STATUS_NAN);
    assert_int_equal(gauss_mean(work, &(Integrand){.f = steep, .scale = 1}, 0, HUGE_VAL).status, STATUS_NAN);
    assert_int_equal(gauss_mean(work, &(Integrand){.f = steep, .scale = 1}, NO_NUMBER, 1).status, STATUS_NAN);
    const Estimate e = gauss_mean(work, &(Integrand){.f = noise, .scale = 1}, 0, 1);
    assert_int_equal(e.status, STATUS_NOT_CONVERGED);
    assert_true(isnan(e.value));
    const PairIntegrand p = {.f = broken_pair, .scale = 1};
    assert_int_equal(gauss_pair(work, &p, 1, 0.5).status, STATUS_NAN);
    assert_int_equal(gauss_pair(work, &p, -1, 0.5).status, STATUS_NAN);
    assert_int_equal(gauss_pair(work, &p, 1, 2.1).status, STATUS_NAN);
    assert_int_equal(gauss_pair(work, &p, 1, NO_NUMBER).status, STATUS_NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments), cmocka_unit_test(waves), cmocka_unit_test(many_scales), cmocka_unit_test(kinks),
        cmocka_unit_test(gauss_hermite_fails), cmocka_unit_test(pairs), cmocka_unit_test(outcomes),
    };
    return cmocka_run_group_tests_name("num/gauss", tests, set_up, tear_down);
}
