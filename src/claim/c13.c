/* C13: swish is smooth, non-monotone, and serves nets deeper than 40 layers.
 * The one thing to know: its minimum is known in closed form (Lambert's W); below a gain of 2 its lengths go to zero, where its slope is
 * 1/2, so that He's weights, made for ReLU, let the gradient vanish, and only its own critical point does not.
 * Ramachandran, Zoph and Le 2017, section 5 (networks of 40 and more layers); the critical point: Roberts, Yaida and Hanin 2022, §5.3. */
#include <gsl/gsl_sf_lambert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/gather.h"
#include "claim/pick.h"
#include "model/act.h"
#include "num/root.h"
#include "theory/critical.h"

#define PLACE_OF "place of swish's minimum"
#define LEAST "swish's minimum"
#define JUMP "largest change of the derivative over 1e-6"
#define CHI "chi_par where chi_1 = 1 at sigma_b = 0.2"
#define RATE "log10 of the gradient's factor a layer, 60 layers, untrained"
#define ACCURACY "test accuracy"
#define GAIN "test accuracy of swish less that of relu, 40 and more layers"

static const char *const rows[] = {"activation=relu init=he-normal", "activation=swish init=he-normal", "activation=swish init=critical"};
static const char *const depths[] = {"20", "40", "60", "80"};

enum { ROWS = 3, DEPTHS = 4, RELU = 0, HE = 1, CRITICAL_ = 2, DEEPER = 2 /* the first depth beyond 40 */ };

static Choice unit_of(const char *name)
{
    Choice choice;
    if (registry_choose(&activations, name, &choice))
        BUG("no such activation");
    return choice;
}

static double slope(double x, const void *context)
{
    (void)context;
    const Choice swish = unit_of("swish");
    return activation_of(swish)->slope_at(x, swish.parameter);
}

static double value(double x)
{
    const Choice swish = unit_of("swish");
    return activation_of(swish)->value_at(x, swish.parameter);
}

/* Over 1e-6 a smooth function's derivative changes by at most 1e-6 max |φ''|; a kink's jumps. */
static double largest_jump(const char *name)
{
    enum { STEPS = 20000 };
    static const double step = 1e-6;
    const Choice unit = unit_of(name);
    const Activation *a = activation_of(unit);
    double largest = 0;
    for (int i = -STEPS; i <= STEPS; i++) {
        const double x = 10. * i / STEPS;
        largest = fmax(largest, fabs(a->slope_at(x + step / 2, unit.parameter) - a->slope_at(x - step / 2, unit.parameter)));
    }
    return largest;
}

/* φ' = 0 where 1 + x (1 - σ(x)) = 0: x = -(1 + W(1/e)), φ = -W(1/e). φ'' is largest at 0, 1/2. */
static void put_shape(Facts *out)
{
    const double w = gsl_sf_lambert_W0(exp(-1));
    RootSolver *s = root_alloc();
    const Estimate least = root_between(s, &(Function){slope, NULL}, -4, 0);
    root_free(s);
    facts_exact(out, PLACE_OF, "swish", -(1 + w), least.value);
    facts_exact(out, LEAST, "swish", -w, value(least.value));
    facts_exact(out, JUMP, "swish", 0.5e-6, largest_jump("swish"));
    facts_exact(out, JUMP, "relu", 1, largest_jump("relu"));
}

/* Why the critical initialiser is the doubly critical point: elsewhere on the line small deviations of length grow. */
static void put_unstable(Facts *out)
{
    Critical *k = critical_alloc(unit_of("swish"));
    FixedPoint p;
    critical_line(k, 0.2, &p);
    facts_exact(out, CHI, "swish", NOT_GIVEN, p.chi_par);
    critical_free(k);
}

static void put_rates(Facts *out, const Table *networks, const Table *summary)
{
    for (size_t i = 0; i < ROWS; i++)
        pick_mean(out, RATE, gather_theory_ratio(summary, rows[i], 60) / 60, networks, "grad_ratio_log10", 1. / 60, rows[i]);
}

static void put_accuracies(Facts *out, const Table *networks)
{
    double *all = mem_doubles(3 * table_rows(networks) + 1), *sample[ROWS] = {all, all + table_rows(networks), all + 2 * table_rows(networks)};
    size_t deep = 0;
    for (size_t d = 0; d < DEPTHS; d++) {
        size_t n = 0;
        for (size_t i = 0; i < ROWS; i++) {
            const Place here = place("%s depth=%s", rows[i], depths[d]);
            n = table_numbers(networks, "test_accuracy", pick_best(networks, "lr", "train_loss", here.text).text, sample[i] + deep);
            if (n) {
                facts_mean(out, ACCURACY, here.text, NOT_GIVEN, sample[i] + deep, n);
                facts_within(out, 0, 1);
            }
        }
        deep += d > 0 ? n : 0;   /* those of 20 layers are written over */
    }
    for (size_t i = 0; i < deep; i++)
        sample[CRITICAL_][i] -= sample[RELU][i];
    facts_mean(out, GAIN, "own critical weights each", NOT_GIVEN, sample[CRITICAL_], deep);
    free(all);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *rates = claim_table(c, "rates", "networks.csv"), *summary = claim_table(c, "rates", "summary.csv"), *networks = claim_table(c, "training", "networks.csv");
    const int failed = !rates || !summary || !networks;
    if (!failed) {
        put_shape(out);
        put_unstable(out);
        put_rates(out, rates, summary);
        put_accuracies(out, networks);
    }
    table_close(rates);
    table_close(summary);
    table_close(networks);
    return failed ? -1 : 0;
}

