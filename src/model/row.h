/* Rows of results: what is recorded of a layer and of a network, whoever fills it, measurement or theory.
 * The one thing to know: a cell that does not apply is absent, not zero and not NaN. Columns are rows of columns.def. */
#ifndef MODEL_ROW_H
#define MODEL_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num/status.h"

#define COLUMN(name, summarised, meaning) COL_##name,
typedef enum {
#include "model/columns.def"
    COL_COUNT
} ColumnId;
#undef COLUMN

typedef struct {
    const char *name;
    const char *meaning;
    bool summarised;   /* has its statistics in summary.csv */
} Column;

extern const Column columns[COL_COUNT];

/* Layer 0 is the input; layer depth + 1 the readout. */
typedef struct {
    int64_t layer;
    double sigma_w, sigma_b;   /* NOT_GIVEN on layer 0 */
    double value[COL_COUNT];
    uint32_t filled;           /* bit c: value[c] applies */
    bool nan, infinite;        /* what was seen among its numbers, where somebody looked (net/watch) */
    bool faint;                /* its numbers left the format's range at the low end: all of them zero or subnormal */
    Status status;
} LayerRow;

typedef struct {
    double sigma_w, sigma_b;   /* of layer `depth` */
    double grad_ratio_log10;   /* log10(‖∂L/∂h⁰‖ / ‖∂L/∂h^L‖) */
    double grad_decay_log10;   /* mean increment of log10 ‖∂L/∂z‖ a layer toward the input; negative vanishes */
    double grad_decay_se;      /* sd of the L - 1 increments over √(L - 1) */
    double fwd_decay_log10;    /* mean increment of log10 rms h a layer, from layer 1 to L; negative: the signal dies */
    double final_h_mean, final_h_var;
    const char *engine;
    Status status;             /* the first of its layers' in the order of Status */
} NetworkRow;                  /* NOT_GIVEN where a network is too shallow, or a norm on the way is 0 or not finite */

/* The increments of a quantity from layer to layer, as the layers pass by. Start from {0}. Increments of a random walk are independent:
 * a least-squares line would claim far too small an error. */
typedef struct {
    double first, last;
    double n, mean, squares;   /* of increments: count, mean, Σ(x - mean)² */
    bool any, broken;          /* a value was not finite */
} Drift;

void drift_add(Drift *d, double value);
double drift_mean(const Drift *d);              /* NOT_GIVEN where there is no increment, or one is not finite */
double drift_standard_error(const Drift *d);    /* NOT_GIVEN below two */

void row_set(LayerRow *row, ColumnId column, double value);
bool row_has(const LayerRow *row, ColumnId column);

#endif
