/* What a study keeps, takes back, and refuses to enter.
 * The one thing to know: kept verdicts are read, never run; claim/lab.h makes the study. */
#include "claim/lab.h"

/* What the directory holds stays in the report, without being run, and word for word. */
static void others_stay_in_the_report(void **state)
{
    (void)state;
    set_up();
    Text before = {0}, after = {0};
    assert_int_equal(study_run(&lab.plan), 0);
    take("claims.csv", &before);
    text_clear(&lab.said);
    lab.plan.selected = "C20,C02,C17";
    assert_int_equal(study_run(&lab.plan), 0);
    assert_string_equal(text_str(&lab.said), "C20 a (4 of 4): [sweep]\nplot grad-norm svg\nplot decay-vs-depth svg\n");
    take("claims.csv", &after);
    assert_string_equal(text_str(&after), text_str(&before));
    holds("report.html", "id=\"fig-C011-t\"");   /* its picture too */
    holds("report.md", "tested here on 9 networks");
    text_free(&before);
    text_free(&after);
    tear_down();
}

static void kept_verdicts_that_are_not_taken(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "{", "[]", "{\"fathom\": \"0.0.1\"}", "{\"fathom\": \"" FATHOM_VERSION "\", \"verdict\": \"perhaps\", \"condition\": \"\", \"sentence\": \"\", \"headline\": 0, \"networks\": 1}",
        "{\"fathom\": \"" FATHOM_VERSION "\", \"verdict\": \"holds\", \"condition\": \"\", \"sentence\": \"\", \"headline\": 2, \"networks\": 1}",
        "{\"fathom\": \"" FATHOM_VERSION "\", \"verdict\": \"holds\", \"condition\": \"\", \"sentence\": 1, \"headline\": 0, \"networks\": 1}",
    };
    set_up();
    assert_int_equal(study_run(&lab.plan), 0);
    lab.plan.selected = "C20";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        files_text(&lab.files, "study/C01/verdict.json", bad[i]);
        assert_int_equal(study_run(&lab.plan), 0);
        if (!lacks("claims.csv", "C01"))
            fail_msg("taken: %s", bad[i]);
    }
    files_text(&lab.files, "study/C01/verdict.json",
               "{\"fathom\": \"" FATHOM_VERSION "\", \"verdict\": \"holds when\", \"condition\": \"x\", \"sentence\": \"y\", \"headline\": -1, \"networks\": 1}");
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C01,\"Claim C01\",,,,holds when,\"x\"");
    files_text(&lab.files, "study/C01/facts.csv", "quantity,where\n\"a\",\"b\"\n");
    assert_int_equal(study_run(&lab.plan), 0);
    assert_true(lacks("claims.csv", "C01"));
    tear_down();
}

static void facts_come_back_as_they_went(void **state)
{
    (void)state;
    set_up();
    assert_int_equal(study_run(&lab.plan), 0);
    Outcome o = {.claim = &one};
    Text path = {0};
    text_format(&path, "%s/C01", lab.directory);
    assert_true(kept_read(&o, text_str(&path)));
    assert_int_equal(o.facts.n, 2);
    assert_int_equal(o.networks, 6);
    const Fact *mean = facts_find(&o.facts, "a quantity", "here"), *exact = facts_find(&o.facts, "another", "there");
    assert_ptr_equal(o.verdict.headline, mean);
    assert_int_equal(mean->n, 3);
    assert_true(mean->low < 2.385 && mean->high > 2.385 && mean->predicted == 2.385);
    assert_true(exact->kind == FACT_EXACT && exact->low == 2.385 && exact->high == 2.385 && isnan(exact->predicted));
    facts_free(&o.facts);
    verdict_free(&o.verdict);
    text_free(&path);
    tear_down();
}

static void refused_before_anything_is_run(void **state)
{
    (void)state;
    set_up();
    lab.plan.selected = "C01,C99";
    FAILS(&lab.files, EXIT_USAGE, "no claim 'C99'; they are C01 to C20", study_run(&lab.plan) == -1);
    lab.plan.selected = "";
    FAILS(&lab.files, EXIT_USAGE, "no claim ''", study_run(&lab.plan) == -1);
    assert_int_equal(access(lab.directory, F_OK), -1);
    lab.plan.selected = NULL;
    mkdir(lab.directory, 0777);
    files_text(&lab.files, "study/thesis.txt", "precious");
    FAILS(&lab.files, EXIT_USAGE, "holds 'thesis.txt' and is not a study", study_run(&lab.plan) == -1);
    lab.plan.force = true;
    FAILS(&lab.files, EXIT_USAGE, "holds 'thesis.txt' and is not a study", study_run(&lab.plan) == -1);
    unlink(files_path(&lab.files, "study/thesis.txt"));
    files_text(&lab.files, "study/study.json.part", "{");   /* somebody was killed here before */
    assert_int_equal(study_run(&lab.plan), 0);
    text_clear(&lab.said);
    files_text(&lab.files, "study/study.json", "{\"size\": \"huge\"}");
    FAILS(&lab.files, EXIT_DATA, "is not what fathom reproduce writes", study_run(&lab.plan) == -1);
    lab.plan.directory = files_text(&lab.files, "file", "x");
    FAILS(&lab.files, EXIT_CANTCREATE, "file", study_run(&lab.plan) == -1);
    assert_string_equal(text_str(&lab.said), "");
    tear_down();
}

