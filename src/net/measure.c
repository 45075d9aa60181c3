/* What is recorded of a layer.
 * The one thing to know: the Gram form of ‖∂L/∂W‖ is used where batch < fan_in and its terms do not cancel; else the matrix itself,
 * a block of rows at a time. Variances are Σ(x - mean)², joined over rows after Chan, Golub and LeVeque 1983. */
#include "net/measure.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "num/reduce.h"

enum { BLOCK = 64 };   /* rows of ∂L/∂W formed at a time */

size_t measure_work_size(size_t batch, size_t units)
{
    const size_t orders = 3 * batch, grams = 2 * batch * batch;
    const size_t block = batch > 1 ? (BLOCK + 1) * units + batch * BLOCK : units;
    return orders + grams + block;
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

/* What makes the sums over samples safe: sample a's term δ_a h_aᵀ is about 2^order[a] in size, so that terms are joined in the unit of
 * the largest. Units alone would not do: a row of zeros may have any, and stored norms differ by hundreds of bits. */
typedef struct {
    double *term, *x, *y;   /* 2^(order[a] - top), 2^-size of row a of x and of y as stored; all 0 for a row of zeros */
    int64_t top;
} Orders;

/* The binary exponent of a row's stored norm, 0 where it is not a number. */
static int row_size(double squares)
{
    int k = 0;
    if (isfinite(squares))
        frexp(squares, &k);
    return k / 2;
}

static Orders orders(const Rows *x, const Rows *y, double *work)
{
    const size_t batch = x->rows;
    Orders o = {.term = work, .x = work + batch, .y = work + 2 * batch, .top = INT64_MIN};
    for (size_t a = 0; a < batch; a++) {
        const double xx = sum_squares(rows_at(x, a), x->cols), yy = y ? sum_squares(rows_at(y, a), y->cols) : 1;
        const bool none = xx == 0 || yy == 0;
        const int64_t order = x->exponent[a] + row_size(xx) + (y ? y->exponent[a] + row_size(yy) : 0);
        o.term[a] = none ? 0 : (double)order;
        o.x[a] = none ? 0 : ldexp(1, -row_size(xx));
        o.y[a] = none ? 0 : ldexp(1, -row_size(yy));
        o.top = !none && order > o.top ? order : o.top;
    }
    for (size_t a = 0; a < batch; a++)
        o.term[a] = o.x[a] == 0 ? 0 : scaled_ldexp(1, (int64_t)o.term[a] - o.top);
    o.top = o.top == INT64_MIN ? 0 : o.top;
    return o;
}

static void gram(double *g, const Rows *r)
{
    const int b = (int)r->rows, n = (int)r->cols;
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, b, n, 1, r->x, n, 0, g, b);
}

/* Σ_ab K_ab G_ab in the unit 4^top, or -1 where its terms cancel to less than a millionth. */
static double gram_product(const double *k, const double *g, const Orders *o, size_t batch)
{
    double total = 0, absolute = 0;
    for (size_t a = 0; a < batch; a++)
        for (size_t b = 0; b <= a; b++) {
            const double delta = k[a * batch + b] * o->x[a] * o->x[b], h = g[a * batch + b] * o->y[a] * o->y[b];
            const double term = (a == b ? 1 : 2) * o->term[a] * o->term[b] * delta * h;
            total += term;
            absolute += fabs(term);
        }
    return total < 1e-6 * absolute ? -1 : total;
}

/* Σ over blocks of rows of ∂L/∂W = Σ_a δ_a h_aᵀ of their squares, in the unit 4^top. */
static double direct_square(const Rows *delta, const Rows *h, const Orders *o, double *work)
{
    const size_t batch = h->rows, units = delta->cols;
    double *block = work, *weighted = work + BLOCK * h->cols, total = 0;
    for (size_t first = 0; first < units; first += BLOCK) {
        const size_t some = units - first < BLOCK ? units - first : BLOCK;
        for (size_t a = 0; a < batch; a++)
            for (size_t i = 0; i < some; i++)
                weighted[a * some + i] = rows_at(delta, a)[first + i] * o->x[a] * o->term[a] * o->y[a];
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)some, (int)h->cols, (int)batch, 1, weighted, (int)some, h->x,
                    (int)h->cols, 0, block, (int)h->cols);
        total += sum_squares(block, some * h->cols);
    }
    return total;
}

static void measure_grad_w(LayerRow *row, const Rows *delta, const Rows *h, double *work)
{
    const size_t batch = h->rows;
    const Orders o = orders(delta, h, work);
    double *k = work + 3 * batch, *g = k + batch * batch, square = -1;
    if (batch == 1) {
        square = sum_squares(delta->x, delta->cols) * o.x[0] * o.x[0] * (sum_squares(h->x, h->cols) * o.y[0] * o.y[0]);
    } else if (batch < h->cols) {
        gram(k, delta);
        gram(g, h);
        square = gram_product(k, g, &o, batch);
    }
    if (square < 0)
        square = direct_square(delta, h, &o, work + 3 * batch);
    set_norm(row, COL_grad_w_norm, COL_log10_grad_w_norm, (Scaled){square, 2 * o.top});
}

static void measure_grad_b(LayerRow *row, const Rows *delta, double *work)
{
    const size_t batch = delta->rows, units = delta->cols;
    const Orders o = orders(delta, NULL, work);
    double *total = work + 3 * batch;
    memset(total, 0, units * sizeof *total);
    for (size_t a = 0; a < batch; a++)
        if (o.term[a] != 0)
            cblas_daxpy((int)units, o.term[a] * o.x[a], rows_at(delta, a), 1, total, 1);
    set_norm(row, COL_grad_b_norm, COL_log10_grad_b_norm, (Scaled){sum_squares(total, units), 2 * o.top});
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
