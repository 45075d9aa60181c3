/* Panels: they cover the range once, end at stops, and are short where the function varies.
 * The one thing to know: checked over 24 decades of scale, with centre and kinks anywhere.
 * No outside numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>

#include "num/breaks.h"

static bool ends_at(const Breaks *b, double g)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->at[i] == g)
            return true;
    return false;
}

static void check(const Breaks *b, double centre, double unit)
{
    assert_true(b->at[0] == 0 && b->at[b->count - 1] == b->far && b->count < MOST_BREAKS);
    for (size_t i = 1; i < b->count; i++) {
        const double from = b->at[i - 1], to = b->at[i], off = fmin(fabs(from - centre), fabs(to - centre));
        assert_true(to > from && to - from < 3.8);
        if (unit < 0.9 && !(from < centre && to > centre))
            assert_true(to - from <= 3.001 * fmax(off, unit) + 3e-13);
    }
}

static void cover(void **state)
{
    (void)state;
    for (double far = 8.3; far < 10; far += 1.2)
        for (double sd = 1.3e-12; sd < 1e16; sd *= 7.7)
            for (double centre = 0; centre < 12; centre += 0.83) {
            Breaks b;
            breaks_start(&b, far, centre * sd, 1, 0, sd);
            breaks_stop(&b, 0.3711);
            breaks_stop(&b, -4.44);
            breaks_stop(&b, 0);
            breaks_stop(&b, 17);
            breaks_cut(&b);
            check(&b, fabs(centre * sd) / sd, 1 / sd);
            assert_true(ends_at(&b, 0.3711) && ends_at(&b, 4.44));
            assert_true(centre == 0 || centre >= far || ends_at(&b, fabs(centre * sd) / sd));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cover)};
    return cmocka_run_group_tests_name("num/breaks", tests, NULL, NULL);
}
