/* Figures: what builders find in a run, what they say about it, and what they leave out.
 * The one thing to know: the runs are formulas, so every title and caption is known in advance; no gnuplot is needed. */
#include "show/runs.h"

#include "show/figure.h"

static const RunCurve two[] = {{.activation = "sigmoid", .init = "glorot-normal", .rate = -0.627, .mean = 0.5, .variance = 1e-3},
                               {.activation = "selu", .init = "lecun-normal", .rate = 0.001, .mean = 0.01, .variance = 1.05}};

static const char *build(const Figure *f, const char *dir, Picture *p, int wanted)
{
    *p = (Picture){0};
    assert_int_equal(f->build(f, dir, p), wanted);
    return wanted ? text_str(&p->why) : text_str(&p->title);
}

static const Figure *figure_named(const char *name)
{
    const Figure *f = (const Figure *)(const void *)registry_find(&figures, name);
    assert_non_null(f);
    return f;
}

static void title_is(const char *dir, const char *figure, const char *title)
{
    Picture p;
    assert_string_equal(build(figure_named(figure), dir, &p, 0), title);
    picture_free(&p);
}

static void test_findings(void **state)
{
    (void)state;
    Files f = files_make();
    run_make(f.directory, two, 2, (const int[]){10, 20, 40}, 3);
    title_is(f.directory, "grad-norm", "sigmoid with glorot-normal: gradients fall ×0.236 a layer; selu with lecun-normal keeps them");
    title_is(f.directory, "grad-heatmap", "sigmoid with glorot-normal: the gradient at the input is 10⁻²⁵ at depth 40, 10⁻⁶ at depth 10");
    title_is(f.directory, "decay-vs-depth", "sigmoid with glorot-normal: ×0.237 a layer at every depth");
    title_is(f.directory, "activation-mean",
             "selu with lecun-normal stays centred on 0; the mean of sigmoid with glorot-normal lies 15.8 standard deviations away");
    title_is(f.directory, "selu-trajectories",
             "selu with lecun-normal ends near mean 0, variance 1: at (0.01, 1.1) after 40 layers; sigmoid with glorot-normal at (0.5, 0.001)");
    title_is(f.directory, "saturation", "sigmoid with glorot-normal: 25 % of units saturated at layer 40, 25 % dead for the whole batch");
    Picture p;
    build(figure_named("grad-norm"), f.directory, &p, 0);
    assert_string_equal(text_str(&p.setting), "depth 40, width 64, batch 8, 4 seeds, input gaussian");
    assert_string_equal(text_str(&p.caption), "");
    assert_non_null(strstr(text_str(&p.data), "1,1,39,-0.63954,-0.63327,-0.627,-0.62073,-0.61446,-0.627,,,\"sigmoid"));
    picture_free(&p);
    const RunCurve explodes = {.activation = "relu", .init = "gaussian", .rate = 0.1, .variance = 3, .mean = 1};
    run_make(f.directory, &explodes, 1, (const int[]){50}, 1);
    title_is(f.directory, "grad-norm", "relu with gaussian: gradients grow ×1.26 a layer");
    files_remove(&f);
}

static const char *picture_text(const Picture *p, int what, size_t index)
{
    const char *text = NULL;
    for (size_t i = 0; i < p->n_names; i++)
        if (p->names[i].what == what && p->names[i].index == index)
            text = p->names[i].text;
    return text;
}

/* Every curve of data.csv starts once, and bears the name of its panel or its colour. */
static void curves_bear_their_names(const Picture *p, bool by_panel, size_t wanted)
{
    size_t n = 0;
    for (const char *row = strchr(text_str(&p->data), '\n'); row && row[1]; row = strchr(row + 1, '\n')) {
        size_t panel, colour;
        int layer, length;
        assert_int_equal(sscanf(row, "\n%zu,%zu,%d", &panel, &colour, &layer), 3);
        n += layer == 1;
        const char *name = picture_text(p, by_panel ? PICTURE_PANEL : PICTURE_COLOUR, by_panel ? panel : colour);
        const char *end = strchr(row + 1, '\n'), *quote = strchr(row, '"');
        assert_true(name && quote && quote < end);
        length = (int)(end - quote) - 2;
        /* "relu · width 32" of "relu · he-normal · width 32" */
        const char *variant = strstr(name, " · ");
        assert_true(variant && length >= (int)strlen(name) && (by_panel || length == (int)strlen(name)));
        assert_memory_equal(quote + 1, name, (size_t)(variant - name));
        const size_t rest = strlen(by_panel ? variant : name);
        assert_memory_equal(quote + 1 + (size_t)length - rest, by_panel ? variant : name, rest);
    }
    assert_int_equal(n, wanted);
}

