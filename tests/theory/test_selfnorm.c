/* Self-normalisation against the paper's numbers: α, λ, the Jacobian, fixed points, the domain of Theorem 1.
 * The one thing to know: the digits are recomputed to ten places; the paper prints four.
 * Klambauer, Unterthiner, Mayr and Hochreiter 2017. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "theory/selfnorm.h"

static Gauss *work;
static const Selu standard = {SELU_ALPHA, SELU_LAMBDA};

static void near(double x, double truth, double absolute)
{
    if (!(fabs(x - truth) <= absolute))
        fail_msg("%.17g is not %.17g within %g", x, truth, absolute);
}

static void standard_point(void **state)
{
    (void)state;
    SelfNormal s;
    selu_solve(work, 0, 1, &s);
    assert_int_equal(s.status, STATUS_OK);
    near(s.selu.alpha, 1.6732632423543772848, 1e-14);
    near(s.selu.lambda, 1.0507009873554804934, 1e-14);
    near(s.selu.alpha, -sqrt(2 / M_PI) / (sqrt(exp(1)) * erfc(M_SQRT1_2) - 1), 1e-14);
    near(s.at.mean, 0, 1e-14);
    near(s.at.variance, 1, 1e-14);
    near(s.at.jacobian[0][0], 0, 0);
    near(s.at.jacobian[0][1], 0.0888347551, 5e-11);
    near(s.at.jacobian[1][0], 0, 0);
    near(s.at.jacobian[1][1], 0.7826478832, 5e-11);
    near(s.at.spectral_norm, 0.7876733605, 5e-11);
    near(s.chi_1, 1.0715749924558, 5e-14);
}

/* Other weights have other fixed points; ω is immaterial at mean 0 only when τ = 1. */
static void other_weights(void **state)
{
    (void)state;
    static const struct {
        double omega, tau, mu, nu;
    } known[] = {{0, 1.1, 0.04851780, 1.39930809}, {0, 0.95, -0.01856606, 0.82879460}, {0.07, 1, 0, 1}, {-0.1, 1, 0, 1}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double mu = 0.05, nu = 1.2;
        Status status;
        selu_settle(work, standard, known[i].omega, known[i].tau, &mu, &nu, &status);
        assert_int_equal(status, STATUS_OK);
        near(mu, known[i].mu, 6e-9);
        near(nu, known[i].nu, 6e-9);
    }
}

static void other_targets(void **state)
{
    (void)state;
    SelfNormal s;
    selu_solve(work, -0.1, 2, &s);
    assert_int_equal(s.status, STATUS_OK);
    near(s.selu.alpha, 1.976902195424, 6e-13);
    near(s.selu.lambda, 1.073851239616, 6e-13);
    for (double mean = -0.3; mean < 0.5; mean += 0.155)
        for (double variance = 0.3; variance < 4; variance *= 1.9) {
            selu_solve(work, mean, variance, &s);
            if (s.status != STATUS_OK) {
                assert_true(isnan(s.selu.alpha) && isnan(s.selu.lambda) && isnan(s.chi_1) && isnan(s.at.spectral_norm));
                continue;
            }
            near(s.at.mean, mean, 1e-9);
            near(s.at.variance, variance, 1e-9);
        }
    selu_solve(work, 0, 0, &s);
    assert_true(s.status == STATUS_NONE && isnan(s.selu.alpha));
    selu_solve(work, 0, -1, &s);
    assert_int_equal(s.status, STATUS_NONE);
    selu_solve(work, NO_NUMBER, 1, &s);
    assert_int_equal(s.status, STATUS_NONE);
}

/* Derivatives by differences, away from the fixed point. */
static void jacobian(void **state)
{
    (void)state;
    const double mu = 0.21, nu = 1.37, omega = 0.6, tau = 1.06, h = 1e-5;
    MomentMap here, up, down;
    selu_map(work, standard, mu, nu, omega, tau, &here);
    selu_map(work, standard, mu + h, nu, omega, tau, &up);
    selu_map(work, standard, mu - h, nu, omega, tau, &down);
    near(here.jacobian[0][0], (up.mean - down.mean) / (2 * h), 1e-9);
    near(here.jacobian[1][0], (up.variance - down.variance) / (2 * h), 1e-9);
    selu_map(work, standard, mu, nu + h, omega, tau, &up);
    selu_map(work, standard, mu, nu - h, omega, tau, &down);
    near(here.jacobian[0][1], (up.mean - down.mean) / (2 * h), 1e-9);
    near(here.jacobian[1][1], (up.variance - down.variance) / (2 * h), 1e-9);
}

