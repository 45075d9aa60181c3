/* Losses of heads they were not made for.
 * The one thing to know: the largest probability is seen as 1 minus the sum of the others, so that no difference cancels.
 * Formulas: chain rule through p = σ(y), p' = p(1 - p), and p = softmax(y), ∂p_j/∂y_k = p_j(δ_jk - p_k). */
#include "net/loss_mixed.h"

#include "net/loss_log.h"

static Scaled number(double x)
{
    return scaled_times((Scaled){x, 0}, 1);
}

/* e^l. */
static Scaled power(double l)
{
    const double unit = floor(fmax(l, -1e15) / M_LN2);
    return (Scaled){exp(l - unit * M_LN2), (int64_t)unit};
}

/* Products are normalised, so that sums are taken in the larger number's unit. */
static Scaled normal(Scaled a)
{
    return scaled_times(a, 1);
}

static Scaled times(Scaled a, Scaled b)
{
    return normal((Scaled){a.mantissa * b.mantissa, a.exponent + b.exponent});
}

static Scaled over(Scaled a, Scaled b)
{
    return normal((Scaled){a.mantissa / b.mantissa, a.exponent - b.exponent});
}

static Scaled plus(Scaled a, Scaled b)
{
    return scaled_add(a, b);
}

static Scaled minus(Scaled a, Scaled b)
{
    return plus(a, (Scaled){-b.mantissa, b.exponent});
}

/* What one row's terms have in common. */
typedef struct {
    const double *target;
    double share;         /* 1/(batch · outputs) */
    size_t n, top;
    Scaled rest;          /* 1 - p_top */
    Scaled sum;           /* over the others, of what the loss says */
} Row;

/* ∂L/∂y_k from log p_k (for a sigmoid: from y_k). */
typedef Scaled Term(const Row *row, double l, size_t k);

/* Row a of delta holds what `term` takes; put what it gives, in a unit where the largest is about 1. */
static void put_terms(Rows *delta, size_t a, const Row *row, Term *term)
{
    double *d = rows_at(delta, a);
    int64_t unit = INT64_MIN;
    for (size_t k = 0; k < row->n; k++) {
        const Scaled x = normal(term(row, d[k], k));
        unit = x.mantissa != 0 && x.exponent > unit ? x.exponent : unit;
    }
    if (unit == INT64_MIN || (unit > -200 && unit < 200))
        unit = 0;
    for (size_t k = 0; k < row->n; k++) {
        const Scaled x = scaled_times(term(row, d[k], k), row->share);
        d[k] = scaled_ldexp(x.mantissa, x.exponent - unit);
    }
    delta->exponent[a] = unit;
}

static Row begin(const Rows *y, const double *target)
{
    return (Row){.target = target, .share = 1 / ((double)y->rows * (double)y->cols), .n = y->cols};
}

/* 2(p - t)p(1 - p), with p = σ(y). */
static Scaled sigmoid_mse(const Row *row, double y, size_t k)
{
    const double t = row->target[k];
    const Scaled near = power(-log1pexp(fabs(y))), far = number(1 / (1 + exp(-fabs(y))));   /* σ(-|y|) and σ(|y|) */
    const Scaled off = y > 0 ? minus(number(1 - t), near) : minus(near, number(t));
    return scaled_times(times(times(near, far), off), 2);
}

void sigmoid_mse_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    const Row row = begin(y, target);
    for (size_t k = 0; k < row.n; k++)
        rows_at(delta, a)[k] = output_at(y, a, k);
    put_terms(delta, a, &row, sigmoid_mse);
}

/* Row a of delta becomes log p. */
static Row begin_softmax(Rows *delta, const Rows *y, size_t a, const double *target)
{
    Row row = begin(y, target);
    double *d = rows_at(delta, a);
    row.top = largest_output(y, a);
    for (size_t k = 0; k < row.n; k++)
        d[k] = logit_below(y, a, k, row.top);
    const double others = log_sum_exp(d, row.n, row.top), all = log1pexp(others);   /* the top's logit is 0 */
    for (size_t k = 0; k < row.n; k++)
        d[k] -= all;
    row.rest = power(others - all);
    return row;
}

/* r_k - r_top with r = p - t, for k that is not the top. */
static Scaled behind(const Row *row, double log_p, size_t k)
{
    return plus(number(row->target[row->top] - row->target[k] - 1), plus(power(log_p), row->rest));
}

/* 2 p_k (r_k - r_top - Σ_j p_j (r_j - r_top)). */
static Scaled softmax_mse(const Row *row, double log_p, size_t k)
{
    const Scaled mean = row->sum, off = k == row->top ? (Scaled){-mean.mantissa, mean.exponent} : minus(behind(row, log_p, k), mean);
    return scaled_times(times(power(log_p), off), 2);
}

void softmax_mse_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    Row row = begin_softmax(delta, y, a, target);
    const double *log_p = rows_at(delta, a);
    for (size_t k = 0; k < row.n; k++)
        if (k != row.top)
            row.sum = plus(row.sum, times(power(log_p[k]), behind(&row, log_p[k], k)));
    put_terms(delta, a, &row, softmax_mse);
}

/* p ∂L/∂p, for k that is not the top: -1 where t = 1, else p/(1 - p). */
static Scaled odds(const Row *row, double log_p, size_t k)
{
    const Scaled p = power(log_p);
    return row->target[k] != 0 ? number(-1) : over(p, minus(number(1), p));
}

/* (p_k - t_k) - p_k Σ_{j≠k} p_j ∂L/∂p_j. */
static Scaled softmax_bce(const Row *row, double log_p, size_t k)
{
    const Scaled p = power(log_p), p_top = minus(number(1), row->rest);
    const int hot = row->target[row->top] != 0;
    if (k == row->top)
        return minus(hot ? (Scaled){-row->rest.mantissa, row->rest.exponent} : p_top, times(p_top, row->sum));
    const Scaled own = row->target[k] != 0 ? minus(p, number(1)) : p;
    const Scaled from_top = hot ? (Scaled){-p.mantissa, p.exponent} : over(times(p, p_top), row->rest);
    return minus(minus(own, times(p, minus(row->sum, odds(row, log_p, k)))), from_top);
}

void softmax_bce_row(Rows *delta, const Rows *y, size_t a, const double *target)
{
    Row row = begin_softmax(delta, y, a, target);
    const double *log_p = rows_at(delta, a);
    for (size_t k = 0; k < row.n; k++)
        if (k != row.top)
            row.sum = plus(row.sum, odds(&row, log_p[k], k));
    put_terms(delta, a, &row, softmax_bce);
}
