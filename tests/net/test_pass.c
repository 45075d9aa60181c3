/* A pass: finite differences for every activation and loss, identities that hold to rounding, and what may not change a bit.
 * The one thing to know: differences are taken of the long double twin, which knows nothing of backpropagation, with a stencil of
 * fourth order, so they are right to eleven digits. Identities: Euler's for homogeneous functions; ‖δ hᵀ‖ = ‖δ‖‖h‖. */
#include "net/twin.h"

/* A network, its twin, and the gradients that the pass's own arrays make. */
typedef struct {
    Net net;
    Twin twin;
    Real **dw, **db, *dx;
    double **z, **h;
} Study;

static void study_see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Study *s = context;
    twin_see(&s->twin, what, layer, rows);
    for (size_t i = 0; i < rows->rows * rows->cols && (what == TAP_Z || what == TAP_H); i++)
        (what == TAP_Z ? s->z : s->h)[layer][i] = scaled_ldexp(rows->x[i], rows->exponent[i / rows->cols]);
    for (size_t i = 0; i < rows->rows * rows->cols && what == TAP_GRAD_H && layer == 0; i++)
        s->dx[i] = LONG(scaled_ldexp(rows->x[i], rows->exponent[i / rows->cols]));
    if (what != TAP_DELTA)
        return;
    const Rows below = pass_input_of(s->net.pass, layer);
    for (size_t a = 0; a < rows->rows; a++)
        for (size_t j = 0; j < rows->cols; j++) {
            const Real d = real_shift(LONG(rows_at(rows, a)[j]), rows->exponent[a]);
            s->db[layer][j] += d;
            for (size_t k = 0; k < below.cols; k++)
                s->dw[layer][j * below.cols + k] += d * real_shift(LONG(rows_at(&below, a)[k]), below.exponent[a]);
        }
}

static void study_open(Study *s, NetSpec spec, uint32_t seed)
{
    *s = (Study){.net = net_open(spec)};
    s->twin = twin_make(&s->net);
    s->twin.spec = &s->net.spec;
    const size_t layers = (size_t)s->twin.last + 1, batch = s->twin.batch;
    s->dw = mem_alloc(layers, sizeof *s->dw);
    s->db = mem_alloc(layers, sizeof *s->db);
    s->z = mem_alloc(layers, sizeof *s->z);
    s->h = mem_alloc(layers, sizeof *s->h);
    s->dx = mem_alloc(batch * twin_cols(&s->twin, 0), sizeof(Real));
    for (int64_t layer = 1; layer <= s->twin.last; layer++) {
        const size_t n = twin_cols(&s->twin, layer);
        s->dw[layer] = mem_alloc(n * twin_cols(&s->twin, layer - 1), sizeof(Real));
        s->db[layer] = mem_alloc(n, sizeof(Real));
        s->z[layer] = mem_doubles(batch * n);
        s->h[layer] = mem_doubles(batch * n);
    }
    pass_run(s->net.pass, &s->net.spec, &dense_engine, (RngSource){KEY, seed}, s->net.rows, &s->net.network, &(Tap){study_see, s});
    if (spec_has_readout(&s->net.spec))
        memcpy(s->twin.target, pass_targets(s->net.pass), s->twin.n_target * sizeof(double));
    twin_forward(&s->twin);
}

static void study_close(Study *s)
{
    for (int64_t layer = 1; layer <= s->twin.last; layer++) {
        free(s->dw[layer]);
        free(s->db[layer]);
        free(s->z[layer]);
        free(s->h[layer]);
    }
    free(s->dw);
    free(s->db);
    free(s->z);
    free(s->h);
    free(s->dx);
    twin_free(&s->twin);
    net_close(&s->net);
}

