/* For tests of the sampler: specifications from words, networks that run, and bounds for statistics.
 * The one thing to know: keys are fixed, so a statistical test gives the same answer for ever; its stated probability is that of an
 * unlucky key. Header only, so that every test program stays one file. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>

#include "base/mem.h"
#include "net/implicit.h"
#include "net/pass.h"
#include "num/blas.h"
#include "num/philox.h"

/* clang warns of every silent widening to long double. */
#define LONG(x) ((long double)(x))

#define KEY 0x2385A17F0C64E9B3ull

/* |got - wanted| ≤ tolerance, else say both. NaN is never near. */
#define NEAR(got, wanted, tolerance, ...)                                                                     \
    do {                                                                                                      \
        const double got_ = (double)(got), wanted_ = (double)(wanted), tolerance_ = (double)(tolerance);      \
        if (!(fabs(got_ - wanted_) <= tolerance_)) {                                                          \
            print_error(__VA_ARGS__);                                                                         \
            fail_msg(": got %.17g, wanted %.17g, off by %.3g, allowed %.3g", got_, wanted_, got_ - wanted_, tolerance_); \
        }                                                                                                     \
    } while (0)

/* "activation=tanh depth=3 width=5 batch=2": fields by name, the others at their defaults, resolved. */
static inline NetSpec support_spec_on(Input input, const char *list)
{
    char words[512];
    NetSpec spec = {.input = input};
    assert_true((size_t)snprintf(words, sizeof words, "%s", list) < sizeof words);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field_set(&spec, &fields[i], field_default(&fields[i]));
    for (char *rest, *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        size_t i = 0;
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value++ = '\0';
        while (i < FIELD_COUNT && strcmp(fields[i].name, word) != 0)
            i++;
        FieldValue read;
        assert_true(i < FIELD_COUNT);
        assert_int_equal(field_read(&fields[i], value, &read), 0);
        field_set(&spec, &fields[i], read);
    }
    assert_int_equal(spec_resolve(&spec), 0);
    if (init_of(spec.init)->sigmas_by_theory && isnan(spec.sigma_w)) {   /* theory would say; any law serves a test of the sampler */
        spec.init.row = registry_find(&inits, "lecun-normal");
        spec.sigma_b = isnan(spec.sigma_b) ? 0 : spec.sigma_b;
    }
    return spec;
}

static inline NetSpec support_spec(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline NetSpec support_spec(const char *format, ...)
{
    char words[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return support_spec_on((Input){.kind = INPUT_GAUSSIAN, .identity = "gaussian"}, words);
}

/* A network's results; rows[0 … spec_layers]. */
typedef struct {
    NetSpec spec;
    Pass *pass;
    LayerRow *rows;
    NetworkRow network;
    const Engine *engine;
} Net;

static inline Net net_open_engine(NetSpec spec, const Engine *engine, bool keep, const gsl_rng_type *generator, const Dataset *data)
{
    Net n = {.spec = spec, .engine = engine, .pass = pass_alloc(pass_bytes(&spec, engine, keep), generator, data)};
    n.rows = mem_alloc((size_t)spec_layers(&spec) + 1, sizeof *n.rows);
    return n;
}

static inline Net net_open_with(NetSpec spec, bool keep, const gsl_rng_type *generator, const Dataset *data)
{
    return net_open_engine(spec, &dense_engine, keep, generator, data);
}

static inline Net net_open(NetSpec spec)
{
    return net_open_with(spec, true, philox_type, NULL);
}

static inline void net_run(Net *n, uint32_t seed, const Tap *tap)
{
    pass_run(n->pass, &n->spec, n->engine, (RngSource){KEY, seed}, n->rows, &n->network, tap);
}

static inline double net_cell(const Net *n, int64_t layer, ColumnId column)
{
    assert_true(row_has(&n->rows[layer], column));
    return n->rows[layer].value[column];
}

static inline void net_close(Net *n)
{
    pass_free(n->pass);
    free(n->rows);
}

/* A running mean and variance. */
typedef struct {
    double n, mean, squares;
} Running;

static inline void running_add(Running *s, double x)
{
    const double step = x - s->mean;
    s->n += 1;
    s->mean += step / s->n;
    s->squares += step * (x - s->mean);
}

static inline double running_variance(const Running *s)
{
    return s->squares / (s->n - 1);
}

/* Kolmogorov and Smirnov's √n sup |F_n - F| of a sorted sample. P(> 2.8) = 2 e^(-2·2.8²) = 3.1e-7. */
static inline double kolmogorov(const double *sorted, size_t n, double (*cdf)(double))
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        const double f = cdf(sorted[i]), below = f - (double)i / (double)n, above = (double)(i + 1) / (double)n - f;
        most = fmax(most, fmax(below, above));
    }
    return most * sqrt((double)n);
}

static inline int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The longer statistics run when FATHOM_SLOW=1. */
static inline bool slow(void)
{
    const char *word = getenv("FATHOM_SLOW");
    return word && !strcmp(word, "1");
}

static inline int numbers_ready(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    blas_one_thread();
    return 0;
}

#endif
