/* A worker's buffers for one network.
 * The one thing to know: floats take half of a double's room; every buffer begins at a multiple of 64 bytes. */
#include "net/workspace.h"

#include <math.h>

#include "net/measure.h"

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

static void place_dense(Dense *map, const NetSpec *spec, Arena *arena, bool keep)
{
    map->keep = keep;
    map->bias = take(arena, (double)dense_bias_size(spec));
    map->scale = take(arena, (double)spec->depth + 2);
    map->work = take(arena, (double)dense_work_size(spec));
    map->weights = take(arena, (double)dense_weights_size(spec, keep));
}

static void place_implicit(Implicit *map, const NetSpec *spec, Arena *arena, bool replay)
{
    const double frame = (double)implicit_frame_size(spec);
    map->memory = take(arena, (double)implicit_memory_size(spec));
    map->frames = replay ? NULL : take(arena, ((double)spec->depth + 2) * frame);
    map->e = take(arena, (double)implicit_spare_size(spec));
    map->f = take(arena, (double)implicit_spare_size(spec));
    map->small = take(arena, (double)implicit_small_size(spec));
}

static void place_activations(Workspace *w, Arena *arena, double most_kept, bool can_replay)
{
    const NetSpec *spec = w->spec;
    const double b = (double)spec->batch, n = (double)spec->width, in = (double)spec->input_width, depth = (double)spec->depth;
    const double size = w->dtype->single ? 0.5 : 1;
    w->replay = can_replay && 24 * size * b * n * depth > most_kept && depth > 2;
    const double stored = w->replay ? 2 : depth;
    w->h = take(arena, size * (b * in + stored * b * n));
    w->h_exponent = take_exponents(arena, (stored + 1) * b);
    w->slope = w->has_slopes ? take(arena, size * stored * b * n) : NULL;
}

double workspace_place(Workspace *w, double *base, const NetSpec *spec, const Engine *engine, double most_kept, bool keep)
{
    Arena arena = {base, 0};
    const double b = (double)spec->batch, n = (double)spec->width, in = (double)spec->input_width, out = (double)spec->outputs;
    const double most = fmax(n, fmax(in, out));
    w->spec = spec;
    w->dtype = dtype_of(spec->dtype);
    w->rows = (size_t)spec->batch;
    w->has_slopes = activation_of(spec->activation)->slope != NULL;
    w->learns = engine->parameter && activation_learns(spec->activation);
    const double size = w->dtype->single ? 0.5 : 1, kept_z = w->learns ? (double)spec->depth : 0;
    place_activations(w, &arena, most_kept, engine->replay != NULL);
    w->z = take(&arena, size * b * (fmax(n, out) + kept_z * n));
    w->z_exponent = take_exponents(&arena, b * (1 + kept_z));
    w->g = take(&arena, size * b * fmax(n, in));
    w->g_exponent = take_exponents(&arena, b);
    w->delta = take(&arena, size * b * fmax(n, out));
    w->delta_exponent = take_exponents(&arena, b);
    w->target = take(&arena, b * out);
    w->wide = take(&arena, w->dtype->single ? b * fmax(most, 2 * out) : 0);
    w->wide_exponent = take_exponents(&arena, 2 * b);
    w->work = take(&arena, (double)measure_work_size((size_t)spec->batch, (size_t)most));
    w->input_work = take(&arena, fmax(most, b));
    if (engine == &implicit_engine)
        place_implicit(&w->implicit, spec, &arena, w->replay);
    else if (!engine->parameter)
        place_dense(&w->dense, spec, &arena, keep);
    return arena.used;
}

/* `place` elements after the beginning. */
static Rows rows_of(const Workspace *w, double *x, int64_t place, int64_t *exponent, int64_t cols)
{
    Rows r = {.exponent = exponent, .rows = w->rows, .cols = (size_t)cols, .single = w->dtype->single};
    if (r.single)
        r.s = (float *)(void *)x + place;
    else
        r.x = x + place;
    return r;
}

Rows workspace_h(const Workspace *w, int64_t layer)
{
    const NetSpec *s = w->spec;
    const int64_t slot = layer == 0 ? 0 : w->replay ? 1 + layer % 2 : layer;
    const int64_t before = layer == 0 ? 0 : s->batch * s->input_width + (slot - 1) * s->batch * s->width;
    return rows_of(w, w->h, before, w->h_exponent + slot * s->batch, layer == 0 ? s->input_width : s->width);
}

Rows workspace_slope(const Workspace *w, int64_t layer)
{
    const int64_t slot = w->replay ? layer % 2 : layer - 1;
    return rows_of(w, w->slope, w->has_slopes ? slot * w->spec->batch * w->spec->width : 0, NULL, w->spec->width);
}

/* The first place serves every layer, unless all are kept: then it is the readout's. */
Rows workspace_z(const Workspace *w, int64_t layer)
{
    const NetSpec *s = w->spec;
    if (!w->learns || layer > s->depth)
        return rows_of(w, w->z, 0, w->z_exponent, spec_fan_out(s, layer));
    const int64_t first = s->batch * (s->width > s->outputs ? s->width : s->outputs);
    return rows_of(w, w->z, first + (layer - 1) * s->batch * s->width, w->z_exponent + layer * s->batch, s->width);
}

Rows workspace_g(const Workspace *w, int64_t cols)
{
    return rows_of(w, w->g, 0, w->g_exponent, cols);
}

Rows workspace_delta(const Workspace *w, int64_t cols)
{
    return rows_of(w, w->delta, 0, w->delta_exponent, cols);
}

Rows workspace_wide(const Workspace *w, int64_t which, int64_t cols)
{
    const int64_t batch = w->spec->batch;
    return (Rows){.x = w->wide + which * batch * cols, .exponent = w->wide_exponent + which * batch, .rows = w->rows, .cols = (size_t)cols};
}
