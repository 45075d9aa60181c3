/* Rows of samples, into a batch.
 * The one thing to know: images are bytes until here; one pass turns them into standardised numbers of the type asked for. */
#include <math.h>
#include <string.h>

#include "net/samples_store.h"

enum { CHUNK = 256 };

static int64_t row_of(const SamplesList *part, int64_t row)
{
    return part->rows ? part->rows[row] : row;
}

/* Where row `row` begins among the cells of an IDX of bytes. */
static const unsigned char *bytes_at(const Idx *idx, int64_t row)
{
    return idx->cells + (size_t)row * (size_t)idx->width;
}

void samples_inputs(const Samples *s, SamplesPart part, const int64_t *rows, int64_t n, double *x)
{
    const SamplesList *list = &s->part[part];
    const size_t width = (size_t)s->facts.width;
    for (int64_t i = 0; i < n; i++, x += width) {
        const int64_t row = row_of(list, rows[i]);
        if (list->store->x) {
            memcpy(x, list->store->x + (size_t)row * width, width * sizeof *x);
        } else if (list->store->idx.type == IDX_UINT8) {
            scale_bytes(s->scale, bytes_at(&list->store->idx, row), x, width);
        } else {
            idx_row(&list->store->idx, row, x);
            scale_apply(s->scale, x, width);
        }
    }
}

/* Numbers that are not bytes go through double, a chunk at a time. */
static void wide_rowf(const Samples *s, const Idx *idx, int64_t row, float *x)
{
    double wide[CHUNK];
    for (int64_t j = 0; j < idx->width; j += CHUNK) {
        const int64_t m = idx->width - j < CHUNK ? idx->width - j : CHUNK;
        idx_cells(idx, row, j, m, wide);
        scale_apply(s->scale, wide, (size_t)m);
        for (int64_t k = 0; k < m; k++)
            x[j + k] = (float)wide[k];
    }
}

static void narrow(const double *restrict from, float *restrict to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (float)from[i];
}

void samples_inputsf(const Samples *s, SamplesPart part, const int64_t *rows, int64_t n, float *x)
{
    const SamplesList *list = &s->part[part];
    const size_t width = (size_t)s->facts.width;
    for (int64_t i = 0; i < n; i++, x += width) {
        const int64_t row = row_of(list, rows[i]);
        if (list->store->x)
            narrow(list->store->x + (size_t)row * width, x, width);
        else if (list->store->idx.type == IDX_UINT8)
            scale_bytesf(s->scale, bytes_at(&list->store->idx, row), x, width);
        else
            wide_rowf(s, &list->store->idx, row, x);
    }
}

void samples_targets(const Samples *s, SamplesPart part, const int64_t *rows, int64_t n, HeadKind head, double *t)
{
    const SamplesList *list = &s->part[part];
    const size_t columns = (size_t)s->columns, outputs = (size_t)task_outputs(s->facts.task, head, s->facts.targets);
    for (int64_t i = 0; i < n; i++, t += outputs) {
        const double *y = list->store->y + (size_t)row_of(list, rows[i]) * columns;
        if (outputs == columns) {
            memcpy(t, y, columns * sizeof *t);
        } else {   /* a class: one-hot */
            memset(t, 0, outputs * sizeof *t);
            t[(size_t)y[0]] = 1;
        }
    }
}
