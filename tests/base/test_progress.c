/* Progress: when it speaks, and what it says.
 * The one thing to know: standard error is a file here, so `auto` speaks once a minute and `always` rewrites its line.
 * `shown` and `start` are set back to make time pass. */
#include "base/progress.h"
#include "fixture.h"

/* What is said of 30 of 100 items, of which 10 were there before, `waited` seconds after the start. */
static void hear(const char *mode, bool quiet, double waited, char *said, size_t room)
{
    Progress p;
    files_listen(&files);
    progress_begin(&p, "networks", 100, 10, mode, quiet);
    p.start -= waited;
    p.shown -= waited;
    progress_show(&p, 30);
    progress_show(&p, 31);   /* at once: nothing is said again */
    progress_end(&p);
    files_hear(&files, said, room);
}

static void to_a_file_once_a_minute(void **state)
{
    (void)state;
    char said[400];
    hear("auto", false, 59, said, sizeof said);
    assert_string_equal(said, "");
    hear("auto", false, 80, said, sizeof said);
    assert_string_equal(said, "fathom: 30/100 networks, 0.25/s, 4 min 40 s left\n");
}

static void always_rewrites_its_line(void **state)
{
    (void)state;
    char said[400];
    hear("always", false, 80, said, sizeof said);
    assert_string_equal(said, "\r\033[Kfathom: 30/100 networks, 0.25/s, 4 min 40 s left\r\033[K");
    hear("always", false, 0, said, sizeof said);
    assert_string_equal(said, "");
}

static void silence(void **state)
{
    (void)state;
    char said[400];
    hear("never", false, 1e6, said, sizeof said);
    assert_string_equal(said, "");
    hear("auto", true, 1e6, said, sizeof said);
    assert_string_equal(said, "");
    hear("always", true, 1e6, said, sizeof said);
    assert_string_equal(said, "");
}

static void nothing_done_yet(void **state)
{
    (void)state;
    Progress p;
    char said[400];
    files_listen(&files);
    progress_begin(&p, "networks", 100, 10, "auto", false);
    p.shown -= 100;
    progress_show(&p, 10);
    progress_end(&p);
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: 10/100 networks\n");
}

static void a_label_comes_first(void **state)
{
    (void)state;
    Progress p;
    char said[400];
    files_listen(&files);
    progress_begin(&p, "networks", 100, 10, "auto", false);
    p.label = "C05 rates (2 of 28)";
    p.shown -= 100;
    progress_show(&p, 10);
    progress_end(&p);
    files_hear(&files, said, sizeof said);
    assert_string_equal(said, "fathom: C05 rates (2 of 28): 10/100 networks\n");
}

static void modes(void **state)
{
    (void)state;
    assert_int_equal(progress_check("auto") + progress_check("always") + progress_check("never"), 0);
    FAILS(&files, EXIT_USAGE, "--progress 'sometimes'", progress_check("sometimes"));
    FAILS(&files, EXIT_USAGE, "--progress ''", progress_check(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_a_file_once_a_minute), cmocka_unit_test(always_rewrites_its_line), cmocka_unit_test(silence),
        cmocka_unit_test(nothing_done_yet),        cmocka_unit_test(modes),                    cmocka_unit_test(a_label_comes_first),
    };
    return cmocka_run_group_tests_name("progress", tests, set_up, tear_down);
}
