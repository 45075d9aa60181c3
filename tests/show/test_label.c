/* Labels: cleaning, LaTeX, tab-separated cells, line breaks, powers.
 * The one thing to know: broken UTF-8 is every kind that RFC 3629 names: lone bytes, overlong forms, surrogates, beyond U+10FFFF. */
#include "files.h"

#include <math.h>

#include "show/label.h"

static void clean_is(const char *s, size_t most, const char *wanted)
{
    Text t = {0};
    label_clean(&t, s, most);
    assert_string_equal(text_str(&t), wanted);
    text_free(&t);
}

static void test_clean(void **state)
{
    (void)state;
    clean_is("relu · he-normal", 99, "relu · he-normal");
    clean_is("a\nb\tc\x1b[31md\x7f", 99, "abc[31md");
    clean_is("\xc2\x85x\xe2\x80\xaey\xef\xbb\xbfz", 99, "xyz");   /* NEL, right-to-left override, byte order mark */
    clean_is("\x80 \xff \xc3", 99, "? ? ?");
    clean_is("\xc0\xaf", 99, "??");            /* overlong */
    clean_is("\xe0\x80\xaf", 99, "???");
    clean_is("\xed\xa0\x80", 99, "???");       /* surrogate */
    clean_is("\xf4\x90\x80\x80", 99, "????");  /* beyond U+10FFFF */
    clean_is("\xe2\x82", 99, "??");            /* cut */
    clean_is("σσσσ", 4, "σσσσ");
    clean_is("σσσσσ", 4, "σσσσ…");
}

static void tex_is(const char *s, const char *wanted)
{
    Text t = {0};
    label_tex(&t, s);
    assert_string_equal(text_str(&t), wanted);
    text_free(&t);
}

static void test_tex(void **state)
{
    (void)state;
    tex_is("a_b", "a\\_b");
    tex_is("\\write18{rm}", "\\textbackslash{}write18\\{rm\\}");
    tex_is("50 % & $x$ #1 ^~", "50 \\% \\& \\$x\\$ \\#1 \\textasciicircum{}\\textasciitilde{}");
    tex_is("×10⁻⁶³", "$\\times$10$^{-}$$^{6}$$^{3}$");
    tex_is("`<|>\"", "\\textasciigrave{}\\textless{}\\textbar{}\\textgreater{}''");
    tex_is("é–漢", "é--?");
    tex_is("--", "{-}{-}");
}

static void test_cell(void **state)
{
    (void)state;
    Text t = {0};
    label_cell(&t, "a\\b\"c\td\ne");
    assert_string_equal(text_str(&t), "a\\\\b''c d e");
    text_free(&t);
}

static void wrap_is(const char *s, size_t width, const char *one, const char *two)
{
    Text first = {0}, second = {0};
    label_wrap(s, width, &first, &second);
    assert_string_equal(text_str(&first), one);
    assert_string_equal(text_str(&second), two);
    text_free(&first);
    text_free(&second);
}

static void test_wrap(void **state)
{
    (void)state;
    wrap_is("", 5, "", "");
    wrap_is("σσ σσ", 5, "σσ σσ", "");
    wrap_is("σσ σσσ", 5, "σσ", "σσσ");
    wrap_is("one two three four", 8, "one two", "three fo…");
    wrap_is("abcdefghij", 5, "abcde…", "");
    assert_int_equal(label_length("aσ‖"), 3);
}

static void power_is(double x, const char *wanted)
{
    Text t = {0};
    label_power(&t, x);
    assert_string_equal(text_str(&t), wanted);
    text_free(&t);
}

static void test_power(void **state)
{
    (void)state;
    power_is(0, "1");
    power_is(log10(0.2360523), "0.236");
    power_is(log10(31.7), "31.7");
    power_is(log10(0.05), "0.05");
    power_is(log10(1234), "1234");
    power_is(-63.2, "10⁻⁶³");
    power_is(600, "10⁶⁰⁰");
    power_is(-1e300, "10⁻¹⁰⁰⁰⁰⁰⁰⁰⁰⁰");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean), cmocka_unit_test(test_tex),   cmocka_unit_test(test_cell),
        cmocka_unit_test(test_wrap),  cmocka_unit_test(test_power),
    };
    return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
