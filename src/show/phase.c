/* Phase diagram: χ₁ over (σ_w, σ_b), the line χ₁ = 1, and what networks.csv measured, in one palette.
 * The one thing to know: a network's gradient norm grows by 10^grad_decay a layer toward the input, so χ₁ is measured as its square.
 * The palette is centred on χ₁ = 1; what lies beyond its ends is drawn in the end colour, and said. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/label.h"
#include "show/place.h"

enum { CELL = 1, LINE = 2, CIRCLE = 3, WORD = 4 };   /* kinds of rows; phase.gp knows them by these numbers */

typedef struct {
    Planes planes;
    Results networks;
    Measured *measured;    /* of all planes, in their order */
    size_t first[MOST_PANELS + 1];
    Range across, up, values;
    double limit;
} Phase;

static void put_kind(Picture *p, size_t panel, int kind, const double cells[7], const char *name)
{
    text_format(&p->data, "%zu,%d", panel, kind);
    for (size_t c = 0; c < 7; c++)
        picture_cell(p, cells[c]);
    picture_row_name(p, name);
}

static void put_cells(Phase *h, Picture *p, size_t panel, const Plane *plane)
{
    for (size_t j = 0; j < plane->b.n; j++)
        for (size_t i = 0; i < plane->w.n; i++) {
            const double x = plane_at(plane, i, j);
            const double cells[] = {plane->w.values[i], plane->b.values[j], x == -HUGE_VAL ? -1e3 : x, marks_edge(&plane->w, i, false),
                                    marks_edge(&plane->w, i, true), marks_edge(&plane->b, j, false), marks_edge(&plane->b, j, true)};
            range_hold(&h->across, cells[3]);
            range_hold(&h->across, cells[4]);
            range_hold(&h->up, cells[5]);
            range_hold(&h->up, cells[6]);
            range_hold(&h->values, x);
            if (!isnan(x))
                put_kind(p, panel, CELL, cells, text_str(&plane->name));
        }
}

static size_t put_line(Picture *p, size_t panel, const Plane *plane)
{
    size_t n;
    Piece *pieces = plane_critical(plane, &n);
    for (size_t i = 0; i < n; i++) {
        const Piece *q = &pieces[i];
        const double cells[] = {(q->w[0] + q->w[1]) / 2, (q->b[0] + q->b[1]) / 2, 0, q->w[0], q->w[1], q->b[0], q->b[1]};
        put_kind(p, panel, LINE, cells, "critical line");
    }
    free(pieces);
    return n;
}

/* The mean over seeds at the deepest point of each (σ_w, σ_b); doubled, because χ₁ is of squared norms. */
static void measure(Phase *h, const Plane *plane, size_t panel)
{
    const Results *r = &h->networks;
    size_t at = h->first[panel], n = at;
    for (size_t i = 0; i < r->n_points; i++) {
        const Point *point = &r->points[i];
        const double w = point_sigma(point, FIELD_sigma_w), b = point_sigma(point, FIELD_sigma_b);
        double sum = 0;
        size_t seeds = 0, k = at;
        if (!plane_is_of(plane, point) || isnan(plane_between(plane, w, b)))
            continue;
        for (size_t row = point->first; row < point->first + point->count; row++)
            if (isfinite(results_value(r, row, 0))) {
                sum += results_value(r, row, 0);
                seeds++;
            }
        while (k < n && (h->measured[k].w != w || h->measured[k].b != b))
            k++;
        if (!seeds || (k < n && h->measured[k].depth >= point->depth))
            continue;
        h->measured[k] = (Measured){w, b, 2 * sum / (double)seeds, plane_between(plane, w, b), point->depth, seeds};
        n += k == n;
    }
    h->first[panel + 1] = n;
}

static int measure_all(Phase *h, const char *dir)
{
    static const char *const columns[] = {"grad_decay_log10"};
    Text why = {0};
    const int result = results_read(&h->networks, dir, "networks.csv", columns, 1, &why);
    h->measured = mem_alloc(h->networks.n_points * h->planes.n + 1, sizeof *h->measured);
    for (size_t i = 0; result == 0 && i < h->planes.n; i++)
        measure(h, &h->planes.planes[i], i);
    text_free(&why);
    return result < 0 ? -1 : 0;
}

static void put_circles(const Phase *h, Picture *p, size_t panel)
{
    for (size_t k = h->first[panel - 1]; k < h->first[panel]; k++) {
        const Measured *m = &h->measured[k];
        put_kind(p, panel, CIRCLE, (const double[]){m->w, m->b, m->growth, m->predicted, (double)m->seeds, (double)m->depth, NOT_GIVEN}, "measured");
    }
}

/* The names of the two phases, where they fit: x0 is 1 for the whole sentence, x1 is 1 for white on dark. */
static void put_words(const Phase *h, Picture *p, size_t panel)
{
    const size_t from = h->first[panel - 1];
    const Frame frame = {&h->planes.planes[panel - 1], h->across, h->up, h->measured + from, h->first[panel] - from, h->planes.n, h->limit};
    for (int chaotic = 0; chaotic < 2; chaotic++) {
        const Spot spot = place_word(&frame, chaotic);
        if (spot.found)
            put_kind(p, panel, WORD, (const double[]){spot.w, spot.b, chaotic ? 1 : -1, spot.whole, spot.dark, NOT_GIVEN, NOT_GIVEN}, "phase");
    }
}

