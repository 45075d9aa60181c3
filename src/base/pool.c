/* An ordered pool of pthreads.
 * The one thing to know: item i waits in slot i mod slots; a worker takes item i only when i - slots has been committed.
 * pthreads rather than OpenMP: ThreadSanitizer understands them, and OpenMP builds of OpenBLAS do not collide. */
#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"

typedef struct {
    const Pool *pool;
    pthread_mutex_t lock;
    pthread_cond_t ready, room;
    int64_t next, committed;   /* the next item to hand out, the next to commit */
    bool *done;                /* slot → its item is finished */
    bool halted;
} Run;

static bool take_item(Run *run, int64_t *item)
{
    const Pool *pool = run->pool;
    pthread_mutex_lock(&run->lock);
    while (!run->halted && run->next < pool->end && run->next >= run->committed + pool->slots)
        pthread_cond_wait(&run->room, &run->lock);
    if (!run->halted && pool->stop && pool->stop())
        run->halted = true;
    const bool more = !run->halted && run->next < pool->end;
    if (more)
        *item = run->next++;
    else
        pthread_cond_broadcast(&run->ready);
    pthread_mutex_unlock(&run->lock);
    return more;
}

static void *worker(void *argument)
{
    Run *run = argument;
    const Pool *pool = run->pool;
    void *state = pool->open(pool->context);
    int64_t item;
    while (take_item(run, &item)) {
        const int slot = (int)(item % pool->slots);
        pool->work(state, item, slot);
        pthread_mutex_lock(&run->lock);
        run->done[slot] = true;
        pthread_cond_signal(&run->ready);
        pthread_mutex_unlock(&run->lock);
    }
    pool->close(state);
    return NULL;
}

/* Wait until the next item to commit is done, or will never be. */
static bool await(Run *run)
{
    const Pool *pool = run->pool;
    pthread_mutex_lock(&run->lock);
    for (;;) {
        const int64_t item = run->committed;
        if (item < run->next && run->done[item % pool->slots])
            break;
        if (item >= pool->end || (run->halted && item >= run->next)) {
            pthread_mutex_unlock(&run->lock);
            return false;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&run->ready, &run->lock, &until);
        if (pool->tick)
            pool->tick(pool->context);
    }
    pthread_mutex_unlock(&run->lock);
    return true;
}

static int commit_all(Run *run)
{
    const Pool *pool = run->pool;
    int result = 0;
    while (await(run)) {
        const int slot = (int)(run->committed % pool->slots);
        if (result == 0)
            result = pool->commit(pool->context, run->committed, slot);
        pthread_mutex_lock(&run->lock);
        run->done[slot] = false;
        run->committed++;
        run->halted |= result < 0;
        pthread_cond_broadcast(&run->room);
        pthread_mutex_unlock(&run->lock);
    }
    return result;
}

int64_t pool_run(const Pool *pool)
{
    Run run = {.pool = pool, .lock = PTHREAD_MUTEX_INITIALIZER, .ready = PTHREAD_COND_INITIALIZER, .room = PTHREAD_COND_INITIALIZER,
               .next = pool->first, .committed = pool->first, .done = mem_alloc((size_t)pool->slots, sizeof(bool))};
    pthread_t *threads = mem_alloc((size_t)pool->threads, sizeof *threads);
    int started = 0, result = 0;
    while (started < pool->threads && !pthread_create(&threads[started], NULL, worker, &run))
        started++;
    if (started == 0)
        result = error(EXIT_TOOBIG, "cannot start a thread; the system's limit on threads or memory is reached");
    else
        result = commit_all(&run);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    free(run.done);
    return result < 0 ? -1 : run.committed - pool->first;
}
