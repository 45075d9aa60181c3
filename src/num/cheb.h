/* Tables: smooth functions of one variable, computed where they are needed and interpolated ever after.
 * The one thing to know: a panel is filled at its first use, so a table over sixty e-foldings costs nothing until it is walked.
 * Chebyshev interpolation in panels: Trefethen 2013, "Approximation theory and approximation practice". */
#ifndef NUM_CHEB_H
#define NUM_CHEB_H

#include <stddef.h>

#include "num/status.h"

enum { CHEB_FUNCTIONS = 4 };   /* at most, in one table */

/* out[0 … functions) at t, or a status other than ok. */
typedef Status (*ChebFill)(double t, double *out, void *context);

typedef struct Cheb Cheb;

/* Panels of about `width` from low to high. Interpolates to about 1e-13 what is analytic within a distance of width of the axis. A Cheb
 * belongs to one thread. */
Cheb *cheb_alloc(double low, double high, double width, size_t functions, ChebFill fill, void *context);
void cheb_free(Cheb *t);

/* Forget everything: what `fill` computes has changed. */
void cheb_forget(Cheb *t);

/* out[0 … functions) at x in [low, high] (NaN and STATUS_NAN elsewhere); where filling its panel failed: NaN and that status. */
Status cheb_at(Cheb *t, double x, double *out);

#endif
