/* Samples: parts, standardising and targets of every kind of data.
 * The one thing to know: each value is computed again from the file's own numbers and the rows of the training part alone.
 * MNIST's mean 0.1307 and standard deviation 0.3081 (of the training part, as numbers from 0 to 1) are those PyTorch's examples use. */
#include <sys/stat.h>

#include "parts.h"

/* Training and test part together are the file's rows, each once: row i of the file was row_at[i] (test rows after training rows). The
 * file's first column tells rows apart, and is increasing, so its standardised values are too. */
static void find_rows(const Samples *s, int64_t n, int64_t *row_at)
{
    const SamplesFacts *f = samples_facts(s);
    double *train = inputs_of(s, PART_TRAIN), *test = inputs_of(s, PART_TEST);
    assert_int_equal(f->train + f->test, n);
    for (int64_t i = 0; i < n; i++) {
        const double own = i < f->train ? train[i * f->width] : test[(i - f->train) * f->width];
        int64_t below = 0;
        for (int64_t j = 0; j < n; j++)
            below += (j < f->train ? train[j * f->width] : test[(j - f->train) * f->width]) < own;
        row_at[below] = i;
    }
    free(train);
    free(test);
}

/* csv: column `a` counts, `b` is a square, `c` constant; target by formula. */
enum { TABLE_ROWS = 50 };

static double target_at(int i, TaskKind task)
{
    return task == TASK_REGRESSION ? i * i % 17 - 3.5 : task == TASK_MULTICLASS ? i % 4 : i % 3 == 0;
}

static const char *write_table(TaskKind task, char *word, size_t room)
{
    Text text = {0};
    text_string(&text, task == TASK_MULTILABEL ? "a,target_1,b,target_2,c\n" : "a,target,b,c\n");
    for (int i = 0; i < TABLE_ROWS; i++) {
        text_format(&text, "%d,%g,", i, target_at(i, task));
        text_format(&text, task == TASK_MULTILABEL ? "%d,%d,4\n" : "%d,4\n", i * i, i % 2);
    }
    snprintf(word, room, "csv:%s", files_text(&files, "table.csv", text_str(&text)));
    text_free(&text);
    return word;
}

/* (value - mean)/sd over the training rows of `at`. */
static double standardised(const double *values, const int64_t *row_at, int64_t train, int i)
{
    double mean = 0, variance = 0;
    for (int k = 0; k < TABLE_ROWS; k++)
        mean += row_at[k] < train ? values[k] / (double)train : 0;
    for (int k = 0; k < TABLE_ROWS; k++)
        variance += row_at[k] < train ? pow(values[k] - mean, 2) / (double)train : 0;
    return (values[i] - mean) / sqrt(variance);
}

static void check_table(TaskKind task, HeadKind head)
{
    char word[600];
    int64_t row_at[TABLE_ROWS];
    double a[TABLE_ROWS], b[TABLE_ROWS], y[TABLE_ROWS];
    Samples *s = open_data(write_table(task, word, sizeof word), task);
    const SamplesFacts *f = samples_facts(s);
    const int64_t outputs = task_outputs(task, head, f->targets);
    assert_true(f->train == 40 && f->test == 10 && f->width == 3 && f->task == task && f->data->kind == DATA_CSV);
    assert_int_equal(f->targets, task == TASK_MULTICLASS ? 4 : task == TASK_MULTILABEL ? 2 : 1);
    assert_int_equal(strlen(f->identity), 12);
    find_rows(s, TABLE_ROWS, row_at);
    double *train = inputs_of(s, PART_TRAIN), *test = inputs_of(s, PART_TEST), *train_t = targets_of(s, PART_TRAIN, head), *test_t = targets_of(s, PART_TEST, head);
    for (int i = 0; i < TABLE_ROWS; i++) {
        a[i] = i;
        b[i] = i * i;
        y[i] = target_at(i, task);
    }
    for (int i = 0; i < TABLE_ROWS; i++) {
        const int64_t at = row_at[i] < f->train ? row_at[i] : row_at[i] - f->train;
        const double *x = (row_at[i] < f->train ? train : test) + 3 * at, *t = (row_at[i] < f->train ? train_t : test_t) + outputs * at;
        NEAR(x[0], standardised(a, row_at, f->train, i), 1e-13);
        NEAR(x[1], standardised(b, row_at, f->train, i), 1e-13);
        assert_true(x[2] == 0);
        if (task == TASK_REGRESSION)
            NEAR(t[0], standardised(y, row_at, f->train, i), 1e-13);
        else if (task == TASK_MULTILABEL)
            assert_true(t[0] == y[i] && t[1] == i % 2);
        else if (outputs == 1)
            assert_true(t[0] == y[i]);
        else
            for (int64_t k = 0; k < outputs; k++)
                assert_true(t[k] == ((double)k == y[i]));
    }
    free(train), free(test), free(train_t), free(test_t);
    samples_close(s);
}

