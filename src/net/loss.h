/* Losses: the gradient with respect to the readout's outputs, on scaled rows.
 * The one thing to know: p - y is never formed where it cancels; σ(y) - 1 is -σ(-y), p_t - 1 is minus the sum of the others.
 * Averages as PyTorch's: mse and bce over batch and outputs, ce over the batch. */
#ifndef NET_LOSS_H
#define NET_LOSS_H

#include "model/kinds.h"
#include "num/rng.h"
#include "num/rows.h"

/* target (batch × outputs): N(0,1) for mse, 0 or 1 for bce, one-hot for ce; from the stream USE_TARGET. */
void loss_targets(double *target, size_t batch, size_t outputs, LossKind kind, RngSource source, Rng *rng);

/* delta = ∂L/∂y from the outputs y. */
void loss_gradient(Rows *delta, const Rows *y, const double *target, LossKind kind);

/* The loss itself, for finite differences and reports; y in unit 1. */
double loss_value(const Rows *y, const double *target, LossKind kind);

#endif
