/* Axes: the whole grammar, case by case; every refusal; seeds.
 * The one thing to know: a case compares the canonical text, so values, order and rounding are checked at once.
 * The grammar is INTERFACE.md's section 2: both ends, lo + i·step rounded to 15 significant digits, duplicates drop, order stays. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <time.h>

#include "fixture.h"
#include "lab/axis.h"

typedef struct {
    const char *text, *wanted;
} Case;

static void check(FieldId field, Case c, bool paired)
{
    Axis axis;
    Text text = {0};
    assert_int_equal(axis_read(&axis, &fields[field], c.text, paired), 0);
    axis_text(&text, &axis, &fields[field]);
    if (strcmp(text_str(&text), c.wanted) != 0)
        fail_msg("--%s %s: wanted %s, got %s", fields[field].option, c.text, c.wanted, text_str(&text));
    text_free(&text);
    axis_free(&axis);
}

#define CHECK_ALL(field, ...)                                     \
    do {                                                          \
        const Case cases_[] = {__VA_ARGS__};                      \
        for (size_t i = 0; i < sizeof cases_ / sizeof *cases_; i++) \
            check(field, cases_[i], false);                       \
    } while (0)

static void lists(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_depth, {"16", "16"}, {"16,64,256", "16,64,256"}, {"64,16", "64,16"}, {"1e3", "1000"}, {"10.0", "10"}, {"+5", "5"},
              {"4294967294", "4294967294"});
    CHECK_ALL(FIELD_sigma_w, {"0.5", "0.5"}, {".5,5.", "0.5,5"}, {"1e-5", "1e-05"}, {"0.1", "0.1"}, {"2.385", "2.385"},
              {"0.30000000000000004", "0.30000000000000004"}, {"1e100", "1e+100"}, {"0", "0"}, {"-0", "0"});
    CHECK_ALL(FIELD_activation, {"tanh", "tanh"}, {"relu,selu,tanh", "relu,selu,tanh"}, {"silu", "swish"}, {"elu:1", "elu"},
              {"elu:2.385", "elu:2.385"}, {"leaky-relu:0.01", "leaky-relu"});
}

static void duplicates_drop_and_order_stays(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_depth, {"64,16,64", "64,16"}, {"3,1:4", "3,1,2,4"}, {"1:4,2:6:2", "1,2,3,4,6"}, {"1:2:0.25", "1,2"}, {"5,5,5", "5"});
    CHECK_ALL(FIELD_sigma_w, {"0.1,0.10,1e-1", "0.1"}, {"0,-0", "0"}, {"0.3,0.1:0.3:0.1", "0.3,0.1,0.2"});
    CHECK_ALL(FIELD_activation, {"silu,swish,swish:1", "swish"}, {"elu,elu:1,elu:2,elu:2.0", "elu,elu:2"}, {"tanh,relu,tanh", "tanh,relu"});
}

static void zipped_axes_keep_their_repeats(void **state)
{
    (void)state;
    check(FIELD_depth, (Case){"10,10,20", "10,10,20"}, true);
    check(FIELD_depth, (Case){"1:3,2", "1,2,3,2"}, true);
}

static void steps(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_depth, {"10:100:10", "10,20,30,40,50,60,70,80,90,100"}, {"1:4", "1,2,3,4"}, {"1:10:4", "1,5,9"}, {"1:9:4", "1,5,9"},
              {"7:7", "7"}, {"7:7:3", "7"}, {"1:2:5", "1"});
    CHECK_ALL(FIELD_sigma_w, {"0:1:0.25", "0,0.25,0.5,0.75,1"}, {"0.1:0.3:0.1", "0.1,0.2,0.3"},
              {"0:1:0.1", "0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1"}, {"0.5:2.5", "0.5,1.5,2.5"}, {"0:1e-9:5e-10", "0,5e-10,1e-09"},
              {"0:0.333333333333333:0.111111111111111", "0,0.111111111111111,0.222222222222222,0.333333333333333"});
}

/* The end is included if reached, and never passed, however near the last step comes. */
static void an_end_just_missed_is_left_out(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_sigma_w, {"0:0.9999999999:1", "0"}, {"0:0.99999999999999:1", "0"}, {"0:1.00000000000001:1", "0,1"},
              {"1:7.99999999999999:x2", "1,2,4"});
}

