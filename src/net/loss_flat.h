/* Losses on plain vectors: value and gradient in one go, for training.
 * The one thing to know: it works in double inside and never forms p - t where it cancels, but has no exponents: beyond e^±700 it is 0.
 * Averages as PyTorch's: mse and bce over batch and outputs, ce over the batch. */
#ifndef NET_LOSS_FLAT_H
#define NET_LOSS_FLAT_H

#include <stddef.h>

#include "model/kinds.h"

/* How many doubles of scratch a batch takes. */
size_t loss_flat_room(size_t rows, size_t cols);

/* delta = factor·∂L/∂y and the mean loss L of outputs y (rows × cols), for any pair that head_refusal lets pass; delta may be y. `factor` is a
 * loss scale, and not in the loss. Targets as in net/loss.h; NaN where y is not finite and the formula has no value. */
double loss_flat(double *delta, const double *y, const double *target, size_t rows, size_t cols, HeadKind head, LossKind loss, double factor,
                 double *scratch);
double loss_flat_f32(float *delta, const float *y, const double *target, size_t rows, size_t cols, HeadKind head, LossKind loss, double factor,
                     double *scratch);

#endif
