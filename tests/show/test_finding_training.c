/* Sentences of training: each branch by numbers that must lead to it.
 * The one thing to know: networks are called a, b, …; a broken one has an infinite loss.
 * Percentages are joined to their sign by a space that no line ends at. */
#include "files.h"

#include <math.h>

#include "show/finding.h"

enum { MOST = 4, DEPTHS = 2 };

static SeriesSet set_of(Series series[MOST], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        series[i] = (Series){.in_panel = 1, .colour = i + 1};
        text_char(&series[i].panel, (char)('a' + i));
        text_char(&series[i].label, (char)('a' + i));
    }
    return (SeriesSet){.series = series, .n = n};
}

static void set_free(Series series[MOST], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        text_free(&series[i].panel);
        text_free(&series[i].label);
    }
}

/* Ends of n networks at depths 2 and 30: loss (log10) and accuracy of each, a's two depths first. */
static void says(size_t n, bool accuracy, const CurveEnd *ends, size_t n_depths, const char *sentence)
{
    Series series[MOST];
    const SeriesSet set = set_of(series, n);
    Text title = {0};
    finding_training(&title, &(Ends){&set, ends, (const int64_t[]){2, 30}, n_depths, DEPTHS, accuracy});
    assert_string_equal(text_str(&title), sentence);
    text_free(&title);
    set_free(series, n);
}

#define END(loss, accuracy) {true, loss, accuracy}
#define ENDS(...) ((const CurveEnd[]){__VA_ARGS__})
#define BROKEN {true, HUGE_VAL, -HUGE_VAL}

static void trainings(void **state)
{
    (void)state;
    says(1, true, ENDS(END(-1, 0.97), END(0.3, 0.11)), 2, "a reaches 97\u00a0% accuracy at depth 2, and 11\u00a0% at depth 30");
    says(1, true, ENDS(END(-3, 0.998), BROKEN), 2, "a reaches 99.8\u00a0% accuracy at depth 2, and breaks at depth 30");
    says(1, false, ENDS(BROKEN, END(-1, NOT_GIVEN)), 2, "a breaks at depth 2, and ends at a loss of 0.1 at depth 30");
    says(1, true, ENDS(END(-1, 1), {false, 0, 0}), 1, "a reaches 100\u00a0% accuracy at depth 2");
    says(2, true, ENDS(END(-1, 0.97), END(-1, 0.96), END(-1, 0.96), END(0.3, 0.11)), 2, "At depth 30 a reaches 96\u00a0% accuracy; b reaches 11\u00a0%");
    /* The depth that tells them apart, not the deepest. */
    says(2, true, ENDS(END(-1, 0.97), END(0.3, 0.11), END(0, 0.5), END(0.3, 0.1)), 2, "At depth 2 a reaches 97\u00a0% accuracy; b reaches 50\u00a0%");
    says(2, true, ENDS(END(-1, 0.97), END(-1, 0.9), END(-1, 0.97), BROKEN), 2, "At depth 30 a reaches 90\u00a0% accuracy; b breaks");
    says(2, true, ENDS(BROKEN, BROKEN, BROKEN, BROKEN), 2, "At depth 30 both networks break");
    says(2, true, ENDS(END(-1, 0.901), END(-1, 0.9), END(-1, 0.9), END(-1, 0.901)), 2, "At depth 30 both networks end at an accuracy of 90\u00a0%");
    says(2, false, ENDS(END(-1, NOT_GIVEN), END(-1, NOT_GIVEN), END(0, NOT_GIVEN), END(-1, NOT_GIVEN)), 2, "At depth 2 a ends at a loss of 0.1; b ends at 1");
    says(2, true, ENDS(END(-1, 0.9), {false, 0, 0}, {false, 0, 0}, END(-1, 0.5)), 2, "At depth 30 b reaches 50\u00a0% accuracy");
}

static void changes(void **state)
{
    (void)state;
    Text title = {0};
    const Change all[] = {{"a, depth 3", -1, -1.25, 0, 50}, {"b, depth 3", -30, -3, 10, 500}, {"c, depth 3", NOT_GIVEN, 0, 0, 50}};
    finding_changes(&title, all, 3);
    assert_string_equal(text_str(&title), "b, depth 3: the gradient at the input is 10⁻³⁰ times the last layer's after 10 steps, 10⁻³ after 500 steps");
    text_clear(&title);
    finding_changes(&title, all, 1);
    assert_string_equal(text_str(&title), "a, depth 3: the gradient at the input is 0.1 times the last layer's before training, 0.0562 after 50 steps");
    text_clear(&title);
    finding_changes(&title, all + 2, 1);
    assert_string_equal(text_str(&title), "No gradient is finite from the last layer to the input");
    text_free(&title);
}

static void profiles(void **state)
{
    (void)state;
    Series series[MOST];
    const SeriesSet set = set_of(series, 2);
    Text title = {0};
    const Profile all[] = {{0, -2, -2.5, 1, 9}, {1, -2, -2.25, 1, 9}}, zeros[] = {{0, -2, -30, 1, 9}, {1, -HUGE_VAL, -2, 1, 9}}, none[] = {{0, NOT_GIVEN, -2, 1, 9}};
    finding_profiles(&title, &set, all, 2);
    assert_string_equal(text_str(&title), "The median |∂L/∂h| of both networks stays within a factor 3.16 across the layers");
    text_clear(&title);
    finding_profiles(&title, &set, all, 1);
    assert_string_equal(text_str(&title), "a: the median |∂L/∂h| is 0.01 at layer 1, 0.0032 at layer 9");
    text_clear(&title);
    finding_profiles(&title, &set, zeros, 2);   /* zeros are further away than 10⁻²⁸ */
    assert_string_equal(text_str(&title), "b: the median |∂L/∂h| is 0 at layer 1, 0.01 at layer 9");
    text_clear(&title);
    finding_profiles(&title, &set, none, 1);
    assert_string_equal(text_str(&title), "No gradient is finite");
    text_free(&title);
    set_free(series, 2);
}

static void fates(void **state)
{
    (void)state;
    Series series[MOST];
    const SeriesSet set = set_of(series, 2);
    Text title = {0};
    const Fate all[] = {{0, {0, 0.25}, {0.5, 0.75}}, {1, {0, 0}, {0, 0.9}}};
    finding_fates(&title, &set, all, 2, 0, 1000);
    assert_string_equal(text_str(&title), "a: 0\u00a0% of units are dead before training, 25\u00a0% after 1000 steps");
    text_clear(&title);
    finding_fates(&title, &set, all + 1, 1, 5, 1000);
    assert_string_equal(text_str(&title), "b: 0\u00a0% of units are zero after 5 steps, 90\u00a0% after 1000 steps; none is dead for the whole batch");
    text_clear(&title);
    finding_fates(&title, &set, (const Fate[]){{0, {NOT_GIVEN, NOT_GIVEN}, {NOT_GIVEN, NOT_GIVEN}}}, 1, 0, 9);
    assert_string_equal(text_str(&title), "No snapshot has a finite share of dead units");
    text_free(&title);
    set_free(series, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trainings),
        cmocka_unit_test(changes),
        cmocka_unit_test(profiles),
        cmocka_unit_test(fates),
    };
    return cmocka_run_group_tests_name("finding_training", tests, NULL, NULL);
}
