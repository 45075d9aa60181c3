/* C02: with a non-linear activation, depth pays: stacked layers learn what a linear map cannot.
 * The one thing to know: an activation passes where some depth is certainly better than every linear network, by a margin, and certainly
 * better than its own depth 1; intervals hold jointly, so the best depth may be picked after seeing them.
 * Minsky and Papert 1969; Lang and Witbrock 1988 (two spirals); Telgarsky 2016 (depth); the linear optimum: least squares. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claim/again.h"
#include "claim/gather.h"
#include "claim/linefit.h"

#define SPIRALS "test accuracy on two spirals"
#define MNIST   "test accuracy on MNIST"
#define LINEAR  "linear"

enum { MOST = 32 };
static const int depths[] = {1, 2, 3, 5, 10};
enum { DEPTHS = sizeof depths / sizeof *depths };
static const double margin_spirals = 0.05, margin_mnist = 0.02;

static void put_accuracy(Facts *out, const char *quantity, const Table *networks, double linear)
{
    const char *names[MOST];
    const size_t n = table_distinct(networks, "activation", "", names, MOST);
    Text place = {0}, where = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t d = 0; d < DEPTHS; d++) {
            if (!table_count(networks, gather_words(&where, "activation=%s depth=%d", names[i], depths[d])))
                continue;
            gather_mean(out, quantity, gather_words(&place, "%s depth %d", names[i], depths[d]), strcmp(names[i], LINEAR) ? NOT_GIVEN : linear,
                        networks, "test_accuracy", text_str(&where));
            facts_within(out, 0, 1);
        }
    text_free(&place);
    text_free(&where);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Again a;
    LineFit best;
    Table *spirals = claim_table(c, "spirals", "networks.csv"), *mnist = c->mnist ? claim_table(c, "mnist", "networks.csv") : NULL;
    int failed = again_open(&a, c, "spirals");
    failed = failed || !spirals || (c->mnist && !mnist) || linefit(&best, a.experiment.lessons.samples);
    if (!failed)
        put_accuracy(out, SPIRALS, spirals, best.test_accuracy);
    if (!failed && mnist)
        put_accuracy(out, MNIST, mnist, NOT_GIVEN);
    again_close(&a);
    table_close(spirals);
    table_close(mnist);
    return failed ? -1 : 0;
}

/* One set of data. */
typedef struct {
    size_t tried, beat, passed;        /* activations: all, those above every linear network, those above their own depth 1 as well */
    const Fact *linear, *first, *best;   /* the best linear one; of ReLU depth 1 and its best depth */
    Text with, without;                /* those that pass, and those that do not */
} Finding;

static const Fact *best_of(const Facts *f, const char *quantity, const char *activation)
{
    const Fact *best = NULL;
    Text place = {0};
    for (size_t d = 0; d < DEPTHS; d++) {
        const Fact *fact = facts_seek(f, quantity, gather_words(&place, "%s depth %d", activation, depths[d]));
        if (fact && (!best || fact->measured > best->measured))
            best = fact;
    }
    text_free(&place);
    return best;
}

/* Higher than any linear network may be. */
static double linear_high(const Facts *f, const char *quantity)
{
    double high = 0;
    Text place = {0};
    for (size_t d = 0; d < DEPTHS; d++) {
        const Fact *fact = facts_seek(f, quantity, gather_words(&place, LINEAR " depth %d", depths[d]));
        high = fact ? fmax(high, fact->high) : high;
    }
    text_free(&place);
    return high;
}

static void find(Finding *out, const Facts *f, const char *quantity, double margin)
{
    const double bar = linear_high(f, quantity) + margin;
    *out = (Finding){.linear = best_of(f, quantity, LINEAR), .best = best_of(f, quantity, "relu"), .first = facts_seek(f, quantity, "relu depth 1")};
    for (size_t i = 0; i < f->n; i++) {
        const char *const where = f->facts[i].where, *const end = strstr(where, " depth 1");
        char name[64];
        if (strcmp(f->facts[i].quantity, quantity) != 0 || !end || end[8] || !strncmp(where, LINEAR " ", 7))
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(end - where), where);
        const Fact *best = best_of(f, quantity, name);
        const bool beats = fact_above(best, bar), deepens = fact_above(best, f->facts[i].high);
        out->tried++;
        out->beat += beats;
        out->passed += beats && deepens;
        Text *list = beats && deepens ? &out->with : &out->without;
        text_format(list, "%s%s", list->length ? ", " : "", name);
    }
}

