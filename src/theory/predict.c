/* Predictions of every column, from the recursions of layers.c.
 * The one thing to know: samples of real data are put into GROUPS of equal length, each followed in ln q by itself; pairs and fluctuations
 * are followed at the mean length. E‖∂L/∂h^{ℓ-1}‖² = σ_w² E‖∂L/∂z^ℓ‖² at any width, but for the echo.
 * Population variances are over the units of one network, so they fall short by the variance of the mean. */
#include "theory/predict.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "theory/finite.h"
#include "theory/layers.h"
#include "theory/losslaw.h"
#include "theory/regions.h"

enum { GROUPS = 24 };

struct Predictor {
    MeanField *m, *sigmoid;
    GapMap *map;
    Gauss *gauss;
    NetSpec made_for;
    const NetSpec *spec;      /* the network being filled in */
    InputLaw law;
    bool made;                /* input by law, not data */
    Regions regions;
    size_t groups;
    Layer *layers;            /* 0 … reached, and one more for a readout */
    double *ln_square, *ln_slope, *ln_q;   /* by layer and group: of h, of φ', of z */
    int64_t reached, room;
    LogMoments step;          /* of one layer's factor, where that is exact */
    bool exact, free;         /* free: cotangents independent of everything (--loss none) */
    double batch;
};

bool predict_covers(const NetSpec *spec)
{
    const Init *init = init_of(spec->init);
    return meanfield_covers(spec->activation) && init->law != LAW_CONSTANT && !init->scaled_by_data;
}

static bool is_made(const NetSpec *spec)
{
    return spec->input.kind == INPUT_GAUSSIAN || spec->input.kind == INPUT_SPHERE;
}

/* ln of a mean square over a batch drawn from groups: what its mean, and its variance over batches, differ by from one length for all. */
static LogMoments of_groups(const double *ln, size_t n, double batch)
{
    const double all = ln_mean_exp(ln, n);
    double mean = 0, squares = 0, relative = 0;
    if (n == 1 || !isfinite(all))
        return (LogMoments){0, 0};
    for (size_t g = 0; g < n; g++) {
        mean += (ln[g] - all) / (double)n;
        relative += pow(expm1(ln[g] - all), 2) / (double)n;
    }
    for (size_t g = 0; g < n; g++)
        squares += pow(ln[g] - all - mean, 2) / (double)n;
    return batch < 2 ? (LogMoments){mean, squares} : (LogMoments){-relative / (2 * batch), relative / batch};
}

static void set_mean_square(LayerRow *row, double ln, double bias, double variance, LogMoments groups, double *sd)
{
    row_set(row, COL_h_ms, exp(ln + bias));
    row_set(row, COL_log10_h_ms, (ln + bias - variance / 2 + groups.mean) / M_LN10);
    *sd = sqrt(fmax(0, variance + groups.variance)) / M_LN10;
}

/* A norm, from ln of its mean square; variance NOT_GIVEN: no law of the logarithm. */
static void set_norm(LayerRow *row, ColumnId plain, ColumnId logarithm, double ln, double variance, LogMoments groups, double *sd)
{
    if (isnan(ln))
        return;
    row_set(row, plain, exp(0.5 * ln));
    if (isnan(variance))
        return;
    row_set(row, logarithm, 0.5 * (ln - variance / 2 + groups.mean) / M_LN10);
    if (sd)
        *sd = 0.5 * sqrt(fmax(0, variance + groups.variance)) / M_LN10;
}

static const LogMoments alike = {0, 0};

static void reserve(Predictor *p, int64_t depth)
{
    if (depth + 2 <= p->room)
        return;
    p->room = depth + 2;
    const size_t n = (size_t)p->room;
    p->layers = mem_resize(p->layers, n, sizeof *p->layers);
    p->ln_square = mem_resize(p->ln_square, n * GROUPS, sizeof *p->ln_square);
    p->ln_slope = mem_resize(p->ln_slope, n * GROUPS, sizeof *p->ln_slope);
    p->ln_q = mem_resize(p->ln_q, n * GROUPS, sizeof *p->ln_q);
}

