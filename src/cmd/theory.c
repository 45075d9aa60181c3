/* fathom theory: predict what a sweep of the same grid would measure, without sampling a weight.
 * The one thing to know: only the input is drawn (or read); the columns are those of layers.csv, the seed stays empty. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/grid.h"
#include "lab/forecast.h"
#include "lab/record.h"
#include "theory/critical.h"

typedef struct {
    Words words;
    const char *output;
} TheoryArgs;

static const Option options[] = {
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, .offset = offsetof(TheoryArgs, output), .otherwise = "standard output",
     .help = "write DIR/theory.csv, with q_star, chi_1 and chi_par as well"},
    {.name = "layers", .argument = "WHICH", .kind = OPT_TEXT, .offset = offsetof(TheoryArgs, words.layers), .otherwise = "all",
     .help = "which layers are written: all, ends or every:K"},
};

static void defaults(void *args)
{
    *(TheoryArgs *)args = (TheoryArgs){0};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    TheoryArgs *a = args;
    const size_t n = grid_groups(&a->words, out);
    out[n] = (OptGroup){"What comes out", options, sizeof options / sizeof *options, args};
    return n + 1;
}

/* The critical quantities of a point's (σ_w, σ_b), solved once an activation. */
typedef struct {
    Choice activation;
    Critical *critical;
} Solver;

static FixedPoint attractor(Solver *s, const NetSpec *spec)
{
    FixedPoint p = {.q_star = NOT_GIVEN, .chi_1 = NOT_GIVEN, .chi_par = NOT_GIVEN};
    if (!predict_covers(spec))
        return p;
    if (!s->critical || s->activation.row != spec->activation.row ||
        (s->activation.row->parameter && s->activation.parameter != spec->activation.parameter)) {
        critical_free(s->critical);
        s->critical = critical_alloc(spec->activation);
        s->activation = spec->activation;
    }
    const int64_t layer = spec->depth > 1 ? 2 : 1;   /* the first may be rectangular */
    critical_attractor(s->critical, spec_sigma_w(spec, layer), spec_sigma_b(spec, layer), 1, &p);
    return p;
}

static void put_row(Text *out, const Experiment *e, const NetSpec *spec, const LayerRow *row, const Spread *spread, const FixedPoint *p)
{
    record_keys(out, spec, row->sigma_w, row->sigma_b);
    text_format(out, ",,%lld", (long long)row->layer);
    for (int c = 0; c < COL_COUNT; c++)
        record_cell(out, row_has(row, (ColumnId)c) ? row->value[c] : NOT_GIVEN);
    text_format(out, ",%s", status_name(row->status));
    for (int g = 0; g < 4; g++)
        record_cell(out, spread->log10_grad[g]);
    if (p) {
        record_cell(out, p->q_star);
        record_cell(out, p->chi_1);
        record_cell(out, p->chi_par);
    }
    record_extra(out, e, spec);
    text_char(out, '\n');
}

static void put_header(Text *out, const Experiment *e, bool solved)
{
    record_keys_header(out);
    text_string(out, ",seed,layer");
    for (int c = 0; c < COL_COUNT; c++)
        text_format(out, ",%s", columns[c].name);
    text_string(out, ",status,log10_grad_z_norm_sd,log10_grad_h_norm_sd,log10_grad_w_norm_sd,log10_grad_b_norm_sd");
    text_string(out, solved ? ",q_star,chi_1,chi_par" : "");
    record_extra_header(out, e);
    text_char(out, '\n');
}

/* Hand over what is there when it is much, so that a reader of the pipe need not wait for a large grid. */
static void pass_on(Text *out, const TheoryArgs *a)
{
    if (a->output || out->length < 1 << 16)
        return;
    fwrite(text_str(out), 1, out->length, stdout);
    text_clear(out);
}

static void predict_all(const TheoryArgs *a, const Experiment *e, Text *out)
{
    Forecast *forecast = forecast_alloc(e);
    Solver solver = {0};
    LayerRow *rows = NULL;
    Spread *spread = NULL;
    put_header(out, e, a->output);
    for (int64_t i = 0; i < e->points; i++) {
        NetSpec spec;
        experiment_point(e, i, &spec);
        rows = mem_resize(rows, (size_t)spec_layers(&spec) + 1, sizeof *rows);
        spread = mem_resize(spread, (size_t)spec_layers(&spec) + 1, sizeof *spread);
        forecast_point(forecast, &spec, rows, spread);
        const FixedPoint p = a->output ? attractor(&solver, &spec) : (FixedPoint){0};
        for (int64_t layer = 0; layer <= spec_layers(&spec); layer++)
            if (thinning_keeps(e->layers, &spec, layer))
                put_row(out, e, &spec, &rows[layer], &spread[layer], a->output ? &p : NULL);
        pass_on(out, a);
    }
    forecast_free(forecast);
    critical_free(solver.critical);
    free(rows);
    free(spread);
}

static int write_out(const TheoryArgs *a, const Text *out)
{
    if (!a->output) {
        fwrite(text_str(out), 1, out->length, stdout);
        return 0;
    }
    Text path = {0};
    text_format(&path, "%s/theory.csv", a->output);
    int result = file_make_directory(a->output);
    if (result == 0)
        result = file_replace(text_str(&path), text_str(out), out->length);
    if (result == 0)
        printf("%s\n", text_str(&path));
    text_free(&path);
    return result;
}

static int run(void *args, int n, char **operands)
{
    TheoryArgs *a = args;
    Grid grid;
    Text out = {0};
    (void)n, (void)operands;
    int result = grid_open(&grid, &a->words, NULL);
    if (result == 0) {
        predict_all(a, &grid.experiment, &out);
        result = write_out(a, &out);
    }
    text_free(&out);
    grid_close(&grid);
    return result;
}

static const char *const examples[] = {
    "fathom theory -a tanh -d 50                            # every column of layers.csv, predicted",
    "fathom theory -a tanh -i gaussian -d 100 --sigma-w 0.5:2.5:n41 --sigma-b 0.2236 -o results/edge-theory",
    "fathom theory -a relu -d 100 -w 32 -b 1 --layers ends  # exact means of log10 at finite width",
    NULL,
};

const Command command_theory = {
    .manual = {.command = "theory", .summary = "predict every curve of a sweep without sampling", .operands = "", .examples = examples,
               .notes = "Plain norms are root mean squares over draws, log10 columns means of log10 with their spread behind the status.\n"
                        "Means and spreads hold to first order in depth/width (one sample through bias-free ReLU or linear layers: exactly);\n"
                        "h_cos and dead_frac are those of infinite width. gelu, gelu-tanh and mish at their doubly critical point fluctuate\n"
                        "beyond first order: at depth 100, width 256 the median leaves the prediction. No mean-field limit (status\n"
                        "no-prediction): softmax, lsuv, zeros, constant. With a loss, gradients have no predicted logarithm.\n"},
    .args_size = sizeof(TheoryArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
