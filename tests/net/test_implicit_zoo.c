/* The implicit engine in the corners, in both formats: what can be said by hand is said, and nothing is NaN without a cause.
 * The one thing to know: where a corner leaves something random, it is compared with the dense engine; probabilities are those of false
 * alarms, seeds are fixed. */
#include "sampled.h"

static const char *const formats[] = {"float64", "float32"};

static Net open_in(const char *words, size_t format, const Engine *engine)
{
    char all[320];
    assert_true((size_t)snprintf(all, sizeof all, "%s dtype=%s", words, formats[format]) < sizeof all);
    return net_open(all, engine);
}

static void assert_no_nan(const Net *net, const char *words)
{
    for (int64_t l = 0; l < net->count; l++)
        for (int c = 0; c < COL_COUNT; c++)
            if (row_has(&net->rows[l], (ColumnId)c) && isnan(net->rows[l].value[c]))
                fail_msg("%s, %s: NaN in %s, layer %lld", words, net->spec.dtype.row->name, columns[c].name, (long long)l);
}

/* Every corner at once: nothing is NaN, equal samples stay equal. Sigmas of 1e±100 are nothing for floats. */
static void test_every_corner(void **state)
{
    (void)state;
    static const char *const nets[] = {
        "init=gaussian sigma_w=1.3 depth=5 width=8", "init=gaussian sigma_w=1.3 sigma_b=0.7 depth=5 width=8",
        "init=gaussian sigma_w=1.3 sigma_b=0.7 depth=1 width=1", "init=gaussian sigma_w=1.3 depth=3 width=1",
        "init=gaussian sigma_w=0 depth=3 width=6", "init=gaussian sigma_w=0 sigma_b=0.5 depth=3 width=6",
        "init=orthogonal depth=5 width=8", "init=orthogonal sigma_b=0.7 depth=5 width=8", "init=orthogonal depth=1 width=1",
        "init=orthogonal depth=3 width=1", "init=orthogonal:0 depth=3 width=6", "init=orthogonal:0 sigma_b=0.5 depth=3 width=6",
        "init=orthogonal depth=3 width=6 input_width=2 loss=ce", "init=gaussian depth=3 width=6 input_width=2 loss=mse sigma_b=0.2",
        "init=gaussian depth=3 width=6 loss=bce", "init=gaussian depth=2 width=5 input_width=1 loss=ce outputs=30",
        "init=gaussian sigma_w=1e-9 sigma_b=1e9 depth=3 width=6", "init=gaussian sigma_w=1e9 sigma_b=1e-9 depth=3 width=6",
        "init=gaussian sigma_w=1e100 depth=9 width=6", "init=gaussian sigma_w=1e-100 depth=9 width=6",
        "init=gaussian sigma_w=1e-100 sigma_b=1e100 depth=9 width=6", "init=gaussian sigma_w=1e100 sigma_b=1e-100 depth=9 width=6",
        "init=orthogonal:1e100 depth=4 width=6 sigma_b=3",
    };
    static const char *const phis[] = {"tanh", "relu", "softmax", "elu", "sigmoid", "linear", "gelu"};
    static const int batches[] = {1, 2, 5, 11};
    enum { COUNT = sizeof nets / sizeof *nets, FOR_DOUBLES = 5 };
    for (size_t i = 0; i < 2 * COUNT * 7 * 4; i++)
        for (int variant = 0; variant < 3; variant++) {
            char words[256];
            const size_t format = i % 2, which = i / 56;
            if (format && which >= COUNT - FOR_DOUBLES)
                continue;
            snprintf(words, sizeof words, "%s activation=%s batch=%d", nets[which], phis[i / 8 % 7], batches[i / 2 % 4]);
            Net net = open_in(words, format, &implicit_engine);
            Arrays a = arrays_open(&net);
            a.equal = variant == 1;
            a.zero = variant == 2;
            net_run(&net, 13, (uint32_t)variant, &(Tap){arrays_see, &a});
            assert_no_nan(&net, words);
            for (int64_t l = 1; a.equal && net.spec.batch > 1 && l <= net.spec.depth; l++)
                for (size_t r = 1, m = (size_t)net.spec.width; r < a.batch; r++)
                    assert_memory_equal(a.h + (size_t)l * a.room, a.h + (size_t)l * a.room + r * m, m * sizeof(double));
            arrays_close(&a);
            net_close(&net);
        }
}

