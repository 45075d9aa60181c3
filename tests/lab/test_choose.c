/* Choosing: every pair once, its numbers those of theory for the same network, the order and the words what the numbers say.
 * The one thing to know: predictions are asked of the theory room for a specification written out here, fixed points are found by
 * iterating the maps. Known numbers: ln of the squared gradient of He's ReLU has mean -5L/(2n) and variance 5L/n (Hanin and Nica 2020, to
 * first order in 1/n); ξ_c is infinite on the critical line (Schoenholz et al. 2017). */
#include <math.h>

#include "lab/choose.h"
#include "support.h"
#include "theory/critical.h"
#include "theory/predict.h"

enum { DEPTH = 50, WIDTH = 256 };
static const double two = 0.30102999566398120;

/* Made once: a list takes most of a second. */
static struct {
    int64_t depth, width, input;
    Candidate *list;
} lists[] = {{DEPTH, WIDTH, 0, NULL}, {7, 23, 11, NULL}, {1, 1, 0, NULL}, {1000, 61, 0, NULL}};
enum { LISTS = sizeof lists / sizeof *lists };

static Candidate *all;   /* the first */
static size_t count;     /* the same of each */

static int make_all(void **state)
{
    numbers_ready(state);
    for (size_t k = 0; k < LISTS; k++) {
        size_t n;
        lists[k].list = choose_candidates("mlp", lists[k].depth, lists[k].width, lists[k].input, &n);
        if (!lists[k].list || (k && n != count))
            return -1;
        count = n;
    }
    all = lists[0].list;
    return 0;
}

static int drop_all(void **state)
{
    (void)state;
    for (size_t k = 0; k < LISTS; k++)
        free(lists[k].list);
    return 0;
}

static const Candidate *find(const Candidate *list, size_t n, const char *activation, const char *init)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(list[i].activation.row->name, activation) && !strcmp(list[i].init.row->name, init))
            return &list[i];
    fail_msg("no candidate %s with %s", activation, init);
    return NULL;
}

static const char *reason(const Candidate *c, int64_t depth)
{
    static Text text;
    text_clear(&text);
    choose_reason(&text, c, depth);
    return text_str(&text);
}

#define SAYS(part, ...)                                       \
    do {                                                      \
        const char *said_ = reason(__VA_ARGS__);              \
        if (!strstr(said_, part))                             \
            fail_msg("no '%s' in '%s'", part, said_);         \
    } while (0)

#define SAYS_NOT(part, ...)                                   \
    do {                                                      \
        const char *said_ = reason(__VA_ARGS__);              \
        if (strstr(said_, part))                              \
            fail_msg("'%s' in '%s'", part, said_);            \
    } while (0)

/* The critical initialiser's sigmas; false where it serves the activation not. */
static bool critical_point(Choice activation, FixedPoint *p)
{
    *p = (FixedPoint){.status = STATUS_NONE};
    if (!meanfield_covers(activation))
        return false;
    Critical *k = critical_alloc(activation);
    critical_rule(k, NOT_GIVEN, p);
    critical_free(k);
    return p->status == STATUS_OK;
}

static void each_pair_once(void **state)
{
    (void)state;
    static const char *const always[] = {"he-normal", "glorot-normal", "lecun-normal", "orthogonal"};
    size_t wanted = 0;
    for (size_t a = 0; a < activations.count; a++) {
        Choice activation;
        FixedPoint p;
        const char *name = registry_row(&activations, a)->name;
        assert_int_equal(registry_choose(&activations, name, &activation), 0);
        for (size_t i = 0; i < sizeof always / sizeof *always; i++)
            find(all, count, name, always[i]);
        if (critical_point(activation, &p))
            find(all, count, name, "critical"), wanted++;
        wanted += sizeof always / sizeof *always;
    }
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(all[i].activation.row == all[k].activation.row && all[i].init.row == all[k].init.row);
}

/* The network written out, with the sigmas of the critical initialiser as `gaussian` takes them. */
static NetSpec written_out(const Candidate *c, int64_t depth, int64_t width, int64_t input)
{
    FixedPoint p;
    char init[128];
    snprintf(init, sizeof init, "init=%s", c->init.row->name);
    if (!strcmp(c->init.row->name, "critical")) {
        assert_true(critical_point(c->activation, &p));
        snprintf(init, sizeof init, "init=gaussian sigma_w=%.17g sigma_b=%.17g", p.sigma_w, p.sigma_b);
    }
    return support_spec("activation=%s depth=%lld width=%lld input_width=%lld batch=1 %s", c->activation.row->name, (long long)depth, (long long)width,
                        (long long)input, init);
}

