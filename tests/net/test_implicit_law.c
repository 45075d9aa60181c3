/* The implicit engine has the dense engine's law, in either format, and float32 has float64's: samples of networks compared, statistic
 * by statistic.
 * The one thing to know: a case fails if any p-value is below FALSE_ALARM over the number of tests of all cases, so the whole
 * program raises a false alarm with probability 1e-3 at most; seeds are fixed. FATHOM_SLOW=1 runs more networks and cases. */
#include "sampled.h"

static const double false_alarm = 1e-3, many_tests = 80000;

typedef struct {
    const char *words;
    Change change;
    bool slow;          /* with FATHOM_SLOW only */
    int networks;       /* per cent of the usual number; 0: 100 */
    int formats;        /* 0: both, with one law; 1: both, each with its own, which the format's rounding shapes; 2: float64 only */
} Case;

static const Case cases[] = {
    {.words = "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.3 depth=6 width=12 batch=3"},
    {.words = "activation=tanh init=gaussian sigma_w=0.9 sigma_b=0.3 depth=50 width=12 batch=3", .networks = 40},
    {.words = "activation=tanh init=gaussian sigma_w=3 depth=8 width=16 batch=4 input_corr=0.9"},
    {.words = "activation=relu init=he-normal depth=6 width=8 batch=3"},
    {.words = "activation=relu init=he-normal depth=8 width=3 batch=2"},
    {.words = "activation=relu init=he-normal sigma_b=0.2 depth=5 width=10 batch=1"},
    /* In float32 gelu is exactly 0 below -14, where these networks come now and then. */
    {.words = "activation=gelu init=gaussian sigma_w=1.4 sigma_b=0.5 depth=5 width=9 batch=2 input_width=20", .formats = 1},
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
    {.words = "activation=prelu init=he-normal depth=4 width=20 batch=3 input_corr=0.9 loss=ce outputs=3", .networks = 50},
    {.words = "activation=linear init=orthogonal depth=4 width=20 batch=4 loss=bce outputs=25", .networks = 40},
    {.words = "activation=prelu init=he-normal depth=10 width=30 batch=8 input_corr=0.99", .slow = true},
    {.words = "activation=mish init=gaussian sigma_w=1.4 sigma_b=0.3 depth=6 width=17 batch=5 loss=ce outputs=10", .slow = true},
    {.words = "activation=softmax init=orthogonal depth=5 width=6 batch=4 loss=ce", .slow = true},
    {.words = "activation=softmax init=gaussian sigma_w=8 sigma_b=1 depth=4 width=5 batch=7", .slow = true},
    {.words = "activation=hardtanh init=gaussian sigma_w=2 sigma_b=0.1 depth=10 width=20 batch=6 input_width=3", .slow = true},
    {.words = "activation=tanh init=gaussian sigma_w=1 sigma_b=0.1 depth=40 width=32 batch=8", .slow = true, .networks = 50},
    {.words = "activation=relu init=orthogonal:1.414 depth=20 width=24 batch=8 loss=bce outputs=30", .slow = true},
    {.words = "activation=leaky-relu:0.2 init=gaussian sigma_w=1e-60 depth=12 width=8 batch=2", .slow = true, .formats = 2},
    {.words = "activation=relu init=gaussian sigma_w=1e60 sigma_b=1 depth=12 width=8 batch=2", .slow = true, .formats = 2},
};

enum { NETWORKS = 2500, NETWORKS_SINGLE = 1200 };

/* Four samples of a case. */
typedef enum { DENSE, IMPLICIT, DENSE_SINGLE, IMPLICIT_SINGLE, SAMPLES } SampleId;

