/* Initialisers: variance, range and law of every row of the table, on rectangular layers; Haar measure; biases; LSUV.
 * The one thing to know: the variance rules are written out here a second time, from the papers, as E W² of fan_in and fan_out.
 * Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998; Saxe et al. 2014; Mezzadri 2007; Collins and Sniady 2006 (moments). */
#include "net/weights.h"
#include "support.h"

typedef struct {
    size_t out, in;
} Shape;

static const Shape shapes[] = {{256, 784}, {128, 64}, {64, 128}, {37, 37}, {1, 784}, {10, 256}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef enum { NORMAL, UNIFORM, TRUNCATED, HAAR, CONSTANT } Law;

static double glorot(double in, double out) { return 2 / (in + out); }
static double he(double in, double out) { (void)out; return 2 / in; }
static double he_leaky(double in, double out) { (void)out; return 1.8823529411764706 / in; }   /* 2/(1 + 0.25²) */
static double lecun(double in, double out) { (void)out; return 1 / in; }
static double given(double in, double out) { (void)out; return 2.385 * 2.385 / in; }
static double torch(double in, double out) { (void)out; return 1 / (3 * in); }
static double orthogonal(double in, double out) { return 1 / fmax(in, out); }
static double gained(double in, double out) { return 1.7 * 1.7 / fmax(in, out); }
static double zero(double in, double out) { (void)in, (void)out; return 0; }
static double constant(double in, double out) { (void)in, (void)out; return 0.3 * 0.3; }

static const struct {
    const char *words;
    double (*variance)(double in, double out);
    Law law;
} table[] = {
    {"activation=tanh init=glorot-normal", glorot, NORMAL},
    {"activation=tanh init=xavier-normal", glorot, NORMAL},
    {"activation=relu init=glorot-uniform", glorot, UNIFORM},
    {"activation=relu init=he-normal", he, NORMAL},
    {"activation=tanh init=he-normal", he, NORMAL},
    {"activation=prelu init=he-normal", he_leaky, NORMAL},
    {"activation=leaky-relu:-0.25 init=he-uniform", he_leaky, UNIFORM},
    {"activation=relu init=he-uniform", he, UNIFORM},
    {"activation=elu:3 init=he-uniform", he, UNIFORM},
    {"activation=selu init=lecun-normal", lecun, NORMAL},
    {"activation=selu init=lecun-uniform", lecun, UNIFORM},
    {"activation=tanh init=orthogonal", orthogonal, HAAR},
    {"activation=tanh init=orthogonal:1.7", gained, HAAR},
    {"activation=tanh init=lsuv", orthogonal, HAAR},
    {"activation=tanh init=truncated-normal sigma_w=2.385", given, TRUNCATED},
    {"activation=tanh init=gaussian sigma_w=2.385", given, NORMAL},
    {"activation=tanh init=truncated-normal", lecun, TRUNCATED},
    {"activation=tanh init=gaussian", lecun, NORMAL},
    {"activation=tanh init=torch-default", torch, UNIFORM},
    {"activation=tanh init=keras-default", glorot, UNIFORM},
    {"activation=tanh init=zeros", zero, CONSTANT},
    {"activation=tanh init=constant:-0.3", constant, CONSTANT},
    {"activation=relu init=auto", he, NORMAL},
    {"activation=leaky-relu:0.25 init=auto", he_leaky, NORMAL},
    {"activation=prelu init=auto", he_leaky, NORMAL},
    {"activation=selu init=auto", lecun, NORMAL},
    {"activation=linear init=auto", glorot, NORMAL},
    {"activation=sigmoid init=auto", glorot, NORMAL},
    {"activation=tanh init=auto", glorot, NORMAL},
    {"activation=softmax init=auto", glorot, NORMAL},
    {"activation=relu init=auto sigma_w=2.385", given, NORMAL},
};
enum { TABLE = sizeof table / sizeof *table };

/* Fourth and eighth moment over the powers of the variance: normal; uniform; normal cut at ±2 (by its recursion, see test_rng). */
static double fourth(Law law)
{
    return law == NORMAL ? 3 : law == UNIFORM ? 1.8 : 2.3653679;
}

static double eighth(Law law)
{
    return law == NORMAL ? 105 : law == UNIFORM ? 9 : 30;   /* the last is an upper bound */
}

static double largest_allowed(Law law, double sd)
{
    return sd * (law == NORMAL ? 8.6 : law == UNIFORM ? sqrt(3) : 2 / 0.87962566103423978);
}

/* Mean, variance, fourth moment and range of n entries: 6 standard errors each, false alarm below 1e-8. */
static void expect_entries(const double *w, size_t n, double variance, Law law, const char *name)
{
    double total = 0, squares = 0, fourths = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        total += w[i];
        squares += w[i] * w[i];
        fourths += w[i] * w[i] * w[i] * w[i];
        most = fmax(most, fabs(w[i]));
    }
    const double count = (double)n, f = fourth(law);
    NEAR(total / count, 0, 6 * sqrt(variance / count), "%s: mean", name);
    NEAR(squares / count / variance, 1, 6 * sqrt((f - 1) / count), "%s: variance", name);
    NEAR(fourths / count / variance / variance, f, 6 * sqrt((eighth(law) - f * f) / count), "%s: fourth moment", name);
    assert_true(most <= largest_allowed(law, sqrt(variance)));
    if (law == UNIFORM && n > 50000)   /* the ends are reached: probability that 50,000 entries stay below 0.9996 of them: 2e-9 */
        assert_true(most > 0.9996 * largest_allowed(law, sqrt(variance)));
}

