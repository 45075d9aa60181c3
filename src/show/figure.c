/* Figures: the table, and what every figure says about its run.
 * The one thing to know: a new figure is a builder (or a column for an old one), a script, and a row here.
 * Titles are findings, made in finding.c from the numbers drawn. */
#include "show/figure.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "show/label.h"

static const Figure rows[] = {
    {.named = {.name = "grad-norm", .formula = "log10_grad_h_norm by layer",
               .about = "gradient norm of each layer's output: median, 25-75 % and 5-95 % over seeds, theory dashed"},
     .column = "log10_grad_h_norm", .y_label = "gradient norm ‖∂L/∂hₗ‖", .script = "bands.gp", .build = build_bands},
    {.named = {.name = "weight-grad", .formula = "log10_grad_w_norm by layer",
               .about = "gradient norm of each layer's weights: what a step of training sees"},
     .column = "log10_grad_w_norm", .y_label = "gradient norm ‖∂L/∂Wₗ‖", .script = "bands.gp", .build = build_bands},
    {.named = {.name = "activation-mean", .formula = "h_mean by layer", .about = "mean of each layer's output over units and batch"},
     .column = "h_mean", .y_label = "mean of hₗ", .script = "bands.gp", .build = build_bands},
    {.named = {.name = "activation-var", .formula = "h_var by layer",
               .about = "variance of each layer's output over units and batch; by its logarithm where it spans decades"},
     .column = "h_var", .y_label = "variance of hₗ", .script = "bands.gp", .build = build_bands},
    {.named = {.name = "grad-heatmap", .formula = "log10_grad_h_norm by depth and layer",
               .about = "median gradient norm over depth and layer, one panel a curve"},
     .column = "log10_grad_h_norm", .y_label = "layer", .script = "heatmap.gp", .coloured = true, .build = build_heatmap},
    {.named = {.name = "decay-vs-depth", .formula = "grad_decay_log10 by depth",
               .about = "factor of the gradient norm per layer against depth, with 95 % intervals over seeds"},
     .y_label = "gradient factor per layer", .script = "decay.gp", .build = build_decay},
    {.named = {.name = "selu-trajectories", .formula = "h_mean, h_var from layer to layer",
               .about = "(mean, variance) path through the layers, selu beside others, and its fixed point (0, 1)"},
     .y_label = "variance of h", .script = "trajectory.gp", .build = build_trajectory},
    {.named = {.name = "saturation", .formula = "saturated_frac, dead_frac, zero_frac by layer",
               .about = "saturated, dead and zero fractions of each layer's units"},
     .y_label = "fraction", .script = "bands.gp", .build = build_fractions},
    {.named = {.name = "phase-diagram", .formula = "chi_1 by sigma_w and sigma_b",
               .about = "order and chaos from theory.csv: chi_1, the critical line, and measured growth of gradients as circles"},
     .y_label = "bias scale σ_b", .script = "phase.gp", .coloured = true, .build = build_phase},
    {.named = {.name = "depth-scales", .formula = "1/|ln chi_1| by sigma_w and sigma_b",
               .about = "layers over which theory lets gradients change by a factor e, against sigma_w; it diverges where chi_1 = 1"},
     .y_label = "depth scale ξ = 1/|ln χ₁| (layers)", .script = "scales.gp", .build = build_scales},
    {.named = {.name = "trajectories", .formula = "z_var, h_cos by layer",
               .about = "length and cosine by layer: theory as lines, measured medians as points, and the fixed point q*"},
     .y_label = "", .script = "paths.gp", .build = build_paths},
    {.named = {.name = "length-map", .formula = "z_var, h_cos of successive layers",
               .about = "length and cosine of each layer against those of the layer before, the diagonal, and the fixed point"},
     .y_label = "at layer ℓ + 1", .script = "maps.gp", .build = build_maps},
    {.named = {.name = "training-curves", .formula = "loss, accuracy by step",
               .about = "loss and accuracy by step of training, one colour a network, one column a depth: median and bands over seeds"},
     .y_label = "", .script = "curves.gp", .build = build_curves},
    {.named = {.name = "grad-by-step", .formula = "log10_grad_h_norm by layer and snapshot",
               .about = "median gradient norm of each layer's output over the snapshots of a training, one panel a network"},
     .column = "log10_grad_h_norm", .y_label = "layer (0 = input)", .script = "cells.gp", .coloured = true, .build = build_by_step},
    {.named = {.name = "trainability", .formula = "train_accuracy or train_loss by depth and sigma_w",
               .about = "what networks reach in training over depth and sigma_w, and the depth 6 xi_c of theory (critical.csv)"},
     .column = "sigma_w", .y_label = "depth of the network", .script = "cells.gp", .coloured = true, .build = build_trainability},
    {.named = {.name = "trainability-activation", .formula = "train_accuracy or train_loss by depth and activation",
               .about = "what networks reach in training over depth and activation"},
     .column = "activation", .y_label = "depth of the network", .script = "cells.gp", .coloured = true, .build = build_trainability},
    {.named = {.name = "lr-depth", .formula = "train_accuracy or train_loss by depth and lr",
               .about = "what networks reach in training over depth and learning rate"},
     .column = "lr", .y_label = "depth of the network", .script = "cells.gp", .coloured = true, .build = build_trainability},
    {.named = {.name = "histograms", .formula = "count by layer, low and high",
               .about = "how activations and gradients are spread in each layer, before training and after (--histograms)"},
     .y_label = "layer", .script = "ridges.gp", .coloured = true, .build = build_ridges},
    {.named = {.name = "dead-units", .formula = "dead_frac, zero_frac by snapshot",
               .about = "dead and zero fractions of units over the snapshots of a training: mean over layers, and the range of the layers"},
     .y_label = "fraction of units", .script = "steps.gp", .build = build_units},
};

