/* MNIST and its kin.
 * The one thing to know: all four come from the same directory. */
#include "net/mnist.h"

#include "base/file.h"

static const char *const names[MNIST_FILES][2] = {
    {"train-images-idx3-ubyte", "train-images.idx3-ubyte"},
    {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte"},
    {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"},
    {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"},
};

static bool find_file(Text *path, const char *directory, const char *below, int which)
{
    static const char *const endings[] = {"", ".gz"};
    for (size_t spelling = 0; spelling < 2; spelling++)
        for (size_t ending = 0; ending < 2; ending++) {
            text_clear(path);
            text_format(path, "%s%s/%s%s", directory, below, names[which][spelling], endings[ending]);
            if (file_exists(text_str(path)))
                return true;
        }
    return false;
}

int mnist_find(const char *directory, Text paths[MNIST_FILES])
{
    static const char *const below[] = {"", "/mnist", "/MNIST/raw"};
    for (size_t place = 0; place < sizeof below / sizeof *below; place++) {
        int missing = -1, found = 0;
        for (int which = 0; which < MNIST_FILES; which++) {
            if (find_file(&paths[which], directory, below[place], which))
                found++;
            else if (missing < 0)
                missing = which;
        }
        if (found == MNIST_FILES)
            return 0;
        if (found)
            return error(EXIT_NOINPUT, "'%s%s' has no %s, plain or .gz, beside the others of MNIST's four files; put it there", directory,
                         below[place], names[missing][0]);
    }
    return error(EXIT_NOINPUT, "no MNIST in '%s': there is no %s, plain or .gz, in it, in its mnist/ or in its MNIST/raw/", directory, names[0][0]);
}
