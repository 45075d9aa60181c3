/* Optimisers: every rule against the formulas of torch.optim's documentation in long double, and in float operation by operation;
 * weight decay, factors, how large an update was, and clipping.
 * The one thing to know: float must compute in float, so there the twin's bits are demanded.
 * Kingma and Ba 2015, algorithm 1; torch.optim's documentation (SGD, RMSprop, Adam). */
#include "net/optim.h"
#include "num/reduce.h"
#include "support.h"

enum { N = 1037, STEPS = 40 };

static const struct {
    OptimizerKind kind;
    double parameter;
    size_t vectors;
} rules[] = {{OPTIMIZER_SGD, NOT_GIVEN, 0}, {OPTIMIZER_MOMENTUM, 0.9, 1}, {OPTIMIZER_MOMENTUM, 0, 1}, {OPTIMIZER_RMSPROP, 0.99, 1}, {OPTIMIZER_RMSPROP, 0.7, 1},
             {OPTIMIZER_ADAM, NOT_GIVEN, 2}};
enum { RULES = sizeof rules / sizeof *rules };

/* Gradients of all sizes, zeros among them. */
static double gradient(size_t i, int64_t step)
{
    return i % 11 == 5 ? 0 : sin(1.3 * (double)i + 0.7 * (double)step) * pow(10, (double)(i % 7) - 4);
}

static void twin_step(const OptimStep *how, long double *w, long double *u, long double *v, const double *grad, size_t n)
{
    const long double lr = LONG(how->rate), a = LONG(how->parameter), t = (long double)how->step;
    const long double b1 = LONG(0.9), b2 = LONG(0.999), eps = LONG(1e-8);   /* as doubles, which is what torch has */
    for (size_t i = 0; i < n; i++) {
        const long double g = LONG(grad[i]) * LONG(how->factor) + LONG(how->decay) * w[i];
        if (how->kind == OPTIMIZER_SGD) {
            w[i] -= lr * g;
        } else if (how->kind == OPTIMIZER_MOMENTUM) {
            u[i] = a * u[i] + g;
            w[i] -= lr * u[i];
        } else if (how->kind == OPTIMIZER_RMSPROP) {
            u[i] = a * u[i] + (1 - a) * g * g;
            w[i] -= lr * g / (sqrtl(u[i]) + eps);
        } else {
            u[i] = b1 * u[i] + (1 - b1) * g;
            v[i] = b2 * v[i] + (1 - b2) * g * g;
            const long double m = u[i] / (1 - powl(b1, t)), r = v[i] / (1 - powl(b2, t));
            w[i] -= lr * m / (sqrtl(r) + eps);
        }
    }
}

/* The lengths that vectors are cut at, and none. */
static const size_t lengths[] = {0, 1, 7, 16, 33, N};

static void against_formulas(void **state)
{
    (void)state;
    static double w[N], g[N], s0[N], s1[N];
    static long double wt[N], ut[N], vt[N];
    const double decays[] = {0, 0.0385}, factors[] = {1, 0.31};
    for (size_t rule = 0; rule < RULES; rule++)
        for (size_t option = 0; option < 4; option++)
            for (size_t length = 0; length < sizeof lengths / sizeof *lengths; length++) {
                const size_t n = lengths[length];
                assert_int_equal(optim_state_count(rules[rule].kind), rules[rule].vectors);
                for (size_t i = 0; i < N; i++) {
                    wt[i] = LONG(w[i] = 2.385 * cos((double)i));
                    ut[i] = vt[i] = LONG(s0[i] = s1[i] = 0);
                }
                for (int64_t step = 1; step <= STEPS; step++) {
                    const OptimStep how = {rules[rule].kind, rules[rule].parameter, 0.01 / (double)step, decays[option % 2], factors[option / 2], step};
                    for (size_t i = 0; i < N; i++)
                        g[i] = gradient(i, step);
                    optim_step(&how, w, g, (double *const[]){s0, s1}, n, NULL);
                    twin_step(&how, wt, ut, vt, g, n);
                }
                for (size_t i = 0; i < N; i++)
                    NEAR(w[i], wt[i], 2e-14, "rule %zu, option %zu, parameter %zu of %zu", rule, option, i, n);
            }
}

