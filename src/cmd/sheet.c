/* Tables: cells in a row-major array, written in three ways.
 * The one thing to know: widths count characters of UTF-8, each as wide as any other.
 * CSV: RFC 4180. */
#include "cmd/sheet.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "show/label.h"

enum { GAP = 2, INDENT = 4 };

void sheet_header(Sheet *t, const char *const header[])
{
    for (t->columns = 0; header[t->columns]; t->columns++) {
        if (t->columns == TABLE_MOST_COLUMNS)
            BUG("a table with too many columns");
        t->header[t->columns] = header[t->columns];
    }
}

void sheet_row(Sheet *t, const char *const cells[])
{
    if (t->rows == t->room) {
        t->room = t->room ? 2 * t->room : 16;
        t->cells = mem_resize(t->cells, t->room * t->columns, sizeof *t->cells);
    }
    for (size_t c = 0; c < t->columns; c++)
        t->cells[t->rows * t->columns + c] = mem_string(cells[c] ? cells[c] : "");
    t->rows++;
}

void sheet_free(Sheet *t)
{
    for (size_t i = 0; i < t->rows * t->columns; i++)
        free(t->cells[i]);
    free(t->cells);
    *t = (Sheet){0};
}

static const char *cell(const Sheet *t, size_t row, size_t column)
{
    return t->cells[row * t->columns + column];
}

static void put_csv_cell(Text *out, const char *s)
{
    if (!strpbrk(s, ",\"\r\n")) {
        text_string(out, s);
        return;
    }
    text_char(out, '"');
    for (; *s; s++)
        text_string(out, *s == '"' ? "\"\"" : (char[]){*s, '\0'});
    text_char(out, '"');
}

void sheet_csv(Text *out, const Sheet *t)
{
    for (size_t c = 0; c < t->columns; c++)
        text_format(out, "%s%s", c ? "," : "", t->header[c]);
    text_char(out, '\n');
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            if (c)
                text_char(out, ',');
            put_csv_cell(out, cell(t, r, c));
        }
        text_char(out, '\n');
    }
}

void sheet_names(Text *out, const Sheet *t)
{
    for (size_t r = 0; r < t->rows; r++)
        text_format(out, "%s\n", cell(t, r, 0));
}

/* The width of a column, 0 where no row has a value there. */
static size_t column_width(const Sheet *t, size_t column)
{
    size_t widest = 0;
    for (size_t r = 0; r < t->rows; r++)
        if (label_length(cell(t, r, column)) > widest)
            widest = label_length(cell(t, r, column));
    return widest && label_length(t->header[column]) > widest ? label_length(t->header[column]) : widest;
}

static size_t characters(const char *s, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += (s[i] & 0xc0) != 0x80;
    return n;
}

/* Words on lines of at most `width` characters, each behind `indent` spaces. */
static void put_wrapped(Text *out, const char *s, size_t indent, size_t width)
{
    size_t used = 0;
    while (*s) {
        const size_t word = strcspn(s, " "), wide = characters(s, word);
        if (used && used + 1 + wide > width) {
            text_char(out, '\n');
            used = 0;
        }
        if (used == 0)
            text_format(out, "%*s", (int)indent, "");
        else
            text_char(out, ' ');
        text_bytes(out, s, word);
        used += wide + (used ? 1 : 0);
        s += word;
        while (*s == ' ')
            s++;
    }
    text_char(out, '\n');
}

static void trim_line(Text *out)
{
    while (out->length && out->data[out->length - 1] == ' ')
        out->data[--out->length] = '\0';
}

static void put_row(Text *out, const Sheet *t, const char *const *row, const size_t *widths, bool split, size_t width)
{
    const size_t last = t->columns - 1;
    for (size_t c = 0; c < last + !split; c++)
        if (widths[c])
            text_format(out, "%s%*s", row[c], (int)(widths[c] + GAP - label_length(row[c])), "");
    trim_line(out);
    text_char(out, '\n');
    if (split && *row[last])
        put_wrapped(out, row[last], INDENT, width > INDENT + 20 ? width - INDENT : 20);
}

void sheet_people(Text *out, const Sheet *t, size_t width)
{
    size_t widths[TABLE_MOST_COLUMNS] = {0}, total = 0;
    for (size_t c = 0; c < t->columns; c++) {
        widths[c] = column_width(t, c);
        total += widths[c] ? widths[c] + GAP : 0;
    }
    const bool split = width && total > width + GAP;
    const char *head[TABLE_MOST_COLUMNS];
    memcpy(head, t->header, sizeof head);
    put_row(out, t, head, widths, split, width);
    for (size_t r = 0; r < t->rows; r++)
        put_row(out, t, (const char *const *)&t->cells[r * t->columns], widths, split, width);
}

size_t sheet_terminal_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return 0;
    return size.ws_col;
}
