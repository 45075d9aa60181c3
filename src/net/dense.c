/* The dense engine: forms each weight matrix, keeps it where memory allows, and draws it again where it does not.
 * The one thing to know: z is exact in the rows' own units; biases raise a row's unit, never lower it. Floats have no units.
 * Few rows are multiplied with each block of W while it is in the cache, as soon as it is drawn. */
#include "net/dense.h"

#include <math.h>

#include "model/dtype.h"
#include "net/product.h"
#include "net/weights.h"
#include "num/reduce.h"

static bool is_single(const NetSpec *spec)
{
    return dtype_of(spec->dtype)->single;
}

static size_t matrix_size(const NetSpec *spec, int64_t layer)
{
    return (size_t)spec_fan_in(spec, layer) * (size_t)spec_fan_out(spec, layer);
}

/* Layers 2 … depth are alike, so three shapes stand for all. */
static size_t largest_of(const NetSpec *spec, size_t (*size)(const NetSpec *, int64_t))
{
    const int64_t three[] = {1, spec->depth, spec_layers(spec)};
    size_t most = 0;
    for (size_t i = 0; i < 3; i++)
        most = size(spec, three[i]) > most ? size(spec, three[i]) : most;
    return most;
}

/* Where layer ℓ's matrix begins when all are kept: layer 1, then the square ones, then the readout. */
static size_t offset(const NetSpec *spec, int64_t layer)
{
    return layer == 1 ? 0 : matrix_size(spec, 1) + (size_t)(layer - 2) * (size_t)spec->width * (size_t)spec->width;
}

size_t dense_weights_size(const NetSpec *spec, bool keep)
{
    const int64_t last = spec_layers(spec);
    return rows_room(keep ? offset(spec, last) + matrix_size(spec, last) : largest_of(spec, matrix_size), is_single(spec));
}

size_t dense_bias_size(const NetSpec *spec)
{
    return (size_t)(spec->outputs > spec->width ? spec->outputs : spec->width);
}

/* Drawing and multiplying take turns in it. */
static size_t work_size(const NetSpec *spec, int64_t layer)
{
    const size_t m = (size_t)spec_fan_out(spec, layer), n = (size_t)spec_fan_in(spec, layer);
    const size_t drawing = weights_work_size(m, n, init_of(spec->init), is_single(spec));
    const size_t product = product_work_size((size_t)spec->batch, m, n, is_single(spec));
    return drawing > product ? drawing : product;
}

size_t dense_work_size(const NetSpec *spec)
{
    return largest_of(spec, work_size);
}

bool dense_has_bias(const NetSpec *spec)
{
    return spec_sigma_b(spec, 1) > 0;
}

static void begin(void *engine_map, const NetSpec *spec, RngSource source)
{
    Dense *map = engine_map;
    map->spec = spec;
    map->source = source;
    map->drawn = 0;
    for (int64_t layer = 0; layer <= spec_layers(spec); layer++)
        map->scale[layer] = 1;
}

static Rows place(const Dense *map, int64_t layer)
{
    const NetSpec *spec = map->spec;
    const size_t before = map->keep ? offset(spec, layer) : 0;
    Rows w = {.rows = (size_t)spec_fan_out(spec, layer), .cols = (size_t)spec_fan_in(spec, layer), .single = is_single(spec)};
    if (w.single)
        w.s = (float *)(void *)map->weights + before;
    else
        w.x = map->weights + before;
    return w;
}

static void round_rows(const Rows *w, const NetSpec *spec, size_t first, size_t count)
{
    if (dtype_of(spec->dtype)->round)
        dtype_of(spec->dtype)->round(rows_single_at(w, first), count * w->cols);
}

void dense_draw_weights(const Rows *w, const NetSpec *spec, int64_t layer, RngSource source, Rng *rng, double *work)
{
    rng_open(rng, source, layer, USE_WEIGHT);
    weights_draw(w, init_of(spec->init), spec_sigma_w(spec, layer), spec->init.parameter, rng, work);
    round_rows(w, spec, 0, w->rows);
}

static void draw(Dense *map, int64_t layer)
{
    const Rows w = place(map, layer);
    dense_draw_weights(&w, map->spec, layer, map->source, map->rng, map->work);
    map->drawn = layer;
}

Rows dense_matrix(Dense *map, int64_t layer)
{
    if (!map->keep && map->drawn != layer)
        draw(map, layer);
    return place(map, layer);
}

/* The number of a single format that is nearest to x. */
static double nearest(const Dtype *dtype, double x)
{
    float single = (float)x;
    if (dtype->round)
        dtype->round(&single, 1);
    return (double)single;
}

void dense_draw_bias(double *bias, size_t n, const NetSpec *spec, int64_t layer, RngSource source, Rng *rng)
{
    const double sd = spec_sigma_b(spec, layer);
    rng_open(rng, source, layer, USE_BIAS);
    if (init_of(spec->init)->law == LAW_UNIFORM && init_of(spec->init)->sigma_b)
        rng_uniforms(rng, bias, n, sd * sqrt(3));
    else
        rng_normals(rng, bias, n, sd);
    for (size_t i = 0; is_single(spec) && i < n; i++)
        bias[i] = nearest(dtype_of(spec->dtype), bias[i]);
}