/* The loss of the outputs that twin_forward left, as PyTorch averages. */
static Real loss_of_twin(const Twin *t)
{
    const LossKind kind = loss_of(t->spec->loss)->kind;
    Real total = 0;
    for (size_t a = 0; a < t->batch; a++) {
        const Line *y = kind == LOSS_NONE ? &t->h[t->last][a] : &t->z[t->last][a];
        Real sum = 0;
        for (size_t k = 0; k < y->n; k++)
            sum += expl(real_shift(y->x[k], y->e));
        for (size_t k = 0; k < y->n; k++) {
            const Real out = real_shift(y->x[k], y->e), want = LONG(t->target[a * y->n + k]);
            if (kind == LOSS_NONE)
                total += want * out;
            else if (kind == LOSS_MSE)
                total += (out - want) * (out - want) / (Real)y->n;
            else if (kind == LOSS_BCE)
                total += (log1pl(expl(out)) - want * out) / (Real)y->n;
            else
                total += want * (logl(sum) - out);
        }
    }
    return kind == LOSS_NONE ? total : total / (Real)t->batch;
}

/* ∂loss/∂x by the five-point stencil; x is put back. */
static Real difference(const Twin *t, Real *x)
{
    static const Real weight[] = {1, -8, 8, -1}, place[] = {-2, -1, 1, 2};
    const Real step = 0x1p-13L, before = *x;
    Real total = 0;
    for (int i = 0; i < 4; i++) {
        *x = before + place[i] * step;
        twin_forward(t);
        total += weight[i] * loss_of_twin(t);
    }
    *x = before;
    return total / (12 * step);
}

/* Every entry of one array of n, and its norm. */
static void expect_gradient(const Study *s, Real *x, const Real *gradient, size_t n, double norm, const char *words, const char *what, int64_t layer)
{
    Real squares = 0, scale = 0;
    for (size_t i = 0; i < n; i++)
        scale = fmaxl(scale, fabsl(gradient[i]));
    for (size_t i = 0; i < n; i++) {
        const Real d = difference(&s->twin, x + i);
        squares += d * d;
        NEAR(gradient[i], d, (double)(1e-11L * scale) + 1e-15, "%s: %s%lld, entry %zu", words, what, (long long)layer, i);
    }
    NEAR(norm, sqrtl(squares), 2e-11 * (double)sqrtl(squares) + 1e-15, "%s: norm of %s%lld", words, what, (long long)layer);
}

/* Perturbing the input: its rows are kept in unit 1 while differences are taken. */
static void expect_input_gradient(const Study *s, const char *words)
{
    Real squares = 0;
    const size_t n = twin_cols(&s->twin, 0);
    for (size_t a = 0; a < s->twin.batch; a++)
        for (size_t i = 0; i < n; i++) {
            static const Real weight[] = {1, -8, 8, -1}, place[] = {-2, -1, 1, 2};
            Line *h = &s->twin.h[0][a];
            Real total = 0, before[64];
            for (size_t k = 0; k < n; k++)
                before[k] = real_shift(h->x[k], h->e);
            for (int p = 0; p < 5; p++) {
                memcpy(h->x, before, n * sizeof *before);
                h->e = 0;
                if (p == 4)
                    break;
                h->x[i] += place[p] * 0x1p-13L;
                twin_forward(&s->twin);
                total += weight[p] * loss_of_twin(&s->twin) / (12 * 0x1p-13L);
            }
            squares += total * total;
            NEAR(s->dx[a * n + i], total, 1e-11 * net_cell(&s->net, 0, COL_grad_h_norm) + 1e-15, "%s: dh0, entry %zu", words, a * n + i);
        }
    NEAR(net_cell(&s->net, 0, COL_grad_h_norm), sqrtl(squares), 2e-11 * (double)sqrtl(squares) + 1e-15, "%s: norm of dh0", words);
}

/* No pre-activation may be so near to a kink (or to 0, where softsign's curvature jumps) that a difference would step over it. */
static bool kinks_are_far(const Study *s)
{
    const Activation *act = activation_of(s->net.spec.activation);
    for (int64_t layer = 1; layer <= s->net.spec.depth && act->slope; layer++)
        for (size_t i = 0; i < s->twin.batch * twin_cols(&s->twin, layer); i++) {
            double nearest = fabs(s->z[layer][i]);
            for (size_t k = 0; k < act->n_kinks; k++)
                nearest = fmin(nearest, fabs(s->z[layer][i] - act->kinks[k]));
            if (nearest < 0.004)
                return false;
        }
    return true;
}

