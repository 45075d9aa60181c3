/* Philox4x32-10: known answers, GSL's contract, and going to any place of a stream.
 * The one thing to know: blocks are counted in 56 bits, the lowest 32 and the lowest 24 of counter[2].
 * Known answers: kat_vectors of Random123 (Salmon, Moraes, Dror and Shaw 2011). */
#include <gsl/gsl_randist.h>

#include "support.h"

static void known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        philox_block(out, known[i].counter, known[i].key);
        assert_memory_equal(out, known[i].out, sizeof out);
        uint32_t in_place[4];
        memcpy(in_place, known[i].counter, sizeof in_place);
        philox_block(in_place, in_place, known[i].key);
        assert_memory_equal(in_place, known[i].out, sizeof out);
    }
}

/* Seeding starts at counter 0 with all 64 bits of the seed as the key. */
static void seeding(void **state)
{
    (void)state;
    gsl_rng *r = gsl_rng_alloc(philox_type);
    const uint64_t seeds[] = {0, 2385, 0x17F0C64E9B3ull, ~0ull};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        const uint32_t key[2] = {(uint32_t)seeds[i], (uint32_t)(seeds[i] >> 32)};
        gsl_rng_set(r, seeds[i]);
        for (uint32_t block = 0; block < 3; block++) {
            const uint32_t counter[4] = {block, 0, 0, 0};
            uint32_t out[4];
            philox_block(out, counter, key);
            for (int k = 0; k < 4; k++)
                assert_int_equal(gsl_rng_get(r), out[k]);
        }
    }
    gsl_rng_free(r);
}

static void gsl_contract(void **state)
{
    (void)state;
    gsl_rng *r = gsl_rng_alloc(philox_type);
    assert_string_equal(gsl_rng_name(r), "philox4x32");
    assert_int_equal(gsl_rng_max(r), 0xFFFFFFFFul);
    assert_int_equal(gsl_rng_min(r), 0);
    gsl_rng_set(r, 2385);
    gsl_rng_get(r);
    gsl_rng *twin = gsl_rng_clone(r);
    for (int i = 0; i < 1000; i++) {
        const double u = gsl_rng_uniform(r);
        assert_true(u >= 0 && u < 1);
        assert_true(u == gsl_rng_uniform(twin));
        assert_true(gsl_rng_uniform_pos(r) > 0);
        gsl_rng_uniform_pos(twin);
        assert_true(gsl_rng_uniform_int(r, 7) < 7);
        gsl_rng_uniform_int(twin, 7);
    }
    gsl_rng_free(twin);
    gsl_rng_free(r);
}

/* A double is the highest 53 bits of two words, the first word the higher. */
static void doubles(void **state)
{
    (void)state;
    gsl_rng *r = gsl_rng_alloc(philox_type), *words = gsl_rng_alloc(philox_type);
    double low_bits = 0;
    gsl_rng_set(r, 77);
    gsl_rng_set(words, 77);
    for (int i = 0; i < 1000; i++) {
        const uint64_t high = gsl_rng_get(words), low = gsl_rng_get(words);
        const double u = gsl_rng_uniform(r);
        assert_true(u == ldexp((double)((high << 32 | low) >> 11), -53));
        low_bits += fmod(ldexp(u, 53), 2);
    }
    NEAR(low_bits, 500, 6 * sqrt(250), "the 53rd bit (false alarm 2e-9)");
    gsl_rng_free(words);
    gsl_rng_free(r);
}

/* 16 buckets of each nibble of 2^16 words: χ²_15 > 60 has probability 2e-7; eight of them 2e-6. */
static void nibbles(void **state)
{
    (void)state;
    enum { WORDS = 65536 };
    static double count[8][16];
    gsl_rng *r = gsl_rng_alloc(philox_type);
    gsl_rng_set(r, 2385);
    for (int i = 0; i < WORDS; i++) {
        const unsigned long word = gsl_rng_get(r);
        for (int k = 0; k < 8; k++)
            count[k][word >> 4 * k & 15] += 1;
    }
    for (int k = 0; k < 8; k++) {
        double chi = 0;
        for (int v = 0; v < 16; v++)
            chi += pow(count[k][v] - WORDS / 16.0, 2) / (WORDS / 16.0);
        NEAR(chi, 31, 29, "chi-square of nibble %d", k);
    }
    gsl_rng_free(r);
}

