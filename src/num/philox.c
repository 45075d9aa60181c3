/* Philox4x32-10 as a gsl_rng_type.
 * The one thing to know: words leave a block in order; a double takes two words and has 53 bits.
 * Salmon, Moraes, Dror and Shaw 2011. GSL's own generators cut seeds to 32 bits, too few for hashed keys. */
#include "num/philox.h"

#include <string.h>

typedef struct {
    uint32_t key[2], counter[4];   /* of the next block */
    uint32_t words[4];
    int used;                      /* words of the current block already given */
} State;

void philox_block(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]}, k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = 0xD2511F53ull * c[0], p1 = 0xCD9E8D57ull * c[2];
        const uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k1, (uint32_t)p0};
        memcpy(c, next, sizeof c);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    memcpy(out, c, sizeof c);
}

void philox_step(uint32_t counter[4], uint64_t blocks)
{
    const uint64_t low = (uint64_t)counter[0] + (uint32_t)blocks;
    const uint64_t high = (counter[2] & 0xFFFFFFu) + (blocks >> 32) + (low >> 32);
    counter[0] = (uint32_t)low;
    counter[2] = (counter[2] & 0xFF000000u) | (uint32_t)(high & 0xFFFFFFu);
}

static void seed(void *state, unsigned long value)
{
    State *s = state;
    const uint64_t key = value;
    *s = (State){.key = {(uint32_t)key, (uint32_t)(key >> 32)}, .used = 4};
}

static uint32_t word(State *s)
{
    if (s->used == 4) {
        philox_block(s->words, s->counter, s->key);
        philox_step(s->counter, 1);
        s->used = 0;
    }
    return s->words[s->used++];
}

static unsigned long get(void *state)
{
    return word(state);
}

static double get_double(void *state)
{
    const uint64_t high = word(state), low = word(state);
    return (double)((high << 32 | low) >> 11) * 0x1p-53;
}

static const gsl_rng_type type = {"philox4x32", 0xFFFFFFFFul, 0, sizeof(State), seed, get, get_double};
const gsl_rng_type *const philox_type = &type;

void philox_seek(gsl_rng *r, uint64_t key, const uint32_t counter[4])
{
    State *s = r->state;
    *s = (State){.key = {(uint32_t)key, (uint32_t)(key >> 32)}, .used = 4};
    memcpy(s->counter, counter, sizeof s->counter);
}

void philox_take(gsl_rng *r, uint64_t blocks, uint32_t counter[4], uint32_t key[2])
{
    State *s = r->state;
    memcpy(counter, s->counter, sizeof s->counter);
    memcpy(key, s->key, sizeof s->key);
    philox_step(s->counter, blocks);
    s->used = 4;
}
