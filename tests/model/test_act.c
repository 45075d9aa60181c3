/* Activations: every row of the table against differences, limits, a scan, and 60-digit values.
 * The one thing to know: a new row is tested by all but `reference` without an edit; add its six values there.
 * Values: mpmath 1.2 with 900 digits; kinks: PyTorch's backward formulas (derivatives.yaml, Activation.cpp). */
#include <float.h>

#include "files.h"
#include "model/act.h"
#include "near.h"

enum { POINTS = 6, MOST_PARAMETERS = 6 };

static const double at[POINTS] = {-20.385, -2.385, -0.385, 0.7385, 2.385, 20.385};

static const struct {
    const char *name;
    double value[POINTS], slope[POINTS];
} reference[] = {
    {"linear", {-20.385, -2.385, -0.385, 0.7385, 2.385, 20.385}, {1.0, 1.0, 1.0, 1.0, 1.0, 1.0}},
    {"sigmoid", {1.4025132917366613e-09, 0.08432369642147451, 0.40492152613386595, 0.6766677604923481, 0.9156763035785255, 0.9999999985974867}, {1.402513289769618e-09, 0.07721321064329352, 0.24096008380728687, 0.21878850240261832, 0.07721321064329352, 1.402513289769618e-09}},
    {"tanh", {-1.0, -0.983181863868074, -0.3670417874726313, 0.6282380414803957, 0.983181863868074, 1.0}, {7.868174156062459e-18, 0.033353422560899924, 0.8652803262488958, 0.6053169632368764, 0.033353422560899924, 7.868174156062459e-18}},
    {"relu", {0.0, 0.0, 0.0, 0.7385, 2.385, 20.385}, {0.0, 0.0, 0.0, 1.0, 1.0, 1.0}},
    {"leaky-relu", {-0.20385, -0.023849999999999996, -0.00385, 0.7385, 2.385, 20.385}, {0.01, 0.01, 0.01, 1.0, 1.0, 1.0}},
    {"prelu", {-5.09625, -0.59625, -0.09625, 0.7385, 2.385, 20.385}, {0.25, 0.25, 0.25, 1.0, 1.0, 1.0}},
    {"elu", {-0.9999999985974867, -0.9079110204207188, -0.3195493637954124, 0.7385, 2.385, 20.385}, {1.4025132937037048e-09, 0.0920889795792812, 0.6804506362045877, 1.0, 1.0, 1.0}},
    {"selu", {-1.7580993383816192, -1.596197766549735, -0.5617995258569131, 0.7759426791620224, 2.505921854842821, 21.418539627241472}, {2.465757697190167e-09, 0.16190157429764182, 1.1962998149904638, 1.0507009873554805, 1.0507009873554805, 1.0507009873554805}},
    {"swish", {-2.8590233452051844e-08, -0.20111201596521672, -0.1558947875615384, 0.4997191411235991, 2.183887984034783, 20.38499997140977}, {-2.7187720120217e-08, -0.09982981096278051, 0.3121518938680605, 0.8382430695166817, 1.0998298109627804, 1.00000002718772}},
    {"gelu", {-2.3159043942919583e-91, -0.020366852213886576, -0.13479570248963116, 0.5685672111477119, 2.364633147786113, 20.385}, {-4.720917075483717e-90, -0.046822989197670174, 0.20749748829018325, 0.9941962370233827, 1.0468229891976701, 1.0}},
    {"gelu-tanh", {-4.73702889080194e-276, -0.0199774535169397, -0.13480221715693255, 0.5685015478688369, 2.36502254648306, 20.385}, {-4.2870497617366297e-274, -0.04735780554520316, 0.20756159220311912, 0.9939155143571157, 1.047357805545203, 1.0}},
    {"softplus", {1.4025132927201832e-09, 0.08809235713435316, 0.5190619932824316, 1.1290748791245655, 2.473092357134353, 20.385000001402513}, {1.4025132917366613e-09, 0.08432369642147451, 0.40492152613386595, 0.6766677604923481, 0.9156763035785255, 0.9999999985974867}},
    {"softsign", {-0.9532382511105916, -0.7045790251107829, -0.2779783393501805, 0.42479148691400637, 0.7045790251107829, 0.9532382511105916}, {0.0021866611591960933, 0.08727355240449547, 0.5213152784475231, 0.33086483352659973, 0.08727355240449547, 0.0021866611591960933}},
    {"mish", {-2.8590233472100935e-08, -0.20955847568001434, -0.18363565671428286, 0.5987037252876558, 2.351322446602553, 20.385}, {-2.718772015933166e-08, -0.11169418362717311, 0.35654792010894887, 0.9819869424160023, 1.047119461400559, 1.0000000000000002}},
    {"hardtanh", {-1.0, -1.0, -0.385, 0.7385, 1.0, 1.0}, {0.0, 0.0, 1.0, 1.0, 0.0, 0.0}},
    {"erf", {-1.0, -0.9992561886222674, -0.4138834410940607, 0.7036981175361074, 0.9992561886222674, 1.0}, {3.8207971144617065e-181, 0.003820237206440268, 0.9729303691933439, 0.6540313372655191, 0.003820237206440268, 3.8207971144617065e-181}},
    {"sin", {-0.999375174347571, -0.6864476833219535, -0.37555913674750124, 0.6731794506316809, 0.6864476833219535, 0.999375174347571}, {0.035344885029692914, -0.7271791925391725, 0.9267984326731847, 0.7394791594407704, -0.7271791925391725, 0.035344885029692914}},
    {"arctan", {-1.521779942049511, -1.173774395804624, -0.36750884218089586, 0.636100391203268, 1.173774395804624, 1.521779942049511}, {0.002400682417984136, 0.14951650101484326, 0.8709094471902283, 0.6470890939765873, 0.14951650101484326, 0.002400682417984136}},
};

