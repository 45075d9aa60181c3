/* For tests: a library to preload that refuses memory. $REFUSE_AT=N: the N-th request after main began gets none; with $REFUSE_ALL,
 * nor does any after it. The number of requests is written to $REFUSE_COUNT when the process exits.
 * The one thing to know: requests before main (the dynamic linker's, constructors') are served, as RELIABILITY promises nothing there. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *old, size_t n);
extern void *__libc_memalign(size_t alignment, size_t n);

typedef int Main(int argc, char **argv, char **envp);

static atomic_long requests;
static atomic_bool begun;
static long refuse_at;
static int refuse_all;
static Main *true_main;

static int refused(void)
{
    if (!atomic_load(&begun))
        return 0;
    const long n = atomic_fetch_add(&requests, 1) + 1;
    if (!refuse_at || (refuse_all ? n < refuse_at : n != refuse_at))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t n) { return refused() ? NULL : __libc_malloc(n); }
void *calloc(size_t count, size_t n) { return refused() ? NULL : __libc_calloc(count, n); }
void *realloc(void *old, size_t n) { return refused() ? NULL : __libc_realloc(old, n); }
void *memalign(size_t alignment, size_t n) { return refused() ? NULL : __libc_memalign(alignment, n); }
void *aligned_alloc(size_t alignment, size_t n) { return memalign(alignment, n); }

int posix_memalign(void **out, size_t alignment, size_t n)
{
    void *p = memalign(alignment, n);
    if (!p)
        return ENOMEM;
    *out = p;
    return 0;
}

static int counted_main(int argc, char **argv, char **envp)
{
    const char *at = getenv("REFUSE_AT");
    refuse_at = at ? atol(at) : 0;
    refuse_all = getenv("REFUSE_ALL") != NULL;
    atomic_store(&begun, 1);
    const int code = true_main(argc, argv, envp);
    atomic_store(&begun, 0);
    const char *path = getenv("REFUSE_COUNT");
    if (path) {
        char text[32];
        const int n = snprintf(text, sizeof text, "%ld\n", atomic_load(&requests)), fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (fd < 0 || write(fd, text, (size_t)n) != n)
            _exit(99);
        close(fd);
    }
    return code;
}

int __libc_start_main(Main *main_, int argc, char **argv, void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    union {
        void *object;
        int (*function)(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    } next = {.object = dlsym(RTLD_NEXT, "__libc_start_main")};
    true_main = main_;
    return next.function(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
