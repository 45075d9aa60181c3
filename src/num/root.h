/* Roots in brackets, by Brent's method, and brackets by walking a grid.
 * The one thing to know: a solver is allocated once; a bracket without a change of sign is `none`, never a number.
 * Brent 1973, "Algorithms for minimization without derivatives"; GSL's gsl_root_fsolver_brent. */
#ifndef NUM_ROOT_H
#define NUM_ROOT_H

#include <stddef.h>

#include "num/gauss.h"

typedef struct {
    double (*f)(double x, const void *context);
    const void *context;
} Function;

typedef struct RootSolver RootSolver;

RootSolver *root_alloc(void);
void root_free(RootSolver *s);

/* The x in [low, high] where f changes sign, to the last bits of x; `error` is the width of the last bracket. An end where
 * f is 0 is a root. STATUS_NONE where the ends have the same sign, STATUS_NAN where f is not a number. */
Estimate root_between(RootSolver *s, const Function *f, double low, double high);

/* Walk from low to high in `steps` equal steps and call `found(x_low, x_high, user)` for every pair of neighbours at which f has
 * opposite signs; values with |f| <= noise have no sign and are passed over. Returns how many; stops when found returns 0. */
size_t root_walk(const Function *f, double low, double high, size_t steps, double noise,
                 int (*found)(double x_low, double x_high, void *user), void *user);

#endif
