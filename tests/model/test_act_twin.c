/* Activations: values and slopes on the whole line against textbook formulas in long double, and the facts that stand in their rows.
 * The one thing to know: it walks the registry, so a new activation only needs a line in tests/net/twin.h.
 * Errors are relative to |φ'(x)| + |φ(x)/x|: near a root of φ' no formula is right to its last digit. */
#include "net/twin.h"

enum { POINTS = 6000 };

static Choice choice_of(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return c;
}

/* Both signs, from 1e-300 to 1e300, most of them where something happens. */
static double point(int i)
{
    const double sign = i % 2 ? -1 : 1, t = (i / 2 + 0.5) / (POINTS / 2);
    return sign * (t < 0.1 ? pow(10, -300 + 2980 * t) : t < 0.9 ? 40 * (t - 0.1) + 0.01 : pow(10, 1.6 + 2980 * (t - 0.9)));
}

/* erfc and e^-x²/2 lose x² roundings through their argument. */
static double allowance(const char *name, double x)
{
    const bool bell = !strcmp(name, "gelu") || !strcmp(name, "erf");
    const bool power = !strcmp(name, "gelu-tanh") || !strcmp(name, "swish");
    const double y = fmin(fabs(x), 40);
    return 1e-15 * (2 + (bell ? y * y : power ? y * y * y / 4 : 0));
}

static void accuracy(void **state)
{
    (void)state;
    for (size_t v = 0; v < TWIN_VARIANTS; v++) {
        const Choice c = choice_of(twin_variants[v]);
        const Activation *act = activation_of(c);
        double worst_value = 0, worst_slope = 0;
        for (int i = 0; i < POINTS; i++) {
            const double x = point(i), value = act->value_at(x, c.parameter), slope = act->slope_at(x, c.parameter);
            const Real far = fmaxl(fminl(LONG(x), 1e300L), -1e300L);
            const Real wanted = twin_value(c.row->name, LONG(c.parameter), far), wanted_slope = twin_slope(c.row->name, LONG(c.parameter), far);
            const double off = (double)fabsl(LONG(value) - wanted), size = (double)fabsl(wanted);
            const double off_slope = (double)fabsl(LONG(slope) - wanted_slope), scale = (double)(fabsl(wanted_slope) + fabsl(wanted / far));
            const double tolerance = allowance(c.row->name, x);
            if (!(off <= tolerance * size + 1e-320) || !(off_slope <= tolerance * scale + 1e-307))
                fail_msg("%s at %.17g: value %.17g, wanted %.17g; slope %.17g, wanted %.17g", twin_variants[v], x, value, (double)wanted, slope,
                         (double)wanted_slope);
            worst_value = fmax(worst_value, size > 1e-300 ? off / size / tolerance : 0);
            worst_slope = fmax(worst_slope, scale > 1e-300 ? off_slope / scale / tolerance : 0);
        }
        assert_true(worst_value < 1 && worst_slope < 1);
    }
}

static void none_forgotten(void **state)
{
    (void)state;
    for (size_t r = 0; r < activations.count; r++) {
        const Activation *act = (const Activation *)(const void *)registry_row(&activations, r);
        bool found = !act->slope;
        for (size_t v = 0; v < TWIN_VARIANTS; v++)
            found = found || choice_of(twin_variants[v]).row == &act->named;
        if (!found)
            fail_msg("activation '%s' is not in this test", act->named.name);
    }
}

/* Vectors give the bits of single numbers at every length; a NaN comes through. */
static void vectors(void **state)
{
    (void)state;
    double z[67], h[67], d[67];
    for (size_t v = 0; v < TWIN_VARIANTS; v++) {
        const Choice c = choice_of(twin_variants[v]);
        const Activation *act = activation_of(c);
        for (size_t n = 0; n <= 67; n++) {
            for (size_t i = 0; i < 67; i++) {
                z[i] = point((int)(i * 89));
                h[i] = d[i] = 2.385;
            }
            act->value(h, z, n, c.parameter);
            act->slope(d, z, n, c.parameter);
            for (size_t i = 0; i < 67; i++) {
                const double value = i < n ? act->value_at(z[i], c.parameter) : 2.385, slope = i < n ? act->slope_at(z[i], c.parameter) : 2.385;
                NEAR(h[i], value, 2e-15 * fabs(value), "%s: value in a vector", twin_variants[v]);
                NEAR(d[i], slope, 2e-15 * fabs(slope), "%s: slope in a vector", twin_variants[v]);
            }
        }
        assert_true(isnan(act->value_at((double)NAN, c.parameter)));
    }
}

