/* Self-normalisation: SELU's (α, λ) for any fixed point, its map, its domain, and the same for any activation.
 * The one thing to know: derivatives with respect to the variance are E[(z - m) f'(z)]/(2v), which kinks do not disturb.
 * Klambauer, Unterthiner, Mayr and Hochreiter 2017, "Self-normalizing neural networks". */
#include "theory/selfnorm.h"

#include <math.h>

static const double zero_kink[] = {0};

static double selu_value(double x, const Selu *s) { return s->lambda * (x > 0 ? x : s->alpha * expm1(x)); }
static double selu_slope(double x, const Selu *s) { return s->lambda * (x > 0 ? 1 : s->alpha * exp(x)); }

/* What the map needs, each as a function of z about its mean m. */
typedef struct {
    double (*value)(double x, const void *who);
    double (*slope)(double x, const void *who);
    const void *who;
    double m;
} Curve;

static double c_value(double x, const void *c) { const Curve *k = c; return k->value(x, k->who); }
static double c_square(double x, const void *c) { const double v = c_value(x, c); return v * v; }
static double c_slope(double x, const void *c) { const Curve *k = c; return k->slope(x, k->who); }
static double c_slope_square(double x, const void *c) { const double v = c_slope(x, c); return v * v; }
static double c_product(double x, const void *c) { return c_value(x, c) * c_slope(x, c); }
static double c_far_slope(double x, const void *c) { return (x - ((const Curve *)c)->m) * c_slope(x, c); }
static double c_far_product(double x, const void *c) { return (x - ((const Curve *)c)->m) * c_product(x, c); }

static double spectral_norm(const MomentMap *m)
{
    const double(*j)[2] = m->jacobian;
    const double sum = j[0][0] * j[0][0] + j[0][1] * j[0][1] + j[1][0] * j[1][0] + j[1][1] * j[1][1];
    const double det = j[0][0] * j[1][1] - j[0][1] * j[1][0];
    return sqrt((sum + sqrt(fmax(0, sum * sum - 4 * det * det))) / 2);
}

static double expect(Gauss *w, const Curve *c, double (*f)(double, const void *), double variance, Status *status)
{
    const Integrand integrand = {.f = f, .context = c, .kinks = zero_kink, .n_kinks = 1, .scale = 1};
    const Estimate e = gauss_mean(w, &integrand, c->m, sqrt(variance));
    *status = status_worse(*status, e.status);
    return e.value;
}

static double selu_value_of(double x, const void *s) { return selu_value(x, s); }
static double selu_slope_of(double x, const void *s) { return selu_slope(x, s); }

void selu_map(Gauss *w, Selu s, double mu, double nu, double omega, double tau, MomentMap *out)
{
    const Curve c = {selu_value_of, selu_slope_of, &s, mu * omega};
    const double v = nu * tau;
    out->status = STATUS_OK;
    const double mean = expect(w, &c, c_value, v, &out->status), square = expect(w, &c, c_square, v, &out->status);
    const double slope = expect(w, &c, c_slope, v, &out->status), product = expect(w, &c, c_product, v, &out->status);
    const double far_slope = expect(w, &c, c_far_slope, v, &out->status), far_product = expect(w, &c, c_far_product, v, &out->status);
    out->mean = mean;
    out->variance = square - mean * mean;
    out->jacobian[0][0] = omega * slope;
    out->jacobian[0][1] = tau * far_slope / (2 * v);
    out->jacobian[1][0] = omega * 2 * (product - mean * slope);
    out->jacobian[1][1] = tau * (far_product - mean * far_slope) / v;
    out->spectral_norm = spectral_norm(out);
}

static double half_line(double x, const void *context) { (void)context; return fmax(x, 0); }
static double half_square(double x, const void *context) { (void)context; return x > 0 ? x * x : 0; }
static double bend(double x, const void *context) { (void)context; return x > 0 ? 0 : expm1(x); }
static double bend_square(double x, const void *context) { const double b = bend(x, context); return b * b; }

