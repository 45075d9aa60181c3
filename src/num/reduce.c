/* Sums over vectors, in a fixed order of sixteen lanes.
 * The one thing to know: lane i takes elements i, i + 16, …; the lanes are then added pairwise. */
#include "num/reduce.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num/vecmath.h"

enum { LANES = 16, HALF = LANES / 2, COUNTED = 1 << 20 };

#define ALWAYS static inline __attribute__((always_inline))

typedef double Vector __attribute__((vector_size(8 * HALF)));

/* Two halves of sixteen lanes, and `rest` more terms for the first lanes. */
ALWAYS double fold(const Vector *low, const Vector *high, const double *rest, size_t n)
{
    double lanes[LANES];
    memcpy(lanes, low, sizeof *low);
    memcpy(lanes + HALF, high, sizeof *high);
    for (size_t k = 0; k < n; k++)
        lanes[k] += rest[k];
    double s[HALF];
    for (int i = 0; i < HALF; i++)
        s[i] = lanes[i] + lanes[i + HALF];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* The least float that is not below x: a float is below the one where it is below the other. */
ALWAYS float float_above(double x)
{
    const float near = (float)x;
    return (double)near < x ? nextafterf(near, HUGE_VALF) : near;
}

#define NAME(name) name
#define Element double
#define Word int64_t
#define INFINITE 0x7FF0000000000000
#define LARGEST INT64_MAX
#define EXACT(limit) (limit)
#include "num/reduce_kernel.inc"

#define NAME(name) name##f
#define Element float
#define Word int32_t
#define INFINITE 0x7F800000
#define LARGEST INT32_MAX
#define EXACT(limit) float_above(limit)
#include "num/reduce_kernel.inc"
