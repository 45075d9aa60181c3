/* Mean-field theory of one activation: moments and tables.
 * The one thing to know: everything is kept as logarithms of q, V and K; pairs are in pairs.c.
 * Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos"; Schoenholz et al. 2017. */
#include "theory/meanfield.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "theory/field.h"

static const double lowest = -69, highest = 69;   /* ln q: 1e-30 … 1e30 */
static const double panel = 1;                    /* of ln q */
enum { RATIOS = 4 };

bool meanfield_covers(Choice activation)
{
    return activation_of(activation)->value_at != NULL;
}

static double value(const MeanField *m, double x) { return m->act->value_at(x, m->a); }
static double slope(const MeanField *m, double x) { return m->act->slope_at(x, m->a); }

/* The integrands, from x, φ(x) and φ'(x). */
static double f_mean(double x, double v, double s) { (void)x, (void)s; return v; }
static double f_square(double x, double v, double s) { (void)x, (void)s; return v * v; }
static double f_slope_square(double x, double v, double s) { (void)x, (void)v; return s * s; }
static double f_growth(double x, double v, double s) { return x * v * s; }
static double f_fourth(double x, double v, double s) { (void)x, (void)s; return v * v * (v * v); }
static double f_slope_fourth(double x, double v, double s) { (void)x, (void)v; return s * s * (s * s); }
static double f_mixed(double x, double v, double s) { (void)x; return v * v * (s * s); }
static double f_slope(double x, double v, double s) { (void)x, (void)v; return s; }
static double f_far_slope(double x, double v, double s) { (void)v; return x * s; }
static double f_far_square(double x, double v, double s) { (void)v; return x * x * (s * s); }

static double (*const integrands[MOMENT_COUNT])(double x, double v, double s) = {
    [MOMENT_MEAN] = f_mean,
    [MOMENT_SQUARE] = f_square,
    [MOMENT_SLOPE_SQUARE] = f_slope_square,
    [MOMENT_GROWTH] = f_growth,
    [MOMENT_FOURTH] = f_fourth,
    [MOMENT_SLOPE_FOURTH] = f_slope_fourth,
    [MOMENT_MIXED] = f_mixed,
    [MOMENT_SLOPE] = f_slope,
    [MOMENT_FAR_SLOPE] = f_far_slope,
    [MOMENT_FAR_SQUARE] = f_far_square,
};

typedef struct {
    const MeanField *m;
    double (*of)(double x, double v, double s);
} Averaged;

static void many(double *restrict out, const double *restrict x, size_t n, const void *context)
{
    const Averaged *c = context;
    double v[GAUSS_TOGETHER], s[GAUSS_TOGETHER];
    c->m->act->both(v, s, x, n, c->m->a);
    for (size_t i = 0; i < n; i++)
        out[i] = c->of(x[i], v[i], s[i]);
}

Estimate meanfield_shifted(MeanField *m, Moment moment, double mean, double variance)
{
    const Averaged context = {m, integrands[moment]};
    const Integrand f = {.context = &context, .kinks = m->act->kinks, .n_kinks = m->act->n_kinks, .scale = m->scale, .many = many};
    return gauss_mean(m->gauss, &f, mean, sqrt(variance));
}

Estimate meanfield_quadrature(MeanField *m, Moment moment, double q)
{
    if (q == 0 && (moment == MOMENT_SLOPE_SQUARE || moment == MOMENT_SLOPE_FOURTH || moment == MOMENT_SLOPE))
        q = 1e-300;   /* the limit: at a kink the derivative's two sides count half each */
    return meanfield_shifted(m, moment, 0, q);
}

Estimate meanfield_exactly(double x)
{
    return (Estimate){x, 8e-16 * fabs(x), isnan(x) ? STATUS_NAN : STATUS_OK};
}

static double (*closed_form(const MeanField *m, Moment moment))(double, double)
{
    const Closed *c = m->closed;
    if (!c)
        return NULL;
    switch (moment) {
    case MOMENT_MEAN: return c->mean;
    case MOMENT_SQUARE: return c->square;
    case MOMENT_SLOPE_SQUARE: return c->slope_square;
    case MOMENT_GROWTH: return c->growth;
    case MOMENT_FOURTH: return c->fourth;
    case MOMENT_SLOPE_FOURTH: return c->slope_fourth;
    case MOMENT_MIXED: return c->mixed;
    case MOMENT_FAR_SQUARE: return c->far_square;
    default: return NULL;
    }
}

Estimate meanfield_moment(MeanField *m, Moment moment, double q)
{
    double (*const form)(double, double) = closed_form(m, moment);
    if (!form || !(q > 0) || !isfinite(q))
        return meanfield_quadrature(m, moment, q);
    const double x = form(q, m->a);
    return (Estimate){x, 8e-16 * fabs(x), isnan(x) ? STATUS_NAN : STATUS_OK};
}

