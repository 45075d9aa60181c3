/* The implicit engine's certainties: identities that hold in every network, replay, rescaling, degenerate networks; and exact laws.
 * The one thing to know: <z_a, δ_b> = <h_a, ∂L/∂h_b> below every layer without a bias, for all pairs of samples: whatever weights
 * there are, backward they are those of forward. Finite-width laws: Hanin and Nica 2020 (ReLU), Wishart (linear). */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>

#include "nets.h"

/* All arrays of one network, kept by a tap: layer × (batch × widest), true values. */
typedef struct {
    double *z, *h, *delta, *g;
    size_t room, batch;
    double jitter;        /* ≥ 0: sample 1 becomes sample 0 times (1 + jitter · something of its own) */
    bool equal, zero;     /* all samples equal; every second one zero */
} Arrays;

static void keep(double *to, const Rows *rows)
{
    for (size_t a = 0; a < rows->rows; a++)
        for (size_t i = 0; i < rows->cols; i++)
            to[a * rows->cols + i] = scaled_ldexp(rows_at(rows, a)[i], rows->exponent[a]);
}

static void change(const Arrays *a, const Rows *x)
{
    for (size_t r = 1; r < x->rows; r++)
        for (size_t i = 0; i < x->cols; i++) {
            double *at = rows_at(x, r) + i;
            if (a->equal)
                *at = x->x[i];
            else if (a->zero && r % 2)
                *at = 0;
            else if (a->jitter > 0 && r == 1)
                *at = x->x[i] + a->jitter * *at;
        }
}

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Arrays *a = context;
    double *const at[] = {[TAP_X] = a->h, [TAP_Z] = a->z, [TAP_H] = a->h, [TAP_DELTA] = a->delta, [TAP_GRAD_H] = a->g};
    if (what == TAP_X)
        change(a, rows);
    keep(at[what] + (size_t)layer * a->room, rows);
}

static Arrays arrays_open(const Net *net)
{
    const NetSpec *s = &net->spec;
    const double widest = fmax((double)s->width, fmax((double)s->input_width, (double)s->outputs));
    Arrays a = {.room = (size_t)(widest * (double)s->batch), .batch = (size_t)s->batch, .jitter = -1};
    double **all[] = {&a.z, &a.h, &a.delta, &a.g};
    for (size_t i = 0; i < 4; i++)
        *all[i] = mem_alloc(a.room * (size_t)net->count, sizeof(double));
    return a;
}

static void arrays_close(Arrays *a)
{
    free(a->z);
    free(a->h);
    free(a->delta);
    free(a->g);
}

static double product(const double *x, const double *y, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += x[i] * y[i];
    return total;
}

/* The largest |<z_a, δ_b> - <h_a, g_b>| relative to the norms, over layers and pairs. */
static double worst_adjoint(const Net *net, const Arrays *arrays)
{
    double worst = 0;
    for (int64_t layer = 1; layer < net->count; layer++) {
        const size_t m = (size_t)spec_fan_out(&net->spec, layer), n = (size_t)spec_fan_in(&net->spec, layer), l = (size_t)layer;
        for (size_t a = 0; a < arrays->batch; a++)
            for (size_t b = 0; b < arrays->batch; b++) {
                const double *z = arrays->z + l * arrays->room + a * m, *d = arrays->delta + l * arrays->room + b * m;
                const double *h = arrays->h + (l - 1) * arrays->room + a * n, *g = arrays->g + (l - 1) * arrays->room + b * n;
                const double size = sqrt(product(z, z, m) * product(d, d, m)) + sqrt(product(h, h, n) * product(g, g, n));
                const double gap = fabs(product(z, d, m) - product(h, g, n));
                worst = fmax(worst, size > 0 ? gap / size : gap > 0);
            }
    }
    return worst;
}

