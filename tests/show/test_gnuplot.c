/* gnuplot kept at arm's length: stubs that are missing, old, mute, failing, warning, hanging, or leave half a picture.
 * The one thing to know: a stub is a shell script named by FATHOM_GNUPLOT; no case needs the real gnuplot. */
#include "files.h"

#include <dirent.h>
#include <sys/stat.h>

#include "show/gnuplot.h"

#define GOOD_PNG "printf 'data IEND\\256B`\\202' > \"$5\""

static void stub(Files *f, const char *version, const char *body)
{
    char script[1024];
    snprintf(script, sizeof script, "#!/bin/sh\n[ \"$1\" = --version ] && { %s; exit; }\n%s\n", version, body);
    const char *path = files_text(f, "stub", script);
    assert_int_equal(chmod(path, 0755), 0);
    setenv("FATHOM_GNUPLOT", path, 1);
}

#define VERSION_5_4 "echo gnuplot 5.4 patchlevel 4"

static bool finds_none(void)
{
    char *path = gnuplot_find("fathom plot results/x");
    free(path);
    return !path;
}

static void test_find(void **state)
{
    (void)state;
    Files f = files_make();
    setenv("FATHOM_GNUPLOT", "/nonexistent/gnuplot", 1);
    FAILS(&f, EXIT_NOTOOL, "then run: fathom plot results/x", finds_none());
    FAILS(&f, EXIT_NOTOOL, "apt-get install gnuplot-nox", finds_none());
    stub(&f, "echo gnuplot 5.2 patchlevel 8", "");
    FAILS(&f, EXIT_NOTOOL, "version 5.2 is too old", finds_none());
    stub(&f, "echo gnuplot 4.6", "");
    FAILS(&f, EXIT_NOTOOL, "version 4.6 is too old", finds_none());
    stub(&f, "echo something else", "");
    FAILS(&f, EXIT_NOTOOL, "not gnuplot's", finds_none());
    stub(&f, "exit 1", "");
    FAILS(&f, EXIT_NOTOOL, "not gnuplot's", finds_none());
    unsetenv("FATHOM_GNUPLOT");
    char *old = strdup(getenv("PATH"));
    setenv("PATH", f.directory, 1);
    FAILS(&f, EXIT_NOTOOL, "not found in PATH", finds_none());
    setenv("PATH", old, 1);
    free(old);
    static const char *const good[] = {"echo gnuplot 5.4 patchlevel 0", "echo gnuplot 5.5 patchlevel rc1", "echo gnuplot 6.0 patchlevel 2"};
    for (size_t i = 0; i < 3; i++) {
        stub(&f, good[i], "");
        assert_false(finds_none());
    }
    unsetenv("FATHOM_GNUPLOT");
    files_remove(&f);
}

static bool draws(Files *f, const char *format, const char *folder, Text *made)
{
    const Text data = {.data = (char[]){"a\n1\n"}, .length = 4}, names = {.data = (char[]){"i\n"}, .length = 2};
    const Drawing d = {.name = "grad-norm", .script = "bands.gp", .words = {"title `touch pwned`", NULL}, .data = &data, .names = &names, .seconds = 1};
    Choice choice;
    assert_int_equal(registry_choose(&formats, format, &choice), 0);
    (void)f;
    return gnuplot_draw(getenv("FATHOM_GNUPLOT"), &d, (const Format *)(const void *)choice.row, folder, made) == 0;
}

/* How many files a folder holds: a failed drawing leaves none behind. */
static int count_files(const char *folder)
{
    DIR *d = opendir(folder);
    assert_non_null(d);
    int n = 0;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    closedir(d);
    return n;
}

static void test_failures(void **state)
{
    (void)state;
    static const struct {
        const char *format, *body, *part;
    } cases[] = {
        {"png", "echo '\"figure.gp\" line 3: undefined variable: x' >&2; exit 1", "undefined variable: x"},
        {"png", GOOD_PNG "; echo '\"figure.gp\" line 9: warning: Skipping data file' >&2", "warning: Skipping"},
        {"png", GOOD_PNG "; kill -9 $$", "status 137"},
        {"png", "exit 0", "incomplete"},
        {"png", ": > \"$5\"", "incomplete"},
        {"png", "printf 'IEND' > \"$5\"", "incomplete"},
        {"svg", "printf '<svg> </sv' > \"$5\"", "incomplete"},
        {"pdf", "printf '%%PDF' > \"$5\"", "incomplete"},
        {"tex", "printf '%s\\n' '\\endgroup' > \"$5\"", "grad-norm-inc.pdf incomplete"},
        {"tex", "echo '%%EOF' > grad-norm-inc.pdf; echo x > \"$5\"", "incomplete"},
        {"dumb", ": > \"$5\"", "incomplete"},
        {"png", "sleep 20", "was stopped"},
    };
    Files f = files_make();
    char folder[512];
    snprintf(folder, sizeof folder, "%s/figures", f.directory);
    assert_int_equal(mkdir(folder, 0777), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text made = {0};
        stub(&f, VERSION_5_4, cases[i].body);
        FAILS(&f, EXIT_WRITE, cases[i].part, !draws(&f, cases[i].format, folder, &made));
        assert_int_equal(count_files(folder), 0);
        text_free(&made);
    }
    unsetenv("FATHOM_GNUPLOT");
    files_remove(&f);
}

static void test_success(void **state)
{
    (void)state;
    Files f = files_make();
    Text made = {0};
    /* What fontconfig grumbles is not gnuplot's warning; the title arrives as one argument. */
    stub(&f, VERSION_5_4,
         "[ \"$1 $2 $3 $4\" = '-d -c figure.gp png' ] && [ \"$6\" = 'title `touch pwned`' ] && [ -f theme.gp ] && [ -f data.csv ] || exit 9\n"
         "echo 'Fontconfig warning: no cache' >&2\n" GOOD_PNG);
    assert_true(draws(&f, "png", f.directory, &made));
    char path[512];
    snprintf(path, sizeof path, "%s/grad-norm.png", f.directory);
    assert_string_equal(text_str(&made), path);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(count_files(f.directory), 2);   /* the picture and the stub */
    text_clear(&made);
    stub(&f, VERSION_5_4, "printf '%s\\n' '\\endgroup' > \"$5\"; echo '%%EOF' > grad-norm-inc.pdf");
    assert_true(draws(&f, "tex", f.directory, &made));
    snprintf(path, sizeof path, "%s/grad-norm.tex", f.directory);
    assert_string_equal(text_str(&made), path);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(count_files(f.directory), 4);
    text_free(&made);
    unsetenv("FATHOM_GNUPLOT");
    files_remove(&f);
}

static void test_places(void **state)
{
    (void)state;
    Files f = files_make();
    Text made = {0};
    stub(&f, VERSION_5_4, GOOD_PNG);
    FAILS(&f, EXIT_CANTCREATE, "cannot create", !draws(&f, "png", "/nonexistent/figures", &made));
    setenv("FATHOM_DATA", f.directory, 1);
    FAILS(&f, EXIT_NOINPUT, "no figures/theme.gp", !draws(&f, "png", f.directory, &made));
    unsetenv("FATHOM_DATA");
    unsetenv("FATHOM_GNUPLOT");
    text_free(&made);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_success),
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests_name("gnuplot", tests, NULL, NULL);
}