/* Rows that are equal to the bit, from the input on or since rounding made them so, stay equal, among others that are not. */
typedef struct {
    size_t *met;            /* batch × batch: the layer since which two rows are equal, 0: not yet */
    size_t batch, pairs, parted;
    bool groups;            /* the input's rows in threes */
} Equals;

static void see_equals(void *context, TapPoint what, int64_t layer, const Rows *r)
{
    Equals *e = context;
    for (size_t a = 1; e->groups && what == TAP_X && a < r->rows; a++)
        for (size_t i = 0; a % 3 != 0 && i < r->cols; i++)
            arrays_put(r, a, i, arrays_element(r, a / 3 * 3, i));
    for (size_t a = 0; (what == TAP_X || what == TAP_H) && a < r->rows; a++)
        for (size_t b = 0; b < a; b++) {
            const bool same = r->single ? !memcmp(rows_single_at(r, a), rows_single_at(r, b), r->cols * sizeof(float))
                                        : !memcmp(rows_at(r, a), rows_at(r, b), r->cols * sizeof(double)) && r->exponent[a] == r->exponent[b];
            size_t *met = &e->met[a * r->rows + b];
            e->pairs += same && !*met;
            e->parted += *met && !same;
            *met = *met ? *met : same ? (size_t)layer + 1 : 0;
        }
}

static void test_equal_rows_stay_equal(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        bool groups, converge;   /* converge: in float32 other rows become equal too */
    } nets[] = {
        {"activation=tanh init=gaussian sigma_w=3 sigma_b=0.3 depth=30 width=50 batch=9", true, false},
        {"activation=tanh init=orthogonal:3 sigma_b=0.3 depth=30 width=50 batch=9", true, false},
        {"activation=relu init=he-normal depth=30 width=33 batch=40", true, false},
        {"activation=tanh init=gaussian sigma_w=3 depth=20 width=100 batch=71", true, false},
        {"activation=tanh init=orthogonal:3 depth=20 width=100 batch=99", true, false},
        {"activation=tanh init=gaussian sigma_w=0.5 sigma_b=0.3 depth=60 width=16 batch=4", false, true},
        {"activation=tanh init=gaussian sigma_w=0.3 sigma_b=0.3 depth=60 width=64 batch=5", false, true},
        {"activation=sigmoid init=orthogonal sigma_b=0.1 depth=40 width=20 batch=6", false, true},
    };
    for (size_t i = 0; i < 2 * (sizeof nets / sizeof *nets); i++) {
        const size_t format = i % 2;
        Net net = open_in(nets[i / 2].words, format, &implicit_engine);
        Equals e = {.batch = (size_t)net.spec.batch, .groups = nets[i / 2].groups};
        e.met = mem_alloc(e.batch * e.batch, sizeof *e.met);
        for (uint32_t seed = 0; seed < 5; seed++) {
            memset(e.met, 0, e.batch * e.batch * sizeof *e.met);
            net_run(&net, 14, seed, &(Tap){see_equals, &e});
            assert_no_nan(&net, nets[i / 2].words);
        }
        if (e.parted)
            fail_msg("%s, %s: %zu pairs parted", nets[i / 2].words, formats[format], e.parted);
        assert_true(e.pairs > 0 || (nets[i / 2].converge && format == 0));
        free(e.met);
        net_close(&net);
    }
}

