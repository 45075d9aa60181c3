/* What a few long rows span: coordinates in an orthonormal basis, row by row.
 * The one thing to know: rows that are far apart are factored through their Gram matrix; a row close to the span of others is compared
 * with its nearest neighbour first, element by element, so relative distances down to rounding survive and equal rows stay equal.
 * Pivoted Cholesky (Higham 2002, section 10.3); Gram-Schmidt with reorthogonalisation (Daniel, Gragg, Kaufman and Stewart 1976). */
#ifndef NUM_SPAN_H
#define NUM_SPAN_H

#include "num/rows.h"

/* The rows are x̃_a = (scale · h_a, bias): one more coordinate, the same for all. x̃_a = norm[a] Σ_k factor[a][k] q_k in units 2^unit[a]. */
typedef struct {
    double *factor;     /* rows × rows, columns beyond the rank 0 */
    double *norm;
    int64_t *unit;
    int64_t *pivot;     /* the row that q_k was found in: factor[pivot[k]][j] = 0 for j > k */
    int64_t *rank;      /* the rank, and how many of the q_k come from the Gram matrix */
} Span;

/* Workspaces: `small` span_work_size(rows) doubles; `q` and `rest` rows × cols each, touched only where rows are close. */
typedef struct {
    double *small, *q, *rest;
} SpanWork;

size_t span_work_size(size_t rows);

/* A row's own unit 2^exponent, or the bias's where that is larger, so that neither overflows in it. */
int64_t span_unit(int64_t exponent, double bias);

/* Fill the span of h. At most `most` dimensions are there to be found (cols, and one more for a bias). A row that holds an infinity or a
 * NaN has a norm that says so, and no part in the span. */
void span_find(Span *s, const Rows *h, double scale, double bias, size_t most, const SpanWork *work);

/* The basis as q_k = Σ_i t[k][i] y_i + (…, bias[k]) of the rows y that are returned: h itself where the Gram matrix was enough, else
 * work->q (as floats where h is); t is rank × y.rows and bias holds rank numbers. Found again from h, whose units need not be those of
 * span_find. */
Rows span_basis(Span *s, const Rows *h, double scale, double bias, size_t most, const SpanWork *work, double *t, double *q_bias);

#endif
