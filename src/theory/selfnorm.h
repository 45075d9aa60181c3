/* Self-normalisation: activations that hold mean and variance from layer to layer.
 * The one thing to know: holding the moments says nothing about gradients: SELU at its fixed point has χ₁ = 1.0716.
 * Klambauer, Unterthiner, Mayr and Hochreiter 2017: z ~ N(μω, ντ), ω the sum of a unit's weights, τ the sum of their squares. */
#ifndef THEORY_SELFNORM_H
#define THEORY_SELFNORM_H

#include <stdbool.h>

#include "theory/meanfield.h"

/* λ x for x > 0, else λ α (exp(x) - 1). */
typedef struct {
    double alpha, lambda;
} Selu;

/* (μ, ν) ↦ (E φ(z), var φ(z)) and its derivatives. */
typedef struct {
    double mean, variance;
    double jacobian[2][2];   /* ∂(mean, variance)/∂(μ, ν) */
    double spectral_norm;
    Status status;
} MomentMap;

/* One step of SELU's map at mean μ, variance ν, weight sum ω, weight sum of squares τ. Klambauer et al. 2017, eqs. 4, 5. */
void selu_map(Gauss *w, Selu s, double mu, double nu, double omega, double tau, MomentMap *out);

/* α > 0 and λ > 0 that make (mean, variance) a fixed point for ω = τ = 1. `at`: the map there, with ω = 0 where the mean is 0 (the
 * paper's normalised weights; ω then plays no part in the fixed point) and ω = 1 otherwise. χ₁ = E φ'(z)². STATUS_NONE where no such
 * α, λ exist. Klambauer et al. 2017, eq. 14 and appendix A1. */
typedef struct {
    Selu selu;
    double omega;
    double chi_1;
    MomentMap at;
    Status status;
} SelfNormal;

void selu_solve(Gauss *w, double mean, double variance, SelfNormal *out);

/* The fixed point that iterating the map from (μ, ν) comes to; not-converged where it does not. */
void selu_settle(Gauss *w, Selu s, double omega, double tau, double *mu, double *nu, Status *status);

/* A box of (μ, ν) and of weights, and the box its image fills, by a grid of 17 × 17 with its corners. */
typedef struct {
    double mu[2], nu[2], omega[2], tau[2];
} MomentBox;

void selu_image(Gauss *w, Selu s, const MomentBox *from, double mu[2], double nu[2]);

/* The contraction domain: Theorem 1's box (μ, ω within 0.1, ν from 0.8 to 1.5, τ from 0.95 to 1.1 times their fixed values) scaled
 * about the fixed point by the largest factor ≤ 8, found by bisection, with which the box's image lies within it. 0: none. */
double selu_domain(Gauss *w, const SelfNormal *s, double mean, double variance, MomentBox *domain);

/* scale · φ(z) + shift has the fixed point (0, 1): scale = 1/sd φ(g), shift = -scale E φ(g). STATUS_NONE where φ is constant or
 * not elementwise; unstable where deviations of the variance do not shrink (ω = 0, τ = 1: the map's one eigenvalue beside 0 is
 * jacobian[1][1]; for ReLU it is 1). */
typedef struct {
    double scale, shift;
    double chi_1;
    MomentMap at;
    Status status;
} Normaliser;

void self_normalise(MeanField *m, Normaliser *out);

#endif
