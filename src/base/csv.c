/* CSV: RFC 4180 read row by row, plain or gzip-compressed.
 * The one thing to know: cells are collected as offsets and become pointers when the row is whole, since the line may move.
 * Beyond the RFC: a UTF-8 mark at the start and empty lines are skipped; a CR within a line, or a quote inside a cell, is text. */
#include "base/csv.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/gzfile.h"
#include "base/mem.h"
#include "base/text.h"

enum { CHUNK = 64 * 1024, MOST_BYTES = 16 * 1024 * 1024, MOST_COLUMNS = 1000000, END = -1, FAILED = -2 };

struct CsvReader {
    GzFile *file;
    unsigned char *chunk;   /* bytes at … filled - 1 are still to be read */
    size_t at, filled;
    char *line;             /* the row's cells, each ended by a NUL */
    size_t length, room;
    size_t *starts;         /* where in `line` each cell begins */
    const char **cells;
    size_t count, cells_room;
    char *header;           /* the header's line and cells, once read */
    const char **names;
    size_t columns;
    size_t row_line, next_line;
};

static int fill(CsvReader *r)
{
    const int64_t n = gzfile_read(r->file, r->chunk, CHUNK);
    r->at = 0;
    r->filled = n > 0 ? (size_t)n : 0;
    return n < 0 ? FAILED : n == 0 ? END : 0;
}

/* The next byte, END or FAILED, without taking it. */
static inline int peek(CsvReader *r)
{
    if (r->at == r->filled) {
        const int state = fill(r);
        if (state)
            return state;
    }
    return r->chunk[r->at];
}

static int grow_line(CsvReader *r)
{
    if (r->length >= MOST_BYTES)
        return error(EXIT_DATA, "'%s' line %zu: longer than 16 MiB; is it a CSV file, and are its quotes closed?",
                     gzfile_path(r->file), r->row_line);
    r->room = r->room ? 2 * r->room : 256;
    r->line = mem_resize(r->line, r->room, 1);
    return 0;
}

static inline int put(CsvReader *r, char c)
{
    if (r->length == r->room && grow_line(r))
        return -1;
    r->line[r->length++] = c;
    return 0;
}

static int begin_cell(CsvReader *r)
{
    if (r->count == MOST_COLUMNS)
        return error(EXIT_DATA, "'%s' line %zu: more than %d columns; is it a CSV file?", gzfile_path(r->file), r->row_line,
                     MOST_COLUMNS);
    if (r->count == r->cells_room) {
        r->cells_room = r->cells_room ? 2 * r->cells_room : 16;
        r->starts = mem_resize(r->starts, r->cells_room, sizeof *r->starts);
    }
    r->starts[r->count++] = r->length;
    return 0;
}

/* A NUL would end a cell early and so hide what follows it. */
static int refuse_nul(const CsvReader *r)
{
    return error(EXIT_DATA, "'%s' line %zu: a NUL byte; a CSV file is text", gzfile_path(r->file), r->next_line);
}

/* After an opening quote, up to and with the closing one; "" inside stands for one quote. */
static int read_quoted(CsvReader *r)
{
    for (;;) {
        const int c = peek(r);
        if (c == FAILED)
            return -1;
        if (c == END)
            return error(EXIT_DATA, "'%s' line %zu: a quote is opened and never closed", gzfile_path(r->file), r->row_line);
        if (c == '\0')
            return refuse_nul(r);
        r->at++;
        if (c == '"') {
            if (peek(r) != '"')
                return 0;
            r->at++;
        }
        r->next_line += c == '\n';
        if (put(r, (char)c))
            return -1;
    }
}

/* Bytes up to a comma, LF or the end: takes and returns what stopped it, or FAILED after error(). */
static int read_plain(CsvReader *r)
{
    for (;;) {
        const int c = peek(r);
        if (c < 0)
            return c;
        if (c == '\0') {
            refuse_nul(r);
            return FAILED;
        }
        r->at++;
        if (c == ',' || c == '\n')
            return c;
        if (put(r, (char)c))
            return FAILED;
    }
}

