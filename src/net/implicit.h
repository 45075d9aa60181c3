/* The implicit engine: the exact law of a random linear map on a batch, without the map.
 * The one thing to know: z is drawn from its law given the layer's input, and ∂L/∂h from its law given z; the joint law of all that is
 * recorded is that of the dense network at the same finite width. Cost O(batch² · width) a layer instead of O(batch · width²).
 * With W̃ = [W | b] = Ω diag(s, σ_b), Ω independent normal: z = Ω h̃ᵀ, and Ω = EᵀQ + Ω(I - QᵀQ) where Q spans the rows of h̃; the
 * two parts are independent. Orthogonal W: the same with Haar frames. */
#ifndef NET_IMPLICIT_H
#define NET_IMPLICIT_H

#include <stdbool.h>

#include "net/linmap.h"

/* Does the engine know the law of this network's layers? Else why not, in words. */
bool implicit_covers(const NetSpec *spec, const char **why);

/* What a layer leaves behind for the backward pass and for replay. */
typedef struct {
    double *factor;      /* layers × batch × batch: C of the input's Gram matrix at unit diagonal */
    double *norm;        /* layers × batch: norms of the rows of h̃, in their units */
    int64_t *unit;       /* layers × batch: exponents of the rows of h̃ */
    int64_t *pivot;      /* layers × batch */
    int64_t *rank;       /* layers × 2: the rank, and how many pivots are solid enough to condition on */
} Memory;

typedef struct {
    const NetSpec *spec;
    RngSource source;
    Rng *rng;
    Memory memory;
    double *e, *f;       /* batch × widest layer each: the frames of one layer */
    double *small;       /* batch × batch, eight of them, and then some */
} Implicit;

/* Numbers (doubles or int64) that the parts of `memory`, a frame, and `small` need. */
size_t implicit_factor_size(const NetSpec *spec);
size_t implicit_rows_size(const NetSpec *spec);
size_t implicit_frame_size(const NetSpec *spec);
size_t implicit_small_size(const NetSpec *spec);

extern const Engine implicit_engine;   /* its map is an Implicit */

#endif
