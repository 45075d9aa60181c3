/* report.md: the report in GitHub's Markdown, with the pictures beside it.
 * The one thing to know: every mark that Markdown knows is escaped by a backslash in what is not ours; anchors are written out, because those
 * that are made from headings differ from place to place.
 * GitHub Flavored Markdown, section 6.1 (backslash escapes). */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/report.h"
#include "claim/say.h"
#include "claim/words.h"
#include "show/label.h"

enum { SHORT_TABLE = 12 };

static void put_text(Text *out, const char *s)
{
    Text clean = {0};
    label_clean(&clean, s, SIZE_MAX);
    for (const char *c = text_str(&clean); *c; c++) {
        if (strchr("\\`*_{}[]<>#|~&!$@", *c) || (c == text_str(&clean) && strchr("-+=", *c)))
            text_char(out, '\\');
        text_char(out, *c);
    }
    text_free(&clean);
}

/* Escaped pieces between literals, as html_put. */
static void put(Text *out, const char *before, const char *s, const char *after)
{
    text_string(out, before);
    put_text(out, s);
    text_string(out, after);
}

static void put_prose(Text *out, const char *before, const char *text, const char *after)
{
    Text said = {0};
    say_prose(&said, text);
    put(out, before, text_str(&said), after);
    text_free(&said);
}

/* Lines of code, between fences that are longer than any run of backticks in them. */
static void put_commands(Text *out, const char *const *lines, size_t n)
{
    size_t longest = 2;
    for (size_t i = 0; i < n; i++)
        for (const char *c = lines[i]; *c;) {
            const size_t run = strspn(c, "`");
            longest = run > longest ? run : longest;
            c += run ? run : 1;
        }
    Text fence = {0};
    for (size_t i = 0; i <= longest; i++)
        text_char(&fence, '`');
    text_format(out, "%ssh\n", text_str(&fence));
    for (size_t i = 0; i < n; i++) {
        label_clean(out, lines[i], SIZE_MAX);
        text_char(out, '\n');
    }
    text_format(out, "%s\n\n", text_str(&fence));
    text_free(&fence);
}

static void put_link(Text *out, const Claim *claim)
{
    text_format(out, "[%s](#%s)", claim->id, claim->id);
}

static void put_answer(Text *out, const Study *s)
{
    Prose answer = {0};
    words_answer(&answer, s);
    for (size_t i = 0; i < answer.n; i++)
        if (answer.spans[i].claim)
            put_link(out, answer.spans[i].claim);
        else
            put_text(out, text_str(&answer.spans[i].text));
    text_string(out, "\n\n");
    prose_free(&answer);
}

static void put_picture(Text *out, const Outcome *o, size_t k)
{
    put(out, "![", o->claim->figures[k].caption, "](");
    text_format(out, "%s)\n\n", text_str(&o->pictures[k]));
}

static void put_said(Text *out, const Fact *f, void (*say)(Text *out, const Fact *f))
{
    Text said = {0};
    if (f)
        say(&said, f);
    put(out, " ", text_str(&said), " |");
    text_free(&said);
}

static void put_quantity(Text *out, const Fact *headline)
{
    if (headline)
        put_prose(out, " ", headline->quantity, *headline->where ? ", " : "");
    if (headline && *headline->where)
        put_prose(out, "", headline->where, "");
    text_string(out, " |");
}

static void put_verdicts(Text *out, const Study *s)
{
    text_string(out, "## The verdicts\n\n| id | claim | quantity | predicted | measured | interval | verdict |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < s->n; i++) {
        const Outcome *o = &s->outcomes[i];
        text_string(out, "| ");
        put_link(out, o->claim);
        put_prose(out, " | ", o->claim->claim, " |");
        put_quantity(out, o->verdict.headline);
        put_said(out, o->verdict.headline, say_predicted);
        put_said(out, o->verdict.headline, say_measured);
        put_said(out, o->verdict.headline, say_interval);
        text_format(out, " **%s**", verdict_name(o->verdict.kind));
        put_prose(out, o->verdict.condition.length ? ": " : "", text_str(&o->verdict.condition), " |\n");
    }
    text_string(out, "\nAn interval holds jointly with all others of its claim ([method](#method)).\n\n");
}

