/* By step: the median of a column over layers and the snapshots of a training, one panel a network and depth.
 * The one thing to know: snapshots stand side by side at equal distances, each with its step below it, because they are chosen so
 * unevenly (0, 1, 10, 100, …) that a scale of steps would hide most of them. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/label.h"
#include "show/plane.h"

enum { MEDIAN, SEEDS, COLUMNS };

typedef struct {
    Results results;
    SeriesSet set;
    Marks steps;               /* of all networks */
    Change *changes;           /* one a panel */
    Range values[MOST_PANELS];
    Text names[MOST_PANELS], titles[MOST_PANELS];
    int64_t depths[MOST_PANELS];
    size_t n, n_left_out, holes;
    bool one_depth;            /* all panels have the same */
} BySteps;

/* Half-way to the neighbouring row of this snapshot; half a layer beyond the first and the last. */
static void edges(const BySteps *b, const Point *point, size_t row, double out[2])
{
    const int64_t *layers = b->results.layers, here = layers[row];
    const bool highest = row + 1 == point->first + point->count || layers[row + 1] > point->depth;
    out[0] = row == point->first ? (double)here - 0.5 : (double)(here + layers[row - 1]) / 2;
    out[1] = highest ? (double)here + 0.5 : (double)(here + layers[row + 1]) / 2;
}

static void put_snapshot(BySteps *b, Picture *p, size_t panel, const Point *point)
{
    const Results *r = &b->results;
    Change *change = &b->changes[panel - 1];
    double x = 0, last = NOT_GIVEN, first = NOT_GIVEN;
    while (b->steps.values[(size_t)x] < (double)point->step)
        x++;
    for (size_t row = point->first; row < point->first + point->count && r->layers[row] <= point->depth; row++) {
        const double value = results_value(r, row, MEDIAN);
        double y[2];
        edges(b, point, row, y);
        text_format(&p->data, "%zu,1,%lld,%lld", panel, (long long)point->step, (long long)r->layers[row]);
        const double cells[] = {value, x + 0.5, x + 1.5, y[0], y[1]};
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
            picture_cell(p, cells[c]);
        picture_row_name(p, text_str(&b->names[panel - 1]));
        range_hold(&b->values[panel - 1], value);
        b->holes += isfinite(value) ? 0 : 1;
        first = row == point->first ? value : first;
        last = value;
    }
    if (isnan(change->before) && change->from < 0) {
        change->before = first - last;
        change->from = point->step;
    }
    change->after = first - last;
    change->to = point->step;
}

/* What a panel is called, and what the title calls it. */
static void name_panel(BySteps *b, const Series *s, int64_t depth)
{
    Text *name = &b->names[b->n], *title = &b->titles[b->n];
    if (b->set.n > 1)
        series_short(name, &b->set, s);
    if (!b->one_depth)
        text_format(name, "%sdepth %lld", name->length ? " · " : "", (long long)depth);
    finding_name(title, &b->set, (size_t)(s - b->set.series));
    text_format(title, ", depth %lld", (long long)depth);
}

/* Number `i` of n: is it among `room` evenly chosen ones? */
static bool chosen(size_t i, size_t n, size_t room)
{
    return n <= room || i * room / n != (i + 1) * room / n;
}

static bool is_shallower(const BySteps *b, const Series *s, const Point *point)
{
    return point->depth < series_deepest(s, &b->results)->depth;
}

/* Where the depths of all networks are too many, each network's largest; of too many networks some. True where the largest alone are shown. */
static bool choose(BySteps *b)
{
    size_t panels = 0;
    for (size_t i = 0; i < b->set.n; i++) {
        Series *s = &b->set.series[i];
        s->in_panel = chosen(i, b->set.n, MOST_PANELS);
        for (size_t k = 0; k < s->n_points; k++)
            panels += k == 0 || b->results.points[s->points[k]].depth != b->results.points[s->points[k - 1]].depth;
    }
    b->one_depth = true;
    for (size_t i = 0; i < b->set.n; i++) {
        const Series *s = &b->set.series[i];
        const int64_t deep = series_deepest(s, &b->results)->depth, first = series_deepest(&b->set.series[0], &b->results)->depth;
        b->one_depth = b->one_depth && deep == first && (panels > MOST_PANELS || b->results.points[s->points[0]].depth == deep);
    }
    return panels > MOST_PANELS;
}