static void expect_forward(const Study *s, const char *words)
{
    for (int64_t layer = 1; layer <= s->twin.last; layer++)
        for (size_t a = 0, n = twin_cols(&s->twin, layer); a < s->twin.batch; a++)
            for (size_t i = 0; i < n; i++) {
                const Line *z = &s->twin.z[layer][a], *h = &s->twin.h[layer][a];
                NEAR(s->z[layer][a * n + i], real_shift(z->x[i], z->e), 1e-12, "%s: z%lld", words, (long long)layer);
                if (layer <= s->net.spec.depth)
                    NEAR(s->h[layer][a * n + i], real_shift(h->x[i], h->e), 1e-12, "%s: h%lld", words, (long long)layer);
            }
}

static void expect_differences(const char *words)
{
    Study s;
    uint32_t seed = 0;
    for (;; seed++) {
        assert_true(seed < 300);
        study_open(&s, support_spec("%s", words), seed);
        if (kinks_are_far(&s))
            break;
        study_close(&s);
    }
    expect_forward(&s, words);
    for (int64_t layer = s.twin.last; layer >= 1; layer--) {
        const size_t out = twin_cols(&s.twin, layer), in = twin_cols(&s.twin, layer - 1);
        expect_gradient(&s, s.twin.w[layer], s.dw[layer], out * in, net_cell(&s.net, layer, COL_grad_w_norm), words, "dW", layer);
        expect_gradient(&s, s.twin.b[layer], s.db[layer], out, net_cell(&s.net, layer, COL_grad_b_norm), words, "db", layer);
    }
    expect_input_gradient(&s, words);
    study_close(&s);
}

static const char *const every_loss[] = {"none", "mse", "bce outputs=3", "ce outputs=3"};

static void differences(void **state)
{
    (void)state;
    static const char *const parameters[] = {"init=gaussian sigma_w=1.3 sigma_b=0.4", "init=lsuv", "init=torch-default", "init=orthogonal:1.2 sigma_b=0.1"};
    for (size_t v = 0; v <= TWIN_VARIANTS; v++)
        for (size_t loss = 0; loss < 4; loss++)
            for (size_t k = 0; k < 4; k++) {
                char words[256];
                if (!slow() && k % 2 != (v + loss) % 2)
                    continue;
                snprintf(words, sizeof words, "activation=%s loss=%s depth=3 width=4 input_width=5 batch=%d %s",
                         v < TWIN_VARIANTS ? twin_variants[v] : "softmax", every_loss[loss], k < 2 ? 3 : 1, parameters[k]);
                expect_differences(words);
            }
}

/* Shapes at the edges: one unit, one layer, batch above and below the width, one output and many. */
static void shapes(void **state)
{
    (void)state;
    expect_differences("activation=tanh depth=1 width=1 batch=1 init=gaussian");
    expect_differences("activation=tanh depth=1 width=1 input_width=6 batch=4 init=gaussian loss=ce outputs=2");
    expect_differences("activation=softplus depth=2 width=1 input_width=1 batch=7 init=gaussian loss=bce");
    expect_differences("activation=mish depth=2 width=3 input_width=9 batch=6 init=gaussian loss=mse outputs=11");
    expect_differences("activation=gelu depth=5 width=6 input_width=2 batch=5 init=glorot-uniform loss=ce outputs=12");
    expect_differences("activation=softmax depth=2 width=1 batch=2 init=gaussian loss=mse");
}

