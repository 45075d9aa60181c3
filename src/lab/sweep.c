/* A sweep: the pool's work and commit.
 * The one thing to know: summary.csv is computed from values rounded as layers.csv prints them, so it is a function of layers.csv
 * and a resumed run, which reads part of a point back, gives the same bytes. */
#include "lab/sweep.h"

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
#include "net/pass.h"
#include "num/blas.h"

/* A network's result, waiting for its turn. */
typedef struct {
    Text layers, network;
    double *values;            /* kept layers × summarised columns */
} Slot;

typedef struct {
    const SweepJob *job;
    Store store;
    Slot *slots;
    double *point;             /* seeds × kept layers × summarised columns of the point being filled */
    double *scratch;           /* one number a seed */
    Text summary;
    Forecast *forecast;
    LayerRow *predicted;       /* of the point being summarised */
    Spread *spread;
    Progress progress;
    ColumnId which[COL_COUNT];
    size_t summarised, stride; /* stride: doubles of one network in `point` */
} Sweep;

typedef struct {
    Sweep *sweep;
    Pass *pass;
    LayerRow *rows;
} Worker;

static bool keeps(const void *thinning, const NetSpec *spec, int64_t layer)
{
    return thinning_keeps(*(const Thinning *)thinning, spec, layer);
}

static void *worker_open(void *context)
{
    Sweep *s = context;
    Worker *w = mem_alloc(1, sizeof *w);
    blas_one_thread();
    w->sweep = s;
    w->pass = pass_alloc(s->job->cost.pass_bytes, s->job->experiment->generator, s->job->experiment->data);
    w->rows = mem_alloc((size_t)s->job->cost.most_rows, sizeof *w->rows);
    pass_keep_rows(w->pass, keeps, &s->job->experiment->layers);
    return w;
}

static void worker_close(void *state)
{
    Worker *w = state;
    pass_free(w->pass);
    free(w->rows);
    free(w);
}

static void worker_work(void *state, int64_t item, int slot)
{
    Worker *w = state;
    Sweep *s = w->sweep;
    const Experiment *e = s->job->experiment;
    Slot *out = &s->slots[slot];
    const uint32_t seed = e->seeds.values[item % s->store.plan.seeds];
    NetSpec spec;
    NetworkRow network;
    experiment_point(e, plan_point(&s->store.plan, item / s->store.plan.seeds), &spec);
    pass_run(w->pass, &spec, experiment_engine(e, &spec, NULL), (RngSource){experiment_key(e, &spec), seed}, w->rows, &network, NULL);
    text_clear(&out->layers);
    text_clear(&out->network);
    double *value = out->values;
    for (int64_t layer = 0; layer <= spec_layers(&spec); layer++) {
        const LayerRow *row = &w->rows[layer];
        if (!thinning_keeps(e->layers, &spec, layer))
            continue;
        if (e->raw)
            record_layer(&out->layers, e, &spec, seed, row);
        for (size_t k = 0; s->job->directory && k < s->summarised; k++)
            *value++ = row_has(row, s->which[k]) ? text_measured_value(row->value[s->which[k]]) : NOT_GIVEN;
    }
    record_network(&out->network, e, &spec, seed, &network);
}

/* The point's rows of summary.csv, once its last seed is there. */
static void summarise(Sweep *s, int64_t item)
{
    const Experiment *e = s->job->experiment;
    const size_t seeds = (size_t)s->store.plan.seeds;
    NetSpec spec;
    experiment_point(e, plan_point(&s->store.plan, item / s->store.plan.seeds), &spec);
    const bool by_rule = !init_of(spec.init)->scaled_by_data;
    size_t place = 0;
    forecast_point(s->forecast, &spec, s->predicted, s->spread);
    for (int64_t layer = 0; layer <= spec_layers(&spec); layer++) {
        if (!thinning_keeps(e->layers, &spec, layer))
            continue;
        record_summary(&s->summary, e, &spec, &s->predicted[layer], layer && by_rule ? spec_sigma_w(&spec, layer) : NOT_GIVEN,
                       layer ? spec_sigma_b(&spec, layer) : NOT_GIVEN, s->point + place++ * s->summarised, seeds, s->stride, s->scratch);
    }
}

static int commit(void *context, int64_t item, int slot)
{
    Sweep *s = context;
    const int64_t seed = item % s->store.plan.seeds;
    text_clear(&s->summary);
    if (s->job->directory) {
        memcpy(s->point + (size_t)seed * s->stride, s->slots[slot].values, s->stride * sizeof *s->point);
        if (seed == s->store.plan.seeds - 1)
            summarise(s, item);
    }
    const int result = store_commit(&s->store, &s->slots[slot].layers, &s->slots[slot].network, &s->summary);
    progress_show(&s->progress, s->store.committed);
    return result;
}

static void tick(void *context)
{
    Sweep *s = context;
    progress_show(&s->progress, s->store.committed);
}

