/* The grid's options, and reading an experiment from them.
 * The one thing to know: --from fills in what the command line leaves out. */
#include "cmd/grid.h"

#define AXIS(member_, option_, letter_, fallback_, otherwise_, list_, help_)                                          \
    {.name = option_, .letter = letter_, .argument = "LIST", .help = help_, .kind = OPT_TEXT, .list = list_,          \
     .otherwise = (const char *)otherwise_ ? otherwise_ : fallback_, .offset = offsetof(Words, axis[FIELD_##member_])},
#define CHOICE(member_, option_, letter_, fallback_, otherwise_, registry_, help_) \
    AXIS(member_, option_, letter_, fallback_, otherwise_, #registry_, help_)
#define WHOLE(member_, option_, letter_, fallback_, otherwise_, lowest_, highest_, help_) \
    AXIS(member_, option_, letter_, fallback_, otherwise_, NULL, help_)
#define REAL WHOLE
static const Option axis_options[] = {
#include "model/fields.def"
};
#undef CHOICE
#undef WHOLE
#undef REAL

#define MEMBER(name_) .offset = offsetof(Words, name_)
static const Option grid_options[] = {
    {.name = "input", .argument = "INPUT", .kind = OPT_TEXT, MEMBER(input), .otherwise = "gaussian",
     .help = "gaussian, sphere, idx:IMAGES or csv:FILE; plain or .gz"},
    {.name = "seeds", .letter = 's', .argument = "N|LIST", .kind = OPT_TEXT, MEMBER(seeds), .otherwise = "10",
     .help = "how many networks a point (0 ... N-1), or which: 5:9, 3,7"},
    {.name = "seed", .argument = "N", .kind = OPT_TEXT, MEMBER(master), .otherwise = "0", .help = "master seed of all random numbers"},
    {.name = "zip", .argument = "A,B", .kind = OPT_TEXT, MEMBER(zip), .otherwise = "none: the grid is the product",
     .help = "axes that move together, value by value"},
};

size_t grid_groups(Words *words, OptGroup out[2])
{
    out[0] = (OptGroup){"The network: every one of these is an axis (16,64 or 10:100:10 or 2:256:x2 or 0.5:4:n41 or 1e-4:1:l9)", axis_options,
                        sizeof axis_options / sizeof *axis_options, words};
    out[1] = (OptGroup){"The grid", grid_options, sizeof grid_options / sizeof *grid_options, words};
    return 2;
}

int grid_open(Grid *grid, Words *words, const char *from)
{
    *grid = (Grid){0};
    if (!from)
        return experiment_read(&grid->experiment, words);
    grid->from = manifest_open(from);
    return grid->from ? manifest_experiment(grid->from, words, &grid->experiment) : -1;
}

void grid_close(Grid *grid)
{
    experiment_free(&grid->experiment);
    manifest_close(grid->from);
}
