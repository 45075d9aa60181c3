/* fathom merge: the shares of a sweep to the whole.
 * The one thing to know: the result is what one unshared run would have written, byte for byte. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "lab/merge.h"

typedef struct {
    const char *output;
    bool force;
} MergeArgs;

static const Option options[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, .offset = offsetof(MergeArgs, output), .otherwise = "required",
     .help = "where the whole run goes"},
    {.name = "force", .kind = OPT_FLAG, .offset = offsetof(MergeArgs, force), .help = "replace another run's files in DIR"},
};

static void defaults(void *args)
{
    *(MergeArgs *)args = (MergeArgs){0};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    out[0] = (OptGroup){"Options", options, sizeof options / sizeof *options, args};
    return 1;
}

static int run(void *args, int n, char **operands)
{
    const MergeArgs *a = args;
    if (!a->output)
        return error(EXIT_USAGE, "merge: -o DIR is missing: where should the whole run go?");
    if (merge_run((const char *const *)operands, (size_t)n, a->output, a->force))
        return -1;
    printf("%s\n", a->output);
    return 0;
}

static const char *const examples[] = {
    "fathom sweep -a relu,tanh -d 10:100:10 --shard 1/2 -o part-1    # on one machine",
    "fathom sweep -a relu,tanh -d 10:100:10 --shard 2/2 -o part-2    # on another",
    "fathom merge part-1 part-2 -o results/depth",
    NULL,
};

const Command command_merge = {
    .manual = {.command = "merge", .summary = "put the shares of a sweep together", .operands = "DIR...", .examples = examples, .least = 1, .most = -1},
    .args_size = sizeof(MergeArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
