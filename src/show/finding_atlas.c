/* Findings of maps of training: to which depth networks learn, and where theory is right.
 * The one thing to know: a depth counts only where all shallower networks of the column learned as well.
 * Of several charts the one that learns deepest and the one that learns least are named. */
#include <math.h>

#include "show/atlas.h"
#include "show/finding.h"

/* How deep a column learns, and a little more for how well it does so there: the second tells columns of one depth apart. */
static double merit(const Atlas *a, const Chart *c, size_t column)
{
    const double deepest = chart_deepest(a, c, column), wide = a->values.high - a->values.low;
    size_t row = 0;
    while (row + 1 < c->y.n && chart_depth(a, c, row) < deepest)
        row++;
    const double value = c->value[row * c->x.n + column];
    return deepest + (isfinite(value) && wide > 0 ? 0.5 * (a->accuracy ? value - a->values.low : a->values.high - value) / wide : 0);
}

/* The column that learns deepest (sign 1) or least (-1). */
static size_t column_of(const Atlas *a, const Chart *c, int sign)
{
    size_t found = 0;
    for (size_t i = 1; i < c->x.n; i++)
        if (sign * merit(a, c, i) > sign * merit(a, c, found))
            found = i;
    return found;
}

static double deepest_of(const Atlas *a, const Chart *c)
{
    return chart_deepest(a, c, column_of(a, c, 1));
}

static const Chart *chart_of(const Atlas *a, int sign)
{
    const Chart *found = &a->charts[0];
    for (size_t i = 1; i < a->n; i++)
        if (sign * deepest_of(a, &a->charts[i]) > sign * deepest_of(a, found))
            found = &a->charts[i];
    return found;
}

static void put_x(Text *title, const Atlas *a, const Chart *c, size_t column)
{
    if (a->field == FIELD_activation)
        text_string(title, a->words[(size_t)c->x.values[column] - 1]);
    else
        text_format(title, "%s %.4g", a->field == FIELD_sigma_w ? "σ_w =" : "learning rate", chart_x(a, c, column));
}

static void put_depth(Text *title, double depth)
{
    if (depth > 0)
        text_format(title, "to depth %.0f", depth);
    else
        text_string(title, "at no depth");
}

static void put_name(Text *title, const Chart *c, const char *otherwise)
{
    text_string(title, c->title.length ? text_str(&c->title) : otherwise);
}

/* σ_w: the deepest and the shallowest column; of several charts their deepest. */
static void put_columns(Text *title, const Atlas *a)
{
    const Chart *best = chart_of(a, 1), *worst = chart_of(a, -1);
    const size_t high = column_of(a, best, 1), low = column_of(a, best, -1);
    put_name(title, best, "Networks");
    text_string(title, best->title.length ? " learns " : " learn ");
    put_depth(title, chart_deepest(a, best, high));
    if (chart_deepest(a, best, high) == 0)
        return;
    text_string(title, " at ");
    put_x(title, a, best, high);
    if (a->n == 1 && chart_deepest(a, best, low) < chart_deepest(a, best, high)) {
        text_string(title, ", ");
        put_depth(title, chart_deepest(a, best, low));
        text_string(title, " at ");
        put_x(title, a, best, low);
    }
    if (a->n > 1 && deepest_of(a, worst) < deepest_of(a, best)) {
        text_string(title, ", ");
        put_name(title, worst, "others");
        text_char(title, ' ');
        put_depth(title, deepest_of(a, worst));
    }
}

