/* Predictions: exact laws, the recursion by hand, a small simulation of its own, every row of every table, and depths that overflow.
 * The one thing to know: the simulation below shares no code with the one of fathom; its seed is fixed, and with 5 standard
 * errors over fewer than 100 comparisons a change of generator would fail it once in 15 000 times.
 * Poole et al. 2016; Schoenholz et al. 2017; Hanin and Nica 2020. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "theory/finite.h"
#include "theory/meanfield.h"
#include "theory/predict.h"

static void near(double x, double truth, double absolute)
{
    if (!(fabs(x - truth) <= absolute))
        fail_msg("%.17g is not %.17g within %g", x, truth, absolute);
}

static NetSpec network(const char *activation, const char *init, int64_t depth, int64_t width, int64_t batch)
{
    NetSpec s = {.input = {.kind = INPUT_GAUSSIAN}};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field_set(&s, &fields[i], field_default(&fields[i]));
    assert_int_equal(registry_choose(&activations, activation, &s.activation), 0);
    assert_int_equal(registry_choose(&inits, init, &s.init), 0);
    s.depth = depth;
    s.width = width;
    s.batch = batch;
    return s;
}

typedef struct {
    NetSpec spec;
    LayerRow *rows;
    Spread *spread;
} Run;

/* Predict for `spec`, on data whose samples have these mean squares, or (NULL) on made input. */
static Run run_on(NetSpec spec, const double *lengths, size_t samples)
{
    Run r = {.spec = spec};
    assert_int_equal(spec_resolve(&r.spec), 0);
    if (lengths)
        r.spec.input.kind = INPUT_CSV;
    const InputLaw law = {.length = lengths, .samples = samples, .variance = 1, .mean_square = 1, .cosine = 0.3};
    const size_t n = (size_t)spec_layers(&r.spec) + 1;
    r.rows = calloc(n, sizeof *r.rows);
    r.spread = calloc(n, sizeof *r.spread);
    assert_true(r.rows && r.spread);
    MeanField *m = meanfield_covers(r.spec.activation) ? meanfield_alloc(r.spec.activation) : NULL;
    Predictor *p = predictor_alloc(m, &r.spec, &law);
    assert_true(predictor_serves(p, &r.spec));
    predictor_fill(p, &r.spec, r.rows, r.spread);
    predictor_free(p);
    meanfield_free(m);
    return r;
}

static Run run(NetSpec spec)
{
    return run_on(spec, NULL, 0);
}

static void done(Run *r)
{
    free(r->rows);
    free(r->spread);
}

static double value(const Run *r, int64_t layer, ColumnId column)
{
    assert_true(row_has(&r->rows[layer], column));
    return r->rows[layer].value[column];
}

