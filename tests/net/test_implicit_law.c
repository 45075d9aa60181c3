/* The implicit engine has the dense engine's law: two samples of networks compared, statistic by statistic.
 * The one thing to know: a case fails if any p-value is below FALSE_ALARM over the number of tests of all cases, so the whole
 * program raises a false alarm with probability 1e-3 at most; seeds are fixed. FATHOM_SLOW=1 runs more networks and cases. */
#include "laws.h"
#include "nets.h"
#include "textbook.h"

static const double false_alarm = 1e-3, many_tests = 30000;

/* What TAP_X makes of the input, so that the batch has the structure the case is about. */
typedef enum { AS_IS, DUPLICATE, ZERO, OPPOSITE } Change;

typedef struct {
    const char *words;
    Change change;
    bool slow;          /* with FATHOM_SLOW only */
    int networks;       /* per cent of the usual number; 0: 100 */
} Case;

static const Case cases[] = {
    {.words = "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.3 depth=6 width=12 batch=3"},
    {.words = "activation=tanh init=gaussian sigma_w=0.9 sigma_b=0.3 depth=50 width=12 batch=3", .networks = 40},
    {.words = "activation=tanh init=gaussian sigma_w=3 depth=8 width=16 batch=4 input_corr=0.9"},
    {.words = "activation=relu init=he-normal depth=6 width=8 batch=3"},
    {.words = "activation=relu init=he-normal depth=8 width=3 batch=2"},
    {.words = "activation=relu init=he-normal sigma_b=0.2 depth=5 width=10 batch=1"},
    {.words = "activation=gelu init=gaussian sigma_w=1.4 sigma_b=0.5 depth=5 width=9 batch=2 input_width=20"},
    {.words = "activation=selu init=lecun-normal depth=5 width=14 batch=3 input_width=5"},
    {.words = "activation=linear init=glorot-normal depth=4 width=7 batch=2 input_width=11"},
    {.words = "activation=sigmoid init=glorot-normal sigma_b=0.1 depth=4 width=8 batch=4"},
    {.words = "activation=softmax init=glorot-normal depth=4 width=8 batch=3"},
    {.words = "activation=elu init=gaussian sigma_w=1.2 depth=4 width=10 batch=3 loss=ce outputs=4"},
    {.words = "activation=tanh init=gaussian sigma_w=1.2 sigma_b=0.1 depth=4 width=10 batch=3 loss=mse outputs=3"},
    {.words = "activation=softplus init=gaussian sigma_w=1 depth=4 width=10 batch=2 loss=bce outputs=1"},
    {.words = "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.2 depth=4 width=4 batch=7"},
    {.words = "activation=linear init=gaussian depth=3 width=3 batch=5 input_width=2 sigma_b=0.5"},
    {.words = "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.1 depth=5 width=10 batch=4", .change = DUPLICATE},
    {.words = "activation=relu init=gaussian sigma_w=1.5 sigma_b=0.4 depth=5 width=10 batch=4", .change = ZERO},
    {.words = "activation=relu init=he-normal depth=4 width=8 batch=4", .change = ZERO},
    {.words = "activation=tanh init=gaussian sigma_w=2 depth=4 width=8 batch=3", .change = OPPOSITE},
    {.words = "activation=tanh init=orthogonal:1.5 sigma_b=0.3 depth=6 width=12 batch=3"},
    {.words = "activation=linear init=orthogonal depth=5 width=8 batch=3"},
    {.words = "activation=relu init=orthogonal:1.4 depth=5 width=8 batch=3"},
    {.words = "activation=tanh init=orthogonal depth=4 width=8 batch=3 input_width=20"},
    {.words = "activation=tanh init=orthogonal depth=4 width=12 batch=3 input_width=5 sigma_b=0.2"},
    {.words = "activation=tanh init=orthogonal depth=4 width=12 batch=2 input_width=2"},
    {.words = "activation=tanh init=orthogonal:1.3 depth=4 width=4 batch=7"},
    {.words = "activation=erf init=orthogonal depth=3 width=5 batch=5 loss=mse outputs=2"},
    {.words = "activation=sin init=orthogonal:2 depth=4 width=6 batch=4", .change = DUPLICATE},
    {.words = "activation=relu init=orthogonal depth=4 width=6 batch=4", .change = ZERO},
    {.words = "activation=tanh init=orthogonal depth=3 width=1 batch=2", .slow = true},
    {.words = "activation=tanh init=gaussian sigma_b=1 depth=3 width=1 batch=3", .slow = true},
    {.words = "activation=prelu init=he-normal depth=10 width=30 batch=8 input_corr=0.99", .slow = true},
    {.words = "activation=mish init=gaussian sigma_w=1.4 sigma_b=0.3 depth=6 width=17 batch=5 loss=ce outputs=10", .slow = true},
    {.words = "activation=softmax init=orthogonal depth=5 width=6 batch=4 loss=ce", .slow = true},
    {.words = "activation=softmax init=gaussian sigma_w=8 sigma_b=1 depth=4 width=5 batch=7", .slow = true},
    {.words = "activation=hardtanh init=gaussian sigma_w=2 sigma_b=0.1 depth=10 width=20 batch=6 input_width=3", .slow = true},
    {.words = "activation=tanh init=gaussian sigma_w=1 sigma_b=0.1 depth=40 width=32 batch=8", .slow = true, .networks = 50},
    {.words = "activation=relu init=orthogonal:1.414 depth=20 width=24 batch=8 loss=bce outputs=30", .slow = true},
    {.words = "activation=leaky-relu:0.2 init=gaussian sigma_w=1e-60 depth=12 width=8 batch=2", .slow = true},
    {.words = "activation=relu init=gaussian sigma_w=1e60 sigma_b=1 depth=12 width=8 batch=2", .slow = true},
};

