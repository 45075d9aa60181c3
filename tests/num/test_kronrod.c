/* Vector panels against GSL's, point by point: values, error estimates, and what refining does.
 * The one thing to know: the two rules are the same numbers added in another order.
 * Piessens et al. 1983, QUADPACK. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_integration.h>
#include <math.h>

#include "num/kronrod.h"
#include "num/status.h"

static double wave(double x) { return exp(-0.3 * x * x) * cos(2.385 * x + 0.1); }
static double kink(double x) { return fabs(x - 0.7431); }
static double constant(double x) { (void)x; return -2.385; }
static double nothing(double x) { (void)x; return 0; }
static double noise(double x) { return fmod(fabs(x) * 1e9, 1) - 0.5; }
static double broken(double x) { return x > 0.9 ? NO_NUMBER : 1; }

typedef struct {
    double (*f)(double);
    size_t calls, most;
} Counted;

static void together(double *restrict out, const double *restrict x, size_t n, void *context)
{
    Counted *c = context;
    c->calls++;
    c->most = n > c->most ? n : c->most;
    for (size_t i = 0; i < n; i++)
        out[i] = c->f(x[i]);
}

static double one(double x, void *context) { return ((Counted *)context)->f(x); }

static void as_gsl(void **state)
{
    (void)state;
    double (*const all[])(double) = {wave, kink, constant, nothing};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t panels = 1; panels < 20; panels++) {
            Counted c = {all[i], 0, 0};
            double at[21];
            Panel p[20];
            for (size_t k = 0; k <= panels; k++)
                at[k] = -1.3 + 0.317 * (double)k + 0.01 * (double)(k * k);
            kronrod_panels(p, &(VectorFunction){together, &c}, at, panels);
            assert_int_equal(c.calls, (panels + 7) / 8);
            assert_true(c.most <= KRONROD_TOGETHER);
            for (size_t k = 0; k < panels; k++) {
                double value, error, absolute, spread;
                gsl_function f = {one, &c};
                gsl_integration_qk21(&f, at[k], at[k + 1], &value, &error, &absolute, &spread);
                assert_true(fabs(p[k].value - value) <= 1e-15 * absolute);
                assert_true(fabs(p[k].absolute - absolute) <= 1e-15 * absolute);
                assert_true(fabs(p[k].error - error) <= 1e-6 * error + 3e-14 * absolute);
            }
        }
}

static Panel refined(double (*f)(double), double allowed, size_t *calls)
{
    Counted c = {f, 0, 0};
    const VectorFunction v = {together, &c};
    const double at[] = {-1, 2};
    Panel whole;
    kronrod_panels(&whole, &v, at, 1);
    const Panel p = kronrod_refine(&v, whole, -1, 2, allowed);
    *calls = c.calls;
    return p;
}

static void refining(void **state)
{
    (void)state;
    size_t calls;
    /* ∫ |x - a| = ((1 + a)² + (2 - a)²)/2 */
    const double truth = (1.7431 * 1.7431 + 1.2569 * 1.2569) / 2;
    Panel p = refined(kink, 1e-12, &calls);
    assert_true(fabs(p.value - truth) < 1e-12 && p.error <= 1e-12);
    assert_true(calls > 5 && calls < 60);
    p = refined(kink, 1e-3, &calls);
    assert_true(fabs(p.value - truth) < 1e-3 && p.error <= 1e-3);
    p = refined(wave, 1e-9, &calls);
    assert_int_equal(calls, 1);
    /* Not to be had: an end, and an honest error. */
    p = refined(noise, 1e-9, &calls);
    assert_true(p.error > 1e-4 && calls < 300);
    p = refined(constant, 0, &calls);
    assert_true(calls == 1 && fabs(p.value + 3 * 2.385) < 1e-14);
    p = refined(broken, 1e-9, &calls);
    assert_true(isnan(p.value) && isnan(p.error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_gsl), cmocka_unit_test(refining)};
    return cmocka_run_group_tests_name("num/kronrod", tests, NULL, NULL);
}
