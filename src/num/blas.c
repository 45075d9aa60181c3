/* BLAS: which one is bound, and keeping it to one thread.
 * The one thing to know: the openblas_* symbols are NULL where another CBLAS is linked. */
#include "num/blas.h"

#include <gsl/gsl_version.h>
#include <math.h>
#include <pthread.h>
#include <stddef.h>

#include "base/machine.h"

extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int blas_thread_shutdown_(void) __attribute__((weak));
extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

/* OpenBLAS's own threads spin for a tenth of a second before they sleep, on the CPUs that networks want. Asked for one thread again, it
 * would start them again. */
static void send_threads_away(void)
{
    if (openblas_set_num_threads == NULL)
        return;
    openblas_set_num_threads(1);
    if (blas_thread_shutdown_ != NULL && isinf(machine_address_space()))   /* they do not end where they cannot have memory */
        blas_thread_shutdown_();
}

void blas_one_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, send_threads_away);
}

const char *blas_config(void)
{
    return openblas_get_config != NULL ? openblas_get_config() : "unknown";
}

const char *blas_core(void)
{
    return openblas_get_corename != NULL ? openblas_get_corename() : "unknown";
}

const char *blas_gsl_version(void)
{
    return gsl_version;
}
