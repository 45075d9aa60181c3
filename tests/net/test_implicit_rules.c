/* The implicit engine's numerical rules: for each, what a careless author writes, shown wrong, beside the engine, shown right.
 * The one thing to know: rules of φ and its derivatives are tested in tests/model, those of sums over samples in test_measure, those
 * of scaled rows against a twin in test_deep; here are those of the map itself. Probabilities are those of false alarms. */
#include "net/measure.h"
#include "sampled.h"
#include "textbook.h"

static const double fine = 1e-6;   /* a law that is right must not fall below; 12 uses of some 200 tests each: a false alarm in 400 keys */

static const char *const ordered[] = {"activation=tanh init=gaussian sigma_w=0.9 sigma_b=0.3 depth=50 width=12 batch=3",
                                      "activation=tanh init=gaussian sigma_w=1 sigma_b=0.1 depth=50 width=32 batch=8"};

static Verdict expect_caught(const char *words, Change change, const Engine *engine, double most, const char *what)
{
    const Verdict v = sampled_compare(words, change, &dense_engine, engine, getenv("FATHOM_SANITIZER") ? 200 : 500);
    print_message("# %s: p %.2g (%s), of gradients %.2g\n", what, v.least, v.where, v.least_gradient);
    if (!(v.least < most) && !getenv("FATHOM_SANITIZER"))
        fail_msg("%s: not caught, p = %.2g (%s): %s", what, v.least, v.where, words);
    return v;
}

static void expect_right(const char *words, Change change, const Engine *engine, const char *what)
{
    const Verdict v = sampled_compare(words, change, &dense_engine, engine, getenv("FATHOM_SANITIZER") ? 100 : 500);
    if (!(v.least > fine))
        fail_msg("%s: p = %.2g (%s): %s", what, v.least, v.where, words);
}

/* The careful textbook is right, so what is caught below is the careless choice and nothing else. */
static void test_careful_textbook(void **state)
{
    (void)state;
    const Engine careful = engine_textbook((Careless){.tolerance = 1e-13, .condition = 1e-10});
    for (size_t i = 0; i < 2; i++) {
        expect_right(ordered[i], AS_IS, &careful, "the careful textbook");
        expect_right(ordered[i], AS_IS, &implicit_engine, "the engine");
    }
}

/* In the ordered phase rows converge; a float's Gram matrix has noise of 1e-7, and pivots of noise divide. */
static void test_float_grams(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char words[256];
        const Engine floats = engine_textbook((Careless){.tolerance = 1e-12, .floats = true});
        const Verdict v = expect_caught(ordered[i], AS_IS, &floats, 1e-15, "Gram matrices in float32");
        assert_true(v.least_gradient < 1e-12 || getenv("FATHOM_SANITIZER"));
        const Engine textbook = engine_textbook((Careless){.tolerance = 1e-12, .floats = true, .through_z = true});
        expect_caught(ordered[i], AS_IS, &textbook, 1e-15, "these and M from z");
        snprintf(words, sizeof words, "%s dtype=float32", ordered[i]);
        expect_right(words, AS_IS, &implicit_engine, "the engine in float32");
    }
}

/* A backward pass that has forgotten the forward pass must be caught in each of these. */
static void test_unconditioned(void **state)
{
    (void)state;
    const Engine engine = engine_unconditioned();
    static const char *const caught[] = {
        "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.3 depth=6 width=12 batch=3",
        "activation=relu init=he-normal depth=6 width=8 batch=1",
        "activation=linear init=glorot-normal depth=4 width=7 batch=2",
        "activation=tanh init=orthogonal:1.5 depth=6 width=12 batch=3",
        "activation=tanh init=gaussian sigma_w=1.5 sigma_b=0.3 depth=6 width=12 batch=3 dtype=float32",
        "activation=softmax init=gaussian sigma_w=3 depth=4 width=8 batch=3 loss=ce outputs=4",
    };
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        const Verdict v = sampled_compare(caught[i], AS_IS, &dense_engine, &engine, 4000);
        print_message("# backward drawn independently: p %.2g (%s): %s\n", v.least, v.where, caught[i]);
        if (!(v.least < 1e-100))
            fail_msg("not caught, p = %.2g (%s): %s", v.least, v.where, caught[i]);
    }
}

