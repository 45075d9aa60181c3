/* Activations in float: every row against textbook formulas in long double, IEEE arithmetic at infinities and NaN, and the same bits
 * from every instruction set, for doubles too.
 * The one thing to know: act.c is compiled a second time into this file, so that every version can be called; rows are walked, so a new
 * one only needs a line in tests/net/twin.h and one in `ends`. Kinks: PyTorch's derivatives.yaml. */
#define rows copy_rows
#define activations copy_activations
#define activation_of copy_activation_of
#define activation_max_slope copy_max_slope
#define activation_learns copy_learns
#define softmax_pullback copy_pullback
#define softmax_pullbackf copy_pullbackf
#include "model/act.c"
#undef rows
#undef activations
#undef activation_of
#undef activation_max_slope
#undef softmax_pullback
#undef softmax_pullbackf
#undef ROW
#undef ROW_NEAR
#undef ROWWISE
extern const Registry activations;
const Activation *activation_of(Choice choice);
double activation_max_slope(Choice choice);
void softmax_pullback(double *restrict d, const double *restrict g, const double *restrict p, size_t n);
void softmax_pullbackf(float *restrict d, const float *restrict g, const float *restrict p, size_t n);

#include "net/twin.h"

static Choice choice_of(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return c;
}

/* Floats evenly from all there are, subnormals and the largest included, and as many where something happens. */
enum { MOST = 60000 };
static float z[MOST], h[MOST], d[MOST], other[MOST], other_slope[MOST];
static double wide[MOST], h8[MOST], d8[MOST], other8[MOST], other_slope8[MOST];
static size_t n_finite;

/* One ulp of the wanted float; where a result is subnormal, units of that size, |x| times. */
static double unit_of(Real wanted, double x)
{
    const float near = fabsf((float)wanted);
    const double unit = isinf(near) ? 0x1p104 : (double)nextafterf(near, HUGE_VALF) - (double)near;
    return isinf(unit) ? 0x1p104 : near < 0x1p-125f ? 0x1p-149 * (1 + fabs(x)) : unit;
}

/* At a root of φ' no formula is right to its last digit: there errors are relative to |φ'(x)| + |φ(x)/x|. arctan' has an x² that may
 * be infinite, as in any float network. */
static void accuracy(void **state)
{
    (void)state;
    for (size_t v = 0; v < TWIN_VARIANTS; v++) {
        const Choice c = choice_of(twin_variants[v]);
        const Activation *act = activation_of(c);
        const Real a = isnan(c.parameter) ? 0 : LONG((double)(float)c.parameter);
        const bool root = !strcmp(c.row->name, "swish") || !strncmp(c.row->name, "gelu", 4) || !strcmp(c.row->name, "mish");
        double worst = 0, worst_slope = 0;
        act->bothf(h, d, z, n_finite, c.parameter);
        for (size_t i = 0; i < n_finite; i++) {
            if (fabs((double)z[i] * (double)a) > (double)FLT_MAX)   /* swish: infinite as in any float network */
                continue;
            const Real x = LONG(z[i]), value = twin_value(c.row->name, a, x), slope = twin_slope(c.row->name, a, x);
            const Real size = root && z[i] != 0 ? fabsl(slope) + fabsl(value / x) : slope;
            const double off = h[i] == (float)value ? 0.5 : (double)fabsl(LONG(h[i]) - value) / unit_of(value, (double)z[i]);
            const double off_slope = (double)fabsl(LONG(d[i]) - slope) / unit_of(size, (double)(x * x));
            if (!(off <= 4) || !(off_slope <= 4))
                fail_msg("%s at %.9g: value %.9g, wanted %.9g; slope %.9g, wanted %.9g", twin_variants[v], (double)z[i], (double)h[i],
                         (double)value, (double)d[i], (double)slope);
            worst = fmax(worst, off);
            worst_slope = fmax(worst_slope, off_slope);
        }
        print_message("%s: value %.2f ulp, slope %.2f ulp\n", twin_variants[v], worst, worst_slope);
    }
}

