/* Axes: parsing lists and ranges.
 * The one thing to know: numbers go through text_shortest's 15 digits, so 0.1:0.3:0.1 ends in 0.3 exactly as written. */
#include "lab/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MOST_VALUES = 10000000, MOST_WORD = 256 };

typedef enum { STEP_ADD, STEP_TIMES, STEP_LINEAR, STEP_LOG } StepKind;

typedef struct {
    double low, high, step;   /* step: increment, factor, or number of points */
    StepKind kind;
} Range;

static double fifteen_digits(double x)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", x);
    return strtod(text, NULL);
}

/* "10:100:10" and its kin; false where it is not of that form. */
static bool range_parse(const char *word, Range *r)
{
    char copy[MOST_WORD];
    snprintf(copy, sizeof copy, "%s", word);
    char *second = strchr(copy, ':');
    if (!second)
        return false;
    *second++ = '\0';
    char *third = strchr(second, ':');
    if (third)
        *third++ = '\0';
    r->kind = STEP_ADD;
    r->step = 1;
    if (!text_to_double(copy, &r->low) || !text_to_double(second, &r->high))
        return false;
    if (!third)
        return true;
    const char *const kinds = "xnl", *letter = *third ? strchr(kinds, *third) : NULL;
    if (letter)
        r->kind = (StepKind)(letter - kinds + 1);
    return text_to_double(third + (letter != NULL), &r->step);
}

static int range_check(const Range *r, const char *option, const char *word)
{
    if (r->low > r->high)
        return error(EXIT_USAGE, "--%s '%s': the range is reversed; write the smaller end first", option, word);
    if (r->kind == STEP_ADD && !(r->step > 0))
        return error(EXIT_USAGE, "--%s '%s': the step must be positive", option, word);
    if (r->kind == STEP_TIMES && !(r->step > 1 && r->low > 0))
        return error(EXIT_USAGE, "--%s '%s': a factor must be above 1 and the range must begin above 0", option, word);
    if (r->kind >= STEP_LINEAR && (r->step != floor(r->step) || r->step < 1 || r->step > MOST_VALUES))
        return error(EXIT_USAGE, "--%s '%s': the number of points must be a whole number from 1 to %d", option, word, MOST_VALUES);
    if (r->kind >= STEP_LINEAR && r->step == 1 && r->low != r->high)
        return error(EXIT_USAGE, "--%s '%s': one point cannot have two ends", option, word);
    if (r->kind == STEP_LOG && !(r->low > 0))
        return error(EXIT_USAGE, "--%s '%s': a logarithmic range must begin above 0", option, word);
    return 0;
}

/* Value i of n. Logarithmic ranges go by powers of ten: decades come out exact, and no ratio of the ends can overflow. */
static double range_value(const Range *r, double i, double n)
{
    if (i == 0)
        return r->low;
    if (r->kind == STEP_ADD)
        return r->low + i * r->step;
    if (r->kind == STEP_TIMES)
        return r->low * pow(r->step, i);
    if (i == n - 1)
        return r->high;
    if (r->kind == STEP_LINEAR)
        return r->low + i * (r->high - r->low) / (n - 1);
    const double low = log10(r->low), high = log10(r->high);
    return pow(10, low + i * (high - low) / (n - 1));
}

/* How many values: those that, rounded, do not pass the end. */
static double range_count(const Range *r)
{
    if (r->kind >= STEP_LINEAR)
        return r->step;
    const double steps = r->kind == STEP_ADD ? (r->high - r->low) / r->step : (log(r->high) - log(r->low)) / log(r->step);
    if (!(steps <= MOST_VALUES))
        return steps;
    double n = floor(steps) + 2;
    while (n > 1 && fifteen_digits(range_value(r, n - 1, n)) > fifteen_digits(r->high))
        n--;
    return n;
}

typedef int Put(void *target, double value);

