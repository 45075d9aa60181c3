/* The manifest: run.json, what a run is; and host.json, where and when it ran.
 * The one thing to know: run.json is in place before the first row, repeats the run (`--from`), and never contradicts the data.
 * Schema: the names and meaning of columns and files; numerics: the bytes that a specification gives. */
#ifndef LAB_MANIFEST_H
#define LAB_MANIFEST_H

#include <stdbool.h>

#include "lab/experiment.h"

/* Shard I of N; {1, 1} is the whole. */
typedef struct {
    int64_t index, count;
} Shard;

/* run.json's text. */
void manifest_text(Text *out, const Experiment *e, Shard shard);

/* Compare with the run.json at `path`: 1 where it describes the same run, 0 where another (`why` says what differs),
 * -1 after error() 65 where it cannot be read. */
int manifest_same(const char *path, const Experiment *e, Shard shard, Text *why);

typedef struct Manifest Manifest;

/* Open a run.json; NULL after error() 65, 66. What it says can be used until it is closed. */
Manifest *manifest_open(const char *path);
void manifest_close(Manifest *m);

/* Read the experiment that the manifest describes; what `words` already holds takes its place. 65 where the file holds what this
 * fathom would have to pass over, or where the data file is not the one the run had; and experiment_read's failures. */
int manifest_experiment(Manifest *m, Words *words, Experiment *e);

bool manifest_trains(const Manifest *m);     /* a run of train, not of sweep */
Shard manifest_shard(const Manifest *m);   /* {0, 0} where it is not one */
const char *manifest_hash(const Manifest *m);

/* host.json: command line (words with a NUL after each), host, versions, CPU, threads, times. */
void manifest_host(Text *out, const Text *command_line, int threads, double seconds);

#endif
