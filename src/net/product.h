/* Products of a batch with a weight matrix, in double or float.
 * The one thing to know: W is fan_out × fan_in, rows are samples; which routine serves is a constant rule of the batch's rows. */
#ifndef NET_PRODUCT_H
#define NET_PRODUCT_H

#include "num/rows.h"

/* Doubles of `work` for a batch of `rows` with a matrix of fan_out × fan_in. */
size_t product_work_size(size_t rows, size_t fan_out, size_t fan_in, bool single);

/* Does a product of so many rows read W in place, so that it may be drawn piece by piece? Then pack h once, and multiply pieces: columns
 * `from` … of u by `some` rows of W that lie at `w`. */
bool product_in_place(const Rows *h);
void product_pack(const Rows *h, double *work);
void product_piece(Rows *u, const Rows *h, const Rows *w, size_t from, size_t some, const double *work);

/* u = h Wᵀ; g = delta W; d = deltaᵀ h (fan_out × fan_in). Elements as stored: exponents are the caller's. */
void product_forward(Rows *u, const Rows *h, const Rows *w, double *work);
void product_backward(Rows *g, const Rows *delta, const Rows *w, double *work);
void product_gradient(Rows *d, const Rows *delta, const Rows *h);

#endif
