/* For tests: two numbers are near, as doubles (cmocka's own assertion rounds to float).
 * The one thing to know: the failure names the expression; NaN is near nothing. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#include <math.h>

#define NEAR(got_, wanted_, tolerance)                                                             \
    do {                                                                                           \
        const double g_ = (got_), w_ = (wanted_);                                                  \
        if (!(fabs(g_ - w_) <= (tolerance)))                                                       \
            fail_msg("%s is %.17g, wanted %.17g within %g", #got_, g_, w_, (double)(tolerance));   \
    } while (0)

#endif
