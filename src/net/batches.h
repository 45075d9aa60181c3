/* Batches: which training rows a step looks at.
 * The one thing to know: a step's rows are a function of (stream, step) alone; any step can be asked for, going forward is cheapest.
 * Every epoch is a fresh uniform shuffle of all rows (Fisher and Yates 1938); a last short batch is dropped. */
#ifndef NET_BATCHES_H
#define NET_BATCHES_H

#include <stdint.h>

#include "num/rng.h"

typedef struct {
    int64_t *order;          /* `rows` indices: the shuffle of `epoch` */
    int64_t rows, batch, epoch;
    RngSource source;
    Rng *rng;
} Batches;

/* `order` has room for `rows` numbers; batch ≤ rows. */
Batches batches_start(int64_t *order, int64_t rows, int64_t batch, RngSource source, Rng *rng);

/* Batches an epoch: ⌊rows/batch⌋. */
int64_t batches_per_epoch(const Batches *b);

/* The rows of step 0, 1, …: `batch` indices, until the next call. */
const int64_t *batches_at(Batches *b, int64_t step);

/* The shuffle of an epoch, from the stream (source, epoch, USE_SHUFFLE). */
void samples_order(int64_t *order, int64_t n, RngSource source, int64_t epoch, Rng *rng);

#endif
