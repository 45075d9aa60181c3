/* Facts and their intervals.
 * The one thing to know: an infinite or undefined value makes its interval the whole line, so that nothing can be concluded from it.
 * Clopper and Pearson 1934; order statistics for medians: David and Nagaraja 2003, section 7.1. */
#include "claim/facts.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lab/record.h"
#include "model/registry.h"

void facts_free(Facts *f)
{
    for (size_t i = 0; i < f->n; i++) {
        free(f->facts[i].quantity);
        free(f->facts[i].where);
        free(f->facts[i].sample);
    }
    free(f->facts);
    *f = (Facts){0};
}

static Fact *add(Facts *f, FactKind kind, const char *quantity, const char *where, double predicted)
{
    if (f->finished)
        BUG("a fact after facts_finish");
    f->facts = mem_resize(f->facts, f->n + 1, sizeof *f->facts);
    Fact *fact = &f->facts[f->n++];
    *fact = (Fact){.quantity = mem_string(quantity), .where = mem_string(where), .predicted = predicted, .kind = kind, .least = -HUGE_VAL, .most = HUGE_VAL};
    return fact;
}

void facts_exact(Facts *f, const char *quantity, const char *where, double predicted, double measured)
{
    add(f, FACT_EXACT, quantity, where, predicted)->measured = measured;
}

void facts_mean(Facts *f, const char *quantity, const char *where, double predicted, const double *sample, size_t n)
{
    Fact *fact = add(f, FACT_MEAN, quantity, where, predicted);
    fact->n = n;
    fact->measured = n ? gsl_stats_mean(sample, 1, n) : NOT_GIVEN;
    fact->error = n > 1 ? gsl_stats_sd(sample, 1, n) / sqrt((double)n) : HUGE_VAL;
}

void facts_median(Facts *f, const char *quantity, const char *where, double predicted, const double *sample, size_t n)
{
    Fact *fact = add(f, FACT_MEDIAN, quantity, where, predicted);
    fact->n = n;
    fact->sample = mem_doubles(n + 1);
    memcpy(fact->sample, sample, n * sizeof *sample);
    gsl_sort(fact->sample, 1, n);
    fact->measured = n ? gsl_stats_median_from_sorted_data(fact->sample, 1, n) : NOT_GIVEN;
}

void facts_share(Facts *f, const char *quantity, const char *where, double predicted, size_t successes, size_t trials)
{
    Fact *fact = add(f, FACT_SHARE, quantity, where, predicted);
    fact->n = trials;
    fact->successes = successes;
    fact->measured = trials ? (double)successes / (double)trials : NOT_GIVEN;
}

void facts_within(Facts *f, double least, double most)
{
    f->facts[f->n - 1].least = least;
    f->facts[f->n - 1].most = most;
}

static void finish_mean(Fact *fact, double alpha)
{
    const double half = isfinite(fact->error) && isfinite(fact->measured) ? fact->error * gsl_cdf_tdist_Qinv(alpha / 2, (double)fact->n - 1) : HUGE_VAL;
    fact->low = fmax(fact->measured - half, fact->least);
    fact->high = fmin(fact->measured + half, fact->most);
}

static void finish_share(Fact *fact, double alpha)
{
    const double k = (double)fact->successes, n = (double)fact->n;
    fact->low = k > 0 ? gsl_cdf_beta_Pinv(alpha / 2, k, n - k + 1) : 0;
    fact->high = k < n ? gsl_cdf_beta_Pinv(1 - alpha / 2, k + 1, n - k) : 1;
}

/* [x_(r), x_(n+1-r)] with the largest r for which P(Bin(n, 1/2) < r) ≤ α/2; the whole line where even the extremes are not enough. */
static void finish_median(Fact *fact, double alpha)
{
    const size_t n = fact->n;
    size_t r = 0;
    while (r < n / 2 && gsl_cdf_binomial_P((unsigned)r, 0.5, (unsigned)n) <= alpha / 2)
        r++;
    fact->low = r ? fact->sample[r - 1] : -HUGE_VAL;
    fact->high = r ? fact->sample[n - r] : HUGE_VAL;
}

