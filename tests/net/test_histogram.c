/* Histograms: every entry in its bin, by a slow twin in long double; scales, zeros, infinities, NaN; a whole network through the tap.
 * The one thing to know: the twin knows true values only as mantissa and exponent, as a deep network's are.
 * ReLU's known shape: half of a symmetric z gives h = 0 (He et al. 2015). */
#include "support.h"

#include "net/histogram.h"

static Rows rows_of(double *x, int64_t *exponent, size_t rows, size_t cols)
{
    return (Rows){.x = x, .exponent = exponent, .rows = rows, .cols = cols};
}

static const LayerHistogram *seen(Histograms *h, const NetSpec *spec, TapPoint what, const Rows *rows)
{
    const Tap *tap = histograms_tap(h, spec);
    tap->see(tap->context, what, 1, rows);
    return histograms_layer(h, 1);
}

static int64_t total(const int64_t *counts, size_t n)
{
    int64_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += counts[i];
    return all;
}

/* Entries 2.385 and -2.385, in rows of very different units that mean the same. */
static void scales_do_not_matter(void **state)
{
    (void)state;
    static const int64_t units[] = {0, -40001, 70003};
    const NetSpec spec = support_spec("width=4 batch=2");
    Histograms *h = histograms_alloc(2, NULL, NULL);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        double x[] = {2.385, -2.385, 0, 4.77, 2.385, 2.385, 0, 0};
        int64_t exponent[] = {units[u], units[u]};
        for (size_t i = 4; i < 8; i++)
            x[i] = ldexp(x[i], -300);
        exponent[1] += 300;
        const Rows rows = rows_of(x, exponent, 2, 4);
        const LayerHistogram *out = seen(h, &spec, TAP_H, &rows);
        /* The mean square is 8 · 2.385²/8: the unit is 2.385. */
        assert_int_equal(out->h[40 + 10], 3);
        assert_int_equal(out->h[40 - 10], 1);
        assert_int_equal(out->h[40 + 20], 1);
        assert_int_equal(out->h[40], 3);
        assert_int_equal(total(out->h, HISTOGRAM_H), 8);
        seen(h, &spec, TAP_GRAD_H, &rows);
        const double root = log10(2.385) + (double)units[u] * log10(2);
        assert_int_equal(out->zeros, 3);
        assert_int_equal(out->grad[32], 4);
        assert_int_equal(total(out->grad, HISTOGRAM_GRAD), 5);
        const Bin bin = histogram_grad_bin(out, 32), next = histogram_grad_bin(out, 33), twice = histogram_grad_bin(out, 34);
        assert_true(bin.low <= root && root < bin.high && bin.high == bin.low + 0.25 && next.low == bin.high);
        assert_int_equal(out->grad[root + log10(2) < next.high ? 33 : 34], 1);
        assert_true(twice.low == next.high);
    }
    histograms_free(h);
}

static void edges(void **state)
{
    (void)state;
    assert_true(histogram_h_bin(0).low == -HUGE_VAL && histogram_h_bin(0).high == -3.95);
    assert_true(histogram_h_bin(40).low == -0.05 && histogram_h_bin(40).high == 0.05);
    assert_true(histogram_h_bin(80).low == 3.95 && histogram_h_bin(80).high == HUGE_VAL);
    const LayerHistogram h = {.first = -35};
    assert_true(histogram_grad_bin(&h, 0).low == -HUGE_VAL && histogram_grad_bin(&h, 0).high == -8.5);
    assert_true(histogram_grad_bin(&h, 1).low == -8.5 && histogram_grad_bin(&h, 40).high == HUGE_VAL);
}

/* NaN is nowhere; infinities lie in the open bins and do not blow up the unit; layers of zeros, and of nothing finite. */
static void not_numbers(void **state)
{
    (void)state;
    const NetSpec spec = support_spec("width=4 batch=2 dtype=float32");
    Histograms *h = histograms_alloc(2, NULL, NULL);
    float x[] = {1.5F, -1.5F, (float)NAN, HUGE_VALF, -HUGE_VALF, 0, 1e-30F, 1.5F};
    int64_t exponent[2] = {0, 0};
    const Rows rows = {.s = x, .exponent = exponent, .rows = 2, .cols = 4, .single = true};
    const LayerHistogram *out = seen(h, &spec, TAP_H, &rows);
    /* Unit: √(3 · 1.5²/5) = 1.162. */
    assert_int_equal(out->h[40 + 13], 2);
    assert_int_equal(out->h[40 - 13], 1);
    assert_int_equal(out->h[0], 1);
    assert_int_equal(out->h[80], 1);
    assert_int_equal(out->h[40], 2);
    seen(h, &spec, TAP_GRAD_H, &rows);
    assert_int_equal(out->zeros, 1);
    assert_int_equal(out->grad[0], 1);
    assert_int_equal(out->grad[40], 2);
    assert_int_equal(total(out->grad, HISTOGRAM_GRAD), 6);
    for (size_t i = 0; i < 8; i++)
        x[i] = 0;
    seen(h, &spec, TAP_H, &rows);
    seen(h, &spec, TAP_GRAD_H, &rows);
    assert_int_equal(out->h[40], 8);
    assert_int_equal(out->zeros, 8);
    assert_int_equal(total(out->grad, HISTOGRAM_GRAD), 0);
    for (size_t i = 0; i < 8; i++)
        x[i] = (float)NAN;
    seen(h, &spec, TAP_H, &rows);
    seen(h, &spec, TAP_GRAD_H, &rows);
    assert_int_equal(total(out->h, HISTOGRAM_H) + out->zeros + total(out->grad, HISTOGRAM_GRAD), 0);
    histograms_free(h);
}

