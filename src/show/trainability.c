/* Trainability: what networks reach in training, over depth and σ_w, activation or learning rate; over σ_w with theory's 6 ξ_c.
 * The one thing to know: cells come from networks.csv and the curve from critical.csv, both of the run.
 * Schoenholz et al. 2017 drew the first of these maps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/atlas.h"
#include "show/figure.h"
#include "show/label.h"

enum { CELL = 1, CURVE = 2, CROSS = 3 };   /* kinds of rows; cells.gp knows them by these numbers */
enum { PIECES = 400 };                     /* of the curve across the frame */

typedef struct {
    Atlas atlas;
    Range across, up;
    size_t right, told, crosses, pieces;
} Map;

static void put_row(Picture *p, size_t panel, int kind, const double cells[7], const char *name)
{
    text_format(&p->data, "%zu,%d", panel, kind);
    for (size_t c = 0; c < 7; c++)
        picture_cell(p, cells[c]);
    picture_row_name(p, name);
}

static void put_cells(Map *m, Picture *p, size_t panel)
{
    const Atlas *a = &m->atlas;
    const Chart *c = &a->charts[panel - 1];
    for (size_t j = 0; j < c->y.n; j++)
        for (size_t i = 0; i < c->x.n; i++) {
            const size_t at = j * c->x.n + i;
            const bool words = a->field == FIELD_activation;
            const double x[] = {words ? c->x.values[i] - 0.5 : marks_edge(&c->x, i, false), words ? c->x.values[i] + 0.5 : marks_edge(&c->x, i, true)};
            const double cells[] = {chart_x(a, c, i), chart_depth(a, c, j), c->value[at], x[0], x[1], marks_edge(&c->y, j, false), marks_edge(&c->y, j, true)};
            if (c->kind[at] == CELL_NONE)
                continue;
            put_row(p, panel, c->kind[at] == CELL_BROKEN ? CROSS : CELL, cells, words ? a->words[i] : text_str(&c->name));
            m->crosses += c->kind[at] == CELL_BROKEN;
            for (size_t k = 3; k < 5; k++)
                range_hold(&m->across, cells[k]);
            for (size_t k = 5; k < 7; k++)
                range_hold(&m->up, cells[k]);
        }
}

/* Where the curve stands, in the axis' terms, kept just beyond the frame where theory sets no limit. */
static double height(const Map *m, const Reach *r, double x)
{
    const double depth = reach_at(r, m->atlas.log_x ? pow(10, x) : x), beyond = m->up.high + (m->up.high - m->up.low);
    return isnan(depth) ? NOT_GIVEN : fmin(m->atlas.log_y ? log10(depth) : depth, beyond);
}

/* A piece between two places of the curve, cut off at the frame. */
static void put_piece(Map *m, Picture *p, size_t panel, double x0, double y0, double x1, double y1)
{
    const Range *up = &m->up;
    double x[] = {x0, x1}, y[] = {y0, y1};
    for (int k = 0; k < 2; k++) {
        const double to = y[k] > up->high ? up->high : y[k] < up->low ? up->low : y[k];
        x[k] = y1 == y0 ? x[k] : x0 + (to - y0) / (y1 - y0) * (x1 - x0);
        y[k] = to;
    }
    if (!isfinite(y0 + y1) || (y[0] == y[1] && (y0 > up->high || y0 < up->low)))
        return;
    put_row(p, panel, CURVE, (const double[]){(x[0] + x[1]) / 2, (y[0] + y[1]) / 2, NOT_GIVEN, x[0], x[1], y[0], y[1]}, "6 ξ_c");
    m->pieces++;
}

static void put_curve(Map *m, Picture *p, size_t panel, const Reach *r)
{
    const Marks *x = &m->atlas.charts[panel - 1].x;
    const double from = x->values[0], step = (x->values[x->n - 1] - from) / PIECES;
    for (size_t i = 0; r->n > 1 && i < PIECES; i++) {
        const double x0 = from + (double)i * step, x1 = i + 1 == PIECES ? x->values[x->n - 1] : x0 + step;
        put_piece(m, p, panel, x0, height(m, r, x0), x1, height(m, r, x1));
    }
}

/* In how many cells 6 ξ_c says rightly whether networks learn. */
static void compare(Map *m, const Chart *c, const Reach *r)
{
    for (size_t i = 0; i < c->x.n; i++) {
        const double depth = reach_at(r, chart_x(&m->atlas, c, i));
        for (size_t j = 0; !isnan(depth) && j < c->y.n; j++) {
            const unsigned char kind = c->kind[j * c->x.n + i];
            m->told += kind != CELL_NONE;
            m->right += kind != CELL_NONE && (kind == CELL_LEARNED) == (chart_depth(&m->atlas, c, j) <= depth);
        }
    }
}

static int put_data(Map *m, const char *dir, Picture *p)
{
    text_string(&p->data, "panel,kind,x,depth,value,x0,x1,y0,y1,name\n");
    for (size_t i = 1; i <= m->atlas.n; i++)
        put_cells(m, p, i);
    for (size_t i = 1; m->atlas.field == FIELD_sigma_w && i <= m->atlas.n; i++) {
        Reach r;
        const int result = reach_read(&r, dir, &m->atlas.charts[i - 1]);
        if (result == 0) {
            put_curve(m, p, i, &r);
            compare(m, &m->atlas.charts[i - 1], &r);
        }
        reach_free(&r);
        if (result)
            return -1;
    }
    return 0;
}

