/* Time of a layer, for make bench: a server that samples networks as it is asked and answers with CPU microseconds.
 * The one thing to know: each line of input is a measurement, "ENGINE DTYPE INIT DEPTH WIDTH BATCH NETWORKS"; the answer is one line, so that
 * whoever asks can alternate it with a peer. One thread; the first network of a shape is not counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gsl/gsl_errno.h>

#include "base/mem.h"
#include "net/implicit.h"
#include "net/pass.h"
#include "num/blas.h"
#include "num/philox.h"

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int set(NetSpec *spec, FieldId field, const char *word)
{
    FieldValue v;
    if (field_read(&fields[field], word, &v))
        return -1;
    field_set(spec, &fields[field], v);
    return 0;
}

static int answer(const char *engine_name, const char *dtype, const char *init, const char *depth, const char *width, const char *batch, int networks)
{
    NetSpec spec = {.input = {.kind = INPUT_GAUSSIAN, .identity = "gaussian"}};
    NetworkRow network;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        field_set(&spec, &fields[f], field_default(&fields[f]));
    if (set(&spec, FIELD_activation, "tanh") || set(&spec, FIELD_dtype, dtype) || set(&spec, FIELD_init, init) || set(&spec, FIELD_depth, depth) ||
        set(&spec, FIELD_width, width) || set(&spec, FIELD_batch, batch) || set(&spec, FIELD_sigma_b, "0.1") || spec_resolve(&spec))
        return -1;
    const Engine *engine = strcmp(engine_name, "dense") ? &implicit_engine : &dense_engine;
    Pass *pass = pass_alloc(pass_bytes(&spec, engine, true), philox_type, NULL);
    LayerRow *rows = mem_alloc((size_t)spec_layers(&spec) + 1, sizeof *rows);
    pass_run(pass, &spec, engine, (RngSource){1, 0}, rows, &network, NULL);
    const double start = cpu_seconds();
    for (int i = 1; i <= networks; i++)
        pass_run(pass, &spec, engine, (RngSource){1, (uint32_t)i}, rows, &network, NULL);
    printf("%.6g\n", 1e6 * (cpu_seconds() - start) / networks / (double)spec.depth);
    fflush(stdout);
    free(rows);
    pass_free(pass);
    return 0;
}

int main(void)
{
    char engine[16], dtype[16], init[32], depth[16], width[16], batch[16];
    int networks;
    gsl_set_error_handler_off();
    blas_one_thread();
    while (scanf("%15s %15s %31s %15s %15s %15s %d", engine, dtype, init, depth, width, batch, &networks) == 7)
        if (answer(engine, dtype, init, depth, width, batch, networks))
            return 2;
    return 0;
}
