/* Tables on standard output: aligned columns for people, CSV for machines, first column for completion.
 * The one thing to know: on a terminal that is too narrow the last column goes on lines of its own, wrapped. */
#ifndef CMD_SHEET_H
#define CMD_SHEET_H

#include <stddef.h>

#include "base/text.h"

enum { TABLE_MOST_COLUMNS = 8 };

typedef struct {
    size_t columns, rows, room;
    char **cells;                             /* rows · columns, after the header */
    const char *header[TABLE_MOST_COLUMNS];
} Sheet;

/* Start from (Sheet){0}; the header is NULL-terminated. */
void sheet_header(Sheet *t, const char *const header[]);
/* One row: as many cells as the header has; they are copied. */
void sheet_row(Sheet *t, const char *const cells[]);
void sheet_free(Sheet *t);

void sheet_csv(Text *out, const Sheet *t);
void sheet_names(Text *out, const Sheet *t);
/* The terminal's width, 0 where standard output is none. */
size_t sheet_terminal_width(void);

/* `width` in characters, 0: as wide as it needs. Columns without any value are left out. */
void sheet_people(Text *out, const Sheet *t, size_t width);

#endif
