/* Dump: every array of one network as .npy, so that it can be checked elsewhere.
 * The one thing to know: true value = stored · 2^exponent with one exponent an array, in scale.csv; almost always 0.
 * NumPy's format 1.0: NEP 1. */
#ifndef NET_DUMP_H
#define NET_DUMP_H

#include <gsl/gsl_rng.h>

#include "model/spec.h"
#include "net/dataset.h"
#include "num/rng.h"

/* Write x, W1…, b1…, z1…, h1…, dh0…dhL, dz1…, dW1…, db1…; `cotangent` (loss none), or target, output, W_out, b_out, dW_out, db_out;
 * and scale.csv. x is batch × width, W is fan_out × fan_in. 71, 73, 74 after error(). */
int dump_network(const char *directory, const NetSpec *spec, RngSource source, const gsl_rng_type *generator, const Dataset *data);

#endif
