/* The correlation map: the tabulated route is the direct one; limits; what it refuses.
 * The one thing to know: gaps below 1e-13 use the slope, which changes 1 - gap by less than 1e-16. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "theory/gapmap.h"

static void near(double x, double truth, double relative)
{
    if (!(fabs(x - truth) <= relative * fabs(truth)))
        fail_msg("%.17g is not %.17g within %g", x, truth, relative);
}

static void steps(void **state)
{
    (void)state;
    static const char *const words[] = {"tanh", "selu", "erf", "gelu"};
    for (size_t i = 0; i < 4; i++) {
        Choice c;
        registry_choose(&activations, words[i], &c);
        MeanField *m = meanfield_alloc(c);
        GapMap *g = gapmap_alloc(m);
        const double ln_q = 0.3, v = meanfield_moment(m, MOMENT_SQUARE, exp(ln_q)).value;
        Status status;
        /* A crawl, so that the table is used. */
        for (double gap = 0.4; gap < 0.5; gap += 0.003) {
            near(gapmap_step(g, ln_q, gap, &status), meanfield_apart(m, exp(ln_q), gap).value / v, 1e-10);
            assert_int_equal(status, STATUS_OK);
        }
        near(gapmap_step(g, ln_q, 1e-20, &status), 1e-20 * exp(ln_q) * meanfield_moment(m, MOMENT_SLOPE_SQUARE, exp(ln_q)).value / v, 1e-11);
        assert_true(gapmap_step(g, ln_q, 0, &status) == 0);
        assert_true(isnan(gapmap_step(g, ln_q, NO_NUMBER, &status)));
        near(gapmap_slopes(g, ln_q, 0.37, &status), meanfield_slopes(m, exp(ln_q), 0.37).value / meanfield_moment(m, MOMENT_SLOPE_SQUARE, exp(ln_q)).value, 1e-10);
        assert_true(gapmap_slopes(g, ln_q, 0, &status) == 1);
        const PairRatios r = gapmap_ratios(g, ln_q, 1);
        near(r.squares, 1, 1e-3);
        near(r.slope_squares, 1, 1e-3);
        const PairRatios near_by = gapmap_ratios(g, ln_q + 0.02, 1.01);
        assert_true(near_by.squares == r.squares);
        gapmap_free(g);
        meanfield_free(m);
    }
    gapmap_free(NULL);
}

/* Lengths far outside doubles' comfort: relu does not care. */
static void far(void **state)
{
    (void)state;
    Choice c;
    registry_choose(&activations, "relu", &c);
    MeanField *m = meanfield_alloc(c);
    GapMap *g = gapmap_alloc(m);
    Status status;
    const double here = gapmap_step(g, 0, 0.7, &status);
    for (double t = -4000; t <= 4000; t += 1000)
        near(gapmap_step(g, t, 0.7, &status), here, 1e-12);
    gapmap_free(g);
    meanfield_free(m);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(steps), cmocka_unit_test(far)};
    return cmocka_run_group_tests_name("theory/gapmap", tests, NULL, NULL);
}
