/* Curves: loss and accuracy by step, median and quantile bands over seeds, one colour a network, one column of panels a depth.
 * The one thing to know: a network that broke counts as an infinite loss and no accuracy from then on, so that a median is that of all
 * seeds and not of the survivors. Long trainings are drawn by means over equal numbers of recorded steps.
 * Quantiles of type 7: Hyndman and Fan 1996. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/label.h"
#include "show/plane.h"

enum { STEP, LOSS, ACCURACY, COLUMNS };
enum { QUANTITIES = 2, QUANTILES = 5, MEDIAN = 2, MOST_DEPTHS = 4, MOST_PLACES = 60, FEW_PLACES = 12 };

static const double levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
static const double headroom = 3;   /* decades above the largest loss at the start that are drawn */

typedef struct {
    Results results;
    SeriesSet set;
    int64_t depths[MOST_DEPTHS];
    size_t n_depths, depths_left_out, width, most_places;   /* width: recorded steps to a place */
    bool accuracy, bands, cut, broken, one_sided;
    double *scratch;
    Range loss, start, right;   /* right: accuracies */
    double last_step;
    CurveEnd *ends;    /* series · MOST_DEPTHS + depth */
} Training;

/* The recorded steps of one seed: those until they begin again. */
static size_t steps_of(const Results *r, const Point *point)
{
    size_t n = 1;
    while (n < point->count && results_value(r, point->first + n, STEP) > results_value(r, point->first + n - 1, STEP))
        n++;
    return n;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted numbers, infinite ones among them. */
static double quantile(const double *sorted, size_t n, double level)
{
    const double at = level * (double)(n - 1);
    const size_t i = (size_t)at;
    const double t = at - (double)i;
    if (t <= 0 || i + 1 >= n || sorted[i] == sorted[i + 1])
        return sorted[i];
    return isfinite(sorted[i]) && isfinite(sorted[i + 1]) ? sorted[i] + t * (sorted[i + 1] - sorted[i]) : isfinite(sorted[i]) ? sorted[i + 1] : sorted[i];
}

/* One seed's mean over a place's rows, as it is drawn: log10 of the loss; +inf, -inf where one of the rows has none. */
static double mean_over(const Training *t, size_t row, size_t n, size_t column)
{
    double total = 0;
    for (size_t k = 0; k < n; k++)
        total += results_value(&t->results, row + k, column);
    if (!isfinite(total))
        return column == LOSS ? HUGE_VAL : -HUGE_VAL;
    return column == LOSS ? log10(total / (double)n) : total / (double)n;
}

/* The quantiles over seeds at one place: rows from … from + n - 1 of every seed. */
static size_t at_place(Training *t, const Point *point, size_t steps, size_t from, size_t n, size_t column, double out[QUANTILES])
{
    size_t seeds = 0;
    for (size_t row = from; row + n <= point->count; row += steps)
        t->scratch[seeds++] = mean_over(t, point->first + row, n, column);
    qsort(t->scratch, seeds, sizeof *t->scratch, by_size);
    for (size_t q = 0; q < QUANTILES; q++)
        out[q] = seeds ? quantile(t->scratch, seeds, levels[q]) : NOT_GIVEN;
    return seeds;
}

static void put_cell(Picture *p, double x)
{
    if (isinf(x))
        text_string(&p->data, x > 0 ? ",inf" : ",-inf");
    else
        picture_cell(p, x);
}

static void put_place(Training *t, Picture *p, const Series *s, size_t panel, double step, size_t column, const double q[QUANTILES], bool last)
{
    text_format(&p->data, "%zu,%zu", panel, s->colour);
    picture_cell(p, step);
    for (size_t k = 0; k < QUANTILES; k++) {
        put_cell(p, q[k]);
        range_hold(column == LOSS ? &t->loss : &t->right, q[k]);
    }
    text_format(&p->data, ",%d", last);
    t->broken = t->broken || last;
    t->one_sided = t->one_sided || (isfinite(q[MEDIAN]) && !isfinite(q[0] + q[QUANTILES - 1]));
    picture_row_name(p, text_str(&s->label));
    t->bands = t->bands || q[QUANTILES - 1] > q[0];
}

/* The first recorded step alone, then equal numbers of them. */
static void put_curve(Training *t, Picture *p, const Series *s, const Point *point, size_t depth, size_t column)
{
    const size_t steps = steps_of(&t->results, point), panel = depth + 1 + (column == ACCURACY ? t->n_depths : 0);
    double here[QUANTILES] = {0}, next[QUANTILES], step = 0;
    for (size_t from = 0, n; from < steps; from += n) {
        n = from == 0 ? 1 : t->width < steps - from ? t->width : steps - from;
        const double first = results_value(&t->results, point->first + from, STEP), last = results_value(&t->results, point->first + from + n - 1, STEP);
        at_place(t, point, steps, from, n, column, next);
        if (from > 0)
            put_place(t, p, s, panel, step, column, here, isfinite(here[MEDIAN]) && !isfinite(next[MEDIAN]));
        memcpy(here, next, sizeof here);
        step = (first + last) / 2;
        t->last_step = fmax(t->last_step, last);
        if (from == 0 && column == LOSS)
            range_hold(&t->start, here[MEDIAN]);
    }
    put_place(t, p, s, panel, step, column, here, false);
}

/* Where a curve comes to: over the last tenth of the recorded steps. */
static void keep_end(Training *t, CurveEnd *end, const Point *point)
{
    const size_t steps = steps_of(&t->results, point), n = steps / 10 ? steps / 10 : 1;
    double q[QUANTILES];
    at_place(t, point, steps, steps - n, n, LOSS, q);
    end->loss = q[MEDIAN];
    at_place(t, point, steps, steps - n, n, ACCURACY, q);
    end->accuracy = q[MEDIAN];
    end->there = true;
}

static const Point *point_at(const Training *t, const Series *s, int64_t depth)
{
    for (size_t k = 0; k < s->n_points; k++)
        if (t->results.points[s->points[k]].depth == depth)
            return &t->results.points[s->points[k]];
    return NULL;
}

static void put_data(Training *t, Picture *p)
{
    text_string(&p->data, "panel,series,step,q05,q25,q50,q75,q95,breaks,name\n");
    for (size_t column = LOSS; column <= (t->accuracy ? ACCURACY : LOSS); column++)
        for (size_t d = 0; d < t->n_depths; d++)
            for (size_t i = 0; i < t->set.n; i++) {
                const Series *s = &t->set.series[i];
                const Point *point = s->in_panel ? point_at(t, s, t->depths[d]) : NULL;
                if (!point)
                    continue;
                put_curve(t, p, s, point, d, column);
                keep_end(t, &t->ends[i * MOST_DEPTHS + d], point);
            }
}

/* Up to four depths, evenly chosen; how many recorded steps make a place; room for every seed. */
static void choose(Training *t)
{
    const Results *r = &t->results;
    Marks all = {0};
    size_t most = 1, seeds = 1;
    for (size_t i = 0; i < r->n_points; i++) {
        const size_t steps = steps_of(r, &r->points[i]);
        marks_add(&all, (double)r->points[i].depth);
        most = steps > most ? steps : most;
        seeds = r->points[i].count / steps + 1 > seeds ? r->points[i].count / steps + 1 : seeds;
    }
    t->n_depths = all.n < MOST_DEPTHS ? all.n : MOST_DEPTHS;
    t->depths_left_out = all.n - t->n_depths;
    for (size_t d = 0; d < t->n_depths; d++)
        t->depths[d] = (int64_t)all.values[t->depths_left_out ? d * (all.n - 1) / (MOST_DEPTHS - 1) : d];
    free(all.values);
    t->width = (most + MOST_PLACES - 1) / MOST_PLACES;
    t->most_places = most / t->width;
    t->scratch = mem_doubles(seeds);
    t->ends = mem_alloc(t->set.n * MOST_DEPTHS, sizeof *t->ends);
    for (size_t row = 0; row < r->n_rows && !t->accuracy; row++)
        t->accuracy = isfinite(results_value(r, row, ACCURACY));
}

static void put_names(Training *t, Picture *p)
{
    const double top = fmin(t->loss.high, t->start.high + headroom), room = fmax(0.04 * (top - t->loss.low), 0.05);
    t->cut = t->loss.high > top;
    picture_columns(p, t->n_depths);
    for (size_t q = 0; q < (t->accuracy ? QUANTITIES : 1); q++)
        for (size_t d = 0; d < t->n_depths; d++) {
            char name[48];
            snprintf(name, sizeof name, "depth %lld", (long long)t->depths[d]);
            if (q == 0)
                picture_panel(p, d + 1, name, t->loss.low - room, top + room, false);
            else
                picture_panel(p, t->n_depths + d + 1, name, floor(10 * fmin(t->right.low, 1)) / 10 - 0.02, 1.02, false);
        }
    for (size_t i = 1; i <= t->set.n_colours; i++)
        picture_colour(p, i, series_colour_name(&t->set, i));
    picture_range(p, PICTURE_X, 0, fmax(t->last_step, 1));
    picture_flag(p, FLAG_POWER);
    if (t->bands)
        picture_flag(p, FLAG_BANDS);
    if (t->most_places <= FEW_PLACES)
        picture_flag(p, FLAG_CIRCLES);
    picture_flag(p, FLAG_MULTIPLES);
}

static void put_words(Training *t, const char *dir, Picture *p)
{
    finding_training(&p->title, &(Ends){&t->set, t->ends, t->depths, t->n_depths, MOST_DEPTHS, t->accuracy});
    text_string(&p->x_label, "step of training");
    text_string(&p->y_label, t->accuracy ? "loss and accuracy of the step's batch" : "loss of the step's batch");
    figure_training_setting(p, dir, &t->set, &t->results, false);
    if (t->broken)
        picture_say(p, "Crosses: after them at least half of the seeds have broken.");
    if (t->one_sided)
        picture_say(p, "Bands have one side where some seeds have broken.");
    if (t->width > 1)
        picture_say(p, "Drawn: means over %zu recorded steps.", t->width);
    if (t->cut) {
        Text most = {0};
        label_power(&most, t->loss.high);
        picture_say(p, "Losses reach %s, beyond the frame.", text_str(&most));
        text_free(&most);
    }
    if (t->depths_left_out)
        picture_say(p, "%zu of %zu depths are shown.", t->n_depths, t->n_depths + t->depths_left_out);
    figure_training_omissions(p, dir, &t->set, &t->results, false);
}

int build_curves(const Figure *figure, const char *dir, Picture *p)
{
    (void)figure;
    Training t = {.loss = RANGE_EMPTY, .start = RANGE_EMPTY, .right = RANGE_EMPTY};
    static const char *const columns[COLUMNS] = {"step", "loss", "accuracy"};
    int result = results_read(&t.results, dir, "steps.csv", columns, COLUMNS, &p->why);
    if (result == 0) {
        series_collect(&t.set, &t.results);
        series_place_together(&t.set);
        choose(&t);
        put_data(&t, p);
        if (t.loss.low <= t.loss.high) {
            put_names(&t, p);
            put_words(&t, dir, p);
        } else {
            text_string(&p->why, "no step of steps.csv has a finite loss");
            result = 1;
        }
    }
    free(t.scratch);
    free(t.ends);
    series_free(&t.set);
    results_free(&t.results);
    return result;
}
