/* IDX: the array format in which MNIST and its kin are published, plain or gzip-compressed.
 * The one thing to know: cells stay in the file's own type, so a byte of an image costs a byte of memory.
 * Format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". */
#ifndef NET_IDX_H
#define NET_IDX_H

#include <stdint.h>

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

/* One row as numbers: width values. */
void idx_row(const Idx *idx, int64_t row, double *x);

#endif
