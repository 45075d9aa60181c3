/* Elementary functions as plain arithmetic: the two numbers that must not be seen by the compiler.
 * The one thing to know: vecmath.h is the rest. */
#include "num/vecmath.h"

const double vec_least_power = -760, vec_most_power = 720;
