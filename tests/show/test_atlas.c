/* Maps of training: cells, what counts as learned, broken cells, axes, panels, 6 ξ_c between its values, and the sentences.
 * The one thing to know: networks learn to the depth that the made-up run says, so every cell and every count is known.
 * 1/ξ_c runs through 0 at the critical point: Schoenholz et al. 2017. */
#include "show/trainings.h"

#include "show/atlas.h"
#include "show/pictures.h"

static const int depths[] = {4, 8, 12, 16};

static void weight_scales(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    /* 6 ξ_c = 6 and 10 in order, 20 in chaos: right but for depth 12 at σ_w 1.5, which it promises, and 8 at 1. */
    const TrainingCurve curves[] = {
        {.activation = "tanh", .init = "gaussian", .sigma_w = "0.5", .learns_to = 4, .reach = 6, .chi = 0.5},
        {.activation = "tanh", .init = "gaussian", .sigma_w = "1", .learns_to = 4, .reach = 10, .chi = 0.75},
        {.activation = "tanh", .init = "gaussian", .sigma_w = "1.5", .learns_to = 8, .reach = 15, .chi = 1.25},
    };
    training_make(f.directory, curves, 3, depths, 4);
    assert_int_equal(picture_build("trainability", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "tanh learns to depth 8 at σ_w = 1.5, to depth 4 at σ_w = 0.5; 6 ξ_c is right in 10 of 12 cells");
    assert_string_equal(text_str(&p.setting), "tanh, gaussian, depth 4 to 16, width 64, batch 8, lr 0.1, 4 seeds, input spirals@2000, adam, clip 5, 20 steps");
    assert_string_equal(text_str(&p.caption), "To learn: 50 % or more, half-way from the networks that stalled to the best. 32 of 48 networks stalled.");
    assert_non_null(strstr(text_str(&p.data), "1,1,1.5,8,0.9,1.25,1.75,6,10,"));
    assert_non_null(strstr(text_str(&p.data), "1,1,1.5,12,0.1,1.25,1.75,10,14,"));
    assert_int_equal(names_of(&p, PICTURE_TICK_UP), 4);
    assert_true(name_of(&p, PICTURE_FLAG, FLAG_LINE) && !name_of(&p, PICTURE_FLAG, FLAG_CIRCLES) && !name_of(&p, PICTURE_FLAG, FLAG_LOG_X));
    /* The curve leaves the frame, at depth 18, on both sides of its divergence at σ_w 1.3: there 1/depth is ±1/18. */
    double highest = 0, left = 0, right = 9;
    for (const char *row = strstr(text_str(&p.data), "\n1,2,"); row; row = strstr(row + 1, "\n1,2,")) {
        double x0, x1, y0, y1;
        assert_int_equal(sscanf(row, "\n1,2,%*[^,],%*[^,],,%lf,%lf,%lf,%lf,", &x0, &x1, &y0, &y1), 4);
        highest = fmax(highest, fmax(y0, y1));
        left = y1 == 18 && x1 < 1.3 ? fmax(left, x1) : left;
        right = y0 == 18 && x0 > 1.3 ? fmin(right, x0) : right;
    }
    assert_true(highest == 18);
    assert_true(fabs(left - (1 + 0.5 * (0.1 - 1 / 18.0) / (0.1 + 1 / 15.0))) < 5e-3);
    assert_true(fabs(right - (1 + 0.5 * (0.1 + 1 / 18.0) / (0.1 + 1 / 15.0))) < 5e-3);
    picture_free(&p);
    unlink(files_path(&f, "critical.csv"));   /* an older run has none */
    assert_int_equal(picture_build("trainability", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "tanh learns to depth 8 at σ_w = 1.5, to depth 4 at σ_w = 0.5");
    assert_null(name_of(&p, PICTURE_FLAG, FLAG_LINE));
    picture_free(&p);
    files_text(&f, "critical.csv", "activation,point\n");
    FAILS(&f, EXIT_DATA, "no column 'sigma_w'", picture_build("trainability", f.directory, &p) == -1);
    picture_free(&p);
    files_remove(&f);
}

/* Fixed points that are not stable, other networks' and other biases' rows, σ_w without a fixed point. */
static void reaches(void **state)
{
    (void)state;
    Files f = files_make();
    char *keys[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++)
        keys[i] = (char[]){""};
    char tanh_word[] = "tanh", bias[] = "0.05";
    keys[FIELD_activation] = tanh_word;
    keys[FIELD_sigma_b] = bias;
    Point point = {.depth = 4};
    memcpy(point.keys, keys, sizeof keys);
    const Chart chart = {.key = &point};
    Reach r;
    assert_int_equal(reach_read(&r, f.directory, &chart), 0);
    assert_int_equal(r.n, 0);
    reach_free(&r);
#define HEADER "activation,sigma_w,sigma_b,q_stable,chi_1,depth_6xi\n"
    files_text(&f, "critical.csv", HEADER "tanh,1,0.05,unstable,2,3\ntanh,1,0.05,stable,0.5,8\nrelu,1,0.05,stable,0.5,99\ntanh,1,0.5,stable,0.5,77\n"
                                   "tanh,2,0.05,,,\ntanh,3,0.05,marginal,1,inf\ntanh,4,0.05,stable,1.5,2\n");
    assert_int_equal(reach_read(&r, f.directory, &chart), 0);
    assert_int_equal(r.n, 4);
    assert_true(reach_at(&r, 1) == 8 && reach_at(&r, 3) == HUGE_VAL && reach_at(&r, 4) == 2);
    assert_true(fabs(reach_at(&r, 3.5) - 4) < 1e-12);   /* half-way to 1/2 */
    assert_true(isnan(reach_at(&r, 0.5)) && isnan(reach_at(&r, 4.5)) && isnan(reach_at(&r, 2)) && isnan(reach_at(&r, 1.5)) && isnan(reach_at(&r, 2.5)));
    reach_free(&r);
    files_remove(&f);
}

static void by_activation(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    const TrainingCurve curves[] = {
        {.activation = "selu", .init = "lecun-normal", .learns_to = 16},
        {.activation = "relu", .init = "he-normal", .learns_to = 8},
        {.activation = "sigmoid", .init = "glorot-normal"},
    };
    training_make(f.directory, curves, 3, depths, 4);
    assert_int_equal(picture_build("trainability-activation", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "Only selu learns at depth 16; sigmoid learns at no depth");   /* one panel, though initialisers differ */
    assert_int_equal(names_of(&p, PICTURE_PANEL), 1);
    assert_int_equal(names_of(&p, PICTURE_TICK), 3);
    assert_non_null(strstr(text_str(&p.data), "1,1,2,8,0.9,1.5,2.5,6,10,\"relu\""));
    picture_free(&p);
    assert_int_equal(picture_build("trainability", f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "it needs two depths and two values of sigma-w or more, all else alike");
    picture_free(&p);
    training_make(f.directory, curves + 1, 2, depths, 4);
    assert_int_equal(picture_build("trainability-activation", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "No activation learns at depth 16; sigmoid learns at no depth");
    picture_free(&p);
    training_make(f.directory, curves, 2, depths, 2);   /* nobody stalls: everything learned */
    assert_int_equal(picture_build("trainability-activation", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "2 of 2 activations learn at depth 8");
    assert_string_equal(text_str(&p.caption), "");
    picture_free(&p);
    files_remove(&f);
}

static void learning_rates(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    const TrainingCurve curves[] = {
        {.activation = "relu", .init = "he-normal", .lr = "0.01", .learns_to = 12, .regression = true},
        {.activation = "relu", .init = "he-normal", .lr = "0.1", .learns_to = 8, .regression = true, .breaks = 1},
        {.activation = "relu", .init = "he-normal", .lr = "1", .learns_to = 4, .regression = true},
        {.activation = "relu", .init = "he-normal", .lr = "10", .learns_to = 16, .regression = true, .breaks = 2},
    };
    training_make(f.directory, curves, 4, depths, 4);
    assert_int_equal(picture_build("lr-depth", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "relu: the largest learning rate that learns falls from 1 at depth 4 to 0.01 at depth 12; at depth 16 none does");
    assert_non_null(strstr(text_str(&p.caption), "To learn: a loss of 0.2 or less, half-way (in its logarithm)"));
    assert_true(name_of(&p, PICTURE_FLAG, FLAG_LOG_X) && name_of(&p, PICTURE_FLAG, FLAG_POWER_Z) && name_of(&p, PICTURE_FLAG, FLAG_TURNED));
    assert_true(name_of(&p, PICTURE_FLAG, FLAG_CIRCLES) && !name_of(&p, PICTURE_FLAG, FLAG_LOG_Y));
    assert_non_null(strstr(text_str(&p.data), "1,1,0.1,8,-1.69897000434,-1.5,-0.5,6,10,"));   /* one of four broke: its median is a number */
    assert_non_null(strstr(text_str(&p.data), "1,3,10,8,,0.5,1.5,6,10,"));                    /* half of them broke */
    assert_int_equal(names_of(&p, PICTURE_TICK), 4);
    assert_true(name_of(&p, PICTURE_TICK, 0) && !strcmp(name_of(&p, PICTURE_TICK, 0)->text, "0.01") && name_of(&p, PICTURE_TICK, 0)->low == -2);
    picture_free(&p);
    files_remove(&f);
}

/* Of a rate above which none was tried it is not said that it is the largest that learns. */
static void largest_tried(void **state)
{
    (void)state;
    Files f = files_make();
    struct {
        int learns_to[3];   /* at 0.001, 0.02 and 0.1 */
        const char *title;
    } cases[] = {
        {{16, 16, 16}, "relu: even the largest learning rate tried, 0.1, learns at depth 16"},
        {{16, 12, 12}, "relu: the largest learning rate that learns falls from 0.1, the largest tried, at depth 4 to 0.001 at depth 16"},
        {{16, 16, 0}, "relu: the largest learning rate that learns is 0.02 at depth 16"},
        {{0, 8, 8}, "relu: even the largest learning rate tried, 0.1, learns at depth 8; at depth 16 none does"},
        {{0, 0, 0}, "relu: no learning rate teaches any depth"},
    };
    TrainingCurve curves[6] = {{.lr = "0.001"}, {.lr = "0.02"}, {.lr = "0.1"}, {.lr = "0.001"}, {.lr = "0.02"}, {.lr = "0.1"}};
    for (size_t i = 0; i < 6; i++) {
        curves[i].activation = i < 3 ? "relu" : "tanh";
        curves[i].init = i < 3 ? "he-normal" : "glorot-normal";
        curves[i].learns_to = i == 5 ? 8 : 16;
    }
    Picture p;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < 3; k++)
            curves[k].learns_to = cases[i].learns_to[k];
        training_make(f.directory, curves, 3, depths, 4);
        assert_int_equal(picture_build("lr-depth", f.directory, &p), 0);
        assert_string_equal(text_str(&p.title), cases[i].title);
        assert_true(names_of(&p, PICTURE_TICK) == 3 && !strcmp(name_of(&p, PICTURE_TICK, 0)->text, "0.001"));
        picture_free(&p);
    }
    for (size_t k = 0; k < 3; k++)
        curves[k].learns_to = 16;
    training_make(f.directory, curves, 6, depths, 4);   /* tanh learns as deep, and its rate is bounded */
    assert_int_equal(picture_build("lr-depth", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "tanh: the largest learning rate that learns falls from 0.1, the largest tried, at depth 4 to 0.02 at depth 16");
    picture_free(&p);
    files_remove(&f);
}

static void degenerate(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    assert_int_equal(picture_build("trainability", f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "it needs the networks of a training ('fathom train')");
    picture_free(&p);
    run_make(f.directory, &(const RunCurve){.activation = "relu", .init = "he-normal", .variance = 1}, 1, depths, 2);
    assert_int_equal(picture_build("lr-depth", f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "it needs the networks of a training ('fathom train')");
    picture_free(&p);
    const TrainingCurve lost[] = {{.activation = "relu", .init = "he-normal", .breaks = TRAINING_SEEDS}, {.activation = "selu", .init = "lecun-normal", .breaks = TRAINING_SEEDS}};
    training_make(f.directory, lost, 2, depths, 2);
    assert_int_equal(picture_build("trainability-activation", f.directory, &p), 1);
    assert_string_equal(text_str(&p.why), "every network broke");
    picture_free(&p);
    const TrainingCurve stalled[] = {{.activation = "relu", .init = "gaussian", .sigma_w = "1"}, {.activation = "relu", .init = "gaussian", .sigma_w = "2", .breaks = 4}};
    training_make(f.directory, stalled, 2, depths, 2);
    assert_int_equal(picture_build("trainability", f.directory, &p), 0);
    assert_string_equal(text_str(&p.title), "relu learns at no depth");
    assert_true(name_of(&p, PICTURE_Z, 0)->high > name_of(&p, PICTURE_Z, 0)->low);
    picture_free(&p);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weight_scales),  cmocka_unit_test(reaches),    cmocka_unit_test(by_activation),
        cmocka_unit_test(learning_rates), cmocka_unit_test(degenerate),
        cmocka_unit_test(largest_tried),
    };
    return cmocka_run_group_tests_name("atlas", tests, NULL, NULL);
}
