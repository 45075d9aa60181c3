/* Atlas.
 * The one thing to know: a field that follows the activation (its initialiser, with -i auto) does not part the map of activations.
 * Learned: beyond half-way from the networks that stalled to the best of the map. */
#include "show/atlas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/finding.h"
#include "show/label.h"

enum { LOSS, ACCURACY, COLUMNS };

typedef struct {
    bool ignored[FIELD_COUNT];   /* does not part charts */
} Parting;

/* Does the field have one value for each activation? */
static bool follows_activation(const Results *r, size_t field)
{
    for (size_t i = 0; i < r->n_points; i++) {
        size_t first = 0;
        while (strcmp(r->points[first].keys[FIELD_activation], r->points[i].keys[FIELD_activation]) != 0)
            first++;
        if (strcmp(r->points[first].keys[field], r->points[i].keys[field]) != 0)
            return false;
    }
    return true;
}

static Parting parting_of(const Atlas *a)
{
    Parting p = {{false}};
    for (size_t f = 0; f < FIELD_COUNT; f++)
        p.ignored[f] = f == FIELD_depth || f == a->field || (a->field == FIELD_activation && follows_activation(&a->results, f));
    return p;
}

static bool same_chart(const Parting *p, const Point *a, const Point *b)
{
    for (size_t f = 0; f < FIELD_COUNT; f++)
        if (!p->ignored[f] && strcmp(a->keys[f], b->keys[f]) != 0)
            return false;
    return true;
}

/* The x of a point as typed; NAN where it has none. An activation's is its place among them. */
static double raw_x(Atlas *a, const Point *point)
{
    const char *word = point->keys[a->field];
    double x;
    if (a->field != FIELD_activation)
        return *word && text_to_double(word, &x) ? x : NOT_GIVEN;
    size_t i = 0;
    while (i < a->n_words && strcmp(a->words[i], word) != 0)
        i++;
    if (i == a->n_words && a->n_words < MOST_TICKS)
        a->words[a->n_words++] = word;
    return i < a->n_words ? (double)i + 1 : NOT_GIVEN;
}

/* Steps that grow fivefold, two values far apart, and learning rates are drawn on a logarithmic axis. */
static bool wants_log(const Marks *s, bool rates)
{
    if (s->n < 2 || s->values[0] <= 0)
        return false;
    if (rates)
        return s->values[s->n - 1] >= 8 * s->values[0];
    return s->n == 2 ? s->values[1] >= 20 * s->values[0] : s->values[s->n - 1] - s->values[s->n - 2] >= 5 * (s->values[1] - s->values[0]);
}

static void choose_axes(Atlas *a)
{
    Marks x = {0}, y = {0};
    for (size_t i = 0; i < a->results.n_points; i++) {
        const double at = raw_x(a, &a->results.points[i]);
        if (!isnan(at))
            marks_add(&x, at);
        marks_add(&y, (double)a->results.points[i].depth);
    }
    a->log_x = a->field != FIELD_activation && wants_log(&x, a->field == FIELD_lr);
    a->log_y = wants_log(&y, false);
    free(x.values);
    free(y.values);
}

static double drawn_x(Atlas *a, const Point *point)
{
    return a->log_x ? log10(raw_x(a, point)) : raw_x(a, point);
}

static double drawn_y(const Atlas *a, const Point *point)
{
    return a->log_y ? log10((double)point->depth) : (double)point->depth;
}

double chart_depth(const Atlas *a, const Chart *c, size_t row)
{
    return a->log_y ? round(pow(10, c->y.values[row])) : c->y.values[row];
}

double chart_x(const Atlas *a, const Chart *c, size_t column)
{
    return a->log_x ? pow(10, c->x.values[column]) : c->x.values[column];
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The cell of a point: larger is better while sorting, and broken networks are the worst. */
static void fill(Atlas *a, Chart *c, const Point *point, double *scratch)
{
    const Results *r = &a->results;
    const size_t at = marks_find(&c->y, drawn_y(a, point)) * c->x.n + marks_find(&c->x, drawn_x(a, point)), n = point->count;
    size_t broken = 0, stalled = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t row = point->first + k;
        const double x = a->accuracy ? results_value(r, row, ACCURACY) : -log10(results_value(r, row, LOSS));
        const bool lost = r->outcomes[row] == OUTCOME_NAN || r->outcomes[row] == OUTCOME_OVERFLOW || isnan(x);
        broken += lost;
        stalled += r->outcomes[row] == OUTCOME_STALLED;
        scratch[k] = lost ? -HUGE_VAL : x;
    }
    qsort(scratch, n, sizeof *scratch, by_size);
    const double median = n % 2 ? scratch[n / 2] : (scratch[n / 2 - 1] + scratch[n / 2]) / 2;
    const bool bad = 2 * broken >= n || !isfinite(median);
    c->value[at] = bad ? NOT_GIVEN : a->accuracy ? median : -median;
    c->kind[at] = bad ? CELL_BROKEN : 2 * (stalled + broken) >= n ? CELL_STALLED : CELL_LEARNED;
    range_hold(&a->values, c->value[at]);
}

static Chart *chart_of(Atlas *a, const Parting *p, const Point *point)
{
    for (size_t i = 0; i < a->n; i++)
        if (same_chart(p, a->charts[i].key, point))
            return &a->charts[i];
    if (a->n == MOST_PANELS) {
        a->n_left_out++;
        return NULL;
    }
    a->charts[a->n] = (Chart){.key = point};
    return &a->charts[a->n++];
}

