/* The report: claims.csv and report.md; report_html and report_tex are files of their own.
 * The one thing to know: every claim gets a row and a section, measured or not. */
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
static void put_csv(Text *out, const Study *study)
{
    text_string(out, "id,claim,predicted,measured,interval,verdict,condition,command\n");
    for (size_t i = 0; i < study->n; i++) {
        const Outcome *o = &study->outcomes[i];
        const Fact *headline = o->verdict.headline;
        text_format(out, "%s,", o->claim->id);
        put_quoted(out, o->claim->claim);
        record_cell(out, headline ? headline->predicted : NOT_GIVEN);
        record_cell(out, headline ? headline->measured : NOT_GIVEN);
        text_char(out, ',');
        if (headline && headline->kind != FACT_EXACT)
            text_format(out, "\"[%.6g, %.6g]\"", headline->low, headline->high);
        text_format(out, ",%s,", verdict_name(o->verdict.kind));
        put_quoted(out, text_str(&o->verdict.condition));
        text_char(out, ',');
        put_quoted(out, text_str(&o->commands[0]));
        text_char(out, '\n');
    }
}

static int keep(const Study *study, const char *name, const Text *text)
{
    Text path = {0};
    text_format(&path, "%s/%s", study->plan->directory, name);
    const int result = file_replace(text_str(&path), text_str(text), text->length);
    text_free(&path);
    return result;
}

int report_write(const Study *study)
{
    Text text = {0};
    put_csv(&text, study);
    const int result = keep(study, "claims.csv", &text);
    text_free(&text);
    return result;
}