static void tables(void **state)
{
    (void)state;
    for (TaskKind task = TASK_REGRESSION; task < TASK_COUNT; task++)
        for (HeadKind head = 0; head < HEAD_COUNT; head++)
            if (task != TASK_REGRESSION || head == HEAD_LINEAR)
                check_table(task, head);
}

/* The split follows from seed, identity and fraction; a smaller test part is a part of a larger one. */
static void splits(void **state)
{
    (void)state;
    char word[600];
    int64_t a[TABLE_ROWS], b[TABLE_ROWS], c[TABLE_ROWS], d[TABLE_ROWS];
    SamplesPlan plan = plan_of(write_table(TASK_BINARY, word, sizeof word), TASK_BINARY);
    Samples *s = open_plan(plan);
    find_rows(s, TABLE_ROWS, a);
    samples_close(s);
    s = open_data(word, TASK_MULTICLASS);   /* the task is no part of it */
    find_rows(s, TABLE_ROWS, b);
    samples_close(s);
    assert_memory_equal(a, b, sizeof a);
    plan.seed = 8;
    s = open_plan(plan);
    find_rows(s, TABLE_ROWS, c);
    samples_close(s);
    assert_memory_not_equal(a, c, sizeof a);
    plan.seed = 7;
    plan.test_fraction = 0.385;
    s = open_plan(plan);
    assert_int_equal(samples_facts(s)->test, 19);
    find_rows(s, TABLE_ROWS, d);
    for (int i = 0; i < TABLE_ROWS; i++)
        assert_true(a[i] < 40 || d[i] >= 31);
    samples_close(s);
}

static void pairs(void **state)
{
    (void)state;
    enum { IMAGES = 60, CELLS = 6 };
    static const IdxType types[] = {IDX_UINT8, IDX_INT8, IDX_INT16, IDX_INT32, IDX_FLOAT, IDX_DOUBLE};
    for (size_t k = 0; k < 6; k++) {
        char word[1400];
        int64_t row_at[IMAGES];
        Samples *s = open_data(write_pair(types[k], IMAGES, word, sizeof word), TASK_NONE);
        const SamplesFacts *f = samples_facts(s);
        assert_true(f->task == TASK_MULTICLASS && f->targets == 3 && f->width == CELLS && f->train == 48 && f->test == 12);
        assert_string_equal(f->identity, pair_identity);
        find_rows(s, IMAGES, row_at);
        double *train = inputs_of(s, PART_TRAIN), *test = inputs_of(s, PART_TEST), *t = targets_of(s, PART_TRAIN, HEAD_SOFTMAX), mean, variance;
        moments_of(train, 48 * CELLS, 1, &mean, &variance);   /* one population, the training part's */
        NEAR(mean, 0, 1e-14);
        NEAR(variance, 1, 1e-14);
        const double *first = row_at[0] < 48 ? train + CELLS * row_at[0] : test + CELLS * (row_at[0] - 48),
                     *last = row_at[59] < 48 ? train + CELLS * row_at[59] : test + CELLS * (row_at[59] - 48);
        const double unit = (last[0] - first[0]) / 118;   /* 59 · 2 */
        for (int i = 0; i < IMAGES; i++) {
            const double *x = row_at[i] < 48 ? train + CELLS * row_at[i] : test + CELLS * (row_at[i] - 48);
            for (int c = 0; c < CELLS; c++)
                NEAR(x[c] - first[0], unit * (c == 0 ? i * 2 : (i * 37 + c * c * 11) % 120), 1e-13);
            for (int c = 0; c < 3 && row_at[i] < 48; c++)
                assert_true(t[3 * row_at[i] + c] == (c == (i * i % 5 == 0 ? 0 : i * i % 5 == 1 ? 1 : 2)));
        }
        free(train), free(test), free(t);
        samples_close(s);
    }
}

