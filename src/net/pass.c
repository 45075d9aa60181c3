/* One network: forward, loss, backward, and what is measured on the way.
 * The one thing to know: `layout` both counts and places the buffers, so the size that is promised is the size that is used.
 * Kept for the backward pass: every h and every φ'(z), or, where that is much, only what draws them again. */
#include "net/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/activate.h"
#include "net/implicit.h"
#include "net/input.h"
#include "net/loss.h"
#include "net/measure.h"

/* Where measurements go: rows that are kept to their place, the others to a spare one that the next layer but one takes over. */
typedef struct {
    LayerRow *rows;
    LayerFilter *keeps;
    const void *context;
    LayerRow spare[2];
    Drift forward, gradient;   /* log10 of mean squares from layer 1 to L, of ‖∂L/∂z‖ back from L to 1 */
    double top;                /* log10 ‖∂L/∂h^L‖ */
    NetworkRow network;
} Sheet;

struct Pass {
    double *arena;
    double bytes;
    double most_kept;
    int bits;
    Rng rng;
    const Dataset *data;
    const NetSpec *spec;
    const Engine *engine;
    Sheet sheet;
    void *map;                 /* &dense or &implicit */
    Dense dense;
    Implicit implicit;
    bool replay;               /* activations and slopes of two layers at a time; the others are drawn again */
    double *h, *slope, *z, *g, *delta, *target, *work, *input_work;
    int64_t *h_exponent, *z_exponent, *g_exponent, *delta_exponent;
};

typedef struct {
    double *base;     /* NULL: only count */
    double used;      /* doubles */
} Arena;

static double *take(Arena *arena, double doubles)
{
    const double rounded = ceil(doubles / 8) * 8;
    double *place = arena->base ? arena->base + (size_t)arena->used : NULL;
    arena->used += rounded;
    return place;
}

static int64_t *take_exponents(Arena *arena, double count)
{
    return (int64_t *)(void *)take(arena, count);
}

/* Above this many bytes of activations they are drawn again instead of kept, where the engine can. Same bits. */
static const double usual_most_kept = 32e6;

static void layout_dense(Dense *map, const NetSpec *spec, Arena *arena, bool keep)
{
    map->keep = keep;
    map->bias = take(arena, (double)dense_bias_size(spec));
    map->scale = take(arena, (double)spec->depth + 2);
    map->work = take(arena, (double)dense_work_size(spec));
    map->weights = take(arena, (double)dense_weights_size(spec, keep));
}

static void layout_implicit(Implicit *map, const NetSpec *spec, Arena *arena, bool replay)
{
    const double frame = (double)implicit_frame_size(spec);
    map->memory = take(arena, (double)implicit_memory_size(spec));
    map->frames = replay ? NULL : take(arena, ((double)spec->depth + 2) * frame);
    map->e = take(arena, frame);
    map->f = take(arena, frame);
    map->small = take(arena, (double)implicit_small_size(spec));
}

static void layout(Pass *p, const NetSpec *spec, const Engine *engine, Arena *arena, bool keep)
{
    const double b = (double)spec->batch, n = (double)spec->width, in = (double)spec->input_width, out = (double)spec->outputs;
    const double depth = (double)spec->depth, most = fmax(n, fmax(in, out));
    p->replay = engine->replay && 24 * b * n * depth > p->most_kept && depth > 2;
    const double stored = p->replay ? 2 : depth;
    p->h = take(arena, b * in + stored * b * n);
    p->h_exponent = take_exponents(arena, (stored + 1) * b);
    p->slope = activation_of(spec->activation)->slope ? take(arena, stored * b * n) : NULL;
    p->z = take(arena, b * fmax(n, out));
    p->z_exponent = take_exponents(arena, b);
    p->g = take(arena, b * fmax(n, in));
    p->g_exponent = take_exponents(arena, b);
    p->delta = take(arena, b * fmax(n, out));
    p->delta_exponent = take_exponents(arena, b);
    p->target = take(arena, b * out);
    p->work = take(arena, (double)measure_work_size((size_t)spec->batch, (size_t)most));
    p->input_work = take(arena, fmax(most, b));
    if (engine == &implicit_engine)
        layout_implicit(&p->implicit, spec, arena, p->replay);
    else
        layout_dense(&p->dense, spec, arena, keep);
}

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
    Pass unused = {.most_kept = usual_most_kept};
    Arena arena = {NULL, 0};
    layout(&unused, spec, engine, &arena, keep);
    return 8 * arena.used;
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
    p->dense.rng = p->implicit.rng = &p->rng;
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

static Rows rows_of(double *x, int64_t *exponent, int64_t batch, int64_t cols)
{
    return (Rows){x, exponent, (size_t)batch, (size_t)cols};
}

