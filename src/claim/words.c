/* Words of the report.
 * The one thing to know: the answer leads with the claims that `reasons` names, as far as they were measured, and ends with those that fail. */
#include "claim/words.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/say.h"

enum { REASONS = 3, REFUTED = 2 };

/* What makes deep networks hard, in the order in which it is told; the words say nothing of the outcome. */
static const struct {
    const char *id, *topic;
} reasons[] = {
    {"C05", "Vanishing gradients"}, {"C19", "Exploding gradients"}, {"C24", "Initialisation"}, {"C20", "Depth"}, {"C25", "Width"}, {"C07", "tanh"},
};
enum { TOPICS = sizeof reasons / sizeof *reasons };

/* Pictures that say it all, the best one first. */
static const char *const openings[] = {"C24", "C05", "C20", "C07", "C19"};

void prose_free(Prose *p)
{
    for (size_t i = 0; i < p->n; i++)
        text_free(&p->spans[i].text);
    free(p->spans);
    *p = (Prose){0};
}

static Text *span(Prose *p, const Claim *claim)
{
    p->spans = mem_resize(p->spans, p->n + 1, sizeof *p->spans);
    p->spans[p->n] = (Span){.claim = claim};
    return &p->spans[p->n++].text;
}

static void link_to(Prose *p, const Claim *claim)
{
    text_string(span(p, claim), claim->id);
}

size_t words_count(const Study *s, VerdictKind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->outcomes[i].verdict.kind == kind;
    return n;
}

static const Outcome *outcome_of(const Study *s, const char *id)
{
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->outcomes[i].claim->id, id))
            return &s->outcomes[i];
    return NULL;
}

/* "12 hold", "1 holds when …": with its verb. */
static void put_tally(Text *out, const Study *s)
{
    static const char *const one[] = {"holds", "holds under a condition", "does not hold", "is not measured"};
    static const char *const many[] = {"hold", "hold under a condition", "do not hold", "are not measured"};
    size_t kinds = 0, said = 0;
    for (VerdictKind k = VERDICT_HOLDS; k <= VERDICT_NOT_MEASURED; k++)
        kinds += words_count(s, k) > 0;
    for (VerdictKind k = VERDICT_HOLDS; k <= VERDICT_NOT_MEASURED; k++) {
        const size_t n = words_count(s, k);
        if (n == 0)
            continue;
        text_string(out, said == 0 ? "" : said + 1 == kinds ? " and " : ", ");
        text_format(out, "%zu %s", n, n == 1 ? one[k] : many[k]);
        said++;
    }
}

/* What it begins with: up to a semicolon outside brackets, or the full stop that ends a sentence (a capital follows it). */
static void put_beginning(Text *out, const char *s)
{
    Text first = {0};
    int brackets = 0;
    size_t n = 0;
    for (; s[n]; n++) {
        brackets += (s[n] == '(' || s[n] == '[') - (s[n] == ')' || s[n] == ']');
        if (s[n] == ';' && brackets == 0)
            break;
        if (s[n] == '.' && s[n + 1] == ' ' && isupper((unsigned char)s[n + 2]))
            break;
    }
    text_bytes(&first, s, n);
    say_prose(out, text_str(&first));
    if (s[n])
        text_char(out, '.');
    text_free(&first);
}

static void put_reason(Prose *p, const Outcome *o, const char *topic)
{
    text_format(span(p, NULL), topic ? " %s (" : " “%s” (", topic ? topic : o->claim->claim);
    link_to(p, o->claim);
    Text *rest = span(p, NULL);
    text_format(rest, ", %s): ", verdict_name(o->verdict.kind));
    put_beginning(rest, text_str(&o->verdict.sentence));
}

static bool speaks(const Outcome *o)
{
    return o && o->verdict.kind != VERDICT_NOT_MEASURED && o->verdict.sentence.length > 0;
}

