/* Claims: the table, and what all of them share.
 * The one thing to know: %M in a command line is where MNIST lies; a claim without it needs no data. */
#include "claim/claim.h"

#include <stdlib.h>
#include <string.h>

#define CLAIM(id) &claim_##id,
const Claim *const claim_rows[] = {
#include "claim/claims.def"
};
#undef CLAIM
const size_t n_claim_rows = sizeof claim_rows / sizeof *claim_rows;

const Claim *claim_find(const char *id)
{
    for (size_t i = 0; i < n_claim_rows; i++)
        if (!strcmp(claim_rows[i]->id, id))
            return claim_rows[i];
    return NULL;
}

const char *verdict_name(VerdictKind kind)
{
    static const char *const names[] = {
        [VERDICT_HOLDS] = "holds",
        [VERDICT_HOLDS_WHEN] = "holds when",
        [VERDICT_DOES_NOT_HOLD] = "does not hold",
        [VERDICT_NOT_MEASURED] = "not measured",
    };
    return names[kind];
}

void verdict_free(Verdict *v)
{
    text_free(&v->condition);
    text_free(&v->sentence);
    *v = (Verdict){0};
}

void verdict_set(Verdict *v, VerdictKind kind, const Fact *headline)
{
    v->kind = kind;
    v->headline = headline;
}

bool claim_run_needs_mnist(const ClaimRun *run)
{
    return strstr(run->quick, "%M") != NULL;
}

bool claim_needs_mnist(const Claim *claim)
{
    bool some = false;
    for (size_t i = 0; i < CLAIM_RUNS && claim->runs[i].name; i++)
        some = some || claim_run_needs_mnist(&claim->runs[i]);
    return some;
}

bool claim_needs_only_mnist(const Claim *claim)
{
    bool all = true;
    for (size_t i = 0; i < CLAIM_RUNS && claim->runs[i].name; i++)
        all = all && claim_run_needs_mnist(&claim->runs[i]);
    return all && claim_needs_mnist(claim);
}

/* One word, up to a space. */
static char *word_with_data(const char **at, const char *mnist)
{
    Text word = {0};
    for (; **at && **at != ' '; ++*at)
        if ((*at)[0] == '%' && (*at)[1] == 'M') {
            text_string(&word, mnist ? mnist : "DIR");
            ++*at;
        } else {
            text_char(&word, **at);
        }
    return word.data;
}

size_t claim_words(char *words[CLAIM_WORDS], const ClaimRun *run, const ClaimCase *c)
{
    size_t n = 0;
    const char *at = c->full ? run->full : run->quick;
    for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
        if (n + 1 == CLAIM_WORDS)
            BUG("a claim's command line with too many words");
        words[n++] = word_with_data(&at, c->mnist);
    }
    words[n] = NULL;
    return n;
}

void claim_words_free(char *words[CLAIM_WORDS])
{
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
}

void claim_command(Text *out, const ClaimRun *run, const ClaimCase *c)
{
    char *words[CLAIM_WORDS];
    const size_t n = claim_words(words, run, c);
    text_string(out, "fathom");
    for (size_t i = 0; i < n; i++) {
        text_char(out, ' ');
        text_shell(out, words[i]);
    }
    claim_words_free(words);
}

void claim_path(Text *out, const ClaimCase *c, const char *run)
{
    text_clear(out);
    text_format(out, "%s/%s", c->directory, run);
}

Table *claim_table(const ClaimCase *c, const char *run, const char *file)
{
    Text path = {0};
    claim_path(&path, c, run);
    Table *t = table_open(text_str(&path), file);
    text_free(&path);
    return t;
}
