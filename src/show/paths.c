/* Paths: length and cosine by layer (trajectories), and of each layer against the one before (maps).
 * The one thing to know: theory comes from theory.csv, else from summary.csv's theory_ columns; points are summary.csv's medians.
 * The first panel holds z_var, by its logarithm where it spans more than a factor 30; the second, where there is any, h_cos. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"

enum { LENGTH, COSINE, QSTAR, COLUMNS };
enum { MEDIAN_LENGTH, MEDIAN_COSINE, SEEDS, MEDIANS };

typedef struct {
    Results theory, measured;
    SeriesSet set;
    Range ranges[2];       /* of what is drawn */
    Range layers;
    double *first, *last, *star;
    int64_t *ends;
    size_t rows[2], longest, n_measured;
    bool take_log, stars;
} Paths;

static int read_paths(Paths *s, const char *dir, Picture *p)
{
    static const char *const columns[COLUMNS] = {"z_var", "h_cos", "q_star"};
    static const char *const predicted[QSTAR] = {"theory_z_var", "theory_h_cos"};
    static const char *const medians[MEDIANS] = {"z_var_q50", "h_cos_q50", "n"};
    Text why = {0};
    int result = results_read(&s->theory, dir, "theory.csv", columns, COLUMNS, &why);
    s->stars = result == 0;
    if (result == 1)
        result = results_read(&s->theory, dir, "summary.csv", predicted, QSTAR, &p->why);
    if (result == 0 && results_read(&s->measured, dir, "summary.csv", medians, MEDIANS, &why) < 0)
        result = -1;
    text_free(&why);
    return result;
}

static double raw(const Paths *s, size_t row, size_t column)
{
    return column == QSTAR && !s->stars ? NOT_GIVEN : results_value(&s->theory, row, column);
}

static double shown(const Paths *s, double x, size_t column)
{
    if (column == COSINE || !s->take_log)
        return x;
    return x > 0 ? log10(x) : NOT_GIVEN;
}

/* Up to seven curves in one colour each; whether lengths want a logarithm; how long the longest is. */
static void place(Paths *s)
{
    series_collect(&s->set, &s->theory);
    series_place_together(&s->set);
    double least = HUGE_VAL, most = 0;
    for (size_t i = 0; i < s->set.n; i++) {
        const Point *point = series_deepest(&s->set.series[i], &s->theory);
        for (size_t row = point->first; s->set.series[i].in_panel && row < point->first + point->count; row++) {
            const double x = raw(s, row, LENGTH);
            if (x > 0 && isfinite(x)) {
                least = fmin(least, x);
                most = fmax(most, x);
            }
        }
        s->longest = point->count > s->longest ? point->count : s->longest;
    }
    s->take_log = most > 30 * least;
    s->first = mem_doubles(s->set.n);
    s->last = mem_doubles(s->set.n);
    s->star = mem_doubles(s->set.n);
    s->ends = mem_alloc(s->set.n, sizeof *s->ends);
    for (size_t i = 0; i < s->set.n; i++)
        s->first[i] = s->last[i] = s->star[i] = NOT_GIVEN;
}

static const Point *twin(const Paths *s, const Point *point)
{
    for (size_t i = 0; i < s->measured.n_points; i++)
        if (s->measured.points[i].depth == point->depth && results_same_series(&s->measured.points[i], point))
            return &s->measured.points[i];
    return NULL;
}

static double median_at(const Paths *s, const Point *point, int64_t layer, size_t column)
{
    for (size_t row = point ? point->first : 0; point && row < point->first + point->count; row++)
        if (s->measured.layers[row] == layer)
            return results_value(&s->measured, row, column);
    return NOT_GIVEN;
}

static void keep_ends(Paths *s, size_t i, const Point *point, size_t row)
{
    const double x = log10(raw(s, row, LENGTH));
    if (!isfinite(x))
        return;
    if (isnan(s->first[i]))
        s->first[i] = x;
    s->last[i] = x;
    s->star[i] = raw(s, point->first + point->count - 1, QSTAR);
    s->ends[i] = s->theory.layers[row];
}

static void put_layer(Paths *s, Picture *p, size_t i, size_t panel, const Point *point, size_t row)
{
    const int64_t layer = s->theory.layers[row];
    const double cells[] = {shown(s, raw(s, row, panel), panel), shown(s, median_at(s, twin(s, point), layer, panel), panel),
                            panel == LENGTH ? shown(s, raw(s, row, QSTAR), LENGTH) : NOT_GIVEN};
    if (!isfinite(cells[0]) && !isfinite(cells[1]))
        return;
    text_format(&p->data, "%zu,%zu,%lld", panel + 1, s->set.series[i].colour, (long long)layer);
    for (size_t c = 0; c < 3; c++) {
        picture_cell(p, cells[c]);
        range_hold(&s->ranges[panel], cells[c]);
    }
    picture_row_name(p, text_str(&s->set.series[i].label));
    range_hold(&s->layers, (double)layer);
    s->rows[panel] += isfinite(cells[0]) ? 1 : 0;
    s->n_measured += isfinite(cells[1]) ? 1 : 0;
    if (panel == LENGTH)
        keep_ends(s, i, point, row);
}

