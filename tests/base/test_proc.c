/* Processes: streams, status, limits, environment, and looking programs up.
 * The one thing to know: every child is /bin/sh, which POSIX promises; nothing here waits longer than its limit. */
#include "files.h"

#include <sys/stat.h>
#include <time.h>

#include "base/proc.h"

static void run_shell(const char *script, const char *directory, double seconds, size_t most, ProcResult *result)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    assert_int_equal(proc_run(&(ProcJob){.argv = argv, .directory = directory, .seconds = seconds, .most = most}, result), 0);
}

static void test_streams(void **state)
{
    (void)state;
    ProcResult r;
    run_shell("echo out; echo err >&2; cat; exit 7", NULL, 5, 100, &r);
    assert_string_equal(text_str(&r.out), "out\n");
    assert_string_equal(text_str(&r.err), "err\n");
    assert_int_equal(r.status, 7);
    assert_false(r.timed_out);
    proc_done(&r);
}

static void test_bounded(void **state)
{
    (void)state;
    ProcResult r;
    run_shell("i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done; echo last >&2", NULL, 20, 1000, &r);
    assert_int_equal(r.out.length, 1000);
    assert_string_equal(text_str(&r.err), "last\n");
    assert_int_equal(r.status, 0);
    proc_done(&r);
}

static void test_no_shell_between(void **state)
{
    (void)state;
    Files f = files_make();
    const char *const argv[] = {"/bin/echo", "$(touch pwned)", "`touch pwned`", "|touch pwned", "a\nb", NULL};
    ProcResult r;
    assert_int_equal(proc_run(&(ProcJob){.argv = argv, .directory = f.directory, .seconds = 5, .most = 1000}, &r), 0);
    assert_string_equal(text_str(&r.out), "$(touch pwned) `touch pwned` |touch pwned a\nb\n");
    assert_int_not_equal(access(files_path(&f, "pwned"), F_OK), 0);
    proc_done(&r);
    files_remove(&f);
}

static void test_environment(void **state)
{
    (void)state;
    setenv("GNUTERM", "evil", 1);
    setenv("GNUPLOT_LIB", "/evil", 1);
    setenv("LC_NUMERIC", "de_DE.UTF-8", 1);
    setenv("LANG", "tr_TR", 1);
    setenv("PATHETIC", "no", 1);
    ProcResult r;
    run_shell("echo \"$GNUTERM|$GNUPLOT_LIB|$LC_NUMERIC|$LANG|$PATHETIC|$LC_ALL|${PATH:+path}\"; pwd", "/", 5, 1000, &r);
    assert_string_equal(text_str(&r.out), "|||||C.UTF-8|path\n/\n");
    proc_done(&r);
    unsetenv("LC_NUMERIC");
    unsetenv("LANG");
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The group dies with its leader: a grandchild that would write a file a second later never does. */
static void test_limit(void **state)
{
    (void)state;
    Files f = files_make();
    const double start = seconds_now();
    ProcResult r;
    run_shell("(sleep 0.9; touch late) & echo begun; sleep 30", f.directory, 0.3, 100, &r);
    assert_true(r.timed_out);
    assert_int_equal(r.status, 128 + 9);
    assert_string_equal(text_str(&r.out), "begun\n");
    assert_true(seconds_now() - start < 3);
    proc_done(&r);
    usleep(1100000);
    assert_int_not_equal(access(files_path(&f, "late"), F_OK), 0);
    /* The same where the child closes its streams and sleeps on. */
    run_shell("exec >&- 2>&-; sleep 30", NULL, 0.2, 100, &r);
    assert_true(r.timed_out);
    proc_done(&r);
    files_remove(&f);
}

static void test_signal_and_missing(void **state)
{
    (void)state;
    ProcResult r;
    run_shell("kill -11 $$", NULL, 5, 100, &r);
    assert_int_equal(r.status, 128 + 11);
    proc_done(&r);
    const char *const none[] = {"/nonexistent/program", NULL};
    assert_int_equal(proc_run(&(ProcJob){.argv = none, .seconds = 5, .most = 10}, &r), 0);
    assert_int_equal(r.status, 127);
    proc_done(&r);
    const char *const folder[] = {"/", NULL};
    assert_int_equal(proc_run(&(ProcJob){.argv = folder, .seconds = 5, .most = 10}, &r), 0);
    assert_int_equal(r.status, 126);
    proc_done(&r);
    run_shell("true", "/nonexistent", 5, 10, &r);
    assert_int_equal(r.status, 126);
    proc_done(&r);
}

static void found_is(const char *program, const char *path)
{
    char *found = proc_find(program);
    if (path)
        assert_string_equal(found, path);
    else
        assert_null(found);
    free(found);
}

static void test_find(void **state)
{
    (void)state;
    Files f = files_make();
    char *old = getenv("PATH") ? strdup(getenv("PATH")) : NULL;
    char path[sizeof f.path];
    memcpy(path, files_text(&f, "tool", "#!/bin/sh\n"), sizeof path);
    found_is(path, NULL);   /* there, but not executable */
    assert_int_equal(chmod(path, 0755), 0);
    found_is(path, path);
    found_is(f.directory, NULL);
    char list[512];
    snprintf(list, sizeof list, "/nonexistent::%s", f.directory);
    setenv("PATH", list, 1);
    found_is("tool", path);
    found_is("tools", NULL);
    found_is("", NULL);
    unsetenv("PATH");
    found_is("tool", NULL);
    char *shell = proc_find("sh");
    assert_non_null(shell);
    free(shell);
    if (old)
        setenv("PATH", old, 1);
    free(old);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),     cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_environment), cmocka_unit_test(test_no_shell_between),
        cmocka_unit_test(test_limit),       cmocka_unit_test(test_signal_and_missing),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests_name("proc", tests, NULL, NULL);
}