/* The parameters that a row is tried with: its default, and others on both sides of 0 and 1. */
static size_t parameters(const Activation *act, double out[MOST_PARAMETERS])
{
    static const double others[] = {0.385, -0.385, 2.385, -1.385, 0};
    out[0] = act->named.parameter ? act->named.standard : NOT_GIVEN;
    size_t n = 1;
    for (size_t i = 0; act->named.parameter && i < sizeof others / sizeof *others; i++)
        out[n++] = others[i];
    return n;
}

typedef void Check(const Activation *act, double parameter);

static void every_elementwise(Check *check)
{
    size_t seen = 0;
    for (size_t i = 0; i < activations.count; i++) {
        const Activation *act = activation_of((Choice){registry_row(&activations, i), NOT_GIVEN});
        double a[MOST_PARAMETERS];
        const size_t n = parameters(act, a);
        for (size_t k = 0; act->slope && k < n; k++, seen++)
            check(act, a[k]);
    }
    assert_true(seen >= activations.count - 1);
}

static bool near_kink(const Activation *act, double x, double distance)
{
    for (size_t k = 0; k < act->n_kinks; k++)
        if (fabs(x - act->kinks[k]) <= distance)
            return true;
    return false;
}

/* Five-point difference; its error is h^4 |phi^(5)| / 30 and rounding / h, both far below the bound where h x is small. */
static void slope_is_difference(const Activation *act, double a)
{
    for (double x = -45.1; x < 45; x += 0.0385) {
        const double h = 1e-3 / fmax(1, fabs(x));
        if (near_kink(act, x, 3 * h))
            continue;
        double f[5], largest = 0;
        for (int i = 0; i < 5; i++) {
            f[i] = act->value_at(x + (i - 2) * h, a);
            largest = fmax(largest, fabs(f[i]));
        }
        const double difference = (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h);
        const double slope = act->slope_at(x, a);
        if (!(fabs(slope - difference) <= 1e-8 * (largest + fabs(slope)) + 1e-290))
            fail_msg("%s, parameter %g: slope(%g) = %.15g, difference %.15g", act->named.name, a, x, slope, difference);
    }
}

static void finite_everywhere(const Activation *act, double a)
{
    static const double sizes[] = {0, DBL_TRUE_MIN, DBL_MIN, 1e-200, 1e-9, 0.385, 36.85, 709.385, 745.385, 2.385e4, 1e17, 1e100, 1e200, 1e300};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const double x = sign * sizes[i];
            if (!isfinite(act->value_at(x, a)) || !isfinite(act->slope_at(x, a)))
                fail_msg("%s, parameter %g: at %g value %g, slope %g", act->named.name, a, x, act->value_at(x, a), act->slope_at(x, a));
        }
}

