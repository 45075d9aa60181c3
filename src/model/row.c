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

void drift_add(Drift *d, double value)
{
    if (!isfinite(value))
        d->broken = true;
    if (!d->any) {
        d->first = value;
    } else {
        const double increment = value - d->last, gap = increment - d->mean;
        d->n++;
        d->mean += gap / d->n;
        d->squares += gap * (increment - d->mean);
    }
    d->any = true;
    d->last = value;
}

double drift_mean(const Drift *d)
{
    return d->n < 1 || d->broken ? NOT_GIVEN : (d->last - d->first) / d->n;
}

double drift_standard_error(const Drift *d)
{
    return d->n < 2 || d->broken ? NOT_GIVEN : sqrt(d->squares / (d->n - 1) / d->n);
}
