/* A folder of arrays as .npy, for checks elsewhere.
 * The one thing to know: true value = stored · 2^exponent with one exponent an array, in scale.csv; almost always 0.
 * NumPy's format 1.0: NEP 1. */
#ifndef NET_NPY_H
#define NET_NPY_H

#include "base/text.h"
#include "num/rows.h"

/* The first failure is remembered, and what follows it is not written: only npy_close's result need be looked at. */
typedef struct {
    const char *directory;
    Text scale;
    int result;
} Npy;

/* Make the folder; 73 after error(). */
int npy_open(Npy *n, const char *directory);

/* One array of float64: NAME.npy of rows × cols, or a vector where rows is 0. */
void npy_put(Npy *n, const char *name, const double *x, size_t rows, size_t cols, int64_t exponent);
void npy_put_rows(Npy *n, const char *name, const Rows *r);

/* Rows in the one unit of the largest of them, in doubles; free the result. */
double *npy_one_unit(const Rows *r, int64_t *exponent);

/* Write scale.csv; 0, or -1 after error() 73, 74 if anything failed. */
int npy_close(Npy *n);

#endif
