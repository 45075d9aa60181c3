/* Series: grouping points, finding the fields that tell them apart, handing out panels.
 * The one thing to know: the activation names panels, whatever varies within an activation names colours.
 * Fields are the rows of fields.def, so a new axis is named here without an edit. */
#include "show/series.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/label.h"

enum { LONGEST = 40, FEW = 4 };

static Series *find_series(SeriesSet *set, const Point *point)
{
    for (size_t i = 0; i < set->n; i++)
        if (results_same_series(set->series[i].key, point))
            return &set->series[i];
    return NULL;
}

static void add_point(Series *s, const Results *r, size_t index)
{
    size_t at = s->n_points;
    s->points = mem_resize(s->points, s->n_points + 1, sizeof *s->points);
    for (; at > 0 && r->points[s->points[at - 1]].depth > r->points[index].depth; at--)
        s->points[at] = s->points[at - 1];
    s->points[at] = index;
    s->n_points++;
}

/* Do two series of one activation (`within`), or any two, differ in this field? */
static bool field_varies(const SeriesSet *set, size_t field, bool within)
{
    for (size_t i = 0; i < set->n; i++)
        for (size_t j = 0; j < i; j++) {
            char *const *a = set->series[i].key->keys, *const *b = set->series[j].key->keys;
            if ((!within || !strcmp(a[FIELD_activation], b[FIELD_activation])) && strcmp(a[field], b[field]))
                return true;
        }
    return false;
}

/* Of a grid such as 1e-3:3:l8 values have seventeen digits: `digits` of them are written. */
static void put_value(Text *out, size_t field, const char *value, int digits)
{
    enum { LONG = 8 };
    double x;
    if (fields[field].kind == FIELD_REAL && strlen(value) > LONG && text_to_double(value, &x))
        text_format(out, "%.*g", digits, x);
    else
        label_clean(out, value, LONGEST);
}

void series_field(Text *out, size_t field, const char *value, int digits)
{
    if (!*value)
        return;
    if (out->length)
        text_string(out, " · ");
    if (field == FIELD_sigma_w)
        text_string(out, "σ_w ");
    else if (field == FIELD_sigma_b)
        text_string(out, "σ_b ");
    else if (field != FIELD_activation && field != FIELD_init && field != FIELD_dtype && field != FIELD_optimizer)
        text_format(out, "%s ", fields[field].option);
    put_value(out, field, value, digits);
}

/* Each series' two names. With one activation and something else that varies, only that is named. */
static void name_with(SeriesSet *set, int digits)
{
    const bool activations_vary = field_varies(set, FIELD_activation, false);
    const bool inits_follow = field_varies(set, FIELD_init, false) && !field_varies(set, FIELD_init, true);
    bool varies[FIELD_COUNT];   /* asked once: thousands of points would make it slow */
    for (size_t f = 0; f < FIELD_COUNT; f++)
        varies[f] = field_varies(set, f, true);
    for (size_t i = 0; i < set->n; i++) {
        Series *s = &set->series[i];
        text_clear(&s->panel);
        text_clear(&s->variant);
        text_clear(&s->label);
        char *const *keys = s->key->keys;
        if (activations_vary || set->n == 1)
            series_field(&s->panel, FIELD_activation, keys[FIELD_activation], digits);
        if (inits_follow || set->n == 1)
            series_field(&s->panel, FIELD_init, keys[FIELD_init], digits);
        for (size_t f = FIELD_activation + 1; f < FIELD_COUNT; f++)
            if (varies[f] && f != FIELD_depth)
                series_field(&s->variant, f, keys[f], digits);
        text_format(&s->label, "%s%s%s", text_str(&s->panel), s->panel.length && s->variant.length ? " · " : "", text_str(&s->variant));
    }
}

static int by_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static bool names_differ(const SeriesSet *set)
{
    const char **labels = mem_alloc(set->n, sizeof *labels);
    bool differ = true;
    for (size_t i = 0; i < set->n; i++)
        labels[i] = text_str(&set->series[i].label);
    qsort(labels, set->n, sizeof *labels, by_text);
    for (size_t i = 1; i < set->n; i++)
        differ = differ && strcmp(labels[i - 1], labels[i]) != 0;
    free(labels);
    return differ;
}

/* With as few digits as tell the series apart. */
static void name_series(SeriesSet *set)
{
    name_with(set, SERIES_DIGITS);
    for (int digits = SERIES_DIGITS + 3; digits <= 17 && !names_differ(set); digits += 5)
        name_with(set, digits);
    if (!names_differ(set))   /* nor do more digits help */
        name_with(set, SERIES_DIGITS);
}

void series_collect(SeriesSet *set, const Results *r)
{
    *set = (SeriesSet){0};
    for (size_t i = 0; i < r->n_points; i++) {
        Series *s = find_series(set, &r->points[i]);
        if (!s) {
            set->series = mem_resize(set->series, set->n + 1, sizeof *set->series);
            s = &set->series[set->n++];
            *s = (Series){.key = &r->points[i]};
        }
        add_point(s, r, i);
    }
    name_series(set);
}

void series_free(SeriesSet *set)
{
    for (size_t i = 0; i < set->n; i++) {
        free(set->series[i].points);
        text_free(&set->series[i].panel);
        text_free(&set->series[i].variant);
        text_free(&set->series[i].label);
    }
    free(set->series);
    *set = (SeriesSet){0};
}