static void check_prediction(const Candidate *c, MeanField *m, int64_t depth, int64_t width, int64_t input)
{
    NetSpec spec = written_out(c, depth, width, input);
    InputLaw law = {0};
    LayerRow *rows = mem_alloc((size_t)depth + 1, sizeof *rows);
    Spread *spread = mem_alloc((size_t)depth + 1, sizeof *spread);
    Predictor *p = predictor_alloc(m, &spec, &law);
    predictor_fill(p, &spec, rows, spread);
    NEAR(c->sigma_w, spec_sigma_w(&spec, depth), 1e-8, "sigma_w of %s %s", c->activation.row->name, c->init.row->name);
    if (!row_has(&rows[0], COL_log10_grad_h_norm)) {
        assert_true(isnan(c->log10_gradient) && isnan(c->gradient_sd) && isnan(c->log10_signal) && isnan(c->depth_6xi) && isinf(c->trouble));
    } else {
        const double gradient = rows[0].value[COL_log10_grad_h_norm] - rows[depth].value[COL_log10_grad_h_norm];
        const double signal = rows[depth].value[COL_log10_h_ms] - rows[1].value[COL_log10_h_ms];
        const double allowed = 1e-6 * (1 + fabs(gradient));
        NEAR(c->log10_gradient, gradient, allowed, "gradient of %s %s at %lld", c->activation.row->name, c->init.row->name, (long long)depth);
        NEAR(c->log10_signal, signal / 2, allowed, "signal of %s %s at %lld", c->activation.row->name, c->init.row->name, (long long)depth);
        if (!isnan(spread[0].log10_grad[1]) || !isnan(c->gradient_sd))
            NEAR(c->gradient_sd, spread[0].log10_grad[1], allowed, "spread of %s %s", c->activation.row->name, c->init.row->name);
    }
    predictor_free(p);
    free(rows);
    free(spread);
}

static void numbers_are_predictions(void **state)
{
    (void)state;
    for (size_t a = 0; a < activations.count; a++) {
        const Choice activation = {registry_row(&activations, a), registry_row(&activations, a)->standard};
        MeanField *m = meanfield_covers(activation) ? meanfield_alloc(activation) : NULL;
        for (size_t k = 0; k < LISTS; k++)
            for (size_t i = 0; i < count; i++)
                if (lists[k].list[i].activation.row == activation.row)
                    check_prediction(&lists[k].list[i], m, lists[k].depth, lists[k].width, lists[k].input ? lists[k].input : lists[k].width);
        meanfield_free(m);
    }
    for (size_t i = 0; i < count; i++)
        if (!isnan(lists[2].list[i].log10_signal))
            NEAR(lists[2].list[i].log10_signal, 0, 0, "a signal from layer 1 to layer 1");
}

/* Hanin and Nica 2020: to first order in 1/n, of ln ‖g‖². */
static void known_numbers(void **state)
{
    (void)state;
    const Candidate *relu = find(all, count, "relu", "he-normal");
    const double share = 5.0 * DEPTH / WIDTH;
    NEAR(relu->log10_gradient, -share / 4 / M_LN10, 0.002, "mean");
    NEAR(relu->gradient_sd, sqrt(share) / 2 / M_LN10, 0.01, "sd");
    NEAR(find(all, count, "tanh", "lecun-normal")->sigma_w, 1, 1e-12, "sigma_w");
    NEAR(find(all, count, "relu", "he-normal")->sigma_w, sqrt(2), 1e-12, "sigma_w");
}

/* 6 ξ_c by iterating the maps of length and of 1 - c by quadrature; NOT_GIVEN where lengths run away. */
static double iterated_6xi(const Candidate *c)
{
    const double w = c->sigma_w * c->sigma_w, b = c->sigma_b * c->sigma_b;
    MeanField *m = meanfield_alloc(c->activation);
    double q = 1, gap = 0.3;
    for (int i = 0; i < 400 && q < 1e6; i++)
        q = w * meanfield_quadrature(m, MOMENT_SQUARE, q).value + b;
    for (int i = 0; i < 400 && q < 1e6; i++)
        gap = fmax(1e-15, w * meanfield_apart_quadrature(m, q, gap).value / q);
    const double chi = w * meanfield_slopes_quadrature(m, q, gap).value;
    meanfield_free(m);
    return q < 1e6 ? -6 / log(chi) : NOT_GIVEN;
}

