/* Losses of heads they were not made for: squares of probabilities, and softmax's probabilities one by one.
 * The one thing to know: factors as small as e^-10000 are multiplied and added with exponents of their own, so none is lost.
 * Row a of delta = ∂L/∂y, averaged over batch and outputs. */
#ifndef NET_LOSS_MIXED_H
#define NET_LOSS_MIXED_H

#include "num/rows.h"

void sigmoid_mse_row(Rows *delta, const Rows *y, size_t a, const double *target);
void softmax_mse_row(Rows *delta, const Rows *y, size_t a, const double *target);
void softmax_bce_row(Rows *delta, const Rows *y, size_t a, const double *target);

#endif
