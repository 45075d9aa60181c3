/* C18: ReLU cannot shift the mean below zero, SELU can.
 * The one thing to know: with weights of τ = 0.95 SELU's layers settle at a mean below zero, with τ = 1.1 at one above it, as its map
 * says; ReLU's mean over its root mean square is 1/√π whatever the weights.
 * Klambauer et al. 2017, section 2, eqs. 4 and 5; Clevert, Unterthiner and Hochreiter 2016. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/act.h"
#include "model/registry.h"
#include "theory/selfnorm.h"

#define MEAN "mean of the last layer's outputs"
#define RATIO "mean over root mean square of the last layer's outputs"
#define OUTPUT "least output of the unit for |z| <= 40"
#define LAST "median over networks of the last layer's mean, customary weights"
#define BELOW "networks on one sample whose last layer has a mean below zero"

/* σ_w = √τ, as the runs' command lines have it. */
static const struct {
    const char *where;
    double tau;
} settled[] = {{"sigma_w=0.9746794344808963", 0.95}, {"sigma_w=1.0488088481701516", 1.1}};

enum { SETTLED = sizeof settled / sizeof *settled };

static const char *const others[] = {"relu", "sigmoid", "softplus", "leaky-relu", "tanh", "elu", "selu"};

static const char *const units[] = {"relu", "selu"};

enum { OTHERS = sizeof others / sizeof *others, UNITS = sizeof units / sizeof *units };

static void put_settled(Facts *out, const Table *networks)
{
    Gauss *w = gauss_alloc();
    for (size_t i = 0; i < SETTLED; i++) {
        double mean = 0, variance = 1;
        Status status;
        selu_settle(w, (Selu){SELU_ALPHA, SELU_LAMBDA}, 0, settled[i].tau, &mean, &variance, &status);
        pick_mean(out, MEAN, mean, networks, "final_h_mean", 1, settled[i].where);
    }
    gauss_free(w);
}

/* E φ/√(E φ²) of a ReLU on N(0, q): √(q/2π)/√(q/2). */
static void put_ratio(Facts *out, const Table *networks)   /* of one sample: in a batch, lengths differ, which the ratio would show */
{
    double *sample = mem_doubles(table_rows(networks) + 1);
    size_t n = 0;
    for (size_t row = 0; row < table_rows(networks); row++)
        if (table_matches(networks, row, "activation=relu")) {
            const double mean = table_number(networks, row, "final_h_mean"), variance = table_number(networks, row, "final_h_var");
            sample[n++] = mean / sqrt(variance + mean * mean);
        }
    facts_mean(out, RATIO, "activation=relu", M_2_SQRTPI / 2, sample, n);
    free(sample);
}

/* Whether any input gives an output below zero: where none does, no layer's mean can be. */
static void put_outputs(Facts *out)
{
    for (size_t i = 0; i < UNITS; i++) {
        const Activation *a = activation_of((Choice){registry_find(&activations, units[i]), NOT_GIVEN});
        double least = HUGE_VAL;
        for (int k = -4000; k <= 4000; k++)
            least = fmin(least, a->value_at(k / 100., NOT_GIVEN));
        facts_exact(out, OUTPUT, place("activation=%s", units[i]).text, strcmp(units[i], "selu") ? 0 : -SELU_LAMBDA * SELU_ALPHA, least);
    }
}

static void put_last(Facts *out, const Table *layers)
{
    double *sample = mem_doubles(table_rows(layers) + 1);
    for (size_t i = 0; i < OTHERS; i++) {
        const Place where = place("activation=%s", others[i]);
        facts_median(out, LAST, where.text, NOT_GIVEN, sample, table_numbers(layers, "final_h_mean", where.text, sample));
    }
    free(sample);
}

