/* For tests of the report: claims that nobody makes, and what came of them, hostile texts included.
 * The one thing to know: an outcome is built from scratch, without a run; a study of them lies in a directory of the test's own.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_CLAIM_OUTCOMES_H
#define TESTS_CLAIM_OUTCOMES_H

#include "files.h"

#include <math.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "claim/report.h"
#include "model/registry.h"

/* What a text may hold that means something to HTML, Markdown, LaTeX, CSV, a shell or printf. */
#define HOSTILE "<script>alert(1)</script> \"q\" 'a' & &amp; 100 % %s%n \\write18{x} \\input{/etc/passwd} $x$ `id` | # _x_ *b* [l](http://x) ~ ^ {} !\x07\xff√χ₁ ł"

static const char svg_small[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"  standalone=\"no\"?>\n<svg \n width=\"132\" height=\"88\"\n viewBox=\"0 0 132 88\"\n"
    " xmlns=\"http://www.w3.org/2000/svg\"\n xmlns:xlink=\"http://www.w3.org/1999/xlink\"\n>\n<title>Gnuplot</title>\n<desc>Produced by GNUPLOT 5.4 </desc>\n"
    "<g id=\"gnuplot_canvas\">\n<rect x=\"0\" y=\"0\" width=\"132\" height=\"88\" fill=\"#ffffff\"/>\n<defs>\n"
    "\t<circle id='gpPt5' cx='0' cy='0' r='1'/>\n\t<use xlink:href='#gpPt5' id='gpPt6' fill='currentColor'/>\n"
    "\t<filter id='textbox' x='0'><feFlood flood-color='#FFFFFF'/></filter>\n</defs>\n"
    "<g fill=\"none\" color=\"black\">\n</g>\n<g id=\"gnuplot_plot_1a\" ><title>gnuplot_plot_1a</title>\n<use xlink:href='#gpPt5' transform='translate(2.385,7)'/>\n"
    "\t<text filter='url(#textbox)'><tspan font-family=\"DejaVu Sans\" >a &lt; b &amp; c</tspan></text>\n</g>\n</g>\n</svg>\n";

typedef struct {
    Files files;
    StudyPlan plan;
    Study study;
    Claim *claims;
} Made;

/* A claim of its own for each outcome; texts may be NULL: something plain. */
typedef struct {
    const char *id, *claim, *condition, *sentence;
    VerdictKind kind;
    size_t facts;          /* means of five numbers around 2.385, at places p0, p1, …; the first is the headline */
    bool picture, needs;
} MadeClaim;

static inline const char *or_else(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

static inline void made_picture(Made *m, const MadeClaim *c, Outcome *o)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", m->files.directory, c->id);
    mkdir(path, 0777);
    strcat(path, "/run");
    mkdir(path, 0777);
    strcat(path, "/figures");
    mkdir(path, 0777);
    strcat(path, "/grad-norm.svg");
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(svg_small, out);
    fclose(out);
    text_format(&o->pictures[0], "%s/run/figures/grad-norm.svg", c->id);
}

static inline void made_facts(const MadeClaim *c, Outcome *o)
{
    const double sample[] = {2.385, 2.41, 2.36, 2.40, 2.39};
    for (size_t k = 0; k < c->facts; k++) {
        char where[32];
        snprintf(where, sizeof where, "p%zu", k);
        facts_mean(&o->facts, k % 2 ? "an odd quantity" : "a quantity", where, k % 3 ? 2.3912345 : NOT_GIVEN, sample, 5);
    }
    facts_finish(&o->facts);
}

static inline void made_outcome(Made *m, const MadeClaim *c, Claim *claim, Outcome *o)
{
    *claim = (Claim){.id = c->id,
                     .claim = or_else(c->claim, "Something is so"),
                     .source = or_else(c->claim, "Nobody 2385"),
                     .method = or_else(c->claim, "Networks are sampled."),
                     .criterion = or_else(c->claim, "Holds where it holds."),
                     .needs = c->needs ? "recurrent networks" : NULL,
                     .runs = {{"run", "sweep -a relu", "sweep -a relu -s 100"}, {"more", "sweep -a tanh", "sweep -a tanh -s 100"}},
                     .figures = {{"run", "grad-norm", or_else(c->claim, "A norm by layer")}}};
    *o = (Outcome){.claim = claim, .asked = true, .networks = c->kind == VERDICT_NOT_MEASURED ? 0 : 1234};
    made_facts(c, o);
    verdict_set(&o->verdict, c->kind, o->facts.n ? &o->facts.facts[0] : NULL);
    text_string(&o->verdict.condition, or_else(c->condition, ""));
    text_string(&o->verdict.sentence, or_else(c->sentence, ""));
    text_string(&o->commands[0], "fathom sweep -a relu -o out/run");
    text_string(&o->commands[1], "fathom sweep -a tanh -o out/more");
    text_string(&o->plots[0], "fathom plot out/run --figure grad-norm --format svg");
    if (c->picture)
        made_picture(m, c, o);
}

static inline Made *made_study(const MadeClaim *rows, size_t n)
{
    Made *m = mem_alloc(1, sizeof *m);
    m->files = files_make();
    m->claims = mem_alloc(n + 1, sizeof *m->claims);
    m->plan = (StudyPlan){.directory = m->files.directory, .command = "fathom reproduce --quick -o out"};
    m->study = (Study){.plan = &m->plan, .outcomes = mem_alloc(n + 1, sizeof *m->study.outcomes), .n = n};
    for (size_t i = 0; i < n; i++)
        made_outcome(m, &rows[i], &m->claims[i], &m->study.outcomes[i]);
    return m;
}

static inline void made_free(Made *m)
{
    for (size_t i = 0; i < m->study.n; i++) {
        Outcome *o = &m->study.outcomes[i];
        facts_free(&o->facts);
        verdict_free(&o->verdict);
        for (size_t k = 0; k < CLAIM_RUNS; k++)
            text_free(&o->commands[k]);
        for (size_t k = 0; k < CLAIM_FIGURES; k++) {
            text_free(&o->plots[k]);
            text_free(&o->pictures[k]);
            text_free(&o->absent[k]);
        }
        text_free(&o->trouble);
    }
    text_free(&m->study.no_gnuplot);
    free(m->study.outcomes);
    free(m->claims);
    files_remove(&m->files);
    free(m);
}

static inline size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

#endif
