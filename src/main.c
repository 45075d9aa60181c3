/* fathom: measures why deep networks are hard to train.
 * The one thing to know: commands return 0 or -1 after error(); here that becomes the exit code, and standard output is checked.
 * Exit codes: base/err.h; 128 + n after signal n, 141 for a closed pipe. */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/machine.h"
#include "base/signal.h"
#include "cmd/cmd.h"
#include "num/blas.h"

/* Data that did not reach its reader are a failure; a reader that left is not worth a word. */
static int close_stdout(void)
{
    if (!signal_heard())
        return 0;   /* closed by the caller, who does not want to hear */
    errno = 0;
    const bool failed = ferror(stdout);
    if (!fclose(stdout) && !failed)
        return 0;
    if (errno == EPIPE)
        return 128 + SIGPIPE;
    error(EXIT_WRITE, "standard output: %s", errno ? strerror(errno) : "a write failed");
    return EXIT_WRITE;
}

/* OpenBLAS joins its threads when a process exits, and under a limit on address space one of them may be waiting for its buffer
 * forever. Standard output is closed by now, and nothing else is buffered. */
static int leave(int code)
{
    if (isfinite(machine_address_space()))
        _exit(code);
    return code;
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
        return leave((int)error_code());
    return leave(stop_signal() ? 128 + stop_signal() : written);
}
