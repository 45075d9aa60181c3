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

/* Fill everything but `engine` from rows[0 … last]; layers 1 … depth are the network, `last` may be a readout. */
void network_row(NetworkRow *network, const LayerRow *rows, int64_t depth, int64_t last);

void row_set(LayerRow *row, ColumnId column, double value);
bool row_has(const LayerRow *row, ColumnId column);

#endif
