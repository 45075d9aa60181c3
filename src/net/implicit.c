/* The implicit engine, Gaussian and Haar.
 * The one thing to know: all algebra is on rows scaled to norm 1, so units appear only at the ends. M = δEᵀ and never δzᵀ, which would
 * lose what the factor's small entries carry.
 * One sample and Gaussian weights: z = |h̃| E; g = s (δ·E - |δ| F·q) q + s |δ| F with q = h̃/|h̃|. */
#include "net/implicit.h"

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "model/dtype.h"
#include "net/dense.h"
#include "num/cholesky.h"
#include "num/dots.h"
#include "num/reduce.h"
#include "num/span.h"
#include "num/terms.h"

/* Haar only: what is left of δδᵀ, relative to itself, and of its factor's squared pivots. */
static const double dead_tolerance = 1e-12, spread_tolerance = 1e-13;

bool implicit_covers(const NetSpec *spec, const char **why)
{
    const Init *init = init_of(spec->init);
    const char *rounded = dtype_of(spec->dtype)->round ? "16-bit formats round every weight, which this engine never forms" : NULL;
    *why = init->scaled_by_data ? "its scale is found from the data, layer by layer"
           : init->law == LAW_GAUSSIAN || init->law == LAW_HAAR ? rounded
                                                                : "the law of its layers is known for normal and orthogonal weights only";
    return !*why;
}

static bool is_haar(const NetSpec *spec)
{
    return init_of(spec->init)->law == LAW_HAAR;
}

/* One sample and normal weights: two inner products are all the algebra. */
static bool is_lone(const NetSpec *spec)
{
    return spec->batch == 1 && !is_haar(spec);
}

/* Doubles that a layer remembers: its norm and unit, or a Span. */
static size_t memory_of(const NetSpec *spec)
{
    const size_t b = (size_t)spec->batch;
    return is_lone(spec) ? 2 : b * b + 3 * b + 2;
}

size_t implicit_memory_size(const NetSpec *spec)
{
    return (size_t)(spec_layers(spec) + 1) * memory_of(spec);
}

static size_t widest(const NetSpec *spec)
{
    int64_t n = spec->width > spec->input_width ? spec->width : spec->input_width;
    return (size_t)(n > spec->outputs ? n : spec->outputs);
}

size_t implicit_frame_size(const NetSpec *spec)
{
    return rows_room(implicit_spare_size(spec), dtype_of(spec->dtype)->single);
}

size_t implicit_spare_size(const NetSpec *spec)
{
    return (size_t)spec->batch * (widest(spec) + 1);
}

/* For packing: dots' own, in either format. */
static size_t packing_size(size_t b)
{
    const size_t twice = dots_work_size(b, b), single = rows_room(dots_work_sizef(b, b), true);
    return twice > single ? twice : single;
}

/* The small matrices of one layer, batch × batch each; SPAN_OF_DELTA has room for a Span, WORK for packing, VECTORS for two vectors of
 * batch and one of the widest layer. */
typedef enum { GRAM, MIXED, SPREAD, STEPS, BASIS, INNER, COMBINED, SPAN_OF_DELTA, WORK, VECTORS, SMALL_COUNT } SmallId;

static size_t small_place(const NetSpec *spec, SmallId which)
{
    const size_t b = (size_t)spec->batch, matrix = b * b + b;
    const size_t after[] = {matrix * SPAN_OF_DELTA, matrix + 3 * b + 2, packing_size(b) + span_work_size(b), 2 * b + widest(spec)};
    size_t place = matrix * (which < SPAN_OF_DELTA ? which : 0);
    for (int i = 0; i + (int)SPAN_OF_DELTA <= (int)which; i++)
        place += after[i];
    return place;
}

size_t implicit_small_size(const NetSpec *spec)
{
    return small_place(spec, SMALL_COUNT);
}

static double *small(const Implicit *map, SmallId which)
{
    return map->small + small_place(map->spec, which);
}

static void begin(void *engine_map, const NetSpec *spec, RngSource source)
{
    Implicit *map = engine_map;
    map->spec = spec;
    map->source = source;
}

/* One layer's span of its input, and the numbers that its law needs. */
typedef struct {
    Span span;
    SpanWork work;
    Rows frame;             /* E: as many rows as the span's rank, fan_out wide */
    size_t batch, n, m;     /* fan_in, fan_out */
    double scale;           /* of W: the standard deviation, or the orthogonal gain */
    double bias;            /* σ_b where the bias is one more input, 0 where it is drawn (orthogonal) */
    size_t most;            /* dimensions of the input's space */
} Layer;

