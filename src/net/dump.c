/* Dump: every array of one network as .npy.
 * The one thing to know: it is a tap on the ordinary pass; nothing is computed twice but the weight gradients, which a pass never forms. */
#include "net/dump.h"

#include <gsl/gsl_cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/machine.h"
#include "base/mem.h"
#include "net/pass.h"
#include "num/blas.h"
#include "num/reduce.h"

typedef struct {
    const char *directory;
    const NetSpec *spec;
    Pass *pass;
    Text scale;
    int result;
} Dump;

/* One array, rows × cols, or a vector where rows is 0. */
static void put_array(Dump *d, const char *name, const double *x, size_t rows, size_t cols, int64_t exponent)
{
    Text file = {0}, path = {0}, shape = {0};
    if (d->result)
        return;
    if (rows)
        text_format(&shape, "(%zu, %zu)", rows, cols);
    else
        text_format(&shape, "(%zu,)", cols);
    text_bytes(&file, "\x93NUMPY\x01\x00", 8);
    Text header = {0};
    text_format(&header, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }", text_str(&shape));
    while ((10 + header.length + 1) % 64)
        text_char(&header, ' ');
    text_char(&header, '\n');
    const char length[2] = {(char)(header.length & 255), (char)(header.length >> 8)};
    text_bytes(&file, length, 2);
    text_bytes(&file, text_str(&header), header.length);
    text_bytes(&file, (const char *)x, (rows ? rows : 1) * cols * sizeof *x);
    text_format(&path, "%s/%s.npy", d->directory, name);
    text_format(&d->scale, "%s,%lld\n", name, (long long)exponent);
    d->result = file_replace(text_str(&path), text_str(&file), file.length);
    text_free(&file);
    text_free(&path);
    text_free(&shape);
    text_free(&header);
}

/* Rows in the one unit of the largest of them; a row of zeros has any. */
static double *one_unit(const Rows *r, int64_t *exponent)
{
    Rows copy = {.x = mem_doubles(r->rows * r->cols), .exponent = mem_alloc(r->rows, sizeof(int64_t)), .rows = r->rows, .cols = r->cols};
    memcpy(copy.exponent, r->exponent, r->rows * sizeof *copy.exponent);
    *exponent = INT64_MIN;
    for (size_t a = 0; a < r->rows; a++) {
        rows_widen(rows_at(&copy, a), r, a, 1);
        if (largest(rows_at(&copy, a), r->cols) > 0 && r->exponent[a] > *exponent)
            *exponent = r->exponent[a];
    }
    *exponent = *exponent == INT64_MIN ? 0 : *exponent;
    for (size_t a = 0; a < r->rows; a++)
        rows_raise(&copy, a, *exponent);
    free(copy.exponent);
    return copy.x;
}

static void put_rows(Dump *d, const char *name, const Rows *r)
{
    int64_t exponent;
    double *x = one_unit(r, &exponent);
    put_array(d, name, x, r->rows, r->cols, exponent);
    free(x);
}

static const char *named(char out[32], const Dump *d, const char *letter, int64_t layer)
{
    if (layer > d->spec->depth)
        snprintf(out, 32, "%s_out", letter);
    else
        snprintf(out, 32, "%s%lld", letter, (long long)layer);
    return out;
}

static void put_parameters(Dump *d, int64_t layer)
{
    char name[32];
    Dense *map = pass_map(d->pass);
    const size_t rows = (size_t)spec_fan_out(d->spec, layer), cols = (size_t)spec_fan_in(d->spec, layer);
    double *w = mem_doubles(rows * cols), *b = mem_alloc(rows, sizeof *b);
    const Rows matrix = dense_matrix(map, layer);
    for (size_t i = 0; i < rows; i++)
        rows_widen(w + i * cols, &matrix, i, map->scale[layer]);
    if (dense_has_bias(d->spec))
        memcpy(b, map->bias, rows * sizeof *b);
    put_array(d, named(name, d, "W", layer), w, rows, cols, 0);
    put_array(d, named(name, d, "b", layer), b, 0, rows, 0);
    free(w);
    free(b);
}

static void put_gradients(Dump *d, int64_t layer, const Rows *delta)
{
    char name[32];
    const Rows below = pass_input_of(d->pass, layer);
    int64_t unit, unit_h;
    double *dz = one_unit(delta, &unit), *h = one_unit(&below, &unit_h);
    double *dw = mem_doubles(delta->cols * below.cols), *db = mem_alloc(delta->cols, sizeof *db);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)delta->cols, (int)below.cols, (int)below.rows, 1, dz, (int)delta->cols, h,
                (int)below.cols, 0, dw, (int)below.cols);
    for (size_t a = 0; a < delta->rows; a++)
        cblas_daxpy((int)delta->cols, 1, dz + a * delta->cols, 1, db, 1);
    put_array(d, named(name, d, "dW", layer), dw, delta->cols, below.cols, unit + unit_h);
    put_array(d, named(name, d, "db", layer), db, 0, delta->cols, unit);
    free(dz);
    free(h);
    free(dw);
    free(db);
}

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Dump *d = context;
    char name[32];
    const bool readout = layer > d->spec->depth;
    switch (what) {
    case TAP_X:
        put_rows(d, "x", rows);
        break;
    case TAP_Z:
        put_parameters(d, layer);
        put_rows(d, readout ? "output" : named(name, d, "z", layer), rows);
        break;
    case TAP_H:
        put_rows(d, named(name, d, "h", layer), rows);
        break;
    case TAP_DELTA:
        if (!readout)
            put_rows(d, named(name, d, "dz", layer), rows);
        put_gradients(d, layer, rows);
        break;
    case TAP_GRAD_H:
        put_rows(d, named(name, d, "dh", layer), rows);
        if (layer == d->spec->depth && !spec_has_readout(d->spec))
            put_rows(d, "cotangent", rows);
        break;
    }
}

int dump_network(const char *directory, const NetSpec *spec, RngSource source, const gsl_rng_type *generator, const Dataset *data)
{
    const double bytes = pass_bytes(spec, &dense_engine, true);
    if (bytes > machine_memory() / 2)
        return error(EXIT_TOOBIG, "--dump keeps every weight, and %.3g bytes do not fit into memory; make width or depth smaller", bytes);
    if (file_make_directory(directory))
        return -1;
    Dump d = {.directory = directory, .spec = spec};
    const Tap tap = {see, &d};
    LayerRow *rows = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *rows);
    NetworkRow network;
    blas_one_thread();
    d.pass = pass_alloc(bytes, generator, data);
    text_string(&d.scale, "array,exponent\n");
    pass_run(d.pass, spec, &dense_engine, source, rows, &network, &tap);
    if (spec_has_readout(spec))
        put_array(&d, "target", pass_targets(d.pass), (size_t)spec->batch, (size_t)spec->outputs, 0);
    Text path = {0};
    text_format(&path, "%s/scale.csv", directory);
    if (d.result == 0)
        d.result = file_replace(text_str(&path), text_str(&d.scale), d.scale.length);
    text_free(&path);
    text_free(&d.scale);
    pass_free(d.pass);
    free(rows);
    return d.result;
}
