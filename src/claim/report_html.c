/* report.html: one page that needs nothing else.
 * The one thing to know: its policy forbids every request and every script but its own; pictures are part of the page.
 * WHATWG, HTML; W3C, WCAG 2.1 AA for contrast, names and keyboard. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "claim/report.h"
#include "claim/report_style.h"
#include "claim/say.h"
#include "claim/words.h"
#include "show/html.h"

enum { LARGEST_PICTURE = 8 << 20, SHORT_TABLE = 12 };

static void put_lines(Text *out, const char *const *lines)
{
    for (; *lines; lines++)
        text_format(out, "%s\n", *lines);
}

static const char *chip_class(VerdictKind kind)
{
    static const char *const classes[] = {"yes", "when", "no", "none"};
    return classes[kind];
}

/* What a judge wrote, its numbers as people write them. */
static void put_prose(Text *out, const char *before, const char *text, const char *after)
{
    Text said = {0};
    say_prose(&said, text);
    text_string(out, before);
    html_text(out, text_str(&said));
    text_string(out, after);
    text_free(&said);
}

static void put_chip(Text *out, VerdictKind kind)
{
    html_put(out, "<span class=\"chip %s\">%s</span>", chip_class(kind), verdict_name(kind));
}

static void put_head(Text *out, const Prose *answer)
{
    text_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    html_put(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; img-src data:; "
                  "base-uri 'none'; form-action 'none'\">\n", report_script_hash);
    html_put(out, "<meta name=\"description\" content=\"%s\">\n<link rel=\"icon\" href=\"data:,\">\n<title>%s</title>\n<style>\n",
             text_str(&answer->spans[0].text), WORDS_TITLE);
    put_lines(out, report_style);
    text_string(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#verdicts\">Skip to the verdicts</a>\n");
}

static void put_span(Text *out, const Span *s)
{
    if (s->claim)
        html_put(out, "<a href=\"#%s\">%s</a>", s->claim->id, text_str(&s->text));
    else
        html_text(out, text_str(&s->text));
}

/* --- figures --------------------------------------------------------------------------------------------------------------- */

/* The picture itself; false where its file is not there or not gnuplot's. */
static bool put_picture(Text *out, const Study *s, const Outcome *o, size_t k, const char *prefix)
{
    Text path = {0}, svg = {0}, sentence = {0};
    say_prose(&sentence, text_str(&o->verdict.sentence));
    text_format(&path, "%s/%s", s->plan->directory, text_str(&o->pictures[k]));
    const bool put = file_exists(text_str(&path)) && file_read(text_str(&path), &svg, LARGEST_PICTURE) == 0 &&
                     html_picture(out, text_str(&svg), prefix, o->claim->figures[k].caption, text_str(&sentence));
    text_free(&path);
    text_free(&svg);
    text_free(&sentence);
    return put;
}

/* A command's line breaks between words; a word with hyphens is held together as long as it fits. */
static void put_command(Text *out, const char *line)
{
    text_string(out, "<span class=\"line\">");
    while (*line) {
        const size_t n = strcspn(line, " ");
        Text word = {0};
        text_bytes(&word, line, n);
        html_put(out, strchr(text_str(&word), '-') ? "<span>%s</span>" : "%s", text_str(&word));
        text_free(&word);
        line += n;
        if (*line)
            text_char(out, *line++);
    }
    text_string(out, "\n</span>");
}

static void put_commands(Text *out, const char *name, const char *const *lines, size_t n)
{
    html_put(out, "<pre class=\"commands\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><code>", name);
    for (size_t i = 0; i < n; i++)
        if (*lines[i])
            put_command(out, lines[i]);
    text_string(out, "</code></pre>\n");
}

/* The run that a figure shows. */
static const Text *command_of(const Outcome *o, const char *run)
{
    for (size_t i = 0; i < CLAIM_RUNS && o->claim->runs[i].name; i++)
        if (!strcmp(o->claim->runs[i].name, run))
            return &o->commands[i];
    return NULL;
}

static void put_figure(Text *out, const Study *s, const Outcome *o, size_t k, bool opening)
{
    const ClaimFigure *figure = &o->claim->figures[k];
    const Text *run = command_of(o, figure->run);
    Text prefix = {0}, name = {0}, picture = {0};
    text_format(&prefix, "%s-%s%zu-", opening ? "opening" : "fig", o->claim->id, k + 1);
    text_format(&name, "Commands of the figure %s%s", text_str(&prefix), figure->figure);
    text_string(out, "<figure>\n");
    if (put_picture(&picture, s, o, k, text_str(&prefix)))
        html_put(out, "<label class=\"enlarge\"><input type=\"checkbox\"> Enlarge</label>\n<div class=\"fig\">");
    else
        text_string(&picture, "<div class=\"fig absent\"><p>This picture cannot be shown here.</p>");
    text_bytes(out, text_str(&picture), picture.length);
    put_prose(out, "</div>\n<figcaption>", figure->caption, "");
    if (opening)
        html_put(out, " (<a href=\"#%s\">%s</a>)", o->claim->id, o->claim->id);
    text_string(out, ".\n");
    put_commands(out, text_str(&name), (const char *const[]){run ? text_str(run) : "", text_str(&o->plots[k])}, 2);
    text_string(out, "</figcaption>\n</figure>\n");
    text_free(&prefix);
    text_free(&name);
    text_free(&picture);
}

/* --- tables ---------------------------------------------------------------------------------------------------------------- */

/* A number's cell, with what it is sorted by: its attribute is empty where there is no number, and sorts last. */
static void put_number(Text *out, double x, const Text *said)
{
    text_string(out, "<td class=\"num\" data-v=\"");
    if (isinf(x))
        text_string(out, x > 0 ? "Infinity" : "-Infinity");
    else if (!isnan(x))
        text_measured(out, x);
    html_put(out, "\">%s</td>", text_str(said));
}

static void put_cell(Text *out, double x, const Fact *f, void (*say)(Text *out, const Fact *f))
{
    Text said = {0};
    say(&said, f);
    put_number(out, x, &said);
    text_free(&said);
}

static void put_headline(Text *out, const Fact *f)
{
    Text said = {0};
    if (!f) {
        text_string(out, "<td data-v=\"\"></td><td data-v=\"\"></td>");
        return;
    }
    put_cell(out, f->predicted, f, say_predicted);
    say_measured(&said, f);
    text_string(out, "<td class=\"num\" data-v=\"");
    if (isfinite(f->measured))
        text_measured(out, f->measured);
    html_put(out, "\"><span class=\"value\">%s</span> ", text_str(&said));
    text_clear(&said);
    say_interval(&said, f);
    html_put(out, "<span class=\"interval\">%s</span> ", text_str(&said));
    put_prose(out, "<span class=\"what\">", f->quantity, *f->where ? ", " : "");
    put_prose(out, "", f->where, "</span></td>");
    text_free(&said);
}

static void put_verdict_row(Text *out, const Outcome *o)
{
    html_put(out, "<tr><th scope=\"row\"><a href=\"#%s\">%s</a></th><td class=\"claim\">", o->claim->id, o->claim->id);
    put_prose(out, "", o->claim->claim, " <span class=\"narrow\">");
    put_chip(out, o->verdict.kind);
    text_string(out, "</span></td>");
    put_headline(out, o->verdict.headline);
    text_format(out, "<td data-v=\"%d\">", (int)o->verdict.kind);
    put_chip(out, o->verdict.kind);
    put_prose(out, "</td><td class=\"condition\">", text_str(&o->verdict.condition), "</td></tr>\n");
}

static void put_verdicts(Text *out, const Study *s)
{
    text_string(out, "<section id=\"verdicts\" aria-labelledby=\"verdicts-h\">\n<h2 id=\"verdicts-h\">The verdicts</h2>\n<p class=\"tally\">");
    for (VerdictKind k = VERDICT_HOLDS; k <= VERDICT_NOT_MEASURED; k++)
        if (words_count(s, k)) {
            text_string(out, "<span>");
            put_chip(out, k);
            text_format(out, " %zu</span>\n", words_count(s, k));
        }
    text_string(out, "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table of the verdicts\">\n<table class=\"sort verdicts\">\n<thead><tr>"
                     "<th scope=\"col\">Id</th><th scope=\"col\">Claim</th><th scope=\"col\">Predicted</th><th scope=\"col\">Measured</th>"
                     "<th scope=\"col\">Verdict</th><th scope=\"col\">Condition</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < s->n; i++)
        put_verdict_row(out, &s->outcomes[i]);
    text_string(out, "</tbody>\n</table>\n</div>\n<p class=\"note\">In brackets: an interval that holds jointly with all others of its claim "
                     "(<a href=\"#method\">method</a>).</p>\n</section>\n");
}

static void put_fact_row(Text *out, const Fact *f, bool named)
{
    Text count = {0};
    text_string(out, "<tr><th scope=\"row\">");
    if (named)
        put_prose(out, "", f->quantity, *f->where ? ", " : "");
    put_prose(out, "", f->where, "</th>");
    put_cell(out, f->predicted, f, say_predicted);
    put_cell(out, f->measured, f, say_measured);
    put_cell(out, f->n ? f->high - f->low : 0, f, say_interval);   /* by its width */
    say_count(&count, f);
    put_number(out, (double)f->n, &count);
    text_string(out, "</tr>\n");
    text_free(&count);
}

/* Rows by quantity: one that has several gets a heading; those that have one each follow each other without. */
static void put_fact_rows(Text *out, const Facts *facts)
{
    size_t *order = mem_alloc(facts->n, sizeof *order);
    words_order(facts, order);
    bool open = false, singles = false;
    for (size_t i = 0, end; i < facts->n; i = end) {
        const char *quantity = facts->facts[order[i]].quantity;
        for (end = i + 1; end < facts->n && !strcmp(facts->facts[order[end]].quantity, quantity); end++)
            ;
        const bool single = end == i + 1;
        if (open && !(single && singles))
            text_string(out, "</tbody>\n");
        if (!open || !(single && singles))
            text_string(out, "<tbody>\n");
        if (!single)
            put_prose(out, "<tr class=\"quantity\"><th colspan=\"5\" scope=\"rowgroup\">", quantity, "</th></tr>\n");
        for (size_t k = i; k < end; k++)
            put_fact_row(out, &facts->facts[order[k]], single);
        open = true;
        singles = single;
    }
    text_string(out, "</tbody>\n");
    free(order);
}

static void put_facts(Text *out, const Outcome *o)
{
    const bool folded = o->facts.n > SHORT_TABLE;
    if (o->facts.n == 0)
        return;
    if (folded)
        text_format(out, "<details>\n<summary>All %zu numbers</summary>\n", o->facts.n);
    html_put(out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Numbers of %s\">\n<table class=\"sort facts\">\n<thead><tr><th scope=\"col\">Where</th>"
                  "<th scope=\"col\">Predicted</th><th scope=\"col\">Measured</th><th scope=\"col\">Interval</th><th scope=\"col\">Sample</th></tr></thead>\n", o->claim->id);
    put_fact_rows(out, &o->facts);
    text_string(out, folded ? "</table>\n</div>\n</details>\n" : "</table>\n</div>\n");
}

/* --- sections -------------------------------------------------------------------------------------------------------------- */

static bool shown_with_figure(const Outcome *o, const char *run)
{
    for (size_t k = 0; k < CLAIM_FIGURES && o->claim->figures[k].figure; k++)
        if (o->pictures[k].length && !strcmp(o->claim->figures[k].run, run))
            return true;
    return false;
}

/* The runs that no figure's caption has shown, and the figures that are not there. */
static void put_other_commands(Text *out, const Outcome *o)
{
    const char *lines[CLAIM_RUNS + CLAIM_FIGURES];
    size_t n = 0;
    bool pictured = false;
    for (size_t i = 0; i < CLAIM_RUNS && o->claim->runs[i].name; i++) {
        if (!shown_with_figure(o, o->claim->runs[i].name))
            lines[n++] = text_str(&o->commands[i]);
        else
            pictured = true;
    }
    for (size_t k = 0; k < CLAIM_FIGURES && o->claim->figures[k].figure; k++)
        if (!o->pictures[k].length)
            lines[n++] = text_str(&o->plots[k]);
    if (n == 0)
        return;
    Text name = {0};
    text_format(&name, "%s of %s", pictured ? "Other commands" : "Commands", o->claim->id);
    html_put(out, "<h4>%s</h4>\n", pictured ? "Other commands" : "Commands");
    put_commands(out, text_str(&name), lines, n);
    text_free(&name);
}

static void put_claim(Text *out, const Study *s, const Outcome *o)
{
    html_put(out, "<section class=\"one\" id=\"%s\" aria-labelledby=\"%s-h\">\n<h3 id=\"%s-h\"><span class=\"id\">%s</span> ", o->claim->id,
             o->claim->id, o->claim->id, o->claim->id);
    put_prose(out, "", o->claim->claim, "</h3>\n<p class=\"verdict\">");
    put_chip(out, o->verdict.kind);
    if (o->verdict.condition.length)
        put_prose(out, " <span class=\"condition\">", text_str(&o->verdict.condition), "</span>");
    text_string(out, "</p>\n");
    if (o->verdict.sentence.length)
        put_prose(out, "<p class=\"sentence\">", text_str(&o->verdict.sentence), "</p>\n");
    for (size_t k = 0; k < CLAIM_FIGURES; k++)
        if (o->pictures[k].length)
            put_figure(out, s, o, k, false);
    put_facts(out, o);
    put_other_commands(out, o);
    if (o->claim->method)
        put_prose(out, "<h4>Method and limits</h4>\n<p>", o->claim->method, "</p>\n");
    if (o->claim->criterion)
        put_prose(out, "<p>", o->claim->criterion, "</p>\n");
    if (o->claim->source)
        html_put(out, "<h4>Source</h4>\n<p>%s</p>\n", o->claim->source);
    text_string(out, "</section>\n");
}

static void put_missing(Text *out, const Study *s, const Prose *missing)
{
    if (missing->n == 0)
        return;
    text_string(out, "<section id=\"missing\" aria-labelledby=\"missing-h\">\n<h2 id=\"missing-h\">What is missing</h2>\n<ul>\n");
    for (size_t i = 0; i < missing->n; i++) {
        const Span *item = &missing->spans[i];
        text_string(out, "<li>");
        if (item->claim)
            html_put(out, "<a href=\"#%s\">%s</a>: ", item->claim->id, item->claim->id);
        html_put(out, "%s</li>\n", text_str(&item->text));
    }
    text_string(out, "</ul>\n");
    Text command = {0};
    if (words_go_on(&command, s)) {
        text_string(out, "<p>The command that goes on from here, and computes nothing twice:</p>\n");
        put_commands(out, "The command that goes on", (const char *const[]){text_str(&command)}, 1);
    }
    text_free(&command);
    text_string(out, "</section>\n");
}

static void put_method(Text *out, const Study *s)
{
    Method method[WORDS_METHOD];
    words_method(method, s);
    text_string(out, "<section id=\"method\" aria-labelledby=\"method-h\">\n<h2 id=\"method-h\">Method and statistics</h2>\n");
    for (size_t i = 0; i < WORDS_METHOD; i++)
        html_put(out, "<h3>%s</h3>\n<p>%s</p>\n", method[i].heading, text_str(&method[i].text));
    text_string(out, "<h3>The whole report again</h3>\n");
    put_commands(out, "The command of the whole report", (const char *const[]){s->plan->command}, 1);
    text_string(out, "</section>\n");
    words_method_free(method);
}

static void put_contents(Text *out, const Study *s, bool missing)
{
    html_put(out, "<nav aria-label=\"Contents\">\n<ul>\n<li><a href=\"#verdicts\">The verdicts</a></li>\n");
    if (missing)
        text_string(out, "<li><a href=\"#missing\">What is missing</a></li>\n");
    text_string(out, "<li><a href=\"#claims\">The claims</a>\n<ul class=\"ids\">\n");
    for (size_t i = 0; i < s->n; i++) {
        const Outcome *o = &s->outcomes[i];
        html_put(out, "<li class=\"%s\"><a href=\"#%s\"><span class=\"id\">%s</span> ", chip_class(o->verdict.kind), o->claim->id, o->claim->id);
        put_prose(out, "<span>", o->claim->claim, "</span></a></li>\n");
    }
    text_string(out, "</ul></li>\n<li><a href=\"#method\">Method and statistics</a></li>\n</ul>\n</nav>\n");
}

static void put_opening(Text *out, const Study *s, const Prose *answer)
{
    const Outcome *o;
    size_t figure;
    html_put(out, "<header>\n<h1>%s</h1>\n<p class=\"answer\">", WORDS_TITLE);
    for (size_t i = 0; i < answer->n; i++)
        put_span(out, &answer->spans[i]);
    text_string(out, "</p>\n");
    if (words_opening(s, &o, &figure))
        put_figure(out, s, o, figure, true);
    text_string(out, "</header>\n");
}

void report_html(Text *out, const Study *s)
{
    Prose answer = {0}, missing = {0};
    words_answer(&answer, s);
    words_missing(&missing, s);
    put_head(out, &answer);
    put_opening(out, s, &answer);
    put_contents(out, s, missing.n > 0);
    text_string(out, "<main>\n");
    put_verdicts(out, s);
    put_missing(out, s, &missing);
    text_string(out, "<section id=\"claims\" aria-labelledby=\"claims-h\">\n<h2 id=\"claims-h\">The claims</h2>\n");
    for (size_t i = 0; i < s->n; i++)
        put_claim(out, s, &s->outcomes[i]);
    text_string(out, "</section>\n");
    put_method(out, s);
    html_put(out, "</main>\n<footer><p>Measured with fathom %s.</p></footer>\n<script>", FATHOM_VERSION);
    put_lines(out, report_script);
    text_string(out, "</script>\n</body>\n</html>\n");
    prose_free(&answer);
    prose_free(&missing);
}
