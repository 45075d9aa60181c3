/* Atlas: what training came to over depth and one more field, one chart for each combination of the others, from networks.csv.
 * The one thing to know: a cell is the median over its seeds, among which those that broke count as the worst; where they are half or
 * more, the cell is broken. Scales hold what is drawn: log10 on a logarithmic axis, 1, 2, … for activations. */
#ifndef SHOW_ATLAS_H
#define SHOW_ATLAS_H

#include "show/picture.h"
#include "show/plane.h"

typedef enum { CELL_NONE, CELL_BROKEN, CELL_STALLED, CELL_LEARNED } CellKind;

typedef struct {
    const Point *key;
    Text name, title;      /* on its panel, and in a sentence */
    Marks x, y;
    double *value;         /* accuracy, or log10 of the loss, at [y · x.n + x] */
    unsigned char *kind;   /* a CellKind */
} Chart;

typedef struct {
    Results results;
    SeriesSet set;
    Chart charts[MOST_PANELS];
    size_t n, n_left_out;
    size_t field;                        /* of x */
    bool accuracy, log_x, log_y;
    const char *words[MOST_TICKS];       /* of x, where it is the activation */
    size_t n_words;
    Range values;
    double enough;                       /* what a cell needs to have learned; NOT_GIVEN: not to be stalled */
} Atlas;

/* 0; 1 where there is no such map (`why`); -1 after error(). `field`: FIELD_sigma_w, FIELD_lr or FIELD_activation. */
int atlas_read(Atlas *a, const char *dir, size_t field, Text *why);
void atlas_free(Atlas *a);

/* The largest depth to which all networks of a column learned, 0 where there is none; the depth of a row; the x of a column. */
double chart_deepest(const Atlas *a, const Chart *c, size_t column);
double chart_depth(const Atlas *a, const Chart *c, size_t row);
double chart_x(const Atlas *a, const Chart *c, size_t column);

/* How deep theory lets networks of one activation and σ_b learn, at the values of σ_w that critical.csv has. */
typedef struct {
    double *w, *inverse;   /* ascending σ_w; 1/(6 ξ_c), negative in the ordered phase, NAN where theory has no depth */
    size_t n;
} Reach;

/* Of the chart's network, empty where critical.csv is not there or does not know it; -1 after error(). */
int reach_read(Reach *r, const char *dir, const Chart *chart);
void reach_free(Reach *r);

/* 6 ξ_c, infinite where theory sets no limit; NAN where it does not know. Between values 1/ξ_c is a straight line. */
double reach_at(const Reach *r, double w);

/* In finding_atlas.c; `right`, `told`: cells where 6 ξ_c says rightly whether they learn, of how many. */
void finding_atlas(Text *title, const Atlas *a, size_t right, size_t told);

#endif
