/* Batches.
 * The one thing to know: the stream of an epoch is opened by its number, so nothing need be remembered between steps. */
#include "net/batches.h"

#include <gsl/gsl_randist.h>

void samples_order(int64_t *order, int64_t n, RngSource source, int64_t epoch, Rng *rng)
{
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    rng_open(rng, source, epoch, USE_SHUFFLE);
    gsl_ran_shuffle(rng->gsl, order, (size_t)n, sizeof *order);
}

Batches batches_start(int64_t *order, int64_t rows, int64_t batch, RngSource source, Rng *rng)
{
    return (Batches){order, rows, batch, -1, source, rng};
}

int64_t batches_per_epoch(const Batches *b)
{
    return b->rows / b->batch;
}

const int64_t *batches_at(Batches *b, int64_t step)
{
    const int64_t epoch = step / batches_per_epoch(b);
    if (epoch != b->epoch) {
        samples_order(b->order, b->rows, b->source, epoch, b->rng);
        b->epoch = epoch;
    }
    return b->order + step % batches_per_epoch(b) * b->batch;
}
