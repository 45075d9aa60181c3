/* What is recorded of a layer.
 * The one thing to know: the Gram form of ‖∂L/∂W‖ is used where batch < fan_in and its terms do not cancel; else the matrix itself,
 * a block of rows at a time. Variances are Σ(x - mean)², joined over rows after Chan, Golub and LeVeque 1983. */
#include "net/measure.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <string.h>

#include "num/reduce.h"

enum { BLOCK = 64 };   /* rows of ∂L/∂W formed at a time */

size_t measure_work_size(size_t batch, size_t units)
{
    const size_t grams = 2 * batch * batch + batch, block = BLOCK * units + batch * BLOCK + batch, cosine = units;
    return grams + block + cosine;
}

typedef struct {
    Scaled mean, mean_square, variance;
} Moments;

static Moments moments(const Rows *r)
{
    Moments m = {{0, 0}, {0, 0}, {0, 0}};
    const double n = (double)r->cols, count = n * (double)r->rows;
    for (size_t a = 0; a < r->rows; a++) {
        const double *x = rows_at(r, a);
        const double mean = sum(x, r->cols) / n;
        m.mean = scaled_add(m.mean, (Scaled){mean, r->exponent[a]});
        m.mean_square = scaled_add(m.mean_square, (Scaled){sum_squares(x, r->cols), 2 * r->exponent[a]});
    }
    m.mean = scaled_times(m.mean, 1 / (double)r->rows);
    for (size_t a = 0; a < r->rows; a++) {
        const double *x = rows_at(r, a), mean = sum(x, r->cols) / n;
        const Scaled off = scaled_add((Scaled){mean, r->exponent[a]}, (Scaled){-m.mean.mantissa, m.mean.exponent});
        m.variance = scaled_add(m.variance, (Scaled){sum_deviations(x, r->cols, mean), 2 * r->exponent[a]});
        m.variance = scaled_add(m.variance, (Scaled){n * off.mantissa * off.mantissa, 2 * off.exponent});
    }
    m.mean_square = scaled_times(m.mean_square, 1 / count);
    m.variance = scaled_times(m.variance, 1 / count);
    return m;
}

void measure_z(LayerRow *row, const Rows *z)
{
    const Moments m = moments(z);
    row_set(row, COL_z_mean, scaled_value(m.mean));
    row_set(row, COL_z_var, scaled_value(m.variance));
}

/* Mean cosine over pairs of distinct rows: (‖Σ h_a/|h_a|‖² - m)/(m(m-1)) over the m rows that are not 0. */
static void measure_cosine(LayerRow *row, const Rows *h, double *work)
{
    size_t rows = 0;
    memset(work, 0, h->cols * sizeof *work);
    for (size_t a = 0; a < h->rows; a++) {
        const double norm = cblas_dnrm2((int)h->cols, rows_at(h, a), 1);
        if (!(norm > 0) || !isfinite(norm))
            continue;
        cblas_daxpy((int)h->cols, 1 / norm, rows_at(h, a), 1, work, 1);
        rows++;
    }
    const double m = (double)rows;
    if (rows > 1)
        row_set(row, COL_h_cos, fmin(1, (sum_squares(work, h->cols) - m) / (m * (m - 1))));
}

void measure_h(LayerRow *row, const Rows *h, double *work)
{
    const Moments m = moments(h);
    size_t zeros = 0;
    row_set(row, COL_h_mean, scaled_value(m.mean));
    row_set(row, COL_h_var, scaled_value(m.variance));
    row_set(row, COL_h_ms, scaled_value(m.mean_square));
    row_set(row, COL_log10_h_ms, scaled_log10(m.mean_square));
    if (h->rows > 1)
        measure_cosine(row, h, work);
    for (size_t i = 0; i < h->rows * h->cols; i++)
        zeros += h->x[i] == 0;
    row_set(row, COL_zero_frac, (double)zeros / ((double)h->rows * (double)h->cols));
}

