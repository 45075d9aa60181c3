/* Timing activations.
 * The one thing to know: inputs are N(0, 1), 8192 of them, so that they stay in cache; each time is of a few microseconds, less than other
 * processes are let in between. */
#include "claim/clock.h"

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "claim/gather.h"
#include "model/act.h"
#include "num/blas.h"
#include "num/philox.h"
#include "num/rng.h"

enum { ELEMENTS = 8192, UNITS = 256, SAMPLES = 32, TRIALS = 40, ROUNDS = 15, MOST = 8 };

/* Coarse, so that the step a ratio is on repeats. */
static const double ladder[] = {1, 1.5, 3, 8, 20, 50};
enum { RUNGS = sizeof ladder / sizeof *ladder };

const char *clock_name(ClockWhat what)
{
    static const char *const names[CLOCK_COUNT] = {"value", "slope", "value and slope", "layer"};
    return names[what];
}

typedef struct {
    double *z, *h, *d, *x, *w;
} Bench;

static void work(const Bench *b, Choice choice, ClockWhat what)
{
    const Activation *a = activation_of(choice);
    if (what == CLOCK_VALUE)
        a->value(b->h, b->z, ELEMENTS, choice.parameter);
    else if (what == CLOCK_SLOPE)
        a->slope(b->d, b->z, ELEMENTS, choice.parameter);
    else if (what == CLOCK_BOTH)
        a->both(b->h, b->d, b->z, ELEMENTS, choice.parameter);
    else {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, SAMPLES, UNITS, UNITS, 1, b->x, UNITS, b->w, UNITS, 0, b->z, UNITS);
        a->both(b->h, b->d, b->z, (size_t)SAMPLES * UNITS, choice.parameter);
    }
}

static double nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* The least time of each contender over ROUNDS rounds, an element. */
static void trial(const Bench *b, const Choice *choices, size_t n, ClockWhat what, double *least)
{
    for (size_t i = 0; i < n; i++)
        least[i] = HUGE_VAL;
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++) {
            const double start = nanoseconds();
            work(b, choices[i], what);
            least[i] = fmin(least[i], (nanoseconds() - start) / ELEMENTS);
        }
}

static void run_trials(Text *csv, const char *const *names, const Choice *choices, size_t n)
{
    Rng rng;
    double *memory = mem_doubles(3 * ELEMENTS + SAMPLES * UNITS + UNITS * UNITS), least[MOST];
    const Bench b = {memory, memory + ELEMENTS, memory + 2 * ELEMENTS, memory + 3 * ELEMENTS, memory + 3 * ELEMENTS + SAMPLES * UNITS};
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){0x7C, 0}, 0, USE_INPUT);
    rng_normals(&rng, b.z, ELEMENTS, 1);
    rng_normals(&rng, b.x, SAMPLES * UNITS, 1);
    rng_normals(&rng, b.w, UNITS * UNITS, 1 / sqrt(UNITS));
    rng_done(&rng);
    blas_one_thread();
    text_string(csv, "activation,what,trial,nanoseconds\n");
    for (ClockWhat what = 0; what < CLOCK_COUNT; what++) {
        trial(&b, choices, n, what, least);   /* caches and frequencies settle */
        for (int t = 0; t < TRIALS; t++) {
            trial(&b, choices, n, what, least);
            for (size_t i = 0; i < n; i++)
                text_format(csv, "%s,%s,%d,%.4g\n", names[i], clock_name(what), t, least[i]);
        }
    }
    free(memory);
}

static int make(const ClaimCase *c, const char *path, const char *const *names, size_t n)
{
    Choice choices[MOST];
    Text csv = {0};
    for (size_t i = 0; i < n; i++)
        if (registry_choose(&activations, names[i], &choices[i]))
            return -1;
    run_trials(&csv, names, choices, n);
    int result = file_make_directory(c->directory);
    if (result == 0)
        result = file_replace(path, text_str(&csv), csv.length);
    text_free(&csv);
    return result;
}

Table *clock_table(const ClaimCase *c, const char *const *names, size_t n)
{
    Text path = {0};
    if (n > MOST)
        BUG("more contenders than the clock has hands");
    text_format(&path, "%s/timing.csv", c->directory);
    const int failed = !file_exists(text_str(&path)) && make(c, text_str(&path), names, n);
    text_free(&path);
    return failed ? NULL : table_open(c->directory, "timing.csv");
}

/* Spaces separate conditions, so "value and slope" is looked for by hand. */
static size_t times(const Table *t, const char *activation, ClockWhat what, double *out)
{
    size_t n = 0;
    Text where = {0};
    gather_words(&where, "activation=%s", activation);
    for (size_t row = 0; row < table_rows(t); row++)
        if (table_matches(t, row, text_str(&where)) && !strcmp(table_text(t, row, "what"), clock_name(what)))
            out[n++] = table_number(t, row, "nanoseconds");
    text_free(&where);
    return n;
}

ClockRatio clock_ratio(const Table *t, const char *activation, const char *first, ClockWhat what)
{
    double *own = mem_doubles(2 * table_rows(t) + 2), *others = own + table_rows(t) + 1;
    ClockRatio r = {.trials = times(t, activation, what, own), .below = HUGE_VAL};
    if (times(t, first, what, others) != r.trials || !r.trials)
        BUG("trials that are not in pairs");
    for (size_t i = 0; i < r.trials; i++) {
        r.dearer += own[i] > others[i];
        own[i] /= others[i];
    }
    gsl_sort(own, 1, r.trials);
    const double median = gsl_stats_median_from_sorted_data(own, 1, r.trials);
    for (size_t i = 0; i < RUNGS; i++) {
        if (median >= ladder[i])
            r.at_least = ladder[i];
        if (median < ladder[i] && isinf(r.below))
            r.below = ladder[i];
    }
    free(own);
    return r;
}
