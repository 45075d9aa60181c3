/* Exact at any depth: networks of up to 20,000 layers against a twin in long double that normalises every row at every layer.
 * The one thing to know: log10 columns are compared at every layer to 1e-10, to 1e-9 at 20,000 layers; no network here is chaotic,
 * where two arithmetics would part by a digit in a few layers. FATHOM_SLOW=1 takes 20,000 layers for all. */
#include "net/twin.h"

static void expect_log(double got, Big square, double factor, double tolerance, const char *words, const char *what, int64_t layer)
{
    const double wanted = factor * big_log10(square);
    if (got == wanted)   /* both -inf */
        return;
    NEAR(got, wanted, tolerance, "%s: %s at layer %lld", words, what, (long long)layer);
}

/* Sums over samples may cancel: right relative to the root of Σ_a |term_a|². */
static void expect_sum(double got, Big square, Big terms, double tolerance, const char *words, const char *what, int64_t layer)
{
    const double scale = 0.5 * big_log10(terms);
    if (got == -HUGE_VAL && terms.m == 0)
        return;
    NEAR(pow(10, got - scale), pow(10, 0.5 * big_log10(square) - scale), 2.3 * tolerance, "%s: %s at layer %lld", words, what, (long long)layer);
}

/* Σ_a ‖δ_a‖² ‖h_a‖² (h NULL: Σ_a ‖δ_a‖²). */
static Big term_squares(const Line *delta, const Line *h, size_t batch)
{
    Big total = {0, 0};
    for (size_t a = 0; a < batch; a++) {
        const Big d = lines_squares(delta + a, 1);
        total = big_add(total, h ? big_times(d, lines_squares(h + a, 1)) : d);
    }
    return total;
}

static void expect_plain(double plain, double logarithm, const char *words, int64_t layer)
{
    const double wanted = pow(10, logarithm);
    if (logarithm > 309)
        assert_true(plain == HUGE_VAL);
    else if (logarithm < -325)
        assert_true(plain == 0);
    else if (plain != wanted)   /* both may be inf */
        NEAR(plain, wanted, 1e-11 * wanted + 5e-324, "%s: plain column at layer %lld", words, (long long)layer);
}

static void expect_layer(const Net *n, const Twin *t, int64_t layer, double tolerance, const char *words)
{
    const LayerRow *row = &n->rows[layer];
    const double count = (double)(t->batch * twin_cols(t, layer));
    if (layer <= n->spec.depth) {
        const double ms = row->value[COL_log10_h_ms];
        expect_log(ms + log10(count), lines_squares(t->h[layer], t->batch), 1, 2 * tolerance, words, "h_ms", layer);
        expect_log(row->value[COL_log10_grad_h_norm], lines_squares(t->g[layer], t->batch), 0.5, tolerance, words, "grad_h", layer);
        expect_plain(row->value[COL_h_ms], ms, words, layer);
        expect_plain(row->value[COL_grad_h_norm], row->value[COL_log10_grad_h_norm], words, layer);
    }
    if (layer == 0)
        return;
    expect_log(row->value[COL_log10_grad_z_norm], lines_squares(t->delta[layer], t->batch), 0.5, tolerance, words, "grad_z", layer);
    expect_sum(row->value[COL_log10_grad_w_norm], twin_grad_w(t, layer), term_squares(t->delta[layer], t->h[layer - 1], t->batch),
               tolerance, words, "grad_w", layer);
    expect_sum(row->value[COL_log10_grad_b_norm], twin_grad_b(t, layer), term_squares(t->delta[layer], NULL, t->batch), tolerance, words,
               "grad_b", layer);
    expect_plain(row->value[COL_grad_z_norm], row->value[COL_log10_grad_z_norm], words, layer);
    expect_plain(row->value[COL_grad_w_norm], row->value[COL_log10_grad_w_norm], words, layer);
    expect_plain(row->value[COL_grad_b_norm], row->value[COL_log10_grad_b_norm], words, layer);
}

