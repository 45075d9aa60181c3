/* The report in all its formats: hostile texts, every verdict, no pictures, numbers that are none, disks that are full.
 * The one thing to know: the page is read by tests/claim/check_report.py where there is a python3, the table is set by pdflatex where there
 * is one; without them those cases are skipped. */
#include "claim/outcomes.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/proc.h"
#include "claim/words.h"

static const MadeClaim every_verdict[] = {
    {.id = "C01", .kind = VERDICT_HOLDS, .sentence = "The rate is 3.2e-05. Its zero comes later.", .facts = 3, .picture = true},
    {.id = "C05", .kind = VERDICT_HOLDS_WHEN, .condition = "the depth is 2.385 at most", .sentence = "It is 1e-31 at depth 50. More follows.", .facts = 20, .picture = true},
    {.id = "C16", .claim = "SELU makes it impossible", .kind = VERDICT_DOES_NOT_HOLD, .condition = "it grows -3.5-fold", .sentence = "It grows.", .facts = 1},
    {.id = "C17", .kind = VERDICT_NOT_MEASURED, .condition = "needs recurrent networks", .needs = true},
};

static const MadeClaim hostile[] = {
    {.id = "C01", .claim = HOSTILE, .condition = HOSTILE, .sentence = HOSTILE ". " HOSTILE, .kind = VERDICT_HOLDS_WHEN, .facts = 2, .picture = true},
    {.id = "C02", .claim = HOSTILE, .condition = HOSTILE, .kind = VERDICT_DOES_NOT_HOLD, .facts = 1},
    {.id = "C03", .claim = HOSTILE, .condition = HOSTILE, .kind = VERDICT_NOT_MEASURED},
};
enum { EVERY = sizeof every_verdict / sizeof *every_verdict, HOSTILES = sizeof hostile / sizeof *hostile };

static Made *hostile_study(void)
{
    Made *m = made_study(hostile, HOSTILES);
    Outcome *o = &m->study.outcomes[0];
    free(o->facts.facts[0].quantity);
    free(o->facts.facts[1].where);
    o->facts.facts[0].quantity = mem_string(HOSTILE);
    o->facts.facts[1].where = mem_string(HOSTILE);
    text_clear(&o->commands[0]);
    text_string(&o->commands[0], "fathom sweep -o 'a\"b<script>alert(1)</script>````'");
    text_string(&o->trouble, HOSTILE);
    text_string(&m->study.outcomes[1].absent[0], HOSTILE);
    m->plan.command = "fathom reproduce -o '" HOSTILE "'";
    return m;
}

/* What a program says, and how it leaves: 0 where there is no such program. */
static bool program(const char *name, const char *directory, const char *const *words, Text *said, int *status)
{
    char *path = proc_find(name);
    if (!path)
        return false;
    const char *argv[8] = {path};
    for (size_t i = 0; words[i]; i++)
        argv[i + 1] = words[i];
    ProcResult r;
    assert_int_equal(proc_run(&(ProcJob){.argv = argv, .directory = directory, .seconds = 60, .most = 1 << 20}, &r), 0);
    text_string(said, text_str(&r.out));
    *status = r.status;
    proc_done(&r);
    free(path);
    return true;
}

/* check_report.py has nothing to say of the page. */
static void check_page(Made *m, const char *most)
{
    Text said = {0};
    int status = 0;
    assert_int_equal(report_write(&m->study), 0);
    const bool looked = program("python3", NULL, (const char *const[]){"tests/claim/check_report.py", files_path(&m->files, "report.html"), most, NULL}, &said, &status);
    if (looked && (status || said.length))
        fail_msg("exit %d: %s", status, text_str(&said));
    text_free(&said);
    if (!looked)
        skip();
}

static void a_page_in_order(void **state)
{
    (void)state;
    Made *m = made_study(every_verdict, EVERY);
    check_page(m, "40000");
    made_free(m);
}

static void a_hostile_page_in_order(void **state)
{
    (void)state;
    Made *m = hostile_study();
    check_page(m, "60000");
    made_free(m);
}

static void a_page_of_nothing(void **state)
{
    (void)state;
    const MadeClaim none[] = {{.id = "C17", .kind = VERDICT_NOT_MEASURED, .condition = "interrupted"}};
    Made *m = made_study(none, 1);
    check_page(m, "20000");
    made_free(m);
}

static void numbers_that_are_none(void **state)
{
    (void)state;
    const MadeClaim one[] = {{.id = "C01", .kind = VERDICT_HOLDS, .sentence = "Yes.", .facts = 4, .picture = true}};
    Made *m = made_study(one, 1);
    Fact *f = m->study.outcomes[0].facts.facts;
    f[0] = (Fact){.quantity = f[0].quantity, .where = f[0].where, .sample = f[0].sample, .measured = NOT_GIVEN, .predicted = HUGE_VAL, .low = -HUGE_VAL, .high = HUGE_VAL, .n = 5};
    f[1].measured = f[1].low = -HUGE_VAL;
    f[2].high = HUGE_VAL;
    f[3].predicted = NOT_GIVEN;
    Text html = {0}, csv = {0};
    report_html(&html, &m->study);
    report_csv(&csv, &m->study);
    assert_non_null(strstr(text_str(&html), "<td class=\"num\" data-v=\"Infinity\">∞</td><td class=\"num\" data-v=\"\"><span class=\"value\">none</span>"));
    assert_non_null(strstr(text_str(&html), "data-v=\"-Infinity\">−∞</td>"));
    assert_null(strstr(text_str(&html), "nan"));
    assert_non_null(strstr(text_str(&csv), ",inf,,\"[-inf, inf]\",holds,"));
    text_free(&html);
    text_free(&csv);
    check_page(m, "40000");
    made_free(m);
}

