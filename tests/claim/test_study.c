/* A study: the order of its work, and what becomes of failures.
 * The one thing to know: claim/lab.h lends it runs and pictures that are made up. */
#include "claim/lab.h"

static void every_claim_in_its_order(void **state)
{
    (void)state;
    set_up();
    assert_int_equal(study_run(&lab.plan), 0);
    assert_string_equal(text_str(&lab.said), "C01 a (1 of 4): [sweep] [-a] [relu]\nC01 b (1 of 4): [sweep] [-a] [tanh]\nplot grad-norm svg\n"
                                             "C20 a (4 of 4): [sweep]\nplot grad-norm svg\nplot decay-vs-depth svg\n");
    holds("claims.csv", "C01,\"Claim C01\",2.385,2.385,");
    holds("claims.csv", "C02,\"Claim C02\",,,,not measured,\"needs MNIST: give the directory of its four IDX files");
    holds("claims.csv", "C17,\"Claim C17\",,,,not measured,\"needs recurrent networks, which this version does not have\"");
    holds("report.md", "tested here on 9 networks");
    holds("report.md", "fathom plot ");
    holds("C01/facts.csv", "\"a quantity\",\"here\",2.385,2.385,");
    holds("C01/verdict.json", "\"verdict\": \"holds\"");
    holds("study.json", "\"size\": \"quick\"");
    tear_down();
}

static void full_with_data_for_latex(void **state)
{
    (void)state;
    set_up();
    lab.plan.full = lab.plan.tex = true;
    lab.plan.mnist = "a dir/it's";
    lab.plan.selected = "c02,C20,C02";   /* in any case, and once */
    assert_int_equal(study_run(&lab.plan), 0);
    assert_string_equal(text_str(&lab.said), "C02 a (1 of 2): [train] [--data] [mnist:a dir/it's]\n"
                                             "C20 a (2 of 2): [sweep]\nplot grad-norm svg\nplot grad-norm tex\nplot decay-vs-depth svg\nplot decay-vs-depth tex\n");
    holds("claims.csv", "fathom train --data 'mnist:a dir/it'\\''s' -o ");
    holds("report.tex", "\\input{C20/a/figures/decay-vs-depth.tex}");
    holds("study.json", "\"size\": \"full\"");
    tear_down();
}

static void a_second_run_has_the_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"claims.csv", "claims.tex", "report.md", "report.html", "study.json", "C01/facts.csv", "C01/verdict.json"};
    enum { N = sizeof names / sizeof *names };
    set_up();
    Text first[N] = {0}, again = {0};
    assert_int_equal(study_run(&lab.plan), 0);
    for (size_t i = 0; i < N; i++)
        take(names[i], &first[i]);
    assert_int_equal(study_run(&lab.plan), 0);
    for (size_t i = 0; i < N; i++) {
        take(names[i], &again);
        assert_string_equal(text_str(&again), text_str(&first[i]));
        text_free(&first[i]);
    }
    text_free(&again);
    tear_down();
}

/* The study with something that fails: its last line and code, on standard error after the failure's own. */
static void fails_in_the_end(ExitCode code, const char *first, const char *last)
{
    char said[4096];
    files_listen(&lab.files);
    const int result = study_run(&lab.plan);
    files_hear(&lab.files, said, sizeof said);
    assert_int_equal(result, 1);
    assert_int_equal(error_code(), code);
    if (!strstr(said, first) || !strstr(said, last))
        fail_msg("wanted '%s' and '%s', got '%s'", first, last, said);
    error_reset();
}

static void a_run_that_fails_is_told_and_gone_on_from(void **state)
{
    (void)state;
    set_up();
    lab.fail_run = "C01/b";
    lab.code = EXIT_WRITE;
    fails_in_the_end(EXIT_WRITE, "fathom: run of 'C01 b (1 of 4)' failed\n",
                     "1 of 4 claims failed; what was measured is in '");
    holds("claims.csv", "C01,\"Claim C01\",,,,not measured,\"its runs failed: run of 'C01 b (1 of 4)' failed\"");
    holds("claims.csv", "C20,\"Claim C20\",2.385,");
    holds("report.html", "<section id=\"missing\"");
    holds("report.md", "```sh\nfathom reproduce --quick -o study\n```");
    assert_int_equal(access(files_path(&lab.files, "study/C01/verdict.json"), F_OK), -1);
    lab.fail_run = NULL;
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C01,\"Claim C01\",2.385,");
    lab.broken = "C20";
    fails_in_the_end(EXIT_DATA, "cannot be read", "1 of 4 claims failed");
    tear_down();
}

/* The first failure's code is the study's. */
static void several_failures(void **state)
{
    (void)state;
    set_up();
    lab.fail_run = "C01/a";
    lab.broken = "C20";
    lab.code = EXIT_TOOBIG;
    fails_in_the_end(EXIT_TOOBIG, "run of 'C01 a (1 of 4)' failed", "2 of 4 claims failed");
    tear_down();
}

