/* Speeds of the inner loops, for make bench: CPU nanoseconds per number, on one thread.
 * The one thing to know: each is the least of several rounds over a vector that stays in the cache.
 * speed: a table of normals, activations and sums. speed ENGINE ACTIVATION DEPTH WIDTH BATCH NETWORKS: microseconds per layer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "net/implicit.h"
#include "net/pass.h"
#include "num/blas.h"
#include "num/dots.h"
#include "num/half.h"
#include "num/philox.h"
#include "num/reduce.h"
#include "num/rng.h"

enum { N = 1024, TIMES = 100, ROUNDS = 100, MOST_ROWS = 64 };

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double x[N], y[N], out[N];
static float x4[N], y4[N], out4[N];
static volatile double sink;
static Rng rng;
static const Activation *act;
static double parameter;

static void normals(void) { rng_normals(&rng, out, N, 1); }
static void uniforms(void) { rng_uniforms(&rng, out, N, 1); }
static void truncated(void) { rng_truncated(&rng, out, N, 1); }
static void values(void) { act->value(out, x, N, parameter); }
static void both(void) { act->both(out, y, x, N, parameter); }
static void total(void) { sink = sum(x, N); }
static void square(void) { sink = sum_squares(x, N); }
static void product(void) { sink = sum_products(x, out, N); }
static void deviation(void) { sink = sum_deviations(x, N, 0.1); }
static void two_sums(void) { sink = sums(x, N).squares; }
static void zeros(void) { sink = (double)count_zeros(x, N); }
static void below(void) { sink = (double)count_below(x, N, 0.05); }
static void most(void) { sink = extent(x, N).largest; }

static void normalsf(void) { rng_normalsf(&rng, out4, N, 1); }
static void uniformsf(void) { rng_uniformsf(&rng, out4, N, 1); }
static void truncatedf(void) { rng_truncatedf(&rng, out4, N, 1); }
static void valuesf(void) { act->valuef(out4, x4, N, parameter); }
static void bothf(void) { act->bothf(out4, y4, x4, N, parameter); }
static void totalf(void) { sink = sumf(x4, N); }
static void squaref(void) { sink = sum_squaresf(x4, N); }
static void productf(void) { sink = sum_productsf(x4, out4, N); }
static void deviationf(void) { sink = sum_deviationsf(x4, N, 0.1); }
static void two_sumsf(void) { sink = sumsf(x4, N).squares; }
static void zerosf(void) { sink = (double)count_zerosf(x4, N); }
static void belowf(void) { sink = (double)count_belowf(x4, N, 0.05); }
static void mostf(void) { sink = extentf(x4, N).largest; }
static void to_half(void) { half_round(x4, N); }
static void to_bfloat(void) { bfloat_round(x4, N); }

/* The shortest of many short rounds: what the CPU does when nothing else has it. */
static double nanoseconds(void (*work)(void))
{
    double least = HUGE_VAL;
    for (int round = 0; work && round < ROUNDS; round++) {
        const double start = cpu_seconds();
        for (int i = 0; i < TIMES; i++)
            work();
        least = fmin(least, cpu_seconds() - start);
    }
    return 1e9 * least / TIMES / N;
}

static void line(const char *name, void (*wide)(void), void (*narrow)(void))
{
    const double ns = nanoseconds(wide), nsf = nanoseconds(narrow);
    printf(isinf(ns) ? "%s,,%.3f\n" : "%s,%.3f,%.3f\n", name, isinf(ns) ? nsf : ns, nsf);
    fflush(stdout);
}

static void table(void)
{
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){1, 1}, 0, USE_INPUT);
    rng_normals(&rng, x, N, 1.2);
    for (size_t i = 0; i < N; i++)
        x4[i] = (float)x[i];
    puts("ns per number,float64,float32");
    line("normal", normals, normalsf);
    line("uniform", uniforms, uniformsf);
    line("truncated normal", truncated, truncatedf);
    line("sum", total, totalf);
    line("sum of squares", square, squaref);
    line("both sums", two_sums, two_sumsf);
    line("product", product, productf);
    line("deviations", deviation, deviationf);
    line("count zeros", zeros, zerosf);
    line("count below", below, belowf);
    line("extent", most, mostf);
    for (size_t i = 0; i < activations.count; i++) {
        act = (const Activation *)(const void *)registry_row(&activations, i);
        parameter = act->named.parameter ? act->named.standard : 0;
        line(act->named.name, act->both ? both : values, act->both ? bothf : valuesf);
    }
    line("to binary16", NULL, to_half);
    line("to bfloat16", NULL, to_bfloat);
    rng_done(&rng);
}

static double whole(const char *word)
{
    return strtod(word, NULL);
}

static int layers(char **argv)
{
    NetSpec spec = {.input = {.kind = INPUT_GAUSSIAN, .identity = "gaussian"}};
    NetworkRow network;
    FieldValue v;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        field_set(&spec, &fields[f], field_default(&fields[f]));
    if (field_read(&fields[FIELD_activation], argv[2], &v))
        return 2;
    spec.activation = v.choice;
    spec.sigma_w = 1;
    spec.sigma_b = 0.1;
    spec.depth = (int64_t)whole(argv[3]);
    spec.width = (int64_t)whole(argv[4]);
    spec.batch = (int64_t)whole(argv[5]);
    if (spec_resolve(&spec))
        return 2;
    blas_one_thread();
    const Engine *engine = strcmp(argv[1], "dense") ? &implicit_engine : &dense_engine;
    const int networks = (int)whole(argv[6]);
    Pass *pass = pass_alloc(pass_bytes(&spec, engine, true), philox_type, NULL);
    LayerRow *rows = mem_alloc((size_t)spec_layers(&spec) + 1, sizeof *rows);
    pass_run(pass, &spec, engine, (RngSource){1, 0}, rows, &network, NULL);
    const double start = cpu_seconds();
    for (int i = 1; i <= networks; i++)
        pass_run(pass, &spec, engine, (RngSource){1, (uint32_t)i}, rows, &network, NULL);
    printf("%.6g\n", 1e6 * (cpu_seconds() - start) / networks / (double)spec.depth);
    free(rows);
    pass_free(pass);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 7)
        return layers(argv);
    table();
    return 0;
}