/* Call `put` for each value of one word that is a number or a range; 1 where it is neither. */
static int each_number(const char *word, const char *option, Put *put, void *target)
{
    Range r;
    double single;
    if (text_to_double(word, &single))
        return put(target, single);
    if (!range_parse(word, &r))
        return 1;
    if (range_check(&r, option, word))
        return -1;
    const double n = range_count(&r);
    if (!(n <= MOST_VALUES))
        return error(EXIT_USAGE, "--%s '%s': %.3g values are too many; at most %d", option, word, n, MOST_VALUES);
    if (n == 1 && r.high > r.low && r.kind == STEP_ADD && r.step > 1 && r.step == floor(r.step))
        notice("--%s '%s' is one value, %.15g: its step is longer than the range; %.15g points are %.15g:%.15g:n%.15g", option, word, r.low, r.step, r.low, r.high,
               r.step);
    for (double i = 0; i < n; i++)
        if (put(target, fifteen_digits(range_value(&r, i, n))))
            return -1;
    return 0;
}

/* Split at commas and hand over each word; an empty one is an error. */
static int each_word(const char *text, const char *option, int (*use)(void *target, const char *word), void *target)
{
    for (const char *at = text;;) {
        const size_t n = strcspn(at, ",");
        char word[MOST_WORD];
        if (n == 0)
            return error(EXIT_USAGE, "--%s '%s': an empty value; separate values by single commas", option, text);
        if (n >= sizeof word)
            return error(EXIT_USAGE, "--%s: a value of %zu characters; no name or number is that long", option, n);
        snprintf(word, sizeof word, "%.*s", (int)n, at);
        if (use(target, word))
            return -1;
        if (at[n] == '\0')
            return 0;
        at += n + 1;
    }
}

static int by_key(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] > y[0]) - (x[0] < y[0]) : (x[1] > y[1]) - (x[1] < y[1]);
}

static int by_place(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

/* Of pairs (key, place), keep the first place of every key, in order of place: how many remain. A range may hold millions. */
static size_t first_of_each(uint64_t (*pairs)[2], size_t n)
{
    size_t kept = 0;
    qsort(pairs, n, sizeof *pairs, by_key);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || pairs[i][0] != pairs[kept - 1][0])
            memmove(pairs[kept++], pairs[i], sizeof *pairs);
    qsort(pairs, kept, sizeof *pairs, by_place);
    return kept;
}

static int too_many(const char *option)
{
    return error(EXIT_USAGE, "--%s: more than %d values", option, MOST_VALUES);
}

typedef struct {
    Axis *axis;
    const Field *field;
    size_t room;
} AxisTarget;

static int axis_put(AxisTarget *t, FieldValue value)
{
    Axis *axis = t->axis;
    if (axis->count == MOST_VALUES)
        return too_many(t->field->option);
    if (axis->count == t->room) {
        t->room = t->room ? 2 * t->room : 16;
        axis->values = mem_resize(axis->values, t->room, sizeof *axis->values);
    }
    axis->values[axis->count++] = value;
    return 0;
}

/* Equal values have equal keys. Different ones have different keys; of names and their parameters, up to a hash. */
static uint64_t value_key(const Field *field, FieldValue value)
{
    uint64_t key = 0;
    if (field->kind == FIELD_WHOLE)
        return (uint64_t)value.whole;
    if (field->kind == FIELD_REAL)
        return memcpy(&key, &value.real, sizeof key), key;
    Text text = {0};
    field_text(&text, field, value);
    key = text_hash(0, text_str(&text));
    text_free(&text);
    return key;
}

static void axis_drop_repeated(Axis *axis, const Field *field)
{
    uint64_t(*pairs)[2] = mem_alloc(axis->count, sizeof *pairs);
    for (size_t i = 0; i < axis->count; i++) {
        pairs[i][0] = value_key(field, axis->values[i]);
        pairs[i][1] = i;
    }
    axis->count = first_of_each(pairs, axis->count);
    for (size_t i = 0; i < axis->count; i++)
        axis->values[i] = axis->values[pairs[i][1]];
    free(pairs);
}

static int axis_number(void *target, double number)
{
    AxisTarget *t = target;
    FieldValue value;
    return field_number(t->field, number, &value) ? -1 : axis_put(t, value);
}

