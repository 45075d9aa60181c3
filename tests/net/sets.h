/* For tests of data sets: IDX files built in memory, and what a set holds when read back.
 * The one thing to know: a cell is written from a number, so one list of numbers serves every type.
 * Format as in net/idx.c. */
#ifndef TESTS_SETS_H
#define TESTS_SETS_H

#include "base/mem.h"
#include "files.h"
#include "net/dataset.h"
#include "net/idx.h"

static inline Dataset *open_as(InputKind kind, const char *path, Input *input)
{
    *input = (Input){.kind = kind, .path = path};
    Dataset *d = dataset_open(input);
    assert_non_null(d);
    assert_int_equal(dataset_rows(d), input->rows);
    assert_int_equal(dataset_width(d), input->width);
    return d;
}

static inline bool refused(InputKind kind, const char *path)
{
    Input input = {.kind = kind, .path = path};
    Dataset *d = dataset_open(&input);
    dataset_close(d);
    return !d;
}

/* An IDX file in memory. */
typedef struct {
    unsigned char bytes[4096];
    size_t length;
} Image;

static inline void put_big_endian(Image *f, uint64_t x, unsigned n)
{
    for (unsigned i = n; i-- > 0;)
        f->bytes[f->length++] = (unsigned char)(x >> 8 * i);
}

static inline Image image(unsigned type, unsigned dimensions, const uint32_t *sizes)
{
    Image f = {.length = 0};
    put_big_endian(&f, type << 8 | dimensions, 4);
    for (unsigned i = 0; i < dimensions; i++)
        put_big_endian(&f, sizes[i], 4);
    return f;
}

/* `number` as a cell of that type. */
static inline void put_cell(Image *f, IdxType type, double number)
{
    const float single = (float)number;
    uint32_t bits32;
    uint64_t bits64;
    memcpy(&bits32, &single, sizeof bits32);
    memcpy(&bits64, &number, sizeof bits64);
    switch (type) {
    case IDX_UINT8:
    case IDX_INT8:
        put_big_endian(f, (uint64_t)(int64_t)number, 1);
        break;
    case IDX_INT16:
        put_big_endian(f, (uint64_t)(int64_t)number, 2);
        break;
    case IDX_INT32:
        put_big_endian(f, (uint64_t)(int64_t)number, 4);
        break;
    case IDX_FLOAT:
        put_big_endian(f, bits32, 4);
        break;
    case IDX_DOUBLE:
        put_big_endian(f, bits64, 8);
        break;
    }
}

/* The population's mean and variance of `width` columns together (step 1), or of one column (step = width). */
static inline void moments_of(const double *x, size_t n, size_t step, double *mean, double *variance)
{
    double sum = 0, squares = 0;
    const double count = (double)((n + step - 1) / step);
    for (size_t i = 0; i < n; i += step)
        sum += x[i];
    *mean = sum / count;
    for (size_t i = 0; i < n; i += step)
        squares += (x[i] - *mean) * (x[i] - *mean);
    *variance = squares / count;
}

/* A file of the real data, or NULL where they are not here. */
static inline const char *shared_file(const char *name, char *path, size_t room)
{
    const char *from = getenv("FATHOM_SHARED_DATA");
    snprintf(path, room, "%s/%s", from && *from ? from : "../shared/data", name);
    if (access(path, R_OK) == 0)
        return path;
    print_message("skipped: no %s in $FATHOM_SHARED_DATA or ../shared/data\n", name);
    return NULL;
}

/* All rows, one after another; free it. */
static inline double *all_rows(const Dataset *d)
{
    double *x = mem_doubles((size_t)(dataset_rows(d) * dataset_width(d)));
    for (int64_t i = 0; i < dataset_rows(d); i++)
        dataset_row(d, i, x + i * dataset_width(d));
    return x;
}

#endif
