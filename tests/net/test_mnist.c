/* MNIST's four files: found in three places, under two spellings, plain and compressed, and what is said of one that is missing.
 * The one thing to know: a directory with some of the files is meant, so the next place is not looked into. */
#include <sys/stat.h>

#include "fixture.h"
#include "net/mnist.h"

static const char *const names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

static int find(Text paths[MNIST_FILES])
{
    const int failed = mnist_find(files.directory, paths);
    return failed;
}

static bool missing(void)
{
    Text paths[MNIST_FILES] = {{0}};
    const int failed = find(paths);
    for (size_t i = 0; i < MNIST_FILES; i++)
        text_free(&paths[i]);
    return failed < 0;
}

static void expect_found(const char *below, const char *const spelled[], const char *ending)
{
    Text paths[MNIST_FILES] = {{0}};
    assert_int_equal(find(paths), 0);
    for (size_t i = 0; i < MNIST_FILES; i++) {
        char want[600];
        snprintf(want, sizeof want, "%s%s/%s%s", files.directory, below, spelled[i], ending);
        assert_string_equal(text_str(&paths[i]), want);
        text_free(&paths[i]);
    }
}

static void make_directory(const char *below)
{
    char path[600];
    snprintf(path, sizeof path, "%s%s", files.directory, below);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void places_and_spellings(void **state)
{
    (void)state;
    static const char *const dotted[] = {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"};
    static const char *const places[] = {"/MNIST/raw", "/mnist", ""};
    char name[200], path[600];
    FAILS(&files, EXIT_NOINPUT, "there is no train-images-idx3-ubyte, plain or .gz, in it, in its mnist/ or in its MNIST/raw/", missing());
    make_directory("/mnist");
    make_directory("/MNIST");
    make_directory("/MNIST/raw");
    for (size_t place = 0; place < 3; place++)   /* each is looked into before the ones above */
        for (int kind = 0; kind < 4; kind++) {
            const char *const *spelled = kind / 2 ? names : dotted;
            const char *ending = kind % 2 ? "" : ".gz";
            for (size_t i = 0; i < MNIST_FILES; i++) {
                snprintf(name, sizeof name, "%s/%s%s", *places[place] ? places[place] + 1 : ".", spelled[i], ending);
                files_text(&files, name, "x");
            }
            expect_found(places[place], spelled, ending);
        }
    snprintf(path, sizeof path, "%s/%s", files.directory, names[2]);
    assert_int_equal(remove(path), 0);
    expect_found("", (const char *const[]){names[0], names[1], "t10k-images-idx3-ubyte.gz", names[3]}, "");
    for (int kind = 0; kind < 3; kind++) {
        snprintf(path, sizeof path, "%s/%s%s", files.directory, kind < 2 ? dotted[2] : names[2], kind ? ".gz" : "");
        assert_int_equal(remove(path), 0);
    }
    FAILS(&files, EXIT_NOINPUT, "has no t10k-images-idx3-ubyte, plain or .gz, beside the others", missing());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(places_and_spellings)};
    return cmocka_run_group_tests_name("net/mnist", tests, set_up, tear_down);
}