/* By what differs between charts; a single one by its activation. */
static void name_charts(Atlas *a, const Parting *p)
{
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        bool differs = false;
        for (size_t i = 1; i < a->n; i++)
            differs = differs || strcmp(a->charts[i].key->keys[f], a->charts[0].key->keys[f]) != 0;
        for (size_t i = 0; i < a->n && !p->ignored[f]; i++)
            if (differs && (f != FIELD_init || !follows_activation(&a->results, f)))
                series_field(&a->charts[i].name, f, a->charts[i].key->keys[f], SERIES_DIGITS);
    }
    for (size_t i = 0; i < a->n; i++) {
        if (a->n == 1 && a->field != FIELD_activation)
            label_clean(&a->charts[i].title, a->charts[i].key->keys[FIELD_activation], 40);
        finding_words(&a->charts[i].title, text_str(&a->charts[i].name));
    }
}

static void draw_charts(Atlas *a, const Parting *p)
{
    const Results *r = &a->results;
    size_t most = 1;
    for (size_t i = 0; i < r->n_points; i++) {
        Chart *c = isnan(raw_x(a, &r->points[i])) ? NULL : chart_of(a, p, &r->points[i]);
        most = r->points[i].count > most ? r->points[i].count : most;
        if (!c)
            continue;
        marks_add(&c->x, drawn_x(a, &r->points[i]));
        marks_add(&c->y, drawn_y(a, &r->points[i]));
    }
    double *scratch = mem_doubles(most);
    for (size_t i = 0; i < a->n; i++) {
        Chart *c = &a->charts[i];
        c->value = mem_doubles(c->x.n * c->y.n);
        c->kind = mem_alloc(c->x.n * c->y.n, sizeof *c->kind);
        for (size_t k = 0; k < c->x.n * c->y.n; k++)
            c->value[k] = NOT_GIVEN;
        for (size_t k = 0; k < r->n_points; k++)
            if (!isnan(raw_x(a, &r->points[k])) && same_chart(p, c->key, &r->points[k]))
                fill(a, c, &r->points[k], scratch);
    }
    free(scratch);
}

/* Half-way from the mean of the stalled cells to the best; where none stalled nothing more is asked for. */
static void judge(Atlas *a)
{
    double sum = 0, n = 0;
    const double best = a->accuracy ? a->values.high : a->values.low;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < a->charts[i].x.n * a->charts[i].y.n; k++)
            if (a->charts[i].kind[k] == CELL_STALLED) {
                sum += a->charts[i].value[k];
                n++;
            }
    a->enough = n > 0 ? (best + sum / n) / 2 : NOT_GIVEN;
    for (size_t i = 0; i < a->n && n > 0; i++)
        for (size_t k = 0; k < a->charts[i].x.n * a->charts[i].y.n; k++)
            if (a->charts[i].kind[k] == CELL_LEARNED && (a->accuracy ? a->charts[i].value[k] < a->enough : a->charts[i].value[k] > a->enough))
                a->charts[i].kind[k] = CELL_STALLED;
}

double chart_deepest(const Atlas *a, const Chart *c, size_t column)
{
    double deepest = 0;
    for (size_t row = 0; row < c->y.n; row++) {
        const unsigned char kind = c->kind[row * c->x.n + column];
        if (kind == CELL_NONE)
            continue;
        if (kind != CELL_LEARNED)
            break;
        deepest = chart_depth(a, c, row);
    }
    return deepest;
}

int atlas_read(Atlas *a, const char *dir, size_t field, Text *why)
{
    static const char *const columns[COLUMNS] = {"train_loss", "train_accuracy"};
    *a = (Atlas){.field = field, .values = RANGE_EMPTY, .enough = NOT_GIVEN};
    int result = results_read(&a->results, dir, "networks.csv", columns, COLUMNS, why);
    if (result == 1 && a->results.n_rows == 0 && why->length) {
        text_clear(why);
        text_string(why, "it needs the networks of a training ('fathom train')");
    }
    if (result)
        return result;
    series_collect(&a->set, &a->results);
    for (size_t i = 0; i < a->set.n; i++)
        a->set.series[i].in_panel = 1;
    for (size_t row = 0; row < a->results.n_rows && !a->accuracy; row++)
        a->accuracy = isfinite(results_value(&a->results, row, ACCURACY));
    choose_axes(a);
    const Parting parting = parting_of(a);
    draw_charts(a, &parting);
    judge(a);
    name_charts(a, &parting);
    bool map = false;
    for (size_t i = 0; i < a->n; i++)
        map = map || (a->charts[i].x.n > 1 && a->charts[i].y.n > 1);
    if (map && a->values.low <= a->values.high)
        return 0;
    text_format(why, map ? "every network broke" : "it needs two depths and two values of %s or more, all else alike", fields[field].option);
    return 1;
}

void atlas_free(Atlas *a)
{
    for (size_t i = 0; i < a->n; i++) {
        Chart *c = &a->charts[i];
        text_free(&c->name);
        text_free(&c->title);
        free(c->x.values);
        free(c->y.values);
        free(c->value);
        free(c->kind);
    }
    series_free(&a->set);
    results_free(&a->results);
    *a = (Atlas){.n = 0};
}
