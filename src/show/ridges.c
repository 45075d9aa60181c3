/* Ridges: how activations and gradients are spread in each layer, one ridge a layer, before training and after, from histograms.csv.
 * The one thing to know: counts are summed over seeds; a ridge stands on its layer, its height is the density, in the unit in which a
 * normal distribution is nine tenths of the distance between two ridges high. Gradients are drawn by log10 |g|.
 * The pictures of Glorot and Bengio 2010. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/plane.h"

enum { LOW, HIGH, COUNT, COLUMNS };
enum { MOST_SERIES = 4, MOST_RIDGES = 12, MOST_BINS = 1 << 20 };

/* Of a normal distribution at its mode: the density of x/σ, and of log10 |x| a decade. */
static const double normal[QUANTITY_COUNT] = {[QUANTITY_H] = 0.39894, [QUANTITY_GRAD_H] = 1.11427};
static const double bins_in_one[QUANTITY_COUNT] = {[QUANTITY_H] = 10, [QUANTITY_GRAD_H] = 4};
static const double highest = 2.2;   /* ridges are cut at so many distances between two */

typedef struct {
    Results results;
    SeriesSet set;
    size_t shown[MOST_SERIES];           /* series */
    size_t n_shown;
    int64_t least[QUANTITY_COUNT];       /* the first bin of all, and how many */
    size_t bins[QUANTITY_COUNT];
    double *counts;                      /* of one ridge */
    double zeros, total;
    Range across[QUANTITY_COUNT];
    size_t cut;                          /* ridges */
    int64_t first, least_last, last;     /* steps of snapshots drawn */
    Range up[MOST_SERIES];
    Profile profiles[MOST_SERIES];
} Ridges;

/* Where one is drawn. */
typedef struct {
    size_t panel, snapshot;   /* 1: the first; 2: the last */
    Quantity quantity;
    int64_t step, layer;
    double gap;               /* between two layers that have ridges */
} Ridge;

static bool is_zeros(const Results *r, size_t row)
{
    return r->quantities[row] == QUANTITY_GRAD_H && results_value(r, row, HIGH) == -HUGE_VAL;
}

/* The number of a row's bin; an open one's is that next to its neighbour. */
static int64_t bin_of(const Results *r, size_t row)
{
    const double scale = bins_in_one[r->quantities[row]], low = results_value(r, row, LOW), high = results_value(r, row, HIGH);
    return (int64_t)floor(isfinite(low) ? low * scale + 0.25 : high * scale - 0.75);
}

static double bin_middle(Quantity q, int64_t bin)
{
    return q == QUANTITY_H ? (double)(bin + 1) / bins_in_one[q] : ((double)bin + 0.5) / bins_in_one[q];
}

/* A row that counts something in a bin that has a place. */
static bool has_place(const Results *r, size_t row)
{
    return results_value(r, row, COUNT) > 0 && !is_zeros(r, row) && r->layers[row] >= 1 &&
           (isfinite(results_value(r, row, LOW)) || isfinite(results_value(r, row, HIGH)));
}

/* The range of bins that hold anything, for all ridges alike. */
static void survey(Ridges *g)
{
    const Results *r = &g->results;
    for (size_t row = 0; row < r->n_rows; row++) {
        const size_t q = r->quantities[row];
        if (!has_place(r, row))
            continue;
        const int64_t bin = bin_of(r, row), end = g->least[q] + (int64_t)g->bins[q];
        const bool any = g->bins[q] > 0;
        const int64_t low = any && g->least[q] < bin ? g->least[q] : bin, high = any && end > bin + 1 ? end : bin + 1;
        g->least[q] = low;
        g->bins[q] = (size_t)(high - low);
    }
}

static bool is_of(const Ridges *g, const Series *s, const Point *point, int64_t step)
{
    return point->depth == series_deepest(s, &g->results)->depth && point->step == step;
}

