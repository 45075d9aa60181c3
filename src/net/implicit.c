/* The implicit engine, Gaussian and Haar.
 * The one thing to know: all algebra is on rows scaled to norm 1, so units appear only at the ends; tolerances are relative to each
 * row's own norm. M = δEᵀ and never δzᵀ, which would lose what the factor's small pivots carry. */
#include "net/implicit.h"

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "num/cholesky.h"
#include "num/reduce.h"

/* On squared distances at unit diagonal: chaos grows from tiny differences, so forward pivots are kept further than those that
 * the backward pass may divide by. */
static const double forward_tolerance = 1e-13, solid_tolerance = 1e-10, dead_tolerance = 1e-12;

bool implicit_covers(const NetSpec *spec, const char **why)
{
    const Init *init = init_of(spec->init);
    *why = init->scaled_by_data ? "its scale is found from the data, layer by layer"
           : init->law == LAW_GAUSSIAN || init->law == LAW_HAAR ? NULL
                                                                : "the law of its layers is known for normal and orthogonal weights only";
    return !*why;
}

static bool is_haar(const Implicit *map)
{
    return init_of(map->spec->init)->law == LAW_HAAR;
}

size_t implicit_factor_size(const NetSpec *spec)
{
    return (size_t)(spec_layers(spec) + 1) * (size_t)spec->batch * (size_t)spec->batch;
}

size_t implicit_rows_size(const NetSpec *spec)
{
    return (size_t)(spec_layers(spec) + 1) * (size_t)(spec->batch > 2 ? spec->batch : 2);
}

static size_t widest(const NetSpec *spec)
{
    int64_t n = spec->width > spec->input_width ? spec->width : spec->input_width;
    return (size_t)(n > spec->outputs ? n : spec->outputs);
}

size_t implicit_frame_size(const NetSpec *spec)
{
    return (size_t)spec->batch * widest(spec);
}

/* The small matrices of one layer, batch × batch each. */
typedef enum { GRAM, PIVOTS, ROWS, LOWER, MIXED, SPREAD, CROSS, STEPS, INNER, SMALL_COUNT } SmallId;

size_t implicit_small_size(const NetSpec *spec)
{
    const size_t b = (size_t)spec->batch;
    return SMALL_COUNT * (b * b + 1) + 2 * b + widest(spec);
}

static void begin(void *engine_map, const NetSpec *spec, RngSource source)
{
    Implicit *map = engine_map;
    map->spec = spec;
    map->source = source;
}

/* One layer's share of what is remembered, and the numbers that its law needs. */
typedef struct {
    double *factor, *norm;
    int64_t *unit, *pivot, *rank;
    size_t batch, n, m;     /* fan_in, fan_out */
    double scale;           /* of W: the standard deviation, or the orthogonal gain */
    double bias;            /* σ_b where the bias is one more input, 0 where it is drawn (orthogonal) */
} Layer;

static Layer layer_of(const Implicit *map, int64_t layer)
{
    const NetSpec *spec = map->spec;
    const size_t b = (size_t)spec->batch, l = (size_t)layer, row = b > 2 ? b : 2;
    Layer out = {
        .factor = map->memory.factor + l * b * b,
        .norm = map->memory.norm + l * row,
        .unit = map->memory.unit + l * row,
        .pivot = map->memory.pivot + l * row,
        .rank = map->memory.rank + 2 * l,
        .batch = b,
        .n = (size_t)spec_fan_in(spec, layer),
        .m = (size_t)spec_fan_out(spec, layer),
    };
    const double n = (double)out.n, m = (double)out.m, sigma_w = spec_sigma_w(spec, layer);
    out.scale = is_haar(map) ? sigma_w * fmax(1, sqrt(m / n)) : sigma_w / sqrt(n);
    out.bias = is_haar(map) ? 0 : spec_sigma_b(spec, layer);
    return out;
}

static double *small(const Implicit *map, SmallId which)
{
    return map->small + (size_t)which * ((size_t)map->spec->batch * (size_t)map->spec->batch + 1);
}

/* Two vectors of `batch`, then one of the widest layer. */
static double *vectors(const Implicit *map)
{
    return small(map, SMALL_COUNT);
}

/* out (a × b) = x (a × c) · y (c × b), or · yᵀ where y is b × c. */
static void multiply(double *out, const double *x, const double *y, size_t a, size_t b, size_t c, CBLAS_TRANSPOSE_t transposed)
{
    if (c == 0)
        memset(out, 0, a * b * sizeof *out);
    else
        cblas_dgemm(CblasRowMajor, CblasNoTrans, transposed, (int)a, (int)b, (int)c, 1, x, (int)c, y, (int)(transposed == CblasTrans ? c : b), 0,
                    out, (int)b);
}

/* out += or -= x · yᵀ or x · y. */
static void accumulate(double *out, double sign, const double *x, const double *y, size_t a, size_t b, size_t c, CBLAS_TRANSPOSE_t transposed)
{
    if (c)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, transposed, (int)a, (int)b, (int)c, sign, x, (int)c, y, (int)(transposed == CblasTrans ? c : b), 1,
                    out, (int)b);
}

