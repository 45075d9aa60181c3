/* Streams: the same numbers in any order of opening, different ones everywhere else, and the laws, on Philox and on GSL's own generators.
 * The one thing to know: a cut normal has variance 1 - 4 φ(2)/(2Φ(2) - 1) before it is restored (Johnson, Kotz and Balakrishnan 1994).
 * False alarms: each law below 1e-8, unless stated. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "files.h"
#include "num/bulk.h"
#include "num/rng.h"
#include "support.h"

static const char *const generators[] = {"philox4x32", "mt19937", "ranlxd2", "taus2"};
enum { GENERATORS = sizeof generators / sizeof *generators };

typedef struct {
    RngSource source;
    int64_t layer;
    RngUse use;
} Place;

static void draw(Rng *rng, Place p, double *x, size_t n)
{
    rng_open(rng, p.source, p.layer, p.use);
    rng_normals(rng, x, n, 1);
}

static const Place places[] = {
    {{KEY, 0}, 0, USE_INPUT},     {{KEY, 0}, 0, USE_WEIGHT},       {{KEY, 0}, 0, USE_BIAS},          {{KEY, 0}, 0, USE_COTANGENT},
    {{KEY, 0}, 0, USE_TARGET},    {{KEY, 0}, 1, USE_WEIGHT},       {{KEY, 0}, 2385, USE_WEIGHT},     {{KEY, 0}, 4294967294, USE_WEIGHT},
    {{KEY, 1}, 0, USE_WEIGHT},    {{KEY, 0xFFFFFFFF}, 0, USE_WEIGHT}, {{KEY + 1, 0}, 0, USE_WEIGHT}, {{KEY + (1ull << 32), 0}, 0, USE_WEIGHT},
    {{KEY, 1}, 1, USE_INPUT},     {{KEY, 1}, 1, USE_WEIGHT},
};
enum { PLACES = sizeof places / sizeof *places, DRAWN = 100 };

/* What a place gives depends neither on what was opened before nor on how much of it was drawn. */
static void any_order(void **state)
{
    (void)state;
    for (size_t g = 0; g < GENERATORS; g++) {
        double first[PLACES][DRAWN], again[DRAWN];
        Rng rng;
        rng_init(&rng, rng_type(generators[g]));
        for (size_t i = 0; i < PLACES; i++)
            draw(&rng, places[i], first[i], DRAWN);
        for (size_t i = PLACES; i-- > 0;) {
            draw(&rng, places[(i * 5 + 3) % PLACES], again, i + 1);
            gsl_rng_get(rng.gsl);
            draw(&rng, places[i], again, DRAWN);
            assert_memory_equal(again, first[i], sizeof again);
            for (size_t k = 0; k < i; k++)
                for (size_t j = 0; j < DRAWN; j++)
                    assert_true(first[k][j] != first[i][j]);
        }
        rng_done(&rng);
    }
}

/* A stream goes on where the last call left it, and drawing in whole groups of 32 is drawing all at once. */
static void pieces(void **state)
{
    (void)state;
    double whole[320], part[320];
    Rng rng;
    rng_init(&rng, philox_type);
    draw(&rng, places[6], whole, 320);
    rng_open(&rng, places[6].source, places[6].layer, places[6].use);
    for (size_t i = 0; i < 320; i += i < 96 ? 96 : 224)
        rng_normals(&rng, part + i, i < 96 ? 96 : 224, 1);
    assert_memory_equal(part, whole, sizeof whole);
    rng_done(&rng);
}

/* In float: on Philox in whole groups of 64 the bulk numbers, on the others the doubles rounded; truncation keeps in order what is
 * within two. */
