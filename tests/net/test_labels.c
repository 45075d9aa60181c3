/* Labels: which numbers are targets of which task, and how many classes labels have.
 * The one thing to know: a refusal says what the task takes. */
#include <math.h>

#include "fixture.h"
#include "net/labels.h"

static void refusals(void **state)
{
    (void)state;
    static const struct {
        double label;
        bool fits[TASK_COUNT];   /* none, regression, binary, multiclass, multilabel */
    } cases[] = {
        {0, {true, true, true, true, true}},        {1, {true, true, true, true, true}},      {2, {true, true, false, true, false}},
        {-1, {true, true, false, false, false}},    {0.5, {true, true, false, false, false}}, {1e15, {true, true, false, true, false}},
        {1e17, {true, true, false, false, false}},  {-0.0, {true, true, true, true, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (TaskKind task = 0; task < TASK_COUNT; task++)
            assert_true(!label_refusal(task, cases[i].label) == cases[i].fits[task]);
    assert_non_null(strstr(label_refusal(TASK_MULTICLASS, 0.5), "takes 0, 1, 2"));
    assert_non_null(strstr(label_refusal(TASK_BINARY, 3), "neither 0 nor 1"));
}

static void classes(void **state)
{
    (void)state;
    int64_t n = 0;
    assert_int_equal(labels_classes((const double[]){2, 0, 1, 1, 2}, 5, "five", &n), 0);
    assert_int_equal(n, 3);
    assert_int_equal(labels_classes((const double[]){1, 0}, 2, "two", &n), 0);
    assert_int_equal(n, 2);
    FAILS(&files, EXIT_DATA, "'x': every target is 1", labels_classes((const double[]){1, 1, 1}, 3, "x", &n) < 0);
    FAILS(&files, EXIT_DATA, "no target is 0, but one is 3", labels_classes((const double[]){1, 2, 3}, 3, "x", &n) < 0);
    FAILS(&files, EXIT_DATA, "no target is 1, but one is 2", labels_classes((const double[]){0, 2, 0}, 3, "x", &n) < 0);
    FAILS(&files, EXIT_DATA, "no target is 2, but one is 9e+15", labels_classes((const double[]){0, 9e15, 1}, 3, "x", &n) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refusals), cmocka_unit_test(classes)};
    return cmocka_run_group_tests_name("net/labels", tests, set_up, tear_down);
}
