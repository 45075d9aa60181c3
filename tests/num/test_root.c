/* Roots: to the last bits, ends that are roots, brackets without a change of sign, functions that break.
 * The one thing to know: where there is no root there is no number.
 * Known roots: x = cos x (Dottie's number), x e^x = 1 (the omega constant), to 16 digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "num/root.h"

static double dottie(double x, const void *context) { (void)context; return cos(x) - x; }
static double omega(double x, const void *context) { (void)context; return x * exp(x) - 1; }
static double cube(double x, const void *context) { return pow(x - *(const double *)context, 3); }
static double positive(double x, const void *context) { (void)context; return x * x + 0.1; }
static double broken(double x, const void *context) { (void)context; return x < 0.2 ? -1 : x > 0.9 ? 1 : NO_NUMBER; }
static double nothing(double x, const void *context) { (void)x, (void)context; return NO_NUMBER; }
static double waves(double x, const void *context) { (void)context; return sin(x); }

static void known(void **state)
{
    (void)state;
    RootSolver *s = root_alloc();
    const Estimate d = root_between(s, &(Function){dottie, NULL}, 0, 2);
    assert_int_equal(d.status, STATUS_OK);
    assert_true(fabs(d.value - 0.7390851332151607) < 2e-16);
    const Estimate o = root_between(s, &(Function){omega, NULL}, 0, 40);
    assert_true(fabs(o.value - 0.5671432904097838) < 3e-16 && o.error < 1e-14);
    const double where = 2.385;
    const Estimate c = root_between(s, &(Function){cube, &where}, -7, 3);
    assert_int_equal(c.status, STATUS_OK);
    assert_true(fabs(c.value - where) < 1e-5);
    const Estimate low = root_between(s, &(Function){cube, &where}, where, 3), high = root_between(s, &(Function){cube, &where}, 1, where);
    assert_true(low.value == where && high.value == where);
    root_free(s);
}

static void outcomes(void **state)
{
    (void)state;
    RootSolver *s = root_alloc();
    const Estimate none = root_between(s, &(Function){positive, NULL}, -1, 2);
    assert_int_equal(none.status, STATUS_NONE);
    assert_true(isnan(none.value));
    assert_int_equal(root_between(s, &(Function){nothing, NULL}, -1, 2).status, STATUS_NAN);
    assert_int_equal(root_between(s, &(Function){broken, NULL}, 0, 1).status, STATUS_NAN);
    root_free(s);
}

typedef struct {
    double low[8], high[8];
    size_t count, most;
} Brackets;

static int keep(double low, double high, void *user)
{
    Brackets *b = user;
    b->low[b->count] = low;
    b->high[b->count++] = high;
    return b->count < b->most;
}

static void walks(void **state)
{
    (void)state;
    Brackets b = {.most = 8};
    assert_int_equal(root_walk(&(Function){waves, NULL}, 0.5, 10.1, 57, 1e-12, keep, &b), 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(b.low[i] <= (double)(i + 1) * M_PI && b.high[i] >= (double)(i + 1) * M_PI);
    Brackets first = {.most = 1};
    assert_int_equal(root_walk(&(Function){waves, NULL}, 0.5, 10.1, 57, 1e-12, keep, &first), 1);
    /* Values within the noise have no sign: π is bracketed by their neighbours, and a flat function has no bracket. */
    Brackets noisy = {.most = 8};
    assert_int_equal(root_walk(&(Function){waves, NULL}, 2, 4, 40, 0.3, keep, &noisy), 1);
    assert_true(noisy.high[0] - noisy.low[0] > 0.5);
    assert_int_equal(root_walk(&(Function){waves, NULL}, 2, 4, 40, 1.1, keep, &noisy), 0);
    assert_int_equal(root_walk(&(Function){nothing, NULL}, 2, 4, 40, 0, keep, &noisy), 0);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(known), cmocka_unit_test(outcomes), cmocka_unit_test(walks)};
    return cmocka_run_group_tests_name("num/root", tests, NULL, NULL);
}
