/* Command lines that a command executes itself: words, and a line cut into them.
 * The one thing to know: notices are as loud afterwards as before, whatever the command was told for itself. */
#include "cmd/script.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static int run_turned_away(const Command *command, const Part *part, char **words, int n)
{
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO), away = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const bool quiet = notice_quiet(true);
    int result = -1;
    notice_quiet(quiet);
    if (kept >= 0 && away >= 0 && dup2(away, STDOUT_FILENO) >= 0) {
        result = command_run_part(command, part, n, words);
        fflush(stdout);
        dup2(kept, STDOUT_FILENO);
        notice_quiet(quiet);
    } else {
        error(EXIT_CANTCREATE, "cannot turn standard output away; are too many files open?");
    }
    close(kept);
    close(away);
    return result;
}

int script_words(char *const *words, const Part *part)
{
    const Command *command = command_find(words[0]);
    char *all[SCRIPT_WORDS + 3], option[] = "-o", *const where = mem_string(part ? part->output : "");
    int n = 0;
    if (!command)
        BUG("a script runs a command that there is not");
    for (; words[n]; n++) {
        if (n == SCRIPT_WORDS)
            BUG("a script's line has too many words");
        all[n] = words[n];
    }
    if (part && !command->as_part) {
        all[n++] = option;
        all[n++] = where;
    }
    all[n] = NULL;
    const int result = run_turned_away(command, command->as_part ? part : NULL, all, n);
    free(where);
    return result;
}

/* The next word of *rest, unquoted in place as text_shell quotes ('…', and a backslash before one character); NULL at the end. */
static char *next_word(char **rest)
{
    char *from = *rest + strspn(*rest, " "), *to = from, *const word = from;
    bool quoted = false;
    if (!*from)
        return NULL;
    for (; *from && (quoted || *from != ' '); from++) {
        if (*from == '\'')
            quoted = !quoted;
        else if (*from == '\\' && !quoted && from[1])
            *to++ = *++from;
        else
            *to++ = *from;
    }
    *rest = *from ? from + 1 : from;
    *to = '\0';
    return word;
}

int script_line(const char *line, const Part *part)
{
    char *const copy = mem_string(line), *words[SCRIPT_WORDS + 2] = {NULL}, *rest = copy;
    for (size_t n = 0; (words[n] = next_word(&rest)); n++)
        if (n == SCRIPT_WORDS)
            BUG("a script's line has too many words");
    const int result = script_words(words + 1, part);
    free(copy);
    return result;
}
