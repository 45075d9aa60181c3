/* A worker's buffers for one network: activations, slopes, gradients, and what an engine needs.
 * The one thing to know: one function both counts and places them, so the size that is promised is the size that is used.
 * Kept for the backward pass: every h and every φ'(z), or, where that is much, only what draws them again. */
#ifndef NET_WORKSPACE_H
#define NET_WORKSPACE_H

#include "model/dtype.h"
#include "net/dense.h"
#include "net/implicit.h"

typedef struct {
    const NetSpec *spec;
    const Dtype *dtype;
    size_t rows;               /* samples in hand, at most the spec's batch */
    bool replay;               /* activations and slopes of two layers at a time; the others are drawn again */
    bool learns;               /* the engine has the activations' parameters; every z is kept for their gradients */
    bool has_slopes;           /* φ is elementwise */
    double *h, *slope, *z, *g, *delta, *wide;
    int64_t *h_exponent, *z_exponent, *g_exponent, *delta_exponent, *wide_exponent;
    double *target;            /* batch × outputs */
    double *work, *input_work;
    Dense dense;
    Implicit implicit;
} Workspace;

/* Place everything for `spec` at `base` (NULL: only count) and return the doubles it takes. More than most_kept bytes of activations are
 * drawn again instead of kept; `keep`: the dense engine keeps all weights. */
double workspace_place(Workspace *w, double *base, const NetSpec *spec, const Engine *engine, double most_kept, bool keep);

/* The rows of the samples in hand. Activations of layer 0 … depth; slopes and z of layer 1 …; g = ∂L/∂h and delta = ∂L/∂z of the layer
 * in hand, `cols` wide. */
Rows workspace_h(const Workspace *w, int64_t layer);
Rows workspace_slope(const Workspace *w, int64_t layer);
Rows workspace_z(const Workspace *w, int64_t layer);
Rows workspace_g(const Workspace *w, int64_t cols);
Rows workspace_delta(const Workspace *w, int64_t cols);

/* Rows of doubles, whatever the format, for what is drawn and what the loss sees; `which` is 0, or 1 beside it for outputs. */
Rows workspace_wide(const Workspace *w, int64_t which, int64_t cols);

#endif
