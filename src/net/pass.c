/* One network: forward, loss, backward, and what is measured on the way.
 * The one thing to know: the order of steps stands here, once, for every engine and format; buffers are in `workspace`, rows of results in
 * `ledger`, kernels elsewhere. */
#include "net/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/activate.h"
#include "net/input.h"
#include "net/loss.h"
#include "net/measure.h"
#include "net/ledger.h"
#include "net/workspace.h"

struct Pass {
    double *arena;
    double bytes;
    double most_kept;
    int bits;
    Rng rng;
    const Dataset *data;
    const NetSpec *spec;
    const Engine *engine;
    void *map;                 /* the workspace's dense or implicit map, or the caller's */
    Workspace w;
    Ledger ledger;
    bool measuring;
    Watch watch;
};

/* Above this many bytes of activations they are drawn again instead of kept, where the engine can. Same bits. */
static const double usual_most_kept = 32e6;

const Engine *pass_engine(const NetSpec *spec, EngineKind kind, const char **why)
{
    const bool covered = implicit_covers(spec, why);
    if (kind != ENGINE_AUTO || !covered)
        return kind == ENGINE_IMPLICIT && covered ? &implicit_engine : &dense_engine;
    *why = 5 * spec->batch <= spec->width ? "5 batch <= width" : "5 batch > width";
    return 5 * spec->batch <= spec->width ? &implicit_engine : &dense_engine;
}

double pass_bytes(const NetSpec *spec, const Engine *engine, bool keep)
{
    Workspace unused;
    return 8 * workspace_place(&unused, NULL, spec, engine, usual_most_kept, keep);
}

double pass_flop(const NetSpec *spec, const Engine *engine)
{
    const double b = (double)spec->batch, n = (double)spec->width, depth = (double)spec->depth;
    const double weights = n * ((double)spec->input_width + n * (depth - 1) + (double)spec->outputs), units = b * n * depth;
    if (engine == &implicit_engine)
        return units * (12 * b + 300);
    return weights * (4 * b + 40) + 2 * fmin(b, n) * units + 200 * units;
}

Pass *pass_alloc(double bytes, const gsl_rng_type *generator, const Dataset *data)
{
    Pass *p = mem_alloc(1, sizeof *p);
    p->bytes = bytes;
    p->arena = mem_aligned((size_t)bytes / 8 + 8, sizeof(double));
    p->bits = 200;
    p->most_kept = usual_most_kept;
    p->data = data;
    rng_init(&p->rng, generator);
    p->w.dense.rng = p->w.implicit.rng = &p->rng;
    return p;
}

void pass_free(Pass *p)
{
    if (!p)
        return;
    rng_done(&p->rng);
    free(p->arena);
    free(p);
}

void pass_set_bits(Pass *p, int bits)
{
    p->bits = bits;
}

void pass_set_most_kept(Pass *p, double bytes)
{
    p->most_kept = fmin(bytes, usual_most_kept);
}

void pass_keep_rows(Pass *p, LayerFilter *keeps, const void *context)
{
    p->ledger.keeps = keeps;
    p->ledger.context = context;
}

static void look(const Tap *tap, TapPoint what, int64_t layer, const Rows *rows)
{
    if (tap)
        tap->see(tap->context, what, layer, rows);
}

static void round_to_format(const Pass *p, Rows *r)
{
    if (p->w.dtype->round)
        p->w.dtype->round(r->s, r->rows * r->cols);
}

/* r = the format's nearest to factor · from, which is in doubles. */
static void narrow(const Pass *p, Rows *r, const Rows *from, double factor)
{
    for (size_t a = 0; a < r->rows; a++)
        for (size_t i = 0; i < r->cols; i++)
            rows_single_at(r, a)[i] = (float)(factor * scaled_ldexp(rows_at(from, a)[i], from->exponent[a]));
    memset(r->exponent, 0, r->rows * sizeof *r->exponent);
    round_to_format(p, r);
}

/* Where a format can lose numbers, and wherever there is training. */
static bool watches(const Pass *p)
{
    return p->w.dtype->single || p->engine->parameter;
}

static void record_seen(Pass *p, int64_t layer, Status seen)
{
    if (!p->measuring)
        return;
    LayerRow *row = ledger_row(&p->ledger, layer);
    row->nan |= seen == STATUS_NAN;
    row->infinite |= seen == STATUS_OVERFLOW;
    row->faint |= seen == STATUS_UNDERFLOW;
}

/* z of a layer from the h below it; records z and the σ's. */
static Rows send_forward(Pass *p, int64_t layer, const Tap *tap)
{
    const Rows below = workspace_h(&p->w, layer - 1);
    Rows z = workspace_z(&p->w, layer);
    p->engine->forward(p->map, layer, &z, &below, p->bits);
    round_to_format(p, &z);
    if (p->measuring) {
        LayerRow *row = ledger_blank(&p->ledger, layer);
        row->sigma_w = p->engine->sigma_w(p->map, layer);
        row->sigma_b = spec_sigma_b(p->spec, layer);
        measure_z(row, &z);
    }
    if (watches(p))
        record_seen(p, layer, watch_z(&p->watch, layer, &z, &below));
    look(tap, TAP_Z, layer, &z);
    return z;
}