static void group_lengths(Predictor *p)
{
    const size_t n = p->law.samples;
    double *sorted = mem_doubles(n);
    memcpy(sorted, p->law.length, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    p->groups = n < GROUPS ? n : GROUPS;
    for (size_t g = 0; g < p->groups; g++) {
        const size_t from = g * n / p->groups, to = (g + 1) * n / p->groups;
        double total = 0;
        for (size_t i = from; i < to; i++)
            total += sorted[i];
        p->ln_square[g] = log(total / (double)(to - from));
    }
    free(sorted);
}

/* Layer 0: data as they are; made input by its law (|x|² is χ² for gaussian samples, width for those on the sphere). */
static void start(Predictor *p)
{
    const NetSpec *spec = &p->made_for;
    const double n = (double)spec->input_width, c = spec->input_corr;
    Layer *l = &p->layers[0];
    *l = (Layer){.units = n, .status = STATUS_OK};
    if (p->made) {
        const LogMoments ln = spec->input.kind == INPUT_SPHERE ? (LogMoments){0, 0} : finite_linear(n);
        p->groups = 1;
        p->ln_square[0] = 0;
        l->r = (Swing){ln.mean + ln.variance / 2, ln.variance, c * c * ln.variance};
        l->gap_h = 1 - c;
    } else {
        group_lengths(p);
        l->gap_h = 1 - p->law.cosine;
    }
    l->ln_v = ln_mean_exp(p->ln_square, p->groups);
    if (spec->batch < 2)
        l->gap_h = NOT_GIVEN;
}

/* Layers whose logarithms follow exactly, where there is one sample, no bias and Gaussian weights. */
static const struct {
    const char *activation;
    LogMoments (*step)(double n);   /* of one layer's factor */
} exact_laws[] = {{"linear", finite_linear}, {"relu", finite_relu}};

static void find_exact_law(Predictor *p, const NetSpec *spec)
{
    const bool possible = p->made && spec->batch == 1 && spec_sigma_b(spec, 1) == 0 && init_of(spec->init)->law == LAW_GAUSSIAN &&
                          spec->width >= 8;   /* narrower ReLU layers die too often for the law given survival to be what is seen */
    for (size_t i = 0; possible && i < sizeof exact_laws / sizeof *exact_laws; i++)
        if (!strcmp(spec->activation.row->name, exact_laws[i].activation)) {
            p->exact = true;
            p->step = exact_laws[i].step((double)spec->width);
        }
}

Predictor *predictor_alloc(MeanField *m, const NetSpec *spec, const InputLaw *input)
{
    Predictor *p = mem_alloc(1, sizeof *p);
    p->m = predict_covers(spec) ? m : NULL;
    p->made_for = *spec;
    p->law = *input;
    p->made = is_made(spec);
    p->batch = (double)spec->batch;
    reserve(p, 0);
    start(p);
    if (!p->m)
        return p;
    p->map = gapmap_alloc(m);
    p->gauss = gauss_alloc();
    find_exact_law(p, spec);
    regions_find(&p->regions, spec->activation);
    return p;
}

void predictor_free(Predictor *p)
{
    if (!p)
        return;
    gapmap_free(p->map);
    meanfield_free(p->sigmoid);
    gauss_free(p->gauss);
    free(p->layers);
    free(p->ln_square);
    free(p->ln_slope);
    free(p->ln_q);
    free(p);
}

bool predictor_serves(const Predictor *p, const NetSpec *spec)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (i != FIELD_depth && i != FIELD_loss && i != FIELD_outputs &&
            !field_same(&fields[i], field_get(&p->made_for, &fields[i]), field_get(spec, &fields[i])))
            return false;
    return true;
}

/* Exact laws replace first order: variances add up over layers, and the logarithm's mean is known by itself. */
static Swing exactly(LogMoments step, Swing before)
{
    const double mean = before.bias - before.own / 2 + step.mean, variance = before.own + step.variance;
    return (Swing){mean + variance / 2, variance, variance};
}

static double ln_sum(double a, double b)
{
    const double top = fmax(a, b);
    return isfinite(top) ? top + log1p(exp(fmin(a, b) - top)) : top;
}

static void reach(Predictor *p, int64_t depth)
{
    reserve(p, depth);
    for (int64_t layer = p->reached + 1; layer <= depth; layer++) {
        const NetSpec *spec = p->spec;
        Layer *l = &p->layers[layer];
        const size_t at = (size_t)layer * GROUPS;
        Forward f = {p->m, p->map, p->batch, p->groups, p->ln_square + at, p->ln_slope + at, false};
        *l = (Layer){.ln_w2 = 2 * log(spec_sigma_w(spec, layer)), .ln_b2 = 2 * log(spec_sigma_b(spec, layer)), .fan_in = (double)spec_fan_in(spec, layer),
                     .units = (double)spec->width, .haar = init_of(spec->init)->law == LAW_HAAR};
        memcpy(f.ln_square, f.ln_square - GROUPS, p->groups * sizeof *f.ln_square);
        for (size_t g = 0; g < p->groups; g++)
            p->ln_q[at + g] = ln_sum(f.ln_square[g] + l->ln_w2, l->ln_b2);
        layer_forward(&f, l - 1, l);
        if (p->exact)
            l->r = exactly(p->step, l[-1].r);
    }
    p->reached = depth > p->reached ? depth : p->reached;
}