/* Sum one ridge over seeds. */
static void gather(Ridges *g, const Series *s, const Ridge *ridge)
{
    const Results *r = &g->results;
    const Quantity q = ridge->quantity;
    memset(g->counts, 0, g->bins[q] * sizeof *g->counts);
    g->zeros = g->total = 0;
    for (size_t k = 0; k < s->n_points; k++) {
        const Point *point = &r->points[s->points[k]];
        for (size_t row = point->first; is_of(g, s, point, ridge->step) && row < point->first + point->count; row++) {
            const double count = results_value(r, row, COUNT);
            if (r->layers[row] != ridge->layer || r->quantities[row] != q || !(count > 0))
                continue;
            g->total += count;
            if (is_zeros(r, row))
                g->zeros += count;
            else if (has_place(r, row))
                g->counts[bin_of(r, row) - g->least[q]] += count;
        }
    }
}

/* The middle of the ridge; -inf where half of it are zeros, NAN where there is nothing. */
static double median_of(const Ridges *g, Quantity q)
{
    double below = g->zeros;
    if (g->total == 0 || 2 * below >= g->total)
        return g->total == 0 ? NOT_GIVEN : -HUGE_VAL;
    size_t k = 0;
    while (k + 1 < g->bins[q] && 2 * (below + g->counts[k]) < g->total)
        below += g->counts[k++];
    return bin_middle(q, g->least[q] + (int64_t)k);
}

/* Its rows, from the empty bin before the first to the one behind the last, and one without numbers, which parts it from the next. */
static void put_ridge(Ridges *g, Picture *p, const Ridge *ridge, const char *name)
{
    const Quantity q = ridge->quantity;
    int64_t from = 0, to = (int64_t)g->bins[q];
    bool cut = false;
    while (from < to && g->counts[from] == 0)
        from++;
    while (to > from && g->counts[to - 1] == 0)
        to--;
    for (int64_t k = from - 1; from < to && k <= to + 1; k++) {
        const double density = k >= from && k < to ? g->counts[k] / g->total * bins_in_one[q] : 0, height = 0.9 * density / normal[q];
        const double x = bin_middle(q, g->least[q] + k), numbers[] = {x, density, (double)ridge->layer + ridge->gap * fmin(height, highest)};
        text_format(&p->data, "%zu,%zu,%lld", ridge->panel, ridge->snapshot, (long long)ridge->layer);
        for (size_t c = 0; c < 3; c++)
            picture_cell(p, k <= to ? numbers[c] : NOT_GIVEN);
        picture_row_name(p, name);
        cut = cut || height > highest;
        if (density > 0.004 * normal[q])
            range_hold(&g->across[q], x);
    }
    g->cut += cut;
}

/* At most so many layers, evenly chosen, the deepest first, so that what stands in front is drawn last. */
static size_t choose_layers(const Ridges *g, const Series *s, int64_t layers[MOST_RIDGES])
{
    const Point *point = series_deepest(s, &g->results);
    Marks all = {0};
    for (size_t row = point->first; row < point->first + point->count; row++)
        if (g->results.layers[row] >= 1 && g->results.layers[row] <= point->depth)
            marks_add(&all, (double)g->results.layers[row]);
    const size_t n = all.n < MOST_RIDGES ? all.n : MOST_RIDGES;
    for (size_t k = 0; k < n; k++)
        layers[n - 1 - k] = (int64_t)all.values[n < all.n ? (k * (all.n - 1) + (n - 1) / 2) / (n - 1) : k];
    free(all.values);
    return n;
}

/* The first and the last snapshot of a network, -1 in a sweep. */
static void find_steps(const Ridges *g, const Series *s, int64_t steps[2])
{
    steps[0] = INT64_MAX;
    steps[1] = -1;
    for (size_t k = 0; k < s->n_points; k++) {
        const Point *point = &g->results.points[s->points[k]];
        if (!is_of(g, s, point, point->step))
            continue;
        steps[0] = point->step < steps[0] ? point->step : steps[0];
        steps[1] = point->step > steps[1] ? point->step : steps[1];
    }
}

