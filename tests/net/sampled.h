/* For tests of laws: many networks of one engine as a sample of many statistics, and two such samples compared.
 * The one thing to know: statistics are the columns of layers.csv at up to eight layers, and angles between the rows that go forward and
 * those that come back, which a backward pass that is not conditioned on the forward pass gets wrong. */
#ifndef TESTS_SAMPLED_H
#define TESTS_SAMPLED_H

#include "arrays.h"
#include "laws.h"

/* What TAP_X makes of the input, so that the batch has the structure the case is about. */
typedef enum { AS_IS, DUPLICATE, ZERO, OPPOSITE, SHRINK } Change;

enum { ANGLES = 5, PER_LAYER = COL_COUNT + ANGLES + 2, MOST_LAYERS = 8 };

/* One engine's sample: statistics × networks. */
typedef struct {
    double *values;
    size_t n, at;
    int64_t layers[MOST_LAYERS];
    size_t n_layers;
    Change change;
    double *h, *z, *scratch;    /* rows of the layers on the way forward; of one array */
    size_t room, batch;
    bool single;
} Sample;

static inline double *sampled_cell(Sample *s, size_t layer, size_t statistic)
{
    return s->values + (layer * PER_LAYER + statistic) * s->n + s->at;
}

static inline void sampled_change(const Rows *x, Change change)
{
    for (size_t a = 1; a < x->rows; a += 2)
        for (size_t i = 0; i < x->cols && change != AS_IS; i++) {
            const double first = arrays_element(x, a - 1, i);
            arrays_put(x, a, i, change == DUPLICATE ? first : change == OPPOSITE ? -first : change == SHRINK ? 1e-8 * arrays_element(x, a, i) : 0);
        }
}

static inline double sampled_cosine(const double *x, const double *y, size_t n)
{
    double xy = 0, xx = 0, yy = 0, top_x = 0, top_y = 0;
    for (size_t i = 0; i < n; i++) {
        top_x = fmax(top_x, fabs(x[i]));
        top_y = fmax(top_y, fabs(y[i]));
    }
    for (size_t i = 0; i < n && top_x > 0 && top_y > 0; i++) {
        const double u = x[i] / top_x, v = y[i] / top_y;
        xy += u * v;
        xx += u * u;
        yy += v * v;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : -9;
}

/* The rows as stored, in doubles. */
static inline void sampled_copy(double *to, const Rows *rows)
{
    for (size_t a = 0; a < rows->rows; a++)
        for (size_t i = 0; i < rows->cols; i++)
            to[a * rows->cols + i] = arrays_element(rows, a, i);
}

static inline void sampled_see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Sample *s = context;
    const size_t n = rows->cols, second = rows->rows > 1 ? n : 0;
    const double *h = s->h + (size_t)layer * s->room, *z = s->z + (size_t)layer * s->room;
    double *x = s->scratch;
    if (what == TAP_X)
        sampled_change(rows, s->change);
    if (what == TAP_X || what == TAP_H)
        sampled_copy(s->h + (size_t)layer * s->room, rows);
    if (what == TAP_Z)
        sampled_copy(s->z + (size_t)layer * s->room, rows);
    for (size_t l = 0; l < s->n_layers; l++) {
        if (s->layers[l] != layer || (what != TAP_GRAD_H && what != TAP_DELTA))
            continue;
        sampled_copy(x, rows);
        if (what == TAP_GRAD_H) {
            *sampled_cell(s, l, COL_COUNT) = sampled_cosine(h, x, n);
            *sampled_cell(s, l, COL_COUNT + 1) = sampled_cosine(h, x + second, n);
            *sampled_cell(s, l, COL_COUNT + 2) = sampled_cosine(x, x + second, n);
        } else {
            *sampled_cell(s, l, COL_COUNT + 3) = sampled_cosine(z, x, n);
            *sampled_cell(s, l, COL_COUNT + 4) = sampled_cosine(x, x + second, n);
        }
    }
}

