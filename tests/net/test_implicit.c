/* The implicit engine's certainties: identities that hold in every network, replay, rescaling, degenerate networks; and exact laws.
 * The one thing to know: <z_a, δ_b> = <h_a, ∂L/∂h_b> below every layer without a bias, for all pairs of samples: whatever weights
 * there are, backward they are those of forward. Finite-width laws: Hanin and Nica 2020 (ReLU), Wishart (linear). */
#include "arrays.h"

static const char *const formats[] = {"float64", "float32"};

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
    double most[2] = {0, 0};
    for (size_t i = 0; i < 6 * (sizeof nets / sizeof *nets); i++) {
        const size_t single = i % 2, variant = i / 2 % 3;
        char words[256];
        snprintf(words, sizeof words, "%s dtype=%s", nets[i / 6], formats[single]);
        Net net = net_open(words, &implicit_engine);
        Arrays a = arrays_open(&net);
        a.equal = variant == 1;
        a.zero = variant == 2;
        for (uint32_t seed = 0; seed < 20; seed++) {
            net_run(&net, 7, seed, &(Tap){arrays_see, &a});
            const double worst = arrays_worst_adjoint(&net, &a);
            most[single] = fmax(most[single], worst);
            if (!(worst < (!single ? 1e-10 : net.spec.batch > net.spec.width ? 1e-3 : 1e-5)))   /* one dimension left: a rounding over a normal */
                fail_msg("%s, variant %zu, seed %u: off by %.2g", words, variant, seed, worst);
        }
        arrays_close(&a);
        net_close(&net);
    }
    print_message("# <z, delta> and <h, dL/dh> differ by %.2g of the norms at most, in float32 by %.2g\n", most[0], most[1]);
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
        net_run(&net, 31, 4, &(Tap){arrays_see, &k});
        for (size_t l = 1, n = 40; l < 10; l++)
            for (size_t b = 0; b < k.batch; b++) {
                double up[40], down[40];
                const double *z = k.z + l * k.room, *h = k.h + (l - 1) * k.room, *d = k.delta + l * k.room + b * n, *g = k.g + (l - 1) * k.room + b * n;
                for (size_t j = 0; j < n; j++) {
                    up[j] = z[n + j] - z[j];
                    down[j] = h[n + j] - h[j];
                }
                const double size = sqrt(arrays_product(up, up, n) * arrays_product(d, d, n)) + sqrt(arrays_product(down, down, n) * arrays_product(g, g, n));
                assert_near(arrays_product(up, d, n) / size, arrays_product(down, g, n) / size, 1e-6);
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

        net_run(&net, 3, 5, &(Tap){arrays_see, &k});
        for (size_t a = 0; a < k.batch; a++)
            for (size_t b = 0; b < k.batch; b++) {
                const double *z = k.z + k.room, *h = k.h, *d = k.delta + k.room, *g = k.g;
                if (nets[i].forward)
                    assert_near(arrays_product(z + a * m, z + b * m, m), arrays_product(h + a * n, h + b * n, n), 1e-10);
                if (nets[i].backward)
                    assert_near(arrays_product(g + a * n, g + b * n, n), arrays_product(d + a * m, d + b * m, m), 1e-10);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_are_the_same_both_ways),
        cmocka_unit_test(test_weights_are_the_same_for_tiny_differences),
        cmocka_unit_test(test_orthogonal_maps_keep_products),
        cmocka_unit_test(test_replay),
        cmocka_unit_test(test_rescaling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