/* λ(P + αN) = mean and λ²(P₂ + α²N₂) = variance + mean²: eliminating λ leaves a quadratic in α. */
static Status solve_alpha(Gauss *w, double mean, double variance, Selu *s)
{
    Status status = STATUS_OK;
    double moment[4];
    double (*const parts[4])(double, const void *) = {half_line, bend, half_square, bend_square};
    for (int i = 0; i < 4; i++) {
        const Integrand f = {.f = parts[i], .kinks = zero_kink, .n_kinks = 1, .scale = 1};
        const Estimate e = gauss_mean(w, &f, mean, sqrt(variance));
        moment[i] = e.value;
        status = status_worse(status, e.status);
    }
    const double p = moment[0], n = moment[1], p2 = moment[2], n2 = moment[3], m2 = mean * mean, total = variance + m2;
    const double a = m2 * n2 - total * n * n, b = -2 * total * p * n, c = m2 * p2 - total * p * p;
    const double root = mean == 0 ? 0 : b * b - 4 * a * c;
    *s = (Selu){NO_NUMBER, NO_NUMBER};
    if (status != STATUS_OK)
        return status;
    for (int sign = -1; sign <= 1 && root >= 0; sign += 2) {
        const double alpha = mean == 0 ? -p / n : a == 0 ? -c / b : (-b + sign * sqrt(root)) / (2 * a);
        const double lambda = sqrt(total / (p2 + alpha * alpha * n2));
        const double left = lambda * (p + alpha * n);
        if (alpha > 0 && fabs(left - mean) <= 1e-9 * sqrt(total) && !(s->alpha < alpha))
            *s = (Selu){alpha, lambda};
    }
    return isnan(s->alpha) ? STATUS_NONE : STATUS_OK;
}

void selu_solve(Gauss *w, double mean, double variance, SelfNormal *out)
{
    *out = (SelfNormal){.selu = {NO_NUMBER, NO_NUMBER}, .omega = mean == 0 ? 0 : 1, .chi_1 = NO_NUMBER, .at = {.spectral_norm = NO_NUMBER}, .status = STATUS_NONE};
    if (!(variance > 0) || !isfinite(variance) || !isfinite(mean))
        return;
    out->status = solve_alpha(w, mean, variance, &out->selu);
    if (out->status != STATUS_OK)
        return;
    selu_map(w, out->selu, mean, variance, out->omega, 1, &out->at);
    const Curve c = {selu_value_of, selu_slope_of, &out->selu, mean};
    out->status = out->at.status;
    out->chi_1 = expect(w, &c, c_slope_square, variance, &out->status);
}

void selu_settle(Gauss *w, Selu s, double omega, double tau, double *mu, double *nu, Status *status)
{
    MomentMap map;
    *status = STATUS_NOT_CONVERGED;
    for (int i = 0; i < 2000; i++) {
        selu_map(w, s, *mu, *nu, omega, tau, &map);
        const double change = fabs(map.mean - *mu) + fabs(map.variance - *nu);
        *mu = map.mean;
        *nu = map.variance;
        if (map.status != STATUS_OK || change <= 1e-14 * *nu) {
            *status = map.status;
            return;
        }
    }
}

static double corner(const double side[2], int i, int most)
{
    return side[0] + (side[1] - side[0]) * i / most;
}

