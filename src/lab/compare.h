/* Compare: a run's measurement against theory, with the finite-width spread.
 * The one thing to know: |measured - predicted| must stay within the allowed bias plus a bound that all tests of a run together break
 * with probability COMPARE_ALARM where theory holds (Bonferroni). The standard error is the larger of theory's and the sample's own.
 * Where the logarithm's law is not exact, ln ‖·‖² may be off by 5 ℓ/(2 width): what mean-field theory misses, Hanin and Nica 2020. */
#ifndef LAB_COMPARE_H
#define LAB_COMPARE_H

#include "lab/forecast.h"

/* The chance that a run that follows theory is called a disagreement. */
#define COMPARE_ALARM 0.01

typedef struct {
    int64_t tests, disagreements, points, points_disagreeing, points_unpredicted;
    int64_t infinite;   /* cells that theory predicts and whose mean over networks is no number: gradients of exactly 0, or beyond the format */
    double limit;       /* |z| beyond which a row disagrees */
} Comparison;

/* Read DIR/run.json and DIR/summary.csv, append `point,layer,quantity,measured,predicted,se,z,verdict` rows to `out`.
 * `factor` multiplies theory's χ₁ (1; other values plant an error, for tests). 65, 66 after error(). */
int compare_run(const char *directory, double factor, Text *out, Comparison *result);

#endif
