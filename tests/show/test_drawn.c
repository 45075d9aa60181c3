/* The figures of theory through the real gnuplot: pictures that are whole, of the stated size, and not blank.
 * The one thing to know: a PNG is read chunk by chunk (checksums, all its pixels), an SVG as text; without gnuplot 5.4 the cases are skipped.
 * PNG: ISO/IEC 15948; bytes per pixel follow from the colour type. */
#include "show/runs.h"

#include "show/figure.h"
#include "show/gnuplot.h"

static const char *const drawn[] = {"phase-diagram", "depth-scales", "trajectories", "length-map"};
enum { DRAWN = sizeof drawn / sizeof *drawn, ROOM = 1 << 22 };

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Pixels as stored: a filter byte and a row, row after row. */
typedef struct {
    uint32_t width, height;
    size_t row;   /* bytes */
    unsigned char *bytes;
} Pixels;

static Pixels png_read(const unsigned char *file, size_t n)
{
    static const unsigned char signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    unsigned char *packed = malloc(n);
    size_t at = sizeof signature, length = 0;
    int type = -1;
    Pixels p = {0};
    bool ended = false;
    assert_true(packed && n > 1000);
    assert_memory_equal(file, signature, sizeof signature);
    while (!ended) {
        assert_true(at + 12 <= n);
        const size_t size = big_endian(file + at);
        const unsigned char *name = file + at + 4, *data = file + at + 8;
        assert_true(size <= n - at - 12);
        assert_int_equal(crc32(crc32(0, NULL, 0), name, (uInt)(size + 4)), big_endian(data + size));
        if (!memcmp(name, "IHDR", 4)) {
            p.width = big_endian(data);
            p.height = big_endian(data + 4);
            assert_int_equal(data[8], 8);
            type = data[9];
        } else if (!memcmp(name, "IDAT", 4)) {
            memcpy(packed + length, data, size);
            length += size;
        }
        ended = !memcmp(name, "IEND", 4);
        at += size + 12;
    }
    assert_int_equal(at, n);
    assert_true(type == 2 || type == 3 || type == 6);
    p.row = 1 + (size_t)p.width * (type == 2 ? 3 : type == 3 ? 1 : 4);
    uLongf whole = (uLongf)(p.row * p.height), there = whole;
    p.bytes = malloc(whole);
    assert_non_null(p.bytes);
    assert_int_equal(uncompress(p.bytes, &there, packed, (uLong)length), Z_OK);
    assert_int_equal(there, whole);
    free(packed);
    return p;
}

/* How many rows are not the same as the one above by filter and content: a blank picture has hardly any. */
static size_t busy_rows(const Pixels *p)
{
    size_t busy = 0;
    for (size_t y = 1; y < p->height; y++)
        busy += memcmp(p->bytes + y * p->row, p->bytes + (y - 1) * p->row, p->row) != 0;
    return busy;
}

static char *gnuplot;

static int set_up(void **state)
{
    (void)state;
    notice_quiet(true);
    gnuplot = gnuplot_find("make check");
    error_reset();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(gnuplot);
    return 0;
}

/* Draw a figure of the run; what was written, to be freed. */
static unsigned char *draw(const Files *f, const char *figure, const char *format, size_t *n)
{
    const Figure *which = (const Figure *)(const void *)registry_find(&figures, figure);
    const Format *kind = (const Format *)(const void *)registry_find(&formats, format);
    assert_true(which && kind);
    Picture p = {0};
    Text made = {0};
    assert_int_equal(which->build(which, f->directory, &p), 0);
    assert_int_equal(picture_draw(&p, gnuplot, figure, which->script, kind, f->directory, &made), 0);
    unsigned char *bytes = malloc(ROOM);
    assert_non_null(bytes);
    *n = files_read(text_str(&made), (char *)bytes, ROOM - 1);
    bytes[*n] = '\0';
    picture_free(&p);
    text_free(&made);
    return bytes;
}

static void pictures_are_whole(void **state)
{
    (void)state;
    if (!gnuplot)
        skip();
    Files f = files_make();
    run_make_plane(&f);
    for (size_t i = 0; i < DRAWN; i++) {
        size_t n;
        unsigned char *bytes = draw(&f, drawn[i], "png", &n);
        Pixels p = png_read(bytes, n);
        if (!(p.width >= 900 && p.height >= 600 && busy_rows(&p) > p.height / 4))
            fail_msg("%s: %u x %u, %zu busy rows", drawn[i], p.width, p.height, busy_rows(&p));
        free(p.bytes);
        free(bytes);
    }
    files_remove(&f);
}

static size_t count_of(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

/* Texts, axes and curves are there, and no number failed to be one. */
static void drawings_say_what_they_show(void **state)
{
    (void)state;
    if (!gnuplot)
        skip();
    static const char *const words[DRAWN][4] = {
        {"tanh is critical near", "chaotic", "critical line", "measured"},
        {"depth scale", "diverges near", "weight scale", "σ_b 0"},
        {"of their fixed point q*", "length: variance of z", "cosine between samples", "layer"},
        {"of their fixed point q*", "at layer", "Rings: the fixed point", "length: variance of z"},
    };
    Files f = files_make();
    run_make_plane(&f);
    for (size_t i = 0; i < DRAWN; i++) {
        size_t n;
        char *text = (char *)draw(&f, drawn[i], "svg", &n);
        assert_int_equal(strlen(text), n);
        assert_true(!strncmp(text, "<?xml", 5) && strstr(text, "</svg>"));
        for (size_t k = 0; k < 4; k++)
            if (!strstr(text, words[i][k]))
                fail_msg("%s does not say '%s'", drawn[i], words[i][k]);
        assert_true(count_of(text, "<path") > 10 && !strstr(text, "nan,") && !strstr(text, "-nan"));
        assert_int_equal(count_of(text, "<g "), count_of(text, "</g>"));
        free(text);
    }
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_whole),
        cmocka_unit_test(drawings_say_what_they_show),
    };
    return cmocka_run_group_tests_name("drawn", tests, set_up, tear_down);
}
