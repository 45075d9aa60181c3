/* Figures over snapshots: gradients by layer and step, dead units, and what older figures make of several snapshots.
 * The one thing to know: before training gradients fall at `rate` a layer, after it at `after`, so every cell is known. */
#include "show/trainings.h"

#include "show/pictures.h"

static const TrainingCurve two[] = {{.activation = "sigmoid", .init = "glorot-normal", .rate = -0.5, .after = -0.25, .learns_to = 4},
                                    {.activation = "selu", .init = "lecun-normal", .rate = 0.01, .after = 0.02, .learns_to = 4}};

static void gradients(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    training_make(f.directory, two, 2, (const int[]){2, 8}, 2);
    assert_int_equal(picture_build("grad-by-step", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "sigmoid with glorot-normal, depth 8: the gradient at the input is 10⁻⁴ times the last layer's before training, "
                                            "0.01 after 20 steps");
    assert_int_equal(names_of(&p, PICTURE_PANEL), 4);
    assert_int_equal(names_of(&p, PICTURE_TICK), 2);
    assert_non_null(strstr(text_str(&p.data), "2,1,0,3,-2.5,0.5,1.5,2.5,3.5,\"sigmoid · depth 8\""));
    assert_non_null(strstr(text_str(&p.data), "2,1,20,3,-1.25,1.5,2.5,2.5,3.5,"));
    picture_free(&p);
    /* More panels than fit: the deepest of each network. */
    int depths[20];
    for (int d = 0; d < 20; d++)
        depths[d] = d + 1;
    training_make(f.directory, two, 2, depths, 20);
    assert_int_equal(picture_build("grad-by-step", f.directory, &p), 0);
    assert_int_equal(names_of(&p, PICTURE_PANEL), 2);
    assert_non_null(strstr(text_str(&p.setting), "depth 20, "));
    assert_non_null(strstr(text_str(&p.caption), "2 of 40 panels are shown."));
    picture_free(&p);
    files_remove(&f);
}

static void broken_networks(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    const TrainingCurve lost = {.activation = "relu", .init = "he-normal", .breaks = TRAINING_SEEDS};   /* all of them: nothing finite at the end */
    training_make(f.directory, &lost, 1, (const int[]){3}, 1);
    assert_int_equal(picture_build("grad-by-step", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "relu with he-normal, depth 3: the gradient at the input is 1 times the last layer's before training, not finite "
                                            "after 20 steps");
    assert_non_null(strstr(text_str(&p.caption), "Blank: 4 values are zero, infinite or NaN. 4 of 4 networks hold NaN."));
    picture_free(&p);
    run_make(f.directory, &(const RunCurve){.activation = "relu", .init = "he-normal", .variance = 1}, 1, (const int[]){3}, 1);
    assert_int_equal(picture_build("grad-by-step", f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "it needs the snapshots of a training ('fathom train')");
    picture_free(&p);
    files_remove(&f);
}

static void units(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    training_make(f.directory, two, 2, (const int[]){2, 8}, 2);
    assert_int_equal(picture_build("dead-units", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "sigmoid with glorot-normal: 25\u00a0% of units are dead before training, 25\u00a0% after 20 steps");
    assert_string_equal(text_str(&p.setting), "depth 8, width 64, batch 8, lr 0.1, 4 seeds, input spirals@2000, adam, clip 5, 20 steps");
    assert_non_null(strstr(text_str(&p.data), "1,1,1,0,0.25,0.25,0.25,\"sigmoid"));
    assert_non_null(strstr(text_str(&p.data), "2,2,2,20,0.25,0.25,0.25,\"selu"));
    picture_free(&p);
#define UNITS(rows) files_text(&f, "summary.csv", TRAINING_KEYS ",layer,n,dead_frac_mean,zero_frac_mean,step\n" rows)
#define ROW(layer, cells) "relu,he-normal,mlp,none,2,4,3,1,0,float64," layer ",4," cells "\n"
    UNITS(ROW("0", ",,0") ROW("1", "0.25,0.5,0") ROW("2", "0.75,0.5,0") ROW("0", ",,7") ROW("1", ",,7") ROW("2", ",,7"));
    assert_int_equal(picture_build("dead-units", f.directory, &p), 0);   /* broken at the end */
    assert_string_equal(text_str(&p.title), "relu with he-normal: 50\u00a0% of units are dead before training; all networks hold NaN after 7 steps");
    assert_non_null(strstr(text_str(&p.data), "1,1,1,0,0.5,0.25,0.75,"));
    assert_non_null(strstr(text_str(&p.data), "1,1,2,7,,,,"));
    picture_free(&p);
    UNITS(ROW("0", ",,0") ROW("1", "0,0.5,0") ROW("0", ",,7") ROW("1", "0,0.625,7"));
    assert_int_equal(picture_build("dead-units", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "relu with he-normal: 50\u00a0% of units are zero before training, 62\u00a0% after 7 steps; none is dead for the whole batch");
    picture_free(&p);
    UNITS(ROW("0", ",,0") ROW("1", "0,0,0") ROW("0", ",,7") ROW("1", "0,0,7"));
    assert_int_equal(picture_build("dead-units", f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "no unit is dead and none is zero at any snapshot");
    picture_free(&p);
    UNITS(ROW("0", ",,0") ROW("1", "0,0.5,0"));
    assert_int_equal(picture_build("dead-units", f.directory, &p), 1);
    assert_non_null(strstr(text_str(&p.why), "one snapshot"));
    picture_free(&p);
    files_remove(&f);
}

/* The figures of a sweep take the first snapshot of a training, and say so; they do not count what broke later. */
static void older_figures(void **state)
{
    (void)state;
    static const char *const names[] = {"grad-norm", "activation-mean", "grad-heatmap", "saturation", "selu-trajectories", "decay-vs-depth"};
    Files f = files_make();
    Picture p;
    const TrainingCurve curves[] = {two[0], {.activation = "selu", .init = "lecun-normal", .rate = 0.01, .after = 0.02, .breaks = 2}};
    training_make(f.directory, curves, 2, (const int[]){2, 8}, 2);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(picture_build(names[i], f.directory, &p), 0);
        assert_non_null(strstr(text_str(&p.setting), ", before training"));
        assert_null(strstr(text_str(&p.caption), "NaN."));
        picture_free(&p);
    }
    assert_int_equal(picture_build("grad-norm", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "sigmoid with glorot-normal: gradients fall ×0.316 a layer; selu with lecun-normal keeps them");
    picture_free(&p);
    Text summary = {0};   /* snapshots that begin later */
    text_string(&summary, TRAINING_KEYS ",layer,n,h_mean_q05,h_mean_q25,h_mean_q50,h_mean_q75,h_mean_q95,theory_h_mean,h_var_q50,step\n");
    for (int step = 30; step <= 50; step += 20)
        for (int layer = 0; layer < 3; layer++)
            text_format(&summary, "relu,he-normal,mlp,none,2,4,3,1,0,float64,%d,4,0,0,%d,0,0,,1,%d\n", layer, step, step);
    files_text(&f, "summary.csv", text_str(&summary));
    text_free(&summary);
    assert_int_equal(picture_build("activation-mean", f.directory, &p), 0);
    assert_non_null(strstr(text_str(&p.setting), ", after 30 updates"));
    assert_non_null(strstr(text_str(&p.data), "1,1,2,0,0,30,"));
    assert_null(strstr(text_str(&p.data), ",50,"));
    picture_free(&p);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients),
        cmocka_unit_test(broken_networks),
        cmocka_unit_test(units),
        cmocka_unit_test(older_figures),
    };
    return cmocka_run_group_tests_name("by_step", tests, NULL, NULL);
}
