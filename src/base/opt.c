/* Options: parsing and help from one table.
 * The one thing to know: values are stored, never interpreted here; the owner of a value checks it.
 * Unknown options get the nearest name, as git and cargo do. */
#include "base/opt.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONG_ONLY = 256 };

static const Option help_option = {.name = "help", .letter = 'h', .help = "print this and leave", .kind = OPT_FLAG};

static void *member(const OptGroup *group, const Option *o)
{
    return (char *)group->target + o->offset;
}

static const Option *option_at(const OptGroup *groups, size_t n_groups, size_t index, const OptGroup **group)
{
    for (size_t g = 0; g < n_groups; g++) {
        if (index < groups[g].count) {
            *group = &groups[g];
            return &groups[g].options[index];
        }
        index -= groups[g].count;
    }
    return NULL;
}

static size_t option_count(const OptGroup *groups, size_t n_groups)
{
    size_t n = 0;
    for (size_t g = 0; g < n_groups; g++)
        n += groups[g].count;
    return n;
}

static int store(const OptGroup *group, const Option *o, const char *value)
{
    void *where = member(group, o);
    int64_t whole;
    switch (o->kind) {
    case OPT_FLAG:
        *(bool *)where = true;
        return 0;
    case OPT_TEXT:
        *(const char **)where = value;
        return 0;
    case OPT_WHOLE:
        if (!text_to_whole(value, &whole) || (double)whole < o->lowest || (double)whole > o->highest)
            return error(EXIT_USAGE, "--%s '%s': not a whole number from %.0f to %.0f", o->name, value, o->lowest, o->highest);
        *(int64_t *)where = whole;
        return 0;
    }
    BUG("option kind");
}

static int unknown(const Manual *manual, const OptGroup *groups, size_t n_groups, const char *word)
{
    if (word[0] == '-' && word[1] != '-')
        return error(EXIT_USAGE, "%s: no option '-%c'; 'fathom %s --help' lists them", manual->command, word[1], manual->command);
    const size_t length = strcspn(word, "=");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length - 2), word + 2);
    const Option *nearest = NULL;
    size_t least = TEXT_FAR;
    for (size_t i = 0; i < option_count(groups, n_groups); i++) {
        const OptGroup *group;
        const Option *o = option_at(groups, n_groups, i, &group);
        if (text_nearer(name, o->name, &least))
            nearest = o;
    }
    if (nearest)
        return error(EXIT_USAGE, "%s: no option '--%s'; did you mean '--%s'?", manual->command, name, nearest->name);
    return error(EXIT_USAGE, "%s: no option '--%s'; 'fathom %s --help' lists them", manual->command, name, manual->command);
}

typedef struct {
    struct option *names;
    char *letters;
} Getopt;

static Getopt getopt_tables(const OptGroup *groups, size_t n_groups)
{
    const size_t n = option_count(groups, n_groups);
    Getopt tables = {mem_alloc(n + 2, sizeof(struct option)), mem_alloc(2 * n + 4, 1)};
    char *letter = tables.letters;
    *letter++ = ':';
    *letter++ = 'h';
    for (size_t i = 0; i < n; i++) {
        const OptGroup *group;
        const Option *o = option_at(groups, n_groups, i, &group);
        const bool takes = o->kind != OPT_FLAG;
        tables.names[i] = (struct option){o->name, takes ? required_argument : no_argument, NULL, LONG_ONLY + (int)i};
        if (o->letter) {
            *letter++ = o->letter;
            if (takes)
                *letter++ = ':';
        }
    }
    tables.names[n] = (struct option){help_option.name, no_argument, NULL, 'h'};
    return tables;
}

static const Option *by_letter(const OptGroup *groups, size_t n_groups, int letter, const OptGroup **group)
{
    for (size_t i = 0; i < option_count(groups, n_groups); i++) {
        const Option *o = option_at(groups, n_groups, i, group);
        if (o->letter == letter)
            return o;
    }
    return NULL;
}

