/* Numerical outcomes: what a computation came to, as a value in a column.
 * The one thing to know: an outcome never stops a sweep; failures (files, memory, usage) are error()'s business.
 * For a layer the first that applies counts, in the order of this table; so does the worst of several parts (status_worse). */
#ifndef NUM_STATUS_H
#define NUM_STATUS_H

#include <math.h>

/* What stands where there is no number. */
#define NO_NUMBER ((double)NAN)

typedef enum {
    STATUS_NAN,              /* not a number */
    STATUS_OVERFLOW,         /* a plain column cannot hold so large a value */
    STATUS_DEAD,             /* every unit of the layer has slope 0 for the whole batch */
    STATUS_UNDERFLOW,        /* a plain column cannot hold so small a value */
    STATUS_NO_PREDICTION,    /* theory has no law for this choice */
    STATUS_NO_FIXED_POINT,   /* the length map has none: q runs to 0 or infinity */
    STATUS_NONE,             /* no point with the property asked for exists */
    STATUS_NOT_CONVERGED,    /* a numerical method stopped short of its tolerance: no value is given */
    STATUS_UNSTABLE,         /* a fixed point that small deviations leave */
    STATUS_STALLED,          /* training came to nothing: no better than a constant, or an update of nothing */
    STATUS_OK,
    STATUS_COUNT
} Status;

/* The word of the `status` column. */
const char *status_name(Status s);

/* The one that comes first in the table. */
Status status_worse(Status a, Status b);

/* What a GSL return code means for a value: GSL_SUCCESS is ok; overflow, underflow and domain errors (nan) are themselves; every
 * other code is not-converged. */
Status status_of_gsl(int code);

#endif
