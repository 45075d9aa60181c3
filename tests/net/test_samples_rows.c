/* Rows of samples by index, batches that do not fit, and every refusal.
 * The one thing to know: what a refusal says names what was wrong, the value, where, and what to do. */
#include "parts.h"

/* Any rows, in any order, more than once; the row's neighbours stay as they were. */
static void rows_by_index(void **state)
{
    (void)state;
    static const char *const words[] = {"blobs", NULL, NULL};
    static const int64_t rows[] = {7, 0, 7, 31, 2};
    char bytes[1400], reals[1400];
    for (size_t k = 0; k < 3; k++) {
        const char *word = words[k] ? words[k] : k == 1 ? write_pair(IDX_UINT8, 60, bytes, sizeof bytes) : write_pair(IDX_FLOAT, 60, reals, sizeof reals);
        Samples *s = open_data(word, TASK_NONE);
        const size_t width = (size_t)samples_facts(s)->width;
        double *all = inputs_of(s, PART_TRAIN), x[6 * 16];
        float f[6 * 16];
        x[5 * width] = 2.385;
        f[5 * width] = 2.385F;
        samples_inputs(s, PART_TRAIN, rows, 5, x);
        samples_inputsf(s, PART_TRAIN, rows, 5, f);
        assert_true(x[5 * width] == 2.385 && f[5 * width] == 2.385F);
        for (size_t i = 0; i < 5; i++) {
            assert_memory_equal(x + i * width, all + (size_t)rows[i] * width, width * sizeof *x);
            for (size_t j = 0; j < width; j++)
                NEAR((double)f[i * width + j], x[i * width + j], 4e-7 * fmax(1, fabs(x[i * width + j])));
        }
        free(all);
        samples_close(s);
    }
}

/* A row of numbers wider than the chunk that float goes through. */
static void wide_rows(void **state)
{
    (void)state;
    char word[1400], path[600];
    enum { IMAGES = 3, WIDTH = 300 };
    Image f = image(IDX_INT16, 2, (const uint32_t[]){IMAGES, WIDTH}), g = image(IDX_UINT8, 1, (const uint32_t[]){IMAGES});
    for (int i = 0; i < IMAGES * WIDTH; i++)
        put_cell(&f, IDX_INT16, i * i % 20011 - 7000);
    for (int i = 0; i < IMAGES; i++)
        put_cell(&g, IDX_UINT8, i % 2);
    snprintf(path, sizeof path, "%s", files_write(&files, "wide", f.bytes, f.length));
    snprintf(word, sizeof word, "idx:%s,%s", path, files_write(&files, "wide-labels", g.bytes, g.length));
    for (uint64_t seed = 0; seed < 8; seed++) {   /* a training part of one class is refused */
        Samples *s = NULL;
        files_listen(&files);
        s = samples_open(&(SamplesPlan){word, TASK_BINARY, 0, 0.3, seed});
        char said[512];
        files_hear(&files, said, sizeof said);
        assert_true(s ? !*said : strstr(said, "all 2 training samples have the target 0") != NULL);
        if (s)
            free(inputs_of(s, PART_TRAIN));
        samples_close(s);
    }
    error_reset();
}

