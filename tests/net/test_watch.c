/* What happens to numbers in narrow formats: the first zero, subnormal, infinity and NaN, and every layer's status, beside a slow twin.
 * The one thing to know: the twin sees the arrays as a tap does, and says whether a zero is exact from the product in double of what it was
 * made of, term by term.
 * IEEE 754-2019: a format's least normal number, 2^-126 in float32 and bfloat16, 2^-14 in float16. */
#include "support.h"

typedef struct {
    size_t count, zeros, nans, infinities;
    double largest;
} Seen;

static double element(const Rows *r, size_t a, size_t i)
{
    return r->single ? (double)rows_single_at(r, a)[i] : rows_at(r, a)[i];
}

static Seen seen_of(const Rows *r)
{
    Seen s = {.count = r->rows * r->cols};
    for (size_t a = 0; a < r->rows; a++)
        for (size_t i = 0; i < r->cols; i++) {
            const double x = element(r, a, i);
            s.zeros += x == 0;
            s.nans += x != x;
            s.infinities += x - x != 0 && x == x;
            s.largest = fabs(x) > s.largest ? fabs(x) : s.largest;
        }
    return s;
}

enum { MOST_LAYERS = 80 };

typedef struct {
    Net *net;
    double least;
    Rows below, slope, g;                    /* copies: what the next array is made of */
    int64_t event[EVENT_COUNT];
    bool lost;                               /* the last array */
    bool nan[MOST_LAYERS], inf[MOST_LAYERS], gone[MOST_LAYERS], dead[MOST_LAYERS];
} Twin;

static Rows copy_of(const Rows *r)
{
    Rows c = *r;
    const size_t bytes = r->rows * r->cols * (r->single ? sizeof(float) : sizeof(double));
    c.x = mem_doubles(bytes / sizeof(double) + 1);
    memcpy(c.x, r->x, bytes);
    return c;
}

static void keep(Rows *place, const Rows *r)
{
    free(place->x);
    *place = copy_of(r);
}

static void first(Twin *t, Event e, int64_t layer, bool happened)
{
    if (happened && t->event[e] < 0)
        t->event[e] = layer;
}

/* `exact`: the largest term of any of the array's entries, before the format; `alive`: what it was made of is not all zero. */
static void judge(Twin *t, const Rows *r, int64_t layer, bool gradient, double exact, bool alive)
{
    const Seen s = seen_of(r);
    const bool none = s.zeros == s.count, small = s.nans == 0 && s.largest < t->least;
    first(t, EVENT_NAN, layer, s.nans > 0);
    first(t, EVENT_INF, layer, s.infinities > 0);
    first(t, EVENT_ZERO, layer, gradient && none);
    first(t, EVENT_SUBNORMAL, layer, gradient && small && !none);
    t->lost = small && (!none || (alive ? exact > 0 : t->lost));
    t->nan[layer] |= s.nans > 0;
    t->inf[layer] |= s.infinities > 0;
    t->gone[layer] |= t->lost;
}

/* The largest |x_k w_k| of the terms of r = x W or x Wᵀ; weights that are 0 and should not be were lost themselves. */
static double largest_term(const NetSpec *spec, int64_t layer, const Rows *x, const Rows *w, bool transposed)
{
    double most = spec_sigma_w(spec, layer) > 0 && seen_of(w).largest == 0;
    for (size_t a = 0; a < x->rows; a++)
        for (size_t i = 0; i < w->rows; i++)
            for (size_t j = 0; j < w->cols; j++)
                most = fmax(most, fabs(element(x, a, transposed ? j : i) * element(w, i, j)));
    return most;
}

static void slopes_of(Twin *t, const Rows *z, int64_t layer)
{
    const Choice c = t->net->spec.activation;
    const Activation *act = activation_of(c);
    keep(&t->slope, z);
    if (!act->slope)
        return;
    for (size_t a = 0; a < z->rows; a++)
        act->slopef(rows_single_at(&t->slope, a), rows_single_at(z, a), z->cols, c.parameter);
    t->dead[layer] = true;
    for (size_t k = 0; k < z->rows * z->cols; k++)
        t->dead[layer] &= t->slope.s[k] == 0;
}