static Span span_at(double *place, size_t b)
{
    int64_t *whole = (int64_t *)(void *)(place + b * b + b);
    return (Span){.factor = place, .norm = place + b * b, .unit = whole, .pivot = whole + b, .rank = whole + 2 * b};
}

/* Rows of the network's format at a place of a buffer. */
static Rows frame_at(const Implicit *map, double *place, size_t rows, size_t cols)
{
    Rows r = {.x = place, .rows = rows, .cols = cols, .single = dtype_of(map->spec->dtype)->single};
    if (r.single)
        r.s = (float *)(void *)place;
    return r;
}

static Layer layer_of(const Implicit *map, int64_t layer)
{
    const NetSpec *spec = map->spec;
    const bool haar = is_haar(spec);
    Layer out = {
        .span = span_at(map->memory + (size_t)layer * memory_of(spec), (size_t)spec->batch),
        .work = {.q = map->e, .rest = map->f},
        .batch = (size_t)spec->batch,
        .n = (size_t)spec_fan_in(spec, layer),
        .m = (size_t)spec_fan_out(spec, layer),
    };
    const double n = (double)out.n, m = (double)out.m, sigma_w = spec_sigma_w(spec, layer);
    out.scale = haar ? sigma_w * fmax(1, sqrt(m / n)) : sigma_w / sqrt(n);
    out.bias = haar ? 0 : spec_sigma_b(spec, layer);
    out.most = out.n + (out.bias > 0);
    out.frame = frame_at(map, map->frames ? map->frames + (size_t)layer * implicit_frame_size(spec) : map->e, 0, out.m);
    out.work.small = small(map, WORK) + packing_size(out.batch);
    return out;
}

/* What the span is of: (s·h, bias), or h itself where W is orthogonal. */
static double input_scale(const Implicit *map, const Layer *l)
{
    return is_haar(map->spec) ? 1 : l->scale;
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
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++)
            s[i * k + j] += sum_products(work + i * columns, work + j * columns, columns);
}

/* n independent standard normals. */
static void draw_normals(Implicit *map, const Rows *r, size_t n)
{
    if (r->single)
        rng_normalsf(map->rng, r->s, n, 1);
    else
        rng_normals(map->rng, r->x, n, 1);
}

/* x = L⁻¹ x; l is k × k, lower triangular. In double from floats too; `work`: as many doubles as x has elements. */
static void solve_frame(const Rows *x, const double *l, double *work)
{
    const size_t k = x->rows, m = x->cols;
    double *wide = x->single ? work : x->x;
    for (size_t i = 0; x->single && i < k; i++)
        rows_widen(wide + i * m, x, i, 1);
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int)k, (int)m, 1, l, (int)k, wide, (int)m);
    for (size_t i = 0; x->single && i < k * m; i++)
        x->s[i] = (float)wide[i];
}

/* The same in the format of x, which is enough where it is only to come near. `work`: k × k floats. */
static void solve_roughly(const Rows *x, const double *l, double *work)
{
    const int k = (int)x->rows, m = (int)x->cols;
    float *single = (float *)(void *)work;
    if (!x->single) {
        solve_frame(x, l, NULL);
        return;
    }
    for (size_t i = 0; i < x->rows * x->rows; i++)
        single[i] = (float)l[i];
    cblas_strsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, k, m, 1, single, k, x->s, m);
}

/* Does a factor have a pivot so small that little of its row's digits is left? */
static bool is_steep(const double *l, size_t k)
{
    bool steep = false;
    for (size_t i = 0; i < k; i++)
        steep |= l[i * k + i] * l[i * k + i] < 1e-4 * sum_squares(l + i * k, i + 1);
    return steep;
}

/* s: the factor of xxᵀ + a Wishart matrix of `freedom` degrees. Without one s⁻¹x is an orthonormal frame; where its rows nearly depend
 * on each other, x is first replaced by one that spans the same and is close to orthonormal. */
static void factor_frame(Implicit *map, double *s, const Rows *x, size_t freedom)
{
    rows_gram(s, x);
    if (freedom)
        add_wishart(s, x->rows, (int64_t)freedom, map->rng, small(map, INNER));
    bool positive = cholesky_plain(s, x->rows) == 0;
    if (positive && !freedom && is_steep(s, x->rows)) {
        solve_roughly(x, s, small(map, INNER));
        rows_gram(s, x);
        positive = cholesky_plain(s, x->rows) == 0;
    }
    if (!positive)
        BUG("a Wishart matrix that is not positive");
}

