/* Commands: the table, finding a row, and running it.
 * The one thing to know: arguments are allocated here, filled with defaults, written by the option groups, and freed after the run. */
#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COMMAND(name) &command_##name,
const Command *const commands[] = {
#include "cmd/commands.def"
};
#undef COMMAND
const size_t n_commands = sizeof commands / sizeof *commands;

const Command *command_find(const char *name)
{
    for (size_t i = 0; i < n_commands; i++)
        if (!strcmp(commands[i]->manual.command, name))
            return commands[i];
    return NULL;
}

int command_unknown(const char *name)
{
    const char *nearest = NULL;
    size_t least = TEXT_FAR;
    for (size_t i = 0; i < n_commands; i++)
        if (text_nearer(name, commands[i]->manual.command, &least))
            nearest = commands[i]->manual.command;
    if (nearest)
        return error(EXIT_USAGE, "no command '%s'; did you mean '%s'? ('fathom --help' lists them)", name, nearest);
    Text names = {0};
    for (size_t i = 0; i < n_commands; i++)
        text_format(&names, "%s%s", i ? ", " : "", commands[i]->manual.command);
    error(EXIT_USAGE, "no command '%s'; there are: %s", name, text_str(&names));
    text_free(&names);
    return -1;
}

void arguments_open(Arguments *a, const Command *command)
{
    *a = (Arguments){.args = mem_alloc(1, command->args_size)};
    if (command->defaults)
        command->defaults(a->args);
    if (command->groups)
        a->n_groups = command->groups(a->args, a->groups);
    if (a->n_groups > MOST_GROUPS)
        BUG("more option groups than MOST_GROUPS");
}

void arguments_close(Arguments *a)
{
    free(a->args);
    *a = (Arguments){0};
}

int command_run_part(const Command *command, const Part *part, int argc, char **argv)
{
    Arguments a;
    int first = 0;
    arguments_open(&a, command);
    int result = opt_parse(&command->manual, a.groups, a.n_groups, argc, argv, &first);
    if (result == 0 && part)
        command->as_part(a.args, part);
    if (result == 0)
        result = command->run(a.args, argc - first, argv + first);
    arguments_close(&a);
    return result < 0 ? -1 : 0;
}

int command_run(const Command *command, int argc, char **argv)
{
    return command_run_part(command, NULL, argc, argv);
}