/* Random weights of mean 0 instead, z ~ N(0, ν + μ²) (Poole et al. 2016): another pair holds mean -0.1 and variance 2. */
static void weights_of_mean_zero(void **state)
{
    (void)state;
    const Selu other = {2.32999725, 0.97981902};
    const double mean = -0.1, variance = 2;
    MomentMap at;
    selu_map(work, other, mean, variance, 0, (variance + mean * mean) / variance, &at);
    near(at.mean, mean, 2e-8);
    near(at.variance, variance, 4e-8);
}

/* Theorem 1: the box maps into itself; what is attained lies inside the paper's enclosure. */
static void theorem_1(void **state)
{
    (void)state;
    const MomentBox box = {{-0.1, 0.1}, {0.8, 1.5}, {-0.1, 0.1}, {0.95, 1.1}};
    double mu[2], nu[2];
    selu_image(work, standard, &box, mu, nu);
    near(mu[0], -0.03106, 6e-6);
    near(mu[1], 0.06773, 6e-6);
    near(nu[0], 0.80371, 6e-6);
    near(nu[1], 1.48157, 6e-6);
    assert_true(nu[0] > 0.80009 && nu[1] < 1.48617);
    SelfNormal s;
    MomentBox domain;
    selu_solve(work, 0, 1, &s);
    const double factor = selu_domain(work, &s, 0, 1, &domain);
    assert_true(factor > 1);
    selu_image(work, standard, &domain, mu, nu);
    assert_true(mu[0] >= domain.mu[0] && mu[1] <= domain.mu[1] && nu[0] >= domain.nu[0] && nu[1] <= domain.nu[1]);
}

static void any_activation(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        const Choice c = {registry_row(&activations, i), registry_row(&activations, i)->standard};
        if (!meanfield_covers(c))
            continue;
        MeanField *m = meanfield_alloc(c);
        Normaliser n;
        self_normalise(m, &n);
        const double mean = meanfield_moment(m, MOMENT_MEAN, 1).value, square = meanfield_moment(m, MOMENT_SQUARE, 1).value;
        near(n.scale * mean + n.shift, 0, 1e-13);
        near(n.scale * n.scale * (square - mean * mean), 1, 1e-12);
        near(n.chi_1, n.scale * n.scale * meanfield_moment(m, MOMENT_SLOPE_SQUARE, 1).value, 1e-12);
        assert_int_equal(n.status, fabs(n.at.jacobian[1][1]) < 1 - 1e-9 ? STATUS_OK : STATUS_UNSTABLE);
        meanfield_free(m);
    }
    /* selu has it already; the exact scale of relu is √(2/(1 - 1/π)) = 1.712858550450 (Brock et al. 2021, NFNets). */
    Choice c;
    Normaliser n;
    registry_choose(&activations, "selu", &c);
    MeanField *m = meanfield_alloc(c);
    self_normalise(m, &n);
    near(n.scale, 1, 1e-14);
    near(n.shift, 0, 1e-14);
    near(n.at.spectral_norm, 0.7876733605, 5e-11);
    meanfield_free(m);
    registry_choose(&activations, "relu", &c);
    m = meanfield_alloc(c);
    self_normalise(m, &n);
    near(n.scale, 1.712858550450, 6e-13);
    meanfield_free(m);
}

int main(void)
{
    gsl_set_error_handler_off();
    work = gauss_alloc();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_point), cmocka_unit_test(other_weights), cmocka_unit_test(other_targets),
        cmocka_unit_test(jacobian),       cmocka_unit_test(weights_of_mean_zero),
        cmocka_unit_test(theorem_1),     cmocka_unit_test(any_activation),
    };
    const int failed = cmocka_run_group_tests_name("theory/selfnorm", tests, NULL, NULL);
    gauss_free(work);
    return failed;
}