/* Bins that are looked for one by one. */
typedef struct {
    Histograms *fast;
    const NetSpec *spec;
    int64_t layers;
} Twin;

static long double value_of(const Rows *r, size_t a, size_t i)
{
    return ldexpl(r->single ? LONG(rows_single_at(r, a)[i]) : LONG(rows_at(r, a)[i]), (int)r->exponent[a]);
}

static void compare(void *context, TapPoint what, int64_t layer, const Rows *r)
{
    Twin *twin = context;
    const Tap *tap = histograms_tap(twin->fast, twin->spec);
    tap->see(tap->context, what, layer, r);
    if (what == TAP_Z || what == TAP_DELTA)
        return;
    const LayerHistogram *out = histograms_layer(twin->fast, layer);
    const bool grad = what == TAP_GRAD_H;
    const size_t bins = grad ? HISTOGRAM_GRAD : HISTOGRAM_H;
    int64_t counts[HISTOGRAM_H] = {0}, zeros = 0;
    long double square = 0;
    for (size_t a = 0; a < r->rows; a++)
        for (size_t i = 0; i < r->cols; i++)
            square += value_of(r, a, i) * value_of(r, a, i) / (LONG(r->rows) * LONG(r->cols));
    for (size_t a = 0; a < r->rows; a++)
        for (size_t i = 0; i < r->cols; i++) {
            const long double x = value_of(r, a, i), at = grad ? log10l(fabsl(x)) : x == 0 ? x : x / sqrtl(square);
            zeros += x == 0;
            for (size_t k = 0; k < bins; k++) {
                const Bin bin = grad ? histogram_grad_bin(out, k) : histogram_h_bin(k);
                counts[k] += (!grad || x != 0) && at >= LONG(bin.low) && at < LONG(bin.high);
            }
        }
    for (size_t k = 0; k < bins; k++)
        assert_int_equal(grad ? out->grad[k] : out->h[k], counts[k]);
    if (grad)
        assert_int_equal(out->zeros, zeros);
    twin->layers++;
}

static void whole_networks(void **state)
{
    (void)state;
    static const char *const nets[] = {
        "activation=relu depth=7 width=24 batch=5",
        "activation=sigmoid depth=60 width=9 batch=3",
        "activation=tanh init=gaussian sigma_w=2.385 sigma_b=0.3 depth=12 width=16 batch=4 loss=ce",
        "activation=relu depth=9 width=3 batch=6 init=gaussian sigma_w=0.1",
        "activation=softmax depth=5 width=12 batch=3 loss=mse dtype=float32",
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        Net n = net_open(support_spec("%s", nets[i]));
        Twin twin = {histograms_alloc((size_t)n.spec.depth + 2, NULL, NULL), &n.spec, 0};
        net_run(&n, 1, &(Tap){compare, &twin});
        assert_int_equal(twin.layers, 2 * (n.spec.depth + 1));
        histograms_free(twin.fast);
        net_close(&n);
    }
}

static bool even(const void *context, const NetSpec *spec, int64_t layer)
{
    (void)context, (void)spec;
    return layer % 2 == 0;
}

/* A deep network beyond a double's range: ∂L/∂h is where the log10 norm says; layers that are not wanted stay untouched. */
static void deep_networks(void **state)
{
    (void)state;
    Net n = net_open(support_spec("activation=sigmoid depth=900 width=16 batch=4"));
    Histograms *h = histograms_alloc(902, even, NULL);
    net_run(&n, 1, histograms_tap(h, &n.spec));
    assert_int_equal(total(histograms_layer(h, 3)->h, HISTOGRAM_H), 0);
    assert_int_equal(total(histograms_layer(h, 4)->h, HISTOGRAM_H), 64);
    const LayerHistogram *first = histograms_layer(h, 0);
    const double root = net_cell(&n, 0, COL_log10_grad_h_norm) - log10(8);   /* a norm over 64 entries */
    assert_true(root < -400);
    const Bin bin = histogram_grad_bin(first, 32);
    assert_true(bin.low <= root && root < bin.high);
    assert_int_equal(total(first->grad, HISTOGRAM_GRAD) + first->zeros, 64);
    assert_true(total(first->grad + 24, 10) > 50);   /* nearly all lie within two decades of it */
    histograms_free(h);
    net_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_do_not_matter),
        cmocka_unit_test(edges),
        cmocka_unit_test(not_numbers),
        cmocka_unit_test(whole_networks),
        cmocka_unit_test(deep_networks),
    };
    return cmocka_run_group_tests_name("histogram", tests, numbers_ready, NULL);
}