/* Four files in a directory, `images` training images and 5 test images, labels below `classes`. */
static const char *write_mnist(unsigned images, unsigned labels, unsigned test_width, unsigned highest, char *word, size_t room)
{
    static const char *const names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    for (unsigned which = 0; which < 4; which++) {
        const bool labelled = which % 2, test = which > 1;
        const unsigned n = labelled ? (test ? 5 : labels) : test ? 5 : images, width = test ? test_width : 4;
        Image f = image(IDX_UINT8, labelled ? 1 : 3, (const uint32_t[]){n, 2, width / 2});
        for (unsigned i = 0; i < n; i++)
            for (unsigned k = 0; k < (labelled ? 1 : width); k++)
                put_big_endian(&f, labelled ? (test && i == 3 ? highest : i % 3) : (test ? 200 : 10) + i * 3 + k, 1);
        files_write(&files, names[which], f.bytes, f.length);
    }
    snprintf(word, room, "mnist:%s", files.directory);
    return word;
}

static void four_files(void **state)
{
    (void)state;
    char word[600];
    Samples *s = open_data(write_mnist(11, 11, 4, 2, word, sizeof word), TASK_NONE);
    const SamplesFacts *f = samples_facts(s);
    assert_true(f->train == 11 && f->test == 5 && f->width == 4 && f->targets == 3 && f->task == TASK_MULTICLASS && f->data->kind == DATA_MNIST);
    assert_int_equal(strlen(f->identity), 14);
    double *train = inputs_of(s, PART_TRAIN), *test = inputs_of(s, PART_TEST), *t = targets_of(s, PART_TEST, HEAD_LINEAR), mean, variance;
    moments_of(train, 44, 1, &mean, &variance);
    NEAR(mean, 0, 1e-14);
    NEAR(variance, 1, 1e-14);
    for (int i = 0; i < 5; i++)   /* rows in the files' order, the test part in the training part's units */
        for (int k = 0; k < 4; k++) {
            NEAR(test[4 * i + k], train[0] + (train[1] - train[0]) * (190 + 3 * i + k), 1e-12);
            assert_true(k > 2 || t[3 * i + k] == (k == (i == 3 ? 2 : i % 3)));
        }
    free(train), free(test), free(t);
    samples_close(s);
    FAILS(&files, EXIT_DATA, "holds 10 labels and", refused_plan(plan_of(write_mnist(11, 10, 4, 2, word, sizeof word), TASK_NONE)));
    FAILS(&files, EXIT_DATA, "holds images of 6 numbers, the training part ones of 4", refused_plan(plan_of(write_mnist(11, 11, 6, 2, word, sizeof word), TASK_NONE)));
    FAILS(&files, EXIT_DATA, "label 4 is 3, but the training part's classes are 0 to 2", refused_plan(plan_of(write_mnist(11, 11, 4, 3, word, sizeof word), TASK_NONE)));
    FAILS(&files, EXIT_USAGE, "which has its own test part", refused_plan((SamplesPlan){word, TASK_NONE, 0, 0.3, 7}));
    FAILS(&files, EXIT_USAGE, "--samples goes with made data", refused_plan((SamplesPlan){word, TASK_NONE, 99, NOT_GIVEN, 7}));
    FAILS(&files, EXIT_USAGE, "--task binary does not go with --data mnist", refused_plan(plan_of(word, TASK_BINARY)));
    char path[600];
    snprintf(path, sizeof path, "%s/t10k-labels-idx1-ubyte", files.directory);
    assert_int_equal(truncate(path, 9), 0);
    FAILS(&files, EXIT_DATA, "but holds 1", refused_plan(plan_of(word, TASK_NONE)));
    assert_int_equal(remove(path), 0);
    FAILS(&files, EXIT_NOINPUT, "has no t10k-labels-idx1-ubyte", refused_plan(plan_of(word, TASK_NONE)));
}

