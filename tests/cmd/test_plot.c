/* fathom plot end to end: every figure with the real gnuplot, every format, hostile names, refusals.
 * The one thing to know: without gnuplot 5.4 the drawing tests are skipped; refusals are tested all the same. */
#include "show/trainings.h"

#include <glob.h>

#include "base/proc.h"
#include "cmd/cmd.h"
#include "show/figure.h"

static const RunCurve two[] = {{.activation = "sigmoid", .init = "glorot-normal", .rate = -0.627, .mean = 0.5, .variance = 1e-3},
                               {.activation = "selu", .init = "lecun-normal", .rate = 0.001, .mean = 0.01, .variance = 1.05}};

static int plot(const char *dir, const char *format, const char *figure)
{
    static char name[] = "plot", quiet[] = "-q", what[64], which[64], where[1024];   /* getopt keeps a pointer into -q */
    char *argv[] = {name, quiet, what, where, which, NULL};
    snprintf(what, sizeof what, "--format=%s", format);
    snprintf(where, sizeof where, "%s", dir);
    snprintf(which, sizeof which, "--figure=%s", figure ? figure : "");
    fflush(stdout);
    const int out = dup(STDOUT_FILENO);
    assert_non_null(freopen("/dev/null", "w", stdout));
    const int result = command_run(command_find("plot"), figure ? 5 : 4, argv);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    return result;
}

static void test_refusals(void **state)
{
    (void)state;
    Files f = files_make();
    char run[512];
    FAILS(&f, EXIT_NOINPUT, "no such directory", plot("/nonexistent/run", "png", NULL));
    FAILS(&f, EXIT_DATA, "is not a run", plot(f.directory, "png", NULL));
    snprintf(run, sizeof run, "%s", files_text(&f, "file", "x"));
    FAILS(&f, EXIT_DATA, "is not a directory", plot(run, "png", NULL));
    snprintf(run, sizeof run, "%s/run", f.directory);
    run_make(run, two, 2, (const int[]){5}, 1);
    FAILS(&f, EXIT_USAGE, "did you mean 'png'", plot(run, "pnt", NULL));
    FAILS(&f, EXIT_USAGE, "did you mean 'grad-norm'", plot(run, "png", "grad-nrom"));
    FAILS(&f, EXIT_DATA, "figure decay-vs-depth cannot be drawn", plot(run, "png", "decay-vs-depth"));
    /* Without gnuplot the numbers are kept. */
    setenv("FATHOM_GNUPLOT", "/nonexistent", 1);
    FAILS(&f, EXIT_NOTOOL, "--format svg", plot(run, "svg", "grad-norm"));
    unsetenv("FATHOM_GNUPLOT");
    assert_int_equal(access(files_path(&f, "run/figures/grad-norm.csv"), R_OK), 0);
    /* A file where the folder should be. */
    snprintf(run, sizeof run, "%s/other", f.directory);
    run_make(run, two, 2, (const int[]){5}, 1);
    files_text(&f, "other/figures", "");
    FAILS(&f, EXIT_CANTCREATE, "other/figures", plot(run, "png", NULL));
    files_remove(&f);
}

static void need_gnuplot(void)
{
    char *path = proc_find("gnuplot");
    if (!path)
        skip();
    free(path);
}

static size_t read_picture(const char *dir, const char *name, char *bytes, size_t room)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/figures/%s", dir, name);
    return files_read(path, bytes, room);
}