/* "on two spirals for 16 of 18 activations (not sigmoid, softmax)"; nothing where all pass. */
static void put_condition(Text *out, const Finding *s, const char *data)
{
    if (s->passed == s->tried)
        return;
    text_string(out, out->length ? "; " : "");
    if (s->passed)
        text_format(out, "on %s more layers gain with %zu of %zu activations", data, s->passed, s->tried);
    else
        text_format(out, "on %s more than one layer certainly gains with none of %zu activations", data, s->tried);
    if (2 * s->passed >= s->tried)
        text_format(out, " (not %s)", text_str(&s->without));
    else if (s->passed)
        text_format(out, " (%s)", text_str(&s->with));
    if (s->beat > s->passed)
        text_format(out, ", one layer being above linear networks with %zu%s", s->beat - s->passed, s->passed ? " more" : "");
}

static void put_sentence(Text *out, const Finding *s, const char *data)
{
    text_format(out, "%sOn %s the best linear network classifies %.3g %% of the test points", out->length ? " " : "", data,
                100 * s->linear->measured);
    if (!isnan(s->linear->predicted))
        text_format(out, " (the least-squares line: %.3g %%)", 100 * s->linear->predicted);
    text_format(out, "; %zu of %zu other activations are certainly better", s->beat, s->tried);
    if (s->first)
        text_format(out, ", ReLU with %.4g %% at depth 1", 100 * s->first->measured);
    if (s->first && s->best != s->first)
        text_format(out, " and %.4g %% at %s", 100 * s->best->measured, strstr(s->best->where, "depth"));
    else if (s->first)
        text_string(out, ", its best");
    text_string(out, ".");
}

static void judge(const Facts *f, Verdict *v)
{
    Finding spirals, mnist;
    find(&spirals, f, SPIRALS, margin_spirals);
    find(&mnist, f, MNIST, margin_mnist);
    const size_t tried = spirals.tried + mnist.tried, passed = spirals.passed + mnist.passed;
    verdict_set(v, passed == tried ? VERDICT_HOLDS : passed ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, spirals.best);
    put_condition(&v->condition, &spirals, "two spirals");
    put_condition(&v->condition, &mnist, "MNIST");
    put_sentence(&v->sentence, &spirals, "two spirals");
    if (mnist.tried)
        put_sentence(&v->sentence, &mnist, "MNIST");
    text_free(&spirals.with);
    text_free(&spirals.without);
    text_free(&mnist.with);
    text_free(&mnist.without);
}

#define ALL       "linear,sigmoid,tanh,relu,leaky-relu,prelu,elu,selu,softmax,swish,gelu,gelu-tanh,softplus,softsign,mish,hardtanh,erf,sin,arctan"
#define HOW       " -w 32 --steps 1000 --every 1000 --optimizer adam --lr 0.003 --snapshots none --no-raw"
#define HOW_MNIST " -w 64 --optimizer adam --lr 0.003 --snapshots none --no-raw"

const Claim claim_C02 = {
    .id = "C02",
    .claim = "With a non-linear activation depth pays: stacked layers learn what a linear map cannot",
    .source = "Minsky and Papert 1969; Lang and Witbrock 1988; Telgarsky 2016; the linear optimum: least squares",
    .method = "Networks of every activation, each with its customary initialiser, are trained alike on two spirals (width 32, Adam at 0.003, 1000 "
              "steps of 32 points) and, where MNIST is given, on MNIST (width 64, Adam at 0.003): test accuracy by depth. Each set is one draw of "
              "data; intervals are over initial weights and the order of samples. An activation that fails here might pass in another training.",
    .criterion = "An activation passes where its best depth is certainly above every linear network (by 5 points on the spirals, 2 on MNIST) and "
                 "certainly above its own depth 1. Holds where all pass, does not hold where none does, and holds when some do.",
    .runs = {{"spirals", "train -a " ALL " -d 1,3" HOW " -s 10", "train -a " ALL " -d 1,3,5" HOW " -s 10"},
             {"mnist", "train -a linear,relu -d 1,3 --data mnist:%M" HOW_MNIST " --steps 500 --every 500 -s 8",
              "train -a linear,sigmoid,tanh,relu,elu,gelu -d 1,2,3,5 --data mnist:%M" HOW_MNIST " --steps 2000 --every 2000 -s 8"}},
    .figures = {{"spirals", "trainability-activation",
                 "Test accuracy on two spirals by activation and depth: linear networks stay where the least-squares line is"}},
    .measure = measure,
    .judge = judge,
};
