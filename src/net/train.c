/* Training one network.
 * The one thing to know: a step's gradient lies in the learned map's flat vector; clipping and loss scale are one factor of the update.
 * Once an update is not finite nothing can come back: the steps that are left are written as they would be, not computed. */
#include "net/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/batches.h"
#include "net/learned.h"
#include "net/loss.h"
#include "net/loss_scale.h"
#include "net/metric.h"
#include "net/optim.h"
#include "net/schedule.h"

/* No better than this share of what a constant reaches: stalled. */
static const double better_than_constant = 0.99;

struct Trainer {
    Pass *pass;
    double *arena;
    const Samples *samples;
    Rng rng, order_rng;
    const NetSpec *spec;
    const Observer *observer;
    const Tap *tap;            /* of measurements; may be NULL */
    LayerRow *rows;
    Learned map;
    Batches batches;
    LossScale scale;
    double *state[2];          /* the optimiser's, as doubles or floats */
    int64_t *order, *probe, *some;
    double *mean;              /* of the targets */
    int64_t taken;             /* updates, without skipped ones */
    bool broken;
    TrainRow row;
};

static double rounded(double doubles)
{
    return ceil(doubles / 8) * 8;
}

/* Doubles of one vector of parameters. */
static double vector_size(const NetSpec *spec)
{
    return rounded((double)rows_room(learned_count(spec), dtype_of(spec->dtype)->single));
}

static double states(const NetSpec *spec)
{
    return (double)optim_state_count(optimizer_of(spec->optimizer)->kind);
}

TrainerSize trainer_size(const NetSpec *spec, const Samples *samples)
{
    const double indices = (double)samples_facts(samples)->train + 2 * (double)spec->batch + (double)spec->outputs + 24;
    return (TrainerSize){.pass = pass_bytes(spec, &learned_engine, true),
                         .own = 8 * (rounded((double)learned_size(spec)) + states(spec) * vector_size(spec) + indices)};
}

double trainer_flop(const NetSpec *spec)
{
    const double weights = (double)learned_count(spec), b = (double)spec->batch;
    return (double)spec->steps * (6 * b * weights + 60 * b * (double)spec->width * (double)spec->depth + 10 * weights);
}

Trainer *trainer_alloc(TrainerSize largest, const Samples *samples, const gsl_rng_type *generator)
{
    Trainer *t = mem_alloc(1, sizeof *t);
    t->pass = pass_alloc(largest.pass, generator, NULL);
    t->arena = mem_aligned((size_t)(largest.own / 8) + 8, sizeof(double));
    t->samples = samples;
    rng_init(&t->rng, generator);
    rng_init(&t->order_rng, generator);
    t->map.rng = &t->rng;
    return t;
}

void trainer_free(Trainer *t)
{
    if (!t)
        return;
    pass_free(t->pass);
    rng_done(&t->rng);
    rng_done(&t->order_rng);
    free(t->arena);
    free(t);
}

void trainer_keep_rows(Trainer *t, LayerFilter *keeps, const void *context)
{
    pass_keep_rows(t->pass, keeps, context);
}

void trainer_watch(Trainer *t, const Tap *tap)
{
    t->tap = tap;
}

static void begin(Trainer *t, const NetSpec *spec, RngSource source)
{
    double *place = t->arena;
    const size_t vector = (size_t)vector_size(spec), batch = (size_t)spec->batch;
    t->spec = spec;
    t->map.memory = place;
    place += (size_t)rounded((double)learned_size(spec));
    for (size_t i = 0; i < 2; i++) {
        t->state[i] = i < (size_t)states(spec) ? place : NULL;
        place += t->state[i] ? vector : 0;
    }
    for (size_t i = 0; i < 2 && t->state[i]; i++)
        memset(t->state[i], 0, vector * sizeof *place);
    t->mean = place;
    t->order = (int64_t *)(void *)(place + spec->outputs);
    t->probe = t->order + samples_facts(t->samples)->train;
    t->some = t->probe + batch;
    t->batches = batches_start(t->order, samples_facts(t->samples)->train, spec->batch, source, &t->order_rng);
    memcpy(t->probe, batches_at(&t->batches, 0), batch * sizeof *t->probe);
    t->scale = loss_scale_start(spec->loss_scale);
    t->taken = 0;
    t->broken = false;
    t->row = (TrainRow){.network.status = STATUS_OK, .first_bad_layer = -1};
    for (size_t e = 0; e < EVENT_COUNT; e++)
        t->row.event_layer[e] = -1;
    pass_begin(t->pass, spec, &learned_engine, &t->map, source);
}

