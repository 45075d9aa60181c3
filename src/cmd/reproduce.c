/* fathom reproduce: every claim of "why deep nets are hard", measured, with a verdict and a report.
 * The one thing to know: a claim's runs are command lines that the same commands execute here, so what the report prints can be typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "base/signal.h"
#include "claim/study.h"
#include "cmd/script.h"
#include "net/mnist.h"

typedef struct {
    const char *output, *claim, *data, *format, *progress;
    int64_t threads;
    bool quick, full, quiet, force;
} ReproduceArgs;

#define FULL_DIRECTORY "results/why-deep-nets-are-hard"
#define QUICK_DIRECTORY FULL_DIRECTORY "-quick"

#define MEMBER(name_) .offset = offsetof(ReproduceArgs, name_)
static const Option what_options[] = {
    {.name = "quick", .kind = OPT_FLAG, MEMBER(quick), .help = "two minutes instead of a quarter of an hour: fewer networks, wider intervals; what is done when neither is said"},
    {.name = "full", .kind = OPT_FLAG, MEMBER(full), .help = "what the curated report was made with"},
    {.name = "claim", .argument = "LIST", .kind = OPT_TEXT, MEMBER(claim), .otherwise = "all", .list = "claims",
     .help = "measure only these: C05 or C05,C07 ('fathom list claims'); others that DIR holds stay in its report"},
    {.name = "data", .argument = "DIR", .kind = OPT_TEXT, MEMBER(data), .otherwise = "none: claims are measured without MNIST, and the report says which",
     .help = "where MNIST's four files are"},
};

static const Option output_options[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, MEMBER(output), .otherwise = QUICK_DIRECTORY "; without -quick for --full",
     .help = "where runs, figures and report go"},
    {.name = "format", .argument = "svg|tex", .kind = OPT_TEXT, MEMBER(format),
     .help = "tex: pictures for LaTeX beside those of the report, and a report.tex that has them; claims.tex is there always"},
    {.name = "force", .kind = OPT_FLAG, MEMBER(force), .help = "replace a study of the other size, and runs of other command lines, in DIR"},
};

static const Option run_options[] = {
    {.name = "threads", .letter = 'j', .argument = "N", .kind = OPT_WHOLE, MEMBER(threads), .lowest = 1, .highest = 128,
     .otherwise = "SLURM_CPUS_PER_TASK, or all CPUs", .help = "networks worked on at a time"},
    {.name = "progress", .argument = "WHEN", .kind = OPT_TEXT, MEMBER(progress), .help = "auto, always or never"},
    {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, MEMBER(quiet), .help = "say nothing but errors"},
};

static void defaults(void *args)
{
    *(ReproduceArgs *)args = (ReproduceArgs){.format = "svg", .progress = "auto"};
}

#define GROUP(title, options) (OptGroup){title, options, sizeof options / sizeof *options, args}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    out[0] = GROUP("What is reproduced", what_options);
    out[1] = GROUP("What comes out", output_options);
    out[2] = GROUP("How it runs", run_options);
    return 3;
}

static int run_command(void *context, const StudyRun *run)
{
    const ReproduceArgs *a = context;
    const Part part = {.output = run->directory, .progress = a->progress, .label = run->label, .threads = a->threads, .quiet = a->quiet, .force = a->force};
    return script_words(run->words, &part);
}

static int plot_figure(void *context, const char *directory, const char *figure, const char *format)
{
    char plot[] = "plot", figures[] = "--figure", formats[] = "--format", quiet[] = "-q";
    char *const where = mem_string(directory), *const name = mem_string(figure), *const as = mem_string(format);
    char *words[] = {plot, where, figures, name, formats, as, quiet, NULL};
    (void)context;
    const int result = script_words(words, NULL);
    free(where);
    free(name);
    free(as);
    return result;
}

/* What is asked, as a line for a shell: the threads and what is said on the way do not belong to it. */
static void put_command(Text *out, const ReproduceArgs *a, const char *directory)
{
    const char *const words[][2] = {{"--claim", a->claim}, {"--data", a->data}, {"--format", strcmp(a->format, "svg") ? a->format : NULL}, {"-o", directory}};
    text_format(out, "fathom reproduce --%s", a->full ? "full" : "quick");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][1]) {
            text_format(out, " %s ", words[i][0]);
            text_shell(out, words[i][1]);
        }
}

/* What cannot work is refused before anything is computed or created. */
static int check(const ReproduceArgs *a)
{
    Text paths[MNIST_FILES] = {0};
    if (a->quick && a->full)
        return error(EXIT_USAGE, "--quick and --full say opposite things; give one of them");
    if (strcmp(a->format, "svg") && strcmp(a->format, "tex"))
        return error(EXIT_USAGE, "--format '%s': there are svg and tex", a->format);
    if (a->output && !*a->output)
        return error(EXIT_USAGE, "--output '': an empty name; leave -o out for '%s'", a->full ? FULL_DIRECTORY : QUICK_DIRECTORY);
    if (progress_check(a->progress))
        return -1;
    const int result = a->data ? mnist_find(a->data, paths) : 0;
    for (size_t i = 0; i < MNIST_FILES; i++)
        text_free(&paths[i]);
    return result;
}

static int run(void *args, int n, char **operands)
{
    ReproduceArgs *a = args;
    Text command = {0};
    (void)n, (void)operands;
    notice_quiet(a->quiet);
    if (check(a))
        return -1;
    const char *directory = a->output ? a->output : a->full ? FULL_DIRECTORY : QUICK_DIRECTORY;
    put_command(&command, a, directory);
    const StudyPlan plan = {
        .directory = directory,
        .command = text_str(&command),
        .mnist = a->data,
        .selected = a->claim,
        .claims = claim_rows,
        .n_claims = n_claim_rows,
        .full = a->full,
        .quiet = a->quiet,
        .force = a->force,
        .tex = !strcmp(a->format, "tex"),
        .context = a,
        .run = run_command,
        .plot = plot_figure,
        .stop = stop_requested,
    };
    const int result = study_run(&plan);
    if (result >= 0)
        printf("%s/report.html\n", directory);
    text_free(&command);
    return result ? -1 : 0;
}

static const char *const examples[] = {
    "fathom reproduce                                       # every claim that needs no data, in minutes",
    "fathom reproduce --data DIR --full -o results/why-deep-nets-are-hard",
    "fathom reproduce --claim C05,C16 -o results/two        # only these two",
    "fathom reproduce --format tex                          # with pictures and a table for LaTeX",
    NULL,
};

static const char notes[] =
    "In DIR: report.html (one page that needs nothing else), report.md, claims.csv and claims.tex; below it a directory a claim, with its runs,\n"
    "facts.csv and figures. Stopped or failed, the same command goes on where it was, and a second run gives the same bytes but for host.json,\n"
    "timing.csv and the -inc.pdf of --format tex. Where something is missing (gnuplot: exit 69; a full disk: 74; a run that failed: its own code)\n"
    "the report is written all the same and says what and why.\n";

const Command command_reproduce = {
    .manual = {.command = "reproduce", .summary = "measure what is said of deep networks, and report it with verdicts", .operands = "", .examples = examples,
               .notes = notes},
    .args_size = sizeof(ReproduceArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
