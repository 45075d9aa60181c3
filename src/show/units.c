/* Units in training: which share is dead, and which zero, at the snapshots of a training: the mean over layers, and between which of them.
 * The one thing to know: of several depths the largest is drawn; snapshots stand side by side at equal distances, each with its step. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/plane.h"

enum { DEAD, ZERO, QUANTITIES };

typedef struct {
    Results results;
    SeriesSet set;
    Marks steps;
    Fate *fates;        /* one a series */
    size_t n_fates;
    double most;
} Units;

/* A snapshot's layers together: mean, least, most; NAN where no layer has a number. */
static void together(const Units *u, const Point *point, size_t column, double out[3])
{
    const Results *r = &u->results;
    double sum = 0, n = 0;
    Range range = RANGE_EMPTY;
    for (size_t row = point->first; row < point->first + point->count; row++) {
        const double x = results_value(r, row, column);
        if (r->layers[row] < 1 || r->layers[row] > point->depth || !isfinite(x))
            continue;
        sum += x;
        n++;
        range_hold(&range, x);
    }
    out[0] = n > 0 ? sum / n : NOT_GIVEN;
    out[1] = n > 0 ? range.low : NOT_GIVEN;
    out[2] = n > 0 ? range.high : NOT_GIVEN;
}

static void put_snapshot(Units *u, Picture *p, const Series *s, const Point *point, Fate *fate, bool first)
{
    const size_t place = marks_find(&u->steps, (double)point->step) + 1;
    for (size_t q = 0; q < QUANTITIES; q++) {
        double cells[3], *share = q == DEAD ? fate->dead : fate->zero;
        together(u, point, q, cells);
        text_format(&p->data, "%zu,%zu,%zu,%lld", q + 1, s->colour, place, (long long)point->step);
        for (size_t c = 0; c < 3; c++)
            picture_cell(p, cells[c]);
        picture_row_name(p, text_str(&s->label));
        if (first)
            share[0] = cells[0];
        share[1] = cells[0];
        u->most = fmax(u->most, isfinite(cells[2]) ? cells[2] : 0);
    }
}

/* The largest share of a network at its largest depth, dead units before zeros. */
static double share_of(const Units *u, const Series *s)
{
    double most = 0, cells[3];
    for (size_t k = 0; k < s->n_points; k++) {
        const Point *point = &u->results.points[s->points[k]];
        for (size_t q = 0; q < QUANTITIES && point->depth == series_deepest(s, &u->results)->depth; q++) {
            together(u, point, q, cells);
            most = fmax(most, isfinite(cells[0]) ? cells[0] * (q == DEAD ? 1 : 1e-3) : 0);
        }
    }
    return most;
}

/* Of more networks than there are colours those with the largest shares, in their order. */
static void place(Units *u)
{
    SeriesSet *set = &u->set;
    series_place_together(set);
    if (set->n <= MOST_COLOURS)
        return;
    double *shares = mem_doubles(set->n);
    size_t colour = 0;
    for (size_t i = 0; i < set->n; i++)
        shares[i] = share_of(u, &set->series[i]);
    for (size_t i = 0; i < set->n; i++) {
        size_t larger = 0;
        for (size_t j = 0; j < set->n; j++)
            larger += shares[j] > shares[i] || (shares[j] == shares[i] && j < i);
        const bool fits = larger < MOST_COLOURS;
        set->series[i].in_panel = fits;
        set->series[i].colour = fits ? ++colour : 0;
    }
    free(shares);
    set->n_colours = colour;
    set->n_left_out = set->n - colour;
}

static void put_data(Units *u, Picture *p)
{
    text_string(&p->data, "panel,series,place,step,mean,least,most,name\n");
    u->fates = mem_alloc(u->set.n, sizeof *u->fates);
    for (size_t i = 0; i < u->set.n; i++) {
        const Series *s = &u->set.series[i];
        const int64_t depth = series_deepest(s, &u->results)->depth;
        if (!s->in_panel)
            continue;
        Fate *fate = &u->fates[u->n_fates++];
        *fate = (Fate){i, {NOT_GIVEN, NOT_GIVEN}, {NOT_GIVEN, NOT_GIVEN}};
        for (size_t k = 0, n = 0; k < s->n_points; k++)
            if (u->results.points[s->points[k]].depth == depth)
                put_snapshot(u, p, s, &u->results.points[s->points[k]], fate, n++ == 0);
    }
}

static void draw(const Units *u, const Figure *figure, const char *dir, Picture *p)
{
    static const char *const names[QUANTITIES] = {"dead: φ'(z) = 0 for the whole batch", "zero: h = 0"};
    const double top = u->most > 0.5 ? 1 : u->most;
    for (size_t q = 0; q < QUANTITIES; q++)
        picture_panel(p, q + 1, names[q], -0.03 * top, 1.04 * top, false);
    for (size_t i = 1; i <= u->set.n_colours; i++)
        picture_colour(p, i, series_colour_name(&u->set, i));
    picture_range(p, PICTURE_X, 0.8, (double)u->steps.n + 0.2);
    picture_steps(p, u->steps.values, u->steps.n, 8);
    finding_fates(&p->title, &u->set, u->fates, u->n_fates, (int64_t)u->steps.values[0], (int64_t)u->steps.values[u->steps.n - 1]);
    text_string(&p->x_label, "step of training");
    text_string(&p->y_label, figure->y_label);
    figure_training_setting(p, dir, &u->set, &u->results, true);
    picture_say(p, "Lines: mean over layers and seeds; bands: from the layer that has least to the one that has most.");
    figure_training_omissions(p, dir, &u->set, &u->results, true);
}

int build_units(const Figure *figure, const char *dir, Picture *p)
{
    Units u = {.n_fates = 0};
    static const char *const columns[QUANTITIES] = {[DEAD] = "dead_frac_mean", [ZERO] = "zero_frac_mean"};
    int result = results_read_snapshots(&u.results, dir, "summary.csv", columns, QUANTITIES, &p->why);
    for (size_t i = 0; result == 0 && i < u.results.n_points; i++)
        if (u.results.points[i].step >= 0)
            marks_add(&u.steps, (double)u.results.points[i].step);
    if (result == 0 && u.steps.n < 2) {
        text_string(&p->why, u.results.trained ? "the training has one snapshot (try --snapshots 0,10,100,end)" : "it needs the snapshots of a training ('fathom train')");
        result = 1;
    }
    if (result == 0) {
        series_collect(&u.set, &u.results);
        place(&u);
        put_data(&u, p);
        if (u.most > 0)
            draw(&u, figure, dir, p);
        else {
            text_string(&p->why, "no unit is dead and none is zero at any snapshot");
            result = 1;
        }
    }
    free(u.fates);
    free(u.steps.values);
    series_free(&u.set);
    results_free(&u.results);
    return result;
}
