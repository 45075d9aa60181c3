/* What is recorded of a layer.
 * The one thing to know: the Gram form of ‖∂L/∂W‖ is used where batch < fan_in and its terms do not cancel; else the matrix itself,
 * a block of rows at a time. Variances are Σ(x - mean)², joined over rows after Chan, Golub and LeVeque 1983. */
#include "net/measure.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "num/reduce.h"
#include "num/vecmath.h"

enum { BLOCK = 64 };   /* rows of ∂L/∂W formed at a time */

size_t measure_work_size(size_t batch, size_t units)
{
    const size_t three_orders = 3 * batch, grams = 2 * batch * batch;
    const size_t block = batch > 1 ? (BLOCK + 1) * units + batch * BLOCK : units;
    return three_orders + grams + block;
}

/* Count, mean, Σx² and Σ(x - mean)² of the rows so far, in the unit 2^unit. */
typedef struct {
    double n, mean, squares, deviations;
    int64_t unit;
} Moments;

/* Everything in the larger unit 2^unit. */
static void to_unit(Moments *m, int64_t unit)
{
    const double down = scaled_ldexp(1, m->unit - unit);
    m->mean *= down;
    m->squares *= down * down;
    m->deviations *= down * down;
    m->unit = unit;
}

/* Σ(x - mean)² without a second look where that loses no more than a bit or two. */
static double deviations_of(const Rows *r, size_t row, Sums s)
{
    const double mean = s.sum / (double)r->cols, rest = s.squares - mean * s.sum;
    return rest > 0.5 * s.squares ? rest : rows_deviations(r, row, mean);
}

static void join(Moments *m, Moments other)
{
    const double n = m->n + other.n, gap = other.mean - m->mean;
    m->mean += gap * (other.n / n);
    m->squares += other.squares;
    m->deviations += other.deviations + gap * gap * (m->n * other.n / n);
    m->n = n;
}

static Moments moments(const Rows *r)
{
    Moments m = {0};
    const double n = (double)r->cols;
    for (size_t a = 0; a < r->rows; a++) {
        const Sums s = rows_sums(r, a);
        Moments own = {n, s.sum / n, s.squares, deviations_of(r, a, s), r->exponent[a]};
        if (m.squares == 0)
            m.unit = own.unit;
        if (own.squares == 0)
            own.unit = m.unit;
        if (own.unit > m.unit)
            to_unit(&m, own.unit);
        else if (own.unit < m.unit)
            to_unit(&own, m.unit);
        join(&m, own);
    }
    return m;
}

static Scaled mean_of(const Moments *m)
{
    return (Scaled){m->mean, m->unit};
}

static Scaled per_element(const Moments *m, double total)
{
    return (Scaled){total / m->n, 2 * m->unit};
}

void measure_z(LayerRow *row, const Rows *z)
{
    const Moments m = moments(z);
    row_set(row, COL_z_mean, scaled_value(mean_of(&m)));
    row_set(row, COL_z_var, scaled_value(per_element(&m, m.deviations)));
}

/* Safe for stored doubles of any size; squares of floats are doubles' business. */
static double norm_of(const Rows *r, size_t row)
{
    return r->single ? sqrt(rows_squares(r, row)) : cblas_dnrm2((int)r->cols, rows_at(r, row), 1);
}

/* Mean cosine over pairs of distinct rows: (‖Σ h_a/|h_a|‖² - m)/(m(m-1)) over the m rows that are not 0. */
static void measure_cosine(LayerRow *row, const Rows *h, double *work)
{
    size_t rows = 0;
    memset(work, 0, h->cols * sizeof *work);
    for (size_t a = 0; a < h->rows; a++) {
        const double norm = norm_of(h, a);
        if (!(norm > 0) || !isfinite(norm))
            continue;
        rows_add_to(work, h, a, 1 / norm);
        rows++;
    }
    const double m = (double)rows;
    if (rows > 1)
        row_set(row, COL_h_cos, fmin(1, (sum_squares(work, h->cols) - m) / (m * (m - 1))));
}

