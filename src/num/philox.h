/* Philox4x32-10: a counter-based generator, as a gsl_rng_type.
 * The one thing to know: 128 random bits are a pure function of (key, counter), so any place of any stream opens in O(1).
 * Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; known answers from Random123. */
#ifndef NUM_PHILOX_H
#define NUM_PHILOX_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

/* out = the four words of block `counter` under `key`. */
void philox_block(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);

/* Seeding sets the 64-bit key and counter 0; every gsl_ran_* works on it. */
extern const gsl_rng_type *const philox_type;

/* Continue at the first word of `counter`; the lowest 32 bits and the lowest 24 of counter[2] count blocks. */
void philox_seek(gsl_rng *r, uint64_t key, const uint32_t counter[4]);

/* The next whole block's counter and key, passing over words left in the current one; then step by `blocks`. */
void philox_take(gsl_rng *r, uint64_t blocks, uint32_t counter[4], uint32_t key[2]);

/* counter += blocks, in its 56 block bits. */
void philox_step(uint32_t counter[4], uint64_t blocks);

#endif
