/* Products of a few rows: every instruction set's version, of both types, against sums in long double, for every kind of tail.
 * The one thing to know: skinny.c is compiled a second time into this file, so that every version can be called.
 * A sum of n products is right to (n + 2) u Σ|terms| (Higham 2002, section 3.1). */
#define skinny_serves copy_serves
#define skinny_packed_size copy_packed_size
#define skinny_pack copy_pack
#define skinny_forward copy_forward
#define skinny_backward copy_backward
#define skinny_backward_more copy_backward_more
#define skinny_servesf copy_servesf
#define skinny_packed_sizef copy_packed_sizef
#define skinny_packf copy_packf
#define skinny_forwardf copy_forwardf
#define skinny_backwardf copy_backwardf
#define skinny_backward_moref copy_backward_moref
#include "num/skinny.c"

#include "num/rng.h"
#include "support.h"

enum { ROWS = 64, WIDE = 150, ROOM = 16 };

static size_t versions_here(void)
{
#if defined(__x86_64__)
    return SIMD_AVX512 ? 3 : SIMD_AVX2 ? 2 : 1;
#else
    return 1;
#endif
}

#define Element double
#define TYPED(name) name
#define UNIT 0x1p-53
#include "num/skinny_checks.inc"

#define Element float
#define TYPED(name) name##f
#define UNIT 0x1p-24
#include "num/skinny_checks.inc"

static void forward_tails(void **state)
{
    (void)state;
    every_tail(forward_both_ways);
    every_tailf(forward_both_waysf);
}

static void backward_tails(void **state)
{
    (void)state;
    every_tail(backward_all_ways);
    every_tailf(backward_all_waysf);
}

static void instruction_sets(void **state)
{
    (void)state;
    if (versions_here() < 3) {
        print_message("no AVX-512 here: nothing to compare\n");
        return;
    }
    same_bits();
    same_bitsf();
}

static void in_parts(void **state)
{
    (void)state;
    whole_and_parts();
    whole_and_partsf();
}

static void beyond_caches(void **state)
{
    (void)state;
    large();
    largef();
}

static void rule(void **state)
{
    (void)state;
    which_rows();
    which_rowsf();
}

static int set_up(void **state)
{
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){KEY, 3}, 1, USE_WEIGHT);
    fill(&rng);
    fillf(&rng);
    rng_done(&rng);
    return numbers_ready(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forward_tails), cmocka_unit_test(backward_tails), cmocka_unit_test(instruction_sets),
                                       cmocka_unit_test(in_parts),      cmocka_unit_test(beyond_caches),  cmocka_unit_test(rule)};
    return cmocka_run_group_tests_name("num/skinny", tests, set_up, NULL);
}
