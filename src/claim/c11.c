/* C11: ELU is smooth, bounded below by -α, avoids dead units, costs more, and can explode.
 * The one thing to know: under He's weights ELU has no fixed point: lengths grow like the depth and ln ‖gradient‖² like its square root,
 * √(2ℓ/π), which is growth but not explosion; only σ_w² > 2 makes it exponential.
 * Clevert, Unterthiner and Hochreiter 2016; χ₁ and lengths: Poole et al. 2016, Schoenholz et al. 2017. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/clock.h"
#include "claim/gather.h"
#include "model/act.h"

#define LIMIT    "value as z falls to -1000"
#define JUMP     "jump of the slope at 0"
#define DRAWN    "share of units of layer 50 that are off for the whole batch"
#define TRAINED  "share of dead units after training"
#define DEARER   "trials in which value and slope cost more than ReLU's"
#define AT_LEAST "cost of value and slope over ReLU's, at least"
#define GROWTH   "ln of the squared gradient norm's growth over the depth"
#define POWER    "power of the depth that ln of that growth follows"

static const double alphas[] = {0.5, 1, 2};
static const char *const rates[] = {"0.01", "0.1", "1"}, *const timed[] = {"relu", "elu"};
static const char *const laws[] = {"he", "above"}, *const law_words[] = {"sigma_w^2=2", "sigma_w^2=2.25"};
static const int depths[] = {25, 100, 400};
enum {
    ALPHAS = sizeof alphas / sizeof *alphas,
    RATES = sizeof rates / sizeof *rates,
    LAWS = sizeof laws / sizeof *laws,
    DEPTHS = sizeof depths / sizeof *depths
};

static void put_function(Facts *out)
{
    Text place = {0};
    for (size_t i = 0; i < ALPHAS; i++) {
        const Choice elu = {registry_find(&activations, "elu"), alphas[i]};
        const Activation *a = activation_of(elu);
        const char *at = gather_words(&place, "alpha=%g", alphas[i]);
        const double step = 1e-7;   /* one-sided differences of values */
        const double above = a->value_at(step, alphas[i]) / step, below = -a->value_at(-step, alphas[i]) / step;
        facts_exact(out, LIMIT, at, -alphas[i], a->value_at(-1000, alphas[i]));
        facts_exact(out, JUMP, at, 1 - alphas[i], above - below);
    }
    text_free(&place);
}

static int put_dead(Facts *out, const ClaimCase *c)
{
    Table *drawn = claim_table(c, "drawn", "layers.csv"), *trained = claim_table(c, "trained", "layers.csv");
    const int failed = !drawn || !trained;
    Text place = {0}, where = {0};
    for (size_t i = 0; !failed && i < 2; i++) {
        gather_mean(out, DRAWN, timed[i], NOT_GIVEN, drawn, "dead_frac", gather_words(&where, "activation=%s layer=50", timed[i]));
        facts_within(out, 0, 1);
        for (size_t r = 0; r < RATES; r++) {
            gather_mean(out, TRAINED, gather_words(&place, "%s lr %s", timed[i], rates[r]), NOT_GIVEN, trained, "dead_frac",
                        gather_words(&where, "activation=%s lr=%s layer=5", timed[i], rates[r]));
            facts_within(out, 0, 1);
        }
    }
    table_close(drawn);
    table_close(trained);
    text_free(&place);
    text_free(&where);
    return failed;
}

/* ln ‖∂L/∂h⁰‖²/‖∂L/∂h^L‖² of every network of a depth. */
static size_t growths(const Table *networks, int depth, double *out)
{
    Text where = {0};
    const size_t n = table_numbers(networks, "grad_ratio_log10", gather_words(&where, "depth=%d", depth), out);
    for (size_t k = 0; k < n; k++)
        out[k] *= 2 * M_LN10;
    text_free(&where);
    return n;
}

