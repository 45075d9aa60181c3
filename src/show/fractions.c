/* Fractions: how many units are saturated, dead or exactly zero, layer by layer.
 * The one thing to know: up to seven curves share three panels, one a quantity; more get a panel each, one colour a quantity.
 * The definitions stand in INTERFACE.md's terms: |φ'(z)| < 0.05 max|φ'|; φ'(z) = 0 for the whole batch; h = 0. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"

enum { QUANTITIES = 3, QUANTILES = 5, SEEDS = QUANTITIES * (QUANTILES + 1), COLUMNS };

static const char *const quantities[QUANTITIES] = {"saturated_frac", "dead_frac", "zero_frac"};
static const char *const quantity_names[QUANTITIES] = {"saturated", "dead", "zero"};

typedef struct {
    Results results;
    SeriesSet set;
    double *saturated, *dead;
    int64_t *layers;
    double shallowest, deepest;
    size_t holes;
} Fractions;

static int read_fractions(Fractions *f, const char *dir, Picture *p)
{
    static const char *const suffixes[QUANTILES] = {"_q05", "_q25", "_q50", "_q75", "_q95"};
    char names[COLUMNS][64];
    const char *columns[COLUMNS];
    for (size_t q = 0; q < QUANTITIES; q++) {
        char(*block)[64] = names + q * (QUANTILES + 1);
        for (size_t i = 0; i < QUANTILES; i++)
            snprintf(block[i], sizeof *block, "%s%s", quantities[q], suffixes[i]);
        snprintf(block[QUANTILES], sizeof *block, "theory_%s", quantities[q]);
    }
    snprintf(names[SEEDS], sizeof names[SEEDS], "n");
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = names[i];
    return results_read(&f->results, dir, "summary.csv", columns, COLUMNS, &p->why);
}

static void put_row(Fractions *f, Picture *p, const Series *s, size_t panel, size_t colour, size_t quantity, size_t row)
{
    const size_t block = quantity * (QUANTILES + 1), i = (size_t)(s - f->set.series);
    const int64_t layer = f->results.layers[row];
    const double middle = results_value(&f->results, row, block + 2);
    text_format(&p->data, "%zu,%zu,%lld", panel, colour, (long long)layer);
    for (size_t c = 0; c <= QUANTILES; c++)
        picture_cell(p, results_value(&f->results, row, block + c));
    picture_row_name(p, text_str(&s->label));
    f->deepest = fmax(f->deepest, (double)layer);
    f->shallowest = fmin(f->shallowest, (double)layer);
    if (!isfinite(middle))
        return;
    f->layers[i] = layer;
    if (quantity < 2)
        (quantity ? f->dead : f->saturated)[i] = middle;
}

static void put_data(Fractions *f, Picture *p)
{
    text_string(&p->data, "panel,series,layer,q05,q25,q50,q75,q95,theory,name\n");
    for (size_t q = 0; q < QUANTITIES; q++)
        for (size_t i = 0; i < f->set.n; i++) {
            const Series *s = &f->set.series[i];
            const Point *point = series_deepest(s, &f->results);
            for (size_t row = point->first; s->in_panel && row < point->first + point->count; row++) {
                const int64_t layer = f->results.layers[row];
                if (layer >= 1 && layer <= point->depth)
                    put_row(f, p, s, f->set.small_multiples ? s->in_panel : q + 1, f->set.small_multiples ? q + 1 : s->colour, q, row);
            }
        }
}

/* Up to seven curves are colours in a panel for each quantity, whatever tells them apart; of more each has its own panel: as many as fit. */
static void place(SeriesSet *set)
{
    series_place_together(set);
    if (set->n <= MOST_COLOURS)
        return;
    set->small_multiples = true;
    set->n_panels = set->n_left_out = 0;
    for (size_t i = 0; i < set->n; i++) {
        const bool fits = i < MOST_PANELS;
        set->series[i].in_panel = set->series[i].colour = fits ? i + 1 : 0;
        set->n_panels += fits;
        set->n_left_out += !fits;
    }
}

static void put_names(const Fractions *f, Picture *p)
{
    const SeriesSet *set = &f->set;
    const size_t panels = set->small_multiples ? set->n_panels : QUANTITIES, colours = set->small_multiples ? QUANTITIES : set->n_colours;
    for (size_t i = 1; i <= panels; i++) {
        Text name = {0};   /* a panel of many is narrow */
        if (set->small_multiples)
            series_short(&name, set, &set->series[i - 1]);
        picture_panel(p, i, set->small_multiples ? text_str(&name) : quantity_names[i - 1], -0.02, 1.02, false);
        text_free(&name);
    }
    for (size_t i = 1; i <= colours; i++)
        picture_colour(p, i, set->small_multiples ? quantity_names[i - 1] : series_colour_name(set, i));
    picture_range(p, PICTURE_X, 1, fmax(2, f->deepest));
    picture_flag(p, FLAG_BANDS);
    picture_flag(p, FLAG_MULTIPLES);
    if (set->small_multiples)
        picture_flag(p, FLAG_DASHES);
}

int build_fractions(const Figure *figure, const char *dir, Picture *p)
{
    Fractions f = {.shallowest = HUGE_VAL};
    int result = read_fractions(&f, dir, p);
    if (result == 0) {
        series_collect(&f.set, &f.results);
        place(&f.set);
        f.saturated = mem_doubles(f.set.n);
        f.dead = mem_doubles(f.set.n);
        f.layers = mem_alloc(f.set.n, sizeof *f.layers);
        for (size_t i = 0; i < f.set.n; i++)
            f.saturated[i] = f.dead[i] = NOT_GIVEN;
        put_data(&f, p);
        put_names(&f, p);
        finding_fractions(&p->title, &(Curves){&f.set, NULL, f.saturated, f.dead, f.layers, NULL});
        text_string(&p->x_label, "layer (1 = next to the input)");
        text_string(&p->y_label, figure->y_label);
        picture_say(p, "Saturated: |φ'(z)| < 5 %% of its maximum. Dead: φ'(z) = 0 for the whole batch. Zero: h = 0.");
        figure_setting(p, dir, &f.set, &f.results, SEEDS, true);
        figure_omissions(p, dir, &f.set, &f.results, 0, true);
        if (!(f.shallowest < f.deepest)) {
            text_string(&p->why, f.deepest < 1 ? "summary.csv has no layer but the input" : "summary.csv has one layer, and one makes no curve");
            result = 1;
        }
    }
    free(f.saturated);
    free(f.dead);
    free(f.layers);
    series_free(&f.set);
    results_free(&f.results);
    return result;
}