/* The frame that the layer's map sends the input's span to: r × fan_out, independent normal, or orthonormal rows as Haar's
 * measure projects them. Always the same numbers. */
static void draw_frame(Implicit *map, Layer *l, int64_t layer, size_t r)
{
    l->frame.rows = r;
    rng_open(map->rng, map->source, layer, USE_FORWARD);
    draw_normals(map, &l->frame, r * l->m);
    if (!is_haar(map->spec) || r == 0)
        return;
    double *s = small(map, GRAM);
    factor_frame(map, s, &l->frame, l->m < l->n ? l->n - l->m : 0);
    solve_frame(&l->frame, s, map->f);
}

static void combine(Implicit *map, Rows *out, const Term *terms, size_t count)
{
    terms_sum(out, terms, count, (int64_t *)(void *)(small(map, VECTORS) + out->rows), small(map, WORK));
}

/* Nothing finite comes of a row with an infinity or a NaN, whatever is known of the map. */
static void spoil(const Rows *out, size_t row)
{
    for (size_t i = 0; out->single && i < out->cols; i++)
        rows_single_at(out, row)[i] = NAN;
}

static void add_drawn_bias(Implicit *map, const Layer *l, int64_t layer, Rows *z)
{
    const double sd = spec_sigma_b(map->spec, layer);
    double *bias = small(map, VECTORS) + 2 * l->batch;
    if (!is_haar(map->spec) || sd == 0)
        return;
    rng_open(map->rng, map->source, layer, USE_BIAS);
    rng_normals(map->rng, bias, l->m, sd);
    dense_add_bias(z, bias);
}

static void replay_lone(Implicit *map, Layer *l, int64_t layer, Rows *z)
{
    draw_frame(map, l, layer, 1);
    double size = l->span.factor[0];
    z->exponent[0] = ((const int64_t *)(const void *)l->span.factor)[1];
    if (z->single && terms_beyond_floats(&size, 1))
        combine(map, z, &(Term){&size, l->frame}, 1);
    else
        rows_scale(z, size, &l->frame);
}

static void replay(void *engine_map, int64_t layer, Rows *z, int bits)
{
    Implicit *map = engine_map;
    Layer l = layer_of(map, layer);
    if (is_lone(map->spec)) {
        replay_lone(map, &l, layer, z);
        rows_balance(z, bits);
        return;
    }
    const size_t r = (size_t)l.span.rank[0];
    const double gain = is_haar(map->spec) ? l.scale : 1;
    double *rows = small(map, COMBINED);
    for (size_t a = 0; a < l.batch; a++) {
        z->exponent[a] = l.span.unit[a];
        for (size_t k = 0; k < r; k++)
            rows[a * r + k] = gain * l.span.norm[a] * l.span.factor[a * l.batch + k];
    }
    draw_frame(map, &l, layer, r);
    combine(map, z, &(Term){rows, l.frame}, 1);
    for (size_t a = 0; a < l.batch; a++)
        if (!isfinite(l.span.norm[a]))
            spoil(z, a);
    add_drawn_bias(map, &l, layer, z);
    rows_balance(z, bits);
}

static void forward(void *engine_map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Implicit *map = engine_map;
    Layer l = layer_of(map, layer);
    if (is_lone(map->spec)) {
        const int64_t unit = span_unit(h->exponent[0], l.bias);
        const double size = scaled_ldexp(l.scale, h->exponent[0] - unit);
        const double norm = hypot(size * sqrt(rows_squares(h, 0)), scaled_ldexp(l.bias, -unit));
        l.span.factor[0] = isfinite(norm) ? norm : (double)NAN;
        ((int64_t *)(void *)l.span.factor)[1] = unit;
    } else {
        span_find(&l.span, h, input_scale(map, &l), l.bias, l.most, &l.work);
    }
    replay(map, layer, z, bits);
}

/* How δ spreads: D (batch × t) with D Dᵀ = δδᵀ. */
static size_t spread(Implicit *map, const Layer *l, const Rows *delta)
{
    Span s = span_at(small(map, SPAN_OF_DELTA), l->batch);
    double *d = small(map, SPREAD);
    span_find(&s, delta, 1, 0, l->m, &l->work);
    const size_t t = (size_t)s.rank[0];
    for (size_t a = 0; a < l->batch; a++)
        for (size_t j = 0; j < t; j++)
            d[a * t + j] = s.norm[a] * s.factor[a * l->batch + j];
    return t;
}