/* To what facts.csv prints, so that verdict and report are functions of the file. */
static void round_as_printed(Fact *fact)
{
    double *const numbers[] = {&fact->predicted, &fact->measured, &fact->low, &fact->high};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = text_measured_value(*numbers[i]);
}

void facts_finish(Facts *f)
{
    size_t intervals = 0;
    for (size_t i = 0; i < f->n; i++)
        intervals += f->facts[i].kind != FACT_EXACT;
    const double alpha = FACTS_ALPHA / (intervals ? (double)intervals : 1);
    for (size_t i = 0; i < f->n; i++) {
        Fact *fact = &f->facts[i];
        if (fact->kind == FACT_EXACT)
            fact->low = fact->high = fact->measured;
        else if (fact->kind == FACT_MEAN)
            finish_mean(fact, alpha);
        else if (fact->kind == FACT_SHARE)
            finish_share(fact, alpha);
        else
            finish_median(fact, alpha);
        if (isnan(fact->measured) || isnan(fact->low) || isnan(fact->high)) {
            fact->low = -HUGE_VAL;
            fact->high = HUGE_VAL;
        }
        round_as_printed(fact);
    }
    f->finished = true;
}

const Fact *facts_seek(const Facts *f, const char *quantity, const char *where)
{
    if (!f->finished)
        BUG("a fact before its interval is known");
    for (size_t i = 0; i < f->n; i++)
        if (!strcmp(f->facts[i].quantity, quantity) && !strcmp(f->facts[i].where, where))
            return &f->facts[i];
    return NULL;
}

const Fact *facts_find(const Facts *f, const char *quantity, const char *where)
{
    const Fact *fact = facts_seek(f, quantity, where);
    if (!fact)
        BUG("a fact that was not measured");
    return fact;
}

bool fact_agrees(const Fact *fact, double tolerance)
{
    return fact->low - tolerance <= fact->predicted && fact->predicted <= fact->high + tolerance;
}

bool fact_above(const Fact *fact, double x)
{
    return fact->low > x;
}

bool fact_below(const Fact *fact, double x)
{
    return fact->high < x;
}

static void put_quoted(Text *out, const char *s)
{
    text_char(out, '"');
    for (; *s; s++)
        text_format(out, *s == '"' ? "\"\"" : "%c", *s);
    text_char(out, '"');
}

void facts_csv(Text *out, const Facts *f)
{
    text_string(out, "quantity,where,predicted,measured,low,high,n\n");
    for (size_t i = 0; i < f->n; i++) {
        const Fact *fact = &f->facts[i];
        put_quoted(out, fact->quantity);
        text_char(out, ',');
        put_quoted(out, fact->where);
        record_cell(out, fact->predicted);
        record_cell(out, fact->measured);
        record_cell(out, fact->low);
        record_cell(out, fact->high);
        text_format(out, ",%zu\n", fact->n);
    }
}

bool facts_table(Facts *f, const Table *t)
{
    static const char *const wanted[] = {"quantity", "where", "predicted", "measured", "low", "high", "n"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!table_has(t, wanted[i]))
            return false;
    for (size_t row = 0; row < table_rows(t); row++) {
        Fact *fact = add(f, FACT_MEAN, table_text(t, row, "quantity"), table_text(t, row, "where"), table_number(t, row, "predicted"));
        fact->measured = table_number(t, row, "measured");
        fact->low = table_number(t, row, "low");
        fact->high = table_number(t, row, "high");
        const double n = table_number(t, row, "n");
        fact->n = n > 0 ? (size_t)n : 0;
        if (fact->n == 0 && !(fact->low < fact->high))
            fact->kind = FACT_EXACT;
    }
    f->finished = true;
    return true;
}