static void limits_hold(const Activation *act, double a)
{
    static const double far[] = {1e13, 1e100, 1e300};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        NEAR(act->value_at(-far[i], a) / -far[i], act->slope_low(a), 1e-12);
        NEAR(act->value_at(far[i], a) / far[i], act->slope_high(a), 1e-12);
    }
}

static void nowhere_steeper(const Activation *act, double a)
{
    const double most = fabs(act->slope_at(act->steepest(a), a));
    double seen = 0;
    for (double x = -60; x <= 60; x += 0.000385)
        seen = fmax(seen, fabs(act->slope_at(x, a)));
    if (!(seen <= most * (1 + 1e-12) && seen >= most * (1 - 1e-3)))
        fail_msg("%s, parameter %g: steepest gives %.15g, a scan finds %.15g", act->named.name, a, most, seen);
}

/* Vectors are the scalar functions bit for bit, at every length and whatever instructions were chosen at load time. */
static void vectors_agree(const Activation *act, double a)
{
    enum { LONGEST = 37 };
    double z[LONGEST], h[LONGEST], d[LONGEST];
    for (size_t n = 1; n <= LONGEST; n++) {
        for (size_t i = 0; i < n; i++)
            z[i] = 9.385 * sin((double)(37 * n + i));
        act->value(h, z, n, a);
        act->slope(d, z, n, a);
        for (size_t i = 0; i < n; i++) {
            assert_true(h[i] == act->value_at(z[i], a));
            assert_true(d[i] == act->slope_at(z[i], a));
        }
    }
}

static void slopes_are_differences(void **state) { (void)state; every_elementwise(slope_is_difference); }
static void all_is_finite(void **state) { (void)state; every_elementwise(finite_everywhere); }
static void slopes_at_infinity(void **state) { (void)state; every_elementwise(limits_hold); }
static void steepest_is_steepest(void **state) { (void)state; every_elementwise(nowhere_steeper); }
static void vector_is_scalar(void **state) { (void)state; every_elementwise(vectors_agree); }

static void close_to(const char *name, double x, double got, double wanted)
{
    if (!(fabs(got - wanted) <= 2e-14 * fabs(wanted)))
        fail_msg("%s at %g: %.17g, wanted %.17g", name, x, got, wanted);
}

/* To 2e-14, where the tail is 1e-276 too: nothing cancels. The argument of gelu's tails is squared, so its rounding counts 400-fold. */
static void known_values(void **state)
{
    (void)state;
    for (size_t r = 0; r < sizeof reference / sizeof *reference; r++) {
        const Named *row = registry_find(&activations, reference[r].name);
        assert_non_null(row);
        const Activation *act = activation_of((Choice){row, row->standard});
        for (size_t i = 0; i < POINTS; i++) {
            const bool tail = i == 0 && !strncmp(row->name, "gelu", 4);
            const bool bell = fabs(at[i]) > 20 && !strcmp(row->name, "erf");
            const double value = act->value_at(at[i], row->standard), slope = act->slope_at(at[i], row->standard);
            if (tail || bell) {
                NEAR(value / reference[r].value[i], 1, 2e-12);
                NEAR(slope / reference[r].slope[i], 1, 2e-12);
                continue;
            }
            close_to(row->name, at[i], value, reference[r].value[i]);
            close_to(row->name, at[i], slope, reference[r].slope[i]);
        }
    }
}

static void kinks_follow_pytorch(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double x, slope;
    } cases[] = {
        {"relu", 0, 0}, {"leaky-relu:0.385", 0, 0.385}, {"prelu:0.385", 0, 0.385}, {"elu:2.385", 0, 2.385},
        {"selu", 0, SELU_LAMBDA * SELU_ALPHA}, {"hardtanh", 1, 0}, {"hardtanh", -1, 0}, {"relu", -0.0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Choice choice;
        assert_int_equal(registry_choose(&activations, cases[i].word, &choice), 0);
        close_to(cases[i].word, cases[i].x, activation_of(choice)->slope_at(cases[i].x, choice.parameter), cases[i].slope);
        assert_true(near_kink(activation_of(choice), cases[i].x, 0));
    }
}

