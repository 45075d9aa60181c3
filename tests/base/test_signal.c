/* Signals: asked and unasked stops, the second signal, nohup, a closed pipe, closed descriptors.
 * The one thing to know: each case is a child process, since a stop flag is for life. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/signal.h"
#include "files.h"

/* Run in a child; its exit code, or 1000 + the signal that killed it. */
static int in_child(int (*body)(int number), int number)
{
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0)
        _exit(body(number));
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int nobody_asks(int number)
{
    signal_init();
    raise(number);
    return 0;
}

static int somebody_asks(int number)
{
    signal_init();
    if (stop_requested() || stop_signal() != 0)
        return 1;
    raise(number);
    return stop_requested() && stop_signal() == number ? 0 : 2;
}

static int asked_twice(int number)
{
    signal_init();
    stop_requested();
    raise(SIGTERM);
    if (!stop_requested())
        return 1;
    raise(number);
    return 2;
}

static int under_nohup(int number)
{
    signal(number, SIG_IGN);
    signal_init();
    stop_requested();
    raise(number);
    return stop_requested() ? 1 : 0;
}

static int writes_to_nobody(int number)
{
    int ends[2];
    signal(number, SIG_IGN);   /* as some parents leave it */
    signal_init();
    if (pipe(ends))
        return 1;
    close(ends[0]);
    return write(ends[1], "x", 1) == 1 ? 2 : 3;
}

static int descriptors_were_closed(int number)
{
    struct stat null, mine;
    for (int fd = 0; fd <= 2; fd++)
        if (number >> fd & 1)
            close(fd);
    signal_descriptors();
    if (stat("/dev/null", &null))
        return 1;
    for (int fd = 0; fd <= 2; fd++)
        if (number >> fd & 1 && (fstat(fd, &mine) || mine.st_rdev != null.st_rdev))
            return 2;
    return open("/dev/null", O_RDONLY) > 2 ? 0 : 3;
}

static const int stops[] = {SIGINT, SIGTERM, SIGHUP};

static void signals_stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        assert_int_equal(in_child(nobody_asks, stops[i]), 128 + stops[i]);
        assert_int_equal(in_child(somebody_asks, stops[i]), 0);
        assert_int_equal(in_child(asked_twice, stops[i]), 128 + stops[i]);
    }
}

static void nohup_is_heeded(void **state)
{
    (void)state;
    assert_int_equal(in_child(under_nohup, SIGHUP), 0);
}

static void closed_pipe_ends_silently(void **state)
{
    (void)state;
    assert_int_equal(in_child(writes_to_nobody, SIGPIPE), 1000 + SIGPIPE);
}

static void closed_descriptors_are_opened(void **state)
{
    (void)state;
    for (int which = 0; which < 8; which++)
        assert_int_equal(in_child(descriptors_were_closed, which), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_stop),
        cmocka_unit_test(nohup_is_heeded),
        cmocka_unit_test(closed_pipe_ends_silently),
        cmocka_unit_test(closed_descriptors_are_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