/* Zeros and no bias: z = 0 everywhere, h = φ(0), ∂L/∂W = 0 where the input is 0; gradients come through where φ'(0) does. */
static void test_zero_input(void **state)
{
    (void)state;
    static const struct {
        const char *phi;
        double value, slope;
    } phis[] = {{"tanh", 0, 1}, {"relu", 0, 0}, {"leaky-relu:0.2", 0, 0.2}, {"linear", 0, 1}, {"gelu", 0, 0.5}, {"sin", 0, 1}};
    static const char *const laws[] = {"gaussian sigma_w=1.3", "orthogonal:1.2"};
    for (size_t i = 0; i < 2 * 2 * 6 * 2; i++) {
        const size_t format = i % 2, batch = i / 4 % 2 ? 4 : 1;
        char words[200];
        snprintf(words, sizeof words, "activation=%s init=%s depth=4 width=10 batch=%zu", phis[i / 8].phi, laws[i / 2 % 2], batch);
        Net net = open_in(words, format, &implicit_engine);
        Arrays a = arrays_open(&net);
        a.vanish = true;
        net_run(&net, 15, 1, &(Tap){arrays_see, &a});
        for (int64_t l = 1; l <= 4; l++) {
            const double *v = net.rows[l].value;
            assert_true(v[COL_z_mean] == 0 && v[COL_z_var] == 0 && v[COL_h_mean] == phis[i / 8].value && v[COL_grad_w_norm] == 0);
            assert_true(v[COL_log10_grad_w_norm] == -HUGE_VAL && v[COL_log10_h_ms] == -HUGE_VAL);
            assert_near(v[COL_grad_z_norm], phis[i / 8].slope * v[COL_grad_h_norm], format ? 1e-7 : 1e-14);
            assert_true((v[COL_grad_b_norm] > 0) == (phis[i / 8].slope > 0));
            if (phis[i / 8].slope == 0)
                assert_true(net.rows[l].status == STATUS_DEAD && net.rows[l - 1].value[COL_grad_h_norm] == 0);
            if (i / 2 % 2)   /* orthogonal: g = 1.2 δ in length */
                assert_near(net.rows[l - 1].value[COL_grad_h_norm], 1.2 * v[COL_grad_z_norm], format ? 1e-6 : 1e-13);
        }
        arrays_close(&a);
        net_close(&net);
    }
}

/* All units dead: exact zeros above the layer for h, below it for every gradient. */
static void test_dead(void **state)
{
    (void)state;
    static const char *const nets[] = {"activation=relu init=he-normal depth=80 width=3 batch=1", "activation=relu init=he-normal depth=80 width=3 batch=3",
                                       "activation=relu init=orthogonal depth=80 width=3 batch=3"};
    for (size_t i = 0; i < 2 * 3; i++) {
        Net net = open_in(nets[i / 2], i % 2, &implicit_engine);
        size_t found = 0;
        for (uint32_t seed = 0; seed < 40; seed++) {
            net_run(&net, 16, seed, NULL);
            assert_no_nan(&net, nets[i / 2]);
            int64_t death = 0;
            for (int64_t l = net.spec.depth; l >= 1; l--)
                death = net.rows[l].value[COL_zero_frac] == 1 ? l : death;
            found += death > 0;
            for (int64_t l = death; death && l <= net.spec.depth; l++)
                assert_true(net.rows[l].value[COL_h_ms] == 0 && net.rows[l].value[COL_log10_h_ms] == -HUGE_VAL && net.rows[l].status == STATUS_DEAD &&
                            (l == death || net.rows[l].value[COL_z_var] == 0));
            for (int64_t l = 1; death && l <= net.spec.depth; l++)
                assert_true(net.rows[l].value[COL_log10_grad_z_norm] == -HUGE_VAL && net.rows[l].value[COL_log10_grad_w_norm] == -HUGE_VAL &&
                            net.rows[l - 1].value[COL_log10_grad_h_norm] == -HUGE_VAL);
        }
        assert_true(found > 20);
        net_close(&net);
    }
}

