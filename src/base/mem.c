/* Memory: allocation that cannot return NULL.
 * The one thing to know: _exit, not exit, so that a refusal in a worker thread runs no handler under other threads.
 * Nothing is lost by leaving: rows are appended whole, and a torn tail is cut when the run is resumed. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

static void *checked(void *p, size_t count, size_t size)
{
    if (!p && count && size) {
        error(EXIT_TOOBIG, "out of memory asking for %zu bytes; use fewer threads (-j), or a smaller width, depth or batch",
              count * size);
        _exit(EXIT_TOOBIG);
    }
    return p;
}

void *mem_served(void *p)
{
    if (!p) {
        error(EXIT_TOOBIG, "out of memory; use fewer threads (-j), or a smaller width, depth or batch");
        _exit(EXIT_TOOBIG);
    }
    return p;
}

static void check_product(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        BUG("allocation size overflows");
}

void *mem_alloc(size_t count, size_t size)
{
    check_product(count, size);
    return checked(calloc(count ? count : 1, size ? size : 1), count, size);
}

void *mem_resize(void *old, size_t count, size_t size)
{
    check_product(count, size);
    return checked(realloc(old, count && size ? count * size : 1), count, size);
}

char *mem_string(const char *text)
{
    const size_t n = strlen(text) + 1;
    return memcpy(mem_alloc(n, 1), text, n);
}

void *mem_aligned(size_t count, size_t size)
{
    check_product(count, size);
    const size_t bytes = (count * size + 63) / 64 * 64;
    return checked(aligned_alloc(64, bytes ? bytes : 64), count, size);
}

double *mem_doubles(size_t n)
{
    return mem_aligned(n, sizeof(double));
}