/* Bias-free He-ReLU at batch 1: E‖δ‖² = 1/2 at every layer, logarithms by Hanin and Nica's mixture. */
static void relu_exactly(void **state)
{
    (void)state;
    const double n = 37;
    Run r = run(network("relu", "he-normal", 9, 37, 1));
    assert_true(r.spread[1].exact);
    const LogMoments step = finite_relu(n), first = finite_linear(n);
    for (int64_t l = 1; l <= 9; l++) {
        const double back = (double)(10 - l), ahead = (double)l;
        near(value(&r, l, COL_log10_grad_z_norm), (back * step.mean + log(0.5)) / (2 * M_LN10), 1e-13);
        near(r.spread[l].log10_grad[0], sqrt(back * step.variance) / (2 * M_LN10), 1e-13);
        near(value(&r, l, COL_log10_h_ms), (first.mean + ahead * step.mean) / M_LN10, 1e-13);
        near(r.spread[l].log10_h_ms, sqrt(first.variance + ahead * step.variance) / M_LN10, 1e-13);
        near(value(&r, l, COL_log10_grad_w_norm), (back * step.mean + log(0.5) + first.mean + (ahead - 1) * step.mean + log(n)) / (2 * M_LN10), 1e-13);
        near(value(&r, l, COL_zero_frac), 0.5, 1e-15);
        near(value(&r, l, COL_dead_frac), 0.5, 1e-15);
        assert_false(row_has(&r.rows[l], COL_h_cos));
    }
    near(value(&r, 9, COL_log10_grad_h_norm), first.mean / (2 * M_LN10), 1e-13);
    near(value(&r, 9, COL_grad_h_norm), 1, 1e-13);
    done(&r);
    /* He's uniform weights have no exact law; their leading order agrees to the next one. */
    Run exact = run(network("relu", "he-normal", 9, 2048, 1)), leading = run(network("relu", "he-uniform", 9, 2048, 1));
    assert_true(exact.spread[3].exact && !leading.spread[3].exact);
    for (int64_t l = 0; l <= 9; l++) {
        for (int c = 0; c < COL_COUNT; c++)
            if (row_has(&exact.rows[l], (ColumnId)c))
                near(value(&leading, l, (ColumnId)c), value(&exact, l, (ColumnId)c), 3e-4 * fabs(value(&exact, l, (ColumnId)c)) + 2e-5);
        near(leading.spread[l].log10_h_ms / exact.spread[l].log10_h_ms, 1, 3e-3);
        for (int k = 0; k < 4 && l > 0; k++)
            near(leading.spread[l].log10_grad[k] / exact.spread[l].log10_grad[k], 1, 3e-3);
    }
    done(&exact);
    done(&leading);
}

/* The recursion of Schoenholz et al. 2017 by hand, at a width where nothing fluctuates. */
static void by_hand(void **state)
{
    (void)state;
    NetSpec spec = network("tanh", "gaussian", 12, 500000000, 2);
    spec.sigma_w = 1.5;
    spec.sigma_b = 0.3;
    spec.input_corr = 0.6;
    Run r = run(spec);
    assert_int_equal(r.rows[12].status, STATUS_OK);
    MeanField *m = meanfield_alloc(spec.activation);
    double v = 1, gap = 0.4, q[13];
    for (int l = 1; l <= 12; l++) {
        q[l] = 2.25 * v + 0.09;
        gap = 2.25 * v * gap / q[l];
        v = meanfield_moment(m, MOMENT_SQUARE, q[l]).value;
        gap = meanfield_apart(m, q[l], gap).value / v;
        near(value(&r, l, COL_z_var), q[l], 1e-8);
        near(value(&r, l, COL_h_ms), v, 1e-8);
        near(value(&r, l, COL_h_cos), 1 - gap, 1e-8);
        near(value(&r, l, COL_h_mean), 0, 0);
    }
    double square = 1;
    for (int l = 12; l >= 1; l--) {
        near(value(&r, l, COL_grad_h_norm), sqrt(square), 1e-7);
        square *= meanfield_moment(m, MOMENT_SLOPE_SQUARE, q[l]).value;
        near(value(&r, l, COL_grad_z_norm), sqrt(square), 1e-7);
        near(value(&r, l, COL_grad_b_norm), sqrt(square), 1e-7);
        square *= 2.25;
    }
    /* mse: E δ² = 4(q + 1)/(B² K) from the readout down. */
    spec.outputs = 3;
    assert_int_equal(registry_choose(&losses, "mse", &spec.loss), 0);
    Run s = run(spec);
    const double q_out = 2.25 * v + 0.09, cos_out = 1 - 2.25 * v * gap / q_out;
    square = 2 * 4 * (q_out + 1) / (4 * 3);
    near(value(&s, 13, COL_grad_z_norm), sqrt(square), 1e-7);
    near(value(&s, 13, COL_z_var), q_out * (1 - (1 + cos_out) / 6), 1e-7);
    square *= 2.25;
    for (int l = 12; l >= 1; l--) {
        const double k = meanfield_moment(m, MOMENT_SLOPE_SQUARE, q[l]).value;
        square *= k;
        near(value(&s, l, COL_grad_z_norm), sqrt(square), 1e-7);
        assert_false(row_has(&s.rows[l], COL_grad_b_norm) || row_has(&s.rows[l], COL_log10_grad_z_norm));
        square *= 2.25;
    }
    meanfield_free(m);
    done(&r);
    done(&s);
}