/* The same for Haar: what M = δVᵀ has of δ is determined already, D Dᵀ = δδᵀ - MMᵀ. With δ = D₀Q₀ and Y = Q₀Vᵀ it is D₀(1 - YYᵀ)D₀ᵀ,
 * which keeps near-duplicates apart that a difference of Gram matrices would not. */
static size_t spread_haar(Implicit *map, const Layer *l, const Rows *delta, const double *m, size_t r)
{
    const size_t b = l->batch, room = l->m > l->n ? l->m : l->n, most = room > r ? room - r : 0;
    double *d = small(map, SPREAD), *y = small(map, INNER), *rest = small(map, GRAM), *factor = small(map, COMBINED), *norm = small(map, VECTORS);
    double *whole = small(map, STEPS);
    const Span s = span_at(small(map, SPAN_OF_DELTA), b);
    const size_t t = spread(map, l, delta);
    memcpy(whole, d, b * t * sizeof *d);
    for (size_t k = 0; k < t; k++) {   /* Y = L⁻¹ M[p], L = D₀[p] */
        const size_t p = (size_t)s.pivot[k];
        memcpy(y + k * r, m + p * r, r * sizeof *y);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)k, (int)r, -1, y, (int)(r ? r : 1), whole + p * t, 1, 1, y + k * r, 1);
        cblas_dscal((int)r, 1 / whole[p * t + k], y + k * r, 1);
    }
    dots_gram(rest, y, t, r);
    for (size_t i = 0; i < t; i++) {
        const double left = 1 - rest[i * t + i];
        rest[i * t + i] = left < dead_tolerance ? 0 : left;
        cblas_dscal((int)i, -1, rest + i * t, 1);
    }
    const size_t fresh = cholesky_pivoted(factor, norm, (int64_t *)(void *)(norm + b), rest, t, most, spread_tolerance);
    for (size_t a = 0; a < b; a++)
        for (size_t j = 0; j < fresh; j++) {
            d[a * fresh + j] = 0;
            for (size_t i = 0; i < t; i++)
                d[a * fresh + j] += whole[a * t + i] * (norm[i] * factor[i * t + j]);
        }
    return fresh;
}

/* Haar: the fresh frame must be orthonormal, and so to the span: F -= X Q, T = D R⁻¹ with R Rᵀ = FFᵀ (+ Wishart). Taken from F itself
 * and not from FFᵀ - XXᵀ, which rounding can make negative. `steps`: X times what makes Q of y. */
static void to_orthonormal(Implicit *map, const Layer *l, Rows *f, double *steps, const Rows *y)
{
    double *s = small(map, GRAM);
    const size_t t = f->rows;
    if (!t)
        return;
    cblas_dscal((int)(t * y->rows), -1, steps, 1);
    terms_add(f, &(Term){steps, *y}, small(map, WORK));
    factor_frame(map, s, f, l->m > l->n ? l->m - l->n : 0);
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, (int)l->batch, (int)t, 1, s, (int)t, small(map, SPREAD), (int)t);
}

/* out (a × b), or out += : sign · x (a × c) y, y being c × b or, transposed, b × c; all small. */
static void add_small(double *out, double sign, const double *x, const double *y, size_t a, size_t b, size_t c, CBLAS_TRANSPOSE_t transposed)
{
    if (c)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, transposed, (int)a, (int)b, (int)c, sign, x, (int)c, y, (int)(transposed == CblasTrans ? c : b), 1,
                    out, (int)b);
}

static void multiply_small(double *out, const double *x, const double *y, size_t a, size_t b, size_t c, CBLAS_TRANSPOSE_t transposed)
{
    memset(out, 0, a * b * sizeof *out);
    add_small(out, 1, x, y, a, b, c, transposed);
}

/* What the forward pass knows: Q = basis (count × y.rows) · y. Rows of y that would leave floats no room are taken at norm 1; those with
 * an infinity or a NaN, of which the span knows nothing, are zeros. E is not needed any more. */