/* Accuracies on tenths; losses over at least a factor 2. */
static void put_palette(const Atlas *a, Picture *p)
{
    Range r = a->values;
    if (a->accuracy)
        r = (Range){fmin(floor(10 * r.low) / 10, 0.9), fmax(ceil(10 * r.high) / 10, floor(10 * r.low) / 10 + 0.1)};
    else if (r.high - r.low < 0.3)
        r = (Range){r.low - 0.15, r.high + 0.15};
    picture_range(p, PICTURE_Z, r.low, r.high);
    picture_colour(p, 1, a->accuracy ? "accuracy on the training data" : "loss on the training data");
    if (!a->accuracy) {
        picture_flag(p, FLAG_POWER_Z);
        picture_flag(p, FLAG_TURNED);
    }
}

/* The depths there are, unless they are many or would touch. */
static void put_depths(const Map *m, Picture *p)
{
    const Atlas *a = &m->atlas;
    Marks all = {0};
    double nearest = HUGE_VAL;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < a->charts[i].y.n; j++)
            marks_add(&all, a->charts[i].y.values[j]);
    for (size_t j = 1; j < all.n; j++)
        nearest = fmin(nearest, all.values[j] - all.values[j - 1]);
    const double room = a->n == 1 ? 0.04 : a->n <= 4 ? 0.06 : 0.09;
    for (size_t j = 0; nearest > room * (m->up.high - m->up.low) && j < all.n; j++) {
        char word[32];
        snprintf(word, sizeof word, "%.0f", a->log_y ? pow(10, all.values[j]) : all.values[j]);
        picture_tick_up(p, all.values[j], word);
    }
    free(all.values);
}

static void put_values(const Map *m, Picture *p)
{
    const Atlas *a = &m->atlas;
    Marks all = {0};
    for (size_t i = 0; a->field != FIELD_activation && i < a->n; i++)
        for (size_t j = 0; j < a->charts[i].x.n; j++)
            marks_add(&all, a->charts[i].x.values[j]);
    marks_name(&all, p, a->log_x, a->log_x ? (a->n == 1 ? 0.08 : 0.7 / (double)all.n) * (m->across.high - m->across.low) : 0);
    free(all.values);
}

static void put_names(const Map *m, Picture *p)
{
    const Atlas *a = &m->atlas;
    for (size_t i = 0; i < a->n; i++)
        picture_panel(p, i + 1, a->n > 1 ? text_str(&a->charts[i].name) : "", m->up.low, m->up.high, false);
    for (size_t i = 0; i < a->n_words; i++)
        picture_tick(p, (double)i + 1, a->words[i]);
    put_values(m, p);
    put_depths(m, p);
    put_palette(a, p);
    picture_range(p, PICTURE_X, m->across.low, m->across.high);
    const bool flags[] = {[FLAG_LOG_X] = a->log_x, [FLAG_LINE] = m->pieces > 0, [FLAG_CIRCLES] = m->crosses > 0, [FLAG_LOG_Y] = a->log_y};
    for (size_t i = 1; i < sizeof flags / sizeof *flags; i++)
        if (flags[i])
            picture_flag(p, i);
}

static void put_words(const Map *m, const Figure *figure, const char *dir, Picture *p)
{
    const Atlas *a = &m->atlas;
    finding_atlas(&p->title, a, m->right, m->told);
    text_string(&p->x_label, a->field == FIELD_sigma_w ? "weight scale σ_w" : a->field == FIELD_lr ? "learning rate" : "activation");
    text_string(&p->y_label, figure->y_label);
    figure_training_setting(p, dir, &a->set, &a->results, false);
    if (!isnan(a->enough) && a->accuracy)
        picture_say(p, "To learn: %.0f %% or more, half-way from the networks that stalled to the best.", 100 * a->enough);
    else if (!isnan(a->enough)) {
        Text limit = {0};
        label_power(&limit, a->enough);
        picture_say(p, "To learn: a loss of %s or less, half-way (in its logarithm) from the networks that stalled to the best.", text_str(&limit));
        text_free(&limit);
    }
    if (a->n_left_out)
        picture_say(p, "%d panels are shown.", MOST_PANELS);
    figure_training_omissions(p, dir, &a->set, &a->results, false);
}

static size_t field_of(const Figure *figure)
{
    size_t f = 0;
    while (strcmp(fields[f].name, figure->column) != 0)
        f++;
    return f;
}

int build_trainability(const Figure *figure, const char *dir, Picture *p)
{
    Map m = {.across = RANGE_EMPTY, .up = RANGE_EMPTY};
    int result = atlas_read(&m.atlas, dir, field_of(figure), &p->why);
    if (result == 0 && (result = put_data(&m, dir, p)) == 0) {
        put_names(&m, p);
        put_words(&m, figure, dir, p);
    }
    atlas_free(&m.atlas);
    return result;
}
