/* The recursions behind a prediction, one layer at a time.
 * The one thing to know: all samples of a batch share the weights, so their norms fluctuate together; `pair` follows that.
 * Sources stand in the header; the cross terms of δ_a·δ_b follow from the fourth moments of Gaussian matrices. */
#include "theory/layers.h"

#include <math.h>

#include "model/registry.h"

double ln_mean_exp(const double *x, size_t n)
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

double swing_variance(Swing s, double batch)
{
    return (s.own + (batch - 1) * s.pair) / batch;
}

static double ln_sum(double a, double b)
{
    const double top = fmax(a, b);
    return isfinite(top) ? top + log1p(exp(fmin(a, b) - top)) : top;
}

/* At q = 0 exactly (zero input, no biases) only φ(0) and φ'(0) matter. */
static void averages(MeanField *m, double ln_q, Averages *a)
{
    if (ln_q != -HUGE_VAL) {
        meanfield_at(m, ln_q, a);
        return;
    }
    const double zero = meanfield_at_zero(m);
    *a = (Averages){2 * log(fabs(zero)), log(meanfield_slope_square_at_zero(m)), 0, zero < 0 ? -1 : zero > 0, STATUS_OK};
}

static void move_samples(Forward *f, Layer *out)
{
    double mean = 0;
    out->status = STATUS_OK;
    for (size_t i = 0; i < f->samples; i++)
        f->ln_square[i] = ln_sum(f->ln_square[i] + out->ln_w2, out->ln_b2);
    out->ln_q = ln_mean_exp(f->ln_square, f->samples);
    for (size_t i = 0; i < f->samples; i++) {
        Averages a;
        averages(f->field, f->ln_square[i], &a);
        out->status = status_worse(out->status, a.status);
        f->ln_square[i] = a.ln_v;
        f->ln_slope[i] = a.ln_k;
        mean += a.tilt * exp(a.ln_v / 2 - out->ln_q / 2);
    }
    out->ln_v = ln_mean_exp(f->ln_square, f->samples);
    out->ln_k = ln_mean_exp(f->ln_slope, f->samples);
    out->tilt = mean / (double)f->samples * exp(out->ln_q / 2 - out->ln_v / 2);
    if (!isfinite(out->ln_v))
        out->tilt = 0;
}

/* A function of ln q over ln q ~ N(mean, variance), from its values at NODES points of Gauss and Hermite `unit` apart: its mean, and the
 * means of its first two derivatives (Stein's lemma). Where ln q hardly moves, unit keeps the differences above rounding. */
enum { NODES = 5 };
static const double node[NODES] = {-2.8569700138728056, -1.3556261799742659, 0, 1.3556261799742659, 2.8569700138728056};
static const double weight[NODES] = {0.011257411327720688, 0.22207592200561265, 0.53333333333333333, 0.22207592200561265, 0.011257411327720688};

typedef struct {
    double mean, slope, bend;
} Smooth;

static Smooth smooth(const double *f, double unit, double variance)
{
    Smooth s = {0, 0, 0};
    for (int k = 0; k < NODES; k++) {
        s.mean += weight[k] * (f[k] - f[NODES / 2]);
        s.slope += weight[k] * node[k] * f[k] / unit;
        s.bend += weight[k] * (node[k] * node[k] - 1) * (f[k] - f[NODES / 2]) / (unit * unit);
    }
    s.mean += f[NODES / 2] - s.bend / 2 * (unit * unit - variance);
    return s;
}

