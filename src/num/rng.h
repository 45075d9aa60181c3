/* Streams: a random number is determined by (master seed, point, replicate, layer, use, position).
 * The one thing to know: rng_open goes to the start of any stream at once, so what was drawn can be drawn again.
 * On Philox, normals and uniforms come in bulk; on any other GSL generator they come through gsl_ran_*, for cross-checks. */
#ifndef NUM_RNG_H
#define NUM_RNG_H

#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

typedef enum { USE_INPUT, USE_WEIGHT, USE_BIAS, USE_COTANGENT, USE_TARGET, USE_FORWARD, USE_BACKWARD, USE_SHUFFLE, USE_TASK } RngUse;

/* What a network's streams have in common. */
typedef struct {
    uint64_t key;          /* text_hash(master seed, the point's text) */
    uint32_t replicate;    /* the seed of `-s` */
} RngSource;

typedef struct {
    gsl_rng *gsl;          /* for gsl_ran_*, gsl_rng_uniform, … */
} Rng;

/* "philox4x32", or the name of any GSL generator; NULL after error() 2. */
const gsl_rng_type *rng_type(const char *name);

void rng_init(Rng *rng, const gsl_rng_type *type);
void rng_done(Rng *rng);

/* Go to the start of the stream (source, layer, use); layer is below 2^32. */
void rng_open(Rng *rng, RngSource source, int64_t layer, RngUse use);

/* x[i] ~ N(0, sd²); x[i] ~ U(-limit, limit); independent, i < n. */
void rng_normals(Rng *rng, double *x, size_t n, double sd);
void rng_uniforms(Rng *rng, double *x, size_t n, double limit);

/* x[i] ~ N(0, s²) cut at ±2s, s such that the standard deviation is sd. */
void rng_truncated(Rng *rng, double *x, size_t n, double sd);

/* The same in float: on Philox from 32-bit words, on other generators those numbers rounded. */
void rng_normalsf(Rng *rng, float *x, size_t n, double sd);
void rng_uniformsf(Rng *rng, float *x, size_t n, double limit);
void rng_truncatedf(Rng *rng, float *x, size_t n, double sd);

#endif
