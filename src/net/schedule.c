/* Learning-rate schedules.
 * The one thing to know: cosine starts at the full rate, and would be 0 at step `steps`, which is not taken. */
#include "net/schedule.h"

#include <math.h>

double schedule_rate(Choice schedule, double lr, int64_t step, int64_t steps)
{
    switch (schedule_of(schedule)->kind) {
    case SCHEDULE_COSINE:
        return lr * (1 + cos(M_PI * (double)step / (double)steps)) / 2;
    case SCHEDULE_WARMUP:
        return lr * fmin(1, (double)(step + 1) / schedule.parameter);
    case SCHEDULE_CONSTANT:
        return lr;
    }
    return lr;
}
