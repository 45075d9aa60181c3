/* Running an experiment: the pool's work and commit.
 * The one thing to know: summary.csv is computed from values rounded as layers.csv prints them, so it is a function of layers.csv
 * and a resumed run, which reads part of a point back, gives the same bytes. */
#include "lab/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/machine.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/progress.h"
#include "base/signal.h"
#include "lab/forecast.h"
#include "lab/record.h"
#include "num/blas.h"

typedef struct {
    const Job *job;
    const Trade *trade;
    Store store;
    Result *results;           /* one a slot */
    double *point;             /* seeds × rows of layers.csv × summarised columns of the point being filled */
    double *scratch;           /* one number a seed */
    Text summary;
    Forecast *forecast;
    LayerRow *predicted;       /* of the point being summarised */
    Spread *spread;
    Progress progress;
    ColumnId which[COL_COUNT];
    int waited;                /* ticks since a signal asked to stop */
    size_t summarised, stride; /* stride: doubles of one network in `point` */
} Run;

typedef struct {
    Run *run;
    void *worker;
} Seat;

static void *seat_open(void *context)
{
    Run *r = context;
    Seat *seat = mem_alloc(1, sizeof *seat);
    blas_one_thread();
    *seat = (Seat){r, r->trade->open(r->job)};
    return seat;
}

static void seat_close(void *state)
{
    Seat *seat = state;
    seat->run->trade->close(seat->worker);
    free(seat);
}

static void seat_work(void *state, int64_t item, int slot)
{
    const Seat *seat = state;
    Run *r = seat->run;
    const Experiment *e = r->job->experiment;
    Result *out = &r->results[slot];
    const int64_t seeds = r->store.plan.seeds;
    NetSpec spec;
    experiment_point(e, plan_point(&r->store.plan, item / seeds), &spec);
    for (size_t f = 0; f < FILE_COUNT; f++)
        text_clear(&out->texts[f]);
    out->next = out->values;
    r->trade->work(seat->worker, &spec, (RngSource){experiment_key(e, &spec), e->seeds.values[item % seeds]}, out);
}

static bool keeps(const void *thinning, const NetSpec *spec, int64_t layer)
{
    return thinning_keeps(*(const Thinning *)thinning, spec, layer);
}

Histograms *run_histograms(const Job *job)
{
    const Experiment *e = job->experiment;
    return e->histograms ? histograms_alloc((size_t)job->cost.most_rows, keeps, &e->layers) : NULL;
}

void run_put_layers(const Job *job, Result *out, const NetSpec *spec, uint32_t seed, int64_t step, const LayerRow *rows, const Histograms *counted)
{
    const Experiment *e = job->experiment;
    for (int64_t layer = 0; layer <= spec_layers(spec); layer++) {
        const LayerRow *row = &rows[layer];
        if (!thinning_keeps(e->layers, spec, layer))
            continue;
        if (e->raw)
            record_layer(&out->texts[FILE_LAYERS], e, spec, seed, step, row);
        if (counted && layer <= spec->depth)
            record_histogram(&out->texts[FILE_HISTOGRAMS], e, spec, seed, step, row, histograms_layer(counted, layer));
        for (int c = 0; out->values && c < COL_COUNT; c++)
            if (columns[c].summarised)
                *out->next++ = row_has(row, (ColumnId)c) ? text_measured_value(row->value[c]) : NOT_GIVEN;
    }
}

/* What theory says of the point; of training nothing, whose data and weights it does not know. */
static void predict(Run *r, const NetSpec *spec)
{
    if (!r->job->experiment->training) {
        forecast_point(r->forecast, spec, r->predicted, r->spread);
        return;
    }
    for (int64_t layer = 0; layer <= spec_layers(spec); layer++)
        r->predicted[layer] = (LayerRow){.layer = layer};
}

/* The point's rows of summary.csv, once its last seed is there. */
static void summarise(Run *r, int64_t item)
{
    const Experiment *e = r->job->experiment;
    const size_t seeds = (size_t)r->store.plan.seeds;
    NetSpec spec;
    experiment_point(e, plan_point(&r->store.plan, item / r->store.plan.seeds), &spec);
    const bool by_rule = !init_of(spec.init)->scaled_by_data;
    size_t place = 0;
    predict(r, &spec);
    for (int64_t k = 0; k < experiment_snapshots(e, &spec); k++)
        for (int64_t layer = 0; layer <= spec_layers(&spec); layer++) {
            if (!thinning_keeps(e->layers, &spec, layer))
                continue;
            record_summary(&r->summary, e, &spec, e->training ? lessons_snapshot(&e->lessons, spec.steps, k) : 0, &r->predicted[layer],
                           layer && by_rule ? spec_sigma_w(&spec, layer) : NOT_GIVEN, layer ? spec_sigma_b(&spec, layer) : NOT_GIVEN,
                           r->point + place++ * r->summarised, seeds, r->stride, r->scratch);
        }
}

static int commit(void *context, int64_t item, int slot)
{
    Run *r = context;
    Result *result = &r->results[slot];
    const int64_t seed = item % r->store.plan.seeds;
    if (r->job->directory) {
        memcpy(r->point + (size_t)seed * r->stride, result->values, (size_t)(result->next - result->values) * sizeof *r->point);
        if (seed == r->store.plan.seeds - 1) {
            text_clear(&r->summary);
            summarise(r, item);
            text_swap(&r->summary, &result->texts[FILE_SUMMARY]);
        }
    }
    const int failed = store_commit(&r->store, result->texts);
    progress_show(&r->progress, r->store.committed);
    return failed;
}

