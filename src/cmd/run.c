/* Running an experiment from the shell.
 * The one thing to know: what cannot work is refused before anything is computed or created. */
#include "cmd/run.h"

#include <stdio.h>
#include <string.h>

#include "base/machine.h"
#include "base/progress.h"

#define MEMBER(name_) .offset = offsetof(RunArgs, name_)
static const Option output_options[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, MEMBER(output), .otherwise = "results/COMMAND-HASH",
     .help = "where the CSV files go; - for one of them on standard output (layers.csv, steps.csv)"},
    {.name = "layers", .argument = "WHICH", .kind = OPT_TEXT, MEMBER(words.layers), .otherwise = "all",
     .help = "which layers are written: all, ends or every:K"},
    {.name = "histograms", .kind = OPT_FLAG, MEMBER(words.histograms),
     .help = "count every written layer's activations and gradients too: histograms.csv"},
    {.name = "no-raw", .kind = OPT_FLAG, MEMBER(words.no_raw), .help = "leave out layers.csv"},
    {.name = "force", .kind = OPT_FLAG, MEMBER(force), .help = "replace another run's files in DIR"},
    {.name = "dry-run", .kind = OPT_FLAG, MEMBER(dry_run), .help = "print what the run would cost, and compute nothing"},
};

static const Option run_options[] = {
    {.name = "from", .argument = "RUN.JSON", .kind = OPT_TEXT, MEMBER(from), .help = "begin from an earlier run's specification (or its directory); other options change it"},
    {.name = "rng", .argument = "NAME", .kind = OPT_TEXT, MEMBER(words.generator), .otherwise = "philox4x32",
     .help = "generator: any of GSL's, to cross-check the law"},
    {.name = "threads", .letter = 'j', .argument = "N", .kind = OPT_WHOLE, MEMBER(threads), .lowest = 1, .highest = 128,
     .otherwise = "SLURM_CPUS_PER_TASK, or all CPUs", .help = "networks worked on at a time"},
    {.name = "shard", .argument = "I/N", .kind = OPT_TEXT, MEMBER(shard), .otherwise = "1/1", .help = "do the I-th of N shares; fathom merge makes the whole"},
    {.name = "progress", .argument = "WHEN", .kind = OPT_TEXT, MEMBER(progress), .help = "auto, always or never"},
    {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, MEMBER(quiet), .help = "say nothing but errors"},
    {.name = "verbose", .letter = 'v', .kind = OPT_FLAG, MEMBER(verbose), .help = "say what is done"},
};

#define GROUP(title, options) (OptGroup){title, options, sizeof options / sizeof *options, args}

size_t run_groups(RunArgs *args, OptGroup out[2])
{
    args->progress = "auto";
    out[0] = GROUP("What comes out", output_options);
    out[1] = GROUP("How it runs", run_options);
    return 2;
}

void run_as_part(RunArgs *args, const Part *part)
{
    args->output = part->output;
    args->label = part->label;
    args->progress = part->progress;
    args->threads = part->threads;
    args->quiet = part->quiet;
    args->force = part->force;
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

int run_cost(const RunArgs *args, const Experiment *e, Job *job)
{
    if (args->output && !*args->output)
        return error(EXIT_USAGE, "--output '': an empty name; leave -o out for a name of the run's own, or write - for standard output");
    if (e->histograms && args->output && !strcmp(args->output, "-"))
        return error(EXIT_USAGE, "--histograms with -o -: one file goes to standard output and histograms.csv is another; give -o a directory");
    if (progress_check(args->progress) || read_shard(args->shard, &job->shard))
        return -1;
    return estimate_run(&job->cost, e, job->shard, machine_threads((int)args->threads), !args->output || strcmp(args->output, "-") != 0);
}

int run_check_dump(const RunArgs *args, const char *directory, const Experiment *e)
{
    if (!*directory)
        return error(EXIT_USAGE, "--dump '': an empty name; name a directory");
    const char *other = args->output ? "-o" : args->shard ? "--shard" : args->dry_run ? "--dry-run" : e->histograms ? "--histograms" : NULL;
    if (other)
        return error(EXIT_USAGE, "--dump writes one network's arrays and nothing else; leave out %s", other);
    if (e->points != 1 || e->seeds.count != 1)
        return error(EXIT_USAGE, "--dump writes one network: give one value an axis and one seed (-s 0:0); this grid has %lld points and %zu seeds",
                     (long long)e->points, e->seeds.count);
    return 0;
}

int run_experiment(const RunArgs *args, const Experiment *e, const char *command)
{
    Text directory = {0};
    Job job = {.experiment = e, .progress = args->progress, .label = args->label, .force = args->force, .quiet = args->quiet};
    if (run_cost(args, e, &job))
        return -1;
    if (args->dry_run)
        return dry_run(e, &job.cost);
    if (!args->output)
        text_format(&directory, "results/%s-%08x", command, (unsigned)(experiment_hash(e) >> 32));
    else if (strcmp(args->output, "-") != 0)
        text_string(&directory, args->output);
    if (!args->output && job.shard.count > 1)
        text_format(&directory, "-part-%lld", (long long)job.shard.index);
    if (args->verbose)
        notice("%lld networks of %lld points on %d threads, %.3g FLOP, %.3g bytes of memory, into '%s'", (long long)job.cost.networks, (long long)e->points,
               job.cost.threads, job.cost.flop, job.cost.memory, directory.length ? text_str(&directory) : "-");
    job.directory = directory.length ? text_str(&directory) : NULL;
    const int result = run_job(&job);
    if (result == 0 && job.directory)
        printf("%s\n", job.directory);
    text_free(&directory);
    return result;
}
