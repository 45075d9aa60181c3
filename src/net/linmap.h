/* The linear map of a layer: drawn once, used once forward (h → z) and once backward (δ → g).
 * The one thing to know: everything else of a network (activation, loss, statistics, scaling) lives in `pass`, for every engine.
 * Rows are samples: z = h Wᵀ + 1bᵀ, g = ∂L/∂h = δ W. */
#ifndef NET_LINMAP_H
#define NET_LINMAP_H

#include <stdbool.h>

#include "model/spec.h"
#include "num/rng.h"
#include "num/scaled.h"

/* One network's dense maps. The buffers are the caller's. */
typedef struct {
    const NetSpec *spec;
    RngSource source;
    Rng *rng;
    bool keep;          /* every layer's weights have their place in `weights`; else one place, redrawn from the streams */
    double *weights;
    int64_t drawn;      /* the layer in the one place, 0 none */
    double *bias;       /* of the layer last sent forward */
    double *scale;      /* layer → the factor LSUV found, 1 elsewhere */
    double *work;       /* for drawing orthogonal matrices, and for products of a few rows */
} Dense;

/* How many doubles `weights` (kept, or the one place), `bias` and `work` need. */
size_t dense_weights_size(const NetSpec *spec, bool keep);
size_t dense_bias_size(const NetSpec *spec);
size_t dense_work_size(const NetSpec *spec);

/* Begin a network: nothing is drawn yet. */
void dense_begin(Dense *map, const NetSpec *spec, RngSource source);

/* z (batch × fan_out) from h (batch × fan_in). With LSUV, finds the layer's scale. h keeps its value, perhaps in another unit. */
void dense_forward(Dense *map, int64_t layer, Rows *z, Rows *h, int bits);

/* g (batch × fan_in) from delta (batch × fan_out). */
void dense_backward(Dense *map, int64_t layer, Rows *g, const Rows *delta);

/* The layer's weights before `scale`, fan_out × fan_in, redrawn where they are not kept; and whether it has biases. */
const double *dense_matrix(Dense *map, int64_t layer);
bool dense_has_bias(const NetSpec *spec);

/* σ_w that the layer really has: the rule's, times LSUV's scale. */
double dense_sigma_w(const Dense *map, int64_t layer);

#endif