/* About once a second while networks are awaited. Who asked to stop and waits should know for what. */
static void tick(void *context)
{
    Run *r = context;
    progress_show(&r->progress, r->store.committed);
    if (stop_requested() && ++r->waited == 2)
        notice("the networks in hand are finished first; another signal stops at once, and they are done again when the run goes on");
}

static void reload(void *context, int64_t network, int64_t place, const double *values)
{
    Run *r = context;
    memcpy(r->point + (size_t)(network % r->store.plan.seeds) * r->stride + (size_t)place * r->summarised, values, r->summarised * sizeof *values);
}

static int write_host(const Job *job, double seconds)
{
    Text text = {0}, path = {0}, command_line = {0};
    machine_command_line(&command_line);
    manifest_host(&text, &command_line, job->cost.threads, seconds);
    store_path(&path, job->directory, "host.json");
    const int result = file_replace(text_str(&path), text_str(&text), text.length);
    text_free(&text);
    text_free(&path);
    text_free(&command_line);
    return result;
}

/* What is kept, and the command that goes on. Without layers.csv whole points are kept. */
static void tell_kept(const Run *r, int64_t networks)
{
    const Job *job = r->job;
    const int64_t unit = job->experiment->raw ? 1 : r->store.plan.seeds;
    Text path = {0}, command = {0};
    store_path(&path, job->directory, "run.json");
    text_string(&command, r->job->experiment->training ? "fathom train --from " : "fathom sweep --from ");
    text_shell(&command, text_str(&path));
    text_string(&command, " -o ");
    text_shell(&command, job->directory);
    if (job->shard.count > 1)
        text_format(&command, " --shard %lld/%lld", (long long)job->shard.index, (long long)job->shard.count);
    notice("%lld of %lld networks are kept in '%s'; to go on: %s", (long long)(r->store.committed / unit * unit), (long long)networks,
           job->directory, text_str(&command));
    text_free(&path);
    text_free(&command);
}

static void tell_unfinished(const Run *r, int64_t networks, bool failed)
{
    if (r->store.committed >= networks || (!failed && !stop_requested()) || r->job->label)
        return;
    if (r->job->directory)
        tell_kept(r, networks);
    else if (!failed)
        notice("stopped after %lld of %lld networks", (long long)r->store.committed, (long long)networks);
}

static int run_pool(Run *r)
{
    const Job *job = r->job;
    const int64_t networks = job->cost.networks;
    const double start = machine_seconds();
    progress_begin(&r->progress, "networks", networks, r->store.committed, job->progress, job->quiet);
    r->progress.label = job->label;
    const Pool pool = {
        .context = r,
        .first = r->store.committed,
        .end = networks,
        .threads = job->cost.threads,
        .slots = job->cost.slots,
        .open = seat_open,
        .close = seat_close,
        .work = seat_work,
        .commit = commit,
        .tick = tick,
        .stop = stop_requested,
    };
    int result = pool_run(&pool) < 0 ? -1 : 0;
    progress_end(&r->progress);
    if (store_close(&r->store))
        result = -1;
    tell_unfinished(r, networks, result != 0);
    if (result == 0 && job->directory)
        result = write_host(job, machine_seconds() - start);
    return result;
}

static int open_store(Run *r)
{
    const Job *job = r->job;
    if (!job->directory)
        return store_open_stdout(&r->store, job->experiment, job->shard);
    return store_open(&r->store, job->experiment, job->shard, job->directory, job->force);
}

static void allocate(Run *r)
{
    const Cost *cost = &r->job->cost;
    const bool stored = r->job->directory != NULL;
    r->summarised = record_summarised(r->which);
    r->stride = (size_t)cost->most_kept * r->summarised;
    r->point = mem_alloc(stored ? r->stride * (size_t)r->store.plan.seeds : 1, sizeof *r->point);
    r->forecast = forecast_alloc(r->job->experiment);
    r->predicted = mem_alloc((size_t)cost->most_rows, sizeof *r->predicted);
    r->spread = mem_alloc((size_t)cost->most_rows, sizeof *r->spread);
    r->scratch = mem_doubles((size_t)r->store.plan.seeds);
    r->results = mem_alloc((size_t)cost->slots, sizeof *r->results);
    for (int i = 0; stored && i < cost->slots; i++)
        r->results[i].values = mem_alloc(r->stride, sizeof(double));
}

static void release(Run *r)
{
    for (int i = 0; i < r->job->cost.slots; i++) {
        for (size_t f = 0; f < FILE_COUNT; f++)
            text_free(&r->results[i].texts[f]);
        free(r->results[i].values);
    }
    free(r->results);
    free(r->point);
    free(r->scratch);
    free(r->predicted);
    free(r->spread);
    forecast_free(r->forecast);
    text_free(&r->summary);
}

int run_job(const Job *job)
{
    const int64_t networks = job->cost.networks;
    Run r = {.job = job, .trade = job->experiment->training ? &course_trade : &sample_trade};
    if (open_store(&r))
        return -1;
    if (r.store.committed == networks && networks > 0) {
        if (!job->label)
            notice("'%s' is complete: all %lld networks are there", job->directory, (long long)networks);
        return store_close(&r.store);
    }
    if (r.store.committed > 0)
        notice("'%s' goes on after %lld of %lld networks", job->directory, (long long)r.store.committed, (long long)networks);
    allocate(&r);
    int result = 0;
    if (job->directory && job->experiment->raw)
        result = store_reload(&r.store, r.store.committed / r.store.plan.seeds * r.store.plan.seeds, reload, &r);
    if (result == 0)
        result = run_pool(&r);
    else
        store_close(&r.store);
    release(&r);
    return result;
}
