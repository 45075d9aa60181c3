/* C10: leaky ReLU and PReLU cure dying; small negative slopes learn slowly; the result depends on the slope.
 * The one thing to know: three claims in one. Units cannot die while the slope is not 0; what a slope a does to a gradient is the factor
 * σ_w² (1 + a²)/2 of its square; how fast one learns is measured, in wide and in narrow networks.
 * Maas, Hannun and Ng 2013; He et al. 2015; Xu et al. 2015 (slopes compared). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/again.h"
#include "claim/gather.h"

#define DEAD    "share of units that are off for the whole batch"
#define FACTOR  "log10 of the gradient's factor a layer"
#define SLOWER  "log10 of the steps to 95 % at slope 0.01 over those at 0.25"
#define FLATTER "log10 of the steps to 95 % at slope 0.5 over those at 0.01"
#define LEARNED "slope that PReLU learned from 0.25"

static const char *const slopes[] = {"0", "0.01", "0.1", "0.25", "0.5", "1"}, *const rows[] = {"leaky-relu:0",    "leaky-relu",     "leaky-relu:0.1",
                                                                                               "leaky-relu:0.25", "leaky-relu:0.5", "leaky-relu:1"};
static const int widths[] = {4, 32};
enum { SLOPES = sizeof slopes / sizeof *slopes, WIDTHS = sizeof widths / sizeof *widths, LAYER = 50, PRELU_DEPTH = 5 };
static const double budget = 1000;   /* steps, as the command lines say */

static void put_drawn(Facts *out, const Table *networks, const Table *summary, const Table *layers)
{
    Text place = {0}, where = {0};
    double *sample = mem_doubles(table_rows(networks) + 1);
    for (size_t i = 0; i < SLOPES; i++) {
        const char *at = gather_words(&place, "slope %s", slopes[i]);
        const size_t n = table_numbers(networks, "grad_ratio_log10", gather_words(&where, "activation=%s", rows[i]), sample);
        for (size_t k = 0; k < n; k++)
            sample[k] /= LAYER;
        facts_mean(out, FACTOR, at, gather_theory_ratio(summary, text_str(&where), LAYER) / LAYER, sample, n);
        gather_mean(out, DEAD, at, i ? 0 : NOT_GIVEN, layers, "dead_frac", gather_words(&where, "activation=%s layer=%d", rows[i], LAYER));
        facts_within(out, 0, 1);
    }
    gather_mean(out, DEAD, "prelu", 0, layers, "dead_frac", gather_words(&where, "activation=prelu layer=%d", LAYER));
    facts_within(out, 0, 1);
    free(sample);
    text_free(&place);
    text_free(&where);
}

static void put_ratio(Facts *out, const char *quantity, const Table *networks, int width, const char *above, const char *below)
{
    Text place = {0}, where = {0};
    double *a = mem_doubles(2 * table_rows(networks) + 2), *b = a + table_rows(networks) + 1;
    const size_t n = gather_log_steps(networks, gather_words(&where, "activation=%s width=%d", above, width), budget, a);
    if (gather_log_steps(networks, gather_words(&where, "activation=%s width=%d", below, width), budget, b) != n)
        BUG("slopes without the same networks");
    for (size_t k = 0; k < n; k++)
        a[k] -= b[k];
    facts_mean(out, quantity, gather_words(&place, "width %d", width), NOT_GIVEN, a, n);
    free(a);
    text_free(&place);
    text_free(&where);
}

/* slope[layer - 1] of every network, one after another. */
typedef struct {
    double *slope;
    size_t n;
} Slopes;

static void see(void *context, const NetSpec *spec, const Rows *parameters)
{
    Slopes *s = context;
    const size_t depth = (size_t)spec->depth;
    double *all = mem_doubles(parameters->cols);
    rows_widen(all, parameters, 0, 1);
    memcpy(s->slope + s->n++ * depth, all + parameters->cols - depth, depth * sizeof *all);   /* slopes come last (net/learned) */
    free(all);
}

