/* Dump: every array of one network that is sampled.
 * The one thing to know: it is a tap on the ordinary pass; nothing is computed twice but the weight gradients, which a pass never forms. */
#include "net/dump.h"

#include <gsl/gsl_cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/machine.h"
#include "base/mem.h"
#include "net/npy.h"
#include "net/pass.h"
#include "num/blas.h"

typedef struct {
    Npy out;
    const NetSpec *spec;
    Pass *pass;
} Dump;

const char *dump_name(char out[40], const NetSpec *spec, const char *letter, int64_t layer, const char *tail)
{
    if (layer > spec->depth)
        snprintf(out, 40, "%s_out%s", letter, tail);
    else
        snprintf(out, 40, "%s%lld%s", letter, (long long)layer, tail);
    return out;
}

static void put_parameters(Dump *d, int64_t layer)
{
    char name[40];
    Dense *map = pass_map(d->pass);
    const size_t rows = (size_t)spec_fan_out(d->spec, layer), cols = (size_t)spec_fan_in(d->spec, layer);
    double *w = mem_doubles(rows * cols), *b = mem_alloc(rows, sizeof *b);
    const Rows matrix = dense_matrix(map, layer);
    for (size_t i = 0; i < rows; i++)
        rows_widen(w + i * cols, &matrix, i, map->scale[layer]);
    if (dense_has_bias(d->spec))
        memcpy(b, map->bias, rows * sizeof *b);
    npy_put(&d->out, dump_name(name, d->spec, "W", layer, ""), w, rows, cols, 0);
    npy_put(&d->out, dump_name(name, d->spec, "b", layer, ""), b, 0, rows, 0);
    free(w);
    free(b);
}

static void put_gradients(Dump *d, int64_t layer, const Rows *delta)
{
    char name[40];
    const Rows below = pass_input_of(d->pass, layer);
    int64_t unit, unit_h;
    double *dz = npy_one_unit(delta, &unit), *h = npy_one_unit(&below, &unit_h);
    double *dw = mem_doubles(delta->cols * below.cols), *db = mem_alloc(delta->cols, sizeof *db);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)delta->cols, (int)below.cols, (int)below.rows, 1, dz, (int)delta->cols, h,
                (int)below.cols, 0, dw, (int)below.cols);
    for (size_t a = 0; a < delta->rows; a++)
        cblas_daxpy((int)delta->cols, 1, dz + a * delta->cols, 1, db, 1);
    npy_put(&d->out, dump_name(name, d->spec, "dW", layer, ""), dw, delta->cols, below.cols, unit + unit_h);
    npy_put(&d->out, dump_name(name, d->spec, "db", layer, ""), db, 0, delta->cols, unit);
    free(dz);
    free(h);
    free(dw);
    free(db);
}

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Dump *d = context;
    char name[40];
    const bool readout = layer > d->spec->depth;
    switch (what) {
    case TAP_X:
        npy_put_rows(&d->out, "x", rows);
        break;
    case TAP_Z:
        put_parameters(d, layer);
        npy_put_rows(&d->out, readout ? "output" : dump_name(name, d->spec, "z", layer, ""), rows);
        break;
    case TAP_H:
        npy_put_rows(&d->out, dump_name(name, d->spec, "h", layer, ""), rows);
        break;
    case TAP_DELTA:
        if (!readout)
            npy_put_rows(&d->out, dump_name(name, d->spec, "dz", layer, ""), rows);
        put_gradients(d, layer, rows);
        break;
    case TAP_GRAD_H:
        npy_put_rows(&d->out, dump_name(name, d->spec, "dh", layer, ""), rows);
        if (layer == d->spec->depth && !spec_has_readout(d->spec))
            npy_put_rows(&d->out, "cotangent", rows);
        break;
    }
}

int dump_network(const char *directory, const NetSpec *spec, RngSource source, const gsl_rng_type *generator, const Dataset *data)
{
    const double bytes = pass_bytes(spec, &dense_engine, true);
    Dump d = {.spec = spec};
    if (bytes > machine_memory() / 2)
        return error(EXIT_TOOBIG, "--dump keeps every weight, and %.3g bytes do not fit into memory; make width or depth smaller", bytes);
    if (npy_open(&d.out, directory))
        return -1;
    const Tap tap = {see, &d};
    LayerRow *rows = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *rows);
    NetworkRow network;
    blas_one_thread();
    d.pass = pass_alloc(bytes, generator, data);
    pass_run(d.pass, spec, &dense_engine, source, rows, &network, &tap);
    if (spec_has_readout(spec))
        npy_put(&d.out, "target", pass_targets(d.pass), (size_t)spec->batch, (size_t)spec->outputs, 0);
    pass_free(d.pass);
    free(rows);
    return npy_close(&d.out);
}
