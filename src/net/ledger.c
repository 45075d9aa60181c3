/* The ledger of one network.
 * The one thing to know: a status is read off a row when nothing will be added to it any more. */
#include "net/ledger.h"

#include <math.h>
#include <string.h>

#include "net/measure.h"

static bool is_kept(const Ledger *s, int64_t layer)
{
    return !s->keeps || s->keeps(s->context, s->spec, layer);
}

void ledger_begin(Ledger *s, const NetSpec *spec, LayerRow *rows, const char *engine)
{
    s->spec = spec;
    s->rows = rows;
    s->forward = s->gradient = (Drift){0};
    s->network = (NetworkRow){.engine = engine, .status = STATUS_OK};
}

LayerRow *ledger_row(Ledger *s, int64_t layer)
{
    return is_kept(s, layer) ? &s->rows[layer] : &s->spare[layer % 2];
}

LayerRow *ledger_blank(Ledger *s, int64_t layer)
{
    LayerRow *row = ledger_row(s, layer);
    row->layer = layer;
    row->sigma_w = row->sigma_b = NOT_GIVEN;
    row->filled = 0;
    row->nan = row->infinite = row->faint = false;
    memset(row->value, 0, sizeof row->value);
    return row;
}

LayerRow *ledger_back(Ledger *s, int64_t layer)
{
    return is_kept(s, layer) ? &s->rows[layer] : ledger_blank(s, layer);
}

void ledger_forward_done(Ledger *s, LayerRow *row)
{
    NetworkRow *network = &s->network;
    if (row->layer >= 1)
        drift_add(&s->forward, row->value[COL_log10_h_ms]);
    if (row->layer == s->spec->depth) {
        network->sigma_w = row->sigma_w;
        network->sigma_b = row->sigma_b;
        network->final_h_mean = row->value[COL_h_mean];
        network->final_h_var = row->value[COL_h_var];
    }
    if (!is_kept(s, row->layer)) {
        measure_status(row);
        network->status = status_worse(network->status, row->status);
    }
}

void ledger_finished(Ledger *s, LayerRow *row)
{
    if (row->layer >= 1 && row->layer <= s->spec->depth)
        drift_add(&s->gradient, row->value[COL_log10_grad_z_norm]);
    if (row->layer == s->spec->depth)
        s->top = row->value[COL_log10_grad_h_norm];
    if (row->layer == 0) {
        const double ratio = row->value[COL_log10_grad_h_norm] - s->top;
        s->network.grad_ratio_log10 = isnan(ratio) ? NOT_GIVEN : ratio;
        s->network.grad_decay_log10 = drift_mean(&s->gradient);
        s->network.grad_decay_se = drift_standard_error(&s->gradient);
        s->network.fwd_decay_log10 = 0.5 * drift_mean(&s->forward);
    }
    measure_status(row);
    s->network.status = status_worse(s->network.status, row->status);
}