static void test_weights_are_the_same_both_ways(void **state)
{
    (void)state;
    static const char *const nets[] = {
        "activation=tanh init=gaussian sigma_w=1.3 depth=9 width=20 batch=6",
        "activation=tanh init=gaussian sigma_w=0.9 depth=60 width=20 batch=6",
        "activation=relu init=he-normal depth=30 width=24 batch=5",
        "activation=relu init=he-normal depth=12 width=3 batch=7",
        "activation=gelu init=gaussian sigma_w=1.4 depth=5 width=9 batch=4 input_width=30",
        "activation=selu init=lecun-normal depth=5 width=30 batch=4 input_width=3",
        "activation=linear init=gaussian depth=20 width=16 batch=1",
        "activation=softmax init=gaussian depth=4 width=10 batch=3 loss=ce",
        "activation=tanh init=gaussian sigma_w=2 depth=5 width=12 batch=3 loss=mse outputs=7",
        "activation=tanh init=orthogonal:1.4 depth=9 width=20 batch=6",
        "activation=relu init=orthogonal:1.2 depth=9 width=6 batch=9",
        "activation=elu init=orthogonal depth=5 width=30 batch=4 input_width=7",
        "activation=elu init=orthogonal depth=5 width=7 batch=4 input_width=30 loss=bce outputs=3",
        "activation=linear init=orthogonal depth=5 width=12 batch=1 loss=mse outputs=40",
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        for (int variant = 0; variant < 3; variant++) {
            Net net = net_open(nets[i], &implicit_engine);
            Arrays a = arrays_open(&net);
            a.equal = variant == 1;
            a.zero = variant == 2;
            for (uint32_t seed = 0; seed < 20; seed++) {
                net_run(&net, 7, seed, &(Tap){see, &a});
                const double worst = worst_adjoint(&net, &a);
                if (!(worst < 1e-10))
                    fail_msg("%s, variant %d, seed %u: off by %.2g", nets[i], variant, seed, worst);
            }
            arrays_close(&a);
            net_close(&net);
        }
}

/* Two inputs 1e-9 apart: the weights that take their difference forward are those that bring gradients back along it. */
static void test_weights_are_the_same_for_tiny_differences(void **state)
{
    (void)state;
    static const char *const nets[] = {"activation=tanh init=gaussian sigma_w=2 depth=9 width=40 batch=2",
                                       "activation=tanh init=gaussian sigma_w=2 depth=9 width=40 batch=5",
                                       "activation=relu init=orthogonal depth=9 width=40 batch=3"};
    for (size_t i = 0; i < 3; i++) {
        Net net = net_open(nets[i], &implicit_engine);
        Arrays k = arrays_open(&net);
        k.jitter = 1e-9;
        net_run(&net, 31, 4, &(Tap){see, &k});
        for (size_t l = 1, n = 40; l < 10; l++)
            for (size_t b = 0; b < k.batch; b++) {
                double up[40], down[40];
                const double *z = k.z + l * k.room, *h = k.h + (l - 1) * k.room, *d = k.delta + l * k.room + b * n, *g = k.g + (l - 1) * k.room + b * n;
                for (size_t j = 0; j < n; j++) {
                    up[j] = z[n + j] - z[j];
                    down[j] = h[n + j] - h[j];
                }
                const double size = sqrt(product(up, up, n) * product(d, d, n)) + sqrt(product(down, down, n) * product(g, g, n));
                assert_near(product(up, d, n) / size, product(down, g, n) / size, 1e-6);
            }
        arrays_close(&k);
        net_close(&net);
    }
}

/* Orthonormal columns keep the Gram matrix forward, orthonormal rows keep it backward. */
static void test_orthogonal_maps_keep_products(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        bool forward, backward;
    } nets[] = {
        {"activation=tanh init=orthogonal depth=1 width=12 batch=4", true, true},
        {"activation=tanh init=orthogonal depth=1 width=12 batch=15", true, true},
        {"activation=tanh init=orthogonal depth=1 width=12 batch=4 input_width=5", true, false},
        {"activation=tanh init=orthogonal depth=1 width=5 batch=4 input_width=12", false, true},
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        Net net = net_open(nets[i].words, &implicit_engine);
        Arrays k = arrays_open(&net);
        const size_t n = (size_t)net.spec.input_width, m = (size_t)net.spec.width;

        net_run(&net, 3, 5, &(Tap){see, &k});
        for (size_t a = 0; a < k.batch; a++)
            for (size_t b = 0; b < k.batch; b++) {
                const double *z = k.z + k.room, *h = k.h, *d = k.delta + k.room, *g = k.g;
                if (nets[i].forward)
                    assert_near(product(z + a * m, z + b * m, m), product(h + a * n, h + b * n, n), 1e-10);
                if (nets[i].backward)
                    assert_near(product(g + a * n, g + b * n, n), product(d + a * m, d + b * m, m), 1e-10);
            }
        arrays_close(&k);
        net_close(&net);
    }
}

