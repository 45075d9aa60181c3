/* CSV: RFC 4180 read row by row, plain or gzip-compressed.
 * The one thing to know: a row's cells live until the next csv_next; quoted cells are unquoted in place.
 * RFC 4180 (quotes, CRLF or LF, embedded newlines in quotes). */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stddef.h>
#include <stdint.h>

typedef struct CsvReader CsvReader;

/* Open `path` and read its header line. NULL after error(): 66 where the file is absent or unreadable, 65 where it is empty. */
CsvReader *csv_open(const char *path);
void csv_close(CsvReader *r);

/* The header's cells. */
size_t csv_columns(const CsvReader *r);
const char *csv_name(const CsvReader *r, size_t column);
/* The column of that name, or -1. */
int csv_find(const CsvReader *r, const char *name);

/* The next row's cells, as many as the header has: 1, 0 at the end, -1 after error() (65: ragged row, unclosed quote, NUL byte,
 * a line over 16 MiB, a torn gzip stream; the message names the line). */
int csv_next(CsvReader *r, const char *const **cells);

/* The line number of the row just read, for messages. */
size_t csv_line(const CsvReader *r);

/* CRC-32 of the uncompressed bytes read so far: after csv_next gave 0, of the whole content. */
uint32_t csv_crc(const CsvReader *r);

/* A cell to a finite number, or error() 65 naming file, line, column and what stands there. */
int csv_number(const CsvReader *r, size_t column, double *x);

#endif
