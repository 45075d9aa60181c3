/* A slow obvious twin of a pass: one network's forward and backward computation in long double, from the arrays that a tap hands out.
 * The one thing to know: every row has its own power of two and is normalised at every layer, so no depth is too deep;
 * activations are written as textbooks have them, gradients of weights are formed entry by entry.
 * Rumelhart, Hinton and Williams 1986. */
#ifndef TESTS_TWIN_H
#define TESTS_TWIN_H

#include "support.h"

typedef long double Real;

/* m · 2^e. */
typedef struct {
    Real m;
    int64_t e;
} Big;

static inline Real real_shift(Real x, int64_t k)
{
    return ldexpl(x, k > 60000 ? 60000 : k < -60000 ? -60000 : (int)k);
}

static inline Big big_add(Big a, Big b)
{
    if (a.m == 0 || b.m == 0)
        return a.m == 0 ? b : a;
    const int64_t top = a.e > b.e ? a.e : b.e;
    int up;
    const Real m = frexpl(real_shift(a.m, a.e - top) + real_shift(b.m, b.e - top), &up);
    return (Big){m, top + up};
}

/* A product of two normalised numbers, normalised. */
static inline Big big_times(Big a, Big b)
{
    int up;
    const Real m = frexpl(a.m * b.m, &up);
    return (Big){m, a.e + b.e + up};
}

static inline double big_log10(Big a)
{
    return a.m == 0 ? -HUGE_VAL : (double)(log10l(fabsl(a.m)) + (Real)a.e * 0.301029995663981195213738894724493L);
}

/* One row: n numbers in one unit. */
typedef struct {
    Real *x;
    int64_t e;
    size_t n;
} Line;

static inline void line_normalise(Line *r)
{
    Real top = 0;
    int up;
    for (size_t i = 0; i < r->n; i++)
        top = fmaxl(top, fabsl(r->x[i]));
    if (top == 0) {
        r->e = 0;
        return;
    }
    frexpl(top, &up);
    for (size_t i = 0; i < r->n; i++)
        r->x[i] = ldexpl(r->x[i], -up);
    r->e += up;
}

/* φ and φ' as textbooks have them; a is the parameter. */
static inline Real twin_sigmoid(Real x) { return x > 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x)); }
static inline Real twin_sech(Real x) { return fabsl(x) > 11000 ? 0 : 1 / coshl(x); }

static inline Real twin_value(const char *name, Real a, Real x)
{
    const Real root = 0.797884560802865355879892119868764L;   /* √(2/π) */
    if (!strcmp(name, "linear")) return x;
    if (!strcmp(name, "sigmoid")) return twin_sigmoid(x);
    if (!strcmp(name, "tanh")) return tanhl(x);
    if (!strcmp(name, "relu")) return x > 0 ? x : 0;
    if (!strcmp(name, "leaky-relu") || !strcmp(name, "prelu")) return x > 0 ? x : a * x;
    if (!strcmp(name, "elu")) return x > 0 ? x : a * expm1l(x);
    if (!strcmp(name, "selu")) return 1.0507009873554804934193349852946L * (x > 0 ? x : 1.6732632423543772848170429916717L * expm1l(x));
    if (!strcmp(name, "swish")) return x * twin_sigmoid(a * x);
    if (!strcmp(name, "gelu")) return x / 2 * erfcl(-x / sqrtl(2));
    if (!strcmp(name, "gelu-tanh")) return x * twin_sigmoid(2 * root * (x + 0.044715L * x * x * x));
    if (!strcmp(name, "softplus")) return x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x));
    if (!strcmp(name, "softsign")) return x / (1 + fabsl(x));
    if (!strcmp(name, "mish")) return x * tanhl(x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)));
    if (!strcmp(name, "hardtanh")) return x < -1 ? -1 : x > 1 ? 1 : x;
    if (!strcmp(name, "erf")) return erfl(x);
    if (!strcmp(name, "sin")) return sinl(x);
    if (!strcmp(name, "arctan")) return atanl(x);
    fail_msg("the twin does not know activation '%s'", name);
    return 0;
}

