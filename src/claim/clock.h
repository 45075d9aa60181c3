/* The clock: what an activation costs, on this machine.
 * The one thing to know: nanoseconds never repeat, so they go to timing.csv, which is read back where it is there; what enters a claim are
 * statements that repeat: who costs more in how many of the paired trials, and at least or at most how many times as much, by a coarse ladder.
 * A trial times all contenders in turns, several rounds, and keeps the least time of each: what other processes take is dropped. */
#ifndef CLAIM_CLOCK_H
#define CLAIM_CLOCK_H

#include "claim/claim.h"

/* What is timed, per element: φ(z) and φ'(z) alone and together; and with the product of a layer of 256 units on 32 samples before them. */
typedef enum { CLOCK_VALUE, CLOCK_SLOPE, CLOCK_BOTH, CLOCK_LAYER, CLOCK_COUNT } ClockWhat;

const char *clock_name(ClockWhat what);

/* Time the activations (names, the first is what others are held against) in double; NULL after error(): 66, 65, 73, 74. To be closed. Columns of the
 * table: activation, what, trial, nanoseconds. */
Table *clock_table(const ClaimCase *c, const char *const *names, size_t n);

/* How the median of the trials' ratios stands on a ladder of 1, 1.5, 3, 8, 20, 50: the largest step it reaches ("at least so many times as much", 0:
 * less than once) and the smallest it stays below. */
typedef struct {
    size_t dearer, trials;   /* trials in which it cost more than the first */
    double at_least, below;
} ClockRatio;

ClockRatio clock_ratio(const Table *t, const char *activation, const char *first, ClockWhat what);

#endif
