/* Memory: allocation that cannot return NULL.
 * The one thing to know: when memory is refused the process says so and leaves with 71; files hold what was committed.
 * After git's xmalloc: one policy here instead of a branch at every call. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* `count` items of `size` bytes, zeroed. An overflowing product is a bug: sizes are checked when a specification is. */
void *mem_alloc(size_t count, size_t size);
void *mem_resize(void *old, size_t count, size_t size);
char *mem_string(const char *text);

/* As mem_alloc, aligned to 64 bytes (a cache line, a vector register); free with free(). Not zeroed. */
void *mem_aligned(size_t count, size_t size);

/* What a library allocated: leaves with 71 where it is NULL. */
void *mem_served(void *p);

/* n doubles, aligned, not zeroed. */
double *mem_doubles(size_t n);

#endif