/* 1/B + (1 - 1/B) c: the mean of a matrix of ones and c's. */
static double mean_correlation(const Predictor *p, double gap)
{
    return p->batch > 1 ? 1 - (1 - 1 / p->batch) * gap : 1;
}

/* A fraction over groups, and over the fluctuations of ln q, taken as normal: five points of Gauss and Hermite. */
static double fraction(const Predictor *p, const Layer *l, const double *ln_q, double (*of)(const Regions *r, double sd))
{
    static const double node[] = {-2.8569700138728056, -1.3556261799742659, 0, 1.3556261799742659, 2.8569700138728056};
    static const double weight[] = {0.011257411327720688, 0.22207592200561265, 0.53333333333333333, 0.22207592200561265, 0.011257411327720688};
    double total = 0;
    for (int k = 0; k < 5; k++) {
        const double shift = l->y_bias - l->y_own / 2 + node[k] * sqrt(fmax(l->y_own, 0));
        for (size_t g = 0; g < p->groups; g++)
            total += weight[k] * of(&p->regions, exp(0.5 * (ln_q[g] + shift))) / (double)p->groups;
    }
    return total;
}

static void fill_forward(const Predictor *p, int64_t layer, LayerRow *row, Spread *spread)
{
    const Layer *l = &p->layers[layer];
    const double *ln_q = p->ln_q + (size_t)layer * GROUPS, tilt2 = l->tilt * l->tilt;
    const LogMoments groups = of_groups(p->ln_square + (size_t)layer * GROUPS, p->groups, p->batch);
    row_set(row, COL_z_mean, 0);
    row_set(row, COL_z_var, exp(l->ln_q + l->y_bias) * (1 - mean_correlation(p, l->gap_z) / l->units));
    row_set(row, COL_h_mean, l->mean * exp(0.5 * l->ln_v));
    row_set(row, COL_h_var, fmax(0, exp(l->ln_v + l->r.bias) * (1 - tilt2 - (mean_correlation(p, l->gap_h) - tilt2) / l->units)));
    set_mean_square(row, l->ln_v, l->r.bias, swing_variance(l->r, p->batch), groups, &spread->log10_h_ms);
    if (p->batch > 1)
        row_set(row, COL_h_cos, 1 - l->gap_h);
    row_set(row, COL_zero_frac, fraction(p, l, ln_q, regions_zero));
    if (!regions_known(&p->regions, exp(0.5 * l->ln_q)))
        return;
    row_set(row, COL_saturated_frac, fraction(p, l, ln_q, regions_saturated));
    row_set(row, COL_dead_frac, regions_dead(&p->regions, p->gauss, exp(0.5 * l->ln_q), p->spec->batch, p->batch > 1 ? fmax(0, 1 - l->gap_z) : 0));
}

static void fill_input(const Predictor *p, LayerRow *row, Spread *spread)
{
    const InputLaw *in = &p->law;
    const Layer *l = &p->layers[0];
    row_set(row, COL_h_mean, p->made ? 0 : in->mean);
    row_set(row, COL_h_var, p->made ? 1 - mean_correlation(p, l->gap_h) / l->units : in->variance);
    row_set(row, COL_zero_frac, p->made ? 0 : in->zero_frac);
    if (p->batch > 1)
        row_set(row, COL_h_cos, 1 - l->gap_h);
    if (p->made) {
        set_mean_square(row, 0, l->r.bias, swing_variance(l->r, p->batch), alike, &spread->log10_h_ms);
        return;
    }
    row_set(row, COL_h_ms, in->mean_square);
    row_set(row, COL_log10_h_ms, (l->ln_v + of_groups(p->ln_square, p->groups, p->batch).mean) / M_LN10);
}

static MeanField *sigmoid_field(Predictor *p)
{
    Choice c;
    if (!p->sigmoid && registry_choose(&activations, "sigmoid", &c))
        BUG("no sigmoid");
    if (!p->sigmoid)
        p->sigmoid = meanfield_alloc(c);
    return p->sigmoid;
}

