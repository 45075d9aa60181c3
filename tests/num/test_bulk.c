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

/* Every position, every tail of a group, and where the block counter carries. */
static void twins(void **state)
{
    (void)state;
    static const uint32_t starts[][4] = {{0, 3, 0x01000000, 7}, {0xFFFFFFF7, 3, 0x01000000, 7}, {0xFFFFFFE5, 3, 0x01FFFFFF, 7}};
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

static void same_bits(Groups *a, Groups *b)
{
    enum { GROUPS = 2048 };
    uint32_t at_a[4] = {0xFFFFF000, 3, 0x01000000, 7}, at_b[4] = {0xFFFFF000, 3, 0x01000000, 7};
    double *x = mem_doubles(GROUPS * BULK_NUMBERS), *y = mem_doubles(GROUPS * BULK_NUMBERS);
    a(x, GROUPS, 2.385, at_a, key);
    b(y, GROUPS, 2.385, at_b, key);
    assert_memory_equal(x, y, GROUPS * BULK_NUMBERS * sizeof *x);
    assert_memory_equal(at_a, at_b, sizeof at_a);
    free(x);
    free(y);
}

static void instruction_sets(void **state)
{
    (void)state;
    same_bits(CHOOSE(normal_groups), normal_groups_portable);
    same_bits(CHOOSE(uniform_groups), uniform_groups_portable);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        same_bits(normal_groups_avx2, normal_groups_portable);
        same_bits(uniform_groups_avx2, uniform_groups_portable);
    } else {
        print_message("no AVX2 here: its version is not compared\n");
    }
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        same_bits(normal_groups_avx512, normal_groups_portable);
        same_bits(uniform_groups_avx512, uniform_groups_portable);
    } else {
        print_message("no AVX-512 here: its version is not compared\n");
    }
#endif
}

static double normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }
static double uniform_cdf(double x) { return (x + 1) / 2; }

/* Kolmogorov-Smirnov: false alarm 3e-7. Moments 1 to 4 and 6 within 6 standard errors: 1e-8. */
static void law_of_normals(void **state)
{
    (void)state;
    enum { N = 1 << 18 };
    const uint32_t start[4] = {0, 11, 0x01000000, 3};
    const double wanted[] = {1, 0, 1, 0, 3, 0, 15}, variance[] = {0, 1, 2, 15, 96, 945, 10170};
    double *x = mem_doubles(N);
    bulk_normals(x, N, 1, start, key);
    for (int k = 1; k <= 6; k++) {
        double total = 0;
        for (size_t i = 0; i < N; i++)
            total += pow(x[i], k);
        NEAR(total / N, wanted[k], 6 * sqrt(variance[k] / N), "moment %d", k);
    }
    qsort(x, N, sizeof *x, by_size);
    NEAR(kolmogorov(x, N, normal_cdf), 1.4, 1.4, "Kolmogorov-Smirnov");
    free(x);
}

static void law_of_uniforms(void **state)
{
    (void)state;
    enum { N = 1 << 18 };
    const uint32_t start[4] = {0, 12, 0x01000000, 3};
    double *x = mem_doubles(N), total = 0, squares = 0;
    bulk_uniforms(x, N, 1, start, key);
    for (size_t i = 0; i < N; i++) {
        assert_true(x[i] > -1 && x[i] < 1);
        total += x[i];
        squares += x[i] * x[i];
    }
    NEAR(total / N, 0, 6 * sqrt(1 / 3.0 / N), "mean");
    NEAR(squares / N, 1 / 3.0, 6 * sqrt(4 / 45.0 / N), "mean square");
    qsort(x, N, sizeof *x, by_size);
    NEAR(kolmogorov(x, N, uniform_cdf), 1.4, 1.4, "Kolmogorov-Smirnov");
    free(x);
}

/* Numbers at any distance up to 70 are uncorrelated, and so are their squares: 138 bounds of 6 standard errors, 3e-7 in all. */
static void independence(void **state)
{
    (void)state;
    enum { N = 1 << 17, FAR = 70 };
    const uint32_t start[4] = {0, 13, 0x01000000, 3};
    double *x = mem_doubles(N + FAR);
    bulk_normals(x, N + FAR, 1, start, key);
    for (size_t lag = 1; lag < FAR; lag++) {
        double plain = 0, squared = 0;
        for (size_t i = 0; i < N; i++) {
            plain += x[i] * x[i + lag];
            squared += (x[i] * x[i] - 1) * (x[i + lag] * x[i + lag] - 1);
        }
        NEAR(plain / sqrt(N), 0, 6, "correlation at distance %zu", lag);
        NEAR(squared / 2 / sqrt(N), 0, 6, "correlation of squares at distance %zu", lag);
    }
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twins),          cmocka_unit_test(blocks),          cmocka_unit_test(logarithm),
        cmocka_unit_test(circle),         cmocka_unit_test(instruction_sets), cmocka_unit_test(law_of_normals),
        cmocka_unit_test(law_of_uniforms), cmocka_unit_test(independence),
    };
    return cmocka_run_group_tests_name("num/bulk", tests, numbers_ready, NULL);
}
