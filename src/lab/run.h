/* Running an experiment: every network worked out, measured and stored.
 * The one thing to know: workers compute and format, the calling thread appends in grid order; nothing else writes. What a network's work is,
 * a sample or a training, is a row of two functions (lab/sample, lab/course). */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include "lab/estimate.h"
#include "net/histogram.h"

typedef struct {
    const Experiment *experiment;
    Shard shard;
    const char *directory;     /* NULL: layers.csv (steps.csv) to standard output */
    const char *progress;      /* auto, always, never */
    const char *label;         /* of a larger work that this is a part of, which says itself what is complete and how to go on; or NULL */
    Cost cost;
    bool force, quiet;
} Job;

/* 0 when complete or interrupted by a signal (whole networks are kept), -1 after error(). */
int run_job(const Job *job);

/* A network's result, waiting for its turn. */
typedef struct {
    Text texts[FILE_COUNT];
    double *values;            /* what summary.csv describes, row by row of layers.csv; NULL where there is no summary */
    double *next;              /* where the next row's values go */
} Result;

/* One network's layers, after `step` updates (0 in a sweep): to layers.csv where it is written, and to the summary's values; and what was
 * counted of them (NULL: nothing) to histograms.csv. */
void run_put_layers(const Job *job, Result *out, const NetSpec *spec, uint32_t seed, int64_t step, const LayerRow *rows, const Histograms *counted);

/* Histograms for a worker of this job; NULL where it asks for none. */
Histograms *run_histograms(const Job *job);

/* A worker, one a thread: what it allocates once, and one network's work. */
typedef struct {
    void *(*open)(const Job *job);
    void (*close)(void *worker);
    void (*work)(void *worker, const NetSpec *spec, RngSource source, Result *out);
} Trade;

extern const Trade sample_trade, course_trade;

#endif
