/* Trouble: one line on standard error, and the exit code of the first failure.
 * The one thing to know: the sink below and the stop flag of signal.c are the program's only mutable globals.
 * Control characters in what the user gave are printed as '?', so that a file name cannot repaint the terminal. */
#include "base/err.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 2048 };

static struct {
    pthread_mutex_t lock;
    ExitCode code;
    bool quiet;
    char line[LINE];   /* the first failure's */
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void print_line(char line[LINE], const char *format, va_list args) FORMAT(2, 0);

static void print_line(char line[LINE], const char *format, va_list args)
{
    vsnprintf(line, LINE, format, args);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    fprintf(stderr, "fathom: %s\n", line);
}

int error(ExitCode code, const char *format, ...)
{
    pthread_mutex_lock(&sink.lock);
    if (sink.code == EXIT_DONE) {
        va_list args;
        va_start(args, format);
        print_line(sink.line, format, args);
        va_end(args);
        sink.code = code;
    }
    pthread_mutex_unlock(&sink.lock);
    return -1;
}

ExitCode error_code(void)
{
    pthread_mutex_lock(&sink.lock);
    const ExitCode code = sink.code;
    pthread_mutex_unlock(&sink.lock);
    return code;
}

ExitCode error_take(char *line, size_t room)
{
    pthread_mutex_lock(&sink.lock);
    const ExitCode code = sink.code;
    snprintf(line, room, "%s", code == EXIT_DONE ? "" : sink.line);
    sink.code = EXIT_DONE;
    pthread_mutex_unlock(&sink.lock);
    return code;
}

void error_reset(void)
{
    error_take(NULL, 0);
}

void notice(const char *format, ...)
{
    if (sink.quiet)
        return;
    char line[LINE];
    va_list args;
    va_start(args, format);
    print_line(line, format, args);
    va_end(args);
}

bool notice_quiet(bool quiet)
{
    const bool before = sink.quiet;
    sink.quiet = quiet;
    return before;
}

_Noreturn void bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "fathom: bug at %s:%d: %s (please report this)\n", file, line, what);
    abort();
}
