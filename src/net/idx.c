/* IDX: the array format in which MNIST and its kin are published, plain or gzip-compressed.
 * The one thing to know: a header may lie, so nothing is allocated from it; room doubles as bytes arrive.
 * Format: two zero bytes, a type code, the number of dimensions, each as 32 bits, then the cells, all big-endian. */
#include "net/idx.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/gzfile.h"
#include "base/machine.h"
#include "base/mem.h"

enum { LEAST_DIMENSIONS = 2, MOST_DIMENSIONS = 4, LABEL_DIMENSIONS = 1 };

static uint32_t big_endian(const unsigned char *b, size_t n)
{
    uint32_t x = 0;
    for (size_t i = 0; i < n; i++)
        x = x << 8 | b[i];
    return x;
}

/* Bytes per cell, 0 for a code that is not IDX's. */
static size_t cell_size(unsigned code)
{
    switch (code) {
    case IDX_UINT8:
    case IDX_INT8:
        return 1;
    case IDX_INT16:
        return 2;
    case IDX_INT32:
    case IDX_FLOAT:
        return 4;
    case IDX_DOUBLE:
        return 8;
    default:
        return 0;
    }
}

/* The four bytes before the dimensions: type, and how many dimensions follow. */
static int read_magic(GzFile *g, Idx *idx, bool labels, unsigned *dimensions)
{
    unsigned char magic[4] = {0};
    const int64_t n = gzfile_read(g, magic, sizeof magic);
    const char *path = gzfile_path(g);
    if (n < 0)
        return -1;
    if (n == 0)
        return error(EXIT_DATA, "'%s' is empty", path);
    if (n < (int64_t)sizeof magic || magic[0] || magic[1])
        return error(EXIT_DATA, "'%s' begins with bytes %02x %02x and so is not an IDX file (00 00); for a table use csv:", path,
                     magic[0], magic[1]);
    if (!cell_size(magic[2]))
        return error(EXIT_DATA, "'%s': IDX type %02x is none of 08, 09, 0b, 0c, 0d, 0e; the file is damaged", path, magic[2]);
    if (labels && magic[3] != LABEL_DIMENSIONS)
        return error(EXIT_DATA, "'%s' has %d dimensions, and labels have one; name the file of labels", path, magic[3]);
    if (!labels && magic[3] == LABEL_DIMENSIONS)
        return error(EXIT_DATA, "'%s' has one dimension, as labels have; name the file of images", path);
    if (!labels && (magic[3] < LEAST_DIMENSIONS || magic[3] > MOST_DIMENSIONS))
        return error(EXIT_DATA, "'%s' has %d dimensions; rows of numbers or images have %d to %d", path, magic[3],
                     LEAST_DIMENSIONS, MOST_DIMENSIONS);
    idx->type = magic[2];
    *dimensions = magic[3];
    return 0;
}

static int read_dimensions(GzFile *g, Idx *idx, unsigned dimensions)
{
    unsigned char bytes[4 * MOST_DIMENSIONS];
    const int64_t n = gzfile_read(g, bytes, 4 * dimensions);
    const char *path = gzfile_path(g);
    if (n < 0)
        return -1;
    if (n < 4 * (int64_t)dimensions)
        return error(EXIT_DATA, "'%s' ends within its IDX header; fetch it again", path);
    idx->rows = big_endian(bytes, 4);
    idx->width = 1;
    if (!idx->rows)
        return error(EXIT_DATA, "'%s' declares no rows", path);
    for (unsigned i = 1; i < dimensions; i++) {
        const int64_t size = big_endian(bytes + (size_t)4 * i, 4);
        if (!size)
            return error(EXIT_DATA, "'%s' declares rows of no numbers: dimension %u is 0", path, i + 1);
        if (idx->width > INT64_MAX / (8 * idx->rows) / size)
            return error(EXIT_DATA, "'%s' declares more cells than memory can address; the file is damaged", path);
        idx->width *= size;
    }
    return 0;
}

