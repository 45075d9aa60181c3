/* Pivoted Cholesky factors of small Gram matrices.
 * The one thing to know: the tolerance is on Schur complements (squared, unit diagonal), never on the factor's own entries. */
#include "num/cholesky.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "num/vecmath.h"

static void to_unit_diagonal(double *g, double *norm, size_t n)
{
    for (size_t a = 0; a < n; a++)
        norm[a] = sqrt(g[a * n + a]);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b <= a; b++) {
            const bool any = norm[a] > 0 && norm[b] > 0;
            g[a * n + b] = !any ? 0 : a == b ? 1 : g[a * n + b] / norm[a] / norm[b];
        }
}

/* column -= Σ_k columns_k[best] · columns_k, for the `rank` columns there are, each n long. */
MULTIVERSION static void eliminate(double *restrict column, const double *restrict columns, size_t rank, size_t best, size_t n)
{
    for (size_t k = 0; k < rank; k++) {
        const double times = columns[k * n + best];
        for (size_t a = 0; a < n; a++)
            column[a] -= times * columns[k * n + a];
    }
}

static void transpose(double *x, size_t n)
{
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < a; b++) {
            const double kept = x[a * n + b];
            x[a * n + b] = x[b * n + a];
            x[b * n + a] = kept;
        }
}

/* While it grows the factor lies by columns. */
size_t cholesky_pivoted(double *factor, double *norm, int64_t *pivot, double *g, size_t n, size_t most, double tolerance)
{
    size_t rank = 0;
    to_unit_diagonal(g, norm, n);
    memset(factor, 0, n * n * sizeof *factor);
    for (; rank < n && rank < most; rank++) {
        size_t best = 0;
        double *column = factor + rank * n;
        for (size_t a = 1; a < n; a++)
            if (g[a * n + a] > g[best * n + best])
                best = a;
        const double left = g[best * n + best];
        if (!(left > tolerance))
            break;
        pivot[rank] = (int64_t)best;
        const double root = sqrt(left);
        for (size_t a = 0; a < n; a++)
            column[a] = a < best ? g[best * n + a] : g[a * n + best];
        eliminate(column, factor, rank, best, n);
        for (size_t a = 0; a < n; a++) {
            if (a == best || g[a * n + a] == 0) {
                column[a] = a == best ? root : 0;
                continue;
            }
            column[a] /= root;
            const double rest = g[a * n + a] - column[a] * column[a];
            g[a * n + a] = rest > 0 ? rest : 0;
        }
        g[best * n + best] = 0;
    }
    transpose(factor, n);
    return rank;
}

int cholesky_plain(double *s, size_t r)
{
    for (size_t j = 0; j < r; j++) {
        const double rounding = 1e-14 * s[j * r + j];
        for (size_t i = j; i < r; i++) {
            double rest = s[i * r + j];
            for (size_t k = 0; k < j; k++)
                rest -= s[i * r + k] * s[j * r + k];
            if (i == j && !(rest > rounding)) {
                if (!(rest > -rounding))
                    return -1;
                rest = rounding;
            }
            s[i * r + j] = i == j ? sqrt(rest) : rest / s[j * r + j];
        }
        for (size_t i = 0; i < j; i++)
            s[i * r + j] = 0;
    }
    return 0;
}
