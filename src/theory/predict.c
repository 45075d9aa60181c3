/* Predictions of every column.
 * The one thing to know: samples are put into GROUPS of equal length, each with its own recursion in ln q, so that inputs of unequal
 * norm (real data) are followed as they are; pairs are followed at the mean length and the mean correlation.
 * Fluctuations to first order in 1/width: each layer adds noise to ln m (m = mean square of h) and to ln ‖δ‖², and carries that of
 * ln q on with the factor d ln m / d ln q; `diagonal` for one sample, `apart` for two of a batch. */
#include "theory/predict.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "theory/finite.h"
#include "theory/regions.h"

enum { GROUPS = 24 };

/* A covariance of one sample with itself, and of two different ones. */
typedef struct {
    double diagonal, apart;
} Cov;

/* What one layer contributes. */
typedef struct {
    double ln_q[GROUPS];      /* pre-activation variance */
    double ln_v[GROUPS];      /* E φ² */
    double ln_k[GROUPS];      /* E φ'² */
    double tilt[GROUPS];      /* E φ / √V */
    double ln_weight;         /* ln σ_w² of the layer */
    double growth;            /* d ln V / d ln q at the mean length */
    double slope_growth;      /* d ln K / d ln q */
    double share;             /* σ_w² V / q of the next layer: what of its q is not bias */
    double gap, gap_h;        /* 1 - correlation of z, of h */
    double turn;              /* (E φ'φ' / K)² of two samples */
    Cov forward, backward, mixed;   /* noise in ln m, in ln ‖δ‖², and their covariance; times width */
    Cov lengths;              /* of ln q, accumulated */
    Status status;
} Level;

/* What two samples share at one length and correlation. It changes slowly from layer to layer and only enters fluctuations, so it
 * is computed anew where the length or the gap has moved by two percent. */
typedef struct {
    double ln_q, gap;
    double squares, slope_squares, slopes;   /* E φ²φ², E φ'²φ'², E φ'φ' over V², K², K */
    Status status;
} Shared;

struct Predictor {
    MeanField *m;
    NetSpec made_for;
    const NetSpec *spec;      /* the network being filled in */
    InputLaw law;
    const InputLaw *input;
    Shared shared;
    Regions regions;
    size_t groups;
    double ln_input[GROUPS];
    Level *levels;            /* 1 … reached */
    int64_t reached, room;
};

bool predict_covers(const NetSpec *spec)
{
    const Init *init = init_of(spec->init);
    return meanfield_covers(spec->activation) && init->law != LAW_CONSTANT && !init->scaled_by_data;
}

static void make_groups(Predictor *p)
{
    const size_t n = p->input->samples;
    double *sorted = mem_doubles(n);
    memcpy(sorted, p->input->length, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    p->groups = n < GROUPS ? n : GROUPS;
    for (size_t g = 0; g < p->groups; g++) {
        const size_t from = g * n / p->groups, to = (g + 1) * n / p->groups;
        double total = 0;
        for (size_t i = from; i < to; i++)
            total += sorted[i];
        p->ln_input[g] = log(total / (double)(to - from));
    }
    free(sorted);
}

/* ln of the mean of exponentials. */
static double log_mean(const double *x, size_t n)
{
    double top = -HUGE_VAL, total = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, x[i]);
    if (!isfinite(top))
        return top;
    for (size_t i = 0; i < n; i++)
        total += exp(x[i] - top);
    return top + log(total / (double)n);
}

static double log_add(double a, double b)
{
    const double top = fmax(a, b);
    return isfinite(top) ? top + log(exp(a - top) + exp(b - top)) : top;
}

static double bias_of(const Predictor *p, int64_t layer)
{
    return 2 * log(spec_sigma_b(p->spec, layer));
}

/* Lengths through one layer. */
static void lengths(Predictor *p, int64_t layer, Level *l, const double *ln_below)
{
    l->ln_weight = 2 * log(spec_sigma_w(p->spec, layer));
    l->status = STATUS_OK;
    for (size_t g = 0; g < p->groups; g++) {
        Averages a;
        l->ln_q[g] = log_add(l->ln_weight + ln_below[g], bias_of(p, layer));
        meanfield_at(p->m, l->ln_q[g], &a);
        l->ln_v[g] = a.ln_v;
        l->ln_k[g] = a.ln_k;
        l->tilt[g] = a.tilt;
        l->status = status_worse(l->status, a.status);
    }
}

