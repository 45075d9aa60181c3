/* What a few long rows span: the Gram matrix first, then row by row what it cannot resolve.
 * The one thing to know: Gram matrices lose distances below the root of rounding (pivots are squared), differences of rows do not.
 * A residual within a few roundings of the row it was left of is none. */
#include "num/span.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "num/cholesky.h"
#include "num/reduce.h"

/* On squared distances at unit diagonal. A basis made of the rows has coefficients up to the inverse root, and so many times the
 * roundings of the format; above 64 rows looking at the rows themselves costs more than the digit in doubles is worth. */
static const double gram_tolerance = 1e-3, gram_tolerance_many = 1e-5;
enum { MANY = 64 };
static const double nothing_left = 8 * DBL_EPSILON;   /* of a row's difference from its neighbour */

typedef struct {
    Span *s;
    const Rows *h;
    double scale, bias;
    size_t rows, cols, most;
    double *g, *q_bias, *rest_bias, *left, *floor;
    int64_t *who;         /* the row that residual j is of */
    double *q, *rest;
    size_t waiting;       /* residuals */
} Search;

size_t span_work_size(size_t rows)
{
    return rows * rows + 5 * rows;
}

int64_t span_unit(int64_t exponent, double bias)
{
    int bias_unit;
    frexp(bias, &bias_unit);
    const int64_t least = bias_unit < 0 ? bias_unit : 0;
    return bias > 0 && exponent < least ? least : exponent;
}

static Search search(Span *s, const Rows *h, double scale, double bias, size_t most, const SpanWork *work)
{
    const size_t b = h->rows;
    double *small = work->small + b * b;
    return (Search){
        .s = s, .h = h, .scale = scale, .bias = bias, .rows = b, .cols = h->cols, .most = most, .g = work->small,
        .q_bias = small, .rest_bias = small + b, .left = small + 2 * b, .floor = small + 3 * b,
        .who = (int64_t *)(void *)(small + 4 * b), .q = work->q, .rest = work->rest,
    };
}

/* The bias, and what row a is multiplied with, in the unit of row a. */
static double bias_of(const Search *f, size_t a)
{
    return f->bias > 0 ? scaled_ldexp(f->bias, -f->s->unit[a]) : 0;
}

static double scale_of(const Search *f, size_t a)
{
    return scaled_ldexp(f->scale, f->h->exponent[a] - f->s->unit[a]);
}

/* Zeros span nothing; neither does a row with an infinity or a NaN, which keeps such a norm. */
static bool spans(const Search *f, size_t a)
{
    return f->s->norm[a] > 0 && isfinite(f->s->norm[a]);
}

/* Norms, and the Gram matrix at unit diagonal; no product of a scale and a square is formed, which might underflow. */
static void gram(Search *f)
{
    const size_t b = f->rows;
    rows_gram(f->g, f->h);
    for (size_t a = 0; a < b; a++) {
        f->left[a] = sqrt(f->g[a * b + a]);
        f->s->unit[a] = span_unit(f->h->exponent[a], f->bias);
        f->s->norm[a] = hypot(scale_of(f, a) * f->left[a], bias_of(f, a));
    }
    for (size_t a = 0; a < b; a++)
        for (size_t c = 0; c <= a; c++) {
            const double *norm = f->s->norm, *own = f->left;
            const bool both = spans(f, a) && spans(f, c);
            double product = both && own[a] > 0 && own[c] > 0 ? f->g[a * b + c] / own[a] / own[c] : 0;
            if (both) {
                product *= scale_of(f, a) * own[a] / norm[a] * (scale_of(f, c) * own[c] / norm[c]);
                product += bias_of(f, a) / norm[a] * (bias_of(f, c) / norm[c]);
            }
            f->g[a * b + c] = !both ? 0 : a == c ? 1 : product;
        }
}

static void find_by_gram(Search *f)
{
    const double tolerance = f->rows > MANY && !f->h->single ? gram_tolerance_many : gram_tolerance;
    double *unit_norms = f->floor;
    gram(f);
    f->s->rank[0] = f->s->rank[1] = (int64_t)cholesky_pivoted(f->s->factor, unit_norms, f->s->pivot, f->g, f->rows, f->most, tolerance);
}

