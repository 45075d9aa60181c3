/* Predictions: what mean-field theory says every measured column should be, layer by layer, from the input that was really fed.
 * The one thing to know: means are right to first order in 1/width, and logarithms carry the correction of their variance; exact for one
 * sample through bias-free ReLU or linear layers. h_cos and dead_frac are those of infinite width.
 * Poole et al. 2016, Schoenholz et al. 2017 (means); Hanin and Nica 2020 (exact logarithms); Roberts, Yaida and Hanin 2022 (1/width). */
#ifndef THEORY_PREDICT_H
#define THEORY_PREDICT_H

#include "model/row.h"
#include "model/spec.h"
#include "theory/meanfield.h"

/* What went in: statistics over all the batches that a point's seeds draw. Made input (gaussian, sphere) has laws of its own, which are
 * used instead. */
typedef struct {
    const double *length;   /* samples: |x|² / input width of each, in any order */
    size_t samples;
    double mean, variance, mean_square, zero_frac;   /* of the entries; variance within a batch */
    double cosine;          /* mean over pairs of distinct samples of a batch; NOT_GIVEN at batch 1 */
} InputLaw;

/* Fluctuations over draws, beside a row: standard deviations of one network's columns; NOT_GIVEN where no law is known. */
typedef struct {
    double log10_h_ms, log10_grad[4];   /* z, h, w, b */
    double bias;                        /* of ln ‖·‖², how far first-order theory may be off at this layer */
    bool exact;
} Spread;

/* Follows one activation, initialiser and input through as many layers as asked for; what a shallower network needs is a part of
 * what a deeper one does. Belongs to one thread. */
typedef struct Predictor Predictor;

/* `m` is of spec's activation, NULL where it has none; m and input->length must outlive the predictor. */
Predictor *predictor_alloc(MeanField *m, const NetSpec *spec, const InputLaw *input);
void predictor_free(Predictor *p);

/* May the predictor serve this network: does it differ from the one it was made for in depth and loss only? */
bool predictor_serves(const Predictor *p, const NetSpec *spec);

/* Fill rows[0 … spec_layers] (spread as many) for a resolved spec that the predictor serves.
 * Statuses: ok, no-prediction (softmax, lsuv, zeros, constant: no mean-field limit; columns empty), not-converged.
 * For losses other than none: the readout's row; the plain columns of ∂L/∂z and ∂L/∂h, and, at batch 1, of ∂L/∂W and ∂L/∂b (in a larger
 * batch they have terms of order batch/width); no logarithms. */
void predictor_fill(Predictor *p, const NetSpec *spec, LayerRow *rows, Spread *spread);

/* Does the initialiser's law have a mean-field limit (independent entries of variance σ_w²/fan_in, or orthogonal ones)? */
bool predict_covers(const NetSpec *spec);

#endif
