/* A picture: collecting its parts, and the last step to gnuplot.
 * The one thing to know: every text passes label_clean here, whatever file it came from.
 * Ranges are found in C, because gnuplot warns about empty ones and cannot share them between panels. */
#include "show/picture.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/label.h"

enum { TITLE_WIDTH = 76, SMALL_WIDTH = 108, LEGEND_WIDTH = 40, WORDS = 7, SECONDS = 60 };

void picture_free(Picture *p)
{
    Text *const texts[] = {&p->data, &p->title, &p->setting, &p->caption, &p->x_label, &p->y_label, &p->why};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        text_free(texts[i]);
    for (size_t i = 0; i < p->n_names; i++)
        free(p->names[i].text);
    free(p->names);
    *p = (Picture){0};
}

static void add_name(Picture *p, PictureName name)
{
    p->names = mem_resize(p->names, p->n_names + 1, sizeof *p->names);
    p->names[p->n_names++] = name;
}

void picture_panel(Picture *p, size_t index, const char *name, double low, double high, bool own)
{
    add_name(p, (PictureName){PICTURE_PANEL, index, low, high, own, mem_string(name)});
}

void picture_colour(Picture *p, size_t index, const char *name)
{
    Text clean = {0};
    label_clean(&clean, name, LEGEND_WIDTH);
    add_name(p, (PictureName){PICTURE_COLOUR, index, (double)label_length(text_str(&clean)), 0, false, mem_string(text_str(&clean))});
    text_free(&clean);
}

void picture_range(Picture *p, int what, double low, double high)
{
    add_name(p, (PictureName){.what = what, .low = low, .high = high, .text = mem_string("")});
}

void picture_flag(Picture *p, size_t flag)
{
    add_name(p, (PictureName){.what = PICTURE_FLAG, .index = flag, .text = mem_string("")});
}

void picture_tick(Picture *p, double at, const char *word)
{
    add_name(p, (PictureName){.what = PICTURE_TICK, .low = at, .text = mem_string(word)});
}

void picture_tick_up(Picture *p, double at, const char *word)
{
    add_name(p, (PictureName){.what = PICTURE_TICK_UP, .low = at, .text = mem_string(word)});
}

void picture_steps(Picture *p, const double *steps, size_t n, size_t most)
{
    const size_t every = (n + most - 1) / most;
    for (size_t i = 0; i < n; i += every) {
        char word[32];
        snprintf(word, sizeof word, "%.0f", steps[i]);
        picture_tick(p, (double)i + 1, word);
    }
}

void picture_columns(Picture *p, size_t n)
{
    add_name(p, (PictureName){.what = PICTURE_COLUMNS, .index = n, .text = mem_string("")});
}

void picture_across(Picture *p, size_t panel, double low, double high)
{
    add_name(p, (PictureName){.what = PICTURE_ACROSS, .index = panel, .low = low, .high = high, .text = mem_string("")});
}

void picture_cell(Picture *p, double x)
{
    text_char(&p->data, ',');
    if (isfinite(x))
        text_measured(&p->data, x);
}

