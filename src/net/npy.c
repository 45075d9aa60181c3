/* A folder of arrays as .npy.
 * The one thing to know: scale.csv comes last, so a folder that has it is whole. The numbers begin at a multiple of 64 bytes. */
#include "net/npy.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static void scale_path(Text *out, const Npy *n)
{
    text_format(out, "%s/scale.csv", n->directory);
}

int npy_open(Npy *n, const char *directory)
{
    Text path = {0};
    *n = (Npy){.directory = directory};
    text_string(&n->scale, "array,exponent\n");
    n->result = file_make_directory(directory);
    scale_path(&path, n);
    if (n->result == 0)
        unlink(text_str(&path));   /* of an earlier dump */
    else
        text_free(&n->scale);
    text_free(&path);
    return n->result;
}

static void write_header(Text *out, size_t rows, size_t cols)
{
    Text words = {0};
    text_string(&words, "{'descr': '<f8', 'fortran_order': False, 'shape': ");
    if (rows)
        text_format(&words, "(%zu, %zu), }", rows, cols);
    else
        text_format(&words, "(%zu,), }", cols);
    while ((10 + words.length + 1) % 64)
        text_char(&words, ' ');
    text_char(&words, '\n');
    const char length[2] = {(char)(words.length & 255), (char)(words.length >> 8)};
    text_bytes(out, "\x93NUMPY\x01\x00", 8);
    text_bytes(out, length, 2);
    text_bytes(out, text_str(&words), words.length);
    text_free(&words);
}

/* The numbers go from where they are to the file: they may be most of the memory. */
static int put_file(const char *path, const Text *header, const double *x, size_t count)
{
    Appender file;
    if (appender_open(&file, path))
        return -1;
    const int failed = appender_cut(&file, 0) || appender_put(&file, text_str(header), header->length) ||
                       appender_put(&file, (const char *)x, count * sizeof *x);
    return appender_close(&file) || failed ? -1 : 0;
}

void npy_put(Npy *n, const char *name, const double *x, size_t rows, size_t cols, int64_t exponent)
{
    Text header = {0}, path = {0};
    if (n->result)
        return;
    write_header(&header, rows, cols);
    text_format(&path, "%s/%s.npy", n->directory, name);
    text_format(&n->scale, "%s,%lld\n", name, (long long)exponent);
    n->result = put_file(text_str(&path), &header, x, (rows ? rows : 1) * cols);
    text_free(&header);
    text_free(&path);
}

double *npy_one_unit(const Rows *r, int64_t *exponent)
{
    Rows copy = {.x = mem_doubles(r->rows * r->cols), .exponent = mem_alloc(r->rows, sizeof(int64_t)), .rows = r->rows, .cols = r->cols};
    *exponent = INT64_MIN;
    for (size_t a = 0; a < r->rows; a++) {
        copy.exponent[a] = r->exponent[a];
        rows_widen(rows_at(&copy, a), r, a, 1);
        if (largest(rows_at(&copy, a), r->cols) > 0 && r->exponent[a] > *exponent)
            *exponent = r->exponent[a];
    }
    *exponent = *exponent == INT64_MIN ? 0 : *exponent;   /* a row of zeros has any unit */
    for (size_t a = 0; a < r->rows; a++)
        rows_raise(&copy, a, *exponent);
    free(copy.exponent);
    return copy.x;
}

void npy_put_rows(Npy *n, const char *name, const Rows *r)
{
    int64_t exponent;
    double *x = npy_one_unit(r, &exponent);
    npy_put(n, name, x, r->rows, r->cols, exponent);
    free(x);
}

int npy_close(Npy *n)
{
    Text path = {0};
    scale_path(&path, n);
    if (n->result == 0)
        n->result = file_replace(text_str(&path), text_str(&n->scale), n->scale.length);
    text_free(&path);
    text_free(&n->scale);
    return n->result;
}