/* Slopes of every layer are needed again on the way back. */
static Rows slopes[MOST_LAYERS];

static void see_delta(Twin *t, int64_t layer, const Rows *delta)
{
    const NetSpec *spec = &t->net->spec;
    double exact = 0;
    bool alive = true;
    if (layer > spec->depth) {
        exact = 1;   /* the loss's gradient is drawn from doubles, and is never zero in these cases */
        t->lost = false;
    } else {
        alive = seen_of(&t->g).zeros < seen_of(&t->g).count;
        for (size_t k = 0; activation_of(spec->activation)->slope && k < delta->rows * delta->cols; k++)
            if (t->g.s[k] != 0 && slopes[layer].s[k] != 0)
                exact = 1;
    }
    judge(t, delta, layer, true, exact, alive);
    keep(&t->g, delta);
}

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Twin *t = context;
    const NetSpec *spec = &t->net->spec;
    const int64_t map = what == TAP_Z ? layer : what == TAP_GRAD_H ? layer + 1 : 0;   /* whose weights made it */
    const Rows w = map >= 1 && map <= spec_layers(spec) ? dense_matrix(pass_map(t->net->pass), map) : (Rows){.x = NULL};
    switch (what) {
    case TAP_X:
    case TAP_H:
        keep(&t->below, rows);
        t->nan[layer] |= seen_of(rows).nans > 0;
        t->inf[layer] |= seen_of(rows).infinities > 0;
        first(t, EVENT_NAN, layer, seen_of(rows).nans > 0);
        first(t, EVENT_INF, layer, seen_of(rows).infinities > 0);
        break;
    case TAP_Z:
        judge(t, rows, layer, false, largest_term(spec, map, &t->below, &w, true), seen_of(&t->below).zeros < seen_of(&t->below).count);
        if (layer <= spec->depth) {
            slopes_of(t, rows, layer);
            keep(&slopes[layer], &t->slope);
        }
        break;
    case TAP_DELTA:
        see_delta(t, layer, rows);
        break;
    case TAP_GRAD_H:
        if (map > spec_layers(spec))
            t->lost = false;   /* the cotangent */
        else
            judge(t, rows, layer, true, largest_term(spec, map, &t->g, &w, false), seen_of(&t->g).zeros < seen_of(&t->g).count);
        keep(&t->g, rows);
        break;
    }
}

static Status status_of(const Twin *t, int64_t layer)
{
    return t->nan[layer] ? STATUS_NAN : t->inf[layer] ? STATUS_OVERFLOW : t->dead[layer] ? STATUS_DEAD : t->gone[layer] ? STATUS_UNDERFLOW : STATUS_OK;
}

static void expect_twin(const char *words, int64_t events[EVENT_COUNT])
{
    const NetSpec spec = support_spec("%s", words);
    Net net = net_open(spec);
    Twin t = {.net = &net, .least = !strcmp(spec.dtype.row->name, "float16") ? 0x1p-14 : 0x1p-126, .event = {-1, -1, -1, -1}};
    static const char *const names[] = {"zero", "subnormal", "inf", "nan"};
    assert_true(spec_layers(&spec) < MOST_LAYERS);
    net_run(&net, 5, &(Tap){see, &t});
    for (size_t e = 0; e < EVENT_COUNT; e++) {
        if (pass_events(net.pass)[e] != t.event[e])
            fail_msg("%s: the first %s is in layer %lld, the twin's in %lld", words, names[e], (long long)pass_events(net.pass)[e], (long long)t.event[e]);
        events[e] += t.event[e] >= 0;
    }
    for (int64_t layer = 0; layer <= spec_layers(&spec); layer++)
        if (net.rows[layer].status != status_of(&t, layer))
            fail_msg("%s: layer %lld is %s, the twin's %s", words, (long long)layer, status_name(net.rows[layer].status), status_name(status_of(&t, layer)));
    free(t.below.x);
    free(t.slope.x);
    free(t.g.x);
    for (size_t i = 0; i < MOST_LAYERS; i++) {
        free(slopes[i].x);
        slopes[i] = (Rows){.x = NULL};
    }
    net_close(&net);
}