/* WWᵀ or WᵀW, whichever is smaller, is g² I. */
static void expect_orthogonal(const double *w, Shape s, double gain, const char *name)
{
    const size_t narrow = s.out < s.in ? s.out : s.in, tall = s.out + s.in - narrow;
    const bool by_rows = s.out <= s.in;
    double worst = 0;
    for (size_t i = 0; i < narrow; i++)
        for (size_t j = 0; j <= i; j++) {
            double total = 0;
            for (size_t k = 0; k < tall; k++)
                total += by_rows ? w[i * s.in + k] * w[j * s.in + k] : w[k * s.in + i] * w[k * s.in + j];
            worst = fmax(worst, fabs(total / (gain * gain) - (i == j)));
        }
    NEAR(worst, 0, 1e-13, "%s: W'W - 1 of %zu x %zu", name, s.out, s.in);
}

/* The layer of `shape` as the first of a network, with its initialiser's own σ_w. */
static void draw(double *w, const NetSpec *spec, Shape s, Rng *rng, uint32_t replicate)
{
    const Init *init = init_of(spec->init);
    double *work = mem_doubles(weights_work_size(s.out, s.in, init, false) + 1);
    rng_open(rng, (RngSource){KEY, replicate}, 1, USE_WEIGHT);
    weights_draw(&(Rows){.x = w, .rows = s.out, .cols = s.in}, init, spec_sigma_w(spec, 1), spec->init.parameter, rng, work);
    free(work);
}

static NetSpec spec_of(const char *words, Shape s)
{
    return support_spec("%s depth=1 width=%zu input_width=%zu", words, s.out, s.in);
}

static void every_row(void **state)
{
    (void)state;
    double *w = mem_doubles(256 * 784);
    Rng rng;
    rng_init(&rng, philox_type);
    for (size_t i = 0; i < TABLE; i++)
        for (size_t k = 0; k < SHAPES; k++) {
            const Shape s = shapes[k];
            const double variance = table[i].variance((double)s.in, (double)s.out);
            const NetSpec spec = spec_of(table[i].words, s);
            NEAR(spec_sigma_w(&spec, 1), sqrt((double)s.in * variance), 1e-14 * sqrt((double)s.in), "%s: sigma_w", table[i].words);
            draw(w, &spec, s, &rng, (uint32_t)(100 * i + k));
            if (table[i].law == HAAR)
                expect_orthogonal(w, s, sqrt(variance * fmax((double)s.in, (double)s.out)), table[i].words);
            else if (table[i].law != CONSTANT)
                expect_entries(w, s.out * s.in, variance, table[i].law, table[i].words);
            else
                for (size_t e = 0; e < s.out * s.in; e++)
                    assert_true(w[e] == (variance > 0 ? -0.3 : 0));
        }
    rng_done(&rng);
    free(w);
}

/* Every row of the registry stands in the table above, so that a new one is not forgotten. */
static void none_forgotten(void **state)
{
    (void)state;
    for (size_t r = 0; r < inits.count; r++) {
        const Named *row = registry_row(&inits, r);
        bool found = false;
        for (size_t i = 0; i < TABLE; i++) {
            const char *name = strstr(table[i].words, "init=") + 5;
            found = found || (!strncmp(name, row->name, strlen(row->name)) && strchr(" :", name[strlen(row->name)]));
        }
        if (!found && strcmp(row->name, "critical") != 0)
            fail_msg("no variance for initialiser '%s' in this test", row->name);
    }
}