/* The readout's row, as a layer whose `reach` is how the loss answers to the outputs' length; returns what the loss sends back. */
static LossLaw readout(Predictor *p, LayerRow *row)
{
    const double h = 1e-3, outputs = (double)p->spec->outputs;
    const int64_t layer = p->spec->depth + 1;
    const Layer *below = &p->layers[layer - 1];
    const LossKind kind = loss_of(p->spec->loss)->kind;
    Layer *top = &p->layers[layer];
    *top = (Layer){.ln_w2 = 2 * log(spec_sigma_w(p->spec, layer)), .ln_b2 = 2 * log(spec_sigma_b(p->spec, layer)), .fan_in = (double)p->spec->width,
                   .units = outputs, .haar = init_of(p->spec->init)->law == LAW_HAAR};
    const double weights = top->ln_w2 + below->ln_v;
    top->ln_q = ln_sum(weights, top->ln_b2);
    top->share = isfinite(weights) ? exp(weights - top->ln_q) : 0;
    top->gap_z = p->batch > 1 ? fmin(2, top->share * below->gap_h) : 0;
    top->y_bias = top->share * below->r.bias;
    top->y_own = top->share * top->share * below->r.own;
    top->y_pair = top->share * top->share * below->r.pair;
    LossLaw law, more;
    losslaw(&law, kind, outputs, p->batch, top->ln_q, top->gap_z, sigmoid_field(p), p->gauss);
    losslaw(&more, kind, outputs, p->batch, top->ln_q + h, top->gap_z, sigmoid_field(p), p->gauss);
    top->reach = isfinite(more.ln_square - law.ln_square) ? (more.ln_square - law.ln_square) / h : 0;
    top->along = law.along;
    top->d.own = top->reach * top->reach * top->y_own;
    top->d.pair = top->reach * top->reach * top->y_pair;
    top->d.bias = top->reach * (top->y_bias - top->y_own / 2) + top->d.own / 2;
    const double ln = law.ln_square + log(p->batch) + top->d.bias;
    row_set(row, COL_z_mean, 0);
    row_set(row, COL_z_var, exp(top->ln_q + top->y_bias) * (1 - mean_correlation(p, top->gap_z) / outputs));
    set_norm(row, COL_grad_z_norm, COL_log10_grad_z_norm, ln, NOT_GIVEN, alike, NULL);
    if (p->batch > 1)
        return law;
    set_norm(row, COL_grad_b_norm, COL_log10_grad_b_norm, ln, NOT_GIVEN, alike, NULL);
    set_norm(row, COL_grad_w_norm, COL_log10_grad_w_norm, ln + log(top->fan_in) + below->ln_v + below->r.bias + top->reach * top->share * below->r.own,
             NOT_GIVEN, alike, NULL);
    return law;
}

/* Variance of ln ‖·‖² from the part along h, one normal number squared, beyond its share as one of many. */
static double alone(const Predictor *p, const Layer *l)
{
    const double excess = l ? fmax(0, l->mode - 1 / l->units) : 0;
    return 2 * excess * excess / p->batch;
}

/* ∂L/∂z, ∂L/∂W and ∂L/∂b of one layer: ln_d is ln E‖δ_a‖² by group, ln_both that plus ln ‖h_a‖² of the layer below. */
static void fill_gradients(const Predictor *p, int64_t layer, const double *ln_d, const double *ln_both, LayerRow *row, Spread *spread)
{
    const Layer *l = &p->layers[layer], *below = l - 1;
    const double batch = p->batch, c = batch > 1 ? 1 - below->gap_h : 0, crossed = batch > 1 ? 2 * (1 - 1 / batch) * l->cross : 0;
    const double ln = log(batch) + ln_mean_exp(ln_d, p->groups) + l->d.bias;
    /* ‖δ‖² and the ‖h‖² below rise together, through ln q. */
    const double link = p->exact && p->free ? 0 : l->reach * l->share;
    const Swing common = {0, link * below->r.own, link * below->r.pair};
    const double both = log(batch) + ln_mean_exp(ln_both, p->groups) + log(l->fan_in) + l->d.bias + below->r.bias + common.own;
    const LogMoments groups_d = of_groups(ln_d, p->groups, batch), groups_both = of_groups(ln_both, p->groups, batch);
    double z = NOT_GIVEN, w = NOT_GIVEN, b = NOT_GIVEN;
    if (p->free) {
        z = swing_variance(l->d, batch) + (p->exact ? 0 : alone(p, l));
        b = z + crossed;
        w = z + swing_variance(below->r, batch) + 2 * swing_variance(common, batch) + crossed * c * c;
    }
    set_norm(row, COL_grad_z_norm, COL_log10_grad_z_norm, ln, z, groups_d, &spread->log10_grad[0]);
    if (!p->free && batch > 1)
        return;
    set_norm(row, COL_grad_w_norm, COL_log10_grad_w_norm, both, w, groups_both, &spread->log10_grad[2]);
    set_norm(row, COL_grad_b_norm, COL_log10_grad_b_norm, ln, b, groups_d, &spread->log10_grad[3]);
}

