/* Rounding to 16 bits against an obvious twin: the nearest of all the format's numbers, found by search.
 * The one thing to know: every number of either format, every midpoint and its neighbours are tried, and NaN in many forms; half.c is
 * compiled a second time into this file, so that every instruction set's version can be called.
 * IEEE 754-2019, section 3.4; bfloat16 is the upper half of a binary32. */
#include <float.h>

#define half_round copy_half_round
#define bfloat_round copy_bfloat_round
#include "num/half.c"
#undef half_round
#undef bfloat_round
void half_round(float *x, size_t n);
void bfloat_round(float *x, size_t n);

#include "model/dtype.h"
#include "support.h"

/* What 16 bits mean, as the standard defines it: `fraction` bits of significand, the rest an exponent. */
static double meaning(unsigned bits, int fraction)
{
    const int exponent_bits = 15 - fraction, bias = (1 << (exponent_bits - 1)) - 1;
    const unsigned exponent = bits >> fraction & ((1u << exponent_bits) - 1), f = bits & ((1u << fraction) - 1);
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == (1u << exponent_bits) - 1)
        return f ? (double)NAN : sign * HUGE_VAL;
    return sign * (exponent ? ldexp((double)(f + (1u << fraction)), (int)exponent - bias - fraction) : ldexp((double)f, 1 - bias - fraction));
}

/* The format's positive numbers in order; one more stands where the next power of two would: what is nearer to it overflows. */
typedef struct {
    double *number;
    size_t n;
} Format;

static Format format_make(int fraction)
{
    Format f = {mem_doubles(1 << 15), 0};
    for (unsigned bits = 0; isfinite(meaning(bits, fraction)); bits++)
        f.number[f.n++] = meaning(bits, fraction);
    f.number[f.n] = 2 * f.number[f.n - 1] - f.number[f.n - 2];
    return f;
}

static double twin(const Format *f, double x)
{
    const double size = fabs(x);
    if (size >= f->number[f->n])
        return copysign(HUGE_VAL, x);
    size_t low = 0, high = f->n;
    while (high - low > 1)
        *(f->number[(low + high) / 2] <= size ? &low : &high) = (low + high) / 2;
    const double down = size - f->number[low], up = f->number[high] - size;
    const size_t nearest = down < up || (down == up && low % 2 == 0) ? low : high;
    return copysign(nearest == f->n ? HUGE_VAL : f->number[nearest], x);
}

typedef void Round(float *x, size_t n);

static void expect(const Format *f, Round *round, float *x, size_t n)
{
    float *got = mem_alloc(n, sizeof *got);
    memcpy(got, x, n * sizeof *x);
    round(got, n);
    for (size_t i = 0; i < n; i++) {
        const double wanted = twin(f, (double)x[i]);
        if ((double)got[i] != wanted || signbit(got[i]) != signbit(x[i]))
            fail_msg("%a gives %a, wanted %a", (double)x[i], (double)got[i], wanted);
    }
    free(got);
}

/* Every number, every midpoint, and the floats next to both; both signs; and floats everywhere. */
static void expect_everywhere(int fraction, Round *round)
{
    const Format f = format_make(fraction);
    float *x = mem_alloc(12 * f.n, sizeof *x);
    size_t n = 0;
    for (size_t k = 0; k < f.n; k++)
        for (int half = 0; half < 2; half++) {
            const float at = (float)(half ? (f.number[k] + f.number[k + 1]) / 2 : f.number[k]);
            const float near[] = {at, nextafterf(at, HUGE_VALF), k || half ? nextafterf(at, 0) : 0};
            for (int i = 0; i < 3; i++) {
                x[n++] = near[i];
                x[n++] = -near[i];
            }
        }
    expect(&f, round, x, n);
    n = 0;
    for (uint32_t bits = 0; bits <= 0x7F800000u; bits += 27431, n++)
        memcpy(&x[n], &bits, sizeof bits);
    expect(&f, round, x, n);
    const float ends[] = {HUGE_VALF, -HUGE_VALF, 0x1.fffffep127f, -0x1.fffffep127f, 0x1p-149f, -0x1p-149f, 0, -0.0f};
    memcpy(x, ends, sizeof ends);
    expect(&f, round, x, sizeof ends / sizeof *ends);
    free(x);
    free(f.number);
}

static void nearest(void **state)
{
    (void)state;
    expect_everywhere(10, half_round);
    expect_everywhere(7, bfloat_round);
    expect_everywhere(10, to_half_portable);
    expect_everywhere(7, to_bfloat_portable);
#if defined(__x86_64__)
    if (SIMD_AVX2) {
        expect_everywhere(10, to_half_avx2);
        expect_everywhere(7, to_bfloat_avx2);
    }
    if (SIMD_AVX512) {
        expect_everywhere(10, to_half_avx512);
        expect_everywhere(7, to_bfloat_avx512);
    }
#endif
}

/* A NaN stays one, quiet, with its sign and as much of its payload as there is room for; nothing beyond n is touched. */
static void not_numbers(void **state)
{
    (void)state;
    static const uint32_t words[] = {0x7FC00000, 0xFFC00000, 0x7F800001, 0xFF800001, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FA00000, 0x7F802000, 0x7F810000};
    for (size_t n = 0; n <= 67; n++)
        for (int half = 0; half < 3; half++) {
            float x[68];
            for (size_t i = 0; i < 68; i++)
                memcpy(&x[i], &words[i % 9], sizeof *x);
            (half == 2 ? to_half_portable : half ? half_round : bfloat_round)(x, n);
            for (size_t i = 0; i < 68; i++) {
                uint32_t word;
                memcpy(&word, &x[i], sizeof word);
                const uint32_t wanted = i < n ? (words[i % 9] & (half ? 0xFFFFE000u : 0xFFFF0000u)) | 0x400000u : words[i % 9];
                assert_int_equal(word, wanted);
            }
        }
}

/* Where precision is lost, as the table of formats has it. */
static void limits(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int fraction;
    } narrow[] = {{"bfloat16", 7}, {"float16", 10}};
    Choice c;
    for (int i = 0; i < 2; i++) {
        const Format f = format_make(narrow[i].fraction);
        assert_int_equal(registry_choose(&dtypes, narrow[i].name, &c), 0);
        assert_true(dtype_of(c)->least_normal == f.number[1] * (1 << narrow[i].fraction));
        free(f.number);
    }
    assert_int_equal(registry_choose(&dtypes, "float64", &c), 0);
    assert_true(dtype_of(c)->least_normal == DBL_MIN);
    assert_int_equal(registry_choose(&dtypes, "float32", &c), 0);
    assert_true(dtype_of(c)->least_normal == (double)FLT_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nearest), cmocka_unit_test(not_numbers), cmocka_unit_test(limits)};
    return cmocka_run_group_tests_name("num/half", tests, numbers_ready, NULL);
}
