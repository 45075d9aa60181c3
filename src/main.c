/* fathom: measures why deep networks are hard to train.
 * The one thing to know: commands return 0 or -1 after error(); here that becomes the exit code, and standard output is checked.
 * Exit codes: base/err.h; 128 + n after signal n, 141 for a closed pipe. */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/signal.h"
#include "cmd/cmd.h"
#include "num/blas.h"

/* Data that did not reach its reader are a failure; a reader that left is not worth a word. */
static int close_stdout(void)
{
    errno = 0;
    const bool failed = ferror(stdout);
    if (!fclose(stdout) && !failed)
        return 0;
    if (errno == EPIPE)
        return 128 + SIGPIPE;
    error(EXIT_WRITE, "standard output: %s", errno ? strerror(errno) : "a write failed");
    return EXIT_WRITE;
}

int main(int argc, char **argv)
{
    signal_descriptors();
    signal_init();
    gsl_set_error_handler_off();
    blas_one_thread();
    const int result = command_main(argc, argv);
    const int written = close_stdout();
    if (result && error_code() == EXIT_DONE)
        BUG("a command failed without a word");
    if (error_code() != EXIT_DONE)
        return (int)error_code();
    return stop_signal() ? 128 + stop_signal() : written;
}
