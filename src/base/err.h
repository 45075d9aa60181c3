/* Trouble, in three kinds: a bug aborts (BUG), a failure is `return error(…)`, a numerical outcome is a Status elsewhere.
 * The one thing to know: error() prints its line once, remembers the exit code, and returns -1 up to the command.
 * Exit codes are those of sysexits.h, which git and sendmail use, plus 1 and 2. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    EXIT_DONE = 0,
    EXIT_DISAGREE = 1,   /* a check of the user's own run found a disagreement */
    EXIT_USAGE = 2,      /* unusable words, malformed or overflowing sizes, another specification in DIR */
    EXIT_DATA = 65,      /* bad input data */
    EXIT_NOINPUT = 66,   /* no input there */
    EXIT_NOTOOL = 69,    /* gnuplot missing or too old */
    EXIT_TOOBIG = 71,    /* valid, but larger than this machine's memory */
    EXIT_CANTCREATE = 73,
    EXIT_WRITE = 74,
    EXIT_LOCKED = 75,    /* locked by another writer, or shards missing */
} ExitCode;

#if defined(__GNUC__)
#define FORMAT(a, b) __attribute__((format(printf, a, b)))
#else
#define FORMAT(a, b)
#endif

/* Print "fathom: …" as one line on standard error, remember `code`, return -1. Only the first failure of a process
 * prints: what follows it is a consequence. Safe from any thread. */
int error(ExitCode code, const char *format, ...) FORMAT(2, 3);

/* The code of the first failure, EXIT_DONE if there was none. */
ExitCode error_code(void);

/* For work that goes on after a failure: its code (EXIT_DONE: there was none), what was printed, cut to `room` bytes; then forget it, so
 * that the next one prints and is remembered. Whoever takes a failure fails with its code in the end. */
ExitCode error_take(char *line, size_t room);

/* For tests and fuzzers: forget the first failure. */
void error_reset(void);

/* Print "fathom: …" on standard error; nothing failed. `-q` silences it; returns what was before. */
void notice(const char *format, ...) FORMAT(1, 2);
bool notice_quiet(bool quiet);

/* A state the program's own logic excludes: say where, and abort. */
_Noreturn void bug(const char *file, int line, const char *what);
#define BUG(what) bug(__FILE__, __LINE__, what)

#endif
