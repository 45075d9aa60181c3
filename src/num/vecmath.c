/* Elementary functions as plain arithmetic: the numbers that must not be seen by the compiler.
 * The one thing to know: vecmath.h is the rest. At the least power the exponent's bits are 0, so that nothing underflows on the way. */
#include "num/vecmath.h"

const double vec_least_power = -753.4, vec_most_power = 720;
const float vec_least_powerf = -132.4f, vec_most_powerf = 95;
