/* A sweep: every network of an experiment sampled, measured and stored.
 * The one thing to know: workers sample and format, the calling thread appends in grid order; nothing else writes. */
#ifndef LAB_SWEEP_H
#define LAB_SWEEP_H

#include "lab/estimate.h"

typedef struct {
    const Experiment *experiment;
    Shard shard;
    const char *directory;     /* NULL: layers.csv to standard output */
    const char *progress;      /* auto, always, never */
    int argc;                  /* the command line, for host.json */
    char *const *argv;
    Cost cost;
    bool force, quiet;
} SweepJob;

/* 0 when complete or interrupted by a signal (whole networks are kept), -1 after error(). */
int sweep_run(const SweepJob *job);

#endif