/* One unit, one layer: z = wx + b with one w and one b for all samples, and everything else by hand. */
static void test_single_unit(void **state)
{
    (void)state;
    static const char *const laws[] = {"gaussian sigma_w=1.7", "gaussian sigma_w=1.7 sigma_b=0.6", "orthogonal:1.7", "orthogonal:1.7 sigma_b=0.6"};
    for (size_t i = 0; i < 4 * 4 * 2; i++) {
        const size_t format = i % 2, b = i / 2 % 4 + 1;
        const double slack = format ? 2e-5 : 1e-10;
        char words[160];
        snprintf(words, sizeof words, "activation=tanh init=%s depth=1 width=1 batch=%zu", laws[i / 8], b);
        Net net = open_in(words, format, &implicit_engine);
        Arrays k = arrays_open(&net);
        for (uint32_t seed = 0; seed < 20; seed++) {
            double w = 0, bias = 0, grad_w = 0, grad_b = 0, mean = 0, ms = 0, grad_z = 0;
            net_run(&net, 17, seed, &(Tap){arrays_see, &k});
            const double *x = k.h, *z = k.z + k.room, *h = k.h + k.room, *g = k.g + k.room, *d = k.delta + k.room, *v = net.rows[1].value;
            w = k.g[0] / d[0];
            bias = z[0] - w * x[0];
            if (i / 8 >= 2)
                assert_near(fabs(w), 1.7, slack);
            if (i / 8 % 2 == 0)
                assert_near(bias, 0, slack * (1 + fabs(z[0])));
            for (size_t a = 0; a < b; a++) {
                assert_near(z[a], w * x[a] + bias, slack * (1 + fabs(w)));
                assert_near(h[a], tanh(z[a]), slack);
                assert_near(d[a], g[a] * (1 - h[a] * h[a]), slack);
                assert_near(k.g[a], d[a] * w, slack * (1 + fabs(w)));
                grad_w += d[a] * x[a];
                grad_b += d[a];
                grad_z += d[a] * d[a];
                mean += h[a] / (double)b;
                ms += h[a] * h[a] / (double)b;
            }
            assert_near(v[COL_h_mean], mean, slack);
            assert_near(v[COL_h_ms], ms, slack);
            assert_near(v[COL_h_var], ms - mean * mean, slack);
            assert_near(v[COL_grad_w_norm], fabs(grad_w), slack);
            assert_near(v[COL_grad_b_norm], fabs(grad_b), slack);
            assert_near(v[COL_grad_z_norm], sqrt(grad_z), slack);
        }
        arrays_close(&k);
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
    for (size_t i = 0; i < 2 * 3; i++) {
        Net dense = open_in(nets[i / 2], i % 2, &dense_engine), implicit = open_in(nets[i / 2], i % 2, &implicit_engine);
        net_run(&dense, 5, 1, NULL);
        net_run(&implicit, 5, 1, NULL);
        for (int64_t l = 0; l < dense.count; l++)
            for (int c = 0; c < COL_COUNT; c++) {
                const double x = dense.rows[l].value[c], y = implicit.rows[l].value[c];
                assert_int_equal(row_has(&dense.rows[l], (ColumnId)c), row_has(&implicit.rows[l], (ColumnId)c));
                if (!(x == y || fabs(x - y) < (i % 2 ? 1e-6 : 1e-14)))
                    fail_msg("%s: layer %lld, %s: %.17g and %.17g", nets[i / 2], (long long)l, columns[c].name, x, y);
            }
        net_close(&dense);
        net_close(&implicit);
    }
}

/* Shapes at the ends: one input, a hundred thousand, more outputs than units, more samples than units; the weights are the same both
 * ways, and the law is the dense engine's. */
static void test_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        size_t networks;
    } nets[] = {
        {"activation=tanh init=gaussian sigma_w=1.5 depth=3 width=8 batch=3 input_width=1", 500},
        {"activation=tanh init=orthogonal:1.5 depth=3 width=8 batch=3 input_width=1", 500},
        {"activation=tanh init=gaussian sigma_w=1.5 depth=2 width=3 batch=2 input_width=100000", 30},
        {"activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.5 depth=2 width=3 batch=1 input_width=100000", 30},
        {"activation=tanh init=orthogonal:1.5 depth=2 width=3 batch=2 input_width=100000", 12},
        {"activation=elu init=gaussian sigma_w=1.2 depth=2 width=4 batch=3 loss=mse outputs=50", 500},
        {"activation=elu init=orthogonal depth=2 width=4 batch=3 loss=ce outputs=50", 500},
        {"activation=relu init=he-normal depth=3 width=5 batch=20", 300},
        {"activation=tanh init=orthogonal depth=3 width=5 batch=20 sigma_b=0.2", 300},
        {"activation=tanh init=gaussian depth=1 width=1 batch=1", 1000},
    };
    for (size_t i = 0; i < 2 * (sizeof nets / sizeof *nets); i++) {
        const size_t format = i % 2, n = getenv("FATHOM_SANITIZER") ? nets[i / 2].networks / 10 + 10 : nets[i / 2].networks;
        const char *words = nets[i / 2].words;
        Net net = open_in(words, format, &implicit_engine);
        Arrays a = arrays_open(&net);
        for (uint32_t seed = 0; seed < 5 && !strstr(words, "sigma_b"); seed++) {
            net_run(&net, 18, seed, &(Tap){arrays_see, &a});
            const double worst = arrays_worst_adjoint(&net, &a);
            if (!(worst < (format ? 1e-3 : 1e-10)))
                fail_msg("%s, %s: adjoint off by %.2g", words, formats[format], worst);
        }
        arrays_close(&a);
        net_close(&net);
        char all[200];
        snprintf(all, sizeof all, "%s dtype=%s", words, formats[format]);
        const Verdict v = sampled_compare(all, AS_IS, &dense_engine, &implicit_engine, n);
        if (getenv("FATHOM_LAWS"))
            print_message("# p %.2g (%s): %s\n", v.least, v.where, all);
        if (!(v.least > 1e-7))   /* some 3,000 tests: a false alarm in 3,000 keys */
            fail_msg("%s: p = %.2g (%s)", all, v.least, v.where);
    }
}