const Registry figures = {"figure", "figures", rows, sizeof rows / sizeof *rows, sizeof *rows};

const Figure *figure_at(size_t index)
{
    return &rows[index];
}

/* The first string called `name` anywhere in a JSON value. */
static const char *find_string(json_t *value, const char *name, int depth)
{
    const char *key, *found = json_string_value(json_object_get(value, name));
    json_t *member;
    if (found || depth > 8)
        return found;
    json_object_foreach(value, key, member)
        if (json_is_object(member) && (found = find_string(member, name, depth + 1)))
            return found;
    return NULL;
}

static void put_input(Text *out, const char *dir)
{
    Text path = {0};
    text_format(&path, "%s/run.json", dir);
    json_t *run = json_load_file(path.data, 0, NULL);
    const char *input = find_string(run, "input", 0);
    if (input) {
        text_string(out, ", input ");
        label_clean(out, input, 32);
    }
    json_decref(run);
    text_free(&path);
}

/* What one axis of run.json holds, where it is a single value; NULL else. */
static const char *single(json_t *axes, FieldId field)
{
    const char *value = json_string_value(json_object_get(axes, fields[field].name));
    const bool list = !value || strchr(value, ',') || (fields[field].kind != FIELD_CHOICE && strchr(value, ':'));
    return list ? NULL : value;
}

/* How the networks were trained: what does not vary and is not the usual. */
static void put_lessons(Text *out, const char *dir)
{
    static const FieldId named[] = {FIELD_lr, FIELD_schedule, FIELD_clip, FIELD_weight_decay, FIELD_loss_scale};
    Text path = {0};
    text_format(&path, "%s/run.json", dir);
    json_t *run = json_load_file(path.data, 0, NULL), *axes = json_object_get(run, "axes");
    const bool trains = json_object_get(axes, fields[FIELD_optimizer].name) != NULL;
    const char *optimizer = single(axes, FIELD_optimizer), *epochs = single(axes, FIELD_epochs), *steps = single(axes, FIELD_steps);
    if (optimizer) {
        text_string(out, ", ");
        label_clean(out, optimizer, 20);
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        const char *value = single(axes, named[i]);
        if (!value || !strcmp(value, fields[named[i]].fallback))
            continue;
        text_format(out, ", %s ", fields[named[i]].option);
        label_clean(out, value, 20);
    }
    const char *length = epochs ? epochs : steps ? steps : fields[FIELD_steps].otherwise;
    if (trains && !(json_object_get(axes, "steps") && !steps) && !(json_object_get(axes, "epochs") && !epochs)) {
        text_string(out, ", ");
        label_clean(out, length, 12);
        text_format(out, " %s%s", epochs ? "epoch" : "step", strcmp(length, "1") ? "s" : "");
    }
    json_decref(run);
    text_free(&path);
}

/* Seeds: the most that any point has, from a column `n`, or rows of a point where there is no such column. */
static long long seeds_of(const Results *r, size_t n_column)
{
    double most = 0;
    for (size_t i = 0; i < r->n_points; i++) {
        const double n = n_column < r->n_columns ? results_value(r, r->points[i].first, n_column) : (double)r->points[i].count;
        most = fmax(most, n);
    }
    return most < 1e15 ? (long long)most : 0;
}

