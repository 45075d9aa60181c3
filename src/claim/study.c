/* A study: the order of its work.
 * The one thing to know: a claim that fails to run is told and passed over; the report is written in any case. */
#include "claim/study.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "claim/report.h"

static int select_claims(const StudyPlan *plan, const Claim **out, size_t *n)
{
    *n = 0;
    if (!plan->selected) {
        memcpy(out, claim_rows, n_claim_rows * sizeof *out);
        *n = n_claim_rows;
        return 0;
    }
    char *const copy = mem_string(plan->selected);
    char *rest = copy;
    int result = 0;
    for (char *word; result == 0 && (word = strsep(&rest, ","));) {
        const Claim *claim = claim_find(word);
        if (!claim)
            result = error(EXIT_USAGE, "--claim '%s': no claim '%s'; they are %s to %s ('fathom list claims')", plan->selected, word, claim_rows[0]->id,
                           claim_rows[n_claim_rows - 1]->id);
        for (size_t i = 0; claim && i < *n; i++)
            if (out[i] == claim)
                claim = NULL;   /* named twice */
        if (result == 0 && claim)
            out[(*n)++] = claim;
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

static void not_measured(Outcome *o, const char *why)
{
    verdict_set(&o->verdict, VERDICT_NOT_MEASURED, NULL);
    text_clear(&o->verdict.condition);
    text_string(&o->verdict.condition, why);
}

/* All runs of a claim. 0, or -1 after error(). */
static int run_all(const StudyPlan *plan, Outcome *o, const ClaimCase *c)
{
    const Claim *claim = o->claim;
    Text command = {0}, path = {0}, label = {0};
    int result = 0;
    for (size_t i = 0; i < CLAIM_RUNS && claim->runs[i].name; i++) {
        text_clear(&command);
        text_clear(&label);
        claim_command(&command, &claim->runs[i], c);
        claim_path(&path, c, claim->runs[i].name);
        text_format(&label, "%s %s", claim->id, claim->runs[i].name);
        text_format(&o->commands[i], "%s -o %s", text_str(&command), text_str(&path));
        if (result == 0 && !plan->stop())
            result = plan->run(plan->context, text_str(&command), text_str(&path), text_str(&label));
    }
    text_free(&command);
    text_free(&path);
    text_free(&label);
    return result;
}

static int keep_facts(const Outcome *o, const ClaimCase *c)
{
    Text csv = {0}, path = {0};
    text_format(&path, "%s/facts.csv", c->directory);
    facts_csv(&csv, &o->facts);
    int result = file_make_directory(c->directory);
    if (result == 0)
        result = file_replace(text_str(&path), text_str(&csv), csv.length);
    text_free(&csv);
    text_free(&path);
    return result;
}

static void draw_all(const StudyPlan *plan, Outcome *o, const ClaimCase *c)
{
    const Claim *claim = o->claim;
    Text path = {0};
    for (size_t i = 0; i < CLAIM_FIGURES && claim->figures[i].figure; i++) {
        claim_path(&path, c, claim->figures[i].run);
        if (plan->plot(plan->context, text_str(&path), claim->figures[i].figure) == 0)
            text_format(&o->pictures[i], "%s/%s/figures/%s.svg", claim->id, claim->figures[i].run, claim->figures[i].figure);
        else
            text_format(&o->missing, "%sthe picture %s", o->missing.length ? ", " : "", claim->figures[i].figure);
    }
    text_free(&path);
}

static int measure(const StudyPlan *plan, Outcome *o)
{
    const Claim *claim = o->claim;
    Text directory = {0}, why = {0};
    const ClaimCase c = case_of(plan, claim, &directory);
    int result = 0;
    if (claim->needs) {
        text_format(&why, "not measured yet: needs %s", claim->needs);
    } else if (claim_needs_mnist(claim) && !plan->mnist) {
        text_string(&why, "needs MNIST: give its directory with --data DIR (the four IDX files, as they are published)");
    } else {
        result = run_all(plan, o, &c);
        if (result == 0 && !plan->stop())
            result = claim->measure(&c, &o->facts);
        if (result || plan->stop())
            text_string(&why, result ? "its runs failed; the same command goes on where it stopped" : "interrupted; the same command goes on");
    }
    facts_finish(&o->facts);
    if (why.length) {
        not_measured(o, text_str(&why));
    } else {
        claim->judge(&o->facts, &o->verdict);
        result = keep_facts(o, &c);
        draw_all(plan, o, &c);
    }
    text_free(&directory);
    text_free(&why);
    return result;
}

static void outcome_free(Outcome *o)
{
    facts_free(&o->facts);
    verdict_free(&o->verdict);
    for (size_t i = 0; i < CLAIM_RUNS; i++)
        text_free(&o->commands[i]);
    for (size_t i = 0; i < CLAIM_FIGURES; i++)
        text_free(&o->pictures[i]);
    text_free(&o->missing);
}

int study_run(const StudyPlan *plan)
{
    const Claim **chosen = mem_alloc(n_claim_rows, sizeof(const Claim *));
    Study study = {.plan = plan};
    int result = select_claims(plan, chosen, &study.n);
    if (result == 0)
        result = file_make_directory(plan->directory);
    study.outcomes = mem_alloc(study.n + 1, sizeof *study.outcomes);
    for (size_t i = 0; result == 0 && i < study.n; i++) {
        study.outcomes[i].claim = chosen[i];
        if (!plan->stop() && measure(plan, &study.outcomes[i]))
            notice("%s is left out; what is measured stays", chosen[i]->id);
        else if (plan->stop())
            not_measured(&study.outcomes[i], "interrupted; the same command goes on");
        if (!plan->quiet)
            notice("%s: %s", chosen[i]->id, verdict_name(study.outcomes[i].verdict.kind));
    }
    if (result == 0)
        result = report_write(&study);
    for (size_t i = 0; i < study.n; i++)
        outcome_free(&study.outcomes[i]);
    free(study.outcomes);
    free(chosen);
    return result;
}
