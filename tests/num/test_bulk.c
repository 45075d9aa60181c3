/* Bulk random numbers against a slow obvious twin, against their law, and against one another.
 * The one thing to know: bulk.c is compiled a second time into this file, so that every instruction set's version can be called.
 * Box and Muller 1958; Kolmogorov's distribution after Marsaglia, Tsang and Wang 2003. */
#define bulk_blocks copy_blocks
#define bulk_normals copy_normals
#define bulk_uniforms copy_uniforms
#define bulk_blocksf copy_blocksf
#define bulk_normalsf copy_normalsf
#define bulk_uniformsf copy_uniformsf
#include "num/bulk.c"
#undef bulk_blocks
#undef bulk_normals
#undef bulk_uniforms
uint64_t bulk_blocks(size_t n);
void bulk_normals(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2]);
void bulk_uniforms(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2]);
#undef bulk_blocksf
#undef bulk_normalsf
#undef bulk_uniformsf
uint64_t bulk_blocksf(size_t n);
void bulk_normalsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2]);
void bulk_uniformsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2]);

#include <float.h>
#include <gsl/gsl_cdf.h>

#include "support.h"

static const uint32_t key[2] = {0x0C64E9B3, 0x2385A17F};
static const long double TWO_PI = 6.283185307179586476925286766559006L;

/* Number i, in long double, from the block it is made of. */
static void words_of(size_t i, const uint32_t start[4], uint64_t words[2])
{
    uint32_t at[4] = {start[0], start[1], start[2], start[3]}, out[4];
    philox_step(at, i / 32 * 16 + i % 16);
    philox_block(out, at, key);
    words[0] = (uint64_t)out[0] << 32 | out[1];
    words[1] = (uint64_t)out[2] << 32 | out[3];
}

static long double open_unit(uint64_t word)
{
    return ((long double)(word >> 12) + 0.5L) / 4503599627370496.0L;
}

static long double normal_twin(size_t i, const uint32_t start[4])
{
    uint64_t w[2];
    words_of(i, start, w);
    const long double radius = sqrtl(-2 * logl(open_unit(w[0]))), angle = TWO_PI * open_unit(w[1]);
    return radius * (i % 32 < 16 ? cosl(angle) : sinl(angle));
}

static long double uniform_twin(size_t i, const uint32_t start[4])
{
    uint64_t w[2];
    words_of(i, start, w);
    return 2 * open_unit(w[i % 32 < 16 ? 0 : 1]) - 1;
}

/* Float i's pair of words: its place in the group of 64 says which block and which half of it. */
static const uint32_t *words_off(size_t i, const uint32_t start[4], uint32_t out[4])
{
    uint32_t at[4] = {start[0], start[1], start[2], start[3]};
    philox_step(at, i / 64 * 16 + i % 16 / 2 + (i % 2 ? 8 : 0));
    philox_block(out, at, key);
    return out + (i % 64 < 32 ? 0 : 2);
}

static long double open_unitf(uint32_t word)
{
    return ((long double)word + 0.5L) * 0x1p-32L;
}

static long double normal_twinf(size_t i, const uint32_t start[4])
{
    uint32_t out[4];
    const uint32_t *w = words_off(i, start, out);
    const long double radius = sqrtl(-2 * logl(open_unitf(w[0]))), angle = TWO_PI * open_unitf(w[1]);
    return radius * (i % 32 < 16 ? cosl(angle) : sinl(angle));
}

static float uniform_twinf(size_t i, const uint32_t start[4])
{
    uint32_t out[4];
    const uint32_t *w = words_off(i, start, out), word = w[i % 32 < 16 ? 0 : 1];
    const double from_middle = word < 0x80000000u ? (double)(word / 256) : (double)(word / 256) - 16777216;
    return (float)((from_middle + 0.5) / 8388608);
}

static const uint32_t starts[][4] = {{0, 3, 0x01000000, 7}, {0xFFFFFFF7, 3, 0x01000000, 7}, {0xFFFFFFE5, 3, 0x01FFFFFF, 7},
                                     {0xFFFFFFF0, 3, 0x01FFFFFF, 7}, {0xFFFFFFEF, 3, 0x01000001, 7}};

