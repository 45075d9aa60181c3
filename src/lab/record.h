/* Records: rows to CSV text, by the columns of the contract.
 * The one thing to know: keys first, then measurements in the order of columns.def, then fields that vary and have no key column. */
#ifndef LAB_RECORD_H
#define LAB_RECORD_H

#include "lab/experiment.h"
#include "model/row.h"
#include "net/histogram.h"
#include "net/train.h"

void record_layers_header(Text *out, const Experiment *e);
void record_networks_header(Text *out, const Experiment *e);
void record_summary_header(Text *out, const Experiment *e);
void record_histograms_header(Text *out, const Experiment *e);
void record_steps_header(Text *out, const Experiment *e);
void record_events_header(Text *out, const Experiment *e);
void record_timing_header(Text *out, const Experiment *e);

/* `step` is written in training only; `training`: NULL in a sweep. */
void record_layer(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, int64_t step, const LayerRow *row);
void record_network(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, const NetworkRow *row, const TrainRow *training);

/* A layer's bins: those of h, then of grad_h, whose zeros are a bin from -inf to -inf. `row` is the layer's. */
enum { RECORD_HISTOGRAM_LINES = HISTOGRAM_H + 1 + HISTOGRAM_GRAD };
void record_histogram(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, int64_t step, const LayerRow *row, const LayerHistogram *h);

void record_step(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, const StepRow *row);
void record_timing(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, double seconds);

/* One row an event; step and layer are empty where it never happened (layer -1). */
void record_events(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, const int64_t step[EVENT_COUNT],
                   const int64_t layer[EVENT_COUNT]);

/* The columns that summary.csv describes: how many, and which. */
size_t record_summarised(ColumnId out[COL_COUNT]);

/* The keys of a point and the cells of a row, for files of other commands: "activation=…" columns up to dtype, then the rest. */
void record_keys_header(Text *out);
void record_keys(Text *out, const NetSpec *spec, double sigma_w, double sigma_b);
void record_extra_header(Text *out, const Experiment *e);   /* ",lr,…": no end of line */
void record_extra(Text *out, const Experiment *e, const NetSpec *spec);
void record_cell(Text *out, double x);   /* ",x", or "," where it is not given */

/* One row of summary.csv; `theory` is the layer's prediction. values[s · stride + k]: seed s, k-th summarised column, NOT_GIVEN where absent or not a number;
 * `scratch`: n doubles. Statistics over finite values; quantiles of type 7 (Hyndman and Fan 1996), as R and NumPy by default. */
void record_summary(Text *out, const Experiment *e, const NetSpec *spec, int64_t step, const LayerRow *theory, double sigma_w, double sigma_b,
                    const double *values, size_t n, size_t stride, double *scratch);

#endif
