/* The critical line at its ends, by critical_line and critical_at.
 * The one thing to know: margins there are far below rounding, so the numbers come from 45-digit arithmetic and from the leading powers.
 * Schoenholz et al. 2017; Roberts, Yaida and Hanin 2022. */
#include "files.h"

#include <math.h>

#include "theory/critical.h"

static Critical *open_critical(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return critical_alloc(c);
}

static void near(double x, double truth, double relative)
{
    if (!(fabs(x - truth) <= relative * fabs(truth)))
        fail_msg("%.17g is not %.17g within %g", x, truth, relative);
}

/* The line at tiny and huge σ_b, where margins are powers of q far below rounding: by mpmath with 45 digits. */
static void ends_of_lines(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double sigma_b, q;
    } known[] = {
        {"tanh", 1e-14, 4.21716333007e-10},
        {"tanh", 1e-8, 4.21719889541e-06},
        {"elu", 1e-11, 2.82843712654e-11},
        {"elu", 1e3, 6.28319987375e+12},
        {"selu", 1e-8, 2.33011959316e-08},
        {"softsign", 1e-5, 1.00504815018e-05},
        {"gelu", 1e5, 7.89568352088e+21},
        {"mish", 1e3, 4.55526412428e+13},
        {"arctan", 1e-11, 4.21716391932e-08},
        {"hardtanh", 1e-11, 0.0114436000391},
        {"swish:2", 1e-8, 1.00000005e-08},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Critical *k = open_critical(known[i].word);
        FixedPoint p;
        critical_line(k, known[i].sigma_b, &p);
        near(p.q_star, known[i].q, 4e-9);
        critical_at(k, known[i].q, &p);
        near(p.sigma_b, known[i].sigma_b, 4e-9);
        critical_free(k);
    }
    /* tanh: margin 4q²/3, so q³ = 3σ_b²/4; elu: q = √8 σ_b; far out q = 2π σ_b⁴. */
    FixedPoint p;
    Critical *k = open_critical("tanh");
    critical_line(k, 1e-60, &p);
    near(p.q_star, cbrt(0.75e-120), 1e-9);
    critical_free(k);
    k = open_critical("elu");
    critical_line(k, 1e-200, &p);
    near(p.q_star, sqrt(8) * 1e-200, 1e-9);
    critical_line(k, 1e30, &p);
    near(p.q_star, 2 * M_PI * 1e120, 4e-9);
    critical_line(k, 1e99, &p);   /* beyond doubles */
    assert_true(p.status == STATUS_NOT_CONVERGED && isnan(p.q_star));
    critical_free(k);
    k = open_critical("hardtanh");
    critical_line(k, 1e-300, &p);
    assert_true(p.status == STATUS_NOT_CONVERGED && isnan(p.q_star));
    critical_at(k, 1e-12, &p);
    assert_true(p.status == STATUS_OK && p.sigma_b == 0 && p.q_stable == Q_MARGINAL);
    critical_free(k);
    k = open_critical("sigmoid");
    critical_at(k, 1e-12, &p);
    assert_true(p.status == STATUS_NONE && isnan(p.sigma_w));
    critical_free(k);
    k = open_critical("relu");
    critical_at(k, 1e-12, &p);
    assert_true(p.status == STATUS_OK && p.sigma_b == 0);
    critical_free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_of_lines),
    };
    return cmocka_run_group_tests_name("theory/line", tests, NULL, NULL);
}