/* The same in float, one operation after another: what a loop in float must give to the bit. */
static void float_twin(const OptimStep *how, float *w, float *u, float *v, const float *grad, size_t n)
{
    const double c = sqrt(1 - pow(0.999, (double)how->step));
    const bool adam = how->kind == OPTIMIZER_ADAM;
    const float lr = (float)(adam ? how->rate * c / (1 - pow(0.9, (double)how->step)) : how->rate), eps = (float)(adam ? 1e-8 * c : 1e-8);
    const float a = (float)how->parameter, rest = (float)(1 - how->parameter), b2 = (float)0.999, b1c = (float)(1 - 0.9), b2c = (float)(1 - 0.999);
    for (size_t i = 0; i < n; i++) {
        float g = grad[i] * (float)how->factor;
        if (how->decay != 0)
            g = g + (float)how->decay * w[i];
        if (how->kind == OPTIMIZER_SGD) {
            w[i] = w[i] - lr * g;
        } else if (how->kind == OPTIMIZER_MOMENTUM) {
            u[i] = a * u[i] + g;
            w[i] = w[i] - lr * u[i];
        } else if (how->kind == OPTIMIZER_RMSPROP) {
            u[i] = a * u[i] + rest * g * g;
            w[i] = w[i] - lr * g / (sqrtf(u[i]) + eps);
        } else {
            u[i] = u[i] + b1c * (g - u[i]);
            v[i] = b2 * v[i] + b2c * g * g;
            w[i] = w[i] - lr * u[i] / (sqrtf(v[i]) + eps);
        }
    }
}

static void floats_are_floats(void **state)
{
    (void)state;
    static float w[N], g[N], s0[N], s1[N], wt[N], ut[N], vt[N];
    for (size_t rule = 0; rule < RULES; rule++)
        for (int decays = 0; decays < 2; decays++) {
            for (size_t i = 0; i < N; i++) {
                w[i] = wt[i] = 2.385F * cosf((float)i);
                s0[i] = s1[i] = ut[i] = vt[i] = 0;
            }
            for (int64_t step = 1; step <= STEPS; step++) {
                const OptimStep how = {rules[rule].kind, rules[rule].parameter, 0.0123, decays ? 0.0385 : 0, 0.31, step};
                for (size_t i = 0; i < N; i++)
                    g[i] = (float)gradient(i, step);
                optim_stepf(&how, w, g, (float *const[]){s0, s1}, N, NULL);
                float_twin(&how, wt, ut, vt, g, N);
            }
            assert_memory_equal(w, wt, sizeof w);
        }
}

/* Cutting a vector in two changes nothing; nothing beyond it is touched. */
static void pieces(void **state)
{
    (void)state;
    static double w[2][N], g[N], s0[2][N], s1[2][N];
    const OptimStep how = {OPTIMIZER_ADAM, NOT_GIVEN, 0.01, 0.1, 0.7, 3};
    for (size_t i = 0; i < N; i++) {
        w[0][i] = w[1][i] = cos((double)i);
        s0[0][i] = s0[1][i] = 0.1;
        s1[0][i] = s1[1][i] = 0.2;
        g[i] = gradient(i, 1);
    }
    optim_step(&how, w[0], g, (double *const[]){s0[0], s1[0]}, N, NULL);
    optim_step(&how, w[1], g, (double *const[]){s0[1], s1[1]}, 391, NULL);
    assert_true(w[1][390] == w[0][390] && w[1][391] == cos(391));
    optim_step(&how, w[1] + 391, g + 391, (double *const[]){s0[1] + 391, s1[1] + 391}, N - 391, NULL);
    assert_memory_equal(w[0], w[1], sizeof w[0]);
    assert_memory_equal(s0[0], s0[1], sizeof s0[0]);
    assert_memory_equal(s1[0], s1[1], sizeof s1[0]);
}

