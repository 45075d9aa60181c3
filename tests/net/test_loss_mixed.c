/* Squares of a sigmoid's and a softmax's probabilities, and a softmax's probabilities one by one: gradients against the textbook in numbers
 * of any exponent, and every pair of head and loss against differences of its value.
 * The one thing to know: the twin writes 1 - p as a sum of the other probabilities and gives the size of its terms, which errors are
 * measured by; logits reach ±10^6 and beyond. */
#include "model/kinds.h"
#include "net/loss.h"
#include "net/loss_mixed.h"
#include "net/twin.h"

enum { ROWS = 4, OUTPUTS = 4 };

/* A number, and the sum of the sizes of the terms it was made of. */
typedef struct {
    Big sum, size;
} Sum;

static Big big(Real x)
{
    int up;
    const Real m = frexpl(x, &up);
    return (Big){m, up};
}

static Big big_exp(Real l)
{
    const Real unit = floorl(l / M_LN2l);
    return (Big){expl(l - unit * M_LN2l), (int64_t)unit};
}

static Big big_minus(Big a) { return (Big){-a.m, a.e}; }
static Big big_size(Big a) { return (Big){fabsl(a.m), a.e}; }

static void add(Sum *s, Big x)
{
    s->sum = big_add(s->sum, x);
    s->size = big_add(s->size, big_size(x));
}

static Big big_over(Big a, Big b)
{
    return (Big){a.m / b.m, a.e - b.e};
}

/* p_k = e^(y_k - top)/Σ. */
static void softmax_of(const Real *y, Big *p)
{
    Real top = -HUGE_VALL;
    Big all = {0, 0};
    for (size_t k = 0; k < OUTPUTS; k++)
        top = fmaxl(top, y[k]);
    for (size_t k = 0; k < OUTPUTS; k++) {
        p[k] = big_exp(fmaxl(y[k] - top, -1e15L));
        all = big_add(all, p[k]);
    }
    for (size_t k = 0; k < OUTPUTS; k++)
        p[k] = big_times(big_over(p[k], all), big(1));
}

static Big others(const Big *p, size_t without)
{
    Big total = {0, 0};
    for (size_t k = 0; k < OUTPUTS; k++)
        if (k != without)
            total = big_add(total, p[k]);
    return total;
}

/* r = p - t, for t = 1 minus the others. */
static Big residual(const Big *p, const double *t, size_t k)
{
    return t[k] == 1 ? big_minus(others(p, k)) : big_add(p[k], big(-LONG(t[k])));
}

/* 2 p_j Σ_k p_k (r_j - r_k). */
static Sum softmax_mse_twin(const Real *y, const double *t, size_t j)
{
    Big p[OUTPUTS];
    Sum s = {{0, 0}, {0, 0}};
    softmax_of(y, p);
    for (size_t k = 0; k < OUTPUTS; k++)
        if (k != j) {
            const Big factor = big_times(big(2), big_times(p[j], p[k]));
            add(&s, big_times(factor, residual(p, t, j)));
            add(&s, big_times(factor, big_minus(residual(p, t, k))));
        }
    return s;
}

/* r_j - p_j Σ_{k≠j} a_k, a = -1 where t = 1, else p over the others. */
static Sum softmax_bce_twin(const Real *y, const double *t, size_t j)
{
    Big p[OUTPUTS];
    Sum s = {{0, 0}, {0, 0}};
    softmax_of(y, p);
    add(&s, residual(p, t, j));
    for (size_t k = 0; k < OUTPUTS; k++)
        if (k != j)
            add(&s, t[k] == 1 ? p[j] : big_minus(big_times(p[j], big_over(p[k], others(p, k)))));
    return s;
}

static Big sigmoid_of(Real x)
{
    const Big e = big_exp(-fabsl(x)), below = big_add(big(1), e);
    return x > 0 ? big_over(big(1), below) : big_over(e, below);
}

/* 2 (p - t) p (1 - p). */
static Sum sigmoid_mse_twin(const Real *y, const double *t, size_t k)
{
    const Big p = sigmoid_of(y[k]), q = sigmoid_of(-y[k]), factor = big_times(big(2), big_times(p, q));
    Sum s = {{0, 0}, {0, 0}};
    if (y[k] > 0) {
        add(&s, big_times(factor, big_minus(q)));
        add(&s, big_times(factor, big(1 - LONG(t[k]))));
    } else {
        add(&s, big_times(factor, p));
        add(&s, big_times(factor, big(-LONG(t[k]))));
    }
    return s;
}

static const struct {
    const char *name;
    HeadKind head;
    LossKind loss;
    Sum (*twin)(const Real *y, const double *t, size_t k);
} pairs[] = {
    {"sigmoid, mse", HEAD_SIGMOID, LOSS_MSE, sigmoid_mse_twin},
    {"softmax, mse", HEAD_SOFTMAX, LOSS_MSE, softmax_mse_twin},
    {"softmax, bce", HEAD_SOFTMAX, LOSS_BCE, softmax_bce_twin},
};

typedef struct {
    double y[OUTPUTS];
    int64_t e;
} Case;

