/* The audit: what its rows come to, by numbers found elsewhere.
 * The one thing to know: a new row is walked here unedited; known consequences are held to their digits.
 * He et al. 2015; Klambauer et al. 2017; Brock et al. 2021; Roberts, Yaida and Hanin 2022; digits recomputed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "theory/audit.h"

static Critical *open(const Claim *c)
{
    Choice choice;
    assert_int_equal(registry_choose(&activations, c->activation, &choice), 0);
    return critical_alloc(choice);
}

static const Claim *find(const char *name)
{
    for (size_t i = 0; i < n_claims; i++)
        if (!strcmp(claims[i].name, name))
            return &claims[i];
    fail_msg("no claim %s", name);
    return NULL;
}

static void near(double x, double truth, double relative)
{
    if (!(fabs(x - truth) <= relative * fabs(truth)))
        fail_msg("%.17g is not %.17g within %g", x, truth, relative);
}

static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_claims; i++) {
        Critical *k = open(&claims[i]);
        Verdict v;
        audit_verdict(&claims[i], k, &v);
        assert_true(isfinite(v.truth) && isfinite(v.relative_error));
        near(claims[i].claimed, v.truth + v.relative_error * fabs(v.truth), 1e-12);
        const double some = audit_ln_factor(&claims[i], k, 50), more = audit_ln_factor(&claims[i], k, 100);
        assert_true(isfinite(some) && isfinite(more));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(claims[i].name, claims[j].name);
        critical_free(k);
    }
}

static void known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double truth, tolerance, factor_50, factor_tolerance;
    } rows[] = {
        {"torch-gain-tanh", 1, 1e-14, 0, 0},
        {"torch-gain-relu", M_SQRT2, 1e-15, 1, 1e-12},
        {"torch-gain-sigmoid", 10.149263705, 1e-8, 0, 0},
        {"torch-linear-relu", 1.0 / 6, 1e-13, 1.2371930760e-39, 1e-9},
        {"he-normal-gelu-q1", 0.5432, 1e-4, 5.6e-14, 0.01},
        {"he-normal-gelu", 0.5905, 1e-4, 3.6e-12, 0.02},
        {"he-normal-selu-q1", 1.2549, 1e-4, 8.5e4, 0.01},
        {"he-normal-selu", 1.2388, 1e-4, 4.5e4, 0.01},
        {"selu-gradients", 1.0715749924558, 1e-12, 31.7050536326, 1e-9},
        {"nfnet-gamma-relu", 1.712858550450, 6e-13, 0, 0},
        {"nfnet-gamma-silu", 1.787187222100, 6e-13, 0, 0},
        {"nfnet-gamma-tanh", 1.592537419723, 6e-13, 0, 0},
        {"nfnet-gamma-sigmoid", 4.801313372040, 6e-13, 0, 0},
        {"swish-critical-bias", 0.5551431707215, 1e-12, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Claim *c = find(rows[i].name);
        Critical *k = open(c);
        Verdict v;
        audit_verdict(c, k, &v);
        near(v.truth, rows[i].truth, rows[i].tolerance);
        if (rows[i].factor_50 > 0)
            near(exp(audit_ln_factor(c, k, 50)), rows[i].factor_50, rows[i].factor_tolerance);
        critical_free(k);
    }
    /* The slipped bias leads to χ₁ = 0.5504. */
    const Claim *c = find("swish-critical-bias");
    Critical *k = open(c);
    near(exp(audit_ln_factor(c, k, 1000) - audit_ln_factor(c, k, 999)), 0.5504, 1e-4);
    critical_free(k);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row), cmocka_unit_test(known)};
    return cmocka_run_group_tests_name("theory/audit", tests, NULL, NULL);
}
