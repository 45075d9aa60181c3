/* Fixed points, critical points and depth scales against published numbers, closed forms, and the maps themselves.
 * The one thing to know: where there is no point, the test is that there is no number.
 * Poole et al. 2016; Schoenholz et al. 2017; He et al. 2015; Hayou et al. 2019; Roberts, Yaida and Hanin 2022. */
#include "files.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#include "theory/critical.h"

static Choice choose(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return c;
}

static Critical *open(const char *word)
{
    return critical_alloc(choose(word));
}

static void near(double x, double truth, double relative)
{
    if (!(fabs(x - truth) <= relative * fabs(truth)))
        fail_msg("%.17g is not %.17g within %g", x, truth, relative);
}

/* Schoenholz et al. 2017, tanh at σ_b² = 0.05; values recomputed to 10 digits. */
static void tanh_phases(void **state)
{
    (void)state;
    static const struct {
        double variance, q, chi_1, chi_par, c, xi;
    } known[] = {
        {1.0, 0.1935925202, 0.7590316472, 0.5642799820, 1, 3.62698},
        {1.5, 0.4180372005, 0.9386362682, 0.5519832057, 1, 15.79099},
        {2.5, 1.0639583774, 1.1335156987, 0.4284638509, 0.4468042323, 11.79560},
    };
    Critical *k = open("tanh");
    for (size_t i = 0; i < 3; i++) {
        FixedPoint p[CRITICAL_MOST];
        assert_int_equal(critical_fixed_points(k, sqrt(known[i].variance), sqrt(0.05), p), 1);
        critical_correlation(k, p);
        assert_int_equal(p->status, STATUS_OK);
        assert_int_equal(p->q_stable, Q_STABLE);
        assert_true(fabs(p->q_star - known[i].q) < 6e-11 && fabs(p->chi_1 - known[i].chi_1) < 6e-11);
        assert_true(fabs(p->chi_par - known[i].chi_par) < 6e-11 && fabs(p->c_star - known[i].c) < 6e-11);
        assert_true(fabs(critical_depth(p->chi_c) - known[i].xi) < 6e-6);
    }
    critical_free(k);
}

/* The critical line of tanh (Schoenholz et al. 2017, fig. 1), and σ_b = 0.2 for others; digits recomputed. */
static void lines(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double bias_variance, variance;
        double tolerance;
        Stability stability;
    } known[] = {
        {"tanh", 0, 1, 1e-14, Q_MARGINAL},
        {"tanh", 0.01, 1.424205290489, 1e-12, Q_STABLE},
        {"tanh", 0.05, 1.760954639607, 1e-12, Q_STABLE},
        {"tanh", 0.1, 1.986072641136, 1e-12, Q_STABLE},
        {"sigmoid", 0, 103.007554, 1e-8, Q_STABLE},
        {"tanh", 0.04, 1.304146 * 1.304146, 1e-6, Q_STABLE},
        {"elu", 0.04, 1.229251 * 1.229251, 1e-6, Q_STABLE},
        {"selu", 0.04, 0.937476 * 0.937476, 2e-6, Q_STABLE},
        {"gelu", 0.04, 1.547009 * 1.547009, 1e-6, Q_UNSTABLE},
        {"silu", 0.04, 1.679532 * 1.679532, 1e-6, Q_UNSTABLE},
        {"relu", 0, 2, 1e-15, Q_MARGINAL},
        {"prelu", 0, 1.8823529411764706, 1e-15, Q_MARGINAL},
        {"linear", 0, 1, 1e-15, Q_MARGINAL},
        {"elu", 0, 1, 1e-14, Q_MARGINAL},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Critical *k = open(known[i].word);
        FixedPoint p;
        critical_line(k, sqrt(known[i].bias_variance), &p);
        near(p.sigma_w * p.sigma_w, known[i].variance, known[i].tolerance);
        assert_int_equal(p.q_stable, known[i].stability);
        assert_int_equal(p.status, known[i].stability == Q_UNSTABLE ? STATUS_UNSTABLE : STATUS_OK);
        assert_true(p.chi_1 == 1 && critical_depth(p.chi_1) == HUGE_VAL);
        critical_free(k);
    }
    Critical *k = open("tanh");
    FixedPoint p;
    critical_line(k, sqrt(0.05), &p);
    near(p.q_star, 0.570047881641, 1e-12);
    critical_free(k);
}