/* A cell as a finite number: what is absent or infinite is a value of its own. */
static inline double sampled_number(const LayerRow *row, int column)
{
    const double x = row->value[column];
    return !row_has(row, (ColumnId)column) ? -7 : isnan(x) ? -8 : x == -HUGE_VAL ? -1e5 : x == HUGE_VAL ? 1e5 : x;
}

static inline void sampled_open(Sample *s, const Net *net, size_t n, Change change)
{
    const int64_t count = net->count, widest = net->spec.width > net->spec.input_width ? net->spec.width : net->spec.input_width;
    *s = (Sample){.n = n, .change = change, .batch = (size_t)net->spec.batch, .single = dtype_of(net->spec.dtype)->single};
    for (int64_t l = 0; l < count; l++)
        if (count <= MOST_LAYERS || l < 3 || l >= count - 2 || l == count / 2)
            s->layers[s->n_layers++] = l;
    s->room = s->batch * (size_t)(widest > net->spec.outputs ? widest : net->spec.outputs);
    s->h = mem_doubles(s->room * (size_t)count);
    s->z = mem_doubles(s->room * (size_t)count);
    s->scratch = mem_doubles(s->room);
    s->values = mem_alloc(s->n_layers * PER_LAYER * n, sizeof(double));
}

static inline void sampled_close(Sample *s)
{
    free(s->h);
    free(s->z);
    free(s->scratch);
    free(s->values);
}

/* n networks of `words` on an engine, from a key of their own. */
static inline void sampled_draw(Sample *s, const char *words, const Engine *engine, uint64_t key, size_t n, Change change)
{
    Net net = net_open(words, engine);
    const Tap tap = {sampled_see, s};
    sampled_open(s, &net, n, change);
    for (s->at = 0; s->at < s->n; s->at++) {
        net_run(&net, key, (uint32_t)s->at, &tap);
        const double end = sampled_number(&net.rows[net.spec.depth], COL_log10_grad_z_norm);
        for (size_t l = 0; l < s->n_layers; l++) {
            const LayerRow *row = &net.rows[s->layers[l]];
            for (int c = 0; c < COL_COUNT; c++)
                *sampled_cell(s, l, (size_t)c) = c >= COL_grad_z_norm && c <= COL_grad_b_norm ? 0 : sampled_number(row, c);
            *sampled_cell(s, l, PER_LAYER - 2) = sampled_number(row, COL_log10_grad_w_norm) - end;
            *sampled_cell(s, l, PER_LAYER - 1) = *sampled_cell(s, l, COL_COUNT) * *sampled_cell(s, s->n_layers - 1, COL_COUNT);
        }
    }
    net_close(&net);
}

typedef struct {
    double least;               /* p-value of all tests */
    double least_ks, least_gradient;   /* of gradient norms */
    size_t tests, ks, low;      /* of which Kolmogorov-Smirnov; of these below 0.05 */
    char where[160];
} Verdict;

static inline void verdict_note(Verdict *v, double p, const char *test, int64_t layer, size_t statistic)
{
    v->tests++;
    if (statistic >= COL_log10_grad_z_norm && statistic <= COL_log10_grad_b_norm)
        v->least_gradient = fmin(v->least_gradient, p);
    if (p >= v->least)
        return;
    v->least = p;
    snprintf(v->where, sizeof v->where, "%s of %s, layer %lld", test,
             statistic < COL_COUNT ? columns[statistic].name : statistic < COL_COUNT + ANGLES ? "an angle" : "a combination", (long long)layer);
}

static inline void verdict_add(Verdict *all, const Verdict *v)
{
    all->tests += v->tests;
    all->ks += v->ks;
    all->low += v->low;
    all->least_ks = fmin(all->least_ks, v->least_ks);
    if (v->least < all->least)
        memcpy(all->where, v->where, sizeof all->where);
    all->least = fmin(all->least, v->least);
}

