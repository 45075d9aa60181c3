/* A picture: what a builder hands to a script: numbers, names, and the words around them.
 * The one thing to know: data.csv holds numbers by panel and colour; names.tsv says what the numbers are called.
 * Texts are plain UTF-8 here; the last step before gnuplot cleans them and, for LaTeX, translates them. */
#ifndef SHOW_PICTURE_H
#define SHOW_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "show/gnuplot.h"
#include "show/series.h"

typedef struct {
    int what;          /* PICTURE_… */
    size_t index;
    double low, high;
    bool own;
    char *text;
} PictureName;

/* Kinds of rows in names.tsv; the scripts know them by these numbers. */
enum { PICTURE_PANEL = 1, PICTURE_COLOUR = 2, PICTURE_X = 3, PICTURE_FLAG = 4, PICTURE_Z = 5, PICTURE_TICK = 6, PICTURE_COLUMNS = 7, PICTURE_ACROSS = 8,
       PICTURE_TICK_UP = 9, PICTURE_SETTING = 10 };
/* Flags: the vertical axis holds log10; the horizontal one is logarithmic; theory lines, bands exist; small multiples;
 * the third line is dashed, because it often lies on another; there is a critical line, there are circles (or crosses); the vertical axis
 * is logarithmic and holds log10; the palette holds log10; it is turned round: low is bright. */
enum {
    FLAG_POWER = 1, FLAG_LOG_X = 2, FLAG_THEORY = 3, FLAG_BANDS = 4, FLAG_MULTIPLES = 5, FLAG_DASHES = 6, FLAG_LINE = 7, FLAG_CIRCLES = 8,
    FLAG_LOG_Y = 9, FLAG_POWER_Z = 10, FLAG_TURNED = 11
};

typedef struct {
    Text data;
    Text title, setting, caption, x_label, y_label;
    Text why;          /* why there is no picture, when there is none */
    PictureName *names;
    size_t n_names;
} Picture;

void picture_free(Picture *p);

/* A panel with its vertical range (`own`: not the one the others share), a colour (a line of the
 * legend; `low` is the length of its name), the horizontal range, the range of a palette, a flag. */
void picture_panel(Picture *p, size_t index, const char *name, double low, double high, bool own);
void picture_colour(Picture *p, size_t index, const char *name);
void picture_range(Picture *p, int what, double low, double high);
void picture_flag(Picture *p, size_t flag);

/* A word on the horizontal axis, or the vertical one, in place of its numbers, at most MOST_TICKS of each; panels in rows of so many; a
 * panel's own horizontal range. */
enum { MOST_TICKS = 60 };
void picture_tick(Picture *p, double at, const char *word);
void picture_tick_up(Picture *p, double at, const char *word);
void picture_steps(Picture *p, const double *steps, size_t n, size_t most);   /* at 1 … n; of more than `most` every second, third, … */
void picture_columns(Picture *p, size_t n);
void picture_across(Picture *p, size_t panel, double low, double high);

/* One cell of data.csv: `,number`, or `,` alone for what is not finite. */
void picture_cell(Picture *p, double x);

/* The last cell of a row, quoted as RFC 4180 has it, and the end of the line. */
void picture_row_name(Picture *p, const char *name);

/* Another sentence for the caption. */
void picture_say(Picture *p, const char *format, ...) FORMAT(2, 3);

/* Draw it with `script`; 0, or -1 after error(). */
int picture_draw(const Picture *p, const char *gnuplot, const char *name, const char *script, const Format *f, const char *folder, Text *made);

typedef struct {
    double low, high;
} Range;

/* Nothing yet; and stretched to hold x (if finite). */
#define RANGE_EMPTY ((Range){HUGE_VAL, -HUGE_VAL})
void range_hold(Range *range, double x);

/* The range of a palette of log10 values, from those of the panels: of the panels of a like span, at least so many decades where there are as
 * many; what lies beyond is drawn in its end colour, and said in the caption. */
void picture_palette(Picture *p, Range *panels, size_t n, double decades);

/* Give panels of a like span one range; those whose span is far larger (over `most`, or six times the median span) keep their
 * own. A range is never narrower than `least`, and empty ones become the shared one. */
void range_share(Range *panels, bool *own, size_t n, double least, double most);

#endif