static void twinsf(void **state)
{
    (void)state;
    enum { MOST = 2400 };
    static const size_t sizes[] = {0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 2385};
    double worst = 0;
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            float x[MOST], u[MOST];
            for (size_t i = 0; i < MOST; i++)
                x[i] = u[i] = 2.385f;
            bulk_normalsf(x, sizes[k], 0.375f, starts[s], key);
            bulk_uniformsf(u, sizes[k], 0.375f, starts[s], key);
            for (size_t i = 0; i < sizes[k]; i++) {
                const long double wanted = 0.375L * normal_twinf(i, starts[s]);
                worst = fmax(worst, (double)fabsl(LONG(x[i]) / wanted - 1));
                assert_true(u[i] == 0.375f * uniform_twinf(i, starts[s]));
            }
            for (size_t i = sizes[k]; i < MOST; i++)
                assert_true(x[i] == 2.385f && u[i] == 2.385f);
        }
    print_message("float normals differ from long double by at most %.2g, relatively\n", worst);
    assert_true(worst < 5e-7);
}

/* Every position, every tail of a group, and where the block counter carries. */
static void twins(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 2385};
    double worst = 0;
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            double x[2400], u[2400];
            for (size_t i = 0; i < 2400; i++)
                x[i] = u[i] = 2.385;
            bulk_normals(x, sizes[k], 0.375, starts[s], key);
            bulk_uniforms(u, sizes[k], 0.375, starts[s], key);
            for (size_t i = 0; i < sizes[k]; i++) {
                const long double wanted = 0.375L * normal_twin(i, starts[s]);
                worst = fmax(worst, (double)fabsl(LONG(x[i]) / wanted - 1));
                assert_true(u[i] == (double)(0.375L * uniform_twin(i, starts[s])));
            }
            for (size_t i = sizes[k]; i < 2400; i++)
                assert_true(x[i] == 2.385 && u[i] == 2.385);
        }
    print_message("normals differ from long double by at most %.2g, relatively\n", worst);
    assert_true(worst < 2e-15);
}

static void blocks(void **state)
{
    (void)state;
    const size_t n[] = {0, 1, 31, 32, 33, 64, 65}, wanted[] = {0, 16, 16, 16, 32, 32, 48};
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        assert_int_equal(bulk_blocks(n[i]), wanted[i]);
    assert_int_equal(bulk_blocksf(0), 0);
    assert_int_equal(bulk_blocksf(64), 16);
    assert_int_equal(bulk_blocksf(65), 32);
}

/* The radius at the ends of (0, 1) and all over, and the turn at and around every eighth: each word against long double. */
static void words_to_floats(void **state)
{
    (void)state;
    double worst = 0, worst_turn = 0;
    for (int edge = 0; edge < 16; edge++)
        for (int i = -3000; i <= 3000; i++) {
            const uint32_t word = (uint32_t)edge * 0x10000000u + (uint32_t)(i < -1500 || i > 1500 ? i * 89471 : i);
            const long double u = open_unitf(word), radius = sqrtl(-2 * logl(u)), quarter = rintl(4 * u), x = (u - quarter / 4) * TWO_PI;
            const int q = (int)quarter & 3;
            const long double c = q == 0 ? cosl(x) : q == 1 ? -sinl(x) : q == 2 ? -cosl(x) : sinl(x);
            const long double s = q == 0 ? sinl(x) : q == 1 ? cosl(x) : q == 2 ? -sinl(x) : -cosl(x);
            float got_c, got_s;
            turnf(word, &got_c, &got_s);
            worst = fmax(worst, (double)fabsl(LONG(radiusf(word)) / radius - 1));
            worst_turn = fmax(worst_turn, (double)fmaxl(fabsl(LONG(got_c) / c - 1), fabsl(LONG(got_s) / s - 1)));
        }
    print_message("radius: at most %.2g, cosine and sine %.2g, relatively\n", worst, worst_turn);
    assert_true(worst < 2.4e-7 && worst_turn < 2.4e-7);
    assert_true((double)radiusf(0) > 6.76 && (double)radiusf(0xFFFFFFFFu) > 1e-5);
}

