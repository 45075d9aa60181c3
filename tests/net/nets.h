/* For tests of networks: a specification from words, and an engine run on it.
 * The one thing to know: net_spec("activation=tanh width=12 ...") starts from every field's default and resolves.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_NETS_H
#define TESTS_NETS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/spec.h"
#include "net/implicit.h"
#include "net/pass.h"
#include "num/blas.h"
#include "num/philox.h"

static inline void assert_near(double x, double y, double tolerance)
{
    if (!(fabs(x - y) <= tolerance))
        fail_msg("%.17g is not %.17g within %g", x, y, tolerance);
}

static inline NetSpec net_spec(const char *words)
{
    NetSpec spec = {.input = {.kind = INPUT_GAUSSIAN, .identity = "gaussian"}};
    char copy[512], *rest = copy;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        field_set(&spec, &fields[f], field_default(&fields[f]));
    assert_true((size_t)snprintf(copy, sizeof copy, "%s", words) < sizeof copy);
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        char *value = strchr(word, '=');
        bool found = false;
        assert_non_null(value);
        *value++ = '\0';
        for (size_t f = 0; f < FIELD_COUNT; f++)
            if (!strcmp(fields[f].name, word)) {
                FieldValue v;
                assert_int_equal(field_read(&fields[f], value, &v), 0);
                field_set(&spec, &fields[f], v);
                found = true;
            }
        if (!found)
            fail_msg("no field '%s'", word);
    }
    assert_int_equal(spec_resolve(&spec), 0);
    return spec;
}

/* A network's results in hand. */
typedef struct {
    NetSpec spec;
    const Engine *engine;
    Pass *pass;
    LayerRow *rows;
    NetworkRow network;
    int64_t count;   /* of rows: layers 0 … */
} Net;

static inline Net net_open(const char *words, const Engine *engine)
{
    Net net = {.spec = net_spec(words), .engine = engine};
    blas_one_thread();
    net.count = spec_layers(&net.spec) + 1;
    net.pass = pass_alloc(pass_bytes(&net.spec, engine, true), philox_type, NULL);
    net.rows = mem_alloc((size_t)net.count, sizeof *net.rows);
    return net;
}

static inline void net_close(Net *net)
{
    pass_free(net->pass);
    free(net->rows);
}

/* Engines get keys of their own: samples to be compared must be independent, inputs included. */
static inline void net_run(Net *net, uint64_t key, uint32_t replicate, const Tap *tap)
{
    pass_run(net->pass, &net->spec, net->engine, (RngSource){key, replicate}, net->rows, &net->network, tap);
}

#endif
