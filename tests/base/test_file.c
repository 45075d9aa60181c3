/* Files: replaced whole, appended whole, read, locked, counted; every refusal with its exit code.
 * The one thing to know: /dev/full, directories in the way and a descriptor that does not wait stand for broken disks and odd callers.
 * Permissions are not tested here: root has them all (tests/cli/errors.sh does, as an ordinary user). */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/file.h"
#include "fixture.h"

/* A name in the folder, good until the next but three. */
static const char *in(const char *name)
{
    static char paths[4][600];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", files.directory, name);
    return path;
}

static void check_file(const char *path, const char *wanted)
{
    char text[1000];
    text[files_read(path, text, sizeof text - 1)] = '\0';
    assert_string_equal(text, wanted);
}

static void directories(void **state)
{
    (void)state;
    struct stat s;
    assert_int_equal(file_make_directory(in("a/b//c/")), 0);
    assert_int_equal(stat(in("a/b/c"), &s), 0);
    assert_true(S_ISDIR(s.st_mode));
    assert_int_equal(file_make_directory(in("a/b")), 0);
    assert_int_equal(file_make_directory("/"), 0);
    assert_int_equal(file_make_directory("."), 0);
    files_text(&files, "plain", "");
    FAILS(&files, EXIT_CANTCREATE, "plain", file_make_directory(in("plain")));
    FAILS(&files, EXIT_CANTCREATE, "plain'", file_make_directory(in("plain/x/y")));
    FAILS(&files, EXIT_CANTCREATE, "empty name", file_make_directory(""));
}

static void replacing(void **state)
{
    (void)state;
    assert_int_equal(file_replace(in("r"), "one", 3), 0);
    assert_int_equal(file_replace(in("r"), "other", 5), 0);
    check_file(in("r"), "other");
    assert_false(file_exists(in("r.part")));
    assert_int_equal(file_replace(in("empty"), "", 0), 0);
    check_file(in("empty"), "");
    FAILS(&files, EXIT_CANTCREATE, "cannot create", file_replace(in("nowhere/r"), "x", 1));
    assert_int_equal(mkdir(in("d"), 0777), 0);
    FAILS(&files, EXIT_CANTCREATE, "into place", file_replace(in("d"), "x", 1));
    assert_false(file_exists(in("d.part")));
    assert_int_equal(mkdir(in("e.part"), 0777), 0);
    FAILS(&files, EXIT_CANTCREATE, "cannot create", file_replace(in("e"), "x", 1));
}

/* A disk that is full leaves the old file and no half of the new one. */
static void replacing_on_a_full_disk(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(file_replace(in("f"), "old", 3), 0);
    assert_int_equal(symlink("/dev/full", in("f.part")), 0);
    FAILS(&files, EXIT_WRITE, "No space", file_replace(in("f"), "new", 3));
    check_file(in("f"), "old");
    assert_false(file_exists(in("f.part")));
}

static void reading(void **state)
{
    (void)state;
    Text text = {0};
    files_text(&files, "t", "some text");
    assert_int_equal(file_read(in("t"), &text, 9), 0);
    assert_string_equal(text_str(&text), "some text");
    text_clear(&text);
    FAILS(&files, EXIT_DATA, "longer than 8 bytes", file_read(in("t"), &text, 8));
    text_clear(&text);
    FAILS(&files, EXIT_NOINPUT, "cannot open", file_read(in("absent"), &text, 8));
    FAILS(&files, EXIT_NOINPUT, "cannot read", file_read(files.directory, &text, 8));
    text_free(&text);
    assert_true(file_exists(in("t")));
    assert_false(file_exists(in("absent")));
}

static void locking(void **state)
{
    (void)state;
    const int first = file_lock(files.directory);
    assert_true(first >= 0);
    FAILS(&files, EXIT_LOCKED, "in use by another", file_lock(files.directory) == -1);
    close(first);
    const int second = file_lock(files.directory);
    assert_true(second >= 0);
    close(second);
    FAILS(&files, EXIT_CANTCREATE, "cannot open directory", file_lock(in("absent")) == -1);
}