static void quick_and_full_do_not_mix(void **state)
{
    (void)state;
    set_up();
    assert_int_equal(study_run(&lab.plan), 0);
    lab.plan.full = true;
    lab.plan.selected = "C20";
    FAILS(&lab.files, EXIT_USAGE, "holds a --quick study; choose another -o, or --force", study_run(&lab.plan) == -1);
    lab.plan.force = true;
    assert_int_equal(study_run(&lab.plan), 0);
    holds("study.json", "\"size\": \"full\"");
    assert_true(lacks("claims.csv", "C01"));   /* the quick verdict is not one of the full study */
    lab.plan.full = lab.plan.force = false;
    FAILS(&lab.files, EXIT_USAGE, "holds a --full study", study_run(&lab.plan) == -1);
    tear_down();
}

static void one_writer_at_a_time(void **state)
{
    (void)state;
    set_up();
    mkdir(lab.directory, 0777);
    const int fd = open(lab.directory, O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    FAILS(&lab.files, EXIT_LOCKED, "in use by another fathom", study_run(&lab.plan) == -1);
    close(fd);
    assert_int_equal(study_run(&lab.plan), 0);
    assert_int_equal(study_run(&lab.plan), 0);   /* the lock was given back */
    tear_down();
}

static void kept_results_stand_in_for_missing_data(void **state)
{
    (void)state;
    set_up();
    lab.plan.mnist = "data";
    assert_int_equal(study_run(&lab.plan), 0);
    holds("claims.csv", "C02,\"Claim C02\",2.385,");
    lab.plan.mnist = NULL;
    text_clear(&lab.said);
    assert_int_equal(study_run(&lab.plan), 0);
    assert_null(strstr(text_str(&lab.said), "C02"));
    holds("claims.csv", "C02,\"Claim C02\",2.385,");
    tear_down();
}

static const Claim mixed = {MADE("C02"), .runs = {{"a", "train --data mnist:%M", "train --data mnist:%M"}, {"b", "train", "train"}},
                            .figures = {{"a", "grad-norm", "A"}, {"b", "grad-norm", "B"}}};

/* Where some runs need no data, they are the measurement; with data at hand all are; and without again, what was measured with them stays. */
static void measured_without_its_runs_on_mnist(void **state)
{
    (void)state;
    static const Claim *const only[] = {&mixed};
    set_up();
    lab.plan.claims = only;
    lab.plan.n_claims = 1;
    for (int time = 0; time < 2; time++) {
        text_clear(&lab.said);
        assert_int_equal(study_run(&lab.plan), 0);
        assert_string_equal(text_str(&lab.said), "C02 b (1 of 1): [train]\nplot grad-norm svg\n");
        holds("claims.csv", "C02,\"Claim C02\",2.385,");
        holds("report.md", "- [C02](#C02): measured without its runs on MNIST: give the directory");
        assert_true(lacks("report.md", "picture"));
    }
    lab.plan.mnist = "data";
    text_clear(&lab.said);
    assert_int_equal(study_run(&lab.plan), 0);
    assert_string_equal(text_str(&lab.said), "C02 a (1 of 1): [train] [--data] [mnist:data]\nC02 b (1 of 1): [train]\nplot grad-norm svg\nplot grad-norm svg\n");
    assert_true(lacks("report.md", "is missing"));
    lab.plan.mnist = NULL;
    text_clear(&lab.said);
    assert_int_equal(study_run(&lab.plan), 0);
    assert_string_equal(text_str(&lab.said), "");
    assert_true(lacks("report.md", "is missing"));
    holds("report.md", "tested here on 6 networks");
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_stay_in_the_report),
        cmocka_unit_test(kept_verdicts_that_are_not_taken),
        cmocka_unit_test(facts_come_back_as_they_went),
        cmocka_unit_test(refused_before_anything_is_run),
        cmocka_unit_test(quick_and_full_do_not_mix),
        cmocka_unit_test(one_writer_at_a_time),
        cmocka_unit_test(kept_results_stand_in_for_missing_data),
        cmocka_unit_test(measured_without_its_runs_on_mnist),
    };
    return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
