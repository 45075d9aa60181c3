/* Findings: every sentence, and the numbers on which it turns.
 * The one thing to know: each case is a few curves given by first, last and scale; none stands at a threshold by accident. */
#include "files.h"

#include <math.h>

#include "show/finding.h"

enum { MOST = 9 };

typedef void Finding(Text *title, const Curves *c);

/* Curves a, b, c …; the first `n` are drawn. */
static void says(Finding *finding, size_t n, const double *first, const double *last, const double *scale, int64_t layers, const char *wanted)
{
    Series series[MOST] = {{0}};
    int64_t all[MOST];
    for (size_t i = 0; i < n; i++) {
        series[i].in_panel = 1;
        series[i].colour = i + 1;
        text_char(&series[i].panel, (char)('a' + i));
        text_string(&series[i].label, series[i].panel.data);
        all[i] = layers;
    }
    const SeriesSet set = {.series = series, .n = n};
    Text title = {0};
    finding(&title, &(Curves){&set, first, last, scale, all, NULL});
    assert_string_equal(text_str(&title), wanted);
    text_free(&title);
    for (size_t i = 0; i < n; i++) {
        text_free(&series[i].panel);
        text_free(&series[i].label);
    }
}

#define LIST(...) ((const double[]){__VA_ARGS__})

static void test_gradient(void **state)
{
    (void)state;
    const double zero[MOST] = {0};
    says(finding_gradient, 1, LIST(0.3), zero, NULL, 50, "a keeps its gradients: ×2 over 50 layers");
    says(finding_gradient, 2, LIST(0.3, -0.6), zero, NULL, 50, "All 2 networks keep their gradients: at most ×3.98 over 50 layers");
    says(finding_gradient, 1, LIST(-30), zero, NULL, 101, "a: gradients fall ×0.501 a layer");
    says(finding_gradient, 1, LIST(30), zero, NULL, 101, "a: gradients grow ×2 a layer");
    says(finding_gradient, 3, LIST(30, -30, 0.1), zero, NULL, 101, "b: gradients fall ×0.501 a layer; a: grow ×2; c keeps them");
    says(finding_gradient, 9, LIST(-5, 0, 0, 0, 0, 0, 0, 0, -9), zero, NULL, 10,
         "7 of 9 networks keep their gradients over 10 layers; i: gradients fall ×0.1 a layer");
    says(finding_gradient, 2, LIST(NOT_GIVEN, NOT_GIVEN), LIST(NOT_GIVEN, NOT_GIVEN), NULL, 10, "No layer has a finite gradient");
}

static void test_weights(void **state)
{
    (void)state;
    says(finding_weights, 1, LIST(-0.5), LIST(0), NULL, 50, "a gives all weights a gradient of at least 0.316");
    says(finding_weights, 2, LIST(-30, -0.5), LIST(-30, 0), NULL, 50, "a leaves some 10⁻³⁰; b gives all weights a gradient of at least 0.316");
    says(finding_weights, 1, LIST(6.6), LIST(8.7), NULL, 50, "a gives all weights a gradient of at least 10⁶; in a it reaches 10⁸");
    says(finding_weights, 1, LIST(9), LIST(0), NULL, 50, "a gives all weights a gradient of at least 1; in a it reaches 10⁹");
    says(finding_weights, 8, LIST(0, 0, 0, 0, 0, 0, -9, -30), LIST(0, 0, 0, 0, 0, 0, 0, -30), NULL, 50,
         "6 of 8 networks give all weights a gradient above 10⁻³; h leaves some 10⁻³⁰");
    says(finding_weights, 1, LIST(NOT_GIVEN), LIST(NOT_GIVEN), NULL, 50, "No layer's weights have a finite gradient");
}

static void test_moments(void **state)
{
    (void)state;
    says(finding_mean, 1, NULL, LIST(0.01), LIST(1), 10, "a stays centred on 0");
    says(finding_mean, 1, NULL, LIST(0.5), LIST(0.2), 10, "The mean of a lies 2.5 standard deviations away");
    says(finding_mean, 2, NULL, LIST(0.5, 0), LIST(0.2, 1), 10, "b stays centred on 0; the mean of a lies 2.5 standard deviations away");
    says(finding_mean, 8, NULL, LIST(0, 0, 0, 0, 0, 0, 0, 2), LIST(1, 1, 1, 1, 1, 1, 1, 4), 10,
         "7 of 8 networks stay centred on 0; the mean of h lies 0.5 standard deviations away");
    says(finding_mean, 1, NULL, LIST(NOT_GIVEN), LIST(1), 10, "No layer has a finite mean");
    says(finding_variance, 1, LIST(0), LIST(0.1), NULL, 10, "a holds its variance at 1.26");
    says(finding_variance, 1, LIST(0), LIST(7), NULL, 10, "The variance of a grows to 10⁷");
    says(finding_variance, 2, LIST(0, 0), LIST(0.1, -20), NULL, 10, "a holds its variance at 1.26; that of b falls to 10⁻²⁰");
    says(finding_variance, 8, LIST(0, 0, 0, 0, 0, 0, 0, 0), LIST(0, 0, 0, 0, 0, 0, 0, 2), NULL, 10,
         "7 of 8 networks hold their variance within a factor 2; that of h grows to 100");
    says(finding_variance, 1, LIST(NOT_GIVEN), LIST(NOT_GIVEN), NULL, 10, "No layer has a finite variance");
}

