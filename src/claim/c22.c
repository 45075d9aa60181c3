/* C22: use ReLU in hidden layers only, keep sigmoid and tanh out of them.
 * The one thing to know: each unit meets depth and initialiser at the learning rate that suits it (the least training loss, not the best
 * test accuracy), since a rate that suits one unit would decide against another.
 * LeCun, Bottou, Orr and Müller 1998; Glorot and Bengio 2010; Glorot, Bordes and Bengio 2011. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/registry.h"

#define ACCURACY "test accuracy"
#define RATIO "log10 of the gradient norm at the input over that at the last layer, 20 layers, untrained"

static const char *const sets[] = {"spirals", "blobs"};
static const char *const rows[] = {"activation=relu init=he-normal", "activation=tanh init=glorot-normal", "activation=tanh init=he-normal",
                                   "activation=sigmoid init=glorot-normal",
                                   "activation=sigmoid init=critical"};
static const char *const row_names[] = {"ReLU", "tanh with Glorot's weights", "tanh with He's weights", "sigmoid with Glorot's weights",
                                        "sigmoid with critical weights"};
static const struct {
    const char *name;
    int depth[2];
} groups[] = {{"2 and 5 layers", {2, 5}}, {"10 and 20 layers", {10, 20}}};

enum { SETS = 2, SPIRALS = 0, CLOUDS = 1, ROWS = 5, GROUPS = 2, SHALLOW = 0, DEEP = 1, RELU = 0, TANH = 1, TANH_HE = 2, SIGMOID = 3, SIGMOID_CRITICAL = 4 };

static Place where_of(size_t set, size_t row, size_t group)
{
    return place("%s %s, %s", sets[set], rows[row], groups[group].name);
}

static int put_set(Facts *out, const ClaimCase *c, size_t set)
{
    Table *networks = claim_table(c, sets[set], "networks.csv");
    if (!networks)
        return -1;
    double *sample = mem_doubles(table_rows(networks) + 1);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t g = 0; g < GROUPS; g++) {
            size_t n = 0;
            for (size_t k = 0; k < 2; k++) {
                const Place here = place("%s depth=%d", rows[i], groups[g].depth[k]);
                n += table_numbers(networks, "test_accuracy", pick_best(networks, "lr", "train_loss", here.text).text, sample + n);
            }
            facts_mean(out, ACCURACY, where_of(set, i, g).text, NOT_GIVEN, sample, n);
            facts_within(out, 0, 1);
        }
        if (set == 0)
            pick_mean(out, RATIO, NOT_GIVEN, networks, "grad_ratio_log10", 1, place("%s depth=20", rows[i]).text);
    }
    free(sample);
    table_close(networks);
    return 0;
}

static int measure(const ClaimCase *c, Facts *out)
{
    int failed = 0;
    for (size_t s = 0; s < SETS && !failed; s++)
        failed = put_set(out, c, s);
    return failed;
}

static const Fact *accuracy(const Facts *f, size_t set, size_t row, size_t group)
{
    return facts_find(f, ACCURACY, where_of(set, row, group).text);
}

/* Is a unit certainly worse than ReLU there, in 10 and 20 layers. */
static bool worse(const Facts *f, size_t set, size_t row)
{
    return fact_below(accuracy(f, set, row, DEEP), accuracy(f, set, RELU, DEEP)->low);
}

/* "; on clouds alone a sigmoid with critical weights (spirals 0.95 [0.88, 1.00], clouds 0.57 [0.42, 0.71])": the units that are certainly worse
 * on these sets and no other; how many. */
