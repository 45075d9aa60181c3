/* Losses: gradients on scaled rows against long double, from logits of 1e-300 to 1e300 and beyond; targets and their laws.
 * The one thing to know: p - t keeps its relative accuracy, so its logarithm is right where it is e^-10000.
 * Averages after PyTorch: mse and bce over batch and outputs, ce over the batch. */
#include "net/loss.h"
#include "net/twin.h"

enum { ROWS = 4, OUTPUTS = 3 };

/* Outputs of one row: mantissas and a power of two. */
typedef struct {
    double y[OUTPUTS];
    int64_t e;
} Case;

static const Case cases[] = {
    {{0.3, -1.2, 0.9}, 0},   {{40, -38, 39}, 0},          {{1000, -800, 3}, 0},          {{-5000, -5100, -9000}, 0}, {{0.7, -0.4, 0.9}, 12},
    {{0.3, -1.2, 0.9}, -40}, {{0.3, -1.2, 0.9}, -20000},  {{1, 1, 1}, 0},                {{0, 0, 0}, 0},            {{-0.9, -0.9, 0.9}, 13},
    {{7e5, 6e5, 6.5e5}, 0},  {{1e-300, -1e-300, 0}, -50}, {{0.5, 0.25, 0.125}, 13},
};
enum { CASES = sizeof cases / sizeof *cases };

/* ln |p_k - t_k| of the textbook, and its sign; mse has none of that. */
static Real log_gradient(LossKind kind, const Real *y, const double *t, size_t k)
{
    if (kind == LOSS_BCE) {
        const Real toward = t[k] != 0 ? -y[k] : y[k];
        return toward > 0 ? -log1pl(expl(-toward)) : toward - log1pl(expl(toward));
    }
    Real top = -HUGE_VALL, all = 0, chosen = -HUGE_VALL, part = 0;
    for (size_t j = 0; j < OUTPUTS; j++) {
        top = fmaxl(top, y[j]);
        chosen = (t[k] != 0 ? j != k : j == k) ? fmaxl(chosen, y[j]) : chosen;
    }
    for (size_t j = 0; j < OUTPUTS; j++) {
        all += expl(y[j] - top);
        part += (t[k] != 0 ? j != k : j == k) ? expl(y[j] - chosen) : 0;
    }
    return chosen - top + logl(part) - logl(all);
}

/* What is 300 decades below the largest of its row may be 0. */
static void expect_row(LossKind kind, const Case *c, const double *target, const Rows *delta, size_t a)
{
    Real y[OUTPUTS], most = -HUGE_VALL;
    for (size_t k = 0; k < OUTPUTS; k++)
        y[k] = real_shift(LONG(c->y[k]), c->e);
    for (size_t k = 0; k < OUTPUTS && kind != LOSS_MSE; k++)
        most = fmaxl(most, log_gradient(kind, y, target, k));
    for (size_t k = 0; k < OUTPUTS; k++) {
        const Scaled got = {rows_at(delta, a)[k], delta->exponent[a]};
        const Real count = kind == LOSS_CE ? ROWS : ROWS * OUTPUTS;
        if (kind == LOSS_MSE) {
            const Real wanted = 2 * (y[k] - LONG(target[k])) / count;
            NEAR(real_shift(LONG(got.mantissa), got.exponent) / wanted, 1, 3e-16, "mse of %g·2^%lld", c->y[k], (long long)c->e);
            continue;
        }
        const double wanted = (double)(log_gradient(kind, y, target, k) - logl(count)) / M_LN10;
        assert_true(signbit(got.mantissa) == (target[k] != 0));
        if (log_gradient(kind, y, target, k) < most - 690)
            assert_true(scaled_log10(got) < (double)most / M_LN10 - 299);
        else
            NEAR(scaled_log10(got), wanted, 1e-14 + 4e-16 * fabs(wanted), "log10 gradient of loss %d at %g·2^%lld", (int)kind, c->y[k],
                 (long long)c->e);
    }
}

/* Every case beside every other in a batch of four, with every pattern of targets. */
static void gradients(void **state)
{
    (void)state;
    static const double patterns[3][6][OUTPUTS] = {
        {{0.7, -2.385, 0.1}, {1.2, 0.4, -0.6}, {0.7, -2.385, 0.1}, {1.2, 0.4, -0.6}, {0.7, -2.385, 0.1}, {1.2, 0.4, -0.6}},
        {{0, 0, 0}, {1, 1, 1}, {1, 0, 0}, {0, 1, 0}, {0, 1, 1}, {1, 0, 1}},
        {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    };
    const LossKind kinds[] = {LOSS_MSE, LOSS_BCE, LOSS_CE};
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t p = 0; p < 6; p++)
            for (size_t i = 0; i < CASES; i++) {
                double y[ROWS * OUTPUTS], d[ROWS * OUTPUTS], t[ROWS * OUTPUTS];
                int64_t e[ROWS], ed[ROWS];
                Rows out = {.x = y, .exponent = e, .rows = ROWS, .cols = OUTPUTS}, delta = {.x = d, .exponent = ed, .rows = ROWS, .cols = OUTPUTS};
                for (size_t a = 0; a < ROWS; a++) {
                    memcpy(y + a * OUTPUTS, cases[(i + a) % CASES].y, sizeof cases[0].y);
                    memcpy(t + a * OUTPUTS, patterns[kind][(p + a) % 6], sizeof patterns[0][0]);
                    e[a] = cases[(i + a) % CASES].e;
                }
                loss_gradient(&delta, &out, t, kinds[kind]);
                for (size_t a = 0; a < ROWS; a++)
                    expect_row(kinds[kind], &cases[(i + a) % CASES], t + a * OUTPUTS, &delta, a);
            }
}

