/* Progress: one line on standard error, with rate and time left.
 * The one thing to know: on a terminal it rewrites itself; elsewhere it prints at most once a minute.
 * NO_COLOR and -q are respected; nothing of it reaches standard output. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *what;         /* "networks" */
    const char *label;        /* of the work that this is a part of, before all else; NULL: none. To be set after progress_begin */
    double start, shown;      /* machine_seconds */
    int64_t total, before;    /* items in all, and done before this process began */
    bool wanted, terminal, drawn;
} Progress;

/* -1 after a usage error where `mode` is not auto, always or never; to be asked before anything is created. */
int progress_check(const char *mode);

void progress_begin(Progress *p, const char *what, int64_t total, int64_t before, const char *mode, bool quiet);
void progress_show(Progress *p, int64_t done);
void progress_end(Progress *p);

#endif
