/* Pivoted Cholesky factors of small Gram matrices.
 * The one thing to know: the tolerance is on Schur complements (squared, unit diagonal), never on the factor's own entries. */
#include "num/cholesky.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

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

size_t cholesky_pivoted(double *factor, double *norm, int64_t *pivot, double *g, size_t n, size_t most, double tolerance)
{
    size_t rank = 0;
    to_unit_diagonal(g, norm, n);
    memset(factor, 0, n * n * sizeof *factor);
    for (; rank < n && rank < most; rank++) {
        size_t best = 0;
        for (size_t a = 1; a < n; a++)
            if (g[a * n + a] > g[best * n + best])
                best = a;
        const double left = g[best * n + best];
        if (!(left > tolerance))
            break;
        pivot[rank] = (int64_t)best;
        const double root = sqrt(left);
        for (size_t a = 0; a < n; a++) {
            const double entry = a < best ? g[best * n + a] : g[a * n + best];
            factor[a * n + rank] = a == best ? root : g[a * n + a] == 0 ? 0 : entry;
        }
        for (size_t k = 0; k < rank; k++)
            for (size_t a = 0; a < n; a++)
                if (a != best)
                    factor[a * n + rank] -= factor[best * n + k] * factor[a * n + k];
        for (size_t a = 0; a < n; a++) {
            if (a == best || g[a * n + a] == 0) {
                factor[a * n + rank] = a == best ? root : 0;
                continue;
            }
            factor[a * n + rank] /= root;
            const double rest = g[a * n + a] - factor[a * n + rank] * factor[a * n + rank];
            g[a * n + a] = rest > 0 ? rest : 0;
        }
        g[best * n + best] = 0;
    }
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
