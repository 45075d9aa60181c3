/* Metrics.
 * The one thing to know: a sigmoid is at least 1/2 where its output is at least 0, so nothing is exponentiated where that suffices. */
#include "net/metric.h"

#include <math.h>
#include <stdbool.h>

#include "net/loss_log.h"

/* Σ e^(y - top), which is at least 1. */
static double softmax_sum(const Rows *y, size_t a, size_t top)
{
    double total = 0;
    for (size_t k = 0; k < y->cols; k++)
        total += exp(logit_below(y, a, k, top));
    return total;
}

static void predict_row(double *p, const Rows *y, size_t a, HeadKind head)
{
    const size_t top = largest_output(y, a);
    const double total = head == HEAD_SOFTMAX ? softmax_sum(y, a, top) : 1;
    for (size_t k = 0; k < y->cols; k++) {
        if (head == HEAD_LINEAR)
            p[k] = scaled_ldexp(rows_at(y, a)[k], y->exponent[a]);
        else if (head == HEAD_SOFTMAX)
            p[k] = exp(logit_below(y, a, k, top)) / total;
        else
            p[k] = 1 / (1 + exp(-output_at(y, a, k)));
    }
}

void metric_predict(double *p, const Rows *y, HeadKind head)
{
    for (size_t a = 0; a < y->rows; a++)
        predict_row(p + a * y->cols, y, a, head);
}

/* The largest output is the target's; a NaN anywhere leaves no largest. */
static bool largest_is_right(const double *y, const double *target, size_t n)
{
    size_t best = 0;
    for (size_t k = 0; k < n; k++) {
        if (isnan(y[k]))
            return false;
        best = y[k] > y[best] ? k : best;
    }
    return target[best] != 0;
}

/* The share of outputs with p ≥ 1/2 where t = 1, and p < 1/2 where t = 0. */
static double share_right(const Rows *y, size_t a, const double *target, HeadKind head)
{
    const double *out = rows_at(y, a);
    const size_t top = largest_output(y, a);
    const double total = head == HEAD_SOFTMAX ? softmax_sum(y, a, top) : 1;
    double right = 0;
    for (size_t k = 0; k < y->cols; k++) {
        const bool on = head == HEAD_SOFTMAX   ? exp(logit_below(y, a, k, top)) >= total / 2
                        : head == HEAD_SIGMOID ? out[k] >= 0
                                               : scaled_ldexp(out[k], y->exponent[a]) >= 0.5;
        right += !isnan(out[k]) && !isnan(total) && on == (target[k] != 0);
    }
    return right / (double)y->cols;
}

double metric_right(const Rows *y, const double *target, TaskKind task, HeadKind head)
{
    if (task == TASK_REGRESSION || task == TASK_NONE)
        return NOT_GIVEN;
    double right = 0;
    for (size_t a = 0; a < y->rows; a++) {
        const double *t = target + a * y->cols;
        const bool two = task == TASK_BINARY && y->cols == 2;
        const double turned[] = {rows_at(y, a)[y->cols - 1], rows_at(y, a)[0]}, turned_t[] = {t[y->cols - 1], t[0]};
        if (two)   /* the second first: p_1 ≥ 1/2 is class 1 */
            right += largest_is_right(turned, turned_t, 2);
        else if (task == TASK_MULTICLASS)
            right += largest_is_right(rows_at(y, a), t, y->cols);
        else
            right += share_right(y, a, t, head);
    }
    return right;
}