/* From five curves on two axes on, other figures part their panels by activation. */
static void test_fractions(void **state)
{
    (void)state;
    Files f = files_make();
    static const char *const words[] = {"relu", "tanh", "sigmoid", "selu"}, *const scales[] = {"he-normal", "glorot-normal", "glorot-normal", "lecun-normal"};
    RunCurve curves[8];
    for (size_t i = 0; i < 8; i++)
        curves[i] = (RunCurve){.activation = words[i / 2], .init = scales[i / 2], .extra = i % 2 ? "0.3" : "0.5", .variance = 1};
    for (int n = 4; n <= 8; n++) {
        run_make(f.directory, curves, n, (const int[]){7}, 1);
        Picture p;
        build(figure_named("saturation"), f.directory, &p, 0);
        curves_bear_their_names(&p, n > MOST_COLOURS, 3 * (size_t)n);
        assert_string_equal(picture_text(&p, PICTURE_PANEL, 2), n > MOST_COLOURS ? "relu · input-corr 0.3" : "dead");
        assert_string_equal(picture_text(&p, PICTURE_COLOUR, 2), n > MOST_COLOURS ? "dead" : "relu · he-normal · input-corr 0.3");
        assert_true((picture_text(&p, PICTURE_PANEL, n > MOST_COLOURS ? 9 : 4)) == NULL);
        picture_free(&p);
    }
    files_remove(&f);
}

