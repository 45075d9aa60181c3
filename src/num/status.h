/* Numerical outcomes: what a computation came to, as a value in a column.
 * The one thing to know: an outcome never stops a sweep; failures (files, memory, usage) are error()'s business.
 * For a layer the first that applies counts, in the order of this table. */
#ifndef NUM_STATUS_H
#define NUM_STATUS_H

typedef enum {
    STATUS_NAN,         /* not a number */
    STATUS_OVERFLOW,    /* a plain column cannot hold so large a value */
    STATUS_DEAD,        /* every unit of the layer has slope 0 for the whole batch */
    STATUS_UNDERFLOW,   /* a plain column cannot hold so small a value */
    STATUS_OK,
    STATUS_COUNT
} Status;

const char *status_name(Status s);

#endif