/* erf: σ_w² = (π/4)√(1 + 4q), for any σ_b; the line closes the length map exactly. */
static void erf_line(void **state)
{
    (void)state;
    Critical *k = open("erf");
    for (double b = 1e-7; b < 1e4; b *= 6.1) {
        FixedPoint p;
        critical_line(k, b, &p);
        assert_int_equal(p.status, STATUS_OK);
        near(p.sigma_w * p.sigma_w, M_PI / 4 * sqrt(1 + 4 * p.q_star), 1e-13);
        near(p.sigma_w * p.sigma_w * M_2_PI * atan(2 * p.q_star / sqrt(1 + 4 * p.q_star)) + b * b, p.q_star, 1e-12);
        assert_true(p.c_star == 1 && p.chi_c == 1);
    }
    critical_free(k);
}

/* Every row: what the line returns is a fixed point with χ₁ = 1, by the functions that know nothing of the line. */
static void lines_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        const Choice c = {registry_row(&activations, i), registry_row(&activations, i)->standard};
        if (!meanfield_covers(c))
            continue;
        Critical *k = critical_alloc(c);
        for (double b = 0.0137; b < 3; b *= 3.3) {
            FixedPoint p, all[CRITICAL_MOST];
            critical_line(k, b, &p);
            if (p.q_stable == Q_NONE) {
                assert_true(isnan(p.sigma_w) && isnan(p.q_star) && isnan(p.chi_1) && p.status == STATUS_NONE);
                continue;
            }
            const size_t n = critical_fixed_points(k, p.sigma_w, b, all);
            bool found = false;
            for (size_t j = 0; j < n; j++)
                found = found || (fabs(all[j].q_star / p.q_star - 1) < 1e-7 && fabs(all[j].chi_1 - 1) < 1e-7);
            assert_true(found);
        }
        critical_free(k);
    }
}

/* Roberts, Yaida and Hanin 2022, §5.3.4 (gelu, swish), with q* = (3 + √17)/2 for gelu; mish by the same equations. For silu
 * σ_b² is 0.5551431707215304 by 30-digit quadrature. */
static void doubles(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double bias_variance, variance, q;
        size_t points;
    } known[] = {
        {"gelu", 0.172922390756, 1.983058257438, 3.5615528128088303, 2},
        {"silu", 0.5551431707215304, 1.988004678269492, 14.3201736180258, 2},
        {"mish", 0.094521787371, 2.013524069720, 1.670169132, 1},
    };
    for (size_t i = 0; i < 3; i++) {
        Critical *k = open(known[i].word);
        FixedPoint p;
        critical_double(k, &p);
        assert_int_equal(p.status, STATUS_OK);
        assert_int_equal(p.q_stable, Q_MARGINAL);
        near(p.sigma_b * p.sigma_b, known[i].bias_variance, 4e-12);
        near(p.sigma_w * p.sigma_w, known[i].variance, 1e-12);
        near(p.q_star, known[i].q, 4e-10);
        assert_true(p.chi_1 == 1 && p.chi_par == 1 && p.c_star == 1);
        /* Given those sigmas, it is found although Q only touches the diagonal, and so is the stable one that gelu (q* = 3.035)
         * and silu (14.593) have right beside it. */
        FixedPoint all[CRITICAL_MOST];
        assert_int_equal(critical_fixed_points(k, p.sigma_w, p.sigma_b, all), known[i].points);
        const FixedPoint *marginal = all[0].q_stable == Q_MARGINAL ? &all[0] : &all[1];
        assert_int_equal(marginal->q_stable, Q_MARGINAL);
        near(marginal->q_star, p.q_star, 1e-5);
        critical_free(k);
    }
    static const char *const without[] = {"elu", "softplus", "sigmoid", "tanh", "selu", "erf", "sin", "softsign", "hardtanh"};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        Critical *k = open(without[i]);
        FixedPoint p;
        critical_double(k, &p);
        assert_int_equal(p.status, STATUS_NONE);
        assert_true(isnan(p.sigma_w) && isnan(p.sigma_b) && isnan(p.q_star));
        critical_free(k);
    }
    /* swish:β is swish(βx)/β: the point scales. */
    Critical *k = open("swish:2.385");
    FixedPoint p;
    critical_double(k, &p);
    near(p.q_star, 14.3201736180258 / (2.385 * 2.385), 1e-10);
    near(p.sigma_b, sqrt(0.5551431707215304) / 2.385, 1e-11);
    critical_free(k);
}

