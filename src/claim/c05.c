/* C05: sigmoid gradients vanish with depth, and shallow networks escape.
 * The one thing to know: the rate is the mean increment of log10 ‖∂L/∂z‖ a layer, against theory's for the same network; where a format
 * reaches zero is read off the first layer whose whole gradient is 0.
 * Hochreiter 1991; Bengio, Simard and Frasconi 1994; Glorot and Bengio 2010; the rate: Schoenholz et al. 2017. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/claim.h"
#include "model/registry.h"

#define RATE "log10 of the gradient's factor a layer"
#define RATIO "log10 of the gradient norm at the input over that at the last layer"
#define REACH "layers until the gradient is exactly 0"

static const char *const inits[] = {"glorot-normal", "glorot-uniform", "he-normal", "lecun-normal", "orthogonal", "torch-default"};
static const char *const shallow[] = {"2", "3", "10", "50", "1000"};
static const char *const formats[] = {"float16", "bfloat16", "float32", "float64"};

enum { INITS = sizeof inits / sizeof *inits, SHALLOW = sizeof shallow / sizeof *shallow, FORMATS = sizeof formats / sizeof *formats };

/* Theory's mean increment from layer L to layer 1. */
static double predicted_rate(const Table *summary, const char *init)
{
    Text first = {0}, last = {0};
    text_format(&first, "init=%s layer=1", init);
    text_format(&last, "init=%s layer=50", init);
    const double low = table_number(summary, table_row(summary, text_str(&first)), "theory_log10_grad_z_norm");
    const double top = table_number(summary, table_row(summary, text_str(&last)), "theory_log10_grad_z_norm");
    text_free(&first);
    text_free(&last);
    return (low - top) / 49;
}

static void put_rates(Facts *out, const Table *networks, const Table *summary, double *sample)
{
    Text where = {0};
    for (size_t i = 0; i < INITS; i++) {
        text_clear(&where);
        text_format(&where, "init=%s", inits[i]);
        const size_t n = table_numbers(networks, "grad_decay_log10", text_str(&where), sample);
        facts_mean(out, RATE, inits[i], predicted_rate(summary, inits[i]), sample, n);
    }
    text_free(&where);
}

static void put_ratios(Facts *out, const Table *networks, double *sample)
{
    Text where = {0}, place = {0};
    for (size_t i = 0; i < SHALLOW; i++) {
        text_clear(&where);
        text_clear(&place);
        text_format(&where, "depth=%s", shallow[i]);
        text_format(&place, "depth %s", shallow[i]);
        const size_t n = table_numbers(networks, "grad_ratio_log10", text_str(&where), sample);
        facts_mean(out, RATIO, text_str(&place), NOT_GIVEN, sample, n);
    }
    text_free(&where);
    text_free(&place);
}

/* How many layers back from the last one: in float64 where the norm is below the smallest number there is, elsewhere as recorded. */
static void put_reach(Facts *out, const Table *layers, const Table *events, double *sample)
{
    static const double least = -323.30621534311580;   /* log10 of 2^-1074 */
    Text where = {0};
    for (size_t i = 0; i < FORMATS; i++) {
        size_t n = 0;
        text_clear(&where);
        text_format(&where, "dtype=%s", formats[i]);
        for (size_t row = 0; i + 1 < FORMATS && row < table_rows(events); row++)
            if (table_matches(events, row, text_str(&where)) && table_matches(events, row, "event=zero") && *table_text(events, row, "layer"))
                sample[n++] = 1000 - table_number(events, row, "layer");
        for (size_t row = 1; i + 1 == FORMATS && row < table_rows(layers); row++)   /* layers rise: the first that holds follows one that does not */
            if (table_matches(layers, row, "dtype=float64") && table_number(layers, row, "log10_grad_h_norm") > least &&
                table_number(layers, row - 1, "log10_grad_h_norm") <= least)
                sample[n++] = 1000 - table_number(layers, row - 1, "layer");
        facts_mean(out, REACH, formats[i], NOT_GIVEN, sample, n);
    }
    text_free(&where);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "rates", "networks.csv"), *summary = claim_table(c, "rates", "summary.csv");
    Table *depths = claim_table(c, "depths", "networks.csv"), *layers = claim_table(c, "formats", "layers.csv"), *events = claim_table(c, "formats", "events.csv");
    const int failed = !networks || !summary || !depths || !layers || !events;
    if (!failed) {
        double *sample = mem_doubles(table_rows(networks) + table_rows(depths) + table_rows(layers) + table_rows(events));
        put_rates(out, networks, summary, sample);
        put_ratios(out, depths, sample);
        put_reach(out, layers, events, sample);
        free(sample);
    }
    table_close(networks);
    table_close(summary);
    table_close(depths);
    table_close(layers);
    table_close(events);
    return failed ? -1 : 0;
}