/* ∂L/∂h of layer `layer`; above: the layer that sends it, NULL where it is the random cotangent. */
static void fill_grad_h(const Predictor *p, int64_t layer, const double *ln_g, const Layer *above, LayerRow *row, Spread *spread)
{
    const double units = p->layers[layer].units;
    const LogMoments own = finite_linear(units), groups = of_groups(ln_g, p->groups, p->batch);
    const bool kept = above && above->haar && above->units >= units, exact = p->exact && p->free;
    const Swing d = above ? above->d : (Swing){0, 0, 0};
    const double bias = d.bias + (above && !exact ? layer_echo(above) : 0);
    double variance = NOT_GIVEN;
    if (exact)
        variance = d.own + own.variance;
    else if (p->free)
        variance = swing_variance(d, p->batch) + (kept ? 0 : 2 / (units * p->batch)) + alone(p, above);
    const double ln = log(p->batch) + ln_mean_exp(ln_g, p->groups) + bias;
    set_norm(row, COL_grad_h_norm, COL_log10_grad_h_norm, ln, variance, groups, &spread->log10_grad[1]);
    if (exact)   /* not lognormal: the mean of the logarithm is known by itself */
        row_set(row, COL_log10_grad_h_norm, 0.5 * (ln - d.own / 2 + own.mean) / M_LN10);
}

static void backward(Predictor *p, LayerRow *rows, Spread *spread)
{
    const int64_t depth = p->spec->depth;
    double ln_g[GROUPS], ln_both[GROUPS], top = -log(p->batch);   /* --loss none: E‖∂L/∂h_a‖² = 1/B */
    const Layer *above = NULL;
    if (!p->free) {
        const LossLaw law = readout(p, &rows[depth + 1]);
        above = &p->layers[depth + 1];
        top = law.ln_square + above->ln_w2;
    }
    for (size_t g = 0; g < p->groups; g++)
        ln_g[g] = top;
    fill_grad_h(p, depth, ln_g, above, &rows[depth], &spread[depth]);
    for (int64_t layer = depth; layer >= 1; layer--) {
        Layer *l = &p->layers[layer];
        layer_backward(above, l);
        if (p->exact && p->free)
            l->d = exactly(p->step, above ? above->d : (Swing){0, 0, 0});
        for (size_t g = 0; g < p->groups; g++) {
            ln_g[g] += p->ln_slope[(size_t)layer * GROUPS + g];
            ln_both[g] = ln_g[g] + p->ln_square[(size_t)(layer - 1) * GROUPS + g];
        }
        fill_gradients(p, layer, ln_g, ln_both, &rows[layer], &spread[layer]);
        for (size_t g = 0; g < p->groups; g++)
            ln_g[g] += l->ln_w2;
        fill_grad_h(p, layer - 1, ln_g, l, &rows[layer - 1], &spread[layer - 1]);
        above = l;
    }
}

static void empty_rows(const NetSpec *spec, LayerRow *rows, Spread *spread)
{
    for (int64_t layer = 0; layer <= spec_layers(spec); layer++) {
        rows[layer] = (LayerRow){
            .layer = layer,
            .sigma_w = layer ? spec_sigma_w(spec, layer) : NOT_GIVEN,
            .sigma_b = layer ? spec_sigma_b(spec, layer) : NOT_GIVEN,
            .status = STATUS_NO_PREDICTION,
        };
        spread[layer] = (Spread){NOT_GIVEN, {NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, NOT_GIVEN}, 0, false};
    }
}

void predictor_fill(Predictor *p, const NetSpec *spec, LayerRow *rows, Spread *spread)
{
    empty_rows(spec, rows, spread);
    fill_input(p, &rows[0], &spread[0]);
    if (!p->m)
        return;
    p->spec = spec;
    p->free = !spec_has_readout(spec);
    reach(p, spec->depth);
    for (int64_t layer = 1; layer <= spec->depth; layer++)
        fill_forward(p, layer, &rows[layer], &spread[layer]);
    backward(p, rows, spread);
    for (int64_t layer = 0; layer <= spec_layers(spec); layer++) {
        const int64_t above = spec->depth - layer + 1, through = (above > layer ? above : layer) + 1;
        rows[layer].status = layer && layer <= spec->depth ? p->layers[layer].status : STATUS_OK;
        spread[layer].exact = p->exact && p->free;
        spread[layer].bias = spread[layer].exact ? 0 : 2.5 * (double)through / (double)spec->width;
    }
}