/* Signs of R's diagonal make Q Haar distributed; without them E W_11 and E tr² are off by many standard errors. */
static void haar_measure(void **state)
{
    (void)state;
    enum { N = 4, DRAWS = 40000 };
    const NetSpec spec = spec_of("activation=tanh init=orthogonal", (Shape){N, N});
    Running entry[N * N] = {{0, 0, 0}}, square = {0, 0, 0}, power4 = square, trace2 = square, trace4 = square, cross = square;
    Rng rng;
    rng_init(&rng, philox_type);
    for (uint32_t d = 0; d < DRAWS; d++) {
        double w[N * N];
        draw(w, &spec, (Shape){N, N}, &rng, d);
        const double trace = w[0] + w[5] + w[10] + w[15];
        for (int i = 0; i < N * N; i++)
            running_add(&entry[i], w[i]);
        running_add(&square, w[6] * w[6]);
        running_add(&power4, pow(w[9], 4));
        running_add(&trace2, trace * trace);
        running_add(&trace4, pow(trace, 4));
        running_add(&cross, w[0] * w[5] * w[1] * w[4]);
    }
    const double n = N;
    const struct {
        const Running *s;
        double wanted;
    } moments[] = {{&square, 1 / n}, {&power4, 3 / (n * (n + 2))}, {&trace2, 1}, {&trace4, 3}, {&cross, -1 / ((n - 1) * n * (n + 2))}};
    for (int i = 0; i < N * N; i++)
        NEAR(entry[i].mean, 0, 6 * sqrt(1 / n / DRAWS), "E W, entry %d", i);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        NEAR(moments[i].s->mean, moments[i].wanted, 6 * sqrt(running_variance(moments[i].s) / DRAWS), "Haar moment %zu", i);
    rng_done(&rng);
}

/* Tall and wide: entries of orthonormal columns of length n have E W⁴ = 3/(n(n+2)), and no preferred sign. */
static void stiefel(void **state)
{
    (void)state;
    enum { DRAWS = 20000 };
    const Shape both[] = {{5, 3}, {3, 5}, {1, 5}, {5, 1}, {1, 1}};
    Rng rng;
    rng_init(&rng, philox_type);
    for (size_t k = 0; k < 5; k++) {
        const NetSpec spec = spec_of("activation=tanh init=orthogonal", both[k]);
        const double n = fmax((double)both[k].out, (double)both[k].in);
        Running first = {0, 0, 0}, last = {0, 0, 0}, power4 = {0, 0, 0};
        for (uint32_t d = 0; d < DRAWS; d++) {
            double w[15];
            draw(w, &spec, both[k], &rng, d);
            running_add(&first, w[0]);
            running_add(&last, w[both[k].out * both[k].in - 1]);
            running_add(&power4, pow(w[0], 4));
        }
        NEAR(first.mean, 0, 6 * sqrt(1 / n / DRAWS), "E W of the first entry, shape %zu", k);
        NEAR(last.mean, 0, 6 * sqrt(1 / n / DRAWS), "E W of the last entry, shape %zu", k);
        NEAR(power4.mean, 3 / (n * (n + 2)), 6 * sqrt(running_variance(&power4) / DRAWS) + 1e-12, "E W^4, shape %zu", k);
    }
    rng_done(&rng);
}

/* Drawn 32 rows at a time it is the same matrix, on any generator. */
static void in_parts(void **state)
{
    (void)state;
    const gsl_rng_type *const types[] = {philox_type, gsl_rng_mt19937};
    const char *const words[] = {"activation=tanh init=gaussian", "activation=tanh init=glorot-uniform"};
    const Shape s = {100, 37};
    double whole[3700], part[3700];
    for (size_t k = 0; k < 4; k++) {
        const NetSpec spec = spec_of(words[k % 2], s);
        Rng rng;
        rng_init(&rng, types[k / 2]);
        draw(whole, &spec, s, &rng, 5);
        rng_open(&rng, (RngSource){KEY, 5}, 1, USE_WEIGHT);
        assert_true(weights_in_parts(init_of(spec.init)));
        const Rows w = {.x = part, .rows = s.out, .cols = s.in};
        for (size_t j = 0; j < s.out; j += WEIGHTS_ROWS)
            weights_draw_some(&w, j, s.out - j < WEIGHTS_ROWS ? s.out - j : WEIGHTS_ROWS, init_of(spec.init), spec_sigma_w(&spec, 1), &rng);
        assert_memory_equal(whole, part, sizeof whole);
        rng_done(&rng);
    }
}

/* What a tap sees of one network's parameters. */
typedef struct {
    Pass *pass;
    const NetSpec *spec;
    double *biases;
    size_t n;
    bool check_lsuv;
} Seen;

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Seen *watch = context;
    if (what != TAP_Z)
        return;
    Dense *map = pass_map(watch->pass);
    const Shape s = {rows->cols, (size_t)spec_fan_in(watch->spec, layer)};
    if (watch->check_lsuv)
        expect_orthogonal(dense_matrix(map, layer).x, s, 1, "lsuv");
    else
        memcpy(watch->biases + watch->n, map->bias, rows->cols * sizeof *map->bias);
    watch->n += rows->cols;
}

