/* Losses on plain vectors.
 * The one thing to know: exponentials of a whole batch are taken in one vectorised loop; logarithms only once a row where that is enough.
 * A softmax is seen from its largest output: 1 - p_top is the sum of the other probabilities, never a difference. */
#include "net/loss_flat.h"

#include <math.h>

#include "num/vecmath.h"

size_t loss_flat_room(size_t rows, size_t cols)
{
    return 2 * rows * cols + rows;
}

MULTIVERSION static void exponentials(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = vec_exp(x[i]);
}

static double linear_mse(double *restrict d, const double *restrict y, const double *restrict t, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        const double r = y[i] - t[i];
        d[i] = 2 * r;
        total += r * r;
    }
    return total;
}

/* e^-|y|: σ(-|y|) is e/(1 + e). */
MULTIVERSION static void small_exponentials(double *restrict e, const double *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        e[i] = vec_exp(-fabs(y[i]));
}

static double sigmoid_bce(double *restrict d, const double *restrict y, const double *restrict t, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        const double sign = t[i] != 0 ? -1 : 1, toward = sign * y[i], e = d[i], far = 1 / (1 + e);
        d[i] = sign * (toward > 0 ? far : e * far);
        total += (toward > 0 ? toward : 0) + log1p(e);
    }
    return total;
}

static double sigmoid_mse(double *restrict d, const double *restrict y, const double *restrict t, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        const double far = 1 / (1 + d[i]), near = d[i] * far, r = y[i] > 0 ? (1 - t[i]) - near : near - t[i];
        d[i] = 2 * r * near * far;
        total += r * r;
    }
    return total;
}

/* One row of a softmax, seen from its largest output. */
typedef struct {
    size_t top;
    double others;  /* Σ over the others of e^(y_k - next), next being the largest of them */
    double rest;    /* Σ over the others of e^(y_k - top), so that p_top = 1/(1 + rest) */
} Peak;

static size_t largest_at(const double *y, size_t n, size_t without)
{
    size_t top = without == 0;
    for (size_t k = 0; k < n; k++)
        if (k != without && (y[k] > y[top] || isnan(y[k])))
            top = k;
    return top;
}

/* x = y - next, but next - top at the top, whose place is the answer. */
static size_t shift_row(double *x, const double *y, size_t n)
{
    const size_t top = largest_at(y, n, n), next = largest_at(y, n, top);
    for (size_t k = 0; k < n; k++)
        x[k] = k == top ? y[next] - y[top] : y[k] - y[next];
    return top;
}

/* The exponentials of a shifted row become probabilities. */
static Peak probabilities(double *p, size_t top, size_t n)
{
    const double step = p[top];
    double others = 0;
    for (size_t k = 0; k < n; k++)
        others += k == top ? 0 : p[k];
    const Peak peak = {top, others, step * others};
    const double unit = step / (1 + peak.rest);
    for (size_t k = 0; k < n; k++)
        p[k] *= unit;
    p[top] = 1 / (1 + peak.rest);
    return peak;
}

static double softmax_ce(double *d, const Peak *peak, const double *y, const double *t, size_t n)
{
    double others = 0;
    size_t hot = 0;
    for (size_t k = 0; k < n; k++) {
        if (t[k] != 0)
            hot = k;
        else
            others += d[k];
    }
    d[hot] = -others;
    return log1p(peak->rest) + (y[peak->top] - y[hot]);
}

/* d_j ∝ p_j Σ_k p_k (r_j - r_k) with r = p - t: differences u_k = r_k - r_top are free of cancellation. */
static double softmax_mse(double *d, const Peak *peak, const double *t, size_t n)
{
    const double short_of_1 = peak->rest * d[peak->top], p_top = d[peak->top], far = t[peak->top] - 1, r_top = -far - short_of_1;
    double mean = 0, total = r_top * r_top;
    for (size_t k = 0; k < n; k++)
        if (k != peak->top) {
            mean += d[k] * (far - t[k] + (d[k] + short_of_1));
            total += (d[k] - t[k]) * (d[k] - t[k]);
        }
    for (size_t k = 0; k < n; k++)
        d[k] *= 2 * (far - t[k] + (d[k] + short_of_1) - mean);
    d[peak->top] = -2 * p_top * mean;
    return total;
}

