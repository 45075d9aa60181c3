/* CSV reading: what RFC 4180 allows, what is refused, plain and gzip alike.
 * The one thing to know: every refusal names the line on which the trouble stands.
 * Cases after RFC 4180, section 2. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/mem.h"
#include "fixture.h"

static CsvReader *open_text(const char *text)
{
    CsvReader *r = csv_open(files_text(&files, "a.csv", text));
    assert_non_null(r);
    return r;
}

static void expect_row(CsvReader *r, size_t line, const char *a, const char *b)
{
    const char *const *cells;
    assert_int_equal(csv_next(r, &cells), 1);
    assert_int_equal(csv_line(r), line);
    assert_string_equal(cells[0], a);
    assert_string_equal(cells[1], b);
}

static void expect_end(CsvReader *r)
{
    const char *const *cells;
    assert_int_equal(csv_next(r, &cells), 0);
    assert_int_equal(csv_next(r, &cells), 0);
    csv_close(r);
}

static void plain_rows(void **state)
{
    (void)state;
    CsvReader *r = open_text("x,y\n1,2\n-3.5e2,\n");
    assert_int_equal(csv_columns(r), 2);
    assert_string_equal(csv_name(r, 0), "x");
    assert_string_equal(csv_name(r, 1), "y");
    assert_int_equal(csv_find(r, "y"), 1);
    assert_int_equal(csv_find(r, "z"), -1);
    double x;
    expect_row(r, 2, "1", "2");
    assert_int_equal(csv_number(r, 1, &x), 0);
    assert_true(x == 2);
    expect_row(r, 3, "-3.5e2", "");
    assert_int_equal(csv_number(r, 0, &x), 0);
    assert_true(x == -350);
    assert_string_equal(csv_name(r, 0), "x");
    expect_end(r);
}

static void line_ends(void **state)
{
    (void)state;
    CsvReader *r = open_text("x,y\r\n1,2\r\n\r\n\n3,4\n\"5\",\"6\"\r\n7,8\r");
    expect_row(r, 2, "1", "2");
    expect_row(r, 5, "3", "4");
    expect_row(r, 6, "5", "6");
    expect_row(r, 7, "7", "8");
    expect_end(r);
    r = open_text("x,y\n1,2");
    expect_row(r, 2, "1", "2");
    expect_end(r);
    r = open_text("x,y\n1\r,2\n,\"\"");
    expect_row(r, 2, "1\r", "2");
    expect_row(r, 3, "", "");
    expect_end(r);
}

static void quotes(void **state)
{
    (void)state;
    CsvReader *r = open_text("\"x,1\",\"y\"\n\"a \"\"b\"\"\",\"two\r\nlines\"\n\"\",c\"d\n1,2\n");
    assert_string_equal(csv_name(r, 0), "x,1");
    expect_row(r, 2, "a \"b\"", "two\r\nlines");
    expect_row(r, 4, "", "c\"d");
    expect_row(r, 5, "1", "2");
    expect_end(r);
}

static void one_column(void **state)
{
    (void)state;
    CsvReader *r = open_text("\xef\xbb\xbfx\n1\n\n\"\"\n2\n");
    const char *const *cells;
    assert_string_equal(csv_name(r, 0), "x");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(csv_next(r, &cells), 1);
        assert_string_equal(cells[0], i == 0 ? "1" : i == 1 ? "" : "2");
    }
    expect_end(r);
}

/* Rows that straddle the reader's 64 KiB chunks at every offset, through gzip, and the checksum of what was read. */
static void long_file(void **state)
{
    (void)state;
    enum { ROWS = 30000, ROOM = 1 << 20 };
    char *text = mem_alloc(ROOM, 1);
    size_t n = (size_t)sprintf(text, "x,y\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t)sprintf(text + n, "\"%d\"\"\",%.*s\r\n", i, i % 7, "abcdefg");
    assert_true(n < ROOM);
    CsvReader *r = csv_open(files_gz(&files, "a.csv.gz", text, (unsigned)n));
    assert_non_null(r);
    for (int i = 0; i < ROWS; i++) {
        char a[16], b[16];
        snprintf(a, sizeof a, "%d\"", i);
        snprintf(b, sizeof b, "%.*s", i % 7, "abcdefg");
        expect_row(r, (size_t)i + 2, a, b);
    }
    const char *const *cells;
    assert_int_equal(csv_next(r, &cells), 0);
    assert_int_equal(csv_crc(r), crc32(0, (const unsigned char *)text, (unsigned)n));
    expect_end(r);
    free(text);
}

