/* One layer's activation on scaled rows: h = φ(z), d = φ'(z), at any scale of z.
 * The one thing to know: in a unit u = 2^e, φ(ux)/u is evaluated by its limits: slope at 0± for tiny u, at ±∞ for huge u.
 * φ with φ(0) ≠ 0, bounded φ and softmax return to unit 1, where nothing can be lost. */
#ifndef NET_ACTIVATE_H
#define NET_ACTIVATE_H

#include "model/act.h"
#include "num/scaled.h"

/* h, slope: batch × units like z; slope is left alone for softmax. `work`: z->cols doubles. */
void activate(Choice activation, Rows *h, double *slope, const Rows *z, double *work);

/* delta = ∂L/∂z from g = ∂L/∂h: g ∘ φ'(z), or softmax's Jacobian product. */
void activate_backward(Choice activation, Rows *delta, const Rows *g, const double *slope, const Rows *h);

#endif
