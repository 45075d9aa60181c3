/* The gradient that a loss sends into the readout.
 * The one thing to know: 1/(Σ e^y)² = ∫ s e^{-sΣe^y} ds turns the softmax into a product over independent outputs.
 * Mean over y by quadrature, over ln s by the trapezoidal rule, which converges like e^{-c/step} here. */
#include "theory/losslaw.h"

#include <math.h>

#include "model/registry.h"

static double survive(double y, const void *u) { return exp(-exp(*(const double *)u + y)); }
static double weigh(double y, const void *u)
{
    const double x = *(const double *)u + y;   /* s²e^{2y} together: x is where it happens */
    return exp(2 * x - exp(x));
}

Estimate losslaw_softmax_square(Gauss *w, double q, double outputs)
{
    const double step = 0.125, sd = sqrt(q), reach = 9 * sd + 40 + log(outputs);
    Estimate total = {0, 0, STATUS_OK};
    if (!(q >= 0 && q <= 1e4))
        return (Estimate){NOT_GIVEN, NOT_GIVEN, STATUS_NO_PREDICTION};
    for (double u = -reach; u < 9 * sd + 6; u += step) {
        const double kink = -u;
        const Integrand survival = {.f = survive, .context = &u, .kinks = &kink, .n_kinks = 1, .scale = 1},
                        weight = {.f = weigh, .context = &u, .kinks = &kink, .n_kinks = 1, .scale = 1};
        const Estimate m = gauss_mean(w, &survival, 0, sd), a = gauss_mean(w, &weight, 0, sd);
        total.status = status_worse(total.status, status_worse(m.status, a.status));
        total.value += step * outputs * a.value * exp((outputs - 1) * log(m.value));
    }
    total.error = 1e-9;
    if (total.status != STATUS_OK)
        total.value = NOT_GIVEN;
    return total;
}

static void mse(LossLaw *out, double outputs, double batch, double ln_q, double gap)
{
    const double top = fmax(ln_q, 0), scale = exp(-top), q = exp(ln_q - top);
    out->ln_square = log(4 / (batch * batch * outputs)) + top + log(q + scale);
    out->together = q * (1 - gap) / (q + scale);
    out->along = ((2 + outputs) * q + scale) / (q + scale) - 1;
}

static double logistic(double y) { return y < 0 ? exp(y) / (1 + exp(y)) : 1 / (1 + exp(-y)); }
static double tilted(double y, const void *context) { (void)context; return y * logistic(y); }
static double tilted_square(double y, const void *context) { const double t = tilted(y, context); return t * t; }

/* δ = σ(y) - t: E δy = E σy, E δ²y² = E σ²y² since t is 0 or 1 with equal chances. */
static double bce_along(Gauss *w, double outputs, double ln_q, double square)
{
    const double q = exp(fmin(fmax(ln_q, -60), 60));
    const Integrand once = {.f = tilted, .scale = 1}, twice = {.f = tilted_square, .scale = 1};
    const double mean = gauss_mean(w, &once, 0, sqrt(q)).value, both = gauss_mean(w, &twice, 0, sqrt(q)).value;
    const double a = (both + (outputs - 1) * mean * mean) / (q * square);
    return isfinite(a) ? a - 1 : 0;
}

static void bce(LossLaw *out, double outputs, double batch, double ln_q, double gap, MeanField *sigmoid, Gauss *w)
{
    Averages a;
    meanfield_at(sigmoid, ln_q, &a);
    const double square = exp(a.ln_v);   /* E (σ - t)² = E σ², t = 0 or 1 */
    const Estimate apart = meanfield_apart(sigmoid, exp(fmin(ln_q, 60)), gap);
    out->ln_square = a.ln_v - log(batch * batch * outputs);
    out->together = batch < 2 ? 0 : (square - apart.value - 0.25) / square;
    out->along = bce_along(w, outputs, ln_q, square);
    out->status = status_worse(a.status, batch < 2 ? STATUS_OK : apart.status);
}

void losslaw(LossLaw *out, LossKind kind, double outputs, double batch, double ln_q, double gap, MeanField *sigmoid, Gauss *w)
{
    *out = (LossLaw){NOT_GIVEN, NOT_GIVEN, 0, STATUS_OK};
    if (kind == LOSS_MSE)
        mse(out, outputs, batch, ln_q, gap);
    else if (kind == LOSS_BCE)
        bce(out, outputs, batch, ln_q, gap, sigmoid, w);
    else if (kind == LOSS_CE) {
        const Estimate p = losslaw_softmax_square(w, exp(ln_q), outputs);
        out->ln_square = log(p.value + 1 - 2 / outputs) - 2 * log(batch);
        out->together = batch < 2 ? 0 : NOT_GIVEN;
        out->status = p.status;
    }
    if (batch < 2)
        out->together = 0;
}