/* s (k × k, lower triangle) += a Wishart matrix of `freedom` degrees: Bartlett's triangle, or explicit terms where they are few. */
static void add_wishart(double *s, size_t k, int64_t freedom, Rng *rng, double *work)
{
    const size_t columns = freedom < (int64_t)k ? (size_t)freedom : k;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < columns; j++) {
            if (freedom < (int64_t)k || j < i)
                work[i * columns + j] = gsl_ran_gaussian_ziggurat(rng->gsl, 1);
            else
                work[i * columns + j] = j == i ? sqrt(gsl_ran_chisq(rng->gsl, (double)(freedom - (int64_t)i))) : 0;
        }
    accumulate(s, 1, work, work, k, k, columns, CblasTrans);
}

/* The Gram matrix of h̃ and its factor; rows in their own units, or in the bias's where that is larger. */
static void remember(Implicit *map, const Layer *l, const Rows *h)
{
    double *g = small(map, GRAM), *bias = vectors(map), *shrink = bias + l->batch;
    size_t *pivots = (size_t *)(void *)small(map, PIVOTS), solid;
    int bias_unit;
    frexp(l->bias, &bias_unit);
    for (size_t a = 0; a < l->batch; a++) {
        const int64_t e = h->exponent[a], least = bias_unit < 0 ? bias_unit : 0;
        l->unit[a] = l->bias > 0 && e < least ? least : e;   /* in which the bias does not overflow */
        shrink[a] = scaled_ldexp(1, e - l->unit[a]);
        bias[a] = scaled_ldexp(l->bias, -l->unit[a]);
    }
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)l->batch, (int)l->n, is_haar(map) ? 1 : l->scale * l->scale, h->x, (int)l->n, 0, g,
                (int)l->batch);
    for (size_t a = 0; a < l->batch; a++)
        for (size_t c = 0; c <= a; c++)
            g[a * l->batch + c] = g[a * l->batch + c] * shrink[a] * shrink[c] + bias[a] * bias[c];
    l->rank[0] = (int64_t)cholesky_pivoted(l->factor, l->norm, pivots, g, l->batch, l->n + (l->bias > 0), forward_tolerance, solid_tolerance, &solid);
    l->rank[1] = (int64_t)solid;
    for (int64_t k = 0; k < l->rank[0]; k++)
        l->pivot[k] = (int64_t)pivots[k];
}

/* The frame that the layer's map sends the input's span to: r × fan_out, independent normal, or orthonormal rows as Haar's
 * measure projects them. Always the same numbers. */
static void draw_frame(Implicit *map, const Layer *l, int64_t layer)
{
    const size_t r = (size_t)l->rank[0];
    rng_open(map->rng, map->source, layer, USE_FORWARD);
    rng_normals(map->rng, map->e, r * l->m, 1);
    if (!is_haar(map) || r == 0)
        return;
    double *s = small(map, GRAM);
    multiply(s, map->e, map->e, r, r, l->m, CblasTrans);
    if (l->m < l->n)
        add_wishart(s, r, (int64_t)(l->n - l->m), map->rng, small(map, INNER));
    if (cholesky_plain(s, r))
        BUG("a Wishart matrix that is not positive");
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int)r, (int)l->m, 1, s, (int)r, map->e, (int)l->m);
}

static void add_drawn_bias(Implicit *map, const Layer *l, int64_t layer, Rows *z)
{
    const double sd = spec_sigma_b(map->spec, layer);
    double *bias = vectors(map) + 2 * l->batch;
    if (!is_haar(map) || sd == 0)
        return;
    rng_open(map->rng, map->source, layer, USE_BIAS);
    rng_normals(map->rng, bias, l->m, sd);
    rows_raise_to(z, sd);
    for (size_t a = 0; a < l->batch; a++)
        cblas_daxpy((int)l->m, scaled_ldexp(1, -z->exponent[a]), bias, 1, rows_at(z, a), 1);
}

static void replay(void *engine_map, int64_t layer, Rows *z, int bits)
{
    Implicit *map = engine_map;
    const Layer l = layer_of(map, layer);
    const size_t r = (size_t)l.rank[0];
    const double gain = is_haar(map) ? l.scale : 1;
    double *rows = small(map, ROWS);
    for (size_t a = 0; a < l.batch; a++) {
        z->exponent[a] = l.unit[a];
        for (size_t k = 0; k < r; k++)
            rows[a * r + k] = gain * l.norm[a] * l.factor[a * l.batch + k];
    }
    draw_frame(map, &l, layer);
    multiply(z->x, rows, map->e, l.batch, l.m, r, CblasNoTrans);
    add_drawn_bias(map, &l, layer, z);
    rows_balance(z, bits);
}

static void forward(void *engine_map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Implicit *map = engine_map;
    const Layer l = layer_of(map, layer);
    remember(map, &l, h);
    replay(map, layer, z, bits);
}