static void steps(void **state)
{
    (void)state;
    static const struct {
        uint32_t from[4];
        uint64_t blocks;
        uint32_t to[4];
    } cases[] = {
        {{5, 6, 7, 8}, 0, {5, 6, 7, 8}},
        {{5, 6, 7, 8}, 2385, {2390, 6, 7, 8}},
        {{0xFFFFFFFF, 6, 7, 8}, 1, {0, 6, 8, 8}},
        {{0xFFFFFFF0, 6, 0xAB00FFFF, 8}, 0x20, {0x10, 6, 0xAB010000, 8}},
        {{0xFFFFFFFF, 6, 0xABFFFFFF, 8}, 1, {0, 6, 0xAB000000, 8}},
        {{3, 6, 0xAB000002, 8}, 0x500000001ull, {4, 6, 0xAB000007, 8}},
        {{0xFFFFFFFF, 6, 0xAB000002, 8}, 0x5FFFFFFFFull, {0xFFFFFFFE, 6, 0xAB000008, 8}},
        {{3, 6, 0xAB000002, 8}, 1ull << 56, {3, 6, 0xAB000002, 8}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t counter[4];
        memcpy(counter, cases[i].from, sizeof counter);
        philox_step(counter, cases[i].blocks);
        assert_memory_equal(counter, cases[i].to, sizeof counter);
    }
}

static void expect_block(gsl_rng *r, const uint32_t counter[4], uint64_t key)
{
    const uint32_t words[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    uint32_t out[4];
    philox_block(out, counter, words);
    for (int k = 0; k < 4; k++)
        assert_int_equal(gsl_rng_get(r), out[k]);
}

/* Reading on crosses from 2^32 - 1 into counter[2], and leaves its highest 8 bits alone. */
static void seek_and_carry(void **state)
{
    (void)state;
    gsl_rng *r = gsl_rng_alloc(philox_type);
    const uint32_t at[3][4] = {{0xFFFFFFFE, 9, 0x03FFFFFF, 4}, {0xFFFFFFFF, 9, 0x03FFFFFF, 4}, {0, 9, 0x03000000, 4}};
    gsl_rng_set(r, 1);
    gsl_rng_get(r);
    philox_seek(r, KEY, at[0]);
    for (int i = 0; i < 3; i++)
        expect_block(r, at[i], KEY);
    gsl_rng_free(r);
}

/* Taking passes over the rest of a block begun, and the stream goes on behind what was taken. */
static void take(void **state)
{
    (void)state;
    gsl_rng *r = gsl_rng_alloc(philox_type);
    const uint32_t start[4] = {0xFFFFFFF0, 2, 0x04000000, 5};
    for (int used = 0; used <= 5; used++) {
        uint32_t counter[4], key[2], wanted[4] = {0xFFFFFFF0, 2, 0x04000000, 5};
        philox_seek(r, KEY, start);
        for (int i = 0; i < used; i++)
            gsl_rng_get(r);
        philox_take(r, 37, counter, key);
        philox_step(wanted, (uint64_t)(used + 3) / 4);
        assert_memory_equal(counter, wanted, sizeof counter);
        assert_int_equal(key[0], (uint32_t)KEY);
        assert_int_equal(key[1], (uint32_t)(KEY >> 32));
        philox_step(wanted, 37);
        expect_block(r, wanted, KEY);
    }
    gsl_rng_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers), cmocka_unit_test(seeding), cmocka_unit_test(gsl_contract), cmocka_unit_test(doubles),
        cmocka_unit_test(nibbles),       cmocka_unit_test(steps),   cmocka_unit_test(seek_and_carry), cmocka_unit_test(take),
    };
    return cmocka_run_group_tests_name("num/philox", tests, numbers_ready, NULL);
}
