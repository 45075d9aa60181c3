/* fathom reproduce: every claim of "why deep nets are hard", measured, with a verdict and a report.
 * The one thing to know: a claim's runs are command lines that the same commands execute here, so what the report prints can be typed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signal.h"
#include "claim/study.h"
#include "cmd/cmd.h"

typedef struct {
    const char *output, *claim, *data;
    int64_t threads;
    bool quick, full, quiet;
} ReproduceArgs;

#define MEMBER(name_) .offset = offsetof(ReproduceArgs, name_)
static const Option options[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, MEMBER(output), .help = "where runs, figures and report go"},
    {.name = "claim", .argument = "LIST", .kind = OPT_TEXT, MEMBER(claim), .otherwise = "all", .list = "claims", .help = "only these: C05 or C05,C07 ('fathom list claims')"},
    {.name = "data", .argument = "DIR", .kind = OPT_TEXT, MEMBER(data), .otherwise = "none: claims that need it are left out", .help = "the directory of MNIST's four files"},
    {.name = "quick", .kind = OPT_FLAG, MEMBER(quick), .help = "minutes instead of an hour: fewer networks, wider intervals"},
    {.name = "full", .kind = OPT_FLAG, MEMBER(full), .help = "what the curated report was made with"},
    {.name = "threads", .letter = 'j', .argument = "N", .kind = OPT_WHOLE, MEMBER(threads), .lowest = 1, .highest = 128,
     .otherwise = "SLURM_CPUS_PER_TASK, or all CPUs", .help = "networks worked on at a time"},
    {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, MEMBER(quiet), .help = "say nothing but errors"},
};

static void defaults(void *args)
{
    *(ReproduceArgs *)args = (ReproduceArgs){.output = "results/why-deep-nets-are-hard"};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    out[0] = (OptGroup){"What is reproduced", options, sizeof options / sizeof *options, args};
    return 1;
}

/* Run a command with standard output turned away: what it would print is in its directory. */
static int run_quietly(char **argv, int argc)
{
    const Command *command = command_find(argv[0]);
    if (!command)
        BUG("a claim runs a command that there is not");
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO), away = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (kept < 0 || away < 0)
        return error(EXIT_CANTCREATE, "cannot turn standard output away; are too many files open?");
    dup2(away, STDOUT_FILENO);
    close(away);
    const int result = command_run(command, argc, argv);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    return result;
}

enum { MOST_WORDS = 64 };

/* "fathom sweep -a relu …", split at spaces, with -o and -j of this run behind it. */
static int run_command(void *context, const char *line, const char *directory, const char *label)
{
    const ReproduceArgs *a = context;
    char *const copy = mem_string(line), *words[MOST_WORDS + 8], threads[24], *rest = copy, *const where = mem_string(directory);
    char output[] = "-o", jobs[] = "-j", quiet[] = "-q";
    int n = 0;
    for (char *word; (word = strsep(&rest, " ")) && n < MOST_WORDS;)
        if (*word)
            words[n++] = word;
    words[n++] = output;
    words[n++] = where;
    if (a->threads) {
        snprintf(threads, sizeof threads, "%lld", (long long)a->threads);
        words[n++] = jobs;
        words[n++] = threads;
    }
    if (a->quiet)
        words[n++] = quiet;
    else
        notice("%s", label);
    words[n] = NULL;
    const int result = run_quietly(words + 1, n - 1);
    free(copy);
    free(where);
    return result;
}

static int plot_figure(void *context, const char *directory, const char *figure)
{
    (void)context;
    char plot[] = "plot", figures[] = "--figure", format[] = "--format", svg[] = "svg", quiet[] = "-q";
    char *const where = mem_string(directory), *const name = mem_string(figure);
    char *words[] = {plot, where, figures, name, format, svg, quiet, NULL};
    const int result = run_quietly(words, 7);
    free(where);
    free(name);
    return result;
}

static int run(void *args, int n, char **operands)
{
    ReproduceArgs *a = args;
    (void)n, (void)operands;
    if (a->quick && a->full)
        return error(EXIT_USAGE, "--quick and --full say opposite things; give one of them");
    notice_quiet(a->quiet);
    const StudyPlan plan = {
        .directory = a->output,
        .mnist = a->data,
        .selected = a->claim,
        .full = a->full,
        .quiet = a->quiet,
        .context = a,
        .run = run_command,
        .plot = plot_figure,
        .stop = stop_requested,
    };
    const int result = study_run(&plan);
    if (result == 0)
        printf("%s/report.html\n", a->output);
    return result;
}

static const char *const examples[] = {
    "fathom reproduce --quick                               # every claim that needs no data, in minutes",
    "fathom reproduce --data DIR --full -o results/why-deep-nets-are-hard",
    "fathom reproduce --claim C05,C16                       # only these two",
    NULL,
};

const Command command_reproduce = {
    .manual = {.command = "reproduce", .summary = "measure what is said of deep networks, and report it with verdicts", .operands = "", .examples = examples},
    .args_size = sizeof(ReproduceArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
