/* Outputs: what trained networks say on the test part, and how far their probabilities can be trusted.
 * The one thing to know: a network of a run is trained once more (again.h) and sent forward here, in double; the metrics take plain arrays, so
 * that a test can feed them what it likes.
 * Brier 1950; calibration: Naeini, Cooper and Hauskrecht 2015, Guo et al. 2017. */
#ifndef CLAIM_OUTPUTS_H
#define CLAIM_OUTPUTS_H

#include "claim/again.h"

/* n rows of k numbers: what the head makes of the readout, and the targets (classes one-hot). */
typedef struct {
    double *p, *t;
    size_t n, k;
} Outputs;

/* Of one network, whose activation is elementwise and does not learn; to be freed. */
void outputs_of(Outputs *out, const Again *a, const NetSpec *spec, uint32_t seed);
void outputs_free(Outputs *o);

/* Mean of (p - t)² over rows and numbers: of probabilities Brier's score, of real targets the mean squared error. */
double outputs_squares(const Outputs *o);

/* Expected calibration error, 15 bins of equal width, p cut to [0, 1]: how far, on average, p lies from the frequency of what it is the
 * probability of. For classes the largest p of a row against whether it is right; else every p against its t. */
double outputs_calibration(const Outputs *o, bool classes);

#endif