/* Evenly spaced choice of `room` of `n`: does number i stay, and as which (from 1)? */
static size_t thinned(size_t i, size_t n, size_t room)
{
    if (n <= room)
        return i + 1;
    for (size_t k = 0; k < room; k++)
        if ((k * (n - 1) + (room - 1) / 2) / (room - 1) == i)
            return k + 1;
    return 0;
}

/* Number the distinct texts in the order of their appearance. */
static size_t distinct(const SeriesSet *set, bool panels, size_t *number)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        number[i] = SIZE_MAX;
        for (size_t j = 0; j < i && number[i] == SIZE_MAX; j++) {
            const Text *a = panels ? &set->series[i].panel : &set->series[i].variant;
            const Text *b = panels ? &set->series[j].panel : &set->series[j].variant;
            if (!strcmp(text_str(a), text_str(b)))
                number[i] = number[j];
        }
        if (number[i] == SIZE_MAX)
            number[i] = n++;
    }
    return n;
}

void series_place(SeriesSet *set, size_t together)
{
    size_t *panel = mem_alloc(set->n, sizeof *panel), *variant = mem_alloc(set->n, sizeof *variant);
    const size_t panels = distinct(set, true, panel), variants = distinct(set, false, variant);
    set->small_multiples = panels > 1 && (set->n > together || (variants > 1 && set->n > FEW));
    set->n_panels = set->n_colours = set->n_left_out = 0;
    for (size_t i = 0; i < set->n; i++) {
        Series *s = &set->series[i];
        s->in_panel = set->small_multiples ? (panel[i] < MOST_PANELS ? panel[i] + 1 : 0) : 1;
        s->colour = set->small_multiples ? thinned(variant[i], variants, MOST_COLOURS) : thinned(i, set->n, MOST_COLOURS);
        if (!s->in_panel || !s->colour) {
            s->in_panel = s->colour = 0;
            set->n_left_out++;
        }
        set->n_panels = s->in_panel > set->n_panels ? s->in_panel : set->n_panels;
        set->n_colours = s->colour > set->n_colours ? s->colour : set->n_colours;
    }
    free(panel);
    free(variant);
}

void series_place_together(SeriesSet *set)
{
    set->small_multiples = false;
    set->n_panels = 1;
    set->n_colours = set->n_left_out = 0;
    for (size_t i = 0; i < set->n; i++) {
        Series *s = &set->series[i];
        s->colour = thinned(i, set->n, MOST_COLOURS);
        s->in_panel = s->colour ? 1 : 0;
        set->n_left_out += s->colour ? 0 : 1;
        set->n_colours = s->colour > set->n_colours ? s->colour : set->n_colours;
    }
}

const char *series_panel_name(const SeriesSet *set, size_t panel)
{
    for (size_t i = 0; set->small_multiples && i < set->n; i++)
        if (set->series[i].in_panel == panel)
            return text_str(&set->series[i].panel);
    return "";
}

const char *series_colour_name(const SeriesSet *set, size_t colour)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->series[i].colour == colour)
            return text_str(set->small_multiples ? &set->series[i].variant : &set->series[i].label);
    return "";
}

void series_short(Text *out, const SeriesSet *set, const Series *s)
{
    const char *panel = text_str(&s->panel), *gap = strstr(panel, " · ");
    text_bytes(out, panel, gap && set->n > 1 ? (size_t)(gap - panel) : s->panel.length);
    if (s->variant.length)
        text_format(out, "%s%s", out->length ? " · " : "", text_str(&s->variant));
}

const Point *series_deepest(const Series *s, const Results *r)
{
    return &r->points[s->points[s->n_points - 1]];
}

static void put_depths(Text *out, const SeriesSet *set, const Results *r, bool deepest_only)
{
    int64_t least = INT64_MAX, most = 0;
    for (size_t i = 0; i < set->n; i++) {
        const Series *s = &set->series[i];
        const int64_t deep = series_deepest(s, r)->depth, shallow = deepest_only ? deep : r->points[s->points[0]].depth;
        least = shallow < least ? shallow : least;
        most = deep > most ? deep : most;
    }
    text_format(out, least < most ? "depth %lld to %lld" : "depth %lld", (long long)least, (long long)most);
}

void series_setting(Text *out, const SeriesSet *set, const Results *r, bool deepest_only)
{
    const Point *key = set->series[0].key;
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        const char *value = key->keys[f];
        if (f == FIELD_depth) {
            text_string(out, out->length ? ", " : "");
            put_depths(out, set, r, deepest_only);
            continue;
        }
        const char *usual = f == FIELD_sigma_b ? "0" : fields[f].fallback;
        const bool plain = !strcmp(value, usual) && f != FIELD_activation && f != FIELD_width && f != FIELD_batch;
        const bool named = set->n == 1 && (f == FIELD_activation || f == FIELD_init);
        if (!*value || plain || named || field_varies(set, f, false))
            continue;
        Text one = {0};
        series_field(&one, f, value, SERIES_DIGITS);
        text_format(out, "%s%s", out->length ? ", " : "", text_str(&one));
        text_free(&one);
    }
}
