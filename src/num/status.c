/* Numerical outcomes: their names.
 * The one thing to know: these are the words of the `status` column. */
#include "num/status.h"

#include <gsl/gsl_errno.h>

#include "base/err.h"

const char *status_name(Status s)
{
    static const char *const names[STATUS_COUNT] = {
        [STATUS_NAN] = "nan",
        [STATUS_OVERFLOW] = "overflow",
        [STATUS_DEAD] = "dead",
        [STATUS_UNDERFLOW] = "underflow",
        [STATUS_NO_PREDICTION] = "no-prediction",
        [STATUS_NO_FIXED_POINT] = "no-fixed-point",
        [STATUS_NONE] = "none",
        [STATUS_NOT_CONVERGED] = "not-converged",
        [STATUS_UNSTABLE] = "unstable",
        [STATUS_STALLED] = "stalled",
        [STATUS_OK] = "ok",
    };
    if ((unsigned)s >= STATUS_COUNT)
        BUG("status without a name");
    return names[s];
}

Status status_worse(Status a, Status b)
{
    return a < b ? a : b;
}

Status status_of_gsl(int code)
{
    switch (code) {
    case GSL_SUCCESS:
        return STATUS_OK;
    case GSL_EDOM:
        return STATUS_NAN;
    case GSL_EOVRFLW:
        return STATUS_OVERFLOW;
    case GSL_EUNDRFLW:
        return STATUS_UNDERFLOW;
    default:
        return STATUS_NOT_CONVERGED;
    }
}
