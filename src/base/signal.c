/* Signals: the stop flag.
 * The one thing to know: a handler may only touch lock-free atomics and call _exit; both are POSIX async-signal-safe.
 * Until someone asks stop_requested() there is nothing to finish, so the first signal ends the process too. */
#include "base/signal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

enum { SHELL_SIGNALLED = 128 };

static atomic_int caught;
static atomic_bool watched;

static void on_signal(int number)
{
    int none = 0;
    if (!atomic_load(&watched) || !atomic_compare_exchange_strong(&caught, &none, number))
        _exit(SHELL_SIGNALLED + number);
}

void signal_init(void)
{
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        const bool ignored = !sigaction(stops[i], NULL, &before) && before.sa_handler == SIG_IGN;
        if (stops[i] != SIGHUP || !ignored)
            sigaction(stops[i], &action, NULL);
    }
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(SIGPIPE, &standard, NULL);
}

bool stop_requested(void)
{
    atomic_store_explicit(&watched, true, memory_order_relaxed);
    return atomic_load(&caught) != 0;
}

int stop_signal(void)
{
    return atomic_load(&caught);
}

void signal_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY);   /* the lowest free descriptor is fd */
}

bool signal_heard(void)
{
    const int flags = fcntl(STDOUT_FILENO, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}
