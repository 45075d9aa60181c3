/* Signals: a flag that workers look at between networks.
 * The one thing to know: SIGPIPE keeps its default, so a closed pipe ends fathom silently, as it ends cat. */
#include "base/signal.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    if (stopped)
        _exit(128 + number);
    stopped = number;
}

void signal_install(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    const int which[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        struct sigaction old;
        if (sigaction(which[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)   /* nohup's wish is kept */
            sigaction(which[i], &action, NULL);
    }
}

bool stop_requested(void)
{
    return stopped != 0;
}

int stop_signal(void)
{
    return stopped;
}
