/* Tables on standard output: aligned columns for people, CSV for machines, first column for completion.
 * The one thing to know: on a terminal that is too narrow the last column goes on lines of its own, wrapped. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stddef.h>

#include "base/text.h"

enum { TABLE_MOST_COLUMNS = 8 };

typedef struct {
    size_t columns, rows, room;
    char **cells;                             /* rows · columns, after the header */
    const char *header[TABLE_MOST_COLUMNS];
} Table;

/* Start from (Table){0}; the header is NULL-terminated. */
void table_header(Table *t, const char *const header[]);
/* One row: as many cells as the header has; they are copied. */
void table_row(Table *t, const char *const cells[]);
void table_free(Table *t);

void table_csv(Text *out, const Table *t);
void table_names(Text *out, const Table *t);
/* `width` in characters, 0: as wide as it needs. Columns without any value are left out. */
void table_people(Text *out, const Table *t, size_t width);

#endif