/* How many learn at the largest depth, and the one that gives up first. */
static void put_activations(Text *title, const Atlas *a)
{
    const Chart *c = chart_of(a, 1);
    const double depth = chart_depth(a, c, c->y.n - 1);
    const size_t low = column_of(a, c, -1);
    size_t learned = 0, alone = 0;
    for (size_t i = 0; i < c->x.n; i++)
        if (c->kind[(c->y.n - 1) * c->x.n + i] == CELL_LEARNED) {
            learned++;
            alone = i;
        }
    if (c->title.length)
        text_format(title, "%s: ", text_str(&c->title));
    if (learned == 1) {
        text_string(title, c->title.length ? "only " : "Only ");
        put_x(title, a, c, alone);
        text_format(title, " learns at depth %.0f", depth);
    } else if (learned == 0)
        text_format(title, "%so activation learns at depth %.0f", c->title.length ? "n" : "N", depth);
    else
        text_format(title, "%zu of %zu activations learn at depth %.0f", learned, c->x.n, depth);
    if (chart_deepest(a, c, low) >= depth)
        return;
    text_string(title, "; ");
    put_x(title, a, c, low);
    text_string(title, " learns ");
    put_depth(title, chart_deepest(a, c, low));
}

/* The largest x that learns in a row; NAN where none does. */
static double most_at(const Atlas *a, const Chart *c, size_t row)
{
    double most = NOT_GIVEN;
    for (size_t i = 0; i < c->x.n; i++)
        if (c->kind[row * c->x.n + i] == CELL_LEARNED)
            most = chart_x(a, c, i);
    return most;
}

/* The deepest row in which some learning rate works, counted from 1; 0: none. */
static size_t rows_taught(const Atlas *a, const Chart *c)
{
    size_t last = c->y.n;
    while (last > 0 && isnan(most_at(a, c, last - 1)))
        last--;
    return last;
}

/* Does a row's largest rate work? Then a larger one might too. */
static bool is_open(const Chart *c, size_t row)
{
    size_t last = c->x.n - 1;
    while (last > 0 && c->kind[row * c->x.n + last] == CELL_NONE)
        last--;
    return c->kind[row * c->x.n + last] == CELL_LEARNED;
}

/* Of the charts that learn deepest the first in which some rate is too large there. */
static const Chart *rates_chart(const Atlas *a)
{
    const Chart *best = chart_of(a, 1);
    for (size_t i = 0; i < a->n; i++) {
        const Chart *c = &a->charts[i];
        const size_t last = rows_taught(a, c);
        if (last && !is_open(c, last - 1) && deepest_of(a, c) == deepest_of(a, best))
            return c;
    }
    return best;
}

static void put_rate(Text *title, const Atlas *a, const Chart *c, size_t row)
{
    text_format(title, "%.3g%s at depth %.0f", most_at(a, c, row), is_open(c, row) ? ", the largest tried," : "", chart_depth(a, c, row));
}

/* From the shallowest to the deepest row in which some learning rate works. */
static void put_rates(Text *title, const Atlas *a)
{
    const Chart *c = rates_chart(a);
    const size_t last = rows_taught(a, c);
    size_t first = 0;
    if (c->title.length)
        text_format(title, "%s: ", text_str(&c->title));
    if (last == 0) {
        text_string(title, "no learning rate teaches any depth");
        return;
    }
    while (isnan(most_at(a, c, first)))
        first++;
    const double shallow = most_at(a, c, first), deep = most_at(a, c, last - 1);
    if (deep == shallow && is_open(c, last - 1))
        text_format(title, "even the largest learning rate tried, %.3g, learns at depth %.0f", deep, chart_depth(a, c, last - 1));
    else {
        text_string(title, "the largest learning rate that learns ");
        if (deep == shallow)
            text_string(title, "is ");
        else {
            text_string(title, deep < shallow ? "falls from " : "rises from ");
            put_rate(title, a, c, first);
            text_string(title, " to ");
        }
        put_rate(title, a, c, last - 1);
    }
    if (last < c->y.n)
        text_format(title, "; at depth %.0f none does", chart_depth(a, c, c->y.n - 1));
}

void finding_atlas(Text *title, const Atlas *a, size_t right, size_t told)
{
    if (a->field == FIELD_activation)
        put_activations(title, a);
    else if (a->field == FIELD_lr)
        put_rates(title, a);
    else
        put_columns(title, a);
    if (told)
        text_format(title, "; 6 ξ_c is right in %zu of %zu cells", right, told);
}