void measure_slopes(LayerRow *row, const double *slope, size_t batch, size_t units, double max_slope, double *work)
{
    const double low = 0.05 * max_slope;
    size_t saturated = 0, dead = 0;
    memset(work, 0, units * sizeof *work);
    for (size_t a = 0; a < batch; a++)
        for (size_t i = 0; i < units; i++) {
            const double d = fabs(slope[a * units + i]);
            saturated += d < low;
            work[i] = fmax(work[i], d);
        }
    for (size_t i = 0; i < units; i++)
        dead += work[i] == 0;
    row_set(row, COL_saturated_frac, (double)saturated / ((double)batch * (double)units));
    row_set(row, COL_dead_frac, (double)dead / (double)units);
}

static void set_norm(LayerRow *row, ColumnId plain, ColumnId logarithm, Scaled squared)
{
    if (squared.exponent % 2) {
        squared.mantissa *= 2;
        squared.exponent--;
    }
    const Scaled norm = {sqrt(squared.mantissa), squared.exponent / 2};
    row_set(row, plain, scaled_value(norm));
    row_set(row, logarithm, scaled_log10(norm));
}

static Scaled squared_norm(const Rows *r)
{
    Scaled total = {0, 0};
    for (size_t a = 0; a < r->rows; a++)
        total = scaled_add(total, (Scaled){sum_squares(rows_at(r, a), r->cols), 2 * r->exponent[a]});
    return total;
}

void measure_grad_h(LayerRow *row, const Rows *g)
{
    set_norm(row, COL_grad_h_norm, COL_log10_grad_h_norm, squared_norm(g));
}

void measure_grad_z(LayerRow *row, const Rows *delta)
{
    set_norm(row, COL_grad_z_norm, COL_log10_grad_z_norm, squared_norm(delta));
}

/* weight[a] = 2^(exponent of row a of x, and of y where given) in the unit 2^top; returns top. */
static int64_t row_weights(double *weight, const Rows *x, const Rows *y)
{
    int64_t top = INT64_MIN;
    for (size_t a = 0; a < x->rows; a++) {
        const int64_t e = x->exponent[a] + (y ? y->exponent[a] : 0);
        top = e > top ? e : top;
    }
    for (size_t a = 0; a < x->rows; a++)
        weight[a] = scaled_ldexp(1, x->exponent[a] + (y ? y->exponent[a] : 0) - top);
    return top;
}

static void gram(double *g, const Rows *r)
{
    const int b = (int)r->rows, n = (int)r->cols;
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, b, n, 1, r->x, n, 0, g, b);
}

/* Σ_ab w_a w_b K_ab G_ab in units of K and G, or -1 where its terms cancel to less than a millionth. */
static double gram_product(const double *k, const double *g, const double *weight, size_t batch, double k_unit, double g_unit)
{
    double total = 0, absolute = 0;
    for (size_t a = 0; a < batch; a++)
        for (size_t b = 0; b <= a; b++) {
            const double term = (a == b ? 1 : 2) * weight[a] * weight[b] * (k_unit * k[a * batch + b]) * (g_unit * g[a * batch + b]);
            total += term;
            absolute += fabs(term);
        }
    return total < 1e-6 * absolute ? -1 : total;
}

/* Σ over blocks of rows of ∂L/∂W = Σ_a w_a δ_a h_aᵀ of their squares. */
static double direct_square(const Rows *delta, const Rows *h, const double *weight, double *work)
{
    const size_t batch = h->rows, units = delta->cols;
    double *block = work, *weighted = work + BLOCK * h->cols, total = 0;
    for (size_t first = 0; first < units; first += BLOCK) {
        const size_t some = units - first < BLOCK ? units - first : BLOCK;
        for (size_t a = 0; a < batch; a++)
            for (size_t i = 0; i < some; i++)
                weighted[a * some + i] = weight[a] * rows_at(delta, a)[first + i];
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)some, (int)h->cols, (int)batch, 1, weighted, (int)some, h->x,
                    (int)h->cols, 0, block, (int)h->cols);
        total += sum_squares(block, some * h->cols);
    }
    return total;
}