static void reload(void *context, int64_t network, int64_t place, const double *values)
{
    Sweep *s = context;
    memcpy(s->point + (size_t)(network % s->store.plan.seeds) * s->stride + (size_t)place * s->summarised, values, s->summarised * sizeof *values);
}

static int write_host(const SweepJob *job, double seconds)
{
    Text text = {0}, path = {0};
    manifest_host(&text, job->argc, job->argv, job->cost.threads, seconds);
    store_path(&path, job->directory, "host.json");
    const int result = file_replace(text_str(&path), text_str(&text), text.length);
    text_free(&text);
    text_free(&path);
    return result;
}

/* What is kept, and the command that goes on. Without layers.csv whole points are kept. */
static void tell_kept(const Sweep *s, int64_t networks)
{
    const SweepJob *job = s->job;
    const int64_t unit = job->experiment->raw ? 1 : s->store.plan.seeds;
    Text path = {0}, command = {0};
    store_path(&path, job->directory, "run.json");
    text_string(&command, "fathom sweep --from ");
    text_shell(&command, text_str(&path));
    text_string(&command, " -o ");
    text_shell(&command, job->directory);
    if (job->shard.count > 1)
        text_format(&command, " --shard %lld/%lld", (long long)job->shard.index, (long long)job->shard.count);
    notice("%lld of %lld networks are kept in '%s'; to go on: %s", (long long)(s->store.committed / unit * unit), (long long)networks,
           job->directory, text_str(&command));
    text_free(&path);
    text_free(&command);
}

static void tell_unfinished(const Sweep *s, int64_t networks, bool failed)
{
    if (s->store.committed >= networks || (!failed && !stop_requested()))
        return;
    if (s->job->directory)
        tell_kept(s, networks);
    else if (!failed)
        notice("stopped after %lld of %lld networks", (long long)s->store.committed, (long long)networks);
}

static int run_pool(Sweep *s)
{
    const SweepJob *job = s->job;
    const int64_t networks = job->cost.networks;
    const double start = machine_seconds();
    progress_begin(&s->progress, "networks", networks, s->store.committed, job->progress, job->quiet);
    const Pool pool = {
        .context = s,
        .first = s->store.committed,
        .end = networks,
        .threads = job->cost.threads,
        .slots = job->cost.slots,
        .open = worker_open,
        .close = worker_close,
        .work = worker_work,
        .commit = commit,
        .tick = tick,
        .stop = stop_requested,
    };
    int result = pool_run(&pool) < 0 ? -1 : 0;
    progress_end(&s->progress);
    if (store_close(&s->store))
        result = -1;
    tell_unfinished(s, networks, result != 0);
    if (result == 0 && job->directory)
        result = write_host(job, machine_seconds() - start);
    return result;
}

static int open_store(Sweep *s)
{
    const SweepJob *job = s->job;
    if (!job->directory)
        return store_open_stdout(&s->store, job->experiment, job->shard);
    return store_open(&s->store, job->experiment, job->shard, job->directory, job->force);
}

int sweep_run(const SweepJob *job)
{
    const Cost *est = &job->cost;
    Sweep s = {.job = job};
    if (open_store(&s))
        return -1;
    if (s.store.committed == est->networks && est->networks > 0) {
        notice("'%s' is complete: all %lld networks are there", job->directory, (long long)est->networks);
        return store_close(&s.store);
    }
    if (s.store.committed > 0)
        notice("'%s' goes on after %lld of %lld networks", job->directory, (long long)s.store.committed, (long long)est->networks);
    s.summarised = record_summarised(s.which);
    s.stride = (size_t)est->most_kept * s.summarised;
    s.point = mem_alloc(job->directory ? s.stride * (size_t)s.store.plan.seeds : 1, sizeof *s.point);
    s.forecast = forecast_alloc(job->experiment);
    s.predicted = mem_alloc((size_t)est->most_rows, sizeof *s.predicted);
    s.spread = mem_alloc((size_t)est->most_rows, sizeof *s.spread);
    s.scratch = mem_doubles((size_t)s.store.plan.seeds);
    s.slots = mem_alloc((size_t)est->slots, sizeof *s.slots);
    for (int i = 0; i < est->slots; i++)
        s.slots[i].values = mem_alloc(s.stride, sizeof(double));
    int result = 0;
    if (job->directory && job->experiment->raw)
        result = store_reload(&s.store, s.store.committed / s.store.plan.seeds * s.store.plan.seeds, reload, &s);
    if (result == 0)
        result = run_pool(&s);
    else
        store_close(&s.store);
    for (int i = 0; i < est->slots; i++) {
        text_free(&s.slots[i].layers);
        text_free(&s.slots[i].network);
        free(s.slots[i].values);
    }
    free(s.slots);
    free(s.point);
    free(s.scratch);
    free(s.predicted);
    free(s.spread);
    forecast_free(s.forecast);
    text_free(&s.summary);
    return result;
}
