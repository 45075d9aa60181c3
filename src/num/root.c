/* Roots: GSL's Brent solver behind a status, and a walk that finds brackets.
 * The one thing to know: GSL refuses a bracket without a change of sign with its error handler, so the signs are looked at first. */
#include "num/root.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum { MOST_STEPS = 200 };

struct RootSolver {
    gsl_root_fsolver *brent;
};

RootSolver *root_alloc(void)
{
    RootSolver *s = mem_alloc(1, sizeof *s);
    s->brent = mem_served(gsl_root_fsolver_alloc(gsl_root_fsolver_brent));
    return s;
}

void root_free(RootSolver *s)
{
    if (!s)
        return;
    gsl_root_fsolver_free(s->brent);
    free(s);
}

static double call(double x, void *context)
{
    const Function *f = context;
    return f->f(x, f->context);
}

Estimate root_between(RootSolver *s, const Function *f, double low, double high)
{
    const double at_low = f->f(low, f->context), at_high = f->f(high, f->context);
    if (isnan(at_low) || isnan(at_high))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    if (at_low == 0 || at_high == 0)
        return (Estimate){at_low == 0 ? low : high, 0, STATUS_OK};
    if ((at_low < 0) == (at_high < 0))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NONE};
    Function copy = *f;
    gsl_function g = {call, &copy};
    int code = gsl_root_fsolver_set(s->brent, &g, low, high);
    int more = GSL_CONTINUE;
    for (int i = 0; i < MOST_STEPS && code == GSL_SUCCESS && more == GSL_CONTINUE; i++) {
        code = gsl_root_fsolver_iterate(s->brent);
        more = gsl_root_test_interval(gsl_root_fsolver_x_lower(s->brent), gsl_root_fsolver_x_upper(s->brent), 1e-300,
                                      4 * GSL_DBL_EPSILON);
    }
    const double x = gsl_root_fsolver_root(s->brent);
    const double width = gsl_root_fsolver_x_upper(s->brent) - gsl_root_fsolver_x_lower(s->brent);
    if (code == GSL_SUCCESS && more != GSL_SUCCESS)
        code = GSL_EMAXITER;
    if (code != GSL_SUCCESS)
        return (Estimate){NO_NUMBER, width, code == GSL_EBADFUNC ? STATUS_NAN : status_of_gsl(code)};
    return (Estimate){x, width, STATUS_OK};
}

size_t root_walk(const Function *f, double low, double high, size_t steps, double noise,
                 int (*found)(double x_low, double x_high, void *user), void *user)
{
    size_t count = 0;
    double last_x = low, last = 0;
    for (size_t i = 0; i <= steps; i++) {
        const double x = i == steps ? high : low + (high - low) * (double)i / (double)steps;
        const double y = f->f(x, f->context);
        if (isnan(y) || fabs(y) <= noise)
            continue;
        if (last != 0 && (y < 0) != (last < 0)) {
            count++;
            if (!found(last_x, x, user))
                return count;
        }
        last = y;
        last_x = x;
    }
    return count;
}