/* Infinities, NaN, zero and the kinks as PyTorch has them: value and slope. */
static void ends(void **state)
{
    (void)state;
    const float inf = HUGE_VALF, lambda = (float)SELU_LAMBDA;
    static const float at[] = {HUGE_VALF, -HUGE_VALF, 0};
    const struct {
        const char *word;
        float value[3], slope[3];
    } known[] = {
        {"linear", {inf, -inf, 0}, {1, 1, 1}},
        {"sigmoid", {1, 0, 0.5f}, {0, 0, 0.25f}},
        {"tanh", {1, -1, 0}, {0, 0, 1}},
        {"relu", {inf, 0, 0}, {1, 0, 0}},
        {"leaky-relu:0.25", {inf, -inf, 0}, {1, 0.25f, 0.25f}},
        {"prelu:0.25", {inf, -inf, 0}, {1, 0.25f, 0.25f}},
        {"elu:0.375", {inf, -0.375f, 0}, {1, 0, 0.375f}},
        {"selu", {inf, lambda * -(float)SELU_ALPHA, 0}, {lambda, 0, lambda * (float)SELU_ALPHA}},
        {"swish", {inf, NAN, 0}, {NAN, NAN, 0.5f}},
        {"gelu", {inf, NAN, 0}, {NAN, NAN, 0.5f}},
        {"gelu-tanh", {inf, NAN, 0}, {1, 0, 0.5f}},
        {"softplus", {inf, 0, (float)M_LN2}, {1, 0, 0.5f}},
        {"softsign", {NAN, NAN, 0}, {0, 0, 1}},
        {"mish", {inf, NAN, 0}, {NAN, NAN, 0.6f}},
        {"hardtanh", {1, -1, 0}, {0, 0, 1}},
        {"erf", {1, -1, 0}, {0, 0, (float)M_2_SQRTPI}},
        {"sin", {NAN, NAN, 0}, {NAN, NAN, 1}},
        {"arctan", {(float)M_PI_2, -(float)M_PI_2, 0}, {0, 0, 1}},
    };
    size_t elementwise = 0;
    for (size_t r = 0; r < activations.count; r++)
        elementwise += ((const Activation *)(const void *)registry_row(&activations, r))->slope != NULL;
    assert_int_equal(sizeof known / sizeof *known, elementwise);
    for (size_t k = 0; k < elementwise; k++) {
        const Choice c = choice_of(known[k].word);
        float value[3], slope[3];
        activation_of(c)->bothf(value, slope, at, 3, c.parameter);
        for (int i = 0; i < 3; i++) {
            const bool right = isnan(known[k].value[i]) ? isnan(value[i]) : value[i] == known[k].value[i];
            const bool right_slope = isnan(known[k].slope[i]) ? isnan(slope[i]) : slope[i] == known[k].slope[i];
            if (!right || !right_slope)
                fail_msg("%s(%g) is %.9g, its slope %.9g", known[k].word, (double)at[i], (double)value[i], (double)slope[i]);
        }
        const float nan[] = {NAN, -NAN};
        activation_of(c)->valuef(value, nan, 2, c.parameter);
        assert_true(isnan(value[0]) && isnan(value[1]));
    }
}

static void kinks(void **state)
{
    (void)state;
    const struct {
        const char *word;
        float x, slope;
    } known[] = {{"relu", -0.0f, 0}, {"relu", 0x1p-149f, 1}, {"leaky-relu", -0.0f, 0.01f}, {"prelu", -0.0f, 0.25f}, {"elu:1.7", -0.0f, 1.7f},
                 {"hardtanh", 1, 0}, {"hardtanh", -1, 0}, {"hardtanh", 0x1.fffffep-1f, 1}, {"hardtanh", -0x1.fffffep-1f, 1}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const Choice c = choice_of(known[i].word);
        float slope;
        activation_of(c)->slopef(&slope, &known[i].x, 1, c.parameter);
        assert_true(slope == known[i].slope);
    }
}

/* Beyond where the formula serves sines are the C library's. */
static void far_sines(void **state)
{
    (void)state;
    const Activation *act = activation_of(choice_of("sin"));
    float x[40], value[40], slope[40];
    double x8[40], value8[40], slope8[40];
    for (int i = 0; i < 40; i++)
        x8[i] = (double)(x[i] = (float)((i % 2 ? -1 : 1) * pow(10, 4.385 + i * 0.875)));
    act->bothf(value, slope, x, 40, NOT_GIVEN);
    act->both(value8, slope8, x8, 40, NOT_GIVEN);
    for (int i = 1; i < 40; i++) {
        assert_true(value[i] == (float)sin(x8[i]) && slope[i] == (float)cos(x8[i]) && value8[i] == sin(x8[i]) && slope8[i] == cos(x8[i]));
        assert_true(act->value_at(x8[i], 0) == value8[i] && act->slope_at(x8[i], 0) == slope8[i]);
    }
}

static bool same(uint64_t a, uint64_t b, bool both_nan)
{
    return a == b || both_nan;
}

#define SAME(a, b) (same(vec_word(a), vec_word(b), isnan(a) && isnan(b)))
#define SAMEF(a, b) (same(vec_wordf(a), vec_wordf(b), isnan(a) && isnan(b)))

/* Values, slopes and both give the same numbers at every length, and touch nothing beyond. */
static void lengths(void **state)
{
    (void)state;
    for (size_t v = 0; v < TWIN_VARIANTS; v++) {
        const Choice c = choice_of(twin_variants[v]);
        const Activation *act = activation_of(c);
        act->bothf(other, other_slope, z, MOST, c.parameter);
        for (size_t n = 0; n <= 67; n++) {
            const size_t from = n * 883;
            for (size_t i = 0; i < 68; i++)
                h[i] = d[i] = 2.385f;
            act->valuef(h, z + from, n, c.parameter);
            act->slopef(d, z + from, n, c.parameter);
            for (size_t i = 0; i < 68; i++) {
                assert_true(i < n ? SAMEF(h[i], other[from + i]) : h[i] == 2.385f);
                assert_true(i < n ? SAMEF(d[i], other_slope[from + i]) : d[i] == 2.385f);
            }
        }
    }
}

