/* Data sets: values after standardising, sampling, every refusal, and the real files where they are.
 * The one thing to know: real data are looked for in $FATHOM_SHARED_DATA and ../shared/data, and skipped where absent.
 * MNIST's mean 0.1307 and standard deviation 0.3081 are those PyTorch's examples use. */
#include <math.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <gsl/gsl_cdf.h>

#include "fixture.h"
#include "sets.h"

static void constants_become_zero(void **state)
{
    (void)state;
    static const double values[] = {0, 7, 255, 0.1, 1e308, -5e-324};
    Input input;
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        const IdxType type = k < 3 ? IDX_UINT8 : IDX_DOUBLE;
        Image f = image(type, 2, (const uint32_t[]){7, 3});
        for (int i = 0; i < 21; i++)
            put_cell(&f, type, values[k]);
        Dataset *d = open_as(INPUT_IDX, files_write(&files, "same", f.bytes, f.length), &input);
        double *x = all_rows(d);
        for (int i = 0; i < 21; i++)
            assert_true(x[i] == 0);
        free(x);
        dataset_close(d);
    }
    Dataset *d = open_as(INPUT_CSV, files_text(&files, "same.csv", "a,b\n0.1,1\n0.1,2\n0.1,4\n"), &input);
    double row[2];
    for (int64_t i = 0; i < 3; i++) {
        dataset_row(d, i, row);
        assert_true(row[0] == 0 && row[1] != 0);
    }
    dataset_close(d);
}

static void one_row(void **state)
{
    (void)state;
    Input input;
    double row[2];
    Dataset *d = open_as(INPUT_CSV, files_text(&files, "one.csv", "a,b\n3,-7\n"), &input);
    dataset_row(d, 0, row);
    assert_true(row[0] == 0 && row[1] == 0);
    dataset_close(d);
}

/* Columns: standardised each on its own, target dropped wherever it stands and whatever it holds. */
static void csv_columns_standardised(void **state)
{
    (void)state;
    static const char text[] = "a,target,b,c\n1,yes,1e9,1e300\n2,\"no, no\",1000000001,-1e300\n6,,1000000002,0\n";
    Input input;
    Dataset *d = open_as(INPUT_CSV, files_gz(&files, "a.csv.gz", text, sizeof text - 1), &input);
    char identity[32];
    snprintf(identity, sizeof identity, "csv:%08lx", crc32(0, (const unsigned char *)text, sizeof text - 1));
    assert_string_equal(input.identity, identity);
    assert_int_equal(input.rows, 3);
    assert_int_equal(input.width, 3);
    const double want[3][3] = {{-2 / sqrt(14.0 / 3), -sqrt(1.5), sqrt(1.5)},
                               {-1 / sqrt(14.0 / 3), 0, -sqrt(1.5)},
                               {3 / sqrt(14.0 / 3), sqrt(1.5), 0}};
    double *x = all_rows(d);
    for (int i = 0; i < 9; i++)
        assert_true(fabs(x[i] - want[i / 3][i % 3]) < 1e-14);
    free(x);
    dataset_close(d);
}