/* t = 0 or 1. a_k = ∂L/∂p_k · p_k is -1 where t = 1, else p/(1 - p); d_j = (p_j - t_j) - p_j Σ_{k≠j} a_k, where p_j a_top is, for a top with
 * t = 0, p_top times the share of j among the others. */
static double softmax_bce(double *d, const Peak *peak, const double *y, const double *t, size_t n)
{
    const size_t top = peak->top, next = largest_at(y, n, top);
    const double p_top = d[top], short_of_1 = peak->rest * p_top, all = log1p(peak->rest);
    double slopes = 0, total = t[top] != 0 ? all : all + (y[top] - y[next]) - log(peak->others);
    for (size_t k = 0; k < n; k++)
        if (k != top) {
            slopes += t[k] != 0 ? -1 : d[k] / (1 - d[k]);
            total += t[k] != 0 ? all + (y[top] - y[k]) : -log1p(-d[k]);
        }
    for (size_t k = 0; k < n; k++)
        if (k != top) {
            const double p = d[k], own = t[k] != 0 ? -1 : p / (1 - p);
            const double share = exp(y[k] - y[next]) / peak->others;
            d[k] = (p - t[k]) - p * (slopes - own) - (t[top] != 0 ? -p : p_top * share);
        }
    d[top] = (t[top] != 0 ? -short_of_1 : p_top) - p_top * slopes;
    return total;
}

static double softmax_rows(double *d, const double *y, const double *t, size_t rows, size_t cols, LossKind loss, double *tops)
{
    double total = 0;
    for (size_t a = 0; a < rows; a++)
        tops[a] = (double)shift_row(d + a * cols, y + a * cols, cols);
    exponentials(d, rows * cols);
    for (size_t a = 0; a < rows; a++) {
        const double *out = y + a * cols, *want = t + a * cols;
        double *p = d + a * cols;
        const Peak peak = probabilities(p, (size_t)tops[a], cols);
        total += loss == LOSS_CE ? softmax_ce(p, &peak, out, want, cols)
                 : loss == LOSS_MSE ? softmax_mse(p, &peak, want, cols)
                                    : softmax_bce(p, &peak, out, want, cols);
    }
    return total;
}

/* Sums over batch and outputs; the caller averages. */
static double gradient(double *d, const double *y, const double *t, size_t rows, size_t cols, HeadKind head, LossKind loss, double *tops)
{
    const size_t n = rows * cols;
    if (head == HEAD_LINEAR)
        return linear_mse(d, y, t, n);
    if (head == HEAD_SOFTMAX)
        return softmax_rows(d, y, t, rows, cols, loss, tops);
    small_exponentials(d, y, n);
    return loss == LOSS_BCE ? sigmoid_bce(d, y, t, n) : sigmoid_mse(d, y, t, n);
}

static double count_of(size_t rows, size_t cols, LossKind loss)
{
    return (double)rows * (loss == LOSS_CE ? 1 : (double)cols);
}

double loss_flat(double *delta, const double *y, const double *target, size_t rows, size_t cols, HeadKind head, LossKind loss, double factor,
                 double *scratch)
{
    const double count = count_of(rows, cols, loss), total = gradient(scratch, y, target, rows, cols, head, loss, scratch + 2 * rows * cols);
    for (size_t i = 0; i < rows * cols; i++)
        delta[i] = scratch[i] * (factor / count);
    return total / count;
}

double loss_flat_f32(float *delta, const float *y, const double *target, size_t rows, size_t cols, HeadKind head, LossKind loss, double factor,
                     double *scratch)
{
    double *wide = scratch + rows * cols;
    for (size_t i = 0; i < rows * cols; i++)
        wide[i] = (double)y[i];
    const double count = count_of(rows, cols, loss), total = gradient(scratch, wide, target, rows, cols, head, loss, scratch + 2 * rows * cols);
    for (size_t i = 0; i < rows * cols; i++)
        delta[i] = (float)(scratch[i] * (factor / count));
    return total / count;
}