enum { PER_LAYER = COL_COUNT + 7, MOST_LAYERS = 8, NETWORKS = 2500 };

/* One engine's sample: statistics × networks. */
typedef struct {
    double *values;
    size_t n, at;
    int64_t layers[MOST_LAYERS];
    size_t n_layers;
    Change change;
    double *h, *z;              /* rows of the layers on the way forward, unit norms */
    size_t room, batch;
    const Net *net;
} Sample;

static double *cell(Sample *s, size_t layer, size_t statistic)
{
    return s->values + (layer * PER_LAYER + statistic) * s->n + s->at;
}

static void change_input(const Rows *x, Change change)
{
    for (size_t a = 1; a < x->rows; a += 2)
        for (size_t i = 0; i < x->cols; i++) {
            const double first = rows_at(x, a - 1)[i];
            if (change == DUPLICATE)
                rows_at(x, a)[i] = first;
            else if (change == OPPOSITE)
                rows_at(x, a)[i] = -first;
            else if (change == ZERO)
                rows_at(x, a)[i] = 0;
        }
}

/* An engine's rounding is its own, and shows where a cosine is 1. */
static double rounded(double x)
{
    return rint(1e11 * x) * 1e-11;
}

static double cosine(const double *x, const double *y, size_t n)
{
    double xy = 0, xx = 0, yy = 0, top_x = 0, top_y = 0;
    for (size_t i = 0; i < n; i++) {
        top_x = fmax(top_x, fabs(x[i]));
        top_y = fmax(top_y, fabs(y[i]));
    }
    for (size_t i = 0; i < n && top_x > 0 && top_y > 0; i++) {
        const double u = x[i] / top_x, v = y[i] / top_y;
        xy += u * v;
        xx += u * u;
        yy += v * v;
    }
    return xx > 0 && yy > 0 ? rounded(xy / sqrt(xx * yy)) : -9;
}

