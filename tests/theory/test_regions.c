/* Where activations are zero, flat or saturated, and the chance that a whole batch lies there, against closed forms.
 * The one thing to know: P(all z_a < 0) is 1/4 + asin(c)/2π for two equally correlated normals, 1/8 + 3 asin(c)/4π for three.
 * Sheppard 1899; David 1953. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "theory/regions.h"

static void near(double x, double truth, double absolute)
{
    if (!(fabs(x - truth) <= absolute))
        fail_msg("%.17g is not %.17g within %g", x, truth, absolute);
}

static Regions regions_of(const char *word)
{
    Choice c;
    Regions r;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    regions_find(&r, c);
    return r;
}

static void fractions(void **state)
{
    (void)state;
    const Regions relu = regions_of("relu"), hard = regions_of("hardtanh"), sigmoid = regions_of("sigmoid"), waves = regions_of("sin");
    near(regions_zero(&relu, 2.385), 0.5, 1e-9);
    near(regions_saturated(&relu, 2.385), 0.5, 1e-9);
    near(regions_zero(&hard, 2.385), 0, 1e-12);
    near(regions_saturated(&hard, 2.385), 2 * gsl_cdf_ugaussian_Q(1 / 2.385), 1e-9);
    /* σ' = 1/80, where 4e/(1 + e)² = 0.05, e = exp(-|z|) */
    const double e = 0.5 * (78 - sqrt(78 * 78 - 4));
    near(regions_saturated(&sigmoid, 2.385), 2 * gsl_cdf_ugaussian_Q(-log(e) / 2.385), 1e-9);
    assert_true(regions_known(&relu, 1e9) && regions_known(&hard, 1e9) && regions_known(&sigmoid, 1e9));
    /* |cos z| < 0.05 about odd multiples of π/2: known while few of them matter. */
    const double half = asin(0.05), sd = 2.385;
    double all = 0;
    for (int k = -5; k < 5; k++)
        all += gsl_cdf_ugaussian_P(((k + 0.5) * M_PI + half) / sd) - gsl_cdf_ugaussian_P(((k + 0.5) * M_PI - half) / sd);
    near(regions_saturated(&waves, sd), all, 1e-9);
    assert_true(regions_known(&waves, sd) && !regions_known(&waves, 4));
}

static void batches(void **state)
{
    (void)state;
    Gauss *w = gauss_alloc();
    const Regions relu = regions_of("relu"), hard = regions_of("hardtanh"), tanh_ = regions_of("tanh"), linear = regions_of("linear");
    static const double correlations[] = {0, 1e-9, 0.037, 0.5, 0.83, 0.999, 1 - 1e-9, 1};
    for (size_t i = 0; i < sizeof correlations / sizeof *correlations; i++) {
        const double c = correlations[i];
        for (double sd = 1e-6; sd < 1e7; sd *= 117) {
            near(regions_dead(&relu, w, sd, 2, c), 0.25 + asin(c) / (2 * M_PI), 1e-9);
            near(regions_dead(&relu, w, sd, 3, c), 0.125 + 3 * asin(c) / (4 * M_PI), 1e-9);
            near(regions_dead(&relu, w, sd, 1, c), 0.5, 1e-9);
            assert_true(regions_dead(&linear, w, sd, 2, c) == 0 && regions_dead(&tanh_, w, fmin(sd, 8), 2, c) == 0);
        }
    }
    /* Independent samples; and equal ones. */
    const double p = 2 * gsl_cdf_ugaussian_Q(1 / 1.7);
    near(regions_dead(&hard, w, 1.7, 4, 0), pow(p, 4), 1e-9);
    near(regions_dead(&hard, w, 1.7, 4, 1), p, 1e-9);
    near(regions_dead(&hard, w, 1.7, 4, 1 - 1e-7), p, 1e-3);
    near(regions_dead(&relu, w, 1, 32, 0), exp2(-32), 1e-15);
    gauss_free(w);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(fractions), cmocka_unit_test(batches)};
    return cmocka_run_group_tests_name("theory/regions", tests, NULL, NULL);
}