static const char *const varied[] = {
    "activation=tanh init=gaussian sigma_w=1.2 sigma_b=0.2 depth=12 width=20 batch=3",
    "activation=relu init=he-normal depth=12 width=20 batch=1",
    "activation=relu init=gaussian sigma_w=1 sigma_b=0.3 depth=9 width=40 batch=1",
    "activation=softmax init=glorot-normal depth=6 width=12 batch=4",
    "activation=gelu init=orthogonal:1.3 sigma_b=0.1 depth=10 width=16 batch=4 input_width=5 loss=ce",
    "activation=sigmoid init=glorot-normal depth=60 width=16 batch=1 loss=mse",
    "activation=selu init=orthogonal depth=10 width=16 batch=1 sigma_b=0.1 loss=bce outputs=3",
    "activation=leaky-relu:0.1 init=gaussian sigma_w=1e-40 depth=20 width=16 batch=2",
    "activation=relu init=gaussian sigma_w=1e50 sigma_b=2 depth=20 width=16 batch=2",
    "activation=elu init=gaussian sigma_w=1e80 sigma_b=2 depth=7 width=16 batch=1",
};

/* Drawing activations again gives the same bits as keeping them. */
static void test_replay(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof varied / sizeof *varied; i++) {
        Net kept = net_open(varied[i], &implicit_engine), replayed = net_open(varied[i], &implicit_engine);
        pass_set_most_kept(replayed.pass, 0);
        for (uint32_t seed = 0; seed < 10; seed++) {
            net_run(&kept, 11, seed, NULL);
            net_run(&replayed, 11, seed, NULL);
            for (int64_t l = 0; l < kept.count; l++)
                if (memcmp(kept.rows[l].value, replayed.rows[l].value, sizeof kept.rows[l].value) != 0)
                    fail_msg("%s, seed %u: layer %lld differs", varied[i], seed, (long long)l);
        }
        net_close(&kept);
        net_close(&replayed);
    }
}

/* Results do not depend on when rows are rescaled. */
static void test_rescaling(void **state)
{
    (void)state;
    static const int bits[] = {20, 33, 60, 400};
    for (size_t i = 0; i < sizeof varied / sizeof *varied; i++) {
        Net usual = net_open(varied[i], &implicit_engine), other = net_open(varied[i], &implicit_engine);
        for (uint32_t seed = 0; seed < 40; seed++) {
            pass_set_bits(other.pass, bits[seed % 4]);
            net_run(&usual, 12, seed, NULL);
            net_run(&other, 12, seed, NULL);
            for (int64_t l = 0; l < usual.count; l++)
                for (int c = COL_log10_grad_z_norm; c < COL_COUNT; c++) {
                    const double x = usual.rows[l].value[c], y = other.rows[l].value[c];
                    if (!(x == y || fabs(x - y) <= 1e-10))
                        fail_msg("%s, %d bits, seed %u, layer %lld, %s: %.17g and %.17g", varied[i], bits[seed % 4], seed, (long long)l,
                                 columns[c].name, x, y);
                }
        }
        net_close(&usual);
        net_close(&other);
    }
}

static void assert_no_nan(const Net *net, const char *words)
{
    for (int64_t l = 0; l < net->count; l++)
        for (int c = 0; c < COL_COUNT; c++)
            if (row_has(&net->rows[l], (ColumnId)c) && isnan(net->rows[l].value[c]))
                fail_msg("%s: NaN in %s, layer %lld", words, columns[c].name, (long long)l);
}