static int put_growth(Facts *out, const ClaimCase *c, const char *law, const char *words)
{
    Table *networks = claim_table(c, law, "networks.csv"), *summary = claim_table(c, law, "summary.csv");
    const int failed = !networks || !summary;
    Text place = {0};
    if (!failed) {
        double *deep = mem_doubles(2 * table_rows(networks) + 2), *shallow = deep + table_rows(networks) + 1, predicted[DEPTHS];
        for (size_t d = 0; d < DEPTHS; d++) {
            const size_t n = growths(networks, depths[d], deep);
            predicted[d] = 2 * M_LN10 * gather_theory_ratio(summary, "", depths[d]);
            facts_mean(out, GROWTH, gather_words(&place, "%s depth %d", words, depths[d]), predicted[d], deep, n);
        }
        const size_t n = growths(networks, depths[DEPTHS - 1], deep), m = growths(networks, depths[DEPTHS - 2], shallow), pairs = n < m ? n : m;
        const double span = log((double)depths[DEPTHS - 1] / depths[DEPTHS - 2]);
        for (size_t k = 0; k < pairs; k++)
            deep[k] = log(deep[k] / shallow[k]) / span;   /* growth is many standard deviations above 0 */
        facts_mean(out, POWER, words, log(predicted[DEPTHS - 1] / predicted[DEPTHS - 2]) / span, deep, pairs);
        free(deep);
    }
    table_close(networks);
    table_close(summary);
    text_free(&place);
    return failed;
}

static int put_cost(Facts *out, const ClaimCase *c)
{
    Table *t = clock_table(c, timed, 2);
    if (!t)
        return -1;
    const ClockRatio r = clock_ratio(t, "elu", "relu", CLOCK_BOTH);
    facts_share(out, DEARER, "elu", NOT_GIVEN, r.dearer, r.trials);
    facts_exact(out, AT_LEAST, "elu", NOT_GIVEN, r.at_least);
    table_close(t);
    return 0;
}

static int measure(const ClaimCase *c, Facts *out)
{
    put_function(out);
    int failed = put_dead(out, c) || put_cost(out, c);
    for (size_t i = 0; i < LAWS && !failed; i++)
        failed = put_growth(out, c, laws[i], law_words[i]);
    return failed ? -1 : 0;
}

/* What of the claim holds as it stands, and what the conditions of the rest are. */
static bool function_holds(const Facts *f, Text *condition, bool *lawful)
{
    Text place = {0};
    bool smooth = true;
    *lawful = true;
    for (size_t i = 0; i < ALPHAS; i++) {
        const char *at = gather_words(&place, "alpha=%g", alphas[i]);
        const Fact *limit = facts_find(f, LIMIT, at), *jump = facts_find(f, JUMP, at);
        *lawful = *lawful && fabs(limit->measured - limit->predicted) < 1e-12;
        if (fabs(jump->measured) > 1e-6) {
            text_format(condition, "%s%s (%.2g)", smooth ? "it is smooth at alpha=1 only, the slope jumping at 0 with " : ", ", at, jump->measured);
            smooth = false;
        }
    }
    text_free(&place);
    return smooth;
}

static bool units_live(const Facts *f, Text *condition)
{
    Text place = {0};
    bool live = true;
    for (size_t r = 0; r < RATES; r++) {
        const Fact *dead = facts_find(f, TRAINED, gather_words(&place, "elu lr %s", rates[r]));
        if (dead->measured > 0) {
            text_format(condition, "%s%s%s (%.0f %%)", live && condition->length ? "; " : "",
                        live ? "no unit dies but in training at a rate of " : ", ", rates[r], 100 * dead->measured);
            live = false;
        }
    }
    text_free(&place);
    return live;
}

static void put_sentence(Text *out, const Facts *f)
{
    const Fact *he = facts_find(f, GROWTH, "sigma_w^2=2 depth 100"), *power = facts_find(f, POWER, "sigma_w^2=2"),
               *above = facts_find(f, POWER, "sigma_w^2=2.25");
    text_format(out,
                "Under He's weights ln of the squared gradient norm grows by %.2f over 100 layers (theory: %.2f, and sqrt(2 l/pi) = %.2f for deep "
                "ones), as depth^%.2f;",
                he->measured, he->predicted, sqrt(200 / M_PI), power->measured);
    text_format(out, " with sigma_w^2=2.25 as depth^%.2f (1 is exponential).", above->measured);
    text_format(out, " No unit of ELU is off at layer 50, where %.0f %% of ReLU's are; value and slope cost",
                100 * facts_find(f, DRAWN, "relu")->measured);
    if (facts_find(f, AT_LEAST, "elu")->measured >= 1)
        text_format(out, " at least %g times ReLU's.", facts_find(f, AT_LEAST, "elu")->measured);
    else
        text_string(out, " no more than ReLU's.");
}

