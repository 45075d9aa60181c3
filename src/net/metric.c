/* Metrics.
 * The one thing to know: a sigmoid is at least 1/2 where its output is at least 0, so nothing is exponentiated where that suffices. */
#include "net/metric.h"

#include <math.h>
#include <stdbool.h>

static void softmax(double *p, size_t n)
{
    double top = -HUGE_VAL, total = 0;
    for (size_t k = 0; k < n; k++)
        top = fmax(top, p[k]);
    for (size_t k = 0; k < n; k++)
        total += p[k] = exp(p[k] - top);
    for (size_t k = 0; k < n; k++)
        p[k] /= total;
}

/* Outputs are clamped to ±1e300 under a head that saturates, so that ∞ - ∞ does not arise from numbers that are finite. */
static double logit(const Rows *y, size_t a, size_t k)
{
    const double x = scaled_ldexp(rows_at(y, a)[k], y->exponent[a]);
    return isinf(x) && isfinite(rows_at(y, a)[k]) ? copysign(1e300, x) : x;
}

static void predict_row(double *p, const Rows *y, size_t a, HeadKind head)
{
    for (size_t k = 0; k < y->cols; k++) {
        if (head == HEAD_LINEAR)
            p[k] = scaled_ldexp(rows_at(y, a)[k], y->exponent[a]);
        else if (head == HEAD_SOFTMAX)
            p[k] = logit(y, a, k);
        else
            p[k] = 1 / (1 + exp(-logit(y, a, k)));
    }
    if (head == HEAD_SOFTMAX)
        softmax(p, y->cols);
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

/* p ≥ 1/2 of one output, whose softmax has the others beside it. */
static double share_right(const Rows *y, size_t a, const double *target, HeadKind head)
{
    const double *out = rows_at(y, a);
    double top = -HUGE_VAL, total = 0, right = 0;
    for (size_t k = 0; head == HEAD_SOFTMAX && k < y->cols; k++)
        top = fmax(top, logit(y, a, k));
    for (size_t k = 0; head == HEAD_SOFTMAX && k < y->cols; k++)
        total += exp(logit(y, a, k) - top);
    for (size_t k = 0; k < y->cols; k++) {
        const double x = logit(y, a, k);
        const bool on = head == HEAD_SOFTMAX ? exp(x - top) >= total / 2 : head == HEAD_SIGMOID ? x >= 0 : x >= 0.5;
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