/* Every corner at once: nothing is NaN, equal samples stay equal, zero rows of dead networks stay zero. */
static void test_degenerate(void **state)
{
    (void)state;
    static const char *const nets[] = {
        "init=gaussian sigma_w=1.3 depth=5 width=8", "init=gaussian sigma_w=1.3 sigma_b=0.7 depth=5 width=8",
        "init=gaussian sigma_w=1.3 sigma_b=0.7 depth=1 width=1", "init=gaussian sigma_w=1.3 depth=3 width=1",
        "init=gaussian sigma_w=0 depth=3 width=6", "init=gaussian sigma_w=0 sigma_b=0.5 depth=3 width=6",
        "init=orthogonal depth=5 width=8", "init=orthogonal sigma_b=0.7 depth=5 width=8", "init=orthogonal depth=1 width=1",
        "init=orthogonal depth=3 width=1", "init=orthogonal:0 depth=3 width=6", "init=orthogonal:0 sigma_b=0.5 depth=3 width=6",
        "init=gaussian sigma_w=1e100 depth=9 width=6", "init=gaussian sigma_w=1e-100 depth=9 width=6",
        "init=gaussian sigma_w=1e-100 sigma_b=1e100 depth=9 width=6", "init=gaussian sigma_w=1e100 sigma_b=1e-100 depth=9 width=6",
        "init=orthogonal:1e100 depth=4 width=6 sigma_b=3", "init=orthogonal depth=3 width=6 input_width=2 loss=ce",
        "init=gaussian depth=3 width=6 input_width=2 loss=mse sigma_b=0.2", "init=gaussian depth=3 width=6 loss=bce",
    };
    static const char *const phis[] = {"tanh", "relu", "softmax", "elu", "sigmoid", "linear", "gelu"};
    static const int batches[] = {1, 2, 5, 11};
    for (size_t i = 0; i < sizeof nets / sizeof *nets * 7 * 4; i++)
        for (int variant = 0; variant < 3; variant++) {
            char words[256];
            snprintf(words, sizeof words, "%s activation=%s batch=%d", nets[i / 28], phis[i / 4 % 7], batches[i % 4]);
            Net net = net_open(words, &implicit_engine);
            Arrays a = arrays_open(&net);
            a.equal = variant == 1;
            a.zero = variant == 2;
            net_run(&net, 13, (uint32_t)variant, &(Tap){see, &a});
            assert_no_nan(&net, words);
            for (int64_t l = 1; a.equal && net.spec.batch > 1 && l <= net.spec.depth; l++)
                for (size_t r = 1, m = (size_t)net.spec.width; r < a.batch; r++)
                    assert_memory_equal(a.h + (size_t)l * a.room, a.h + (size_t)l * a.room + r * m, m * sizeof(double));
            arrays_close(&a);
            net_close(&net);
        }
}

/* Without weights both engines are the same network, but for biases that have streams of their own. */
static void test_no_weights(void **state)
{
    (void)state;
    static const char *const nets[] = {"activation=relu init=gaussian sigma_w=0 depth=3 width=6 batch=3",
                                       "activation=sigmoid init=gaussian sigma_w=0 depth=3 width=6 batch=1",
                                       "activation=tanh init=orthogonal:0 sigma_b=0.4 depth=3 width=6 batch=2"};
    for (size_t i = 0; i < 3; i++) {
        Net dense = net_open(nets[i], &dense_engine), implicit = net_open(nets[i], &implicit_engine);
        net_run(&dense, 5, 1, NULL);
        net_run(&implicit, 5, 1, NULL);
        for (int64_t l = 0; l < dense.count; l++)
            for (int c = 0; c < COL_COUNT; c++) {
                const double x = dense.rows[l].value[c], y = implicit.rows[l].value[c];
                assert_int_equal(row_has(&dense.rows[l], (ColumnId)c), row_has(&implicit.rows[l], (ColumnId)c));
                if (!(x == y || fabs(x - y) < 1e-14))
                    fail_msg("%s: layer %lld, %s: %.17g and %.17g", nets[i], (long long)l, columns[c].name, x, y);
            }
        net_close(&dense);
        net_close(&implicit);
    }
}

typedef struct {
    double mean, variance;
} Law;

/* ln(χ²_K 2/n) given K > 0, K ~ Bin(n, 1/2). */
static Law relu_law(unsigned n)
{
    double weight = 0, mean = 0, square = 0, within = 0;
    for (unsigned k = 1; k <= n; k++) {
        const double p = gsl_ran_binomial_pdf(k, 0.5, n), psi = gsl_sf_psi(0.5 * k);
        weight += p;
        mean += p * psi;
        square += p * psi * psi;
        within += p * gsl_sf_psi_1(0.5 * k);
    }
    mean /= weight;
    return (Law){mean + log(4.0 / n), within / weight + square / weight - mean * mean};
}

