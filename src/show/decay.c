/* Decay: the factor by which a layer multiplies the gradient, against depth, from networks.csv.
 * The one thing to know: a point is the mean over seeds of grad_decay_log10, its bar 1.96 standard errors of that mean;
 * with one seed the bar is the network's own grad_decay_se. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"

enum { DECAY, ERROR, COLUMNS };

typedef struct {
    Results results;
    SeriesSet set;
    double *first, *last, *apart;   /* apart: from the deepest, the furthest of any depth */
    int64_t *layers;
    Range ranges[MOST_PANELS + 1];
    Range depths;
    size_t holes;
} Decay;

typedef struct {
    double mean, bar;
    size_t n;
} Estimate;

static Estimate estimate(Decay *d, const Point *point)
{
    double sum = 0, squares = 0, error_of_one = NOT_GIVEN;
    size_t n = 0;
    for (size_t row = point->first; row < point->first + point->count; row++) {
        const double x = results_value(&d->results, row, DECAY);
        if (!isfinite(x)) {
            d->holes += d->results.outcomes[row] == OUTCOME_OK;
            continue;
        }
        sum += x;
        error_of_one = results_value(&d->results, row, ERROR);
        n++;
    }
    const double mean = n ? sum / (double)n : NOT_GIVEN;
    for (size_t row = point->first; row < point->first + point->count; row++) {
        const double x = results_value(&d->results, row, DECAY) - mean;
        squares += isfinite(x) ? x * x : 0;
    }
    const double spread = n > 1 ? sqrt(squares / (double)(n - 1) / (double)n) : error_of_one;
    return (Estimate){mean, isfinite(spread) ? 1.96 * spread : 0, n};
}

static void put_data(Decay *d, Picture *p)
{
    text_string(&p->data, "panel,series,depth,decay_log10,low,high,n,name\n");
    for (size_t i = 0; i < d->set.n; i++) {
        const Series *s = &d->set.series[i];
        Range means = RANGE_EMPTY;
        d->first[i] = d->last[i] = NOT_GIVEN;
        for (size_t k = 0; s->in_panel && k < s->n_points; k++) {
            const Point *point = &d->results.points[s->points[k]];
            const Estimate e = estimate(d, point);
            text_format(&p->data, "%zu,%zu,%lld", s->in_panel, s->colour, (long long)point->depth);
            picture_cell(p, e.mean);
            picture_cell(p, e.mean - e.bar);
            picture_cell(p, e.mean + e.bar);
            text_format(&p->data, ",%zu", e.n);
            picture_row_name(p, text_str(&s->label));
            range_hold(&d->depths, (double)point->depth);
            range_hold(&d->ranges[s->in_panel], e.mean - e.bar);
            range_hold(&d->ranges[s->in_panel], e.mean + e.bar);
            if (!isfinite(e.mean))
                continue;
            if (isnan(d->first[i]))
                d->first[i] = e.mean;
            d->last[i] = e.mean;
            d->layers[i] = point->depth;
            range_hold(&means, e.mean);
        }
        d->apart[i] = fmax(d->last[i] - means.low, means.high - d->last[i]);
    }
}

static void put_names(Decay *d, Picture *p)
{
    bool own[MOST_PANELS + 1] = {false};
    for (size_t i = 1; i <= d->set.n_panels; i++)
        range_hold(&d->ranges[i], 0);
    range_share(d->ranges + 1, own + 1, d->set.n_panels, 0.1, 0.3);
    for (size_t i = 1; i <= d->set.n_panels; i++)
        picture_panel(p, i, series_panel_name(&d->set, i), d->ranges[i].low, d->ranges[i].high, own[i]);
    for (size_t i = 1; i <= d->set.n_colours; i++)
        picture_colour(p, i, series_colour_name(&d->set, i));
    const bool log_x = d->depths.high >= 50 * d->depths.low;
    const double room = 0.04 * (d->depths.high - d->depths.low), factor = pow(d->depths.high / d->depths.low, 0.04);
    if (log_x)
        picture_flag(p, FLAG_LOG_X);
    picture_range(p, PICTURE_X, log_x ? d->depths.low / factor : d->depths.low - room, log_x ? d->depths.high * factor : d->depths.high + room);
    picture_flag(p, FLAG_POWER);
    if (d->set.small_multiples)
        picture_flag(p, FLAG_MULTIPLES);
}

static int draw(Decay *d, const Figure *figure, const char *dir, Picture *p)
{
    series_place(&d->set, MOST_COLOURS);
    d->first = mem_doubles(d->set.n);
    d->last = mem_doubles(d->set.n);
    d->apart = mem_doubles(d->set.n);
    d->layers = mem_alloc(d->set.n, sizeof *d->layers);
    for (size_t i = 0; i <= MOST_PANELS; i++)
        d->ranges[i] = RANGE_EMPTY;
    put_data(d, p);
    if (!(d->depths.low < d->depths.high)) {
        text_string(&p->why, "it needs two depths or more, and the run has one (try -d 10:100:10)");
        return 1;
    }
    put_names(d, p);
    finding_decay(&p->title, &(Curves){&d->set, d->first, d->last, d->apart, d->layers, NULL});
    text_string(&p->x_label, "depth of the network");
    text_string(&p->y_label, figure->y_label);
    figure_setting(p, dir, &d->set, &d->results, COLUMNS, false);
    figure_omissions(p, dir, &d->set, &d->results, d->holes, false);
    return 0;
}

int build_decay(const Figure *figure, const char *dir, Picture *p)
{
    Decay d = {.depths = RANGE_EMPTY};
    static const char *const columns[COLUMNS] = {"grad_decay_log10", "grad_decay_se"};
    int result = results_read(&d.results, dir, "networks.csv", columns, COLUMNS, &p->why);
    if (result == 0) {
        series_collect(&d.set, &d.results);
        result = draw(&d, figure, dir, p);
    }
    free(d.first);
    free(d.last);
    free(d.apart);
    free(d.layers);
    series_free(&d.set);
    results_free(&d.results);
    return result;
}