/* The samples' inputs and targets into the pass. */
static void feed(Trainer *t, SamplesPart part, const int64_t *which, size_t n)
{
    const Rows x = pass_input(t->pass, n);
    memset(x.exponent, 0, n * sizeof *x.exponent);
    if (x.single)
        samples_inputsf(t->samples, part, which, (int64_t)n, x.s);
    else
        samples_inputs(t->samples, part, which, (int64_t)n, x.x);
    samples_targets(t->samples, part, which, (int64_t)n, spec_head(t->spec), pass_targets(t->pass));
}

static double loss_of_outputs(Trainer *t, const Rows *y)
{
    return loss_pair_value(y, pass_targets(t->pass), spec_head(t->spec), loss_of(t->spec->loss)->kind);
}

static double right_of_outputs(Trainer *t, const Rows *y)
{
    return metric_right(y, pass_targets(t->pass), samples_facts(t->samples)->task, spec_head(t->spec));
}

static void note(Trainer *t, Event event, int64_t step, int64_t layer)
{
    TrainRow *row = &t->row;
    if (!row->event_step[event]) {
        row->event_step[event] = step;
        row->event_layer[event] = layer;
    }
    if ((event == EVENT_INF || event == EVENT_NAN) && !row->first_bad_step) {
        row->first_bad_step = step;
        row->first_bad_layer = layer;
    }
}

/* The first occurrence of each event, over all steps so far. */
static void note_events(Trainer *t, int64_t step)
{
    const int64_t *layer = pass_events(t->pass);
    for (size_t e = 0; e < EVENT_COUNT; e++)
        if (layer[e] >= 0)
            note(t, (Event)e, step, layer[e]);
}

/* All parameters of a layer, or their gradients. */
static Extent extent_of(const NetSpec *spec, const Rows *flat, int64_t layer)
{
    Rows parts[3] = {learned_matrix(spec, flat, layer), learned_bias(spec, flat, layer)};
    const bool slope = activation_learns(spec->activation) && layer <= spec->depth;
    Extent all = {0};
    if (slope)
        parts[2] = learned_slope(spec, flat, layer);
    for (size_t i = 0; i < (slope ? 3 : 2); i++) {
        const Extent e = rows_extent(&parts[i]);
        all.nan |= e.nan;
        all.largest = fmax(all.largest, e.largest);
    }
    return all;
}

/* Infinities and NaNs among them, in the order in which going back made them. */
static bool note_flat(Trainer *t, const Rows *flat, int64_t step)
{
    bool any = false;
    for (int64_t layer = spec_layers(t->spec); layer >= 1; layer--) {
        const Extent e = extent_of(t->spec, flat, layer);
        if (isinf(e.largest))
            note(t, EVENT_INF, step, layer);
        if (e.nan)
            note(t, EVENT_NAN, step, layer);
        any |= isinf(e.largest) || e.nan;
    }
    return any;
}

static bool is_finite(const Rows *flat)
{
    const Extent e = rows_extent(flat);
    return !e.nan && !isinf(e.largest);
}

/* Parameters and their gradients are not looked at in every step: where a forward pass is the first to show an infinity or a NaN, the update
 * before it is asked whether it made them. Its gradient is still there. */
static void look_back(Trainer *t, int64_t step)
{
    const int64_t *layer = pass_events(t->pass);
    if ((layer[EVENT_INF] < 0 && layer[EVENT_NAN] < 0) || t->row.first_bad_step || step < 1 || is_finite(&t->map.rounded))
        return;
    if (!note_flat(t, &t->map.grad, step))
        note_flat(t, &t->map.rounded, step);
}

static double grad_norm(const Trainer *t)
{
    const Rows *g = &t->map.grad;
    return sqrt(g->single ? optim_squaresf(g->s, t->map.count) : optim_squares(g->x, t->map.count));
}

static void move(Trainer *t, int64_t step, double factor, OptimSize *size)
{
    const NetSpec *spec = t->spec;
    const OptimStep how = {
        .kind = optimizer_of(spec->optimizer)->kind,
        .parameter = spec->optimizer.parameter,
        .rate = schedule_rate(spec->schedule, spec->lr, step - 1, spec->steps),
        .decay = spec->weight_decay,
        .factor = factor,
        .step = ++t->taken,
    };
    if (t->map.param.single)
        optim_stepf(&how, t->map.param.s, t->map.grad.s, (float *const[2]){(float *)(void *)t->state[0], (float *)(void *)t->state[1]}, t->map.count, size);
    else
        optim_step(&how, t->map.param.x, t->map.grad.x, t->state, t->map.count, size);
    learned_moved(&t->map);
}

