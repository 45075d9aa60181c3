/* Finite width: exact laws against published orders, sums done another way, and each other.
 * The one thing to know: digits are recomputed; the papers give the leading orders.
 * Hanin and Nica 2020; Hanin 2018; Yang et al. 2019; Newman 1986; Pennington et al. 2018; Balduzzi et al. 2017. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "theory/critical.h"
#include "theory/finite.h"

static void near(double x, double truth, double absolute)
{
    if (!(fabs(x - truth) <= absolute))
        fail_msg("%.17g is not %.17g within %g", x, truth, absolute);
}

static Choice choose(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return c;
}

/* Hanin and Nica 2020: leading order -5/(2n) and 5/n for ReLU. */
static void log_moments(void **state)
{
    (void)state;
    near(finite_relu(32).mean, -0.082540208, 6e-10);
    near(finite_relu(32).variance, 0.177497787, 6e-10);
    near(finite_relu(256).mean, -0.009828659, 6e-10);
    near(finite_relu(256).variance, 0.019818709, 6e-10);
    static const double widths[] = {1, 2, 3, 7, 40, 255};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        const double n = widths[i];
        double total = 0, mean = 0, square = 0, spread = 0;
        for (unsigned k = 1; k <= (unsigned)n; k++) {
            const double p = gsl_ran_binomial_pdf(k, 0.5, (unsigned)n), psi = gsl_sf_psi(k / 2.0);
            total += p;
            mean += p * psi;
            square += p * psi * psi;
            spread += p * gsl_sf_psi_1(k / 2.0);
        }
        mean /= total;
        near(finite_relu(n).mean, mean + log(4 / n), 1e-12);
        near(finite_relu(n).variance, spread / total + square / total - mean * mean, 1e-12);
    }
    for (double n = 1e4; n < 1e10; n *= 31) {
        near(finite_relu(n).mean * n, -2.5, 40 / n + 1e-5);
        near(finite_relu(n).variance * n, 5, 80 / n + 1e-5);
        near(finite_linear(n).mean * n, -1, 4 / n + 1e-5);
        near(finite_linear(n).variance * n, 2, 4 / n + 1e-5);
    }
    /* The expansion takes over without a jump. */
    near(finite_relu(3999999).variance / finite_relu(4000001).variance, 1, 3e-6);
    near(finite_linear(7).mean, gsl_sf_psi(3.5) + log(2.0 / 7), 1e-15);
}

static void dead(void **state)
{
    (void)state;
    near(finite_dead(3, 10), 0.7369, 3e-5);
    near(finite_dead(3, 10), 1 - pow(7.0 / 8, 10), 1e-15);
    near(finite_dead(60, 1000) / (1000 * exp2(-60)), 1, 1e-12);   /* where 1 - 2^-60 is 1 */
    assert_true(finite_dead(2000, 10) == 0);
}

static void spectra(void **state)
{
    (void)state;
    /* Newman 1986; the exponents of an n × n product add up to E ln |det|, half the sum of ψ. */
    near(finite_lyapunov(1, 1), (gsl_sf_psi(0.5) + log(2)) / 2, 1e-15);
    assert_true(finite_lyapunov(9, 1) > finite_lyapunov(9, 2));
    near(finite_largest_square(1), 4, 1e-14);
    near(finite_largest_square(10), pow(11, 11) / pow(10, 10), 1e-12);
    near(finite_jacobian_variance(10, 2, 1), 10, 0);
    near(finite_jacobian_variance(10, 1, 0), 10, 0);
    /* Orthogonal tanh at (σ_w², σ_b²) = (1.05, 2.01e-5), L = 10: 0.0427 (Pennington, Schoenholz and Ganguli 2017). */
    Critical *k = critical_alloc(choose("tanh"));
    FixedPoint p[CRITICAL_MOST];
    critical_fixed_points(k, sqrt(1.05), sqrt(2.01e-5), p);
    Ratios r;
    meanfield_ratios(critical_meanfield(k), log(p->q_star), &r);
    near(p->chi_1, 1, 1e-3);
    near(finite_jacobian_variance(10, r.slope_fourth, 1), 0.0427, 6e-5);
    critical_free(k);
}

