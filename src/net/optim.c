/* Optimisers: one source for both types of number, included twice.
 * The one thing to know: a rule is one loop over the parameters; what it costs is reading and writing them. */
#include "net/optim.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "num/vecmath.h"

#define ALWAYS static inline __attribute__((always_inline))

enum { LANES = 8 };
typedef double Lanes __attribute__((vector_size(8 * LANES)));

#define REAL double
#define BITS int64_t
#define INFINITE 0x7FF0000000000000
#define WITHOUT_SIGN INT64_MAX
#define NAME(name) name##_f64
#define ROOT(x) sqrt(x)
#include "net/optim_kernel.inc"
#define REAL float
#define BITS int32_t
#define INFINITE 0x7F800000
#define WITHOUT_SIGN INT32_MAX
#define NAME(name) name##_f32
#define ROOT(x) sqrtf(x)
#include "net/optim_kernel.inc"

size_t optim_state_count(OptimizerKind kind)
{
    return kind == OPTIMIZER_SGD ? 0 : kind == OPTIMIZER_ADAM ? 2 : 1;
}

void optim_step(const OptimStep *how, double *param, const double *grad, double *const state[2], size_t n, OptimSize *size)
{
    run_f64(how, param, grad, state, n, size);
}

void optim_stepf(const OptimStep *how, float *param, const float *grad, float *const state[2], size_t n, OptimSize *size)
{
    run_f32(how, param, grad, state, n, size);
}

double optim_squares(const double *g, size_t n)
{
    return squares_f64(g, n);
}

double optim_squaresf(const float *g, size_t n)
{
    return squares_f32(g, n);
}

double clip_factor(double norm, double limit)
{
    if (isnan(limit))
        return 1;
    const double factor = limit / (norm + 1e-6);
    return factor > 1 ? 1 : factor;   /* a NaN stays one */
}
