/* Elementary functions against the C library's in long double, in units of the last place, compiled for every instruction set.
 * The one thing to know: the bounds here are what vecmath.h means by "a few ulp"; floats are sampled evenly from all there are. */
#include <float.h>

#include "num/simd.h"
#include "num/vecmath.h"
#include "support.h"

#define FUNCTIONS(EACH)                                                                                                        \
    EACH(exp) EACH(exp_below) EACH(expm1) EACH(expm1_below) EACH(tanh) EACH(bell) EACH(erf) EACH(erfc) EACH(erfcx) EACH(atan)  \
    EACH(sin) EACH(cos) EACH(log1p_unit)
#define KERNEL "num/vecmath_kernel.inc"
#include "num/each_simd.inc"

typedef void Loop(double *restrict out, const double *restrict x, size_t n);
typedef void Loopf(float *restrict out, const float *restrict x, size_t n);

enum { MOST = 400000 };
static double x[MOST], got[MOST], other[MOST];
static float x4[MOST], got4[MOST], other4[MOST];
static size_t n4;

/* Both signs, from 2^-1074 to 2^10, one near every 0.004 up to ±710, and as many up to ±6. */
static double argument(int i)
{
    const double sign = i % 2 ? -1 : 1;
    return i < 100000 ? sign * exp2(-1074 + 1084 * (i + 0.5) / 100000) : i < 250000 ? (i - 175000) * 0.0094758 : (i - 325000) * 0.0000802;
}

static long double bell(long double t) { return expl(-t * t); }
static long double erfcx(long double t) { return expl(t * t) * erfcl(t); }

static double ulps(double result, long double wanted)
{
    const double near = (double)wanted, unit = nextafter(fabs(near), HUGE_VAL) - fabs(near);
    return result == near ? 0.5 : (double)(fabsl(LONG(result) - wanted) / LONG(unit));
}

static double ulpsf(float result, double wanted)
{
    const float near = (float)wanted;
    const double unit = (double)nextafterf(fabsf(near), HUGE_VALF) - (double)fabsf(near);
    return result == near ? 0.5 : fabs((double)result - wanted) / unit;
}

typedef struct {
    const char *name;
    Loop *loop[3];
    Loopf *narrow[3];
    long double (*exact)(long double);
    double lowest, highest, most;      /* the domain that is tested, and the error allowed, in ulp */
    double lowest4, highest4, most4;   /* for floats */
} Function;

#if defined(__x86_64__)
#define LOOPS(name) {name##_portable, name##_avx2, name##_avx512}, {name##f_portable, name##f_avx2, name##f_avx512}
#else
#define LOOPS(name) {name##_portable}, {name##f_portable}
#endif

static const Function functions[] = {
    {"exp", LOOPS(exp), expl, -745.1, 709.7, 1.2, -HUGE_VAL, HUGE_VAL, 1.2},
    {"exp below 0", LOOPS(exp_below), expl, -745.1, 0, 1.2, -HUGE_VAL, 0, 1.2},
    {"expm1", LOOPS(expm1), expm1l, -800, 709.7, 2.4, -HUGE_VAL, HUGE_VAL, 1.7},
    {"expm1 below 0", LOOPS(expm1_below), expm1l, -800, 0, 1.4, -HUGE_VAL, 0, 1},
    {"tanh", LOOPS(tanh), tanhl, -HUGE_VAL, HUGE_VAL, 2.8, -HUGE_VAL, HUGE_VAL, 2.8},
    {"exp(-x²)", LOOPS(bell), bell, -30, 30, 1.4, -HUGE_VAL, HUGE_VAL, 1.4},
    {"erf", LOOPS(erf), erfl, -HUGE_VAL, HUGE_VAL, 2.6, -HUGE_VAL, HUGE_VAL, 2.2},
    {"erfc", LOOPS(erfc), erfcl, -HUGE_VAL, 27.3, 4, -HUGE_VAL, HUGE_VAL, 3.6},
    {"erfcx", LOOPS(erfcx), erfcx, 0, 28, 3.4, 0, 12, 2.8},
    {"arctan", LOOPS(atan), atanl, -HUGE_VAL, HUGE_VAL, 2.8, -HUGE_VAL, HUGE_VAL, 2.9},
    {"sin", LOOPS(sin), sinl, -VEC_SINE_MOST, VEC_SINE_MOST, 2.7, -VEC_SINE_MOST, VEC_SINE_MOST, 1.8},
    {"cos", LOOPS(cos), cosl, -VEC_SINE_MOST, VEC_SINE_MOST, 2.7, -VEC_SINE_MOST, VEC_SINE_MOST, 1.8},
    {"log1p", LOOPS(log1p_unit), log1pl, 0, 1, 2.5, 0, 1, 2.3},
};
enum { COUNT = sizeof functions / sizeof *functions };

