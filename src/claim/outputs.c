/* Outputs of trained networks.
 * The one thing to know: rows go through the layers in blocks; weights are widened from the format in which they were learned.
 * Rumelhart, Hinton and Williams 1986. */
#include "claim/outputs.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/learned.h"
#include "net/metric.h"

enum { BLOCK = 200, BINS = 15 };

typedef struct {
    Outputs *out;
    const Samples *samples;
} Forward;

static double *widened(const Rows *r)
{
    double *x = mem_doubles(r->rows * r->cols);
    for (size_t row = 0; row < r->rows; row++) {
        memset(x + row * r->cols, 0, r->cols * sizeof *x);
        rows_add_to(x + row * r->cols, r, row, 1);
    }
    return x;
}

/* z (rows × fan_out) = h Wᵀ + b. */
static void layer_forward(double *z, const double *h, size_t rows, const NetSpec *spec, const Rows *flat, int64_t layer)
{
    const Rows weights = learned_matrix(spec, flat, layer), biases = learned_bias(spec, flat, layer);
    double *w = widened(&weights), *b = widened(&biases);
    for (size_t i = 0; i < rows; i++)
        memcpy(z + i * weights.rows, b, weights.rows * sizeof *z);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, (int)weights.rows, (int)weights.cols, 1, h, (int)weights.cols, w, (int)weights.cols, 1, z,
                (int)weights.rows);
    free(w);
    free(b);
}

/* One block of test rows, from index `from`. */
static void forward(const Forward *f, const NetSpec *spec, const Rows *flat, int64_t from, size_t rows)
{
    const SamplesFacts *facts = samples_facts(f->samples);
    const size_t widest = (size_t)(facts->width > spec->width ? facts->width : spec->width);
    double *h = mem_doubles(BLOCK * (widest + f->out->k)), *z = mem_doubles(BLOCK * (widest + f->out->k));
    int64_t which[BLOCK], exponent[BLOCK] = {0};
    for (size_t i = 0; i < rows; i++)
        which[i] = from + (int64_t)i;
    samples_inputs(f->samples, PART_TEST, which, (int64_t)rows, h);
    samples_targets(f->samples, PART_TEST, which, (int64_t)rows, spec_head(spec), f->out->t + (size_t)from * f->out->k);
    for (int64_t l = 1; l <= spec->depth; l++) {
        layer_forward(z, h, rows, spec, flat, l);
        activation_of(spec->activation)->value(h, z, rows * (size_t)spec->width, spec->activation.parameter);
    }
    layer_forward(z, h, rows, spec, flat, spec->depth + 1);
    const Rows y = {.x = z, .exponent = exponent, .rows = rows, .cols = f->out->k};
    metric_predict(f->out->p + (size_t)from * f->out->k, &y, spec_head(spec));
    free(h);
    free(z);
}

static void see(void *context, const NetSpec *spec, const Rows *parameters)
{
    const Forward *f = context;
    const int64_t all = (int64_t)f->out->n;
    for (int64_t from = 0; from < all; from += BLOCK)
        forward(f, spec, parameters, from, (size_t)(all - from < BLOCK ? all - from : BLOCK));
}

void outputs_of(Outputs *out, const Again *a, const NetSpec *spec, uint32_t seed)
{
    const Samples *samples = a->experiment.lessons.samples;
    if (activation_learns(spec->activation) || !activation_of(spec->activation)->slope)
        BUG("outputs of a network whose activation is not one function of one number");
    *out = (Outputs){.n = (size_t)samples_facts(samples)->test, .k = (size_t)spec->outputs};
    out->p = mem_doubles(out->n * out->k);
    out->t = mem_doubles(out->n * out->k);
    again_train(a, spec, seed, see, &(Forward){out, samples});
}

void outputs_free(Outputs *o)
{
    free(o->p);
    free(o->t);
    *o = (Outputs){0};
}

double outputs_squares(const Outputs *o)
{
    double total = 0;
    for (size_t i = 0; i < o->n * o->k; i++)
        total += (o->p[i] - o->t[i]) * (o->p[i] - o->t[i]);
    return total / (double)(o->n * o->k);
}

/* Sums a bin: how many, of the probabilities, of what came true. */
typedef struct {
    double count[BINS], said[BINS], came[BINS];
} Bins;

static void put(Bins *b, double p, double t)
{
    const double cut = fmin(fmax(p, 0), 1);
    const size_t bin = cut < 1 ? (size_t)(cut * BINS) : BINS - 1;
    b->count[bin]++;
    b->said[bin] += cut;
    b->came[bin] += t;
}

double outputs_calibration(const Outputs *o, bool classes)
{
    Bins b = {0};
    double total = 0, error = 0;
    for (size_t i = 0; i < o->n; i++) {
        const double *p = o->p + i * o->k, *t = o->t + i * o->k;
        size_t top = 0;
        for (size_t k = 0; k < o->k; k++) {
            top = p[k] > p[top] ? k : top;
            if (!classes)
                put(&b, p[k], t[k]);
        }
        if (classes)
            put(&b, p[top], t[top]);
    }
    for (size_t i = 0; i < BINS; i++) {
        total += b.count[i];
        error += fabs(b.said[i] - b.came[i]);
    }
    return error / total;
}
