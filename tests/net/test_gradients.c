/* Gradients of whole losses with respect to every parameter: against finite differences, against a long double twin where rows carry
 * exponents, and against what the dense engine measures.
 * The one thing to know: differences are of fourth order, (8 (f(h) - f(-h)) - (f(2h) - f(-2h)))/12h, on networks none of whose units is near a
 * kink; the twin's numbers need no scales. Abramowitz and Stegun 1964, 25.3. */
#include "pupil.h"

typedef struct {
    const NetSpec *spec;
    double least;
} Nearest;

static void see_nearest(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Nearest *n = context;
    const Activation *act = activation_of(n->spec->activation);
    for (size_t i = 0; what == TAP_Z && layer <= n->spec->depth && i < rows->rows * rows->cols; i++)
        for (size_t k = 0; k < act->n_kinks; k++)
            n->least = fmin(n->least, fabs(rows->x[i] - act->kinks[k]));
}

/* A draw none of whose pre-activations is near a kink of the activation. */
static void away_from_kinks(Pupil *u)
{
    Nearest n = {&u->spec, 0};
    const Tap tap = {see_nearest, &n};
    for (uint32_t seed = 0; n.least < 0.004; seed++) {
        assert_true(seed < 1000);
        pupil_begin(u, seed);
        pupil_forward(u, NULL);   /* a second forward pass sees what LSUV made of the first */
        n.least = 1;
        pupil_forward(u, &tap);
    }
}

static double moved_loss(Pupil *u, size_t at, double by)
{
    const double was = u->map.param.x[at];
    u->map.param.x[at] = was + by;
    const double loss = pupil_loss(u);
    u->map.param.x[at] = was;
    return loss;
}

static void expect_differences(Pupil *u, const char *words)
{
    const double h = 1e-4;
    const size_t n = u->map.count;
    double *grad = mem_doubles(n), most = 0;
    away_from_kinks(u);
    pupil_study(u, false, NULL);
    memcpy(grad, u->map.grad.x, n * sizeof *grad);
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(grad[i]));
    assert_true(most > 1e-6);
    for (size_t i = 0; i < n; i++) {
        const double near = moved_loss(u, i, h) - moved_loss(u, i, -h), far = moved_loss(u, i, 2 * h) - moved_loss(u, i, -2 * h);
        NEAR(grad[i], (8 * near - far) / (12 * h), 1e-9 * most + 1e-11, "%s: parameter %zu of %zu", words, i, n);
    }
    free(grad);
}

static const struct {
    HeadKind head;
    const char *loss;
} pairs[] = {{HEAD_LINEAR, "mse"}, {HEAD_SIGMOID, "mse"}, {HEAD_SOFTMAX, "mse"}, {HEAD_SIGMOID, "bce"}, {HEAD_SOFTMAX, "bce"}, {HEAD_SOFTMAX, "ce"}};

static const char *const parameters[] = {"", ":-0.5", ":0.385", ":1.7"};

/* Every activation, with every pair of head and loss that the tables let pass. */
static void every_activation_head_and_loss(void **state)
{
    (void)state;
    size_t legal = 0;
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++)
            legal += head_refusal(head, loss) == NULL;
    assert_int_equal(legal, sizeof pairs / sizeof *pairs);
    for (size_t a = 0; a < activations.count; a++) {
        const Named *row = registry_row(&activations, a);
        for (size_t k = 0; k < (row->parameter ? 4 : 1); k++)
            for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
                char words[160];
                Pupil u;
                snprintf(words, sizeof words, "activation=%s%s init=gaussian sigma_w=1.385 sigma_b=0.385 depth=2 width=3 batch=4 input_width=2 loss=%s outputs=3",
                         row->name, parameters[k], pairs[p].loss);
                pupil_open(&u, support_spec("%s", words), pairs[p].head, 0);
                expect_differences(&u, words);
                pupil_close(&u);
            }
    }
}

/* One sample, one unit, one layer, one output; more samples than units; initialisers that go their own ways. */
static void shapes(void **state)
{
    (void)state;
    static const char *const words[] = {
        "activation=tanh depth=1 width=1 batch=1 input_width=1 loss=bce outputs=1",
        "activation=prelu depth=1 width=1 batch=1 input_width=3 loss=mse outputs=1",
        "activation=prelu:-0.385 depth=3 width=2 batch=9 input_width=5 loss=mse outputs=1",
        "activation=gelu depth=2 width=7 batch=70 input_width=3 loss=ce outputs=2",
        "activation=softmax depth=2 width=5 batch=3 input_width=3 loss=ce outputs=4 init=gaussian sigma_w=3",
        "activation=tanh depth=3 width=5 batch=6 input_width=4 loss=mse outputs=3 init=orthogonal:1.2 sigma_b=0.2",
        "activation=elu depth=3 width=5 batch=6 input_width=4 loss=ce outputs=3 init=torch-default",
        "activation=prelu depth=3 width=5 batch=6 input_width=4 loss=ce outputs=3 init=lsuv sigma_b=0.3",
        "activation=sigmoid depth=3 width=5 batch=6 input_width=4 loss=bce outputs=3 init=lsuv",
        "activation=swish depth=2 width=4 batch=3 input_width=4 loss=bce outputs=1 init=truncated-normal sigma_w=1.3",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Pupil u;
        const NetSpec spec = support_spec("%s", words[i]);
        pupil_open(&u, spec, loss_head(loss_of(spec.loss)->kind), 0);
        expect_differences(&u, words[i]);
        pupil_close(&u);
    }
}

