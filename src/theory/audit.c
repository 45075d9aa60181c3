/* Published constants and framework defaults: the table, and the five kinds of truth.
 * The one thing to know: consequences follow the actual lengths from q_1 on, not the fixed point alone.
 * Glorot and Bengio 2010; He et al. 2015; Klambauer et al. 2017; Brock et al. 2021; Roberts, Yaida and Hanin 2022. */
#include "theory/audit.h"

#include <math.h>

#include "theory/selfnorm.h"

double audit_ln_gradient(MeanField *m, double sigma_w, double sigma_b, double q_1, double depth)
{
    double ln_q = log(q_1), total = 0;
    for (double layer = 0; layer < depth; layer++) {
        Averages a;
        meanfield_at(m, ln_q, &a);
        const double step = a.ln_k + 2 * log(sigma_w), next = meanfield_length(m, sigma_w, sigma_b, ln_q);
        total += step;
        if (fabs(next - ln_q) < 1e-15 * fabs(ln_q))
            return total + (depth - layer - 1) * step;
        ln_q = next;
    }
    return total;
}

static double gradient(const Claim *c, Critical *k, double depth)
{
    return audit_ln_gradient(critical_meanfield(k), c->sigma_w, c->sigma_b, c->q_1, depth);
}

static double gain(const Claim *c, Critical *k)
{
    (void)c;
    FixedPoint p;
    critical_line(k, 0, &p);
    return p.status == STATUS_OK ? p.sigma_w : NOT_GIVEN;
}

static double rate(const Claim *c, Critical *k)
{
    const double layers = 50;
    return exp(gradient(c, k, layers) / layers);
}

static double scale(const Claim *c, Critical *k)
{
    (void)c;
    Normaliser n;
    self_normalise(critical_meanfield(k), &n);
    return n.scale;
}

static double variance(const Claim *c, Critical *k, double depth)
{
    return 2 * depth * log(c->claimed / scale(c, k));
}

static double double_bias(const Claim *c, Critical *k)
{
    (void)c;
    FixedPoint p;
    critical_double(k, &p);
    return p.status == STATUS_OK ? p.sigma_b * p.sigma_b : NOT_GIVEN;
}

static SelfNormal standard_selu(Gauss *w)
{
    SelfNormal s;
    selu_solve(w, 0, 1, &s);
    return s;
}

static double alpha(const Claim *c, Critical *k)
{
    (void)c, (void)k;
    Gauss *w = gauss_alloc();
    const SelfNormal s = standard_selu(w);
    gauss_free(w);
    return s.selu.alpha;
}

static double lambda(const Claim *c, Critical *k)
{
    (void)c, (void)k;
    Gauss *w = gauss_alloc();
    const SelfNormal s = standard_selu(w);
    gauss_free(w);
    return s.selu.lambda;
}

/* The variance that the claimed constant settles at, from 1; the map contracts, so 200 layers are all there is to see. */
static double settled(Selu s, double depth, Gauss *w)
{
    double mu = 0, nu = 1;
    for (double layer = 0; layer < fmin(depth, 200); layer++) {
        MomentMap map;
        selu_map(w, s, mu, nu, 0, 1, &map);
        mu = map.mean;
        nu = map.variance;
    }
    return log(nu);
}

static double with_alpha(const Claim *c, Critical *k, double depth)
{
    (void)k;
    Gauss *w = gauss_alloc();
    const double result = settled((Selu){c->claimed, standard_selu(w).selu.lambda}, depth, w);
    gauss_free(w);
    return result;
}

static double with_lambda(const Claim *c, Critical *k, double depth)
{
    (void)k;
    Gauss *w = gauss_alloc();
    const double result = settled((Selu){standard_selu(w).selu.alpha, c->claimed}, depth, w);
    gauss_free(w);
    return result;
}

static const char gradient_words[] = "mean squared gradient norm", variance_words[] = "variance of the activations";
static const Audit gain_audit = {"sigma_w with chi_1 = 1 at sigma_b = 0", gradient_words, gain, gradient};
static const Audit rate_audit = {"squared-gradient factor a layer (mean over 50)", gradient_words, rate, gradient};
static const Audit scale_audit = {"scale that gives phi(N(0,1)) variance 1", variance_words, scale, variance};
static const Audit bias_audit = {"sigma_b^2 with chi_1 = chi_par = 1", gradient_words, double_bias, gradient};
static const Audit alpha_audit = {"alpha of the fixed point (0,1)", variance_words, alpha, with_alpha};
static const Audit lambda_audit = {"lambda of the fixed point (0,1)", variance_words, lambda, with_lambda};

