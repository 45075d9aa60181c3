/* The dense engine: weight matrices formed, kept where memory allows, and drawn again where it does not.
 * The one thing to know: a matrix is a pure function of its stream, so the bytes of a result do not depend on whether it was kept. */
#ifndef NET_DENSE_H
#define NET_DENSE_H

#include <stdbool.h>

#include "net/linmap.h"

/* One network's dense maps. The buffers are the caller's. */
typedef struct {
    const NetSpec *spec;
    RngSource source;
    Rng *rng;
    bool keep;          /* every layer's weights have their place in `weights`; else one place, redrawn from the streams */
    double *weights;    /* doubles or floats, by the spec's dtype */
    int64_t drawn;      /* the layer in the one place, 0 none */
    double *bias;       /* of the layer last sent forward */
    double *scale;      /* layer → the factor LSUV found, 1 elsewhere */
    double *work;       /* for drawing orthogonal matrices, and for products of a few rows */
} Dense;

/* How many doubles `weights` (kept, or the one place), `bias` and `work` need. */
size_t dense_weights_size(const NetSpec *spec, bool keep);
size_t dense_bias_size(const NetSpec *spec);
size_t dense_work_size(const NetSpec *spec);

extern const Engine dense_engine;   /* its map is a Dense */

/* The layer's weights before `scale`, fan_out × fan_in, redrawn where they are not kept; and whether it has biases. */
Rows dense_matrix(Dense *map, int64_t layer);
bool dense_has_bias(const NetSpec *spec);

/* Draw a layer's parameters from their streams: w (fan_out × fan_in), and n biases. For whoever keeps them himself. */
void dense_draw_weights(const Rows *w, const NetSpec *spec, int64_t layer, RngSource source, Rng *rng, double *work);
void dense_draw_bias(double *bias, size_t n, const NetSpec *spec, int64_t layer, RngSource source, Rng *rng);

/* The factor that LSUV gives a layer whose pre-activations without biases are u; `bias`: 1 × fan_out, or NULL. */
double dense_lsuv_scale(const Rows *u, const Rows *bias);

/* z += bias, a number a column. */
void dense_add_bias(Rows *z, const double *bias);

#endif
