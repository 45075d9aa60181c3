/* Numerical outcomes: their names.
 * The one thing to know: these are the words of the `status` column. */
#include "num/status.h"

const char *status_name(Status s)
{
    static const char *const names[STATUS_COUNT] = {
        [STATUS_NAN] = "nan", [STATUS_OVERFLOW] = "overflow", [STATUS_DEAD] = "dead", [STATUS_UNDERFLOW] = "underflow", [STATUS_OK] = "ok",
    };
    return names[s];
}