/* Of a training: after how many updates this was measured. What networks.csv says of gradients is before the first. */
static void put_moment(Text *out, const Results *r)
{
    int64_t least = INT64_MAX, most = 0;
    for (size_t i = 0; i < r->n_points; i++) {
        const int64_t step = r->points[i].step < 0 ? 0 : r->points[i].step;
        least = step < least ? step : least;
        most = step > most ? step : most;
    }
    if (!r->trained || !r->n_points)
        return;
    if (most == 0)
        text_string(out, ", before training");
    else if (least == most)
        text_format(out, ", after %lld updates", (long long)most);
    else
        text_format(out, ", after %lld to %lld updates", (long long)least, (long long)most);
}

void figure_setting(Picture *p, const char *dir, const SeriesSet *set, const Results *r, size_t n_column, bool deepest_only)
{
    series_setting(&p->setting, set, r, deepest_only);
    const long long seeds = seeds_of(r, n_column);
    text_format(&p->setting, ", %lld seed%s", seeds, seeds == 1 ? "" : "s");
    put_input(&p->setting, dir);
    put_moment(&p->setting, r);
}

/* Seeds of networks.csv, where rows are networks. */
static long long networks_seeds(const char *dir)
{
    Results networks;
    Text why = {0};
    const long long seeds = results_read(&networks, dir, "networks.csv", NULL, 0, &why) == 0 ? seeds_of(&networks, 0) : 0;
    text_free(&why);
    results_free(&networks);
    return seeds;
}

void figure_training_setting(Picture *p, const char *dir, const SeriesSet *set, const Results *r, bool deepest_only)
{
    const long long seeds = networks_seeds(dir);
    series_setting(&p->setting, set, r, deepest_only);
    if (seeds)
        text_format(&p->setting, ", %lld seed%s", seeds, seeds == 1 ? "" : "s");
    put_input(&p->setting, dir);
    put_lessons(&p->setting, dir);
}

static bool is_drawn(const SeriesSet *set, const Results *r, const Point *point, bool deepest_only)
{
    for (size_t i = 0; i < set->n; i++) {
        const Series *s = &set->series[i];
        if (s->in_panel && results_same_series(s->key, point))
            return !deepest_only || series_deepest(s, r)->depth == point->depth;
    }
    return false;
}

/* Networks behind the picture, by outcome. */
static int count_outcomes(const char *dir, const SeriesSet *set, const Results *r, bool deepest_only, size_t counts[OUTCOME_COUNT])
{
    Results networks;
    Text why = {0};
    const int result = results_read(&networks, dir, "networks.csv", NULL, 0, &why);
    for (size_t i = 0; result == 0 && i < networks.n_points; i++) {
        const Point *point = &networks.points[i];
        if (is_drawn(set, r, point, deepest_only))
            for (size_t row = point->first; row < point->first + point->count; row++)
                counts[networks.outcomes[row]]++;
    }
    text_free(&why);
    results_free(&networks);
    return result;
}

static void say_outcomes(Picture *p, const char *dir, const SeriesSet *set, const Results *r, bool deepest_only)
{
    static const char *const words[OUTCOME_COUNT] = {"", "hold NaN", "are dead", "overflow", "stalled", "ended otherwise"};
    size_t counts[OUTCOME_COUNT] = {0}, total = 0;
    if (count_outcomes(dir, set, r, deepest_only, counts))
        return;
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        total += counts[i];
    for (size_t i = OUTCOME_NAN; i < OUTCOME_COUNT; i++)
        if (counts[i])
            picture_say(p, "%zu of %zu networks %s.", counts[i], total, words[i]);
}

void figure_training_omissions(Picture *p, const char *dir, const SeriesSet *set, const Results *r, bool deepest_only)
{
    if (set->n_left_out)
        picture_say(p, "%zu of %zu curves are shown.", set->n - set->n_left_out, set->n);
    say_outcomes(p, dir, set, r, deepest_only);
}

void figure_omissions(Picture *p, const char *dir, const SeriesSet *set, const Results *r, size_t holes, bool deepest_only)
{
    if (set->n_left_out)
        picture_say(p, "%zu of %zu curves are shown.", set->n - set->n_left_out, set->n);
    if (holes)
        picture_say(p, "%zu value%s zero, infinite or NaN and not drawn.", holes, holes == 1 ? " is" : "s are");
    if (!r->trained)
        say_outcomes(p, dir, set, r, deepest_only);
}