static Status status_of(double x)
{
    return isnan(x) ? STATUS_NAN : isinf(x) ? STATUS_OVERFLOW : STATUS_OK;
}

/* The update was made of NaN, and so are the weights: all steps that follow would only repeat it. */
static void break_off_if_lost(Trainer *t, int64_t step)
{
    if (pass_events(t->pass)[EVENT_NAN] < 0)
        return;
    t->broken = true;
    t->row.network.status = t->row.event_step[EVENT_INF] && t->row.event_step[EVENT_INF] < step ? STATUS_OVERFLOW : STATUS_NAN;
}

static Status worst_of(const double *x, size_t n)
{
    Status s = STATUS_OK;
    for (size_t i = 0; i < n; i++)
        s = status_worse(s, status_of(x[i]));
    return s;
}

/* In the step's own passes. */
static Status status_seen(const Trainer *t)
{
    const int64_t *layer = pass_events(t->pass);
    return layer[EVENT_NAN] >= 0 ? STATUS_NAN : layer[EVENT_INF] >= 0 ? STATUS_OVERFLOW : STATUS_OK;
}

static double largest_weight(const Trainer *t)
{
    return rows_extent(&t->map.param).largest;
}

static void show_batch(const Trainer *t, int64_t step)
{
    const Observer *o = t->observer;
    if (!o->batch)
        return;
    const Rows x = pass_input(t->pass, (size_t)t->spec->batch);
    o->batch(o->context, step, &x, pass_targets(t->pass));
}

static void show_parameters(const Trainer *t, bool end)
{
    if (t->observer->parameters)
        t->observer->parameters(t->observer->context, &t->map.param, end);
}

/* Forward and backward on the step's batch; true where the gradient is to be used. What is not written down is not worked out. */
static bool find_gradient(Trainer *t, StepRow *row, bool wanted)
{
    const double scale = (double)t->scale.scale;
    const bool dynamic = t->scale.kind == LOSS_SCALE_DYNAMIC;
    feed(t, PART_TRAIN, batches_at(&t->batches, row->step - 1), (size_t)t->spec->batch);
    pass_measure(t->pass, NULL);
    pass_forward(t->pass, NULL);
    look_back(t, row->step - 1);
    if (wanted) {
        const Rows y = pass_outputs(t->pass);
        row->loss = loss_of_outputs(t, &y);
        row->accuracy = right_of_outputs(t, &y) / (double)y.rows;
    }
    show_batch(t, row->step);
    pass_backward(t->pass, scale, NULL);
    note_events(t, row->step);
    if (wanted || dynamic || !isnan(t->spec->clip))
        row->grad_norm = grad_norm(t) / scale;
    if (isnan(row->grad_norm) ? wanted || dynamic : isinf(row->grad_norm))
        note_flat(t, &t->map.grad, row->step);
    return loss_scale_update(&t->scale, !dynamic || isfinite(row->grad_norm));
}

static StepRow take_step(Trainer *t, int64_t step)
{
    const double scale = (double)t->scale.scale;
    const bool wanted = t->observer->wants_step(t->observer->context, step);
    StepRow row = {.step = step, .loss = NOT_GIVEN, .accuracy = NOT_GIVEN, .grad_norm = NOT_GIVEN};
    OptimSize size = {0};
    if (!find_gradient(t, &row, wanted)) {
        row.largest_weight = wanted ? largest_weight(t) : NOT_GIVEN;
        row.status = status_worse(status_of(row.grad_norm), STATUS_OVERFLOW);
        return row;
    }
    move(t, step, clip_factor(row.grad_norm, t->spec->clip) / scale, wanted ? &size : NULL);
    break_off_if_lost(t, step);
    row.update_ratio = sqrt(size.update2 / size.weight2);
    row.largest_weight = isnan(size.weight2) ? NOT_GIVEN : size.largest;   /* which passes NaNs over */
    row.status = status_worse(worst_of((const double[]){row.loss, size.weight2, size.update2}, wanted ? 3 : 0), status_seen(t));
    if (wanted && row.status == STATUS_OK && size.update2 == 0)
        row.status = STATUS_STALLED;
    return row;
}

/* What a broken network's step would be. */
static StepRow broken_step(int64_t step)
{
    return (StepRow){.step = step, .loss = NOT_GIVEN, .accuracy = NOT_GIVEN, .grad_norm = NOT_GIVEN, .update_ratio = NOT_GIVEN,
                     .largest_weight = NOT_GIVEN, .status = STATUS_NAN};
}