/* Twice the smaller of the two arms, so that both sides of the line show; at least a factor 1.25. */
static double palette(const Phase *h)
{
    const double low = fmax(0, -h->values.low), high = fmax(0, h->values.high), less = fmin(low, high), more = fmax(low, high);
    return fmax(fmin(more, less > 0 ? fmax(2 * less, 0.6) : more), 0.1);
}

static void put_names(Phase *h, Picture *p)
{
    for (size_t i = 1; i <= h->planes.n; i++)
        picture_panel(p, i, h->planes.n > 1 ? text_str(&h->planes.planes[i - 1].name) : "", h->up.low, h->up.high, false);
    picture_range(p, PICTURE_X, h->across.low, h->across.high);
    picture_range(p, PICTURE_Z, -h->limit, h->limit);
    text_string(&p->x_label, "weight scale σ_w");
}

static void say_beyond(Picture *p, const char *colour, double edge, const char *beyond, double extreme)
{
    Text from = {0}, to = {0};
    label_power(&from, edge);
    label_power(&to, extreme);
    picture_say(p, "%s: χ₁ = %s and %s %s.", colour, text_str(&from), beyond, text_str(&to));
    text_free(&from);
    text_free(&to);
}

static void put_caption(const Phase *h, Picture *p)
{
    size_t cells = 0, blank = 0;
    for (size_t i = 0; i < h->planes.n; i++) {
        cells += h->planes.planes[i].cells;
        blank += h->planes.planes[i].blank;
    }
    const size_t circles = h->first[h->planes.n];
    if (circles) {
        double error_most = 0;
        for (size_t k = 0; k < circles; k++)
            error_most = fmax(error_most, fabs(h->measured[k].growth - h->measured[k].predicted));
        Text factor = {0};
        label_power(&factor, error_most);
        picture_say(p, "Circles: measured, the mean over seeds of the squared growth a layer; at most a factor %s from theory.", text_str(&factor));
        text_free(&factor);
    }
    if (blank)
        picture_say(p, "Blank: %zu of %zu cells, which have no stable fixed point.", blank, cells);
    if (h->values.low < -1.01 * h->limit)
        say_beyond(p, "Darkest blue", -h->limit, "below, down to", h->values.low);
    if (h->values.high > 1.01 * h->limit)
        say_beyond(p, "Darkest red", h->limit, "above, up to", h->values.high);
    if (h->planes.n_left_out)
        picture_say(p, "%d planes are shown.", MOST_PANELS);
}

static void put_setting(const Phase *h, Picture *p)
{
    const Plane *plane = &h->planes.planes[0];
    if (h->planes.n == 1)
        text_format(&p->setting, "%s, ", text_str(&plane->name));
    text_format(&p->setting, "mean-field theory at the fixed point, %zu × %zu cells", plane->w.n, plane->b.n);
    if (h->first[h->planes.n]) {
        const Measured *m = &h->measured[0];
        text_format(&p->setting, "; measured: depth %lld, width ", (long long)m->depth);
        label_clean(&p->setting, h->networks.points[0].keys[FIELD_width], 12);
        text_format(&p->setting, ", %zu seed%s", m->seeds, m->seeds == 1 ? "" : "s");
    }
}

static void draw(Phase *h, const Figure *figure, Picture *p)
{
    size_t pieces = 0;
    text_string(&p->data, "panel,kind,sigma_w,sigma_b,log10_chi_1,x0,x1,y0,y1,name\n");
    for (size_t i = 1; i <= h->planes.n; i++) {
        put_cells(h, p, i, &h->planes.planes[i - 1]);
        pieces += put_line(p, i, &h->planes.planes[i - 1]);
        put_circles(h, p, i);
    }
    h->limit = palette(h);
    for (size_t i = 1; i <= h->planes.n; i++)
        put_words(h, p, i);
    put_names(h, p);
    if (pieces)
        picture_flag(p, FLAG_LINE);
    if (h->first[h->planes.n])
        picture_flag(p, FLAG_CIRCLES);
    finding_phase(&p->title, &h->planes, h->measured, h->first[h->planes.n]);
    text_string(&p->y_label, figure->y_label);
    put_setting(h, p);
    put_caption(h, p);
}

int build_phase(const Figure *figure, const char *dir, Picture *p)
{
    Phase h = {.across = RANGE_EMPTY, .up = RANGE_EMPTY, .values = RANGE_EMPTY};
    int result = planes_read(&h.planes, dir, &p->why);
    bool grid = false;
    for (size_t i = 0; i < h.planes.n; i++)
        grid = grid || (h.planes.planes[i].w.n > 1 && h.planes.planes[i].b.n > 1);
    if (result == 0 && !grid) {
        text_string(&p->why, "it needs sigma_w and sigma_b both to vary in theory.csv (try --sigma-w 0.5:4:n41 --sigma-b 0:2:n41)");
        result = 1;
    }
    if (result == 0 && (result = measure_all(&h, dir)) == 0)
        draw(&h, figure, p);
    free(h.measured);
    results_free(&h.networks);
    planes_free(&h.planes);
    return result;
}
