/* Laws at finite width.
 * The one thing to know: the binomial sum runs outward from its mode until terms vanish, so a million units cost a millisecond.
 * Sources stand in the header. */
#include "theory/finite.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "num/status.h"

static const double many = 4e6;   /* units beyond which the expansion is exact to rounding */

LogMoments finite_linear(double n)
{
    if (n > many)
        return finite_leading(2, n);
    return (LogMoments){gsl_sf_psi(n / 2) + log(2 / n), gsl_sf_psi_1(n / 2)};
}

/* Σ over k > 0 of Bin(n, 1/2) of the terms' weights, by ratios from the mode. */
typedef struct {
    double weight, psi, psi_square, trigamma;
} BinomialSums;

static void add_term(BinomialSums *s, double weight, double k)
{
    const double psi = gsl_sf_psi(k / 2);
    s->weight += weight;
    s->psi += weight * psi;
    s->psi_square += weight * psi * psi;
    s->trigamma += weight * gsl_sf_psi_1(k / 2);
}

LogMoments finite_relu(double n)
{
    if (n > many)
        return finite_leading(5, n);
    BinomialSums s = {0, 0, 0, 0};
    const double mode = floor(n / 2) > 0 ? floor(n / 2) : 1;
    double weight = 1;
    for (double k = mode; k <= n && weight > 1e-30; k++) {
        add_term(&s, weight, k);
        weight *= (n - k) / (k + 1);
    }
    weight = mode / (n - mode + 1);
    for (double k = mode - 1; k >= 1 && weight > 1e-30; k--) {
        add_term(&s, weight, k);
        weight *= k / (n - k + 1);
    }
    const double psi = s.psi / s.weight;
    return (LogMoments){psi + log(4 / n), s.trigamma / s.weight + fmax(0, s.psi_square / s.weight - psi * psi)};
}

LogMoments finite_leading(double kappa, double n)
{
    return (LogMoments){-kappa / (2 * n), kappa / n};
}

double finite_dead(double n, double layers)
{
    return -expm1(layers * log1p(-exp2(-n)));
}

double finite_lyapunov(double n, double k)
{
    return (gsl_sf_psi((n - k + 1) / 2) + log(2 / n)) / 2;
}

double finite_largest_square(double layers)
{
    return exp((layers + 1) * log1p(1 / layers) + log(layers));
}

double finite_jacobian_variance(double layers, double slope_fourth, int orthogonal)
{
    return layers * (slope_fourth - 1 + (orthogonal ? 0 : 1));
}

double batchnorm_linear(double batch)
{
    if (batch < 2 || isnan(batch))
        return NO_NUMBER;
    if (batch < 4)
        return batch < 3 ? 0 : HUGE_VAL;
    return isinf(batch) ? 1 : (batch - 2) / (batch - 3);
}

double batchnorm_relu(double batch)
{
    if (batch < 4 || isnan(batch))
        return batchnorm_linear(batch);
    if (isinf(batch))
        return M_PI / (M_PI - 1);
    const double x = -1 / (batch - 1), rest = M_PI - acos(x);
    const double kernel = (sqrt(1 - x * x) + rest * x) / M_PI, slope = rest / M_PI;
    return (slope + batch - 1) / ((batch - 3) * (1 - kernel)) - 1 / (batch - 3);
}

double batchnorm_limit(double slope_square, double mean, double square)
{
    return slope_square / (square - mean * mean);
}

double layernorm_rate(double slope_square, double square)
{
    return slope_square / square;
}

double residual_relu_growth(double a, double rho)
{
    return 1 + a + 2 * rho * sqrt(a / M_PI);
}

double residual_relu_next(double a, double rho)
{
    return (rho + sqrt(a / M_PI)) / sqrt(residual_relu_growth(a, rho));
}
