/* Training one network: batches, forward, loss, backward, update; and what is written down on the way.
 * The one thing to know: a Trainer is a worker's workspace, allocated once for its largest network; nothing is allocated in a step. A network
 * is a function of its point and seed: batches and their order come from its streams.
 * Robbins and Monro 1951; mixed precision after Micikevicius et al. 2018. */
#ifndef NET_TRAIN_H
#define NET_TRAIN_H

#include "model/row.h"
#include "net/pass.h"
#include "net/samples.h"

/* One update, or what stands in its place once the network is broken. */
typedef struct {
    int64_t step;            /* 1 for the first */
    double loss, accuracy;   /* of its batch, before it; no accuracy in a regression (NOT_GIVEN) */
    double grad_norm;        /* of the whole gradient, before clipping, without the loss scale */
    double update_ratio;     /* ‖Δw‖/‖w‖; 0 where the step was skipped */
    double largest_weight;   /* after it */
    Status status;           /* nan, overflow, stalled (nothing moved), ok */
} StepRow;

typedef struct {
    NetworkRow network;      /* as measured on the probe batch before the first update; status of the whole training */
    double train_loss, test_loss, train_accuracy, test_accuracy;   /* at the end, at most TRAIN_ROWS rows of the training part */
    int64_t steps_to_target;                                       /* 0: never */
    int64_t first_bad_step, first_bad_layer;                       /* an infinity or a NaN: 0, -1 where there is none */
    int64_t event_step[EVENT_COUNT], event_layer[EVENT_COUNT];     /* the first of each: 0, -1 */
} TrainRow;

enum { TRAIN_ROWS = 10000 };

/* Who looks on. Layers are measured after `step` updates on one probe batch, the samples of the first step. */
typedef struct {
    void *context;
    bool (*wants_step)(void *context, int64_t step);
    void (*step)(void *context, const StepRow *row);
    bool (*wants_layers)(void *context, int64_t step);
    void (*layers)(void *context, int64_t step, const LayerRow *rows);
    double target;           /* test accuracy (regression: loss) to reach, looked at where a step is wanted; NOT_GIVEN: none */
    /* NULL: nobody asks. Every parameter before the first update and after the last (a flat vector, as net/learned lays it out); and a step's
     * batch as the network saw it, unless the network is broken. */
    void (*parameters)(void *context, const Rows *flat, bool end);
    void (*batch)(void *context, int64_t step, const Rows *x, const double *target);
} Observer;

typedef struct Trainer Trainer;

/* Bytes for a network's pass, and for parameters, optimiser and batches. */
typedef struct {
    double pass, own;
} TrainerSize;

TrainerSize trainer_size(const NetSpec *spec, const Samples *samples);
double trainer_flop(const NetSpec *spec);   /* of the whole training, for estimates */

Trainer *trainer_alloc(TrainerSize largest, const Samples *samples, const gsl_rng_type *generator);
void trainer_free(Trainer *t);

/* For pass_keep_rows: which layers' rows are wanted. */
void trainer_keep_rows(Trainer *t, LayerFilter *keeps, const void *context);

/* Somebody who looks on wherever layers are measured; NULL: nobody. */
void trainer_watch(Trainer *t, const Tap *tap);

/* rows: spec_layers + 1, for the observer's layers. */
void trainer_run(Trainer *t, const NetSpec *spec, RngSource source, const Observer *observer, LayerRow *rows, TrainRow *out);

#endif