/* The reasons that were measured; where they are few, other claims in their order. Whom it told of is marked in `told`. */
static void put_reasons(Prose *p, const Study *s, bool *told)
{
    size_t said = 0;
    for (size_t i = 0; i < TOPICS && said < REASONS; i++) {
        const Outcome *o = outcome_of(s, reasons[i].id);
        if (!speaks(o))
            continue;
        put_reason(p, o, reasons[i].topic);
        told[o - s->outcomes] = true;
        said++;
    }
    for (size_t i = 0; i < s->n && said < REASONS; i++) {
        const Outcome *o = &s->outcomes[i];
        if (told[i] || !speaks(o) || o->verdict.kind == VERDICT_DOES_NOT_HOLD)
            continue;
        put_reason(p, o, NULL);
        told[i] = true;
        said++;
    }
}

static void put_refuted(Prose *p, const Study *s, const bool *told)
{
    size_t said = 0;
    for (size_t i = 0; i < s->n && said < REFUTED; i++) {
        const Outcome *o = &s->outcomes[i];
        if (told[i] || o->verdict.kind != VERDICT_DOES_NOT_HOLD)
            continue;
        text_format(span(p, NULL), "%s “%s” (", said ? "; nor does" : " What does not hold:", o->claim->claim);
        link_to(p, o->claim);
        Text *rest = span(p, NULL);
        text_string(rest, o->verdict.condition.length ? "): " : ")");
        say_prose(rest, text_str(&o->verdict.condition));
        said++;
    }
    if (said)
        text_char(span(p, NULL), '.');
}

void words_answer(Prose *out, const Study *s)
{
    bool *told = mem_alloc(s->n + 1, sizeof *told);
    int64_t networks = 0;
    for (size_t i = 0; i < s->n; i++)
        networks += s->outcomes[i].networks;
    Text *first = span(out, NULL);
    text_format(first, "Of %zu claim%s that textbooks make about deep networks, ", s->n, s->n == 1 ? "" : "s");
    if (networks) {
        text_string(first, "tested here on ");
        say_whole(first, networks);
        text_string(first, " networks, ");
    }
    put_tally(first, s);
    text_char(first, '.');
    put_reasons(out, s, told);
    put_refuted(out, s, told);
    free(told);
}

static bool not_measured(const Outcome *o)
{
    return o->verdict.kind == VERDICT_NOT_MEASURED;
}

static bool for_want_of_gnuplot(const Study *s, const Text *why)
{
    return s->no_gnuplot.length && !strcmp(text_str(why), text_str(&s->no_gnuplot));
}

static void put_absent(Prose *out, const Study *s, const Outcome *o)
{
    for (size_t i = 0; i < CLAIM_FIGURES; i++)
        if (o->absent[i].length && !for_want_of_gnuplot(s, &o->absent[i]))
            text_format(span(out, o->claim), "the picture %s is missing: %s", o->claim->figures[i].figure, text_str(&o->absent[i]));
}

/* All pictures that gnuplot would have drawn: why it could not is said once. */
static void put_no_gnuplot(Prose *out, const Study *s)
{
    Text which = {0};
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < CLAIM_FIGURES; k++)
            if (for_want_of_gnuplot(s, &s->outcomes[i].absent[k]))
                text_format(&which, "%s%s of %s", which.length ? ", " : "", s->outcomes[i].claim->figures[k].figure, s->outcomes[i].claim->id);
    if (which.length)
        text_format(span(out, NULL), "pictures are missing (%s): %s", text_str(&which), text_str(&s->no_gnuplot));
    text_free(&which);
}

void words_missing(Prose *out, const Study *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const Outcome *o = &s->outcomes[i];
        if (not_measured(o))
            text_format(span(out, o->claim), "not measured, %s", text_str(&o->verdict.condition));
        put_absent(out, s, o);
        if (o->without_data)
            text_string(span(out, o->claim), "measured without its runs on MNIST: give the directory of its four IDX files with --data DIR");
        if (o->trouble.length)
            text_format(span(out, o->claim), "%s", text_str(&o->trouble));
    }
    put_no_gnuplot(out, s);
}