static void share_pair(Predictor *p, double ln_q, double gap, const Averages *here)
{
    Shared *s = &p->shared;
    if (s->gap > 0 && fabs(ln_q - s->ln_q) < 0.02 && fabs(gap - s->gap) < 0.02 * gap)
        return;
    const double q = exp(ln_q);
    const Estimate slopes = meanfield_slopes(p->m, q, gap), squares = meanfield_pair_squares(p->m, q, gap);
    const Estimate slope_squares = meanfield_pair_slope_squares(p->m, q, gap);
    *s = (Shared){ln_q, gap, squares.value / exp(2 * here->ln_v), slope_squares.value / exp(2 * here->ln_k), slopes.value / exp(here->ln_k),
                  status_worse(slopes.status, status_worse(squares.status, slope_squares.status))};
}

/* The pair at the mean length: correlations, and how fast things change there. */
static void pairs(Predictor *p, Level *l, double gap_below, double ln_below)
{
    const double ln_q = log_mean(l->ln_q, p->groups), h = 1e-3, q = exp(ln_q);
    Averages here, low, high;
    Ratios ratios;
    meanfield_at(p->m, ln_q, &here);
    meanfield_at(p->m, ln_q - h, &low);
    meanfield_at(p->m, ln_q + h, &high);
    meanfield_ratios(p->m, ln_q, &ratios);
    l->growth = here.growth;
    l->slope_growth = (high.ln_k - low.ln_k) / (2 * h);
    l->forward.diagonal = ratios.fourth - 1;
    l->backward.diagonal = 3 * ratios.slope_fourth - 1;
    l->mixed.diagonal = ratios.mixed - 1;
    l->gap = l->gap_h = NOT_GIVEN;
    l->turn = 0;
    if (p->spec->batch < 2 || isnan(gap_below))
        return;
    l->gap = fmin(2, exp(l->ln_weight + ln_below - ln_q) * gap_below);
    const Estimate apart = meanfield_apart(p->m, q, l->gap);
    share_pair(p, ln_q, l->gap, &here);
    l->status = status_worse(l->status, apart.status);
    l->gap_h = apart.value / exp(here.ln_v);
    const bool known = p->shared.status == STATUS_OK;   /* else as for one sample with itself: the widest spread */
    l->turn = known ? p->shared.slopes * p->shared.slopes : 1;
    l->forward.apart = known ? p->shared.squares - 1 : l->forward.diagonal;
    l->backward.apart = known ? p->shared.slope_squares - 1 : l->backward.diagonal;
    const double common = l->forward.diagonal * (ratios.slope_fourth - 1);
    l->mixed.apart = common > 0 ? l->mixed.diagonal * sqrt(fmax(0, l->forward.apart * l->backward.apart / common)) : 0;
}

/* Layer `layer` from the one below it. */
static void advance(Predictor *p, int64_t layer)
{
    Level *l = &p->levels[layer], *b = layer > 1 ? &p->levels[layer - 1] : NULL;
    const double n = (double)p->spec->width, *below = b ? b->ln_v : p->ln_input, ln_below = log_mean(below, p->groups);
    *l = (Level){.lengths = {0, 0}};
    lengths(p, layer, l, below);
    pairs(p, l, b ? b->gap_h : isnan(p->input->cosine) ? NOT_GIVEN : 1 - p->input->cosine, ln_below);
    if (!b)
        return;
    const double share = exp(l->ln_weight + ln_below - log_mean(l->ln_q, p->groups)), share2 = share * share;
    b->share = share;
    l->lengths.diagonal = share2 * (b->growth * b->growth * b->lengths.diagonal + b->forward.diagonal / n);
    l->lengths.apart = share2 * (b->growth * b->growth * b->lengths.apart + b->forward.apart / n);
}

static void reach(Predictor *p, int64_t depth)
{
    if (depth + 1 > p->room) {
        p->room = depth + 1;
        p->levels = mem_resize(p->levels, (size_t)p->room, sizeof *p->levels);
    }
    for (; p->reached < depth; p->reached++)
        advance(p, p->reached + 1);
}

