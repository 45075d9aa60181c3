/* The learned map.
 * The one thing to know: products are those of the dense engine (net/product); only the weights' place differs. */
#include "net/learned.h"

#include <math.h>
#include <string.h>

#include "net/dense.h"
#include "net/product.h"
#include "net/weights.h"

/* Where a layer's weights begin; layers 2 … depth are alike. */
static size_t place(const NetSpec *spec, int64_t layer)
{
    const size_t width = (size_t)spec->width, first = width * (size_t)spec->input_width + width;
    return layer == 1 ? 0 : first + (size_t)(layer - 2) * (width * width + width);
}

static size_t weights_of(const NetSpec *spec, int64_t layer)
{
    return (size_t)spec_fan_out(spec, layer) * (size_t)spec_fan_in(spec, layer);
}

/* Where a layer's slope lies: they come last. */
static size_t slope_place(const NetSpec *spec, int64_t layer)
{
    const int64_t last = spec_layers(spec);
    return place(spec, last) + weights_of(spec, last) + (size_t)spec_fan_out(spec, last) + (size_t)(layer - 1);
}

size_t learned_count(const NetSpec *spec)
{
    return slope_place(spec, activation_learns(spec->activation) ? spec->depth + 1 : 1);
}

static Rows view(const Rows *flat, size_t from, size_t rows, size_t cols)
{
    Rows r = {.rows = rows, .cols = cols, .single = flat->single};
    if (r.single)
        r.s = flat->s + from;
    else
        r.x = flat->x + from;
    return r;
}

Rows learned_matrix(const NetSpec *spec, const Rows *flat, int64_t layer)
{
    return view(flat, place(spec, layer), (size_t)spec_fan_out(spec, layer), (size_t)spec_fan_in(spec, layer));
}

Rows learned_bias(const NetSpec *spec, const Rows *flat, int64_t layer)
{
    return view(flat, place(spec, layer) + weights_of(spec, layer), 1, (size_t)spec_fan_out(spec, layer));
}

Rows learned_slope(const NetSpec *spec, const Rows *flat, int64_t layer)
{
    return view(flat, slope_place(spec, layer), 1, 1);
}

Rows learned_slopes(const NetSpec *spec, const Rows *flat)
{
    return view(flat, slope_place(spec, 1), 1, (size_t)spec->depth);
}

/* For products and drawing, in turns; and for doubles a gradient in one unit. */
static size_t work_size(const NetSpec *spec)
{
    const bool single = dtype_of(spec->dtype)->single;
    size_t most = 0;
    for (int64_t i = 0; i < 3; i++) {
        const int64_t layer = i == 0 ? 1 : i == 1 ? spec->depth : spec_layers(spec);
        const size_t m = (size_t)spec_fan_out(spec, layer), n = (size_t)spec_fan_in(spec, layer), b = (size_t)spec->batch;
        const size_t drawing = weights_work_size(m, n, init_of(spec->init), single) + m, product = product_work_size(b, m, n, single);
        const size_t copy = single ? 0 : b * m + b;
        most = drawing > most ? drawing : most;
        most = product > most ? product : most;
        most = copy > most ? copy : most;
    }
    return most;
}

static size_t vector_room(const NetSpec *spec)
{
    return (rows_room(learned_count(spec), dtype_of(spec->dtype)->single) + 7) / 8 * 8;
}

/* LSUV's factors: one a layer, in whole cache lines. */
static size_t scale_room(const NetSpec *spec)
{
    return ((size_t)spec_layers(spec) + 7) / 8 * 8;
}

size_t learned_size(const NetSpec *spec)
{
    return vector_room(spec) * (dtype_of(spec->dtype)->round ? 3 : 2) + scale_room(spec) + work_size(spec);
}

static Rows vector_at(const NetSpec *spec, double *memory)
{
    Rows r = {.x = memory, .rows = 1, .cols = learned_count(spec), .single = dtype_of(spec->dtype)->single};
    if (r.single)
        r.s = (float *)(void *)memory;
    return r;
}

static void put(const Rows *r, size_t at, double value)
{
    if (r->single)
        r->s[at] = (float)value;
    else
        r->x[at] = value;
}

void learned_moved(Learned *map)
{
    if (!map->dtype->round)
        return;
    memcpy(map->rounded.s, map->param.s, map->count * sizeof *map->rounded.s);
    map->dtype->round(map->rounded.s, map->count);
}

static void begin(void *engine_map, const NetSpec *spec, RngSource source)
{
    Learned *map = engine_map;
    const size_t room = vector_room(spec);
    map->spec = spec;
    map->dtype = dtype_of(spec->dtype);
    map->count = learned_count(spec);
    map->param = vector_at(spec, map->memory);
    map->grad = vector_at(spec, map->memory + room);
    map->rounded = map->dtype->round ? vector_at(spec, map->memory + 2 * room) : map->param;
    map->scale = map->memory + room * (map->dtype->round ? 3 : 2);
    map->work = map->scale + scale_room(spec);
    map->unscaled = init_of(spec->init)->scaled_by_data;
    for (int64_t layer = 1; layer <= spec_layers(spec); layer++) {
        map->scale[layer - 1] = 1;
        const Rows w = learned_matrix(spec, &map->param, layer), b = learned_bias(spec, &map->param, layer);
        dense_draw_weights(&w, spec, layer, source, map->rng, map->work);
        dense_draw_bias(map->work, b.cols, spec, layer, source, map->rng);
        for (size_t i = 0; i < b.cols; i++)
            put(&b, i, map->work[i]);
    }
    for (int64_t layer = 1; activation_learns(spec->activation) && layer <= spec->depth; layer++)
        put(&map->param, slope_place(spec, layer), spec->activation.parameter);
    learned_moved(map);
}

