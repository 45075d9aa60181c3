/* Planes: χ₁ over (σ_w, σ_b) from theory.csv, one plane an activation and initialiser.
 * The one thing to know: a plane is a full rectangle; where theory names no fixed point (or the grid has no cell) it holds NAN.
 * Depth, width and batch do not move χ₁: the first of them counts. */
#ifndef SHOW_PLANE_H
#define SHOW_PLANE_H

#include <stdbool.h>
#include <stddef.h>

#include "show/marks.h"
#include "show/picture.h"
#include "show/results.h"

typedef struct {
    const Point *key;
    Text name;
    Marks w, b;
    double *log_chi;       /* log10 of χ₁, at [b · w.n + w] */
    size_t cells, blank;   /* of theory.csv; those without a fixed point */
} Plane;

typedef struct {
    Results results;
    Plane planes[MOST_PANELS];
    size_t n, n_left_out;
} Planes;

/* 0; 1 where theory.csv is not there or has no σ_w to vary (`why` says it); -1 after error(). */
int planes_read(Planes *planes, const char *dir, Text *why);
void planes_free(Planes *planes);

/* Is this point of another file one of the plane's network? */
bool plane_is_of(const Plane *plane, const Point *point);

/* σ of a point as a number; NAN where it has none. */
double point_sigma(const Point *point, size_t field);

double plane_at(const Plane *plane, size_t w, size_t b);

/* Linear in log10 χ₁ between the four cells around; NAN outside the grid and beside a blank. */
double plane_between(const Plane *plane, double w, double b);

/* Where log10 χ₁ changes its sign between neighbours `from` and `to`, as a fraction of the way; NAN where it does not. */
double crossing(double from, double to);

/* A piece of the line χ₁ = 1: marching over the squares of neighbouring cells. */
typedef struct {
    double w[2], b[2];
} Piece;

/* To be freed; those that touch a blank are left out. */
Piece *plane_critical(const Plane *plane, size_t *n);

#endif
