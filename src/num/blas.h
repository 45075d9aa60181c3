/* BLAS: which one is bound, and keeping it to one thread.
 * The one thing to know: results change bits with BLAS's own threads, so every worker asks for one; parallelism is over networks.
 * Prototypes come from <gsl/gsl_cblas.h>; OpenBLAS's own functions are weak, so another CBLAS links too. */
#ifndef NUM_BLAS_H
#define NUM_BLAS_H

/* To be called at the start of every thread that multiplies: an OpenMP build ignores what another thread has set. */
void blas_one_thread(void);

/* "OpenBLAS 0.3.21 …", its kernel ("Zen"), or "unknown"; GSL's version at run time. */
const char *blas_config(void);
const char *blas_core(void);
const char *blas_gsl_version(void);

#endif
