/* Rows of results: the table of columns.
 * The one thing to know: the struct, the header, the writer, the reader and the list are all made from columns.def. */
#include "model/row.h"

#include <math.h>

#include "model/registry.h"

#define COLUMN(name_, summarised_, meaning_) {.name = #name_, .meaning = meaning_, .summarised = summarised_},
const Column columns[COL_COUNT] = {
#include "model/columns.def"
};

void row_set(LayerRow *row, ColumnId column, double value)
{
    row->value[column] = value;
    row->filled |= 1u << column;
}

bool row_has(const LayerRow *row, ColumnId column)
{
    return row->filled >> column & 1;
}

typedef struct {
    double mean, standard_error;
} Drift;

/* Mean and standard error of the increments of factor · value[column] from layer `from` to layer `to`, one layer at a time.
 * Increments of a random walk are independent: a least-squares line would claim far too small an error. */
static Drift drift(const LayerRow *rows, ColumnId column, double factor, int64_t from, int64_t to)
{
    const int64_t step = from < to ? 1 : -1, n = step * (to - from);
    Drift d = {NOT_GIVEN, NOT_GIVEN};
    double squares = 0;
    if (n < 1)
        return d;
    for (int64_t layer = from;; layer += step) {
        if (!isfinite(rows[layer].value[column]))
            return d;
        if (layer == to)
            break;
    }
    d.mean = factor * (rows[to].value[column] - rows[from].value[column]) / (double)n;
    for (int64_t layer = from; layer != to; layer += step) {
        const double increment = factor * (rows[layer + step].value[column] - rows[layer].value[column]);
        squares += (increment - d.mean) * (increment - d.mean);
    }
    if (n > 1)
        d.standard_error = sqrt(squares / (double)(n - 1) / (double)n);
    return d;
}

void network_row(NetworkRow *network, const LayerRow *rows, int64_t depth, int64_t last)
{
    const Drift gradient = drift(rows, COL_log10_grad_z_norm, 1, depth, 1);
    const double ratio = rows[0].value[COL_log10_grad_h_norm] - rows[depth].value[COL_log10_grad_h_norm];
    *network = (NetworkRow){
        .sigma_w = rows[depth].sigma_w,
        .sigma_b = rows[depth].sigma_b,
        .grad_ratio_log10 = isnan(ratio) ? NOT_GIVEN : ratio,
        .grad_decay_log10 = gradient.mean,
        .grad_decay_se = gradient.standard_error,
        .fwd_decay_log10 = drift(rows, COL_log10_h_ms, 0.5, 1, depth).mean,
        .final_h_mean = rows[depth].value[COL_h_mean],
        .final_h_var = rows[depth].value[COL_h_var],
        .status = STATUS_OK,
    };
    for (int64_t layer = 0; layer <= last; layer++)
        if (rows[layer].status < network->status)
            network->status = rows[layer].status;
}