void words_method(Method out[WORDS_METHOD], const Study *s)
{
    const size_t measured = s->n - words_count(s, VERDICT_NOT_MEASURED);
    const double percent = 100 * (1 - FACTS_ALPHA);
    static const char *const headings[WORDS_METHOD] = {"What is run", "Verdicts", "Intervals", "Many claims at once", "Limits"};
    for (size_t i = 0; i < WORDS_METHOD; i++)
        out[i] = (Method){.heading = headings[i]};
    text_format(&out[0].text, "Every claim is a few command lines of fathom, which sample networks with random weights, or train them, and record every "
                "layer. They stand in the claim’s section as they can be typed; the same line gives the same bytes on the same machine and build. This is the %s "
                "study%s.", s->plan->full ? "full" : "quick", s->plan->full ? "" : ": fewer networks and wider intervals than with --full");
    text_string(&out[1].text, "Each section states beforehand when its claim holds. The verdict is computed from the numbers by that rule: a comparison counts "
                "only where the whole interval lies on one side. “Holds when” names the condition that was measured, “does not hold” what holds instead, "
                "“not measured” what is lacking.");
    text_format(&out[2].text, "The intervals of one claim hold jointly with %g %% confidence or more: where a claim has m of them, each is at level "
                "1 − %g/m (Bonferroni). Means over independent networks: Student’s t. Shares: Clopper and Pearson 1934. Medians: order statistics, whatever the "
                "distribution. A number marked exact is arithmetic or one computation and has no interval. An infinite or undefined value makes an interval "
                "unknown, and nothing follows from it.", percent, FACTS_ALPHA);
    text_format(&out[3].text, "A verdict is wrong by chance with probability %g at most. Between claims nothing is corrected: of the %zu measured here, at most "
                "%.2g are expected to have a verdict that chance made.", FACTS_ALPHA, measured, (double)measured * FACTS_ALPHA);
    text_string(&out[4].text, "Predictions are mean-field theory (infinite width, with corrections of first order in 1/width) where the section does not name an "
                "exact law. A verdict speaks of networks of the kind and size that its section names; timings are of one machine.");
}

static bool wants_data(const Study *s, const Outcome *o)
{
    return o->without_data || (not_measured(o) && claim_needs_mnist(o->claim) && !s->plan->mnist);
}

bool words_go_on(Text *out, const Study *s)
{
    bool missing = false, data = false;
    for (size_t i = 0; i < s->n; i++) {
        const Outcome *o = &s->outcomes[i];
        data |= wants_data(s, o);
        missing |= data || (not_measured(o) && !o->claim->needs) || o->trouble.length;
        for (size_t k = 0; k < CLAIM_FIGURES; k++)
            missing |= o->absent[k].length > 0;
    }
    if (missing)
        text_format(out, "%s%s", s->plan->command, data ? " --data DIR" : "");
    return missing;
}

void words_method_free(Method method[WORDS_METHOD])
{
    for (size_t i = 0; i < WORDS_METHOD; i++)
        text_free(&method[i].text);
}

static bool first_picture(const Outcome *o, size_t *figure)
{
    for (size_t k = 0; o && k < CLAIM_FIGURES; k++)
        if (o->pictures[k].length) {
            *figure = k;
            return true;
        }
    return false;
}

bool words_opening(const Study *s, const Outcome **o, size_t *figure)
{
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (first_picture(*o = outcome_of(s, openings[i]), figure))
            return true;
    for (size_t i = 0; i < s->n; i++)
        if (first_picture(*o = &s->outcomes[i], figure))
            return true;
    return false;
}

void words_order(const Facts *f, size_t *order)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        bool before = false;
        for (size_t k = 0; k < i && !before; k++)
            before = !strcmp(f->facts[k].quantity, f->facts[i].quantity);
        for (size_t k = i; !before && k < f->n; k++)
            if (!strcmp(f->facts[k].quantity, f->facts[i].quantity))
                order[n++] = k;
    }
}
