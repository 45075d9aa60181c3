/* Products of a few rows: every instruction set's version against sums in long double, for every tail of rows and columns.
 * The one thing to know: skinny.c is compiled a second time into this file, so that every version can be called.
 * A sum of n products is right to (n + 2) 2^-53 Σ|terms| (Higham 2002, section 3.1). */
#define skinny_serves copy_serves
#define skinny_packed_size copy_packed_size
#define skinny_pack copy_pack
#define skinny_forward copy_forward
#define skinny_backward copy_backward
#define skinny_backward_more copy_backward_more
#define skinny_servesf copy_servesf
#define skinny_packed_sizef copy_packed_sizef
#define skinny_packf copy_packf
#define skinny_forwardf copy_forwardf
#define skinny_backwardf copy_backwardf
#define skinny_backward_moref copy_backward_moref
#include "num/skinny.c"
#undef skinny_serves
#undef skinny_packed_size
#undef skinny_pack
#undef skinny_forward
#undef skinny_backward
bool skinny_serves(size_t rows);
void skinny_pack(double *restrict packed, const double *restrict x, size_t rows, size_t inner);

#include "num/rng.h"
#include "support.h"

enum { ROWS = 64, WIDE = 150, ROOM = 4 };

typedef void Forward(double *restrict z, size_t stride, const double *restrict packed, const double *restrict w, size_t rows,
                     size_t padded, size_t m, size_t n);
typedef void Backward(double *restrict g, const double *restrict packed, const double *restrict w, size_t rows, size_t padded, size_t m,
                      size_t n);

typedef struct {
    const char *name;
    Forward *forward;
    Backward *backward;
} Version;

static Version versions[4];
static size_t n_versions;

static double h[ROWS * WIDE], w[WIDE * WIDE], delta[ROWS * WIDE], packed[ROWS * WIDE], out[ROWS * (WIDE + ROOM)];

static void fill(double *x, size_t n, uint32_t stream)
{
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){KEY, 3}, stream, USE_WEIGHT);
    rng_normals(&rng, x, n, 1);
    rng_done(&rng);
}

static void expect_near(const char *name, double got, long double wanted, long double absolute, size_t n)
{
    NEAR(got, wanted, (double)(absolute * (long double)(n + 2)) * 0x1p-53, "%s", name);
}

static void expect_forward(const Version *v, size_t rows, size_t m, size_t n)
{
    const size_t stride = m + ROOM;
    for (size_t i = 0; i < ROWS * (WIDE + ROOM); i++)
        out[i] = 2.385;
    skinny_pack(packed, h, rows, n);
    v->forward(out, stride, packed, w, rows, padded_rows(rows), m, n);
    for (size_t a = 0; a < rows; a++)
        for (size_t j = 0; j < m; j++) {
            long double total = 0, absolute = 0;
            for (size_t k = 0; k < n; k++) {
                total += LONG(h[a * n + k]) * LONG(w[j * n + k]);
                absolute += fabsl(LONG(h[a * n + k]) * LONG(w[j * n + k]));
            }
            expect_near(v->name, out[a * stride + j], total, absolute, n);
        }
    for (size_t a = 0; a < rows; a++)
        for (size_t j = m; j < stride; j++)
            assert_true(out[a * stride + j] == 2.385);
    for (size_t i = rows * stride; i < ROWS * (WIDE + ROOM); i++)
        assert_true(out[i] == 2.385);
}

static void expect_backward(const Version *v, size_t rows, size_t m, size_t n)
{
    for (size_t i = 0; i < ROWS * (WIDE + ROOM); i++)
        out[i] = 2.385;
    skinny_pack(packed, delta, rows, m);
    memset(out, 0, rows * n * sizeof *out);   /* the kernel adds */
    v->backward(out, packed, w, rows, padded_rows(rows), m, n);
    for (size_t a = 0; a < rows; a++)
        for (size_t k = 0; k < n; k++) {
            long double total = 0, absolute = 0;
            for (size_t j = 0; j < m; j++) {
                total += LONG(delta[a * m + j]) * LONG(w[j * n + k]);
                absolute += fabsl(LONG(delta[a * m + j]) * LONG(w[j * n + k]));
            }
            expect_near(v->name, out[a * n + k], total, absolute, m);
        }
    for (size_t i = rows * n; i < ROWS * (WIDE + ROOM); i++)
        assert_true(out[i] == 2.385);
}

