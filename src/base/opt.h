/* Options: one table per group gives parsing, help with live defaults, man page and completions.
 * The one thing to know: a group's defaults are whatever its target struct holds before parsing; help prints from there.
 * After git's parse-options.h (rows) and minimap2 (defaults printed from live structs); parsing is getopt_long. */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"

typedef enum {
    OPT_FLAG,    /* bool */
    OPT_TEXT,    /* const char * */
    OPT_WHOLE,   /* int64_t, `lowest` … `highest` */
} OptKind;

typedef struct {
    const char *name;         /* without dashes */
    const char *argument;     /* how help names the value, NULL for a flag */
    const char *help;
    const char *otherwise;    /* what help shows as the default where the struct's own value says nothing */
    size_t offset;            /* of the member in the group's target */
    double lowest, highest;   /* OPT_WHOLE */
    OptKind kind;
    char letter;              /* 0: none */
    const char *list;         /* completion offers what `fathom list LIST --names` prints; NULL: files, DIR, a|b by `argument` */
} Option;

typedef struct {
    const char *title;
    const Option *options;
    size_t count;
    void *target;
} OptGroup;

/* One command's whole manual. */
typedef struct {
    const char *command;          /* "sweep" */
    const char *summary;          /* one line */
    const char *operands;         /* "[DIR]", "" when it takes none */
    const char *const *examples;  /* NULL-terminated, each "command line  # what it does" */
    const char *notes;            /* printed last; may be NULL */
    int least, most;              /* operands; most < 0: any number */
    const char *list;             /* as Option's, for the operands */
} Manual;

/* Parse argv[1…] into the groups' targets; operands are moved to the end and *first says where they begin.
 * Returns 0; 1 when --help was printed and the command is done; -1 after a usage error. */
int opt_parse(const Manual *manual, const OptGroup *groups, size_t n_groups, int argc, char **argv, int *first);

/* The default that help shows: `otherwise`, or what the target holds; false where there is nothing to show. */
bool opt_default(Text *out, const OptGroup *group, const Option *o);

/* The help text (examples first), the same as a man page in roff, and completions: `shell` is bash, zsh or fish. */
void opt_help(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups);
void opt_man(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups);
/* Completions are one command's part of the script that cmd/manual.c writes; -1 for another shell. */
int opt_completions(Text *out, const char *shell, const Manual *manual, const OptGroup *groups, size_t n_groups);

/* Plain text for roff: backslashes, dashes, quotes, and dots at the start of a line. */
void opt_roff(Text *out, const char *plain);

#endif
