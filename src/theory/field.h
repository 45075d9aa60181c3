/* What a MeanField is made of: for meanfield.c and pairs.c alone.
 * The one thing to know: facts of the activation are found out by looking at it, when it is made.
 * Sources stand in meanfield.h. */
#ifndef THEORY_FIELD_H
#define THEORY_FIELD_H

#include "num/cheb.h"
#include "theory/closed.h"
#include "theory/meanfield.h"

struct MeanField {
    Choice choice;
    const Activation *act;
    double a;               /* the parameter */
    double scale;           /* the length over which φ varies near 0 */
    const Closed *closed;   /* NULL: quadrature alone */
    Gauss *gauss;
    Cheb *averages, *ratios;
    bool homogeneous, odd, smooth_at_zero;
    double at_zero, slope_below, slope_above;   /* φ(0), φ'(0-), φ'(0+) */
};

/* A closed form's value, to rounding. */
Estimate meanfield_exactly(double x);

#endif
