/* Tables of results, and what is gathered from them into facts.
 * The one thing to know: the table is a file of this test's own, with empty, infinite and missing cells. */
#include "claim/clock.h"
#include "claim/gather.h"
#include "claim/linefit.h"
#include "files.h"
#include "near.h"

static const char *const text = "activation,depth,layer,x,steps_to_target,theory_log10_grad_h_norm,note\n"
                                "tanh,2,0,1.5,100,-3,\n"
                                "tanh,2,2,2.5,,-1,\"a, b\"\n"
                                "relu,2,0,inf,1000,-0.25,\n"
                                "relu,2,2,nan,10,0,\n"
                                "leaky-relu:0.1,20,20,-2,,0,\n";

static Table *open_table(Files *f)
{
    *f = files_make();
    files_text(f, "some.csv", text);
    Table *t = table_open(f->directory, "some.csv");
    assert_non_null(t);
    return t;
}

static void cells(void **state)
{
    (void)state;
    Files f;
    Table *t = open_table(&f);
    double out[5];
    const char *names[4];
    assert_int_equal(table_rows(t), 5);
    assert_string_equal(table_text(t, 1, "note"), "a, b");
    assert_string_equal(table_text(t, 0, "note"), "");
    assert_true(isnan(table_number(t, 1, "steps_to_target")) && isinf(table_number(t, 2, "x")) && isnan(table_number(t, 3, "activation")));
    assert_true(table_matches(t, 1, "activation=tanh layer=2") && table_matches(t, 0, "") && table_matches(t, 0, "  note= depth=2 "));
    assert_false(table_matches(t, 1, "activation=tan") || table_matches(t, 1, "activation=tanhh") || table_matches(t, 4, "activation=leaky-relu"));
    assert_int_equal(table_numbers(t, "x", "activation=tanh", out), 2);
    NEAR(out[1], 2.5, 0);
    assert_int_equal(table_numbers(t, "x", "activation=relu", out), 1);
    assert_true(isinf(out[0]));
    assert_int_equal(table_row(t, "activation=relu layer=2"), 3);
    assert_int_equal(table_count(t, "depth=2"), 4);
    assert_int_equal(table_distinct(t, "activation", "", names, 4), 3);
    assert_string_equal(names[2], "leaky-relu:0.1");
    assert_int_equal(table_distinct(t, "activation", "depth=2", names, 4), 2);
    assert_int_equal(table_distinct(t, "activation", "", names, 1), 1);
    table_close(t);
    table_close(NULL);
    files_remove(&f);
}

static void refused(void **state)
{
    (void)state;
    Files f = files_make();
    FAILS(&f, EXIT_NOINPUT, "none.csv", !table_open(f.directory, "none.csv"));
    files_text(&f, "torn.csv", "a,b\n1,2\n3\n");
    FAILS(&f, EXIT_DATA, "torn.csv", !table_open(f.directory, "torn.csv"));
    files_remove(&f);
}

static void gathered(void **state)
{
    (void)state;
    Files f;
    Table *t = open_table(&f);
    Facts facts = {0};
    Text words = {0};
    double out[5];
    assert_string_equal(gather_words(&words, "depth=%d layer=%s", 2, "0"), "depth=2 layer=0");
    assert_string_equal(gather_words(&words, "depth=%d", 20), "depth=20");
    NEAR(gather_number(t, "x", "activation=tanh layer=2"), 2.5, 0);
    NEAR(gather_theory_ratio(t, "activation=tanh", 2), -2, 0);
    NEAR(gather_theory_ratio(t, "activation=relu", 2), -0.25, 0);
    assert_int_equal(gather_log_steps(t, "depth=2", 5000, out), 4);   /* who never arrived counts as arriving last */
    NEAR(out[0], 2, 1e-15);
    NEAR(out[1], log10(5000), 1e-15);
    NEAR(out[3], 1, 1e-15);
    gather_mean(&facts, "x", "tanh", 3, t, "x", "activation=tanh");
    gather_share(&facts, "tanh", "depth 2", 0.5, t, "activation=tanh", "depth=2");
    facts_finish(&facts);
    NEAR(facts_find(&facts, "x", "tanh")->measured, 2, 0);
    assert_int_equal(facts_find(&facts, "x", "tanh")->n, 2);
    NEAR(facts_find(&facts, "tanh", "depth 2")->measured, 0.5, 0);
    assert_int_equal(facts_find(&facts, "tanh", "depth 2")->n, 4);
    facts_free(&facts);
    text_free(&words);
    table_close(t);
    files_remove(&f);
}

