/* A study: the order of its work.
 * The one thing to know: a claim that fails to run is told and passed over; its failure is the study's in the end, and the report is written
 * in any case. */
#include "claim/study.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/machine.h"
#include "base/mem.h"
#include "claim/kept.h"
#include "claim/report.h"

static const char interrupted[] = "interrupted; the same command goes on where it stopped";

/* Which of the claims --claim names. */
static int select_claims(const StudyPlan *plan, bool *asked)
{
    char *const copy = mem_string(plan->selected ? plan->selected : "");
    char *rest = plan->selected ? copy : NULL;
    int result = 0;
    for (size_t i = 0; i < plan->n_claims; i++)
        asked[i] = !plan->selected;
    for (char *word; result == 0 && (word = strsep(&rest, ","));) {
        size_t i = 0;
        while (i < plan->n_claims && strcasecmp(plan->claims[i]->id, word) != 0)
            i++;
        if (i == plan->n_claims)
            result = error(EXIT_USAGE, "--claim '%s': no claim '%s'; they are %s to %s ('fathom list claims')", plan->selected, word, plan->claims[0]->id,
                           plan->claims[plan->n_claims - 1]->id);
        else
            asked[i] = true;
    }
    free(copy);
    return result;
}

static ClaimCase case_of(const StudyPlan *plan, const Claim *claim, Text *directory)
{
    text_clear(directory);
    text_format(directory, "%s/%s", plan->directory, claim->id);
    return (ClaimCase){text_str(directory), plan->mnist, plan->full};
}

/* What is in the report: what is asked, and what the directory holds besides. */
static void collect(Study *s, const bool *asked)
{
    Text directory = {0};
    for (size_t i = 0; i < s->plan->n_claims; i++) {
        Outcome *o = &s->outcomes[s->n];
        *o = (Outcome){.claim = s->plan->claims[i], .asked = asked[i]};
        case_of(s->plan, o->claim, &directory);
        if (!asked[i] && kept_there(text_str(&directory)) && !kept_read(o, text_str(&directory)))
            notice("%s was measured by another version of fathom and is left out of the report; --claim %s measures it again", o->claim->id, o->claim->id);
        if (asked[i] || o->facts.finished)
            s->n++;
    }
    text_free(&directory);
}

/* Remember a failure and go on. */
static ExitCode take(Study *s, Text *why)
{
    char line[1024];
    const ExitCode code = error_take(line, sizeof line);
    if (s->code == EXIT_DONE)
        s->code = code;
    if (why->length)
        text_string(why, "; ");
    text_string(why, line);
    return code;
}

static void not_measured(Outcome *o, const char *why)
{
    facts_free(&o->facts);
    facts_finish(&o->facts);
    o->networks = 0;
    o->without_data = false;
    verdict_free(&o->verdict);
    verdict_set(&o->verdict, VERDICT_NOT_MEASURED, NULL);
    text_string(&o->verdict.condition, why);
}

/* The command lines, as a person would type them. */
static void put_commands(Outcome *o, const ClaimCase *c)
{
    Text path = {0};
    for (size_t i = 0; i < CLAIM_RUNS && o->claim->runs[i].name; i++) {
        claim_command(&o->commands[i], &o->claim->runs[i], c);
        claim_path(&path, c, o->claim->runs[i].name);
        text_string(&o->commands[i], " -o ");
        text_shell(&o->commands[i], text_str(&path));
    }
    for (size_t i = 0; i < CLAIM_FIGURES && o->claim->figures[i].figure; i++) {
        claim_path(&path, c, o->claim->figures[i].run);
        text_string(&o->plots[i], "fathom plot ");
        text_shell(&o->plots[i], text_str(&path));
        text_format(&o->plots[i], " --figure %s --format svg", o->claim->figures[i].figure);
    }
    text_free(&path);
}

/* How many networks a run has recorded. */
static int64_t networks_in(const char *directory)
{
    Text path = {0};
    int64_t length = 0, lines = 0;
    text_format(&path, "%s/networks.csv", directory);
    if (file_exists(text_str(&path)))
        file_lines(text_str(&path), 0, &length, &lines);
    text_free(&path);
    return lines > 0 ? lines - 1 : 0;
}

/* Does a later run of the claim write to the same directory? Then its networks are counted there. */
static bool shares_directory(const Claim *claim, size_t run)
{
    for (size_t i = run + 1; i < CLAIM_RUNS && claim->runs[i].name; i++)
        if (!strcmp(claim->runs[i].name, claim->runs[run].name))
            return true;
    return false;
}

