/* Command lines that a command executes itself, so that what it prints can be typed.
 * The one thing to know: standard output is turned away meanwhile; what a command would print there is in its directory. */
#ifndef CMD_SCRIPT_H
#define CMD_SCRIPT_H

#include "cmd/cmd.h"

enum { SCRIPT_WORDS = 96 };

/* "train", "-a", "relu", …, NULL as a part of a larger work; a command that cannot be a part takes the part's directory as its -o, as from a
 * person. NULL: no part. 0, or -1 after error(). */
int script_words(char *const *words, const Part *part);

/* The same from a line, "fathom train -a relu …", quoted as text_shell quotes. */
int script_line(const char *line, const Part *part);

#endif
