/* Command lines that a command executes itself, so that what it prints can be typed.
 * The one thing to know: standard output is turned away meanwhile; what a command would print there is in its directory. */
#ifndef CMD_SCRIPT_H
#define CMD_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

/* "fathom train -a relu …", split at spaces, with -o DIRECTORY (NULL: none) and -j THREADS (0: the usual) behind it. 0, or -1 after error(). */
int script_run(const char *line, const char *directory, int64_t threads, bool quiet);

#endif