static void expect_twin(const char *words, uint32_t seed, double tolerance)
{
    Net n = net_open(support_spec("%s", words));
    Twin t = twin_run(&n, seed);
    for (int64_t layer = 0; layer <= t.last; layer++)
        expect_layer(&n, &t, layer, tolerance, words);
    twin_free(&t);
    net_close(&n);
}

/* Vanishing, exploding, dying: the three of the promise, and every other activation where it is not chaotic. */
static void twenty_thousand(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "activation=sigmoid width=6 batch=3", "activation=sigmoid width=4 batch=1 loss=ce", "activation=relu init=gaussian sigma_w=2.8284271247461903 width=16 batch=3",
        "activation=relu init=gaussian sigma_w=1 width=16 batch=2", "activation=relu init=gaussian sigma_w=1 width=16 batch=2 sigma_b=0.25",
        "activation=leaky-relu:0.3 init=gaussian sigma_w=3 width=5 batch=3", "activation=leaky-relu:-0.3 init=gaussian sigma_w=0.2 width=5 batch=3",
        "activation=prelu width=6 batch=1", "activation=linear init=gaussian sigma_w=5 width=4 batch=2", "activation=linear init=gaussian sigma_w=0.1 width=4 batch=2 loss=mse",
        "activation=elu init=gaussian sigma_w=0.8 width=6 batch=2", "activation=elu init=gaussian sigma_w=4 width=8 batch=2",
        "activation=elu:0.4 init=gaussian sigma_w=1 width=6 batch=2 sigma_b=0.3", "activation=selu init=gaussian sigma_w=0.7 width=6 batch=2",
        "activation=swish init=lecun-normal width=6 batch=2", "activation=swish:-2 init=gaussian sigma_w=1.2 width=6 batch=2",
        "activation=swish init=gaussian sigma_w=5 width=14 batch=2", "activation=gelu init=lecun-normal width=6 batch=2",
        "activation=gelu init=gaussian sigma_w=5 width=14 batch=2", "activation=gelu-tanh init=lecun-normal width=6 batch=3",
        "activation=gelu-tanh init=gaussian sigma_w=5 width=14 batch=2", "activation=softplus width=5 batch=3 init=gaussian sigma_w=0.6",
        "activation=softplus width=20 batch=2 init=gaussian sigma_w=4", "activation=softsign init=lecun-normal width=6 batch=3",
        "activation=mish init=lecun-normal width=6 batch=3", "activation=mish init=gaussian sigma_w=5 width=14 batch=3",
        "activation=hardtanh init=gaussian sigma_w=0.9 width=6 batch=3", "activation=erf init=gaussian sigma_w=0.7 width=6 batch=3",
        "activation=sin init=gaussian sigma_w=0.8 width=6 batch=3", "activation=arctan init=gaussian sigma_w=0.9 width=6 batch=3",
        "activation=tanh width=6 batch=3", "activation=tanh init=gaussian sigma_w=0.5 sigma_b=0.3 width=6 batch=3",
        "activation=softmax width=5 batch=3", "activation=tanh init=orthogonal:0.9 width=5 batch=3", "activation=relu init=lsuv width=7 batch=5",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[256];
        snprintf(words, sizeof words, "%s depth=%d", cases[i], slow() || i < 4 ? 20000 : 800);
        expect_twin(words, (uint32_t)i, i < 4 ? 1e-9 : 1e-10);
    }
}

