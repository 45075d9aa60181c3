/* A table: a CSV file of numbers read whole, inputs and targets apart.
 * The one thing to know: which columns are targets, and what they may hold, follows from the task; what is wrong is named with its line.
 * RFC 4180, plain or gzip-compressed. */
#ifndef NET_TABLE_H
#define NET_TABLE_H

#include <stdint.h>

#include "model/kinds.h"

typedef struct {
    double *x;                /* rows × width */
    double *y;                /* rows × targets */
    int64_t rows, width, targets;
    uint32_t crc;             /* CRC-32 of the uncompressed file */
} Table;

/* TASK_NONE: the column 'target' is passed over, whatever it holds. Otherwise it is the target, or 'target_1', 'target_2', … are, which a
 * multilabel task needs and a regression may have. -1 after error(): 66 no file, 65 not what it should be, 71 too large for the memory. */
int table_read(const char *path, TaskKind task, Table *t);
void table_free(Table *t);

#endif
