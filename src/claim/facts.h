/* Facts: what a claim measured, each number with its interval and what was predicted.
 * The one thing to know: the intervals of one claim hold jointly: with m of them each is at level 1 - FACTS_ALPHA/m (Bonferroni), so a
 * verdict that compares all of them is wrong by chance at most once in 1/FACTS_ALPHA claims.
 * Means: Student's t. Shares: Clopper and Pearson 1934. Medians: order statistics (distribution free). */
#ifndef CLAIM_FACTS_H
#define CLAIM_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "claim/table.h"

#define FACTS_ALPHA 0.01

typedef enum { FACT_EXACT, FACT_MEAN, FACT_SHARE, FACT_MEDIAN } FactKind;

typedef struct {
    char *quantity;            /* "log10 of the gradient's factor a layer" */
    char *where;               /* "sigmoid glorot-normal depth=50": what to look it up by */
    double predicted;          /* NOT_GIVEN: nothing was */
    double measured, low, high;   /* the interval; equal to measured where it is exact */
    size_t n;                  /* networks, or trials; 0: exact */
    FactKind kind;
    double least, most;        /* where the quantity can be: the interval is cut to it */
    /* until facts_finish */
    double error;              /* standard error of a mean */
    size_t successes;
    double *sample;            /* of a median */
} Fact;

typedef struct {
    Fact *facts;
    size_t n;
    bool finished;
} Facts;

void facts_free(Facts *f);

/* A number without error: arithmetic, or one computation. */
void facts_exact(Facts *f, const char *quantity, const char *where, double predicted, double measured);

/* The mean of a sample, its median, and a share of trials. Fewer than two values give an interval of the whole line. */
void facts_mean(Facts *f, const char *quantity, const char *where, double predicted, const double *sample, size_t n);
void facts_median(Facts *f, const char *quantity, const char *where, double predicted, const double *sample, size_t n);
void facts_share(Facts *f, const char *quantity, const char *where, double predicted, size_t successes, size_t trials);

/* The quantity of the last fact cannot be elsewhere (a fraction: 0, 1). */
void facts_within(Facts *f, double least, double most);

/* Work out the intervals, once all are there. */
void facts_finish(Facts *f);

/* The fact of that quantity and place; BUG where there is none, or before facts_finish. */
const Fact *facts_find(const Facts *f, const char *quantity, const char *where);

/* The same, NULL where there is none: what only some runs measure (data that were not given). */
const Fact *facts_seek(const Facts *f, const char *quantity, const char *where);

/* What an interval says. Within a tolerance (0: none) of the predicted value; certainly above, below a number. */
bool fact_agrees(const Fact *fact, double tolerance);
bool fact_above(const Fact *fact, double x);
bool fact_below(const Fact *fact, double x);

/* facts.csv: quantity,where,predicted,measured,low,high,n. And back, finished; false where a column is not there. */
void facts_csv(Text *out, const Facts *f);
bool facts_table(Facts *f, const Table *t);

#endif
