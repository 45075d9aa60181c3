/* Ridges: densities from counts, summed over seeds; zeros apart; open bins; which layers and networks are shown.
 * The one thing to know: in a made-up run half of h is 0 and half is 1, and nine tenths of a layer's gradients lie in one bin. */
#include "show/trainings.h"

#include "show/pictures.h"

static int build(const char *dir, Picture *p)
{
    return picture_build("histograms", dir, p);
}

static void densities(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    const TrainingCurve two[] = {{.activation = "sigmoid", .init = "glorot-normal", .rate = -0.5, .after = -0.25, .learns_to = 2},
                                 {.activation = "selu", .init = "lecun-normal", .learns_to = 4, .breaks = TRAINING_SEEDS}};
    training_make(f.directory, two, 2, (const int[]){2, 4}, 2);
    assert_int_equal(build(f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "sigmoid with glorot-normal: the median |∂L/∂h| is 0.0422 at layer 1, 1.33 at layer 4");
    assert_string_equal(text_str(&p.setting), "depth 4, width 64, batch 8, lr 0.1, 4 seeds, input spirals@2000, adam, clip 5, 20 steps");
    assert_int_equal(names_of(&p, PICTURE_PANEL), 4);
    assert_int_equal(names_of(&p, PICTURE_COLOUR), 2);
    /* Half of the entries in a bin of 0.1: a density of 5, cut at 2.2 layers. */
    assert_non_null(strstr(text_str(&p.data), "\n1,1,3,0,5,5.2,\"sigmoid"));
    assert_non_null(strstr(text_str(&p.data), "\n1,1,3,0.5,0,3,\"sigmoid"));
    assert_non_null(strstr(text_str(&p.data), "\n1,1,3,1,5,5.2,\"sigmoid"));
    assert_non_null(strstr(text_str(&p.data), "\n1,1,3,1.1,0,3,\"sigmoid"));
    assert_null(strstr(text_str(&p.data), "\n1,1,3,1.2,"));
    assert_non_null(strstr(text_str(&p.data), "\n1,1,3,,,,\"sigmoid"));   /* parts it from the next ridge */
    /* Nine tenths in a bin of a quarter: 3.6 a decade; at layer 2 before training from 10^-1 to 10^-0.75, after from 10^-0.5. */
    assert_non_null(strstr(text_str(&p.data), "\n3,1,2,-0.875,3.6,4.2,\"sigmoid"));
    assert_non_null(strstr(text_str(&p.data), "\n3,2,2,-0.375,3.6,4.2,\"sigmoid"));
    assert_non_null(strstr(text_str(&p.data), "\n4,1,2,0.125,3.6,4.2,\"selu"));
    assert_null(strstr(text_str(&p.data), "\n4,2,"));   /* broken after training */
    assert_non_null(strstr(text_str(&p.caption), "The outermost bins hold all that lies beyond them."));
    assert_non_null(strstr(text_str(&p.caption), "ridges are cut"));
    assert_non_null(strstr(text_str(&p.caption), "4 of 8 networks hold NaN. 4 of 8 networks stalled."));
    picture_free(&p);
    files_remove(&f);
}

/* The ends are open, and stand beside their neighbours; more than half zeros is a middle of 0; the input is not drawn. */
static void open_bins(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
#define ROW(layer, cells) "tanh,glorot-normal,mlp,none,2,4,3,1,0,float64,0," layer "," cells "\n"
    files_text(&f, "histograms.csv", TRAINING_KEYS ",seed,layer,quantity,low,high,count\n" ROW("0", "h,3.85,3.95,999") ROW("1", "h,-inf,-3.95,1")
               ROW("1", "h,3.95,inf,3") ROW("1", "grad_h,-inf,-inf,6") ROW("1", "grad_h,-inf,-9.75,1") ROW("1", "grad_h,0.25,inf,4")
               ROW("2", "grad_h,-inf,-inf,1") ROW("2", "grad_h,-0.5,-0.25,9"));
    assert_int_equal(build(f.directory, &p), 0);
    assert_non_null(strstr(text_str(&p.data), "\n1,1,1,-4,2.5,"));
    assert_non_null(strstr(text_str(&p.data), "\n1,1,1,4,7.5,"));
    assert_non_null(strstr(text_str(&p.data), "\n2,1,1,-9.875,0.363636363636,"));
    assert_non_null(strstr(text_str(&p.data), "\n2,1,1,0.375,1.45454545455,"));
    assert_non_null(strstr(text_str(&p.data), "\n2,1,2,-0.375,3.6,"));
    assert_string_equal(text_str(&p.title), "tanh with glorot-normal: the median |∂L/∂h| is 0 at layer 1, 0.422 at layer 2");
    assert_int_equal(names_of(&p, PICTURE_COLOUR), 0);   /* no training: one moment */
    assert_string_equal(text_str(&p.setting), "depth 2, width 4, batch 3");
    picture_free(&p);
    files_remove(&f);
}

/* Of nine networks four, the one with the steepest gradients among them; of forty layers twelve. */
static void choices(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    TrainingCurve curves[9];
    char names[9][16];
    for (int i = 0; i < 9; i++) {
        snprintf(names[i], sizeof names[i], "elu:%d", i + 2);
        curves[i] = (TrainingCurve){.activation = names[i], .init = "critical", .rate = i == 4 ? -1 : 0};
    }
    training_make(f.directory, curves, 9, (const int[]){40}, 1);
    assert_int_equal(build(f.directory, &p), 0);
    assert_int_equal(names_of(&p, PICTURE_PANEL), 8);
    assert_string_equal(text_str(&p.title), "elu:6: the median |∂L/∂h| is 10⁻³⁹ at layer 1, 1.33 at layer 40");
    assert_non_null(strstr(text_str(&p.caption), "4 of 9 curves are shown."));
    size_t ridges = 0;
    for (const char *row = strstr(text_str(&p.data), "\n1,1,"); row; row = strstr(row + 1, "\n1,1,"))
        ridges += strstr(row, ",,,\"") && strstr(row, ",,,\"") < strchr(row + 1, '\n');
    assert_int_equal(ridges, 12);
    picture_free(&p);
    files_remove(&f);
}

static void degenerate(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    assert_int_equal(build(f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "the run has no histograms.csv (--histograms makes it)");
    picture_free(&p);
    files_text(&f, "histograms.csv", TRAINING_KEYS ",seed,layer,quantity,low,high,count\n" ROW("0", "h,-0.05,0.05,3") ROW("1", "h,-0.05,0.05,0"));
    assert_int_equal(build(f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "histograms.csv counts no number");
    picture_free(&p);
    files_text(&f, "histograms.csv", TRAINING_KEYS ",seed,layer,quantity,low,high,count\n" ROW("1", "h,-0.05,0.05,3"));   /* dead: no gradient */
    assert_int_equal(build(f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "No gradient is finite");
    picture_free(&p);
    files_text(&f, "histograms.csv", TRAINING_KEYS ",seed,layer,quantity,low,high,count\n" ROW("1", "weights,-0.05,0.05,3"));
    FAILS(&f, EXIT_DATA, "quantity 'weights'", build(f.directory, &p) == -1);
    picture_free(&p);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(densities),
        cmocka_unit_test(open_bins),
        cmocka_unit_test(choices),
        cmocka_unit_test(degenerate),
    };
    return cmocka_run_group_tests_name("ridges", tests, NULL, NULL);
}
