/* Commands: one row each; the driver parses, runs, and turns failures into exit codes.
 * The one thing to know: a command owns no globals: its arguments live in a block of `args_size` bytes that the driver allocates.
 * After bcftools' command table. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

enum { MOST_GROUPS = 8 };

/* What a command is told that another one runs as a part of its work (fathom reproduce), in place of the options of these names. */
typedef struct {
    const char *output, *progress;
    const char *label;    /* before the line of progress: "C05 rates (2 of 28)" */
    int64_t threads;      /* 0: the default */
    bool quiet, force;
} Part;

typedef struct {
    Manual manual;
    size_t args_size;
    void (*defaults)(void *args);                               /* what help shows as the defaults */
    size_t (*groups)(void *args, OptGroup groups[MOST_GROUPS]);  /* option groups that write into args; returns how many */
    void (*as_part)(void *args, const Part *part);              /* NULL: its runs are not resumed, and -o is an option like others */
    int (*run)(void *args, int n, char **operands);             /* 0, or -1 after error() */
} Command;

/* One `extern const Command command_NAME;` for each row of commands.def. */
#define COMMAND(name) extern const Command command_##name;
#include "cmd/commands.def"
#undef COMMAND

extern const Command *const commands[];
extern const size_t n_commands;

/* NULL when there is none; command_unknown says so with the nearest name, and returns -1. */
const Command *command_find(const char *name);
int command_unknown(const char *name);

/* A command's arguments at their defaults, and its option groups over them. */
typedef struct {
    void *args;
    size_t n_groups;
    OptGroup groups[MOST_GROUPS];
} Arguments;

void arguments_open(Arguments *a, const Command *command);
void arguments_close(Arguments *a);

/* Parse and run; argv[0] is the command's name. Returns 0 or -1. */
int command_run(const Command *command, int argc, char **argv);

/* The same for a command that can be a part (as_part is not NULL). */
int command_run_part(const Command *command, const Part *part, int argc, char **argv);

/* `fathom …`: a command, or what fathom says of itself (--help, --version, help COMMAND, --man, --completions). */
int command_main(int argc, char **argv);

/* "fathom 0.1.0"; verbose: also the libraries, the compiler and the CPU. */
void version_text(Text *out, bool verbose);

/* `fathom --man [COMMAND]` in roff; `fathom --completions bash|zsh|fish`, -1 after a usage error. */
void manual_page(Text *out, const Command *command);
int manual_completions(Text *out, const char *shell);

#endif
