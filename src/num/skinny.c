/* Skinny products, for doubles and floats.
 * The one thing to know: W is only ever read where it is; the few rows are packed as the chosen way takes them.
 * Lanes across samples waste no time on adding lanes up, lanes along the inner index waste none on samples that are not there. */
#include "num/skinny.h"

#include <stdint.h>
#include <string.h>

#include "num/simd.h"

/* Backward, W is read in blocks of rows; for few rows and a matrix that no cache holds, a few rows at a time. */
enum { LINE = 64, BLOCK_BYTES = 1 << 18, LEAST_BLOCK = 32, FEW_ROWS = 16, CACHED_BYTES = 3 << 20 };

/* How many of `left` rows come next, where groups of at most `most` are to be as equal as can be. */
ALWAYS size_t group(size_t left, size_t most)
{
    const size_t groups = (left + most - 1) / most;
    return (left + groups - 1) / groups;
}

#define Element double
#define TYPED(name) name
#define FLOATS 0
#include "num/skinny_type.inc"

#define Element float
#define TYPED(name) name##f
#define FLOATS 1
#include "num/skinny_type.inc"