static void depths_by_iteration(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"tanh", "he-normal"}, {"erf", "he-normal"}, {"selu", "lecun-normal"}, {"arctan", "he-normal"}, {"sigmoid", "he-normal"},
                                           {"hardtanh", "he-normal"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const Candidate *c = find(all, count, pairs[i][0], pairs[i][1]);
        NEAR(c->depth_6xi, iterated_6xi(c), 1e-4 * c->depth_6xi, "%s %s", pairs[i][0], pairs[i][1]);
    }
    assert_true(isnan(find(all, count, "elu", "he-normal")->depth_6xi));   /* lengths run away */
}

/* On the critical line there is no limit, however its sigmas were rounded: also where two fixed points meet (gelu), and in families of them. */
static void critical_has_no_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(all[i].init.row->name, "critical") && !isinf(all[i].depth_6xi))
            fail_msg("%s: %g layers", all[i].activation.row->name, all[i].depth_6xi);
    assert_true(isinf(find(all, count, "relu", "he-normal")->depth_6xi));
}

static bool customary_is_first(const char *activation)
{
    size_t he = 0, critical = 0;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(all[i].activation.row->name, activation)) {
            he = !strcmp(all[i].init.row->name, "he-normal") ? i : he;
            critical = !strcmp(all[i].init.row->name, "critical") ? i : critical;
        }
    return he < critical;
}

static double twin_trouble(const Candidate *c, int64_t depth)
{
    double worst = sqrt(c->log10_gradient * c->log10_gradient + (isnan(c->gradient_sd) ? 0 : c->gradient_sd * c->gradient_sd));
    if (fabs(c->log10_signal) > worst)
        worst = fabs(c->log10_signal);
    if (c->depth_6xi < (double)depth && log10((double)depth / c->depth_6xi) > worst)
        worst = log10((double)depth / c->depth_6xi);
    return worst;
}

static void in_order(void **state)
{
    (void)state;
    for (size_t k = 0; k < LISTS; k++) {
        const Candidate *list = lists[k].list;
        size_t last = 0;
        for (size_t i = 0; i < count; i++) {
            const char *name = list[i].activation.row->name;
            if (!strcmp(name, "linear") || !strcmp(name, "softmax")) {
                assert_true(isinf(list[i].trouble));
                continue;
            }
            NEAR(list[i].trouble, twin_trouble(&list[i], lists[k].depth), 1e-12, "%s %s", name, list[i].init.row->name);
            assert_true(list[i].trouble >= list[last].trouble - 1e-6);
            last = i;
        }
        assert_string_equal(list[count - 1].activation.row->name, "softmax");   /* no prediction: last, in the table's order */
    }
    assert_true(customary_is_first("relu") && customary_is_first("leaky-relu") && customary_is_first("prelu"));   /* the same laws but for a rounding */
}

static void best_of_each(void **state)
{
    (void)state;
    Candidate *list = mem_alloc(count, sizeof *list);
    memcpy(list, all, count * sizeof *list);
    const size_t n = choose_best_of_each(list, count);
    assert_int_equal(n, activations.count);
    for (size_t i = 0, at = 0; i < n; i++) {
        size_t first = 0;
        while (all[first].activation.row != list[i].activation.row)
            first++;
        assert_true(first >= at);   /* in the same order */
        assert_ptr_equal(list[i].init.row, all[first].init.row);
        at = first;
    }
    assert_int_equal(choose_best_of_each(list, n), n);
    assert_int_equal(choose_best_of_each(list, 1), 1);
    assert_int_equal(choose_best_of_each(list, 0), 0);
    free(list);
}