/* Rows that are rescaled at 2^±3 give the gradients of rows that never are. */
static void thresholds(void **state)
{
    (void)state;
    static const char *const words[] = {
        "activation=relu init=gaussian sigma_w=0.2 sigma_b=0.001 depth=9 width=6 batch=5 loss=mse outputs=2",
        "activation=prelu init=gaussian sigma_w=7 depth=9 width=6 batch=5 loss=mse outputs=2",
        "activation=tanh init=gaussian sigma_w=0.05 depth=9 width=6 batch=5 loss=ce outputs=3",
        "activation=leaky-relu:0.01 init=gaussian sigma_w=9 sigma_b=3 depth=9 width=6 batch=7 loss=mse outputs=1",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Pupil u;
        const NetSpec spec = support_spec("%s", words[i]);
        pupil_open(&u, spec, loss_head(loss_of(spec.loss)->kind), 7);
        pass_set_bits(u.pass, 1000);
        pupil_study(&u, false, NULL);
        double *plain = mem_doubles(u.map.count), most = 0;
        memcpy(plain, u.map.grad.x, u.map.count * sizeof *plain);
        pass_set_bits(u.pass, 3);
        pupil_study(&u, false, NULL);
        for (int64_t layer = 1; layer <= spec_layers(&spec); layer++) {
            const Rows grad = learned_matrix(&spec, &u.map.grad, layer);
            const size_t first = (size_t)(grad.x - u.map.grad.x);
            most = 0;
            for (size_t k = 0; k < grad.rows * grad.cols; k++)
                most = fmax(most, fabs(plain[first + k]));
            for (size_t k = 0; k < grad.rows * grad.cols; k++)
                NEAR(grad.x[k], plain[first + k], 1e-13 * most, "%s: layer %lld", words[i], (long long)layer);
        }
        free(plain);
        pupil_close(&u);
    }
}

typedef long double Real;

enum { MOST = 8 };   /* units and samples of the twin */

/* A network of relu, tanh or linear layers in long double, from the pupil's own parameters. */
typedef struct {
    Real (*h)[MOST][MOST], (*slope)[MOST][MOST], (*delta)[MOST][MOST];   /* layer, sample, unit */
} Twin;

static Real value_of(const NetSpec *spec, Real z, Real *slope)
{
    const char *name = spec->activation.row->name;
    if (!strcmp(name, "tanh")) {
        const Real c = 1 / coshl(z);
        *slope = c * c;
        return tanhl(z);
    }
    *slope = !strcmp(name, "linear") || z > 0;
    return *slope * z;
}

static void twin_run(Twin *t, const Pupil *u)
{
    const NetSpec *s = &u->spec;
    const int64_t last = spec_layers(s);
    for (int64_t layer = 1; layer <= last; layer++) {
        const Rows w = learned_matrix(s, &u->map.param, layer), b = learned_bias(s, &u->map.param, layer);
        for (int64_t a = 0; a < s->batch; a++)
            for (size_t i = 0; i < w.rows; i++) {
                Real z = LONG(b.x[i]);
                for (size_t j = 0; j < w.cols; j++)
                    z += LONG(w.x[i * w.cols + j]) * (layer == 1 ? LONG(u->x[(size_t)a * w.cols + j]) : t->h[layer - 1][a][j]);
                t->h[layer][a][i] = layer == last ? z : value_of(s, z, &t->slope[layer][a][i]);
            }
    }
    for (int64_t a = 0; a < s->batch; a++)   /* mse */
        for (int64_t i = 0; i < s->outputs; i++)
            t->delta[last][a][i] = 2 * (t->h[last][a][i] - LONG(u->target[a * s->outputs + i])) / (Real)(s->batch * s->outputs);
    for (int64_t layer = last; layer > 1; layer--) {
        const Rows w = learned_matrix(s, &u->map.param, layer);
        for (int64_t a = 0; a < s->batch; a++)
            for (size_t j = 0; j < w.cols; j++) {
                Real g = 0;
                for (size_t i = 0; i < w.rows; i++)
                    g += t->delta[layer][a][i] * LONG(w.x[i * w.cols + j]);
                t->delta[layer - 1][a][j] = g * t->slope[layer - 1][a][j];
            }
    }
}

