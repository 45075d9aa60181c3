/* Heatmap: the median of a column over depth and layer, one panel a curve.
 * The one thing to know: few depths are named as they are; many have the axis's own ticks.
 * The palette is picture_palette's. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/marks.h"

enum { MEDIAN, SEEDS, COLUMNS };

typedef struct {
    Results results;
    SeriesSet set;
    double *first, *last, *shallowest;
    int64_t *layers;
    Range values[MOST_PANELS + 1];
    Range depths;
    Marks marks;
    double deepest;
    size_t holes;
    bool log_x;
} Heatmap;

static double place_of(const Heatmap *h, int64_t depth)
{
    return h->log_x ? log10((double)depth) : (double)depth;
}

static void put_cell(Heatmap *h, Picture *p, const Series *s, const double x[2], const Point *point, size_t row)
{
    const Results *r = &h->results;
    const size_t i = (size_t)(s - h->set.series);
    const double layer = (double)r->layers[row], value = results_value(r, row, MEDIAN);
    const bool lowest = row == point->first, highest = row + 1 == point->first + point->count || (int64_t)r->layers[row + 1] > point->depth;
    const double low = lowest ? layer - 0.5 : (layer + (double)r->layers[row - 1]) / 2;
    const double high = highest ? layer + 0.5 : (layer + (double)r->layers[row + 1]) / 2;
    text_format(&p->data, "%zu,%lld,%lld", s->in_panel, (long long)point->depth, (long long)r->layers[row]);
    const double cells[] = {value, x[0], x[1], low, high};
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
        picture_cell(p, cells[c]);
    picture_row_name(p, text_str(&s->label));
    range_hold(&h->values[s->in_panel], value);
    h->deepest = fmax(h->deepest, high);
    h->holes += isfinite(value) ? 0 : 1;
    if (lowest && isfinite(value)) {
        if (isnan(h->first[i])) {
            h->first[i] = value;
            h->shallowest[i] = (double)point->depth;
        }
        h->last[i] = value;
        h->layers[i] = point->depth;
    }
}

static void put_data(Heatmap *h, Picture *p)
{
    text_string(&p->data, "panel,depth,layer,value,x0,x1,y0,y1,name\n");
    for (size_t i = 0; i < h->set.n; i++) {
        const Series *s = &h->set.series[i];
        h->first[i] = h->last[i] = NOT_GIVEN;
        if (!s->in_panel || s->n_points < 2)
            continue;
        Marks depths = {0};
        for (size_t k = 0; k < s->n_points; k++) {
            const double x = place_of(h, h->results.points[s->points[k]].depth);
            marks_add(&depths, x);
            marks_add(&h->marks, x);
        }
        for (size_t k = 0; k < s->n_points; k++) {
            const Point *point = &h->results.points[s->points[k]];
            const size_t at = marks_find(&depths, place_of(h, point->depth));
            const double x[2] = {marks_edge(&depths, at, false), marks_edge(&depths, at, true)};
            range_hold(&h->depths, x[0]);
            range_hold(&h->depths, x[1]);
            for (size_t row = point->first; row < point->first + point->count; row++)
                if (h->results.layers[row] <= point->depth)
                    put_cell(h, p, s, x, point, row);
        }
        free(depths.values);
    }
}

/* A panel for each curve, as many as fit; depths whose steps grow fivefold are drawn on a logarithmic axis. */
static size_t place(Heatmap *h)
{
    SeriesSet *set = &h->set;
    size_t depths = 0;
    set->small_multiples = true;
    for (size_t i = 0; i < set->n; i++) {
        Series *s = &set->series[i];
        const bool fits = s->n_points > 1 && set->n_panels < MOST_PANELS;
        set->n_panels += fits;
        set->n_left_out += !fits;
        s->in_panel = s->colour = fits ? set->n_panels : 0;
        depths = s->n_points > depths ? s->n_points : depths;
        if (s->n_points < 4)
            continue;
        const Point *points = h->results.points;
        const int64_t first = points[s->points[1]].depth - points[s->points[0]].depth;
        const int64_t last = points[s->points[s->n_points - 1]].depth - points[s->points[s->n_points - 2]].depth;
        h->log_x = h->log_x || last >= 5 * first;
    }
    return depths;
}

static const char *panel_name(const SeriesSet *set, size_t panel)
{
    size_t i = 0;
    while (set->series[i].in_panel != panel)
        i++;
    return text_str(&set->series[i].label);
}

static void put_names(Heatmap *h, Picture *p)
{
    for (size_t i = 1; i <= h->set.n_panels; i++)
        picture_panel(p, i, panel_name(&h->set, i), 0, h->deepest, false);
    picture_palette(p, h->values + 1, h->set.n_panels, 8);
    picture_range(p, PICTURE_X, h->depths.low, h->depths.high);
    marks_name(&h->marks, p, h->log_x, (h->set.n_panels == 1 ? 0.05 : 0.12) * (h->depths.high - h->depths.low));
    if (h->log_x)
        picture_flag(p, FLAG_LOG_X);
}

static void draw(Heatmap *h, const Figure *figure, const char *dir, Picture *p)
{
    h->first = mem_doubles(h->set.n);
    h->last = mem_doubles(h->set.n);
    h->shallowest = mem_doubles(h->set.n);
    h->layers = mem_alloc(h->set.n, sizeof *h->layers);
    for (size_t i = 0; i <= MOST_PANELS; i++)
        h->values[i] = RANGE_EMPTY;
    put_data(h, p);
    put_names(h, p);
    finding_heatmap(&p->title, &(Curves){&h->set, h->first, h->last, h->shallowest, h->layers, NULL});
    text_string(&p->x_label, "depth of the network");
    text_string(&p->y_label, figure->y_label);
    figure_setting(p, dir, &h->set, &h->results, SEEDS, false);
    figure_omissions(p, dir, &h->set, &h->results, h->holes, false);
}

int build_heatmap(const Figure *figure, const char *dir, Picture *p)
{
    Heatmap h = {.depths = RANGE_EMPTY};
    Text median = {0};
    text_format(&median, "%s_q50", figure->column);
    const char *const columns[COLUMNS] = {median.data, "n"};
    int result = results_read(&h.results, dir, "summary.csv", columns, COLUMNS, &p->why);
    if (result == 0) {
        series_collect(&h.set, &h.results);
        if (place(&h) > 1)
            draw(&h, figure, dir, p);
        else {
            text_string(&p->why, "it needs two depths or more, and the run has one (try -d 10:100:10)");
            result = 1;
        }
    }
    text_free(&median);
    free(h.first);
    free(h.last);
    free(h.shallowest);
    free(h.layers);
    free(h.marks.values);
    series_free(&h.set);
    results_free(&h.results);
    return result;
}
