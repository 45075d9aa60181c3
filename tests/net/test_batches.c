/* Batches: every epoch a permutation, all permutations equally likely, any step found again from nothing.
 * The one thing to know: statistics are of fixed streams, so they give the same answer for ever; their chances are stated. */
#include <gsl/gsl_cdf.h>

#include "net/batches.h"
#include "support.h"

static void epochs_are_permutations(void **state)
{
    (void)state;
    enum { ROWS = 103, BATCH = 10 };
    int64_t order[ROWS];
    Rng rng;
    rng_init(&rng, philox_type);
    Batches b = batches_start(order, ROWS, BATCH, (RngSource){KEY, 3}, &rng);
    assert_int_equal(batches_per_epoch(&b), 10);
    int64_t first[2][BATCH];
    for (int64_t epoch = 0; epoch < 4; epoch++) {
        int seen[ROWS] = {0}, count = 0;
        for (int64_t k = 0; k < 10; k++) {
            const int64_t *rows = batches_at(&b, 10 * epoch + k);
            if (k == 0 && epoch < 2)
                memcpy(first[epoch], rows, sizeof first[0]);
            for (int64_t i = 0; i < BATCH; i++) {
                assert_true(rows[i] >= 0 && rows[i] < ROWS);
                seen[rows[i]]++;
            }
        }
        for (int i = 0; i < ROWS; i++) {
            assert_true(seen[i] <= 1);
            count += seen[i];
        }
        assert_int_equal(count, 100);   /* the last 3 are dropped */
    }
    assert_memory_not_equal(first[0], first[1], sizeof first[0]);
    rng_done(&rng);
}

/* Going back, forward, and beginning anew give the same rows; another replicate gives others. */
static void any_step(void **state)
{
    (void)state;
    enum { ROWS = 57, BATCH = 8 };
    int64_t order[ROWS], other[ROWS], want[40][BATCH];
    const gsl_rng_type *const types[] = {philox_type, gsl_rng_mt19937};
    for (size_t t = 0; t < 2; t++) {
        Rng rng;
        rng_init(&rng, types[t]);
        Batches b = batches_start(order, ROWS, BATCH, (RngSource){KEY, 3}, &rng);
        for (int64_t step = 0; step < 40; step++)
            memcpy(want[step], batches_at(&b, step), sizeof want[0]);
        static const int64_t walk[] = {39, 0, 17, 18, 13, 7, 6};
        for (size_t i = 0; i < sizeof walk / sizeof *walk; i++) {
            Batches again = batches_start(other, ROWS, BATCH, (RngSource){KEY, 3}, &rng);
            assert_memory_equal(batches_at(&again, walk[i]), want[walk[i]], sizeof want[0]);
            assert_memory_equal(batches_at(&b, walk[i]), want[walk[i]], sizeof want[0]);
        }
        Batches elsewhere = batches_start(other, ROWS, BATCH, (RngSource){KEY, 4}, &rng);
        assert_memory_not_equal(batches_at(&elsewhere, 0), want[0], sizeof want[0]);
        rng_done(&rng);
    }
}

static void whole_batch(void **state)
{
    (void)state;
    int64_t order[5];
    Rng rng;
    rng_init(&rng, philox_type);
    Batches b = batches_start(order, 5, 5, (RngSource){KEY, 3}, &rng);
    assert_int_equal(batches_per_epoch(&b), 1);
    int64_t sum = 0;
    for (int i = 0; i < 5; i++)
        sum += batches_at(&b, 7)[i] * batches_at(&b, 7)[i];
    assert_int_equal(sum, 0 + 1 + 4 + 9 + 16);
    rng_done(&rng);
}

/* The 24 orders of 4 rows over 24,000 epochs: χ² with 23 degrees of freedom; a false alarm has probability 1e-6. */
static void orders_are_uniform(void **state)
{
    (void)state;
    enum { EPOCHS = 24000 };
    int counts[256] = {0};
    Rng rng;
    rng_init(&rng, philox_type);
    for (int64_t epoch = 0; epoch < EPOCHS; epoch++) {
        int64_t o[4];
        samples_order(o, 4, (RngSource){KEY, 3}, epoch, &rng);
        counts[o[0] + 4 * o[1] + 16 * o[2] + 64 * o[3]]++;
    }
    double chi2 = 0;
    int kinds = 0;
    for (int i = 0; i < 256; i++)
        if (counts[i]) {
            kinds++;
            chi2 += (counts[i] - 1000) * (counts[i] - 1000) / 1000.0;
        }
    assert_int_equal(kinds, 24);
    assert_true(gsl_cdf_chisq_Q(chi2, 23) > 1e-6 && gsl_cdf_chisq_P(chi2, 23) > 1e-6);
    rng_done(&rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(epochs_are_permutations), cmocka_unit_test(any_step), cmocka_unit_test(whole_batch),
                                       cmocka_unit_test(orders_are_uniform)};
    return cmocka_run_group_tests_name("net/batches", tests, numbers_ready, NULL);
}