/* A rate counts as vanishing below a factor 0.9 a layer, which is 1/200 over 50 layers; a network has escaped where 1 % is left. */
static const double vanishing = -0.0457574905606751, escaping = -2;

static const Fact *ratio_at(const Facts *f, const char *depth)
{
    return facts_find(f, RATIO, depth);
}

/* ", not with he-normal" for every initialiser that does not certainly vanish; how many do. */
static size_t put_vanishing(Text *out, const Facts *f)
{
    size_t vanish = 0;
    for (size_t i = 0; i < INITS; i++) {
        const bool here = fact_below(facts_find(f, RATE, inits[i]), vanishing);
        vanish += here;
        if (!here)
            text_format(out, "%snot with %s", out->length ? ", " : "", inits[i]);
    }
    return vanish;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *glorot = facts_find(f, RATE, "glorot-normal"), *two = ratio_at(f, "depth 2"), *three = ratio_at(f, "depth 3");
    const Fact *fifty = ratio_at(f, "depth 50"), *thousand = ratio_at(f, "depth 1000");
    const size_t vanish = put_vanishing(&v->condition, f);
    const bool escape = fact_above(two, escaping) && fact_above(three, escaping), gone = fact_below(fifty, escaping) && fact_below(thousand, escaping);
    verdict_set(v, vanish == INITS && escape && gone ? VERDICT_HOLDS : vanish > 0 ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, glorot);
    if (vanish == 0) {
        text_clear(&v->condition);
        text_string(&v->condition, "no initialiser loses a tenth of its gradient a layer");
    } else if (!escape) {
        text_format(&v->condition, "%sshallow networks do not certainly escape: %.2g %% of the gradient is left at depth 2, %.2g %% at depth 3",
                    v->condition.length ? "; " : "", 100 * pow(10, two->measured), 100 * pow(10, three->measured));
    } else if (!gone) {
        text_format(&v->condition, "%sdeep networks do not certainly lose it: 1e%.0f is left at depth 50, 1e%.0f at depth 1000",
                    v->condition.length ? "; " : "", fifty->measured, thousand->measured);
    }
    text_format(&v->sentence, "With Glorot weights the gradient shrinks to %.3g of itself a layer (theory: %.3g), in shallow networks as in deep ones: of that "
                              "at the last layer %.2g %% is left at depth 2, %.2g %% at depth 3, 1e%.0f at depth 50 and 1e%.0f at depth 1000.",
                pow(10, glorot->measured), pow(10, glorot->predicted), 100 * pow(10, two->measured), 100 * pow(10, three->measured), fifty->measured,
                thousand->measured);
    text_format(&v->sentence, " Its zero comes after %.0f layers in float16, %.0f in float32 and %.0f in float64.", facts_find(f, REACH, "float16")->measured,
                facts_find(f, REACH, "float32")->measured, facts_find(f, REACH, "float64")->measured);
}

const Claim claim_C05 = {
    .id = "C05",
    .claim = "Sigmoid gradients vanish with depth; shallow networks escape",
    .source = "Hochreiter 1991; Bengio, Simard and Frasconi 1994; Glorot and Bengio 2010; the rate: Schoenholz et al. 2017",
    .method = "Networks of width 256 on Gaussian input with six initialisers: mean change of log10 of the gradient norm a layer over 50 layers, against theory's. "
              "Glorot networks of depth 2 to 1000: gradient at the input over that at the last layer. Number formats: the first layer whose whole gradient is 0.",
    .criterion = "Holds where with every initialiser the gradient certainly loses more than a tenth a layer, and the gradient at the input certainly keeps more than "
                 "1 % of that at the last layer in Glorot networks of depth 2 and 3, and certainly less in those of depth 50 and 1000. Holds when, where some "
                 "initialiser loses a tenth.",
    .runs = {{"rates", "sweep -a sigmoid -i glorot-normal,glorot-uniform,he-normal,lecun-normal,orthogonal,torch-default -d 50 -s 10 --no-raw",
              "sweep -a sigmoid -i glorot-normal,glorot-uniform,he-normal,lecun-normal,orthogonal,torch-default -d 50 -s 100 --no-raw"},
             {"depths", "sweep -a sigmoid -d 2,3,10,50,1000 -b 8 -s 10 --layers ends --no-raw", "sweep -a sigmoid -d 2,3,10,50,1000 -b 8 -s 100 --layers ends --no-raw"},
             {"formats", "sweep -a sigmoid -d 1000 -w 64 -b 8 -s 3 --dtype float16,bfloat16,float32,float64", "sweep -a sigmoid -d 1000 -w 64 -b 8 -s 10 --dtype float16,bfloat16,float32,float64"}},
    .figures = {{"rates", "grad-norm", "Gradient norm by layer of sigmoid networks, by initialiser; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