static Choice activation_at(const Pass *p, int64_t layer)
{
    Choice activation = p->spec->activation;
    if (p->w.learns)
        activation.parameter = p->engine->parameter(p->map, layer);
    return activation;
}

/* h and φ'(z) of a layer from its z. */
static Rows through_activation(Pass *p, int64_t layer, const Rows *z)
{
    Rows h = workspace_h(&p->w, layer), slope = workspace_slope(&p->w, layer);
    activate(activation_at(p, layer), &h, &slope, z, p->w.input_work);
    round_to_format(p, &h);
    rows_balance(&h, p->bits);
    return h;
}

/* The activations of a layer for the backward pass: kept, or drawn again. */
static Rows recall(Pass *p, int64_t layer)
{
    if (p->w.replay && layer >= 1 && layer <= p->spec->depth - 2) {
        Rows z = workspace_z(&p->w, layer);
        p->engine->replay(p->map, layer, &z, p->bits);
        return through_activation(p, layer, &z);
    }
    return workspace_h(&p->w, layer);
}

static void measure_input(Pass *p, const Rows *x)
{
    LayerRow *row = ledger_blank(&p->ledger, 0);
    measure_h(row, x, p->w.work);
    ledger_forward_done(&p->ledger, row);
}

static void measure_layer(Pass *p, int64_t layer, const Rows *h)
{
    LayerRow *row = ledger_row(&p->ledger, layer);
    const Rows slope = workspace_slope(&p->w, layer);
    measure_h(row, h, p->w.work);
    if (p->w.has_slopes)
        measure_slopes(row, &slope, activation_max_slope(activation_at(p, layer)), p->w.work);
    ledger_forward_done(&p->ledger, row);
}

void pass_begin(Pass *p, const NetSpec *spec, const Engine *engine, void *map, RngSource source)
{
    p->spec = spec;
    p->engine = engine;
    p->map = map ? map : engine == &implicit_engine ? (void *)&p->w.implicit : &p->w.dense;
    workspace_place(&p->w, p->arena, spec, engine, p->most_kept, pass_bytes(spec, engine, true) <= p->bytes);
    engine->begin(p->map, spec, source);
}

Rows pass_input(Pass *p, size_t rows)
{
    p->w.rows = rows;
    return workspace_h(&p->w, 0);
}

double *pass_targets(Pass *p)
{
    return p->w.target;
}

void pass_measure(Pass *p, LayerRow *rows)
{
    p->measuring = rows != NULL;
    if (rows)
        ledger_begin(&p->ledger, p->spec, rows, p->engine->name);
}

const NetworkRow *pass_network(const Pass *p)
{
    return &p->ledger.network;
}

const int64_t *pass_events(const Pass *p)
{
    return p->watch.layer;
}

void pass_forward(Pass *p, const Tap *tap)
{
    Rows x = workspace_h(&p->w, 0);
    watch_begin(&p->watch, p->w.dtype, p->engine, p->map);
    round_to_format(p, &x);
    rows_balance(&x, p->bits);
    if (p->measuring)
        measure_input(p, &x);
    look(tap, TAP_X, 0, &x);
    for (int64_t layer = 1; layer <= p->spec->depth; layer++) {
        const Rows z = send_forward(p, layer, tap), h = through_activation(p, layer, &z);
        if (watches(p))
            record_seen(p, layer, watch_h(&p->watch, layer, &h, p->w.has_slopes ? activation_max_slope(activation_at(p, layer)) : 0));
        if (p->measuring)
            measure_layer(p, layer, &h);
        look(tap, TAP_H, layer, &h);
    }
    if (spec_has_readout(p->spec))
        send_forward(p, p->spec->depth + 1, tap);
}

Rows pass_outputs(Pass *p)
{
    const Rows y = workspace_z(&p->w, p->spec->depth + 1);
    Rows wide = workspace_wide(&p->w, 0, p->spec->outputs);
    if (!y.single)
        return y;
    for (size_t a = 0; a < y.rows; a++)
        rows_widen(rows_at(&wide, a), &y, a, 1);
    memset(wide.exponent, 0, wide.rows * sizeof *wide.exponent);
    return wide;
}

