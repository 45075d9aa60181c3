/* Trouble: one line, the first code, quiet notices, and a bug that aborts.
 * The one thing to know: what a user gave cannot reach the terminal as a control sequence. */
#include <pthread.h>
#include <sys/wait.h>

#include "fixture.h"

static void first_failure_counts(void **state)
{
    (void)state;
    char said[256];
    files_listen(&files);
    assert_int_equal(error_code(), EXIT_DONE);
    assert_int_equal(error(EXIT_DATA, "row %d of '%s'", 7, "iris.csv"), -1);
    assert_int_equal(error(EXIT_USAGE, "a consequence"), -1);
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: row 7 of 'iris.csv'\n");
    assert_int_equal(error_code(), EXIT_DATA);
    error_reset();
    assert_int_equal(error_code(), EXIT_DONE);
}

static void control_characters_are_masked(void **state)
{
    (void)state;
    char said[256];
    files_listen(&files);
    error(EXIT_USAGE, "no activation '%s'", "\x1b[2J\nrelu\x7f\t");
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: no activation '?[2J?relu?" "?'\n");
    error_reset();
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    char *name = calloc(100000, 1), said[4096];
    memset(name, 'x', 99999);
    files_listen(&files);
    error(EXIT_USAGE, "%s", name);
    files_hear(&files, said, sizeof said);
    assert_in_range(strlen(said), 1000, 2100);
    assert_int_equal(said[strlen(said) - 1], '\n');
    error_reset();
    free(name);
}

static void notices_can_be_silenced(void **state)
{
    (void)state;
    char said[256];
    files_listen(&files);
    notice("one");
    notice_quiet(true);
    notice("two");
    notice_quiet(false);
    notice("three %d", 3);
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: one\nfathom: three 3\n");
    assert_int_equal(error_code(), EXIT_DONE);
}

static void a_failure_can_be_taken(void **state)
{
    (void)state;
    char said[200], line[64];
    files_listen(&files);
    assert_int_equal(error_take(line, sizeof line), EXIT_DONE);
    assert_string_equal(line, "");
    error(EXIT_WRITE, "first %d", 1);
    assert_int_equal(error_take(line, sizeof line), EXIT_WRITE);
    assert_string_equal(line, "first 1");
    assert_int_equal(error_code(), EXIT_DONE);
    error(EXIT_DATA, "second\x1b");
    error(EXIT_WRITE, "third");
    assert_int_equal(error_take(line, 4), EXIT_DATA);
    assert_string_equal(line, "sec");
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: first 1\nfathom: second?\n");
}

static void *fail_once(void *code)
{
    error(*(ExitCode *)code, "thread");
    return NULL;
}

static void threads_may_fail(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    ExitCode code = EXIT_WRITE;
    char said[1024];
    files_listen(&files);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fail_once, &code), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: thread\n");
    assert_int_equal(error_code(), EXIT_WRITE);
    error_reset();
}

static void a_bug_aborts(void **state)
{
    (void)state;
    char said[256];
    int status = 0;
    files_listen(&files);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        BUG("the impossible");
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    files_hear(&files, said, sizeof said);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(said, "bug at tests/base/test_err.c:"));
    assert_non_null(strstr(said, "the impossible"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_failure_counts),    cmocka_unit_test(control_characters_are_masked), cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(a_failure_can_be_taken),
        cmocka_unit_test(notices_can_be_silenced), cmocka_unit_test(threads_may_fail),              cmocka_unit_test(a_bug_aborts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
