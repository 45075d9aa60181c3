/* The gradient that a loss sends into the readout, on average over targets and networks.
 * The one thing to know: outputs of one sample are independent N(0, q), two samples' outputs have correlation 1 - gap; targets are
 * random and independent of them. mse and bce average over batch and outputs, ce over the batch. */
#ifndef THEORY_LOSSLAW_H
#define THEORY_LOSSLAW_H

#include "model/kinds.h"
#include "theory/meanfield.h"

/* Of δ = ∂L/∂y: ln E‖δ_a‖² of one sample, and E δ_a·δ_b / E‖δ_a‖² of two; NOT_GIVEN where there is no law (between two samples
 * under ce). `sigmoid`: the mean field of that activation. */
typedef struct {
    double ln_square, together;
    double along;      /* E (δ·y)²/(q E‖δ‖²) - 1: how the gradient lies along the output; 0 under ce, where it is not known */
    Status status;
} LossLaw;

void losslaw(LossLaw *out, LossKind kind, double outputs, double batch, double ln_q, double gap, MeanField *sigmoid, Gauss *w);

/* E Σ_k p_k² of a softmax over `outputs` independent N(0, q) logits: ∫ s E[e^{2y - s e^y}] (E e^{-s e^y})^{K-1} ds times K. */
Estimate losslaw_softmax_square(Gauss *w, double q, double outputs);

#endif