/* One small network of its own, batch 1: ln of mean squares forward and of ‖δ‖² backward. */
enum { UNITS = 24, LAYERS = 4 };

static void simulate(gsl_rng *g, const NetSpec *spec, double ln_h[LAYERS + 1], double ln_d[LAYERS + 1])
{
    static double w[LAYERS + 1][UNITS][UNITS], h[LAYERS + 1][UNITS], z[LAYERS + 1][UNITS];
    const Activation *act = activation_of(spec->activation);
    double back[UNITS], delta[UNITS];
    for (int i = 0; i < UNITS; i++)
        h[0][i] = gsl_ran_ugaussian(g);
    for (int l = 1; l <= LAYERS; l++) {
        double square = 0;
        for (int i = 0; i < UNITS; i++) {
            z[l][i] = spec->sigma_b * gsl_ran_ugaussian(g);
            for (int j = 0; j < UNITS; j++) {
                w[l][i][j] = spec->sigma_w / sqrt(UNITS) * gsl_ran_ugaussian(g);
                z[l][i] += w[l][i][j] * h[l - 1][j];
            }
            h[l][i] = act->value_at(z[l][i], spec->activation.parameter);
            square += h[l][i] * h[l][i] / UNITS;
        }
        ln_h[l] = log(square);
    }
    for (int i = 0; i < UNITS; i++)
        back[i] = gsl_ran_ugaussian(g) / sqrt(UNITS);
    for (int l = LAYERS; l >= 1; l--) {
        double square = 0;
        for (int i = 0; i < UNITS; i++) {
            delta[i] = back[i] * act->slope_at(z[l][i], spec->activation.parameter);
            square += delta[i] * delta[i];
        }
        ln_d[l] = log(square);
        for (int j = 0; j < UNITS; j++) {
            back[j] = 0;
            for (int i = 0; i < UNITS; i++)
                back[j] += w[l][i][j] * delta[i];
        }
    }
}

static void against_simulation(void **state)
{
    (void)state;
    enum { NETWORKS = 6000 };
    static const struct {
        const char *word;
        double w, b;
    } cases[] = {{"tanh", 1.5, 0.2}, {"gelu", 1.4, 0.4}, {"sin", 1.2, 0.1}, {"selu", 1, 0}};
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(g, 2385);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        NetSpec spec = network(cases[i].word, "gaussian", LAYERS, UNITS, 1);
        spec.sigma_w = cases[i].w;
        spec.sigma_b = cases[i].b;
        Run r = run(spec);
        double sum[2][LAYERS + 1] = {{0}}, square[2][LAYERS + 1] = {{0}};
        for (int s = 0; s < NETWORKS; s++) {
            double ln[2][LAYERS + 1];
            simulate(g, &spec, ln[0], ln[1]);
            for (int k = 0; k < 2; k++)
                for (int l = 1; l <= LAYERS; l++) {
                    sum[k][l] += ln[k][l];
                    square[k][l] += ln[k][l] * ln[k][l];
                }
        }
        for (int l = 1; l <= LAYERS; l++)
            for (int k = 0; k < 2; k++) {
                const double mean = sum[k][l] / NETWORKS, sd = sqrt(square[k][l] / NETWORKS - mean * mean);
                const ColumnId column = k ? COL_log10_grad_z_norm : COL_log10_h_ms;
                const double unit = k ? 2 * M_LN10 : M_LN10;
                /* What is left out is of order (layers/units)². */
                const double next = 0.35 * (LAYERS / (double)UNITS) * (LAYERS / (double)UNITS);
                near(unit * value(&r, l, column), mean, 5 * sd / sqrt(NETWORKS) + next);
                near(unit * (k ? r.spread[l].log10_grad[0] : r.spread[l].log10_h_ms), sd, 0.12 * sd);
            }
        done(&r);
    }
    gsl_rng_free(g);
}

