/* C04: sigmoid and tanh cost more than ReLU.
 * The one thing to know: what repeats is said here, nanoseconds are in timing.csv; and an activation is a small part of a layer.
 * The functions are fathom's own, vectorised (num/vecmath); Glorot, Bordes and Bengio 2011 (the claim). */
#include <math.h>

#include "claim/clock.h"
#include "claim/gather.h"

#define DEARER      "trials in which value and slope cost more than ReLU's"
#define AT_LEAST    "cost of value and slope over ReLU's, at least"
#define BELOW       "cost of value and slope over ReLU's, less than"
#define LAYER_BELOW "cost of a layer of 256 units over ReLU's, less than"

static const char *const names[] = {"relu", "sigmoid", "tanh", "leaky-relu", "elu", "gelu"};
enum { NAMES = sizeof names / sizeof *names, JUDGED = 3 };   /* of those after ReLU, the first two */

static int measure(const ClaimCase *c, Facts *out)
{
    Table *t = clock_table(c, names, NAMES);
    if (!t)
        return -1;
    for (size_t i = 1; i < JUDGED; i++) {
        const ClockRatio both = clock_ratio(t, names[i], "relu", CLOCK_BOTH), layer = clock_ratio(t, names[i], "relu", CLOCK_LAYER);
        facts_share(out, DEARER, names[i], NOT_GIVEN, both.dearer, both.trials);
        facts_exact(out, AT_LEAST, names[i], NOT_GIVEN, both.at_least);
        facts_exact(out, BELOW, names[i], NOT_GIVEN, both.below);
        facts_exact(out, LAYER_BELOW, names[i], NOT_GIVEN, layer.below);
    }
    table_close(t);
    return 0;
}

/* "at least 3 and less than 8 times as much" */
static void put_times(Text *out, const Facts *f, const char *name)
{
    const double least = facts_find(f, AT_LEAST, name)->measured, below = facts_find(f, BELOW, name)->measured;
    if (least >= 1)
        text_format(out, "at least %g times", least);
    if (isfinite(below))
        text_format(out, "%sless than %g times", least >= 1 ? " and " : "", below);
}

static void judge(const Facts *f, Verdict *v)
{
    size_t dearer = 0;
    double layer = 0;
    for (size_t i = 1; i < JUDGED; i++) {
        const bool here = fact_above(facts_find(f, DEARER, names[i]), 0.5);
        dearer += here;
        layer = fmax(layer, facts_find(f, LAYER_BELOW, names[i])->measured);
        if (!here)
            text_format(&v->condition, "%s%s does not certainly cost more", v->condition.length ? ", " : "", names[i]);
    }
    verdict_set(v, dearer == JUDGED - 1 ? VERDICT_HOLDS : dearer ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, facts_find(f, DEARER, "tanh"));
    text_string(&v->sentence, "Value and slope together take ");
    put_times(&v->sentence, f, "sigmoid");
    text_string(&v->sentence, " as long as ReLU's for the sigmoid, ");
    put_times(&v->sentence, f, "tanh");
    text_format(&v->sentence, " for tanh, which cost more in %.0f %% of %zu paired trials.", 100 * facts_find(f, DEARER, "tanh")->measured,
                facts_find(f, DEARER, "tanh")->n);
    if (isfinite(layer))
        text_format(&v->sentence, " A whole layer of 256 units, its matrix product included, takes less than %g times as long.", layer);
}

const Claim claim_C04 = {
    .id = "C04",
    .claim = "Sigmoid and tanh cost more than ReLU",
    .source = "Glorot, Bordes and Bengio 2011; fathom's own vectorised functions",
    .method = "8192 values from N(0, 1), in cache, one thread: 40 trials, in each of which the activations take turns 15 times and the least time "
              "of each counts. A layer is a product of 32 samples with 256 x 256 weights, then value and slope. Nanoseconds are this machine's and "
              "do not repeat: they are in C04/timing.csv, which is used again where it is there. What is said here repeats: who cost more in how "
              "many trials, and between which steps of 1, 1.5, 3, 8, 20, 50 the median ratio lies. Remove timing.csv to measure anew.",
    .criterion =
        "Holds where both certainly cost more than ReLU in more than half of the trials, holds when one does, does not hold where neither does.",
    .measure = measure,
    .judge = judge,
};
