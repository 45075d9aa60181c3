/* Networks of a run once more.
 * The one thing to know: on the calling thread, one at a time: only for a few small networks. */
#include "claim/again.h"

#include <stdlib.h>

#include "base/mem.h"
#include "num/blas.h"

int again_open(Again *a, const ClaimCase *c, const char *run)
{
    Text path = {0};
    *a = (Again){0};
    claim_path(&path, c, run);
    text_string(&path, "/run.json");
    a->manifest = manifest_open(text_str(&path));
    text_free(&path);
    if (!a->manifest)
        return -1;
    a->words.training = manifest_trains(a->manifest);
    blas_one_thread();
    return manifest_experiment(a->manifest, &a->words, &a->experiment);
}

void again_close(Again *a)
{
    experiment_free(&a->experiment);
    manifest_close(a->manifest);
}

void again_sample(const Again *a, const NetSpec *spec, uint32_t seed, const Tap *tap, Pass **pass)
{
    const Experiment *e = &a->experiment;
    LayerRow *rows = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *rows);
    NetworkRow network;
    *pass = pass_alloc(pass_bytes(spec, &dense_engine, true), e->generator, e->data);
    pass_run(*pass, spec, &dense_engine, (RngSource){experiment_key(e, spec), seed}, rows, &network, tap);
    pass_free(*pass);
    free(rows);
}

typedef struct {
    const NetSpec *spec;
    void (*see)(void *context, const NetSpec *spec, const Rows *parameters);
    void *context;
} Look;

static bool nothing(void *context, int64_t step)
{
    (void)context, (void)step;
    return false;
}

static void show(void *context, const Rows *parameters, bool end)
{
    const Look *look = context;
    if (end)
        look->see(look->context, look->spec, parameters);
}

void again_train(const Again *a, const NetSpec *spec, uint32_t seed, void (*see)(void *context, const NetSpec *spec, const Rows *parameters),
                 void *context)
{
    const Experiment *e = &a->experiment;
    Look look = {spec, see, context};
    const Observer observer = {.context = &look, .wants_step = nothing, .wants_layers = nothing, .parameters = show, .target = NOT_GIVEN};
    LayerRow *rows = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *rows);
    Trainer *t = trainer_alloc(trainer_size(spec, e->lessons.samples), e->lessons.samples, e->generator);
    TrainRow row;
    trainer_run(t, spec, (RngSource){experiment_key(e, spec), seed}, &observer, rows, &row);
    trainer_free(t);
    free(rows);
}
