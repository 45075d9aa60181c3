/* Estimates: memory from the layouts, time from a short measurement.
 * The one thing to know: weights are kept where all of them fit into half of what is free; else one matrix at a time is redrawn. */
#include "lab/estimate.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/machine.h"
#include "base/mem.h"
#include "lab/record.h"
#include "net/pass.h"
#include "num/blas.h"

/* Measured: what text and BLAS's tables take once, and a directory's files; a thread's stack, arena and packing buffers; a row's text. */
static const double process_bytes = 0.6e6, store_bytes = 0.35e6, thread_bytes = 0.25e6, row_bytes = 330, network_bytes = 200, summary_bytes = 1700, step_bytes = 150,
                    bin_bytes = 82;

/* What a thread maps without touching it: OpenBLAS's buffer, for which it waits forever where it cannot have it; stack; malloc's arena. */
/* Networks that wait for an earlier one, per thread: what fits into this, but 2 at least. */
static const double slots_together = 128e3;
static const double thread_space = 134.3e6 + 8.4e6 + 67.2e6;

static double resident(void)
{
    double size = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f && fscanf(f, "%lf %lf", &size, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (double)sysconf(_SC_PAGESIZE);
}

typedef struct {
    double kept, redrawn;   /* the largest network's workspace with all weights, and with one matrix */
} Workspace;

static void survey_sample(Cost *out, const Experiment *e, const NetSpec *spec, int64_t seeds, Workspace *most)
{
    const Engine *engine = experiment_engine(e, spec, NULL);
    out->flop += pass_flop(spec, engine) * (double)seeds;
    most->kept = fmax(most->kept, pass_bytes(spec, engine, true));
    most->redrawn = fmax(most->redrawn, pass_bytes(spec, engine, false));
}

/* Learned weights are always kept. */
static void survey_training(Cost *out, const Experiment *e, const NetSpec *spec, int64_t seeds, Workspace *most)
{
    const TrainerSize size = trainer_size(spec, e->lessons.samples);
    out->flop += trainer_flop(spec) * (double)seeds;
    const double steps = step_bytes * (double)lessons_rows(&e->lessons, spec->steps);
    out->file_bytes += steps * (double)seeds;
    out->most_steps = fmax(out->most_steps, steps);
    out->trainer.pass = fmax(out->trainer.pass, size.pass);
    out->trainer.own = fmax(out->trainer.own, size.own);
    most->kept = most->redrawn = out->trainer.pass + out->trainer.own;
}

/* Of histograms.csv, beside a row of layers.csv. */
static double histogram_bytes(const Experiment *e)
{
    return e->histograms ? bin_bytes * RECORD_HISTOGRAM_LINES : 0;
}

static Workspace survey(Cost *out, const Plan *plan)
{
    Workspace most = {0, 0};
    const Experiment *e = plan->experiment;
    for (int64_t k = 0; k < plan->points; k++) {
        NetSpec spec;
        experiment_point(e, plan_point(plan, k), &spec);
        const int64_t kept = data_files[FILE_LAYERS].lines(e, &spec), all = spec_layers(&spec) + 1;
        out->rows += kept * plan->seeds;
        out->file_bytes += (double)kept * (((e->raw ? row_bytes : 0) + histogram_bytes(e)) * (double)plan->seeds + summary_bytes) + network_bytes * (double)plan->seeds;
        out->most_rows = all > out->most_rows ? all : out->most_rows;
        out->most_kept = kept > out->most_kept ? kept : out->most_kept;
        (e->training ? survey_training : survey_sample)(out, e, &spec, plan->seeds, &most);
    }
    return most;
}

/* `steps`: what a network's rows of steps.csv take, which wait in memory until it is done. */
static int refuse(double memory, double steps, double room, double space)
{
    Text need = {0}, have = {0};
    const bool limited = memory <= 0.9 * room || (space <= room && memory < thread_space);   /* the limit, not the network, is to blame */
    text_human_bytes(&need, limited ? memory + 2 * thread_space : memory);
    text_human_bytes(&have, limited ? space : room);
    if (limited)
        error(EXIT_TOOBIG, "one thread needs %s of address space and the limit leaves %s; raise it (ulimit -v, ulimit -d)", text_str(&need), text_str(&have));
    else
        error(EXIT_TOOBIG, "the largest network needs %s of memory and %s are free; make %s", text_str(&need), text_str(&have),
              steps > memory / 2 ? "--every larger, or steps fewer" : "width, depth or batch smaller");
    text_free(&need);
    text_free(&have);
    return -1;
}

int estimate_run(Cost *out, const Experiment *e, Shard shard, int threads, bool stored)
{
    const Plan plan = plan_of(e, shard);
    ColumnId which[COL_COUNT];
    const double columns_kept = 8 * (double)record_summarised(which), room = machine_memory();
    *out = (Cost){.networks = plan.points * plan.seeds};
    const Workspace most = survey(out, &plan);
    const double kept = (double)out->most_kept;
    const double now = resident(), space = machine_address_space();
    const double common = now + process_bytes + (stored ? store_bytes + columns_kept * kept * (double)plan.seeds : 0);
    const double page = (double)sysconf(_SC_PAGESIZE);   /* a row that is not kept is not touched */
    const double slot = kept * (row_bytes * 1.5 + histogram_bytes(e) * 1.1 + columns_kept);
    const double row = (double)sizeof(LayerRow) + (e->histograms ? (double)sizeof(LayerHistogram) : 0);
    const double rows = fmin((double)out->most_rows * row, (e->histograms ? 2 : 1) * page * kept);
    const double ahead = fmin(fmax(floor(slots_together / (slot + out->most_steps)), 2), 16);
    if (out->networks < threads)
        threads = out->networks ? (int)out->networks : 1;
    for (out->threads = threads; out->threads >= 1; out->threads--) {
        const double t = out->threads, waiting = fmin(ahead, fmax(ceil((double)out->networks / t), 2));
        const double rest = common + t * (thread_bytes + rows + waiting * (slot + out->most_steps));
        out->slots = (int)waiting * out->threads;
        out->pass_bytes = rest + t * most.kept <= room / 2 ? most.kept : most.redrawn;
        out->memory = rest + t * out->pass_bytes;
        if (out->memory - now <= 0.9 * room && out->memory - now + (t + 1) * thread_space <= space)
            break;
    }
    if (out->threads < 1)
        return refuse(out->memory - now, ahead * out->most_steps, room, space);
    if (out->threads < threads)
        notice("%d of %d threads: more do not fit into memory", out->threads, threads);
    return 0;
}

double estimate_seconds(double flop, int threads)
{
    enum { N = 256, B = 32, TIMES = 20 };
    double *a = mem_doubles(N * N), *b = mem_doubles(B * N), *c = mem_doubles(B * N);
    memset(a, 0, N * N * sizeof *a);
    memset(b, 0, B * N * sizeof *b);
    blas_one_thread();
    const double start = machine_seconds();
    for (int i = 0; i < TIMES; i++)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, B, N, N, 1, b, N, a, N, 0, c, N);
    const double seconds = machine_seconds() - start;
    free(a);
    free(b);
    free(c);
    return flop * seconds / (2.0 * B * N * N * TIMES) / threads;
}
