/* Processes: run another program by its argv, without a shell.
 * The one thing to know: the child sees a few harmless variables, LC_ALL=C.UTF-8, an empty standard input, and a time limit.
 * Its whole process group is killed when the limit passes, so that nothing it started lives on. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

typedef struct {
    const char *const *argv;   /* argv[0] is the path that is executed; NULL-terminated */
    const char *directory;     /* where it runs; NULL: here */
    double seconds;            /* the limit */
    size_t most;               /* bytes kept of each stream; what follows is read and dropped */
} ProcJob;

typedef struct {
    Text out, err;
    int status;       /* exit status; 128 + n after signal n; 126 or 127 when it could not be started */
    bool timed_out;
} ProcResult;

/* Run it and wait. 0 whatever came of the program itself, -1 after error() where this process could not make a child (71). */
int proc_run(const ProcJob *job, ProcResult *result);
void proc_done(ProcResult *result);

/* The path of `program`: itself where it holds a slash, else the first executable of that name in PATH. NULL when there is none.
 * The caller frees it. */
char *proc_find(const char *program);

#endif
