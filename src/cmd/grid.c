/* The grid's options, and reading an experiment from them.
 * The one thing to know: --from fills in what the command line leaves out. */
#include "cmd/grid.h"

#include "base/file.h"
#include "lab/store.h"

/* An option of sweep and theory, of train, or of both. */
#define AXIS(member_, option_, letter_, fallback_, otherwise_, list_, help_)                                          \
    {.name = option_, .letter = letter_, .argument = "LIST", .help = help_, .kind = OPT_TEXT, .list = list_,          \
     .otherwise = (const char *)otherwise_ ? otherwise_ : fallback_, .offset = offsetof(Words, axis[FIELD_##member_])},
#define CHOICE(scope_, member_, option_, letter_, fallback_, otherwise_, registry_, help_) \
    IN_##scope_(AXIS(member_, option_, letter_, fallback_, otherwise_, #registry_, help_))
#define WHOLE(scope_, member_, option_, letter_, fallback_, otherwise_, lowest_, highest_, help_) \
    IN_##scope_(AXIS(member_, option_, letter_, fallback_, otherwise_, NULL, help_))
#define REAL WHOLE
#define KEEP(...) __VA_ARGS__
#define DROP(...)
#define IN_BOTH KEEP
#define IN_SWEEP KEEP
#define IN_TRAIN DROP
static const Option sweep_axes[] = {
#include "model/fields.def"
};
#undef IN_BOTH
#undef IN_SWEEP
#undef IN_TRAIN
#define IN_BOTH KEEP
#define IN_SWEEP DROP
#define IN_TRAIN DROP
static const Option network_axes[] = {
#include "model/fields.def"
};
#undef IN_BOTH
#undef IN_TRAIN
#define IN_BOTH DROP
#define IN_TRAIN KEEP
static const Option training_axes[] = {
#include "model/fields.def"
};
#undef CHOICE
#undef WHOLE
#undef REAL

#define MEMBER(name_) .offset = offsetof(Words, name_)
static const Option input_options[] = {
    {.name = "input", .argument = "INPUT", .kind = OPT_TEXT, MEMBER(input), .otherwise = "gaussian",
     .help = "gaussian, sphere, idx:IMAGES or csv:FILE; plain or .gz"},
};

static const Option data_options[] = {
    {.name = "data", .argument = "DATA", .kind = OPT_TEXT, MEMBER(lesson.data), .otherwise = "spirals", .list = "data",
     .help = "mnist:DIR, idx:IMAGES,LABELS, csv:FILE, or made: spirals, xor, teacher, blobs, multilabel ('fathom list data')"},
    {.name = "task", .argument = "NAME", .kind = OPT_TEXT, MEMBER(lesson.task), .otherwise = "the data's own", .list = "tasks",
     .help = "regression, binary, multiclass or multilabel"},
    {.name = "samples", .argument = "N", .kind = OPT_TEXT, MEMBER(lesson.samples), .otherwise = "the set's own", .help = "how many samples are made, training and test part together"},
    {.name = "test-fraction", .argument = "F", .kind = OPT_TEXT, MEMBER(lesson.test_fraction), .otherwise = "0.2", .help = "the test part's share, where the data bring none"},
};

static const Option record_options[] = {
    {.name = "every", .argument = "K", .kind = OPT_TEXT, MEMBER(lesson.every), .otherwise = "10", .help = "steps.csv gets step 1, every K-th and the last"},
    {.name = "snapshots", .argument = "LIST", .kind = OPT_TEXT, MEMBER(lesson.snapshots), .otherwise = "0,end",
     .help = "steps after which every layer is measured, on the same samples: layers.csv and summary.csv; none: never"},
    {.name = "target", .argument = "X", .kind = OPT_TEXT, MEMBER(lesson.target), .otherwise = "none",
     .help = "test accuracy (regression: test loss) whose first step is recorded; looked at whenever steps.csv gets a row"},
};

static const Option seed_options[] = {
    {.name = "seeds", .letter = 's', .argument = "N|LIST", .kind = OPT_TEXT, MEMBER(seeds), .otherwise = "10",
     .help = "how many networks a point (0 ... N-1), or which: 5:9, 3,7"},
    {.name = "seed", .argument = "N", .kind = OPT_TEXT, MEMBER(master), .otherwise = "0", .help = "master seed of all random numbers"},
    {.name = "zip", .argument = "A,B", .kind = OPT_TEXT, MEMBER(zip), .otherwise = "none: the grid is the product",
     .help = "axes that move together, value by value"},
};

#define GROUP(title, options) (OptGroup){title, options, sizeof options / sizeof *options, words}
#define AXES "every one of these is an axis (16,64 or 10:100:10 or 2:256:x2 or 0.5:4:n41 or 1e-4:1:l9)"

size_t grid_groups(Words *words, OptGroup out[GRID_GROUPS])
{
    out[0] = GROUP("The network: " AXES, sweep_axes);
    out[1] = GROUP("Its input", input_options);
    out[2] = GROUP("The grid", seed_options);
    return 3;
}

size_t grid_training_groups(Words *words, OptGroup out[GRID_GROUPS])
{
    words->training = true;
    out[0] = GROUP("The network: " AXES, network_axes);
    out[1] = GROUP("Training: axes too", training_axes);
    out[2] = GROUP("What it learns", data_options);
    out[3] = GROUP("The grid", seed_options);
    out[4] = GROUP("What is recorded", record_options);
    return 5;
}

int grid_open(Grid *grid, Words *words, const char *from)
{
    *grid = (Grid){0};
    if (!from)
        return experiment_read(&grid->experiment, words);
    Text path = {0};
    store_path(&path, from, "run.json");   /* a run's directory will do */
    grid->from = manifest_open(file_exists(text_str(&path)) ? text_str(&path) : from);
    text_free(&path);
    if (grid->from && manifest_trains(grid->from) != words->training)
        return error(EXIT_USAGE, "--from '%s': that is a run of fathom %s; repeat it with that command", from, words->training ? "sweep" : "train");
    return grid->from ? manifest_experiment(grid->from, words, &grid->experiment) : -1;
}

void grid_close(Grid *grid)
{
    experiment_free(&grid->experiment);
    manifest_close(grid->from);
}
