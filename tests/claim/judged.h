/* For tests of claims: a claim measured on small runs, and its facts changed to see the verdict flip.
 * The one thing to know: the runs are the claim's own quick command lines with two seeds, few steps and small widths, run by the commands
 * themselves; every fact that `judge` asks for is there, with whatever number; then facts are set by name.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_CLAIM_JUDGED_H
#define TESTS_CLAIM_JUDGED_H

#include "claim/claim.h"
#include "cmd/script.h"
#include "files.h"
#include "model/registry.h"

typedef struct {
    Files files;
    const Claim *claim;
    ClaimCase c;
    Facts facts;
} Judged;

/* The number behind some options, where it is larger, becomes this one; "%M" never comes so far. */
static inline const char *judged_small(const char *option, const char *value, char room[32])
{
    static const struct {
        const char *option;
        double most;
    } limits[] = {{"-s", 2}, {"--steps", 20}, {"--every", 20}, {"-w", 256}, {"-b", 64}, {"--samples", 100}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (!strcmp(option, limits[i].option) && !strchr(value, ',') && atof(value) > limits[i].most) {
            snprintf(room, 32, "%g", limits[i].most);
            return room;
        }
    return value;
}

static inline void judged_run(const Judged *j, const ClaimRun *run)
{
    enum { MOST = 64 };
    char line[2048], where[512], numbers[MOST][32], *words[MOST], *rest = line, *word;
    int n = 0;
    snprintf(line, sizeof line, "%s", run->quick);
    snprintf(where, sizeof where, "%s/%s", j->files.directory, run->name);
    while ((word = strsep(&rest, " ")) && n < MOST - 1)
        if (*word)
            words[n++] = word;
    for (int i = 1; i < n; i++) {
        const char *small = judged_small(words[i - 1], words[i], numbers[i]);
        if (small == numbers[i])
            words[i] = numbers[i];
    }
    words[n] = NULL;
    const int result = script_words(words, &(Part){.output = where, .progress = "never", .quiet = true});
    assert_int_equal(result, 0);
}

/* Measured without MNIST. */
static inline Judged judged_open(const char *id)
{
    Judged j = {.files = files_make(), .claim = claim_find(id)};
    assert_non_null(j.claim);
    j.c = (ClaimCase){.directory = j.files.directory};
    for (size_t i = 0; i < CLAIM_RUNS && j.claim->runs[i].name; i++)
        if (!strstr(j.claim->runs[i].quick, "%M"))
            judged_run(&j, &j.claim->runs[i]);
    j.c.directory = j.files.directory;
    assert_int_equal(j.claim->measure(&j.c, &j.facts), 0);
    facts_finish(&j.facts);
    return j;
}

static inline void judged_close(Judged *j)
{
    facts_free(&j->facts);
    files_remove(&j->files);
}

/* Set the facts of a quantity whose place begins with `where` (NULL: all): measured ± half. At least one must be there. */
static inline void judged_set(Judged *j, const char *quantity, const char *where, double measured, double half)
{
    size_t n = 0;
    for (size_t i = 0; i < j->facts.n; i++) {
        Fact *f = &j->facts.facts[i];
        if (strcmp(f->quantity, quantity) != 0 || (where && strncmp(f->where, where, strlen(where)) != 0))
            continue;
        f->measured = measured;
        f->low = measured - half;
        f->high = measured + half;
        n++;
    }
    if (!n)
        fail_msg("%s has no fact '%s' at '%s'", j->claim->id, quantity, where ? where : "");
}

/* Set what its theory predicted. */
static inline void judged_agree(Judged *j, const char *quantity)
{
    for (size_t i = 0; i < j->facts.n; i++)
        if (!strcmp(j->facts.facts[i].quantity, quantity))
            judged_set(j, quantity, j->facts.facts[i].where, j->facts.facts[i].predicted, 1e-3);
}

/* The verdict is `kind`, its condition holds `part` (NULL: there is none), and its sentence has no number that is none. */
static inline void judged_expect(Judged *j, VerdictKind kind, const char *part)
{
    Verdict v = {0};
    j->claim->judge(&j->facts, &v);
    const char *condition = text_str(&v.condition), *sentence = text_str(&v.sentence);
    if (v.kind != kind || (part ? !strstr(condition, part) : *condition))
        fail_msg("%s: wanted '%s' with \"%s\", got '%s' with \"%s\"", j->claim->id, verdict_name(kind), part ? part : "", verdict_name(v.kind),
                 condition);
    if (strlen(sentence) < 40 || sentence[strlen(sentence) - 1] != '.' || strstr(sentence, "nan") || strstr(sentence, "inf "))
        fail_msg("%s: a poor sentence: \"%s\"", j->claim->id, sentence);
    assert_non_null(v.headline);
    verdict_free(&v);
}

/* Every measured number is a number, every prediction that a claim makes is one, and no interval is upside down. */
static inline void judged_sound(const Judged *j, const char *const *predicted, size_t n)
{
    for (size_t i = 0; i < j->facts.n; i++) {
        const Fact *f = &j->facts.facts[i];
        if (isnan(f->measured) || !(f->low <= f->measured && f->measured <= f->high))
            fail_msg("%s: %s, %s: %g in [%g, %g]", j->claim->id, f->quantity, f->where, f->measured, f->low, f->high);
        for (size_t k = 0; k < n; k++)
            if (!strcmp(f->quantity, predicted[k]) && !isfinite(f->predicted))
                fail_msg("%s: %s, %s: no prediction", j->claim->id, f->quantity, f->where);
    }
}

#define PREDICTED(j, ...) judged_sound(j, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#endif
