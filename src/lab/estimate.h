/* Estimates: what a run will cost, before it starts.
 * The one thing to know: memory is what will be allocated and touched, computed by the code that allocates it; time is a guess
 * from a few milliseconds of measured speed. */
#ifndef LAB_ESTIMATE_H
#define LAB_ESTIMATE_H

#include "lab/store.h"
#include "net/train.h"

typedef struct {
    int64_t networks, rows;
    double file_bytes;      /* of layers.csv, networks.csv and summary.csv */
    double flop;
    double memory;          /* peak resident bytes of the whole process */
    double pass_bytes;      /* of one worker's workspace */
    TrainerSize trainer;    /* the same in training */
    double most_steps;      /* bytes of one network's rows of steps.csv */
    int64_t most_rows;      /* of one network, all layers */
    int64_t most_kept;      /* of one network, those written, at all snapshots */
    int threads;            /* that fit into memory */
    int slots;
} Cost;

/* 71 after error() where not even one thread fits into this machine's memory. `stored`: there is a directory, and so a summary. */
int estimate_run(Cost *out, const Experiment *e, Shard shard, int threads, bool stored);

/* Seconds for `flop` on `threads` threads. */
double estimate_seconds(double flop, int threads);

#endif
