/* The store: a run's directory, in which every file is always a prefix of the final one.
 * The one thing to know: (1) data files are a header and whole networks in grid order; (2) a network is committed by one append,
 * synced every few seconds and at the end, and a torn tail is cut at open; (3) run.json is in place before the first row and never
 * contradicts the data; (4) data hold only what run.json determines; (5) the merge of N shards equals the unsharded run. */
#ifndef LAB_STORE_H
#define LAB_STORE_H

#include "base/file.h"
#include "lab/experiment.h"
#include "lab/files.h"
#include "lab/manifest.h"

/* The points of one shard: point(k) = index - 1 + k · count, k < points. */
typedef struct {
    const Experiment *experiment;
    Shard shard;
    int64_t points;
    int64_t seeds;
} Plan;

Plan plan_of(const Experiment *e, Shard shard);
int64_t plan_point(const Plan *plan, int64_t k);

typedef struct {
    Plan plan;
    const char *directory;      /* NULL: standard output */
    int lock;
    Appender files[FILE_COUNT]; /* fd -1: not written */
    int64_t committed;          /* networks that are in the files */
    double synced;
} Store;

/* Make or resume the directory. 2 where it holds another specification (unless `force`, which removes fathom's own files),
 * 73, 74, 75. `committed` then says where to go on; with --no-raw it is a multiple of the number of seeds. */
int store_open(Store *s, const Experiment *e, Shard shard, const char *directory, bool force);

/* A store that is not open: store_close does nothing. */
Store store_shut(void);

/* Only layers.csv (steps.csv of training), to standard output; nothing is resumed. */
int store_open_stdout(Store *s, const Experiment *e, Shard shard);

/* Append one network's text of every file, and after the last seed of a point its summary ("" otherwise). 74. */
int store_commit(Store *s, const Text texts[FILE_COUNT]);

int store_close(Store *s);

/* The rows of layers.csv for the networks [from, committed): calls `row` with each row's network, its place among the kept layers,
 * and its summarised columns. 65 where the file is not what run.json says. */
int store_reload(const Store *s, int64_t from, void (*row)(void *context, int64_t network, int64_t place, const double *values), void *context);

/* "layers.csv" and its kin below a directory. */
void store_path(Text *out, const char *directory, const char *name);

#endif