/* One cell and what ends it: 1 a comma, so another follows; 0 the row's end; -1 after error(). */
static int read_cell(CsvReader *r, bool quoted)
{
    if (begin_cell(r))
        return -1;
    if (quoted) {
        r->at++;
        if (read_quoted(r))
            return -1;
    }
    const size_t tail = r->length;
    const int end = read_plain(r);
    if (end == FAILED)
        return -1;
    if (end != ',' && r->length > tail && r->line[r->length - 1] == '\r')
        r->length--;
    if (quoted && r->length > tail)
        return error(EXIT_DATA, "'%s' line %zu: text after a closing quote; inside quotes, write a quote twice",
                     gzfile_path(r->file), r->next_line);
    r->next_line += end == '\n';
    return put(r, '\0') ? -1 : end == ',';
}

/* A row of any number of cells: 1, 0 at the end, -1 after error(). */
static int read_row(CsvReader *r)
{
    for (;;) {
        r->row_line = r->next_line;
        r->length = r->count = 0;
        bool quoted;
        for (int more = 1; more;) {
            const int c = peek(r);
            if (c == FAILED)
                return -1;
            if (c == END && r->count == 0)
                return 0;
            quoted = c == '"';
            more = read_cell(r, quoted);
            if (more < 0)
                return -1;
        }
        const bool empty = r->count == 1 && r->length == 1 && !quoted;
        if (!empty)
            return 1;
    }
}

/* Offsets to pointers, now that `line` stays where it is. */
static void point_cells(const CsvReader *r, const char **cells)
{
    for (size_t i = 0; i < r->count; i++)
        cells[i] = r->line + r->starts[i];
}

static int skip_mark(CsvReader *r)
{
    if (peek(r) == FAILED)
        return -1;
    if (r->filled >= 3 && memcmp(r->chunk, "\xef\xbb\xbf", 3) == 0)
        r->at = 3;
    return 0;
}

static int read_header(CsvReader *r)
{
    if (skip_mark(r))
        return -1;
    const int state = read_row(r);
    if (state < 0)
        return -1;
    if (state == 0)
        return error(EXIT_DATA, "'%s' is empty; a CSV file begins with a line of column names", gzfile_path(r->file));
    r->columns = r->count;
    r->names = mem_alloc(r->columns, sizeof *r->names);
    r->cells = mem_alloc(r->columns, sizeof *r->cells);
    point_cells(r, r->names);
    r->header = r->line;
    r->line = NULL;
    r->room = 0;
    return 0;
}

CsvReader *csv_open(const char *path)
{
    GzFile *file = gzfile_open(path);
    if (!file)
        return NULL;
    CsvReader *r = mem_alloc(1, sizeof *r);
    r->file = file;
    r->chunk = mem_alloc(CHUNK, 1);
    r->next_line = 1;
    if (read_header(r)) {
        csv_close(r);
        return NULL;
    }
    return r;
}

void csv_close(CsvReader *r)
{
    if (!r)
        return;
    gzfile_close(r->file);
    free(r->chunk);
    free(r->line);
    free(r->starts);
    free(r->cells);
    free(r->header);
    free(r->names);
    free(r);
}

size_t csv_columns(const CsvReader *r)
{
    return r->columns;
}

const char *csv_name(const CsvReader *r, size_t column)
{
    return r->names[column];
}

int csv_find(const CsvReader *r, const char *name)
{
    for (size_t i = 0; i < r->columns; i++)
        if (strcmp(r->names[i], name) == 0)
            return (int)i;
    return -1;
}

int csv_next(CsvReader *r, const char *const **cells)
{
    const int state = read_row(r);
    if (state <= 0)
        return state;
    if (r->count != r->columns)
        return error(EXIT_DATA, "'%s' line %zu: %zu cells where the header has %zu", gzfile_path(r->file), r->row_line, r->count,
                     r->columns);
    point_cells(r, r->cells);
    *cells = r->cells;
    return 1;
}

size_t csv_line(const CsvReader *r)
{
    return r->row_line;
}

uint32_t csv_crc(const CsvReader *r)
{
    return gzfile_crc(r->file);
}

int csv_number(const CsvReader *r, size_t column, double *x)
{
    const char *cell = r->cells[column];
    if (text_to_double(cell, x))
        return 0;
    return error(EXIT_DATA, "'%s' line %zu, column '%.60s': '%.60s' is not a finite number", gzfile_path(r->file), r->row_line,
                 r->names[column], cell);
}
