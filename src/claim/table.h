/* Tables: a run's CSV file in memory, picked apart by what its cells say.
 * The one thing to know: a claim asks for the rows where some columns have some values, and for one column of them as numbers. */
#ifndef CLAIM_TABLE_H
#define CLAIM_TABLE_H

#include <stddef.h>

typedef struct Table Table;

/* DIR/FILE. NULL after error(): 66, 65. */
Table *table_open(const char *directory, const char *file);
void table_close(Table *t);

size_t table_rows(const Table *t);

int table_has(const Table *t, const char *column);

/* The cell of a column, "" where it is empty; BUG where there is no such column: a claim knows what it ran. */
const char *table_text(const Table *t, size_t row, const char *column);
double table_number(const Table *t, size_t row, const char *column);   /* NOT_GIVEN where it is no number; inf and nan are themselves */

/* Rows are picked by conditions, "activation=tanh depth=10 layer=0": each a column and the text its cell has. */
int table_matches(const Table *t, size_t row, const char *conditions);

/* The numbers of a column in the rows that match (at most table_rows of them), without those that are no numbers; how many. */
size_t table_numbers(const Table *t, const char *column, const char *conditions, double *out);

/* The one row that matches; BUG where there is none. */
size_t table_row(const Table *t, const char *conditions);

/* How many rows match. */
size_t table_count(const Table *t, const char *conditions);

/* The distinct texts of a column among the rows that match, in their order: at most `most`, how many. */
size_t table_distinct(const Table *t, const char *column, const char *conditions, const char **out, size_t most);

#endif
