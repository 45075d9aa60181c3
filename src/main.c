/* fathom: why deep networks are hard to train, with measurements.
 * The one thing to know: commands return 0 or -1; the exit code of a failure is what error() was given. */
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/signal.h"
#include "cmd/cmd.h"

/* A closed descriptor 0, 1 or 2 would be the next file opened. */
static void open_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

int main(int argc, char **argv)
{
    open_standard_descriptors();
    gsl_set_error_handler_off();
    signal_install();
    const Command *c = argc > 1 ? command_find(argv[1]) : NULL;
    if (!c) return error(EXIT_USAGE, "no command"), 2;
    command_run(c, argc - 1, argv + 1);
    if (fflush(stdout) != 0 && error_code() == EXIT_DONE)
        error(EXIT_WRITE, "cannot write to standard output: %s", strerror(errno));
    return error_code() != EXIT_DONE ? (int)error_code() : stop_requested() ? 128 + stop_signal() : EXIT_DONE;
}