/* A table longer than the room it begins with. */
static void csv_long(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    char *text = mem_alloc(ROWS + 1, 40);
    size_t n = (size_t)sprintf(text, "a,b,c\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t)sprintf(text + n, "%d,%.6f,%d\n", i, sin(i) + 1e6, i * i % 101);
    Input input;
    Dataset *d = open_as(INPUT_CSV, files_write(&files, "long.csv", text, n), &input);
    assert_int_equal(input.rows, ROWS);
    double *x = all_rows(d), mean, variance;
    for (size_t j = 0; j < 3; j++) {
        moments_of(x + j, 3 * ROWS - j, 3, &mean, &variance);
        assert_true(fabs(mean) < 1e-9);
        assert_true(fabs(variance - 1) < 1e-9);
    }
    for (int i = 0; i < ROWS; i++)
        assert_true(fabs(x[3 * i] - (i - (ROWS - 1) / 2.0) / sqrt(((double)ROWS * ROWS - 1) / 12)) < 1e-12);
    free(x);
    free(text);
    dataset_close(d);
}

static void csv_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "is empty"},
        {"a,b\n", "no rows"},
        {"a,b", "no rows"},
        {"target\n1\n2\n", "no column but 'target'"},
        {"a,b\n1,x\n", "line 2, column 'b': 'x' is not a finite number"},
        {"a,b\n1,2\n3,\n", "line 3, column 'b': '' is not a finite number"},
        {"a,b\n1,NaN\n", "'NaN' is not a finite number"},
        {"a,b\n1,inf\n", "'inf' is not a finite number"},
        {"a,b\n1,2\n3\n", "line 3: 1 cells where the header has 2"},
        {"a,target\n1,2\nx\x1b[31m,2\n", "'x?[31m' is not a finite number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(&files, EXIT_DATA, cases[i].said, refused(INPUT_CSV, files_text(&files, "bad.csv", cases[i].text)));
    FAILS(&files, EXIT_NOINPUT, "No such file", refused(INPUT_CSV, files_path(&files, "absent.csv")));
}

/* Honest files that do not fit, read by a child whose address space is limited; the sanitizers' shadow memory does not
 * live under such a limit. FAILS sees the child's line and the parent's code. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER
#endif
#endif
#else
#define UNDER_SANITIZER
#endif

/* Whether the file is refused with 71 where 24 MiB more may be mapped. */
static bool too_big_here(InputKind kind, const char *path)
{
    const pid_t child = fork();
    if (child == 0) {
        unsigned long pages = 0;
        FILE *f = fopen("/proc/self/statm", "re");
        if (!f || fscanf(f, "%lu", &pages) != 1)
            _exit(1);
        fclose(f);
        const rlim_t most = pages * (rlim_t)sysconf(_SC_PAGESIZE) + (24 << 20);
        const struct rlimit limit = {.rlim_cur = most, .rlim_max = most};
        _exit(setrlimit(RLIMIT_AS, &limit) == 0 && refused(kind, path) ? (int)error_code() : 1);
    }
    int status;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_TOOBIG;
}

static void too_big(void **state)
{
    (void)state;
#ifdef UNDER_SANITIZER
    (void)too_big_here;
    print_message("skipped under sanitizers\n");
#else
    enum { BYTES = 48 << 20, LINES = 3 << 20, LINE = 4 };
    const Image f = image(IDX_UINT8, 2, (const uint32_t[]){BYTES, 1});
    files_write(&files, "big", f.bytes, f.length);
    assert_int_equal(truncate(files.path, (off_t)f.length + BYTES), 0);
    FAILS(&files, EXIT_DONE, "does not fit in the memory", too_big_here(INPUT_IDX, files.path));
    char *text = mem_alloc(LINES, LINE);
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + LINE * i, "1,2\n", LINE);
    files_write(&files, "big.csv", text, (size_t)LINES * LINE);
    free(text);
    FAILS(&files, EXIT_DONE, "does not fit in the memory", too_big_here(INPUT_CSV, files.path));
#endif
}

/* All 20 ordered choices of 2 rows of 5, equally likely: χ² with 19 degrees of freedom. A false alarm has
 * probability 1e-6, but the seed is fixed, so none happens. */