void picture_row_name(Picture *p, const char *name)
{
    text_string(&p->data, ",\"");
    for (; *name; name++)
        text_bytes(&p->data, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    text_string(&p->data, "\"\n");
}

void picture_say(Picture *p, const char *format, ...)
{
    char sentence[512];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    text_format(&p->caption, "%s%s", p->caption.length ? " " : "", sentence);
}

static void finish_text(Text *out, const char *s, bool latex)
{
    Text clean = {0};
    label_clean(&clean, s, 400);
    if (latex)
        label_tex(out, text_str(&clean));
    else
        text_string(out, text_str(&clean));
    text_free(&clean);
}

static void write_name(Text *out, const PictureName *n, bool latex)
{
    Text text = {0};
    finish_text(&text, n->text, latex);
    text_format(out, "%d\t%zu\t%.12g\t%.12g\t%d\t", n->what, n->index, n->low, n->high, n->own);
    label_cell(out, text_str(&text));
    text_char(out, '\n');
    text_free(&text);
}

/* `setting`: the second line of the setting, where one is not enough. */
static void write_names(Text *out, const Picture *p, Text *setting, bool latex)
{
    text_string(out, "what\ti\tlow\thigh\town\ttext\n");
    for (size_t i = 0; i < p->n_names; i++)
        write_name(out, &p->names[i], latex);
    if (setting->length)
        write_name(out, &(PictureName){.what = PICTURE_SETTING, .text = setting->data}, latex);
}

/* Panels side by side make theme.gp's canvas wider, a palette beside a single one makes it narrower: in percent. */
static size_t width_of(const Picture *p)
{
    size_t panels = 0, columns = 0;
    bool palette = false;
    for (size_t i = 0; i < p->n_names; i++) {
        panels += p->names[i].what == PICTURE_PANEL;
        columns = p->names[i].what == PICTURE_COLUMNS ? p->names[i].index : columns;
        palette = palette || p->names[i].what == PICTURE_Z;
    }
    return (columns ? columns : panels) > 1 ? 118 : palette ? 90 : 100;
}

/* A list in two lines, parted behind a comma where there is one. */
static void wrap_list(const char *s, size_t width, Text *first, Text *second)
{
    const char *cut = NULL;
    size_t seen = 0;
    for (const char *c = s; *c && seen <= width; c++) {
        cut = c[0] == ',' && c[1] == ' ' ? c : cut;
        seen += (*c & 0xc0) != 0x80;
    }
    if (seen <= width || !cut) {
        label_wrap(s, width, first, second);
        return;
    }
    text_bytes(first, s, (size_t)(cut - s) + 1);
    label_clean(second, cut + 2, width);
}

int picture_draw(const Picture *p, const char *gnuplot, const char *name, const char *script, const Format *f, const char *folder, Text *made)
{
    Text lines[WORDS] = {{0}}, words[WORDS] = {{0}}, names = {0}, setting = {0};
    const size_t wider = width_of(p);
    label_wrap(text_str(&p->title), TITLE_WIDTH * wider / 100, &lines[0], &lines[1]);
    wrap_list(text_str(&p->setting), SMALL_WIDTH * wider / 100, &lines[2], &setting);
    label_wrap(text_str(&p->caption), SMALL_WIDTH * wider / 100, &lines[3], &lines[4]);
    text_string(&lines[5], text_str(&p->x_label));
    text_string(&lines[6], text_str(&p->y_label));
    Drawing d = {.name = name, .script = script, .data = &p->data, .names = &names, .seconds = SECONDS};
    for (size_t i = 0; i < WORDS; i++) {
        finish_text(&words[i], text_str(&lines[i]), f->latex);
        d.words[i] = text_str(&words[i]);
    }
    write_names(&names, p, &setting, f->latex);
    const int result = gnuplot_draw(gnuplot, &d, f, folder, made);
    for (size_t i = 0; i < WORDS; i++) {
        text_free(&lines[i]);
        text_free(&words[i]);
    }
    text_free(&names);
    text_free(&setting);
    return result;
}

static void say_clipped(Picture *p, const char *colour, double edge_value, const char *beyond, double extreme)
{
    Text from = {0}, to = {0};
    label_power(&from, edge_value);
    label_power(&to, extreme);
    picture_say(p, "%s: %s and %s %s.", colour, from.data, beyond, to.data);
    text_free(&from);
    text_free(&to);
}

void picture_palette(Picture *p, Range *panels, size_t n, double decades)
{
    bool own[MOST_PANELS] = {false};
    Range all = RANGE_EMPTY, shared = RANGE_EMPTY;
    for (size_t i = 0; i < n; i++) {
        range_hold(&all, panels[i].low);
        range_hold(&all, panels[i].high);
    }
    if (!(all.low <= all.high))
        all = (Range){0, 1};   /* nothing finite anywhere */
    range_share(panels, own, n, 1, 12);
    for (size_t i = 0; i < n; i++)
        if (!own[i])
            shared = panels[i];
    if (!(shared.low < shared.high))
        shared = all;
    shared = (Range){fmax(fmin(shared.low, shared.high - decades), all.low), fmin(fmax(shared.high, shared.low + decades), all.high)};
    if (shared.high - shared.low < 1)
        shared = (Range){shared.low - 0.5, shared.high + 0.5};
    picture_range(p, PICTURE_Z, shared.low, shared.high);
    if (all.low < shared.low - 0.5)
        say_clipped(p, "Darkest", shared.low, "below, down to", all.low);
    if (all.high > shared.high + 0.5)
        say_clipped(p, "Lightest", shared.high, "above, up to", all.high);
}

void range_hold(Range *range, double x)
{
    if (!isfinite(x))
        return;
    range->low = fmin(range->low, x);
    range->high = fmax(range->high, x);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_span(const Range *panels, size_t n)
{
    double *spans = mem_doubles(n);
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        if (panels[i].low <= panels[i].high)
            spans[found++] = panels[i].high - panels[i].low;
    qsort(spans, found, sizeof *spans, by_size);
    const double median = found ? spans[(found - 1) / 2] : 0;
    free(spans);
    return median;
}

static void widen(Range *range, double least)
{
    const double room = fmax(0.03 * (range->high - range->low), (least - (range->high - range->low)) / 2);
    range->low -= room;
    range->high += room;
}

void range_share(Range *panels, bool *own, size_t n, double least, double most)
{
    const double limit = fmax(most, 6 * median_span(panels, n));
    Range all = RANGE_EMPTY, shared = RANGE_EMPTY;
    for (size_t i = 0; i < n; i++) {
        range_hold(&all, panels[i].low);
        range_hold(&all, panels[i].high);
        if (panels[i].high - panels[i].low <= limit) {
            range_hold(&shared, panels[i].low);
            range_hold(&shared, panels[i].high);
        }
    }
    if (!(all.low <= all.high))
        all = shared = (Range){0, 1};
    const bool one = all.high - all.low <= 2 * limit || !(shared.low <= shared.high);
    if (one)
        shared = all;
    widen(&shared, least);
    for (size_t i = 0; i < n; i++) {
        const bool empty = !(panels[i].low <= panels[i].high);
        own[i] = !one && !empty && panels[i].high - panels[i].low > limit;
        if (own[i])
            widen(&panels[i], least);
        else
            panels[i] = shared;
    }
}