static int put_learned(Facts *out, const ClaimCase *c)
{
    Again a;
    Text place = {0};
    if (again_open(&a, c, "prelu")) {
        again_close(&a);
        return -1;
    }
    NetSpec spec;
    experiment_point(&a.experiment, 0, &spec);
    const size_t depth = (size_t)spec.depth, seeds = a.experiment.seeds.count;
    double *sample = mem_doubles(seeds);
    Slopes all = {mem_doubles(seeds * depth), 0};
    for (size_t s = 0; s < seeds; s++)
        again_train(&a, &spec, a.experiment.seeds.values[s], see, &all);
    for (size_t layer = 0; layer < depth; layer++) {
        for (size_t s = 0; s < seeds; s++)
            sample[s] = all.slope[s * depth + layer];
        facts_mean(out, LEARNED, gather_words(&place, "layer %zu", layer + 1), NOT_GIVEN, sample, seeds);
    }
    free(sample);
    free(all.slope);
    text_free(&place);
    again_close(&a);
    return 0;
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "drawn", "networks.csv"), *summary = claim_table(c, "drawn", "summary.csv"),
          *layers = claim_table(c, "drawn", "layers.csv");
    Table *learn = claim_table(c, "learn", "networks.csv");
    int failed = !networks || !summary || !layers || !learn;
    if (!failed) {
        put_drawn(out, networks, summary, layers);
        for (size_t w = 0; w < WIDTHS; w++) {
            put_ratio(out, SLOWER, learn, widths[w], rows[1], rows[3]);
            put_ratio(out, FLATTER, learn, widths[w], rows[4], rows[1]);
        }
        failed = put_learned(out, c);
    }
    table_close(networks);
    table_close(summary);
    table_close(layers);
    table_close(learn);
    return failed ? -1 : 0;
}

/* "in networks of width 4"; how many. */
static size_t slow_at(Text *out, const Facts *f)
{
    size_t n = 0;
    Text place = {0};
    for (size_t w = 0; w < WIDTHS; w++)
        if (fact_above(facts_find(f, SLOWER, gather_words(&place, "width %d", widths[w])), 0))
            text_format(out, "%s%d", n++ ? ", " : "", widths[w]);
    text_free(&place);
    return n;
}

static void put_sentence(Text *out, const Facts *f)
{
    const Fact *none = facts_find(f, DEAD, "slope 0"), *small = facts_find(f, FACTOR, "slope 0.01"), *large = facts_find(f, FACTOR, "slope 0.5");
    text_format(out, "At layer %d %.2g %% of the units are off for the whole batch at slope 0, and none at any other.", LAYER, 100 * none->measured);
    text_format(out,
                " With weights of one scale the gradient changes by a factor of %.3g a layer at slope 0.01 (theory: %.3g) and %.3g at 0.5 (%.3g).",
                pow(10, small->measured), pow(10, small->predicted), pow(10, large->measured), pow(10, large->predicted));
    text_format(out,
                " Slope 0.01 needs %.2g times the steps of 0.25 in networks of width 4, and %.2g times in networks of width 32, where 0.5 needs %.2g "
                "times those of 0.01.",
                pow(10, facts_find(f, SLOWER, "width 4")->measured), pow(10, facts_find(f, SLOWER, "width 32")->measured),
                pow(10, facts_find(f, FLATTER, "width 32")->measured));
    text_format(out, " PReLU's slopes go from 0.25 to %.2g in layer 1 and %.2g in layer %d.", facts_find(f, LEARNED, "layer 1")->measured,
                facts_find(f, LEARNED, "layer 5")->measured, PRELU_DEPTH);
}

