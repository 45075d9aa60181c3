/* For tests that each have a directory of their own: cmocka_unit_test_setup_teardown(test, set_up, tear_down).
 * The one thing to know: `files` is made anew for every test and removed with all that is in it.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include "files.h"

static Files files;

static int set_up(void **state)
{
    (void)state;
    files = files_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(&files);
    return 0;
}

#endif