/* ln u at the ends of (0, 1), at the seams of its reduction, and all over; errors in ulp of the result. */
static void logarithm(void **state)
{
    (void)state;
    const double seam = 0.70710678118654757;
    double worst = 0, u[4000] = {0x1p-53, 3 * 0x1p-53, 1 - 0x1p-53, 1 - 3 * 0x1p-53, 0.5, nextafter(0.5, 0), nextafter(0.5, 1), seam,
                                 nextafter(seam, 0), nextafter(seam, 1), seam / 2, nextafter(seam / 2, 0)};
    for (int i = 12; i < 4000; i++)
        u[i] = i < 2000 ? (i + 0.375) / 4000 : exp2(-53 * (i - 2000 + 0.5) / 2000);
    for (int i = 0; i < 4000; i++) {
        const double got = unit_log(u[i]);
        assert_true(got < 0);
        worst = fmax(worst, (double)fabsl(LONG(got) - logl(LONG(u[i]))) / (nextafter(fabs(got), HUGE_VAL) - fabs(got)));
    }
    print_message("logarithm: at most %.2f ulp\n", worst);
    assert_true(worst < 1.5);
}

/* Cosine and sine at and around every eighth of a turn; the sine keeps its relative accuracy near its zeros. */
static void circle(void **state)
{
    (void)state;
    double worst = 0;
    for (int eighth = 0; eighth <= 8; eighth++)
        for (int i = -300; i <= 300; i++) {
            const double v = eighth / 8.0 + (i == 0 ? 0 : copysign(exp2(-53 + abs(i) * 50.0 / 300), i));
            double c, s;
            if (v <= 0 || v >= 1)
                continue;
            turn(v, &c, &s);
            /* The reduced angle is exact in long double where v is within an eighth of a quarter turn. */
            const double quarter = rint(4 * v);
            const long double x = (LONG(v) - LONG(quarter / 4)) * TWO_PI;
            const int q = (int)quarter & 3;
            const long double wanted_c = q == 0 ? cosl(x) : q == 1 ? -sinl(x) : q == 2 ? -cosl(x) : sinl(x);
            const long double wanted_s = q == 0 ? sinl(x) : q == 1 ? cosl(x) : q == 2 ? -sinl(x) : -cosl(x);
            worst = fmax(worst, (double)fmaxl(fabsl(LONG(c) - wanted_c) / fmaxl(fabsl(wanted_c), 1e-300L),
                                              fabsl(LONG(s) - wanted_s) / fmaxl(fabsl(wanted_s), 1e-300L)));
        }
    print_message("cosine and sine: at most %.2g, relatively\n", worst);
    assert_true(worst < 4e-16);
}

/* From a place where the counter carries in the middle of a group. */
static void same_bits(Groups *a, Groups *b)
{
    enum { GROUPS = 2048 };
    uint32_t at_a[4] = {0xFFFFF007, 3, 0x01000000, 7}, at_b[4] = {0xFFFFF007, 3, 0x01000000, 7};
    double *x = mem_doubles(GROUPS * BULK_NUMBERS), *y = mem_doubles(GROUPS * BULK_NUMBERS);
    a(x, GROUPS, 2.385, at_a, key);
    b(y, GROUPS, 2.385, at_b, key);
    assert_memory_equal(x, y, GROUPS * BULK_NUMBERS * sizeof *x);
    assert_memory_equal(at_a, at_b, sizeof at_a);
    free(x);
    free(y);
}

static void same_bitsf(Groupsf *a, Groupsf *b)
{
    enum { GROUPS = 2048 };
    uint32_t at_a[4] = {0xFFFFF007, 3, 0x01000000, 7}, at_b[4] = {0xFFFFF007, 3, 0x01000000, 7};
    float *x = mem_alloc(GROUPS * BULK_NUMBERSF, sizeof *x), *y = mem_alloc(GROUPS * BULK_NUMBERSF, sizeof *y);
    a(x, GROUPS, 2.385f, at_a, key);
    b(y, GROUPS, 2.385f, at_b, key);
    assert_memory_equal(x, y, GROUPS * BULK_NUMBERSF * sizeof *x);
    assert_memory_equal(at_a, at_b, sizeof at_a);
    free(x);
    free(y);
}