/* One quantity of one network at one snapshot: its ridges, and in `profile` the middles of the first snapshot's gradients. */
static void put_panel(Ridges *g, Picture *p, const Series *s, Ridge *ridge, const int64_t *layers, size_t n, Profile *profile)
{
    for (size_t k = 0; k < n; k++) {
        ridge->layer = layers[k];
        gather(g, s, ridge);
        if (g->total > 0)
            put_ridge(g, p, ridge, text_str(&s->label));
        if (ridge->quantity != QUANTITY_GRAD_H || ridge->snapshot != 1)
            continue;
        if (k == 0)
            profile->last = median_of(g, QUANTITY_GRAD_H);
        if (k + 1 == n)
            profile->first = median_of(g, QUANTITY_GRAD_H);
    }
}

static void put_column(Ridges *g, Picture *p, size_t column)
{
    const size_t i = g->shown[column];
    const Series *s = &g->set.series[i];
    int64_t layers[MOST_RIDGES] = {1}, steps[2];
    const size_t n = choose_layers(g, s, layers), last = n ? n - 1 : 0;
    Ridge ridge = {.gap = n > 1 ? (double)(layers[0] - layers[last]) / (double)last : 1};
    find_steps(g, s, steps);
    g->first = g->first < steps[0] ? g->first : steps[0];
    g->least_last = g->least_last < steps[1] ? g->least_last : steps[1];
    g->last = g->last > steps[1] ? g->last : steps[1];
    g->profiles[column] = (Profile){.series = i, .first = NOT_GIVEN, .last = NOT_GIVEN, .first_layer = layers[last], .last_layer = layers[0]};
    for (size_t q = 0; q < QUANTITY_COUNT; q++)
        for (ridge.snapshot = 1; ridge.snapshot <= (steps[1] > steps[0] ? 2 : 1); ridge.snapshot++) {
            ridge.quantity = (Quantity)q;
            ridge.panel = column + 1 + (q == QUANTITY_GRAD_H ? g->n_shown : 0);
            ridge.step = steps[ridge.snapshot - 1];
            put_panel(g, p, s, &ridge, layers, n, &g->profiles[column]);
        }
    g->up[column] = (Range){(double)layers[last] - 0.35 * ridge.gap, (double)layers[0] + 1.75 * ridge.gap};
}

static void put_moments(const Ridges *g, Picture *p)
{
    const int64_t steps[] = {g->first, g->last};
    for (size_t i = 0; i < 2 && g->last > g->first; i++) {
        char moment[64];
        if (steps[i] == 0)
            snprintf(moment, sizeof moment, "before training");
        else if (i == 1 && g->least_last != g->last)
            snprintf(moment, sizeof moment, "after training");
        else
            snprintf(moment, sizeof moment, "after %lld steps", (long long)steps[i]);
        picture_colour(p, i + 1, moment);
    }
}

static void put_names(Ridges *g, Picture *p)
{
    const Range r = g->across[QUANTITY_GRAD_H];
    bool own = false;
    for (size_t i = 1; i < g->n_shown; i++)
        own = own || g->up[i].low != g->up[0].low || g->up[i].high != g->up[0].high;
    for (size_t panel = 1; panel <= 2 * g->n_shown; panel++) {
        const size_t i = (panel - 1) % g->n_shown;
        Text name = {0};
        series_short(&name, &g->set, &g->set.series[g->shown[i]]);
        picture_panel(p, panel, text_str(&name), g->up[i].low, g->up[i].high, own);
        text_free(&name);
        if (panel <= g->n_shown)
            picture_across(p, panel, -4.1, 4.1);
        else
            picture_across(p, panel, r.low <= r.high ? r.low - 0.25 : 0, r.low <= r.high ? r.high + 0.25 : 1);
    }
    picture_columns(p, g->n_shown);
    picture_flag(p, FLAG_MULTIPLES);
    put_moments(g, p);
}