static Rows known_rows(const Implicit *map, double *basis, size_t count, Rows y, const double *norm)
{
    Term known = {basis, y};
    bool as_is = !terms_beyond_floats(basis, count * y.rows);
    for (size_t a = 0; a < (size_t)map->spec->batch; a++)
        as_is &= isfinite(norm[a]);
    if (y.single && !as_is)
        terms_to_norm_one(&known, count, (float *)(void *)map->e);
    return known.y;
}

/* g = s (M - D X) Q + s D F: what the forward pass knows of W, and fresh normals F (t × fan_in) for the rest. */
static void backward_batch(Implicit *map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Layer l = layer_of(map, layer);
    const bool haar = is_haar(map->spec);
    const size_t b = l.batch, r = l.frame.rows = (size_t)l.span.rank[0];
    double *m = small(map, MIXED), *d = small(map, SPREAD), *x = small(map, STEPS), *basis = small(map, BASIS), *q_bias = small(map, VECTORS);
    double *inner = small(map, INNER), *combined = small(map, COMBINED);
    if (!map->frames)
        draw_frame(map, &l, layer, r);
    rows_cross(m, delta, &l.frame);
    const size_t t = haar ? spread_haar(map, &l, delta, m, r) : spread(map, &l, delta);
    const Rows found = span_basis(&l.span, h, input_scale(map, &l), l.bias, l.most, &l.work, basis, q_bias);
    const Rows y = known_rows(map, basis, r, found, l.span.norm);
    Rows f = frame_at(map, map->f, t, l.n);
    rng_open(map->rng, map->source, layer, USE_BACKWARD);
    draw_normals(map, &f, t * (l.n + 1));
    rows_cross(inner, &f, &y);
    multiply_small(x, inner, basis, t, r, y.rows, CblasTrans);   /* X = F Qᵀ */
    for (size_t i = 0; i < t; i++)
        for (size_t k = 0; k < r; k++)
            x[i * r + k] += (f.single ? (double)f.s[t * l.n + i] : f.x[t * l.n + i]) * q_bias[k];
    if (haar) {
        multiply_small(combined, x, basis, t, y.rows, r, CblasNoTrans);
        to_orthonormal(map, &l, &f, combined, &y);
    } else {
        add_small(m, -1, d, x, b, r, t, CblasNoTrans);
    }
    cblas_dscal((int)(b * r), l.scale, m, 1);
    cblas_dscal((int)(b * t), l.scale, d, 1);
    multiply_small(combined, m, basis, b, y.rows, r, CblasNoTrans);
    combine(map, g, (Term[]){{combined, y}, {d, f}}, 2);
    for (size_t a = 0; a < b; a++)
        if (g->single && r == 0 && !isfinite(rows_squares(delta, a)))
            spoil(g, a);
    memcpy(g->exponent, delta->exponent, b * sizeof *g->exponent);
}

static void backward_lone(Implicit *map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Layer l = layer_of(map, layer);
    const Rows f = frame_at(map, map->f, 1, l.n);
    const double norm = l.span.factor[0];
    const int64_t unit = ((const int64_t *)(const void *)l.span.factor)[1];
    double along, inner, size = norm > 0 ? scaled_ldexp(l.scale / norm, h->exponent[0] - unit) : 0;   /* q = size · h, and the bias's entry */
    l.frame.rows = 1;
    if (!map->frames)
        draw_frame(map, &l, layer, 1);
    rng_open(map->rng, map->source, layer, USE_BACKWARD);
    draw_normals(map, &f, l.n);
    const double of_bias = l.bias > 0 ? gsl_ran_gaussian_ziggurat(map->rng->gsl, 1) : 0;
    rows_cross(&along, delta, &l.frame);
    const Rows y = known_rows(map, &size, 1, *h, &norm);
    rows_cross(&inner, &f, &y);
    const double fresh = sqrt(rows_squares(delta, 0));
    const double q_bias = norm > 0 ? scaled_ldexp(l.bias, -unit) / norm : 0;
    along -= fresh * (size * inner + q_bias * of_bias);
    double p = l.scale * along * size, q = l.scale * fresh;
    if (g->single && (terms_beyond_floats(&p, 1) || terms_beyond_floats(&q, 1)))
        combine(map, g, (Term[]){{&p, y}, {&q, f}}, 2);
    else
        rows_mix(g, p, &y, q, &f);
    g->exponent[0] = delta->exponent[0];
}

static void backward(void *engine_map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Implicit *map = engine_map;
    (is_lone(map->spec) ? backward_lone : backward_batch)(map, layer, g, delta, h);
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