/* Angles between the rows that go forward and those that come back: what a backward pass that is not conditioned gets wrong. */
static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Sample *s = context;
    const size_t n = rows->cols, second = rows->rows > 1 ? 1 : 0;
    if (what == TAP_X)
        change_input(rows, s->change);
    if (what == TAP_X || what == TAP_H)
        memcpy(s->h + (size_t)layer * s->room, rows->x, rows->rows * n * sizeof(double));
    if (what == TAP_Z)
        memcpy(s->z + (size_t)layer * s->room, rows->x, rows->rows * n * sizeof(double));
    for (size_t l = 0; l < s->n_layers; l++) {
        if (s->layers[l] != layer)
            continue;
        if (what == TAP_GRAD_H) {
            *cell(s, l, COL_COUNT) = cosine(s->h + (size_t)layer * s->room, rows->x, n);
            *cell(s, l, COL_COUNT + 1) = cosine(s->h + (size_t)layer * s->room, rows_at(rows, second), n);
            *cell(s, l, COL_COUNT + 2) = cosine(rows->x, rows_at(rows, second), n);
        } else if (what == TAP_DELTA) {
            *cell(s, l, COL_COUNT + 3) = cosine(s->z + (size_t)layer * s->room, rows->x, n);
            *cell(s, l, COL_COUNT + 4) = cosine(rows->x, rows_at(rows, second), n);
        }
    }
}

/* A cell as a finite number: what is absent or infinite is a value of its own. */
static double some_number(const LayerRow *row, int column)
{
    const double x = row->value[column];
    if (column == COL_h_cos && row_has(row, COL_h_cos))
        return rounded(x);
    return !row_has(row, (ColumnId)column) ? -7 : isnan(x) ? -8 : x == -HUGE_VAL ? -1e5 : x == HUGE_VAL ? 1e5 : x;
}

static void sample_open(Sample *s, const Net *net, size_t n, Change change)
{
    const int64_t count = net->count, widest = net->spec.width > net->spec.input_width ? net->spec.width : net->spec.input_width;
    *s = (Sample){.n = n, .change = change, .net = net, .batch = (size_t)net->spec.batch};
    for (int64_t l = 0; l < count; l++)
        if (count <= MOST_LAYERS || l < 3 || l >= count - 2 || l == count / 2)
            s->layers[s->n_layers++] = l;
    s->room = s->batch * (size_t)(widest > net->spec.outputs ? widest : net->spec.outputs);
    s->h = mem_doubles(s->room * (size_t)count);
    s->z = mem_doubles(s->room * (size_t)count);
    s->values = mem_alloc(s->n_layers * PER_LAYER * n, sizeof(double));
}

static void sample_close(Sample *s)
{
    free(s->h);
    free(s->z);
    free(s->values);
}

static void draw_sample(Sample *s, Net *net, uint64_t key)
{
    const Tap tap = {see, s};
    for (s->at = 0; s->at < s->n; s->at++) {
        net_run(net, key, (uint32_t)s->at, &tap);
        const double end = some_number(&net->rows[net->spec.depth], COL_log10_grad_z_norm);
        for (size_t l = 0; l < s->n_layers; l++) {
            const LayerRow *row = &net->rows[s->layers[l]];
            for (int c = 0; c < COL_COUNT; c++)
                *cell(s, l, (size_t)c) = c >= COL_grad_z_norm && c <= COL_grad_b_norm ? 0 : some_number(row, c);
            *cell(s, l, COL_COUNT + 5) = some_number(row, COL_log10_grad_w_norm) - end;
            *cell(s, l, COL_COUNT + 6) = *cell(s, l, COL_COUNT) * *cell(s, s->n_layers - 1, COL_COUNT);
        }
    }
}

typedef struct {
    double least;
    size_t tests, low;   /* below 0.05 */
    char where[160];
} Verdict;

static void note(Verdict *v, double p, const char *test, int64_t layer, size_t statistic)
{
    v->tests++;
    v->low += p < 0.05;
    if (p >= v->least)
        return;
    v->least = p;
    snprintf(v->where, sizeof v->where, "%s of %s, layer %lld", test, statistic < COL_COUNT ? columns[statistic].name : "an angle", (long long)layer);
}

