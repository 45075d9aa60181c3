/* Number formats of elements and products.
 * The one thing to know: float64 is held in rows with scales and never leaves its range; the others are held in floats as they are, the
 * 16-bit ones rounded after every operation, and so show zero, infinity and NaN where training meets them. */
#ifndef MODEL_DTYPE_H
#define MODEL_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/registry.h"

typedef struct {
    Named named;
    bool single;                        /* held in floats */
    void (*round)(float *x, size_t n);  /* to the format's nearest; NULL where elements are held exactly */
    double least_normal;                /* below it precision is lost, and soon everything */
} Dtype;

extern const Registry dtypes;

const Dtype *dtype_of(Choice choice);

#endif
