/* Picks.
 * The one thing to know: samples are as long as a table has rows, and are freed here.
 * Jackknife: Tukey 1958; Efron and Tibshirani 1993, chapter 11. */
#include "claim/pick.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/registry.h"

Place place(const char *format, ...)
{
    Place p;
    va_list args;
    va_start(args, format);
    vsnprintf(p.text, sizeof p.text, format, args);
    va_end(args);
    return p;
}

static double *sample_of(const Table *t, const char *column, const char *where, size_t *n)
{
    double *sample = mem_doubles(table_rows(t) + 1);
    *n = table_numbers(t, column, where, sample);
    return sample;
}

void pick_mean(Facts *out, const char *quantity, double predicted, const Table *t, const char *column, double factor, const char *where)
{
    size_t n;
    double *sample = sample_of(t, column, where, &n);
    for (size_t i = 0; i < n; i++)
        sample[i] *= factor;
    facts_mean(out, quantity, where, predicted, sample, n);
    free(sample);
}

/* NaN where a network has no such number. */
static double mean_of_all(const Table *t, const char *column, const char *where)
{
    size_t n;
    double *sample = sample_of(t, column, where, &n);
    const double mean = n && n == table_count(t, where) ? gsl_stats_mean(sample, 1, n) : NOT_GIVEN;
    free(sample);
    return mean;
}

Place pick_best(const Table *t, const char *axis, const char *column, const char *where)
{
    enum { MOST = 16 };
    const char *values[MOST];
    const size_t n = table_has(t, axis) ? table_distinct(t, axis, where, values, MOST) : 0;
    Place best = place("%s", where);
    double least = HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        const Place here = place("%s %s=%s", where, axis, values[i]);
        const double mean = mean_of_all(t, column, here.text);
        if (i == 0 || mean < least)
            best = here;
        if (mean < least)
            least = mean;
    }
    return best;
}

void pick_jackknife(double *out, size_t n, double (*f)(const void *context, const bool *use), const void *context, bool *use)
{
    for (size_t i = 0; i < n; i++)
        use[i] = true;
    const double all = f(context, use), count = (double)n;
    for (size_t i = 0; i < n; i++) {
        use[i] = false;
        out[i] = count * all - (count - 1) * f(context, use);
        use[i] = true;
    }
}
