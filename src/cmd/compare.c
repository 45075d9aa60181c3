/* fathom compare: does a run agree with theory?
 * The one thing to know: exit 0 when every row agrees, 1 when one does not; the false-alarm rate of a whole run is stated. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "lab/compare.h"

typedef struct {
    bool quiet;
} CompareArgs;

static const Option options[] = {
    {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, .offset = offsetof(CompareArgs, quiet), .help = "only the CSV, no closing line"},
};

static void defaults(void *args)
{
    *(CompareArgs *)args = (CompareArgs){0};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    out[0] = (OptGroup){"Options", options, sizeof options / sizeof *options, args};
    return 1;
}

static int run(void *args, int n, char **operands)
{
    const CompareArgs *a = args;
    Text text = {0};
    Comparison c;
    (void)n;
    notice_quiet(a->quiet);
    int result = compare_run(operands[0], 1, &text, &c);
    if (result == 0) {
        fputs(text_str(&text), stdout);
        fflush(stdout);
        notice("%lld of %lld comparisons agree (|z| up to %.2f allowed: a run that follows theory is called wrong once in %.0f); "
               "%lld of %lld points have none: no mean-field prediction",
               (long long)(c.tests - c.disagreements), (long long)c.tests, c.limit, 1 / COMPARE_ALARM, (long long)c.points_unpredicted, (long long)c.points);
        if (c.infinite)
            notice("%lld more cells cannot be compared: a network has a 0, an infinity or a NaN there, and so the mean of logarithms none", (long long)c.infinite);
        if (c.disagreements)
            result = error(EXIT_DISAGREE, "%lld of %lld points disagree with theory in '%s'", (long long)c.points_disagreeing, (long long)c.points, operands[0]);
    }
    text_free(&text);
    return result;
}

static const char *const examples[] = {
    "fathom sweep -a relu,tanh,selu -w 1024 -s 20 -o results/wide && fathom compare results/wide",
    "fathom compare results/depth | grep disagrees",
    NULL,
};

const Command command_compare = {
    .manual = {.command = "compare",
               .summary = "hold a run's measurement against theory: z-scores and a verdict",
               .operands = "DIR",
               .examples = examples,
               .notes = "Where the law at finite width is exact (one sample, bias-free ReLU or linear layers) nothing is allowed for; elsewhere\n"
                        "ln of a squared norm may be off by 5 l/(2 width) at a distance of l layers, which mean-field theory misses. The\n"
                        "standard error is the larger of theory's and the sample's; limits hold for all rows of a run together (Bonferroni).\n"
                        "With a loss, gradients have no predicted logarithm: what goes forward is compared.\n",
               .least = 1,
               .most = 1},
    .args_size = sizeof(CompareArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