/* Batch 1: ‖∂L/∂W‖ = ‖δ‖‖h‖ and ‖∂L/∂b‖ = ‖δ‖, to 1e-12 relative, at any depth. */
static void rank_one(void **state)
{
    (void)state;
    for (size_t v = 0; v <= TWIN_VARIANTS; v++)
        for (size_t loss = 0; loss < 4; loss++) {
            const char *name = v < TWIN_VARIANTS ? twin_variants[v] : "softmax";
            Net n = net_open(support_spec("activation=%s init=lecun-normal loss=%s depth=300 width=23 input_width=31 batch=1", name, every_loss[loss]));
            net_run(&n, 3, NULL);
            for (int64_t layer = 1; layer <= spec_layers(&n.spec); layer++) {
                const double delta = net_cell(&n, layer, COL_log10_grad_z_norm);
                const double h = (net_cell(&n, layer - 1, COL_log10_h_ms) + log10((double)spec_fan_in(&n.spec, layer))) / 2;
                const double w = net_cell(&n, layer, COL_log10_grad_w_norm), b = net_cell(&n, layer, COL_log10_grad_b_norm);
                if (delta == -HUGE_VAL || h == -HUGE_VAL) {
                    assert_true(w == -HUGE_VAL);
                    continue;
                }
                NEAR(w, delta + h, 4e-13 + 1e-15 * fabs(delta + h), "%s, %s: dW at layer %lld", name, every_loss[loss], (long long)layer);
                NEAR(b, delta, 1e-13 + 1e-15 * fabs(delta), "%s, %s: db at layer %lld", name, every_loss[loss], (long long)layer);
            }
            net_close(&n);
        }
}

/* Euler: f = <c, h_L> is homogeneous of degree 1 in every W of a bias-free network of a homogeneous activation. */
static void euler(void **state)
{
    (void)state;
    const char *const names[] = {"relu", "leaky-relu:0.2", "prelu:-0.4", "linear"};
    for (size_t v = 0; v < 4; v++)
        for (int64_t batch = 1; batch <= 9; batch += 4) {
            Study s;
            study_open(&s, support_spec("activation=%s init=he-normal depth=20 width=30 batch=%lld", names[v], (long long)batch), 5);
            const Real f = loss_of_twin(&s.twin);
            Real scale = 0;
            for (size_t i = 0; i < (size_t)batch * 30; i++)
                scale += LONG(fabs(s.twin.target[i] * s.h[20][i]));
            for (int64_t layer = 1; layer <= 20; layer++) {
                Real inner = 0;
                for (size_t i = 0; i < 900; i++)
                    inner += s.twin.w[layer][i] * s.dw[layer][i];
                NEAR(inner / scale, f / scale, 1e-12, "%s, batch %lld: <W, dW> at layer %lld", names[v], (long long)batch, (long long)layer);
            }
            study_close(&s);
        }
}

/* Which cells a row has: the input only h and ∂L/∂h, a readout only z and ∂L/∂z, W, b. */
static void cells(void **state)
{
    (void)state;
    const uint32_t h = 1u << COL_h_mean | 1u << COL_h_var | 1u << COL_h_ms | 1u << COL_log10_h_ms | 1u << COL_zero_frac;
    const uint32_t grad_h = 1u << COL_grad_h_norm | 1u << COL_log10_grad_h_norm, z = 1u << COL_z_mean | 1u << COL_z_var;
    const uint32_t grad_z = 1u << COL_grad_z_norm | 1u << COL_log10_grad_z_norm | 1u << COL_grad_w_norm | 1u << COL_log10_grad_w_norm |
                            1u << COL_grad_b_norm | 1u << COL_log10_grad_b_norm;
    for (int softmax = 0; softmax < 2; softmax++)
        for (uint32_t batch = 1; batch <= 2; batch++)
            for (size_t loss = 0; loss < 4; loss++) {
                Net n = net_open(support_spec("activation=%s loss=%s depth=3 width=6 batch=%u", softmax ? "softmax" : "tanh", every_loss[loss], batch));
                const uint32_t cosine = batch > 1 ? 1u << COL_h_cos : 0, slopes = softmax ? 0 : 1u << COL_dead_frac | 1u << COL_saturated_frac;
                net_run(&n, 1, NULL);
                for (int64_t layer = 0; layer <= spec_layers(&n.spec); layer++) {
                    const uint32_t wanted = layer == 0  ? h | grad_h | cosine
                                            : layer > 3 ? z | grad_z
                                                        : z | h | grad_h | grad_z | cosine | slopes;
                    assert_int_equal(n.rows[layer].filled, wanted);
                    assert_int_equal(n.rows[layer].layer, layer);
                    assert_true(isnan(n.rows[layer].sigma_w) == (layer == 0) && isnan(n.rows[layer].sigma_b) == (layer == 0));
                    assert_int_equal(n.rows[layer].status, STATUS_OK);
                }
                net_close(&n);
            }
}

