/* Losses on scaled rows.
 * The one thing to know: cross-entropy works with log-probabilities, so a gradient of e^-1000 keeps its logarithm. */
#include "net/loss.h"

#include <gsl/gsl_randist.h>
#include <math.h>

void loss_targets(double *target, size_t batch, size_t outputs, LossKind kind, RngSource source, Rng *rng)
{
    rng_open(rng, source, 0, USE_TARGET);
    for (size_t a = 0; a < batch; a++) {
        double *t = target + a * outputs;
        const size_t hot = kind == LOSS_CE ? (size_t)gsl_rng_uniform_int(rng->gsl, outputs) : 0;
        for (size_t k = 0; k < outputs; k++)
            t[k] = kind == LOSS_MSE ? gsl_ran_gaussian_ziggurat(rng->gsl, 1) : kind == LOSS_BCE ? (double)gsl_ran_bernoulli(rng->gsl, 0.5) : k == hot;
    }
}

/* Row a of delta holds logarithms of |p - t|; make it p - t, negative where t = 1, in a unit where the largest is about 1. */
static void from_logs(Rows *delta, size_t a, const double *target)
{
    double *d = rows_at(delta, a), top = -HUGE_VAL;
    for (size_t k = 0; k < delta->cols; k++)
        top = fmax(top, d[k]);
    const double unit = isfinite(top) && fabs(top) > 200 ? floor(fmax(top, -1e15) / M_LN2) : 0;
    delta->exponent[a] = (int64_t)unit;
    for (size_t k = 0; k < delta->cols; k++)
        d[k] = (target[k] != 0 ? -1 : 1) * exp(d[k] - unit * M_LN2);
}

static double log_sum_exp(const double *y, size_t n, size_t without)
{
    double top = -HUGE_VAL, total = 0;
    for (size_t k = 0; k < n; k++)
        if (k != without)
            top = fmax(top, y[k]);
    for (size_t k = 0; k < n; k++)
        if (k != without)
            total += exp(y[k] - top);
    return top + log(total);
}

static double log1pexp(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

/* Softmax is shift-invariant: logits relative to the largest, so that none overflows. */
static void ce_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    const size_t n = y->cols;
    const double *out = rows_at(y, a);
    double *d = rows_at(delta, a), top = -HUGE_VAL;
    size_t hot = 0;
    for (size_t k = 0; k < n; k++) {
        top = fmax(top, out[k]);
        hot = target[k] != 0 ? k : hot;
    }
    for (size_t k = 0; k < n; k++)
        d[k] = fmax(scaled_ldexp(out[k] - top, y->exponent[a]), -1e300);
    const double all = log_sum_exp(d, n, n), others = log_sum_exp(d, n, hot);
    for (size_t k = 0; k < n; k++)
        d[k] = (k == hot ? others : d[k]) - all - log((double)y->rows);
    from_logs(delta, a, target);
}

/* An output as a double, clamped: beyond 1e300 its probability is 0 or 1 to any precision. */
static double output(const Rows *y, size_t a, size_t k)
{
    return fmin(fmax(scaled_ldexp(rows_at(y, a)[k], y->exponent[a]), -1e300), 1e300);
}

static void bce_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    const double count = (double)y->rows * (double)y->cols;
    for (size_t k = 0; k < y->cols; k++) {
        const double toward = target[k] != 0 ? -output(y, a, k) : output(y, a, k);   /* |σ(y) - t| = σ(toward) */
        rows_at(delta, a)[k] = -log1pexp(-toward) - log(count);
    }
    from_logs(delta, a, target);
}

static void mse_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    const double count = (double)y->rows * (double)y->cols;
    const int64_t e = y->exponent[a] > 0 ? y->exponent[a] : 0;   /* targets are about 1: no smaller unit is needed */
    for (size_t k = 0; k < y->cols; k++)
        rows_at(delta, a)[k] = 2 * (scaled_ldexp(rows_at(y, a)[k], y->exponent[a] - e) - scaled_ldexp(target[k], -e)) / count;
    delta->exponent[a] = e;
}

void loss_gradient(Rows *delta, const Rows *y, const double *target, LossKind kind)
{
    void (*const row)(Rows *, const Rows *, size_t, const double *) = kind == LOSS_MSE ? mse_row : kind == LOSS_BCE ? bce_row : ce_row;
    for (size_t a = 0; a < y->rows; a++)
        row(delta, y, a, target + a * y->cols);
}

double loss_value(const Rows *y, const double *target, LossKind kind)
{
    double total = 0;
    for (size_t a = 0; a < y->rows; a++) {
        const double *out = rows_at(y, a), *t = target + a * y->cols;
        for (size_t k = 0; k < y->cols; k++) {
            if (kind == LOSS_MSE)
                total += (out[k] - t[k]) * (out[k] - t[k]);
            else if (kind == LOSS_BCE)
                total += log1pexp(t[k] != 0 ? -out[k] : out[k]);
            else if (t[k] != 0)
                total += log_sum_exp(out, y->cols, y->cols) - out[k];
        }
    }
    return total / (double)y->rows / (kind == LOSS_CE ? 1 : (double)y->cols);
}