/* Numbers of any size to at most 1, so that they can be squared; they are sorted. */
static void to_unit(double *x, double *y, size_t n)
{
    const double top = fmax(fmax(fabs(x[0]), fabs(x[n - 1])), fmax(fabs(y[0]), fabs(y[n - 1])));
    for (size_t i = 0; i < n && top > 0; i++) {
        x[i] /= top;
        y[i] /= top;
    }
}

/* Deviations from the common mean, squared. */
static void to_spread(double *x, double *y, size_t n)
{
    const double mean = (gsl_stats_mean(x, 1, n) + gsl_stats_mean(y, 1, n)) / 2;
    for (size_t i = 0; i < n; i++) {
        x[i] = (x[i] - mean) * (x[i] - mean);
        y[i] = (y[i] - mean) * (y[i] - mean);
    }
}

/* Layer 0's columns are the input's own. */
static Verdict judge(Sample *a, Sample *b)
{
    Verdict v = {.least = 1};
    for (size_t l = 0; l < a->n_layers; l++)
        for (size_t c = a->layers[l] == 0 ? COL_grad_z_norm : 0; c < PER_LAYER; c++) {
            double *x = a->values + (l * PER_LAYER + c) * a->n, *y = b->values + (l * PER_LAYER + c) * b->n;
            const double p = laws_ks(x, a->n, y, b->n);
            if (x[0] == x[a->n - 1] && x[0] == y[0] && y[0] == y[b->n - 1])
                continue;
            note(&v, p, "law", a->layers[l], c);
            to_unit(x, y, a->n);
            note(&v, laws_means(x, a->n, y, b->n), "mean", a->layers[l], c);
            to_spread(x, y, a->n);
            note(&v, laws_means(x, a->n, y, b->n), "spread", a->layers[l], c);
        }
    return v;
}

static Verdict compare(const Case *c, const Engine *left, const Engine *right, size_t n)
{
    Net a = net_open(c->words, left), b = net_open(c->words, right);
    Sample x, y;
    sample_open(&x, &a, n, c->change);
    sample_open(&y, &b, n, c->change);
    draw_sample(&x, &a, 0x5EED1);
    draw_sample(&y, &b, 0x5EED2);
    const Verdict v = judge(&x, &y);
    sample_close(&x);
    sample_close(&y);
    net_close(&a);
    net_close(&b);
    return v;
}

static void test_same_law(void **state)
{
    (void)state;
    const bool slow = getenv("FATHOM_SLOW"), sanitized = getenv("FATHOM_SANITIZER");
    size_t tests = 0, low = 0;
    double least = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        const size_t networks = (slow ? 4 * NETWORKS : sanitized ? NETWORKS / 10 : NETWORKS) * (size_t)(c->networks ? c->networks : 100) / 100;
        if (c->slow && !slow)
            continue;
        const Verdict v = compare(c, &dense_engine, &implicit_engine, networks);
        tests += v.tests;
        low += v.low;
        least = fmin(least, v.least);
        if (getenv("FATHOM_LAWS"))
            print_message("p %.1e (%s), %zu of %zu below 0.05: %s %d\n", v.least, v.where, v.low, v.tests, c->words, (int)c->change);
        if (v.least < false_alarm / many_tests)
            fail_msg("p = %.2g: %s: %s (change %d)", v.least, v.where, c->words, (int)c->change);
    }
    print_message("# %zu tests, smallest p %.2g, %.2f %% below 0.05\n", tests, least, 100 * (double)low / (double)tests);
    assert_true((double)tests < many_tests);
    assert_true((double)low < 0.1 * (double)tests);
}

static void make_near(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    (void)layer;
    for (size_t i = 0; what == TAP_X && i < rows->cols; i++)
        rows_at(rows, 1)[i] = rows_at(rows, 0)[i] + *(const double *)context * rows_at(rows, 1)[i];
}