static void respond(Forward *f, Layer *out)
{
    const double unit = fmax(3e-3, sqrt(fmax(0, out->y_own))), centre = out->ln_q + out->y_bias - out->y_own / 2;
    double v[NODES], slope[NODES], mean[NODES];
    Averages here;
    out->growth = out->turn = out->k_slope = out->k_bend = out->v_shift = out->k_shift = 0;
    out->mean = out->tilt;
    if (out->ln_q == -HUGE_VAL)
        return;
    averages(f->field, out->ln_q, &here);
    for (int k = 0; k < NODES; k++) {
        Averages a;
        averages(f->field, centre + unit * node[k], &a);
        v[k] = a.ln_v - here.ln_v;
        slope[k] = a.ln_k - here.ln_k;
        mean[k] = a.tilt * exp(v[k] / 2);
    }
    const Smooth of_v = smooth(v, unit, out->y_own), of_k = smooth(slope, unit, out->y_own), of_mean = smooth(mean, unit, out->y_own);
    out->growth = of_v.slope;
    out->turn = of_v.bend;
    out->v_shift = of_v.mean;
    out->k_slope = of_k.slope;
    out->k_bend = of_k.bend;
    out->k_shift = of_k.mean;
    out->mean = out->tilt + of_mean.mean - here.tilt;
}

static void correlate(Forward *f, const Layer *below, Layer *out)
{
    out->gap_z = out->gap_h = NOT_GIVEN;
    out->slopes = 1;
    out->pairs = (PairRatios){1, 1, 1, STATUS_OK};
    if (f->batch < 2)
        return;
    Status step, slopes = STATUS_OK;
    out->gap_z = fmin(2, out->share * below->gap_h);
    out->gap_h = gapmap_step(f->map, out->ln_q, out->gap_z, &step);
    out->pairs = gapmap_ratios(f->map, out->ln_q, out->gap_z);
    out->slopes = f->pairs_exactly ? gapmap_slopes(f->map, out->ln_q, out->gap_z, &slopes) : out->pairs.slopes;
    out->status = status_worse(out->status, status_worse(step, slopes));
}

/* The variance of ln ‖Wh‖² over W that independent entries have and an orthogonal map lacks: 2/m, all of it where m ≥ n; for m < n
 * ‖Wh‖²/‖h‖² is Beta(m/2, (n - m)/2). */
static double kept_by_haar(const Layer *l)
{
    return l->haar ? 2 / l->units * fmin(1, l->units / l->fan_in) : 0;
}

/* Followed as the mean and variance of ln ‖h‖² and ln q: logarithms stay nearly normal where the squares themselves are far from it. */
void layer_forward(Forward *f, const Layer *below, Layer *out)
{
    move_samples(f, out);
    const double share = out->share = isfinite(below->ln_v) ? exp(out->ln_w2 + below->ln_v - out->ln_q) : 0;
    const double mean = share * (below->r.bias - below->r.own / 2) + share * (1 - share) * below->r.own / 2;   /* of ln q */
    out->y_own = share * share * below->r.own;
    out->y_pair = share * share * below->r.pair;
    out->y_bias = mean + out->y_own / 2;
    respond(f, out);
    correlate(f, below, out);
    meanfield_ratios(f->field, fmax(out->ln_q, -1e300), &out->ratios);
    /* z on a sphere: the noise of ‖h‖² has no part along ln q. */
    const double kept = kept_by_haar(out) * share * share, c = 1 - out->gap_z, growth2 = out->growth * out->growth;
    const double noise = (out->ratios.fourth - 1) / out->units;
    out->r.own = growth2 * (out->y_own - kept) + noise;
    out->r.pair = growth2 * out->y_pair + (out->pairs.squares - 1) / out->units;
    if (f->batch > 1)
        out->r.pair -= growth2 * kept * c * c;
    out->r.bias = out->v_shift - noise / 2 + (out->growth - out->turn) * kept / 2 + out->r.own / 2;
}

double layer_echo(const Layer *l)
{
    return l->haar && l->units >= l->fan_in ? 0 : log(fmax(1e-3, 1 + l->share * l->along / l->fan_in));
}

/* What the echo does to ‖δ‖² of this layer, and the along of its δ. Along h the gradient is weighted by φ'² where h is large; the
 * part of it that lies along h comes out along z again (all of it for ReLU), the rest does by chance. */
