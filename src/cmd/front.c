/* The front door: `fathom` without a command, --help, --version, help COMMAND, and what make install asks for.
 * The one thing to know: the list of commands and the examples come from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

static void put_commands(Text *out)
{
    size_t widest = 0;
    for (size_t i = 0; i < n_commands; i++)
        if (strlen(commands[i]->manual.command) > widest)
            widest = strlen(commands[i]->manual.command);
    for (size_t i = 0; i < n_commands; i++)
        text_format(out, "  %-*s  %s\n", (int)widest, commands[i]->manual.command, commands[i]->manual.summary);
}

/* Each command's first example, their comments under one another. */
static void put_examples(Text *out)
{
    size_t widest = 0;
    for (size_t i = 0; i < n_commands; i++) {
        const char *line = commands[i]->manual.examples[0], *comment = strstr(line, " #");
        size_t length = comment ? (size_t)(comment - line) : strlen(line);
        while (length && line[length - 1] == ' ')
            length--;
        if (length > widest)
            widest = length;
    }
    for (size_t i = 0; i < n_commands; i++) {
        const char *line = commands[i]->manual.examples[0], *comment = strstr(line, " #");
        const int shown = comment ? (int)(comment - line) : (int)strlen(line);
        text_format(out, "  %-*.*s%s\n", comment ? (int)widest : 0, shown < (int)widest ? shown : (int)widest, line, comment ? comment : "");
    }
}

static void put_help(Text *out)
{
    text_string(out, "fathom: measures why deep networks are hard to train\n\nExamples\n");
    put_examples(out);
    text_string(out, "\nUsage\n  fathom COMMAND [options]\n\nCommands\n");
    put_commands(out);
    text_string(out, "\nMore\n"
                     "  fathom COMMAND --help       examples, then every option with its default; also fathom help COMMAND\n"
                     "  fathom --version --verbose  libraries, compiler and CPU\n");
}

static int print(Text *text)
{
    fputs(text_str(text), stdout);
    text_free(text);
    return 0;
}

static int no_command(void)
{
    Text text = {0};
    error(EXIT_USAGE, "a command is needed: fathom COMMAND [options]; 'fathom --help' begins with examples");
    put_commands(&text);
    fputs(text_str(&text), stderr);
    text_free(&text);
    return -1;
}

static int help(const char *name)
{
    Text text = {0};
    if (!name || !strcmp(name, "help")) {
        put_help(&text);
        return print(&text);
    }
    const Command *command = command_find(name);
    if (!command)
        return command_unknown(name);
    Arguments a;
    arguments_open(&a, command);
    opt_help(&text, &command->manual, a.groups, a.n_groups);
    arguments_close(&a);
    return print(&text);
}

static int page(const char *name)
{
    Text text = {0};
    const Command *command = name ? command_find(name) : NULL;
    if (name && !command)
        return command_unknown(name);
    manual_page(&text, command);
    return print(&text);
}

static int completions(const char *shell)
{
    Text text = {0};
    if (manual_completions(&text, shell ? shell : "")) {
        text_free(&text);
        return -1;
    }
    return print(&text);
}

static bool is(const char *word, const char *name, const char *letter)
{
    return !strcmp(word, name) || !strcmp(word, letter);
}

static int version(bool verbose)
{
    Text text = {0};
    version_text(&text, verbose);
    return print(&text);
}

int command_main(int argc, char **argv)
{
    if (argc < 2)
        return no_command();
    const char *word = argv[1], *next = argc > 2 ? argv[2] : NULL;
    if (is(word, "--help", "-h") || !strcmp(word, "help"))
        return help(next);
    if (is(word, "--version", "-V"))
        return version(next && is(next, "--verbose", "-v"));
    if (is(word, "--verbose", "-v") && next && is(next, "--version", "-V"))
        return version(true);
    if (!strcmp(word, "--man"))
        return page(next);
    if (!strcmp(word, "--completions"))
        return completions(next);
    if (word[0] == '-')
        return error(EXIT_USAGE, "no option '%s' before a command; usage: fathom COMMAND [options]", word);
    const Command *command = command_find(word);
    return command ? command_run(command, argc - 1, argv + 1) : command_unknown(word);
}