/* `declared` bytes and not one more. */
static int read_cells(GzFile *g, Idx *idx)
{
    const size_t declared = (size_t)idx->rows * (size_t)idx->width * cell_size(idx->type);
    size_t have = 0, room = 1 << 16;
    int64_t got = 1;
    while (have < declared && got > 0) {
        room = room < declared ? room : declared;
        if ((double)(room - have) > machine_memory())
            return error(EXIT_TOOBIG, "'%s' does not fit in the memory this process may use: more than %zu bytes of %zu",
                         gzfile_path(g), have, declared);
        idx->cells = mem_resize(idx->cells, room, 1);
        got = gzfile_read(g, idx->cells + have, room - have);
        if (got < 0)
            return -1;
        have += (size_t)got;
        room *= 2;
    }
    if (have < declared)
        return error(EXIT_DATA, "'%s' declares %lld rows of %lld numbers, %zu bytes, but holds %zu; fetch it again",
                     gzfile_path(g), (long long)idx->rows, (long long)idx->width, declared, have);
    unsigned char more;
    got = gzfile_read(g, &more, 1);
    if (got > 0)
        return error(EXIT_DATA, "'%s' holds more than the %lld rows of %lld numbers it declares; the file is damaged",
                     gzfile_path(g), (long long)idx->rows, (long long)idx->width);
    return got < 0 ? -1 : 0;
}

static int read_any(const char *path, Idx *idx, bool labels)
{
    *idx = (Idx){0};
    GzFile *g = gzfile_open(path);
    if (!g)
        return -1;
    unsigned dimensions = 0;
    const bool failed = read_magic(g, idx, labels, &dimensions) || read_dimensions(g, idx, dimensions) || read_cells(g, idx);
    idx->crc = gzfile_crc(g);
    gzfile_close(g);
    if (failed)
        idx_free(idx);
    return failed ? -1 : 0;
}

int idx_read(const char *path, Idx *idx)
{
    return read_any(path, idx, false);
}

int idx_read_labels(const char *path, Idx *idx)
{
    return read_any(path, idx, true);
}

void idx_free(Idx *idx)
{
    free(idx->cells);
    *idx = (Idx){0};
}

static double float_cell(const unsigned char *b)
{
    const uint32_t bits = big_endian(b, 4);
    float x;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static double double_cell(const unsigned char *b)
{
    const uint64_t bits = (uint64_t)big_endian(b, 4) << 32 | big_endian(b + 4, 4);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

void idx_cells(const Idx *idx, int64_t row, int64_t first, int64_t n, double *x)
{
    const size_t size = cell_size(idx->type);
    const unsigned char *b = idx->cells + (size_t)(row * idx->width + first) * size;
    for (int64_t i = 0; i < n; i++, b += size)
        switch (idx->type) {
        case IDX_UINT8:
            x[i] = b[0];
            break;
        case IDX_INT8:
            x[i] = (int8_t)b[0];
            break;
        case IDX_INT16:
            x[i] = (int16_t)big_endian(b, 2);
            break;
        case IDX_INT32:
            x[i] = (int32_t)big_endian(b, 4);
            break;
        case IDX_FLOAT:
            x[i] = float_cell(b);
            break;
        case IDX_DOUBLE:
            x[i] = double_cell(b);
            break;
        }
}

void idx_row(const Idx *idx, int64_t row, double *x)
{
    idx_cells(idx, row, 0, idx->width, x);
}

int idx_check_finite(const Idx *idx, const char *path)
{
    double x;
    if (idx->type != IDX_FLOAT && idx->type != IDX_DOUBLE)
        return 0;
    for (int64_t i = 0; i < idx->rows; i++)
        for (int64_t j = 0; j < idx->width; j++) {
            idx_cells(idx, i, j, 1, &x);
            if (!isfinite(x))
                return error(EXIT_DATA, "'%s' row %lld, number %lld is %g; a data set must be finite", path, (long long)i + 1,
                             (long long)j + 1, x);
        }
    return 0;
}

Scale idx_scale(const Idx *idx, const int64_t *rows, int64_t n)
{
    const size_t width = (size_t)idx->width;
    double *x = mem_doubles(width);
    Range range = {0};
    for (int64_t i = 0; i < n; i++) {
        idx_row(idx, rows ? rows[i] : i, x);
        range_add(&range, x, width);
    }
    Moments m = {0};
    for (int64_t i = 0; i < n; i++) {
        idx_row(idx, rows ? rows[i] : i, x);
        moments_add(&m, range, x, width);
    }
    free(x);
    return scale_from(range, m);
}
