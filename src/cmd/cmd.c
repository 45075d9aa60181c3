/* Commands: the table, and running one.
 * The one thing to know: everything a command may choose comes through its option groups; nothing is read from the environment here. */
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

int command_run(const Command *command, int argc, char **argv)
{
    void *args = mem_alloc(1, command->args_size);
    OptGroup groups[MOST_GROUPS];
    int first = 0;
    command->defaults(args);
    const size_t n = command->groups(args, groups);
    int result = opt_parse(&command->manual, groups, n, argc, argv, &first);
    if (result == 0)
        result = command->run(args, argc - first, argv + first);
    free(args);
    return result < 0 ? -1 : 0;
}