static void reasons_of_pairs(void **state)
{
    (void)state;
    const Candidate *c = find(all, count, "sigmoid", "glorot-normal");
    assert_true(c->log10_gradient < -30);
    SAYS("the gradient falls to 1e-3", c, DEPTH);
    SAYS("inputs are told apart for about 2 layers only", c, DEPTH);
    c = find(all, count, "arctan", "he-normal");
    assert_true(c->log10_gradient > 2 * two);
    SAYS("the gradient grows 4.8-fold", c, DEPTH);
    c = find(all, count, "mish", "critical");
    assert_true(c->gradient_sd > two);
    SAYS("networks differ by a factor of 3", c, DEPTH);
    SAYS("the gradient stays within a factor of 2", c, DEPTH);
    assert_string_equal(reason(find(all, count, "softmax", "he-normal"), DEPTH), "theory has no prediction for it");
    assert_string_equal(reason(find(all, count, "linear", "orthogonal"), DEPTH), "a stack of linear layers is one linear map");
    assert_string_equal(reason(find(all, count, "relu", "he-normal"), DEPTH), "the gradient stays within a factor of 2");
}

static const Candidate plain = {.log10_gradient = -0.2385, .gradient_sd = 0.1385, .log10_signal = 0.2385, .depth_6xi = HUGE_VAL, .trouble = 0.2385};

static void reasons_of_numbers(void **state)
{
    (void)state;
    static const struct {
        double gradient, sd, signal, depth;
        const char *wanted;
    } rows[] = {
        {-2.385, 0.1, 0.1, HUGE_VAL, "the gradient falls to 0.0041"},
        {-0.3385, 0.1, 0.1, HUGE_VAL, "the gradient falls to 0.46"},
        {-23.85, NOT_GIVEN, 0.1, HUGE_VAL, "the gradient falls to 1e-24"},
        {0.9385, 0.1, 0.1, HUGE_VAL, "the gradient grows 8.7-fold"},
        {0.9985, 0.1, 0.1, HUGE_VAL, "the gradient grows 10-fold"},
        {2.385, 0.1, 0.1, HUGE_VAL, "the gradient grows 243-fold"},
        {2.9985, 0.1, 0.1, HUGE_VAL, "the gradient grows 1e3-fold"},
        {238.5, 0.1, 0.1, HUGE_VAL, "the gradient grows 1e238-fold"},
        {0.2385, 2.385, 0.1, HUGE_VAL, "the gradient stays within a factor of 2, networks differ by a factor of 243"},
        {0.2385, 23.85, -2.385, 23.85, "the gradient stays within a factor of 2, the signal falls to 0.0041, inputs are told apart for about 24 layers only, "
                                       "networks differ by a factor of 1e24"},
        {0.2385, 0.1, 3.385, NOT_GIVEN, "the gradient stays within a factor of 2, the signal grows 1e3-fold"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Candidate c = plain;
        c.activation = all[0].activation;
        c.log10_gradient = rows[i].gradient;
        c.gradient_sd = rows[i].sd;
        c.log10_signal = rows[i].signal;
        c.depth_6xi = rows[i].depth;
        assert_string_equal(reason(&c, DEPTH), rows[i].wanted);
    }
}

/* What a reason says and what it leaves out, for every pair at several depths. */
static void reasons_follow_numbers(void **state)
{
    (void)state;
    for (size_t k = 0; k < LISTS; k++)
        for (size_t i = 0; i < count; i++) {
            const Candidate *c = &lists[k].list[i];
            const int64_t depth = lists[k].depth;
            SAYS_NOT("e+", c, depth);
            SAYS_NOT("nan", c, depth);
            SAYS_NOT("inf", c, depth);
            if (isinf(c->trouble))
                continue;
            SAYS(fabs(c->log10_gradient) <= two ? "the gradient stays" : c->log10_gradient < 0 ? "the gradient falls" : "the gradient grows", c, depth);
            assert_int_equal(strstr(reason(c, depth), "the signal") != NULL, fabs(c->log10_signal) > two);
            assert_int_equal(strstr(reason(c, depth), "told apart") != NULL, c->depth_6xi < (double)depth);
            assert_int_equal(strstr(reason(c, depth), "networks differ") != NULL, c->gradient_sd > two);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_once),
        cmocka_unit_test(numbers_are_predictions),
        cmocka_unit_test(known_numbers),
        cmocka_unit_test(depths_by_iteration),
        cmocka_unit_test(critical_has_no_limit),
        cmocka_unit_test(in_order),
        cmocka_unit_test(best_of_each),
        cmocka_unit_test(reasons_of_pairs),
        cmocka_unit_test(reasons_of_numbers),
        cmocka_unit_test(reasons_follow_numbers),
    };
    return cmocka_run_group_tests_name("choose", tests, make_all, drop_all);
}
