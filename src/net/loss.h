/* Losses: the gradient with respect to the readout's outputs, on scaled rows.
 * The one thing to know: p - t is never formed where it cancels; σ(y) - 1 is -σ(-y), p_t - 1 is minus the sum of the others.
 * Averages as PyTorch's: mse and bce over batch and outputs, ce over the batch. */
#ifndef NET_LOSS_H
#define NET_LOSS_H

#include "model/kinds.h"
#include "num/rng.h"
#include "num/rows.h"

/* target (batch × outputs): N(0,1) for mse, 0 or 1 for bce, one-hot for ce; from the stream USE_TARGET. */
void loss_targets(double *target, size_t batch, size_t outputs, LossKind kind, RngSource source, Rng *rng);

/* delta = ∂L/∂y from the outputs y, where the head is the one that the loss implies (loss_head). */
void loss_gradient(Rows *delta, const Rows *y, const double *target, LossKind kind);

/* The loss itself. */
double loss_value(const Rows *y, const double *target, LossKind kind);

/* The same for any pair that head_refusal lets pass. Targets of bce are 0 or 1, those of ce one-hot, those of mse any numbers. */
void loss_pair_gradient(Rows *delta, const Rows *y, const double *target, HeadKind head, LossKind loss);
double loss_pair_value(const Rows *y, const double *target, HeadKind head, LossKind loss);

#endif
