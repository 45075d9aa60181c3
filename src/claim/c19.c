/* C19: exploding gradients: large updates, instability, weights that overflow to NaN.
 * The one thing to know: the same gains are swept untrained (growth a layer, against √χ₁) and trained, with and without clipping, in
 * float32 and float16; a network is broken from the step whose update makes the first infinity or NaN.
 * Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013 (clipping); the rate: Schoenholz et al. 2017. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/gather.h"
#include "claim/pick.h"
#include "model/registry.h"

#define GROWTH "log10 of the gradient's factor a layer, untrained"
#define BROKEN "networks that come to an infinity or a NaN, sigma_w of 2 and 3"
#define FIRST "step of the first infinity or NaN (median of those that break)"
#define LAYER "layer of the first infinity or NaN (median of those that break)"
#define UPDATE "log10 of the first update over the weights that it makes"
#define LARGEST "log10 of the largest weight after the first update"
#define LEARNT "training accuracy at the end, sigma_w of 2 and 3"

static const char *const gains[] = {"1.4142135623730951", "2", "3"}, *const units[] = {"relu", "tanh"};
static const char *const formats[] = {"float32", "float16"}, *const ways[] = {"free", "clipped"};

enum { GAINS = 3, UNITS = 2, FORMATS = 2, WAYS = 2, DEPTH = 20 };

static void put_growth(Facts *out, const Table *networks, const Table *summary)
{
    for (size_t i = 0; i < UNITS; i++)
        for (size_t g = 0; g < GAINS; g++) {
            const Place where = place("activation=%s sigma_w=%s", units[i], gains[g]);
            pick_mean(out, GROWTH, gather_theory_ratio(summary, where.text, DEPTH) / DEPTH, networks, "grad_ratio_log10", 1. / DEPTH, where.text);
        }
}

static bool exploding(const Table *t, size_t row)
{
    return table_number(t, row, "sigma_w") > 1.9;
}

static void put_accuracy(Facts *out, const char *where, const double *sample, size_t n)
{
    facts_mean(out, LEARNT, where, NOT_GIVEN, sample, n);
    facts_within(out, 0, 1);
}

/* The networks of one kind of unit and format, trained one way; `sample` has room for three numbers a network. */
static void put_broken(Facts *out, const Table *networks, const char *unit, const char *format, const char *way, double *sample)
{
    const Place kind = place("activation=%s dtype=%s", unit, format), where = place("%s %s", kind.text, way);
    double *layer = sample + table_rows(networks), *accuracy = layer + table_rows(networks);
    size_t all = 0, broken = 0;
    for (size_t row = 0; row < table_rows(networks); row++) {
        if (!table_matches(networks, row, kind.text) || !exploding(networks, row))
            continue;
        const double step = table_number(networks, row, "first_bad_step");
        accuracy[all++] = table_number(networks, row, "train_accuracy");
        if (isnan(step))
            continue;
        layer[broken] = table_number(networks, row, "first_bad_layer");
        sample[broken++] = step;
    }
    facts_share(out, BROKEN, where.text, NOT_GIVEN, broken, all);
    if (broken > all / 2 && !strcmp(way, "free")) {
        facts_median(out, FIRST, where.text, NOT_GIVEN, sample, broken);
        facts_median(out, LAYER, where.text, NOT_GIVEN, layer, broken);
    }
    if (broken < all / 2 && !strcmp(unit, "relu"))
        put_accuracy(out, where.text, accuracy, all);
}

/* log10 of a column of ReLU's float32 rows at the first step, at He's gain and at the largest. */
static void put_first(Facts *out, const char *quantity, const Table *steps, const char *column, const char *way, double *sample)
{
    for (size_t g = 0; g < GAINS; g += 2) {
        const Place kind = place("activation=relu dtype=float32 sigma_w=%s", gains[g]), where = place("%s %s", kind.text, way);
        const size_t n = table_numbers(steps, column, place("%s step=1", kind.text).text, sample);
        for (size_t i = 0; i < n; i++)
            sample[i] = log10(sample[i]);
        facts_mean(out, quantity, where.text, NOT_GIVEN, sample, n);
    }
}

