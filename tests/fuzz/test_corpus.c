/* The fuzzers' corpus, replayed: every file that taught a fuzzer something, and every one that ever broke a reader.
 * The one thing to know: run from the repository's root; a target aborts where a promise is broken.
 * targets.h holds the promises. */
#include <dirent.h>

#include "files.h"
#include "targets.h"

static void replay(const char *directory, void (*target)(const unsigned char *bytes, size_t n))
{
    enum { ROOM = 1 << 17, LEAST = 20 };
    DIR *d = opendir(directory);
    assert_non_null(d);
    unsigned char *bytes = mem_alloc(ROOM, 1);
    Files quiet = files_make();
    char said[16];
    int count = 0;
    files_listen(&quiet);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[512];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, e->d_name);
        target(bytes, files_read(path, bytes, ROOM));
        count++;
    }
    files_hear(&quiet, said, sizeof said);
    files_remove(&quiet);
    free(bytes);
    closedir(d);
    print_message("%d files\n", count);
    assert_true(count >= LEAST);
}

static void csv(void **state)
{
    (void)state;
    replay("tests/fuzz/corpus/csv", target_csv);
}

static void idx(void **state)
{
    (void)state;
    replay("tests/fuzz/corpus/idx", target_idx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(csv), cmocka_unit_test(idx)};
    return cmocka_run_group_tests_name("fuzz/corpus", tests, NULL, NULL);
}