/* Orthogonal, square, linear: nothing changes and nothing fluctuates but what goes in (Saxe et al. 2014). */
static void orthogonal(void **state)
{
    (void)state;
    Run r = run(network("linear", "orthogonal", 40, 50, 1));
    for (int64_t l = 1; l <= 40; l++) {
        near(value(&r, l, COL_grad_z_norm), 1, 1e-12);
        near(r.spread[l].log10_grad[0], sqrt(2 / 50.0) / (2 * M_LN10), 1e-12);
        near(r.spread[l].log10_h_ms, sqrt(finite_linear(50).variance) / M_LN10, 1e-12);
    }
    done(&r);
}

/* Depth 3000: far beyond doubles, logarithms exact. */
static void deep(void **state)
{
    (void)state;
    NetSpec spec = network("relu", "gaussian", 3000, 500000000, 1);
    spec.sigma_w = 1;
    Run r = run(spec);
    near(value(&r, 3000, COL_log10_h_ms), -3000 * log10(2), 1e-4);
    near(value(&r, 1, COL_log10_grad_z_norm), -1500 * log10(2), 1e-4);
    assert_true(value(&r, 3000, COL_h_ms) == 0);
    done(&r);
    spec.sigma_w = 2.385;
    r = run(spec);
    near(value(&r, 3000, COL_log10_h_ms), 3000 * log10(2.385 * 2.385 / 2), 1e-4);
    assert_true(isinf(value(&r, 3000, COL_h_ms)));
    done(&r);
    /* Sigmoid, σ_w = 1: the norm falls by 0.236052339 a layer; float64's normal range is left after 490.7 layers (Glorot and
     * Bengio 2010 blame it; digits recomputed). */
    r = run(network("sigmoid", "glorot-normal", 600, 500000000, 1));
    near(value(&r, 100, COL_log10_grad_z_norm) - value(&r, 101, COL_log10_grad_z_norm), log10(0.236052339), 1e-8);
    done(&r);
}

/* At criticality nothing converges, and every layer still has its number: tanh, q ~ 1/(2ℓ) (Schoenholz et al. 2017). */
static void at_criticality(void **state)
{
    (void)state;
    Run r = run(network("tanh", "glorot-normal", 400, 500000000, 2));
    near(value(&r, 400, COL_h_ms) * 2 * 400, 1, 0.05);
    near(value(&r, 400, COL_h_cos), 0, 1e-9);
    done(&r);
}

static void every_choice(void **state)
{
    (void)state;
    for (size_t a = 0; a < activations.count; a++)
        for (size_t i = 0; i < inits.count; i++)
            for (size_t k = 0; k < (i < 2 ? losses.count : 1); k++) {
                NetSpec spec = network("relu", "auto", 2, 40, 3);
                spec.activation = (Choice){registry_row(&activations, a), registry_row(&activations, a)->standard};
                spec.init = (Choice){registry_row(&inits, i), registry_row(&inits, i)->standard};
                spec.loss = (Choice){registry_row(&losses, k), registry_row(&losses, k)->standard};
                if (spec.init.row->parameter && isnan(spec.init.parameter))
                    spec.init.parameter = 0.1;
                Run r = run(spec);
                if (!strcmp(r.spec.init.row->name, "critical")) {   /* becomes numbers before it comes here */
                    done(&r);
                    continue;
                }
                const bool refused = !predict_covers(&r.spec);
                for (int64_t l = 0; l <= spec_layers(&r.spec); l++) {
                    const LayerRow *row = &r.rows[l];
                    assert_int_equal(row->layer, l);
                    assert_int_equal(row->status, refused ? STATUS_NO_PREDICTION : STATUS_OK);
                    assert_true(!refused || l == 0 || row->filled == 0);
                    for (int c = 0; c < COL_COUNT; c++)
                        if (row_has(row, (ColumnId)c) && !isfinite(row->value[c]))
                            fail_msg("%s, %s, %s, layer %d: %s is %g", spec.activation.row->name, spec.init.row->name,
                                     spec.loss.row->name, (int)l, columns[c].name, row->value[c]);
                    if (!refused && !row_has(row, l == 0 ? COL_grad_h_norm : COL_grad_z_norm))
                        fail_msg("%s, %s, %s, layer %d: no gradient", spec.activation.row->name, spec.init.row->name, spec.loss.row->name, (int)l);
                }
                done(&r);
            }
}

