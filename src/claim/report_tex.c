/* claims.tex, a table for an article, and report.tex, an article that holds it and the pictures.
 * The one thing to know: the table asks for the package longtable alone, and takes booktabs' rules where that is loaded; texts are
 * translated character by character (show/label), so that whatever a claim says compiles. */
#include <string.h>

#include "claim/report.h"
#include "claim/say.h"
#include "claim/words.h"
#include "show/label.h"

/* Clean text as LaTeX source, between literals. */
static void put(Text *out, const char *before, const char *s, const char *after)
{
    Text clean = {0};
    label_clean(&clean, s, SIZE_MAX);
    text_string(out, before);
    label_tex(out, text_str(&clean));
    text_string(out, after);
    text_free(&clean);
}

static void put_prose(Text *out, const char *before, const char *text, const char *after)
{
    Text said = {0};
    say_prose(&said, text);
    put(out, before, text_str(&said), after);
    text_free(&said);
}

static void put_said(Text *out, const Fact *f, void (*say)(Text *out, const Fact *f))
{
    Text said = {0};
    if (f)
        say(&said, f);
    put(out, "", text_str(&said), "");
    text_free(&said);
}

static void put_row(Text *out, const Outcome *o)
{
    const Fact *f = o->verdict.headline;
    put(out, "", o->claim->id, " & \\raggedright ");
    put_prose(out, "", o->claim->claim, " & ");
    put_said(out, f, say_predicted);
    text_string(out, " & ");
    put_said(out, f, say_measured);
    if (f && f->n) {
        text_string(out, " \\newline ");
        put_said(out, f, say_interval);
    }
    text_format(out, " & \\raggedright \\emph{%s}", verdict_name(o->verdict.kind));
    put_prose(out, o->verdict.condition.length ? ": " : "", text_str(&o->verdict.condition), " \\tabularnewline[3pt]\n");
}

void report_claims_tex(Text *out, const Study *s)
{
    text_format(out, "%% The claims of fathom reproduce --%s, with their verdicts: \\input this in an article.\n"
                     "%% It needs \\usepackage{longtable}; with \\usepackage{booktabs} its rules are booktabs'. Widths add up to \\linewidth.\n"
                     "\\providecommand{\\toprule}{\\hline}\\providecommand{\\midrule}{\\hline}\\providecommand{\\bottomrule}{\\hline}\n"
                     "\\begingroup\\footnotesize\\setlength{\\tabcolsep}{4pt}\\setlength{\\LTleft}{0pt}\\setlength{\\LTright}{0pt}\n"
                     "\\begin{longtable}{@{}lp{0.30\\linewidth}p{0.11\\linewidth}p{0.17\\linewidth}p{0.28\\linewidth}@{}}\n"
                     "\\toprule\n & Claim & Predicted & Measured & Verdict \\tabularnewline\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n",
                s->plan->full ? "full" : "quick");
    for (size_t i = 0; i < s->n; i++)
        put_row(out, &s->outcomes[i]);
    text_string(out, "\\end{longtable}\n\\endgroup\n");
}

/* A picture whose text LaTeX sets: NAME.tex looks for NAME-inc.pdf beside it. */
static void put_picture(Text *out, const Outcome *o, size_t k)
{
    const ClaimFigure *figure = &o->claim->figures[k];
    text_format(out, "\\begin{figure}[tbp]\n\\centering\n\\graphicspath{{%s/%s/figures/}}%%\n\\resizebox{\\linewidth}{!}{\\input{%s/%s/figures/%s.tex}}\n", o->claim->id,
                figure->run, o->claim->id, figure->run, figure->figure);
    put_prose(out, "\\caption{", figure->caption, "");
    text_format(out, " (%s).}\n\\end{figure}\n", o->claim->id);
}

static void put_claim(Text *out, const Outcome *o)
{
    put(out, "\n\\subsection*{", o->claim->id, ": ");
    put_prose(out, "", o->claim->claim, "}\n");
    text_format(out, "\\emph{%s}", verdict_name(o->verdict.kind));
    put_prose(out, o->verdict.condition.length ? ": " : "", text_str(&o->verdict.condition), ". ");
    put_prose(out, "", text_str(&o->verdict.sentence), "\n\n");
    put_prose(out, "Method: ", o->claim->method ? o->claim->method : "", " ");
    put_prose(out, "", o->claim->criterion ? o->claim->criterion : "", " ");
    put(out, "Source: ", o->claim->source ? o->claim->source : "", ".\n");
    for (size_t k = 0; k < CLAIM_FIGURES; k++)
        if (o->drawn_tex[k])
            put_picture(out, o, k);
    text_string(out, "\\clearpage\n");
}

void report_tex(Text *out, const Study *s)
{
    Prose answer = {0};
    Method method[WORDS_METHOD];
    text_string(out, "% pdflatex report.tex, twice, in the folder of this file.\n\\documentclass[11pt,a4paper]{article}\n\\usepackage[utf8]{inputenc}\n"
                     "\\IfFileExists{lmodern.sty}{\\usepackage[T1]{fontenc}\\usepackage{lmodern}}{}\n\\usepackage[margin=22mm]{geometry}\n\\usepackage{longtable,graphicx,color}\n"
                     "\\IfFileExists{booktabs.sty}{\\usepackage{booktabs}}{}\n\\setlength{\\emergencystretch}{3em}\n");
    put(out, "\\title{", WORDS_TITLE, "}\n");
    text_format(out, "\\author{fathom %s}\n\\date{}\n\\begin{document}\n\\maketitle\n", FATHOM_VERSION);
    words_answer(&answer, s);
    for (size_t i = 0; i < answer.n; i++)
        put(out, "", text_str(&answer.spans[i].text), "");
    text_string(out, "\n\n\\input{claims.tex}\n\\clearpage\n");
    for (size_t i = 0; i < s->n; i++)
        put_claim(out, &s->outcomes[i]);
    text_string(out, "\n\\section*{Method and statistics}\n");
    words_method(method, s);
    for (size_t i = 0; i < WORDS_METHOD; i++) {
        put(out, "\\paragraph{", method[i].heading, ".} ");
        put(out, "", text_str(&method[i].text), "\n");
    }
    text_string(out, "\\end{document}\n");
    prose_free(&answer);
    words_method_free(method);
}