static const Case cases[] = {
    {{0.3, -1.2, 0.9, 0.1}, 0},     {{40, -38, 39, -41.3}, 0},       {{1000, -800, 3, 2}, 0},      {{-5000, -5100, -9000, -5050}, 0}, {{0.7, -0.4, 0.9, 0.8}, 12},
    {{0.3, -1.2, 0.9, 0}, -40},     {{0.3, -1.2, 0.9, 0.4}, -20000}, {{1, 1, 1, 1}, 0},            {{0, 0, 0, 0}, 0},                 {{-0.9, -0.9, 0.9, 0.9}, 13},
    {{7e5, 6e5, 6.5e5, 6.4e5}, 0},  {{0.5, 0.25, 0.125, 0.5}, 13},   {{-700, -720, 700, 650}, 0},  {{2.385, 2.384, -300, -301}, 0},   {{-750, -751, -760, -749}, 0},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Zeros and ones of every kind; real numbers for mse's. */
static const double patterns[][OUTPUTS] = {
    {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 0, 0, 0}, {1, 1, 1, 1}, {1, 0, 1, 0}, {0, 1, 1, 1}, {0.3, -2.385, 0.9, 1.7},
};
enum { PATTERNS = sizeof patterns / sizeof *patterns };

/* Errors against the terms' size; 290 decades below the row's largest, anything that small will do. */
static void expect_row(size_t pair, const Case *c, const double *t, const Rows *delta, size_t a)
{
    Real y[OUTPUTS], reach = 0;
    Sum wanted[OUTPUTS];
    double most = -HUGE_VAL;
    for (size_t k = 0; k < OUTPUTS; k++) {
        y[k] = real_shift(LONG(c->y[k]), c->e);
        reach = fmaxl(reach, fabsl(y[k]));
    }
    for (size_t k = 0; k < OUTPUTS; k++) {
        wanted[k] = pairs[pair].twin(y, t, k);
        most = fmax(most, big_log10(wanted[k].size));
    }
    for (size_t k = 0; k < OUTPUTS; k++) {
        const Big got = big_times(big(LONG(rows_at(delta, a)[k])), (Big){0.5L, 1 + delta->exponent[a]});
        const Big off = big_add(big_times(got, big(ROWS * OUTPUTS)), big_minus(wanted[k].sum));
        const double allowed = 3e-15 + 5e-16 * (double)fminl(reach, 1e12L);
        if (off.m != 0 && !(big_log10(off) <= fmax(big_log10(wanted[k].size) + log10(allowed), most - 290)))
            fail_msg("%s: ∂L/∂y_%zu of (%g %g %g %g)·2^%lld, t = %g %g %g %g: 10^%g, wanted 10^%g, off by 10^%g", pairs[pair].name, k, c->y[0], c->y[1],
                     c->y[2], c->y[3], (long long)c->e, t[0], t[1], t[2], t[3], big_log10(got), big_log10(wanted[k].sum), big_log10(off));
        if (off.m != 0 && big_log10(off) < big_log10(wanted[k].sum) - 3)
            assert_true((got.m < 0) == (wanted[k].sum.m < 0));
    }
}

static void extreme_logits(void **state)
{
    (void)state;
    for (size_t pair = 0; pair < sizeof pairs / sizeof *pairs; pair++)
        for (size_t p = 0; p < PATTERNS - (pairs[pair].loss == LOSS_BCE); p++)
            for (size_t i = 0; i < CASES; i++) {
                double y[ROWS * OUTPUTS], d[ROWS * OUTPUTS], t[ROWS * OUTPUTS];
                int64_t e[ROWS], ed[ROWS];
                Rows out = {.x = y, .exponent = e, .rows = ROWS, .cols = OUTPUTS}, delta = {.x = d, .exponent = ed, .rows = ROWS, .cols = OUTPUTS};
                const size_t most = PATTERNS - (pairs[pair].loss == LOSS_BCE);
                for (size_t a = 0; a < ROWS; a++) {
                    memcpy(y + a * OUTPUTS, cases[(i + a) % CASES].y, sizeof cases[0].y);
                    memcpy(t + a * OUTPUTS, patterns[(p + a) % most], sizeof patterns[0]);
                    e[a] = cases[(i + a) % CASES].e;
                }
                loss_pair_gradient(&delta, &out, t, pairs[pair].head, pairs[pair].loss);
                for (size_t a = 0; a < ROWS; a++)
                    expect_row(pair, &cases[(i + a) % CASES], t + a * OUTPUTS, &delta, a);
            }
}

/* Differences of fourth order of loss_pair_value are loss_pair_gradient, for every pair there is. */
static void differences(void **state)
{
    (void)state;
    const double y[8] = {0.3, -1.2, 0.9, 2.1, 0.4, -0.6, 3.2, -2.385};
    const double targets[][8] = {{0, 1, 0, 0, 0, 0, 0, 1}, {0, 1, 1, 0, 1, 0, 1, 1}, {0.7, -2.385, 0.1, 1.2, 0.4, -0.6, 0.2, 1}};
    int seen = 0;
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++) {
            if (head_refusal(head, loss))
                continue;
            seen++;
            const size_t kinds = loss == LOSS_CE ? 1 : loss == LOSS_BCE ? 2 : 3;
            for (size_t which = 0; which < kinds; which++) {
                double x[8], d[8], f[4];
                int64_t e[2] = {0, 0}, ed[2];
                Rows out = {.x = x, .exponent = e, .rows = 2, .cols = 4}, delta = {.x = d, .exponent = ed, .rows = 2, .cols = 4};
                memcpy(x, y, sizeof x);
                loss_pair_gradient(&delta, &out, targets[which], head, loss);
                for (size_t k = 0; k < 8; k++) {
                    const double step = 1e-3;
                    for (int s = 0; s < 4; s++) {
                        x[k] = y[k] + step * (s < 2 ? s - 2 : s - 1);
                        f[s] = loss_pair_value(&out, targets[which], head, loss);
                    }
                    x[k] = y[k];
                    NEAR((f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step), scaled_ldexp(d[k], ed[k / 4]), 2e-12,
                         "difference of head %d, loss %d at output %zu", (int)head, (int)loss, k);
                }
            }
        }
    assert_int_equal(seen, 6);
}

