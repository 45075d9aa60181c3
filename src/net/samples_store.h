/* Samples, for the two files that make them up: samples.c opens them, samples_rows.c reads their rows.
 * The one thing to know: a part is a list of rows of a store; MNIST has two stores, everything else one.
 * Nobody else includes this. */
#ifndef NET_SAMPLES_STORE_H
#define NET_SAMPLES_STORE_H

#include "net/idx.h"
#include "net/samples.h"
#include "net/scale.h"

/* What a file, or a maker of samples, gave. */
typedef struct {
    Idx idx;          /* bytes and kin, standardised as they are read; or */
    double *x;        /* rows × width, standardised */
    double *y;        /* rows × columns: classes as one number */
    int64_t rows;
} SamplesStore;

typedef struct {
    const SamplesStore *store;
    const int64_t *rows;      /* of the store; NULL: all, in order */
} SamplesList;

struct Samples {
    SamplesFacts facts;
    SamplesStore store[2];
    SamplesList part[2];      /* by SamplesPart */
    int64_t *order;           /* a permutation of store 0: training rows, then test rows; NULL for MNIST */
    int64_t columns;          /* of y: the labels or real targets, 1 for classes */
    Scale scale;              /* of idx */
};

#endif