/* L: the solid pivots' rows of the factor; into `e`: their rows of h̃ at norm 1 (r × n, the bias's entries apart). */
static void span_of_input(Implicit *map, const Layer *l, size_t r, const Rows *h, double *bias)
{
    double *lower = small(map, LOWER);
    const double scale = is_haar(map) ? 1 : l->scale;
    for (size_t k = 0; k < r; k++) {
        const size_t p = (size_t)l->pivot[k];
        double *row = map->e + k * l->n;
        for (size_t j = 0; j < r; j++)
            lower[k * r + j] = j <= k ? l->factor[p * l->batch + j] : 0;
        memcpy(row, rows_at(h, p), l->n * sizeof *row);
        cblas_dscal((int)l->n, scaled_ldexp(scale / l->norm[p], h->exponent[p] - l->unit[p]), row, 1);
        bias[k] = scaled_ldexp(l->bias, -l->unit[p]) / l->norm[p];
    }
}

/* How what is not yet determined of δ spreads: D (batch × t) with D Dᵀ = δδᵀ, for Haar minus what M has already. */
static size_t spread(Implicit *map, const Layer *l, const Rows *delta, const double *m, size_t r)
{
    double *k = small(map, GRAM), *d = small(map, SPREAD), *norm = vectors(map), *factor = small(map, CROSS);
    const size_t b = l->batch;
    size_t *pivots = (size_t *)(void *)small(map, PIVOTS), solid, most = b;
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)b, (int)l->m, 1, delta->x, (int)l->m, 0, k, (int)b);
    if (is_haar(map)) {
        const size_t room = l->m > l->n ? l->m : l->n;
        double *whole = norm + b;
        cblas_dcopy((int)b, k, (int)b + 1, whole, 1);
        if (r)
            cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)b, (int)r, -1, m, (int)r, 1, k, (int)b);
        for (size_t a = 0; a < b; a++)
            if (k[a * b + a] < dead_tolerance * whole[a])
                k[a * b + a] = 0;
        most = room > r ? room - r : 0;
    }
    const size_t t = cholesky_pivoted(factor, norm, pivots, k, b, most, forward_tolerance, solid_tolerance, &solid);
    for (size_t a = 0; a < b; a++)
        for (size_t j = 0; j < t; j++)
            d[a * t + j] = norm[a] * factor[a * b + j];
    return t;
}

/* Haar: the fresh frame must be orthonormal on the rest of the space: T = D R⁻¹ with R Rᵀ = FFᵀ - XXᵀ (+ Wishart). */
static void to_orthonormal(Implicit *map, const Layer *l, size_t t, size_t r, const double *x)
{
    double *s = small(map, GRAM);
    if (!t)
        return;
    multiply(s, map->f, map->f, t, t, l->n, CblasTrans);
    accumulate(s, -1, x, x, t, t, r, CblasTrans);
    if (l->m > l->n)
        add_wishart(s, t, (int64_t)(l->m - l->n), map->rng, small(map, INNER));
    if (cholesky_plain(s, t))
        BUG("a Wishart matrix that is not positive");
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, (int)l->batch, (int)t, 1, s, (int)t, small(map, SPREAD), (int)t);
}

static void backward(void *engine_map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Implicit *map = engine_map;
    const Layer l = layer_of(map, layer);
    const size_t b = l.batch, r = (size_t)l.rank[1];
    double *m = small(map, MIXED), *x = small(map, STEPS), *d = small(map, SPREAD), *bias = vectors(map), *fresh = bias + b;
    draw_frame(map, &l, layer);
    multiply(m, delta->x, map->e, b, r, l.m, CblasTrans);
    const size_t t = spread(map, &l, delta, m, r);
    rng_open(map->rng, map->source, layer, USE_BACKWARD);
    rng_normals(map->rng, fresh, t, 1);
    rng_normals(map->rng, map->f, t * l.n, 1);
    span_of_input(map, &l, r, h, bias);
    multiply(x, map->f, map->e, t, r, l.n, CblasTrans);
    for (size_t i = 0; i < t; i++)
        for (size_t k = 0; k < r; k++)
            x[i * r + k] += fresh[i] * bias[k];
    if (r && t)
        cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)t, (int)r, 1, small(map, LOWER), (int)r, x, (int)r);
    if (is_haar(map))
        to_orthonormal(map, &l, t, r, x);
    accumulate(m, -1, d, x, b, r, t, CblasNoTrans);
    if (r)
        cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, (int)b, (int)r, 1, small(map, LOWER), (int)r, m, (int)r);
    multiply(g->x, m, map->e, b, l.n, r, CblasNoTrans);
    accumulate(g->x, 1, d, map->f, b, l.n, t, CblasNoTrans);
    cblas_dscal((int)(b * l.n), l.scale, g->x, 1);
    memcpy(g->exponent, delta->exponent, b * sizeof *g->exponent);
}

static double sigma_w(const void *engine_map, int64_t layer)
{
    const Implicit *map = engine_map;
    return spec_sigma_w(map->spec, layer);
}

const Engine implicit_engine = {
    .name = "implicit",
    .begin = begin,
    .forward = forward,
    .replay = replay,
    .backward = backward,
    .sigma_w = sigma_w,
};
