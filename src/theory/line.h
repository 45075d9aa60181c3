/* The line χ₁ = 1: there σ_w² = 1/K(q), and q is a fixed point where σ_b² = q · margin, margin = 1 - V/(q K).
 * The one thing to know: margins vanish as powers of q where φ is nearly a hinge (at both ends for elu); where quadrature can no longer tell
 * them from rounding they are continued by that power, so that the line holds down to σ_b = 0.
 * Schoenholz et al. 2017; Roberts, Yaida and Hanin 2022, ch. 5. */
#ifndef THEORY_LINE_H
#define THEORY_LINE_H

#include "num/root.h"
#include "theory/meanfield.h"

typedef struct Line Line;

/* m and solver must outlive it; φ must not be homogeneous. */
Line *line_alloc(MeanField *m, RootSolver *solver);
void line_free(Line *l);

/* 1 - V/(q K) at any ln q; NaN where it is rounding and no power is known. */
double line_margin(const Line *l, double ln_q);

/* Call `found(ln_q, user)` for each q, ascending, with σ_b² = q · margin, until it returns 0. False where one may have been missed,
 * because margins there are rounding. */
bool line_roots(Line *l, double sigma_b, int (*found)(double ln_q, void *user), void *user);

#endif
