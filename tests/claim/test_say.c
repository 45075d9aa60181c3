/* Numbers as people read them: digits that follow the interval, powers of ten, and what is not a number.
 * The one thing to know: expected texts were written down by hand from the rule in claim/say.h. */
#include "files.h"

#include <math.h>

#include "claim/say.h"
#include "model/registry.h"

static void same(void (*say)(Text *, const Fact *), Fact fact, const char *wanted)
{
    Text said = {0};
    say(&said, &fact);
    assert_string_equal(text_str(&said), wanted);
    text_free(&said);
}

static Fact with(double measured, double low, double high, double predicted)
{
    return (Fact){.measured = measured, .low = low, .high = high, .predicted = predicted, .n = 10, .kind = FACT_MEAN};
}

static void digits_follow_the_interval(void **state)
{
    (void)state;
    static const struct {
        double measured, low, high, predicted;
        const char *said, *interval, *foretold;
    } cases[] = {
        {-0.628655, -0.630500, -0.626810, -0.628214, "−0.6287", "[−0.6305, −0.6268]", "−0.62821"},
        {2.385, 2.3, 2.47, 2.4, "2.385", "[2.300, 2.470]", "2.4000"},
        {0, 0, 0.0461, 0.001, "0.000", "[0.000, 0.046]", "0.0010"},
        {627.9, 627.35, 628.45, 628, "627.90", "[627.35, 628.45]", "628.000"},
        {123456.7, 120000, 127000, 123000, "123457", "[120000, 127000]", "123000"},
        {3.2e-9, 3.1e-9, 3.3e-9, 3.15e-9, "3.20 × 10⁻⁹", "[3.10 × 10⁻⁹, 3.30 × 10⁻⁹]", "3.150 × 10⁻⁹"},
        {2.385e12, 2.3e12, 2.47e12, 0, "2.385 × 10¹²", "[2.300 × 10¹², 2.470 × 10¹²]", "0"},
        {1, 0.5, HUGE_VAL, HUGE_VAL, "1", "[0.5, ∞]", "∞"},
        {10, 10, 10, 10.25, "10", "[10, 10]", "10.25"},
        {-0.00001, -0.5, 0.5, -0.00001, "0.00", "[−0.50, 0.50]", "0.000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Fact f = with(cases[i].measured, cases[i].low, cases[i].high, cases[i].predicted);
        same(say_measured, f, cases[i].said);
        same(say_interval, f, cases[i].interval);
        same(say_predicted, f, cases[i].foretold);
    }
}

static void what_is_exact_and_what_is_not_known(void **state)
{
    (void)state;
    const Fact exact = {.measured = -0.27846454, .low = -0.27846454, .high = -0.27846454, .predicted = -0.2784645427, .kind = FACT_EXACT};
    same(say_measured, exact, "−0.278465");
    same(say_predicted, exact, "−0.278465");
    same(say_interval, exact, "exact");
    same(say_count, exact, "");
    const Fact tiny = {.measured = 3.5e-16, .low = 3.5e-16, .high = 3.5e-16, .predicted = 0};
    same(say_measured, tiny, "3.5 × 10⁻¹⁶");
    same(say_predicted, tiny, "0");
    same(say_measured, with((double)NAN, -HUGE_VAL, HUGE_VAL, 1), "none");
    same(say_interval, with((double)NAN, -HUGE_VAL, HUGE_VAL, 1), "not known");
    same(say_interval, with(2.385, -HUGE_VAL, HUGE_VAL, 1), "not known");
    same(say_measured, with(2.385, -HUGE_VAL, HUGE_VAL, 1), "2.385");
    same(say_measured, with(-HUGE_VAL, -HUGE_VAL, HUGE_VAL, 1), "−∞");
    same(say_predicted, with(1, 0, 2, NOT_GIVEN), "");
    const Fact undefined = {.measured = (double)NAN, .low = -HUGE_VAL, .high = HUGE_VAL, .predicted = 1};
    same(say_interval, undefined, "not known");
}

static void wholes(void **state)
{
    (void)state;
    static const struct {
        int64_t n;
        const char *said;
    } cases[] = {{0, "0"}, {999, "999"}, {2385, "2385"}, {12345, "12\u202f345"}, {1234567, "1\u202f234\u202f567"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text said = {0};
        say_whole(&said, cases[i].n);
        assert_string_equal(text_str(&said), cases[i].said);
        text_free(&said);
    }
}

static void prose(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"one of 1e-31 is left", "one of 10⁻³¹ is left"},
        {"(3.2e-05, 1e+06]", "(3.2 × 10⁻⁵, 10⁶]"},
        {"at -0.6, [-2, 3], 5-7", "at −0.6, [−2, 3], 5-7"},
        {"C05 and float16 and bf1e5 and 2e and e5 and 1e-x", "C05 and float16 and bf1e5 and 2e and e5 and 1e-x"},
        {"1.5e3.", "1.5 × 10³."},
        {"10e2 11e2", "10 × 10² 11 × 10²"},
        {"--quick -s 10 glorot-normal", "--quick -s 10 glorot-normal"},
        {"sigma_w = 1.3, sigma_b=0.2 +- 0.1, chi_1 > 1, 6 xi_c, chi_c", "σ_w = 1.3, σ_b=0.2 ± 0.1, χ₁ > 1, 6 ξ_c, χ_c"},
        {"--sigma-w, --sigma_w, sigma_wide, log_sigma_w, chi_12", "--sigma-w, --sigma_w, sigma_wide, log_sigma_w, chi_12"},
        {"-", "-"},
        {"1e99999999999999", "1e99999999999999"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text said = {0};
        say_prose(&said, cases[i][0]);
        assert_string_equal(text_str(&said), cases[i][1]);
        text_free(&said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_follow_the_interval),
        cmocka_unit_test(what_is_exact_and_what_is_not_known),
        cmocka_unit_test(wholes),
        cmocka_unit_test(prose),
    };
    return cmocka_run_group_tests_name("say", tests, NULL, NULL);
}
