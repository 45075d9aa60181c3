/* What losses send back, against sums done by simulation and limits known in closed form.
 * The one thing to know: softmax over equal logits is 1/K; over very different ones it is a corner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "model/registry.h"
#include "theory/losslaw.h"

static void near(double x, double truth, double absolute)
{
    if (!(fabs(x - truth) <= absolute))
        fail_msg("%.17g is not %.17g within %g", x, truth, absolute);
}

static void softmax(void **state)
{
    (void)state;
    Gauss *w = gauss_alloc();
    near(losslaw_softmax_square(w, 0, 10).value, 0.1, 1e-9);
    near(losslaw_softmax_square(w, 1e-8, 7).value, 1.0 / 7, 1e-8);
    near(losslaw_softmax_square(w, 9000, 2).value, 1, 0.02);
    /* K = 2: a sigmoid of the difference, p² + (1 - p)² = 1 - 2 p(1 - p), difference ~ N(0, 2q). */
    Choice c;
    registry_choose(&activations, "sigmoid", &c);
    MeanField *m = meanfield_alloc(c);
    for (double q = 0.01; q < 500; q *= 3.7)
        near(losslaw_softmax_square(w, q, 2).value, 2 * meanfield_moment(m, MOMENT_SQUARE, 2 * q).value, 1e-9);
    assert_int_equal(losslaw_softmax_square(w, 1e9, 3).status, STATUS_NO_PREDICTION);
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    double total = 0, squares = 0;
    const int draws = 40000;
    for (int s = 0; s < draws; s++) {   /* 5 standard errors */
        double e = 0, p = 0;
        for (int k = 0; k < 10; k++) {
            const double x = exp(1.3 * gsl_ran_ugaussian(g));
            e += x;
            p += x * x;
        }
        total += p / (e * e);
        squares += p / (e * e) * (p / (e * e));
    }
    const double mean = total / draws;
    near(losslaw_softmax_square(w, 1.69, 10).value, mean, 5 * sqrt((squares / draws - mean * mean) / draws));
    gsl_rng_free(g);
    meanfield_free(m);
    gauss_free(w);
}

static void laws(void **state)
{
    (void)state;
    Gauss *w = gauss_alloc();
    Choice c;
    registry_choose(&activations, "sigmoid", &c);
    MeanField *m = meanfield_alloc(c);
    LossLaw law;
    losslaw(&law, LOSS_MSE, 3, 5, log(2.385), 0.4, m, w);
    near(law.ln_square, log(4 * 3.385 / (25 * 3)), 1e-13);
    near(law.together, 2.385 * 0.6 / 3.385, 1e-13);
    losslaw(&law, LOSS_MSE, 3, 5, 2000, 0.4, m, w);
    near(law.ln_square, 2000 + log(4 / 75.0), 1e-9);
    /* Outputs near 0: σ = 1/2, so δ = ±1/(2BK), and two samples share nothing. */
    losslaw(&law, LOSS_BCE, 3, 5, -60, 0.4, m, w);
    near(law.ln_square, log(0.25 / (25 * 3)), 1e-12);
    near(law.together, 0, 1e-9);
    losslaw(&law, LOSS_BCE, 3, 1, 1, 0, m, w);
    near(law.together, 0, 0);
    losslaw(&law, LOSS_CE, 4, 1, -60, 0, m, w);
    near(law.ln_square, log(0.75), 1e-9);
    losslaw(&law, LOSS_CE, 4, 2, 0, 0.3, m, w);
    assert_true(isnan(law.together) && law.status == STATUS_OK);
    losslaw(&law, LOSS_NONE, 4, 2, 0, 0.3, m, w);
    assert_true(isnan(law.ln_square));
    meanfield_free(m);
    gauss_free(w);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(softmax), cmocka_unit_test(laws)};
    return cmocka_run_group_tests_name("theory/losslaw", tests, NULL, NULL);
}