/* Values far out, by hand. */
static void values_far_out(void **state)
{
    (void)state;
    const struct {
        double y[3], t[3];
        HeadKind head;
        LossKind loss;
        double wanted;   /* summed over outputs */
    } rows[] = {
        {{100, 0, -3}, {1, 0, 0}, HEAD_SOFTMAX, LOSS_CE, exp(-100) + exp(-103)},
        {{600, 0, -3}, {1, 0, 0}, HEAD_SOFTMAX, LOSS_CE, exp(-600) + exp(-603)},
        {{100, 0, -3}, {0, 1, 0}, HEAD_SOFTMAX, LOSS_CE, 100},
        {{1e5, 0, -3}, {0, 0, 1}, HEAD_SOFTMAX, LOSS_CE, 100003},
        {{-600, 600, 0}, {0, 1, 0}, HEAD_SIGMOID, LOSS_BCE, 2 * exp(-600) + log(2)},
        {{-1e5, 1e5, -700}, {1, 0, 0}, HEAD_SIGMOID, LOSS_BCE, 2e5},
        {{-300, 300, -300}, {0, 1, 0}, HEAD_SIGMOID, LOSS_MSE, 3 * exp(-600)},
        {{-300, 300, -300}, {1, 0, 0}, HEAD_SIGMOID, LOSS_MSE, 2},
        {{300, 0, 0}, {1, 0, 0}, HEAD_SOFTMAX, LOSS_MSE, 6 * exp(-600)},
        {{300, 0, 0}, {0, 1, 0}, HEAD_SOFTMAX, LOSS_MSE, 2},
        {{600, 0, 0}, {1, 0, 0}, HEAD_SOFTMAX, LOSS_BCE, 4 * exp(-600)},
        {{600, 0, 0}, {0, 1, 0}, HEAD_SOFTMAX, LOSS_BCE, 1200 - log(2)},
        {{1e5, 0, 0}, {0, 1, 0}, HEAD_SOFTMAX, LOSS_BCE, 2e5 - log(2)},
        {{600, 600, 0}, {0, 0, 0}, HEAD_SOFTMAX, LOSS_BCE, 2 * log(2)},
        {{1e160, 0, 0}, {0, 0, 0}, HEAD_LINEAR, LOSS_MSE, HUGE_VAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int64_t e = 0; e < 2; e++) {   /* the same logits as 2·(y/2) */
            double y[3];
            for (size_t k = 0; k < 3; k++)
                y[k] = ldexp(rows[i].y[k], (int)-e);
            const Rows out = {.x = y, .exponent = &e, .rows = 1, .cols = 3};
            const double got = loss_pair_value(&out, rows[i].t, rows[i].head, rows[i].loss) * (rows[i].loss == LOSS_CE ? 1 : 3);
            if (isinf(rows[i].wanted))
                assert_true(got == rows[i].wanted);
            else
                NEAR(got / rows[i].wanted, 1, 4e-13, "value %zu", i);
        }
}

/* A NaN among the outputs is one in the gradient and in the loss, wherever it stands. */
static void not_a_number(void **state)
{
    (void)state;
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++)
            for (size_t k = 0; k < 3 && !head_refusal(head, loss); k++) {
                double y[3] = {0.4, -0.2, 0.1}, d[3];
                const double t[3] = {0, 1, 0};
                int64_t e = 0, ed;
                Rows out = {.x = y, .exponent = &e, .rows = 1, .cols = 3}, delta = {.x = d, .exponent = &ed, .rows = 1, .cols = 3};
                y[k] = NOT_GIVEN;
                loss_pair_gradient(&delta, &out, t, head, loss);
                assert_true(isnan(d[k]) && isnan(loss_pair_value(&out, t, head, loss)));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(extreme_logits), cmocka_unit_test(differences), cmocka_unit_test(values_far_out),
                                       cmocka_unit_test(not_a_number)};
    return cmocka_run_group_tests_name("net/loss_mixed", tests, numbers_ready, NULL);
}
