/* For tests of the implicit engine: what a careless author writes, as engines over a dense map's workspace.
 * The one thing to know: with double Grams, kept frames and two tolerances the textbook passes the tests of laws; each careless choice
 * must fail one of them hard. Gaussian weights, one thread, small networks. */
#ifndef TESTS_TEXTBOOK_H
#define TESTS_TEXTBOOK_H

#include "nets.h"
#include "num/cholesky.h"

enum { BOOK_BATCH = 8, BOOK_WIDTH = 40, BOOK_LAYERS = 130 };

typedef struct {
    double tolerance;      /* forward: of pivots, on squared distances */
    double condition;      /* backward: the same; 0: what forward has */
    bool floats;           /* Gram matrices in float32 */
    bool through_z;        /* M = δzᵀ C⁻ᵀ from a z in float32, instead of δEᵀ */
    bool float_rows;       /* g = (A L⁻¹) h[p] + D F summed in float32, as elements are there */
    bool float_algebra;    /* Q = L⁻¹h[p] in float32 */
    bool unscaled;         /* Gram matrices factored as they are, the tolerance relative to their largest entry */
    bool forgetful;        /* replay goes on with the generator where it stands */
} Careless;

typedef struct {
    double factor[BOOK_BATCH * BOOK_BATCH], norm[BOOK_BATCH], e[BOOK_BATCH * BOOK_WIDTH];
    int64_t pivot[BOOK_BATCH], exponent[BOOK_BATCH];
    size_t rank;
} BookLayer;

static struct {
    Careless choice;
    BookLayer layer[BOOK_LAYERS];
} book;

/* g (b × b) = x xᵀ + c², in the precision of the book. */
static inline void book_gram(double *g, const double *x, size_t b, size_t n, double c)
{
    for (size_t i = 0; i < b; i++)
        for (size_t j = 0; j < b; j++) {
            float single = (float)(c * c);
            double twice = c * c;
            for (size_t k = 0; k < n; k++) {
                single += (float)x[i * n + k] * (float)x[j * n + k];
                twice += x[i * n + k] * x[j * n + k];
            }
            g[i * b + j] = book.choice.floats ? (double)single : twice;
        }
}

/* Pivoted Cholesky as anyone would write it. */
static inline size_t book_unscaled(double *factor, double *norm, int64_t *pivot, double *g, size_t n, double tolerance)
{
    double top = 0;
    size_t rank = 0;
    memset(factor, 0, n * n * sizeof *factor);
    for (size_t a = 0; a < n; a++) {
        norm[a] = 1;
        top = fmax(top, g[a * n + a]);
    }
    for (; rank < n; rank++) {
        size_t best = 0;
        for (size_t a = 1; a < n; a++)
            best = g[a * n + a] > g[best * n + best] ? a : best;
        const double left = g[best * n + best];
        if (!(left > tolerance * top))
            break;
        pivot[rank] = (int64_t)best;
        for (size_t a = 0; a < n; a++)
            factor[a * n + rank] = g[a * n + best] / sqrt(left);
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < n; b++)
                g[a * n + b] -= factor[a * n + rank] * factor[b * n + rank];
        for (size_t a = 0; a < n; a++)
            g[a * n + best] = g[best * n + a] = 0;
    }
    return rank;
}

static inline size_t book_factor(double *factor, double *norm, int64_t *pivot, double *g, size_t n, size_t most)
{
    return book.choice.unscaled ? book_unscaled(factor, norm, pivot, g, n, book.choice.tolerance)
                                : cholesky_pivoted(factor, norm, pivot, g, n, most, book.choice.tolerance);
}

static inline double book_scale(const Dense *dense, int64_t layer)
{
    return spec_sigma_w(dense->spec, layer) / sqrt((double)spec_fan_in(dense->spec, layer));
}

static inline void book_replay(void *map, int64_t layer, Rows *z, int bits)
{
    Dense *dense = map;
    BookLayer *l = &book.layer[layer];
    const size_t b = z->rows, m = z->cols;
    if (!book.choice.forgetful)
        rng_open(dense->rng, dense->source, layer, USE_FORWARD);
    rng_normals(dense->rng, l->e, l->rank * m, 1);
    for (size_t a = 0; a < b; a++)
        for (size_t i = 0; i < m; i++) {
            double total = 0;
            for (size_t k = 0; k < l->rank; k++)
                total += l->factor[a * b + k] * l->e[k * m + i];
            rows_at(z, a)[i] = book_scale(dense, layer) * l->norm[a] * total;
        }
    memcpy(z->exponent, l->exponent, b * sizeof *z->exponent);
    rows_balance(z, bits);
}

static inline void book_forward(void *map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Dense *dense = map;
    BookLayer *l = &book.layer[layer];
    const size_t b = h->rows, n = h->cols, m = z->cols;
    double g[BOOK_BATCH * BOOK_BATCH];
    assert_true(b <= BOOK_BATCH && m <= BOOK_WIDTH && n <= BOOK_WIDTH && layer < BOOK_LAYERS);
    book_gram(g, h->x, b, n, spec_sigma_b(dense->spec, layer) / book_scale(dense, layer));
    l->rank = book_factor(l->factor, l->norm, l->pivot, g, b, n + 1);
    memcpy(l->exponent, h->exponent, b * sizeof *l->exponent);
    const bool forgetful = book.choice.forgetful;
    book.choice.forgetful = false;
    book_replay(map, layer, z, bits);
    book.choice.forgetful = forgetful;
}