/* Entries agree to 1e-11 of the largest, which may be far beyond a double: then they are 0, or not finite where theirs are not. */
static void expect_twin(const Rows *grad, const Real *wanted, const char *words, int64_t layer)
{
    Real most = 0;
    const size_t n = grad->rows * grad->cols;
    for (size_t k = 0; k < n; k++)
        most = fmaxl(most, fabsl(wanted[k]));
    for (size_t k = 0; k < n; k++)
        if (most < 1e-310L)
            NEAR(grad->x[k], (double)wanted[k], 1e-311, "%s: layer %lld", words, (long long)layer);
        else if (fabsl(wanted[k]) > 1.8e308L)
            assert_true(isinf(grad->x[k]) || isnan(grad->x[k]));   /* infinite, or a sum of infinities */
        else if (most < 1e308L)
            NEAR(LONG(grad->x[k]) / most, wanted[k] / most, 1e-11, "%s: layer %lld", words, (long long)layer);
}

static void expect_twin_layer(const Pupil *u, const Twin *t, int64_t layer, const char *words)
{
    const NetSpec *s = &u->spec;
    const Rows w = learned_matrix(s, &u->map.grad, layer), b = learned_bias(s, &u->map.grad, layer);
    Real of_w[MOST * MOST] = {0}, of_b[MOST] = {0};
    for (size_t i = 0; i < w.rows; i++)
        for (int64_t a = 0; a < s->batch; a++) {
            of_b[i] += t->delta[layer][a][i];
            for (size_t j = 0; j < w.cols; j++)
                of_w[i * w.cols + j] += t->delta[layer][a][i] * (layer == 1 ? LONG(u->x[(size_t)a * w.cols + j]) : t->h[layer - 1][a][j]);
        }
    expect_twin(&w, of_w, words, layer);
    expect_twin(&b, of_b, words, layer);
}

/* Signals of 1e-390 with gradients of 1e200, of 1e209 and beyond a double: every row has its unit, and products come out of scale right. */
static void deep(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        double targets;   /* times this */
    } cases[] = {
        {"activation=linear init=gaussian sigma_w=0.05 depth=300 width=6 batch=5 loss=mse outputs=2", 1e200},
        {"activation=tanh init=gaussian sigma_w=0.05 depth=300 width=6 batch=1 loss=mse outputs=2", 1e200},
        {"activation=tanh init=gaussian sigma_w=0.4 sigma_b=0.385 depth=90 width=6 batch=5 loss=mse outputs=2", 1e-200},
        {"activation=linear init=gaussian sigma_w=0.05 depth=100 width=6 batch=5 loss=mse outputs=2", 1},
        {"activation=relu init=gaussian sigma_w=3.5 depth=80 width=8 batch=8 loss=mse outputs=2", 1},
        {"activation=relu init=gaussian sigma_w=9 sigma_b=9 depth=170 width=8 batch=8 loss=mse outputs=2", 1},
        {"activation=linear init=orthogonal:9 depth=300 width=6 batch=5 loss=mse outputs=2", 1e-300},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pupil u;
        Twin t;
        const NetSpec spec = support_spec("%s", cases[i].words);
        const size_t layers = (size_t)spec_layers(&spec) + 1;
        pupil_open(&u, spec, HEAD_LINEAR, 3);
        for (int64_t k = 0; k < spec.batch * spec.outputs; k++)
            u.target[k] *= cases[i].targets;
        t.h = mem_alloc(layers, sizeof *t.h);
        t.slope = mem_alloc(layers, sizeof *t.slope);
        t.delta = mem_alloc(layers, sizeof *t.delta);
        pupil_study(&u, false, NULL);
        twin_run(&t, &u);
        for (int64_t layer = 1; layer <= spec_layers(&spec); layer++)
            expect_twin_layer(&u, &t, layer, cases[i].words);
        free(t.h);
        free(t.slope);
        free(t.delta);
        pupil_close(&u);
    }
}

/* After the first forward pass every pre-activation without biases has variance 1 to a tenth, and W says so. */
static void see_variance(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    double *variance = context, mean = 0;
    const double n = (double)(rows->rows * rows->cols);
    if (what != TAP_Z)
        return;
    variance[layer] = 0;
    for (size_t i = 0; i < rows->rows * rows->cols; i++)
        mean += rows->x[i] / n;
    for (size_t i = 0; i < rows->rows * rows->cols; i++)
        variance[layer] += (rows->x[i] - mean) * (rows->x[i] - mean) / n;
}

