/* Tables of a run's results.
 * The one thing to know: cells are kept as text in one block; a table is read once and asked often. */
#include "claim/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/mem.h"
#include "model/registry.h"

struct Table {
    Text block;         /* all cells, a NUL after each; header first */
    size_t *at;         /* where cell (row, column) begins; row 0 is the header */
    size_t rows, columns, room;
};

static void add_row(Table *t, const char *const *cells)
{
    const size_t needed = (t->rows + 1) * t->columns;
    if (needed > t->room) {
        t->room = 2 * needed;
        t->at = mem_resize(t->at, t->room, sizeof *t->at);
    }
    for (size_t c = 0; c < t->columns; c++) {
        t->at[t->rows * t->columns + c] = t->block.length;
        text_bytes(&t->block, cells[c], strlen(cells[c]) + 1);
    }
    t->rows++;
}

static int read_all(Table *t, CsvReader *csv)
{
    const char *const *cells;
    int state;
    t->columns = csv_columns(csv);
    const char **header = mem_alloc(t->columns, sizeof *header);
    for (size_t c = 0; c < t->columns; c++)
        header[c] = csv_name(csv, c);
    add_row(t, header);
    free(header);
    while ((state = csv_next(csv, &cells)) > 0)
        add_row(t, cells);
    return state;
}

Table *table_open(const char *directory, const char *file)
{
    Text path = {0};
    text_format(&path, "%s/%s", directory, file);
    CsvReader *csv = csv_open(text_str(&path));
    text_free(&path);
    if (!csv)
        return NULL;
    Table *t = mem_alloc(1, sizeof *t);
    const int failed = read_all(t, csv);
    csv_close(csv);
    if (!failed)
        return t;
    table_close(t);
    return NULL;
}

void table_close(Table *t)
{
    if (!t)
        return;
    text_free(&t->block);
    free(t->at);
    free(t);
}

size_t table_rows(const Table *t)
{
    return t->rows - 1;
}

static const char *cell(const Table *t, size_t row, size_t column)
{
    return t->block.data + t->at[row * t->columns + column];
}

static size_t find(const Table *t, const char *column, size_t length)
{
    for (size_t c = 0; c < t->columns; c++)
        if (strlen(cell(t, 0, c)) == length && !strncmp(cell(t, 0, c), column, length))
            return c;
    BUG("a table without a column that its claim needs");
}

int table_has(const Table *t, const char *column)
{
    for (size_t c = 0; c < t->columns; c++)
        if (!strcmp(cell(t, 0, c), column))
            return 1;
    return 0;
}

const char *table_text(const Table *t, size_t row, const char *column)
{
    return cell(t, row + 1, find(t, column, strlen(column)));
}

static double number(const char *text)
{
    char *end;
    const double x = strtod(text, &end);
    return *text && !*end ? x : NOT_GIVEN;
}

double table_number(const Table *t, size_t row, const char *column)
{
    return number(table_text(t, row, column));
}

int table_matches(const Table *t, size_t row, const char *conditions)
{
    for (const char *at = conditions + strspn(conditions, " "); *at; at += strspn(at, " ")) {
        const size_t word = strcspn(at, " "), name = strcspn(at, "=");
        if (name >= word)
            BUG("a condition without an equals sign");
        const char *there = cell(t, row + 1, find(t, at, name));
        if (strlen(there) != word - name - 1 || strncmp(there, at + name + 1, word - name - 1) != 0)
            return 0;
        at += word;
    }
    return 1;
}

size_t table_numbers(const Table *t, const char *column, const char *conditions, double *out)
{
    const size_t c = find(t, column, strlen(column));
    size_t n = 0;
    for (size_t row = 0; row < table_rows(t); row++) {
        const double x = number(cell(t, row + 1, c));
        if (!isnan(x) && table_matches(t, row, conditions))
            out[n++] = x;
    }
    return n;
}

size_t table_row(const Table *t, const char *conditions)
{
    for (size_t row = 0; row < table_rows(t); row++)
        if (table_matches(t, row, conditions))
            return row;
    BUG("a table without a row that its claim needs");
}

size_t table_count(const Table *t, const char *conditions)
{
    size_t n = 0;
    for (size_t row = 0; row < table_rows(t); row++)
        n += (size_t)table_matches(t, row, conditions);
    return n;
}

size_t table_distinct(const Table *t, const char *column, const char *conditions, const char **out, size_t most)
{
    size_t n = 0;
    for (size_t row = 0; row < table_rows(t); row++) {
        const char *there = table_text(t, row, column);
        size_t k = 0;
        while (k < n && strcmp(out[k], there) != 0)
            k++;
        if (k == n && n < most && table_matches(t, row, conditions))
            out[n++] = there;
    }
    return n;
}
