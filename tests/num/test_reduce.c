/* Sums over vectors: their value, and their order, which is part of the promise that bytes repeat.
 * The one thing to know: the twin adds lane i = elements i, i + 16, …, then lanes pairwise; bits must agree. */
#include "num/reduce.h"
#include "support.h"

enum { MOST = 2385 };
static double x[MOST], y[MOST];

static double twin(size_t n, double (*term)(size_t))
{
    double lane[16] = {0};
    for (size_t i = 0; i < n; i++)
        lane[i % 16] += term(i);
    for (size_t apart = 8; apart > 0; apart /= 2)
        for (size_t i = 0; i < apart; i++)
            lane[i] += lane[i + apart];
    return lane[0];
}

static double plain(size_t i) { return x[i]; }
static double square(size_t i) { return x[i] * x[i]; }
static double product(size_t i) { return x[i] * y[i]; }
static double deviation(size_t i) { return (x[i] - 0.375) * (x[i] - 0.375); }

static void fixed_order(void **state)
{
    (void)state;
    for (size_t n = 0; n <= MOST; n += n < 70 ? 1 : 463) {
        assert_true(sum(x, n) == twin(n, plain));
        assert_true(sum_squares(x, n) == twin(n, square));
        assert_true(sum_products(x, y, n) == twin(n, product));
        assert_true(sum_deviations(x, n, 0.375) == twin(n, deviation));
    }
}

static void values(void **state)
{
    (void)state;
    long double total = 0, squares = 0, products = 0, deviations = 0, absolute = 0;
    for (size_t i = 0; i < MOST; i++) {
        total += LONG(x[i]);
        absolute += LONG(fabs(x[i]));
        squares += LONG(x[i]) * LONG(x[i]);
        products += LONG(x[i]) * LONG(y[i]);
        deviations += (LONG(x[i]) - 0.375L) * (LONG(x[i]) - 0.375L);
    }
    NEAR(sum(x, MOST), total, 1e-14 * (double)absolute, "sum");
    NEAR(sum_squares(x, MOST), squares, 1e-14 * (double)squares, "squares");
    NEAR(sum_products(x, y, MOST), products, 1e-14 * (double)squares, "products");
    NEAR(sum_deviations(x, MOST, 0.375), deviations, 1e-14 * (double)deviations, "deviations");
}

static void largest_of(void **state)
{
    (void)state;
    const double mixed[] = {0.5, (double)NAN, -2.385, 1, (double)NAN};
    const double infinite[] = {0.5, -HUGE_VAL, 3};
    assert_true(largest(mixed, 0) == 0);
    assert_true(largest(mixed, 2) == 0.5);
    assert_true(largest(mixed, 5) == 2.385);
    assert_true(largest(infinite, 3) == HUGE_VAL);
    assert_true(isnan(sum(mixed, 5)) && isnan(sum_squares(mixed, 5)));
}

static int fill(void **state)
{
    gsl_rng *r = gsl_rng_alloc(philox_type);
    gsl_rng_set(r, 2385);
    for (size_t i = 0; i < MOST; i++) {
        x[i] = 4 * gsl_rng_uniform(r) - 1.75;
        y[i] = 4 * gsl_rng_uniform(r) - 2.25;
    }
    gsl_rng_free(r);
    return numbers_ready(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fixed_order), cmocka_unit_test(values), cmocka_unit_test(largest_of)};
    return cmocka_run_group_tests_name("num/reduce", tests, fill, NULL);
}