/* All runs of a claim, and its facts. 0, or -1 after error(); stopped early where stop() says so. */
static int run_all(const Study *s, Outcome *o, const ClaimCase *c)
{
    const StudyPlan *plan = s->plan;
    Text path = {0}, label = {0};
    int result = 0;
    for (size_t i = 0; result == 0 && i < CLAIM_RUNS && o->claim->runs[i].name && !plan->stop(); i++) {
        char *words[CLAIM_WORDS];
        if (o->without_data && claim_run_needs_mnist(&o->claim->runs[i]))
            continue;
        text_clear(&label);
        claim_words(words, &o->claim->runs[i], c);
        claim_path(&path, c, o->claim->runs[i].name);
        text_format(&label, "%s %s (%zu of %zu)", o->claim->id, o->claim->runs[i].name, (size_t)(o - s->outcomes) + 1, s->n);
        result = plan->run(plan->context, &(StudyRun){words, text_str(&path), text_str(&label)});
        if (!shares_directory(o->claim, i))
            o->networks += networks_in(text_str(&path));
        claim_words_free(words);
    }
    if (result == 0 && !plan->stop())
        result = o->claim->measure(c, &o->facts);
    text_free(&path);
    text_free(&label);
    return result;
}

/* A claim that cannot be measured now: as it was kept, if it was. */
static void recall(Outcome *o, const ClaimCase *c, const char *why)
{
    facts_free(&o->facts);
    o->networks = 0;
    o->without_data = false;
    if (!kept_read(o, c->directory))
        not_measured(o, why);
}

/* Run, measure, judge, keep. */
static void measure(Study *s, Outcome *o, const ClaimCase *c)
{
    Text why = {0}, line = {0};
    const int failed = run_all(s, o, c);
    if (failed) {
        take(s, &line);
        text_format(&why, "its runs failed: %s", text_str(&line));
        o->failed = true;
        not_measured(o, text_str(&why));
    } else if (s->plan->stop()) {
        recall(o, c, interrupted);
    } else {
        o->fresh = true;
        facts_finish(&o->facts);
        o->claim->judge(&o->facts, &o->verdict);
        if (kept_write(o, c->directory))
            take(s, &o->trouble);
    }
    text_free(&why);
    text_free(&line);
}

static bool measured(const Outcome *o)
{
    return o->verdict.kind != VERDICT_NOT_MEASURED;
}

/* One picture, in one format: true when it is there. */
static bool draw(Study *s, const char *directory, const char *figure, const char *format, Text *why)
{
    if (s->no_gnuplot.length) {
        text_string(why, text_str(&s->no_gnuplot));
        return false;
    }
    if (s->plan->stop()) {
        text_string(why, interrupted);
        return false;
    }
    if (s->plan->plot(s->plan->context, directory, figure, format) == 0)
        return true;
    if (take(s, why) == EXIT_NOTOOL)
        text_string(&s->no_gnuplot, text_str(why));
    return false;
}

static const ClaimRun *run_of(const Claim *claim, const char *name)
{
    for (size_t i = 0; i < CLAIM_RUNS && claim->runs[i].name; i++)
        if (!strcmp(claim->runs[i].name, name))
            return &claim->runs[i];
    return NULL;
}

static void draw_all(Study *s, Outcome *o, const ClaimCase *c)
{
    Text path = {0}, file = {0};
    for (size_t i = 0; i < CLAIM_FIGURES && o->claim->figures[i].figure; i++) {
        const ClaimFigure *figure = &o->claim->figures[i];
        if (o->without_data && run_of(o->claim, figure->run) && claim_run_needs_mnist(run_of(o->claim, figure->run)))
            continue;   /* said once: the claim was measured without these runs */
        claim_path(&path, c, figure->run);
        text_clear(&file);
        text_format(&file, "%s/figures/%s.svg", text_str(&path), figure->figure);
        const bool there = o->fresh ? draw(s, text_str(&path), figure->figure, "svg", &o->absent[i]) : file_exists(text_str(&file));
        if (there)
            text_format(&o->pictures[i], "%s/%s/figures/%s.svg", o->claim->id, figure->run, figure->figure);
        else if (!o->absent[i].length)
            text_string(&o->absent[i], "it was not drawn");
        if (there && s->plan->tex)
            o->drawn_tex[i] = draw(s, text_str(&path), figure->figure, "tex", &o->trouble);
    }
    text_free(&path);
    text_free(&file);
}

