/* Depth scales: 1/|ln χ₁| against σ_w, a curve for each σ_b, a panel for each activation.
 * The one thing to know: between cells ln χ₁ is a straight line, so a curve runs to infinity where that line crosses 0;
 * rows between cells say so by `cell` 0, and the place of each divergence is a row with `cell` 2. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "show/figure.h"
#include "show/finding.h"
#include "show/plane.h"

enum { BETWEEN = 0, CELL = 1, DIVERGENCE = 2, HALVINGS = 8 };

typedef struct {
    Planes planes;
    double *biases;     /* those that have a colour */
    size_t n_biases, n_left_out, infinite;
    Range across, up;
} Scales;

/* log10 of the depth scale. */
static double scale_of(double log_chi)
{
    return -log10(log(10) * fabs(log_chi));
}

static void put_row(Picture *p, size_t panel, size_t colour, double w, double value, int cell, double b)
{
    char name[64];
    snprintf(name, sizeof name, "σ_b %.4g", b);
    text_format(&p->data, "%zu,%zu", panel, colour);
    picture_cell(p, w);
    picture_cell(p, value);
    text_format(&p->data, ",%d", cell);
    picture_row_name(p, name);
}

/* From one cell to the next: towards the crossing by halves, and away from it by halves. */
static void put_crossing(Picture *p, size_t panel, size_t colour, const double w[2], const double x[2], double b)
{
    const double t = crossing(x[0], x[1]), at = w[0] + t * (w[1] - w[0]);
    double left = 1, right = pow(0.5, HALVINGS);
    if (isnan(t))
        return;
    for (int k = 1; k <= HALVINGS && t > 0; k++) {
        left /= 2;
        put_row(p, panel, colour, at - left * (at - w[0]), scale_of(left * x[0]), BETWEEN, b);
    }
    put_row(p, panel, colour, at, NOT_GIVEN, DIVERGENCE, b);
    for (int k = 1; k <= HALVINGS && t < 1; k++, right *= 2)
        put_row(p, panel, colour, at + right * (w[1] - at), scale_of(right * x[1]), BETWEEN, b);
}

static void put_curve(Scales *s, Picture *p, size_t panel, size_t colour, size_t row)
{
    const Plane *plane = &s->planes.planes[panel - 1];
    const double b = plane->b.values[row];
    for (size_t i = 0; i < plane->w.n; i++) {
        const double x = plane_at(plane, i, row), value = scale_of(x);
        s->infinite += x == 0 ? 1 : 0;
        if (isfinite(value)) {
            put_row(p, panel, colour, plane->w.values[i], value, CELL, b);
            range_hold(&s->across, plane->w.values[i]);
            range_hold(&s->up, value);
        }
        if (i + 1 < plane->w.n)
            put_crossing(p, panel, colour, &plane->w.values[i], (const double[]){x, plane_at(plane, i + 1, row)}, b);
    }
}

/* The biases of all planes, thinned evenly to as many as there are colours. */
static void choose(Scales *s)
{
    Marks all = {0};
    for (size_t i = 0; i < s->planes.n; i++)
        for (size_t j = 0; j < s->planes.planes[i].b.n; j++)
            marks_add(&all, s->planes.planes[i].b.values[j]);
    s->biases = mem_doubles(MOST_COLOURS);
    s->n_biases = all.n < MOST_COLOURS ? all.n : MOST_COLOURS;
    s->n_left_out = all.n - s->n_biases;
    for (size_t k = 0; k < s->n_biases; k++)
        s->biases[k] = all.values[s->n_left_out ? k * (all.n - 1) / (MOST_COLOURS - 1) : k];
    free(all.values);
}

static void put_data(Scales *s, Picture *p)
{
    text_string(&p->data, "panel,series,sigma_w,log10_xi,cell,name\n");
    for (size_t i = 0; i < s->planes.n; i++)
        for (size_t k = 0; k < s->n_biases; k++)
            for (size_t j = 0; j < s->planes.planes[i].b.n; j++)
                if (s->planes.planes[i].b.values[j] == s->biases[k])
                    put_curve(s, p, i + 1, k + 1, j);
}

static void put_names(const Scales *s, Picture *p)
{
    const double room = 0.03 * (s->across.high - s->across.low), up = fmax(0.06 * (s->up.high - s->up.low), 0.1);
    for (size_t i = 0; i < s->planes.n; i++)
        picture_panel(p, i + 1, s->planes.n > 1 ? text_str(&s->planes.planes[i].name) : "", s->up.low - up, s->up.high + up, false);
    for (size_t k = 0; k < s->n_biases; k++) {
        char name[64];
        snprintf(name, sizeof name, "σ_b %.4g", s->biases[k]);
        picture_colour(p, k + 1, name);
    }
    picture_range(p, PICTURE_X, s->across.low - room, s->across.high + room);
    picture_flag(p, FLAG_POWER);
}

static void put_words(const Scales *s, const Figure *figure, Picture *p)
{
    size_t cells = 0, blank = 0;
    for (size_t i = 0; i < s->planes.n; i++) {
        cells += s->planes.planes[i].cells;
        blank += s->planes.planes[i].blank;
    }
    finding_scales(&p->title, &s->planes);
    text_format(&p->setting, "%s%smean-field theory at the fixed point", s->planes.n == 1 ? text_str(&s->planes.planes[0].name) : "",
                s->planes.n == 1 ? ", " : "");
    text_string(&p->x_label, "weight scale σ_w");
    text_string(&p->y_label, figure->y_label);
    picture_say(p, "Dots: the grid; dotted: χ₁ = 1, between cells of the grid.");
    if (s->n_left_out)
        picture_say(p, "%zu of %zu values of σ_b are shown.", s->n_biases, s->n_biases + s->n_left_out);
    if (s->infinite)
        picture_say(p, "%zu cell%s exactly critical.", s->infinite, s->infinite == 1 ? " is" : "s are");
    if (blank)
        picture_say(p, "%zu of %zu cells have no stable fixed point.", blank, cells);
}

int build_scales(const Figure *figure, const char *dir, Picture *p)
{
    Scales s = {.across = RANGE_EMPTY, .up = RANGE_EMPTY};
    int result = planes_read(&s.planes, dir, &p->why);
    if (result == 0) {
        choose(&s);
        put_data(&s, p);
        if (s.across.low < s.across.high) {
            put_names(&s, p);
            put_words(&s, figure, p);
        } else {
            text_string(&p->why, "theory.csv has fewer than two finite chi_1");
            result = 1;
        }
    }
    free(s.biases);
    planes_free(&s.planes);
    return result;
}