static void sample_is_uniform(void **state)
{
    (void)state;
    enum { DRAWS = 20000 };
    Input input;
    Dataset *d = open_as(INPUT_CSV, files_text(&files, "five.csv", "a\n1\n2\n3\n4\n5\n"), &input);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int counts[5][5] = {{0}};
    int64_t rows[5];
    for (int i = 0; i < DRAWS; i++) {
        dataset_sample(d, rng, 2, rows);
        counts[rows[0]][rows[1]]++;
    }
    double chi2 = 0;
    for (int i = 0; i < 25; i++) {
        const int c = counts[i / 5][i % 5];
        if (i / 5 == i % 5)
            assert_int_equal(c, 0);
        else
            chi2 += (c - DRAWS / 20.0) * (c - DRAWS / 20.0) / (DRAWS / 20.0);
    }
    assert_true(gsl_cdf_chisq_Q(chi2, 19) > 1e-6);
    int seen[5] = {0};
    dataset_sample(d, rng, 5, rows);
    for (int i = 0; i < 5; i++)
        seen[rows[i]]++;
    for (int i = 0; i < 5; i++)
        assert_int_equal(seen[i], 1);
    double x[5];
    dataset_batch(d, rows, 5, x);
    for (int i = 0; i < 5; i++)
        assert_true(fabs(x[i] - (double)(rows[i] - 2) / sqrt(2)) < 1e-15);
    gsl_rng_free(rng);
    dataset_close(d);
}

static void real_mnist(void **state)
{
    (void)state;
    char path[512];
    if (!shared_file("mnist/train-images-idx3-ubyte.gz", path, sizeof path))
        return;
    Input input;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    Dataset *d = open_as(INPUT_IDX, path, &input);
    clock_gettime(CLOCK_MONOTONIC, &end);
    print_message("MNIST, 60,000 images, read in %.2f s; %s\n",
                  (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec), input.identity);
    assert_int_equal(input.rows, 60000);
    assert_int_equal(input.width, 784);
    /* the corner of every image is black: its standardised value is −mean/sd; white is (255 − mean)/sd */
    double x[784], sum = 0, squares = 0, lowest = 0, highest = 0;
    for (int64_t i = 0; i < input.rows; i++) {
        double row_sum = 0, row_squares = 0;
        dataset_row(d, i, x);
        for (int j = 0; j < 784; j++) {
            row_sum += x[j];
            row_squares += x[j] * x[j];
            lowest = fmin(lowest, x[j]);
            highest = fmax(highest, x[j]);
        }
        sum += row_sum;
        squares += row_squares;
    }
    const double n = 60000.0 * 784, sd = 1 / (highest - lowest), mean = -lowest * sd;
    assert_true(fabs(sum / n) < 1e-11);
    assert_true(fabs(squares / n - 1) < 1e-11);
    assert_true(fabs(mean - 0.1307) < 5e-5);
    assert_true(fabs(sd - 0.3081) < 5e-5);
    dataset_close(d);
}

static void real_tables(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t rows, width;
    } tables[] = {{"tabular/iris.csv", 150, 4},
                  {"tabular/wine.csv", 178, 13},
                  {"tabular/breast_cancer.csv", 569, 30},
                  {"tabular/digits.csv", 1797, 64},
                  {"tabular/diabetes.csv", 442, 10}};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        char path[512];
        if (!shared_file(tables[t].name, path, sizeof path))
            continue;
        Input input;
        Dataset *d = open_as(INPUT_CSV, path, &input);
        assert_int_equal(input.rows, tables[t].rows);
        assert_int_equal(input.width, tables[t].width);
        double *x = all_rows(d), mean, variance;
        const size_t width = (size_t)input.width, all = (size_t)input.rows * width;
        for (size_t j = 0; j < width; j++) {
            moments_of(x + j, all - j, width, &mean, &variance);
            assert_true(fabs(mean) < 1e-13);
            assert_true(fabs(variance - 1) < 1e-13 || variance == 0);
        }
        free(x);
        dataset_close(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_become_zero),
        cmocka_unit_test(one_row),
        cmocka_unit_test(csv_columns_standardised),
        cmocka_unit_test(csv_long),
        cmocka_unit_test(csv_refused),
        cmocka_unit_test(too_big),
        cmocka_unit_test(sample_is_uniform),
        cmocka_unit_test(real_mnist),
        cmocka_unit_test(real_tables),
    };
    return cmocka_run_group_tests_name("net/dataset", tests, set_up, tear_down);
}