/* Mean over groups of f(ln q). */
static double over_groups(const Predictor *p, const Level *l, double (*f)(const Regions *r, double sd))
{
    double total = 0;
    for (size_t g = 0; g < p->groups; g++)
        total += f(&p->regions, exp(0.5 * l->ln_q[g]));
    return total / (double)p->groups;
}

static void fill_forward(const Predictor *p, const Level *l, LayerRow *row)
{
    double mean = 0;
    const double ln_ms = log_mean(l->ln_v, p->groups), ms = exp(ln_ms);
    for (size_t g = 0; g < p->groups; g++)
        mean += l->tilt[g] * exp(0.5 * l->ln_v[g]) / (double)p->groups;
    row_set(row, COL_z_mean, 0);
    row_set(row, COL_z_var, exp(log_mean(l->ln_q, p->groups)));
    row_set(row, COL_h_mean, mean);
    row_set(row, COL_h_var, fmax(0, ms - mean * mean));
    row_set(row, COL_h_ms, ms);
    if (!isnan(l->gap_h))
        row_set(row, COL_h_cos, 1 - l->gap_h);
    row_set(row, COL_zero_frac, over_groups(p, l, regions_zero));
    if (p->regions.known) {
        row_set(row, COL_saturated_frac, over_groups(p, l, regions_saturated));
        row_set(row, COL_dead_frac, regions_dead(&p->regions, exp(0.5 * log_mean(l->ln_q, p->groups)), p->spec->batch, isnan(l->gap) ? 0 : fmax(0, 1 - l->gap)));
    }
}

/* Of the mean over a batch: one sample's variance, and what two samples share. */
static double of_batch(const NetSpec *spec, Cov c)
{
    const double b = (double)spec->batch;
    return c.diagonal / b + (1 - 1 / b) * c.apart;
}

static void set_log(LayerRow *row, ColumnId plain, ColumnId logarithm, double ln_square, double variance, double *sd)
{
    row_set(row, plain, exp(0.5 * ln_square));
    row_set(row, logarithm, (0.5 * ln_square - 0.25 * variance) / M_LN10);
    *sd = 0.5 * sqrt(fmax(0, variance)) / M_LN10;
}

static void forward_logs(const Predictor *p, LayerRow *rows, Spread *spread)
{
    const double n = (double)p->spec->width;
    for (int64_t layer = 1; layer <= p->spec->depth; layer++) {
        const Level *l = &p->levels[layer];
        const double growth = l->growth * l->growth;
        const Cov c = {growth * l->lengths.diagonal + l->forward.diagonal / n, growth * l->lengths.apart + l->forward.apart / n};
        const double variance = of_batch(p->spec, c);
        row_set(&rows[layer], COL_log10_h_ms, (log_mean(l->ln_v, p->groups) - 0.5 * variance) / M_LN10);
        spread[layer].log10_h_ms = sqrt(fmax(0, variance)) / M_LN10;
    }
}

/* The part of a gradient that lies along its own activation, beyond the 1/width of a random direction. W knows z = W h, so the
 * gradient that W sends down has a component along h that is carried by how lengths respond (χ∥) and not by χ₁. It begins at order
 * 1/width, and where χ∥ > χ₁ it ends up as all there is: what mean-field theory misses in softplus layers. */
typedef struct {
    double fraction;       /* of ‖∂L/∂h‖² */
    double at_z, at_h;     /* factors on ‖∂L/∂z‖² and on ‖∂L/∂h‖² of the layer below, beside mean field's */
} Radial;

/* Given W h = z, the posterior mean of W is z hᵀ σ_w²/(n q), and E z² φ'² = q K (1 + 2 d ln K / d ln q). `known` is the part of q that
 * is not bias. */
static void radial_step(Radial *r, const Level *l, size_t groups, double known, double fan_in)
{
    const double ln_q = log_mean(l->ln_q, groups), ln_v = log_mean(l->ln_v, groups), ln_k = log_mean(l->ln_k, groups);
    const double carried = l->growth * l->growth * exp(ln_v - ln_q - ln_k) * known * r->fraction;
    const double fresh = (known * (1 + 2 * l->slope_growth) - 1) / fan_in;
    r->at_z = fmax(1e-3, 1 + r->fraction * l->mixed.diagonal);
    const double total = fmax(1e-3, r->at_z + carried + fresh);
    r->at_h = total / r->at_z;
    r->fraction = (carried + fresh) / total;
}

