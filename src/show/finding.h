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
    const int64_t *from;          /* the layer of `first`; NULL: 1 */
} Curves;

void finding_gradient(Text *title, const Curves *c);     /* first, last: log10 of the norm */
void finding_weights(Text *title, const Curves *c);      /* the same of ∂L/∂W, where the level counts, not the slope */
void finding_mean(Text *title, const Curves *c);         /* last: mean, scale: standard deviation */
void finding_variance(Text *title, const Curves *c);     /* first, last: log10 of the variance */
void finding_heatmap(Text *title, const Curves *c);      /* first, last: log10 of what reaches the input at the least (scale) and largest depth */
void finding_decay(Text *title, const Curves *c);        /* first, last: log10 of the factor a layer at the least and largest depth; scale: how
                                                            far from the latter any depth's is */
void finding_fractions(Text *title, const Curves *c);    /* last: saturated, scale: dead */
void finding_paths(Text *title, const Curves *c);        /* first, last: log10 of the length, scale: q* */
void finding_trajectory(Text *title, const Curves *c);   /* last: mean, scale: variance */

/* What to call a curve in a sentence: "relu with he-normal, width 64". */
void finding_name(Text *out, const SeriesSet *set, size_t i);
void finding_words(Text *out, const char *label);   /* of a panel's name: "relu, depth 5" */

/* Where a curve of training ends, in the median over seeds: log10 of the loss (infinite where most seeds broke), accuracy. */
typedef struct {
    bool there;
    double loss, accuracy;
} CurveEnd;

typedef struct {
    const SeriesSet *set;
    const CurveEnd *ends;      /* [series · stride + depth] */
    const int64_t *depths;     /* ascending */
    size_t n_depths, stride;
    bool accuracy;             /* there is one */
} Ends;

/* The gradient at the input beside that at the last layer, log10, at the first and the last snapshot. */
typedef struct {
    const char *name;
    double before, after;
    int64_t from, to;
} Change;

/* The middle of a network's log10 |∂L/∂h|, entry by entry, at its first and its last layer, before training: -inf where half are zeros. */
typedef struct {
    size_t series;
    double first, last;
    int64_t first_layer, last_layer;
} Profile;

/* Units in training: the share that is dead, and that is zero, in the mean over layers, at the first and the last snapshot. */
typedef struct {
    size_t series;
    double dead[2], zero[2];
} Fate;

/* Of training, in finding_training.c. */
void finding_profiles(Text *title, const SeriesSet *set, const Profile *profiles, size_t n);
void finding_fates(Text *title, const SeriesSet *set, const Fate *fates, size_t n, int64_t from, int64_t to);
void finding_training(Text *title, const Ends *e);
void finding_changes(Text *title, const Change *changes, size_t n);

/* Of theory.csv, in finding_plane.c. */
void finding_phase(Text *title, const Planes *planes, const Measured *measured, size_t n);
void finding_scales(Text *title, const Planes *planes);

#endif