/* A share of numbers, which is none where there is a NaN among them: `witness`, a sum over all, says so. */
static double share(double some, double all, double witness)
{
    return isnan(witness) ? NO_NUMBER : some / all;
}

void measure_h(LayerRow *row, const Rows *h, double *work)
{
    const Moments m = moments(h);
    const Scaled mean_square = per_element(&m, m.squares);
    row_set(row, COL_h_mean, scaled_value(mean_of(&m)));
    row_set(row, COL_h_var, scaled_value(per_element(&m, m.deviations)));
    row_set(row, COL_h_ms, scaled_value(mean_square));
    row_set(row, COL_log10_h_ms, scaled_log10(mean_square));
    if (h->rows > 1)
        measure_cosine(row, h, work);
    row_set(row, COL_zero_frac, share((double)rows_zeros(h), (double)h->rows * (double)h->cols, mean_square.mantissa));
}

/* total[i] += |slope[i]|: 0 in the end where all slopes of the unit are; a NaN stays. */
MULTIVERSION static void gather(double *restrict total, const double *restrict slope, size_t n)
{
    for (size_t i = 0; i < n; i++)
        total[i] += fabs(slope[i]);
}

MULTIVERSION static void gather_single(double *restrict total, const float *restrict slope, size_t n)
{
    for (size_t i = 0; i < n; i++)
        total[i] += fabs((double)slope[i]);
}

