/* Sums over vectors, in a fixed order of sixteen lanes.
 * The one thing to know: the order stands in lanes.inc. */
#include "num/reduce.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num/simd.h"

enum { ALL = 16, COUNTED = 1 << 20 };

/* The least float that is not below x: a float is below the one where it is below the other. */
ALWAYS float float_above(double x)
{
    const float near = (float)x;
    return (double)near < x ? nextafterf(near, HUGE_VALF) : near;
}

#define Element double
#define Word int64_t
#define TYPED(name) name
#define FLOATS 0
#define EXACT(limit) (limit)
#define INFINITE 0x7FF0000000000000
#define LARGEST INT64_MAX
#include "num/reduce_type.inc"

#define Element float
#define Word int32_t
#define TYPED(name) name##f
#define FLOATS 1
#define EXACT(limit) float_above(limit)
#define INFINITE 0x7F800000
#define LARGEST INT32_MAX
#include "num/reduce_type.inc"