static void long_texts(void **state)
{
    (void)state;
    char *word = mem_alloc(200001, 1);
    memset(word, 'x', 200000);
    const MadeClaim one[] = {{.id = "C01", .claim = word, .condition = word, .sentence = word, .kind = VERDICT_HOLDS_WHEN, .facts = 1, .picture = true}};
    Made *m = made_study(one, 1);
    check_page(m, "10000000");
    made_free(m);
    free(word);
}

/* HTML, Markdown and LaTeX say every text as a text: nothing that was put in is read as a mark. */
static void hostile_texts_are_texts(void **state)
{
    (void)state;
    Made *m = hostile_study();
    Text html = {0}, md = {0}, tex = {0};
    report_html(&html, &m->study);
    report_md(&md, &m->study);
    report_claims_tex(&tex, &m->study);
    assert_int_equal(count_of(text_str(&html), "<script"), 1);
    assert_true(count_of(text_str(&html), "&lt;script&gt;alert(1)&lt;/script&gt;") > 10);
    assert_null(strstr(text_str(&html), "\x07"));
    assert_int_equal(count_of(text_str(&md), "\\<script\\>alert(1)\\</script\\>") + count_of(text_str(&md), "'a\"b<script>alert(1)</script>````'") +
                         count_of(text_str(&md), "fathom reproduce -o '<script>alert(1)</script>"),
                     count_of(text_str(&md), "script>alert(1)") + count_of(text_str(&md), "script\\>alert(1)"));
    assert_non_null(strstr(text_str(&md), "\n`````sh\n"));
    assert_non_null(strstr(text_str(&md), "\\| \\# \\_x\\_ \\*b\\* \\[l\\](http://x) \\~ ^ \\{\\} \\!"));
    assert_non_null(strstr(text_str(&md), "\\`id\\`"));
    assert_null(strstr(text_str(&tex), "\\write18{"));
    assert_null(strstr(text_str(&tex), "\\input{"));
    assert_non_null(strstr(text_str(&tex), "\\textbackslash{}write18\\{x\\}"));
    assert_non_null(strstr(text_str(&tex), "100 \\% \\%s\\%n"));
    text_free(&html);
    text_free(&md);
    text_free(&tex);
    made_free(m);
}

/* Every row of a Markdown table has as many cells as its head. */
static void markdown_tables_are_rectangular(void **state)
{
    (void)state;
    Made *m = hostile_study();
    Text md = {0};
    report_md(&md, &m->study);
    size_t wanted = 0, rows = 0;
    char *rest = md.data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        size_t bars = 0;
        for (char *c = line; *c; c++)
            bars += *c == '|' && (c == line || c[-1] != '\\');
        if (*line != '|')
            wanted = 0;
        else if (wanted == 0)
            wanted = bars;
        else
            rows += bars == wanted;
        if (*line == '|')
            assert_int_equal(bars, wanted);
    }
    assert_int_equal(rows, (1 + 3) + (1 + 2) + (1 + 1));   /* the line below the head, and the rows, of each table */
    text_free(&md);
    made_free(m);
}

static void the_csv_reads_back(void **state)
{
    (void)state;
    Made *m = hostile_study();
    assert_int_equal(report_write(&m->study), 0);
    CsvReader *csv = csv_open(files_path(&m->files, "claims.csv"));
    assert_non_null(csv);
    assert_int_equal(csv_columns(csv), 8);
    const char *const *cells;
    for (size_t i = 0; i < HOSTILES; i++) {
        assert_int_equal(csv_next(csv, &cells), 1);
        assert_string_equal(cells[0], hostile[i].id);
        assert_string_equal(cells[1], HOSTILE);
        assert_string_equal(cells[6], HOSTILE);
    }
    assert_int_equal(csv_next(csv, &cells), 0);
    csv_close(csv);
    made_free(m);
}

static void a_second_report_has_the_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"claims.csv", "claims.tex", "report.md", "report.html", "report.tex"};
    enum { N = sizeof names / sizeof *names };
    Made *m = made_study(every_verdict, EVERY);
    Text first[N] = {0};
    m->plan.tex = true;
    assert_int_equal(report_write(&m->study), 0);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(file_read(files_path(&m->files, names[i]), &first[i], 1 << 20), 0);
    assert_int_equal(report_write(&m->study), 0);
    for (size_t i = 0; i < N; i++) {
        Text second = {0};
        assert_int_equal(file_read(files_path(&m->files, names[i]), &second, 1 << 20), 0);
        assert_string_equal(text_str(&second), text_str(&first[i]));
        text_free(&second);
        text_free(&first[i]);
    }
    made_free(m);
}

