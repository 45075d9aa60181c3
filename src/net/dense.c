/* The dense engine: forms each weight matrix, keeps it where memory allows, and draws it again where it does not.
 * The one thing to know: z is exact in the rows' own units; biases raise a row's unit, never lower it.
 * BLAS is called with one thread: its results depend on its thread count. */
#include "net/dense.h"

#include <gsl/gsl_cblas.h>
#include <math.h>

#include "net/weights.h"
#include "num/reduce.h"
#include "num/skinny.h"

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
    return keep ? offset(spec, last) + matrix_size(spec, last) : largest_of(spec, matrix_size);
}

size_t dense_bias_size(const NetSpec *spec)
{
    return (size_t)(spec->outputs > spec->width ? spec->outputs : spec->width);
}

/* Drawing and multiplying take turns in it. */
static size_t work_size(const NetSpec *spec, int64_t layer)
{
    const size_t m = (size_t)spec_fan_out(spec, layer), n = (size_t)spec_fan_in(spec, layer);
    const size_t drawing = weights_work_size(m, n, init_of(spec->init)), product = skinny_packed_size((size_t)spec->batch, m > n ? m : n);
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

static double *place(const Dense *map, int64_t layer)
{
    return map->weights + (map->keep ? offset(map->spec, layer) : 0);
}

static void draw(Dense *map, int64_t layer)
{
    const NetSpec *spec = map->spec;
    rng_open(map->rng, map->source, layer, USE_WEIGHT);
    weights_draw(place(map, layer), (size_t)spec_fan_out(spec, layer), (size_t)spec_fan_in(spec, layer), init_of(spec->init),
                 spec_sigma_w(spec, layer), spec->init.parameter, map->rng, map->work);
    map->drawn = layer;
}

const double *dense_matrix(Dense *map, int64_t layer)
{
    if (!map->keep && map->drawn != layer)
        draw(map, layer);
    return place(map, layer);
}

static void draw_bias(Dense *map, int64_t layer, size_t n)
{
    const double sd = spec_sigma_b(map->spec, layer);
    rng_open(map->rng, map->source, layer, USE_BIAS);
    if (init_of(map->spec->init)->law == LAW_UNIFORM && init_of(map->spec->init)->sigma_b)
        rng_uniforms(map->rng, map->bias, n, sd * sqrt(3));
    else
        rng_normals(map->rng, map->bias, n, sd);
}

/* u = h Wᵀ with all of W drawn before. */
static void multiply(Rows *u, const Rows *h, const double *w, double *work)
{
    const int b = (int)h->rows, m = (int)u->cols, n = (int)h->cols;
    if (b == 1) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, w, n, h->x, 1, 0, u->x, 1);
    } else if (skinny_serves(h->rows)) {
        skinny_pack(work, h->x, h->rows, h->cols);
        skinny_forward(u->x, u->cols, work, w, h->rows, u->cols, h->cols);
    } else {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, b, m, n, 1, h->x, n, w, n, 0, u->x, m);
    }
}

/* The same for few rows, drawing W block by block and using each while it is in the cache. */
static void draw_and_multiply(Dense *map, int64_t layer, Rows *u, const Rows *h)
{
    const Init *init = init_of(map->spec->init);
    const size_t m = u->cols, n = h->cols;
    double *w = place(map, layer);
    skinny_pack(map->work, h->x, h->rows, n);
    rng_open(map->rng, map->source, layer, USE_WEIGHT);
    for (size_t j = 0; j < m; j += WEIGHTS_ROWS) {
        const size_t some = m - j < WEIGHTS_ROWS ? m - j : WEIGHTS_ROWS;
        weights_draw_some(w + j * n, some, n, init, spec_sigma_w(map->spec, layer), map->rng);
        skinny_forward(u->x + j, m, map->work, w + j * n, h->rows, some, n);
    }
    map->drawn = layer;
}

/* Mishkin and Matas 2016: until the variance is within 0.1 of 1, at most ten times, W is divided by its root. */
static double lsuv_scale(const Rows *u, const double *bias)
{
    double scale = 1;
    for (int step = 0; step < 10; step++) {
        double total = 0, squares = 0;
        const double count = (double)u->rows * (double)u->cols;
        for (size_t a = 0; a < u->rows; a++)
            for (size_t i = 0; i < u->cols; i++)
                total += scale * scaled_ldexp(rows_at(u, a)[i], u->exponent[a]) + (bias ? bias[i] : 0);
        for (size_t a = 0; a < u->rows; a++)
            for (size_t i = 0; i < u->cols; i++) {
                const double z = scale * scaled_ldexp(rows_at(u, a)[i], u->exponent[a]) + (bias ? bias[i] : 0) - total / count;
                squares += z * z;
            }
        const double variance = squares / count;
        if (fabs(variance - 1) < 0.1 || !(variance > 0) || !isfinite(variance))
            break;
        scale /= sqrt(variance);
    }
    return scale;
}

/* Rows that are tiny beside the biases are first expressed in their unit, in which neither overflows. */
static void add_bias(Rows *z, const double *bias)
{
    rows_raise_to(z, largest(bias, z->cols));
    for (size_t a = 0; a < z->rows; a++) {
        double *row = rows_at(z, a);
        const double unit = scaled_ldexp(1, -z->exponent[a]);
        for (size_t i = 0; i < z->cols; i++)
            row[i] += bias[i] * unit;
    }
}

static void forward(void *engine_map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Dense *map = engine_map;
    const bool biased = dense_has_bias(map->spec);
    if (biased)
        draw_bias(map, layer, z->cols);
    if (skinny_serves(h->rows) && weights_in_parts(init_of(map->spec->init))) {
        draw_and_multiply(map, layer, z, h);
    } else {
        draw(map, layer);
        multiply(z, h, place(map, layer), map->work);
    }
    for (size_t a = 0; a < z->rows; a++)
        z->exponent[a] = h->exponent[a];
    if (init_of(map->spec->init)->scaled_by_data) {
        map->scale[layer] = lsuv_scale(z, biased ? map->bias : NULL);
        cblas_dscal((int)(z->rows * z->cols), map->scale[layer], z->x, 1);
    }
    if (biased)
        add_bias(z, map->bias);
    rows_balance(z, bits);
}

static void backward(void *engine_map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Dense *map = engine_map;
    (void)h;
    const double *w = dense_matrix(map, layer);
    const int b = (int)g->rows, m = (int)delta->cols, n = (int)g->cols;
    if (b == 1) {
        cblas_dgemv(CblasRowMajor, CblasTrans, m, n, 1, w, n, delta->x, 1, 0, g->x, 1);
    } else if (skinny_serves(g->rows)) {
        skinny_pack(map->work, delta->x, g->rows, delta->cols);
        skinny_backward(g->x, map->work, w, g->rows, delta->cols, g->cols);
    } else {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, b, n, m, 1, delta->x, m, w, n, 0, g->x, n);
    }
    if (map->scale[layer] != 1)
        cblas_dscal(b * n, map->scale[layer], g->x, 1);
    for (size_t a = 0; a < g->rows; a++)
        g->exponent[a] = delta->exponent[a];
}

static double sigma_w(const void *engine_map, int64_t layer)
{
    const Dense *map = engine_map;
    return spec_sigma_w(map->spec, layer) * fabs(map->scale[layer]);
}

const Engine dense_engine = {.name = "dense", .begin = begin, .forward = forward, .backward = backward, .sigma_w = sigma_w};
