/* A study: what is run, what is kept, what is refused, and what becomes of failures.
 * The one thing to know: runs and pictures are made up here (a run is a networks.csv of three rows, a picture a few tags), and each can be
 * told to fail or to be the moment of a Ctrl-C.
 */
#include "claim/outcomes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "base/file.h"
#include "claim/kept.h"

typedef struct {
    Files files;
    StudyPlan plan;
    char directory[300];
    Text said;              /* what was run and drawn */
    const char *fail_run, *fail_plot;   /* a part of the directory's name */
    ExitCode code;
    const char *stop_at;    /* the run at which somebody presses Ctrl-C */
    const char *broken;     /* the claim whose tables cannot be read */
} Lab;

static Lab lab;
static bool stopped;
static double value;        /* what every claim measures */

static bool stop(void)
{
    return stopped;
}

static int fake_run(void *context, const StudyRun *run)
{
    assert_ptr_equal(context, &lab);
    text_format(&lab.said, "%s:", run->label);
    for (size_t i = 0; run->words[i]; i++)
        text_format(&lab.said, " [%s]", run->words[i]);
    text_string(&lab.said, "\n");
    if (lab.fail_run && strstr(run->directory, lab.fail_run))
        return error(lab.code, "run of '%s' failed", run->label);
    if (lab.stop_at && strstr(run->directory, lab.stop_at)) {
        stopped = true;
        return 0;
    }
    Text path = {0};
    assert_int_equal(file_make_directory(run->directory), 0);
    text_format(&path, "%s/networks.csv", run->directory);
    assert_int_equal(file_replace(text_str(&path), "a\n1\n2\n3\n", 8), 0);
    text_free(&path);
    return 0;
}

static int fake_plot(void *context, const char *directory, const char *figure, const char *format)
{
    assert_ptr_equal(context, &lab);
    text_format(&lab.said, "plot %s %s\n", figure, format);
    if (lab.fail_plot && strstr(directory, lab.fail_plot))
        return error(lab.code, "picture of '%s' failed", figure);
    Text path = {0};
    text_format(&path, "%s/figures", directory);
    assert_int_equal(file_make_directory(text_str(&path)), 0);
    text_format(&path, "/%s.%s", figure, format);
    assert_int_equal(file_replace(text_str(&path), svg_small, sizeof svg_small - 1), 0);
    text_free(&path);
    return 0;
}

static int fake_measure(const ClaimCase *c, Facts *out)
{
    if (lab.broken && strstr(c->directory, lab.broken))
        return error(EXIT_DATA, "a table of '%s' cannot be read", c->directory);
    const double sample[] = {value, value + 0.01, value - 0.01};
    facts_mean(out, "a quantity", "here", 2.385, sample, 3);
    facts_exact(out, "another", "there", NOT_GIVEN, value);
    return 0;
}

static void fake_judge(const Facts *f, Verdict *v)
{
    const Fact *fact = facts_find(f, "a quantity", "here");
    verdict_set(v, fact_agrees(fact, 0) ? VERDICT_HOLDS : VERDICT_DOES_NOT_HOLD, fact);
    text_format(&v->sentence, "It is %.3g.", fact->measured);
}

#define MADE(name) .id = name, .claim = "Claim " name, .measure = fake_measure, .judge = fake_judge
static const Claim one = {MADE("C01"), .runs = {{"a", "sweep -a relu", "sweep -a relu -s 100"}, {"b", "sweep  -a tanh", "sweep -a tanh"}}, .figures = {{"a", "grad-norm", "A"}}};
static const Claim two = {MADE("C02"), .runs = {{"a", "train --data mnist:%M -d 2", "train --data mnist:%M"}}};
static const Claim three = {MADE("C17"), .needs = "recurrent networks"};
static const Claim four = {MADE("C20"), .runs = {{"a", "sweep", "sweep"}}, .figures = {{"a", "grad-norm", "A"}, {"a", "decay-vs-depth", "B"}}};
static const Claim *const claims[] = {&one, &two, &three, &four};

static void set_up(void)
{
    lab = (Lab){.files = files_make(), .code = EXIT_WRITE};
    stopped = false;
    value = 2.385;
    snprintf(lab.directory, sizeof lab.directory, "%s/study", lab.files.directory);
    lab.plan = (StudyPlan){
        .directory = lab.directory, .command = "fathom reproduce --quick -o study", .claims = claims, .n_claims = 4, .quiet = true,
        .context = &lab, .run = fake_run, .plot = fake_plot, .stop = stop};
    notice_quiet(true);
}

static void tear_down(void)
{
    notice_quiet(false);
    text_free(&lab.said);
    files_remove(&lab.files);
}

/* A file of the study, whole. */
static void take(const char *name, Text *out)
{
    Text path = {0};
    text_clear(out);
    text_format(&path, "%s/%s", lab.directory, name);
    if (file_read(text_str(&path), out, 1 << 20))
        fail_msg("no %s", name);
    text_free(&path);
}

static void holds(const char *name, const char *part)
{
    Text text = {0};
    take(name, &text);
    if (!strstr(text_str(&text), part))
        fail_msg("no '%s' in %s:\n%s", part, name, text_str(&text));
    text_free(&text);
}

static bool lacks(const char *name, const char *part)
{
    Text text = {0};
    take(name, &text);
    const bool lacks = !strstr(text_str(&text), part);
    text_free(&text);
    return lacks;
}

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
        cmocka_unit_test(others_stay_in_the_report),
        cmocka_unit_test(kept_verdicts_that_are_not_taken),
        cmocka_unit_test(facts_come_back_as_they_went),
        cmocka_unit_test(refused_before_anything_is_run),
        cmocka_unit_test(quick_and_full_do_not_mix),
        cmocka_unit_test(one_writer_at_a_time),
        cmocka_unit_test(a_run_that_fails_is_told_and_gone_on_from),
        cmocka_unit_test(several_failures),
        cmocka_unit_test(gnuplot_is_missed_once),
        cmocka_unit_test(interrupted_and_gone_on),
        cmocka_unit_test(kept_results_stand_in_for_missing_data),
        cmocka_unit_test(measured_without_its_runs_on_mnist),
        cmocka_unit_test(the_verdict_follows_the_number),
        cmocka_unit_test(a_disk_that_is_full),
    };
    return cmocka_run_group_tests_name("study", tests, NULL, NULL);
}