/* t (rank × rows): the basis from the rows themselves, L⁻¹ with its columns at the pivots, rows at norm 1. */
static void invert(const Search *f, double *t, double *q_bias, size_t rank)
{
    const size_t b = f->rows;
    const Span *s = f->s;
    memset(t, 0, rank * b * sizeof *t);
    for (size_t k = 0; k < rank; k++) {
        const size_t p = (size_t)s->pivot[k];
        const double *l = s->factor + p * b;
        double own = bias_of(f, p) / s->norm[p];
        for (size_t j = 0; j < k; j++) {
            own -= l[j] * q_bias[j];
            for (size_t i = 0; i < b; i++)
                t[k * b + i] -= l[j] * t[j * b + i];
        }
        t[k * b + p] += scale_of(f, p) / s->norm[p];
        for (size_t i = 0; i < b; i++)
            t[k * b + i] /= l[k];
        q_bias[k] = own / l[k];
    }
}

/* The pivot that row a is closest to, by its Gram row, and on which side. */
static size_t nearest(const Search *f, size_t a, double *sign)
{
    double best = 0;
    size_t at = (size_t)f->s->pivot[0];
    *sign = 1;
    for (int64_t k = 0; k < f->s->rank[1]; k++) {
        const size_t p = (size_t)f->s->pivot[k];
        const double near = p < a ? f->g[a * f->rows + p] : f->g[p * f->rows + a];
        if (fabs(near) > best) {
            best = fabs(near);
            at = p;
            *sign = near < 0 ? -1 : 1;
        }
    }
    return at;
}

/* Residual j begins as row a minus its nearest pivot, which is exact where they are close; its coordinates as that pivot's. */
static void begin_residual(Search *f, size_t j, size_t a)
{
    double sign, *y = f->rest + j * f->cols, *c = f->s->factor + a * f->rows;
    const size_t p = nearest(f, a, &sign);
    const int64_t shift = f->h->exponent[p] - f->h->exponent[a];
    const double times = shift > 900 || shift < -900 ? 0 : sign * scaled_ldexp(1, shift), norm = f->s->norm[a], size = scale_of(f, a) / norm;
    const double of_pivot = times == 0 ? 0 : sign * scaled_ldexp(f->s->norm[p] / norm, f->s->unit[p] - f->s->unit[a]);
    const double *from = f->s->factor + p * f->rows;
    rows_widen(y, f->h, a, 1);
    if (times != 0)
        rows_add_to(y, f->h, p, -times);
    for (size_t i = 0; i < f->cols; i++)
        y[i] *= size;
    f->rest_bias[j] = bias_of(f, a) / norm * (times == 0 ? 1 : 1 - sign);
    for (int64_t k = 0; k < f->s->rank[1]; k++)
        c[k] = of_pivot * from[k];
    f->who[j] = (int64_t)a;
    f->left[j] = hypot(sqrt(sum_squares(y, f->cols)), f->rest_bias[j]);
    f->floor[j] = nothing_left * f->left[j];
}

/* Residual j minus its part along q_k, which joins its coordinates. */
static void remove_along(Search *f, size_t j, size_t k)
{
    double *y = f->rest + j * f->cols;
    const double *q = f->q + k * f->cols;
    const double along = sum_products(y, q, f->cols) + f->rest_bias[j] * f->q_bias[k];
    rows_add_to(y, &(Rows){.x = f->q + k * f->cols, .rows = 1, .cols = f->cols}, 0, -along);
    f->rest_bias[j] -= along * f->q_bias[k];
    f->s->factor[(size_t)f->who[j] * f->rows + k] += along;
}

static void weigh(Search *f, size_t j)
{
    f->left[j] = hypot(sqrt(sum_squares(f->rest + j * f->cols, f->cols)), f->rest_bias[j]);
    if (!(f->left[j] > f->floor[j]))
        f->left[j] = 0;
}

static bool same_residual(const Search *f, size_t i, size_t j)
{
    return f->left[i] == f->left[j] && !memcmp(f->rest + i * f->cols, f->rest + j * f->cols, f->cols * sizeof(double));
}

/* Residual `best` gives the next vector of the basis; its equals get its coordinates, the others lose their part along it. */
static void take_vector(Search *f, size_t best)
{
    const size_t rank = (size_t)f->s->rank[0], b = f->rows, a = (size_t)f->who[best];
    double *q = f->q + rank * f->cols, *own = f->s->factor + a * b;
    const double *y = f->rest + best * f->cols;
    own[rank] = f->left[best];
    f->s->pivot[rank] = f->who[best];
    for (size_t i = 0; i < f->cols; i++)
        q[i] = y[i] / f->left[best];
    f->q_bias[rank] = f->rest_bias[best] / f->left[best];
    f->left[best] = 0;
    f->s->rank[0]++;
    for (size_t j = 0; j < f->waiting; j++)
        if (f->left[j] > 0) {
            remove_along(f, j, rank);
            weigh(f, j);
        }
}

