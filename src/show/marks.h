/* Marks: the values that a grid has along an axis.
 * The one thing to know: ascending, each once; a cell reaches half-way to its neighbours, so that uneven grids have no gaps. */
#ifndef SHOW_MARKS_H
#define SHOW_MARKS_H

#include "show/picture.h"

typedef struct {
    double *values;
    size_t n;
} Marks;

void marks_add(Marks *marks, double x);
size_t marks_find(const Marks *marks, double x);   /* one that is there */

/* A cell's edge: half-way to its neighbour; at an end, as far as on the other side. */
double marks_edge(const Marks *marks, size_t i, bool upper);

/* Few values are named on the axis across as they are, if no two are nearer than `apart`: powers of ten where the axis is logarithmic. */
void marks_name(const Marks *marks, Picture *p, bool log, double apart);

#endif