/* The activations of layer 0 … depth. */
static Rows h_rows(const Pass *p, int64_t layer)
{
    const NetSpec *s = p->spec;
    const int64_t slot = layer == 0 ? 0 : p->replay ? 1 + layer % 2 : layer;
    const int64_t before = layer == 0 ? 0 : s->batch * s->input_width + (slot - 1) * s->batch * s->width;
    return rows_of(p->h + before, p->h_exponent + slot * s->batch, s->batch, layer == 0 ? s->input_width : s->width);
}

static double *slopes_of(const Pass *p, int64_t layer)
{
    return p->slope ? p->slope + (p->replay ? layer % 2 : layer - 1) * p->spec->batch * p->spec->width : NULL;
}

static void look(const Tap *tap, TapPoint what, int64_t layer, const Rows *rows)
{
    if (tap)
        tap->see(tap->context, what, layer, rows);
}

static bool is_kept(const Pass *p, int64_t layer)
{
    return !p->sheet.keeps || p->sheet.keeps(p->sheet.context, p->spec, layer);
}

/* The row of a layer that is met for the first time, on the way forward (kept or not) or back (not kept: its forward part is done with). */
static LayerRow *blank_row(Pass *p, int64_t layer)
{
    LayerRow *row = is_kept(p, layer) ? &p->sheet.rows[layer] : &p->sheet.spare[layer % 2];
    row->layer = layer;
    row->sigma_w = row->sigma_b = NOT_GIVEN;
    row->filled = 0;
    memset(row->value, 0, sizeof row->value);
    return row;
}

static LayerRow *row_on_the_way_back(Pass *p, int64_t layer)
{
    return is_kept(p, layer) ? &p->sheet.rows[layer] : blank_row(p, layer);
}

/* What the network's row takes from a layer on the way forward. */
static void note_forward(Pass *p, LayerRow *row)
{
    NetworkRow *network = &p->sheet.network;
    if (row->layer >= 1)
        drift_add(&p->sheet.forward, row->value[COL_log10_h_ms]);
    if (row->layer == p->spec->depth) {
        network->sigma_w = row->sigma_w;
        network->sigma_b = row->sigma_b;
        network->final_h_mean = row->value[COL_h_mean];
        network->final_h_var = row->value[COL_h_var];
    }
    if (!is_kept(p, row->layer)) {
        measure_status(row);
        network->status = status_worse(network->status, row->status);
    }
}

/* The same on the way back, when nothing will be added to the row. */
static void note_finished(Pass *p, LayerRow *row)
{
    Sheet *s = &p->sheet;
    if (row->layer >= 1 && row->layer <= p->spec->depth)
        drift_add(&s->gradient, row->value[COL_log10_grad_z_norm]);
    if (row->layer == p->spec->depth)
        s->top = row->value[COL_log10_grad_h_norm];
    if (row->layer == 0) {
        const double ratio = row->value[COL_log10_grad_h_norm] - s->top;
        s->network.grad_ratio_log10 = isnan(ratio) ? NOT_GIVEN : ratio;
        s->network.grad_decay_log10 = drift_mean(&s->gradient);
        s->network.grad_decay_se = drift_standard_error(&s->gradient);
        s->network.fwd_decay_log10 = 0.5 * drift_mean(&s->forward);
    }
    measure_status(row);
    s->network.status = status_worse(s->network.status, row->status);
}

/* z of a layer from the h below it; records z and the σ's. */
static Rows send_forward(Pass *p, int64_t layer, LayerRow *row, const Tap *tap)
{
    const Rows below = h_rows(p, layer - 1);
    Rows z = rows_of(p->z, p->z_exponent, p->spec->batch, spec_fan_out(p->spec, layer));
    p->engine->forward(p->map, layer, &z, &below, p->bits);
    row->sigma_w = p->engine->sigma_w(p->map, layer);
    row->sigma_b = spec_sigma_b(p->spec, layer);
    measure_z(row, &z);
    look(tap, TAP_Z, layer, &z);
    return z;
}

/* h and φ'(z) of a layer from its z. */
static Rows through_activation(Pass *p, int64_t layer, const Rows *z)
{
    Rows h = h_rows(p, layer);
    activate(p->spec->activation, &h, slopes_of(p, layer), z, p->input_work);
    rows_balance(&h, p->bits);
    return h;
}

/* The activations of a layer for the backward pass: kept, or drawn again. */
static Rows recall(Pass *p, int64_t layer)
{
    if (p->replay && layer >= 1 && layer <= p->spec->depth - 2) {
        Rows z = rows_of(p->z, p->z_exponent, p->spec->batch, p->spec->width);
        p->engine->replay(p->map, layer, &z, p->bits);
        return through_activation(p, layer, &z);
    }
    return h_rows(p, layer);
}

