/* Sums over vectors: their value, and their order, which is part of the promise that bytes repeat.
 * The one thing to know: the twin adds lane i = elements i, i + 16, …, then lanes pairwise; bits must agree. reduce.c is part of this
 * file, so that every instruction set's version can be called; the library's is then not linked. */
#include "num/reduce.c"

#include "support.h"

enum { MOST = 2385 };
static double x[MOST], y[MOST], wide_x[MOST], wide_y[MOST];
static float x4[MOST], y4[MOST];   /* wide_x and wide_y are the same numbers as doubles */

static double twin(size_t n, double (*term)(size_t))
{
    double lane[16] = {0};
    for (size_t i = 0; i < n; i++)
        lane[i % 16] += term(i);
    for (size_t apart = 8; apart > 0; apart /= 2)
        for (size_t i = 0; i < apart; i++)
            lane[i] += lane[i + apart];
    return lane[0];
}

static double plain(size_t i) { return x[i]; }
static double square(size_t i) { return x[i] * x[i]; }
static double product(size_t i) { return x[i] * y[i]; }
static double deviation(size_t i) { return (x[i] - 0.375) * (x[i] - 0.375); }

static void fixed_order(void **state)
{
    (void)state;
    for (size_t n = 0; n <= MOST; n += n < 70 ? 1 : 463) {
        assert_true(sum(x, n) == twin(n, plain));
        assert_true(sum_squares(x, n) == twin(n, square));
        assert_true(sum_products(x, y, n) == twin(n, product));
        assert_true(sum_deviations(x, n, 0.375) == twin(n, deviation));
    }
}

/* Floats give the very bits of the same numbers as doubles. */
static void floats(void **state)
{
    (void)state;
    for (size_t n = 0; n <= MOST; n += n < 70 ? 1 : 463) {
        const Sums wanted = sums(wide_x, n), got = sumsf(x4, n);
        assert_true(sumf(x4, n) == sum(wide_x, n) && sum_squaresf(x4, n) == sum_squares(wide_x, n));
        assert_true(sum_productsf(x4, y4, n) == sum_products(wide_x, wide_y, n));
        assert_true(sum_deviationsf(x4, n, 0.385) == sum_deviations(wide_x, n, 0.385));
        assert_true(got.sum == wanted.sum && got.squares == wanted.squares);
        assert_true(largestf(x4, n) == largest(wide_x, n));
    }
    const float extreme[] = {0x1p-149f, -0x1.fffffep127f};
    assert_true(sum_squaresf(extreme, 1) == 0x1p-298 && sum_squaresf(extreme + 1, 1) == 0x1.fffffep127 * 0x1.fffffep127);
}

