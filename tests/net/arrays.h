/* For tests of engines: every array of one network kept, and what must hold between them.
 * The one thing to know: <z_a, δ_b> = <h_a, ∂L/∂h_b> below every layer without a bias, for all pairs of samples: whatever weights there
 * are, backward they are those of forward. */
#ifndef TESTS_ARRAYS_H
#define TESTS_ARRAYS_H

#include "nets.h"

/* All arrays of one network, kept by a tap: layer × (batch × widest), true values. */
typedef struct {
    double *z, *h, *delta, *g;
    size_t room, batch;
    double jitter;        /* ≥ 0: sample 1 becomes sample 0 times (1 + jitter · something of its own) */
    bool equal, zero;     /* all samples equal; every second one zero */
    bool vanish;          /* all zero */
} Arrays;

static inline double arrays_element(const Rows *r, size_t row, size_t i)
{
    return r->single ? (double)rows_single_at(r, row)[i] : rows_at(r, row)[i];
}

static inline void arrays_put(const Rows *r, size_t row, size_t i, double x)
{
    if (r->single)
        rows_single_at(r, row)[i] = (float)x;
    else
        rows_at(r, row)[i] = x;
}

static inline void arrays_keep(double *to, const Rows *rows)
{
    for (size_t a = 0; a < rows->rows; a++)
        for (size_t i = 0; i < rows->cols; i++)
            to[a * rows->cols + i] = scaled_ldexp(arrays_element(rows, a, i), rows->exponent[a]);
}

static inline void arrays_change(const Arrays *a, const Rows *x)
{
    for (size_t r = 0; a->vanish && r < x->rows; r++)
        for (size_t i = 0; i < x->cols; i++)
            arrays_put(x, r, i, 0);
    for (size_t r = 1; !a->vanish && r < x->rows; r++)
        for (size_t i = 0; i < x->cols; i++) {
            const double first = arrays_element(x, 0, i);
            if (a->equal)
                arrays_put(x, r, i, first);
            else if (a->zero && r % 2)
                arrays_put(x, r, i, 0);
            else if (a->jitter > 0 && r == 1)
                arrays_put(x, r, i, first + a->jitter * arrays_element(x, r, i));
        }
}

static inline void arrays_see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Arrays *a = context;
    double *const at[] = {[TAP_X] = a->h, [TAP_Z] = a->z, [TAP_H] = a->h, [TAP_DELTA] = a->delta, [TAP_GRAD_H] = a->g};
    if (what == TAP_X)
        arrays_change(a, rows);
    arrays_keep(at[what] + (size_t)layer * a->room, rows);
}

static inline Arrays arrays_open(const Net *net)
{
    const NetSpec *s = &net->spec;
    const double widest = fmax((double)s->width, fmax((double)s->input_width, (double)s->outputs));
    Arrays a = {.room = (size_t)(widest * (double)s->batch), .batch = (size_t)s->batch, .jitter = -1};
    double **all[] = {&a.z, &a.h, &a.delta, &a.g};
    for (size_t i = 0; i < 4; i++)
        *all[i] = mem_alloc(a.room * (size_t)net->count, sizeof(double));
    return a;
}

static inline void arrays_close(Arrays *a)
{
    free(a->z);
    free(a->h);
    free(a->delta);
    free(a->g);
}

static inline double arrays_product(const double *x, const double *y, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += x[i] * y[i];
    return total;
}

/* The largest |<z_a, δ_b> - <h_a, g_b>| relative to the norms, over layers and pairs. */
static inline double arrays_worst_adjoint(const Net *net, const Arrays *arrays)
{
    double worst = 0;
    for (int64_t layer = 1; layer < net->count; layer++) {
        const size_t m = (size_t)spec_fan_out(&net->spec, layer), n = (size_t)spec_fan_in(&net->spec, layer), l = (size_t)layer;
        for (size_t a = 0; a < arrays->batch; a++)
            for (size_t b = 0; b < arrays->batch; b++) {
                const double *z = arrays->z + l * arrays->room + a * m, *d = arrays->delta + l * arrays->room + b * m;
                const double *h = arrays->h + (l - 1) * arrays->room + a * n, *g = arrays->g + (l - 1) * arrays->room + b * n;
                const double size = sqrt(arrays_product(z, z, m) * arrays_product(d, d, m)) + sqrt(arrays_product(h, h, n) * arrays_product(g, g, n));
                const double gap = fabs(arrays_product(z, d, m) - arrays_product(h, g, n));
                worst = fmax(worst, size > 0 ? gap / size : gap > 0);
            }
    }
    return worst;
}

#endif