/* The mean of the first input over both parts, on a scale from its least to its greatest: the same for any standardising. */
static double shape_of(const Samples *s)
{
    double sum = 0, lowest = HUGE_VAL, highest = -HUGE_VAL, n = 0;
    for (SamplesPart part = PART_TRAIN; part <= PART_TEST; part++) {
        double *x = inputs_of(s, part);
        for (int64_t i = 0; i < rows_in(s, part); i++, n++) {
            const double u = x[i * samples_facts(s)->width];
            sum += u;
            lowest = fmin(lowest, u);
            highest = fmax(highest, u);
        }
        free(x);
    }
    return (sum / n - lowest) / (highest - lowest);
}

/* Made sets: identity, parts, standardised columns; the same again, another with another seed. */
static void made_sets(void **state)
{
    (void)state;
    static const struct {
        const char *word, *identity;
        TaskKind task, becomes;
        int64_t samples, targets;
    } sets[] = {
        {"spirals", "spirals@2000", TASK_NONE, TASK_BINARY, 0, 1},       {"spirals:2.385", "spirals:2.385@151", TASK_MULTICLASS, TASK_MULTICLASS, 151, 2},
        {"xor", "xor@300", TASK_NONE, TASK_BINARY, 300, 1},              {"teacher", "teacher@10000", TASK_NONE, TASK_REGRESSION, 0, 1},
        {"teacher", "teacher@400", TASK_BINARY, TASK_BINARY, 400, 1},    {"teacher", "teacher@400", TASK_MULTICLASS, TASK_MULTICLASS, 400, 10},
        {"blobs", "blobs@300", TASK_NONE, TASK_MULTICLASS, 300, 3},      {"blobs:5", "blobs:5@300", TASK_NONE, TASK_MULTICLASS, 300, 5},
        {"blobs:2", "blobs:2@300", TASK_BINARY, TASK_BINARY, 300, 1},    {"multilabel", "multilabel@300", TASK_NONE, TASK_MULTILABEL, 300, 5},
    };
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        const SamplesPlan plan = {sets[k].word, sets[k].task, sets[k].samples, NOT_GIVEN, 7};
        Samples *s = open_plan(plan), *again = open_plan(plan), *other = open_plan((SamplesPlan){sets[k].word, sets[k].task, sets[k].samples, NOT_GIVEN, 8});
        const SamplesFacts *f = samples_facts(s);
        assert_string_equal(f->identity, sets[k].identity);
        assert_true(f->task == sets[k].becomes && f->targets == sets[k].targets && f->width == f->data->width);
        assert_int_equal(f->train + f->test, sets[k].samples ? sets[k].samples : f->data->samples);
        double *x = inputs_of(s, PART_TRAIN), *x2 = inputs_of(again, PART_TRAIN), *x3 = inputs_of(other, PART_TRAIN), mean, variance;
        const size_t width = (size_t)f->width, all = (size_t)f->train * width;
        assert_memory_equal(x, x2, all * sizeof *x);
        assert_memory_not_equal(x, x3, all * sizeof *x);
        NEAR(shape_of(s), shape_of(again), 0);
        assert_true(fabs(shape_of(s) - shape_of(other)) > 1e-6);   /* not only the split is another */
        for (size_t j = 0; j < width; j++) {
            moments_of(x + j, all - j, width, &mean, &variance);
            NEAR(mean, 0, 1e-13);
            NEAR(variance, 1, 1e-13);
        }
        if (f->task == TASK_REGRESSION) {
            double *t = targets_of(s, PART_TRAIN, HEAD_LINEAR);
            moments_of(t, (size_t)f->train, 1, &mean, &variance);
            NEAR(mean, 0, 1e-13);
            NEAR(variance, 1, 1e-13);
            free(t);
        }
        free(x), free(x2), free(x3);
        samples_close(s), samples_close(again), samples_close(other);
    }
    Samples *s = open_plan((SamplesPlan){"spirals:1.2345678901234567", TASK_NONE, 1000000, NOT_GIVEN, 7});
    assert_int_equal(strncmp(samples_facts(s)->identity, "spirals:x", 9), 0);
    assert_true(strlen(samples_facts(s)->identity) < 32);
    samples_close(s);
}

