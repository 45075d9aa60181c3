/* IDX files: every type and shape, and every refusal.
 * The one thing to know: read through dataset_open, which is how they are used; headers lie in every way there is.
 * Type codes after LeCun, Cortes, Burges. */
#include <math.h>

#include "fixture.h"
#include "sets.h"

static const struct {
    IdxType type;
    double values[6];
} typed[] = {
    {IDX_UINT8, {0, 3, 77, 128, 200, 255}},
    {IDX_INT8, {-128, -3, 0, 5, 77, 127}},
    {IDX_INT16, {-32768, -257, 0, 255, 256, 32767}},
    {IDX_INT32, {-2147483648.0, -65537, 0, 1, 70000, 2147483647.0}},
    {IDX_FLOAT, {-2.5, 0, 1.5, 3.25, 1e30, -1e30}},
    {IDX_DOUBLE, {-2.385, 0, 1e-300, 0.1, 2.7, 9.5}},
    {IDX_DOUBLE, {1e300, -1.5e300, 1.7e308, -1.7e308, 0, 3e299}},
    {IDX_DOUBLE, {1e-310, 3e-310, 0, -5e-324, 2.25e-308, 7e-309}},
};

/* Every type, 2 to 4 dimensions, plain, gzip, and plain under a gzip name. */
static void idx_types(void **state)
{
    (void)state;
    static const uint32_t sizes[][4] = {{3, 2}, {3, 1, 2}, {3, 1, 2, 1}};
    for (size_t t = 0; t < sizeof typed / sizeof *typed; t++)
        for (unsigned k = 0; k < 9; k++) {
            Image f = image(typed[t].type, 2 + k / 3, sizes[k / 3]);
            for (int i = 0; i < 6; i++)
                put_cell(&f, typed[t].type, typed[t].values[i]);
            const char *path = k % 3 == 0   ? files_write(&files, "a-idx", f.bytes, f.length)
                               : k % 3 == 1 ? files_write(&files, "a-idx.gz", f.bytes, f.length)
                                            : files_gz(&files, "a-idx.gz", f.bytes, (unsigned)f.length);
            Input input;
            Dataset *d = open_as(INPUT_IDX, path, &input);
            char identity[32];
            snprintf(identity, sizeof identity, "idx:%08lx", crc32(0, f.bytes, (unsigned)f.length));
            assert_string_equal(input.identity, identity);
            assert_int_equal(input.rows, 3);
            assert_int_equal(input.width, 2);
            double *x = all_rows(d), mean, variance;
            moments_of(x, 6, 1, &mean, &variance);
            assert_true(fabs(mean) < 1e-14);
            assert_true(fabs(variance - 1) < 1e-14);
            /* an increasing linear map: differences keep their proportions */
            const double *v = typed[t].values;
            for (int i = 2; i < 6; i++)
                assert_true(fabs((x[i] - x[0]) * (v[1] / 8 - v[0] / 8) - (x[1] - x[0]) * (v[i] / 8 - v[0] / 8)) <=
                            1e-13 * fabs(v[i] / 8 - v[0] / 8) + (t == 7 ? 5e-324 : 0));
            free(x);
            dataset_close(d);
        }
}

