/* Cholesky factors of small matrices: Gram matrices at unit diagonal, with pivots, and positive definite ones.
 * The one thing to know: pivots are squared distances relative to each row's own norm.
 * Higham 2002, section 10.3 (complete pivoting and rank). */
#ifndef NUM_CHOLESKY_H
#define NUM_CHOLESKY_H

#include <stddef.h>
#include <stdint.h>

/* g: n × n, its lower triangle is read, its diagonal destroyed. g = diag(norm) C Cᵀ diag(norm): norm[a] = √g_aa; factor: C, n × n,
 * columns beyond the rank 0; pivot[k] the row that column k eliminates, so that factor[pivot[k]][j] = 0 for j > k. Stops at `most`
 * columns, and where no remaining pivot is above `tolerance`; rows of norm 0 get zero factors. Returns the rank. */
size_t cholesky_pivoted(double *factor, double *norm, int64_t *pivot, double *g, size_t n, size_t most, double tolerance);

/* Lower triangular r × r from s (symmetric, positive definite, lower triangle), in place. 0, or -1 where it is not. A pivot within
 * rounding of 0, which a square Wishart matrix has once in 10^7, is taken to be a rounding. */
int cholesky_plain(double *s, size_t r);

#endif