static void real_mnist(void **state)
{
    (void)state;
    char path[512], word[600];
    if (!shared_file("mnist/train-images-idx3-ubyte.gz", path, sizeof path))
        return;
    *strrchr(path, '/') = '\0';
    snprintf(word, sizeof word, "mnist:%s", path);
    Samples *s = open_data(word, TASK_NONE);
    const SamplesFacts *f = samples_facts(s);
    assert_true(f->train == 60000 && f->test == 10000 && f->width == 784 && f->targets == 10);
    int64_t *rows = counting(10000);
    double *x = mem_doubles(10000 * 784), *t = mem_doubles(10000 * 10), mean, variance, lowest = 0, highest = 0, count[10] = {0};
    samples_inputs(s, PART_TEST, rows, 10000, x);
    samples_targets(s, PART_TEST, rows, 10000, HEAD_SOFTMAX, t);
    for (size_t i = 0; i < 10000 * 784; i++) {
        lowest = fmin(lowest, x[i]);
        highest = fmax(highest, x[i]);
    }
    NEAR(1 / (highest - lowest), 0.3081, 5e-5);
    NEAR(-lowest / (highest - lowest), 0.1307, 5e-5);
    moments_of(x, 10000 * 784, 1, &mean, &variance);   /* near the training part's, and not the same */
    assert_true(fabs(mean) > 1e-4 && fabs(mean) < 0.02 && fabs(variance - 1) > 1e-4 && fabs(variance - 1) < 0.03);
    for (size_t i = 0; i < 100000; i++)
        count[i % 10] += t[i];
    static const double wanted[] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};   /* of the published test set */
    for (int k = 0; k < 10; k++)
        assert_true(count[k] == wanted[k]);
    free(rows), free(x), free(t);
    samples_close(s);
}

static void real_tables(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        TaskKind task;
        int64_t rows, width, targets;
    } sets[] = {{"tabular/iris.csv", TASK_MULTICLASS, 150, 4, 3},     {"tabular/wine.csv", TASK_MULTICLASS, 178, 13, 3}, {"tabular/breast_cancer.csv", TASK_BINARY, 569, 30, 1},
                {"tabular/digits.csv", TASK_MULTICLASS, 1797, 64, 10}, {"tabular/diabetes.csv", TASK_REGRESSION, 442, 10, 1}};
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        char path[512], word[600];
        if (!shared_file(sets[k].name, path, sizeof path))
            continue;
        snprintf(word, sizeof word, "csv:%s", path);
        Samples *s = open_data(word, sets[k].task);
        const SamplesFacts *f = samples_facts(s);
        assert_true(f->train + f->test == sets[k].rows && f->width == sets[k].width && f->targets == sets[k].targets);
        assert_int_equal(f->test, llround(0.2 * (double)sets[k].rows));
        free(inputs_of(s, PART_TEST));
        samples_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),    cmocka_unit_test(splits),     cmocka_unit_test(pairs),       cmocka_unit_test(four_files),
        cmocka_unit_test(made_sets), cmocka_unit_test(real_mnist), cmocka_unit_test(real_tables),
    };
    return cmocka_run_group_tests_name("net/samples", tests, set_up, tear_down);
}