/* Numbers of any size to at most 1, so that they can be squared; they are sorted. */
static inline void sampled_to_unit(double *x, size_t n, double *y, size_t m)
{
    const double top = fmax(fmax(fabs(x[0]), fabs(x[n - 1])), fmax(fabs(y[0]), fabs(y[m - 1])));
    for (size_t i = 0; i < n && top > 0; i++)
        x[i] /= top;
    for (size_t i = 0; i < m && top > 0; i++)
        y[i] /= top;
}

/* Deviations from the common mean, squared. */
static inline void sampled_to_spread(double *x, size_t n, double *y, size_t m)
{
    const double mean = (gsl_stats_mean(x, 1, n) + gsl_stats_mean(y, 1, m)) / 2;
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] - mean) * (x[i] - mean);
    for (size_t i = 0; i < m; i++)
        y[i] = (y[i] - mean) * (y[i] - mean);
}

/* An engine's rounding is its own, and shows where a statistic is a constant: a cosine of ±1, the mean of a softmax. */
static inline double sampled_grain(const Sample *a, const Sample *b, size_t layer, size_t statistic)
{
    const bool cosine = statistic == COL_h_cos || (statistic >= COL_COUNT && statistic < COL_COUNT + ANGLES), single = a->single || b->single;
    double top = 0;
    if (cosine || !single)
        return cosine ? single ? 1e-4 : 1e-11 : 0;
    for (int side = 0; side < 2; side++) {
        const Sample *s = side ? a : b;
        for (size_t i = 0; i < s->n; i++) {
            const double size = fabs(s->values[(layer * PER_LAYER + statistic) * s->n + i]);
            top = size < 1e5 ? fmax(top, size) : top;
        }
    }
    return 1e-5 * top;
}

static inline void sampled_take(double *to, const Sample *s, size_t layer, size_t statistic, double grain)
{
    const double *from = s->values + (layer * PER_LAYER + statistic) * s->n;
    for (size_t i = 0; i < s->n; i++)
        to[i] = grain > 0 ? rint(from[i] / grain) * grain : from[i];
}

/* Kolmogorov-Smirnov, means and spreads of every statistic that varies; layer 0's columns are the input's own. */
static inline Verdict sampled_judge(const Sample *a, const Sample *b)
{
    Verdict v = {.least = 1, .least_ks = 1, .least_gradient = 1};
    double *x = mem_doubles(a->n), *y = mem_doubles(b->n);
    for (size_t l = 0; l < a->n_layers; l++)
        for (size_t c = a->layers[l] == 0 ? COL_grad_z_norm : 0; c < PER_LAYER; c++) {
            const double grain = sampled_grain(a, b, l, c);
            sampled_take(x, a, l, c, grain);
            sampled_take(y, b, l, c, grain);
            const double p = laws_ks(x, a->n, y, b->n);
            if (x[0] == x[a->n - 1] && x[0] == y[0] && y[0] == y[b->n - 1])
                continue;
            v.ks++;
            v.low += p < 0.05;
            v.least_ks = fmin(v.least_ks, p);
            verdict_note(&v, p, "law", a->layers[l], c);
            sampled_to_unit(x, a->n, y, b->n);
            verdict_note(&v, laws_means(x, a->n, y, b->n), "mean", a->layers[l], c);
            sampled_to_spread(x, a->n, y, b->n);
            verdict_note(&v, laws_means(x, a->n, y, b->n), "spread", a->layers[l], c);
        }
    free(x);
    free(y);
    return v;
}

/* Two engines on the same network, n of each. */
static inline Verdict sampled_compare(const char *words, Change change, const Engine *left, const Engine *right, size_t n)
{
    Sample x, y;
    sampled_draw(&x, words, left, 0x5EED1, n, change);
    sampled_draw(&y, words, right, 0x5EED2, n, change);
    const Verdict v = sampled_judge(&x, &y);
    sampled_close(&x);
    sampled_close(&y);
    return v;
}

#endif