static Law linear_law(unsigned n)
{
    return (Law){gsl_sf_psi(0.5 * n) + log(2.0 / n), gsl_sf_psi_1(0.5 * n)};
}

/* Mean and variance of a sample, and how far they lie from a law's in standard errors. */
typedef struct {
    double n, sum, two, three, four;   /* moments about the law's mean */
} Tally;

static void tally(Tally *t, double x)
{
    t->n++;
    t->sum += x;
    t->two += x * x;
    t->three += x * x * x;
    t->four += x * x * x * x;
}

static void check_law(const Tally *t, Law law, const char *what, unsigned width)
{
    const double mean = t->sum / t->n, var = t->two / t->n - mean * mean;
    const double fourth = t->four / t->n - 4 * mean * t->three / t->n + 6 * mean * mean * t->two / t->n - 3 * mean * mean * mean * mean;
    const double off_mean = mean / sqrt(law.variance / t->n), off_variance = (var - law.variance) / sqrt((fourth - var * var) / t->n);
    if (getenv("FATHOM_LAWS"))
        print_message("# %s, width %u: %.0f ratios, mean off by %.2f, variance by %.2f standard errors\n", what, width, t->n, off_mean, off_variance);
    if (!(fabs(off_mean) < 5 && fabs(off_variance) < 5))   /* 28 numbers: a false alarm in 6e4 runs */
        fail_msg("%s, width %u: mean off by %.2f, variance by %.2f standard errors", what, width, off_mean, off_variance);
}

/* Ratios of squared norms over layers, forward and backward, of one activation at one width. Backward they are independent of
 * their direction, and as long as no layer is dead, all layers are independent. */
static void check_width(const char *activation, const char *init, unsigned width, Law law)
{
    enum { DEPTH = 11 };
    char words[160];
    const bool slow = getenv("FATHOM_SLOW");
    const double ratios = slow ? 1e6 : getenv("FATHOM_SANITIZER") ? 2e3 : fmin(1e5, 1e8 / width / DEPTH);
    Tally forward = {0}, backward = {0};
    snprintf(words, sizeof words, "activation=%s init=%s depth=%d width=%u batch=1", activation, init, (int)DEPTH, width);
    Net net = net_open(words, &implicit_engine);
    for (uint32_t seed = 0; seed < ratios / (DEPTH - 1); seed++) {
        net_run(&net, 21 + width, seed, NULL);
        for (int l = 2; l <= DEPTH; l++) {
            const double up = net.rows[l].value[COL_log10_h_ms] - net.rows[l - 1].value[COL_log10_h_ms];
            const double down = 2 * (net.rows[l - 1].value[COL_log10_grad_z_norm] - net.rows[l].value[COL_log10_grad_z_norm]);
            if (!isfinite(up))
                break;
            tally(&forward, up * M_LN10 - law.mean);
            if (isfinite(down) && isfinite(net.rows[DEPTH].value[COL_log10_h_ms]))
                tally(&backward, down * M_LN10 - law.mean);
        }
    }
    check_law(&forward, law, activation, width);
    check_law(&backward, law, "its gradient", width);
    net_close(&net);
}

static void test_exact_laws(void **state)
{
    (void)state;
    static const unsigned widths[] = {8, 16, 32, 128, 512, 1024, 4096};
    assert_near(relu_law(32).mean, -0.082540208, 1e-9);       /* Hanin and Nica 2020, recomputed */
    assert_near(relu_law(32).variance, 0.177497787, 1e-9);
    assert_near(relu_law(256).mean, -0.009828659, 1e-9);
    assert_near(relu_law(256).variance, 0.019818709, 1e-9);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        check_width("relu", "he-normal", widths[i], relu_law(widths[i]));
        check_width("linear", "lecun-normal", widths[i], linear_law(widths[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_the_same_both_ways),
        cmocka_unit_test(test_weights_are_the_same_for_tiny_differences),
        cmocka_unit_test(test_orthogonal_maps_keep_products),
        cmocka_unit_test(test_replay),
        cmocka_unit_test(test_rescaling),
        cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_no_weights),
        cmocka_unit_test(test_exact_laws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
