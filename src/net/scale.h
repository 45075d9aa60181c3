/* Standardising: numbers to mean 0 and variance 1, block by block.
 * The one thing to know: two passes; first the range of all blocks, then, scaled by it, their moments.
 * T. Chan, G. Golub, R. LeVeque, "Algorithms for computing the sample variance", Am. Stat. 37 (1983). */
#ifndef NET_SCALE_H
#define NET_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start from {0}. */
typedef struct {
    double lowest, highest;
    bool any;
} Range;

/* Of numbers scaled by a power of two that brings the largest near 1, so that 1e300 and 1e-300 can be squared. */
typedef struct {
    double n, mean, squares;   /* squares: Σ(x − mean)² */
} Moments;

/* What standardises a number: (x·shrink − mean)·gain. */
typedef struct {
    double shrink, mean, gain;
} Scale;

void range_add(Range *r, const double *x, size_t n);
/* `all` is the range of all blocks, n > 0. */
void moments_add(Moments *m, Range all, const double *x, size_t n);
/* The population variance (divisor n) becomes 1; numbers that are all the same become 0. */
Scale scale_from(Range r, Moments m);
void scale_apply(Scale s, double *x, size_t n);

/* The same of bytes as they lie in a file; in float for float. */
void scale_bytes(Scale s, const unsigned char *bytes, double *x, size_t n);
void scale_bytesf(Scale s, const unsigned char *bytes, float *x, size_t n);

/* Standardise every column of a table (rows × width) by the mean and variance of some of its rows: from[0 … n - 1], or for NULL all n. */
void scale_columns(double *table, size_t rows, size_t width, const int64_t *from, size_t n);

#endif
