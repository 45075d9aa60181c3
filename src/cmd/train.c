/* fathom train: train networks over a grid and record what happens.
 * The one thing to know: a network's first numbers are those of a sweep of the same data, its last ones say whether it learned. */
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "net/dump.h"

typedef struct {
    RunArgs run;
    const char *dump;
} TrainArgs;

static const Option check_options[] = {
    {.name = "dump", .argument = "DIR", .kind = OPT_TEXT, .offset = offsetof(TrainArgs, dump),
     .help = "write one network's parameters before and after, batches and losses as .npy, and nothing else"},
};

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    TrainArgs *a = args;
    size_t n = grid_training_groups(&a->run.words, out);
    n += run_groups(&a->run, out + n);
    out[n] = (OptGroup){"Checking it elsewhere", check_options, sizeof check_options / sizeof *check_options, args};
    return n + 1;
}

static int dump(const TrainArgs *a, const Experiment *e)
{
    NetSpec spec;
    if (run_check_dump(&a->run, a->dump, e))
        return -1;
    experiment_point(e, 0, &spec);
    return dump_training(a->dump, &spec, (RngSource){experiment_key(e, &spec), e->seeds.values[0]}, e->generator, e->lessons.samples);
}

static void as_part(void *args, const Part *part)
{
    run_as_part(args, part);
}

static int run(void *args, int n, char **operands)
{
    TrainArgs *a = args;
    Grid grid;
    (void)n, (void)operands;
    notice_quiet(a->run.quiet);
    int result = grid_open(&grid, &a->run.words, a->run.from);
    if (result == 0)
        result = a->dump ? dump(a, &grid.experiment) : run_experiment(&a->run, &grid.experiment, "train");
    grid_close(&grid);
    return result;
}

static const char *const examples[] = {
    "fathom train -d 2,10,30 -w 64 -s 5                     # two spirals, relu: what depth does to learning",
    "fathom train -a sigmoid,relu,selu -d 2,10,30 --data mnist:DIR --steps 2000",
    "fathom train -a tanh -i gaussian -d 10:100:10 --sigma-w 1:2.5:n16 --sigma-b 0.2236 --data mnist:DIR -s 1",
    "fathom train -a relu -d 5,20,50 --lr 1e-3:1:l7 --optimizer adam --data csv:iris.csv --task multiclass",
    "fathom train -d 20 --dtype float16,float32 --loss-scale none,dynamic --data mnist:DIR",
    "fathom train -a selu -d 10 -s 3 --dry-run              # what would it cost",
    NULL,
};

const Command command_train = {
    .manual = {.command = "train", .summary = "train networks over a grid and record what happens", .operands = "", .examples = examples},
    .args_size = sizeof(TrainArgs),
    .groups = groups,
    .as_part = as_part,
    .run = run,
};