/* He et al. 2015: a whole family at σ_w² = 2/(1 + a²), fixed points below, none above. */
static void homogeneous(void **state)
{
    (void)state;
    Critical *k = open("leaky-relu:0.3");
    FixedPoint p[CRITICAL_MOST];
    const double he = sqrt(2 / 1.09);
    assert_int_equal(critical_fixed_points(k, he, 0, p), 1);
    critical_correlation(k, p);
    assert_true(isnan(p->q_star) && p->q_stable == Q_MARGINAL && p->status == STATUS_OK);
    assert_true(p->chi_1 == 1 && p->chi_par == 1 && p->c_star == 1 && p->chi_c == 1);
    assert_int_equal(critical_fixed_points(k, he, 0.1, p), 1);
    assert_true(p->status == STATUS_NO_FIXED_POINT && isnan(p->q_star) && isnan(p->chi_1) && isnan(p->chi_par));
    critical_correlation(k, p);
    assert_true(isnan(p->c_star) && isnan(p->chi_c));
    assert_int_equal(critical_fixed_points(k, 1, 0.3, p), 1);
    near(p->q_star, 0.09 / (1 - 1.09 / 2), 1e-14);
    near(p->chi_1, 1.09 / 2, 1e-14);
    assert_int_equal(critical_fixed_points(k, 2.385, 0, p), 1);
    assert_true(p->q_star == 0 && p->q_stable == Q_UNSTABLE && p->status == STATUS_UNSTABLE);
    critical_line(k, 0.1, p);
    assert_true(p->status == STATUS_NONE && isnan(p->sigma_w));
    critical_free(k);
}

/* Klambauer et al. 2017: selu with LeCun's σ_w = 1 has q* = 1 with χ₁ = λ²(1/2 + α² e² Φ(-2)) = 1.0715749924558. PyTorch's gain 3/4:
 * q* = 0.0230337846, χ₁ = 1.003670351. Sigmoid and tanh with published gains; all digits recomputed. */
static void classics(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double sigma_w, q, chi_1, tolerance;
    } known[] = {
        {"selu", 1, 1, 1.0715749924558, 1e-12},
        {"selu", 0.75, 0.0230337846, 1.003670351, 3e-9},
        {"sigmoid", 1, 0.264686875182, 0.055720706770, 2e-11},
        {"tanh", 5.0 / 3, 1.178480490386, 1.209831320383, 1e-12},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Critical *k = open(known[i].word);
        FixedPoint p;
        critical_attractor(k, known[i].sigma_w, 0, 1.3, &p);
        assert_int_equal(p.status, STATUS_OK);
        near(p.q_star, known[i].q, known[i].tolerance);
        near(p.chi_1, known[i].chi_1, known[i].tolerance);
        critical_free(k);
    }
    near(SELU_LAMBDA * SELU_LAMBDA * (0.5 + SELU_ALPHA * SELU_ALPHA * exp(2) * erfc(M_SQRT2) / 2), 1.0715749924558, 1e-13);
}

static void several(void **state)
{
    (void)state;
    Critical *k = open("silu");
    FixedPoint p[CRITICAL_MOST];
    assert_int_equal(critical_fixed_points(k, sqrt(2.5), sqrt(0.05), p), 2);
    assert_true(p[0].q_stable == Q_STABLE && p[1].q_stable == Q_UNSTABLE && p[0].q_star < p[1].q_star);
    assert_true(p[0].status == STATUS_OK && p[1].status == STATUS_UNSTABLE);
    for (int i = 0; i < 2; i++)
        near(exp(meanfield_length(critical_meanfield(k), sqrt(2.5), sqrt(0.05), log(p[i].q_star))), p[i].q_star, 1e-12);
    FixedPoint a;
    critical_attractor(k, sqrt(2.5), sqrt(0.05), 1.2, &a);
    near(a.q_star, p[0].q_star, 1e-13);
    critical_attractor(k, sqrt(2.5), sqrt(0.05), 2.385, &a);
    assert_true(a.status == STATUS_NO_FIXED_POINT && isnan(a.q_star));
    critical_free(k);
    k = open("tanh");
    assert_int_equal(critical_fixed_points(k, 1.3, 0, p), 2);
    assert_true(p[0].q_star == 0 && p[0].q_stable == Q_UNSTABLE && p[1].q_stable == Q_STABLE);
    critical_correlation(k, &p[1]);
    assert_true(p[1].c_star == 0 && p[1].chi_c < 1);
    critical_free(k);
}

/* Near criticality tanh has q* = (σ_w² - 1)/2 + …: roots where iteration would need 1/(σ_w² - 1) steps. */
static void near_criticality(void **state)
{
    (void)state;
    Critical *k = open("tanh");
    for (double excess = 1e-3; excess > 1e-9; excess /= 7.3) {
        FixedPoint p[CRITICAL_MOST];
        assert_int_equal(critical_fixed_points(k, sqrt(1 + excess), 0, p), 2);
        near(p[1].q_star, excess / 2, 2 * excess + 1e-3);
        assert_int_equal(p[1].q_stable, Q_STABLE);
    }
    FixedPoint p[CRITICAL_MOST];
    assert_int_equal(critical_fixed_points(k, 1, 0, p), 1);
    assert_true(p->q_star == 0 && p->q_stable == Q_MARGINAL && p->chi_1 == 1);
    critical_free(k);
}