static void largest_slopes(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double most;
    } cases[] = {
        {"sigmoid", 0.25}, {"tanh", 1}, {"selu", SELU_LAMBDA * SELU_ALPHA}, {"gelu", 1.1289041451851548}, {"swish", 1.0998393201288669},
        {"mish", 1.0884981612517279},
        {"gelu-tanh", 1.1289930686587718}, {"erf", M_2_SQRTPI}, {"leaky-relu:-2.385", 2.385}, {"softplus", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Choice choice;
        assert_int_equal(registry_choose(&activations, cases[i].word, &choice), 0);
        NEAR(activation_max_slope(choice), cases[i].most, 1e-15);
    }
}

/* Klambauer et al. 2017: (0, 1) is a fixed point of SELU's mean and second moment under a standard normal; trapezoid sums. */
static void selu_keeps_mean_and_variance(void **state)
{
    (void)state;
    const Activation *selu = activation_of((Choice){registry_find(&activations, "selu"), NOT_GIVEN});
    double mean = 0, square = 0;
    const double step = 1.0 / 4096;
    for (double x = -12 + step / 2; x < 12; x += step) {
        const double h = selu->value_at(x, 0), weight = step * exp(-0.5 * x * x) / sqrt(2 * M_PI);
        mean += weight * h;
        square += weight * h * h;
    }
    NEAR(mean, 0, 1e-7);
    NEAR(square, 1, 1e-7);
}

static void softmax_rows(void **state)
{
    (void)state;
    enum { N = 7 };
    const Activation *softmax = activation_of((Choice){registry_find(&activations, "softmax"), NOT_GIVEN});
    assert_null(softmax->slope);
    assert_null(softmax->value_at);
    const double z[N] = {0.385, -2.385, 1.7385, 0, 2.385, -0.7385, 0.12385};
    double p[N], moved[N], shifted[N], sum = 0;
    softmax->value(p, z, N, NOT_GIVEN);
    for (int i = 0; i < N; i++) {
        sum += p[i];
        shifted[i] = z[i] + 738.5;
        NEAR(log(p[i] / p[0]), z[i] - z[0], 1e-14);
    }
    NEAR(sum, 1, 1e-15);
    softmax->value(moved, shifted, N, NOT_GIVEN);
    for (int i = 0; i < N; i++)
        NEAR(moved[i], p[i], 1e-13);
    const double wild[3] = {1e300, -1e300, 1e300};
    softmax->value(p, wild, 3, NOT_GIVEN);
    assert_true(p[0] == 0.5 && p[1] == 0 && p[2] == 0.5);
}

/* d = (dp/dz)^T g, against five-point differences of <g, softmax(z)>. */
static void softmax_backwards(void **state)
{
    (void)state;
    enum { N = 5 };
    const Activation *softmax = activation_of((Choice){registry_find(&activations, "softmax"), NOT_GIVEN});
    const double z[N] = {0.385, -2.385, 1.7385, 0, 2.385}, g[N] = {-0.2385, 1.385, 0.7385, -2.385, 0.385}, h = 1e-3;
    double p[N], d[N], moved[N];
    softmax->value(p, z, N, NOT_GIVEN);
    softmax_pullback(d, g, p, N);
    for (int i = 0; i < N; i++) {
        double inner[5] = {0};
        for (int s = 0; s < 5; s++) {
            memcpy(moved, z, sizeof moved);
            moved[i] += (s - 2) * h;
            softmax->value(p, moved, N, NOT_GIVEN);
            for (int j = 0; j < N; j++)
                inner[s] += g[j] * p[j];
        }
        NEAR(d[i], (inner[0] - 8 * inner[1] + 8 * inner[3] - inner[4]) / (12 * h), 1e-11);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_differences), cmocka_unit_test(all_is_finite),
        cmocka_unit_test(slopes_at_infinity),     cmocka_unit_test(steepest_is_steepest),
        cmocka_unit_test(vector_is_scalar),       cmocka_unit_test(known_values),
        cmocka_unit_test(kinks_follow_pytorch),   cmocka_unit_test(largest_slopes),
        cmocka_unit_test(selu_keeps_mean_and_variance),
        cmocka_unit_test(softmax_rows),           cmocka_unit_test(softmax_backwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
