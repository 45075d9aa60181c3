/* For tests of studies: runs and pictures that are made up, and what the study's files say.
 * The one thing to know: a run is a networks.csv of three rows, a picture a few tags; each can be told to fail or to be the moment of a Ctrl-C,
 * and every claim measures `value` against 2.385.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_CLAIM_LAB_H
#define TESTS_CLAIM_LAB_H

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

static inline bool stop(void)
{
    return stopped;
}

static inline int fake_run(void *context, const StudyRun *run)
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

static inline int fake_plot(void *context, const char *directory, const char *figure, const char *format)
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

static inline int fake_measure(const ClaimCase *c, Facts *out)
{
    if (lab.broken && strstr(c->directory, lab.broken))
        return error(EXIT_DATA, "a table of '%s' cannot be read", c->directory);
    const double sample[] = {value, value + 0.01, value - 0.01};
    facts_mean(out, "a quantity", "here", 2.385, sample, 3);
    facts_exact(out, "another", "there", NOT_GIVEN, value);
    return 0;
}

static inline void fake_judge(const Facts *f, Verdict *v)
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

static inline void set_up(void)
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

static inline void tear_down(void)
{
    notice_quiet(false);
    text_free(&lab.said);
    files_remove(&lab.files);
}

/* A file of the study, whole. */
static inline void take(const char *name, Text *out)
{
    Text path = {0};
    text_clear(out);
    text_format(&path, "%s/%s", lab.directory, name);
    if (file_read(text_str(&path), out, 1 << 20))
        fail_msg("no %s", name);
    text_free(&path);
}

static inline void holds(const char *name, const char *part)
{
    Text text = {0};
    take(name, &text);
    if (!strstr(text_str(&text), part))
        fail_msg("no '%s' in %s:\n%s", part, name, text_str(&text));
    text_free(&text);
}

static inline bool lacks(const char *name, const char *part)
{
    Text text = {0};
    take(name, &text);
    const bool lacks = !strstr(text_str(&text), part);
    text_free(&text);
    return lacks;
}

#endif
