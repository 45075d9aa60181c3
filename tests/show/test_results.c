/* Results and series: cutting rows into points, telling curves apart, naming them, refusing what is not a result.
 * The one thing to know: σ_w varies by layer under glorot and by axis under gaussian; only the second makes curves. */
#include "show/runs.h"

#include "show/series.h"

static void load(Results *r, const char *dir, const char *file)
{
    static const char *const columns[] = {"h_mean_q50"};
    Text why = {0};
    assert_int_equal(results_read(r, dir, file, columns, 1, &why), 0);
    text_free(&why);
}

static void test_points(void **state)
{
    (void)state;
    Files f = files_make();
    const RunCurve curves[] = {{.activation = "tanh", .init = "glorot-normal", .mean = 0.5, .variance = 2},
                               {.activation = "relu", .init = "he-normal", .mean = 0.25, .variance = 2}};
    run_make(f.directory, curves, 2, (const int[]){20, 5, 10}, 3);
    Results r;
    SeriesSet set;
    load(&r, f.directory, "summary.csv");
    assert_int_equal(r.n_points, 6);
    assert_int_equal(r.n_rows, 2 * (21 + 6 + 11));
    series_collect(&set, &r);
    assert_int_equal(set.n, 2);
    assert_int_equal(set.series[0].n_points, 3);
    assert_int_equal(r.points[set.series[0].points[0]].depth, 5);
    assert_int_equal(series_deepest(&set.series[0], &r)->depth, 20);
    assert_string_equal(text_str(&set.series[1].label), "relu · he-normal");
    assert_true(results_value(&r, 1, 0) == 0.5);
    Text setting = {0};
    series_setting(&setting, &set, &r, false);
    assert_string_equal(text_str(&setting), "depth 5 to 20, width 64, batch 8");
    text_free(&setting);
    series_free(&set);
    results_free(&r);
    files_remove(&f);
}

/* Curves that differ in σ_w or in an axis beyond the fixed columns are never joined, and are named by what differs. */
static void test_axes(void **state)
{
    (void)state;
    Files f = files_make();
    const RunCurve curves[] = {{.activation = "tanh", .init = "gaussian", .variance = 1, .sigma_w = "0.5"},
                               {.activation = "tanh", .init = "gaussian", .variance = 1, .sigma_w = "1.5"},
                               {.activation = "tanh", .init = "gaussian", .variance = 1, .sigma_w = "1.5", .extra = "0.25"}};
    run_make(f.directory, curves, 3, (const int[]){5}, 1);
    Results r;
    SeriesSet set;
    load(&r, f.directory, "summary.csv");
    series_collect(&set, &r);
    assert_int_equal(set.n, 3);
    assert_string_equal(text_str(&set.series[0].label), "σ_w 0.5 · input-corr 0");
    assert_string_equal(text_str(&set.series[2].label), "σ_w 1.5 · input-corr 0.25");
    series_free(&set);
    results_free(&r);
    files_remove(&f);
}

static void test_panels(void **state)
{
    (void)state;
    enum { MANY = 31 };
    Files f = files_make();
    RunCurve curves[MANY];
    char names[MANY][16];
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "elu:%d", i + 2);
        curves[i] = (RunCurve){.activation = names[i], .init = "critical", .variance = 1};
    }
    Results r;
    SeriesSet set;
    run_make(f.directory, curves, 7, (const int[]){3}, 1);
    load(&r, f.directory, "summary.csv");
    series_collect(&set, &r);
    series_place(&set, MOST_COLOURS);
    assert_int_equal(set.n_panels, 1);
    assert_int_equal(set.n_colours, 7);
    series_free(&set);
    results_free(&r);
    run_make(f.directory, curves, MANY, (const int[]){3}, 1);
    load(&r, f.directory, "summary.csv");
    series_collect(&set, &r);
    series_place(&set, MOST_COLOURS);
    assert_true(set.small_multiples);
    assert_int_equal(set.n_panels, MOST_PANELS);
    assert_int_equal(set.n_colours, 1);
    assert_int_equal(set.n_left_out, MANY - MOST_PANELS);
    assert_string_equal(series_panel_name(&set, 3), "elu:4");
    series_free(&set);
    results_free(&r);
    /* One activation, many widths of the same: seven of them, evenly spaced, ends included. */
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        curves[i] = (RunCurve){.activation = "tanh", .init = "gaussian", .variance = 1, .sigma_w = names[i]};
    }
    run_make(f.directory, curves, MANY, (const int[]){3}, 1);
    load(&r, f.directory, "summary.csv");
    series_collect(&set, &r);
    series_place(&set, MOST_COLOURS);
    assert_int_equal(set.n_left_out, MANY - MOST_COLOURS);
    assert_string_equal(series_colour_name(&set, 1), "σ_w 0");
    assert_string_equal(series_colour_name(&set, 4), "σ_w 15");
    assert_string_equal(series_colour_name(&set, 7), "σ_w 30");
    series_free(&set);
    results_free(&r);
    files_remove(&f);
}

static bool reads_badly(Files *f, const char *text)
{
    files_text(f, "bad.csv", text);
    Results r;
    Text why = {0};
    static const char *const columns[] = {"h_mean_q50"};
    const int result = results_read(&r, f->directory, "bad.csv", columns, 1, &why);
    results_free(&r);
    text_free(&why);
    return result < 0;
}

static void test_bad(void **state)
{
    (void)state;
    Files f = files_make();
    FAILS(&f, EXIT_DATA, "not a file that fathom wrote", reads_badly(&f, "a,b\n1,2\n"));
    FAILS(&f, EXIT_DATA, "", reads_badly(&f, "activation,init,depth,layer,h_mean_q50\ntanh,he-normal,5,0,five\n"));
    FAILS(&f, EXIT_DATA, "", reads_badly(&f, "activation,init,depth,layer,h_mean_q50\ntanh,he-normal,x,0,5\n"));
    FAILS(&f, EXIT_DATA, "out of range", reads_badly(&f, "activation,init,depth,layer,h_mean_q50\ntanh,he-normal,-5,0,5\n"));
    FAILS(&f, EXIT_DATA, "", reads_badly(&f, "activation,init,depth,layer,h_mean_q50\ntanh,he-normal,5\n"));
    Results r;
    Text why = {0};
    static const char *const columns[] = {"no_such"};
    files_text(&f, "good.csv", "activation,init,depth,layer,h_mean_q50\ntanh,he-normal,5,0,nan\ntanh,he-normal,5,1,-inf\n");
    assert_int_equal(results_read(&r, f.directory, "good.csv", columns, 1, &why), 1);
    assert_non_null(strstr(text_str(&why), "no column 'no_such'"));
    results_free(&r);
    text_clear(&why);
    assert_int_equal(results_read(&r, f.directory, "none.csv", columns, 1, &why), 1);
    assert_string_equal(text_str(&why), "the run has no none.csv");
    results_free(&r);
    load(&r, f.directory, "good.csv");
    assert_true(isnan(results_value(&r, 0, 0)));
    assert_true(isinf(results_value(&r, 1, 0)));
    results_free(&r);
    text_free(&why);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_axes),
        cmocka_unit_test(test_panels),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