static void biases(void **state)
{
    (void)state;
    const struct {
        const char *words;
        double variance_1, variance;
        Law law;
    } cases[] = {
        {"activation=tanh init=gaussian sigma_b=0.7", 0.49, 0.49, NORMAL},
        {"activation=tanh init=orthogonal sigma_b=0.7", 0.49, 0.49, NORMAL},
        {"activation=tanh init=glorot-uniform sigma_b=0.7", 0.49, 0.49, NORMAL},
        {"activation=tanh init=zeros sigma_b=0.7", 0.49, 0.49, NORMAL},
        {"activation=relu init=torch-default", 1 / (3 * 784.0), 1 / (3 * 64.0), UNIFORM},
    };
    double *b = mem_doubles(201 * 64);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Net n = net_open(support_spec("%s depth=200 width=64 batch=2 input_width=784", cases[i].words));
        Seen watch = {.pass = n.pass, .spec = &n.spec, .biases = b};
        net_run(&n, 4, &(Tap){see, &watch});
        assert_int_equal(watch.n, 200 * 64);
        expect_entries(b, 64, cases[i].variance_1, cases[i].law, cases[i].words);
        expect_entries(b + 64, 199 * 64, cases[i].variance, cases[i].law, cases[i].words);
        NEAR(n.rows[1].sigma_b, sqrt(cases[i].variance_1), 1e-15, "sigma_b of layer 1");
        NEAR(n.rows[200].sigma_b, sqrt(cases[i].variance), 1e-15, "sigma_b of layer 200");
        net_close(&n);
    }
    free(b);
}

/* Mishkin and Matas 2016: every pre-activation's variance within 0.1 of 1, by a multiple of an orthogonal matrix; σ_w says which. */
static void lsuv(void **state)
{
    (void)state;
    const char *const words[] = {"activation=relu", "activation=tanh sigma_b=0.3", "activation=sigmoid loss=ce", "activation=linear width=90"};
    for (size_t i = 0; i < 4; i++) {
        Net n = net_open(support_spec("%s init=lsuv depth=40 batch=20 input_width=50%s", words[i], strstr(words[i], "width=") ? "" : " width=30"));
        Seen watch = {.pass = n.pass, .spec = &n.spec, .check_lsuv = true};
        net_run(&n, 4, &(Tap){see, &watch});
        for (int64_t layer = 1; layer <= spec_layers(&n.spec); layer++) {
            NEAR(net_cell(&n, layer, COL_z_var), 1, 0.1, "%s: variance of z at layer %lld", words[i], (long long)layer);
            const double rule = spec_sigma_w(&n.spec, layer);
            assert_true(n.rows[layer].sigma_w > 0 && isfinite(n.rows[layer].sigma_w));
            NEAR(n.rows[layer].sigma_w / rule, pass_map(n.pass)->scale[layer], 1e-14, "sigma_w against the scale");
        }
        net_close(&n);
    }
}

/* W = 0 passes nothing on: h = φ(0), and exact zeros behind; a constant W makes every unit of a layer the same. */
static void no_randomness(void **state)
{
    (void)state;
    Net n = net_open(support_spec("activation=tanh init=zeros depth=3 width=6 batch=4"));
    net_run(&n, 4, NULL);
    for (int64_t layer = 1; layer <= 3; layer++) {
        assert_true(net_cell(&n, layer, COL_h_ms) == 0 && net_cell(&n, layer, COL_zero_frac) == 1);
        assert_true(net_cell(&n, layer, COL_log10_h_ms) == -HUGE_VAL);
        assert_true((net_cell(&n, layer, COL_log10_grad_z_norm) == -HUGE_VAL) == (layer < 3));
        assert_int_equal(n.rows[layer].status, STATUS_OK);
    }
    net_close(&n);
    n = net_open(support_spec("activation=sigmoid init=constant:-0.3 depth=3 width=6 batch=1"));
    net_run(&n, 4, NULL);
    for (int64_t layer = 1; layer <= 3; layer++)
        NEAR(net_cell(&n, layer, COL_h_var), 0, 1e-30, "variance over equal units");
    net_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row), cmocka_unit_test(none_forgotten), cmocka_unit_test(haar_measure), cmocka_unit_test(stiefel),
        cmocka_unit_test(in_parts),  cmocka_unit_test(biases),         cmocka_unit_test(lsuv),         cmocka_unit_test(no_randomness),
    };
    return cmocka_run_group_tests_name("net/weights", tests, numbers_ready, NULL);
}