static inline Real twin_slope(const char *name, Real a, Real x)
{
    const Real root = 0.797884560802865355879892119868764L, s = twin_sigmoid(x);
    const Real bell = expl(-x * x / 2) / 2.50662827463100050241576528481105L;   /* √(2π) */
    if (!strcmp(name, "linear")) return 1;
    if (!strcmp(name, "sigmoid")) return s * twin_sigmoid(-x);
    if (!strcmp(name, "tanh")) return twin_sech(x) * twin_sech(x);
    if (!strcmp(name, "relu")) return x > 0 ? 1 : 0;
    if (!strcmp(name, "leaky-relu") || !strcmp(name, "prelu")) return x > 0 ? 1 : a;
    if (!strcmp(name, "elu")) return x > 0 ? 1 : a * expl(x);
    if (!strcmp(name, "selu")) return 1.0507009873554804934193349852946L * (x > 0 ? 1 : 1.6732632423543772848170429916717L * expl(x));
    if (!strcmp(name, "swish")) return twin_sigmoid(a * x) + a * x * twin_sigmoid(a * x) * twin_sigmoid(-a * x);
    if (!strcmp(name, "gelu")) return erfcl(-x / sqrtl(2)) / 2 + x * bell;
    if (!strcmp(name, "gelu-tanh")) {
        const Real y = fabsl(x) > 1e6L ? copysignl(1e6L, x) : x, u = 2 * root * (y + 0.044715L * y * y * y);
        return twin_sigmoid(u) + y * twin_sigmoid(u) * twin_sigmoid(-u) * 2 * root * (1 + 3 * 0.044715L * y * y);
    }
    if (!strcmp(name, "softplus")) return s;
    if (!strcmp(name, "softsign")) return 1 / ((1 + fabsl(x)) * (1 + fabsl(x)));
    if (!strcmp(name, "mish")) {
        const Real t = tanhl(x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)));
        const Real sech = twin_sech(x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)));
        return t + (sech > 0 ? x * sech * sech * s : 0);
    }
    if (!strcmp(name, "hardtanh")) return x > -1 && x < 1 ? 1 : 0;
    if (!strcmp(name, "erf")) return 1.12837916709551257389615890312155L * expl(-x * x);
    if (!strcmp(name, "sin")) return cosl(x);
    if (!strcmp(name, "arctan")) return 1 / (1 + x * x);
    fail_msg("the twin does not know activation '%s'", name);
    return 0;
}

/* Every activation that has one variable, at its default and elsewhere. */
static const char *const twin_variants[] = {
    "linear", "sigmoid",   "tanh",         "relu",    "leaky-relu", "leaky-relu:-0.3", "prelu",    "prelu:2.5", "elu",  "elu:1.7",  "elu:0.4", "selu",
    "swish",  "swish:0.3", "swish:-2.385", "swish:0", "gelu",       "gelu-tanh",       "softplus", "softsign",  "mish", "hardtanh", "erf",     "sin",
    "arctan",
};
enum { TWIN_VARIANTS = sizeof twin_variants / sizeof *twin_variants };

/* One network: what the tap recorded, and the twin's own z, h, δ, g; layers 0 … last, rows of a batch one after the other. */
typedef struct {
    const NetSpec *spec;
    Pass *pass;
    int64_t last;             /* spec_layers */
    size_t batch;
    Real **w, **b;            /* by layer; b is 0 without biases */
    Line **z, **h, **slope, **delta, **g;
    double *target;           /* batch × outputs, or the cotangent, batch × width */
    size_t n_target;
} Twin;

static inline size_t twin_cols(const Twin *t, int64_t layer)
{
    return (size_t)(layer == 0 ? t->spec->input_width : spec_fan_out(t->spec, layer));
}