/* Every figure in every format; png and svg are the same bytes twice; nothing but pictures and their numbers is left. */
static void test_formats(void **state)
{
    (void)state;
    need_gnuplot();
    enum { ROOM = 1 << 22, THEORY = 4, TRAINING = 7 };   /* figures of theory alone, and of training */
    Files f = files_make();
    run_make(f.directory, two, 2, (const int[]){4, 8}, 2);
    char *first = malloc(ROOM), *second = malloc(ROOM);
    static const char *const repeatable[] = {"png", "svg"};
    for (size_t k = 0; k < 2; k++) {
        char name[64];
        snprintf(name, sizeof name, "grad-norm.%s", repeatable[k]);
        assert_int_equal(plot(f.directory, repeatable[k], NULL), 0);
        const size_t n = read_picture(f.directory, name, first, ROOM);
        assert_int_equal(plot(f.directory, repeatable[k], "grad-norm"), 0);
        assert_int_equal(read_picture(f.directory, name, second, ROOM), n);
        assert_memory_equal(first, second, n);
    }
    assert_int_equal(plot(f.directory, "pdf", "saturation"), 0);
    assert_int_equal(plot(f.directory, "tex", "grad-heatmap"), 0);
    assert_int_equal(plot(f.directory, "dumb", "decay-vs-depth"), 0);
    glob_t found;
    char pattern[512];
    snprintf(pattern, sizeof pattern, "%s/figures/*", f.directory);
    assert_int_equal(glob(pattern, GLOB_PERIOD, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 2 + 3 * (figures.count - THEORY - TRAINING) + 1 + 2);   /* of a sweep without theory.csv: ".", "..", png, svg and csv of each, a pdf, a tex with its pdf */
    globfree(&found);
    free(first);
    free(second);
    files_remove(&f);
}

/* Text from CSV cells and paths reaches the picture as text, in every format, and executes nothing. */
static void test_hostile(void **state)
{
    (void)state;
    need_gnuplot();
    static const char *const hostile[] = {
        "`touch pwned`", "$(touch pwned)", "\"\"; system('touch pwned')", "'.system('touch pwned').'", "|touch pwned", "<touch pwned",
        "\\write18{touch pwned}", "@ARG1\\n`touch pwned`", "%s%n%x", "\x1b]0;x\x07\xff\xfe",
    };
    enum { N = sizeof hostile / sizeof *hostile };
    Files f = files_make();
    char here[512], run[1024], cells[N][128];
    assert_non_null(getcwd(here, sizeof here));
    RunCurve curves[N];
    for (int i = 0; i < N; i++) {
        snprintf(cells[i], sizeof cells[i], "\"%s\"", hostile[i]);
        curves[i] = (RunCurve){.activation = cells[i], .init = "he-normal", .rate = -0.1, .variance = 1};
    }
    snprintf(run, sizeof run, "%s/`touch pwned` $(touch pwned)\n'\"<|touch pwned", f.directory);
    assert_int_equal(chdir(f.directory), 0);
    static const char *const all[] = {"png", "svg", "tex", "dumb"};
    run_make(run, curves, N, (const int[]){3}, 1);
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(plot(run, all[k], k == 1 ? "saturation" : "grad-norm"), 0);
    run_make(run, curves, 6, (const int[]){3}, 1);
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(plot(run, all[k], "grad-norm"), 0);
    char svg[1 << 18];
    const size_t n = read_picture(run, "grad-norm.svg", svg, sizeof svg - 1);
    svg[n] = '\0';
    assert_non_null(strstr(svg, "$(touch pwned)"));
    assert_non_null(strstr(svg, "&lt;touch pwned"));
    assert_null(strstr(svg, "<touch pwned"));
    ProcResult r;
    const char *const find[] = {"/usr/bin/find", f.directory, "-name", "pwned", NULL};
    assert_int_equal(proc_run(&(ProcJob){.argv = find, .seconds = 5, .most = 1000}, &r), 0);
    assert_int_equal(r.status, 0);
    assert_string_equal(text_str(&r.out), "");
    proc_done(&r);
    assert_int_equal(chdir(here), 0);
    files_remove(&f);
}

static const char *const of_training[] = {"training-curves", "grad-by-step", "trainability", "trainability-activation", "lr-depth", "histograms", "dead-units"};

/* Every figure of training as a whole picture, of a run that learns, and of one that breaks; with names that would execute something. */
static void test_training(void **state)
{
    (void)state;
    need_gnuplot();
    enum { ROOM = 1 << 22 };
    Files f = files_make();
    char run[512], here[512], *bytes = malloc(ROOM);
    const TrainingCurve learns[] = {
        {.activation = "tanh", .init = "gaussian", .sigma_w = "1", .rate = -0.2, .after = -0.1, .learns_to = 2, .reach = 3, .chi = 0.5},
        {.activation = "tanh", .init = "gaussian", .sigma_w = "2", .rate = 0.1, .after = 0.1, .learns_to = 5, .reach = 9, .chi = 1.5, .breaks = 1},
        {.activation = "relu", .init = "he-normal", .learns_to = 2},
        {.activation = "selu", .init = "lecun-normal", .learns_to = 5},
        {.activation = "selu", .init = "lecun-normal", .lr = "1", .breaks = 3},
    };
    snprintf(run, sizeof run, "%s/learns", f.directory);
    training_make(run, learns, 5, (const int[]){2, 5}, 2);
    for (size_t i = 0; i < sizeof of_training / sizeof *of_training; i++)
        for (int svg = 0; svg < 2; svg++) {
            char name[64];
            assert_int_equal(plot(run, svg ? "svg" : "png", of_training[i]), 0);
            snprintf(name, sizeof name, "%s.%s", of_training[i], svg ? "svg" : "png");
            const size_t n = read_picture(run, name, bytes, ROOM);
            assert_true(n > 3000 && !memcmp(bytes, svg ? "<?xml" : "\x89PNG", svg ? 5 : 4));
        }
    assert_int_equal(plot(run, "tex", "trainability"), 0);
    assert_int_equal(plot(run, "pdf", "histograms"), 0);
    assert_int_equal(plot(run, "dumb", "training-curves"), 0);
    assert_int_equal(plot(run, "dumb", "dead-units"), 0);
    FAILS(&f, EXIT_DATA, "needs colours", plot(run, "dumb", "histograms"));
    snprintf(run, sizeof run, "%s/breaks", f.directory);
    training_make(run, (const TrainingCurve[]){{.activation = "relu", .init = "he-normal", .breaks = TRAINING_SEEDS}}, 1, (const int[]){3}, 1);
    static const char *const broken[] = {"training-curves", "grad-by-step", "histograms", "dead-units"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(plot(run, "svg", broken[i]), 0);
    const TrainingCurve hostile[] = {{.activation = "\"`touch pwned`\"", .init = "he-normal", .learns_to = 5}, {.activation = "\"'.system('touch pwned').'\"", .init = "he-normal"}};
    snprintf(run, sizeof run, "%s/hostile", f.directory);
    training_make(run, hostile, 2, (const int[]){2, 5}, 2);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(f.directory), 0);
    static const char *const named[] = {"training-curves", "trainability-activation", "histograms"};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        assert_int_equal(plot(run, i == 1 ? "tex" : "svg", named[i]), 0);
    assert_int_not_equal(access("pwned", F_OK), 0);
    assert_int_equal(chdir(here), 0);
    free(bytes);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_training),
    };
    return cmocka_run_group_tests_name("plot", tests, NULL, NULL);
}