static int axis_word(void *target, const char *word)
{
    AxisTarget *t = target;
    FieldValue value;
    if (t->field->kind != FIELD_CHOICE && strchr(word, ':')) {
        const int result = each_number(word, t->field->option, axis_number, t);
        return result <= 0 ? result
                           : error(EXIT_USAGE, "--%s '%s': not a range; write 10:100:10, 2:256:x2, 0.5:4:n41 or 1e-4:1:l9", t->field->option, word);
    }
    return field_read(t->field, word, &value) ? -1 : axis_put(t, value);
}

int axis_read(Axis *axis, const Field *field, const char *text, bool paired)
{
    *axis = (Axis){0};
    AxisTarget target = {axis, field, 0};
    if (!*text && !*field->fallback)
        return axis_put(&target, field_default(field));
    if (each_word(text, field->option, axis_word, &target))
        return -1;
    if (!paired)
        axis_drop_repeated(axis, field);
    return 0;
}

void axis_free(Axis *axis)
{
    free(axis->values);
    *axis = (Axis){0};
}

void axis_text(Text *out, const Axis *axis, const Field *field)
{
    for (size_t i = 0; i < axis->count; i++) {
        if (i)
            text_char(out, ',');
        field_text(out, field, axis->values[i]);
    }
}

typedef struct {
    Seeds *seeds;
    size_t room;
} SeedTarget;

static int seed_number(void *target, double number)
{
    SeedTarget *t = target;
    Seeds *s = t->seeds;
    if (number != floor(number) || number < 0 || number > UINT32_MAX)
        return error(EXIT_USAGE, "--seeds: '%.15g' is not a whole number from 0 to %u", number, UINT32_MAX);
    if (s->count == MOST_VALUES)
        return too_many("seeds");
    if (s->count == t->room) {
        t->room = t->room ? 2 * t->room : 16;
        s->values = mem_resize(s->values, t->room, sizeof *s->values);
    }
    s->values[s->count++] = (uint32_t)number;
    return 0;
}

static int seed_word(void *target, const char *word)
{
    const int result = each_number(word, "seeds", seed_number, target);
    return result <= 0 ? result : error(EXIT_USAGE, "--seeds '%s': write a count (10), a range (5:9) or a list (3,7)", word);
}

static void seeds_drop_repeated(Seeds *seeds)
{
    uint64_t(*pairs)[2] = mem_alloc(seeds->count, sizeof *pairs);
    for (size_t i = 0; i < seeds->count; i++) {
        pairs[i][0] = seeds->values[i];
        pairs[i][1] = i;
    }
    seeds->count = first_of_each(pairs, seeds->count);
    for (size_t i = 0; i < seeds->count; i++)
        seeds->values[i] = (uint32_t)pairs[i][0];
    free(pairs);
}

int seeds_read(Seeds *seeds, const char *text)
{
    *seeds = (Seeds){0};
    SeedTarget target = {seeds, 0};
    double n;
    if (!text_to_double(text, &n)) {
        if (each_word(text, "seeds", seed_word, &target))
            return -1;
        seeds_drop_repeated(seeds);
        return 0;
    }
    if (n != floor(n) || n < 1 || n > MOST_VALUES)
        return error(EXIT_USAGE, "--seeds '%s': a count must be a whole number from 1 to %d", text, MOST_VALUES);
    for (double i = 0; i < n; i++)
        seed_number(&target, i);
    return 0;
}

void seeds_free(Seeds *seeds)
{
    free(seeds->values);
    *seeds = (Seeds){0};
}

void seeds_text(Text *out, const Seeds *seeds)
{
    for (size_t i = 0; i < seeds->count;) {
        size_t end = i + 1;
        while (end < seeds->count && seeds->values[end] == (uint64_t)seeds->values[end - 1] + 1)
            end++;
        text_format(out, end - i > 1 || seeds->count == 1 ? "%s%u:%u" : "%s%u", i ? "," : "", seeds->values[i], seeds->values[end - 1]);
        i = end;
    }
}
