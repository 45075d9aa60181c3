/* Learning-rate schedules: the rate of a step as a function of the step.
 * The one thing to know: they have no state, so a resumed run has the same rates.
 * Loshchilov and Hutter 2017 (cosine, without restarts); Goyal et al. 2017 (warmup). */
#ifndef NET_SCHEDULE_H
#define NET_SCHEDULE_H

#include <stdint.h>

#include "model/kinds.h"

/* The rate of step 0 … steps - 1. */
double schedule_rate(Choice schedule, double lr, int64_t step, int64_t steps);

#endif