/* Gradients from the random cotangent, layer by layer down; `carry` is d(Σ ln K above)/d ln q at this layer. */
static void backward(const Predictor *p, LayerRow *rows, Spread *spread)
{
    const NetSpec *spec = p->spec;
    const double n = (double)spec->width, b = (double)spec->batch, others = 1 - 1 / b;
    double ln_s[GROUPS] = {0}, ln_w[GROUPS], carry = 0, aligned = 1 / n;
    Radial radial = {0, 1, 1};
    Cov noise = {0, 0};
    set_log(&rows[spec->depth], COL_grad_h_norm, COL_log10_grad_h_norm, 0, 2 / (n * b), &spread[spec->depth].log10_grad[1]);
    for (int64_t layer = spec->depth; layer >= 1; layer--) {
        const Level *l = &p->levels[layer];
        const double *below = layer > 1 ? p->levels[layer - 1].ln_v : p->ln_input, fan_in = (double)spec_fan_in(spec, layer);
        const double own = l->share * carry;   /* what this layer's noise in ln m does to the gradients above */
        noise.diagonal += (l->backward.diagonal + 2 * own * l->mixed.diagonal + own * own * l->forward.diagonal) / n;
        noise.apart += (l->backward.apart + 2 * own * l->mixed.apart + own * own * l->forward.apart) / n;
        carry = l->slope_growth + l->growth * l->share * carry;
        aligned = fmin(1, layer == spec->depth ? (1 + l->backward.apart) / n : aligned * l->turn + (1 + l->backward.apart) / n);
        const double known = exp(l->ln_weight + log_mean(below, p->groups) - log_mean(l->ln_q, p->groups)), alone = 2 * radial.fraction * radial.fraction;
        radial_step(&radial, l, p->groups, known, fan_in);
        for (size_t g = 0; g < p->groups; g++) {
            ln_s[g] += l->ln_k[g] + log(radial.at_z);
            ln_w[g] = ln_s[g] + below[g] + log(fan_in);
        }
        const double ln_z = log_mean(ln_s, p->groups);
        const Cov z = {noise.diagonal + alone + carry * carry * l->lengths.diagonal, noise.apart + carry * carry * l->lengths.apart};
        const double share = layer > 1 ? p->levels[layer - 1].share : 0, more = share > 0 ? carry + 1 / share : carry;
        const Cov w = {noise.diagonal + alone + more * more * l->lengths.diagonal, noise.apart + more * more * l->lengths.apart};
        const double cosine = layer > 1 ? 1 - p->levels[layer - 1].gap_h : p->input->cosine, cos2 = isnan(cosine) ? 0 : cosine * cosine;
        Spread *out = &spread[layer];
        set_log(&rows[layer], COL_grad_z_norm, COL_log10_grad_z_norm, ln_z, of_batch(spec, z), &out->log10_grad[0]);
        set_log(&rows[layer], COL_grad_w_norm, COL_log10_grad_w_norm, log_mean(ln_w, p->groups), of_batch(spec, w) + 2 * cos2 * aligned * others, &out->log10_grad[2]);
        set_log(&rows[layer], COL_grad_b_norm, COL_log10_grad_b_norm, ln_z, of_batch(spec, z) + 2 * aligned * others, &out->log10_grad[3]);
        for (size_t g = 0; g < p->groups; g++)
            ln_s[g] += l->ln_weight + log(radial.at_h);
        set_log(&rows[layer - 1], COL_grad_h_norm, COL_log10_grad_h_norm, log_mean(ln_s, p->groups), of_batch(spec, z) + 2 / (fan_in * b), &spread[layer - 1].log10_grad[1]);
    }
}

/* One sample, bias-free Gaussian weights, and ReLU or linear layers: logarithms follow exactly. */
static bool exact_case(const NetSpec *spec)
{
    const char *name = spec->activation.row->name;
    return spec->batch == 1 && spec_sigma_b(spec, 1) == 0 && init_of(spec->init)->law == LAW_GAUSSIAN && (!strcmp(name, "relu") || !strcmp(name, "linear")) &&
           spec->width >= 8;   /* narrower ReLU layers die too often for the law given survival to be what is seen */
}

static void put_exact(LayerRow *row, ColumnId column, double ln_square, LogMoments law, double *sd)
{
    row_set(row, column, 0.5 * (ln_square + law.mean) / M_LN10);
    *sd = 0.5 * sqrt(law.variance) / M_LN10;
}

