/* The trade of training: a network trained from its first batch to its last, with what is written down on the way.
 * The one thing to know: a network trains on one thread, so that its bytes do not depend on how many there are. */
#include <stdlib.h>

#include "base/machine.h"
#include "base/mem.h"
#include "lab/record.h"
#include "lab/run.h"
#include "net/train.h"

typedef struct {
    const Job *job;
    Trainer *trainer;
    LayerRow *rows;
    Histograms *counted;   /* NULL: not asked for */
    /* of the network in hand */
    const NetSpec *spec;
    RngSource source;
    Result *out;
    int64_t snapshot;      /* the next one */
} Course;

static bool keeps(const void *thinning, const NetSpec *spec, int64_t layer)
{
    return thinning_keeps(*(const Thinning *)thinning, spec, layer);
}

static void *course_open(const Job *job)
{
    const Experiment *e = job->experiment;
    Course *c = mem_alloc(1, sizeof *c);
    c->job = job;
    c->trainer = trainer_alloc(job->cost.trainer, e->lessons.samples, e->generator);
    c->rows = mem_alloc((size_t)job->cost.most_rows, sizeof *c->rows);
    c->counted = run_histograms(job);
    trainer_keep_rows(c->trainer, keeps, &e->layers);
    return c;
}

static void course_close(void *worker)
{
    Course *c = worker;
    trainer_free(c->trainer);
    histograms_free(c->counted);
    free(c->rows);
    free(c);
}

static bool wants_step(void *context, int64_t step)
{
    const Course *c = context;
    return lessons_writes(&c->job->experiment->lessons, c->spec->steps, step);
}

static void take_step(void *context, const StepRow *row)
{
    const Course *c = context;
    record_step(&c->out->texts[FILE_STEPS], c->job->experiment, c->spec, c->source.replicate, row);
}

static bool wants_layers(void *context, int64_t step)
{
    const Course *c = context;
    const Lessons *l = &c->job->experiment->lessons;
    return c->snapshot < lessons_snapshots(l, c->spec->steps) && lessons_snapshot(l, c->spec->steps, c->snapshot) == step;
}

static void take_layers(void *context, int64_t step, const LayerRow *rows)
{
    Course *c = context;
    run_put_layers(c->job, c->out, c->spec, c->source.replicate, step, rows, c->counted);
    c->snapshot++;
}

static void course_work(void *worker, const NetSpec *spec, RngSource source, Result *out)
{
    Course *c = worker;
    const Experiment *e = c->job->experiment;
    const Observer observer = {.context = c, .wants_step = wants_step, .step = take_step, .wants_layers = wants_layers, .layers = take_layers,
                               .target = e->lessons.target};
    const double start = machine_seconds();
    const uint32_t seed = source.replicate;
    TrainRow row;
    c->spec = spec;
    c->source = source;
    c->out = out;
    c->snapshot = 0;
    trainer_watch(c->trainer, c->counted ? histograms_tap(c->counted, spec) : NULL);
    trainer_run(c->trainer, spec, source, &observer, c->rows, &row);
    record_network(&out->texts[FILE_NETWORKS], e, spec, seed, &row.network, &row);
    record_events(&out->texts[FILE_EVENTS], e, spec, seed, row.event_step, row.event_layer);
    record_timing(&out->texts[FILE_TIMING], e, spec, seed, machine_seconds() - start);
}

const Trade course_trade = {course_open, course_close, course_work};