/* Every activation with weights from far too small to far too large, in every narrow format. */
static void events_and_statuses(void **state)
{
    (void)state;
    static const char *const formats[] = {"float32", "bfloat16", "float16"};
    static const char *const scales[] = {"1e-9", "1e-3", "0.2385", "1.385", "23.85", "2385"};
    static const char *const rests[] = {"depth=40 width=5 batch=3 loss=none", "depth=9 width=7 batch=1 loss=mse outputs=2", "depth=3 width=1 batch=4 loss=none sigma_b=1e-40",
                                        "depth=25 width=4 batch=9 loss=ce outputs=3 sigma_b=0.385"};
    int64_t events[EVENT_COUNT] = {0};
    char words[200];
    for (size_t a = 0; a < activations.count; a++)
        for (size_t f = 0; f < 3; f++)
            for (size_t s = 0; s < 6; s++)
                for (size_t r = 0; r < 4; r++) {
                    snprintf(words, sizeof words, "activation=%s init=gaussian sigma_w=%s dtype=%s %s", registry_row(&activations, a)->name, scales[s], formats[f], rests[r]);
                    expect_twin(words, events);
                }
    for (size_t e = 0; e < EVENT_COUNT; e++)
        assert_true(events[e] > 50);   /* each was met */
}

static void initialisers(void **state)
{
    (void)state;
    static const char *const names[] = {"zeros", "constant:0", "constant:1e-30", "constant:2.385", "orthogonal", "orthogonal:1e30", "lsuv", "truncated-normal", "torch-default",
                                        "glorot-uniform", "he-normal"};
    static const char *const acts[] = {"relu", "tanh", "softmax", "gelu", "sigmoid", "selu"};
    int64_t events[EVENT_COUNT] = {0};
    char words[200];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t a = 0; a < 6; a++)
            for (int f = 0; f < 2; f++) {
                snprintf(words, sizeof words, "activation=%s init=%s dtype=%s depth=12 width=6 batch=%d loss=%s", acts[a], names[i], f ? "float16" : "float32", f ? 1 : 13, f ? "none" : "bce");
                expect_twin(words, events);
            }
}

/* Activations that leave a format where their pre-activations do not, and others that come near. */
static void large_activations(void **state)
{
    (void)state;
    static const char *const acts[] = {"elu:1e5", "elu:7e4", "elu:100", "leaky-relu:30000", "leaky-relu:-1e6", "prelu:2385", "selu", "swish:1e5", "linear", "gelu"};
    static const char *const scales[] = {"1.385", "30", "2385", "23850"};
    int64_t events[EVENT_COUNT] = {0};
    char words[200];
    for (size_t a = 0; a < sizeof acts / sizeof *acts; a++)
        for (size_t s = 0; s < 4; s++)
            for (int depth = 1; depth <= 4; depth += 3) {
                snprintf(words, sizeof words, "activation=%s init=gaussian sigma_w=%s depth=%d width=6 batch=3 dtype=%s loss=none", acts[a], scales[s], depth, depth > 1 ? "bfloat16" : "float16");
                expect_twin(words, events);
            }
}

/* Doubles have scales: only what is not a number can happen to them, and a sweep does not look. */
static void doubles_are_not_watched(void **state)
{
    (void)state;
    Net net = net_open(support_spec("activation=tanh init=zeros depth=3 width=4 batch=2"));
    net_run(&net, 1, NULL);
    for (size_t e = 0; e < EVENT_COUNT; e++)
        assert_int_equal(pass_events(net.pass)[e], -1);
    for (int64_t layer = 0; layer <= 3; layer++)
        assert_int_equal(net.rows[layer].status, STATUS_OK);
    net_close(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_and_statuses),
        cmocka_unit_test(initialisers),
        cmocka_unit_test(large_activations),
        cmocka_unit_test(doubles_are_not_watched),
    };
    return cmocka_run_group_tests_name("watch", tests, numbers_ready, NULL);
}
