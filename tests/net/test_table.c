/* Tables: which columns are targets, by task and name, and every refusal.
 * The one thing to know: without a task 'target' may hold anything; test_dataset.c has the rest of that case. */
#include "fixture.h"
#include "net/table.h"

static void expect(const char *text, TaskKind task, int64_t width, int64_t targets, const double *x, const double *y)
{
    Table t;
    assert_int_equal(table_read(files_text(&files, "a.csv", text), task, &t), 0);
    assert_int_equal(t.crc, crc32(0, (const unsigned char *)text, (unsigned)strlen(text)));
    assert_int_equal(t.rows, 2);
    assert_int_equal(t.width, width);
    assert_int_equal(t.targets, targets);
    assert_memory_equal(t.x, x, (size_t)(2 * width) * sizeof *x);
    if (targets)
        assert_memory_equal(t.y, y, (size_t)(2 * targets) * sizeof *y);
    table_free(&t);
    assert_null(t.x);
}

static void targets_by_name(void **state)
{
    (void)state;
    static const char one[] = "a,target,b\n1.5,1,2.385\n3,0,-4\n", several[] = "target_2,a,target_1\n1,7,0\n0,8,1\n";
    static const double ab[] = {1.5, 2.385, 3, -4}, t[] = {1, 0}, a[] = {7, 8}, both[] = {0, 1, 1, 0}, all[] = {1, 7, 0, 0, 8, 1};
    for (TaskKind task = TASK_REGRESSION; task <= TASK_MULTICLASS; task++)
        expect(one, task, 2, 1, ab, t);
    expect(one, TASK_NONE, 2, 0, ab, NULL);
    expect(several, TASK_MULTILABEL, 1, 2, a, both);
    expect(several, TASK_REGRESSION, 1, 2, a, both);
    expect(several, TASK_NONE, 3, 0, all, NULL);   /* names with numbers are targets only to a task that may have several */
    expect("target_1,target,a\n1,1,7\n0,0,8\n", TASK_BINARY, 2, 1, (const double[]){1, 7, 0, 8}, t);
    expect("target_1,a\n1,7\n0,8\n", TASK_MULTILABEL, 1, 1, a, t);
    expect("target_x,target_0,target_1.5,target_1\n1,2,3,1\n4,5,6,0\n", TASK_MULTILABEL, 3, 1, (const double[]){1, 2, 3, 4, 5, 6}, t);
}

/* Longer than the room a table begins with. */
static void long_table(void **state)
{
    (void)state;
    enum { ROWS = 9000 };
    char *text = calloc(ROWS + 1, 24);
    size_t n = (size_t)sprintf(text, "target,a\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t)sprintf(text + n, "%d.5,%d\n", i, -i);
    Table t;
    assert_int_equal(table_read(files_write(&files, "long.csv", text, n), TASK_REGRESSION, &t), 0);
    assert_int_equal(t.rows, ROWS);
    for (int i = 0; i < ROWS; i++)
        assert_true(t.y[i] == i + 0.5 && t.x[i] == -i);
    table_free(&t);
    free(text);
}

static bool refused(const char *path, TaskKind task)
{
    Table t;
    return table_read(path, task, &t) < 0 && !t.x && !t.y;
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
        TaskKind task;
    } cases[] = {
        {"a,b\n1,2\n", "has no column 'target'; name the column", TASK_BINARY},
        {"a,target_1\n1,2\n", "has no column 'target'", TASK_MULTICLASS},
        {"a,b\n1,2\n", "has no columns 'target_1', 'target_2', ...", TASK_MULTILABEL},
        {"a,target\n1,1\n", "has no columns 'target_1', 'target_2', ...", TASK_MULTILABEL},
        {"a,target,target\n1,0,1\n", "has a column 'target' and 1 more targets", TASK_BINARY},
        {"a,target,target_1\n1,0,1\n", "has a column 'target' and 1 more targets", TASK_REGRESSION},
        {"a,target_1,target_3\n1,0,1\n", "has 0 columns 'target_2' among 2 targets", TASK_MULTILABEL},
        {"a,target_1,target_1\n1,0,1\n", "has 2 columns 'target_1' among 2 targets", TASK_MULTILABEL},
        {"a,target_1,target_9007199254740993\n1,0,1\n", "has 0 columns 'target_2'", TASK_MULTILABEL},
        {"target\n1\n", "there is nothing to feed a network", TASK_BINARY},
        {"a,target\n1,\n", "line 2, column 'target': '' is not a finite number", TASK_BINARY},
        {"a,target\n1,nan\n", "column 'target': 'nan' is not a finite number", TASK_REGRESSION},
        {"a,target\ninf,1\n", "column 'a': 'inf' is not a finite number", TASK_REGRESSION},
        {"a,target\n,1\n", "column 'a': '' is not a finite number", TASK_REGRESSION},
        {"a,target\n1,0\n2,2\n", "line 3, column 'target': 2 is neither 0 nor 1", TASK_BINARY},
        {"a,target\n1,0\n2,1.5\n", "line 3, column 'target': 1.5 is not a class", TASK_MULTICLASS},
        {"a,target\n1,0\n2,-1\n", "-1 is not a class", TASK_MULTICLASS},
        {"a,target_1\n1,0\n2,0.5\n", "line 3, column 'target_1': 0.5 is neither 0 nor 1", TASK_MULTILABEL},
        {"a,target\n1,yes\n", "'yes' is not a finite number", TASK_BINARY},
        {"a,target\n", "no rows", TASK_BINARY},
        {"a,target\n1,1\n2\n", "line 3: 1 cells where the header has 2", TASK_BINARY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(&files, EXIT_DATA, cases[i].said, refused(files_text(&files, "bad.csv", cases[i].text), cases[i].task));
    FAILS(&files, EXIT_NOINPUT, "No such file", refused(files_path(&files, "absent.csv"), TASK_BINARY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(targets_by_name), cmocka_unit_test(long_table), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests_name("net/table", tests, set_up, tear_down);
}
