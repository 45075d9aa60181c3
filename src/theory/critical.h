/* Fixed points and critical points of one activation: where lengths settle, where gradients neither vanish nor explode.
 * The one thing to know: χ₁ = 1 is of use only where q* is stable or marginal; every point says which it is, and where there is no
 * point there is a status and no number.
 * Poole et al. 2016; Schoenholz et al. 2017; Hayou, Doucet and Rousseau 2019; Roberts, Yaida and Hanin 2022, ch. 5. */
#ifndef THEORY_CRITICAL_H
#define THEORY_CRITICAL_H

#include "theory/meanfield.h"

typedef enum {
    Q_NONE,       /* no fixed point */
    Q_STABLE,     /* small deviations shrink */
    Q_MARGINAL,   /* χ∥ = 1, and q* is approached from at least one side (or every q is a fixed point) */
    Q_UNSTABLE,   /* small deviations grow */
} Stability;

/* "stable", "marginal", "unstable"; "" for none. */
const char *stability_name(Stability s);

/* A fixed point q* of the length map with what happens around it. Numbers that do not exist are NOT_GIVEN. */
typedef struct {
    double sigma_w, sigma_b;
    double q_star;     /* NOT_GIVEN where there is none, and where every q is one (marginal families: ReLU at He's σ_w) */
    Stability q_stable;
    double chi_1;      /* σ_w² E φ'²: factor of the squared gradient norm a layer */
    double chi_par;    /* dQ/dq */
    double c_star;     /* the stable correlation of two inputs */
    double gap_star;   /* 1 - c* without cancellation */
    double chi_c;      /* σ_w² E φ'(u1)φ'(u2) at c* */
    Status status;     /* ok, unstable, no-fixed-point, none (no such point), not-converged */
} FixedPoint;

/* ξ = -1/ln χ: layers in which a deviation changes by e; signed, inf at χ = 1, NOT_GIVEN for χ < 0. Schoenholz et al. 2017. */
double critical_depth(double chi);

enum { CRITICAL_MOST = 8 };   /* fixed points kept of one pair of sigmas */

typedef struct Critical Critical;

/* The activation must be covered (meanfield_covers). Belongs to one thread. */
Critical *critical_alloc(Choice activation);
void critical_free(Critical *k);
MeanField *critical_meanfield(Critical *k);

/* All fixed points of (σ_w, σ_b), q* ascending, without correlations; returns how many rows were filled: at least 1, where there is
 * no fixed point a row that says so. */
size_t critical_fixed_points(Critical *k, double sigma_w, double sigma_b, FixedPoint out[CRITICAL_MOST]);

/* Fill c_star, gap_star and chi_c of a fixed point. */
void critical_correlation(Critical *k, FixedPoint *p);

/* The fixed point that lengths starting at q approach (every q for a marginal family); no-fixed-point where they run away. */
void critical_attractor(Critical *k, double sigma_w, double sigma_b, double q, FixedPoint *out);

/* χ₁ = 1 at the given σ_b: the smallest stable q*, else a marginal one, else the smallest; status none where there is none. */
void critical_line(Critical *k, double sigma_b, FixedPoint *out);

/* The sigmas that make q a fixed point with χ₁ = 1: σ_w² = 1/K, σ_b² = q - V/K; status none where that is negative. */
void critical_at(Critical *k, double q, FixedPoint *out);

/* χ₁ = χ∥ = 1 with q* > 0 or with every q a fixed point (Roberts, Yaida and Hanin 2022, §5.3); status none where there is none. */
void critical_double(Critical *k, FixedPoint *out);

/* The rule of the initialiser `critical`. σ_b given: critical_line, where q* is stable or marginal. σ_b = NOT_GIVEN: the doubly
 * critical point, else σ_b = 0 (homogeneous φ, and φ smooth at 0 with φ(0) = 0), else σ_b = 0.2. Status ok, or unstable, none. */
void critical_rule(Critical *k, double sigma_b, FixedPoint *out);

/* critical_rule for whoever initialises: 0, or error() 2 in words that name the doubly critical point where there is one. */
int critical_sigmas(Choice activation, double sigma_b, double *sigma_w, double *sigma_b_out);

#endif