/* Less its mean and its part along x, φ has the same q K - V but for the mean: with φ̃ = φ - E φ - x E φ', q K - V = q E φ̃'² - E φ̃² - (E φ)². */
typedef struct {
    const MeanField *m;
    double q, mean, slope;
} Bent;

static void bent(double *restrict out, const double *restrict x, size_t n, const void *context)
{
    const Bent *c = context;
    double v[GAUSS_TOGETHER], s[GAUSS_TOGETHER];
    c->m->act->both(v, s, x, n, c->m->a);
    for (size_t i = 0; i < n; i++) {
        const double value = v[i] - c->mean - x[i] * c->slope, slope_off = s[i] - c->slope;
        out[i] = c->q * slope_off * slope_off - value * value;
    }
}

Estimate meanfield_margin(MeanField *m, double q)
{
    if (m->closed && m->closed->margin)
        return meanfield_exactly(m->closed->margin(q, m->a));
    if (q > 1) {   /* nothing cancels that φ̃ would keep */
        const Estimate v = meanfield_moment(m, MOMENT_SQUARE, q), k = meanfield_moment(m, MOMENT_SLOPE_SQUARE, q);
        const double ratio = v.value / (q * k.value);
        return (Estimate){1 - ratio, ratio * (v.error / v.value + k.error / k.value + 4e-16), status_worse(v.status, k.status)};
    }
    const Estimate mean = m->odd ? meanfield_exactly(0) : meanfield_moment(m, MOMENT_MEAN, q), slope = meanfield_quadrature(m, MOMENT_SLOPE, q),
                   k = meanfield_moment(m, MOMENT_SLOPE_SQUARE, q);
    const double by_mean = mean.value * mean.value / (q * k.value);
    if (by_mean > 1e10 && isfinite(by_mean))   /* the rest is below 1 */
        return (Estimate){1 - by_mean, 2e-10 * by_mean, STATUS_OK};
    const Bent context = {m, q, mean.value, slope.value};
    const Integrand f = {.context = &context, .kinks = m->act->kinks, .n_kinks = m->act->n_kinks, .scale = m->scale, .many = bent};
    Estimate e = gauss_mean(m->gauss, &f, 0, sqrt(q));
    if (e.status == STATUS_NOT_CONVERGED && e.error < 1e-9 * mean.value * mean.value)
        e = (Estimate){0, e.error, STATUS_OK};   /* only rounding is left of φ̃ beside the mean */
    e.value = (e.value - mean.value * mean.value) / (q * k.value);
    e.error /= q * k.value;
    e.status = status_worse(e.status, status_worse(mean.status, status_worse(slope.status, k.status)));
    return e;
}

static Status fill_averages(double ln_q, double *out, void *context)
{
    MeanField *m = context;
    const double q = exp(ln_q);
    const Estimate mean = meanfield_moment(m, MOMENT_MEAN, q), v = meanfield_moment(m, MOMENT_SQUARE, q),
                   k = meanfield_moment(m, MOMENT_SLOPE_SQUARE, q), w = meanfield_moment(m, MOMENT_GROWTH, q);
    out[0] = log(v.value);
    out[1] = log(k.value);
    out[2] = w.value / v.value;
    out[3] = mean.value / sqrt(v.value);
    return status_worse(status_worse(mean.status, v.status), status_worse(k.status, w.status));
}

static Status fill_ratios(double ln_q, double *out, void *context)
{
    MeanField *m = context;
    const double q = exp(ln_q);
    const Estimate v = meanfield_moment(m, MOMENT_SQUARE, q), k = meanfield_moment(m, MOMENT_SLOPE_SQUARE, q),
                   fourth = meanfield_moment(m, MOMENT_FOURTH, q), slope_fourth = meanfield_moment(m, MOMENT_SLOPE_FOURTH, q),
                   mixed = meanfield_moment(m, MOMENT_MIXED, q), far = meanfield_moment(m, MOMENT_FAR_SQUARE, q);
    out[0] = log(fourth.value) - 2 * log(v.value);
    out[1] = log(slope_fourth.value) - 2 * log(k.value);
    out[2] = log(mixed.value) - log(v.value) - log(k.value);
    out[3] = log(far.value) - ln_q - log(k.value);
    return status_worse(status_worse(status_worse(v.status, k.status), status_worse(fourth.status, slope_fourth.status)),
                        status_worse(mixed.status, far.status));
}