static void measure(Trainer *t, int64_t step)
{
    const Observer *o = t->observer;
    const Status status = t->row.network.status;
    if (step > 0 && !o->wants_layers(o->context, step))
        return;
    feed(t, PART_TRAIN, t->probe, (size_t)t->spec->batch);
    pass_measure(t->pass, t->rows);
    pass_forward(t->pass, t->tap);
    look_back(t, step);
    pass_backward(t->pass, 1, t->tap);
    if (step == 0) {
        t->row.network = *pass_network(t->pass);
        t->row.network.status = status;
    }
    if (o->wants_layers(o->context, step))
        o->layers(o->context, step, t->rows);
}

/* Mean loss and accuracy over the first `limit` rows of a part. */
static void evaluate(Trainer *t, SamplesPart part, int64_t limit, double *loss, double *accuracy)
{
    const SamplesFacts *facts = samples_facts(t->samples);
    const int64_t all = part == PART_TRAIN ? facts->train : facts->test, n = all < limit ? all : limit;
    double total = 0, right = 0;
    pass_measure(t->pass, NULL);
    for (int64_t from = 0; from < n; from += t->spec->batch) {
        const int64_t here = n - from < t->spec->batch ? n - from : t->spec->batch;
        for (int64_t i = 0; i < here; i++)
            t->some[i] = from + i;
        feed(t, part, t->some, (size_t)here);
        pass_forward(t->pass, NULL);
        const Rows y = pass_outputs(t->pass);
        total += loss_of_outputs(t, &y) * (double)here;
        right += right_of_outputs(t, &y);
    }
    *loss = total / (double)n;
    *accuracy = right / (double)n;
}

/* The loss that the best constant reaches on those rows: of mean target p, p(1 - p) and entropies. */
static double constant_loss(Trainer *t)
{
    const SamplesFacts *facts = samples_facts(t->samples);
    const int64_t n = facts->train < TRAIN_ROWS ? facts->train : TRAIN_ROWS, outputs = t->spec->outputs;
    const LossKind kind = loss_of(t->spec->loss)->kind;
    double *target = pass_targets(t->pass), total = 0, squares = 0;
    memset(t->mean, 0, (size_t)outputs * sizeof *t->mean);
    for (int64_t i = 0; i < n; i++) {
        samples_targets(t->samples, PART_TRAIN, &i, 1, spec_head(t->spec), target);
        for (int64_t k = 0; k < outputs; k++) {
            t->mean[k] += target[k] / (double)n;
            squares += target[k] * target[k] / (double)n;
        }
    }
    for (int64_t k = 0; k < outputs; k++) {
        const double p = t->mean[k], own = p > 0 ? -p * log(p) : 0, rest = p < 1 ? -(1 - p) * log1p(-p) : 0;
        total += kind == LOSS_MSE ? -p * p : kind == LOSS_BCE ? own + rest : own;
    }
    return kind == LOSS_MSE ? (squares + total) / (double)outputs : kind == LOSS_BCE ? total / (double)outputs : total;
}

static void look_for_target(Trainer *t, int64_t step)
{
    const double target = t->observer->target;
    double loss, accuracy;
    if (isnan(target) || t->row.steps_to_target || t->broken)
        return;
    evaluate(t, PART_TEST, INT64_MAX, &loss, &accuracy);
    if (isnan(accuracy) ? loss <= target : accuracy >= target)
        t->row.steps_to_target = step;
}

static void finish(Trainer *t)
{
    TrainRow *row = &t->row;
    evaluate(t, PART_TRAIN, TRAIN_ROWS, &row->train_loss, &row->train_accuracy);
    look_back(t, t->spec->steps);
    evaluate(t, PART_TEST, INT64_MAX, &row->test_loss, &row->test_accuracy);
    if (row->network.status == STATUS_OK)
        row->network.status = status_of(row->train_loss);
    if (row->network.status == STATUS_OK && row->train_loss > better_than_constant * constant_loss(t))
        row->network.status = STATUS_STALLED;
}

void trainer_run(Trainer *t, const NetSpec *spec, RngSource source, const Observer *observer, LayerRow *rows, TrainRow *out)
{
    t->observer = observer;
    t->rows = rows;
    begin(t, spec, source);
    measure(t, 0);
    show_parameters(t, false);
    for (int64_t step = 1; step <= spec->steps; step++) {
        const StepRow row = t->broken ? broken_step(step) : take_step(t, step);
        if (observer->wants_step(observer->context, step)) {
            observer->step(observer->context, &row);
            look_for_target(t, step);
        }
        measure(t, step);
    }
    show_parameters(t, true);
    finish(t);
    *out = t->row;
}
