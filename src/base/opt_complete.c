/* Options: completions for bash, zsh and fish, one command's part at a time.
 * The one thing to know: names come from `fathom list … --names` at the moment of completion, and complete after a comma too.
 * The frame around these parts is cmd/manual.c's. */
#include <ctype.h>
#include <string.h>

#include "base/opt.h"

/* What may follow an option or stand as an operand. */
typedef enum { VALUE_NONE, VALUE_ANY, VALUE_FILE, VALUE_DIRECTORY, VALUE_WORDS, VALUE_LIST } Value;

static Value value_of(const char *argument, const char *list)
{
    if (list)
        return VALUE_LIST;
    if (!argument || !*argument)
        return VALUE_NONE;
    if (strstr(argument, "DIR"))
        return VALUE_DIRECTORY;
    if (strstr(argument, "FILE") || strstr(argument, "JSON"))
        return VALUE_FILE;
    return strchr(argument, '|') && islower((unsigned char)*argument) ? VALUE_WORDS : VALUE_ANY;
}

/* "a|b|c" as "a b c". */
static void put_words(Text *out, const char *argument)
{
    for (; *argument; argument++)
        text_char(out, *argument == '|' ? ' ' : *argument);
}

static void bash_value(Text *out, Value value, const char *argument, const char *list)
{
    if (value == VALUE_DIRECTORY)
        text_string(out, "COMPREPLY=($(compgen -d -- \"$cur\"))");
    else if (value == VALUE_FILE)
        text_string(out, "COMPREPLY=($(compgen -f -- \"$cur\"))");
    else if (value == VALUE_LIST)
        text_format(out, "COMPREPLY=($(compgen -P \"${cur%%\"${cur##*,}\"}\" -W \"$(fathom list %s --names)\" -- \"${cur##*,}\"))", list);
    else if (value == VALUE_WORDS) {
        text_string(out, "COMPREPLY=($(compgen -W '");
        put_words(out, argument);
        text_string(out, "' -- \"$cur\"))");
    } else
        text_char(out, ':');
}

static void bash_part(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups)
{
    text_format(out, "    %s)\n        case $prev in\n", manual->command);
    for (size_t g = 0; g < n_groups; g++)
        for (const Option *o = groups[g].options; o < groups[g].options + groups[g].count; o++) {
            if (o->kind == OPT_FLAG)
                continue;
            text_string(out, "        ");
            if (o->letter)
                text_format(out, "-%c|", o->letter);
            text_format(out, "--%s) ", o->name);
            bash_value(out, value_of(o->argument, o->list), o->argument, o->list);
            text_string(out, "; return ;;\n");
        }
    text_string(out, "        esac\n        case $cur in\n        -*) COMPREPLY=($(compgen -W '");
    for (size_t g = 0; g < n_groups; g++)
        for (const Option *o = groups[g].options; o < groups[g].options + groups[g].count; o++)
            text_format(out, "--%s ", o->name);
    text_string(out, "--help' -- \"$cur\")) ;;\n        *) ");
    bash_value(out, value_of(manual->operands, manual->list), manual->operands, manual->list);
    text_string(out, " ;;\n        esac ;;\n");
}

/* Inside single quotes, with `special` characters behind a backslash; an apostrophe becomes a typographic one. */
static void put_quoted(Text *out, const char *plain, const char *special)
{
    for (; *plain; plain++) {
        if (*plain == '\'') {
            text_string(out, "\u2019");
            continue;
        }
        if (strchr(special, *plain))
            text_char(out, '\\');
        text_char(out, *plain);
    }
}

static void zsh_value(Text *out, Value value, const char *argument, const char *list)
{
    if (value == VALUE_NONE)
        return;
    text_char(out, ':');
    put_quoted(out, argument, "[]:\\");
    text_char(out, ':');
    if (value == VALUE_DIRECTORY)
        text_string(out, "_files -/");
    else if (value == VALUE_FILE)
        text_string(out, "_files");
    else if (value == VALUE_LIST)
        text_format(out, "_sequence compadd - $(fathom list %s --names)", list);
    else if (value == VALUE_WORDS) {
        text_char(out, '(');
        put_words(out, argument);
        text_char(out, ')');
    }
}

static void zsh_part(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups)
{
    const Value operand = value_of(manual->operands, manual->list);
    text_format(out, "    %s)\n        _arguments -s \\\n", manual->command);
    for (size_t g = 0; g < n_groups; g++)
        for (const Option *o = groups[g].options; o < groups[g].options + groups[g].count; o++) {
            const char *takes = o->kind == OPT_FLAG ? "" : "=";
            if (o->letter)
                text_format(out, "            '(-%c --%s)'{-%c%s,--%s%s}'[", o->letter, o->name, o->letter, *takes ? "+" : "", o->name, takes);
            else
                text_format(out, "            '--%s%s[", o->name, takes);
            put_quoted(out, o->help, "[]:\\");
            text_char(out, ']');
            if (o->kind != OPT_FLAG)
                zsh_value(out, value_of(o->argument, o->list), o->argument ? o->argument : "VALUE", o->list);
            text_string(out, "' \\\n");
        }
    if (operand != VALUE_NONE) {
        text_string(out, "            '*");
        zsh_value(out, operand, manual->operands, manual->list);
        text_string(out, "' \\\n");
    }
    text_string(out, "            '(-h --help)'{-h,--help}'[examples and options]' ;;\n");
}

static void fish_value(Text *out, Value value, const char *argument, const char *list)
{
    if (value == VALUE_DIRECTORY)
        text_string(out, " -x -a '(__fish_complete_directories)'");
    else if (value == VALUE_FILE)
        text_string(out, " -r -F");
    else if (value == VALUE_LIST)
        text_format(out, " -x -a '(__fish_append , (fathom list %s --names))'", list);
    else if (value == VALUE_WORDS) {
        text_string(out, " -x -a '");
        put_words(out, argument);
        text_char(out, '\'');
    } else if (value == VALUE_ANY)
        text_string(out, " -x");
}

static void fish_part(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups)
{
    const Value operand = value_of(manual->operands, manual->list);
    for (size_t g = 0; g < n_groups; g++)
        for (const Option *o = groups[g].options; o < groups[g].options + groups[g].count; o++) {
            text_format(out, "complete -c fathom -n '__fish_seen_subcommand_from %s' -l %s", manual->command, o->name);
            if (o->letter)
                text_format(out, " -s %c", o->letter);
            if (o->kind != OPT_FLAG)
                fish_value(out, value_of(o->argument, o->list), o->argument, o->list);
            text_string(out, " -d '");
            put_quoted(out, o->help, "\\");
            text_string(out, "'\n");
        }
    if (operand == VALUE_NONE || operand == VALUE_ANY)
        return;
    text_format(out, "complete -c fathom -n '__fish_seen_subcommand_from %s'", manual->command);
    if (operand == VALUE_FILE)
        text_string(out, " -F");
    else
        fish_value(out, operand, manual->operands, manual->list);
    text_char(out, '\n');
}

int opt_completions(Text *out, const char *shell, const Manual *manual, const OptGroup *groups, size_t n_groups)
{
    if (!strcmp(shell, "bash"))
        bash_part(out, manual, groups, n_groups);
    else if (!strcmp(shell, "zsh"))
        zsh_part(out, manual, groups, n_groups);
    else if (!strcmp(shell, "fish"))
        fish_part(out, manual, groups, n_groups);
    else
        return -1;
    return 0;
}