/* A factor is every depth's only where none between the ends differs. */
static void test_decays(void **state)
{
    (void)state;
    Files f = files_make();
    static const struct {
        const char *decays[3], *title;
    } cases[] = {
        {{"-0.64", "-0.64", "-0.64"}, "sigmoid with gaussian: ×0.229 a layer at every depth"},
        {{"-0.645", "-0.645", "-0.64"}, "sigmoid with gaussian: ×0.229 a layer at every depth"},   /* 1.2 % */
        {{"-0.64", "-0.7", "-0.64"}, "sigmoid with gaussian: ×0.229 a layer at the largest depth"},
        {{"-0.64", "-0.58", "-0.64"}, "sigmoid with gaussian: ×0.229 a layer at the largest depth"},
        {{"-0.699", "-0.64", "-0.64"}, "sigmoid with gaussian: ×0.229 a layer at the largest depth, ×0.2 at the smallest"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text networks = {0};
        text_string(&networks, "activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype,seed,grad_decay_log10,grad_decay_se,status\n");
        for (int d = 0; d < 3; d++)
            text_format(&networks, "sigmoid,gaussian,mlp,none,%d,8,2,1,0,float64,0,%s,0.01,ok\n", (const int[]){2, 5, 10}[d], cases[i].decays[d]);
        files_text(&f, "networks.csv", text_str(&networks));
        text_free(&networks);
        title_is(f.directory, "decay-vs-depth", cases[i].title);
    }
    files_remove(&f);
}

/* Of a run that was thinned to its ends the gradient's way is that from the input; columns of one layer make no curve. */
static void test_ends(void **state)
{
    (void)state;
    Files f = files_make();
    Text summary = {0};
    text_string(&summary, "activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype,layer,n,h_var_q50");
    for (int q = 0; q < 5; q++)
        text_format(&summary, ",log10_grad_h_norm_q%s,log10_grad_w_norm_q%s", (const char *const[]){"05", "25", "50", "75", "95"}[q],
                    (const char *const[]){"05", "25", "50", "75", "95"}[q]);
    text_string(&summary, ",theory_log10_grad_h_norm,theory_log10_grad_w_norm\n");
    for (int layer = 0; layer <= 31; layer += 31) {
        text_format(&summary, "tanh,glorot-normal,mlp,none,31,4,3,1,0,float64,%d,4,1", layer);
        for (int q = 0; q < 5; q++)
            text_format(&summary, ",%d,%s", layer - 31, layer ? "-1" : "");
        text_string(&summary, ",,\n");
    }
    files_text(&f, "summary.csv", text_str(&summary));
    text_free(&summary);
    title_is(f.directory, "grad-norm", "tanh with glorot-normal: gradients fall ×0.1 a layer");   /* from layer 0: 10^(-31/31) */
    Picture p;
    assert_string_equal(build(figure_named("weight-grad"), f.directory, &p, 1), "one layer alone has a 'log10_grad_w_norm', and makes no curve");
    picture_free(&p);
    files_remove(&f);
}

static void test_omissions(void **state)
{
    (void)state;
    Files f = files_make();
    const RunCurve curves[] = {{.activation = "relu", .init = "he-normal", .variance = 1, .dead = 1},
                               {.activation = "tanh", .init = "glorot-normal", .variance = 0, .dead = RUN_SEEDS}};
    run_make(f.directory, curves, 2, (const int[]){10}, 1);
    Picture p;
    build(figure_named("grad-norm"), f.directory, &p, 0);
    assert_string_equal(text_str(&p.caption), "11 values are zero, infinite or NaN and not drawn. 5 of 8 networks are dead.");
    picture_free(&p);
    assert_non_null(strstr(build(figure_named("grad-heatmap"), f.directory, &p, 1), "two depths"));
    picture_free(&p);
    assert_non_null(strstr(build(figure_named("decay-vs-depth"), f.directory, &p, 1), "two depths"));
    picture_free(&p);
    assert_non_null(strstr(build(figure_named("selu-trajectories"), f.directory, &p, 1), "no selu"));
    picture_free(&p);
    files_remove(&f);
}

static void test_theory(void **state)
{
    (void)state;
    Files f = files_make();
    Picture p;
    run_make_plane(&f);
    title_is(f.directory, "phase-diagram", "tanh is critical near σ_w = 2.5 for σ_b = 0, near 1.5 for σ_b = 1; 1 of 2 measured networks fall on the predicted side");
    build(figure_named("phase-diagram"), f.directory, &p, 0);
    assert_non_null(strstr(text_str(&p.data), "1,2,2.25,0.25,0,2.5,2,0,0.5,"));   /* from (2.5, 0) to (2, 0.5): the line is w + b = 2.5 */
    assert_non_null(strstr(text_str(&p.data), "1,3,1,0,-1.5,-1.5,2,4,,"));          /* twice the mean of -0.7 and -0.8 */
    assert_non_null(strstr(text_str(&p.caption), "Blank: 1 of 9 cells"));
    picture_free(&p);
    title_is(f.directory, "depth-scales", "tanh at σ_b = 0: the depth scale diverges near σ_w = 2.5; 0.29 layers at 1, 0.87 at 3");
    build(figure_named("length-map"), f.directory, &p, 0);
    assert_non_null(strstr(text_str(&p.data), "1,1,1,1.01,1.0001,"));
    picture_free(&p);
    build(figure_named("trajectories"), f.directory, &p, 0);
    assert_non_null(strstr(text_str(&p.title), "of their fixed point q*"));
    picture_free(&p);
    files_remove(&f);
    f = files_make();
    run_make(f.directory, two, 2, (const int[]){5}, 1);
    assert_non_null(strstr(build(figure_named("phase-diagram"), f.directory, &p, 1), "no theory.csv"));
    picture_free(&p);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_fractions),
        cmocka_unit_test(test_decays),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_omissions),
        cmocka_unit_test(test_theory),
    };
    return cmocka_run_group_tests_name("figure", tests, NULL, NULL);
}