static void add_bias(Rows *z, const Rows *bias)
{
    if (!z->single) {
        dense_add_bias(z, bias->x);
        return;
    }
    for (size_t a = 0; a < z->rows; a++)
        rows_add(z, a, bias, 0);
}

/* Mishkin and Matas 2016, when the first batch comes by. */
static void scale_by_data(Learned *map, int64_t layer, Rows *z)
{
    const Rows w = learned_matrix(map->spec, &map->param, layer), b = learned_bias(map->spec, &map->param, layer);
    const double scale = dense_lsuv_scale(z, &b);
    Rows flat = {.rows = 1, .cols = w.rows * w.cols, .single = w.single};
    flat.x = w.x;
    rows_scale(&flat, scale, &flat);
    rows_scale(z, scale, z);
    map->scale[layer - 1] = fabs(scale);
    map->unscaled = layer < spec_layers(map->spec);
    learned_moved(map);
}

static void forward(void *engine_map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Learned *map = engine_map;
    const Rows w = learned_matrix(map->spec, &map->rounded, layer), b = learned_bias(map->spec, &map->rounded, layer);
    product_forward(z, h, &w, map->work);
    memcpy(z->exponent, h->exponent, z->rows * sizeof *z->exponent);
    if (map->unscaled)
        scale_by_data(map, layer, z);
    add_bias(z, &b);
    rows_balance(z, bits);
}

static bool any_unit(const Rows *delta, const Rows *h)
{
    for (size_t a = 0; a < delta->rows; a++)
        if (delta->exponent[a] || h->exponent[a])
            return true;
    return false;
}

/* delta's rows so that its products with h as stored, or with 1, are true values: out of scale at last, as parameters are. */
static Rows in_unit_one(const Rows *delta, const Rows *h, double *work)
{
    Rows copy = *delta;
    copy.x = work;
    for (size_t a = 0; a < delta->rows; a++)
        for (size_t i = 0; i < delta->cols; i++)
            rows_at(&copy, a)[i] = scaled_ldexp(rows_at(delta, a)[i], delta->exponent[a] + (h ? h->exponent[a] : 0));
    return copy;
}

static void sum_rows(Rows out, const Rows *delta)
{
    const Rows first = rows_first(*delta, 1);
    rows_scale(&out, 1, &first);
    for (size_t a = 1; a < delta->rows; a++)
        rows_add(&out, 0, delta, a);
}

static void gradient(Learned *map, int64_t layer, const Rows *delta, const Rows *h)
{
    Rows w = learned_matrix(map->spec, &map->grad, layer);
    const Rows b = learned_bias(map->spec, &map->grad, layer);
    if (!delta->single && any_unit(delta, h)) {
        const Rows alone = in_unit_one(delta, NULL, map->work);
        sum_rows(b, &alone);
        const Rows joint = in_unit_one(delta, h, map->work);
        product_gradient(&w, &joint, h);
    } else {
        sum_rows(b, delta);
        product_gradient(&w, delta, h);
    }
    if (map->dtype->round)
        map->dtype->round(w.s, w.rows * w.cols + b.cols);   /* b lies behind w */
}

static void backward(void *engine_map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Learned *map = engine_map;
    gradient(map, layer, delta, h);
    if (!g)
        return;
    const Rows w = learned_matrix(map->spec, &map->rounded, layer);
    product_backward(g, delta, &w, map->work);
    memcpy(g->exponent, delta->exponent, g->rows * sizeof *g->exponent);
}

/* What the initialiser gave the layer, however far training has moved it. */
static double sigma_w(const void *engine_map, int64_t layer)
{
    const Learned *map = engine_map;
    return spec_sigma_w(map->spec, layer) * map->scale[layer - 1];
}

static double parameter(const void *engine_map, int64_t layer)
{
    const Learned *map = engine_map;
    const size_t at = slope_place(map->spec, layer);
    return map->rounded.single ? (double)map->rounded.s[at] : map->rounded.x[at];
}

static void parameter_gradient(void *engine_map, int64_t layer, double gradient)
{
    Learned *map = engine_map;
    const size_t at = slope_place(map->spec, layer);
    put(&map->grad, at, gradient);
    if (map->dtype->round)
        map->dtype->round(map->grad.s + at, 1);
}

const Engine learned_engine = {
    .name = "dense",
    .begin = begin,
    .forward = forward,
    .backward = backward,
    .sigma_w = sigma_w,
    .parameter = parameter,
    .parameter_gradient = parameter_gradient,
};
