/* Picks: what claims take out of their runs' tables, as facts; gather.h has what needs words of its own for its place.
 * The one thing to know: the place of a fact is the very condition that picked its rows ("activation=tanh depth=10"), so that a reader of
 * facts.csv finds them, and a judge needs no names of its own. */
#ifndef CLAIM_PICK_H
#define CLAIM_PICK_H

#include "base/err.h"
#include "claim/claim.h"

/* A place, as by printf; it lives to the end of the expression: facts_find(f, RATE, place("depth=%d", 10).text). */
typedef struct {
    char text[160];
} Place;
Place place(const char *format, ...) FORMAT(1, 2);

/* The mean of a column over the rows at a place, times `factor`. */
void pick_mean(Facts *out, const char *quantity, double predicted, const Table *t, const char *column, double factor, const char *where);

/* `where`, and of the values that `axis` has there the one with the least mean of `column` ("… lr=0.003"); a network without that number
 * makes its value the last choice. `where` itself, where the table has no such axis. */
Place pick_best(const Table *t, const char *axis, const char *column, const char *where);

/* A statistic of groups as a sample: f of all groups but the i-th, blown up to pseudo-values, whose mean is the jackknife's estimate and
 * whose standard error is its error. Tukey 1958. out and use: n of each; f may say NOT_GIVEN. */
void pick_jackknife(double *out, size_t n, double (*f)(const void *context, const bool *use), const void *context, bool *use);

#endif