static const char *const biased[] = {
    "activation=relu init=gaussian sigma_w=1e100 sigma_b=1 width=2 batch=3 depth=40",
    "activation=relu init=gaussian sigma_w=1e100 sigma_b=1e-100 width=2 batch=1 depth=40",
    "activation=elu init=gaussian sigma_w=1e100 sigma_b=1 width=2 batch=3 depth=40",
    "activation=swish init=gaussian sigma_w=1e100 sigma_b=1 width=2 batch=3 depth=40",
    "activation=linear init=gaussian sigma_w=1e100 sigma_b=1e100 width=2 batch=3 depth=40",
    "activation=tanh init=gaussian sigma_w=0.01 sigma_b=1e-100 width=3 batch=3 depth=200",
    "activation=tanh init=gaussian sigma_w=0.01 sigma_b=1e-310 width=3 batch=3 depth=400",
    "activation=linear init=gaussian sigma_w=0.01 sigma_b=1e-310 width=3 batch=3 depth=400",
    "activation=leaky-relu init=gaussian sigma_w=0.01 sigma_b=1e-250 width=3 batch=3 depth=400",
    "activation=relu init=gaussian sigma_w=1e-50 sigma_b=0.7 width=3 batch=3 depth=20",
    "activation=swish init=gaussian sigma_w=1e-50 sigma_b=3e-80 width=3 batch=3 depth=20",
    "activation=gelu init=gaussian sigma_w=1e100 sigma_b=1e100 width=1 batch=3 depth=20",
    "activation=gelu init=gaussian sigma_w=0.01 sigma_b=10 width=1 batch=3 depth=9",
    "activation=swish init=gaussian sigma_w=0.01 sigma_b=230 width=1 batch=1 depth=9",
    "activation=softplus init=gaussian sigma_w=1e100 sigma_b=1e100 width=3 batch=3 depth=20",
    "activation=relu init=zeros sigma_b=0.7 width=3 batch=3 depth=5",
    "activation=leaky-relu init=constant:1e100 sigma_b=0.7 width=3 batch=3 depth=50",
    "activation=prelu:1e6 init=gaussian sigma_w=1e100 sigma_b=0.7 width=3 batch=3 depth=50 loss=mse",
    "activation=elu:1e6 init=gaussian sigma_w=1e-100 sigma_b=0.7 width=3 batch=3 depth=50 loss=mse",
    "activation=elu:1e6 init=gaussian sigma_w=1e-100 width=3 batch=3 depth=50 loss=mse",
};

static void far_biases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof biased / sizeof *biased; i++)
        for (uint32_t seed = 0; seed < 20; seed++)
            expect_twin(biased[i], seed, 1e-10);
}

static const char *const saturated[] = {
    "activation=softmax init=gaussian sigma_w=30 width=6 batch=3 depth=3",
    "activation=softmax init=gaussian sigma_w=200 width=6 batch=1 depth=3",
    "activation=softmax init=gaussian sigma_w=120 width=6 batch=3 depth=4",
    "activation=linear init=gaussian sigma_w=3 width=6 batch=3 depth=6 loss=bce",
    "activation=linear init=gaussian sigma_w=3 width=6 batch=1 depth=6 loss=bce",
    "activation=linear init=gaussian sigma_w=3 width=6 batch=1 depth=6 loss=ce",
    "activation=linear init=gaussian sigma_w=3 width=6 batch=3 depth=9 loss=ce outputs=2",
    "activation=linear init=gaussian sigma_w=3 width=6 batch=3 depth=200 loss=mse outputs=2",
    "activation=linear init=gaussian sigma_w=0.1 width=6 batch=3 depth=200 loss=mse outputs=2",
    "activation=linear init=gaussian sigma_w=0.1 width=6 batch=3 depth=200 loss=ce outputs=3",
    "activation=linear init=gaussian sigma_w=0.1 width=6 batch=3 depth=200 loss=bce outputs=3",
    "activation=sigmoid init=gaussian sigma_w=30 width=6 batch=2 depth=5 loss=bce outputs=3",
    "activation=tanh init=gaussian sigma_w=30 width=6 batch=2 depth=5",
    "activation=gelu init=gaussian sigma_w=30 width=6 batch=2 depth=3",
};

static void saturation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof saturated / sizeof *saturated; i++)
        for (uint32_t seed = 0; seed < 20; seed++)
            expect_twin(saturated[i], seed, 1e-10);
}

