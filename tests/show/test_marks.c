/* Marks: sorted and once each, cells that meet half-way, names where there is room for them.
 * The one thing to know: names are looked for among what the picture was told. */
#include <math.h>
#include <stdlib.h>

#include "show/marks.h"
#include "show/pictures.h"

static Marks marks_of(const double *x, size_t n)
{
    Marks m = {0};
    for (size_t i = 0; i < n; i++)
        marks_add(&m, x[i]);
    return m;
}

static void cells(void **state)
{
    (void)state;
    Marks m = marks_of((const double[]){20, 2, 5, 20, 2}, 5);
    assert_int_equal(m.n, 3);
    assert_true(m.values[0] == 2 && m.values[1] == 5 && m.values[2] == 20);
    assert_int_equal(marks_find(&m, 5), 1);
    assert_true(marks_edge(&m, 0, false) == 0.5 && marks_edge(&m, 0, true) == 3.5);
    assert_true(marks_edge(&m, 1, false) == 3.5 && marks_edge(&m, 1, true) == 12.5);
    assert_true(marks_edge(&m, 2, false) == 12.5 && marks_edge(&m, 2, true) == 27.5);
    free(m.values);
    m = marks_of((const double[]){2.385}, 1);   /* alone: one wide */
    assert_true(marks_edge(&m, 0, true) - marks_edge(&m, 0, false) == 1);
    free(m.values);
}

static size_t named(const Marks *m, bool log, double apart, const char *first)
{
    Picture p = {0};
    marks_name(m, &p, log, apart);
    const size_t n = names_of(&p, PICTURE_TICK);
    if (first) {
        assert_string_equal(name_of(&p, PICTURE_TICK, 0)->text, first);
        assert_true(name_of(&p, PICTURE_TICK, 0)->low == m->values[0]);
    }
    picture_free(&p);
    return n;
}

static void names(void **state)
{
    (void)state;
    Marks m = marks_of((const double[]){2, 20, 5}, 3);
    assert_int_equal(named(&m, false, 0, "2"), 3);
    assert_int_equal(named(&m, false, 2.9, "2"), 3);
    assert_int_equal(named(&m, false, 3.1, NULL), 0);   /* 2 and 5 would touch */
    free(m.values);
    m = marks_of((const double[]){-2, 0}, 2);
    assert_int_equal(named(&m, true, 0, "0.01"), 2);
    free(m.values);
    m = marks_of((const double[]){1, 2, 3, 4, 5, 6, 7}, 7);   /* too many: the axis has its own */
    assert_int_equal(named(&m, false, 0, NULL), 0);
    free(m.values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells), cmocka_unit_test(names)};
    return cmocka_run_group_tests_name("show/marks", tests, NULL, NULL);
}
