/* The value of a loss.
 * The one thing to know: a loss of 1e-300 is not 0, nor one of 1e300 infinite; terms are added as logarithms say them. */
#include <math.h>

#include "net/loss.h"
#include "net/loss_log.h"

static double squares(const Rows *y, size_t a, const double *t)
{
    double total = 0;
    for (size_t k = 0; k < y->cols; k++) {
        const double r = scaled_ldexp(rows_at(y, a)[k], y->exponent[a]) - t[k];
        total += r * r;
    }
    return total;
}

static double sigmoid_row(const Rows *y, size_t a, const double *t, LossKind loss)
{
    double total = 0;
    for (size_t k = 0; k < y->cols; k++) {
        const double x = output_at(y, a, k), near = exp(-log1pexp(fabs(x))), r = x > 0 ? (1 - t[k]) - near : near - t[k];
        total += loss == LOSS_BCE ? log1pexp(t[k] != 0 ? -x : x) : r * r;
    }
    return total;
}

/* log Σ e^(y_k - y_top) over the others. */
static double log_others(const Rows *y, size_t a, size_t top)
{
    double next = -1e300, total = 0;
    for (size_t k = 0; k < y->cols; k++)
        if (k != top)
            next = fmax(next, logit_below(y, a, k, top));
    for (size_t k = 0; k < y->cols; k++)
        total += k == top ? 0 : exp(logit_below(y, a, k, top) - next);
    return next + log(total);
}

static double softmax_row(const Rows *y, size_t a, const double *t, LossKind loss)
{
    const size_t top = largest_output(y, a);
    const double others = log_others(y, a, top), all = log1pexp(others);   /* the top's logit is 0 */
    double total = 0;
    for (size_t k = 0; k < y->cols; k++) {
        const double log_p = logit_below(y, a, k, top) - all, off = k == top ? (1 - t[k]) - exp(others - all) : exp(log_p) - t[k];
        const double log_not = k == top ? others - all : log1p(-exp(log_p));
        if (loss == LOSS_MSE)
            total += off * off;
        else if (t[k] != 0)
            total -= log_p;
        else if (loss == LOSS_BCE)
            total -= log_not;
    }
    return total;
}

double loss_pair_value(const Rows *y, const double *target, HeadKind head, LossKind loss)
{
    double total = 0;
    for (size_t a = 0; a < y->rows; a++) {
        const double *t = target + a * y->cols;
        total += head == HEAD_LINEAR ? squares(y, a, t) : head == HEAD_SIGMOID ? sigmoid_row(y, a, t, loss) : softmax_row(y, a, t, loss);
    }
    return total / (double)y->rows / (loss == LOSS_CE ? 1 : (double)y->cols);
}

double loss_value(const Rows *y, const double *target, LossKind kind)
{
    return loss_pair_value(y, target, loss_head(kind), kind);
}