static size_t put_units(Text *out, const Facts *f, const char *lead, bool on_spirals, bool on_clouds)
{
    size_t n = 0;
    for (size_t row = RELU + 1; row < ROWS; row++) {
        if (worse(f, SPIRALS, row) != on_spirals || worse(f, CLOUDS, row) != on_clouds)
            continue;
        if (n == 0)
            text_format(out, "%s%s", out->length ? "; " : "", lead);
        const Fact *spirals = accuracy(f, SPIRALS, row, DEEP), *clouds = accuracy(f, CLOUDS, row, DEEP);
        text_format(out, "%s%s (spirals %.2f [%.2f, %.2f], clouds %.2f [%.2f, %.2f])", n ? ", " : "", row_names[row], spirals->measured, spirals->low,
                    spirals->high, clouds->measured, clouds->low, clouds->high);
        n++;
    }
    return n;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *at = accuracy(f, SPIRALS, SIGMOID, DEEP);
    const size_t both = put_units(&v->condition, f, "in 10 and 20 layers the unit is ", true, true);
    verdict_set(v, both == ROWS - 1 ? VERDICT_HOLDS : both ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, at);
    if (both == ROWS - 1) {
        text_clear(&v->condition);
    } else {
        if (!both)
            text_string(&v->condition, "in 10 and 20 layers no unit is certainly worse on both sets");
        put_units(&v->condition, f, "worse on spirals alone: ", true, false);
        put_units(&v->condition, f, "worse on clouds alone: ", false, true);
        put_units(&v->condition, f, "certainly worse on neither: ", false, false);
        text_format(&v->condition, "; ReLU has %.2f on spirals, %.2f on clouds", accuracy(f, SPIRALS, RELU, DEEP)->measured,
                    accuracy(f, CLOUDS, RELU, DEEP)->measured);
    }
    for (size_t s = 0; s < SETS; s++)
        text_format(&v->sentence, "%s %.2f with ReLU, %.2f with tanh and %.2f with sigmoid under Glorot's weights, %.2f with tanh under He's, %.2f with "
                                  "sigmoid under critical ones%s", s ? " on ten clouds" : "In 10 and 20 layers the accuracy on spirals is",
                    accuracy(f, s, RELU, DEEP)->measured, accuracy(f, s, TANH, DEEP)->measured, accuracy(f, s, SIGMOID, DEEP)->measured,
                    accuracy(f, s, TANH_HE, DEEP)->measured, accuracy(f, s, SIGMOID_CRITICAL, DEEP)->measured, s ? "." : ";");
    text_format(&v->sentence, " In 2 and 5 layers on clouds sigmoid has %.2f, ReLU %.2f. Over 20 layers the gradient of sigmoid with Glorot's weights falls "
                              "to %.0e, with critical ones to %.2g.", accuracy(f, CLOUDS, SIGMOID, SHALLOW)->measured,
                accuracy(f, CLOUDS, RELU, SHALLOW)->measured,
                pow(10, facts_find(f, RATIO, place("%s depth=20", rows[SIGMOID]).text)->measured),
                pow(10, facts_find(f, RATIO, place("%s depth=20", rows[SIGMOID_CRITICAL]).text)->measured));
}

#define GRID                                                                                                                              \
    "train -a relu,tanh,tanh,sigmoid,sigmoid -i he-normal,glorot-normal,he-normal,glorot-normal,critical --zip activation,init -d 2,5,10,20 " \
    "-w 32 -b 100 --optimizer adam --dtype float32 --every 1000 --snapshots none --layers ends --no-raw "

const Claim claim_C22 = {
    .id = "C22",
    .claim = "Use ReLU in hidden layers only, and keep sigmoid and tanh out of them",
    .source = "LeCun, Bottou, Orr and Müller 1998; Glorot and Bengio 2010; Glorot, Bordes and Bengio 2011",
    .method = "Networks of width 32 and 2 to 20 layers with two initialisers each of tanh and sigmoid, trained with Adam on two spirals and on ten clouds, "
              "each at the better of two learning rates by training loss: test accuracy, and the gradient ratio before training. Scope: these two data sets, "
              "500 steps (quick: 300).",
    .criterion = "A unit is worse on a set where its accuracy in 10 and 20 layers certainly lies below ReLU's. Holds where sigmoid and tanh are worse on "
                 "both sets with every initialiser tried; holds when, where a unit with some initialiser is; the condition says which are worse on one set, "
                 "and which on neither.",
    .runs = {{"spirals", GRID "--data spirals --lr 0.001,0.003 --steps 300 -s 4", GRID "--data spirals --lr 0.001,0.003 --steps 500 -s 6"},
             {"blobs", GRID "--data blobs:10 --lr 0.001,0.003 --steps 300 -s 4", GRID "--data blobs:10 --lr 0.001,0.003 --steps 500 -s 6"}},
    .figures = {{"spirals", "trainability-activation", "Test accuracy by depth, unit and initialiser"}},
    .measure = measure,
    .judge = judge,
};