/* u = h Wᵀ for few rows, drawing W block by block and using each while it is in the cache. */
static void draw_and_multiply(Dense *map, int64_t layer, Rows *u, const Rows *h)
{
    const NetSpec *spec = map->spec;
    const Rows w = place(map, layer);
    product_pack(h, map->work);
    rng_open(map->rng, map->source, layer, USE_WEIGHT);
    for (size_t j = 0; j < w.rows; j += WEIGHTS_ROWS) {
        const size_t some = w.rows - j < WEIGHTS_ROWS ? w.rows - j : WEIGHTS_ROWS;
        weights_draw_some(&w, j, some, init_of(spec->init), spec_sigma_w(spec, layer), map->rng);
        round_rows(&w, spec, j, some);
        product_piece(u, h, &w, j, some, map->work);
    }
    map->drawn = layer;
}

static double of_bias(const Rows *bias, size_t i)
{
    return !bias ? 0 : bias->single ? (double)bias->s[i] : bias->x[i];
}

/* Mean and variance of factor · u + bias over all entries, in plain doubles. */
static double variance_of(const Rows *u, double factor, const Rows *bias)
{
    const double count = (double)u->rows * (double)u->cols;
    double total = 0, squares = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t a = 0; a < u->rows; a++)
            for (size_t i = 0; i < u->cols; i++) {
                const double stored = u->single ? (double)rows_single_at(u, a)[i] : rows_at(u, a)[i];
                const double z = factor * scaled_ldexp(stored, u->exponent[a]) + of_bias(bias, i);
                if (pass == 0)
                    total += z;
                else
                    squares += (z - total / count) * (z - total / count);
            }
    return squares / count;
}

/* Mishkin and Matas 2016: until the variance is within 0.1 of 1, at most ten times, W is divided by its root. */
double dense_lsuv_scale(const Rows *u, const Rows *bias)
{
    double scale = 1;
    for (int step = 0; step < 10; step++) {
        const double variance = variance_of(u, scale, bias);
        if (fabs(variance - 1) < 0.1 || !(variance > 0) || !isfinite(variance))
            break;
        scale /= sqrt(variance);
    }
    return scale;
}

/* Rows that are tiny beside the biases are first expressed in their unit, in which neither overflows. What no unit can hold, a bias in rows
 * that are larger by far, goes to 0. */
void dense_add_bias(Rows *z, const double *bias)
{
    const Extent size = extent(bias, z->cols);
    if (size.largest == 0 && !size.nan)
        return;
    if (!z->single)
        rows_raise_to(z, size.largest);
    for (size_t a = 0; a < z->rows; a++) {
        const int64_t e = z->exponent[a];
        for (size_t i = 0; z->single && i < z->cols; i++)
            rows_single_at(z, a)[i] += (float)bias[i];
        for (size_t i = 0; !z->single && i < z->cols; i++)
            rows_at(z, a)[i] += e ? scaled_ldexp(bias[i], -e) : bias[i];
    }
}

static void scale_all(Rows *r, double factor)
{
    for (size_t i = 0; i < r->rows * r->cols; i++)
        if (r->single)
            r->s[i] *= (float)factor;
        else
            r->x[i] *= factor;
}

static void forward(void *engine_map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Dense *map = engine_map;
    const Init *init = init_of(map->spec->init);
    const bool biased = dense_has_bias(map->spec);
    if (biased)
        dense_draw_bias(map->bias, z->cols, map->spec, layer, map->source, map->rng);
    if (product_in_place(h) && weights_in_parts(init)) {
        draw_and_multiply(map, layer, z, h);
    } else {
        draw(map, layer);
        const Rows w = place(map, layer);
        product_forward(z, h, &w, map->work);
    }
    for (size_t a = 0; a < z->rows; a++)
        z->exponent[a] = h->exponent[a];
    if (init->scaled_by_data) {
        map->scale[layer] = dense_lsuv_scale(z, biased ? &(Rows){.x = map->bias, .rows = 1, .cols = z->cols} : NULL);
        scale_all(z, map->scale[layer]);
    }
    if (biased)
        dense_add_bias(z, map->bias);
    rows_balance(z, bits);
}

static void backward(void *engine_map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Dense *map = engine_map;
    (void)h;
    const Rows w = dense_matrix(map, layer);
    product_backward(g, delta, &w, map->work);
    if (map->scale[layer] != 1)
        scale_all(g, map->scale[layer]);
    for (size_t a = 0; a < g->rows; a++)
        g->exponent[a] = delta->exponent[a];
}

static double sigma_w(const void *engine_map, int64_t layer)
{
    const Dense *map = engine_map;
    return spec_sigma_w(map->spec, layer) * fabs(map->scale[layer]);
}

const Engine dense_engine = {.name = "dense", .begin = begin, .forward = forward, .backward = backward, .sigma_w = sigma_w};
