/* The data files of a run, as a table.
 * The one thing to know: timing.csv alone is not repeatable. */
#include "lab/files.h"

#include "lab/record.h"

static int64_t one(const Experiment *e, const NetSpec *spec)
{
    (void)e, (void)spec;
    return 1;
}

/* A layer's rows are written once in a sweep, and at every snapshot in training. */
static int64_t layers(const Experiment *e, const NetSpec *spec)
{
    return thinning_count(e->layers, spec) * experiment_snapshots(e, spec);
}

/* Layers that have activations: the readout has none. */
static int64_t histograms(const Experiment *e, const NetSpec *spec)
{
    return thinning_hidden(e->layers, spec) * experiment_snapshots(e, spec) * RECORD_HISTOGRAM_LINES;
}

static int64_t steps(const Experiment *e, const NetSpec *spec)
{
    return lessons_rows(&e->lessons, spec->steps);
}

static int64_t events(const Experiment *e, const NetSpec *spec)
{
    (void)e, (void)spec;
    return EVENT_COUNT;
}

static bool raw(const Experiment *e)
{
    return e->raw;
}

static bool counts(const Experiment *e)
{
    return e->histograms;
}

static bool trains(const Experiment *e)
{
    return e->training;
}

const DataFile data_files[FILE_COUNT] = {
    [FILE_LAYERS] = {.name = "layers.csv", .header = record_layers_header, .lines = layers, .wanted = raw},
    [FILE_HISTOGRAMS] = {.name = "histograms.csv", .header = record_histograms_header, .lines = histograms, .wanted = counts},
    [FILE_STEPS] = {.name = "steps.csv", .header = record_steps_header, .lines = steps, .wanted = trains},
    [FILE_EVENTS] = {.name = "events.csv", .header = record_events_header, .lines = events, .wanted = experiment_has_events},
    [FILE_NETWORKS] = {.name = "networks.csv", .header = record_networks_header, .lines = one},
    [FILE_TIMING] = {.name = "timing.csv", .header = record_timing_header, .lines = one, .wanted = trains},
    [FILE_SUMMARY] = {.name = "summary.csv", .header = record_summary_header, .lines = layers, .per_point = true},
};

bool file_wanted(FileId file, const Experiment *e)
{
    return !data_files[file].wanted || data_files[file].wanted(e);
}