/* pdflatex sets what `source` says in the directory of the report; false where there is none. */
static bool typeset(Made *m, const char *name, const char *source)
{
    Text said = {0};
    int status = 0;
    char there[256];
    snprintf(there, sizeof there, "%s", m->files.directory);
    if (source)
        files_text(&m->files, name, source);
    const bool ran = program("pdflatex", there, (const char *const[]){"-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", name, NULL}, &said, &status);
    if (ran && status)
        fail_msg("%s: %s", name, said.length > 1500 ? text_str(&said) + said.length - 1500 : text_str(&said));
    text_free(&said);
    return ran;
}

static const char plain_article[] = "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{longtable}\n\\begin{document}\nx\n\\input{claims}\ny\n\\end{document}\n";
static const char booktabs_article[] =
    "\\documentclass[twocolumn]{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{longtable,booktabs}\n\\begin{document}\n\\onecolumn\n\\input{claims}\n\\end{document}\n";

static void the_table_compiles_in_an_article(void **state)
{
    (void)state;
    Made *m = hostile_study();
    m->plan.tex = true;
    assert_int_equal(report_write(&m->study), 0);
    const bool ran = typeset(m, "plain.tex", plain_article) && typeset(m, "booktabs.tex", booktabs_article) && typeset(m, "report.tex", NULL);
    made_free(m);
    if (!ran)
        skip();
}

/* Every character that the labels translate is one that a plain article knows. */
static void whatever_is_said_compiles(void **state)
{
    (void)state;
    static const char all[] = "×σχℓφ∂‖−±≤≥≈·→√–…’₁ₗ²∞⁰¹³⁴⁵⁶⁷⁸⁹⁻₀₂₃ᵀ′αβγδεηθκλμµνξπρτψωΔΦΣΠΩ∥≠≪≫≡∝∼∈∇∑∏∫⟨⟩ℝ←↔⇒½¼¾°—“”‘ \u202fıÐðÞþÀÉßæøÿ漢字🙂ł";
    const MadeClaim one[] = {{.id = "C01", .claim = all, .condition = all, .kind = VERDICT_HOLDS_WHEN, .facts = 1}};
    Made *m = made_study(one, 1);
    assert_int_equal(report_write(&m->study), 0);
    const bool ran = typeset(m, "plain.tex", plain_article);
    made_free(m);
    if (!ran)
        skip();
}

static void what_cannot_be_written(void **state)
{
    (void)state;
    Made *m = made_study(every_verdict, EVERY);
    assert_int_equal(report_write(&m->study), 0);
    Text before = {0}, after = {0};
    assert_int_equal(file_read(files_path(&m->files, "report.html"), &before, 1 << 20), 0);
    text_string(&m->study.outcomes[0].verdict.sentence, " More.");
    const struct rlimit small = {2000, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    FAILS(&m->files, EXIT_WRITE, "cannot write", report_write(&m->study) == -1);
    setrlimit(RLIMIT_FSIZE, &none);
    assert_int_equal(file_read(files_path(&m->files, "report.html"), &after, 1 << 20), 0);
    assert_string_equal(text_str(&before), text_str(&after));   /* as it was, whole */
    m->plan.directory = "/nonexistent/directory";
    FAILS(&m->files, EXIT_CANTCREATE, "claims.csv", report_write(&m->study) == -1);
    text_free(&before);
    text_free(&after);
    made_free(m);
}

/* A picture that went, or that is something else, is said to be so and the rest of the page stays. */
static void a_picture_that_is_none(void **state)
{
    (void)state;
    Made *m = made_study(every_verdict, EVERY);
    files_text(&m->files, "C01/run/figures/grad-norm.svg", "<svg viewBox='0 0 1 1'><script>alert(1)</script></svg>");
    unlink(files_path(&m->files, "C05/run/figures/grad-norm.svg"));
    Text html = {0};
    report_html(&html, &m->study);
    assert_int_equal(count_of(text_str(&html), "This picture cannot be shown here."), 3);   /* C05's opens the page too */
    assert_int_equal(count_of(text_str(&html), "<svg"), 0);
    assert_int_equal(count_of(text_str(&html), "<script"), 1);
    text_free(&html);
    check_page(m, "40000");
    made_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_in_order),
        cmocka_unit_test(a_hostile_page_in_order),
        cmocka_unit_test(a_page_of_nothing),
        cmocka_unit_test(numbers_that_are_none),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(hostile_texts_are_texts),
        cmocka_unit_test(markdown_tables_are_rectangular),
        cmocka_unit_test(the_csv_reads_back),
        cmocka_unit_test(a_second_report_has_the_same_bytes),
        cmocka_unit_test(the_table_compiles_in_an_article),
        cmocka_unit_test(whatever_is_said_compiles),
        cmocka_unit_test(what_cannot_be_written),
        cmocka_unit_test(a_picture_that_is_none),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