static void floats(void **state)
{
    (void)state;
    enum { N = 1000 };
    const uint32_t counter[4] = {0, 2385, (uint32_t)USE_WEIGHT << 24, 0}, key[2] = {(uint32_t)KEY, (uint32_t)(KEY >> 32)};
    float x[N], wanted[N], drawn[2 * N];
    double wide[N];
    void (*const narrow_laws[])(Rng *, float *, size_t, double) = {rng_normalsf, rng_uniformsf, rng_truncatedf};
    void (*const wide_laws[])(Rng *, double *, size_t, double) = {rng_normals, rng_uniforms, rng_truncated};
    for (size_t g = 0; g < GENERATORS; g++)
        for (size_t k = 0; k < 3; k++) {
            Rng rng;
            rng_init(&rng, rng_type(generators[g]));
            rng_open(&rng, places[6].source, places[6].layer, places[6].use);
            narrow_laws[k](&rng, x, 640, 0.385);
            narrow_laws[k](&rng, x + 640, N - 640, 0.385);
            if (g > 0) {
                rng_open(&rng, places[6].source, places[6].layer, places[6].use);
                wide_laws[k](&rng, wide, 640, 0.385);
                wide_laws[k](&rng, wide + 640, N - 640, 0.385);
                for (size_t i = 0; i < N; i++)
                    wanted[i] = (float)wide[i];
            } else if (k == 2) {
                const float s = (float)(0.385 / 0.87962566103423978);
                bulk_normalsf(drawn, 2 * N, s, counter, key);
                for (size_t i = 0, from = 0; i < N; from++) {
                    if (i == 640 && from % 256)
                        continue;   /* the second call begins with a new chunk */
                    if (fabs((double)drawn[from]) <= 2 * 0.385 / 0.87962566103423978)
                        wanted[i++] = drawn[from];
                }
            } else {
                (k ? bulk_uniformsf : bulk_normalsf)(wanted, N, 0.385f, counter, key);
            }
            assert_memory_equal(x, wanted, sizeof x);
            rng_done(&rng);
        }
}

/* Neighbouring streams are uncorrelated: 14·13/2 pairs of places within 6 standard errors, 2e-7 in all. */
static void neighbours(void **state)
{
    (void)state;
    enum { N = 20000 };
    for (size_t g = 0; g < GENERATORS; g++) {
        double *x = mem_doubles(PLACES * N);
        Rng rng;
        rng_init(&rng, rng_type(generators[g]));
        for (size_t i = 0; i < PLACES; i++)
            draw(&rng, places[i], x + i * N, N);
        for (size_t i = 0; i < PLACES; i++)
            for (size_t k = 0; k < i; k++) {
                double total = 0;
                for (size_t j = 0; j < N; j++)
                    total += x[i * N + j] * x[k * N + j];
                NEAR(total / sqrt(N), 0, 6, "%s: streams %zu and %zu", generators[g], i, k);
            }
        rng_done(&rng);
        free(x);
    }
}

/* Mean, variance and fourth moment of x / sd, and the range. */
static void expect_law(const char *what, const double *x, size_t n, double limit, double fourth, double eighth)
{
    double total = 0, squares = 0, fourths = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(fabs(x[i]) <= limit);
        total += x[i];
        squares += x[i] * x[i];
        fourths += x[i] * x[i] * x[i] * x[i];
    }
    const double count = (double)n;
    NEAR(total / count, 0, 6 / sqrt(count), "%s: mean", what);
    NEAR(squares / count, 1, 6 * sqrt((fourth - 1) / count), "%s: variance", what);
    NEAR(fourths / count, fourth, 6 * sqrt((eighth - fourth * fourth) / count), "%s: fourth moment", what);
}

/* E x^k of a standard normal cut at ±2: m_k = (k-1) m_{k-2} - 2·2^(k-1) φ(2)/P. */
static double cut_moment(int k)
{
    const double p = gsl_cdf_ugaussian_P(2) - gsl_cdf_ugaussian_P(-2);
    return k == 0 ? 1 : (k - 1) * cut_moment(k - 2) - 2 * pow(2, k - 1) * gsl_ran_ugaussian_pdf(2) / p;
}

static const double *widened(double *x, const float *narrow, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (double)narrow[i];
    return x;
}