static inline Line *lines_make(size_t batch, size_t n)
{
    Line *r = mem_alloc(batch, sizeof *r);
    for (size_t a = 0; a < batch; a++)
        r[a] = (Line){mem_alloc(n, sizeof(Real)), 0, n};
    return r;
}

static inline void twin_see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Twin *t = context;
    Dense *map = pass_map(t->pass);
    if (what == TAP_X) {
        for (size_t i = 0; i < rows->rows * rows->cols; i++)
            t->h[0][i / rows->cols].x[i % rows->cols] = LONG(scaled_ldexp(rows->x[i], rows->exponent[i / rows->cols]));
    } else if (what == TAP_Z) {
        const size_t n = twin_cols(t, layer) * twin_cols(t, layer - 1);
        const double *w = dense_matrix(map, layer).x;
        for (size_t i = 0; i < n; i++)
            t->w[layer][i] = LONG(map->scale[layer] * w[i]);
        for (size_t i = 0; i < rows->cols && dense_has_bias(t->spec); i++)
            t->b[layer][i] = LONG(map->bias[i]);
    } else if (what == TAP_GRAD_H && layer == t->spec->depth && !spec_has_readout(t->spec)) {
        memcpy(t->target, rows->x, rows->rows * rows->cols * sizeof(double));
    }
}

static inline Twin twin_make(const Net *net)
{
    Twin t = {.spec = &net->spec, .pass = net->pass, .last = spec_layers(&net->spec), .batch = (size_t)net->spec.batch};
    const size_t layers = (size_t)t.last + 1;
    t.w = mem_alloc(layers, sizeof *t.w);
    t.b = mem_alloc(layers, sizeof *t.b);
    Line ***const all[] = {&t.z, &t.h, &t.slope, &t.delta, &t.g};
    for (size_t k = 0; k < 5; k++)
        *all[k] = mem_alloc(layers, sizeof **all[k]);
    for (int64_t layer = 0; layer <= t.last; layer++) {
        for (size_t k = 0; k < 5; k++)
            (*all[k])[layer] = lines_make(t.batch, twin_cols(&t, layer));
        if (layer > 0) {
            t.w[layer] = mem_alloc(twin_cols(&t, layer) * twin_cols(&t, layer - 1), sizeof(Real));
            t.b[layer] = mem_alloc(twin_cols(&t, layer), sizeof(Real));
        }
    }
    t.n_target = t.batch * (size_t)(spec_has_readout(t.spec) ? t.spec->outputs : t.spec->width);
    t.target = mem_doubles(t.n_target);
    return t;
}

static inline void twin_free(Twin *t)
{
    Line **const all[] = {t->z, t->h, t->slope, t->delta, t->g};
    for (size_t k = 0; k < 5; k++) {
        for (int64_t layer = 0; layer <= t->last; layer++) {
            for (size_t a = 0; a < t->batch; a++)
                free(all[k][layer][a].x);
            free(all[k][layer]);
        }
        free(all[k]);
    }
    for (int64_t layer = 1; layer <= t->last; layer++) {
        free(t->w[layer]);
        free(t->b[layer]);
    }
    free(t->w);
    free(t->b);
    free(t->target);
}

/* z = W h + b for one row; a row below 1 that meets biases comes to unit 1 first. */
static inline void twin_linear(const Twin *t, int64_t layer, size_t a)
{
    const Line *h = &t->h[layer - 1][a];
    Line *z = &t->z[layer][a];
    const bool biased = dense_has_bias(t->spec);
    const int64_t raise = biased && h->e < 0 ? h->e : 0;
    z->e = h->e - raise;
    for (size_t j = 0; j < z->n; j++) {
        z->x[j] = real_shift(t->b[layer][j], -z->e);
        for (size_t k = 0; k < h->n; k++)
            z->x[j] += t->w[layer][j * h->n + k] * real_shift(h->x[k], raise);
    }
    line_normalise(z);
}