/* Is this text, or the first row of it, refused? */
static bool refused(const char *path)
{
    CsvReader *r = csv_open(path);
    if (!r)
        return true;
    const char *const *cells;
    int state;
    do {
        double x;
        state = csv_next(r, &cells);
        for (size_t i = 0; state == 1 && i < csv_columns(r); i++)
            if (csv_number(r, i, &x))
                state = -1;
    } while (state == 1);
    csv_close(r);
    return state < 0;
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "is empty"},
        {"\n\r\n", "is empty"},
        {"\xef\xbb\xbf", "is empty"},
        {"x,y\n1,2\n3\n", "line 3: 1 cells where the header has 2"},
        {"x,y\n1,2,3\n", "line 2: 3 cells where the header has 2"},
        {"x,y\n1,\"2\n3,4\n", "line 2: a quote is opened and never closed"},
        {"x,\"y", "line 1: a quote is opened and never closed"},
        {"x,y\n1,\"2\"3\n", "line 2: text after a closing quote"},
        {"x,y\n1,\"2\"\r3\n", "line 2: text after a closing quote"},
        {"x,y\n1,2\n1,two\n", "line 3, column 'y': 'two' is not a finite number"},
        {"x,y\nnan,2\n", "line 2, column 'x': 'nan' is not a finite number"},
        {"x,y\n1,-inf\n", "line 2, column 'y': '-inf' is not a finite number"},
        {"x,y\n1,1e999\n", "'1e999' is not a finite number"},
        {"x,y\n1,\n", "line 2, column 'y': '' is not a finite number"},
        {"x,y\n1,0x10\n", "'0x10' is not a finite number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(&files, EXIT_DATA, cases[i].said, refused(files_text(&files, "bad.csv", cases[i].text)));
    FAILS(&files, EXIT_DATA, "line 2: a NUL byte", refused(files_write(&files, "nul.csv", "x,y\n1,\0002\n", 10)));
    FAILS(&files, EXIT_DATA, "line 3: a NUL byte", refused(files_write(&files, "nul.csv", "x,y\n1,\"\n\0002\n", 12)));
}

/* Small files that unpack into much: the line limit holds before the memory is asked for. */
static void bombs(void **state)
{
    (void)state;
    const size_t n = 17 << 20;
    char *text = mem_alloc(n, 1);
    memset(text, 'x', n);
    FAILS(&files, EXIT_DATA, "line 1: longer than 16 MiB", refused(files_gz(&files, "x.csv.gz", text, (unsigned)n)));
    memset(text, ',', n);
    FAILS(&files, EXIT_DATA, "line 1: more than 1000000 columns", refused(files_gz(&files, "x.csv.gz", text, (unsigned)n)));
    free(text);
}

static void missing(void **state)
{
    (void)state;
    FAILS(&files, EXIT_NOINPUT, "No such file", refused(files_path(&files, "absent.csv")));
    FAILS(&files, EXIT_NOINPUT, "No such file", refused(""));
    FAILS(&files, EXIT_NOINPUT, "directory", refused(files.directory));
    if (geteuid() != 0) {
        files_text(&files, "locked.csv", "x\n1\n");
        assert_int_equal(chmod(files.path, 0), 0);
        FAILS(&files, EXIT_NOINPUT, "Permission denied", refused(files.path));
    }
}

/* A gzip file cut at every length, and with every byte changed: refused, or (a change in the gzip header's
 * time stamp, say) read as it was. */
static void torn_gzip(void **state)
{
    (void)state;
    static const char text[] = "x,y\n1,2\n3,4\n5,6\n";
    unsigned char whole[256], bytes[256];
    const size_t n = files_read(files_gz(&files, "a.csv.gz", text, sizeof text - 1), whole, sizeof whole);
    for (size_t cut = 2; cut < n; cut++)
        FAILS(&files, EXIT_DATA, "cut short", refused(files_write(&files, "cut.csv.gz", whole, cut)));
    for (size_t i = 10; i < n; i++) {
        memcpy(bytes, whole, n);
        bytes[i] ^= 0x55;
        FAILS(&files, EXIT_DATA, "gzip", refused(files_write(&files, "bad.csv.gz", bytes, n)));
    }
}

static void *feed(void *path)
{
    FILE *out = fopen(path, "wb");
    fputs("x,y\n1,2\n", out);
    fclose(out);
    return NULL;
}

static void fifo(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s", files_path(&files, "fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, feed, path), 0);
    CsvReader *r = csv_open(path);
    assert_non_null(r);
    expect_row(r, 2, "1", "2");
    expect_end(r);
    pthread_join(writer, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_rows), cmocka_unit_test(line_ends), cmocka_unit_test(quotes),
        cmocka_unit_test(one_column), cmocka_unit_test(long_file), cmocka_unit_test(refusals),
        cmocka_unit_test(bombs),      cmocka_unit_test(missing),   cmocka_unit_test(torn_gzip),
        cmocka_unit_test(fifo),
    };
    return cmocka_run_group_tests_name("base/csv", tests, set_up, tear_down);
}
