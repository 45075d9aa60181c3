/* Laws at finite width n: what mean-field theory leaves out.
 * The one thing to know: the mean over networks of ‖g‖² and e to the mean of ln ‖g‖² part company by a factor e^{variance/2},
 * which grows with depth/width. Exact for bias-free Gaussian linear and ReLU layers, to leading order in 1/n elsewhere.
 * Hanin 2018; Hanin and Nica 2020; Yang et al. 2019; Newman 1986. */
#ifndef THEORY_FINITE_H
#define THEORY_FINITE_H

/* Of a logarithm: its mean and variance over networks. */
typedef struct {
    double mean, variance;
} LogMoments;

/* ln of one layer's factor of a squared norm, forward or backward, for σ_w = 1: linear, χ²_n/n; ReLU at He's σ_w² = 2,
 * (2/n) χ²_K with K ~ Bin(n, 1/2) conditioned on K > 0. Layers are independent, so means and variances add; for another σ_w
 * the mean changes by ln σ_w² (linear), ln(σ_w²/2) (ReLU). n >= 1. */
LogMoments finite_linear(double n);
LogMoments finite_relu(double n);

/* To leading order, for a layer whose summed squares have relative variance kappa/n: mean -kappa/(2n), variance kappa/n. */
LogMoments finite_leading(double kappa, double n);

/* P(a bias-free ReLU network of `layers` layers of n units sends one input to 0): 1 - (1 - 2^-n)^layers, exactly. */
double finite_dead(double n, double layers);

/* The k-th Lyapunov exponent, k = 1 … n, of a product of Gaussian n × n matrices with variance 1/n: of ln singular value per layer.
 * Newman 1986. */
double finite_lyapunov(double n, double k);

/* Largest squared singular value of a product of L wide Gaussian matrices with variance 1/n: (L + 1)^(L + 1)/L^L. */
double finite_largest_square(double layers);

/* Variance of the squared singular values of the input-output Jacobian of L layers at χ₁ = 1, where slope_fourth = E φ'⁴/(E φ'²)²:
 * L (slope_fourth - 1 - s1), s1 = -1 for Gaussian weights, 0 for orthogonal ones. Pennington, Schoenholz and Ganguli 2018. */
double finite_jacobian_variance(double layers, double slope_fourth, int orthogonal);

/* Factor of the squared gradient norm per layer with batch normalisation on the pre-activation; INFINITY at batch 3, 0 at 2, NaN
 * below. Yang, Pennington, Rao, Sohl-Dickstein and Schoenholz 2019. batch may be INFINITY. */
double batchnorm_linear(double batch);
double batchnorm_relu(double batch);
/* Any φ as the batch grows: E φ'²/var φ; layer normalisation: E φ'²/E φ²; moments at variance 1. */
double batchnorm_limit(double slope_square, double mean, double square);
double layernorm_rate(double slope_square, double square);

/* h + b φ(W h) with ReLU at He's σ_w, a = b²: growth of E‖h‖² in one block, given ρ = mean(h)/rms(h), and the next ρ. Not 1 + a:
 * the branch is not independent of h's mean. */
double residual_relu_growth(double a, double rho);
double residual_relu_next(double a, double rho);

#endif
