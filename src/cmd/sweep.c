/* fathom sweep: sample networks over a grid and record every layer.
 * The one thing to know: the options that define a network are the rows of fields.def; the others say how and where. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/machine.h"
#include "base/progress.h"
#include "cmd/cmd.h"
#include "cmd/grid.h"
#include "lab/sweep.h"
#include "net/dump.h"

typedef struct {
    Words words;
    const char *from, *output, *shard, *progress, *dump;
    int64_t threads;
    bool force, explain, dry_run, quiet, verbose;
    int argc;
    char **argv;
} SweepArgs;

#define MEMBER(name_) .offset = offsetof(SweepArgs, name_)
static const Option output_options[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, MEMBER(output), .otherwise = "results/sweep-HASH",
     .help = "where the CSV files go; - for layers.csv on standard output"},
    {.name = "layers", .argument = "WHICH", .kind = OPT_TEXT, MEMBER(words.layers), .otherwise = "all",
     .help = "which layers are written: all, ends or every:K"},
    {.name = "no-raw", .kind = OPT_FLAG, MEMBER(words.no_raw), .help = "leave out layers.csv"},
    {.name = "force", .kind = OPT_FLAG, MEMBER(force), .help = "replace another run's files in DIR"},
    {.name = "dump", .argument = "DIR", .kind = OPT_TEXT, MEMBER(dump), .help = "write every array of one network as .npy, and nothing else"},
    {.name = "explain", .kind = OPT_FLAG, MEMBER(explain), .help = "print each point's engine, why, and what it costs, and sample nothing"},
    {.name = "dry-run", .kind = OPT_FLAG, MEMBER(dry_run), .help = "print what the run would cost, and sample nothing"},
};

static const Option run_options[] = {
    {.name = "from", .argument = "RUN.JSON", .kind = OPT_TEXT, MEMBER(from), .help = "begin from an earlier run's specification; other options change it"},
    {.name = "engine", .argument = "NAME", .kind = OPT_TEXT, MEMBER(words.engine), .otherwise = "auto",
     .help = "dense forms weights; implicit samples their exact law without them; auto: implicit iff it covers the point and 5 batch <= width"},
    {.name = "rng", .argument = "NAME", .kind = OPT_TEXT, MEMBER(words.generator), .otherwise = "philox4x32",
     .help = "generator: any of GSL's, to cross-check the law"},
    {.name = "threads", .letter = 'j', .argument = "N", .kind = OPT_WHOLE, MEMBER(threads), .lowest = 1, .highest = 128,
     .otherwise = "SLURM_CPUS_PER_TASK, or all CPUs", .help = "networks sampled at a time"},
    {.name = "shard", .argument = "I/N", .kind = OPT_TEXT, MEMBER(shard), .otherwise = "1/1", .help = "do the I-th of N shares; fathom merge makes the whole"},
    {.name = "progress", .argument = "WHEN", .kind = OPT_TEXT, MEMBER(progress), .help = "auto, always or never"},
    {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, MEMBER(quiet), .help = "say nothing but errors"},
    {.name = "verbose", .letter = 'v', .kind = OPT_FLAG, MEMBER(verbose), .help = "say what is done"},
};

static void defaults(void *args)
{
    *(SweepArgs *)args = (SweepArgs){.progress = "auto"};
}

#define GROUP(title, options, target) {title, options, sizeof options / sizeof *options, target}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    SweepArgs *a = args;
    const size_t n = grid_groups(&a->words, out);
    out[n] = (OptGroup)GROUP("What comes out", output_options, args);
    out[n + 1] = (OptGroup)GROUP("How it runs", run_options, args);
    return n + 2;
}

static int read_shard(const char *word, Shard *shard)
{
    *shard = (Shard){1, 1};
    if (!word)
        return 0;
    char first[32];
    const char *slash = strchr(word, '/');
    if (slash && slash - word < (int)sizeof first) {
        snprintf(first, sizeof first, "%.*s", (int)(slash - word), word);
        if (text_to_whole(first, &shard->index) && text_to_whole(slash + 1, &shard->count) && shard->index >= 1 && shard->count >= shard->index)
            return 0;
    }
    return error(EXIT_USAGE, "--shard '%s': write I/N with I from 1 to N", word);
}

static int dry_run(const Experiment *e, const Cost *est)
{
    Text bytes = {0}, memory = {0}, time = {0};
    text_human_bytes(&bytes, est->file_bytes);
    text_human_bytes(&memory, est->memory);
    text_human_seconds(&time, estimate_seconds(est->flop, est->threads));
    printf("points    %lld\nnetworks  %lld\nrows      %lld\nfiles     about %s\nwork      %.3g FLOP\ntime      about %s on %d thread%s\nmemory    %s\n",
           (long long)e->points, (long long)est->networks, (long long)est->rows, text_str(&bytes), est->flop, text_str(&time), est->threads,
           est->threads == 1 ? "" : "s", text_str(&memory));
    text_free(&bytes);
    text_free(&memory);
    text_free(&time);
    return 0;
}

static int explain(const Experiment *e)
{
    puts("point,engine,why,flop,bytes");
    for (int64_t i = 0; i < e->points; i++) {
        NetSpec spec;
        Text text = {0};
        const char *why;
        experiment_point(e, i, &spec);
        const Engine *engine = experiment_engine(e, &spec, &why);
        spec_text(&text, &spec);
        printf("%s,%s,\"%s\",%.4g,%.4g\n", text_str(&text), engine->name, why ? why : "asked for", pass_flop(&spec, engine), pass_bytes(&spec, engine, true));
        text_free(&text);
    }
    return 0;
}

static int dump(const SweepArgs *a, const Experiment *e)
{
    if (!*a->dump)
        return error(EXIT_USAGE, "--dump '': an empty name; name a directory");
    if (a->output || a->shard || a->dry_run)
        return error(EXIT_USAGE, "--dump writes one network's arrays and nothing else; leave out %s", a->output ? "-o" : a->shard ? "--shard" : "--dry-run");
    if (e->points != 1 || e->seeds.count != 1)
        return error(EXIT_USAGE, "--dump writes one network: give one value an axis and one seed (-s 0:0); this grid has %lld points and %zu seeds",
                     (long long)e->points, e->seeds.count);
    if (e->engine == ENGINE_IMPLICIT)
        return error(EXIT_USAGE, "--dump needs the weights that --engine implicit never forms; leave --engine out or say dense");
    NetSpec spec;
    experiment_point(e, 0, &spec);
    return dump_network(a->dump, &spec, (RngSource){experiment_key(e, &spec), e->seeds.values[0]}, e->generator, e->data);
}

static int sweep(const SweepArgs *a, const Experiment *e)
{
    Text directory = {0};
    SweepJob job = {.experiment = e, .progress = a->progress, .argc = a->argc, .argv = a->argv, .force = a->force, .quiet = a->quiet};
    const bool to_stdout = a->output && !strcmp(a->output, "-");
    if (a->output && !*a->output)
        return error(EXIT_USAGE, "--output '': an empty name; leave -o out for results/sweep-HASH, or write - for standard output");
    if (progress_check(a->progress) || read_shard(a->shard, &job.shard) ||
        estimate_run(&job.cost, e, job.shard, machine_threads((int)a->threads), !to_stdout))
        return -1;
    if (a->explain)
        return explain(e);
    if (a->dry_run)
        return dry_run(e, &job.cost);
    if (!a->output)
        text_format(&directory, "results/sweep-%08x", (unsigned)(experiment_hash(e) >> 32));
    else if (!to_stdout)
        text_string(&directory, a->output);
    if (!a->output && job.shard.count > 1)
        text_format(&directory, "-part-%lld", (long long)job.shard.index);
    if (a->verbose)
        notice("%lld networks of %lld points on %d threads, %.3g FLOP, %.3g bytes of memory, into '%s'", (long long)job.cost.networks, (long long)e->points,
               job.cost.threads, job.cost.flop, job.cost.memory, directory.length ? text_str(&directory) : "-");
    job.directory = directory.length ? text_str(&directory) : NULL;
    const int result = sweep_run(&job);
    if (result == 0 && job.directory)
        printf("%s\n", job.directory);
    text_free(&directory);
    return result;
}

static int run(void *args, int n, char **operands)
{
    SweepArgs *a = args;
    Grid grid;
    (void)n, (void)operands;
    notice_quiet(a->quiet);
    int result = grid_open(&grid, &a->words, a->from);
    if (result == 0)
        result = a->dump ? dump(a, &grid.experiment) : sweep(a, &grid.experiment);
    grid_close(&grid);
    return result;
}

static const char *const examples[] = {
    "fathom sweep                                           # relu, depth 50: something to look at in a second",
    "fathom sweep -a relu,tanh,selu -d 10:100:10 -s 50 -o results/depth",
    "fathom sweep -a tanh -i gaussian --sigma-w 0.5:2.5:n21 --sigma-b 0.2236 -d 50 -o results/edge",
    "fathom sweep -a sigmoid -d 1000 -o - | head            # CSV on standard output",
    "fathom sweep -a relu -w 64,256 --input idx:train-images-idx3-ubyte.gz --layers every:5",
    "fathom sweep -a gelu -d 10:100:10 --dry-run            # what would it cost",
    NULL,
};

const Command command_sweep = {
    .manual = {.command = "sweep", .summary = "sample networks over a grid and record every layer", .operands = "", .examples = examples},
    .args_size = sizeof(SweepArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
