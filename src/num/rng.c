/* Streams over Philox's counter: (block, layer, use, replicate).
 * The one thing to know: other generators are seeded by a hash of the same coordinates, cut to what GSL's seeding takes.
 * Truncation: the standard deviation of a normal cut at ±2 is √(1 - 4 φ(2)/(2Φ(2) - 1)) = 0.8796256610342398. */
#include "num/rng.h"

#include <gsl/gsl_randist.h>
#include <string.h>

#include "base/mem.h"
#include "num/bulk.h"
#include "num/philox.h"

const gsl_rng_type *rng_type(const char *name)
{
    if (!strcmp(name, philox_type->name))
        return philox_type;
    for (const gsl_rng_type **t = gsl_rng_types_setup(); *t; t++)
        if (!strcmp((*t)->name, name))
            return *t;
    error(EXIT_USAGE, "no generator '%s'; philox4x32 is the default, and every generator of GSL is there (mt19937, ranlxd2, taus2, ...)", name);
    return NULL;
}

void rng_init(Rng *rng, const gsl_rng_type *type)
{
    rng->gsl = mem_served(gsl_rng_alloc(type));
}

void rng_done(Rng *rng)
{
    gsl_rng_free(rng->gsl);
    rng->gsl = NULL;
}

void rng_open(Rng *rng, RngSource source, int64_t layer, RngUse use)
{
    const uint32_t counter[4] = {0, (uint32_t)layer, (uint32_t)use << 24, source.replicate};
    if (rng->gsl->type == philox_type) {
        philox_seek(rng->gsl, source.key, counter);
        return;
    }
    const uint32_t key[2] = {(uint32_t)source.key, (uint32_t)(source.key >> 32)};
    uint32_t words[4];
    philox_block(words, counter, key);
    gsl_rng_set(rng->gsl, words[0] ? words[0] : 1);
}

#define Number double
#define TYPED(name) name
#include "num/rng_draw.inc"

#define Number float
#define TYPED(name) name##f
#include "num/rng_draw.inc"