static inline void twin_softmax(Line *h, const Line *z)
{
    Real top = z->x[0], total = 0;
    for (size_t i = 0; i < z->n; i++)
        top = fmaxl(top, z->x[i]);
    for (size_t i = 0; i < z->n; i++)
        total += h->x[i] = expl(real_shift(z->x[i] - top, z->e));
    for (size_t i = 0; i < z->n; i++)
        h->x[i] /= total;
    h->e = 0;
}

/* Beyond 2^±8000 activations are their limits: linear at 0 and at either infinity, or constant. */
static inline void twin_activate(const Twin *t, int64_t layer, size_t a)
{
    const Activation *act = activation_of(t->spec->activation);
    const char *name = act->named.name;
    const Real p = LONG(t->spec->activation.parameter), far = real_shift(1, 8000);
    const Line *z = &t->z[layer][a];
    Line *h = &t->h[layer][a], *slope = &t->slope[layer][a];
    if (!act->slope) {
        twin_softmax(h, z);
        return;
    }
    const bool tiny = z->e < -8000 && twin_value(name, p, 0) == 0, huge = z->e > 8000;
    const bool unit = tiny || (huge && fmaxl(fabsl(twin_value(name, p, far)), fabsl(twin_value(name, p, -far))) > 1e9L);
    h->e = unit ? z->e : 0;
    for (size_t i = 0; i < z->n; i++) {
        const Real sign = z->x[i] < 0 ? -1 : 1, x = tiny ? sign * 1e-3000L : huge ? fminl(fmaxl(real_shift(z->x[i], z->e), -far), far) : real_shift(z->x[i], z->e);
        slope->x[i] = z->x[i] == 0 ? twin_slope(name, p, 0) : twin_slope(name, p, x);
        h->x[i] = tiny ? slope->x[i] * z->x[i] : unit ? twin_value(name, p, sign * far) / (sign * far) * z->x[i] : twin_value(name, p, x);
    }
    line_normalise(h);
}

/* δ = ∂L/∂y of the readout, from the textbook: p - t with p - 1 as minus the others' sum. */
static inline void twin_loss(const Twin *t, size_t a)
{
    const LossKind kind = loss_of(t->spec->loss)->kind;
    const Line *y = &t->z[t->last][a];
    Line *d = &t->delta[t->last][a];
    const double *target = t->target + a * y->n;
    const Real rows = (Real)t->batch, count = rows * (Real)y->n;
    Line p = {mem_alloc(y->n, sizeof(Real)), 0, y->n};
    twin_softmax(&p, y);
    d->e = kind == LOSS_MSE && y->e > 0 ? y->e : 0;
    for (size_t k = 0; k < y->n; k++) {
        const Real out = real_shift(y->x[k], y->e);
        if (kind == LOSS_MSE) {
            d->x[k] = 2 * (real_shift(y->x[k], y->e - d->e) - real_shift(LONG(target[k]), -d->e)) / count;
        } else if (kind == LOSS_BCE) {
            d->x[k] = (target[k] != 0 ? -expl(out > 0 ? -out : 0) / (1 + expl(-fabsl(out))) : expl(out < 0 ? out : 0) / (1 + expl(-fabsl(out)))) / count;
        } else {
            Real others = 0;
            for (size_t j = 0; j < y->n; j++)
                others += j == k ? 0 : p.x[j];
            d->x[k] = (target[k] != 0 ? -others : p.x[k]) / rows;
        }
    }
    free(p.x);
    line_normalise(d);
}