static void every_step_is_rounded_to_fifteen_digits(void **state)
{
    (void)state;
    Axis axis;
    assert_int_equal(axis_read(&axis, &fields[FIELD_sigma_w], "0:10:0.001", false), 0);
    assert_int_equal(axis.count, 10001);
    for (size_t i = 0; i < axis.count; i++) {
        char text[32];
        snprintf(text, sizeof text, "%zu.%03zu", i / 1000, i % 1000);
        assert_true(axis.values[i].real == strtod(text, NULL));
    }
    axis_free(&axis);
}

static void factors(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_width, {"2:256:x2", "2,4,8,16,32,64,128,256"}, {"1:1000:x10", "1,10,100,1000"}, {"1:999:x10", "1,10,100"}, {"3:3:x2", "3"},
              {"16:100:x1.5", "16,24,36,54,81"}, {"1:2147483647:x2147483647", "1,2147483647"});
    CHECK_ALL(FIELD_sigma_w, {"1e-3:1:x10", "0.001,0.01,0.1,1"}, {"0.1:0.8:x2", "0.1,0.2,0.4,0.8"}, {"1e-200:1e100:x1e100", "1e-200,1e-100,1,1e+100"});
}

static void points_between(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_sigma_w, {"0.5:4:n8", "0.5,1,1.5,2,2.5,3,3.5,4"}, {"0:1:n2", "0,1"}, {"2:2:n1", "2"}, {"2:2:n3", "2"}, {"0:0.3:n4", "0,0.1,0.2,0.3"},
              {"0:1:n4", "0,0.333333333333333,0.666666666666667,1"});
    CHECK_ALL(FIELD_depth, {"10:100:n4", "10,40,70,100"}, {"1:2:n5", "1,2"});
    CHECK_ALL(FIELD_sigma_w, {"1e-4:1:l9", "0.0001,0.000316227766016838,0.001,0.00316227766016838,0.01,0.0316227766016838,0.1,0.316227766016838,1"},
              {"1e-6:1:l7", "1e-06,1e-05,0.0001,0.001,0.01,0.1,1"}, {"2:2:l1", "2"}, {"1e-300:1e100:l5", "1e-300,1e-200,1e-100,1,1e+100"});
    CHECK_ALL(FIELD_width, {"16:256:l5", "16,32,64,128,256"});
    Axis axis;
    assert_int_equal(axis_read(&axis, &fields[FIELD_sigma_w], "0.5:2.5:n41", false), 0);
    assert_int_equal(axis.count, 41);
    assert_true(axis.values[40].real == 2.5 && axis.values[20].real == 1.5);
    axis_free(&axis);
}

/* Decades come out as decades at any distance, not as 1.00000000000002e-37. */
static void logarithmic_decades_are_exact(void **state)
{
    (void)state;
    Axis axis;
    assert_int_equal(axis_read(&axis, &fields[FIELD_sigma_w], "1e-200:1e100:l301", false), 0);
    assert_int_equal(axis.count, 301);
    for (int i = 0; i < 301; i++) {
        char text[32];
        snprintf(text, sizeof text, "1e%d", i - 200);
        assert_true(axis.values[i].real == strtod(text, NULL));
    }
    axis_free(&axis);
}

static void mixtures(void **state)
{
    (void)state;
    CHECK_ALL(FIELD_depth, {"1:3,10:30:10,2:8:x2,500", "1,2,3,10,20,30,4,8,500"});
    CHECK_ALL(FIELD_sigma_w, {"0.1,1:2:n3,1e-2:1:l3", "0.1,1,1.5,2,0.01"});
}

static void what_is_derived_may_be_left_out(void **state)
{
    (void)state;
    Axis axis;
    assert_int_equal(axis_read(&axis, &fields[FIELD_sigma_w], "", false), 0);
    assert_int_equal(axis.count, 1);
    assert_false(field_given(&fields[FIELD_sigma_w], axis.values[0]));
    axis_free(&axis);
}

typedef struct {
    FieldId field;
    const char *text, *part;
} Refusal;

