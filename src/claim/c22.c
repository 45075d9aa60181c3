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
static const struct {
    const char *name;
    int depth[2];
} groups[] = {{"2 and 5 layers", {2, 5}}, {"10 and 20 layers", {10, 20}}};

enum { SETS = 2, ROWS = 5, GROUPS = 2, SHALLOW = 0, DEEP = 1, RELU = 0, TANH = 1, TANH_HE = 2, SIGMOID = 3, SIGMOID_CRITICAL = 4 };

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

/* On how many of the sets a unit is certainly worse than ReLU. */
static size_t worse(const Facts *f, size_t row, size_t group)
{
    size_t n = 0;
    for (size_t s = 0; s < SETS; s++)
        n += fact_below(accuracy(f, s, row, group), accuracy(f, s, RELU, group)->low);
    return n;
}

static void judge(const Facts *f, Verdict *v)
{
    const bool tanh_ = worse(f, TANH, DEEP) == SETS && worse(f, TANH_HE, DEEP) == SETS;
    const bool sigmoid = worse(f, SIGMOID, DEEP) == SETS;
    const bool rescued = worse(f, SIGMOID_CRITICAL, DEEP) < SETS;
    const Fact *relu = accuracy(f, 0, RELU, DEEP);
    const Fact *at = accuracy(f, 0, SIGMOID, DEEP);
    const Fact *critical = accuracy(f, 0, SIGMOID_CRITICAL, DEEP);
    const Fact *he = accuracy(f, 0, TANH_HE, DEEP);
    verdict_set(v, tanh_ && sigmoid && !rescued ? VERDICT_HOLDS : tanh_ || sigmoid ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, at);
    if (v->kind == VERDICT_HOLDS_WHEN) {
        text_format(&v->condition, "%s%s%s in 10 and 20 layers", sigmoid ? "the unit is a sigmoid with Glorot's weights" : "", sigmoid && tanh_ ? " or " : "",
                    tanh_ ? "the unit is tanh" : "");
        if (sigmoid)
            text_format(&v->condition, " (accuracy on spirals %.2f [%.2f, %.2f], ReLU %.2f)", at->measured, at->low, at->high, relu->measured);
        if (!tanh_)
            text_format(&v->condition, "; not for tanh (%.2f with He's weights)", he->measured);
        if (sigmoid && rescued)
            text_format(&v->condition, ", nor with critical weights, with which sigmoid reaches %.2f", critical->measured);
    } else if (v->kind == VERDICT_DOES_NOT_HOLD) {
        text_format(&v->condition, "in 10 and 20 layers tanh reaches %.2f and sigmoid %.2f on spirals, where ReLU reaches %.2f", he->measured, at->measured,
                    relu->measured);
    }
    text_format(&v->sentence, "In 10 and 20 layers the accuracy on spirals is %.2f with ReLU, %.2f with tanh and %.2f with sigmoid under their usual weights; "
                              "on ten clouds %.2f, %.2f and %.2f.", relu->measured, accuracy(f, 0, TANH, DEEP)->measured, at->measured,
                accuracy(f, 1, RELU, DEEP)->measured, accuracy(f, 1, TANH, DEEP)->measured, accuracy(f, 1, SIGMOID, DEEP)->measured);
    text_format(&v->sentence, " In 2 and 5 layers on clouds sigmoid has %.2f, ReLU %.2f. Over 20 layers the gradient of sigmoid with Glorot's weights falls "
                              "to %.0e, with critical ones to %.2g.", accuracy(f, 1, SIGMOID, SHALLOW)->measured, accuracy(f, 1, RELU, SHALLOW)->measured,
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
    .criterion = "A unit is worse where its accuracy in 10 and 20 layers certainly lies below ReLU's on both sets. Holds where sigmoid and tanh are worse "
                 "with every initialiser tried; holds when, where with some.",
    .runs = {{"spirals", GRID "--data spirals --lr 0.001,0.003 --steps 300 -s 4", GRID "--data spirals --lr 0.001,0.003 --steps 500 -s 6"},
             {"blobs", GRID "--data blobs:10 --lr 0.001,0.003 --steps 300 -s 4", GRID "--data blobs:10 --lr 0.001,0.003 --steps 500 -s 6"}},
    .figures = {{"spirals", "trainability-activation", "Test accuracy by depth, unit and initialiser"}},
    .measure = measure,
    .judge = judge,
};