static const struct {
    SampleId left, right;
    int most_formats;   /* for cases whose `formats` is at most this */
    const char *what;
} pairs[] = {
    {DENSE, IMPLICIT, 2, "implicit against dense"},
    {DENSE_SINGLE, IMPLICIT_SINGLE, 1, "implicit against dense, float32"},
    {DENSE, DENSE_SINGLE, 0, "dense float32 against float64"},
    {DENSE, IMPLICIT_SINGLE, 0, "implicit float32 against dense float64"},
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static void draw_all(Sample *samples, const Case *c)
{
    const bool slow = getenv("FATHOM_SLOW"), sanitized = getenv("FATHOM_SANITIZER");
    for (int id = 0; id < (c->formats == 2 ? DENSE_SINGLE : SAMPLES); id++) {
        const size_t usual = id < DENSE_SINGLE ? NETWORKS : NETWORKS_SINGLE, n = slow ? 4 * NETWORKS : sanitized ? usual / 10 : usual;
        char words[256];
        snprintf(words, sizeof words, "%s dtype=%s", c->words, id < DENSE_SINGLE ? "float64" : "float32");
        sampled_draw(&samples[id], words, id % 2 ? &implicit_engine : &dense_engine, 0x5EED1 + (uint64_t)id,
                     n * (size_t)(c->networks ? c->networks : 100) / 100, c->change);
    }
}

static void test_same_law(void **state)
{
    (void)state;
    Verdict all[PAIRS];
    size_t tests = 0;
    for (size_t p = 0; p < PAIRS; p++)
        all[p] = (Verdict){.least = 1, .least_ks = 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        Sample samples[SAMPLES];
        if (c->slow && !getenv("FATHOM_SLOW"))
            continue;
        draw_all(samples, c);
        for (size_t p = 0; p < PAIRS; p++) {
            if (c->formats > pairs[p].most_formats)
                continue;
            const Verdict v = sampled_judge(&samples[pairs[p].left], &samples[pairs[p].right]);
            verdict_add(&all[p], &v);
            if (getenv("FATHOM_LAWS"))
                print_message("p %.1e (%s), %zu of %zu below 0.05: %s, %s %d\n", v.least, v.where, v.low, v.ks, pairs[p].what, c->words, (int)c->change);
            if (v.least < false_alarm / many_tests)
                fail_msg("p = %.2g: %s: %s, %s (change %d)", v.least, v.where, pairs[p].what, c->words, (int)c->change);
        }
        for (int id = 0; id < (c->formats == 2 ? DENSE_SINGLE : SAMPLES); id++)
            sampled_close(&samples[id]);
    }
    for (size_t p = 0; p < PAIRS; p++) {
        const double ks = (double)all[p].ks;
        print_message("# %s: %zu Kolmogorov-Smirnov tests, smallest p %.2g (expected %.2g), %.2f %% below 0.05; %zu tests in all, smallest p %.2g\n", pairs[p].what,
                      all[p].ks, all[p].least_ks, 1 / ks, 100 * (double)all[p].low / ks, all[p].tests, all[p].least);
        tests += all[p].tests;
        assert_true((double)all[p].low < 0.1 * ks);
    }
    assert_true((double)tests < many_tests);
}

static void make_near(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    (void)layer;
    for (size_t i = 0; what == TAP_X && i < rows->cols; i++)
        arrays_put(rows, 1, i, arrays_element(rows, 0, i) + *(const double *)context * arrays_element(rows, 1, i));
}

/* The layer at which the cosine of two inputs falls below 0.9, in n networks. */
static void parting(double *at, size_t n, const char *words, const char *format, const Engine *engine, uint64_t key, double distance)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s dtype=%s", words, format);
    Net net = net_open(whole, engine);
    for (size_t k = 0; k < n; k++) {
        int64_t l = 1;
        net_run(&net, key, (uint32_t)k, &(Tap){make_near, &distance});
        while (l < net.count && net.rows[l].value[COL_h_cos] >= 0.9)
            l++;
        at[k] = (double)l;
    }
    net_close(&net);
}

/* In chaos near-duplicates part again, after a number of layers that has one law. Below a few roundings of a float, the noise of
 * products decides in float32, and that is each engine's own. */
static void test_near_duplicates_part(void **state)
{
    (void)state;
    static const char *const nets[] = {"activation=tanh init=gaussian sigma_w=5 depth=130 width=20 batch=2",
                                       "activation=tanh init=orthogonal:5 sigma_b=0.1 depth=130 width=20 batch=2"};
    static const struct {
        double apart;
        const char *format;   /* of the implicit engine */
    } near[] = {{1e-6, "float64"}, {1e-9, "float64"}, {1e-12, "float64"}, {1e-14, "float64"}, {1e-2, "float32"}, {1e-4, "float32"}, {3e-6, "float32"}};
    enum { MOST = 2000, COUNT = sizeof near / sizeof *near };
    const size_t n = getenv("FATHOM_SANITIZER") ? 100 : getenv("FATHOM_SLOW") ? MOST : 300;
    for (size_t i = 0; i < 2 * COUNT; i++) {
        double dense[MOST], implicit[MOST];
        parting(dense, n, nets[i % 2], "float64", &dense_engine, 0x5EED3, near[i / 2].apart);
        parting(implicit, n, nets[i % 2], near[i / 2].format, &implicit_engine, 0x5EED4, near[i / 2].apart);
        const double means = laws_means(dense, n, implicit, n), p = laws_ks(dense, n, implicit, n);
        if (getenv("FATHOM_LAWS"))
            print_message("# %g apart, %s: median layer %g and %g, p %.2g, means %.2g\n", near[i / 2].apart, near[i / 2].format, dense[n / 2], implicit[n / 2], p,
                          means);
        if (!(fmin(p, means) > false_alarm / (4 * COUNT)))
            fail_msg("%g apart, %s, %s: p = %.2g, means %.2g", near[i / 2].apart, near[i / 2].format, nets[i % 2], p, means);
        assert_true(implicit[n / 2] > 3 && implicit[n / 2] < 130);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_law),
        cmocka_unit_test(test_near_duplicates_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
