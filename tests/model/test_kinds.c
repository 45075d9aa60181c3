/* What goes with what: heads, losses and tasks, each combination by hand; and the rows behind the choices.
 * The one thing to know: the table of legal combinations is written out here a second time, as sentences one would say.
 * Bishop 1995, chapter 6 (matched pairs). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/kinds.h"

static void rows_are_in_order(void **state)
{
    (void)state;
    for (int k = 0; k < HEAD_COUNT; k++)
        assert_int_equal(head_of((Choice){registry_row(&heads, (size_t)k), 0})->kind, k);
    for (int k = 1; k < TASK_COUNT; k++)
        assert_int_equal(task_of((Choice){registry_row(&tasks, (size_t)k - 1), 0})->kind, k);
    for (int k = 0; k <= LOSS_CE; k++)
        assert_int_equal(loss_of((Choice){registry_row(&losses, (size_t)k), 0})->kind, k);
    assert_string_equal(head_name(HEAD_SOFTMAX), "softmax");
    assert_string_equal(loss_name(LOSS_BCE), "bce");
    assert_string_equal(task_name(TASK_MULTILABEL), "multilabel");
    assert_string_equal(task_name(TASK_REGRESSION), "regression");
    assert_string_equal(task_name(TASK_NONE), "none");
}

static void matched_pairs(void **state)
{
    (void)state;
    assert_int_equal(loss_head(LOSS_MSE), HEAD_LINEAR);
    assert_int_equal(loss_head(LOSS_BCE), HEAD_SIGMOID);
    assert_int_equal(loss_head(LOSS_CE), HEAD_SOFTMAX);
    static const struct {
        const char *task;
        HeadKind head;
        LossKind loss;
    } matched[] = {{"regression", HEAD_LINEAR, LOSS_MSE}, {"binary", HEAD_SIGMOID, LOSS_BCE}, {"multiclass", HEAD_SOFTMAX, LOSS_CE},
                   {"multilabel", HEAD_SIGMOID, LOSS_BCE}};
    for (size_t i = 0; i < 4; i++) {
        Choice choice;
        assert_int_equal(registry_choose(&tasks, matched[i].task, &choice), 0);
        assert_int_equal(task_of(choice)->head, matched[i].head);
        assert_int_equal(task_loss(task_of(choice)->kind, matched[i].head), matched[i].loss);
    }
}

/* Every head × loss: linear with mse alone, sigmoid with mse and bce, softmax with all. */
static void heads_and_losses(void **state)
{
    (void)state;
    static const char *const legal[HEAD_COUNT] = {"mse", "mse bce", "mse bce ce"};
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++) {
            const bool listed = strstr(legal[head], loss_name(loss)) && !(loss == LOSS_CE && head != HEAD_SOFTMAX);
            const char *why = head_refusal(head, loss);
            assert_true(listed ? !why : why && strlen(why) > 20);
        }
    assert_non_null(strstr(head_refusal(HEAD_LINEAR, LOSS_BCE), "not a probability"));
    assert_non_null(strstr(head_refusal(HEAD_SIGMOID, LOSS_CE), "sum to 1"));
}

/* The loss that a task gets with any head is one that the three may have, but for the softmax over one real target. */
static void defaults_are_legal(void **state)
{
    (void)state;
    for (TaskKind task = TASK_REGRESSION; task < TASK_COUNT; task++)
        for (HeadKind head = 0; head < HEAD_COUNT; head++) {
            const int64_t targets = task == TASK_MULTICLASS || task == TASK_MULTILABEL ? 5 : 1;
            const char *why = task_refusal(task, head, task_loss(task, head), targets);
            if (task == TASK_REGRESSION && head == HEAD_SOFTMAX)
                assert_non_null(strstr(why, "softmax over one output"));
            else
                assert_null(why);
        }
    assert_null(task_refusal(TASK_REGRESSION, HEAD_SOFTMAX, LOSS_MSE, 2));
    assert_int_equal(task_loss(TASK_MULTICLASS, HEAD_SIGMOID), LOSS_BCE);
    assert_int_equal(task_loss(TASK_MULTICLASS, HEAD_LINEAR), LOSS_MSE);
    assert_int_equal(task_loss(TASK_BINARY, HEAD_SOFTMAX), LOSS_CE);
    assert_int_equal(task_loss(TASK_MULTILABEL, HEAD_SOFTMAX), LOSS_BCE);
}

static void refused_tasks(void **state)
{
    (void)state;
    assert_non_null(strstr(task_refusal(TASK_REGRESSION, HEAD_SIGMOID, LOSS_BCE, 1), "real numbers"));
    assert_non_null(strstr(task_refusal(TASK_REGRESSION, HEAD_SOFTMAX, LOSS_CE, 3), "real numbers"));
    assert_non_null(strstr(task_refusal(TASK_MULTILABEL, HEAD_SOFTMAX, LOSS_CE, 5), "one class a sample"));
    assert_non_null(strstr(task_refusal(TASK_MULTICLASS, HEAD_LINEAR, LOSS_CE, 5), "sum to 1"));
    assert_null(task_refusal(TASK_BINARY, HEAD_SOFTMAX, LOSS_CE, 1));   /* two outputs */
    assert_null(task_refusal(TASK_BINARY, HEAD_SOFTMAX, LOSS_BCE, 1));
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(task_outputs(TASK_BINARY, HEAD_SIGMOID, 1), 1);
    assert_int_equal(task_outputs(TASK_BINARY, HEAD_LINEAR, 1), 1);
    assert_int_equal(task_outputs(TASK_BINARY, HEAD_SOFTMAX, 1), 2);
    assert_int_equal(task_outputs(TASK_MULTICLASS, HEAD_SOFTMAX, 7), 7);
    assert_int_equal(task_outputs(TASK_MULTILABEL, HEAD_SOFTMAX, 5), 5);
    assert_int_equal(task_outputs(TASK_REGRESSION, HEAD_LINEAR, 3), 3);
}

/* Every data set serves its own task; made ones have a width and a number of samples, the others an operand. */
static void data_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < datasets.count; i++) {
        const Data *d = data_of((Choice){registry_row(&datasets, i), 0});
        assert_int_equal(d->kind, i);
        assert_true(d->task == TASK_NONE || (d->serves & 1u << d->task));
        assert_true(d->serves && !(d->serves & 1u << TASK_NONE));
        assert_true(d->operand ? !d->width && !d->samples && !d->named.parameter : d->width > 0 && d->samples > 0);
    }
    for (size_t i = 0; i < optimizers.count; i++)
        assert_true(optimizer_of((Choice){registry_row(&optimizers, i), 0})->lr > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_order), cmocka_unit_test(matched_pairs), cmocka_unit_test(heads_and_losses), cmocka_unit_test(defaults_are_legal),
        cmocka_unit_test(refused_tasks),     cmocka_unit_test(widths),        cmocka_unit_test(data_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
