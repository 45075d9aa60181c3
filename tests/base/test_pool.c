/* The pool: order of commits, slots, stops and failures, with any number of threads.
 * The one thing to know: items take times that a fixed sequence draws, so that they finish out of order.
 * Run under ThreadSanitizer too. */
#include <stdatomic.h>
#include <time.h>

#include "base/mem.h"
#include "base/pool.h"
#include "files.h"

enum { MOST_SLOTS = 64 };

typedef struct {
    int64_t slot[MOST_SLOTS];      /* the item whose result lies there */
    atomic_bool full[MOST_SLOTS];
    atomic_llong next;             /* the item that must be committed next */
    int64_t fail_at, stop_at;      /* -1: never */
    int slots;
    atomic_int workers, opened, working, ticks;
    atomic_int most_working;
} Trial;

static Trial *trial;   /* for stop(), which has no context */

static void *open_worker(void *context)
{
    Trial *t = context;
    atomic_fetch_add(&t->workers, 1);
    atomic_fetch_add(&t->opened, 1);
    return t;
}

static void close_worker(void *state)
{
    Trial *t = state;
    atomic_fetch_sub(&t->workers, 1);
}

static void work(void *state, int64_t item, int slot)
{
    Trial *t = state;
    const int now = atomic_fetch_add(&t->working, 1) + 1;
    int most = atomic_load(&t->most_working);
    while (now > most && !atomic_compare_exchange_weak(&t->most_working, &most, now))
        continue;
    if (atomic_load(&t->full[slot]))
        BUG("a slot is used twice");
    nanosleep(&(struct timespec){.tv_nsec = (long)((uint64_t)item * 2654435761u % 200000)}, NULL);
    t->slot[slot] = item;
    atomic_store(&t->full[slot], true);
    atomic_fetch_sub(&t->working, 1);
}

static int commit(void *context, int64_t item, int slot)
{
    Trial *t = context;
    if (item != t->next || !atomic_load(&t->full[slot]) || t->slot[slot] != item)
        BUG("an item out of order");
    atomic_store(&t->full[slot], false);
    t->next++;
    return item == t->fail_at ? error(EXIT_WRITE, "a full disk") : 0;
}

static void tick(void *context)
{
    Trial *t = context;
    atomic_fetch_add(&t->ticks, 1);
}

static bool stop(void)
{
    return trial->stop_at >= 0 && trial->next >= trial->stop_at;
}

static int64_t run(Trial *t, int64_t first, int64_t end, int threads, int slots)
{
    const Pool pool = {.context = t, .first = first, .end = end, .threads = threads, .slots = slots, .open = open_worker, .close = close_worker,
                       .work = work, .commit = commit, .tick = tick, .stop = stop};
    t->next = first;
    t->slots = slots;
    trial = t;
    const int64_t result = pool_run(&pool);
    assert_int_equal(t->workers, 0);
    assert_int_equal(t->opened, threads);
    assert_true(t->most_working <= threads);
    return result;
}

static void in_order_with_any_threads(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 16; threads++)
        for (int slots = threads; slots <= 2 * threads; slots += threads) {
            Trial t = {.fail_at = -1, .stop_at = -1};
            assert_int_equal(run(&t, 7, 7 + 10 * threads, threads, slots), 10 * threads);
            assert_int_equal(t.next, 7 + 10 * threads);
        }
}

static void nothing_to_do(void **state)
{
    (void)state;
    Trial t = {.fail_at = -1, .stop_at = -1}, u = {.fail_at = -1, .stop_at = -1};
    assert_int_equal(run(&t, 0, 0, 3, 6), 0);
    assert_int_equal(run(&u, 9, 9, 1, 1), 0);
}

/* After a failed commit nothing more is committed, and the workers end. */
static void a_failed_commit_ends_the_run(void **state)
{
    (void)state;
    Files files = files_make();
    for (int threads = 1; threads <= 5; threads++) {
        Trial t = {.fail_at = 13, .stop_at = -1};
        FAILS(&files, EXIT_WRITE, "a full disk", run(&t, 0, 1000000, threads, 2 * threads) == -1);
        assert_int_equal(t.next, 14);
    }
    files_remove(&files);
}

/* What is in hand when a stop is asked for is finished and committed: at most `slots` items more. */
static void a_stop_finishes_what_is_in_hand(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++) {
        Trial t = {.fail_at = -1, .stop_at = 20};
        const int64_t n = run(&t, 0, 1000000, threads, 2 * threads);
        assert_true(n >= 20 && n <= 20 + 2 * threads);
        assert_int_equal(t.next, n);
    }
}

static void a_stop_before_the_start(void **state)
{
    (void)state;
    Trial t = {.fail_at = -1, .stop_at = 0};
    assert_int_equal(run(&t, 0, 100, 4, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_with_any_threads), cmocka_unit_test(nothing_to_do), cmocka_unit_test(a_failed_commit_ends_the_run),
        cmocka_unit_test(a_stop_finishes_what_is_in_hand), cmocka_unit_test(a_stop_before_the_start),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