static void expect_same_bits(const Net *a, const Net *b)
{
    for (int64_t layer = 0; layer <= spec_layers(&a->spec); layer++) {
        assert_int_equal(a->rows[layer].filled, b->rows[layer].filled);
        for (int c = 0; c < COL_COUNT; c++)
            if (row_has(&a->rows[layer], (ColumnId)c) && memcmp(&a->rows[layer].value[c], &b->rows[layer].value[c], sizeof(double)) != 0)
                fail_msg("%s of layer %lld differs: %.17g and %.17g", columns[c].name, (long long)layer, a->rows[layer].value[c], b->rows[layer].value[c]);
    }
    assert_memory_equal(&a->network.grad_decay_log10, &b->network.grad_decay_log10, sizeof(double));
}

/* Weights kept or drawn again, and a workspace in which a larger network left its numbers: the same bits. */
static void same_bits(void **state)
{
    (void)state;
    static const char *const initialisers[] = {"glorot-normal", "glorot-uniform", "orthogonal", "truncated-normal", "torch-default", "lsuv", "constant:0.3", "gaussian sigma_b=0.2"};
    static const int batches[] = {1, 2, 33, 64, 65};
    const gsl_rng_type *const generators[] = {philox_type, gsl_rng_mt19937};
    for (size_t g = 0; g < 2; g++) {
        const NetSpec large = support_spec("activation=relu init=gaussian sigma_w=1e50 depth=30 width=80 batch=70 loss=mse outputs=90");
        Net big = net_open_with(large, true, generators[g], NULL);
        for (size_t i = 0; i < sizeof initialisers / sizeof *initialisers; i++)
            for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
                const NetSpec spec = support_spec("activation=elu init=%s depth=6 width=37 input_width=50 batch=%d loss=%s", initialisers[i], batches[b],
                                                  every_loss[(i + b) % 4]);
                Net kept = net_open_with(spec, true, generators[g], NULL), drawn = net_open_with(spec, false, generators[g], NULL);
                assert_true(pass_bytes(&spec, &dense_engine, false) < pass_bytes(&spec, &dense_engine, true));
                net_run(&big, 2, NULL);
                net_run(&kept, 9, NULL);
                net_run(&drawn, 9, NULL);
                expect_same_bits(&kept, &drawn);
                pass_run(big.pass, &spec, &dense_engine, (RngSource){KEY, 9}, drawn.rows, &drawn.network, NULL);
                expect_same_bits(&kept, &drawn);
                net_close(&kept);
                net_close(&drawn);
            }
        net_close(&big);
    }
}

/* Layers.csv's statuses, in networks that earn them. */
static void statuses(void **state)
{
    (void)state;
    const struct {
        const char *words;
        Status status;
    } cases[] = {
        {"activation=relu depth=60", STATUS_OK},
        {"activation=sigmoid depth=600", STATUS_UNDERFLOW},
        {"activation=leaky-relu init=gaussian sigma_w=3 depth=3000 width=4", STATUS_OVERFLOW},
        {"activation=relu init=gaussian sigma_w=1 depth=400 width=3", STATUS_DEAD},
        {"activation=relu init=zeros depth=3", STATUS_DEAD},
        {"activation=linear init=gaussian sigma_w=0.01 depth=200 width=4", STATUS_UNDERFLOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Net n = net_open(support_spec("%s batch=2", cases[i].words));
        net_run(&n, 1, NULL);
        if (n.network.status != cases[i].status)
            fail_msg("%s: status %s", cases[i].words, status_name(n.network.status));
        net_close(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences), cmocka_unit_test(shapes),    cmocka_unit_test(rank_one), cmocka_unit_test(euler),
        cmocka_unit_test(cells),       cmocka_unit_test(same_bits), cmocka_unit_test(statuses),
    };
    return cmocka_run_group_tests_name("net/pass", tests, numbers_ready, NULL);
}
