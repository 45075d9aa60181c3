/* Bands: one column of summary.csv by layer, median and quantile bands over seeds, theory beside it.
 * The one thing to know: of several depths the largest is drawn; the heatmap shows them all.
 * Columns named log10_… are drawn as they are, on an axis of powers, so that 10^-600 has its place. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"

enum { Q05, Q25, Q50, Q75, Q95, THEORY, SEEDS, SPREAD, COLUMNS };

typedef struct {
    const Figure *figure;
    Results results, spreads;   /* spreads: of theory.csv, where it has the column's standard deviation */
    SeriesSet set;
    double *first, *last, *scale;
    int64_t *layers, *from;
    Range ranges[MOST_PANELS + 1];
    Range across;
    size_t holes;
    bool take_log, power, theory, spread, bands;
} Bands;

static int read_bands(Bands *b, const char *dir, Picture *p)
{
    static const char *const suffixes[] = {"_q05", "_q25", "_q50", "_q75", "_q95"};
    char names[COLUMNS][64] = {{0}};
    const char *columns[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = names[i];
    for (size_t i = 0; i < THEORY; i++)
        snprintf(names[i], sizeof names[i], "%s%s", b->figure->column, suffixes[i]);
    snprintf(names[THEORY], sizeof names[THEORY], "theory_%s", b->figure->column);
    columns[SEEDS] = "n";
    columns[SPREAD] = "h_var_q50";
    return results_read(&b->results, dir, "summary.csv", columns, COLUMNS, &p->why);
}

/* theory.csv may lie beside; without it, or without the column, there is no band around theory. */
static int read_spreads(Bands *b, const char *dir)
{
    char name[64];
    const char *const columns[] = {name};
    Text why = {0};
    snprintf(name, sizeof name, "%s_sd", b->figure->column);
    const int result = results_read(&b->spreads, dir, "theory.csv", columns, 1, &why);
    text_free(&why);
    if (result == 1)
        results_free(&b->spreads);
    return result < 0 ? -1 : 0;
}

static double spread_at(const Bands *b, const Point *point, int64_t layer)
{
    const Results *r = &b->spreads;
    for (size_t i = 0; i < r->n_points; i++) {
        const Point *p = &r->points[i];
        if (p->depth != point->depth || !results_same_series(p, point))
            continue;
        for (size_t row = p->first; row < p->first + p->count; row++)
            if (r->layers[row] == layer)
                return results_value(r, row, 0);
    }
    return NOT_GIVEN;
}

/* A variance that spans more than a factor 30 is drawn by its logarithm. */
static bool wants_log(const Bands *b)
{
    if (strcmp(b->figure->column, "h_var"))
        return false;
    double least = HUGE_VAL, most = 0;
    for (size_t row = 0; row < b->results.n_rows; row++) {
        const double x = results_value(&b->results, row, Q50);
        if (x > 0 && isfinite(x)) {
            least = fmin(least, x);
            most = fmax(most, x);
        }
    }
    return most > 30 * least;
}

static double drawn(const Bands *b, size_t row, size_t column)
{
    const double x = results_value(&b->results, row, column);
    if (!b->take_log)
        return x;
    return x > 0 ? log10(x) : NOT_GIVEN;
}

static void put_row(Bands *b, Picture *p, const Series *s, const Point *point, size_t row)
{
    const Results *r = &b->results;
    const size_t i = (size_t)(s - b->set.series);
    const double middle = drawn(b, row, Q50);
    text_format(&p->data, "%zu,%zu,%lld", s->in_panel, s->colour, (long long)r->layers[row]);
    for (size_t c = Q05; c <= THEORY; c++) {
        const double x = drawn(b, row, c);
        picture_cell(p, x);
        if (c != THEORY || isfinite(middle))
            range_hold(&b->ranges[s->in_panel], x);
    }
    const double spread = spread_at(b, point, r->layers[row]);
    for (int side = -1; side <= 1; side += 2) {
        const double x = drawn(b, row, THEORY) + side * spread;
        picture_cell(p, x);
        range_hold(&b->ranges[s->in_panel], isfinite(middle) ? x : NOT_GIVEN);
    }
    b->spread = b->spread || (isfinite(middle) && isfinite(drawn(b, row, THEORY) + spread));
    picture_row_name(p, text_str(&s->label));
    b->theory = b->theory || (isfinite(middle) && isfinite(drawn(b, row, THEORY)));
    b->bands = b->bands || drawn(b, row, Q95) > drawn(b, row, Q05);
    range_hold(&b->across, (double)r->layers[row]);
    b->holes += isfinite(middle) ? 0 : 1;
    if (!isfinite(middle))
        return;
    if (isnan(b->first[i]) && r->layers[row] > 0) {
        b->first[i] = middle;
        b->from[i] = r->layers[row];
    }
    b->last[i] = middle;
    b->scale[i] = sqrt(results_value(r, row, SPREAD));
    b->layers[i] = r->layers[row];
}

/* Rows of the drawn layers: what a readout adds, or where the column does not apply (its row is all empty), is left out. */
static bool applies(const Bands *b, const Point *point, size_t row)
{
    const Results *r = &b->results;
    return r->layers[row] <= point->depth && !(r->layers[row] == 0 && isnan(results_value(r, row, Q50)));
}

static void put_data(Bands *b, Picture *p)
{
    text_string(&p->data, "panel,series,layer,q05,q25,q50,q75,q95,theory,theory_low,theory_high,name\n");
    for (size_t i = 0; i < b->set.n; i++) {
        const Series *s = &b->set.series[i];
        const Point *point = series_deepest(s, &b->results);
        size_t drawn_layers = 0;   /* without the input */
        b->first[i] = b->last[i] = b->scale[i] = NOT_GIVEN;
        for (size_t row = point->first; s->in_panel && row < point->first + point->count; row++)
            if (applies(b, point, row)) {
                put_row(b, p, s, point, row);
                drawn_layers += b->results.layers[row] > 0 && isfinite(drawn(b, row, Q50));
            }
        if (drawn_layers == 1 && b->results.layers[point->first] == 0 && isfinite(drawn(b, point->first, Q50))) {   /* --layers ends */
            b->first[i] = drawn(b, point->first, Q50);
            b->from[i] = 0;
        }
    }
}

static void put_names(Bands *b, Picture *p)
{
    bool own[MOST_PANELS + 1] = {false};
    range_share(b->ranges + 1, own + 1, b->set.n_panels, b->power ? 1 : 0.02, b->power ? 12 : 0);
    for (size_t i = 1; i <= b->set.n_panels; i++)
        picture_panel(p, i, series_panel_name(&b->set, i), b->ranges[i].low, b->ranges[i].high, own[i]);
    for (size_t i = 1; i <= b->set.n_colours; i++)
        picture_colour(p, i, series_colour_name(&b->set, i));
    picture_range(p, PICTURE_X, fmin(b->across.low, b->across.high), fmax(b->across.high, b->across.low + 1));
    const bool flags[] = {[FLAG_POWER] = b->power, [FLAG_THEORY] = b->theory, [FLAG_BANDS] = b->bands, [FLAG_MULTIPLES] = b->set.small_multiples,
                          [FLAG_LINE] = b->spread};
    for (size_t i = 1; i < sizeof flags / sizeof *flags; i++)
        if (flags[i])
            picture_flag(p, i);
}

static void put_words(const Bands *b, const char *dir, Picture *p)
{
    const Curves curves = {&b->set, b->first, b->last, b->scale, b->layers, b->from};
    const char *column = b->figure->column;
    if (!strcmp(column, "log10_grad_w_norm"))
        finding_weights(&p->title, &curves);
    else if (!strncmp(column, "log10_grad", 10))
        finding_gradient(&p->title, &curves);
    else if (!strcmp(column, "h_mean"))
        finding_mean(&p->title, &curves);
    else {
        for (size_t i = 0; !b->take_log && i < b->set.n; i++) {
            b->first[i] = log10(b->first[i]);
            b->last[i] = log10(b->last[i]);
        }
        finding_variance(&p->title, &curves);
    }
    text_string(&p->x_label, b->across.low > 0 ? "layer (1 = next to the input)" : "layer (0 = input)");
    text_string(&p->y_label, b->figure->y_label);
    if (b->spread)
        picture_say(p, "Dotted: one standard deviation of theory's log10 at this width, either side.");
    figure_setting(p, dir, &b->set, &b->results, SEEDS, true);
    figure_omissions(p, dir, &b->set, &b->results, b->holes, true);
}

int build_bands(const Figure *figure, const char *dir, Picture *p)
{
    Bands b = {.figure = figure, .across = RANGE_EMPTY};
    int result = read_bands(&b, dir, p);
    if (result == 0 && (result = read_spreads(&b, dir)) == 0) {
        series_collect(&b.set, &b.results);
        series_place(&b.set, MOST_COLOURS);
        b.take_log = wants_log(&b);
        b.power = b.take_log || !strncmp(figure->column, "log10_", 6);
        b.first = mem_doubles(b.set.n);
        b.last = mem_doubles(b.set.n);
        b.scale = mem_doubles(b.set.n);
        b.layers = mem_alloc(b.set.n, sizeof *b.layers);
        b.from = mem_alloc(b.set.n, sizeof *b.from);
        for (size_t i = 0; i <= MOST_PANELS; i++)
            b.ranges[i] = RANGE_EMPTY;
        put_data(&b, p);
        put_names(&b, p);
        put_words(&b, dir, p);
        if (!(b.across.low <= b.across.high)) {
            text_format(&p->why, "no layer of summary.csv has a finite '%s'", figure->column);
            result = 1;
        } else if (b.across.low == b.across.high) {
            text_format(&p->why, "one layer alone has a '%s', and makes no curve", figure->column);
            result = 1;
        }
    }
    free(b.first);
    free(b.last);
    free(b.scale);
    free(b.layers);
    free(b.from);
    series_free(&b.set);
    results_free(&b.results);
    results_free(&b.spreads);
    return result;
}