/* Outputs of 2^±100000 saturate to probabilities 0 and 1, and mse keeps their size. */
static void far_outputs(void **state)
{
    (void)state;
    double y[] = {0.7, -0.4, 0.9}, d[3], t[] = {0, 1, 0};
    int64_t e = 100000, ed = 0;
    Rows out = {.x = y, .exponent = &e, .rows = 1, .cols = 3}, delta = {.x = d, .exponent = &ed, .rows = 1, .cols = 3};
    loss_gradient(&delta, &out, t, LOSS_BCE);
    for (int k = 0; k < 3; k++)
        NEAR(scaled_ldexp(d[k], ed), (k == 1 ? -1 : 1) / 3.0, 1e-16, "bce of a far output");
    loss_gradient(&delta, &out, t, LOSS_CE);
    for (int k = 0; k < 3; k++)
        NEAR(scaled_ldexp(d[k], ed), k == 0 ? 0 : k == 1 ? -1 : 1, 1e-16, "ce of a far output");
    loss_gradient(&delta, &out, t, LOSS_MSE);
    for (int k = 0; k < 3; k++) {
        NEAR(scaled_log10((Scaled){d[k], ed}), log10(2 * fabs(y[k]) / 3) + 100000 * log10(2), 1e-10, "mse of a far output");
        assert_true(signbit(d[k]) == signbit(y[k]));
    }
}

/* loss_value's central differences are loss_gradient. */
static void values(void **state)
{
    (void)state;
    const double y[] = {0.3, -1.2, 0.9, 2.1, 0.4, -0.6}, t[3][6] = {{0.7, -2.385, 0.1, 1.2, 0.4, -0.6}, {0, 1, 1, 0, 1, 0}, {0, 1, 0, 0, 0, 1}};
    const LossKind kinds[] = {LOSS_MSE, LOSS_BCE, LOSS_CE};
    for (size_t kind = 0; kind < 3; kind++) {
        double x[6], d[6];
        int64_t e[2] = {0, 0}, ed[2];
        Rows out = {.x = x, .exponent = e, .rows = 2, .cols = 3}, delta = {.x = d, .exponent = ed, .rows = 2, .cols = 3};
        memcpy(x, y, sizeof x);
        loss_gradient(&delta, &out, t[kind], kinds[kind]);
        for (size_t k = 0; k < 6; k++) {
            const double step = 1e-3;
            double f[4];
            for (int s = 0; s < 4; s++) {
                x[k] = y[k] + step * (s < 2 ? s - 2 : s - 1);
                f[s] = loss_value(&out, t[kind], kinds[kind]);
            }
            x[k] = y[k];
            NEAR((f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step), d[k], 1e-12, "difference of loss %zu at output %zu", kind, k);
        }
    }
}

/* Targets: N(0,1); 0 or 1; one of the outputs. Six standard errors each. */
static void targets(void **state)
{
    (void)state;
    enum { N = 20000 };
    const gsl_rng_type *const types[] = {philox_type, gsl_rng_mt19937};
    double *t = mem_doubles(N * OUTPUTS);
    for (size_t g = 0; g < 2; g++) {
        Rng rng;
        rng_init(&rng, types[g]);
        double squares = 0, ones = 0, hot[OUTPUTS] = {0};
        loss_targets(t, N, OUTPUTS, LOSS_MSE, (RngSource){KEY, 3}, &rng);
        for (size_t i = 0; i < N * OUTPUTS; i++)
            squares += t[i] * t[i];
        NEAR(squares / (N * OUTPUTS), 1, 6 * sqrt(2.0 / (N * OUTPUTS)), "E t²");
        loss_targets(t, N, OUTPUTS, LOSS_BCE, (RngSource){KEY, 3}, &rng);
        for (size_t i = 0; i < N * OUTPUTS; i++) {
            assert_true(t[i] == 0 || t[i] == 1);
            ones += t[i];
        }
        NEAR(ones / (N * OUTPUTS), 0.5, 6 * 0.5 / sqrt(N * OUTPUTS), "share of ones");
        loss_targets(t, N, OUTPUTS, LOSS_CE, (RngSource){KEY, 3}, &rng);
        for (size_t a = 0; a < N; a++) {
            assert_true(t[a * 3] + t[a * 3 + 1] + t[a * 3 + 2] == 1 && t[a * 3] * t[a * 3 + 1] == 0);
            for (size_t k = 0; k < OUTPUTS; k++)
                hot[k] += t[a * 3 + k];
        }
        for (size_t k = 0; k < OUTPUTS; k++)
            NEAR(hot[k] / N, 1 / 3.0, 6 * sqrt(2 / 9.0 / N), "share of class %zu", k);
        rng_done(&rng);
    }
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gradients), cmocka_unit_test(far_outputs), cmocka_unit_test(values), cmocka_unit_test(targets)};
    return cmocka_run_group_tests_name("net/loss", tests, numbers_ready, NULL);
}
