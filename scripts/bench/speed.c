/* Speeds of the inner loops, for make bench: CPU nanoseconds per number, on one thread.
 * The one thing to know: each is the least of several rounds over a vector that stays in the cache.
 * Beside them GSL's normals and libm's functions. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include <gsl/gsl_randist.h>

#include "model/act.h"
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

static _Alignas(64) double x[N], y[N], out[N];
static _Alignas(64) float x4[N], y4[N], out4[N];
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
/* What fathom does not use: one number a call. */
#define EACH(expression)             \
    for (size_t i = 0; i < N; i++)   \
    out[i] = (expression)
static void gsl_ziggurat(void) { EACH(gsl_ran_gaussian_ziggurat(rng.gsl, 1)); }
static void gsl_box_muller(void) { EACH(gsl_ran_gaussian(rng.gsl, 1)); }
static void libm_tanh(void) { EACH(tanh(x[i])); }
static void libm_erf(void) { EACH(erf(x[i])); }
static void libm_exp(void) { EACH(exp(x[i])); }
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
    printf("%s,", name);
    if (isfinite(ns))
        printf("%.3f", ns);
    putchar(',');
    if (isfinite(nsf))
        printf("%.3f", nsf);
    putchar('\n');
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
    line("gsl ziggurat", gsl_ziggurat, NULL);
    line("gsl gaussian", gsl_box_muller, NULL);
    line("libm tanh", libm_tanh, NULL);
    line("libm erf", libm_erf, NULL);
    line("libm exp", libm_exp, NULL);
    line("to binary16", NULL, to_half);
    line("to bfloat16", NULL, to_bfloat);
    rng_done(&rng);
}

int main(void)
{
    table();
    return 0;
}
