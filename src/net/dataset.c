/* A data set: rows of numbers that a network's first layer is fed, standardised.
 * The one thing to know: IDX stays as bytes and is standardised as it is read; CSV is standardised once, in place.
 * Sampling without replacement: R. Floyd, in Bentley and Floyd, "A sample of brilliance", CACM 30 (1987). */
#include "net/dataset.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/machine.h"
#include "base/mem.h"
#include "net/idx.h"
#include "net/scale.h"

struct Dataset {
    Idx idx;         /* idx: as read, standardised row by row */
    Scale scale;
    double *table;   /* csv: rows × width, standardised */
    int64_t rows, width;
};

static int find_idx_range(const Idx *idx, const char *path, double *row, Range *range)
{
    const size_t width = (size_t)idx->width;
    for (int64_t i = 0; i < idx->rows; i++) {
        idx_row(idx, i, row);
        for (size_t j = 0; j < width; j++)
            if (!isfinite(row[j]))
                return error(EXIT_DATA, "'%s' row %lld, number %zu is %g; a data set must be finite", path, (long long)i + 1, j + 1,
                             row[j]);
        range_add(range, row, width);
    }
    return 0;
}

static int find_idx_scale(Dataset *d, const char *path)
{
    double *row = mem_doubles((size_t)d->width);
    Range range = {0};
    const int failed = find_idx_range(&d->idx, path, row, &range);
    Moments m = {0};
    for (int64_t i = 0; !failed && i < d->rows; i++) {
        idx_row(&d->idx, i, row);
        moments_add(&m, range, row, (size_t)d->width);
    }
    d->scale = scale_from(range, m);
    free(row);
    return failed;
}

static int open_idx(Dataset *d, Input *input)
{
    if (idx_read(input->path, &d->idx))
        return -1;
    d->rows = d->idx.rows;
    d->width = d->idx.width;
    snprintf(input->identity, sizeof input->identity, "idx:%08x", (unsigned)d->idx.crc);
    return find_idx_scale(d, input->path);
}

static bool is_target(const CsvReader *r, size_t column)
{
    return strcmp(csv_name(r, column), "target") == 0;
}

/* The row just read, without its target, at the table's end. */
static int add_row(Dataset *d, const CsvReader *r, const char *path, size_t *room)
{
    enum { LEAST = 4096 };
    const size_t used = (size_t)(d->rows * d->width), width = (size_t)d->width;
    if (used + width > *room) {
        *room = *room ? 2 * *room : width > LEAST ? width : LEAST;
        if ((double)(*room - used) * sizeof *d->table > machine_memory())
            return error(EXIT_TOOBIG, "'%s' does not fit in the memory this process may use: more than %zu bytes by line %zu", path,
                         used * sizeof *d->table, csv_line(r));
        d->table = mem_resize(d->table, *room, sizeof *d->table);
    }
    double *x = d->table + used;
    for (size_t i = 0; i < csv_columns(r); i++)
        if (!is_target(r, i) && csv_number(r, i, x++))
            return -1;
    d->rows++;
    return 0;
}

static int read_table(Dataset *d, CsvReader *r, const char *path)
{
    for (size_t i = 0; i < csv_columns(r); i++)
        d->width += !is_target(r, i);
    if (!d->width)
        return error(EXIT_DATA, "'%s' has no column but 'target'; there is nothing to feed a network", path);
    size_t room = 0;
    const char *const *cells;
    int state;
    while ((state = csv_next(r, &cells)) > 0)
        if (add_row(d, r, path, &room))
            return -1;
    if (state == 0 && !d->rows)
        return error(EXIT_DATA, "'%s' has a line of column names and no rows", path);
    return state;
}

static void standardise_columns(Dataset *d)
{
    const size_t rows = (size_t)d->rows, width = (size_t)d->width;
    double *column = mem_doubles(rows);
    for (size_t j = 0; j < width; j++) {
        for (size_t i = 0; i < rows; i++)
            column[i] = d->table[i * width + j];
        Range range = {0};
        range_add(&range, column, rows);
        Moments m = {0};
        moments_add(&m, range, column, rows);
        scale_apply(scale_from(range, m), column, rows);
        for (size_t i = 0; i < rows; i++)
            d->table[i * width + j] = column[i];
    }
    free(column);
}

static int open_csv(Dataset *d, Input *input)
{
    CsvReader *r = csv_open(input->path);
    if (!r)
        return -1;
    const int failed = read_table(d, r, input->path);
    if (!failed) {
        snprintf(input->identity, sizeof input->identity, "csv:%08x", (unsigned)csv_crc(r));
        standardise_columns(d);
    }
    csv_close(r);
    return failed;
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
    free(d->table);
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
    if (d->table) {
        memcpy(x, d->table + (size_t)row * n, n * sizeof *x);
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