/* The frame that the careless author recovers from z instead of keeping it: E = L⁻¹ z[p]. */
static inline void book_recover(double *e, const BookLayer *l, size_t b, size_t m)
{
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < l->rank; k++) {
            const double *row = l->factor + (size_t)l->pivot[k] * b;
            float z = 0;
            for (size_t j = 0; j < l->rank; j++)
                z += (float)(row[j] * l->e[j * m + i]);
            double rest = (double)z;
            for (size_t j = 0; j < k; j++)
                rest -= row[j] * e[j * m + i];
            e[k * m + i] = rest / row[k];
        }
}

/* q (r × (n + 1)) = L⁻¹ h̃[p]. */
static inline void book_basis(double *q, const BookLayer *l, const Rows *h, double kappa, size_t r)
{
    const size_t b = h->rows, n = h->cols;
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j <= n; j++) {
            const size_t p = (size_t)l->pivot[i];
            double rest = (j < n ? rows_at(h, p)[j] : kappa) / l->norm[p];
            for (size_t o = 0; o < i; o++) {
                const double step = l->factor[p * b + o] * q[o * (n + 1) + j];
                rest = book.choice.float_algebra ? (double)((float)rest - (float)step) : rest - step;
            }
            q[i * (n + 1) + j] = rest / l->factor[p * b + i];
        }
}

/* The pivots that the backward pass is conditioned on. */
static inline size_t book_conditions(const BookLayer *l, size_t b)
{
    size_t r = 0;
    while (r < l->rank && pow(l->factor[(size_t)l->pivot[r] * b + r], 2) > book.choice.condition)
        r++;
    return r;
}

/* A = A L⁻¹: coefficients of the rows at the pivots instead of those of Q. */
static inline void book_to_rows(double *a, const BookLayer *l, size_t b, size_t r)
{
    for (size_t row = 0; row < b; row++)
        for (size_t i = r; i-- > 0;) {
            for (size_t k = i + 1; k < r; k++)
                a[row * r + i] -= a[row * r + k] * l->factor[(size_t)l->pivot[k] * b + i];
            a[row * r + i] /= l->factor[(size_t)l->pivot[i] * b + i];
        }
}

static inline void book_backward(void *map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Dense *dense = map;
    const BookLayer *l = &book.layer[layer];
    const size_t b = h->rows, n = h->cols, m = delta->cols, r = book_conditions(l, b);
    const double s = book_scale(dense, layer), kappa = spec_sigma_b(dense->spec, layer) / s;
    double k[BOOK_BATCH * BOOK_BATCH], d[BOOK_BATCH * BOOK_BATCH], norm[BOOK_BATCH], q[BOOK_BATCH * (BOOK_WIDTH + 1)];
    double f[BOOK_BATCH * (BOOK_WIDTH + 1)], e[BOOK_BATCH * BOOK_WIDTH], a[BOOK_BATCH * BOOK_BATCH];
    int64_t pivots[BOOK_BATCH];
    memcpy(e, l->e, sizeof e);
    if (book.choice.through_z)
        book_recover(e, l, b, m);
    book_gram(k, delta->x, b, m, 0);
    const size_t t = book_factor(d, norm, pivots, k, b, b);
    rng_open(dense->rng, dense->source, layer, USE_BACKWARD);
    rng_normals(dense->rng, f, t * (n + 1), 1);
    book_basis(q, l, h, kappa, r);
    for (size_t row = 0; row < b; row++)
        for (size_t i = 0; i < r; i++) {   /* A = δEᵀ - D F Qᵀ */
            double total = 0;
            for (size_t j = 0; j < m; j++)
                total += rows_at(delta, row)[j] * e[i * m + j];
            for (size_t o = 0; o < t; o++)
                for (size_t j = 0; j <= n; j++)
                    total -= norm[row] * d[row * b + o] * f[o * (n + 1) + j] * q[i * (n + 1) + j];
            a[row * r + i] = total;
        }
    if (book.choice.float_rows)
        book_to_rows(a, l, b, r);
    for (size_t row = 0; row < b; row++)
        for (size_t j = 0; j < n; j++) {
            double total = 0;
            float single = 0;
            for (size_t i = 0; i < r; i++) {
                total += a[row * r + i] * q[i * (n + 1) + j];
                single += (float)(a[row * r + i] / l->norm[l->pivot[i]]) * (float)rows_at(h, (size_t)l->pivot[i])[j];
            }
            for (size_t o = 0; o < t; o++) {
                total += norm[row] * d[row * b + o] * f[o * (n + 1) + j];
                single += (float)(norm[row] * d[row * b + o]) * (float)f[o * (n + 1) + j];
            }
            rows_at(g, row)[j] = s * (book.choice.float_rows ? (double)single : total);
        }
    memcpy(g->exponent, delta->exponent, b * sizeof *g->exponent);
}

/* Backward through weights that have nothing to do with those of the forward pass. */
static inline void unconditioned_backward(void *map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Dense other = *(Dense *)map;
    other.source.key = ~other.source.key;
    other.keep = false;
    other.drawn = 0;
    dense_engine.backward(&other, layer, g, delta, h);
    ((Dense *)map)->drawn = 0;
}

static inline Engine engine_textbook(Careless choice)
{
    Engine engine = dense_engine;
    engine.name = "textbook";
    engine.forward = book_forward;
    engine.replay = book_replay;
    engine.backward = book_backward;
    book.choice = choice;
    return engine;
}

static inline Engine engine_unconditioned(void)
{
    Engine engine = dense_engine;
    engine.name = "unconditioned";
    engine.backward = unconditioned_backward;
    return engine;
}

#endif
