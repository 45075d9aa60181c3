/* One network: sampled, sent forward and backward once, measured layer by layer.
 * The one thing to know: a Pass is a worker's workspace, allocated once for its largest network; nothing is allocated in pass_run.
 * h⁰ = x, z = h Wᵀ + b, h = φ(z); backpropagation after Rumelhart, Hinton and Williams 1986, on rows with power-of-two scales. */
#ifndef NET_PASS_H
#define NET_PASS_H

#include <stdbool.h>

#include "model/row.h"
#include "model/spec.h"
#include "net/dataset.h"
#include "net/dense.h"
#include "net/ledger.h"
#include "net/watch.h"

typedef struct Pass Pass;

/* Which engine a network runs on. AUTO is a constant rule: implicit iff its law covers the network and 5 · batch ≤ width. */
typedef enum { ENGINE_AUTO, ENGINE_DENSE, ENGINE_IMPLICIT } EngineKind;

/* The engine that `kind` means for this network, and in words why. */
const Engine *pass_engine(const NetSpec *spec, EngineKind kind, const char **why);

/* Bytes a Pass needs for `spec`, with all weights kept or with one matrix at a time (dense). */
double pass_bytes(const NetSpec *spec, const Engine *engine, bool keep);

/* Floating-point operations of one network, for estimates: products, and random numbers at their equivalent. */
double pass_flop(const NetSpec *spec, const Engine *engine);

/* `bytes`: the largest pass_bytes it will meet; a network whose weights all fit into it keeps them. `data`: NULL or shared. */
Pass *pass_alloc(double bytes, const gsl_rng_type *generator, const Dataset *data);
void pass_free(Pass *p);

typedef enum { TAP_X, TAP_Z, TAP_H, TAP_DELTA, TAP_GRAD_H } TapPoint;

/* Somebody who looks at the arrays as they pass: `layer` is 0 … depth + 1. */
typedef struct {
    void (*see)(void *context, TapPoint what, int64_t layer, const Rows *rows);
    void *context;
} Tap;

/* From now on write rows[layer] only where `keeps` says so; `network` stays the same. A deep network's other rows need no memory
 * then, where the caller's pages are untouched. NULL: all. */
void pass_keep_rows(Pass *p, LayerFilter *keeps, const void *context);

/* Sample the network that (spec, source) determines and fill rows[0 … spec_layers] and `network`. `tap` may be NULL. */
void pass_run(Pass *p, const NetSpec *spec, const Engine *engine, RngSource source, LayerRow *rows, NetworkRow *network, const Tap *tap);

/* The steps of which pass_run is made, for whoever has inputs and targets of his own (training). Begin a network on an engine's map (NULL:
 * the Pass's own); then, as often as wanted: fill the input (`rows` samples, at most the spec's batch), measure or not, forward, fill the
 * targets (batch × outputs), and backward. loss_scale multiplies ∂L/∂outputs, and so every gradient. */
void pass_begin(Pass *p, const NetSpec *spec, const Engine *engine, void *map, RngSource source);
Rows pass_input(Pass *p, size_t rows);
double *pass_targets(Pass *p);
void pass_measure(Pass *p, LayerRow *rows);   /* NULL: nothing is measured */
void pass_forward(Pass *p, const Tap *tap);
void pass_backward(Pass *p, double loss_scale, const Tap *tap);
Rows pass_outputs(Pass *p);                   /* of the readout, in doubles */
const NetworkRow *pass_network(const Pass *p);

/* The first layer of the last forward and backward pass where an Event happened, -1 where none did. Looked for where the format is not
 * float64, and in training. */
const int64_t *pass_events(const Pass *p);

/* For a tap on the dense engine: the map of the network in hand (its weights and biases), and the input of layer `layer`. */
Dense *pass_map(Pass *p);
Rows pass_input_of(const Pass *p, int64_t layer);

/* For tests: rows are rescaled outside 2^±bits (default 200); results agree to rounding for every value from 20 to 400. */
void pass_set_bits(Pass *p, int bits);

/* For tests: more than `bytes` of activations (at most the usual limit) are drawn again instead of kept; 0 always draws again. */
void pass_set_most_kept(Pass *p, double bytes);

#endif