static void test_depth(void **state)
{
    (void)state;
    says(finding_heatmap, 2, LIST(-1, -7), LIST(-2, -70), LIST(10, 10), 100, "b: the gradient at the input is 10⁻⁷⁰ at depth 100, 10⁻⁷ at depth 10");
    says(finding_heatmap, 2, LIST(1, 0), LIST(20, 0), LIST(10, 10), 100, "a: the gradient at the input is 10²⁰ at depth 100, 10 at depth 10");
    says(finding_heatmap, 1, LIST(0), LIST(0.5), LIST(10), 100, "The gradient at the input stays within a factor 10 down to depth 100");
    says(finding_heatmap, 1, LIST(NOT_GIVEN), LIST(NOT_GIVEN), LIST(NOT_GIVEN), 100, "No gradient reaches the input");
    says(finding_decay, 1, LIST(-0.627), LIST(-0.627), LIST(0), 100, "a: ×0.236 a layer at every depth");
    says(finding_decay, 1, LIST(-0.635), LIST(-0.627), LIST(0.008), 100, "a: ×0.236 a layer at every depth");   /* 1.9 % */
    says(finding_decay, 1, LIST(-0.1), LIST(-0.02), LIST(0.08), 100, "a: ×0.955 a layer at the largest depth, ×0.794 at the smallest");
    says(finding_decay, 1, LIST(-0.699), LIST(-0.64), LIST(0.059), 10, "a: ×0.229 a layer at the largest depth, ×0.2 at the smallest");
    says(finding_decay, 1, LIST(-0.64), LIST(-0.64), LIST(0.059), 10, "a: ×0.229 a layer at the largest depth");   /* another in between */
    says(finding_decay, 2, LIST(-0.3, 0.1), LIST(-0.3, 0.1), LIST(0, 0), 100, "a: ×0.501 a layer at every depth; b: ×1.26");
    says(finding_decay, 1, LIST(0.1), LIST(0.1), LIST(0), 100, "a: ×1.26 a layer at every depth");
    says(finding_decay, 1, LIST(NOT_GIVEN), LIST(NOT_GIVEN), LIST(NOT_GIVEN), 100, "No network has a finite decay");
}

static void test_units(void **state)
{
    (void)state;
    says(finding_fractions, 2, NULL, LIST(0.1, 0.4), LIST(0, 0), 20, "b: 40 % of units saturated at layer 20; no unit is dead for the whole batch");
    says(finding_fractions, 2, NULL, LIST(0.1, 0.4), LIST(0.3, 0), 20, "b: 40 % of units saturated at layer 20; a: 30 % dead for the whole batch");
    says(finding_fractions, 1, NULL, LIST(0.5), LIST(0.3), 20, "a: 50 % of units saturated at layer 20, 30 % dead for the whole batch");
    says(finding_fractions, 1, NULL, LIST(0), LIST(0), 20, "No unit saturates; no unit is dead for the whole batch");
    says(finding_trajectory, 1, NULL, LIST(-0.01), LIST(1.05), 20, "a ends near mean 0, variance 1: at (−0.01, 1.1) after 20 layers");
    says(finding_trajectory, 2, NULL, LIST(-2, 0), LIST(5, 1), 20, "a does not stay at mean 0, variance 1: it ends at (−2, 5) after 20 layers");
    says(finding_trajectory, 2, NULL, LIST(0, 0.5), LIST(1, 0.25), 20, "a ends near mean 0, variance 1: at (0, 1) after 20 layers; b at (0.5, 0.25)");
    says(finding_trajectory, 1, NULL, LIST(NOT_GIVEN), LIST(NOT_GIVEN), 20, "No layer of selu has a finite mean and variance");
}

/* What tells curves apart is worded for a sentence. */
static void test_names(void **state)
{
    (void)state;
    Series s = {.in_panel = 1, .colour = 1};
    text_string(&s.panel, "relu · he-normal");
    text_string(&s.variant, "width 64 · σ_w 2");
    text_string(&s.label, "relu · he-normal · width 64 · σ_w 2");
    const SeriesSet set = {.series = &s, .n = 1};
    Text title = {0};
    finding_gradient(&title, &(Curves){&set, LIST(0), LIST(0), NULL, (const int64_t[]){9}, NULL});
    assert_string_equal(text_str(&title), "relu with he-normal, width 64, σ_w 2 keeps its gradients: ×1 over 9 layers");
    text_free(&title);
    text_free(&s.panel);
    text_free(&s.variant);
    text_free(&s.label);
}

/* Of a run thinned to every fourth layer the first is 4, and the factor a layer is over the sixteen from there to 20; of one thinned to its
 * ends, over all twenty. */
static void test_thinned(void **state)
{
    (void)state;
    Series s = {.in_panel = 1, .colour = 1};
    text_string(&s.panel, "relu");
    text_string(&s.label, "relu");
    const SeriesSet set = {.series = &s, .n = 1};
    Text title = {0};
    finding_gradient(&title, &(Curves){&set, LIST(4.8), LIST(0), NULL, (const int64_t[]){20}, (const int64_t[]){4}});
    assert_string_equal(text_str(&title), "relu: gradients grow ×2 a layer");
    text_clear(&title);
    finding_gradient(&title, &(Curves){&set, LIST(6), LIST(0), NULL, (const int64_t[]){20}, (const int64_t[]){0}});
    assert_string_equal(text_str(&title), "relu: gradients grow ×2 a layer");
    text_free(&title);
    text_free(&s.panel);
    text_free(&s.label);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradient), cmocka_unit_test(test_weights), cmocka_unit_test(test_moments), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_units),    cmocka_unit_test(test_names), cmocka_unit_test(test_thinned),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
