/* Facts: intervals against known values, jointly valid, and right as often as they say.
 * The one thing to know: seeds are fixed; coverage is counted over 4000 samples and may be off by 5 standard errors (6e-7).
 * Student's t: any table of its quantiles; shares: Clopper and Pearson 1934, by the binomial law itself; medians: David and Nagaraja 2003, §7.1. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "claim/facts.h"
#include "files.h"
#include "model/registry.h"
#include "near.h"

static void means(void **state)
{
    (void)state;
    static const double x[] = {2.385, 1.25, 3.75, 2.5, 2.75};
    Facts f = {0};
    facts_mean(&f, "length", "here", 2, x, 5);
    facts_finish(&f);
    const Fact *fact = facts_find(&f, "length", "here");
    NEAR(fact->measured, 2.527, 1e-12);
    /* sd 0.8957..., t_{0.995, 4} = 4.604094871 */
    double squares = 0;
    for (size_t i = 0; i < 5; i++)
        squares += (x[i] - 2.527) * (x[i] - 2.527);
    NEAR(fact->high - fact->measured, 4.604094871415898 * sqrt(squares / 4 / 5), 1e-9);
    NEAR(fact->measured - fact->low, fact->high - fact->measured, 1e-10);
    assert_int_equal(fact->n, 5);
    assert_true(fact_agrees(fact, 0) && !fact_above(fact, 2) && fact_above(fact, 0.5) && fact_below(fact, 5));
    facts_free(&f);
}