static void words_refused(void **state)
{
    (void)state;
    static const struct {
        const char *data, *said;
        TaskKind task;
        int64_t samples;
        double fraction;
        ExitCode code;
    } cases[] = {
        {"mnist", "write mnist:DIR", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"mnist:", "write mnist:DIR", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"csv", "write csv:FILE", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"idx:images", "write idx:IMAGES,LABELS", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"idx:images,", "write idx:IMAGES,LABELS", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"idx:,labels", "write idx:IMAGES,LABELS", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"spirles", "did you mean 'spirals'?", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"mnits:there", "did you mean 'mnist'?", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"spirals:0", "TURNS must be from 0.1 to 100", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"blobs:2.5", "CLASSES must be a whole number", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"blobs", "write blobs:2 for two classes", TASK_BINARY, 0, NOT_GIVEN, EXIT_USAGE},
        {"xor:3", "xor takes no number", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"csv:there", "csv needs --task", TASK_NONE, 0, NOT_GIVEN, EXIT_USAGE},
        {"spirals", "--task regression does not go with --data spirals", TASK_REGRESSION, 0, NOT_GIVEN, EXIT_USAGE},
        {"multilabel", "--task binary does not go with", TASK_BINARY, 0, NOT_GIVEN, EXIT_USAGE},
        {"xor", "--test-fraction 0: must be more than 0", TASK_NONE, 0, 0, EXIT_USAGE},
        {"xor", "--test-fraction 1: must be more than 0 and less than 1", TASK_NONE, 0, 1, EXIT_USAGE},
        {"xor", "a test part of 0.2 of 2 samples leaves none to test on", TASK_NONE, 2, NOT_GIVEN, EXIT_DATA},
        {"xor", "a test part of 0.9 of 4 samples leaves none to learn from", TASK_NONE, 4, 0.9, EXIT_DATA},
        {"xor", "do not fit in the memory", TASK_NONE, (int64_t)1 << 50, NOT_GIVEN, EXIT_TOOBIG},
        {"csv:/nowhere/at/all.csv", "No such file", TASK_BINARY, 0, NOT_GIVEN, EXIT_NOINPUT},
        {"idx:/nowhere/a,/nowhere/b", "No such file", TASK_BINARY, 0, NOT_GIVEN, EXIT_NOINPUT},
        {"mnist:/nowhere", "no MNIST in '/nowhere'", TASK_NONE, 0, NOT_GIVEN, EXIT_NOINPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(&files, cases[i].code, cases[i].said,
              refused_plan((SamplesPlan){cases[i].data, cases[i].task, cases[i].samples, cases[i].fraction, 7}));
}

static void tables_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
        TaskKind task;
    } cases[] = {
        {"a,target\n1,1\n2,1\n3,1\n", "every target is 1; with one class", TASK_BINARY},
        {"a,target\n1,1\n2,2\n3,3\n", "no target is 0, but one is 3", TASK_MULTICLASS},
        {"a,target\n1,2.5\n2,2.5\n3,2.5\n", "training samples have the target 2.5", TASK_REGRESSION},
        {"a,target\n1,1\n2,0\n", "leaves none to test on", TASK_BINARY},
        {"a,target\n1,0\n2,3\n", "3 is neither 0 nor 1", TASK_BINARY},
        {"a,b\n1,0\n2,3\n", "no column 'target'", TASK_BINARY},
        {"a,target\n1,0\nnan,1\n", "'nan' is not a finite number", TASK_BINARY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char word[600];
        snprintf(word, sizeof word, "csv:%s", files_text(&files, "bad.csv", cases[i].text));
        FAILS(&files, EXIT_DATA, cases[i].said, refused_plan(plan_of(word, cases[i].task)));
    }
}

static void pairs_refused(void **state)
{
    (void)state;
    char word[1400], images[600], path[600];
    write_pair(IDX_UINT8, 60, word, sizeof word);
    snprintf(images, sizeof images, "%s/images.gz", files.directory);
    FAILS(&files, EXIT_DATA, "label 3 is 2, neither 0 nor 1", refused_plan(plan_of(word, TASK_BINARY)));
    const struct {
        IdxType type;
        double label;
        uint32_t count;
        unsigned dimensions;
        const char *said;
    } cases[] = {
        {IDX_UINT8, 1, 59, 1, "holds 59 labels and"},  {IDX_FLOAT, 0.5, 60, 1, "label 8 is 0.5, not a class"}, {IDX_FLOAT, NOT_GIVEN, 60, 1, "row 8, number 1 is nan"},
        {IDX_INT8, -3, 60, 1, "label 8 is -3, not a class"}, {IDX_INT16, 900, 60, 1, "no target is 2, but one is 900"}, {IDX_UINT8, 1, 60, 2, "has 2 dimensions, and labels have one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Image g = image(cases[i].type, cases[i].dimensions, (const uint32_t[]){cases[i].count, 1});
        for (unsigned k = 0; k < cases[i].count; k++)
            put_cell(&g, cases[i].type, k == 7 ? cases[i].label : k % 2);
        snprintf(path, sizeof path, "%s", files_write(&files, "odd-labels", g.bytes, g.length));
        snprintf(word, sizeof word, "idx:%s,%s", images, path);
        FAILS(&files, EXIT_DATA, cases[i].said, refused_plan(plan_of(word, TASK_NONE)));
    }
    snprintf(word, sizeof word, "idx:%s,%s", path, images);
    FAILS(&files, EXIT_DATA, "has 3 dimensions, and labels have one", refused_plan(plan_of(word, TASK_NONE)));
    Image f = image(IDX_FLOAT, 2, (const uint32_t[]){60, 1});
    for (unsigned k = 0; k < 60; k++)
        put_cell(&f, IDX_FLOAT, k == 59 ? HUGE_VAL : k);
    files_write(&files, "odd-images", f.bytes, f.length);
    snprintf(word, sizeof word, "idx:%s,%s", files.path, path);
    FAILS(&files, EXIT_DATA, "row 60, number 1 is inf", refused_plan(plan_of(word, TASK_NONE)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_by_index), cmocka_unit_test(wide_rows),
        cmocka_unit_test(words_refused), cmocka_unit_test(tables_refused), cmocka_unit_test(pairs_refused),
    };
    return cmocka_run_group_tests_name("net/samples_rows", tests, set_up, tear_down);
}
