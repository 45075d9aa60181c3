/* Figures: the registry of what `fathom plot` draws.
 * The one thing to know: a builder reads a run's CSV files and fills a Picture; it never computes physics.
 * A figure whose data the run does not have is skipped with a reason. */
#ifndef SHOW_FIGURE_H
#define SHOW_FIGURE_H

#include "model/registry.h"
#include "show/picture.h"

typedef struct Figure Figure;
struct Figure {
    Named named;          /* formula: the columns it reads; about: what it shows */
    const char *column;   /* of summary.csv, for builders that serve several figures */
    const char *y_label;
    const char *script;   /* in scripts/figures */
    bool coloured;        /* means nothing without colours */
    int (*build)(const Figure *figure, const char *dir, Picture *p);   /* 0; 1 skipped, p->why says so; -1 after error() */
};

extern const Registry figures;

const Figure *figure_at(size_t index);

/* The builders. */
int build_bands(const Figure *figure, const char *dir, Picture *p);        /* a column by layer, median and bands over seeds */
int build_fractions(const Figure *figure, const char *dir, Picture *p);    /* saturated, dead and zero fractions by layer */
int build_heatmap(const Figure *figure, const char *dir, Picture *p);      /* a column over depth and layer */
int build_decay(const Figure *figure, const char *dir, Picture *p);        /* decay per layer against depth, from networks.csv */
int build_trajectory(const Figure *figure, const char *dir, Picture *p);   /* (mean, variance) from layer to layer */
int build_phase(const Figure *figure, const char *dir, Picture *p);        /* χ₁ over (σ_w, σ_b), and measured growth upon it */
int build_scales(const Figure *figure, const char *dir, Picture *p);       /* 1/|ln χ₁| against σ_w, for each σ_b */
int build_by_step(const Figure *figure, const char *dir, Picture *p);      /* a column over layers and snapshots */
int build_curves(const Figure *figure, const char *dir, Picture *p);       /* loss and accuracy by step, from steps.csv */
int build_trainability(const Figure *figure, const char *dir, Picture *p); /* what networks reach, over depth and the field `column` */
int build_ridges(const Figure *figure, const char *dir, Picture *p);       /* activations and gradients by layer, from histograms.csv */
int build_units(const Figure *figure, const char *dir, Picture *p);        /* dead and zero units over snapshots */
int build_paths(const Figure *figure, const char *dir, Picture *p);        /* length and cosine by layer, theory and measured */
int build_maps(const Figure *figure, const char *dir, Picture *p);         /* length and cosine of a layer against those of the layer before */

/* What all of them say below the title: depth, width, …, seeds, and the input that run.json names; of a training also which snapshot. */
void figure_setting(Picture *p, const char *dir, const SeriesSet *set, const Results *r, size_t n_column, bool deepest_only);

/* The same of whole trainings, with what run.json says of how they were done; and what became of the networks drawn. */
void figure_training_setting(Picture *p, const char *dir, const SeriesSet *set, const Results *r, bool deepest_only);
void figure_training_omissions(Picture *p, const char *dir, const SeriesSet *set, const Results *r, bool deepest_only);

/* Into the caption: curves left out, values that are not finite (`holes`), and networks that died or gave NaN, out of how many (of a
 * training's snapshot nothing is said of what became of the networks later). */
void figure_omissions(Picture *p, const char *dir, const SeriesSet *set, const Results *r, size_t holes, bool deepest_only);

#endif