/* The exponent of the largest of n numbers that are not negative. */
static int64_t top_exponent(const double *x, size_t n, size_t stride)
{
    double top = 0;
    int e = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, x[i * stride]);
    if (isfinite(top))
        frexp(top, &e);
    return e;
}

static void measure_grad_w(LayerRow *row, const Rows *delta, const Rows *h, double *work)
{
    const size_t batch = h->rows;
    double *weight = work, *k = work + batch, *g = k + batch * batch;
    const int64_t unit = row_weights(weight, delta, h);
    int64_t own = 0;      /* of δ and of h in their rows' units: squares of their products need not be doubles */
    double square = -1;
    if (batch == 1) {
        int up, further;
        square = frexp(sum_squares(delta->x, delta->cols), &up) * frexp(sum_squares(h->x, h->cols), &further);
        own = up + further;
    } else if (batch < h->cols) {
        gram(k, delta);
        gram(g, h);
        const int64_t ek = top_exponent(k, batch, batch + 1), eg = top_exponent(g, batch, batch + 1);
        own = ek + eg;
        square = gram_product(k, g, weight, batch, scaled_ldexp(1, -ek), scaled_ldexp(1, -eg));
    }
    if (square < 0) {
        const double top = largest(delta->x, batch * delta->cols);
        const int64_t e = top_exponent(&top, 1, 1);
        for (size_t a = 0; a < batch; a++)
            weight[a] *= scaled_ldexp(1, -e);
        own = 2 * e;
        square = direct_square(delta, h, weight, work + batch);
    }
    set_norm(row, COL_grad_w_norm, COL_log10_grad_w_norm, (Scaled){square, 2 * unit + own});
}

static void measure_grad_b(LayerRow *row, const Rows *delta, double *work)
{
    const size_t batch = delta->rows, units = delta->cols;
    double *weight = work, *total = work + batch;
    const int64_t unit = row_weights(weight, delta, NULL);
    memset(total, 0, units * sizeof *total);
    for (size_t a = 0; a < batch; a++)
        if (weight[a] != 0)
            cblas_daxpy((int)units, weight[a], rows_at(delta, a), 1, total, 1);
    set_norm(row, COL_grad_b_norm, COL_log10_grad_b_norm, (Scaled){sum_squares(total, units), 2 * unit});
}

void measure_grad_wb(LayerRow *row, const Rows *delta, const Rows *h, double *work)
{
    measure_grad_w(row, delta, h, work);
    measure_grad_b(row, delta, work);
}

void measure_status(LayerRow *row)
{
    static const struct {
        ColumnId plain, logarithm;
    } pairs[] = {
        {COL_h_ms, COL_log10_h_ms},
        {COL_grad_z_norm, COL_log10_grad_z_norm},
        {COL_grad_h_norm, COL_log10_grad_h_norm},
        {COL_grad_w_norm, COL_log10_grad_w_norm},
        {COL_grad_b_norm, COL_log10_grad_b_norm},
    };
    Status s = STATUS_OK;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (row_has(row, pairs[i].plain) && row->value[pairs[i].plain] == 0 && isfinite(row->value[pairs[i].logarithm]))
            s = STATUS_UNDERFLOW;
    if (row_has(row, COL_dead_frac) && row->value[COL_dead_frac] == 1)
        s = STATUS_DEAD;
    for (int c = 0; c < COL_COUNT; c++)
        if (row_has(row, (ColumnId)c) && row->value[c] > 1.7976931348623157e308)
            s = STATUS_OVERFLOW;
    for (int c = 0; c < COL_COUNT; c++)
        if (row_has(row, (ColumnId)c) && isnan(row->value[c]))
            s = STATUS_NAN;
    row->status = s;
}