static size_t versions(void)
{
#if defined(__x86_64__)
    return SIMD_AVX512 ? 3 : SIMD_AVX2 ? 2 : 1;
#else
    return 1;
#endif
}

static void doubles(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT; f++) {
        const Function *at = &functions[f];
        double worst = 0, where = 0;
        at->loop[versions() - 1](got, x, MOST);
        for (size_t i = 0; i < MOST; i++) {
            if (!(x[i] >= at->lowest && x[i] <= at->highest))
                continue;
            const double off = ulps(got[i], at->exact(LONG(x[i])));
            if (!(off <= worst)) {
                worst = off;
                where = x[i];
            }
        }
        print_message("%s: %.2f ulp at %.17g\n", at->name, worst, where);
        assert_true(worst <= at->most);
    }
}

static void floats(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT; f++) {
        const Function *at = &functions[f];
        double worst = 0, where = 0;
        at->narrow[versions() - 1](got4, x4, n4);
        for (size_t i = 0; i < n4; i++) {
            if (!((double)x4[i] >= at->lowest4 && (double)x4[i] <= at->highest4))
                continue;
            const double off = ulpsf(got4[i], (double)at->exact(LONG(x4[i])));
            if (!(off <= worst)) {
                worst = off;
                where = (double)x4[i];
            }
        }
        print_message("%s in float: %.2f ulp at %.9g\n", at->name, worst, where);
        assert_true(worst <= at->most4);
    }
}

/* Any NaN is like any other. */
static void same_bits(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT; f++) {
        const Function *at = &functions[f];
        for (size_t v = 1; v < versions(); v++) {
            at->loop[0](got, x, MOST);
            at->loop[v](other, x, MOST);
            for (size_t i = 0; i < MOST; i++)
                assert_true(vec_word(got[i]) == vec_word(other[i]) || (isnan(got[i]) && isnan(other[i])));
            at->narrow[0](got4, x4, n4);
            at->narrow[v](other4, x4, n4);
            for (size_t i = 0; i < n4; i++)
                assert_true(vec_wordf(got4[i]) == vec_wordf(other4[i]) || (isnan(got4[i]) && isnan(other4[i])));
        }
    }
    if (versions() < 3)
        print_message("not every instruction set is here: %zu versions compared\n", versions());
}

static void ends(void **state)
{
    (void)state;
    const double huge[] = {746, 760.5, 1e5, 1e300, HUGE_VAL};
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        assert_true(vec_exp(huge[i]) == HUGE_VAL && vec_exp(-huge[i]) == 0 && vec_exp_below(-huge[i]) == 0);
        assert_true(vec_expm1(huge[i]) == HUGE_VAL && vec_expm1(-huge[i]) == -1 && vec_expm1_below(-huge[i]) == -1);
        assert_true(vec_tanh(huge[i]) == 1 && vec_tanh(-huge[i]) == -1);
        assert_true(vec_erf(huge[i]) == 1 && vec_erf(-huge[i]) == -1 && vec_erfc(huge[i]) == 0 && vec_erfc(-huge[i]) == 2);
        assert_true(vec_bell(huge[i]) == 0 && vec_bell(-huge[i]) == 0);
    }
    assert_true(isnan(vec_exp((double)NAN)) && isnan(vec_expm1((double)NAN)) && isnan(vec_tanh((double)NAN)));
    assert_true(isnan(vec_erf((double)NAN)) && isnan(vec_erfc((double)NAN)) && isnan(vec_bell((double)NAN)));
    assert_true(isnan(vec_atan((double)NAN)) && isnan(vec_sin((double)NAN)) && isnan(vec_cos((double)NAN)));
    assert_true(vec_exp(0) == 1 && vec_exp(-0.0) == 1 && vec_expm1(0) == 0 && vec_erfc(0) == 1 && vec_cos(0) == 1);
    assert_true(vec_atan(HUGE_VAL) == atan(HUGE_VAL) && vec_atan(-HUGE_VAL) == -atan(HUGE_VAL) && vec_atan(1e300) == atan(HUGE_VAL));
    assert_true(signbit(vec_tanh(-0.0)) && !signbit(vec_tanh(0)) && signbit(vec_erf(-0.0)) && signbit(vec_sin(-0.0)) && signbit(vec_atan(-0.0)));
    assert_true(vec_tanh(0x1p-1074) == 0x1p-1074 && vec_expm1(-0x1p-1074) == -0x1p-1074 && vec_log1p_unit(0x1p-1022) == 0x1p-1022);
}