static int parse_all(const Manual *manual, const OptGroup *groups, size_t n_groups, int argc, char **argv, const Getopt *tables)
{
    opterr = 0;
#ifdef __APPLE__
    optreset = optind = 1;
#else
    optind = 0;   /* glibc and musl forget an earlier parse only then */
#endif
    for (;;) {
        const int before = optind > 0 ? optind : 1;
        const int c = getopt_long(argc, argv, tables->letters, tables->names, NULL);
        const OptGroup *group = NULL;
        if (c == -1)
            return 0;
        if (c == 'h') {
            Text text = {0};
            opt_help(&text, manual, groups, n_groups);
            fputs(text_str(&text), stdout);
            text_free(&text);
            return 1;
        }
        const char *word = argv[optind - 1 > 0 && optind > before ? optind - 1 : optind];
        if (c == ':')
            return error(EXIT_USAGE, "%s: '%s' needs a value", manual->command, word);
        if (c == '?') {
            const char dashed[] = {'-', (char)optopt, '\0'};
            if (optopt >= LONG_ONLY)
                return error(EXIT_USAGE, "%s: '%s' takes no value", manual->command, word);
            return unknown(manual, groups, n_groups, optopt ? dashed : word);
        }
        const Option *o = c >= LONG_ONLY ? option_at(groups, n_groups, (size_t)(c - LONG_ONLY), &group)
                                         : by_letter(groups, n_groups, c, &group);
        if (!o)
            BUG("option letter");
        if (store(group, o, optarg))
            return -1;
    }
}

int opt_parse(const Manual *manual, const OptGroup *groups, size_t n_groups, int argc, char **argv, int *first)
{
    Getopt tables = getopt_tables(groups, n_groups);
    const int result = parse_all(manual, groups, n_groups, argc, argv, &tables);
    free(tables.names);
    free(tables.letters);
    if (result)
        return result;
    *first = optind;
    const int operands = argc - optind;
    if (manual->most >= 0 && operands > manual->most)
        return error(EXIT_USAGE, "%s: '%s' is one operand too many; usage: fathom %s [options] %s", manual->command,
                     argv[optind + manual->most], manual->command, manual->operands);
    if (operands < manual->least)
        return error(EXIT_USAGE, "%s: %s is missing; usage: fathom %s [options] %s", manual->command, manual->operands,
                     manual->command, manual->operands);
    return 0;
}

bool opt_default(Text *out, const OptGroup *group, const Option *o)
{
    const void *where = member(group, o);
    if (o->otherwise)
        text_string(out, o->otherwise);
    else if (o->kind == OPT_TEXT && *(const char *const *)where)
        text_string(out, *(const char *const *)where);
    else if (o->kind == OPT_WHOLE)
        text_format(out, "%lld", (long long)*(const int64_t *)where);
    else
        return false;
    return true;
}

static void put_default(Text *out, const OptGroup *group, const Option *o)
{
    Text value = {0};
    if (opt_default(&value, group, o))
        text_format(out, " [%s]", text_str(&value));
    text_free(&value);
}

static void put_rows(Text *out, const OptGroup *group, const Option *options, size_t count)
{
    enum { COLUMN = 30 };
    for (size_t i = 0; i < count; i++) {
        const Option *o = &options[i];
        const size_t start = out->length;
        if (o->letter)
            text_format(out, "  -%c, --%s", o->letter, o->name);
        else
            text_format(out, "      --%s", o->name);
        if (o->argument)
            text_format(out, " %s", o->argument);
        const size_t used = out->length - start;
        if (used + 2 > COLUMN)
            text_format(out, "\n%*s", COLUMN, "");
        else
            text_format(out, "%*s", (int)(COLUMN - used), "");
        text_string(out, o->help);
        if (group)
            put_default(out, group, o);
        text_char(out, '\n');
    }
}

void opt_help(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups)
{
    text_format(out, "fathom %s: %s\n\nExamples\n", manual->command, manual->summary);
    for (const char *const *e = manual->examples; *e; e++)
        text_format(out, "  %s\n", *e);
    text_format(out, "\nUsage\n  fathom %s [options]%s%s\n", manual->command, *manual->operands ? " " : "", manual->operands);
    for (size_t g = 0; g < n_groups; g++) {
        text_format(out, "\n%s\n", groups[g].title);
        put_rows(out, &groups[g], groups[g].options, groups[g].count);
    }
    put_rows(out, NULL, &help_option, 1);
    if (manual->notes)
        text_format(out, "\n%s", manual->notes);
}
