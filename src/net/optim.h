/* Optimisers: update rules over flat vectors, in place.
 * The one thing to know: float computes in float; both types come from one source, and nothing is allocated.
 * Robbins and Monro 1951; Polyak 1964; Tieleman and Hinton 2012; Kingma and Ba 2015; each as torch.optim does it. */
#ifndef NET_OPTIM_H
#define NET_OPTIM_H

#include <stddef.h>
#include <stdint.h>

#include "model/kinds.h"

/* One step. What is added up to: g = gradient·factor + decay·w, then w -= rate·(what the rule makes of g). */
typedef struct {
    OptimizerKind kind;
    double parameter;   /* momentum's BETA, rmsprop's ALPHA; else ignored */
    double rate;        /* the learning rate of this step */
    double decay;       /* L2 weight decay */
    double factor;      /* 1, or clipping's, or 1/loss scale */
    int64_t step;       /* 1 for the first; adam's bias correction */
} OptimStep;

/* How large an update was. Start from {0}; vectors add up. */
typedef struct {
    double update2, weight2;   /* Σ (w_new - w)², Σ w_new² */
    double largest;            /* max |w_new| */
} OptimSize;

/* How many vectors of state a rule keeps: 0, 1 or 2, zero at the start. */
size_t optim_state_count(OptimizerKind kind);

/* n parameters. state[0 … count - 1]; `state` may be NULL where there is none. `size`: NULL, or what to add to. Vectors must not overlap. */
void optim_step(const OptimStep *how, double *param, const double *grad, double *const state[2], size_t n, OptimSize *size);
void optim_stepf(const OptimStep *how, float *param, const float *grad, float *const state[2], size_t n, OptimSize *size);

/* Σ g², in double, for norms: inf or NaN where an entry is. */
double optim_squares(const double *g, size_t n);
double optim_squaresf(const float *g, size_t n);

/* What gradients of global norm `norm` are multiplied with so that it is at most `limit`: min(1, limit/(norm + 1e-6)), 1 where the limit is
 * NOT_GIVEN, NaN for a NaN, as torch.nn.utils.clip_grad_norm_. */
double clip_factor(double norm, double limit);

#endif