/* The limits are where the binomial law leaves α/2 in its tail. */
static void shares(void **state)
{
    (void)state;
    static const struct {
        size_t k, n;
    } cases[] = {{0, 7}, {7, 7}, {3, 10}, {737, 1000}, {1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Facts f = {0};
        const unsigned k = (unsigned)cases[i].k, n = (unsigned)cases[i].n;
        facts_share(&f, "share", "here", NOT_GIVEN, k, n);
        facts_finish(&f);
        const Fact *fact = facts_find(&f, "share", "here");
        NEAR(fact->measured, (double)k / n, 1e-11);
        if (k > 0)
            NEAR(gsl_cdf_binomial_Q(k - 1, fact->low, n), FACTS_ALPHA / 2, 1e-9);
        else
            NEAR(fact->low, 0, 0);
        if (k < n)
            NEAR(gsl_cdf_binomial_P(k, fact->high, n), FACTS_ALPHA / 2, 1e-9);
        else
            NEAR(fact->high, 1, 0);
        facts_free(&f);
    }
}

/* Of 13 values 2^-13 lies beyond the extremes on either side: r = 2 has P(Bin(13, 1/2) < 2) = 14/8192 ≤ 0.005. */
static void medians(void **state)
{
    (void)state;
    static const double x[] = {9, 3, 12, 5, 7, 1, 11, 4, 2, 13, 6, 10, 8};
    Facts f = {0}, few = {0};
    facts_median(&f, "steps", "here", NOT_GIVEN, x, 13);
    facts_finish(&f);
    const Fact *fact = facts_find(&f, "steps", "here");
    NEAR(fact->measured, 7, 0);
    NEAR(fact->low, 2, 0);
    NEAR(fact->high, 12, 0);
    facts_median(&few, "steps", "here", NOT_GIVEN, x, 7);   /* 2^-7 = 0.0078: not even the extremes are enough */
    facts_finish(&few);
    assert_true(isinf(few.facts[0].low) && isinf(few.facts[0].high));
    facts_free(&f);
    facts_free(&few);
}

/* Two intervals are each at α/2; numbers without error do not count; what is cut stays inside. */
static void jointly(void **state)
{
    (void)state;
    static const double x[] = {0.25, 0.5, 0.75, 0.5};
    Facts one = {0}, two = {0};
    facts_mean(&one, "a", "", NOT_GIVEN, x, 4);
    facts_exact(&one, "b", "", 3, 3);
    facts_finish(&one);
    facts_mean(&two, "a", "", NOT_GIVEN, x, 4);
    facts_mean(&two, "c", "", NOT_GIVEN, x, 4);
    facts_within(&two, 0.1, 0.6);
    facts_finish(&two);
    const double se = sqrt((0.0625 + 0.0625) / 3 / 4);
    NEAR(one.facts[0].high - 0.5, gsl_cdf_tdist_Qinv(0.005, 3) * se, 1e-9);
    NEAR(two.facts[0].high - 0.5, gsl_cdf_tdist_Qinv(0.0025, 3) * se, 1e-9);
    NEAR(two.facts[1].high, 0.6, 0);
    NEAR(two.facts[1].low, fmax(0.1, 0.5 - gsl_cdf_tdist_Qinv(0.0025, 3) * se), 1e-10);
    NEAR(one.facts[1].low, 3, 0);
    assert_true(fact_agrees(&one.facts[1], 0));
    facts_free(&one);
    facts_free(&two);
}

/* Nothing can be concluded from one value, none, a NaN or an infinity. */
static void no_conclusion(void **state)
{
    (void)state;
    static const double bad[][3] = {{2.5}, {0}, {1, NOT_GIVEN, 2}, {1, HUGE_VAL, 2}};
    static const size_t n[] = {1, 0, 3, 3};
    for (size_t i = 0; i < 4; i++) {
        Facts f = {0};
        facts_mean(&f, "x", "", 0, bad[i], n[i]);
        facts_finish(&f);
        assert_true(f.facts[0].low == -HUGE_VAL && f.facts[0].high == HUGE_VAL);
        assert_false(fact_above(&f.facts[0], -1e300) || fact_below(&f.facts[0], 1e300));
        facts_free(&f);
    }
}

static void found(void **state)
{
    (void)state;
    Facts f = {0};
    Text csv = {0};
    facts_exact(&f, "slope of \"s\"", "a, b", 0.25, 0.2387);
    facts_share(&f, "share", "depth 2", NOT_GIVEN, 2, 8);
    facts_finish(&f);
    assert_null(facts_seek(&f, "share", "depth 3"));
    assert_ptr_equal(facts_seek(&f, "share", "depth 2"), facts_find(&f, "share", "depth 2"));
    facts_csv(&csv, &f);
    const char *wanted =
        "quantity,where,predicted,measured,low,high,n\n\"slope of \"\"s\"\"\",\"a, b\",0.25,0.2387,0.2387,0.2387,0\n\"share\",\"depth 2\",,0.25,";
    assert_memory_equal(text_str(&csv), wanted, strlen(wanted));
    facts_free(&f);
    text_free(&csv);
}

/* How often an interval holds what it should, of 4000 samples. */
static void expect_coverage(const char *what, size_t held, bool exact)
{
    const double wanted = 1 - FACTS_ALPHA, error = sqrt(wanted * FACTS_ALPHA / 4000), share = (double)held / 4000;
    if (share < wanted - 5 * error || (exact && share > wanted + 5 * error))
        fail_msg("%s: %g of the intervals hold, wanted %g", what, share, wanted);
}

static void coverage(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_ranlxd2);
    size_t mean = 0, share = 0, median = 0;
    gsl_rng_set(rng, 2385);
    for (size_t trial = 0; trial < 4000; trial++) {
        double x[16], e[16];
        Facts f[3] = {{0}, {0}, {0}};
        for (size_t i = 0; i < 16; i++) {
            x[i] = 3 + gsl_ran_gaussian(rng, 2);
            e[i] = gsl_ran_exponential(rng, 1);
        }
        facts_mean(&f[0], "m", "", 3, x, 6);
        facts_share(&f[1], "s", "", 0.3, gsl_ran_binomial(rng, 0.3, 40), 40);
        facts_median(&f[2], "d", "", M_LN2, e, 16);
        for (size_t i = 0; i < 3; i++)
            facts_finish(&f[i]);
        mean += fact_agrees(&f[0].facts[0], 0);
        share += fact_agrees(&f[1].facts[0], 0);
        median += fact_agrees(&f[2].facts[0], 0);
        for (size_t i = 0; i < 3; i++)
            facts_free(&f[i]);
    }
    expect_coverage("mean", mean, true);
    expect_coverage("share", share, false);
    expect_coverage("median", median, false);
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means),         cmocka_unit_test(shares), cmocka_unit_test(medians),  cmocka_unit_test(jointly),
        cmocka_unit_test(no_conclusion), cmocka_unit_test(found),  cmocka_unit_test(coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