static void judge(const Facts *f, Verdict *v)
{
    bool lawful;
    const bool smooth = function_holds(f, &v->condition, &lawful), live = units_live(f, &v->condition);
    const bool born = facts_find(f, DRAWN, "elu")->high <= 0 && fact_above(facts_find(f, DRAWN, "relu"), 0),
               dearer = fact_above(facts_find(f, DEARER, "elu"), 0.5);
    const Fact *he = facts_find(f, POWER, "sigma_w^2=2"), *above = facts_find(f, POWER, "sigma_w^2=2.25"),
               *growth = facts_find(f, GROWTH, "sigma_w^2=2 depth 100");
    const bool slow = fact_below(he, 0.75), fast = fact_above(above, 0.75), grows = fact_above(growth, 0);
    if (slow && fast)
        text_format(&v->condition, "%sgradients explode at sigma_w^2=2.25, while He's sigma_w^2=2 only has them grow as exp(depth^%.2f)",
                    v->condition.length ? "; " : "", he->measured);
    const bool all = lawful && born && dearer && grows && fast;
    verdict_set(v, all && smooth && live && !slow ? VERDICT_HOLDS : all ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, growth);
    if (!all) {
        text_clear(&v->condition);
        text_format(&v->condition, "%s",
                    !lawful   ? "values do not tend to -alpha"
                    : !born   ? "units are off in networks that were just drawn"
                    : !dearer ? "it does not certainly cost more than ReLU"
                    : !grows  ? "gradients do not grow"
                              : "gradients do not certainly explode even at sigma_w^2=2.25");
    }
    put_sentence(&v->sentence, f);
}

#define GROW  " -d 25,100,400 -w 2048 -b 1 --layers ends --no-raw"
#define TRAIN "train -a relu,elu -d 5 -w 32 -b 256 --optimizer adam --lr 0.01,0.1,1 --steps 200 --every 200 --layers ends --snapshots end"

const Claim claim_C11 = {
    .id = "C11",
    .claim = "ELU is smooth, bounded below by -alpha, avoids dead units, costs more than ReLU, and can explode",
    .source = "Clevert, Unterthiner and Hochreiter 2016; growth: Poole et al. 2016, Schoenholz et al. 2017",
    .method = "The function's limit and, by one-sided differences, its slopes on either side of 0. Units that are off for a whole batch: at layer "
              "50 of networks that were just drawn, and in the last layer after training on two spirals (as for C09); ELU's slope alpha exp(z) is 0 "
              "in double precision where z < -745. Cost as for C04. Growth of the squared gradient norm, one sample, width 2048, over 25, 100 and "
              "400 layers, under He's weights and with sigma_w^2 = 2.25; a power of 1 is exponential growth.",
    .criterion = "Does not hold where a part of it fails wherever it was looked for (the limit, units dead at birth, the cost, growth at all, "
                 "explosion at sigma_w^2 = 2.25). Holds where the slope has no jump at any alpha, no rate kills a unit, and gradients explode under "
                 "He's weights too (a power certainly not below 0.75); else holds when.",
    .runs = {{"drawn", "sweep -a relu,elu -d 50 --layers ends -s 10", "sweep -a relu,elu -d 50 --layers ends -s 30"},
             {"trained", TRAIN " -s 6", TRAIN " -s 10"},
             {"he", "sweep -a elu -i he-normal" GROW " -s 20", "sweep -a elu -i he-normal" GROW " -s 60"},
             {"above", "sweep -a elu -i gaussian --sigma-w 1.5" GROW " -s 20", "sweep -a elu -i gaussian --sigma-w 1.5" GROW " -s 60"}},
    .figures = {{"he", "decay-vs-depth", "Growth of ELU's gradients a layer under He's weights: it falls with depth, so it is no exponential"}},
    .measure = measure,
    .judge = judge,
};