/* Samples of different lengths are followed one by one: the batch is the mean of the samples alone. */
static void unequal_samples(void **state)
{
    (void)state;
    NetSpec spec = network("tanh", "gaussian", 3, 500000000, 1);
    spec.sigma_w = 1.7;
    spec.sigma_b = 0.1;
    static const double both[] = {0.2, 5};
    double square[2], ln[2];
    for (int k = 0; k < 2; k++) {
        Run r = run_on(spec, &both[k], 1);
        square[k] = pow(value(&r, 1, COL_grad_z_norm), 2);
        ln[k] = value(&r, 1, COL_log10_grad_z_norm);
        done(&r);
    }
    Run r = run_on(spec, both, 2);
    near(pow(value(&r, 1, COL_grad_z_norm), 2), (square[0] + square[1]) / 2, 1e-8);
    near(value(&r, 1, COL_log10_grad_z_norm), (ln[0] + ln[1]) / 2, 1e-8);
    near(r.spread[1].log10_grad[0], fabs(ln[0] - ln[1]) / 2, 1e-6);
    done(&r);
}

/* One predictor serves every depth and loss, and no other width. */
static void one_for_all_depths(void **state)
{
    (void)state;
    NetSpec deep = network("gelu", "he-normal", 20, 64, 4), shallow = network("gelu", "he-normal", 7, 64, 4), wide = network("gelu", "he-normal", 7, 65, 4);
    assert_true(!spec_resolve(&deep) && !spec_resolve(&shallow) && !spec_resolve(&wide));
    MeanField *m = meanfield_alloc(deep.activation);
    const InputLaw law = {.cosine = 0};
    Predictor *p = predictor_alloc(m, &deep, &law);
    assert_true(predictor_serves(p, &shallow) && !predictor_serves(p, &wide));
    LayerRow rows[21];
    Spread spread[21];
    predictor_fill(p, &deep, rows, spread);
    predictor_fill(p, &shallow, rows, spread);
    Run alone = run(shallow);
    for (int l = 0; l <= 7; l++)
        for (int c = 0; c < COL_COUNT; c++)
            assert_true(row_has(&rows[l], (ColumnId)c) == row_has(&alone.rows[l], (ColumnId)c) &&
                        (!row_has(&rows[l], (ColumnId)c) || rows[l].value[c] == alone.rows[l].value[c]));
    done(&alone);
    predictor_free(p);
    predictor_free(NULL);
    meanfield_free(m);
}

/* Nothing in, nothing biased: zeros, and no NaN. */
static void zero_input(void **state)
{
    (void)state;
    static const double nothing = 0;
    Run r = run_on(network("tanh", "glorot-normal", 3, 16, 1), &nothing, 1);
    for (int64_t l = 0; l <= 3; l++)
        for (int c = 0; c < COL_COUNT; c++)
            assert_true(!row_has(&r.rows[l], (ColumnId)c) || !isnan(r.rows[l].value[c]));
    near(value(&r, 3, COL_h_ms), 0, 0);
    done(&r);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relu_exactly),   cmocka_unit_test(by_hand),         cmocka_unit_test(against_simulation),
        cmocka_unit_test(orthogonal),     cmocka_unit_test(deep),            cmocka_unit_test(at_criticality),
        cmocka_unit_test(every_choice),   cmocka_unit_test(unequal_samples), cmocka_unit_test(zero_input),
        cmocka_unit_test(one_for_all_depths),
    };
    return cmocka_run_group_tests_name("theory/predict", tests, NULL, NULL);
}