static LogMoments times(LogMoments one, double n)
{
    return (LogMoments){one.mean * n, one.variance * n};
}

static LogMoments plus(LogMoments a, LogMoments b)
{
    return (LogMoments){a.mean + b.mean, a.variance + b.variance};
}

static void exact_logs(const Predictor *p, LayerRow *rows, Spread *spread)
{
    const NetSpec *spec = p->spec;
    const int64_t n = spec->width, depth = spec->depth;
    const LogMoments chi = finite_linear((double)n), in = finite_linear((double)spec->input_width);
    const LogMoments layer_law = strcmp(spec->activation.row->name, "relu") ? chi : finite_relu((double)n);
    put_exact(&rows[depth], COL_log10_grad_h_norm, 0, chi, &spread[depth].log10_grad[1]);
    for (int64_t layer = 1; layer <= depth; layer++) {
        const Level *l = &p->levels[layer];
        const LogMoments up = times(layer_law, (double)layer), down = times(layer_law, (double)(depth - layer + 1));
        Spread *out = &spread[layer];
        row_set(&rows[layer], COL_log10_h_ms, (log_mean(l->ln_v, p->groups) + up.mean) / M_LN10);
        out->log10_h_ms = sqrt(up.variance) / M_LN10;
        const double ln_z = 2 * log(rows[layer].value[COL_grad_z_norm]), ln_w = 2 * log(rows[layer].value[COL_grad_w_norm]);
        put_exact(&rows[layer], COL_log10_grad_z_norm, ln_z, down, &out->log10_grad[0]);
        put_exact(&rows[layer], COL_log10_grad_b_norm, ln_z, down, &out->log10_grad[3]);
        put_exact(&rows[layer], COL_log10_grad_w_norm, ln_w, plus(down, times(layer_law, (double)(layer - 1))), &out->log10_grad[2]);
        const double ln_h = 2 * log(rows[layer - 1].value[COL_grad_h_norm]);
        put_exact(&rows[layer - 1], COL_log10_grad_h_norm, ln_h, plus(down, layer == 1 ? in : chi), &spread[layer - 1].log10_grad[1]);
        out->exact = true;
    }
    spread[0].exact = true;
}

static void fill_input(const InputLaw *input, LayerRow *row)
{
    row_set(row, COL_h_mean, input->mean);
    row_set(row, COL_h_var, input->variance);
    row_set(row, COL_h_ms, input->mean_square);
    row_set(row, COL_log10_h_ms, log10(input->mean_square));
    row_set(row, COL_zero_frac, input->zero_frac);
    if (!isnan(input->cosine))
        row_set(row, COL_h_cos, input->cosine);
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

Predictor *predictor_alloc(MeanField *m, const NetSpec *spec, const InputLaw *input)
{
    Predictor *p = mem_alloc(1, sizeof *p);
    p->m = predict_covers(spec) ? m : NULL;
    p->made_for = *spec;
    p->law = *input;
    p->input = &p->law;
    if (p->m) {
        make_groups(p);
        regions_find(&p->regions, spec->activation);
    }
    return p;
}

void predictor_free(Predictor *p)
{
    if (p)
        free(p->levels);
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

void predictor_fill(Predictor *p, const NetSpec *spec, LayerRow *rows, Spread *spread)
{
    empty_rows(spec, rows, spread);
    fill_input(p->input, &rows[0]);
    if (!p->m)
        return;
    p->spec = spec;
    reach(p, spec->depth);
    for (int64_t layer = 1; layer <= spec->depth; layer++)
        fill_forward(p, &p->levels[layer], &rows[layer]);
    forward_logs(p, rows, spread);
    if (!spec_has_readout(spec))
        backward(p, rows, spread);
    if (!spec_has_readout(spec) && exact_case(spec))
        exact_logs(p, rows, spread);
    for (int64_t layer = 0; layer <= spec->depth; layer++) {
        const int64_t above = spec->depth - layer + 1, through = (above > layer ? above : layer) + 1;
        rows[layer].status = layer ? p->levels[layer].status : STATUS_OK;
        spread[layer].bias = spread[layer].exact ? 0 : 2.5 * (double)through / (double)spec->width;
    }
}