/* The image depends on μ and ω through μω, and on ν and τ through ντ: two intervals. */
void selu_image(Gauss *w, Selu s, const MomentBox *from, double mu[2], double nu[2])
{
    enum { GRID = 16 };
    double m[2] = {HUGE_VAL, -HUGE_VAL};
    const double v[2] = {from->nu[0] * from->tau[0], from->nu[1] * from->tau[1]};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            m[0] = fmin(m[0], from->mu[i] * from->omega[j]);
            m[1] = fmax(m[1], from->mu[i] * from->omega[j]);
        }
    mu[0] = nu[0] = HUGE_VAL;
    mu[1] = nu[1] = -HUGE_VAL;
    for (int i = 0; i <= GRID; i++)
        for (int j = 0; j <= GRID; j++) {
            const Curve c = {selu_value_of, selu_slope_of, &s, corner(m, i, GRID)};
            Status status = STATUS_OK;
            const double mean = expect(w, &c, c_value, corner(v, j, GRID), &status);
            const double variance = expect(w, &c, c_square, corner(v, j, GRID), &status) - mean * mean;
            mu[0] = fmin(mu[0], mean);
            mu[1] = fmax(mu[1], mean);
            nu[0] = fmin(nu[0], variance);
            nu[1] = fmax(nu[1], variance);
        }
}

static MomentBox box_about(const SelfNormal *s, double mean, double variance, double factor)
{
    const double shrink = exp(log(0.8) * factor), rise = exp(log(1.5) * factor);
    return (MomentBox){
        .mu = {mean - 0.1 * factor, mean + 0.1 * factor},
        .nu = {variance * shrink, variance * rise},
        .omega = {s->omega - 0.1 * factor, s->omega + 0.1 * factor},
        .tau = {exp(log(0.95) * factor), exp(log(1.1) * factor)},
    };
}

double selu_domain(Gauss *w, const SelfNormal *s, double mean, double variance, MomentBox *domain)
{
    double low = 0, high = 8;
    for (int i = 0; i < 12; i++) {
        const double factor = i == 0 ? 1 : (low + high) / 2;
        const MomentBox box = box_about(s, mean, variance, factor);
        double mu[2], nu[2];
        selu_image(w, s->selu, &box, mu, nu);
        const bool inside = mu[0] >= box.mu[0] && mu[1] <= box.mu[1] && nu[0] >= box.nu[0] && nu[1] <= box.nu[1];
        *(inside ? &low : &high) = factor;
    }
    *domain = box_about(s, mean, variance, low);
    return low;
}

void self_normalise(MeanField *m, Normaliser *out)
{
    const Estimate mean = meanfield_moment(m, MOMENT_MEAN, 1), square = meanfield_moment(m, MOMENT_SQUARE, 1);
    const Estimate slope = meanfield_moment(m, MOMENT_SLOPE_SQUARE, 1), growth = meanfield_moment(m, MOMENT_GROWTH, 1);
    const double variance = square.value - mean.value * mean.value;
    *out = (Normaliser){NO_NUMBER, NO_NUMBER, NO_NUMBER, {.spectral_norm = NO_NUMBER}, status_worse(status_worse(mean.status, square.status), slope.status)};
    if (out->status != STATUS_OK || !(variance > 0)) {
        out->status = status_worse(out->status, STATUS_NONE);
        return;
    }
    out->scale = 1 / sqrt(variance);
    out->shift = fabs(mean.value) < 1e-15 ? 0 : -out->scale * mean.value;   /* selu's is 0 but for rounding */
    out->chi_1 = slope.value / variance;
    /* ω = 0, τ = 1 at (0, 1): the first column is 0; ψ = scale φ + shift has E ψ = 0, so ∂ν'/∂ν = E z ψ ψ'. */
    const Estimate far_slope = meanfield_moment(m, MOMENT_FAR_SLOPE, 1);
    out->at.mean = 0;
    out->at.variance = 1;
    out->at.jacobian[0][1] = out->scale * far_slope.value / 2;
    out->at.jacobian[1][1] = out->scale * (out->scale * growth.value + out->shift * far_slope.value);
    out->at.spectral_norm = spectral_norm(&out->at);
    out->status = status_worse(status_worse(growth.status, far_slope.status), fabs(out->at.jacobian[1][1]) < 1 - 1e-9 ? STATUS_OK : STATUS_UNSTABLE);
}
