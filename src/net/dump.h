/* Dump: every array of one network as .npy (net/npy), so that it can be checked elsewhere.
 * The one thing to know: what is dumped is what the ordinary pass, or the ordinary training, saw and did. */
#ifndef NET_DUMP_H
#define NET_DUMP_H

#include <gsl/gsl_rng.h>

#include "model/spec.h"
#include "net/dataset.h"
#include "net/samples.h"
#include "num/rng.h"

/* Write x, W1…, b1…, z1…, h1…, dh0…dhL, dz1…, dW1…, db1…; `cotangent` (loss none), or target, output, W_out, b_out, dW_out, db_out;
 * and scale.csv. x is batch × width, W is fan_out × fan_in. 71, 73, 74 after error(). */
int dump_network(const char *directory, const NetSpec *spec, RngSource source, const gsl_rng_type *generator, const Dataset *data);

/* Train it and write W1…, b1…, W_out, b_out and slope (PReLU's, one a layer) as they were before the first update, the same with _end after
 * the last; x (steps · batch × width) and target, the batches as the network saw them; and loss, accuracy, grad_norm, update_ratio,
 * largest_weight, one number a step. NaN where nothing was computed. 71, 73, 74 after error(). */
int dump_training(const char *directory, const NetSpec *spec, RngSource source, const gsl_rng_type *generator, const Samples *samples);

/* The name of a layer's array: "W3", "W_out", and the same with a tail. Returns `out`. */
const char *dump_name(char out[40], const NetSpec *spec, const char *letter, int64_t layer, const char *tail);

#endif