static void put_below(Facts *out, const Table *alone)
{
    double *sample = mem_doubles(table_rows(alone) + 1);
    const size_t n = table_numbers(alone, "final_h_mean", "activation=relu", sample);
    size_t below = 0;
    for (size_t i = 0; i < n; i++)
        below += sample[i] < 0;
    facts_share(out, BELOW, "activation=relu", 0, below, n);
    free(sample);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *layers = claim_table(c, "layers", "networks.csv"), *settles = claim_table(c, "settles", "networks.csv"), *alone = claim_table(c, "alone", "networks.csv");
    const int failed = !layers || !settles || !alone;
    if (!failed) {
        put_settled(out, settles);
        put_ratio(out, alone);
        put_last(out, layers);
        put_below(out, alone);
        put_outputs(out);
    }
    table_close(alone);
    table_close(layers);
    table_close(settles);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *low = facts_find(f, MEAN, settled[0].where), *high = facts_find(f, MEAN, settled[1].where), *ratio = facts_find(f, RATIO, "activation=relu");
    const Fact *least = facts_find(f, OUTPUT, "activation=relu"), *below = facts_find(f, BELOW, "activation=relu");
    const bool relu = least->measured >= 0 && below->measured == 0, selu = fact_below(low, 0), both = fact_above(high, 0);
    verdict_set(v, relu && selu && both ? VERDICT_HOLDS : relu && (selu || both) ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, low);
    if (!relu)
        text_format(&v->condition, "ReLU gives %.3g, and the mean of %.0f of %zu last layers lies below zero", least->measured, below->measured * (double)below->n,
                    below->n);
    else if (!selu)
        text_format(&v->condition, "SELU's mean is %.3g [%.3g, %.3g] with weights of variance 0.95/width", low->measured, low->low, low->high);
    else if (!both)
        text_format(&v->condition, "SELU's mean stays below zero: %.3g with weights of variance 1.1/width", high->measured);
    text_format(&v->sentence, "SELU layers settle at a mean of %.4f [%.4f, %.4f] with weights of variance 0.95/width (theory: %.4f) and of %.4f with "
                              "1.1/width (theory: %.4f).", low->measured, low->low, low->high, low->predicted, high->measured, high->predicted);
    text_format(&v->sentence, " The mean of a ReLU layer is %.4f of its root mean square (theory: %.4f) and below zero in %.0f of %zu networks (no output of a ReLU is).",
                ratio->measured, ratio->predicted, below->measured * (double)below->n, below->n);
}

const Claim claim_C18 = {
    .id = "C18",
    .claim = "ReLU cannot shift the mean below zero, SELU can",
    .source = "Klambauer, Unterthiner, Mayr and Hochreiter 2017; Clevert, Unterthiner and Hochreiter 2016",
    .method = "Networks of depth 30 with their customary weights: mean of the last layer, its median over networks (the figure has all layers). SELU networks of width 1024 with weights of variance 0.95/width and "
              "1.1/width: mean of the last layer against the fixed point of SELU's map. ReLU networks on one sample: mean over root mean square, 1/sqrt(pi) "
              "whatever the weights, and the share of these networks in which it is below zero; the least output of the unit, which no layer's mean can be below.",
    .criterion = "Holds where no output of a ReLU and no sampled ReLU network's last mean is below zero, and SELU's mean certainly lies below zero with the smaller weights and above "
                 "it with the larger ones.",
    .runs = {{"layers", "sweep -a relu,leaky-relu,sigmoid,softplus,tanh,elu,selu -d 30 -s 10 --layers every:3 --no-raw",
              "sweep -a relu,leaky-relu,sigmoid,softplus,tanh,elu,selu -d 30 -s 40 --layers every:3 --no-raw"},
             {"settles", "sweep -a selu -i gaussian --sigma-w 0.9746794344808963,1.0488088481701516 -d 30 -w 1024 -b 4 -s 100 --layers ends --no-raw",
              "sweep -a selu -i gaussian --sigma-w 0.9746794344808963,1.0488088481701516 -d 30 -w 1024 -b 4 -s 400 --layers ends --no-raw"},
             {"alone", "sweep -a relu -d 30 -b 1 -s 60 --layers ends --no-raw", "sweep -a relu -d 30 -b 1 -s 400 --layers ends --no-raw"}},
    .figures = {{"layers", "activation-mean", "Mean of each layer's outputs; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