/* Rows of very different norms: a tolerance relative to the largest drops the small ones. */
static void test_unscaled_grams(void **state)
{
    (void)state;
    static const char net[] = "activation=linear init=gaussian depth=3 width=20 batch=3";
    const Engine unscaled = engine_textbook((Careless){.tolerance = 1e-13, .unscaled = true});
    expect_right(net, AS_IS, &unscaled, "rows of one size");
    expect_caught(net, SHRINK, &unscaled, 1e-40, "unscaled Gram matrices");
    const Engine scaled = engine_textbook((Careless){.tolerance = 1e-13, .condition = 1e-10});
    expect_right(net, SHRINK, &scaled, "unit diagonals");
    expect_right(net, SHRINK, &implicit_engine, "the engine");
    expect_right("activation=linear init=gaussian depth=3 width=20 batch=3 dtype=float32", SHRINK, &implicit_engine, "the engine in float32");
}

/* Among near-duplicates, does the difference of two samples come back as it went? The largest |<z₁-z₀, δ> - <h₁-h₀, g>| relative to
 * the differences. */
static double worst_difference(const Engine *engine, const char *words, double jitter)
{
    Net net = net_open(words, engine);
    Arrays k = arrays_open(&net);
    const size_t n = (size_t)net.spec.width;
    double up[64], down[64], worst = 0;
    k.jitter = jitter;
    for (uint32_t seed = 0; seed < 10; seed++) {
        net_run(&net, 31, seed, &(Tap){arrays_see, &k});
        for (size_t l = 1; l < (size_t)net.count; l++)
            for (size_t b = 0; b < k.batch; b++) {
                const double *z = k.z + l * k.room, *h = k.h + (l - 1) * k.room, *d = k.delta + l * k.room + b * n, *g = k.g + (l - 1) * k.room + b * n;
                for (size_t j = 0; j < n; j++) {
                    up[j] = z[n + j] - z[j];
                    down[j] = h[n + j] - h[j];
                }
                const double size = sqrt(arrays_product(up, up, n) * arrays_product(d, d, n)) + sqrt(arrays_product(down, down, n) * arrays_product(g, g, n));
                worst = fmax(worst, fabs(arrays_product(up, d, n) - arrays_product(down, g, n)) / size);
            }
    }
    arrays_close(&k);
    net_close(&net);
    return worst;
}

/* All algebra with L⁻¹ in double, and E kept: a float's z does not hold what the small pivots carry. */
static void test_what_floats_lose(void **state)
{
    (void)state;
    static const char net[] = "activation=tanh init=gaussian sigma_w=1.2 depth=5 width=30 batch=3";
    const double apart = 3e-6;
    const Engine careful = engine_textbook((Careless){.tolerance = 1e-13});
    const double right = worst_difference(&careful, net, apart);
    const Engine algebra = engine_textbook((Careless){.tolerance = 1e-13, .float_algebra = true});
    const double by_algebra = worst_difference(&algebra, net, apart);
    const Engine through_z = engine_textbook((Careless){.tolerance = 1e-13, .through_z = true});
    const double by_z = worst_difference(&through_z, net, apart), ours = worst_difference(&implicit_engine, net, apart);
    print_message("# differences of 3e-6 come back with errors of %.2g; L^-1 in float32 %.2g, M from z in float32 %.2g; the engine %.2g\n", right, by_algebra,
                  by_z, ours);
    assert_true(right < 1e-3 && by_algebra > 3e-3 && by_z > 3e-3 && ours < 1e-9);
}

static double worst_adjoint(const Engine *engine, const char *words, double jitter)
{
    Net net = net_open(words, engine);
    Arrays k = arrays_open(&net);
    double worst = 0;
    k.jitter = jitter;
    for (uint32_t seed = 0; seed < 10; seed++) {
        net_run(&net, 33, seed, &(Tap){arrays_see, &k});
        worst = fmax(worst, arrays_worst_adjoint(&net, &k));
    }
    arrays_close(&k);
    net_close(&net);
    return worst;
}

/* Floats: g made of the rows themselves has coefficients as large as a pivot's inverse root, and as many roundings. Either the backward
 * pass is conditioned on larger pivots only, or, as in the engine, on vectors of norm 1. */
