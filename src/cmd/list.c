/* fathom list: what can be chosen, and what the names mean.
 * The one thing to know: a list is a row of `lists` below, a registry or a function that fills a table; nothing is typed twice. */
#include <stdio.h>
#include <string.h>

#include "claim/claim.h"
#include "cmd/cmd.h"
#include "cmd/sheet.h"
#include "model/row.h"
#include "model/spec.h"
#include "show/figure.h"
#include "show/gnuplot.h"

typedef struct {
    bool csv, names;
} ListArgs;

typedef struct {
    const char *name, *about;
    const Registry *registry;   /* or */
    void (*fill)(Sheet *t);
} List;

static void fill_commands(Sheet *t)
{
    sheet_header(t, (const char *const[]){"name", "summary", NULL});
    for (size_t i = 0; i < n_commands; i++)
        sheet_row(t, (const char *const[]){commands[i]->manual.command, commands[i]->manual.summary});
}

static void fill_registry(Sheet *t, const Registry *r)
{
    Text standard = {0};
    sheet_header(t, (const char *const[]){"name", "alias", "parameter", "default", "formula", "about", NULL});
    for (size_t i = 0; i < r->count; i++) {
        const Named *row = registry_row(r, i);
        text_clear(&standard);
        if (row->parameter && !isnan(row->standard))
            text_shortest(&standard, row->standard);
        sheet_row(t, (const char *const[]){row->name, row->alias, row->parameter, text_str(&standard), row->formula, row->about});
    }
    text_free(&standard);
}

static void fill_columns(Sheet *t)
{
    sheet_header(t, (const char *const[]){"name", "meaning", NULL});
    for (size_t i = 0; i < FIELD_COUNT; i++)
        sheet_row(t, (const char *const[]){fields[i].name, fields[i].help});
    sheet_row(t, (const char *const[]){"seed", "which of the point's networks"});
    sheet_row(t, (const char *const[]){"layer", "0 is the input, depth + 1 a readout"});
    for (size_t i = 0; i < COL_COUNT; i++)
        sheet_row(t, (const char *const[]){columns[i].name, columns[i].meaning});
    sheet_row(t, (const char *const[]){"status", "what the layer's numbers came to: nan, overflow, dead, underflow or ok, the first that applies"});
}

static void fill_claims(Sheet *t)
{
    sheet_header(t, (const char *const[]){"name", "claim", "needs", "criterion", NULL});
    for (size_t i = 0; i < n_claim_rows; i++) {
        const Claim *c = claim_rows[i];
        sheet_row(t, (const char *const[]){c->id, c->claim, c->needs ? c->needs : !claim_needs_mnist(c) ? "" : claim_needs_only_mnist(c) ? "MNIST" : "MNIST for a part", c->criterion});
    }
}

static const List lists[] = {
    {"activations", "-a: what a unit does to its input", &activations, NULL},
    {"inits", "-i: how weights are drawn", &inits, NULL},
    {"archs", "--arch: how layers are joined", &archs, NULL},
    {"norms", "--norm: what is normalised between layers", &norms, NULL},
    {"losses", "--loss: what is differentiated", &losses, NULL},
    {"heads", "--head: what a readout's outputs are made into", &heads, NULL},
    {"tasks", "--task: what a network learns to tell", &tasks, NULL},
    {"data", "--data: what a network learns from", &datasets, NULL},
    {"optimizers", "--optimizer: how a step follows from a gradient", &optimizers, NULL},
    {"schedules", "--schedule: how the learning rate goes over a run", &schedules, NULL},
    {"scalings", "--loss-scale: what the loss is multiplied with", &scalings, NULL},
    {"dtypes", "--dtype: the number format of elements and products", &dtypes, NULL},
    {"figures", "fathom plot --figure: what is drawn", &figures, NULL},
    {"formats", "fathom plot --format: file formats of figures", &formats, NULL},
    {"claims", "fathom reproduce --claim: what is said of deep networks", NULL, fill_claims},
    {"columns", "layers.csv: what each column is", NULL, fill_columns},
    {"commands", "fathom COMMAND", NULL, fill_commands},
};
static const size_t n_lists = sizeof lists / sizeof *lists;

/* `fathom list` alone: the lists themselves. */
static void fill_lists(Sheet *t)
{
    sheet_header(t, (const char *const[]){"name", "about", NULL});
    for (size_t i = 0; i < n_lists; i++)
        sheet_row(t, (const char *const[]){lists[i].name, lists[i].about});
}

static int fill(Sheet *t, const char *name)
{
    if (!name) {
        fill_lists(t);
        return 0;
    }
    for (size_t i = 0; i < n_lists; i++) {
        if (strcmp(lists[i].name, name))
            continue;
        if (lists[i].registry)
            fill_registry(t, lists[i].registry);
        else
            lists[i].fill(t);
        return 0;
    }
    Text names = {0};
    for (size_t i = 0; i < n_lists; i++)
        text_format(&names, "%s%s", i ? ", " : "", lists[i].name);
    error(EXIT_USAGE, "no list '%s'; there are: %s", name, text_str(&names));
    text_free(&names);
    return -1;
}

static int run(void *args, int n, char **operands)
{
    const ListArgs *a = args;
    Sheet sheet = {0};
    Text text = {0};
    const int failed = fill(&sheet, n ? operands[0] : NULL);
    if (!failed && a->csv)
        sheet_csv(&text, &sheet);
    else if (!failed && a->names)
        sheet_names(&text, &sheet);
    else if (!failed)
        sheet_people(&text, &sheet, sheet_terminal_width());
    fputs(text_str(&text), stdout);
    text_free(&text);
    sheet_free(&sheet);
    return failed;
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    static const Option options[] = {
        {.name = "csv", .help = "as CSV, for machines", .kind = OPT_FLAG, .offset = offsetof(ListArgs, csv)},
        {.name = "names", .help = "the names alone, one a line", .kind = OPT_FLAG, .offset = offsetof(ListArgs, names)},
    };
    out[0] = (OptGroup){"Output", options, sizeof options / sizeof *options, args};
    return 1;
}

static const char *const examples[] = {
    "fathom list activations                 # names, parameters, formulas and sources",
    "fathom list inits --csv                 # the same, for a program",
    "fathom list                             # which lists there are",
    NULL,
};

const Command command_list = {
    .manual = {.command = "list", .summary = "what can be chosen: names, parameters, formulas", .operands = "[LIST]",
               .examples = examples, .most = 1, .list = ""},
    .args_size = sizeof(ListArgs),
    .groups = groups,
    .run = run,
};