/* In chaos near-duplicates part again: the law of the layer at which their cosine falls below 0.9. */
static void test_near_duplicates_part(void **state)
{
    (void)state;
    static const char *const nets[] = {"activation=tanh init=gaussian sigma_w=5 depth=130 width=20 batch=2",
                                       "activation=tanh init=orthogonal:5 sigma_b=0.1 depth=130 width=20 batch=2"};
    static const double apart[] = {1e-6, 1e-9, 1e-12, 1e-14};
    enum { MOST = 2000 };
    const size_t n = getenv("FATHOM_SANITIZER") ? 100 : getenv("FATHOM_SLOW") ? MOST : 300;
    for (size_t i = 0; i < 8; i++) {
        double at[2][MOST], distance = apart[i / 2];
        for (int side = 0; side < 2; side++) {
            Net net = net_open(nets[i % 2], side ? &implicit_engine : &dense_engine);
            for (size_t k = 0; k < n; k++) {
                int64_t l = 1;
                net_run(&net, 0x5EED3 + (uint64_t)side, (uint32_t)k, &(Tap){make_near, &distance});
                while (l < net.count && net.rows[l].value[COL_h_cos] >= 0.9)
                    l++;
                at[side][k] = (double)l;
            }
            net_close(&net);
        }
        const double means = laws_means(at[0], n, at[1], n), p = laws_ks(at[0], n, at[1], n);
        if (getenv("FATHOM_LAWS"))
            print_message("# %g apart: median layer %g and %g, p %.2g, means %.2g\n", distance, at[0][n / 2], at[1][n / 2], p, means);
        if (!(fmin(p, means) > false_alarm / 16))
            fail_msg("%g apart, %s: p = %.2g, means %.2g", distance, nets[i % 2], p, means);
        assert_true(at[1][n / 2] > 10 && at[1][n / 2] < 130);
    }
}

/* A backward pass that has forgotten the forward pass must be caught in each of these. */
static void test_unconditioned_is_caught(void **state)
{
    (void)state;
    const Engine engine = engine_unconditioned();
    static const char *const caught[] = {
        "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.3 depth=6 width=12 batch=3",
        "activation=relu init=he-normal depth=6 width=8 batch=1",
        "activation=linear init=glorot-normal depth=4 width=7 batch=2",
        "activation=tanh init=orthogonal:1.5 depth=6 width=12 batch=3",
    };
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        const Verdict v = compare(&(Case){.words = caught[i]}, &dense_engine, &engine, 1000);
        if (!(v.least < 1e-40))
            fail_msg("not caught, p = %.2g (%s): %s", v.least, v.where, caught[i]);
    }
}

/* The ordered phase: rows converge, and a tolerance below the Gram's noise divides by noise. */
static void test_textbook_is_caught(void **state)
{
    (void)state;
    const Case ordered[] = {{.words = "activation=tanh init=gaussian sigma_w=0.9 sigma_b=0.3 depth=50 width=12 batch=3"},
                            {.words = "activation=tanh init=gaussian sigma_w=1 sigma_b=0.1 depth=50 width=32 batch=8"}};
    for (size_t i = 0; i < 2; i++) {
        const Engine right = engine_textbook(false, false, 1e-13);
        const Verdict good = compare(&ordered[i], &dense_engine, &right, 500);
        const Engine wrong = engine_textbook(true, true, 1e-12);
        const Verdict bad = compare(&ordered[i], &dense_engine, &wrong, 500);
        if (!(good.least > false_alarm / many_tests))
            fail_msg("the careful textbook fails, p = %.2g (%s)", good.least, good.where);
        if (!(bad.least < 1e-15))
            fail_msg("not caught, p = %.2g (%s)", bad.least, bad.where);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_law),
        cmocka_unit_test(test_near_duplicates_part),
        cmocka_unit_test(test_unconditioned_is_caught),
        cmocka_unit_test(test_textbook_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
