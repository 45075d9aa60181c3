/* The ledger of one network: where its measurements go as the layers pass by, forward and back.
 * The one thing to know: rows that are kept go to their place, the others to a spare one that the next layer but one takes over, so that a
 * network of any depth needs memory only for what is written; the network's own row is summed up on the way. */
#ifndef NET_LEDGER_H
#define NET_LEDGER_H

#include "model/row.h"
#include "model/spec.h"

/* Is the row of this layer kept? */
typedef bool LayerFilter(const void *context, const NetSpec *spec, int64_t layer);

typedef struct {
    const NetSpec *spec;
    LayerRow *rows;
    LayerFilter *keeps;        /* NULL: all */
    const void *context;
    LayerRow spare[2];
    Drift forward, gradient;   /* log10 of mean squares from layer 1 to L, of ‖∂L/∂z‖ back from L to 1 */
    double top;                /* log10 ‖∂L/∂h^L‖ */
    NetworkRow network;
} Ledger;

/* `keeps` and `context` stay as they are; rows: spec_layers + 1 of them. */
void ledger_begin(Ledger *s, const NetSpec *spec, LayerRow *rows, const char *engine);

/* The row of a layer that is met for the first time, on the way forward (kept or not) or back (not kept: its forward part is done with). */
LayerRow *ledger_blank(Ledger *s, int64_t layer);
LayerRow *ledger_back(Ledger *s, int64_t layer);

/* The row of the layer in hand. */
LayerRow *ledger_row(Ledger *s, int64_t layer);

/* What the network's row takes from a layer: on the way forward, and on the way back, when nothing will be added to it. */
void ledger_forward_done(Ledger *s, LayerRow *row);
void ledger_finished(Ledger *s, LayerRow *row);

#endif
