/* BLAS: which one is bound, and keeping it to one thread.
 * The one thing to know: the openblas_* symbols are NULL where another CBLAS is linked. */
#include "num/blas.h"

#include <gsl/gsl_version.h>
#include <stddef.h>

extern void openblas_set_num_threads(int n) __attribute__((weak));
extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

void blas_one_thread(void)
{
    if (openblas_set_num_threads != NULL)
        openblas_set_num_threads(1);
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