static void endsf(void **state)
{
    (void)state;
    const float huge[] = {104, 133, 200, 1e5f, 1e38f, HUGE_VALF};
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        assert_true(vec_expf(huge[i]) == HUGE_VALF && vec_expf(-huge[i]) == 0 && vec_exp_belowf(-huge[i]) == 0);
        assert_true(vec_expm1f(huge[i]) == HUGE_VALF && vec_expm1f(-huge[i]) == -1 && vec_expm1_belowf(-huge[i]) == -1);
        assert_true(vec_tanhf(huge[i]) == 1 && vec_tanhf(-huge[i]) == -1);
        assert_true(vec_erff(huge[i]) == 1 && vec_erff(-huge[i]) == -1 && vec_erfcf(huge[i]) == 0 && vec_erfcf(-huge[i]) == 2);
        assert_true(vec_bellf(huge[i]) == 0 && vec_bellf(-huge[i]) == 0);
    }
    assert_true(isnan(vec_expf(NAN)) && isnan(vec_expm1f(NAN)) && isnan(vec_tanhf(NAN)) && isnan(vec_erff(NAN)) && isnan(vec_erfcf(NAN)));
    assert_true(isnan(vec_bellf(NAN)) && isnan(vec_atanf(NAN)) && isnan(vec_sinf(NAN)) && isnan(vec_cosf(NAN)));
    assert_true(vec_expf(0) == 1 && vec_expm1f(0) == 0 && vec_erfcf(0) == 1 && vec_cosf(0) == 1 && vec_atanf(HUGE_VALF) == (float)M_PI_2);
    assert_true(signbit(vec_tanhf(-0.0f)) && signbit(vec_erff(-0.0f)) && signbit(vec_sinf(-0.0f)) && signbit(vec_atanf(-0.0f)));
    assert_true(vec_tanhf(0x1p-149f) == 0x1p-149f && vec_expm1f(-0x1p-149f) == -0x1p-149f && vec_expf(-103.5f) == 0x1p-149f);
}

/* Where results leave the normal range exponentials stay right to the last subnormal. */
static void gradual(void **state)
{
    (void)state;
    for (double t = -745.1; t < -708; t += 0.00385) {
        NEAR(vec_exp(t), expl(LONG(t)), 0x1p-1074, "exp(%g)", t);
        NEAR(vec_exp_below(t), expl(LONG(t)), 0x1p-1074, "exp(%g)", t);
    }
    for (float t = -104; t < -87; t += 0.000385f)
        NEAR(vec_exp_belowf(t), exp((double)t), 0x1p-149, "exp(%g)", (double)t);
}

/* A second part of the argument counts as if it had been added. */
static void pairs(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        const double t = -0.0385 * i, low = 1e-9 * (i % 7 - 3);
        NEAR(vec_exp_pair(t, low) / (double)expl(LONG(t) + LONG(low)), 1, 4e-16, "exp(%g + %g)", t, low);
        const VecDecay d = vec_decay_pair(t, low);
        NEAR(vec_decayed(d, 2.385) / (double)(2.385L * expl(LONG(t) + LONG(low))), 1, 5e-16, "2.385 exp(%g + %g)", t, low);
    }
}

static int fill(void **state)
{
    for (int i = 0; i < MOST; i++)
        x[i] = argument(i);
    for (uint64_t bits = 0; bits <= UINT32_MAX && n4 < MOST; bits += 12289)
        x4[n4++] = vec_bitsf((uint32_t)bits);
    for (int i = 0; n4 < MOST; i++)
        x4[n4++] = (float)((i - 25000) * 0.00042);
    return numbers_ready(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(doubles), cmocka_unit_test(floats),  cmocka_unit_test(same_bits), cmocka_unit_test(ends),
                                       cmocka_unit_test(endsf),   cmocka_unit_test(gradual), cmocka_unit_test(pairs)};
    return cmocka_run_group_tests_name("num/vecmath", tests, fill, NULL);
}