/* Floats end where they end for the dense engine too: the layers at which a column first overflows or underflows, and the number of
 * those whose gradient nears the end of normal numbers, have one law. Where exactly it becomes 0, from a few units of 2^-149, is decided
 * by the roundings of products, and that is each engine's own. */
static double first_with(const Net *net, Status status)
{
    for (int64_t l = 1; l < net->count; l++)
        if (net->rows[l].status == status)
            return (double)l;
    return 1e4;
}

static void test_limits_of_floats(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        Status status;
    } nets[] = {
        {"activation=relu init=gaussian sigma_w=5 depth=110 width=24 batch=1", STATUS_NAN},
        {"activation=relu init=gaussian sigma_w=5 depth=110 width=24 batch=3", STATUS_NAN},
        {"activation=relu init=orthogonal:5 depth=110 width=24 batch=1", STATUS_NAN},
        {"activation=relu init=orthogonal:5 sigma_b=0.1 depth=110 width=24 batch=3", STATUS_NAN},
        {"activation=linear init=gaussian sigma_w=0.5 depth=170 width=24 batch=1", STATUS_UNDERFLOW},
        {"activation=linear init=gaussian sigma_w=0.5 depth=170 width=24 batch=3", STATUS_UNDERFLOW},
        {"activation=linear init=orthogonal:0.5 depth=170 width=24 batch=3", STATUS_UNDERFLOW},
        {"activation=sigmoid init=gaussian sigma_w=1 depth=90 width=24 batch=3", STATUS_OK},
    };
    enum { MOST = 200 };
    const size_t n = getenv("FATHOM_SANITIZER") ? 40 : MOST;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        double at[2][MOST], small[2][MOST], middle[2][MOST];
        for (int side = 0; side < 2; side++) {
            Net net = open_in(nets[i].words, 1, side ? &implicit_engine : &dense_engine);
            for (size_t k = 0; k < n; k++) {
                net_run(&net, 19 + (uint64_t)side, (uint32_t)k, NULL);
                at[side][k] = first_with(&net, nets[i].status);
                small[side][k] = 0;
                for (int64_t l = 0; l < net.count; l++)
                    small[side][k] += net.rows[l].value[COL_log10_grad_h_norm] < -36;
                middle[side][k] = net.rows[net.spec.depth / 3].value[COL_log10_h_ms];
                if (nets[i].status != STATUS_NAN)
                    assert_no_nan(&net, nets[i].words);
            }
            net_close(&net);
        }
        const double p = laws_ks(at[0], n, at[1], n), q = laws_ks(small[0], n, small[1], n), r = laws_ks(middle[0], n, middle[1], n);
        if (getenv("FATHOM_LAWS"))
            print_message("# %s: median layer %g and %g, p %.2g; small gradients %g and %g, %.2g; a third up %.2g\n", nets[i].words, at[0][n / 2], at[1][n / 2], p,
                          small[0][n / 2], small[1][n / 2], q, r);
        if (!(fmin(p, fmin(q, r)) > 1e-5))
            fail_msg("%s: p = %.2g, %.2g, %.2g", nets[i].words, p, q, r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_corner), cmocka_unit_test(test_equal_rows_stay_equal), cmocka_unit_test(test_zero_input),
        cmocka_unit_test(test_dead),         cmocka_unit_test(test_single_unit),           cmocka_unit_test(test_no_weights),
        cmocka_unit_test(test_shapes),       cmocka_unit_test(test_limits_of_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
