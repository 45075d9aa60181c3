/* The trade of a sweep: sample a network, send it forward and backward once, write down its layers.
 * The one thing to know: rows that are not written take no memory, so the depth of a network costs only what is asked for. */
#include <stdlib.h>

#include "base/mem.h"
#include "lab/record.h"
#include "lab/run.h"
#include "net/pass.h"

typedef struct {
    const Job *job;
    Pass *pass;
    LayerRow *rows;
    Histograms *counted;   /* NULL: not asked for */
} Sampler;

static bool keeps(const void *thinning, const NetSpec *spec, int64_t layer)
{
    return thinning_keeps(*(const Thinning *)thinning, spec, layer);
}

static void *sampler_open(const Job *job)
{
    const Experiment *e = job->experiment;
    Sampler *s = mem_alloc(1, sizeof *s);
    s->job = job;
    s->pass = pass_alloc(job->cost.pass_bytes, e->generator, e->data);
    s->rows = mem_alloc((size_t)job->cost.most_rows, sizeof *s->rows);
    s->counted = run_histograms(job);
    pass_keep_rows(s->pass, keeps, &e->layers);
    return s;
}

static void sampler_close(void *worker)
{
    Sampler *s = worker;
    pass_free(s->pass);
    histograms_free(s->counted);
    free(s->rows);
    free(s);
}

static void sampler_work(void *worker, const NetSpec *spec, RngSource source, Result *out)
{
    Sampler *s = worker;
    const Experiment *e = s->job->experiment;
    static const int64_t no_steps[EVENT_COUNT];
    NetworkRow network;
    pass_run(s->pass, spec, experiment_engine(e, spec, NULL), source, s->rows, &network, s->counted ? histograms_tap(s->counted, spec) : NULL);
    run_put_layers(s->job, out, spec, source.replicate, 0, s->rows, s->counted);
    record_network(&out->texts[FILE_NETWORKS], e, spec, source.replicate, &network, NULL);
    if (experiment_has_events(e))
        record_events(&out->texts[FILE_EVENTS], e, spec, source.replicate, no_steps, pass_events(s->pass));
}

const Trade sample_trade = {sampler_open, sampler_close, sampler_work};
