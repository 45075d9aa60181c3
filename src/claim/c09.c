/* C09: ReLU units die.
 * The one thing to know: two ways to die. A narrow network that was just drawn may have a layer all of whose units are off for one input,
 * with an exactly known chance; and training at a large rate may push units off for the whole batch, for good.
 * Lu, Shin, Su and Karniadakis 2020 (dying at birth); Maas, Hannun and Ng 2013; Clevert, Unterthiner and Hochreiter 2016. */
#include <math.h>
#include <stdlib.h>

#include "claim/gather.h"
#include "theory/finite.h"

#define BORN    "networks with a wholly dead layer"
#define DEAD    "share of units that are off for the whole batch at layer 50"
#define BEFORE  "share of dead units before training"
#define TRAINED "share of dead units after training"

static const int widths[] = {2, 3, 4, 6}, born_depths[] = {10, 50}, dead_widths[] = {8, 32, 128};
static const char *const names[] = {"relu", "leaky-relu", "prelu", "elu"}, *const rates[] = {"0.01", "0.1", "1"};
enum {
    WIDTHS = sizeof widths / sizeof *widths,
    DEAD_WIDTHS = sizeof dead_widths / sizeof *dead_widths,
    NAMES = sizeof names / sizeof *names,
    RATES = sizeof rates / sizeof *rates
};

static void put_born(Facts *out, const Table *networks)
{
    Text place = {0}, of = {0}, dead = {0};
    for (size_t d = 0; d < 2; d++)
        for (size_t w = 0; w < WIDTHS; w++) {
            const char *all = gather_words(&of, "width=%d depth=%d", widths[w], born_depths[d]);
            gather_share(out, BORN, gather_words(&place, "width %d depth %d", widths[w], born_depths[d]), finite_dead(widths[w], born_depths[d]),
                         networks, gather_words(&dead, "%s status=dead", all), all);
        }
    text_free(&place);
    text_free(&of);
    text_free(&dead);
}

static void put_shares(Facts *out, const Table *drawn, const Table *drawn_theory, const Table *trained)
{
    Text place = {0}, where = {0};
    const char *ends[2];   /* the two snapshots: before the first step, after the last */
    const size_t n = table_distinct(trained, "step", "", ends, 2);
    for (size_t w = 0; w < DEAD_WIDTHS; w++) {
        const char *conditions = gather_words(&where, "width=%d layer=50", dead_widths[w]);
        gather_mean(out, DEAD, gather_words(&place, "width %d", dead_widths[w]),
                    w + 1 == DEAD_WIDTHS ? gather_number(drawn_theory, "theory_dead_frac", conditions) : NOT_GIVEN, drawn, "dead_frac", conditions);
        facts_within(out, 0, 1);
    }
    gather_mean(out, BEFORE, "relu", NOT_GIVEN, trained, "dead_frac", "activation=relu layer=5 step=0");
    facts_within(out, 0, 1);
    for (size_t i = 0; i < NAMES; i++)
        for (size_t r = 0; r < RATES; r++) {
            gather_mean(out, TRAINED, gather_words(&place, "%s lr %s", names[i], rates[r]), NOT_GIVEN, trained, "dead_frac",
                        gather_words(&where, "activation=%s lr=%s layer=5 step=%s", names[i], rates[r], ends[n - 1]));
            facts_within(out, 0, 1);
        }
    text_free(&place);
    text_free(&where);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "born", "networks.csv"), *drawn = claim_table(c, "drawn", "layers.csv"),
          *theory = claim_table(c, "drawn", "summary.csv");
    Table *trained = claim_table(c, "trained", "layers.csv");
    const int failed = !networks || !drawn || !theory || !trained;
    if (!failed) {
        put_born(out, networks);
        put_shares(out, drawn, theory, trained);
    }
    table_close(networks);
    table_close(drawn);
    table_close(theory);
    table_close(trained);
    return failed ? -1 : 0;
}

static const Fact *trained_fact(const Facts *f, const char *name, size_t rate)
{
    Text place = {0};
    const Fact *fact = facts_find(f, TRAINED, gather_words(&place, "%s lr %s", name, rates[rate]));
    text_free(&place);
    return fact;
}

/* Rates after which certainly more of ReLU's units are dead than before, and than of leaky ReLU's and PReLU's: "0.01, 0.1"; how many. */
static size_t deadly(Text *out, const Facts *f, const Fact **worst)
{
    size_t n = 0;
    for (size_t r = 0; r < RATES; r++) {
        const Fact *relu = trained_fact(f, "relu", r);
        if (fact_above(relu, facts_find(f, BEFORE, "relu")->high) && fact_above(relu, trained_fact(f, "leaky-relu", r)->high) &&
            fact_above(relu, trained_fact(f, "prelu", r)->high)) {
            text_format(out, "%s%s", n++ ? ", " : "", rates[r]);
            *worst = !*worst || relu->measured > (*worst)->measured ? relu : *worst;
        }
    }
    return n;
}