static void instruction_sets(void **state)
{
    (void)state;
    same_bits(CHOOSE(normal_groups), normal_groups_portable);
    same_bitsf(CHOOSE(normal_groupsf), normal_groupsf_portable);
#if defined(__x86_64__)
    if (SIMD_AVX2) {
        same_bits(normal_groups_avx2, normal_groups_portable);
        same_bits(uniform_groups_avx2, uniform_groups_portable);
        same_bitsf(normal_groupsf_avx2, normal_groupsf_portable);
        same_bitsf(uniform_groupsf_avx2, uniform_groupsf_portable);
    } else {
        print_message("no AVX2 here: its version is not compared\n");
    }
    if (SIMD_AVX512) {
        same_bits(normal_groups_avx512, normal_groups_portable);
        same_bits(uniform_groups_avx512, uniform_groups_portable);
        same_bitsf(normal_groupsf_avx512, normal_groupsf_portable);
        same_bitsf(uniform_groupsf_avx512, uniform_groupsf_portable);
    } else {
        print_message("no AVX-512 here: its version is not compared\n");
    }
#endif
}

static double normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }
static double uniform_cdf(double x) { return (x + 1) / 2; }

static double *floats_of(size_t n, const uint32_t start[4])
{
    float *narrow = mem_alloc(n, sizeof *narrow);
    double *x = mem_doubles(n);
    bulk_normalsf(narrow, n, 1, start, key);
    for (size_t i = 0; i < n; i++)
        x[i] = (double)narrow[i];
    free(narrow);
    return x;
}

/* Kolmogorov-Smirnov: false alarm 3e-7. Moments 1 to 4 and 6 within 6 standard errors: 1e-8. */
static void expect_normals(double *x, size_t n)
{
    const double wanted[] = {1, 0, 1, 0, 3, 0, 15}, variance[] = {0, 1, 2, 15, 96, 945, 10170}, count = (double)n;
    for (int k = 1; k <= 6; k++) {
        double total = 0;
        for (size_t i = 0; i < n; i++)
            total += pow(x[i], k);
        NEAR(total / count, wanted[k], 6 * sqrt(variance[k] / count), "moment %d", k);
    }
    qsort(x, n, sizeof *x, by_size);
    NEAR(kolmogorov(x, n, normal_cdf), 1.4, 1.4, "Kolmogorov-Smirnov");
    free(x);
}

static void law_of_normals(void **state)
{
    (void)state;
    enum { N = 1 << 18 };
    const uint32_t start[4] = {0, 11, 0x01000000, 3};
    double *x = mem_doubles(N);
    bulk_normals(x, N, 1, start, key);
    expect_normals(x, N);
    expect_normals(floats_of(N, start), N);
}

/* How many of 2^26 floats are beyond 3, 4 and 5 on either side: within 6 standard errors, 1e-8 in all. */
static void tails(void **state)
{
    (void)state;
    enum { N = 1 << 26, PART = 1 << 14 };
    static float x[PART];
    uint32_t at[4] = {0, 14, 0x01000000, 3};
    size_t above[6] = {0}, below[6] = {0};
    for (size_t done = 0; done < N; done += PART) {
        bulk_normalsf(x, PART, 1, at, key);
        philox_step(at, bulk_blocksf(PART));
        for (int limit = 3; limit <= 5; limit++) {
            unsigned up = 0, down = 0;
            for (size_t i = 0; i < PART; i++) {
                up += x[i] > (float)limit;
                down += x[i] < (float)-limit;
            }
            above[limit] += up;
            below[limit] += down;
        }
    }
    for (int limit = 3; limit <= 5; limit++) {
        const double wanted = N * gsl_cdf_ugaussian_Q(limit);
        NEAR((double)above[limit], wanted, 6 * sqrt(wanted), "above %d", limit);
        NEAR((double)below[limit], wanted, 6 * sqrt(wanted), "below -%d", limit);
    }
}

/* A group's 64 floats against one another and the next group's: neither they nor their squares are correlated. 12,224 bounds of 6
 * standard errors, 2.4e-5 in all. */