static void put_missing(Text *out, const Study *s)
{
    Prose missing = {0};
    words_missing(&missing, s);
    if (missing.n) {
        text_string(out, "## What is missing\n\n");
        for (size_t i = 0; i < missing.n; i++) {
            text_string(out, "- ");
            if (missing.spans[i].claim) {
                put_link(out, missing.spans[i].claim);
                text_string(out, ": ");
            }
            put(out, "", text_str(&missing.spans[i].text), "\n");
        }
        text_char(out, '\n');
        Text command = {0};
        if (words_go_on(&command, s)) {
            text_string(out, "The command that goes on from here, and computes nothing twice:\n\n");
            put_commands(out, (const char *const[]){text_str(&command)}, 1);
        }
        text_free(&command);
    }
    prose_free(&missing);
}

static void put_facts(Text *out, const Facts *facts)
{
    if (facts->n == 0)
        return;
    const bool folded = facts->n > SHORT_TABLE;
    size_t *order = mem_alloc(facts->n, sizeof *order);
    words_order(facts, order);
    if (folded)
        text_format(out, "<details><summary>All %zu numbers</summary>\n\n", facts->n);
    text_string(out, "| quantity | where | predicted | measured | interval | sample |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < facts->n; i++) {
        const Fact *f = &facts->facts[order[i]];
        put_prose(out, "| ", f->quantity, " |");
        put_prose(out, " ", f->where, " |");
        put_said(out, f, say_predicted);
        put_said(out, f, say_measured);
        put_said(out, f, say_interval);
        put_said(out, f, say_count);
        text_char(out, '\n');
    }
    text_string(out, folded ? "\n</details>\n\n" : "\n");
    free(order);
}

static void put_claim(Text *out, const Outcome *o)
{
    const char *lines[CLAIM_RUNS + CLAIM_FIGURES];
    size_t n = 0;
    text_format(out, "<a id=\"%s\"></a>\n\n### %s: ", o->claim->id, o->claim->id);
    put_prose(out, "", o->claim->claim, "\n\n");
    text_format(out, "**%s**", verdict_name(o->verdict.kind));
    put_prose(out, o->verdict.condition.length ? ": " : "", text_str(&o->verdict.condition), "\n\n");
    if (o->verdict.sentence.length)
        put_prose(out, "", text_str(&o->verdict.sentence), "\n\n");
    for (size_t k = 0; k < CLAIM_FIGURES; k++)
        if (o->pictures[k].length) {
            put_picture(out, o, k);
            put_prose(out, "*", o->claim->figures[k].caption, "*\n\n");
        }
    put_facts(out, &o->facts);
    for (size_t i = 0; i < CLAIM_RUNS && o->claim->runs[i].name; i++)
        lines[n++] = text_str(&o->commands[i]);
    for (size_t k = 0; k < CLAIM_FIGURES && o->claim->figures[k].figure; k++)
        lines[n++] = text_str(&o->plots[k]);
    if (n)
        put_commands(out, lines, n);
    if (o->claim->method)
        put_prose(out, "Method and limits: ", o->claim->method, "");
    if (o->claim->criterion)
        put_prose(out, o->claim->method ? " " : "", o->claim->criterion, "");
    if (o->claim->method || o->claim->criterion)
        text_string(out, "\n\n");
    if (o->claim->source)
        put(out, "Source: ", o->claim->source, "\n\n");
}

static void put_method(Text *out, const Study *s)
{
    Method method[WORDS_METHOD];
    words_method(method, s);
    text_string(out, "<a id=\"method\"></a>\n\n## Method and statistics\n\n");
    for (size_t i = 0; i < WORDS_METHOD; i++) {
        text_format(out, "**%s.** ", method[i].heading);
        put(out, "", text_str(&method[i].text), "\n\n");
    }
    text_string(out, "The whole report again:\n\n");
    put_commands(out, (const char *const[]){s->plan->command}, 1);
    text_format(out, "Measured with fathom %s.\n", FATHOM_VERSION);
    words_method_free(method);
}

void report_md(Text *out, const Study *s)
{
    const Outcome *o;
    size_t figure;
    text_format(out, "# %s\n\n", WORDS_TITLE);
    put_answer(out, s);
    if (words_opening(s, &o, &figure)) {
        put_picture(out, o, figure);
        put_prose(out, "*", o->claim->figures[figure].caption, "* (");
        put_link(out, o->claim);
        text_string(out, ")\n\n");
    }
    put_verdicts(out, s);
    put_missing(out, s);
    text_string(out, "## The claims\n\n");
    for (size_t i = 0; i < s->n; i++)
        put_claim(out, &s->outcomes[i]);
    put_method(out, s);
}