static void find_by_rows(Search *f)
{
    while (f->s->rank[0] < (int64_t)f->most) {
        size_t best = 0;
        for (size_t j = 1; j < f->waiting; j++)
            best = f->left[j] > f->left[best] ? j : best;
        if (f->left[best] == 0)
            break;
        for (size_t j = best + 1; j < f->waiting; j++)
            if (same_residual(f, best, j)) {
                f->left[j] = 0;
                f->floor[j] = -1 - (double)best;   /* an equal of `best` */
            }
        for (int64_t k = 0; k < f->s->rank[0]; k++)
            remove_along(f, best, (size_t)k);
        weigh(f, best);
        if (f->left[best] > 0)
            take_vector(f, best);
        for (size_t j = best + 1; j < f->waiting; j++)
            if (f->floor[j] == -1 - (double)best) {
                memcpy(f->s->factor + (size_t)f->who[j] * f->rows, f->s->factor + (size_t)f->who[best] * f->rows, f->rows * sizeof(double));
                f->floor[j] = 0;
            }
    }
}

static bool is_pivot(const Search *f, size_t a)
{
    for (int64_t k = 0; k < f->s->rank[1]; k++)
        if (f->s->pivot[k] == (int64_t)a)
            return true;
    return false;
}

/* The vectors that the Gram matrix found, from its triangle. */
static void form_basis(Search *f)
{
    for (int64_t k = 0; k < f->s->rank[1]; k++) {
        const size_t p = (size_t)f->s->pivot[k], n = f->cols;
        const double *l = f->s->factor + p * f->rows, size = scale_of(f, p) / f->s->norm[p];
        double *q = f->q + (size_t)k * n, own = bias_of(f, p) / f->s->norm[p];
        rows_widen(q, f->h, p, size);
        for (int64_t j = 0; j < k; j++) {
            rows_add_to(q, &(Rows){.x = f->q + (size_t)j * n, .rows = 1, .cols = n}, 0, -l[j]);
            own -= l[j] * f->q_bias[j];
        }
        for (size_t i = 0; i < n; i++)
            q[i] /= l[k];
        f->q_bias[k] = own / l[k];
    }
}

static void find(Search *f)
{
    find_by_gram(f);
    const size_t rank = (size_t)f->s->rank[1];
    size_t alive = 0;
    for (size_t a = 0; a < f->rows; a++)
        alive += spans(f, a);
    if (rank == 0 || rank == alive)
        return;
    form_basis(f);
    for (size_t a = 0; a < f->rows; a++)
        if (spans(f, a) && !is_pivot(f, a))
            begin_residual(f, f->waiting++, a);
    for (size_t j = 0; j < f->waiting; j++) {
        for (size_t k = 0; k < 2 * rank; k++)
            remove_along(f, j, k % rank);
        weigh(f, j);
    }
    find_by_rows(f);
}

void span_find(Span *s, const Rows *h, double scale, double bias, size_t most, const SpanWork *work)
{
    Search f = search(s, h, scale, bias, most, work);
    find(&f);
}

/* To floats, in place: each is written behind what was read. */
static void to_floats(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float single = (float)x[i];
        memcpy((char *)x + i * sizeof single, &single, sizeof single);
    }
}

Rows span_basis(Span *s, const Rows *h, double scale, double bias, size_t most, const SpanWork *work, double *t, double *q_bias)
{
    Search f = search(s, h, scale, bias, most, work);
    const size_t rank = (size_t)s->rank[0];
    if (s->rank[1] == s->rank[0]) {
        invert(&f, t, q_bias, rank);
        return *h;
    }
    find(&f);
    memcpy(q_bias, f.q_bias, (size_t)s->rank[0] * sizeof *q_bias);
    memset(t, 0, rank * rank * sizeof *t);
    for (size_t k = 0; k < rank; k++)
        t[k * rank + k] = 1;
    Rows q = {.x = f.q, .rows = rank, .cols = h->cols, .single = h->single};
    if (h->single) {
        to_floats(f.q, rank * h->cols);
        q.s = (float *)(void *)f.q;
    }
    return q;
}
