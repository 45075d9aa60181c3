/* Metrics: every task with every head against what one would say by hand, ties and NaN, and outputs far beyond a double.
 * The one thing to know: counts add up over batches; a regression has no accuracy. */
#include "net/metric.h"
#include "support.h"

/* rows × cols outputs and targets, no exponents. */
static double right_of(const double *y, const double *t, size_t rows, size_t cols, TaskKind task, HeadKind head)
{
    double copy[32];
    int64_t e[16] = {0};
    memcpy(copy, y, rows * cols * sizeof *y);
    return metric_right(&(Rows){.x = copy, .exponent = e, .rows = rows, .cols = cols}, t, task, head);
}

static void binary(void **state)
{
    (void)state;
    static const double y[] = {-2.385, 0, 0.2, 0.5, 0.7, NOT_GIVEN}, ones[] = {1, 1, 1, 1, 1, 1}, zeros[6] = {0};
    const struct {
        HeadKind head;
        double on, off;   /* right with all targets 1, and all 0 */
    } rows[] = {{HEAD_SIGMOID, 4, 1}, {HEAD_LINEAR, 2, 3}};
    for (size_t i = 0; i < 2; i++) {
        assert_true(right_of(y, ones, 6, 1, TASK_BINARY, rows[i].head) == rows[i].on);
        assert_true(right_of(y, zeros, 6, 1, TASK_BINARY, rows[i].head) == rows[i].off);
    }
    /* two outputs: class 1 where it is at least as large */
    static const double pairs[] = {1, 2, 2, 1, 3, 3, NOT_GIVEN, 1, 1, NOT_GIVEN}, second[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, first[] = {1, 0, 1, 0, 1, 0, 1, 0, 1, 0};
    assert_true(right_of(pairs, second, 5, 2, TASK_BINARY, HEAD_SOFTMAX) == 2);
    assert_true(right_of(pairs, first, 5, 2, TASK_BINARY, HEAD_SOFTMAX) == 1);
}

static void multiclass(void **state)
{
    (void)state;
    static const double y[] = {0.1, 0.7, 0.2, /**/ -3, -2, -1, /**/ 5, 5, 4, /**/ 5, 5, 4, /**/ NOT_GIVEN, 1, 2, /**/ 1, 2, NOT_GIVEN};
    static const double t[] = {0, 1, 0, /**/ 1, 0, 0, /**/ 1, 0, 0, /**/ 0, 1, 0, /**/ 0, 0, 1, /**/ 0, 1, 0};
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        assert_true(right_of(y, t, 6, 3, TASK_MULTICLASS, head) == 2);   /* the first row, and the first of two equals */
    assert_true(right_of(y, t, 1, 3, TASK_MULTICLASS, HEAD_SOFTMAX) + right_of(y + 3, t + 3, 5, 3, TASK_MULTICLASS, HEAD_SOFTMAX) == 2);
}

static void multilabel(void **state)
{
    (void)state;
    static const double y[] = {-1, 0.2, 3, 0.6, /**/ 0, 0.5, -7, 0.4}, t[] = {0, 1, 1, 0, /**/ 1, 1, 0, 0};
    NEAR(right_of(y, t, 2, 4, TASK_MULTILABEL, HEAD_SIGMOID), 0.75 + 0.75, 0, "sigmoid");
    NEAR(right_of(y, t, 2, 4, TASK_MULTILABEL, HEAD_LINEAR), 0.5 + 0.75, 0, "linear");
    NEAR(right_of(y, t, 2, 4, TASK_MULTILABEL, HEAD_SOFTMAX), 0.75 + 0.5, 0, "softmax: only 3 of the first row has half of all");
    static const double tied[] = {2, 2}, both[] = {1, 1}, with_nan[] = {NOT_GIVEN, 2, 1};
    assert_true(right_of(tied, both, 1, 2, TASK_MULTILABEL, HEAD_SOFTMAX) == 1);
    NEAR(right_of(with_nan, (const double[]){1, 1, 0}, 1, 3, TASK_MULTILABEL, HEAD_SIGMOID), 1.0 / 3, 1e-16, "one is NaN, one right, one not");
    assert_true(right_of(with_nan, (const double[]){1, 0, 0}, 1, 3, TASK_MULTILABEL, HEAD_SOFTMAX) == 0);
}

static void regression(void **state)
{
    (void)state;
    assert_true(isnan(right_of((const double[]){1}, (const double[]){1}, 1, 1, TASK_REGRESSION, HEAD_LINEAR)));
}

static void far_outputs(void **state)
{
    (void)state;
    double y[] = {0.7, 0.71, -0.9, 0.6}, p[4];
    int64_t e[] = {100000, -100000};
    const Rows rows = {.x = y, .exponent = e, .rows = 2, .cols = 2};
    static const double t[] = {0, 1, 0, 1};
    assert_true(metric_right(&rows, t, TASK_MULTICLASS, HEAD_SOFTMAX) == 2);
    assert_true(metric_right(&rows, t, TASK_MULTILABEL, HEAD_SIGMOID) == 0.5 + 1);
    assert_true(metric_right(&rows, t, TASK_MULTILABEL, HEAD_LINEAR) == 0.5 + 0.5);
    metric_predict(p, &rows, HEAD_SIGMOID);
    assert_true(p[0] == 1 && p[1] == 1 && p[2] == 0.5 && p[3] == 0.5);
    metric_predict(p, &rows, HEAD_LINEAR);
    assert_true(isinf(p[0]) && p[2] == 0);
    metric_predict(p, &rows, HEAD_SOFTMAX);
    assert_true(p[0] == 0 && p[1] == 1 && p[2] == 0.5 && p[3] == 0.5);
}

static void predictions(void **state)
{
    (void)state;
    double y[] = {0.3, -1.2, 0.9, 2.385, 0, -40}, p[6], total = 0;
    int64_t e[] = {0, 1};
    const Rows rows = {.x = y, .exponent = e, .rows = 2, .cols = 3};
    metric_predict(p, &rows, HEAD_LINEAR);
    for (size_t i = 0; i < 6; i++)
        assert_true(p[i] == (i < 3 ? y[i] : 2 * y[i]));
    metric_predict(p, &rows, HEAD_SIGMOID);
    for (size_t i = 0; i < 6; i++)
        NEAR(p[i], 1 / (1 + exp(-(i < 3 ? y[i] : 2 * y[i]))), 1e-16, "sigmoid of %g", y[i]);
    metric_predict(p, &rows, HEAD_SOFTMAX);
    for (size_t i = 0; i < 3; i++)
        total += exp(y[i]);
    for (size_t i = 0; i < 3; i++)
        NEAR(p[i], exp(y[i]) / total, 3e-16, "softmax of %g", y[i]);
    NEAR(p[3] + p[4] + p[5], 1, 3e-16, "a whole");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(binary),     cmocka_unit_test(multiclass),  cmocka_unit_test(multilabel),
                                       cmocka_unit_test(regression), cmocka_unit_test(far_outputs), cmocka_unit_test(predictions)};
    return cmocka_run_group_tests_name("net/metric", tests, numbers_ready, NULL);
}