/* Sizes add up over vectors, change nothing, and see what is not finite. */
static void sizes(void **state)
{
    (void)state;
    static double w[N], again[N], before[N], g[N], off[N];
    static float wf[N], gf[N];
    const OptimStep how = {OPTIMIZER_SGD, NOT_GIVEN, 0.3, 0, 1, 1};
    for (size_t i = 0; i < N; i++) {
        before[i] = w[i] = again[i] = (i == 700 ? 9.5 : 2.385) * cos((double)i);
        g[i] = gradient(i, 1);
        wf[i] = (float)w[i];
        gf[i] = (float)g[i];
    }
    OptimSize size = {0, 0, 0}, narrow = {0, 0, 0};
    optim_step(&how, w, g, NULL, 391, &size);
    optim_step(&how, w + 391, g + 391, NULL, N - 391, &size);
    optim_step(&how, again, g, NULL, N, NULL);
    optim_stepf(&how, wf, gf, NULL, N, &narrow);
    assert_memory_equal(w, again, sizeof w);
    for (size_t i = 0; i < N; i++)
        off[i] = w[i] - before[i];
    NEAR(size.update2 / sum_squares(off, N), 1, 1e-13, "size of the update");
    NEAR(size.weight2 / sum_squares(w, N), 1, 1e-13, "size of the weights");
    assert_true(size.largest == largest(w, N));
    NEAR(narrow.update2 / size.update2, 1, 1e-6, "in float");
    NEAR(narrow.weight2 / size.weight2, 1, 1e-6, "in float");
    NEAR(narrow.largest / size.largest, 1, 1e-6, "in float");
    static double s0[2][N], s1[2][N];
    const OptimStep adam = {OPTIMIZER_ADAM, NOT_GIVEN, 0.01, 0.1, 0.7, 3};
    for (size_t i = 0; i < N; i++)
        s1[0][i] = s1[1][i] = fabs(s0[0][i] = s0[1][i] = 0.1 * sin((double)i));
    optim_step(&adam, w, g, (double *const[]){s0[0], s1[0]}, N, &size);
    optim_step(&adam, again, g, (double *const[]){s0[1], s1[1]}, N, NULL);
    assert_memory_equal(w, again, sizeof w);
    assert_memory_equal(s0[0], s0[1], sizeof s0[0]);
    assert_memory_equal(s1[0], s1[1], sizeof s1[0]);
    g[600] = NOT_GIVEN;
    size = (OptimSize){0, 0, 0};
    optim_step(&how, w, g, NULL, N, &size);
    assert_true(isnan(size.update2) && isnan(size.weight2) && isfinite(size.largest));
    g[600] = HUGE_VAL;
    size = (OptimSize){0, 0, 0};
    optim_step(&how, again, g, NULL, N, &size);
    assert_true(isinf(size.update2) && isinf(size.weight2) && isinf(size.largest));
}

static void squares(void **state)
{
    (void)state;
    static double g[N];
    static float f[N];
    for (size_t n = 0; n <= N; n += n < 40 ? 1 : 331) {
        for (size_t i = 0; i < n; i++)
            g[i] = (double)(f[i] = (float)gradient(i, 2));
        for (size_t i = 0; i < n; i++)
            g[i] = (double)f[i];
        NEAR(optim_squares(g, n), sum_squares(g, n), 1e-14 * sum_squares(g, n), "double, %zu", n);
        NEAR(optim_squaresf(f, n), sum_squares(g, n), 1e-6 * sum_squares(g, n), "float, %zu", n);
    }
    f[13] = 1e30F;   /* its square is no float */
    NEAR(optim_squaresf(f, N) / 1e60, 1, 1e-6, "beyond a float");
    f[14] = NOT_GIVEN;
    assert_true(isnan(optim_squaresf(f, N)));
    f[14] = HUGE_VALF;
    assert_true(isinf(optim_squaresf(f, N)));
}

static void clipping(void **state)
{
    (void)state;
    assert_true(clip_factor(5, NOT_GIVEN) == 1);
    assert_true(clip_factor(0, 0.5) == 1);
    assert_true(clip_factor(0.3, 0.5) == 1);
    NEAR(clip_factor(4, 0.5), 0.5 / 4.000001, 0, "an eighth");
    assert_true(clip_factor(HUGE_VAL, 0.5) == 0);
    assert_true(isnan(clip_factor(NOT_GIVEN, 0.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_formulas), cmocka_unit_test(floats_are_floats), cmocka_unit_test(pieces),
                                       cmocka_unit_test(sizes),            cmocka_unit_test(squares),           cmocka_unit_test(clipping)};
    return cmocka_run_group_tests_name("net/optim", tests, numbers_ready, NULL);
}
