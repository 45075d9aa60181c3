/* A data set: rows of numbers that a network's first layer is fed, standardised.
 * The one thing to know: IDX stays as bytes and is standardised as it is read; CSV is standardised once, in place.
 * Sampling without replacement: R. Floyd, in Bentley and Floyd, "A sample of brilliance", CACM 30 (1987). */
#include "net/dataset.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/err.h"
#include "base/mem.h"
#include "net/idx.h"
#include "net/scale.h"
#include "net/table.h"

struct Dataset {
    Idx idx;         /* idx: as read, standardised row by row */
    Scale scale;
    Table table;     /* csv: standardised */
    int64_t rows, width;
};

static int open_idx(Dataset *d, Input *input)
{
    if (idx_read(input->path, &d->idx))
        return -1;
    d->rows = d->idx.rows;
    d->width = d->idx.width;
    snprintf(input->identity, sizeof input->identity, "idx:%08x", (unsigned)d->idx.crc);
    if (idx_check_finite(&d->idx, input->path))
        return -1;
    d->scale = idx_scale(&d->idx, NULL, d->rows);
    return 0;
}

static int open_csv(Dataset *d, Input *input)
{
    if (table_read(input->path, TASK_NONE, &d->table))
        return -1;
    d->rows = d->table.rows;
    d->width = d->table.width;
    snprintf(input->identity, sizeof input->identity, "csv:%08x", (unsigned)d->table.crc);
    scale_columns(d->table.x, (size_t)d->rows, (size_t)d->width, NULL, (size_t)d->rows);
    return 0;
}

Dataset *dataset_open(Input *input)
{
    if (input->kind != INPUT_IDX && input->kind != INPUT_CSV)
        BUG("made input has no file");
    Dataset *d = mem_alloc(1, sizeof *d);
    if (input->kind == INPUT_IDX ? open_idx(d, input) : open_csv(d, input)) {
        dataset_close(d);
        return NULL;
    }
    input->rows = d->rows;
    input->width = d->width;
    return d;
}

void dataset_close(Dataset *d)
{
    if (!d)
        return;
    idx_free(&d->idx);
    table_free(&d->table);
    free(d);
}

int64_t dataset_rows(const Dataset *d)
{
    return d->rows;
}

int64_t dataset_width(const Dataset *d)
{
    return d->width;
}

void dataset_row(const Dataset *d, int64_t row, double *x)
{
    const size_t n = (size_t)d->width;
    if (row < 0 || row >= d->rows)
        BUG("row outside the data set");
    if (d->table.x) {
        memcpy(x, d->table.x + (size_t)row * n, n * sizeof *x);
        return;
    }
    idx_row(&d->idx, row, x);
    scale_apply(d->scale, x, n);
}

static bool holds(const int64_t *rows, int64_t n, int64_t row)
{
    for (int64_t i = 0; i < n; i++)
        if (rows[i] == row)
            return true;
    return false;
}

void dataset_sample(const Dataset *d, gsl_rng *rng, int64_t batch, int64_t *rows)
{
    if (batch > d->rows)
        BUG("batch larger than the data set");
    for (int64_t i = 0; i < batch; i++) {
        const int64_t last = d->rows - batch + i;
        const int64_t row = (int64_t)gsl_rng_uniform_int(rng, (unsigned long)last + 1);
        rows[i] = holds(rows, i, row) ? last : row;
    }
    gsl_ran_shuffle(rng, rows, (size_t)batch, sizeof *rows);
}

void dataset_batch(const Dataset *d, const int64_t *rows, int64_t batch, double *x)
{
    for (int64_t i = 0; i < batch; i++)
        dataset_row(d, rows[i], x + i * d->width);
}
