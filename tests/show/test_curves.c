/* Training curves: quantiles over seeds with those that broke among them, places of many steps, panels by depth, what is said.
 * The one thing to know: of four seeds of which two are NaN the median is infinite, and the 25 % quantile still a number. */
#include "show/trainings.h"

#include "show/pictures.h"

static int build(const char *dir, Picture *p)
{
    return picture_build("training-curves", dir, p);
}

static bool has_flag(const Picture *p, size_t flag)
{
    for (size_t i = 0; i < p->n_names; i++)
        if (p->names[i].what == PICTURE_FLAG && p->names[i].index == flag)
            return true;
    return false;
}

static void medians_and_words(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    const TrainingCurve two[] = {{.activation = "selu", .init = "lecun-normal", .learns_to = 8}, {.activation = "sigmoid", .init = "glorot-normal", .learns_to = 2}};
    training_make(f.directory, two, 2, (const int[]){2, 8}, 2);
    assert_int_equal(build(f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "At depth 8 selu with lecun-normal reaches 90\u00a0% accuracy; sigmoid with glorot-normal reaches 10\u00a0%");
    assert_string_equal(text_str(&p.setting), "depth 2 to 8, width 64, batch 8, lr 0.1, 4 seeds, input spirals@2000, adam, clip 5, 20 steps");
    assert_string_equal(text_str(&p.caption), "4 of 16 networks stalled.");
    assert_int_equal(names_of(&p, PICTURE_PANEL), 4);
    assert_int_equal(names_of(&p, PICTURE_COLOUR), 2);
    assert_false(has_flag(&p, FLAG_BANDS));   /* all seeds are alike */
    assert_non_null(strstr(text_str(&p.data), "1,1,20,-1.69897000434,-1.69897000434,-1.69897000434,-1.69897000434,-1.69897000434,0,\"selu"));
    assert_non_null(strstr(text_str(&p.data), "4,2,10,0.1,0.1,0.1,0.1,0.1,0,\"sigmoid"));   /* the accuracy at depth 8 */
    picture_free(&p);
    files_remove(&f);
}

static void broken_seeds_count(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    TrainingCurve one = {.activation = "relu", .init = "he-normal", .learns_to = 4, .breaks = 2};
    training_make(f.directory, &one, 1, (const int[]){4}, 1);
    assert_int_equal(build(f.directory, &p), 0);
    assert_non_null(strstr(text_str(&p.data), "1,1,1,0.301029995664,0.301029995664,0.301029995664,0.301029995664,0.301029995664,1,\"relu"));
    assert_non_null(strstr(text_str(&p.data), "1,1,10,-0.698970004336,-0.698970004336,inf,inf,inf,0,\"relu"));
    assert_non_null(strstr(text_str(&p.data), "2,1,10,-inf,-inf,-inf,0.9,0.9,0,\"relu"));
    assert_string_equal(text_str(&p.title), "relu with he-normal breaks at depth 4");
    assert_non_null(strstr(text_str(&p.caption), "Crosses: after them at least half of the seeds have broken. 2 of 4 networks hold NaN."));
    assert_true(has_flag(&p, FLAG_BANDS));
    picture_free(&p);
    one.breaks = 1;   /* one of four leaves the median where it is */
    training_make(f.directory, &one, 1, (const int[]){4}, 1);
    assert_int_equal(build(f.directory, &p), 0);
    assert_non_null(strstr(text_str(&p.data), "1,1,10,-0.698970004336,-0.698970004336,-0.698970004336,inf,inf,0,\"relu"));
    assert_string_equal(text_str(&p.title), "relu with he-normal reaches 90\u00a0% accuracy at depth 4");
    picture_free(&p);
    files_remove(&f);
}

/* Regression has no accuracy; of five depths four are shown, of nine curves seven. */
static void panels(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    TrainingCurve curves[9];
    char names[9][16];
    for (int i = 0; i < 9; i++) {
        snprintf(names[i], sizeof names[i], "elu:%d", i + 2);
        curves[i] = (TrainingCurve){.activation = names[i], .init = "critical", .learns_to = 4 * i, .regression = true};
    }
    training_make(f.directory, curves, 9, (const int[]){2, 3, 4, 5, 30}, 5);
    assert_int_equal(build(f.directory, &p), 0);
    assert_int_equal(names_of(&p, PICTURE_PANEL), 4);
    assert_int_equal(names_of(&p, PICTURE_COLOUR), 7);
    assert_non_null(strstr(text_str(&p.caption), "4 of 5 depths are shown. 7 of 9 curves are shown."));
    assert_non_null(strstr(text_str(&p.title), "ends at a loss of 0.02"));
    picture_free(&p);
    files_remove(&f);
}

/* Long trainings: 1 and 599 more recorded steps are 1 and 60 places at most, and each is a mean. */
static void places(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    Text steps = {0};
    text_string(&steps, TRAINING_KEYS ",seed,step,loss,accuracy,status\n");
    for (int seed = 0; seed < 2; seed++)
        for (int k = 0; k < 600; k++)
            text_format(&steps, "relu,he-normal,mlp,none,2,4,3,1,0,float64,%d,%d,%d,,ok\n", seed, k + 1, k % 2 ? 3 : 1);
    files_text(&f, "steps.csv", text_str(&steps));
    text_free(&steps);
    assert_int_equal(build(f.directory, &p), 0);
    size_t rows = 0;
    for (const char *c = text_str(&p.data); *c; c++)
        rows += *c == '\n';
    assert_int_equal(rows, 1 + 1 + 60);
    assert_non_null(strstr(text_str(&p.data), "1,1,1,0,0,0,0,0,0,"));
    assert_non_null(strstr(text_str(&p.data), "1,1,6.5,0.301029995664,"));   /* steps 2 … 11: the mean of 3 and 1 */
    assert_non_null(strstr(text_str(&p.caption), "Drawn: means over 10 recorded steps."));
    picture_free(&p);
    files_remove(&f);
}

static void nothing_to_draw(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    assert_int_equal(build(f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "the run has no steps.csv");
    picture_free(&p);
    files_text(&f, "steps.csv", TRAINING_KEYS ",seed,step,loss,accuracy,status\nrelu,he-normal,mlp,none,2,4,3,1,0,float64,0,1,,,nan\n");
    assert_int_equal(build(f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "no step of steps.csv has a finite loss");
    picture_free(&p);
    /* One seed, one step: a place. */
    files_text(&f, "steps.csv", TRAINING_KEYS ",seed,step,loss,accuracy,status\nrelu,he-normal,mlp,none,2,4,3,1,0,float64,0,1,0,1,ok\n");
    assert_int_equal(build(f.directory, &p), 1);   /* log10 of 0 */
    picture_free(&p);
    files_text(&f, "steps.csv", TRAINING_KEYS ",seed,step,loss,accuracy,status\nrelu,he-normal,mlp,none,2,4,3,1,0,float64,0,1,0.5,1,ok\n");
    assert_int_equal(build(f.directory, &p), 0);
    assert_true(has_flag(&p, FLAG_CIRCLES));
    picture_free(&p);
    files_remove(&f);
}

/* An axis called loss and the measured loss are two columns of steps.csv. */
static void loss_and_loss(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    files_text(&f, "steps.csv", TRAINING_KEYS ",seed,step,loss,accuracy,status,loss\n"
                                "relu,he-normal,mlp,none,2,4,3,1,0,float64,0,1,0.5,1,ok,mse\nrelu,he-normal,mlp,none,2,4,3,1,0,float64,0,1,0.25,1,ok,bce\n");
    assert_int_equal(build(f.directory, &p), 0);
    assert_int_equal(names_of(&p, PICTURE_COLOUR), 2);
    assert_non_null(strstr(text_str(&p.data), "1,2,1,-0.602059991328,-0.602059991328,-0.602059991328,-0.602059991328,-0.602059991328,0,\"loss bce\""));
    picture_free(&p);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_and_words), cmocka_unit_test(broken_seeds_count), cmocka_unit_test(panels),
        cmocka_unit_test(places),            cmocka_unit_test(nothing_to_draw),    cmocka_unit_test(loss_and_loss),
    };
    return cmocka_run_group_tests_name("curves", tests, NULL, NULL);
}
