/* The recursions behind a prediction: means of squares, and their fluctuations at finite width.
 * The one thing to know: for the squared norms X of one sample, E X = e^ln (1 + bias), and ln X has variance `own` over networks and
 * covariance `pair` between two samples of a batch; biases and variances are O(1/width).
 * Schoenholz et al. 2017; Hanin and Nica 2020; Roberts, Yaida and Hanin 2022, ch. 4 (lengths), ch. 8 (gradients). */
#ifndef THEORY_LAYERS_H
#define THEORY_LAYERS_H

#include <stddef.h>

#include "theory/gapmap.h"

/* ln of a squared norm over networks. */
typedef struct {
    double bias;        /* ln E X minus the mean-field value */
    double own, pair;   /* var ln X of one sample, cov between two */
} Swing;

typedef struct {
    double ln_w2, ln_b2;              /* ln σ_w², ln σ_b² of the map that makes z */
    double fan_in, units;
    bool haar;                        /* the map is orthogonal, not of independent entries: it keeps norms */
    double ln_q;                      /* of z: ln mean square; gap: 1 - correlation of two samples' z */
    double gap_z, gap_h;
    double ln_v, ln_k, tilt;          /* of h: ln mean square, ln mean φ'², mean/root mean square */
    double growth, turn;              /* first and second derivative of ln V in ln q, over the fluctuations of ln q */
    double k_slope, k_bend;           /* of ln K */
    double v_shift, k_shift;          /* E ln V and E ln K over those fluctuations, less their values at ln_q */
    double mean;                      /* E φ over √V, likewise */
    double share;                     /* σ_w²V/q: how much of ln q's change is ln V's of the layer below */
    double slopes;                    /* E φ'_aφ'_b / K */
    Ratios ratios;
    PairRatios pairs;
    double y_own, y_pair, y_bias;     /* of ln q: variance, covariance, relative bias of the mean */
    Swing r;                         /* of ‖h‖² */
    Swing d;                         /* of ‖∂L/∂z‖² */
    double reach;                     /* d ln ‖∂L/∂z‖² / d ln q, through every layer above */
    double along;                     /* E (δ·z)²/(‖δ‖² q) - 1: 0 where the gradient does not know z */
    double mode;                      /* fraction of ‖∂L/∂h‖² along h: one random number, whatever the width */
    double cross;                     /* E (δ_a·δ_b)²/(E‖δ‖²)² of two samples with independent cotangents */
    Status status;
} Layer;

/* What the recursions work with: 1 ≤ layer ≤ depth in layers[], layer 0 is the input. */
typedef struct {
    MeanField *field;
    GapMap *map;
    double batch;
    size_t samples;      /* representative ones */
    double *ln_square;   /* samples: in: of the layer below, out: of this layer */
    double *ln_slope;    /* samples: out: ln K */
    bool pairs_exactly;  /* slopes are wanted to full accuracy (losses) */
} Forward;

/* Fill `out` from `below`; out's ln_w2, ln_b2, fan_in and units are given. */
void layer_forward(Forward *f, const Layer *below, Layer *out);

/* Fill d, reach, along and cross of layer ℓ from layer ℓ + 1; NULL at the top, where cotangents are independent and Gaussian. Above a
 * readout, its y, share, reach, along and d stand for the loss. */
void layer_backward(const Layer *above, Layer *out);

/* ln of E‖∂L/∂h^{ℓ-1}‖² / (σ_w² E‖∂L/∂z^ℓ‖²), `l` being layer ℓ: not 0, because W is seen twice: it maps h to z, so its transpose sends
 * (δ·z) back along h. Of order 1/width, but it grows with χ∥ where the rest grows with χ₁ (softplus). 0 for an orthogonal map. */
double layer_echo(const Layer *l);

/* Of ln ‖·‖² summed over a batch: var = (own + (B - 1) pair)/B. */
double swing_variance(Swing s, double batch);

/* ln of the mean of e^x[i]. */
double ln_mean_exp(const double *x, size_t n);

#endif
