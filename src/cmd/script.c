/* Command lines that a command executes itself.
 * The one thing to know: words are split at spaces outside quotes, and nothing else means anything: no shell is between. */
#include "cmd/script.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/cmd.h"

static int run_quietly(char **argv, int argc)
{
    const Command *command = command_find(argv[0]);
    if (!command)
        BUG("a script runs a command that there is not");
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO), away = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (kept < 0 || away < 0)
        return error(EXIT_CANTCREATE, "cannot turn standard output away; are too many files open?");
    dup2(away, STDOUT_FILENO);
    close(away);
    const int result = command_run(command, argc, argv);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
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

int script_run(const char *line, const char *directory, int64_t threads, bool quiet)
{
    enum { MOST_WORDS = 96 };
    char *const copy = mem_string(line), *words[MOST_WORDS + 8] = {NULL}, count[24], *rest = copy, *const where = mem_string(directory ? directory : "");
    char output[] = "-o", jobs[] = "-j", silent[] = "-q";
    int n = 0;
    for (char *word; n < MOST_WORDS && (word = next_word(&rest));)
        words[n++] = word;
    if (directory) {
        words[n++] = output;
        words[n++] = where;
    }
    if (threads) {
        snprintf(count, sizeof count, "%lld", (long long)threads);
        words[n++] = jobs;
        words[n++] = count;
    }
    if (quiet)
        words[n++] = silent;
    words[n] = NULL;
    const int result = run_quietly(words + 1, n - 1);
    free(copy);
    free(where);
    return result;
}
