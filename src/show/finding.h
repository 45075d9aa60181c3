/* Findings: the sentence over a picture, made from its numbers.
 * The one thing to know: a finding names the extremes and what lies closest to the ideal, and says how far, in numbers.
 * Thresholds stand beside the sentences they choose. */
#ifndef SHOW_FINDING_H
#define SHOW_FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "show/place.h"
#include "show/series.h"

/* One number a curve: NAN where it has none. `layers` is the last layer (or depth) of each. */
typedef struct {
    const SeriesSet *set;
    const double *first, *last;   /* the drawn quantity at its first and last layer (or depth) */
    const double *scale;          /* what to compare it with, where the sentence needs it */
    const int64_t *layers;
} Curves;

void finding_gradient(Text *title, const Curves *c);     /* first, last: log10 of the norm */
void finding_weights(Text *title, const Curves *c);      /* the same of ∂L/∂W, where the level counts, not the slope */
void finding_mean(Text *title, const Curves *c);         /* last: mean, scale: standard deviation */
void finding_variance(Text *title, const Curves *c);     /* first, last: log10 of the variance */
void finding_heatmap(Text *title, const Curves *c);      /* first, last: log10 of what reaches the input at the least (scale) and largest depth */
void finding_decay(Text *title, const Curves *c);        /* first, last: log10 of the factor a layer at the least and largest depth */
void finding_fractions(Text *title, const Curves *c);    /* last: saturated, scale: dead */
void finding_paths(Text *title, const Curves *c);        /* first, last: log10 of the length, scale: q* */
void finding_trajectory(Text *title, const Curves *c);   /* last: mean, scale: variance */

/* Of theory.csv, in finding_plane.c. */
void finding_phase(Text *title, const Planes *planes, const Measured *measured, size_t n);
void finding_scales(Text *title, const Planes *planes);

#endif
