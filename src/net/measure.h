/* What is recorded of a layer: moments of z and h, fractions of units, and gradient norms, from scaled rows.
 * The one thing to know: sums are taken row by row in the row's own unit and joined with their exponents, so none over- or underflows.
 * ‖∂L/∂W‖_F² = ⟨δδᵀ, hhᵀ⟩: a gradient's norm needs no gradient matrix. */
#ifndef NET_MEASURE_H
#define NET_MEASURE_H

#include "model/act.h"
#include "model/row.h"
#include "num/rows.h"

/* Doubles that measure_* need as `work`, for `batch` samples and layers at most `units` wide. */
size_t measure_work_size(size_t batch, size_t units);

void measure_z(LayerRow *row, const Rows *z);
void measure_h(LayerRow *row, const Rows *h, double *work);

/* dead_frac and saturated_frac from the slopes (batch × units); after measure_h, which knows whether they are slopes of numbers. */
void measure_slopes(LayerRow *row, const Rows *slope, double max_slope, double *work);

/* grad_h from g = ∂L/∂h; grad_z from delta = ∂L/∂z; grad_w and grad_b from delta and the layer's input h. */
void measure_grad_h(LayerRow *row, const Rows *g);
void measure_grad_z(LayerRow *row, const Rows *delta);
void measure_grad_wb(LayerRow *row, const Rows *delta, const Rows *h, double *work);

/* measure_grad_z and measure_grad_wb at once. */
void measure_gradients(LayerRow *row, const Rows *delta, const Rows *h, double *work);

/* The row's status from all its cells. */
void measure_status(LayerRow *row);

#endif