/* Slopes at infinity, where |φ'| is largest, and that φ' jumps where the row says and nowhere else. */
static void facts(void **state)
{
    (void)state;
    for (size_t v = 0; v < TWIN_VARIANTS; v++) {
        const Choice c = choice_of(twin_variants[v]);
        const Activation *act = activation_of(c);
        const double a = c.parameter, most = activation_max_slope(c);
        NEAR(act->value_at(1e300, a) / 1e300, act->slope_high(a), 1e-15, "%s: slope at +inf", twin_variants[v]);
        NEAR(act->value_at(-1e300, a) / -1e300, act->slope_low(a), 1e-15, "%s: slope at -inf", twin_variants[v]);
        for (int i = 0; i < POINTS; i++)
            assert_true(fabs(act->slope_at(point(i), a)) <= most * (1 + 1e-13));
        for (double x = -12; x < 12; x += 0x1p-6) {
            bool kink = false;
            for (size_t k = 0; k < act->n_kinks; k++)
                kink = kink || (act->kinks[k] >= x && act->kinks[k] <= x + 0x1p-6);
            const double jump = fabs(act->slope_at(x + 0x1p-6, a) - act->slope_at(x, a));
            if (!kink)
                NEAR(jump, 0, 0.1, "%s: slope jumps after %g", twin_variants[v], x);
        }
    }
}

/* PyTorch's derivatives at kinks: relu'(0) = 0, hardtanh'(±1) = 0, the left one for leaky-relu, prelu, elu and selu. */
static void kinks(void **state)
{
    (void)state;
    const struct {
        const char *word;
        double x, slope;
    } known[] = {{"relu", 0, 0}, {"relu", -0.0, 0}, {"leaky-relu", 0, 0.01}, {"prelu", 0, 0.25}, {"elu:1.7", 0, 1.7},
                 {"selu", 0, SELU_LAMBDA * SELU_ALPHA}, {"hardtanh", 1, 0}, {"hardtanh", -1, 0}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const Choice c = choice_of(known[i].word);
        assert_true(activation_of(c)->slope_at(known[i].x, c.parameter) == known[i].slope);
    }
}

/* Klambauer et al. 2017: α = -√(2/π)/(√e erfc(1/√2) - 1), and λ from the second moment. */
static void selu_constants(void **state)
{
    (void)state;
    const Real alpha = -sqrtl(2 / acosl(-1)) / (expl(0.5L) * erfcl(sqrtl(0.5L)) - 1);
    NEAR(SELU_ALPHA, alpha, 3e-16, "alpha");
    const Real e = expl(1), phi1 = erfcl(sqrtl(0.5L)) / 2, phi2 = erfcl(sqrtl(2)) / 2;   /* Φ(-1), Φ(-2) */
    const Real lambda = 1 / sqrtl(0.5L + alpha * alpha * (e * e * phi2 - 2 * sqrtl(e) * phi1 + 0.5L));
    NEAR(SELU_LAMBDA, lambda, 3e-16, "lambda");
}

/* The vector-Jacobian product keeps its accuracy with one probability near 1: d_k = p_k Σ_j p_j (g_k - g_j). */
static void softmax(void **state)
{
    (void)state;
    static const double logits[][5] = {{0.3, -0.2, 0.5, 0.1, 0}, {0, 30, 1, -2, 5}, {0, 1, 60, -2, 5}, {300, 1, 0, -200, -390}, {5, 5, 5, 5, 700}};
    static const double g[] = {0.7, -2.385, 0.4, 1.3, -0.9};
    const Activation *act = activation_of(choice_of("softmax"));
    for (size_t r = 0; r < sizeof logits / sizeof *logits; r++) {
        double p[5], d[5];
        Real q[5], total = 0;
        act->value(p, logits[r], 5, (double)NAN);
        for (int k = 0; k < 5; k++)
            total += q[k] = expl(LONG(logits[r][k]));
        softmax_pullback(d, g, p, 5);
        for (int k = 0; k < 5; k++) {
            Real wanted = 0, size = 0;
            for (int j = 0; j < 5; j++) {
                wanted += q[j] / total * LONG(g[k] - g[j]);
                size += q[j] / total * LONG(fabs(g[k] - g[j]));
            }
            NEAR(p[k], q[k] / total, 1e-15 * p[k], "probability %d of row %zu", k, r);
            NEAR(d[k], wanted * q[k] / total, 1e-15 * (double)(size * q[k] / total), "gradient %d of row %zu", k, r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracy), cmocka_unit_test(none_forgotten), cmocka_unit_test(vectors), cmocka_unit_test(facts),
        cmocka_unit_test(kinks),    cmocka_unit_test(selu_constants), cmocka_unit_test(softmax),
    };
    return cmocka_run_group_tests_name("model/act", tests, numbers_ready, NULL);
}