static void gnuplot_is_missed_once(void **state)
{
    (void)state;
    set_up();
    lab.fail_plot = "study";
    lab.code = EXIT_NOTOOL;
    fails_in_the_end(EXIT_NOTOOL, "picture of 'grad-norm' failed", "3 pictures are missing; what was measured");
    assert_int_equal(count_of(text_str(&lab.said), "plot"), 1);
    holds("claims.csv", "C01,\"Claim C01\",2.385,");
    holds("report.html", "pictures are missing (grad-norm of C01, grad-norm of C20, decay-vs-depth of C20): picture of &#39;grad-norm&#39; failed");
    assert_true(lacks("report.html", "<svg"));
    lab.fail_plot = "C20";   /* gnuplot is there; one picture is not */
    lab.code = EXIT_WRITE;
    fails_in_the_end(EXIT_WRITE, "picture of", "2 pictures are missing");
    holds("report.html", "the picture grad-norm is missing: picture of &#39;grad-norm&#39; failed");
    lab.fail_plot = NULL;
    assert_int_equal(study_run(&lab.plan), 0);
    assert_true(lacks("report.html", "is missing: "));
    tear_down();
}

static void interrupted_and_gone_on(void **state)
{
    (void)state;
    set_up();
    Text whole = {0}, after = {0};
    assert_int_equal(study_run(&lab.plan), 0);
    take("report.html", &whole);
    /* In the same directory nothing is lost: what was kept is there. */
    lab.stop_at = "C01/b";
    assert_int_equal(study_run(&lab.plan), 0);
    take("report.html", &after);
    assert_string_equal(text_str(&after), text_str(&whole));
    /* In a new one, what was not reached says so. */
    stopped = false;
    lab.stop_at = "C20";
    snprintf(lab.directory, sizeof lab.directory, "%s/other", lab.files.directory);
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C01,\"Claim C01\",2.385,");
    holds("claims.csv", "C20,\"Claim C20\",,,,not measured,\"interrupted; the same command goes on where it stopped\"");
    stopped = false;
    lab.stop_at = "C01/a";
    snprintf(lab.directory, sizeof lab.directory, "%s/third", lab.files.directory);
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C01,\"Claim C01\",,,,not measured,\"interrupted;");
    holds("claims.csv", "C20,\"Claim C20\",,,,not measured,\"interrupted;");
    stopped = false;
    lab.stop_at = NULL;
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C20,\"Claim C20\",2.385,");
    text_free(&whole);
    text_free(&after);
    tear_down();
}

static void the_verdict_follows_the_number(void **state)
{
    (void)state;
    set_up();
    value = 2.5;
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", ",does not hold,");
    holds("report.html", "<span class=\"chip no\">does not hold</span>");
    tear_down();
}

/* Nothing more than `most` bytes can be written into one file. */
static void a_disk_that_is_full(void **state)
{
    (void)state;
    set_up();
    assert_int_equal(study_run(&lab.plan), 0);
    Text before = {0}, after = {0};
    take("report.html", &before);
    const struct rlimit small = {100, RLIM_INFINITY}, some = {2000, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    value = 2.5;
    lab.plan.selected = "C20";
    lab.fail_plot = "C20";
    setrlimit(RLIMIT_FSIZE, &some);
    char said[4096];
    const int out = dup(STDERR_FILENO), away = open("/dev/null", O_WRONLY);
    dup2(away, STDERR_FILENO);
    const int result = study_run(&lab.plan);
    dup2(out, STDERR_FILENO);
    setrlimit(RLIMIT_FSIZE, &none);
    assert_int_equal(result, -1);
    assert_int_equal(error_take(said, sizeof said), EXIT_WRITE);
    assert_non_null(strstr(said, "cannot write"));
    take("report.html", &after);
    assert_string_equal(text_str(&after), text_str(&before));
    /* Even facts.csv does not fit: the verdict of before is not left beside facts of now. */
    setrlimit(RLIMIT_FSIZE, &small);
    dup2(away, STDERR_FILENO);
    assert_int_equal(study_run(&lab.plan), -1);
    dup2(out, STDERR_FILENO);
    setrlimit(RLIMIT_FSIZE, &none);
    close(out);
    close(away);
    error_reset();
    assert_int_equal(access(files_path(&lab.files, "study/C20/verdict.json"), F_OK), -1);
    lab.fail_plot = NULL;
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C20,\"Claim C20\",2.385,2.5,");
    text_free(&before);
    text_free(&after);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_in_its_order),
        cmocka_unit_test(full_with_data_for_latex),
        cmocka_unit_test(a_second_run_has_the_same_bytes),
        cmocka_unit_test(a_run_that_fails_is_told_and_gone_on_from),
        cmocka_unit_test(several_failures),
        cmocka_unit_test(gnuplot_is_missed_once),
        cmocka_unit_test(interrupted_and_gone_on),
        cmocka_unit_test(the_verdict_follows_the_number),
        cmocka_unit_test(a_disk_that_is_full),
    };
    return cmocka_run_group_tests_name("study", tests, NULL, NULL);
}
