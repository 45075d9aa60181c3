/* For tests of the implicit engine: what a careless author writes, as engines over a dense map's workspace.
 * The one thing to know: with double Grams the textbook passes the tests of laws; each careless choice must fail them hard.
 * Gaussian weights, one thread, small networks. */
#ifndef TESTS_TEXTBOOK_H
#define TESTS_TEXTBOOK_H

#include "nets.h"
#include "num/cholesky.h"

enum { BOOK_BATCH = 8, BOOK_WIDTH = 40, BOOK_LAYERS = 64 };

typedef struct {
    double factor[BOOK_BATCH * BOOK_BATCH], norm[BOOK_BATCH], e[BOOK_BATCH * BOOK_WIDTH];
    int64_t pivot[BOOK_BATCH];
    size_t rank;
} BookLayer;

static struct {
    bool floats;        /* Gram matrices in float32 */
    bool through_z;     /* M = δzᵀ C⁻ᵀ instead of δEᵀ */
    double tolerance;   /* on squared distances */
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
            g[i * b + j] = book.floats ? (double)single : twice;
        }
}

static inline void book_forward(void *map, int64_t layer, Rows *z, const Rows *h, int bits)
{
    Dense *dense = map;
    BookLayer *l = &book.layer[layer];
    const size_t b = h->rows, n = h->cols, m = z->cols;
    const double s = spec_sigma_w(dense->spec, layer) / sqrt((double)n);
    double g[BOOK_BATCH * BOOK_BATCH];
    assert_true(b <= BOOK_BATCH && m <= BOOK_WIDTH && n <= BOOK_WIDTH && layer < BOOK_LAYERS);
    book_gram(g, h->x, b, n, spec_sigma_b(dense->spec, layer) / s);
    l->rank = cholesky_pivoted(l->factor, l->norm, l->pivot, g, b, n + 1, book.tolerance);
    rng_open(dense->rng, dense->source, layer, USE_FORWARD);
    rng_normals(dense->rng, l->e, l->rank * m, 1);
    for (size_t a = 0; a < b; a++)
        for (size_t i = 0; i < m; i++) {
            double total = 0;
            for (size_t k = 0; k < l->rank; k++)
                total += l->factor[a * b + k] * l->e[k * m + i];
            rows_at(z, a)[i] = s * l->norm[a] * total;
        }
    memcpy(z->exponent, h->exponent, b * sizeof *z->exponent);
    rows_balance(z, bits);
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

static inline void book_backward(void *map, int64_t layer, Rows *g, const Rows *delta, const Rows *h)
{
    Dense *dense = map;
    const BookLayer *l = &book.layer[layer];
    const size_t b = h->rows, n = h->cols, m = delta->cols, r = l->rank;
    const double s = spec_sigma_w(dense->spec, layer) / sqrt((double)n), kappa = spec_sigma_b(dense->spec, layer) / s;
    double k[BOOK_BATCH * BOOK_BATCH], d[BOOK_BATCH * BOOK_BATCH], norm[BOOK_BATCH], q[BOOK_BATCH * (BOOK_WIDTH + 1)];
    double f[BOOK_BATCH * (BOOK_WIDTH + 1)], e[BOOK_BATCH * BOOK_WIDTH], a[BOOK_BATCH * BOOK_BATCH];
    int64_t pivots[BOOK_BATCH];
    memcpy(e, l->e, sizeof e);
    if (book.through_z)
        book_recover(e, l, b, m);
    book_gram(k, delta->x, b, m, 0);
    const size_t t = cholesky_pivoted(d, norm, pivots, k, b, b, book.tolerance);
    rng_open(dense->rng, dense->source, layer, USE_BACKWARD);
    rng_normals(dense->rng, f, t * (n + 1), 1);
    for (size_t i = 0; i < r; i++)   /* Q = L⁻¹ h̃[p] */
        for (size_t j = 0; j <= n; j++) {
            const size_t p = (size_t)l->pivot[i];
            double rest = (j < n ? rows_at(h, p)[j] : kappa) / l->norm[p];
            for (size_t o = 0; o < i; o++)
                rest -= l->factor[p * b + o] * q[o * (n + 1) + j];
            q[i * (n + 1) + j] = rest / l->factor[p * b + i];
        }
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
    for (size_t row = 0; row < b; row++)
        for (size_t j = 0; j < n; j++) {
            double total = 0;
            for (size_t i = 0; i < r; i++)
                total += a[row * r + i] * q[i * (n + 1) + j];
            for (size_t o = 0; o < t; o++)
                total += norm[row] * d[row * b + o] * f[o * (n + 1) + j];
            rows_at(g, row)[j] = s * total;
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

static inline Engine engine_textbook(bool floats, bool through_z, double tolerance)
{
    Engine engine = dense_engine;
    engine.name = "textbook";
    engine.forward = book_forward;
    engine.backward = book_backward;
    book.floats = floats;
    book.through_z = through_z;
    book.tolerance = tolerance;
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