static void idx_headers_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t sizes[4];
        unsigned type, dimensions, cells;
        const char *said;
    } cases[] = {
        {{2, 3}, 0x08, 2, 5, "declares 2 rows of 3 numbers, 6 bytes, but holds 5"},
        {{2, 3}, 0x08, 2, 0, "but holds 0"},
        {{2, 3}, 0x08, 2, 7, "holds more than the 2 rows of 3 numbers"},
        {{2, 3}, 0x0e, 2, 47, "48 bytes, but holds 47"},
        {{0, 3}, 0x08, 2, 0, "declares no rows"},
        {{2, 3, 0}, 0x08, 3, 0, "dimension 3 is 0"},
        {{5}, 0x08, 1, 5, "one dimension, as labels have"},
        {{0}, 0x08, 0, 0, "0 dimensions"},
        {{2, 3, 1, 1}, 0x08, 5, 6, "5 dimensions"},
        {{2, 3}, 0x0a, 2, 6, "type 0a is none of"},
        {{2, 3}, 0x00, 2, 6, "type 00 is none of"},
        {{2, 3}, 0x1f08, 2, 6, "not an IDX file"},
        {{0xffffffff, 0xffffffff}, 0x0e, 2, 6, "more cells than memory can address"},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0x08, 4, 6, "more cells than memory can address"},
        /* sizes that fit 63 bits and no machine: nothing may be allocated from the header */
        {{0x7fffffff, 0x10000000}, 0x08, 2, 6, "but holds 6"},
        {{0x0fffffff, 0xffffffff}, 0x08, 2, 6, "but holds 6"},
        {{1, 0xffff, 0xffff, 0xffff}, 0x0e, 4, 6, "but holds 6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Image f = image(cases[i].type, cases[i].dimensions > 4 ? 4 : cases[i].dimensions, cases[i].sizes);
        f.bytes[3] = (unsigned char)cases[i].dimensions;
        for (unsigned k = 0; k < cases[i].cells; k++)
            put_big_endian(&f, k, 1);
        FAILS(&files, EXIT_DATA, cases[i].said, refused(INPUT_IDX, files_write(&files, "bad", f.bytes, f.length)));
        FAILS(&files, EXIT_DATA, cases[i].said, refused(INPUT_IDX, files_gz(&files, "bad.gz", f.bytes, (unsigned)f.length)));
    }
}

static void idx_files_refused(void **state)
{
    (void)state;
    Image f = image(IDX_UINT8, 3, (const uint32_t[]){2, 2, 2});
    for (unsigned k = 0; k < 8; k++)
        put_big_endian(&f, k * k, 1);
    for (size_t cut = 0; cut < f.length; cut++)
        FAILS(&files, EXIT_DATA, cut == 0 ? "is empty" : "'", refused(INPUT_IDX, files_write(&files, "cut", f.bytes, cut)));
    unsigned char zipped[256];
    const size_t n = files_read(files_gz(&files, "whole.gz", f.bytes, (unsigned)f.length), zipped, sizeof zipped);
    for (size_t cut = 2; cut < n; cut++)
        FAILS(&files, EXIT_DATA, "cut short", refused(INPUT_IDX, files_write(&files, "cut.gz", zipped, cut)));
    for (size_t i = 10; i < n; i++) {
        zipped[i] ^= 0x21;
        FAILS(&files, EXIT_DATA, "", refused(INPUT_IDX, files_write(&files, "bad.gz", zipped, n)));
        zipped[i] ^= 0x21;
    }
    FAILS(&files, EXIT_DATA, "not an IDX file", refused(INPUT_IDX, files_text(&files, "text", "a,b\n1,2\n")));
    FAILS(&files, EXIT_NOINPUT, "No such file", refused(INPUT_IDX, files_path(&files, "absent")));
    FAILS(&files, EXIT_NOINPUT, "directory", refused(INPUT_IDX, files.directory));
    const double odd[] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < 6; i++) {
        const IdxType type = i < 3 ? IDX_FLOAT : IDX_DOUBLE;
        f = image(type, 2, (const uint32_t[]){2, 2});
        for (int k = 0; k < 4; k++)
            put_cell(&f, type, k == 2 ? odd[i % 3] : k);
        FAILS(&files, EXIT_DATA, "row 2, number 1 is", refused(INPUT_IDX, files_write(&files, "odd", f.bytes, f.length)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_types),
        cmocka_unit_test(idx_headers_refused),
        cmocka_unit_test(idx_files_refused),
    };
    return cmocka_run_group_tests_name("net/idx", tests, set_up, tear_down);
}
