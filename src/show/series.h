/* Series: the curves of a run, what to call each, and which panel and colour it gets.
 * The one thing to know: a curve is one point key apart from depth; curves are named by what varies, never mixed.
 * At most seven colours (Okabe and Ito's) share a panel; more curves become small multiples, one panel an activation. */
#ifndef SHOW_SERIES_H
#define SHOW_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "show/results.h"

enum { MOST_COLOURS = 7, MOST_PANELS = 24 };

typedef struct {
    const Point *key;      /* any of its points: all keys but depth */
    size_t *points;        /* indices into Results.points, by depth, shallowest first */
    size_t n_points;
    Text panel, variant;   /* "relu · he-normal" and "width 64"; either may be empty */
    Text label;            /* both */
    size_t in_panel, colour;   /* from 1; 0: left out for want of room */
} Series;

typedef struct {
    Series *series;
    size_t n, n_panels, n_colours, n_left_out;
    bool small_multiples;
} SeriesSet;

void series_collect(SeriesSet *set, const Results *r);
void series_free(SeriesSet *set);

/* Give every series its panel and colour: all in one panel while there are at most `together` (≤ MOST_COLOURS),
 * or four where something varies within an activation. */
void series_place(SeriesSet *set, size_t together);

/* All in one panel; of more than seven, seven that are spread evenly. */
void series_place_together(SeriesSet *set);

/* The names: of a panel, of a colour; "" where there is none. */
const char *series_panel_name(const SeriesSet *set, size_t panel);
const char *series_colour_name(const SeriesSet *set, size_t colour);

/* Append " · σ_w 1.5": a field's value under its name (an activation, initialiser or format without), a long number with so many digits;
 * nothing where it is empty. */
enum { SERIES_DIGITS = 4 };
void series_field(Text *out, size_t field, const char *value, int digits);

/* Its name without the initialiser that comes with the activation, where there are several series: for narrow places. */
void series_short(Text *out, const SeriesSet *set, const Series *s);

/* A series' deepest point. */
const Point *series_deepest(const Series *s, const Results *r);

/* "depth 100, width 256, batch 32" with the activation and initialiser where they are the same for all; depths as a range. */
void series_setting(Text *out, const SeriesSet *set, const Results *r, bool deepest_only);

#endif
