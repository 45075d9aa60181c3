/* Results: the columns of a run's CSV file that a figure needs, row after row, cut into points.
 * The one thing to know: a point ends where its keys change or the layer does not rise; its keys are the specification's fields. Of a
 * training's snapshots, which have the same keys, the first counts, unless all are asked for: then each is a point of its own.
 * σ_w and σ_b name a point only where the user chose them; elsewhere they follow from the initialiser and vary by layer. */
#ifndef SHOW_RESULTS_H
#define SHOW_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/spec.h"

typedef enum { OUTCOME_OK, OUTCOME_NAN, OUTCOME_DEAD, OUTCOME_OVERFLOW, OUTCOME_STALLED, OUTCOME_OTHER, OUTCOME_COUNT } Outcome;

/* What histograms.csv counts. */
typedef enum { QUANTITY_H, QUANTITY_GRAD_H, QUANTITY_COUNT } Quantity;

typedef struct {
    char *keys[FIELD_COUNT];   /* as written; "" where the file has no such column; depth stands in `depth` */
    int64_t depth;
    int64_t step;              /* of its snapshot; -1 where the file has no layers, or no steps */
    size_t first, count;       /* its rows */
} Point;

typedef struct {
    Point *points;
    size_t n_points, n_rows, n_columns;
    int64_t *layers;           /* of each row; 0 where the file has no such column */
    double *values;            /* row · n_columns + column; NAN where the cell is empty */
    unsigned char *outcomes;   /* of each row, an Outcome */
    unsigned char *quantities; /* of each row, a Quantity */
    bool trained;              /* of a training */
    size_t rooms_points, rooms_rows;
} Results;

/* Read `columns` of DIR/file. 0; 1 where the file or a column is not there (`why` says which); -1 after error() (65, 66). */
int results_read(Results *r, const char *dir, const char *file, const char *const *columns, size_t n_columns, Text *why);

/* The same with every snapshot. */
int results_read_snapshots(Results *r, const char *dir, const char *file, const char *const *columns, size_t n_columns, Text *why);

void results_free(Results *r);

/* Two points of one series: the same in every key but depth. A key that one file lacks decides nothing. */
bool results_same_series(const Point *a, const Point *b);

/* A value of a row. */
double results_value(const Results *r, size_t row, size_t column);

#endif
