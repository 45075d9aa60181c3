/* Trajectories: where each layer's (mean, variance) lies, joined from the input on; selu first, others beside it.
 * The one thing to know: the frame holds what is near (0, 1); a curve that leaves it is named in the caption.
 * Klambauer et al. 2017: (0, 1) is selu's attracting fixed point. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/label.h"

enum { MEAN, VARIANCE, SEEDS, COLUMNS };

typedef struct {
    Results results;
    SeriesSet set;
    double *mean, *variance;
    int64_t *layers;
    Range across, up;
    size_t holes;
} Trajectory;

static bool is_selu(const Series *s)
{
    return !strcmp(s->key->keys[FIELD_activation], "selu");
}

/* selu's curves first, then the others in order, up to seven. False without selu. */
static bool place(SeriesSet *set)
{
    size_t colour = 0;
    for (int others = 0; others < 2; others++) {
        for (size_t i = 0; i < set->n; i++)
            if (is_selu(&set->series[i]) != others && colour < MOST_COLOURS)
                set->series[i].in_panel = 1, set->series[i].colour = ++colour;
        if (!others && !colour)
            return false;
    }
    set->n_panels = 1;
    set->n_colours = colour;
    set->n_left_out = set->n - colour;
    return true;
}

static bool in_frame(double mean, double variance)
{
    return fabs(mean) <= 2.5 && variance >= 1e-3 && variance <= 1e2;
}

/* One curve's rows; true where some of it lies outside the frame. */
static bool put_series(Trajectory *t, Picture *p, const Series *s)
{
    const Results *r = &t->results;
    const Point *point = series_deepest(s, r);
    const size_t i = (size_t)(s - t->set.series);
    bool outside = false;
    for (size_t row = point->first; row < point->first + point->count && r->layers[row] <= point->depth; row++) {
        const double mean = results_value(r, row, MEAN), variance = results_value(r, row, VARIANCE);
        if (!isfinite(mean) || !(variance > 0) || !isfinite(variance)) {
            t->holes++;
            continue;
        }
        text_format(&p->data, "1,%zu,%lld", s->colour, (long long)r->layers[row]);
        picture_cell(p, mean);
        picture_cell(p, log10(variance));
        text_format(&p->data, ",%d", row == point->first + point->count - 1 || r->layers[row + 1] > point->depth);
        picture_row_name(p, text_str(&s->label));
        t->mean[i] = mean;
        t->variance[i] = variance;
        t->layers[i] = r->layers[row];
        outside = outside || !in_frame(mean, variance);
        if (in_frame(mean, variance)) {
            range_hold(&t->across, mean);
            range_hold(&t->up, log10(variance));
        }
    }
    return outside;
}

static void put_data(Trajectory *t, Picture *p)
{
    Text outside = {0};
    text_string(&p->data, "panel,series,layer,mean,log10_variance,last,name\n");
    for (size_t i = 0; i < t->set.n; i++) {
        const Series *s = &t->set.series[i];
        t->mean[i] = t->variance[i] = NOT_GIVEN;
        if (!s->in_panel || !put_series(t, p, s))
            continue;
        text_format(&outside, "%s%s", outside.length ? ", " : "", text_str(&s->label));
    }
    if (outside.length)
        picture_say(p, "Leaving the frame: %s.", outside.data);
    text_free(&outside);
}

static void put_names(Trajectory *t, Picture *p)
{
    const double wide = fmax(0.05, 0.06 * (t->across.high - t->across.low)), high = fmax(0.05, 0.06 * (t->up.high - t->up.low));
    picture_panel(p, 1, "", t->up.low - high, t->up.high + high, false);
    for (size_t i = 1; i <= t->set.n_colours; i++)
        picture_colour(p, i, series_colour_name(&t->set, i));
    picture_range(p, PICTURE_X, t->across.low - wide, t->across.high + wide);
    picture_flag(p, FLAG_POWER);
}

int build_trajectory(const Figure *figure, const char *dir, Picture *p)
{
    Trajectory t = {.across = {0, 0}, .up = {0, 0}};
    static const char *const columns[COLUMNS] = {"h_mean_q50", "h_var_q50", "n"};
    int result = results_read(&t.results, dir, "summary.csv", columns, COLUMNS, &p->why);
    if (result == 0) {
        series_collect(&t.set, &t.results);
        t.mean = mem_doubles(t.set.n);
        t.variance = mem_doubles(t.set.n);
        t.layers = mem_alloc(t.set.n, sizeof *t.layers);
        if (place(&t.set)) {
            put_data(&t, p);
            put_names(&t, p);
            finding_trajectory(&p->title, &(Curves){&t.set, NULL, t.mean, t.variance, t.layers, NULL});
            text_string(&p->x_label, "mean of h");
            text_string(&p->y_label, figure->y_label);
            figure_setting(p, dir, &t.set, &t.results, SEEDS, true);
            figure_omissions(p, dir, &t.set, &t.results, t.holes, true);
        } else {
            text_string(&p->why, "the run has no selu (try -a selu,relu,tanh)");
            result = 1;
        }
    }
    free(t.mean);
    free(t.variance);
    free(t.layers);
    series_free(&t.set);
    results_free(&t.results);
    return result;
}