/* A timing that is there is read, not made again: 40 trials of which one is slower for ReLU. */
static void clock_reads(void **state)
{
    (void)state;
    Files f = files_make();
    Text csv = {0};
    text_string(&csv, "activation,what,trial,nanoseconds\n");
    for (int trial = 0; trial < 40; trial++)
        text_format(&csv, "relu,value and slope,%d,%g\ntanh,value and slope,%d,%g\nrelu,value,%d,9\n", trial, trial == 7 ? 3 : 0.5, trial,
                    2 + trial / 100.0, trial);
    files_write(&f, "timing.csv", text_str(&csv), csv.length);
    const ClaimCase c = {.directory = f.directory};
    Table *t = clock_table(&c, (const char *const[]){"relu", "tanh"}, 2);
    const ClockRatio r = clock_ratio(t, "tanh", "relu", CLOCK_BOTH), same = clock_ratio(t, "relu", "relu", CLOCK_BOTH);
    assert_int_equal(r.trials, 40);
    assert_int_equal(r.dearer, 39);
    NEAR(r.at_least, 3, 0);   /* median (2 + 0.195)/0.5 = 4.39 */
    NEAR(r.below, 8, 0);
    assert_int_equal(same.dearer, 0);
    NEAR(same.at_least, 1, 0);
    NEAR(same.below, 1.5, 0);
    table_close(t);
    text_free(&csv);
    files_remove(&f);
}

/* A real one: every contender has every trial, no time is 0, and it is read back as it is. */
static void clock_runs(void **state)
{
    (void)state;
    Files f = files_make();
    const ClaimCase c = {.directory = f.directory};
    const char *const names[] = {"relu", "gelu"};
    Table *t = clock_table(&c, names, 2);
    assert_non_null(t);
    assert_int_equal(table_rows(t), 2 * CLOCK_COUNT * 40);
    double first = table_number(t, 5, "nanoseconds");
    for (size_t row = 0; row < table_rows(t); row++)
        assert_true(table_number(t, row, "nanoseconds") > 0);
    const ClockRatio r = clock_ratio(t, "gelu", "relu", CLOCK_BOTH);
    assert_true(r.dearer > 30 && r.at_least >= 1.5);   /* erf and exp against a comparison */
    table_close(t);
    t = clock_table(&c, names, 2);
    NEAR(table_number(t, 5, "nanoseconds"), first, 0);
    table_close(t);
    files_remove(&f);
}

/* Two clouds on a line: the least-squares line is 1/2 + x/4 for x = ±2, whatever the second column. */
static void least_squares(void **state)
{
    (void)state;
    Files f = files_make();
    Text csv = {0};
    text_string(&csv, "x,target\n");
    for (int i = 0; i < 50; i++)
        text_format(&csv, "%d,%d\n", i % 2 ? 2 : -2, i % 2 ? i != 1 : i == 4);   /* two on the wrong side */
    files_write(&f, "line.csv", text_str(&csv), csv.length);
    char data[600];
    snprintf(data, sizeof data, "csv:%s/line.csv", f.directory);
    Samples *s = samples_open(&(SamplesPlan){.data = data, .task = TASK_BINARY, .test_fraction = 0.2});
    assert_non_null(s);
    LineFit fit;
    assert_int_equal(linefit(&fit, s), 0);
    /* in two groups of sizes n1, n0 with means p1, p0 the residual is Σ p(1 - p) n/N */
    const SamplesFacts *facts = samples_facts(s);
    double n[2] = {0}, ones[2] = {0}, test_right = 0, wanted = 0, right = 0;
    for (int part = 0; part < 2; part++)
        for (int64_t row = 0; row < (part ? facts->test : facts->train); row++) {
            double x, y;
            samples_inputs(s, part ? PART_TEST : PART_TRAIN, &row, 1, &x);
            samples_targets(s, part ? PART_TEST : PART_TRAIN, &row, 1, HEAD_LINEAR, &y);
            if (part)
                test_right += (x > 0) == (y > 0.5);
            else {
                n[x > 0]++;
                ones[x > 0] += y;
                right += (x > 0) == (y > 0.5);
            }
        }
    for (int side = 0; side < 2; side++)
        wanted += ones[side] * (1 - ones[side] / n[side]) / (double)facts->train;
    assert_true(wanted > 0);
    NEAR(fit.loss, wanted, 1e-12);
    NEAR(fit.train_accuracy, right / (double)facts->train, 1e-12);
    NEAR(fit.test_accuracy, test_right / (double)facts->test, 1e-12);
    samples_close(s);
    text_free(&csv);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),       cmocka_unit_test(refused),    cmocka_unit_test(gathered),
        cmocka_unit_test(clock_reads), cmocka_unit_test(clock_runs), cmocka_unit_test(least_squares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