/* Yang et al. 2019, table and eq. for ReLU; π/(π - 1) as the batch grows. */
static void batch_norm(void **state)
{
    (void)state;
    near(batchnorm_relu(4), 3.084060948, 6e-10);
    near(batchnorm_relu(16), 1.589950417, 6e-10);
    near(batchnorm_relu(HUGE_VAL), 1.466942207, 6e-10);
    near(batchnorm_relu(1e9), M_PI / (M_PI - 1), 1e-8);
    near(batchnorm_linear(5), 1.5, 0);
    near(batchnorm_linear(HUGE_VAL), 1, 0);
    assert_true(batchnorm_linear(2) == 0 && batchnorm_relu(2) == 0);
    assert_true(isinf(batchnorm_linear(3)) && isinf(batchnorm_relu(3)));
    assert_true(isnan(batchnorm_linear(1)) && isnan(batchnorm_relu(NO_NUMBER)));
    MeanField *m = meanfield_alloc(choose("gelu"));
    const double k = meanfield_moment(m, MOMENT_SLOPE_SQUARE, 1).value, v = meanfield_moment(m, MOMENT_SQUARE, 1).value;
    near(layernorm_rate(k, v), 1.072032, 6e-7);
    near(batchnorm_limit(0.5, sqrt(1 / (2 * M_PI)), 0.5), M_PI / (M_PI - 1), 1e-15);
    meanfield_free(m);
}

/* Residual ReLU blocks: ρ settles at 0.80124 and the growth at 2.904 for a = 1; ln growth 10.0 and 34.3 for a = 1/L. */
static void residual(void **state)
{
    (void)state;
    double rho = 0;
    for (int i = 0; i < 200; i++)
        rho = residual_relu_next(1, rho);
    near(rho, 0.80124, 6e-6);
    near(residual_relu_growth(1, rho), 2.904, 6e-4);
    static const double lengths[] = {100, 1000}, grown[] = {10.0, 34.3};
    for (int i = 0; i < 2; i++) {
        double log_growth = 0;
        rho = 0;
        for (double l = 0; l < lengths[i]; l++) {
            log_growth += log(residual_relu_growth(1 / lengths[i], rho));
            rho = residual_relu_next(1 / lengths[i], rho);
        }
        near(log_growth, grown[i], 0.06);
    }
    double log_growth = 0;
    rho = 0;
    for (int l = 0; l < 100000; l++) {   /* b = 1/L, a = 1/L²: tends to 0.303 */
        log_growth += log(residual_relu_growth(1e-10, rho));
        rho = residual_relu_next(1e-10, rho);
    }
    near(log_growth, 0.303, 2e-3);
}

/* Power laws at criticality, by recursion: tanh, q₁ = 1, squared gradient 0.7207/L at 100, 0.7082/L at 1000 (limit 0.7061);
 * ReLU correlations (1 - c)ℓ² = 12.8, 35.8, 43.1; its gradient correlation L³ Π = 33.7, 144, 188 (Schoenholz et al. 2017; Hayou et
 * al. 2019; Balduzzi et al. 2017, whose model would have it fall like 2^-L). */
static void power_laws(void **state)
{
    (void)state;
    MeanField *tanh_ = meanfield_alloc(choose("tanh")), *relu = meanfield_alloc(choose("relu"));
    double t = 0, ln_gradient = 0;
    for (int l = 1; l <= 1000; l++) {
        if (l == 100)
            near(exp(ln_gradient) * 100, 0.7207, 6e-5);
        if (l == 1000)
            near(exp(ln_gradient) * 1000, 0.7082, 6e-5);
        Averages a;
        meanfield_at(tanh_, t, &a);
        ln_gradient += a.ln_k;
        t = a.ln_v;
    }
    near(exp(t) * 2 * 1000, 1, 0.02);
    double gap = 1, product = 1;
    for (int l = 1; l <= 1000; l++) {
        product *= meanfield_slopes(relu, 1, gap).value * 2;
        gap = meanfield_apart(relu, 1, gap).value * 2;
        if (l == 10) {
            near(gap * 100, 12.8, 0.06);
            near(product, 0.033652, 6e-7);
        }
        if (l == 100) {
            near(gap * 1e4, 35.8, 0.06);
            near(product * 1e6, 144, 0.6);
        }
    }
    near(gap * 1e6, 43.1, 0.06);
    near(product * 1e9, 188, 0.6);
    meanfield_free(tanh_);
    meanfield_free(relu);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_moments), cmocka_unit_test(dead),     cmocka_unit_test(spectra),
        cmocka_unit_test(batch_norm),  cmocka_unit_test(residual), cmocka_unit_test(power_laws),
    };
    return cmocka_run_group_tests_name("theory/finite", tests, NULL, NULL);
}
