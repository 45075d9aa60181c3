/* Dump: a training, from its first parameters to its last.
 * The one thing to know: it is an observer of the ordinary trainer; batches are kept in memory until the end. */
#include <stdlib.h>
#include <string.h>

#include "base/machine.h"
#include "base/mem.h"
#include "net/dump.h"
#include "net/learned.h"
#include "net/npy.h"
#include "net/train.h"
#include "num/blas.h"

enum { SERIES = 5 };

static const char *const series_names[SERIES] = {"loss", "accuracy", "grad_norm", "update_ratio", "largest_weight"};

typedef struct {
    Npy out;
    const NetSpec *spec;
    double *x, *target;
    double *series[SERIES];
} Dump;

static bool always(void *context, int64_t step)
{
    (void)context, (void)step;
    return true;
}

static bool never(void *context, int64_t step)
{
    (void)context, (void)step;
    return false;
}

static void see_step(void *context, const StepRow *row)
{
    const Dump *d = context;
    const double values[SERIES] = {row->loss, row->accuracy, row->grad_norm, row->update_ratio, row->largest_weight};
    for (size_t i = 0; i < SERIES; i++)
        d->series[i][row->step - 1] = values[i];
}

static void see_batch(void *context, int64_t step, const Rows *x, const double *target)
{
    const Dump *d = context;
    const size_t before = (size_t)(step - 1) * x->rows, outputs = (size_t)d->spec->outputs;
    for (size_t a = 0; a < x->rows; a++)
        rows_widen(d->x + (before + a) * x->cols, x, a, 1);
    memcpy(d->target + before * outputs, target, x->rows * outputs * sizeof *target);
}

static void put_view(Dump *d, const char *name, const Rows *view, bool vector)
{
    double *x = mem_doubles(view->rows * view->cols);
    for (size_t i = 0; i < view->rows; i++)
        rows_widen(x + i * view->cols, view, i, 1);
    npy_put(&d->out, name, x, vector ? 0 : view->rows, view->cols, 0);
    free(x);
}

static void see_parameters(void *context, const Rows *flat, bool end)
{
    Dump *d = context;
    const NetSpec *spec = d->spec;
    const char *tail = end ? "_end" : "";
    char name[40];
    for (int64_t layer = 1; layer <= spec_layers(spec); layer++) {
        const Rows w = learned_matrix(spec, flat, layer), b = learned_bias(spec, flat, layer);
        put_view(d, dump_name(name, spec, "W", layer, tail), &w, false);
        put_view(d, dump_name(name, spec, "b", layer, tail), &b, true);
    }
    if (activation_learns(spec->activation)) {
        const Rows slopes = learned_slopes(spec, flat);
        put_view(d, end ? "slope_end" : "slope", &slopes, true);
    }
}

/* n numbers that nobody has written yet. */
static double *unknown(int64_t n)
{
    double *x = mem_doubles((size_t)n);
    for (int64_t i = 0; i < n; i++)
        x[i] = NOT_GIVEN;
    return x;
}

static void allocate(Dump *d)
{
    const int64_t rows = d->spec->steps * d->spec->batch;
    d->x = unknown(rows * d->spec->input_width);
    d->target = unknown(rows * d->spec->outputs);
    for (size_t i = 0; i < SERIES; i++)
        d->series[i] = unknown(d->spec->steps);
}

static void put_and_free(Dump *d)
{
    const size_t rows = (size_t)(d->spec->steps * d->spec->batch);
    npy_put(&d->out, "x", d->x, rows, (size_t)d->spec->input_width, 0);
    npy_put(&d->out, "target", d->target, rows, (size_t)d->spec->outputs, 0);
    for (size_t i = 0; i < SERIES; i++) {
        npy_put(&d->out, series_names[i], d->series[i], 0, (size_t)d->spec->steps, 0);
        free(d->series[i]);
    }
    free(d->x);
    free(d->target);
}

static double bytes_of(const NetSpec *spec, TrainerSize size)
{
    const double of_step = (double)spec->batch * ((double)spec->input_width + (double)spec->outputs) + SERIES;
    return 8 * (double)spec->steps * of_step + size.pass + size.own;
}

int dump_training(const char *directory, const NetSpec *spec, RngSource source, const gsl_rng_type *generator, const Samples *samples)
{
    const TrainerSize size = trainer_size(spec, samples);
    const double bytes = bytes_of(spec, size);
    Dump d = {.spec = spec};
    const Observer observer = {.context = &d, .wants_step = always, .step = see_step, .wants_layers = never, .target = NOT_GIVEN,
                               .parameters = see_parameters, .batch = see_batch};
    if (bytes > machine_memory() / 2)
        return error(EXIT_TOOBIG, "--dump keeps every batch, and %.3g bytes do not fit into memory; use fewer steps, or a smaller batch or network", bytes);
    if (npy_open(&d.out, directory))
        return -1;
    LayerRow *layers = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *layers);
    TrainRow row;
    blas_one_thread();
    allocate(&d);
    Trainer *t = trainer_alloc(size, samples, generator);
    trainer_run(t, spec, source, &observer, layers, &row);
    trainer_free(t);
    free(layers);
    put_and_free(&d);
    return npy_close(&d.out);
}