static void put_condition(Text *out, const Fact *born, size_t fatal, const Text *at, const Fact *worst)
{
    if (born)
        text_format(out, "networks are narrow (of width 3 and depth 10, %.1f %% are born with a dead layer)", 100 * born->measured);
    if (fatal)
        text_format(out, "%strained by Adam at a rate of %s (up to %.0f %% of the units of the last layer)", born ? " or " : "", text_str(at),
                    100 * worst->measured);
    if (!born && !fatal)
        text_string(out, "no share of dead networks follows the law, and none of dead units is certainly above what it was before training and above "
                         "leaky ReLU's");
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *born = facts_find(f, BORN, "width 3 depth 10"), *wide = facts_find(f, DEAD, "width 128"), *worst = NULL;
    size_t lawful = 0;
    Text place = {0}, at = {0};
    const size_t fatal = deadly(&at, f, &worst);
    for (size_t w = 0; w < WIDTHS; w++)
        lawful += fact_agrees(facts_find(f, BORN, gather_words(&place, "width %d depth 10", widths[w])), 0);
    const bool at_birth = fact_above(born, 0) && lawful == WIDTHS;
    verdict_set(v, at_birth && fatal == RATES ? VERDICT_HOLDS : at_birth || fatal ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, born);
    if (v->kind != VERDICT_HOLDS)
        put_condition(&v->condition, at_birth ? born : NULL, fatal, &at, worst);
    text_format(&v->sentence, "Of ReLU networks with 3 units a layer %.1f %% have a wholly dead layer by depth 10 (the exact law: %.2f %%).",
                100 * born->measured, 100 * born->predicted);
    text_format(&v->sentence,
                " At layer 50 %.0f %% of the units of wide networks are off for a whole batch (infinite width: %.0f %%), because all samples look "
                "alike there.",
                100 * wide->measured, 100 * wide->predicted);
    text_format(&v->sentence,
                " Training at a rate of %s leaves %.0f %% of ReLU's units dead (%.0f %% before it), %.0f %% of leaky ReLU's, %.0f %% of PReLU's and "
                "%.0f %% of ELU's.",
                rates[1], 100 * trained_fact(f, "relu", 1)->measured, 100 * facts_find(f, BEFORE, "relu")->measured,
                100 * trained_fact(f, "leaky-relu", 1)->measured, 100 * trained_fact(f, "prelu", 1)->measured,
                100 * trained_fact(f, "elu", 1)->measured);
    text_free(&place);
    text_free(&at);
}

#define BIRTH "sweep -a relu -w 2,3,4,6 -d 10,50 -b 1 --layers ends --no-raw"
#define DRAWN "sweep -a relu -w 8,32,128 -d 50"
#define TRAIN \
    "train -a relu,leaky-relu,prelu,elu -d 5 -w 32 -b 256 --optimizer adam --lr 0.01,0.1,1 --steps 200 --every 200 --layers ends --snapshots 0,end"

const Claim claim_C09 = {
    .id = "C09",
    .claim = "ReLU units die",
    .source = "Lu, Shin, Su and Karniadakis 2020; Maas, Hannun and Ng 2013; Clevert, Unterthiner and Hochreiter 2016",
    .method = "Narrow ReLU networks without biases on one input: share with a layer of zeros, against 1 - (1 - 2^-width)^depth. Networks on 32 "
              "Gaussian samples: share of units that are off for all of them. Networks of depth 5 and width 32 trained on two spirals by 200 steps "
              "of Adam at growing rates: share of units of the last layer whose slope is 0 for all of a batch of 256; a unit that is off there may "
              "still be on elsewhere.",
    .criterion = "At a rate ReLU dies where its dead share is certainly above what it was before training and above that of leaky ReLU and PReLU. "
                 "Holds where it does at every rate and narrow networks are born dead as the law has it; holds when either does; does not hold "
                 "where neither does.",
    .runs = {{"born", BIRTH " -s 150", BIRTH " -s 200"},
             {"drawn", DRAWN " -s 10 --layers every:10", DRAWN " -s 20 --layers every:10"},
             {"trained", TRAIN " -s 8", TRAIN " -s 12"}},
    .figures = {{"trained", "dead-units", "Dead units after training, by learning rate"},
                {"drawn", "saturation", "Dead and zero shares by layer of ReLU networks that were just drawn"}},
    .measure = measure,
    .judge = judge,
};
