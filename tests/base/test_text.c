/* Text: numbers to text and back, the nearest word, hashes, human sizes.
 * The one thing to know: every double of a large random sample must read back from its shortest text.
 * FNV-1a and mix 13 are checked through their definition at one word. */
#include <float.h>
#include <math.h>

#include "base/text.h"
#include "files.h"

static void expect_shortest(double x, const char *wanted)
{
    Text t = {0};
    text_shortest(&t, x);
    assert_string_equal(text_str(&t), wanted);
    text_free(&t);
}

static void shortest_decimals(void **state)
{
    (void)state;
    expect_shortest(0.1, "0.1");
    expect_shortest(0.2236, "0.2236");
    expect_shortest(1e-5, "1e-05");
    expect_shortest(100, "100");
    expect_shortest(-0.0, "0");
    expect_shortest(1.0 / 3, "0.3333333333333333");
    expect_shortest(0.1 + 0.2, "0.30000000000000004");
    expect_shortest(9007199254740993.0, "9007199254740992");
    expect_shortest(HUGE_VAL, "inf");
    expect_shortest(-HUGE_VAL, "-inf");
    expect_shortest((double)NAN, "nan");
    expect_shortest(DBL_TRUE_MIN, "4.94065645841247e-324");
}

static void shortest_reads_back(void **state)
{
    (void)state;
    uint64_t bits = 2385;
    Text t = {0};
    for (int i = 0; i < 200000; i++) {
        double x, back;
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x))
            continue;
        text_clear(&t);
        text_shortest(&t, x);
        assert_true(text_to_double(text_str(&t), &back));
        assert_true(back == x);
    }
    text_free(&t);
}

static void measured_values(void **state)
{
    (void)state;
    Text t = {0};
    text_measured(&t, 2.0 / 3);
    text_char(&t, ' ');
    text_measured(&t, -HUGE_VAL);
    text_char(&t, ' ');
    text_measured(&t, (double)NAN);
    text_char(&t, ' ');
    text_measured(&t, -0.0);
    assert_string_equal(text_str(&t), "0.666666666667 -inf nan 0");
    text_free(&t);
    assert_true(text_measured_value(2.0 / 3) == 0.666666666667);
    assert_true(text_measured_value(-HUGE_VAL) == -HUGE_VAL);
    assert_true(isnan(text_measured_value((double)NAN)));
}

static void words_that_are_numbers(void **state)
{
    (void)state;
    static const char *const bad[] = {"", " ", "x", "1x", " 1", "1 ", "nan", "inf", "-inf", "infinity", "0x10", "1e999", "--1", "1,5", "1e", "."};
    static const char *const not_whole[] = {"2.385", "1e16", "9007199254740993", "1e-1", "", "ten", "nan"};
    double x;
    int64_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (text_to_double(bad[i], &x))
            fail_msg("'%s' was read as %g", bad[i], x);
    for (size_t i = 0; i < sizeof not_whole / sizeof *not_whole; i++)
        if (text_to_whole(not_whole[i], &n) && n != INT64_C(9007199254740992))
            fail_msg("'%s' was read as %lld", not_whole[i], (long long)n);
    assert_true(text_to_double("-2.385e-3", &x) && x == -2.385e-3);
    assert_true(text_to_double("+7", &x) && x == 7);
    assert_true(text_to_double("1e-400", &x) && x == 0);
    assert_true(text_to_whole("1e6", &n) && n == 1000000);
    assert_true(text_to_whole("-10.0", &n) && n == -10);
}

static void buffer_grows(void **state)
{
    (void)state;
    Text t = {0};
    assert_string_equal(text_str(&t), "");
    for (int i = 0; i < 1000; i++)
        text_format(&t, "%d,", i % 10);
    assert_int_equal(t.length, 2000);
    assert_int_equal(strlen(text_str(&t)), 2000);
    text_clear(&t);
    text_string(&t, "ab");
    text_bytes(&t, "c\0d", 3);
    assert_int_equal(t.length, 5);
    assert_string_equal(text_str(&t), "abc");
    text_free(&t);
    assert_null(t.data);
}

static void human_sizes(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *bytes, *seconds;
    } cases[] = {
        {0.25, "0 B", "0.2 s"},          {999, "999 B", "16 min 39 s"},    {1234567, "1.2 MB", "14.3 days"},
        {93, "93 B", "1 min 33 s"},      {59.94, "60 B", "59.9 s"},        {2.387e11, "239 GB", "2.76e+06 days"},
        {7385, "7.4 kB", "2 h 3 min"},   {1e30, "1000000000000 EB", "1.16e+25 days"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text t = {0};
        text_human_bytes(&t, cases[i].x);
        assert_string_equal(text_str(&t), cases[i].bytes);
        text_clear(&t);
        text_human_seconds(&t, cases[i].x);
        assert_string_equal(text_str(&t), cases[i].seconds);
        text_free(&t);
    }
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(text_distance("", ""), 0);
    assert_int_equal(text_distance("", "tanh"), 4);
    assert_int_equal(text_distance("tanh", "tanh"), 0);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("rleu", "relu"), 1);   /* a transposition */
    assert_int_equal(text_distance("sigmoid", "sigmiod"), 1);
    assert_int_equal(text_distance("selu", "gelu"), text_distance("gelu", "selu"));
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(text_distance(longer, ""), 64);
}

static void nearest_words(void **state)
{
    (void)state;
    size_t least = TEXT_FAR;
    assert_false(text_nearer("tanh", "quadratic", &least));
    assert_true(text_nearer("slu", "elu", &least));
    assert_true(text_nearer("slu", "selu", &least));    /* as far, but begins alike */
    assert_false(text_nearer("slu", "elu", &least));
    assert_false(text_nearer("slu", "selu", &least));   /* the first of equals stays */
    assert_true(text_nearer("slu", "slu", &least));
    assert_int_equal(least, 0);
}

/* h = FNV-1a of "a" with the offset basis, then mix 13, written out. */
static void hashes(void **state)
{
    (void)state;
    uint64_t h = (0xcbf29ce484222325u ^ 'a') * 0x100000001b3u;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    assert_true(text_hash(0, "a") == (h ^ (h >> 31)));
    assert_true(text_hash(0, "a") != text_hash(1, "a"));
    int flipped = 0;
    for (int i = 0; i < 64; i++) {
        char one[16], two[16];
        snprintf(one, sizeof one, "depth=%d", i);
        snprintf(two, sizeof two, "depth=%d", i + 1);
        flipped += __builtin_popcountll(text_hash(7, one) ^ text_hash(7, two));
    }
    assert_in_range(flipped, 64 * 32 - 160, 64 * 32 + 160);   /* 5 standard deviations of a fair coin; the input is fixed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shortest_decimals), cmocka_unit_test(shortest_reads_back), cmocka_unit_test(measured_values),
        cmocka_unit_test(words_that_are_numbers), cmocka_unit_test(buffer_grows), cmocka_unit_test(human_sizes),
        cmocka_unit_test(distances), cmocka_unit_test(nearest_words), cmocka_unit_test(hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
