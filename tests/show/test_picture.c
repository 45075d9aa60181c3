/* Pictures: shared and own ranges, cells, captions; rooms that cannot be made; where the scripts are looked for.
 * The one thing to know: panels share a range unless their span is out of all proportion. */
#include "files.h"

#include <math.h>
#include <sys/stat.h>

#include "show/picture.h"
#include "show/room.h"
#include "show/share.h"

static void test_ranges(void **state)
{
    (void)state;
    bool own[4];
    Range alike[4] = {{0, 1}, {-1, 0}, RANGE_EMPTY, {0, 2}};
    range_share(alike, own, 4, 1, 12);
    for (int i = 0; i < 4; i++) {
        assert_false(own[i]);
        assert_true(alike[i].low < -1 && alike[i].low > -1.2 && alike[i].high > 2 && alike[i].high < 2.2);
    }
    Range mixed[4] = {{0, 1}, {-300, 0}, {-1, 0}, {0, 1}};
    range_share(mixed, own, 4, 1, 12);
    assert_true(!own[0] && own[1] && !own[2] && !own[3]);
    assert_true(mixed[1].low < -300 && mixed[0].low > -2 && mixed[3].low == mixed[0].low);
    Range flat[1] = {{5, 5}};
    range_share(flat, own, 1, 1, 12);
    assert_true(flat[0].low == 4.5 && flat[0].high == 5.5);
    Range none[2] = {RANGE_EMPTY, RANGE_EMPTY};
    range_share(none, own, 2, 1, 12);
    assert_true(none[0].low < none[0].high && none[1].low == none[0].low);
    Range held = RANGE_EMPTY;
    range_hold(&held, HUGE_VAL);
    range_hold(&held, 3);
    range_hold(&held, -HUGE_VAL);
    assert_true(held.low == 3 && held.high == 3);
}

static void test_cells(void **state)
{
    (void)state;
    Picture p = {0};
    picture_cell(&p, -627.5);
    picture_cell(&p, -HUGE_VAL);
    picture_cell(&p, NOT_GIVEN);
    picture_row_name(&p, "a \"b\", c");
    assert_string_equal(text_str(&p.data), ",-627.5,,,\"a \"\"b\"\", c\"\n");
    picture_say(&p, "One.");
    picture_say(&p, "%d.", 2);
    assert_string_equal(text_str(&p.caption), "One. 2.");
    picture_free(&p);
}

static void test_rooms(void **state)
{
    (void)state;
    Files f = files_make();
    char path[512];
    snprintf(path, sizeof path, "%s/new", f.directory);
    assert_int_equal(room_folder(path), 0);
    assert_int_equal(room_folder(path), 0);
    FAILS(&f, EXIT_CANTCREATE, "make the directory writable", room_folder("/nonexistent/new") < 0);
    Room room;
    FAILS(&f, EXIT_CANTCREATE, "/nonexistent", room_open(&room, "/nonexistent") < 0);
    assert_int_equal(room_open(&room, path), 0);
    const Text text = {.data = (char[]){"x"}, .length = 1};
    assert_int_equal(room_write(&room, "a", &text), 0);
    FAILS(&f, EXIT_CANTCREATE, "cannot create", room_write(&room, "no/such", &text) < 0);
    FAILS(&f, EXIT_NOINPUT, "script", room_copy(&room, "b", "/nonexistent/script") < 0);
    FAILS(&f, EXIT_WRITE, "write error", room_release(&room, "none", path, "b") < 0);
    assert_int_equal(room_release(&room, "a", path, "b"), 0);
    room_close(&room);
    assert_int_equal(remove(files_path(&f, "new/b")), 0);
    assert_int_equal(rmdir(path), 0);   /* the room is gone, or this fails */
    if (access("/dev/full", W_OK) == 0) {
        Room device = {.path = (char[]){"/dev"}};
        FAILS(&f, EXIT_WRITE, "No space left", room_write(&device, "full", &text) < 0);
    }
    files_remove(&f);
}

static void test_share(void **state)
{
    (void)state;
    Files f = files_make();
    char *old = getenv("FATHOM_DATA") ? strdup(getenv("FATHOM_DATA")) : NULL;
    unsetenv("FATHOM_DATA");
    char *found = share_figures();   /* in the source tree around this program, or installed */
    if (found)
        assert_non_null(strstr(found, "figures"));
    else
        error_reset();
    free(found);
    setenv("FATHOM_DATA", f.directory, 1);
    FAILS(&f, EXIT_NOINPUT, "no figures/theme.gp", !share_figures());
    char folder[512];
    snprintf(folder, sizeof folder, "%s/figures", f.directory);
    assert_int_equal(mkdir(folder, 0777), 0);
    files_text(&f, "figures/theme.gp", "");
    found = share_figures();
    assert_string_equal(found, folder);
    free(found);
    if (old)
        setenv("FATHOM_DATA", old, 1);
    else
        unsetenv("FATHOM_DATA");
    free(old);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_rooms),
        cmocka_unit_test(test_share),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
