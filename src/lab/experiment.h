/* An experiment: what a run is asked to do, resolved; its grid of points, and its identity.
 * The one thing to know: point i is a pure function of the experiment; the hash covers all that determines the bytes of the results,
 * and nothing else (not threads, not where data or results lie). */
#ifndef LAB_EXPERIMENT_H
#define LAB_EXPERIMENT_H

#include <gsl/gsl_rng.h>

#include "lab/axis.h"
#include "lab/lessons.h"
#include "model/spec.h"
#include "net/dataset.h"
#include "net/pass.h"
#include "num/rng.h"

/* What the user typed; NULL where nothing was. */
typedef struct {
    const char *axis[FIELD_COUNT];
    const char *input, *seeds, *master, *zip, *generator, *engine, *layers;
    LessonWords lesson;
    bool no_raw, histograms, training;
} Words;

/* Which layers are written: 0, the last and the readout always. */
typedef struct {
    int64_t every;   /* 1: all; 0: ends only */
} Thinning;

typedef struct {
    Axis axes[FIELD_COUNT];
    size_t leader[FIELD_COUNT];      /* the field whose index this one follows: itself, or the first it is zipped with */
    bool zipped;                     /* some are */
    Seeds seeds;
    int64_t master;
    const gsl_rng_type *generator;
    EngineKind engine;
    struct CriticalSigmas *critical; /* what theory gave the points of the critical initialiser */
    size_t n_critical;
    bool training;
    Lessons lessons;                 /* of training */
    Input input;
    Dataset *data;                   /* NULL for made input */
    Thinning layers;
    bool raw;
    bool histograms;                 /* every written layer's entries are counted too */
    int64_t points;                  /* distinct ones */
    int64_t *kept;                   /* their places in the full product; NULL: every place */
} Experiment;

/* Read, open the data, and resolve every point once, so that a usage error appears before anything is computed. 2, 65, 66. */
int experiment_read(Experiment *e, const Words *words);
void experiment_free(Experiment *e);

/* Point `index`, resolved; its canonical text; the key of its random streams. */
void experiment_point(const Experiment *e, int64_t index, NetSpec *spec);
uint64_t experiment_key(const Experiment *e, const NetSpec *spec);

/* The engine of a point and, where `why` is not NULL, why it is that one. */
const Engine *experiment_engine(const Experiment *e, const NetSpec *spec, const char **why);
const char *engine_kind_name(EngineKind kind);

/* Is the field one of this experiment's command; has it several values. */
bool experiment_has(const Experiment *e, FieldId field);
bool experiment_varies(const Experiment *e, FieldId field);

/* How often a network's layers are written: once, or at each of its snapshots; and what happened to its numbers, where a format can lose them. */
int64_t experiment_snapshots(const Experiment *e, const NetSpec *spec);
bool experiment_has_events(const Experiment *e);

/* Is layer `layer` of `spec` written; how many are. */
bool thinning_keeps(Thinning t, const NetSpec *spec, int64_t layer);
int64_t thinning_count(Thinning t, const NetSpec *spec);
int64_t thinning_hidden(Thinning t, const NetSpec *spec);   /* without the readout */
void thinning_text(Text *out, Thinning t);

/* The zipped axes as --zip takes them, "" where none are. */
void experiment_zip_text(Text *out, const Experiment *e);

/* The canonical text of the whole specification, one line a fact, and the hash of it. */
void experiment_text(Text *out, const Experiment *e);
uint64_t experiment_hash(const Experiment *e);

#endif