/* ∂L/∂h of the layer below from delta = ∂L/∂z of a layer, which was made of `from` by `slope`; records every gradient of the layer. */
static Rows send_backward(Pass *p, int64_t layer, Rows *delta, const Rows *from, const Rows *slope, const Tap *tap)
{
    const Rows below = recall(p, layer - 1);
    Rows g = workspace_g(&p->w, spec_fan_in(p->spec, layer));
    const bool wanted = layer > 1 || p->measuring || tap;
    rows_balance(delta, p->bits);
    if (watches(p))
        record_seen(p, layer, watch_delta(&p->watch, layer, delta, from, slope));
    if (p->measuring) {
        measure_gradients(ledger_row(&p->ledger, layer), delta, &below, p->w.work);
        ledger_finished(&p->ledger, ledger_row(&p->ledger, layer));
    }
    look(tap, TAP_DELTA, layer, delta);
    p->engine->backward(p->map, layer, wanted ? &g : NULL, delta, &below);
    if (!wanted)
        return g;
    round_to_format(p, &g);
    rows_balance(&g, p->bits);
    if (p->measuring)
        measure_grad_h(ledger_back(&p->ledger, layer - 1), &g);
    if (watches(p))
        record_seen(p, layer - 1, watch_g(&p->watch, layer - 1, &g, delta));
    look(tap, TAP_GRAD_H, layer - 1, &g);
    return g;
}

/* ∂L/∂h of the last layer: a random cotangent of expected norm 1. */
static Rows draw_cotangent(Pass *p, RngSource source, const Tap *tap)
{
    const int64_t last = p->spec->depth;
    Rows g = workspace_g(&p->w, p->spec->width), drawn = workspace_wide(&p->w, 0, p->spec->width);
    Rows *first = g.single ? &drawn : &g;
    watch_turn(&p->watch);
    rng_open(&p->rng, source, 0, USE_COTANGENT);
    rng_normals(&p->rng, first->x, g.rows * g.cols, 1 / sqrt((double)(g.rows * g.cols)));
    memset(first->exponent, 0, g.rows * sizeof *g.exponent);
    if (g.single)
        narrow(p, &g, &drawn, 1);
    if (p->measuring)
        measure_grad_h(ledger_back(&p->ledger, last), &g);
    look(tap, TAP_GRAD_H, last, &g);
    return g;
}

/* The same from the loss through its readout. */
static Rows through_readout(Pass *p, double loss_scale, const Tap *tap)
{
    const NetSpec *spec = p->spec;
    Rows delta = workspace_delta(&p->w, spec->outputs), wide = workspace_wide(&p->w, 1, spec->outputs);
    const Rows y = pass_outputs(p);
    watch_turn(&p->watch);
    loss_pair_gradient(delta.single ? &wide : &delta, &y, p->w.target, spec_head(spec), loss_of(spec->loss)->kind);
    if (delta.single)
        narrow(p, &delta, &wide, loss_scale);
    else if (loss_scale != 1)
        rows_scale(&delta, loss_scale, &delta);
    return send_backward(p, spec->depth + 1, &delta, delta.single ? &wide : &delta, NULL, tap);
}

static void backward_from(Pass *p, Rows g, const Tap *tap)
{
    const NetSpec *spec = p->spec;
    for (int64_t layer = spec->depth; layer >= 1; layer--) {
        const Rows h = workspace_h(&p->w, layer), slope = workspace_slope(&p->w, layer);
        Rows delta = workspace_delta(&p->w, spec->width);
        activate_backward(spec->activation, &delta, &g, &slope, &h);
        round_to_format(p, &delta);
        if (p->w.learns) {
            const Rows z = workspace_z(&p->w, layer);
            p->engine->parameter_gradient(p->map, layer, activate_parameter_gradient(&g, &z));
        }
        /* Where softmax's gradient is 0 it cancels by right, as with the slopes that are 0 here. */
        g = send_backward(p, layer, &delta, &g, p->w.has_slopes ? &slope : &delta, tap);
    }
    if (p->measuring)
        ledger_finished(&p->ledger, ledger_row(&p->ledger, 0));
}

void pass_backward(Pass *p, double loss_scale, const Tap *tap)
{
    backward_from(p, through_readout(p, loss_scale, tap), tap);
}

static void draw_input(Pass *p, RngSource source)
{
    Rows x = workspace_h(&p->w, 0), drawn = workspace_wide(&p->w, 0, p->spec->input_width);
    input_draw(x.single ? &drawn : &x, p->spec, p->data, source, &p->rng, p->w.input_work);
    if (x.single)
        narrow(p, &x, &drawn, 1);
}

void pass_run(Pass *p, const NetSpec *spec, const Engine *engine, RngSource source, LayerRow *rows, NetworkRow *network, const Tap *tap)
{
    const LossKind kind = loss_of(spec->loss)->kind;
    pass_begin(p, spec, engine, NULL, source);
    pass_measure(p, rows);
    draw_input(p, source);
    pass_forward(p, tap);
    if (kind == LOSS_NONE) {
        backward_from(p, draw_cotangent(p, source, tap), tap);
    } else {
        loss_targets(p->w.target, p->w.rows, (size_t)spec->outputs, kind, source, &p->rng);
        pass_backward(p, 1, tap);
    }
    *network = p->ledger.network;
}

Dense *pass_map(Pass *p)
{
    return &p->w.dense;
}

Rows pass_input_of(const Pass *p, int64_t layer)
{
    return workspace_h(&p->w, layer - 1);
}
