/* Regions of the line where an activation is exactly zero, exactly flat, or nearly flat; and the chance that a normal z lies there.
 * The one thing to know: they are found by walking the line once, so a new activation needs no entry here. */
#ifndef THEORY_REGIONS_H
#define THEORY_REGIONS_H

#include <stdbool.h>

#include "model/act.h"
#include "num/gauss.h"

enum { REGIONS_MOST = 64 };

typedef struct {
    double from[REGIONS_MOST], to[REGIONS_MOST];
    int count;
} Intervals;

typedef struct {
    Intervals zero;        /* φ = 0 */
    Intervals flat;        /* φ' = 0 */
    Intervals saturated;   /* |φ'| < 0.05 max |φ'| */
    bool known;            /* false: too many to keep */
    double reach;          /* |x| to which they are known; less than inf for sin */
} Regions;

void regions_find(Regions *r, Choice activation);

/* Are they known as far as z ~ N(0, sd²) goes? */
bool regions_known(const Regions *r, double sd);

/* P(z in the region), z ~ N(0, sd²). */
double regions_zero(const Regions *r, double sd);
double regions_saturated(const Regions *r, double sd);

/* P(z_1 … z_batch all where φ is flat) for equally correlated z (0 ≤ correlation ≤ 1): by quadrature over what they share. */
double regions_dead(const Regions *r, Gauss *w, double sd, int64_t batch, double correlation);

#endif