static void appending(void **state)
{
    (void)state;
    Appender a;
    assert_int_equal(appender_open(&a, in("log")), 0);
    assert_int_equal(appender_put(&a, "one\ntwo\n", 8), 0);
    assert_int_equal(appender_put(&a, "", 0), 0);
    assert_int_equal(appender_sync(&a), 0);
    assert_int_equal(appender_cut(&a, 4), 0);
    assert_int_equal(appender_put(&a, "2\n", 2), 0);
    assert_int_equal(appender_close(&a), 0);
    assert_int_equal(appender_close(&a), 0);
    check_file(in("log"), "one\n2\n");
    FAILS(&files, EXIT_CANTCREATE, "cannot create", appender_open(&a, files.directory));
    FAILS(&files, EXIT_CANTCREATE, "cannot create", appender_open(&a, in("absent/log")));
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(appender_open(&a, "/dev/full"), 0);
    FAILS(&files, EXIT_WRITE, "No space", appender_put(&a, "x", 1));
    assert_int_equal(appender_close(&a), 0);
}

static void *drain(void *argument)
{
    const int *fd = argument;
    char buffer[4096];
    usleep(20000);
    size_t total = 0;
    for (ssize_t n; (n = read(*fd, buffer, sizeof buffer)) > 0;)
        total += (size_t)n;
    return total == 1000000 ? NULL : argument;
}

/* A pipe that another process made non-blocking gives EAGAIN when it is full; that is no failure. */
static void a_pipe_that_does_not_wait(void **state)
{
    (void)state;
    int ends[2];
    pthread_t reader;
    void *wrong;
    char *bytes = calloc(1000000, 1);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(pthread_create(&reader, NULL, drain, &ends[0]), 0);
    Appender a = {.fd = ends[1], .path = strdup("pipe")};
    assert_int_equal(appender_put(&a, bytes, 1000000), 0);
    assert_int_equal(appender_sync(&a), 0);   /* a pipe cannot be synced, and need not */
    assert_int_equal(appender_close(&a), 0);
    assert_int_equal(pthread_join(reader, &wrong), 0);
    assert_null(wrong);
    close(ends[0]);
    free(bytes);
}

static void counting_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t lines, length, whole;
    } all[] = {{"", 0, 0, 0}, {"", 5, 0, 0}, {"a", 5, 0, 0}, {"a\n", 0, 0, 1}, {"a\n", 1, 2, 1}, {"a\n", 5, 2, 1}, {"a\nbc", 5, 2, 1},
               {"a\nbc\nd", 1, 2, 2}, {"a\nbc\nd", 2, 5, 2}, {"\n\n\n", 2, 2, 3}};
    int64_t length, whole;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(file_lines(files_text(&files, "lines", all[i].text), all[i].lines, &length, &whole), 0);
        assert_int_equal(length, all[i].length);
        assert_int_equal(whole, all[i].whole);
    }
    assert_int_equal(file_lines(in("absent"), 3, &length, &whole), 0);
    assert_int_equal(length + whole, 0);
    FAILS(&files, EXIT_NOINPUT, "cannot read", file_lines(files.directory, 3, &length, &whole));
}

/* Lines that lie across the chunks in which a file is read. */
static void counting_many_lines(void **state)
{
    (void)state;
    static char text[300007];
    int64_t length, whole;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 7 == 6 ? '\n' : 'x';
    files_write(&files, "many", text, sizeof text);
    for (int64_t lines = 9360; lines < 9365; lines++) {   /* around 65536 / 7 */
        assert_int_equal(file_lines(files.path, lines, &length, &whole), 0);
        assert_int_equal(length, 7 * lines);
        assert_int_equal(whole, sizeof text / 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directories),   cmocka_unit_test(replacing), cmocka_unit_test(replacing_on_a_full_disk),
        cmocka_unit_test(reading),       cmocka_unit_test(locking),   cmocka_unit_test(appending),
        cmocka_unit_test(a_pipe_that_does_not_wait), cmocka_unit_test(counting_lines), cmocka_unit_test(counting_many_lines),
    };
    return cmocka_run_group_tests_name("file", tests, set_up, tear_down);
}