static void lsuv(void **state)
{
    (void)state;
    Pupil u;
    double first[12], again[12];
    const NetSpec spec = support_spec("activation=relu init=lsuv depth=9 width=20 batch=30 loss=mse outputs=3");
    pupil_open(&u, spec, HEAD_LINEAR, 2);
    pupil_forward(&u, &(Tap){see_variance, first});
    pupil_forward(&u, &(Tap){see_variance, again});
    for (int64_t layer = 1; layer <= spec_layers(&spec); layer++) {
        NEAR(first[layer], 1, 0.1, "layer %lld", (long long)layer);
        NEAR(again[layer], first[layer], 1e-12, "layer %lld, a second time", (long long)layer);
    }
    double *was = mem_doubles(u.map.count);
    memcpy(was, u.map.param.x, u.map.count * sizeof *was);
    for (int64_t k = 0; k < spec.batch * spec.input_width; k++)
        u.x[k] *= 7;
    pupil_forward(&u, NULL);   /* other data change nothing any more */
    assert_memory_equal(was, u.map.param.x, u.map.count * sizeof *was);
    free(was);
    pupil_close(&u);
}

static double norm_of(const Rows *r)
{
    double total = 0;
    for (size_t i = 0; i < r->rows * r->cols; i++) {
        const double x = r->single ? (double)r->s[i] : r->x[i];
        total += x * x;
    }
    return sqrt(total);
}

static void see_input(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    double *x = context;
    (void)layer;
    for (size_t a = 0; what == TAP_X && a < rows->rows; a++)
        rows_widen(x + a * rows->cols, rows, a, 1);
}

/* The learned map begins as the dense engine's network, measures what that measures, and what it measures are the norms of its gradients. */
static void expect_dense(const char *words, double tolerance)
{
    const NetSpec spec = support_spec("%s", words);
    Net net = net_open(spec);
    Pupil u;
    pupil_open(&u, spec, loss_head(loss_of(spec.loss)->kind), 11);
    net_run(&net, 11, &(Tap){see_input, u.x});
    memcpy(u.target, pass_targets(net.pass), (size_t)(spec.batch * spec.outputs) * sizeof *u.target);
    pupil_study(&u, true, NULL);
    for (int64_t layer = 0; layer <= spec_layers(&spec); layer++) {
        const LayerRow *row = &u.rows[layer];
        assert_int_equal(row->filled, net.rows[layer].filled);
        assert_int_equal(row->status, net.rows[layer].status);
        for (int c = 0; c < COL_COUNT; c++)
            if (row_has(row, (ColumnId)c))
                NEAR(row->value[c], net.rows[layer].value[c], tolerance * fmax(1, fabs(row->value[c])), "%s: layer %lld, %s", words, (long long)layer, columns[c].name);
        if (layer == 0)
            continue;
        const Rows w = learned_matrix(&spec, &u.map.grad, layer), b = learned_bias(&spec, &u.map.grad, layer);
        NEAR(row->value[COL_grad_w_norm], norm_of(&w), tolerance * norm_of(&w), "%s: layer %lld, dW", words, (long long)layer);
        NEAR(row->value[COL_grad_b_norm], norm_of(&b), tolerance * norm_of(&b), "%s: layer %lld, db", words, (long long)layer);
    }
    net_close(&net);
    pupil_close(&u);
}

static void the_dense_engines_network(void **state)
{
    (void)state;
    static const char *const words[] = {
        "activation=relu depth=5 width=12 batch=7 loss=ce outputs=4",
        "activation=prelu:0.3 depth=5 width=12 batch=70 loss=mse outputs=3 sigma_b=0.3",
        "activation=softmax depth=3 width=12 batch=7 loss=bce outputs=2",
        "activation=tanh depth=5 width=70 batch=1 loss=ce outputs=4 init=torch-default",
        "activation=gelu depth=4 width=12 batch=9 loss=mse outputs=3 init=lsuv sigma_b=0.1",
        "activation=elu depth=1 width=1 batch=3 loss=mse outputs=1",
        "activation=sin depth=4 width=12 batch=9 loss=mse outputs=3 init=orthogonal",
    };
    char longer[200];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        expect_dense(words[i], 1e-11);
        snprintf(longer, sizeof longer, "%s dtype=float32", words[i]);
        expect_dense(longer, 2e-5);
        if (!strstr(words[i], "lsuv")) {   /* which rounds its scaled weights here and its products there */
            snprintf(longer, sizeof longer, "%s dtype=bfloat16", words[i]);
            expect_dense(longer, 0.05);
            snprintf(longer, sizeof longer, "%s dtype=float16", words[i]);
            expect_dense(longer, 0.01);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_activation_head_and_loss),
        cmocka_unit_test(shapes),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(deep),
        cmocka_unit_test(lsuv),
        cmocka_unit_test(the_dense_engines_network),
    };
    return cmocka_run_group_tests_name("gradients", tests, numbers_ready, NULL);
}