static void every_tail(void **state)
{
    (void)state;
    static const size_t rows[] = {2, 3, 7, 8, 9, 15, 17, 31, 32, 33, 40, 63, 64}, sizes[] = {1, 2, 3, 5, 8, 17, 31, 37, 64, 129, 150};
    for (size_t v = 0; v < n_versions; v++)
        for (size_t a = 0; a < sizeof rows / sizeof *rows; a++)
            for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
                const size_t other = sizes[(i * 7 + a) % (sizeof sizes / sizeof *sizes)];
                expect_forward(&versions[v], rows[a], sizes[i], other);
                expect_backward(&versions[v], rows[a], sizes[i], other);
            }
}

/* skinny.h: the same bits for AVX2 and AVX-512. */
static void same_bits(void **state)
{
    (void)state;
    static double other[ROWS * WIDE];
    if (n_versions < 3) {
        print_message("no AVX-512 here: nothing to compare\n");
        return;
    }
    for (size_t rows = 2; rows <= 64; rows++) {
        const size_t m = 150 - rows, n = 70 + rows;
        skinny_pack(packed, h, rows, n);
        versions[1].forward(out, m, packed, w, rows, padded_rows(rows), m, n);
        versions[2].forward(other, m, packed, w, rows, padded_rows(rows), m, n);
        assert_memory_equal(out, other, rows * m * sizeof *out);
        skinny_pack(packed, delta, rows, m);
        memset(out, 0, sizeof out);
        memset(other, 0, sizeof other);
        versions[1].backward(out, packed, w, rows, padded_rows(rows), m, n);
        versions[2].backward(other, packed, w, rows, padded_rows(rows), m, n);
        assert_memory_equal(out, other, rows * n * sizeof *out);
    }
}

/* A part of W's rows gives the same columns of z as the whole: dense draws W in blocks. */
static void in_parts(void **state)
{
    (void)state;
    static double part[ROWS * WIDE];
    for (size_t v = 0; v < n_versions; v++)
        for (size_t rows = 2; rows <= 64; rows += 5) {
            skinny_pack(packed, h, rows, 70);
            versions[v].forward(out, 150, packed, w, rows, padded_rows(rows), 150, 70);
            for (size_t j = 0; j < 150; j += 32)
                versions[v].forward(part + j, 150, packed, w + j * 70, rows, padded_rows(rows), 150 - j < 32 ? 150 - j : 32, 70);
            assert_memory_equal(out, part, rows * 150 * sizeof *out);
        }
}

static void which_rows(void **state)
{
    (void)state;
    assert_false(skinny_serves(1));
    assert_true(skinny_serves(2) && skinny_serves(64));
    assert_false(skinny_serves(65));
}

static int set_up(void **state)
{
    fill(h, ROWS * WIDE, 1);
    fill(w, WIDE * WIDE, 2);
    fill(delta, ROWS * WIDE, 3);
    versions[n_versions++] = (Version){"portable", forward_portable, backward_portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        versions[n_versions++] = (Version){"avx2", forward_avx2, backward_avx2};
    if (__builtin_cpu_supports("avx512f"))
        versions[n_versions++] = (Version){"avx512", forward_avx512, backward_avx512};
#endif
    return numbers_ready(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_tail), cmocka_unit_test(same_bits), cmocka_unit_test(in_parts),
                                       cmocka_unit_test(which_rows)};
    return cmocka_run_group_tests_name("num/skinny", tests, set_up, NULL);
}
