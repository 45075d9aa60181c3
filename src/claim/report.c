/* The report: its files; what is in them is written by report_html, report_md and report_tex.
 * The one thing to know: every claim gets a row and a section, measured or not; the smallest file comes first, so that a disk that is full
 * takes the least. */
#include "claim/report.h"

#include <string.h>

#include "base/file.h"
#include "lab/record.h"

static void put_quoted(Text *out, const char *s)
{
    text_char(out, '"');
    for (; *s; s++)
        text_format(out, *s == '"' ? "\"\"" : "%c", *s);
    text_char(out, '"');
}

/* id, claim, predicted, measured, interval, verdict, condition, command. */
void report_csv(Text *out, const Study *s)
{
    text_string(out, "id,claim,predicted,measured,interval,verdict,condition,command\n");
    for (size_t i = 0; i < s->n; i++) {
        const Outcome *o = &s->outcomes[i];
        const Fact *headline = o->verdict.headline;
        text_format(out, "%s,", o->claim->id);
        put_quoted(out, o->claim->claim);
        record_cell(out, headline ? headline->predicted : NOT_GIVEN);
        record_cell(out, headline ? headline->measured : NOT_GIVEN);
        text_char(out, ',');
        if (headline && headline->n > 0)
            text_format(out, "\"[%.6g, %.6g]\"", headline->low, headline->high);
        text_format(out, ",%s,", verdict_name(o->verdict.kind));
        put_quoted(out, text_str(&o->verdict.condition));
        text_char(out, ',');
        put_quoted(out, text_str(&o->commands[0]));
        text_char(out, '\n');
    }
}

static int keep(const Study *s, const char *name, void (*write)(Text *out, const Study *s))
{
    Text path = {0}, text = {0};
    write(&text, s);
    text_format(&path, "%s/%s", s->plan->directory, name);
    const int result = file_replace(text_str(&path), text_str(&text), text.length);
    text_free(&path);
    text_free(&text);
    return result;
}

int report_write(const Study *s)
{
    int failed = 0;
    failed |= keep(s, "claims.csv", report_csv);
    failed |= keep(s, "claims.tex", report_claims_tex);
    failed |= keep(s, "report.md", report_md);
    failed |= keep(s, "report.html", report_html);
    if (s->plan->tex)
        failed |= keep(s, "report.tex", report_tex);
    return failed ? -1 : 0;
}
