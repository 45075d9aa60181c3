/* Merge: shards to the run they are shares of, byte for byte.
 * The one thing to know: lines are copied, nothing is computed; the result goes through the same store as a run, so it resumes too. */
#ifndef LAB_MERGE_H
#define LAB_MERGE_H

#include <stddef.h>

#include "lab/experiment.h"

/* `parts`: directories, each a complete shard of one run, in any order. 2 where they do not belong together, 65 where one is not
 * what its run.json says, 75 where shards are missing or not finished (the message has them as a list for --array=). */
int merge_run(const char *const *parts, size_t n, const char *directory, bool force);

#endif
