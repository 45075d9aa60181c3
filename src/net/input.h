/* Input: what the first layer is fed.
 * The one thing to know: a batch is a function of the network's input stream alone; data rows are drawn without replacement. */
#ifndef NET_INPUT_H
#define NET_INPUT_H

#include "model/spec.h"
#include "net/dataset.h"
#include "num/rng.h"
#include "num/rows.h"

/* Fill x (batch × input width, exponents 0). `data` is NULL for made input. With --input-corr C, samples are √C s + √(1-C) g_a
 * with a common s; on the sphere they are then scaled to norm √width. `work`: the larger of
 * batch and input width doubles. */
void input_draw(Rows *x, const NetSpec *spec, const Dataset *data, RngSource source, Rng *rng, double *work);

#endif
