/* One layer's activation on scaled rows: h = φ(z), d = φ'(z), at any scale of z.
 * The one thing to know: in a unit u = 2^e, φ(ux)/u is evaluated by its limits: slope at 0± for tiny u, at ±∞ for huge u.
 * φ with φ(0) ≠ 0, bounded φ and softmax return to unit 1, where nothing can be lost. */
#ifndef NET_ACTIVATE_H
#define NET_ACTIVATE_H

#include "model/act.h"
#include "num/rows.h"

/* h, slope: batch × units like z; slope is left alone for softmax. `work`: z->cols doubles. Floats are taken as they are. */
void activate(Choice activation, Rows *h, Rows *slope, const Rows *z, double *work);

/* delta = ∂L/∂z from g = ∂L/∂h: g ∘ φ'(z), or softmax's Jacobian product. */
void activate_backward(Choice activation, Rows *delta, const Rows *g, const Rows *slope, const Rows *h);

/* ∂L/∂a of φ(z) = z for z > 0, else a z: Σ g z over z ≤ 0 (He et al. 2015, PReLU). */
double activate_parameter_gradient(const Rows *g, const Rows *z);

#endif