static void forward(Pass *p, RngSource source, const Tap *tap)
{
    const NetSpec *spec = p->spec;
    Rows x = h_rows(p, 0);
    LayerRow *row = blank_row(p, 0);
    input_draw(&x, spec, p->data, source, &p->rng, p->input_work);
    rows_balance(&x, p->bits);
    measure_h(row, &x, p->work);
    note_forward(p, row);
    look(tap, TAP_X, 0, &x);
    for (int64_t layer = 1; layer <= spec->depth; layer++) {
        row = blank_row(p, layer);
        const Rows z = send_forward(p, layer, row, tap);
        const Rows h = through_activation(p, layer, &z);
        const double *slope = slopes_of(p, layer);
        measure_h(row, &h, p->work);
        if (slope)
            measure_slopes(row, slope, h.rows, h.cols, activation_max_slope(spec->activation), p->work);
        note_forward(p, row);
        look(tap, TAP_H, layer, &h);
    }
}

/* A gradient ∂L/∂h on its way back, and the row of its layer. */
typedef struct {
    Rows g;
    LayerRow *row;
} Step;

/* ∂L/∂h of the layer below from delta = ∂L/∂z of the layer that `row` is of; records every gradient of the layer. */
static Step send_backward(Pass *p, Rows *delta, LayerRow *row, const Tap *tap)
{
    const int64_t layer = row->layer;
    const Rows below = recall(p, layer - 1);
    Step next = {rows_of(p->g, p->g_exponent, p->spec->batch, spec_fan_in(p->spec, layer)), NULL};
    rows_balance(delta, p->bits);
    measure_gradients(row, delta, &below, p->work);
    note_finished(p, row);
    look(tap, TAP_DELTA, layer, delta);
    p->engine->backward(p->map, layer, &next.g, delta, &below);
    rows_balance(&next.g, p->bits);
    next.row = row_on_the_way_back(p, layer - 1);
    measure_grad_h(next.row, &next.g);
    look(tap, TAP_GRAD_H, layer - 1, &next.g);
    return next;
}

/* ∂L/∂h of the last layer: a random cotangent of expected norm 1, or the loss through its readout. */
static Step begin_backward(Pass *p, RngSource source, const Tap *tap)
{
    const NetSpec *spec = p->spec;
    const LossKind kind = loss_of(spec->loss)->kind;
    const int64_t last = spec->depth;
    if (kind == LOSS_NONE) {
        const Step first = {rows_of(p->g, p->g_exponent, spec->batch, spec->width), row_on_the_way_back(p, last)};
        rng_open(&p->rng, source, 0, USE_COTANGENT);
        rng_normals(&p->rng, first.g.x, first.g.rows * first.g.cols, 1 / sqrt((double)(first.g.rows * first.g.cols)));
        memset(first.g.exponent, 0, first.g.rows * sizeof *first.g.exponent);
        measure_grad_h(first.row, &first.g);
        look(tap, TAP_GRAD_H, last, &first.g);
        return first;
    }
    LayerRow *row = blank_row(p, last + 1);
    const Rows y = send_forward(p, last + 1, row, tap);
    Rows delta = rows_of(p->delta, p->delta_exponent, spec->batch, spec->outputs);
    loss_targets(p->target, y.rows, y.cols, kind, source, &p->rng);
    loss_gradient(&delta, &y, p->target, kind);
    return send_backward(p, &delta, row, tap);
}

static void backward(Pass *p, Step at, const Tap *tap)
{
    const NetSpec *spec = p->spec;
    for (int64_t layer = spec->depth; layer >= 1; layer--) {
        const Rows h = h_rows(p, layer);
        Rows delta = rows_of(p->delta, p->delta_exponent, spec->batch, spec->width);
        activate_backward(spec->activation, &delta, &at.g, slopes_of(p, layer), &h);
        at = send_backward(p, &delta, at.row, tap);
    }
    note_finished(p, at.row);
}

void pass_run(Pass *p, const NetSpec *spec, const Engine *engine, RngSource source, LayerRow *rows, NetworkRow *network, const Tap *tap)
{
    const bool keep = pass_bytes(spec, engine, true) <= p->bytes;
    Arena arena = {p->arena, 0};
    p->spec = spec;
    p->engine = engine;
    p->map = engine == &implicit_engine ? (void *)&p->implicit : &p->dense;
    layout(p, spec, engine, &arena, keep);
    p->sheet.rows = rows;
    p->sheet.forward = p->sheet.gradient = (Drift){0};
    p->sheet.network = (NetworkRow){.engine = engine->name, .status = STATUS_OK};
    engine->begin(p->map, spec, source);
    forward(p, source, tap);
    backward(p, begin_backward(p, source, tap), tap);
    *network = p->sheet.network;
}

void pass_keep_rows(Pass *p, LayerFilter *keeps, const void *context)
{
    p->sheet.keeps = keeps;
    p->sheet.context = context;
}

Dense *pass_map(Pass *p)
{
    return &p->dense;
}

Rows pass_input_of(const Pass *p, int64_t layer)
{
    return h_rows(p, layer - 1);
}

const double *pass_targets(const Pass *p)
{
    return p->target;
}