/* The versions for one instruction set against the portable ones, for every rest. */
#define EXPECT_SAME(version)                                                                                                          \
    for (size_t n = 0; n < 70; n++) {                                                                                                 \
        assert_true(plain_portable(x, NULL, n, 0) == plain_##version(x, NULL, n, 0));                                                 \
        assert_true(squares_portable(x, NULL, n, 0) == squares_##version(x, NULL, n, 0));                                             \
        assert_true(products_portable(x, y, n, 0) == products_##version(x, y, n, 0));                                                 \
        assert_true(deviations_portable(x, NULL, n, 0.385) == deviations_##version(x, NULL, n, 0.385));                               \
        assert_true(plainf_portable(x4, NULL, n, 0) == plainf_##version(x4, NULL, n, 0));                                             \
        assert_true(squaresf_portable(x4, NULL, n, 0) == squaresf_##version(x4, NULL, n, 0));                                         \
        assert_true(productsf_portable(x4, y4, n, 0) == productsf_##version(x4, y4, n, 0));                                           \
        assert_true(deviationsf_portable(x4, NULL, n, 0.385) == deviationsf_##version(x4, NULL, n, 0.385));                           \
        assert_true(both_sums_##version(x, n).squares == squares_portable(x, NULL, n, 0));                                            \
        assert_true(both_sumsf_##version(x4, n).sum == plainf_portable(x4, NULL, n, 0));                                              \
        assert_true(reach_##version(x, n).largest == reach_portable(x, n).largest);                                                   \
        assert_true(reachf_##version(x4, n).largest == reachf_portable(x4, n).largest);                                               \
        assert_true(below_##version(x, n, 0.385) == below_portable(x, n, 0.385) && zeros_##version(x, n) == zeros_portable(x, n));    \
        assert_true(belowf_##version(x4, n, 0.385) == belowf_portable(x4, n, 0.385) && zerosf_##version(x4, n) == zerosf_portable(x4, n)); \
    }

static void instruction_sets(void **state)
{
    (void)state;
#if defined(__x86_64__)
    if (SIMD_AVX2)
        EXPECT_SAME(avx2)
    if (SIMD_AVX512)
        EXPECT_SAME(avx512)
    else
        print_message("not every instruction set is here\n");
#endif
}

static void one_pass(void **state)
{
    (void)state;
    for (size_t n = 0; n <= MOST; n += n < 70 ? 1 : 463) {
        const Sums both = sums(x, n);
        assert_true(both.sum == sum(x, n) && both.squares == sum_squares(x, n));
    }
}

/* Zeros of both signs; |x| < limit for limits between floats, at them, and at the ends of their range. */
static void counts(void **state)
{
    (void)state;
    static const double limits[] = {0, 0x1p-1074, 0x1p-149, 0.385, 0.3849999904632568, 0.38499999046325684, 0x1.fffffep127, 1e300, HUGE_VAL};
    static double some[301];
    static float some4[301];
    const float kinds[] = {0, -0.0f, 0.385f, -0.385f, 0x1p-149f, HUGE_VALF, -HUGE_VALF, NAN, 2.385f, -0x1.fffffep127f, 0x1p-126f};
    for (size_t i = 0; i < 301; i++)
        some[i] = (double)(some4[i] = kinds[i * i % 11]);
    for (size_t n = 0; n <= 301; n += n < 70 ? 1 : 33) {
        size_t zeros = 0;
        for (size_t i = 0; i < n; i++)
            zeros += some[i] == 0;
        assert_int_equal(count_zeros(some, n), zeros);
        assert_int_equal(count_zerosf(some4, n), zeros);
        for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
            size_t below = 0;
            for (size_t i = 0; i < n; i++)
                below += fabs(some[i]) < limits[l];
            assert_int_equal(count_below(some, n, limits[l]), below);
            assert_int_equal(count_belowf(some4, n, limits[l]), below);
        }
    }
    assert_int_equal(count_below(some, 301, (double)NAN) + count_belowf(some4, 301, (double)NAN), 0);
}

/* Every place for one NaN or one infinity among ordinary numbers. */
static void extents(void **state)
{
    (void)state;
    enum { N = 70 };
    double z[N];
    float z4[N];
    for (size_t n = 1; n <= N; n++)
        for (size_t at = 0; at < n; at++)
            for (int kind = 0; kind < 4; kind++) {
                const float odd[] = {2.385f, -HUGE_VALF, NAN, -NAN};
                for (size_t i = 0; i < n; i++)
                    z[i] = (double)(z4[i] = i == at ? odd[kind] : i % 2 ? -0.375f : 0.0625f);
                const Extent e = extent(z, n), e4 = extentf(z4, n);
                const double rest = n == 1 ? 0 : n == 2 ? (at == 1 ? 0.0625 : 0.375) : n == 3 && at == 1 ? 0.0625 : 0.375;
                const double wanted = kind == 0 ? (double)2.385f : kind == 1 ? HUGE_VAL : rest;
                assert_true(e.largest == wanted && e.nan == (kind > 1) && largest(z, n) == wanted);
                assert_true(e4.largest == wanted && e4.nan == (kind > 1) && largestf(z4, n) == wanted);
            }
    const Extent nothing = extent(z, 0), nothing4 = extentf(z4, 0);
    assert_true(nothing.largest == 0 && !nothing.nan && nothing4.largest == 0 && !nothing4.nan);
}

static void values(void **state)
{
    (void)state;
    long double total = 0, squares = 0, products = 0, deviations = 0, absolute = 0;
    for (size_t i = 0; i < MOST; i++) {
        total += LONG(x[i]);
        absolute += LONG(fabs(x[i]));
        squares += LONG(x[i]) * LONG(x[i]);
        products += LONG(x[i]) * LONG(y[i]);
        deviations += (LONG(x[i]) - 0.375L) * (LONG(x[i]) - 0.375L);
    }
    NEAR(sum(x, MOST), total, 1e-14 * (double)absolute, "sum");
    NEAR(sum_squares(x, MOST), squares, 1e-14 * (double)squares, "squares");
    NEAR(sum_products(x, y, MOST), products, 1e-14 * (double)squares, "products");
    NEAR(sum_deviations(x, MOST, 0.375), deviations, 1e-14 * (double)deviations, "deviations");
}

static void largest_of(void **state)
{
    (void)state;
    const double mixed[] = {0.5, (double)NAN, -2.385, 1, (double)NAN};
    const double infinite[] = {0.5, -HUGE_VAL, 3};
    assert_true(largest(mixed, 0) == 0);
    assert_true(largest(mixed, 2) == 0.5);
    assert_true(largest(mixed, 5) == 2.385);
    assert_true(largest(infinite, 3) == HUGE_VAL);
    assert_true(isnan(sum(mixed, 5)) && isnan(sum_squares(mixed, 5)));
}

static int fill(void **state)
{
    gsl_rng *r = gsl_rng_alloc(philox_type);
    gsl_rng_set(r, 2385);
    for (size_t i = 0; i < MOST; i++) {
        x[i] = 4 * gsl_rng_uniform(r) - 1.75;
        y[i] = 4 * gsl_rng_uniform(r) - 2.25;
        wide_x[i] = (double)(x4[i] = (float)x[i]);
        wide_y[i] = (double)(y4[i] = (float)y[i]);
    }
    gsl_rng_free(r);
    return numbers_ready(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fixed_order), cmocka_unit_test(floats), cmocka_unit_test(instruction_sets), cmocka_unit_test(one_pass),  cmocka_unit_test(counts),
                                       cmocka_unit_test(extents),     cmocka_unit_test(values), cmocka_unit_test(largest_of)};
    return cmocka_run_group_tests_name("num/reduce", tests, fill, NULL);
}