/* Every elementwise row in every version, against the portable one. */
#if defined(__x86_64__)
#define ROW(symbol, ...)                                                                                         \
    static void symbol##_agrees(double a)                                                                        \
    {                                                                                                            \
        symbol##_bothf_portable(h, d, z, MOST, (float)a);                                                        \
        symbol##_both_portable(h8, d8, wide, MOST, a);                                                           \
        for (int version = 0; version < 2; version++) {                                                          \
            if (version ? !SIMD_AVX512 : !SIMD_AVX2)                                                             \
                continue;                                                                                        \
            (version ? symbol##_bothf_avx512 : symbol##_bothf_avx2)(other, other_slope, z, MOST, (float)a);      \
            (version ? symbol##_both_avx512 : symbol##_both_avx2)(other8, other_slope8, wide, MOST, a);          \
            for (size_t i = 0; i < MOST; i++) {                                                                  \
                assert_true(SAMEF(h[i], other[i]) && SAMEF(d[i], other_slope[i]));                               \
                assert_true(SAME(h8[i], other8[i]) && SAME(d8[i], other_slope8[i]));                             \
            }                                                                                                    \
        }                                                                                                        \
    }
#else
#define ROW(symbol, ...) static void symbol##_agrees(double a) { (void)a; }
#endif
#define ROW_NEAR(symbol, ...) ROW(symbol, __VA_ARGS__)
#define ROWWISE(symbol, ...)
#include "model/activations.def"
#undef ROW
#undef ROW_NEAR

static void instruction_sets(void **state)
{
    (void)state;
#define ROW(symbol, ...)        \
    symbol##_agrees(0.385);     \
    symbol##_agrees(-2.385);
#define ROW_NEAR(symbol, ...) ROW(symbol, __VA_ARGS__)
#include "model/activations.def"
}

/* Rows of softmax, with sums in double: every share to 4 ulp and what the rounding of z - top does, and its derivative as softmax_pullback has it. */
static void softmax_rows(void **state)
{
    (void)state;
    enum { N = 301 };
    const Activation *act = activation_of(choice_of("softmax"));
    float logits[N], p[N], g[N], back[N];
    double g8[N], p8[N], back8[N];
    for (size_t n = 1; n <= N; n += n < 40 ? 1 : 87)
        for (int spread = 1; spread <= 100; spread *= 10) {
            Real total = 0;
            for (size_t i = 0; i < n; i++) {
                logits[i] = (float)(spread * sin(2.385 * (double)(i * i)));
                g[i] = (float)cos(1.385 * (double)i);
            }
            act->valuef(p, logits, n, NOT_GIVEN);
            for (size_t i = 0; i < n; i++)
                total += expl(LONG(logits[i]));
            for (size_t i = 0; i < n; i++) {
                const Real share = expl(LONG(logits[i])) / total;
                NEAR(p[i], share, (4 + 2 * spread) * unit_of(share, 0), "share %zu of %zu", i, n);
                g8[i] = (double)g[i];
                p8[i] = (double)p[i];
            }
            softmax_pullbackf(back, g, p, n);
            softmax_pullback(back8, g8, p8, n);
            for (size_t i = 0; i < n; i++)
                assert_true(back[i] == (float)back8[i]);
        }
    const float odd[][3] = {{NAN, 1, 2}, {HUGE_VALF, 1, 2}, {-HUGE_VALF, -HUGE_VALF, -HUGE_VALF}, {-HUGE_VALF, 2.385f, 2.385f}};
    for (int k = 0; k < 4; k++) {
        act->valuef(p, odd[k], 3, NOT_GIVEN);
        assert_true(k < 3 ? isnan(p[0]) && isnan(p[1]) && isnan(p[2]) : p[0] == 0 && p[1] == 0.5f && p[2] == 0.5f);
    }
    assert_null(act->slopef);
    assert_null(act->bothf);
}

static int fill(void **state)
{
    size_t n = 0;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 143165) {
        z[n] = vec_bitsf((uint32_t)bits);
        n += isfinite(z[n]) ? 1 : 0;
    }
    for (int i = 0; n < MOST - 100; i++)
        z[n++] = (float)(-45 + i * 0.00305);
    n_finite = n;
    for (; n < MOST; n++)
        z[n] = n % 3 ? n % 2 ? HUGE_VALF : -HUGE_VALF : NAN;
    for (n = 0; n < MOST; n++)
        wide[n] = fabsf(z[n]) > 0x1p-120f && fabsf(z[n]) < 0x1p120f ? (double)z[n] * 1.0385 : pow((double)z[n], 7);
    return numbers_ready(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accuracy),  cmocka_unit_test(ends),    cmocka_unit_test(kinks),
                                       cmocka_unit_test(far_sines), cmocka_unit_test(lengths), cmocka_unit_test(instruction_sets),
                                       cmocka_unit_test(softmax_rows)};
    return cmocka_run_group_tests_name("model/act in float", tests, fill, NULL);
}
