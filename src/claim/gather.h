/* Gathering: from the rows of a run to facts.
 * The one thing to know: places and conditions are short texts made from numbers, so one list of axis values makes both. */
#ifndef CLAIM_GATHER_H
#define CLAIM_GATHER_H

#include "claim/claim.h"
#include "model/registry.h"

/* Clear, format, and return the text: for a condition or a place, until the next call on the same Text. */
const char *gather_words(Text *t, const char *format, ...) FORMAT(2, 3);

/* A column's number in the first row that matches; BUG where there is none. */
double gather_number(const Table *t, const char *column, const char *conditions);

/* The mean of a column over the rows that match. */
void gather_mean(Facts *out, const char *quantity, const char *where, double predicted, const Table *t, const char *column, const char *conditions);

/* The share of the rows that match `of` which match `conditions` too. */
void gather_share(Facts *out, const char *quantity, const char *where, double predicted, const Table *t, const char *conditions, const char *of);

/* Theory's log10(‖∂L/∂h⁰‖/‖∂L/∂h^L‖) from a run's summary.csv: what grad_ratio_log10 of networks.csv measures. */
double gather_theory_ratio(const Table *summary, const char *conditions, int depth);

/* Steps to a target, by network: log10 of how many, a network that did not reach it in the run's `steps` counted as if it had at the end.
 * Differences of such numbers are too small, never too large, whoever is slow. In the order of the rows; how many. */
size_t gather_log_steps(const Table *networks, const char *conditions, double steps, double *out);

#endif
