/* Statuses: every outcome has its own name, the worst of two is the first in the table, GSL's codes have one each.
 * The one thing to know: names are what readers of the CSV files see; the table is walked, not repeated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <string.h>

#include "num/status.h"

static void names(void **state)
{
    (void)state;
    for (int s = 0; s < STATUS_COUNT; s++) {
        const char *name = status_name((Status)s);
        assert_non_null(name);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        for (int t = 0; t < s; t++)
            assert_string_not_equal(name, status_name((Status)t));
    }
    assert_string_equal(status_name(STATUS_NO_FIXED_POINT), "no-fixed-point");
}

static void worst(void **state)
{
    (void)state;
    assert_int_equal(status_worse(STATUS_OK, STATUS_UNSTABLE), STATUS_UNSTABLE);
    assert_int_equal(status_worse(STATUS_NAN, STATUS_NONE), STATUS_NAN);
    for (int s = 0; s < STATUS_COUNT; s++)
        assert_int_equal(status_worse((Status)s, STATUS_OK), s);
}

static void gsl_codes(void **state)
{
    (void)state;
    assert_int_equal(status_of_gsl(GSL_SUCCESS), STATUS_OK);
    assert_int_equal(status_of_gsl(GSL_EDOM), STATUS_NAN);
    assert_int_equal(status_of_gsl(GSL_EOVRFLW), STATUS_OVERFLOW);
    assert_int_equal(status_of_gsl(GSL_EUNDRFLW), STATUS_UNDERFLOW);
    assert_int_equal(status_of_gsl(GSL_EMAXITER), STATUS_NOT_CONVERGED);
    assert_int_equal(status_of_gsl(GSL_EROUND), STATUS_NOT_CONVERGED);
    assert_int_equal(status_of_gsl(GSL_EDIVERGE), STATUS_NOT_CONVERGED);
    assert_int_equal(status_of_gsl(12345), STATUS_NOT_CONVERGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(worst), cmocka_unit_test(gsl_codes)};
    return cmocka_run_group_tests_name("num/status", tests, NULL, NULL);
}