/* A step of the map: value, next value; `end` marks the last, where the curve has settled if the two agree. */
static void put_step(Paths *s, Picture *p, size_t i, size_t panel, const Point *point, size_t row)
{
    const double from = shown(s, raw(s, row, panel), panel), to = shown(s, raw(s, row + 1, panel), panel);
    const bool last = row + 2 == point->first + point->count || s->theory.layers[row + 2] > point->depth;
    const double star = panel == LENGTH && last ? shown(s, raw(s, row + 1, QSTAR), LENGTH) : NOT_GIVEN;
    if (!isfinite(from) || !isfinite(to) || s->theory.layers[row + 1] != s->theory.layers[row] + 1)
        return;
    text_format(&p->data, "%zu,%zu,%lld", panel + 1, s->set.series[i].colour, (long long)s->theory.layers[row]);
    const double settled = panel == COSINE && last && fabs(to - from) < 1e-4 ? to : NOT_GIVEN;
    const double cells[] = {from, to, isfinite(star) ? star : settled};
    for (size_t c = 0; c < 3; c++) {
        picture_cell(p, cells[c]);
        range_hold(&s->ranges[panel], cells[c]);
    }
    picture_row_name(p, text_str(&s->set.series[i].label));
    s->rows[panel]++;
    if (panel == LENGTH) {
        keep_ends(s, i, point, row);
        keep_ends(s, i, point, row + 1);
    }
}

typedef void Put(Paths *s, Picture *p, size_t i, size_t panel, const Point *point, size_t row);

static void put_all(Paths *s, Picture *p, Put *put, bool pairs)
{
    for (size_t i = 0; i < s->set.n; i++) {
        const Point *point = series_deepest(&s->set.series[i], &s->theory);
        for (size_t panel = LENGTH; s->set.series[i].in_panel && panel <= COSINE; panel++)
            for (size_t row = point->first; row + pairs < point->first + point->count; row++)
                if (s->theory.layers[row + pairs] <= point->depth)
                    put(s, p, i, panel, point, row);
    }
}

static void put_names(Paths *s, Picture *p, bool maps)
{
    static const char *const names[2] = {"length: variance of z", "cosine between samples' h"};
    for (size_t panel = 0; panel < 2; panel++) {
        const Range r = s->ranges[panel];
        const double room = fmax(0.05 * (r.high - r.low), panel == LENGTH && s->take_log ? 0.05 : 1e-3);
        if (s->rows[panel])
            picture_panel(p, panel + 1, names[panel], r.low - room, r.high + room, true);
    }
    for (size_t i = 1; i <= s->set.n_colours; i++)
        picture_colour(p, i, series_colour_name(&s->set, i));
    picture_range(p, PICTURE_X, s->layers.low <= s->layers.high ? s->layers.low : 0, s->layers.low < s->layers.high ? s->layers.high : 1);
    if (s->take_log)
        picture_flag(p, FLAG_POWER);
    if (s->n_measured && !maps)
        picture_say(p, "Lines: theory; points: medians of what was measured%s.", s->stars ? "; thin: the fixed point q*" : "");
    else if (maps && s->rows[COSINE])
        picture_say(p, "Rings: %swhere the cosine settles.", s->stars ? "the fixed point q*, and " : "");
    else if (maps && s->stars)
        picture_say(p, "Ring: the fixed point q*.");
    if (!s->rows[COSINE])
        picture_say(p, "No cosine: one sample (take -b 2 or more).");
    if (s->set.n_left_out)
        picture_say(p, "%zu of %zu curves are shown.", s->set.n - s->set.n_left_out, s->set.n);
}

static int build(const Figure *figure, const char *dir, Picture *p, bool maps)
{
    Paths s = {.ranges = {RANGE_EMPTY, RANGE_EMPTY}, .layers = RANGE_EMPTY};
    int result = read_paths(&s, dir, p);
    if (result == 0) {
        place(&s);
        text_string(&p->data, maps ? "panel,series,layer,value,next,fixed,name\n" : "panel,series,layer,theory,median,q_star,name\n");
        put_all(&s, p, maps ? put_step : put_layer, maps);
        if (!s.rows[LENGTH] || s.longest < 4) {   /* ends alone make no curve */
            text_string(&p->why, "it needs theory by layer ('fathom theory -o' without --layers ends)");
            result = 1;
        } else {
            put_names(&s, p, maps);
            finding_paths(&p->title, &(Curves){&s.set, s.first, s.last, s.star, s.ends, NULL});
            series_setting(&p->setting, &s.set, &s.theory, true);
            text_string(&p->setting, s.stars ? ", mean-field theory" : ", theory of the run");
            const bool alone = !s.rows[COSINE];
            text_format(&p->x_label, "%s%s", maps && alone ? "variance of z " : "", maps ? "at layer ℓ" : "layer ℓ (1 = next to the input)");
            text_format(&p->y_label, "%s%s%s", alone ? "variance of z" : "", maps && alone ? " " : "", figure->y_label);
        }
    }
    free(s.first);
    free(s.last);
    free(s.star);
    free(s.ends);
    series_free(&s.set);
    results_free(&s.theory);
    results_free(&s.measured);
    return result;
}

int build_paths(const Figure *figure, const char *dir, Picture *p)
{
    return build(figure, dir, p, false);
}

int build_maps(const Figure *figure, const char *dir, Picture *p)
{
    return build(figure, dir, p, true);
}