static double echo_through(const Layer *above, Layer *l)
{
    const double n = l->units, back = above ? above->share * above->along : 0, whole = above ? exp(layer_echo(above)) : 1;
    const double straight = isfinite(l->ln_q) ? l->growth * l->growth * exp(l->ln_v - l->ln_q - l->ln_k) : 0;
    l->mode = fmin(1, fmax(0, (1 + back) / n / whole));
    const double through = fmax(1e-3, 1 + (l->mode - 1 / n) * (l->ratios.mixed - 1));
    l->along = (n * l->mode * straight + (1 - l->mode) * (l->ratios.far - straight)) / through - 1;
    return log(whole) + log(through);
}

/* Sampling noise of one layer's averages over its units: of ln ‖h‖², of ln ‖δ‖² given ‖g‖, and between the two, for one sample and
 * between two. δ = φ'(z) ∘ g with g Gaussian given its norm: (3 E φ'⁴/K² - 1)/n; (E φ'_a²φ'_b²/K² - 1)/n for independent cotangents. What
 * goes along ln q is absent where the map that made z keeps norms, and g's own fluctuation where the map above does. */
typedef struct {
    Swing h, d, both;
} Noise;

static Noise noise_of(const Layer *above, const Layer *l)
{
    const double n = l->units, kept = kept_by_haar(l) * l->share * l->share, gone = above && above->haar ? 2 / n : 0;
    const double c2 = isnan(l->gap_z) ? 0 : (1 - l->gap_z) * (1 - l->gap_z);
    Noise x = {
        .h = {0, (l->ratios.fourth - 1) / n - l->growth * l->growth * kept, (l->pairs.squares - 1) / n - l->growth * l->growth * kept * c2},
        .d = {0, (3 * l->ratios.slope_fourth - 1) / n - gone - l->k_slope * l->k_slope * kept,
              (l->pairs.slope_squares - 1) / n - l->k_slope * l->k_slope * kept * c2},
    };
    x.both.own = (l->ratios.mixed - 1) / n - l->growth * l->k_slope * kept;
    x.both.pair = x.h.own > 0 ? x.both.own * x.h.pair / x.h.own : 0;
    return x;
}

/* Every ln q on the way up moves ln ‖δ‖² by k_slope, hence `reach`; the noise of this layer's ‖h‖² reaches the layers above. What is not
 * `own` noise of a ratio of means adds half its variance to the mean. */
void layer_backward(const Layer *above, Layer *out)
{
    const double n = out->units, lift = above ? above->share * above->reach : 0,
                 kept = kept_by_haar(out) * out->share * out->share;
    const Noise noise = noise_of(above, out);
    /* The part of the layers above that does not come through this layer's ln q. */
    Swing up = {0, 0, 0};
    if (above) {
        const double reach = above->reach * above->reach;
        up = (Swing){above->d.bias, above->d.own - reach * above->y_own, above->d.pair - reach * above->y_pair};
    }
    const double own = up.own + lift * lift * noise.h.own + 2 * lift * noise.both.own;
    const double pair = up.pair + lift * lift * noise.h.pair + 2 * lift * noise.both.pair;
    out->reach = out->k_slope + lift * out->growth;
    out->d.own = own + noise.d.own + out->reach * out->reach * out->y_own;
    out->d.pair = pair + noise.d.pair + out->reach * out->reach * out->y_pair;
    const double sphere = -0.5 * (out->k_slope * (out->k_slope - 1) + out->k_bend) * kept;
    const double before = above ? above->d.own : 0;
    out->d.bias = up.bias + out->k_shift + sphere + 0.5 * (out->d.own - noise.d.own - before) + echo_through(above, out);
    /* δ_a·δ_b: independent entries above add 1/n to (g_a·g_b)², an orthogonal map keeps it. */
    const double straight_pair = out->slopes * out->slopes;
    out->cross = straight_pair * (above ? above->cross : 0) + (out->pairs.slope_squares - (above && above->haar ? straight_pair : 0)) / n;
}