static void laws(void **state)
{
    (void)state;
    enum { N = 100001 };
    double *x = mem_doubles(N);
    float *narrow = mem_alloc(N, sizeof *narrow);
    const double v = cut_moment(2);
    for (size_t g = 0; g < GENERATORS; g++) {
        Rng rng;
        rng_init(&rng, rng_type(generators[g]));
        rng_open(&rng, (RngSource){KEY, 8}, 21, USE_WEIGHT);
        rng_normals(&rng, x, N, 1);
        expect_law("normal", x, N, 8.6, 3, 105);
        rng_uniforms(&rng, x, N, sqrt(3));
        expect_law("uniform", x, N, sqrt(3), 9.0 / 5, 9);
        rng_truncated(&rng, x, N, 1);
        expect_law("truncated", x, N, 2 / sqrt(v), cut_moment(4) / (v * v), cut_moment(8) / pow(v, 4));
        rng_normalsf(&rng, narrow, N, 1);
        expect_law("normal in float", widened(x, narrow, N), N, 6.8, 3, 105);
        rng_uniformsf(&rng, narrow, N, sqrt(3));
        expect_law("uniform in float", widened(x, narrow, N), N, (double)sqrtf(3), 9.0 / 5, 9);
        rng_truncatedf(&rng, narrow, N, 1);
        expect_law("truncated in float", widened(x, narrow, N), N, (double)(float)(2 / sqrt(v)), cut_moment(4) / (v * v), cut_moment(8) / pow(v, 4));
        rng_done(&rng);
    }
    NEAR(sqrt(v), 0.87962566103423978, 1e-15, "standard deviation of the cut normal");
    free(x);
    free(narrow);
}

static double cut_cdf(double x)
{
    const double low = gsl_cdf_ugaussian_P(-2);
    return (gsl_cdf_ugaussian_P(x * 0.87962566103423978) - low) / (1 - 2 * low);
}

/* Kolmogorov-Smirnov on the cut normal, drawn in odd pieces: 3e-7. */
static void cut_distribution(void **state)
{
    (void)state;
    enum { N = 50000 };
    double *x = mem_doubles(N);
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){KEY, 9}, 21, USE_WEIGHT);
    for (size_t i = 0; i < N;) {
        const size_t some = N - i < 577 ? N - i : 577;
        rng_truncated(&rng, x + i, some, 1);
        i += some;
    }
    qsort(x, N, sizeof *x, by_size);
    NEAR(kolmogorov(x, N, cut_cdf), 1.4, 1.4, "Kolmogorov-Smirnov");
    rng_done(&rng);
    free(x);
}

/* Scale 0 gives zeros, and scales multiply exactly where they are powers of two. */
static void scales(void **state)
{
    (void)state;
    double x[70], y[70];
    Rng rng;
    rng_init(&rng, philox_type);
    const Place p = places[5];
    void (*const laws_of[])(Rng *, double *, size_t, double) = {rng_normals, rng_uniforms, rng_truncated};
    for (size_t k = 0; k < 3; k++) {
        rng_open(&rng, p.source, p.layer, p.use);
        laws_of[k](&rng, x, 70, 0.75);
        rng_open(&rng, p.source, p.layer, p.use);
        laws_of[k](&rng, y, 70, 0.75 * 0x1p-300);
        for (int i = 0; i < 70; i++)
            assert_true(ldexp(y[i], 300) == x[i] && x[i] != 0);
        laws_of[k](&rng, x, 70, 0);
        for (int i = 0; i < 70; i++)
            assert_true(x[i] == 0);
    }
    float x4[70], y4[70];
    void (*const narrow_laws[])(Rng *, float *, size_t, double) = {rng_normalsf, rng_uniformsf, rng_truncatedf};
    for (size_t k = 0; k < 3; k++) {
        rng_open(&rng, p.source, p.layer, p.use);
        narrow_laws[k](&rng, x4, 70, 0.75);
        rng_open(&rng, p.source, p.layer, p.use);
        narrow_laws[k](&rng, y4, 70, 0.75 * 0x1p-60);
        for (int i = 0; i < 70; i++)
            assert_true(ldexpf(y4[i], 60) == x4[i] && x4[i] != 0);
        narrow_laws[k](&rng, x4, 70, 0);
        for (int i = 0; i < 70; i++)
            assert_true(x4[i] == 0);
    }
    rng_done(&rng);
}

static void names(void **state)
{
    (void)state;
    Files files = files_make();
    assert_ptr_equal(rng_type("philox4x32"), philox_type);
    assert_ptr_equal(rng_type("ranlxs2"), gsl_rng_ranlxs2);
    FAILS(&files, EXIT_USAGE, "no generator 'mersenne'", rng_type("mersenne") == NULL);
    files_remove(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order), cmocka_unit_test(pieces), cmocka_unit_test(floats), cmocka_unit_test(neighbours), cmocka_unit_test(laws),
        cmocka_unit_test(cut_distribution), cmocka_unit_test(scales), cmocka_unit_test(names),
    };
    return cmocka_run_group_tests_name("num/rng", tests, numbers_ready, NULL);
}
