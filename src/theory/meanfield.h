/* Mean-field theory of one activation: how lengths, correlations and gradients change across a layer of infinite width.
 * The one thing to know: the gradient's factor χ₁ = σ_w² E φ'² and the length's χ∥ = dQ/dq are different numbers.
 * Poole et al. 2016; Schoenholz et al. 2017. With z = √q g, g ~ N(0, 1): Q(q) = σ_w² E φ(z)² + σ_b². */
#ifndef THEORY_MEANFIELD_H
#define THEORY_MEANFIELD_H

#include <stdbool.h>

#include "model/act.h"
#include "num/gauss.h"

/* Workspaces and tables for one activation; belongs to one thread. */
typedef struct MeanField MeanField;

/* Only elementwise activations have a mean-field limit here; softmax has none. */
bool meanfield_covers(Choice activation);

/* `activation` must be covered. */
MeanField *meanfield_alloc(Choice activation);
void meanfield_free(MeanField *m);

/* Gaussian moments of φ at variance q. */
typedef enum {
    MOMENT_MEAN,           /* E φ */
    MOMENT_SQUARE,         /* V = E φ² */
    MOMENT_SLOPE_SQUARE,   /* K = E φ'² */
    MOMENT_GROWTH,         /* q dV/dq = E z φ φ' */
    MOMENT_FOURTH,         /* E φ⁴ */
    MOMENT_SLOPE_FOURTH,   /* E φ'⁴ */
    MOMENT_MIXED,          /* E φ² φ'² */
    MOMENT_SLOPE,          /* E φ' */
    MOMENT_FAR_SLOPE,      /* E z φ' */
    MOMENT_FAR_SQUARE,     /* E z² φ'² */
    MOMENT_COUNT
} Moment;

/* By quadrature: the error is about 1e-14 of E|·|. q in [0, 1e30]. */
Estimate meanfield_quadrature(MeanField *m, Moment moment, double q);
/* The closed form where there is one, else by quadrature. */
Estimate meanfield_moment(MeanField *m, Moment moment, double q);
/* The same at z ~ N(mean, variance), always by quadrature. */
Estimate meanfield_shifted(MeanField *m, Moment moment, double mean, double variance);

/* 1 - V/(q K): how much of q is left for σ_b² where χ₁ = 1. Without cancellation as q → 0, by quadrature; q in (0, 1e30]. */
Estimate meanfield_margin(MeanField *m, double q);

/* What a layer needs to know at one variance, for any ln q: by table (relative error below 1e-11) for 1e-30 ≤ q ≤ 1e30, and the
 * leading power beyond, so that no depth over- or underflows. */
typedef struct {
    double ln_v;      /* ln V */
    double ln_k;      /* ln K */
    double growth;    /* d ln V / d ln q */
    double tilt;      /* E φ / √V, in [-1, 1] */
    Status status;
} Averages;

void meanfield_at(MeanField *m, double ln_q, Averages *out);

/* Ratios that set fluctuations at finite width, in the same range. */
typedef struct {
    double fourth;          /* E φ⁴ / V² */
    double slope_fourth;    /* E φ'⁴ / K² */
    double mixed;           /* E φ²φ'² / (V K) */
    double far;             /* E z²φ'² / (q K) */
    Status status;
} Ratios;

void meanfield_ratios(MeanField *m, double ln_q, Ratios *out);

/* ln Q(q) = ln(σ_w² V + σ_b²). */
double meanfield_length(MeanField *m, double sigma_w, double sigma_b, double ln_q);

/* For two pre-activations of variance q and correlation 1 - gap, gap in [0, 2]: E (φ(u1) - φ(u2))²/2, so that
 * 1 - c' = σ_w² apart / Q(q); relative error about 1e-10 down to the smallest gap. q beyond 1e±30 by the leading power. */
Estimate meanfield_apart(MeanField *m, double q, double gap);
/* E φ'(u1) φ'(u2), so that χ_c = σ_w² slopes at c*. */
Estimate meanfield_slopes(MeanField *m, double q, double gap);
/* For fluctuations of a batch, to about 1e-3: E φ(u1)²φ(u2)², E φ'(u1)²φ'(u2)² and E φ'(u1)φ'(u2). */
Status meanfield_pairs_roughly(MeanField *m, double q, double gap, double *squares, double *slope_squares, double *slopes);
/* E f(u1) f(u2), f = φ or φ' squared or not, by quadrature even where a closed form exists (for tests). */
Estimate meanfield_apart_quadrature(MeanField *m, double q, double gap);
Estimate meanfield_slopes_quadrature(MeanField *m, double q, double gap);

/* Facts of the activation. */
bool meanfield_homogeneous(const MeanField *m);      /* φ(λx) = λφ(x), λ > 0: linear and the ReLU family */
bool meanfield_odd(const MeanField *m);              /* φ(-x) = -φ(x) */
bool meanfield_smooth_at_zero(const MeanField *m);   /* φ' does not jump at 0 */
double meanfield_at_zero(const MeanField *m);        /* φ(0) */
double meanfield_slope_square_at_zero(const MeanField *m);   /* K as q → 0: mean of φ'(0-)² and φ'(0+)² */
double meanfield_top(const MeanField *m);            /* V/q as q → ∞ */

#endif