void measure_slopes(LayerRow *row, const Rows *slope, double max_slope, double *work)
{
    const size_t units = slope->cols;
    const double all = (double)slope->rows * (double)units;
    const bool one = slope->rows == 1;
    memset(work, 0, units * sizeof *work);
    for (size_t a = 0; a < slope->rows && !one; a++)
        if (slope->single)
            gather_single(work, rows_single_at(slope, a), units);
        else
            gather(work, rows_at(slope, a), units);
    const bool lost = row_has(row, COL_h_ms) && isnan(row->value[COL_h_ms]);   /* relu'(NaN) is 0 */
    const double witness = lost ? NO_NUMBER : one ? rows_squares(slope, 0) : sum(work, units);
    row_set(row, COL_saturated_frac, share((double)rows_below(slope, 0.05 * max_slope), all, witness));
    row_set(row, COL_dead_frac, share((double)(one ? rows_zeros(slope) : count_zeros(work, units)), (double)units, witness));
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
        total = scaled_add(total, (Scaled){rows_squares(r, a), 2 * r->exponent[a]});
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

/* From the squared norms of the rows of x, and of y where given, `step` apart. */
static Orders orders(const Rows *x, const double *x_squares, const Rows *y, const double *y_squares, size_t step, double *work)
{
    const size_t batch = x->rows;
    Orders o = {.term = work, .x = work + batch, .y = work + 2 * batch, .top = INT64_MIN};
    for (size_t a = 0; a < batch; a++) {
        const double xx = x_squares[a * step], yy = y ? y_squares[a * step] : 1;
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

/* The same for floats, which have no units: all of it in the unit 2^unit, which is raised where deltas would leave a float's range in it. */
static double direct_square_single(const Rows *delta, const Rows *h, int64_t *unit, double *work)
{
    const size_t batch = h->rows, units = delta->cols;
    float *block = (float *)(void *)work, *weighted = block + BLOCK * h->cols;
    const double size = rows_extent(delta).largest;
    double total = 0;
    int most = 0;
    if (isfinite(size))
        frexp(size, &most);
    if (most - 120 > *unit)
        *unit = most - 120;
    const double scale = scaled_ldexp(1, -*unit);
    for (size_t first = 0; first < units; first += BLOCK) {
        const size_t some = units - first < BLOCK ? units - first : BLOCK;
        for (size_t a = 0; a < batch; a++)
            for (size_t i = 0; i < some; i++)
                weighted[a * some + i] = (float)((double)rows_single_at(delta, a)[first + i] * scale);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)some, (int)h->cols, (int)batch, 1, weighted, (int)some, h->s,
                    (int)h->cols, 0, block, (int)h->cols);
        total += sum_squaresf(block, some * h->cols);
    }
    return total;
}

/* ‖∂L/∂W‖ from the Gram matrices of δ and h, and ‖∂L/∂b‖. */
static void from_grams(LayerRow *row, const Rows *delta, const Rows *h, double *work)
{
    const size_t batch = h->rows, units = delta->cols;
    double *k = work + 3 * batch, *g = k + batch * batch, *total = g + batch * batch, square = -1;
    rows_gram(k, delta);
    rows_gram(g, h);
    const Orders of_b = orders(delta, k, NULL, NULL, batch + 1, work);
    memset(total, 0, units * sizeof *total);
    for (size_t a = 0; a < batch; a++)
        if (of_b.term[a] != 0)
            rows_add_to(total, delta, a, of_b.term[a] * of_b.x[a]);
    set_norm(row, COL_grad_b_norm, COL_log10_grad_b_norm, (Scaled){sum_squares(total, units), 2 * of_b.top});
    const Orders o = orders(delta, k, h, g, batch + 1, work);
    int64_t unit = o.top;
    if (batch < h->cols)
        square = gram_product(k, g, &o, batch);
    if (square < 0)
        square = h->single ? direct_square_single(delta, h, &unit, work + 3 * batch) : direct_square(delta, h, &o, work + 3 * batch);
    set_norm(row, COL_grad_w_norm, COL_log10_grad_w_norm, (Scaled){square, 2 * unit});
}

/* One sample: ∂L/∂W = δ hᵀ, ∂L/∂b = δ. */
static void from_norms(LayerRow *row, const Rows *delta, const Rows *h)
{
    int up, further;
    const double deltas = rows_squares(delta, 0), product = frexp(deltas, &up) * frexp(rows_squares(h, 0), &further);
    set_norm(row, COL_grad_b_norm, COL_log10_grad_b_norm, (Scaled){deltas, 2 * delta->exponent[0]});
    set_norm(row, COL_grad_w_norm, COL_log10_grad_w_norm,
             (Scaled){product, isfinite(product) ? up + further + 2 * (delta->exponent[0] + h->exponent[0]) : 0});
}

void measure_grad_wb(LayerRow *row, const Rows *delta, const Rows *h, double *work)
{
    if (h->rows == 1)
        from_norms(row, delta, h);
    else
        from_grams(row, delta, h, work);
}

void measure_gradients(LayerRow *row, const Rows *delta, const Rows *h, double *work)
{
    measure_grad_wb(row, delta, h, work);
    if (h->rows == 1) {
        row_set(row, COL_grad_z_norm, row->value[COL_grad_b_norm]);
        row_set(row, COL_log10_grad_z_norm, row->value[COL_log10_grad_b_norm]);
    } else {
        measure_grad_z(row, delta);
    }
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
    Status s = row->faint ? STATUS_UNDERFLOW : STATUS_OK;
    double most = 0, any = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (row_has(row, pairs[i].plain) && row->value[pairs[i].plain] == 0 && isfinite(row->value[pairs[i].logarithm]))
            s = STATUS_UNDERFLOW;
    if (row_has(row, COL_dead_frac) && row->value[COL_dead_frac] == 1)
        s = STATUS_DEAD;
    for (int c = 0; c < COL_COUNT; c++) {
        const double x = row->filled >> c & 1 ? row->value[c] : 0;
        most = x > most ? x : most;
        any += x != x;
    }
    const bool of_infinities = row->infinite && !row->nan;   /* a variance among them is not a number */
    row->status = any > 0 && !of_infinities ? STATUS_NAN : any > 0 || most > 1.7976931348623157e308 ? STATUS_OVERFLOW : s;
}
