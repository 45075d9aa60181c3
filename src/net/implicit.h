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

/* The buffers are the caller's; sizes in doubles. */
typedef struct {
    const NetSpec *spec;
    RngSource source;
    Rng *rng;
    double *memory;      /* what a layer leaves behind for the backward pass and for replay: the span of its input */
    double *frames;      /* layers × frame: E of every layer, or NULL: drawn again from its stream */
    double *e, *f;       /* a frame each, or what span_find scribbles on */
    double *small;       /* matrices of batch × batch */
} Implicit;

size_t implicit_memory_size(const NetSpec *spec);
size_t implicit_frame_size(const NetSpec *spec);
size_t implicit_spare_size(const NetSpec *spec);   /* of e, of f */
size_t implicit_small_size(const NetSpec *spec);

extern const Engine implicit_engine;   /* its map is an Implicit */

#endif
