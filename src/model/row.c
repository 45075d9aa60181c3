/* Rows of results: the table of columns.
 * The one thing to know: the struct, the header, the writer, the reader and the list are all made from columns.def. */
#include "model/row.h"

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