static void judge(const Facts *f, Verdict *v)
{
    Text place = {0}, slow = {0};
    const Fact *none = facts_find(f, DEAD, "slope 0"), *small = facts_find(f, FACTOR, "slope 0.01"), *large = facts_find(f, FACTOR, "slope 0.5");
    bool cured = fact_above(none, 0) && facts_find(f, DEAD, "prelu")->high <= 0;
    for (size_t i = 1; i < SLOPES; i++)
        cured = cured && facts_find(f, DEAD, gather_words(&place, "slope %s", slopes[i]))->high <= 0;
    const size_t slower = slow_at(&slow, f);
    const bool depends = small->high < large->low;
    verdict_set(v, !cured || !depends ? VERDICT_DOES_NOT_HOLD : slower == WIDTHS ? VERDICT_HOLDS : VERDICT_HOLDS_WHEN, small);
    if (!cured)
        text_string(&v->condition, "units die at slopes other than 0, or not certainly at 0");
    else if (!depends)
        text_string(&v->condition, "gradients at slopes 0.01 and 0.5 cannot be told apart");
    else if (slower == 0)
        text_format(&v->condition,
                    "only dying units and gradients are meant (none dies at any slope but 0; a factor of %.3g to %.3g a layer): that small slopes "
                    "learn more slowly is not found",
                    pow(10, small->measured), pow(10, large->measured));
    else if (slower < WIDTHS)
        text_format(&v->condition, "networks are narrow: slope 0.01 learns more slowly than 0.25 at width %s only; none dies at any slope but 0",
                    text_str(&slow));
    put_sentence(&v->sentence, f);
    text_free(&place);
    text_free(&slow);
}

#define DRAWN                                                                                                                       \
    "sweep -a leaky-relu:0,leaky-relu:0.01,leaky-relu:0.1,leaky-relu:0.25,leaky-relu:0.5,leaky-relu:1,prelu -i gaussian --sigma-w " \
    "1.4142135623730951 -d 50 -w 256 --layers every:10"
#define LEARN                                                                                                                                \
    "train -a leaky-relu:0.01,leaky-relu:0.25,leaky-relu:0.5 -d 5 -w 4,32 --steps 1000 --every 50 --target 0.95 --optimizer adam --lr 0.01 " \
    "--snapshots none --no-raw"
#define PRELU "train -a prelu -d 5 -w 32 --steps 1000 --every 500 --optimizer adam --lr 0.003 --snapshots none --no-raw"

const Claim claim_C10 = {
    .id = "C10",
    .claim = "Leaky ReLU and PReLU cure dying units; small negative slopes learn slowly; the result depends on the slope",
    .source = "Maas, Hannun and Ng 2013; He, Zhang, Ren and Sun 2015; Xu, Wang, Chen and Li 2015; the factor: Schoenholz et al. 2017",
    .method = "Networks of width 256 whose weights have sigma_w^2 = 2 whatever the slope: share of units of layer 50 that are off for a whole batch "
              "of 32, and change of log10 of the gradient norm a layer (for its square, theory has sigma_w^2 (1 + a^2)/2 at infinite width). Two "
              "spirals: steps of Adam at 0.01 to 95 % test accuracy, networks that do not arrive in 1000 counting as 1000. PReLU has one slope a "
              "layer here.",
    .criterion = "Does not hold where a unit dies at a slope other than 0, none certainly dies at 0, or gradients at slopes 0.01 and 0.5 cannot be "
                 "told apart. Holds where slope 0.01 moreover certainly needs more steps than 0.25 at both widths; else holds when.",
    .runs = {{"drawn", DRAWN " -s 10", DRAWN " -s 12"}, {"learn", LEARN " -s 20", LEARN " -s 20"}, {"prelu", PRELU " -s 8", PRELU " -s 20"}},
    .figures = {{"drawn", "grad-norm", "Gradient norm by layer and negative slope, weights of one scale; dashed: theory"},
                {"learn", "training-curves", "Loss and accuracy on two spirals by negative slope and width"}},
    .measure = measure,
    .judge = judge,
};