static void test_backward_tolerance(void **state)
{
    (void)state;
    static const char net[] = "activation=linear init=gaussian depth=5 width=30 batch=3";
    const Engine single = engine_textbook((Careless){.tolerance = 1e-13, .float_rows = true});
    const double every = worst_adjoint(&single, net, 1e-6);
    const Engine two = engine_textbook((Careless){.tolerance = 1e-13, .condition = 1e-10, .float_rows = true});
    const double larger = worst_adjoint(&two, net, 1e-6), ours = worst_adjoint(&implicit_engine, net, 1e-6);
    const double ours_single = worst_adjoint(&implicit_engine, "activation=linear init=gaussian depth=5 width=30 batch=3 dtype=float32", 1e-6);
    print_message("# <z, delta> - <h, dL/dh>: every pivot in float32 %.2g, larger ones %.2g; the engine %.2g, in float32 %.2g\n", every, larger, ours, ours_single);
    assert_true(every > 5e-3 && larger < 1e-5 && ours < 1e-11 && ours_single < 1e-5);
}

/* Forward, small pivots must stay: chaos grows from them. A Gram matrix loses distances below 1e-7 for good; rows do not. */
static double median_parting(const Engine *engine, double distance)
{
    Net net = net_open("activation=tanh init=gaussian sigma_w=5 depth=129 width=20 batch=2", engine);
    Arrays k = arrays_open(&net);
    double at[15];
    k.jitter = distance;
    for (uint32_t seed = 0; seed < 15; seed++) {
        int64_t l = 1;
        net_run(&net, 32, seed, &(Tap){arrays_see, &k});
        while (l < net.count && net.rows[l].value[COL_h_cos] >= 0.9)
            l++;
        at[seed] = (double)l;
    }
    gsl_sort(at, 1, 15);
    arrays_close(&k);
    net_close(&net);
    return at[7];
}

static void test_forward_tolerance(void **state)
{
    (void)state;
    const Engine coarse = engine_textbook((Careless){.tolerance = 1e-7});
    assert_true(median_parting(&coarse, 1e-5) == 130);        /* never */
    const Engine gram = engine_textbook((Careless){.tolerance = 1e-13});
    assert_true(median_parting(&gram, 1e-5) < 60);
    assert_true(median_parting(&gram, 1e-9) == 130);
    assert_true(median_parting(&implicit_engine, 1e-5) < 60);
    assert_true(median_parting(&implicit_engine, 1e-9) < 90);
    assert_true(median_parting(&implicit_engine, 1e-14) < 130);
}

/* Replay must open the layer's own stream again. */
static void replayed(const Engine *engine, const char *words, bool *same, double *adjoint)
{
    Net kept = net_open(words, engine), again = net_open(words, engine);
    Arrays a = arrays_open(&again);
    pass_set_most_kept(again.pass, 0);
    net_run(&kept, 11, 3, NULL);
    net_run(&again, 11, 3, &(Tap){arrays_see, &a});
    *same = true;
    for (int64_t l = 0; l < kept.count; l++)
        *same &= !memcmp(kept.rows[l].value, again.rows[l].value, sizeof kept.rows[l].value);
    *adjoint = arrays_worst_adjoint(&again, &a);
    arrays_close(&a);
    net_close(&kept);
    net_close(&again);
}

static void test_replay(void **state)
{
    (void)state;
    static const char net[] = "activation=tanh init=gaussian sigma_w=1.3 depth=8 width=20 batch=4";
    bool same;
    double adjoint;
    const Engine right = engine_textbook((Careless){.tolerance = 1e-13});
    replayed(&right, net, &same, &adjoint);
    assert_true(same && adjoint < 1e-10);
    const Engine wrong = engine_textbook((Careless){.tolerance = 1e-13, .forgetful = true});
    replayed(&wrong, net, &same, &adjoint);
    assert_true(!same && adjoint > 0.01);
    replayed(&implicit_engine, net, &same, &adjoint);
    assert_true(same && adjoint < 1e-10);
}