static void lanes(void **state)
{
    (void)state;
    enum { GROUP = 64, GROUPS = 1 << 14 };
    const uint32_t start[4] = {0, 15, 0x01000000, 3};
    double *x = floats_of(GROUP * (GROUPS + 1), start), (*sum)[2 * GROUP] = mem_alloc(2 * GROUP * GROUP, sizeof **sum),
           (*squares)[2 * GROUP] = mem_alloc(2 * GROUP * GROUP, sizeof **squares);
    for (size_t g = 0; g < GROUPS; g++) {
        const double *at = x + g * GROUP;
        for (size_t i = 0; i < GROUP; i++)
            for (size_t k = i + 1; k < 2 * GROUP; k++) {
                sum[i][k] += at[i] * at[k];
                squares[i][k] += (at[i] * at[i] - 1) * (at[k] * at[k] - 1);
            }
    }
    for (size_t i = 0; i < GROUP; i++)
        for (size_t k = i + 1; k < 2 * GROUP; k++) {
            NEAR(sum[i][k] / sqrt(GROUPS), 0, 6, "correlation of lanes %zu and %zu", i, k);
            NEAR(squares[i][k] / 2 / sqrt(GROUPS), 0, 6, "correlation of the squares of lanes %zu and %zu", i, k);
        }
    free(x);
    free(sum);
    free(squares);
}

static void expect_uniforms(double *x, size_t n)
{
    const double count = (double)n;
    double total = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(x[i] > -1 && x[i] < 1);
        total += x[i];
        squares += x[i] * x[i];
    }
    NEAR(total / count, 0, 6 * sqrt(1 / 3.0 / count), "mean");
    NEAR(squares / count, 1 / 3.0, 6 * sqrt(4 / 45.0 / count), "mean square");
    qsort(x, n, sizeof *x, by_size);
    NEAR(kolmogorov(x, n, uniform_cdf), 1.4, 1.4, "Kolmogorov-Smirnov");
    free(x);
}

static void law_of_uniforms(void **state)
{
    (void)state;
    enum { N = 1 << 18 };
    const uint32_t start[4] = {0, 12, 0x01000000, 3};
    double *x = mem_doubles(N), *y = mem_doubles(N);
    float *narrow = mem_alloc(N, sizeof *narrow);
    bulk_uniforms(x, N, 1, start, key);
    bulk_uniformsf(narrow, N, 1, start, key);
    for (size_t i = 0; i < N; i++)
        y[i] = (double)narrow[i];
    expect_uniforms(x, N);
    expect_uniforms(y, N);
    assert_true(signed_uniformf(0x80000000u) == -1 + 0x1p-24f && signed_uniformf(0x7FFFFFFFu) == 1 - 0x1p-24f);
    free(narrow);
}

/* Numbers at any distance up to 70 are uncorrelated, and so are their squares: 138 bounds of 6 standard errors, 3e-7 in all. */
static void expect_independence(double *x, size_t n, size_t far)
{
    for (size_t lag = 1; lag < far; lag++) {
        double plain = 0, squared = 0;
        for (size_t i = 0; i < n; i++) {
            plain += x[i] * x[i + lag];
            squared += (x[i] * x[i] - 1) * (x[i + lag] * x[i + lag] - 1);
        }
        NEAR(plain / sqrt((double)n), 0, 6, "correlation at distance %zu", lag);
        NEAR(squared / 2 / sqrt((double)n), 0, 6, "correlation of squares at distance %zu", lag);
    }
    free(x);
}

static void independence(void **state)
{
    (void)state;
    enum { N = 1 << 17, FAR = 70 };
    const uint32_t start[4] = {0, 13, 0x01000000, 3};
    double *x = mem_doubles(N + FAR);
    bulk_normals(x, N + FAR, 1, start, key);
    expect_independence(x, N, FAR);
    expect_independence(floats_of(N + FAR, start), N, FAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twins),           cmocka_unit_test(twinsf),          cmocka_unit_test(blocks),
        cmocka_unit_test(logarithm),       cmocka_unit_test(circle),          cmocka_unit_test(words_to_floats),
        cmocka_unit_test(instruction_sets), cmocka_unit_test(law_of_normals), cmocka_unit_test(law_of_uniforms),
        cmocka_unit_test(tails),           cmocka_unit_test(lanes),           cmocka_unit_test(independence),
    };
    return cmocka_run_group_tests_name("num/bulk", tests, numbers_ready, NULL);
}
