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

static double range_count(const Range *r)
{
    const double slack = 1 + 1e-12;
    if (r->kind == STEP_ADD)
        return floor((r->high - r->low) / r->step * slack + 1e-9) + 1;
    if (r->kind == STEP_TIMES)
        return floor(log(r->high / r->low) / log(r->step) * slack + 1e-9) + 1;
    return r->step;
}

static double range_value(const Range *r, double i, double n)
{
    if (r->kind == STEP_ADD)
        return r->low + i * r->step;
    if (r->kind == STEP_TIMES)
        return r->low * pow(r->step, i);
    if (n == 1 || i == 0)
        return r->low;
    if (i == n - 1)
        return r->high;
    return r->kind == STEP_LINEAR ? r->low + i * ((r->high - r->low) / (n - 1)) : r->low * pow(r->high / r->low, i / (n - 1));
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

typedef struct {
    Axis *axis;
    const Field *field;
    size_t room;
} AxisTarget;

static void axis_put(AxisTarget *t, FieldValue value)
{
    Axis *axis = t->axis;
    const size_t check = axis->count < 4096 ? axis->count : 4096;   /* long axes are ranges; their values differ */
    for (size_t i = 0; i < check; i++)
        if (field_same(t->field, axis->values[i], value))
            return;
    if (axis->count == t->room) {
        t->room = t->room ? 2 * t->room : 16;
        axis->values = mem_resize(axis->values, t->room, sizeof *axis->values);
    }
    axis->values[axis->count++] = value;
}

static int axis_number(void *target, double number)
{
    AxisTarget *t = target;
    FieldValue value;
    if (field_number(t->field, number, &value))
        return -1;
    axis_put(t, value);
    return 0;
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
    if (field_read(t->field, word, &value))
        return -1;
    axis_put(t, value);
    return 0;
}

int axis_read(Axis *axis, const Field *field, const char *text)
{
    *axis = (Axis){0};
    AxisTarget target = {axis, field, 0};
    if (!*text && !*field->fallback) {
        axis_put(&target, field_default(field));
        return 0;
    }
    return each_word(text, field->option, axis_word, &target);
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
    for (size_t i = 0; i < s->count && i < 4096; i++)
        if (s->values[i] == (uint32_t)number)
            return 0;
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

int seeds_read(Seeds *seeds, const char *text)
{
    *seeds = (Seeds){0};
    SeedTarget target = {seeds, 0};
    double n;
    if (!text_to_double(text, &n))
        return each_word(text, "seeds", seed_word, &target);
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
        while (end < seeds->count && seeds->values[end] == seeds->values[end - 1] + 1)
            end++;
        text_format(out, end - i > 1 || seeds->count == 1 ? "%s%u:%u" : "%s%u", i ? "," : "", seeds->values[i], seeds->values[end - 1]);
        i = end;
    }
}