static void tell(const Study *s, const Outcome *o, double seconds)
{
    Text time = {0};
    text_human_seconds(&time, seconds);
    if (measured(o))
        notice("%s (%zu of %zu): %s; %lld networks, %s", o->claim->id, (size_t)(o - s->outcomes) + 1, s->n, verdict_name(o->verdict.kind),
               (long long)o->networks, text_str(&time));
    else
        notice("%s (%zu of %zu): not measured: %s", o->claim->id, (size_t)(o - s->outcomes) + 1, s->n, text_str(&o->verdict.condition));
    text_free(&time);
}

/* A claim for which there are no data: as it was measured with them; else without those of its runs; else not. */
static void measure_without_data(Study *s, Outcome *o, const ClaimCase *c)
{
    if (kept_read(o, c->directory) && !o->without_data)
        return;
    facts_free(&o->facts);
    verdict_free(&o->verdict);
    o->networks = 0;
    o->without_data = !claim_needs_only_mnist(o->claim);
    if (o->without_data)
        measure(s, o, c);
    else
        not_measured(o, "needs MNIST: give the directory of its four IDX files, as they are published, with --data DIR");
}

static void work(Study *s, Outcome *o)
{
    const StudyPlan *plan = s->plan;
    const double start = machine_seconds();
    Text directory = {0}, why = {0};
    const ClaimCase c = case_of(plan, o->claim, &directory);
    put_commands(o, &c);
    if (o->asked && o->claim->needs) {
        text_format(&why, "needs %s, which this version does not have", o->claim->needs);
        not_measured(o, text_str(&why));
    } else if (o->asked && claim_needs_mnist(o->claim) && !plan->mnist) {
        measure_without_data(s, o, &c);
    } else if (o->asked && plan->stop()) {
        recall(o, &c, interrupted);
    } else if (o->asked) {
        measure(s, o, &c);
    }
    if (measured(o))
        draw_all(s, o, &c);
    if (o->asked && !plan->stop())
        tell(s, o, machine_seconds() - start);
    text_free(&directory);
    text_free(&why);
}

static void outcome_free(Outcome *o)
{
    facts_free(&o->facts);
    verdict_free(&o->verdict);
    for (size_t i = 0; i < CLAIM_RUNS; i++)
        text_free(&o->commands[i]);
    for (size_t i = 0; i < CLAIM_FIGURES; i++) {
        text_free(&o->plots[i]);
        text_free(&o->pictures[i]);
        text_free(&o->absent[i]);
    }
    text_free(&o->trouble);
}

/* The last line: what is missing, and how to go on. 0; 1 after error(). */
static int conclude(const Study *s)
{
    Text what = {0};
    size_t left = 0, failed = 0, without = 0;
    for (size_t i = 0; i < s->n; i++) {
        left += !measured(&s->outcomes[i]);
        failed += s->outcomes[i].failed;
        for (size_t k = 0; k < CLAIM_FIGURES; k++)
            without += s->outcomes[i].absent[k].length > 0;
    }
    if (failed)
        text_format(&what, "%zu of %zu claims failed", failed, s->n);
    if (without)
        text_format(&what, "%s%zu picture%s missing", failed ? ", " : "", without, without == 1 ? " is" : "s are");
    if (!what.length)
        text_string(&what, "not everything could be kept");
    int result = 0;
    if (s->code != EXIT_DONE) {
        error(s->code, "%s; what was measured is in '%s/report.html'; to go on: %s", text_str(&what), s->plan->directory, s->plan->command);
        result = 1;
    } else if (s->plan->stop()) {
        notice("interrupted with %zu of %zu claims measured; they are in '%s/report.html'; to go on: %s", s->n - left, s->n, s->plan->directory,
               s->plan->command);
    }
    text_free(&what);
    return result;
}

int study_run(const StudyPlan *plan)
{
    bool *asked = mem_alloc(plan->n_claims, sizeof *asked);
    Study s = {.plan = plan, .outcomes = mem_alloc(plan->n_claims + 1, sizeof *s.outcomes)};
    int result = select_claims(plan, asked), lock = -1;
    if (result == 0)
        result = lock = kept_open(plan);
    if (lock >= 0) {
        collect(&s, asked);
        for (size_t i = 0; i < s.n; i++)
            work(&s, &s.outcomes[i]);
        result = report_write(&s);
        if (result)
            notice("the runs are kept in '%s'; to go on: %s", plan->directory, plan->command);
        else
            result = conclude(&s);
        close(lock);
    }
    for (size_t i = 0; i < s.n; i++)
        outcome_free(&s.outcomes[i]);
    text_free(&s.no_gnuplot);
    free(s.outcomes);
    free(asked);
    return result;
}
