/* Tables: accuracy within and across panels, laziness, ends, forgetting, and panels that cannot be filled.
 * The one thing to know: a function is computed only where it is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "num/cheb.h"

typedef struct {
    int calls;
    double factor;
} Made;

static Status fill(double t, double *out, void *context)
{
    Made *made = context;
    made->calls++;
    out[0] = made->factor * sin(t);
    out[1] = exp(-t);
    return t > 6 ? STATUS_NOT_CONVERGED : STATUS_OK;
}

static void table(void **state)
{
    (void)state;
    Made made = {0, 1};
    Cheb *t = cheb_alloc(-3.1, 7.3, 1.2, 2, fill, &made);
    double out[2];
    assert_int_equal(made.calls, 0);
    assert_int_equal(cheb_at(t, 0.2, out), STATUS_OK);
    const int once = made.calls;
    assert_int_equal(cheb_at(t, 0.21, out), STATUS_OK);
    assert_int_equal(made.calls, once);
    for (double x = -3.1; x < 4.9; x += 0.0137) {
        assert_int_equal(cheb_at(t, x, out), STATUS_OK);
        assert_true(fabs(out[0] - sin(x)) < 1e-14);
        assert_true(fabs(out[1] - exp(-x)) < 1e-13 * exp(3.1));
    }
    assert_int_equal(cheb_at(t, 7.3, out), STATUS_NOT_CONVERGED);
    assert_true(isnan(out[0]) && isnan(out[1]));
    assert_int_equal(cheb_at(t, 7.31, out), STATUS_NAN);
    assert_int_equal(cheb_at(t, -3.2, out), STATUS_NAN);
    assert_int_equal(cheb_at(t, NO_NUMBER, out), STATUS_NAN);
    made.factor = 2.385;
    cheb_at(t, 0.2, out);
    assert_true(fabs(out[0] - sin(0.2)) < 1e-14);
    cheb_forget(t);
    cheb_at(t, 0.2, out);
    assert_true(fabs(out[0] - 2.385 * sin(0.2)) < 1e-14);
    cheb_free(t);
    cheb_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table)};
    return cmocka_run_group_tests_name("num/cheb", tests, NULL, NULL);
}
