/* fathom sweep: sample networks over a grid and record every layer.
 * The one thing to know: the options that define a network are the rows of fields.def; the others say how and where. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/run.h"
#include "net/dump.h"

typedef struct {
    RunArgs run;
    const char *dump;
    bool explain;
} SweepArgs;

#define MEMBER(name_) .offset = offsetof(SweepArgs, name_)
static const Option sweep_options[] = {
    {.name = "engine", .argument = "NAME", .kind = OPT_TEXT, MEMBER(run.words.engine), .otherwise = "auto",
     .help = "dense forms weights; implicit samples their exact law without them; auto: implicit iff it covers the point and 5 batch <= width"},
    {.name = "explain", .kind = OPT_FLAG, MEMBER(explain), .help = "print each point's engine, why, and what it costs, and sample nothing"},
    {.name = "dump", .argument = "DIR", .kind = OPT_TEXT, MEMBER(dump), .help = "write every array of one network as .npy, and nothing else"},
};

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    SweepArgs *a = args;
    size_t n = grid_groups(&a->run.words, out);
    n += run_groups(&a->run, out + n);
    out[n] = (OptGroup){"Engines", sweep_options, sizeof sweep_options / sizeof *sweep_options, args};
    return n + 1;
}

static void as_part(void *args, const Part *part)
{
    SweepArgs *a = args;
    run_as_part(&a->run, part);
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
    if (run_check_dump(&a->run, a->dump, e))
        return -1;
    if (e->engine == ENGINE_IMPLICIT)
        return error(EXIT_USAGE, "--dump needs the weights that --engine implicit never forms; leave --engine out or say dense");
    NetSpec spec;
    experiment_point(e, 0, &spec);
    return dump_network(a->dump, &spec, (RngSource){experiment_key(e, &spec), e->seeds.values[0]}, e->generator, e->data);
}

/* What cannot run is refused here too. */
static int explain_run(const SweepArgs *a, const Experiment *e)
{
    Job job = {.experiment = e};
    return run_cost(&a->run, e, &job) ? -1 : explain(e);
}

static int run(void *args, int n, char **operands)
{
    SweepArgs *a = args;
    Grid grid;
    (void)n, (void)operands;
    notice_quiet(a->run.quiet);
    int result = grid_open(&grid, &a->run.words, a->run.from);
    if (result == 0)
        result = a->dump ? dump(a, &grid.experiment) : a->explain ? explain_run(a, &grid.experiment) : run_experiment(&a->run, &grid.experiment, "sweep");
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
    .groups = groups,
    .as_part = as_part,
    .run = run,
};
