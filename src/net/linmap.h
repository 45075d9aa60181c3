/* The linear map of a layer: drawn once, used once forward (h → z) and once backward (δ → g).
 * The one thing to know: everything else of a network (activation, loss, statistics, scaling) lives in `pass`, for every engine.
 * Rows are samples: z = h Wᵀ + 1bᵀ, g = ∂L/∂h = δ W. */
#ifndef NET_LINMAP_H
#define NET_LINMAP_H

#include "model/spec.h"
#include "num/rng.h"
#include "num/rows.h"

typedef struct {
    const char *name;
    /* Begin a network: nothing is drawn yet. */
    void (*begin)(void *map, const NetSpec *spec, RngSource source);
    /* z (batch × fan_out) from h (batch × fan_in), balanced to `bits`. */
    void (*forward)(void *map, int64_t layer, Rows *z, const Rows *h, int bits);
    /* The same z again, bit for bit, without h; NULL where the engine cannot. */
    void (*replay)(void *map, int64_t layer, Rows *z, int bits);
    /* g (batch × fan_in) from delta (batch × fan_out); h is what went forward. g NULL: nobody asks for it (an engine that learns still
     * takes its gradient from delta and h). */
    void (*backward)(void *map, int64_t layer, Rows *g, const Rows *delta, const Rows *h);
    /* √(fan_in · E W²) that the layer really has. */
    double (*sigma_w)(const void *map, int64_t layer);
    /* The parameter that the activation of a layer has, where it is learned, and ∂L/∂ it; NULL where it is the spec's. */
    double (*parameter)(const void *map, int64_t layer);
    void (*parameter_gradient)(void *map, int64_t layer, double gradient);
} Engine;

#endif