/* How far apart the middles of a network's gradients are at its two ends, before training; a layer of zeros is the furthest. */
static double spread_of(Ridges *g, const Series *s)
{
    int64_t layers[MOST_RIDGES], steps[2];
    const size_t n = choose_layers(g, s, layers);
    find_steps(g, s, steps);
    Ridge ridge = {.quantity = QUANTITY_GRAD_H, .step = steps[0]};
    double middles[2] = {0, 0};
    for (size_t k = 0; k < 2 && n > 0; k++) {
        ridge.layer = layers[k ? n - 1 : 0];
        gather(g, s, &ridge);
        middles[k] = median_of(g, QUANTITY_GRAD_H);
    }
    return middles[0] == middles[1] ? 0 : fabs(middles[0] - middles[1]);
}

/* Up to four networks, evenly chosen; the one whose gradients change most over its layers is among them. */
static void choose_series(Ridges *g)
{
    const size_t n = g->set.n;
    size_t most = 0, nearest = 0;
    g->n_shown = n < MOST_SERIES ? n : MOST_SERIES;
    for (size_t i = 0; n > MOST_SERIES && i < n; i++)
        most = spread_of(g, &g->set.series[i]) > spread_of(g, &g->set.series[most]) ? i : most;
    for (size_t i = 0; i < g->n_shown; i++) {
        g->shown[i] = n > MOST_SERIES ? i * (n - 1) / (MOST_SERIES - 1) : i;
        nearest = g->shown[i] <= most ? i : nearest;
    }
    if (n > MOST_SERIES)
        g->shown[nearest] = most;
    for (size_t i = 0; i < g->n_shown; i++)
        g->set.series[g->shown[i]].in_panel = 1;
    g->set.n_left_out = n - g->n_shown;
}

static void draw(Ridges *g, const Figure *figure, const char *dir, Picture *p)
{
    choose_series(g);
    text_string(&p->data, "panel,snapshot,layer,x,density,top,name\n");
    for (size_t i = 0; i < g->n_shown; i++)
        put_column(g, p, i);
    put_names(g, p);
    finding_profiles(&p->title, &g->set, g->profiles, g->n_shown);
    text_string(&p->x_label, "|∂L/∂hₗ|, entry by entry");
    text_string(&p->y_label, figure->y_label);
    figure_training_setting(p, dir, &g->set, &g->results, true);
    picture_say(p, "The outermost bins hold all that lies beyond them.");
    if (g->cut)
        picture_say(p, "%zu ridge%s cut at the height of %.1f layers' distance.", g->cut, g->cut == 1 ? " is" : "s are", highest);
    figure_training_omissions(p, dir, &g->set, &g->results, true);
}

int build_ridges(const Figure *figure, const char *dir, Picture *p)
{
    Ridges g = {.across = {RANGE_EMPTY, RANGE_EMPTY}, .first = INT64_MAX, .least_last = INT64_MAX, .last = -1};
    static const char *const columns[COLUMNS] = {"low", "high", "count"};
    int result = results_read_snapshots(&g.results, dir, "histograms.csv", columns, COLUMNS, &p->why);
    if (result == 1)
        text_string(&p->why, " (--histograms makes it)");
    if (result == 0) {
        survey(&g);
        const size_t most = g.bins[QUANTITY_H] > g.bins[QUANTITY_GRAD_H] ? g.bins[QUANTITY_H] : g.bins[QUANTITY_GRAD_H];
        if (most == 0 || most > MOST_BINS) {
            text_string(&p->why, most ? "the gradients of histograms.csv span too many decades for one picture" : "histograms.csv counts no number");
            result = 1;
        } else {
            g.counts = mem_doubles(most);
            series_collect(&g.set, &g.results);
            draw(&g, figure, dir, p);
        }
    }
    free(g.counts);
    series_free(&g.set);
    results_free(&g.results);
    return result;
}
