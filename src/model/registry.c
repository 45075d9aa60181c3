/* Registries: finding a row by name, and saying what was meant when there is none.
 * The one thing to know: a suggestion is made within text_nearer's distance, else the list is printed. */
#include "model/registry.h"

#include <stdio.h>
#include <string.h>

const Named *registry_row(const Registry *r, size_t index)
{
    return (const Named *)(const void *)((const char *)r->rows + index * r->stride);
}

const Named *registry_find(const Registry *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++) {
        const Named *row = registry_row(r, i);
        if (!strcmp(row->name, name) || (row->alias && !strcmp(row->alias, name)))
            return row;
    }
    return NULL;
}

static const char *nearest(const Registry *r, const char *name)
{
    const char *best = NULL;
    size_t least = TEXT_FAR;
    for (size_t i = 0; i < r->count; i++) {
        const Named *row = registry_row(r, i);
        const char *const spellings[] = {row->name, row->alias};
        for (size_t s = 0; s < 2; s++)
            if (spellings[s] && text_nearer(name, spellings[s], &least))
                best = spellings[s];
    }
    return best;
}

/* What a user writes for it. */
static const char *spelling(const Named *row)
{
    return row->bare ? row->parameter : row->name;
}

static int fail_unknown(const Registry *r, const char *name)
{
    const char *close = nearest(r, name);
    if (close)
        return error(EXIT_USAGE, "no %s '%s'; did you mean '%s'? ('fathom list %s' has them all)", r->noun, name, close, r->plural);
    Text names = {0};
    for (size_t i = 0; i < r->count; i++)
        text_format(&names, "%s%s", i ? ", " : "", spelling(registry_row(r, i)));
    error(EXIT_USAGE, "no %s '%s'; there are: %s", r->noun, name, text_str(&names));
    text_free(&names);
    return -1;
}

static const Named *bare_row(const Registry *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (registry_row(r, i)->bare)
            return registry_row(r, i);
    return NULL;
}

static int read_parameter(const Registry *r, const char *word, const char *number, Choice *choice)
{
    const Named *row = choice->row;
    if (!row->parameter)
        return error(EXIT_USAGE, "%s '%s': %s takes no number", r->noun, word, row->name);
    if (!text_to_double(number, &choice->parameter))
        return error(EXIT_USAGE, "%s '%s': '%s' is not a finite number; write %s:%s", r->noun, word, number, row->name, row->parameter);
    if (choice->parameter < row->lowest || choice->parameter > row->highest)
        return error(EXIT_USAGE, "%s '%s': %s must be from %g to %g", r->noun, word, row->parameter, row->lowest, row->highest);
    return 0;
}

int registry_choose(const Registry *r, const char *word, Choice *choice)
{
    char name[64];
    const size_t length = strcspn(word, ":");
    if (length == 0)
        return error(EXIT_USAGE, "empty %s name; 'fathom list %s' has them all", r->noun, r->plural);
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    const Named *row = bare_row(r);
    if (row && text_to_double(word, &choice->parameter)) {
        choice->row = row;
        return read_parameter(r, word, word, choice);
    }
    row = registry_find(r, name);
    if (!row)
        return fail_unknown(r, name);
    *choice = (Choice){row, row->parameter ? row->standard : NOT_GIVEN};
    if (word[length] == ':')
        return read_parameter(r, word, word + length + 1, choice);
    if (row->parameter && isnan(row->standard))
        return error(EXIT_USAGE, "%s '%s' needs a number: write %s%s%s", r->noun, word, row->bare ? "" : row->name, row->bare ? "" : ":",
                     row->parameter);
    return 0;
}

void choice_text(Text *out, Choice choice)
{
    if (choice.row->bare) {
        text_shortest(out, choice.parameter);
        return;
    }
    text_string(out, choice.row->name);
    if (choice.row->parameter && !(choice.parameter == choice.row->standard)) {
        text_char(out, ':');
        text_shortest(out, choice.parameter);
    }
}
