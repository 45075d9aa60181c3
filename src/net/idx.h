/* IDX: the array format in which MNIST and its kin are published, plain or gzip-compressed.
 * The one thing to know: cells stay in the file's own type, so a byte of an image costs a byte of memory.
 * Format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". */
#ifndef NET_IDX_H
#define NET_IDX_H

#include <stdint.h>

#include "net/scale.h"

/* The codes the file uses. */
typedef enum {
    IDX_UINT8 = 0x08,
    IDX_INT8 = 0x09,
    IDX_INT16 = 0x0b,
    IDX_INT32 = 0x0c,
    IDX_FLOAT = 0x0d,
    IDX_DOUBLE = 0x0e,
} IdxType;

typedef struct {
    unsigned char *cells;   /* rows × width, big-endian */
    int64_t rows, width;    /* the first dimension, and the product of the others */
    uint32_t crc;           /* CRC-32 of the uncompressed file */
    IdxType type;
} Idx;

/* Read a file of 2 to 4 dimensions, none of them 0. -1 after error(): 66 where there is none, 65 where it is not IDX, or is
 * shorter or longer than its header declares. Memory grows with what is read, not with what is declared. */
int idx_read(const char *path, Idx *idx);
void idx_free(Idx *idx);

/* The same of a file of 1 dimension: width is 1. */
int idx_read_labels(const char *path, Idx *idx);

/* One row as numbers: width values. */
void idx_row(const Idx *idx, int64_t row, double *x);
/* Some of its numbers: n from number `first` on. */
void idx_cells(const Idx *idx, int64_t row, int64_t first, int64_t n, double *x);

/* error() 65 where a cell is infinite or not a number. */
int idx_check_finite(const Idx *idx, const char *path);

/* What standardises all cells of n rows as one population: rows[0 … n - 1], or for NULL the first n. */
Scale idx_scale(const Idx *idx, const int64_t *rows, int64_t n);

#endif