static bool refused(const Refusal *r)
{
    Axis axis;
    const bool no = axis_read(&axis, &fields[r->field], r->text, false) == -1;
    axis_free(&axis);
    return no;
}

static void refusals(void **state)
{
    (void)state;
    const Refusal refusals[] = {
        {FIELD_depth, "", "empty value"}, {FIELD_depth, ",", "empty value"}, {FIELD_depth, "1,", "empty value"}, {FIELD_depth, "1,,2", "empty value"},
        {FIELD_depth, "100:10", "reversed"}, {FIELD_depth, "100:10:10", "reversed"}, {FIELD_sigma_w, "2:1:n5", "reversed"},
        {FIELD_sigma_w, "2:1:x2", "reversed"}, {FIELD_sigma_w, "2:1:l5", "reversed"},
        {FIELD_depth, "1:10:0", "step"}, {FIELD_depth, "1:10:-1", "step"}, {FIELD_depth, "1:10:x1", "factor"}, {FIELD_depth, "1:10:x0.5", "factor"},
        {FIELD_sigma_w, "0:10:x2", "above 0"}, {FIELD_sigma_w, "0:10:l5", "above 0"}, {FIELD_sigma_w, "0:10:n0", "number of points"},
        {FIELD_sigma_w, "0:10:n2.5", "number of points"}, {FIELD_sigma_w, "0:10:n-3", "number of points"}, {FIELD_sigma_w, "0:10:n1e8", "number of points"},
        {FIELD_sigma_w, "0:10:n1", "two ends"}, {FIELD_sigma_w, "1:10:l1", "two ends"},
        {FIELD_depth, ":", "not a range"}, {FIELD_depth, "1:", "not a range"}, {FIELD_depth, ":5", "not a range"}, {FIELD_depth, "1:2:", "not a range"},
        {FIELD_depth, "1:2:x", "not a range"}, {FIELD_depth, "1:2:n", "not a range"}, {FIELD_depth, "1:2:q3", "not a range"},
        {FIELD_depth, "1:2:3:4", "not a range"}, {FIELD_depth, "a:b", "not a range"}, {FIELD_depth, "nan:5", "not a range"},
        {FIELD_depth, "1:inf", "not a range"}, {FIELD_depth, "1:1e400", "not a range"}, {FIELD_depth, "1 :2", "not a range"},
        {FIELD_sigma_w, "0:1e100:1e-200", "too many"}, {FIELD_depth, "1:4e9", "too many"}, {FIELD_sigma_w, "1e-300:1e100:x1.000001", "too many"},
        {FIELD_depth, "nan", "not a finite number"}, {FIELD_depth, "inf", "not a finite number"}, {FIELD_depth, "1e999", "not a finite number"},
        {FIELD_depth, "ten", "not a finite number"}, {FIELD_depth, "0x10", "not a finite number"}, {FIELD_depth, "1.5", "not a whole number"},
        {FIELD_depth, "0", "from 1 to"}, {FIELD_depth, "-3", "from 1 to"}, {FIELD_depth, "1e12", "from 1 to"}, {FIELD_depth, "0:5", "from 1 to"},
        {FIELD_width, "1e12", "from 1 to"}, {FIELD_sigma_w, "-1", "from 0 to"}, {FIELD_sigma_w, "-1:1", "from 0 to"},
        {FIELD_sigma_w, "1e101", "from 0 to"}, {FIELD_input_corr, "1.0001", "from 0 to 1"},
        {FIELD_activation, "rulu", "did you mean 'relu'?"}, {FIELD_activation, "", "empty value"}, {FIELD_activation, ":2", "empty activation"},
        {FIELD_activation, "zzzzzzzzzz", "there are: linear"}, {FIELD_activation, "relu:2", "takes no number"},
        {FIELD_activation, "elu:x", "not a finite number"}, {FIELD_activation, "elu:nan", "not a finite number"}, {FIELD_activation, "elu:", "not a finite number"},
        {FIELD_activation, "elu:1e9", "from -1e+06 to 1e+06"}, {FIELD_init, "constant", "needs a number"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        FAILS(&files, EXIT_USAGE, refusals[i].part, refused(&refusals[i]));
    char endless[600];
    memset(endless, '1', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    const Refusal long_one = {FIELD_depth, endless, "599 characters"};
    FAILS(&files, EXIT_USAGE, long_one.part, refused(&long_one));
}

/* Half a million values are read, and their repeats found, at once: the time is that of a sort. */
static void long_axes_are_quick(void **state)
{
    (void)state;
    Axis axis;
    const clock_t start = clock();
    assert_int_equal(axis_read(&axis, &fields[FIELD_depth], "1:2e5,100000:3e5", false), 0);
    assert_int_equal(axis.count, 300000);
    assert_int_equal(axis.values[299999].whole, 300000);
    axis_free(&axis);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
    const Refusal r = {FIELD_depth, "1:1e7,1", "more than 10000000 values"};
    FAILS(&files, EXIT_USAGE, r.part, refused(&r));
}

static void check_seeds(Case c)
{
    Seeds seeds;
    Text text = {0};
    assert_int_equal(seeds_read(&seeds, c.text), 0);
    seeds_text(&text, &seeds);
    if (strcmp(text_str(&text), c.wanted) != 0)
        fail_msg("-s %s: wanted %s, got %s", c.text, c.wanted, text_str(&text));
    Seeds again;
    assert_int_equal(seeds_read(&again, text_str(&text)), 0);   /* the canonical text reads back as itself */
    assert_int_equal(again.count, seeds.count);
    assert_memory_equal(again.values, seeds.values, seeds.count * sizeof *seeds.values);
    seeds_free(&again);
    seeds_free(&seeds);
    text_free(&text);
}

static void seeds_in_every_form(void **state)
{
    (void)state;
    const Case cases[] = {
        {"5", "0:4"}, {"1", "0:0"}, {"1e3", "0:999"}, {"5:9", "5:9"}, {"3:3", "3:3"}, {"3,7", "3,7"}, {"7,3", "7,3"}, {"3,3", "3:3"},
        {"0:2,9,4:5", "0:2,9,4:5"}, {"1,2,3", "1:3"}, {"0:100:50", "0,50,100"}, {"1:8:x2", "1:2,4,8"}, {"4294967295,0", "4294967295,0"},
        {"4294967294:4294967295", "4294967294:4294967295"}, {"5:4999,4999,3", "5:4999,3"}, {"0:5000,5000", "0:5000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_seeds(cases[i]);
}

static bool seeds_refused(const char *text)
{
    Seeds seeds;
    const bool no = seeds_read(&seeds, text) == -1;
    seeds_free(&seeds);
    return no;
}

static void seeds_refusals(void **state)
{
    (void)state;
    const Case cases[] = {
        {"0", "from 1 to"}, {"-1", "from 1 to"}, {"2.5", "whole number"}, {"1e8", "from 1 to"}, {"nan", "write a count"}, {"", "empty value"},
        {"1,", "empty value"}, {"9:5", "reversed"}, {"1:2:n1", "two ends"}, {"-3,5", "not a whole number"}, {"0:1:0.5", "not a whole number"},
        {"1,4294967296", "not a whole number"}, {"x", "write a count"}, {"1:x", "write a count"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(&files, EXIT_USAGE, cases[i].wanted, seeds_refused(cases[i].text));
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),
        cmocka_unit_test(duplicates_drop_and_order_stays),
        cmocka_unit_test(zipped_axes_keep_their_repeats),
        cmocka_unit_test(steps),
        cmocka_unit_test(an_end_just_missed_is_left_out),
        cmocka_unit_test(every_step_is_rounded_to_fifteen_digits),
        cmocka_unit_test(factors),
        cmocka_unit_test(points_between),
        cmocka_unit_test(logarithmic_decades_are_exact),
        cmocka_unit_test(mixtures),
        cmocka_unit_test(what_is_derived_may_be_left_out),
        cmocka_unit_test(refusals),
        cmocka_unit_test(long_axes_are_quick),
        cmocka_unit_test(seeds_in_every_form),
        cmocka_unit_test(seeds_refusals),
    };
    return cmocka_run_group_tests_name("axis", tests, set_up, tear_down);
}
