/* A data set: rows of numbers that a network's first layer is fed, standardised.
 * The one thing to know: it is read once, never changes, and any number of workers may read rows of it at a time.
 * IDX as one population (all pixels alike), CSV column by column; the population variance, divisor n, becomes 1. */
#ifndef NET_DATASET_H
#define NET_DATASET_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "model/spec.h"

typedef struct Dataset Dataset;

/* Read the file of an `idx` or `csv` input, and fill its identity ("idx:9a3f00c1", the CRC-32 of the uncompressed content),
 * rows and width. NULL after error(): 66 where there is no file, 65 where it is not what it should be. */
Dataset *dataset_open(Input *input);
void dataset_close(Dataset *d);

int64_t dataset_rows(const Dataset *d);
int64_t dataset_width(const Dataset *d);

/* One row: width values. The set (IDX) or the column (CSV) has mean 0 and variance 1, or is all 0 where it is constant. */
void dataset_row(const Dataset *d, int64_t row, double *x);

/* Draw `batch` different rows: every ordered choice is as likely as any other. 2·batch numbers of `rng` and no memory beyond
 * `rows`, which receives the choice; batch ≤ dataset_rows. */
void dataset_sample(const Dataset *d, gsl_rng *rng, int64_t batch, int64_t *rows);

/* The rows so chosen: x is batch × width. */
void dataset_batch(const Dataset *d, const int64_t *rows, int64_t batch, double *x);

#endif