/* Find out by looking: no activation has to declare these. */
static void examine(MeanField *m)
{
    static const double probes[] = {0.37, 1.1, 2.385, 7.9, 31};
    const double tiny = 1e-150;
    m->homogeneous = m->odd = true;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const double x = sign * probes[i] * m->scale, y = value(m, x);
            m->homogeneous = m->homogeneous && fabs(value(m, 4 * x) - 4 * y) <= 1e-15 * fabs(4 * y);
            m->odd = m->odd && value(m, -x) == -y;
        }
    m->at_zero = value(m, 0);
    m->slope_below = slope(m, -tiny);
    m->slope_above = slope(m, tiny);
    m->smooth_at_zero = fabs(m->slope_above - m->slope_below) <= 1e-6 * (fabs(m->slope_above) + fabs(m->slope_below));
}

MeanField *meanfield_alloc(Choice activation)
{
    if (!meanfield_covers(activation))
        BUG("mean-field theory of an activation that is not elementwise");
    MeanField *m = mem_alloc(1, sizeof *m);
    m->choice = activation;
    m->act = activation_of(activation);
    m->a = activation.parameter;
    const double steepest = fabs(m->act->steepest(m->a));
    m->scale = steepest > 1e-9 && steepest < 1 ? steepest : 1;
    m->closed = closed_find(m->act->named.name);
    m->gauss = gauss_alloc();
    m->averages = cheb_alloc(lowest, highest, panel, 4, fill_averages, m);
    m->ratios = cheb_alloc(lowest, highest, panel, RATIOS, fill_ratios, m);
    examine(m);
    return m;
}

void meanfield_free(MeanField *m)
{
    if (!m)
        return;
    gauss_free(m->gauss);
    cheb_free(m->averages);
    cheb_free(m->ratios);
    free(m);
}

bool meanfield_homogeneous(const MeanField *m) { return m->homogeneous; }
bool meanfield_odd(const MeanField *m) { return m->odd; }
bool meanfield_smooth_at_zero(const MeanField *m) { return m->smooth_at_zero; }
double meanfield_at_zero(const MeanField *m) { return m->at_zero; }

double meanfield_slope_square_at_zero(const MeanField *m)
{
    return (m->slope_below * m->slope_below + m->slope_above * m->slope_above) / 2;
}

double meanfield_top(const MeanField *m)
{
    const double low = m->act->slope_low(m->a), high = m->act->slope_high(m->a);
    return (low * low + high * high) / 2;
}

/* Table values at the end of the range nearest to ln_q, and by how much ln_q lies beyond it. */
static double clamp(double ln_q, double *beyond)
{
    const double inside = fmin(fmax(ln_q, lowest), highest);
    *beyond = ln_q - inside;
    return inside;
}

/* Beyond the table's ends moments are powers of q, by halves: the slope at the end without its rounding errors. */
static double power(double at, double before, double step)
{
    const double slope_there = (at - before) / -step, nearest = round(2 * slope_there) / 2;
    return fabs(slope_there - nearest) < 1e-9 ? nearest : slope_there;
}

void meanfield_at(MeanField *m, double ln_q, Averages *out)
{
    double at[4], before[4], beyond;
    const double inside = clamp(ln_q, &beyond);
    out->status = isnan(ln_q) ? STATUS_NAN : cheb_at(m->averages, inside, at);
    if (out->status != STATUS_OK) {
        out->ln_v = out->ln_k = out->growth = out->tilt = NO_NUMBER;
        return;
    }
    *out = (Averages){at[0], at[1], at[2], at[3], STATUS_OK};
    if (beyond == 0)
        return;
    const double step = beyond > 0 ? -1 : 1;
    out->status = cheb_at(m->averages, inside + step, before);
    out->ln_v += power(at[0], before[0], step) * beyond;
    out->ln_k += power(at[1], before[1], step) * beyond;
}

void meanfield_ratios(MeanField *m, double ln_q, Ratios *out)
{
    double at[RATIOS], before[RATIOS], beyond;
    const double inside = clamp(ln_q, &beyond);
    out->status = isnan(ln_q) ? STATUS_NAN : cheb_at(m->ratios, inside, at);
    if (out->status == STATUS_OK && beyond != 0) {
        const double step = beyond > 0 ? -1 : 1;
        out->status = cheb_at(m->ratios, inside + step, before);
        for (int i = 0; i < RATIOS; i++)
            at[i] += power(at[i], before[i], step) * beyond;
    }
    double *const ratio[RATIOS] = {&out->fourth, &out->slope_fourth, &out->mixed, &out->far};
    for (int i = 0; i < RATIOS; i++)
        *ratio[i] = out->status == STATUS_OK ? exp(at[i]) : NO_NUMBER;
}

double meanfield_length(MeanField *m, double sigma_w, double sigma_b, double ln_q)
{
    Averages a;
    meanfield_at(m, ln_q, &a);
    const double weights = a.ln_v + 2 * log(sigma_w), biases = 2 * log(sigma_b);
    const double top = fmax(weights, biases);
    return isfinite(top) ? top + log1p(exp(fmin(weights, biases) - top)) : top;
}
