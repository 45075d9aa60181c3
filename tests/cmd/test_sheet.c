/* Sheets: CSV quoting, aligned columns, empty columns left out, and wrapping on a narrow terminal.
 * The one thing to know: the expected texts are written out whole.
 * RFC 4180, section 2. */
#include "cmd/sheet.h"
#include "files.h"

static Sheet sample(void)
{
    Sheet t = {0};
    sheet_header(&t, (const char *const[]){"name", "alias", "formula", "about", NULL});
    sheet_row(&t, (const char *const[]){"relu", NULL, "max(x, 0)", "two words"});
    sheet_row(&t, (const char *const[]){"softplus", NULL, "say \"log\"", "a longer line of several words"});
    return t;
}

static void expect(void (*write)(Text *out, const Sheet *t), const char *wanted)
{
    Text text = {0};
    Sheet t = sample();
    write(&text, &t);
    assert_string_equal(text_str(&text), wanted);
    sheet_free(&t);
    text_free(&text);
}

static void wide(Text *out, const Sheet *t) { sheet_people(out, t, 0); }
static void narrow(Text *out, const Sheet *t) { sheet_people(out, t, 24); }

static void three_ways(void **state)
{
    (void)state;
    expect(sheet_names, "relu\nsoftplus\n");
    expect(sheet_csv, "name,alias,formula,about\nrelu,,\"max(x, 0)\",two words\n"
                      "softplus,,\"say \"\"log\"\"\",a longer line of several words\n");
    expect(wide, "name      formula    about\nrelu      max(x, 0)  two words\nsoftplus  say \"log\"  a longer line of several words\n");
    expect(narrow, "name      formula\n    about\nrelu      max(x, 0)\n    two words\nsoftplus  say \"log\"\n"
                   "    a longer line of\n    several words\n");
}

/* Letters of two and three bytes are as wide as others. */
static void wide_letters(void **state)
{
    (void)state;
    Sheet t = {0};
    Text text = {0};
    sheet_header(&t, (const char *const[]){"n", "φ", "about", NULL});
    sheet_row(&t, (const char *const[]){"χ₁", "σ′ ≤ ¼", "ééé ééé ééé ééé ééé ééé"});
    sheet_row(&t, (const char *const[]){"abc", "x", "y"});
    sheet_people(&text, &t, 24);
    assert_string_equal(text_str(&text), "n    φ\n    about\nχ₁   σ′ ≤ ¼\n    ééé ééé ééé ééé ééé\n    ééé\nabc  x\n    y\n");
    sheet_free(&t);
    text_free(&text);
}

static void many_rows(void **state)
{
    (void)state;
    Sheet t = {0};
    Text text = {0};
    sheet_header(&t, (const char *const[]){"n", NULL});
    for (int i = 0; i < 1000; i++) {
        char word[16];
        snprintf(word, sizeof word, "%d", i);
        sheet_row(&t, (const char *const[]){word});
    }
    sheet_names(&text, &t);
    assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4);
    sheet_free(&t);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(three_ways), cmocka_unit_test(many_rows), cmocka_unit_test(wide_letters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
