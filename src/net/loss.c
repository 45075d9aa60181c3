/* Losses on scaled rows.
 * The one thing to know: cross-entropy works with log-probabilities, so a gradient of e^-1000 keeps its logarithm. */
#include "net/loss.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/err.h"
#include "net/loss_log.h"
#include "net/loss_mixed.h"

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
        d[k] = clamped(scaled_ldexp(out[k] - top, y->exponent[a]));
    const double all = log_sum_exp(d, n, n), others = log_sum_exp(d, n, hot);
    for (size_t k = 0; k < n; k++)
        d[k] = (k == hot ? others : d[k]) - all - log((double)y->rows);
    from_logs(delta, a, target);
}

static void bce_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    const double count = (double)y->rows * (double)y->cols;
    for (size_t k = 0; k < y->cols; k++) {
        const double toward = target[k] != 0 ? -output_at(y, a, k) : output_at(y, a, k);   /* |σ(y) - t| = σ(toward) */
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

typedef void RowGradient(Rows *delta, const Rows *y, size_t a, const double *target);

static RowGradient *gradient_of(HeadKind head, LossKind loss)
{
    static RowGradient *const rows[HEAD_COUNT][LOSS_CE + 1] = {
        [HEAD_LINEAR] = {[LOSS_MSE] = mse_row},
        [HEAD_SIGMOID] = {[LOSS_MSE] = sigmoid_mse_row, [LOSS_BCE] = bce_row},
        [HEAD_SOFTMAX] = {[LOSS_MSE] = softmax_mse_row, [LOSS_BCE] = softmax_bce_row, [LOSS_CE] = ce_row},
    };
    if (!rows[head][loss])
        BUG("a loss that does not go with its head");
    return rows[head][loss];
}

void loss_pair_gradient(Rows *delta, const Rows *y, const double *target, HeadKind head, LossKind loss)
{
    RowGradient *const row = gradient_of(head, loss);
    for (size_t a = 0; a < y->rows; a++)
        row(delta, y, a, target + a * y->cols);
}

void loss_gradient(Rows *delta, const Rows *y, const double *target, LossKind kind)
{
    loss_pair_gradient(delta, y, target, loss_head(kind), kind);
}