/* A panel for each network and depth: its points lie together in a series, one a snapshot. */
static void put_series(BySteps *b, Picture *p, const Series *s, bool deepest_only)
{
    int64_t depth = -1;
    for (size_t k = 0; k < s->n_points; k++) {
        const Point *point = &b->results.points[s->points[k]];
        const bool begins = point->depth != depth;
        depth = point->depth;
        if (!s->in_panel || (deepest_only && is_shallower(b, s, point))) {
            b->n_left_out += begins;
            continue;
        }
        if (begins) {
            name_panel(b, s, depth);
            b->depths[b->n] = depth;
            b->values[b->n] = RANGE_EMPTY;
            b->changes[b->n] = (Change){.name = text_str(&b->titles[b->n]), .before = NOT_GIVEN, .after = NOT_GIVEN, .from = -1};
            b->n++;
        }
        put_snapshot(b, p, b->n, point);
    }
}

static void put_names(BySteps *b, Picture *p)
{
    int64_t least = INT64_MAX, most = 0;
    size_t longest = 0;
    for (size_t i = 0; i < b->n; i++) {
        least = b->depths[i] < least ? b->depths[i] : least;
        most = b->depths[i] > most ? b->depths[i] : most;
    }
    for (size_t i = 0; i < b->n; i++)
        picture_panel(p, i + 1, text_str(&b->names[i]), -0.5, (double)b->depths[i] + 0.5, least < most);
    picture_palette(p, b->values, b->n, 4);
    picture_range(p, PICTURE_X, 0.5, (double)b->steps.n + 0.5);
    picture_flag(p, FLAG_POWER_Z);
    for (size_t i = 0; i < b->n; i++)
        longest = label_length(text_str(&b->names[i])) > longest ? label_length(text_str(&b->names[i])) : longest;
    if (b->n > 9 && longest > 20)   /* four in a row would leave no room for names */
        picture_columns(p, 3);
    picture_colour(p, 1, "median gradient norm ‖∂L/∂hₗ‖");
    picture_steps(p, b->steps.values, b->steps.n, b->n > 2 ? 5 : 10);
}

static void draw(BySteps *b, const Figure *figure, const char *dir, Picture *p)
{
    const bool deepest_only = choose(b);
    b->changes = mem_alloc(MOST_PANELS, sizeof *b->changes);
    text_string(&p->data, "panel,kind,step,layer,value,x0,x1,y0,y1,name\n");
    for (size_t i = 0; i < b->set.n; i++)
        put_series(b, p, &b->set.series[i], deepest_only);
    put_names(b, p);
    finding_changes(&p->title, b->changes, b->n);
    text_string(&p->x_label, "step of training");
    text_string(&p->y_label, figure->y_label);
    figure_training_setting(p, dir, &b->set, &b->results, deepest_only);
    if (b->n_left_out)
        picture_say(p, "%zu of %zu panels are shown.", b->n, b->n + b->n_left_out);
    if (b->holes)
        picture_say(p, "Blank: %zu value%s zero, infinite or NaN.", b->holes, b->holes == 1 ? " is" : "s are");
    figure_training_omissions(p, dir, &b->set, &b->results, deepest_only);
}

int build_by_step(const Figure *figure, const char *dir, Picture *p)
{
    BySteps b = {.n = 0};
    Text median = {0};
    text_format(&median, "%s_q50", figure->column);
    const char *const columns[COLUMNS] = {median.data, "n"};
    int result = results_read_snapshots(&b.results, dir, "summary.csv", columns, COLUMNS, &p->why);
    for (size_t i = 0; result == 0 && i < b.results.n_points; i++)
        if (b.results.points[i].step >= 0)
            marks_add(&b.steps, (double)b.results.points[i].step);
    if (result == 0 && b.steps.n < 2) {
        text_string(&p->why, b.results.trained ? "the training has one snapshot (try --snapshots 0,10,100,end)" : "it needs the snapshots of a training ('fathom train')");
        result = 1;
    }
    if (result == 0) {
        series_collect(&b.set, &b.results);
        draw(&b, figure, dir, p);
    }
    for (size_t i = 0; i < b.n; i++) {
        text_free(&b.names[i]);
        text_free(&b.titles[i]);
    }
    text_free(&median);
    free(b.changes);
    free(b.steps.values);
    series_free(&b.set);
    results_free(&b.results);
    return result;
}