/* Deep in chaos and at extreme σ's there is an answer or a status, for every row; a thousand points in a moment. */
static void extremes(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        const Choice c = {registry_row(&activations, i), registry_row(&activations, i)->standard};
        if (!meanfield_covers(c))
            continue;
        Critical *k = critical_alloc(c);
        for (double w = 1e-6; w < 1e7; w *= 33)
            for (double b = 1e-6; b < 1e7; b *= 47) {
                FixedPoint p[CRITICAL_MOST];
                const size_t n = critical_fixed_points(k, w, b, p);
                assert_true(n >= 1);
                for (size_t j = 0; j < n; j++) {
                    assert_true(isfinite(p[j].q_star) == (p[j].q_stable != Q_NONE));
                    assert_true(isfinite(p[j].chi_1) == (p[j].q_stable != Q_NONE));
                    if (p[j].q_stable == Q_STABLE && p[j].q_star < 1e29)
                        near(exp(meanfield_length(critical_meanfield(k), w, b, log(p[j].q_star))), p[j].q_star, 1e-10);
                }
            }
        FixedPoint p[CRITICAL_MOST];
        critical_fixed_points(k, NO_NUMBER, 0.1, p);
        assert_int_equal(p->status, STATUS_NAN);
        critical_fixed_points(k, 1, -0.1, p);
        assert_int_equal(p->status, STATUS_NAN);
        critical_fixed_points(k, 0, 0.3, p);
        near(p->q_star, 0.09, 1e-14);
        assert_true(p->chi_1 == 0 && critical_depth(0) == 0);
        critical_line(k, NO_NUMBER, p);
        assert_int_equal(p->status, STATUS_NAN);
        critical_free(k);
    }
}

static void depths(void **state)
{
    (void)state;
    near(critical_depth(exp(-1 / 2.385)), 2.385, 1e-14);
    near(critical_depth(exp(1 / 2.385)), -2.385, 1e-14);
    assert_true(critical_depth(1) == HUGE_VAL && isnan(critical_depth(-0.1)) && isnan(critical_depth(NO_NUMBER)));
}

static void initialiser(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double sigma_b, w2, b2;
    } known[] = {
        {"gelu", NO_NUMBER, 1.983058257438, 0.172922390756}, {"relu", NO_NUMBER, 2, 0}, {"tanh", NO_NUMBER, 1, 0},
        {"selu", NO_NUMBER, 0.937476 * 0.937476, 0.04},       {"elu", NO_NUMBER, 1, 0},  {"tanh", 0.31622776601683794, 1.986072641136, 0.1},
        {"elu:2", NO_NUMBER, NO_NUMBER, 0.04},                      {"hardtanh", NO_NUMBER, 1, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double w, b;
        assert_int_equal(critical_sigmas(choose(known[i].word), known[i].sigma_b, &w, &b), 0);
        if (!isnan(known[i].w2))
            near(w * w, known[i].w2, 2e-6);
        near(b * b, known[i].b2, 1e-11);
    }
}

static Files files;

static int set_up(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    files = files_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(&files);
    return 0;
}

static void refusals(void **state)
{
    (void)state;
    double w, b;
    FAILS(&files, EXIT_USAGE, "doubly critical point is sigma_b = 0.4158", critical_sigmas(choose("gelu"), 0.2, &w, &b));
    FAILS(&files, EXIT_USAGE, "no critical sigma_w", critical_sigmas(choose("relu"), 0.2, &w, &b));
    FAILS(&files, EXIT_USAGE, "no critical point", critical_sigmas(choose("softplus"), NO_NUMBER, &w, &b));
    FAILS(&files, EXIT_USAGE, "not elementwise", critical_sigmas(choose("softmax"), NO_NUMBER, &w, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tanh_phases), cmocka_unit_test(lines),       cmocka_unit_test(erf_line),
        cmocka_unit_test(lines_close), cmocka_unit_test(doubles),     cmocka_unit_test(homogeneous),
        cmocka_unit_test(classics),    cmocka_unit_test(several),     cmocka_unit_test(near_criticality),
        cmocka_unit_test(extremes),    cmocka_unit_test(depths),      cmocka_unit_test(initialiser),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("theory/critical", tests, set_up, tear_down);
}
