/* The correlation map along a network: how the gap 1 - c changes, layer after layer.
 * The one thing to know: once lengths have settled the map is one function of the gap, so it is tabulated where the gap moves slowly;
 * before that each layer costs a two-dimensional integral, and small gaps cost nothing (apart → q gap K).
 * Poole et al. 2016; Schoenholz et al. 2017. */
#ifndef THEORY_GAPMAP_H
#define THEORY_GAPMAP_H

#include "theory/meanfield.h"

/* Moments over two correlated pre-activations, in units of the moments over one. */
typedef struct {
    double squares;         /* E φ_a²φ_b² / V² */
    double slope_squares;   /* E φ'_a²φ'_b² / K² */
    double slopes;          /* E φ'_aφ'_b / K */
    Status status;
} PairRatios;

typedef struct GapMap GapMap;

GapMap *gapmap_alloc(MeanField *m);
void gapmap_free(GapMap *g);

/* The gap of h = φ(z) where z has ln variance ln_q and gap `gap`, of h as vectors (1 - cosine): apart/V. */
double gapmap_step(GapMap *g, double ln_q, double gap, Status *status);

/* E φ'_aφ'_b / K, exactly each time. */
double gapmap_slopes(GapMap *g, double ln_q, double gap, Status *status);

/* For fluctuations: good to a few per cent, being reused while ln q and ln gap move by less than 0.05. */
PairRatios gapmap_ratios(GapMap *g, double ln_q, double gap);

#endif