/* Ten classes: a network learns where its accuracy is certainly above 0.3, and does not where it is certainly below. */
static const double learns = 0.3;

static void judge(const Facts *f, Verdict *v)
{
    const Fact *own = facts_find(f, ACCURACY, place("%s depth=%s", rows[CRITICAL_], depths[DEEPER]).text);
    const Fact *he = facts_find(f, ACCURACY, place("%s depth=%s", rows[HE], depths[DEEPER]).text);
    const Fact *relu = facts_find(f, ACCURACY, place("%s depth=%s", rows[RELU], depths[DEEPER]).text), *gain = facts_find(f, GAIN, "own critical weights each");
    const Fact *rate = facts_find(f, RATE, rows[HE]), *least = facts_find(f, LEAST, "swish"), *at = facts_find(f, PLACE_OF, "swish");
    const bool shape = fabs(least->measured - least->predicted) < 1e-9 && least->measured < 0 && facts_find(f, JUMP, "swish")->measured < 1e-5;
    const bool own_serves = fact_above(own, learns), he_serves = fact_above(he, learns);
    verdict_set(v, !shape || !(own_serves || he_serves) ? VERDICT_DOES_NOT_HOLD : own_serves && he_serves ? VERDICT_HOLDS : VERDICT_HOLDS_WHEN, own);
    if (!shape)
        text_format(&v->condition, "its minimum is %.7f, or its derivative jumps", least->measured);
    else if (v->kind == VERDICT_DOES_NOT_HOLD)
        text_format(&v->condition, "at 60 layers it reaches an accuracy of %.2f [%.2f, %.2f] from its critical point and of %.2f with He's weights",
                    own->measured, own->low, own->high, he->measured);
    else if (v->kind == VERDICT_HOLDS_WHEN)
        text_format(&v->condition, "it starts %s: accuracy %.2f [%.2f, %.2f] at 60 layers; %s it has %.2f",
                    own_serves ? "at its doubly critical point (sigma_w = 1.410, sigma_b = 0.745)" : "with He's weights", (own_serves ? own : he)->measured,
                    (own_serves ? own : he)->low, (own_serves ? own : he)->high, own_serves ? "with He's weights" : "from its critical point",
                    (own_serves ? he : own)->measured);
    text_format(&v->sentence, "Swish has its minimum %.7f at %.7f and no kink. With He's weights its gradient falls to %.3f of itself a layer (theory: %.3f); "
                              "at 60 layers it then reaches an accuracy of %.2f, from its own critical point %.2f, ReLU %.2f.", least->measured, at->measured,
                pow(10, rate->measured), pow(10, rate->predicted), he->measured, own->measured, relu->measured);
    text_format(&v->sentence, " From critical points, in 40 and more layers, swish is %+.2f [%+.2f, %+.2f] from ReLU.", gain->measured, gain->low, gain->high);
}

#define PAIRS "-a relu,swish,swish -i he-normal,he-normal,critical --zip activation,init "
#define TRAIN "train " PAIRS "-b 100 --data blobs:10 --optimizer adam --dtype float32 --every 1000 --snapshots none --layers ends --no-raw "

const Claim claim_C13 = {
    .id = "C13",
    .claim = "Swish is smooth, non-monotone, and serves networks deeper than 40 layers",
    .source = "Ramachandran, Zoph and Le 2017; the critical point: Roberts, Yaida and Hanin 2022",
    .method = "Minimum and derivative of swish. Gradient's factor a layer in untrained networks of 60 layers against theory. Networks of 20 to 80 layers "
              "(quick: 20 to 60, narrower) trained with Adam on ten clouds, each at the better of two learning rates by training loss (quick: one): swish "
              "with He's weights and from its doubly critical point, ReLU with He's weights, which are its own critical ones.",
    .criterion = "Holds where swish's minimum is the closed form's, its derivative does not jump, and at 60 layers its accuracy is certainly above 0.3 "
                 "(chance is 0.1) with He's weights and from its critical point; holds when, where with one of them.",
    .runs = {{"rates", "sweep " PAIRS "-d 60 -b 8 -s 10 --layers every:6 --no-raw", "sweep " PAIRS "-d 60 -b 8 -s 50 --layers every:6 --no-raw"},
             {"training", TRAIN "-d 20,40,60 -w 32 --lr 0.001 --steps 300 -s 10", TRAIN "-d 20,40,60,80 -w 64 --lr 0.0003,0.001 --steps 400 -s 12"}},
    .figures = {{"training", "trainability-activation", "Test accuracy by depth, unit and initialiser"},
                {"rates", "grad-norm", "Gradient norm by layer, untrained; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