static int put_training(Facts *out, const ClaimCase *c, const char *way)
{
    Table *networks = claim_table(c, way, "networks.csv"), *steps = claim_table(c, way, "steps.csv");
    const int failed = !networks || !steps;
    if (!failed) {
        double *sample = mem_doubles(3 * table_rows(networks) + table_rows(steps) + 1);
        for (size_t i = 0; i < UNITS; i++)
            for (size_t k = 0; k < FORMATS; k++)
                put_broken(out, networks, units[i], formats[k], way, sample);
        put_first(out, UPDATE, steps, "update_ratio", way, sample);
        put_first(out, LARGEST, steps, "largest_weight", way, sample);
        free(sample);
    }
    table_close(networks);
    table_close(steps);
    return failed ? -1 : 0;
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "growth", "networks.csv"), *summary = claim_table(c, "growth", "summary.csv");
    int failed = !networks || !summary;
    if (!failed)
        put_growth(out, networks, summary);
    for (size_t i = 0; i < WAYS && !failed; i++)
        failed = put_training(out, c, ways[i]);
    table_close(networks);
    table_close(summary);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *relu = facts_find(f, BROKEN, "activation=relu dtype=float32 free"), *tanh_ = facts_find(f, BROKEN, "activation=tanh dtype=float32 free");
    const Fact *growth = facts_find(f, GROWTH, "activation=relu sigma_w=3"), *first = facts_seek(f, FIRST, "activation=relu dtype=float32 free");
    const Fact *clipped = facts_find(f, BROKEN, "activation=relu dtype=float32 clipped");
    const Fact *half = facts_find(f, BROKEN, "activation=relu dtype=float16 clipped");
    const Fact *weight = facts_find(f, LARGEST, "activation=relu dtype=float32 sigma_w=3 free");
    const Fact *learnt = facts_seek(f, LEARNT, "activation=relu dtype=float32 clipped");
    const bool relu_breaks = fact_above(relu, 0.5), tanh_breaks = fact_above(tanh_, 0.5), grows = fact_above(growth, 0);
    const Fact *breaks = relu_breaks ? relu : tanh_, *other = relu_breaks ? tanh_ : relu;
    verdict_set(v, grows && relu_breaks && tanh_breaks ? VERDICT_HOLDS : grows && (relu_breaks || tanh_breaks) ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, relu);
    if (v->kind == VERDICT_HOLDS_WHEN)
        text_format(&v->condition, "units are %s: with sigma_w of 2 and 3, %.0f %% [%.0f, %.0f] of %s networks come to an infinity or a NaN and %.0f %% "
                                   "[%.0f, %.0f] of %s networks", relu_breaks ? "unbounded" : "bounded", 100 * breaks->measured, 100 * breaks->low,
                    100 * breaks->high, relu_breaks ? "ReLU" : "tanh", 100 * other->measured, 100 * other->low, 100 * other->high,
                    relu_breaks ? "tanh" : "ReLU");
    else if (v->kind == VERDICT_DOES_NOT_HOLD)
        text_format(&v->condition, "at sigma_w = 3 ReLU's gradient changes by a factor %.3g a layer, and %.0f %% [%.0f, %.0f] of ReLU networks and %.0f %% of "
                                   "tanh networks break", pow(10, growth->measured), 100 * relu->measured, 100 * relu->low, 100 * relu->high,
                    100 * tanh_->measured);
    text_format(&v->sentence, "At sigma_w = 3 a ReLU network's gradient grows %.3g-fold a layer (theory: %.3g), and its first update makes weights as large "
                              "as 1e%.0f", pow(10, growth->measured), pow(10, growth->predicted), weight->measured);
    if (first)
        text_format(&v->sentence, "; the first infinity or NaN comes at step %.3g", first->measured);
    text_format(&v->sentence, ". With the gradient clipped to norm 1, %.0f %% break in float32 and %.0f %% in float16", 100 * clipped->measured,
                100 * half->measured);
    if (learnt)
        text_format(&v->sentence, ", yet the training accuracy stays at %.2f", learnt->measured);
    text_char(&v->sentence, '.');
}

#define TRAINED                                                                                                               \
    "train -a relu,tanh -i gaussian --sigma-w 1.4142135623730951,2,3 -d 20 -w 64 -b 100 --data blobs:10 --dtype float32,float16 " \
    "--every 1000 --snapshots none --layers ends --no-raw "

const Claim claim_C19 = {
    .id = "C19",
    .claim = "Exploding gradients: large updates, instability, weights that overflow to NaN",
    .source = "Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013; the rate: Schoenholz et al. 2017",
    .method = "ReLU and tanh networks of 20 layers with Gaussian weights of three gains. Untrained, width 256: gradient's factor a layer against the square "
              "root of chi_1. Trained on ten clouds for 200 steps (quick: 100) of gradient descent, rate 0.01, width 64, in float32 and float16, with and "
              "without clipping to norm 1: who comes to an infinity or a NaN, and when; size of the first update, largest weight, accuracy.",
    .criterion = "Holds where ReLU's gradient certainly grows and most networks with gains of 2 and 3 certainly break, of ReLU and of tanh; holds when, where "
                 "of one of them.",
    .runs = {{"growth", "sweep -a relu,tanh -i gaussian --sigma-w 1.4142135623730951,2,3 -d 20 -b 8 -s 20 --layers every:4 --no-raw",
              "sweep -a relu,tanh -i gaussian --sigma-w 1.4142135623730951,2,3 -d 20 -b 8 -s 60 --layers every:4 --no-raw"},
             {"free", TRAINED "--steps 100 -s 8", TRAINED "--steps 200 -s 16"},
             {"clipped", TRAINED "--clip 1 --steps 100 -s 8", TRAINED "--clip 1 --steps 200 -s 16"}},
    .figures = {{"growth", "grad-norm", "Gradient norm by layer, by gain; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
