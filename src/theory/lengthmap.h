/* Fixed points of the length map: the roots of F(t) = ln Q(e^t) - t, with t = ln q.
 * The one thing to know: iterating the map stalls at criticality, so nothing is iterated: extrema split F into monotone pieces, each of
 * which holds at most one root. What depends on the activation alone is tabulated, so that a grid of sigmas costs microseconds a point.
 * Schoenholz et al. 2017; Roberts, Yaida and Hanin 2022. */
#ifndef THEORY_LENGTHMAP_H
#define THEORY_LENGTHMAP_H

#include "num/root.h"
#include "theory/meanfield.h"

typedef struct {
    double ln_q;
    bool touched;   /* F is 0 at an extremum: lengths come near from one side only */
} LengthRoot;

typedef struct LengthMap LengthMap;

/* m and solver must outlive it; φ must not be homogeneous. */
LengthMap *lengthmap_alloc(MeanField *m, RootSolver *solver);
void lengthmap_free(LengthMap *l);

/* The sigmas of the questions that follow; σ_w > 0. */
void lengthmap_set(LengthMap *l, double sigma_w, double sigma_b);

/* F. */
double lengthmap_excess(LengthMap *l, double ln_q);

/* All roots, ascending, at most `most`; returns how many. */
size_t lengthmap_roots(LengthMap *l, LengthRoot *out, size_t most);

/* The root that lengths starting at ln_q come to; false where they leave the range of doubles, upwards or (φ(0) = 0, σ_b = 0) to 0. */
bool lengthmap_next(LengthMap *l, double ln_q, LengthRoot *out);

#endif