/* δ = g ∘ φ'(z), or p_k Σ_j p_j (g_k - g_j). */
static inline void twin_delta(const Twin *t, int64_t layer, size_t a)
{
    const Line *g = &t->g[layer][a], *h = &t->h[layer][a], *slope = &t->slope[layer][a];
    Line *d = &t->delta[layer][a];
    d->e = g->e;
    for (size_t k = 0; k < d->n; k++) {
        d->x[k] = g->x[k] * slope->x[k];
        if (activation_of(t->spec->activation)->slope)
            continue;
        Real total = 0;
        for (size_t j = 0; j < d->n; j++)
            total += h->x[j] * (g->x[k] - g->x[j]);
        d->x[k] = h->x[k] * total;
    }
    line_normalise(d);
}

static inline void twin_pull(const Twin *t, int64_t layer, size_t a)
{
    const Line *d = &t->delta[layer][a];
    Line *g = &t->g[layer - 1][a];
    g->e = d->e;
    for (size_t k = 0; k < g->n; k++) {
        g->x[k] = 0;
        for (size_t j = 0; j < d->n; j++)
            g->x[k] += t->w[layer][j * g->n + k] * d->x[j];
    }
    line_normalise(g);
}

static inline void twin_forward(const Twin *t)
{
    for (size_t a = 0; a < t->batch; a++) {
        line_normalise(&t->h[0][a]);
        for (int64_t layer = 1; layer <= t->last; layer++) {
            twin_linear(t, layer, a);
            if (layer <= t->spec->depth)
                twin_activate(t, layer, a);
        }
    }
}

static inline void twin_backward(const Twin *t)
{
    const bool readout = spec_has_readout(t->spec);
    const size_t width = (size_t)t->spec->width;
    for (size_t a = 0; a < t->batch; a++) {
        for (size_t i = 0; !readout && i < width; i++)
            t->g[t->last][a].x[i] = LONG(t->target[a * width + i]);
        if (!readout)
            line_normalise(&t->g[t->last][a]);
        for (int64_t layer = t->last; layer >= 1; layer--) {
            if (layer > t->spec->depth)
                twin_loss(t, a);
            else
                twin_delta(t, layer, a);
            twin_pull(t, layer, a);
        }
    }
}

/* Run the network, record it, and compute everything again. */
static inline Twin twin_run(Net *net, uint32_t seed)
{
    Twin t = twin_make(net);
    net_run(net, seed, &(Tap){twin_see, &t});
    if (spec_has_readout(t.spec))
        memcpy(t.target, pass_targets(net->pass), t.n_target * sizeof(double));
    twin_forward(&t);
    twin_backward(&t);
    return t;
}

/* Σ of squares of a layer's rows. */
static inline Big lines_squares(const Line *rows, size_t batch)
{
    Big total = {0, 0};
    for (size_t a = 0; a < batch; a++)
        for (size_t i = 0; i < rows[a].n; i++) {
            const Big x = {rows[a].x[i], rows[a].e};
            total = big_add(total, big_times(x, x));
        }
    return total;
}

/* ‖∂L/∂W‖² and ‖∂L/∂b‖² of a layer, entry by entry. */
static inline Big twin_grad_w(const Twin *t, int64_t layer)
{
    Big squares = {0, 0};
    for (size_t j = 0; j < twin_cols(t, layer); j++)
        for (size_t k = 0; k < twin_cols(t, layer - 1); k++) {
            Big entry = {0, 0};
            for (size_t a = 0; a < t->batch; a++) {
                const Line *d = &t->delta[layer][a], *h = &t->h[layer - 1][a];
                entry = big_add(entry, big_times((Big){d->x[j], d->e}, (Big){h->x[k], h->e}));
            }
            squares = big_add(squares, big_times(entry, entry));
        }
    return squares;
}

static inline Big twin_grad_b(const Twin *t, int64_t layer)
{
    Big squares = {0, 0};
    for (size_t j = 0; j < twin_cols(t, layer); j++) {
        Big entry = {0, 0};
        for (size_t a = 0; a < t->batch; a++)
            entry = big_add(entry, (Big){t->delta[layer][a].x[j], t->delta[layer][a].e});
        squares = big_add(squares, big_times(entry, entry));
    }
    return squares;
}

#endif