/* One sample dies and others do not: seeds where that happens are sought, and most layers of them compared. */
static const char *const mixed[] = {
    "activation=relu init=gaussian sigma_w=0.0001 width=5 batch=4 depth=130",
    "activation=relu init=gaussian sigma_w=0.0001 width=5 batch=4 depth=130 loss=mse outputs=2",
    "activation=relu init=gaussian sigma_w=10000 width=5 batch=4 depth=130",
    "activation=hardtanh init=gaussian sigma_w=2.5 width=3 batch=3 depth=4",
};

static void one_dies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
        int found = 0;
        for (uint32_t seed = 0; seed < 600 && found < 12; seed++) {
            Net n = net_open(support_spec("%s", mixed[i]));
            Twin t = twin_run(&n, seed);
            size_t dead = 0;
            for (size_t a = 0; a < t.batch; a++)
                dead += lines_squares(&t.g[0][a], 1).m == 0;
            for (int64_t layer = 0; layer <= t.last && dead > 0 && dead < t.batch; layer++)
                expect_layer(&n, &t, layer, 1e-10, mixed[i]);
            found += dead > 0 && dead < t.batch;
            twin_free(&t);
            net_close(&n);
        }
        assert_true(found >= 3);
    }
}

/* At other thresholds of rescaling results agree to rounding. */
static void expect_same_rows(const Net *a, const Net *b, double tolerance, const char *words, int bits)
{
    for (int64_t layer = 0; layer <= spec_layers(&a->spec); layer++)
        for (int c = 0; c < COL_COUNT; c++) {
            const double x = a->rows[layer].value[c], y = b->rows[layer].value[c];
            assert_int_equal(a->rows[layer].filled, b->rows[layer].filled);
            if (x != y)
                NEAR(y, x, tolerance * fmax(1, fabs(x)), "%s, 2^%d: %s at layer %lld", words, bits, columns[c].name, (long long)layer);
        }
}

static void any_threshold(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "activation=sigmoid width=6 batch=3 depth=800", "activation=relu init=gaussian sigma_w=2.9 width=24 batch=3 depth=700",
        "activation=relu init=gaussian sigma_w=1 width=24 batch=1 depth=900", "activation=gelu init=lecun-normal width=7 batch=12 depth=800 loss=mse",
        "activation=tanh init=gaussian sigma_w=0.4 width=6 batch=3 depth=800 loss=ce", "activation=elu init=gaussian sigma_w=5 width=6 batch=9 depth=800",
        "activation=linear init=gaussian sigma_w=1e30 width=6 batch=1 depth=500", "activation=linear init=gaussian sigma_w=1e-30 width=6 batch=3 depth=500",
        "activation=swish init=gaussian sigma_w=0.01 sigma_b=1e-100 width=6 batch=3 depth=500", "activation=softmax width=6 batch=3 depth=500",
        "activation=leaky-relu init=gaussian sigma_w=1e60 width=9 batch=20 depth=300", "activation=leaky-relu init=gaussian sigma_w=1e-60 width=9 batch=4 depth=300",
    };
    const int bits[] = {20, 37, 61, 100, 160, 300, 400};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Net n = net_open(support_spec("%s", cases[i])), other = net_open(n.spec);
        net_run(&n, 7, NULL);
        for (size_t k = 0; k < sizeof bits / sizeof *bits; k++) {
            pass_set_bits(other.pass, bits[k]);
            net_run(&other, 7, NULL);
            expect_same_rows(&n, &other, 1e-10, cases[i], bits[k]);
        }
        net_close(&n);
        net_close(&other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_dies), cmocka_unit_test(any_threshold), cmocka_unit_test(saturation), cmocka_unit_test(far_biases), cmocka_unit_test(twenty_thousand)};
    return cmocka_run_group_tests_name("net/deep", tests, numbers_ready, NULL);
}