#define TORCH_GAIN "torch.nn.init.calculate_gain"
#define TORCH_LINEAR "torch.nn.Linear's default (fan_in 256)"
#define KERAS_DENSE "keras.layers.Dense's default (glorot-uniform)"
#define NFNETS "Brock et al. 2021, nfnets/base.py"
#define THIRD 0.57735026918962576451      /* √(1/3) */
#define THIRD_OF_FAN 0.036084391824351611 /* √(1/(3 · 256)) */

/* Input of variance 1: q_1 = σ_w² + σ_b². */
#define NETWORK(w, b) .sigma_w = w, .sigma_b = b, .q_1 = (w) * (w) + (b) * (b)
const Claim claims[] = {
    {"torch-gain-sigmoid", TORCH_GAIN, "sigmoid", &gain_audit, 1, NETWORK(1, 0)},
    {"torch-gain-tanh", TORCH_GAIN, "tanh", &gain_audit, 5.0 / 3, NETWORK(5.0 / 3, 0)},
    {"torch-gain-relu", TORCH_GAIN, "relu", &gain_audit, M_SQRT2, NETWORK(M_SQRT2, 0)},
    {"torch-gain-selu", TORCH_GAIN, "selu", &gain_audit, 0.75, NETWORK(0.75, 0)},
    {"torch-linear-relu", TORCH_LINEAR, "relu", &rate_audit, 1, NETWORK(THIRD, THIRD_OF_FAN)},
    {"torch-linear-tanh", TORCH_LINEAR, "tanh", &rate_audit, 1, NETWORK(THIRD, THIRD_OF_FAN)},
    {"keras-dense-relu", KERAS_DENSE, "relu", &rate_audit, 1, NETWORK(1, 0)},
    {"keras-dense-sigmoid", KERAS_DENSE, "sigmoid", &rate_audit, 1, NETWORK(1, 0)},
    {"keras-dense-tanh", KERAS_DENSE, "tanh", &rate_audit, 1, NETWORK(1, 0)},
    {"he-normal-gelu", "He et al. 2015, used with gelu", "gelu", &rate_audit, 1, NETWORK(M_SQRT2, 0)},
    {"he-normal-gelu-q1", "the same, first pre-activations of variance 1", "gelu", &rate_audit, 1, .sigma_w = M_SQRT2, .q_1 = 1},
    {"he-normal-selu", "He et al. 2015, used with selu", "selu", &rate_audit, 1, NETWORK(M_SQRT2, 0)},
    {"he-normal-selu-q1", "the same, first pre-activations of variance 1", "selu", &rate_audit, 1, .sigma_w = M_SQRT2, .q_1 = 1},
    {"he-normal-elu", "He et al. 2015, used with elu", "elu", &rate_audit, 1, NETWORK(M_SQRT2, 0)},
    {"selu-gradients", "Klambauer et al. 2017: exploding gradients impossible", "selu", &rate_audit, 1, NETWORK(1, 0)},
    {"selu-alpha", "Klambauer et al. 2017, four decimals", "selu", &alpha_audit, 1.6733, NETWORK(1, 0)},
    {"selu-lambda", "Klambauer et al. 2017, four decimals", "selu", &lambda_audit, 1.0507, NETWORK(1, 0)},
    {"nfnet-gamma-relu", NFNETS, "relu", &scale_audit, 1.7139588594436646, NETWORK(1, 0)},
    {"nfnet-gamma-silu", NFNETS, "silu", &scale_audit, 1.7881293296813965, NETWORK(1, 0)},
    {"nfnet-gamma-gelu", NFNETS, "gelu", &scale_audit, 1.7015043497085571, NETWORK(1, 0)},
    {"nfnet-gamma-elu", NFNETS, "elu", &scale_audit, 1.2716004848480225, NETWORK(1, 0)},
    {"nfnet-gamma-tanh", NFNETS, "tanh", &scale_audit, 1.5939117670059204, NETWORK(1, 0)},
    {"nfnet-gamma-sigmoid", NFNETS, "sigmoid", &scale_audit, 4.803835391998291, NETWORK(1, 0)},
    {"nfnet-gamma-softplus", NFNETS, "softplus", &scale_audit, 1.9203323125839233, NETWORK(1, 0)},
    {"nfnet-gamma-softsign", NFNETS, "softsign", &scale_audit, 2.338853120803833, NETWORK(1, 0)},
    {"swish-critical-bias", "Roberts and Yaida's point as once printed, a digit slipped", "silu", &bias_audit, 0.055514317,
     NETWORK(1.40996619758, 0.23561476397)},
};
const size_t n_claims = sizeof claims / sizeof *claims;

void audit_verdict(const Claim *c, Critical *k, Verdict *out)
{
    out->truth = c->audit->truth(c, k);
    out->relative_error = (c->claimed - out->truth) / fabs(out->truth);
}

double audit_ln_factor(const Claim *c, Critical *k, double depth)
{
    return c->audit->ln_factor(c, k, depth);
}