/* h₁ ≈ h₂ with δ₂ = -δ₁: ⟨K,G⟩ cancels to noise, which may be negative; ‖∂b‖ is 0 and not the root of a rounding. */
static void test_unguarded_norms(void **state)
{
    (void)state;
    enum { N = 40 };
    double h[2 * N], delta[2 * N], little[N], naive = 0, direct = 0, *work = mem_doubles(measure_work_size(2, N));
    int64_t none[2] = {0, 0};
    size_t negative = 0, wrong = 0;
    Rng rng;
    rng_init(&rng, philox_type);
    for (uint32_t seed = 0; seed < 200; seed++) {
        rng_open(&rng, (RngSource){5, seed}, 0, USE_INPUT);
        rng_normals(&rng, h, N, 1);
        rng_normals(&rng, delta, N, 1e-4);
        rng_normals(&rng, little, N, 1e-9);
        direct = naive = 0;
        for (size_t i = 0; i < N; i++) {
            h[N + i] = h[i] + little[i];
            delta[N + i] = -delta[i];
        }
        for (size_t a = 0; a < 2; a++)
            for (size_t b = 0; b < 2; b++)
                naive += arrays_product(delta + a * N, delta + b * N, N) * arrays_product(h + a * N, h + b * N, N);
        for (size_t i = 0; i < N; i++)
            direct += (h[N + i] - h[i]) * (h[N + i] - h[i]);
        direct *= arrays_product(delta, delta, N);
        const Rows x = {.x = h, .exponent = none, .rows = 2, .cols = N}, d = {.x = delta, .exponent = none, .rows = 2, .cols = N};
        LayerRow row = {0};
        measure_grad_wb(&row, &d, &x, work);
        negative += naive < 0;
        wrong += fabs(sqrt(fmax(naive, 0) / direct) - 1) > 0.1;
        assert_near(row.value[COL_grad_w_norm] / sqrt(direct), 1, 1e-6);
        assert_true(row.value[COL_grad_b_norm] == 0);
    }
    print_message("# <K, G> of near-duplicates with opposite gradients: negative in %zu of 200, wrong by a tenth in %zu\n", negative, wrong);
    assert_true(negative > 20 && wrong > 150);
    free(work);
    rng_done(&rng);
}

/* ReLU is positively homogeneous: σ_w = 1 is He's network times 2^(-1/2) a layer, exactly, and underflows near layer 2,150 unless rows
 * carry scales forward and backward. */
static void test_scaling(void **state)
{
    (void)state;
    static const char *const shapes[] = {"depth=5000 width=24 batch=1", "depth=3000 width=20 batch=1 loss=mse"};
    for (size_t i = 0; i < 2; i++) {
        char he[256], weak[256];
        snprintf(he, sizeof he, "activation=relu init=he-normal %s", shapes[i]);
        snprintf(weak, sizeof weak, "activation=relu init=gaussian sigma_w=1 %s", shapes[i]);
        Net a = net_open(he, &implicit_engine), b = net_open(weak, &implicit_engine), never = net_open(weak, &implicit_engine);
        pass_set_bits(never.pass, 100000);
        net_run(&a, 9, 2, NULL);
        net_run(&b, 9, 2, NULL);
        net_run(&never, 9, 2, NULL);
        const int64_t depth = a.spec.depth;
        size_t lost = 0;
        for (int64_t l = 0; l <= depth; l++) {
            const double forward = (double)l * M_LN2 / M_LN10, backward = (double)(depth - l) * M_LN2 / M_LN10 / 2;
            assert_near(b.rows[l].value[COL_log10_h_ms], a.rows[l].value[COL_log10_h_ms] - forward, 1e-9);
            if (spec_has_readout(&a.spec))
                continue;
            assert_near(b.rows[l].value[COL_log10_grad_h_norm], a.rows[l].value[COL_log10_grad_h_norm] - backward, 1e-9);
            const double unscaled = never.rows[l].value[COL_log10_grad_h_norm];
            lost += !isfinite(unscaled) || fabs(unscaled - b.rows[l].value[COL_log10_grad_h_norm]) > 1e-9;
        }
        assert_true(spec_has_readout(&a.spec) || (double)lost > 0.2 * (double)depth);
        assert_true(isfinite(b.rows[1].value[COL_log10_grad_w_norm]));
        net_close(&a);
        net_close(&b);
        net_close(&never);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_careful_textbook), cmocka_unit_test(test_float_grams),      cmocka_unit_test(test_unconditioned),
        cmocka_unit_test(test_unscaled_grams),   cmocka_unit_test(test_what_floats_lose), cmocka_unit_test(test_backward_tolerance),
        cmocka_unit_test(test_forward_tolerance), cmocka_unit_test(test_replay),          cmocka_unit_test(test_unguarded_norms),
        cmocka_unit_test(test_scaling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
