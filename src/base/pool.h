/* An ordered pool: items are worked on in parallel and committed in order.
 * The one thing to know: the sequence of commits does not depend on the number of threads, so neither do the files.
 * At most `slots` items are in hand; the calling thread commits. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    void *context;
    int64_t first, end;    /* items first … end - 1 */
    int threads;
    int slots;             /* results that may wait for their turn, ≥ threads */
    void *(*open)(void *context);                                /* a worker's own state */
    void (*close)(void *state);
    void (*work)(void *state, int64_t item, int slot);           /* in a worker; the result goes into place `slot` */
    int (*commit)(void *context, int64_t item, int slot);        /* in the caller, in order; < 0 ends the run */
    void (*tick)(void *context);                                 /* in the caller, at least once a second */
    bool (*stop)(void);                                          /* true: hand out no more items, finish those in hand */
} Pool;

/* Returns the number of items committed, or -1 when a commit failed. */
int64_t pool_run(const Pool *pool);

#endif
