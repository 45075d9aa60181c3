/* C08: ReLU does not saturate for z > 0, is sparse, and speeds up convergence.
 * The one thing to know: each activation gets the learning rate that was best for it on the other half of its networks, so that no number
 * is from the networks that chose the rate; who does not arrive counts with the last step, so that a lead over such a rival is a lower
 * bound and marked as one ("at least"), and the lead of such a ReLU an upper one ("at most").
 * Glorot, Bordes and Bengio 2011; Krizhevsky, Sutskever and Hinton 2012 (six times faster than tanh). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/gather.h"
#include "model/act.h"

#define LEAD   "log10 of a rival's steps to the target over ReLU's"
#define SLOPE  "least slope for z > 0"
#define ZERO   "share of outputs that are 0"
#define BESIDE "saturated units whose output is not 0"

enum { MOST_RATES = 8, LAYER = 20 };
static const char *const tasks[] = {"spirals", "teacher"}, *const task_words[] = {"two spirals", "a teacher's outputs"};
static const char *const rivals[] = {"sigmoid", "tanh"};
enum { TANH = 1 };   /* of the rivals */
static const int depths[] = {2, 5, 10, 20};
static const double budgets[] = {1000, 500};   /* steps, as the command lines say */
enum { TASKS = sizeof tasks / sizeof *tasks, RIVALS = sizeof rivals / sizeof *rivals, DEPTHS = sizeof depths / sizeof *depths };

/* Of the networks of one parity, the mean over them for a rate. */
static double half_mean(const double *x, size_t n, size_t parity)
{
    double total = 0, count = 0;
    for (size_t k = parity; k < n; k += 2) {
        total += x[k];
        count++;
    }
    return count > 0 ? total / count : HUGE_VAL;
}

/* What a comparison says, where networks did not arrive: a rival's (the lead is larger), ReLU's (smaller), both (nothing). */
static const char *const bounds[] = {"", ", at least", ", at most", ", cut at the last step"};
enum { AT_LEAST = 1, AT_MOST = 2, BOUNDS = sizeof bounds / sizeof *bounds };

/* log10 of the steps of each network at the rate that the other half of them chose, and how many of these networks did not arrive. All rates
 * have the same seeds. */
static size_t best_steps(const Table *networks, const char *activation, int depth, double steps, double *out, size_t *absent)
{
    const char *rates[MOST_RATES];
    Text where = {0};
    const size_t rates_n = table_distinct(networks, "lr", "", rates, MOST_RATES), room = table_rows(networks) + 1;
    double *at = mem_doubles(2 * rates_n * room), *never = at + rates_n * room;   /* `never`: the same where no step is large enough */
    size_t n = 0;
    for (size_t r = 0; r < rates_n; r++) {
        const char *conditions = gather_words(&where, "activation=%s depth=%d lr=%s", activation, depth, rates[r]);
        n = gather_log_steps(networks, conditions, steps, at + r * room);
        gather_log_steps(networks, conditions, HUGE_VAL, never + r * room);
    }
    *absent = 0;
    for (size_t k = 0; k < n; k++) {
        size_t best = 0;
        for (size_t r = 1; r < rates_n; r++)
            if (half_mean(at + r * room, n, (k + 1) % 2) < half_mean(at + best * room, n, (k + 1) % 2))
                best = r;
        out[k] = at[best * room + k];
        *absent += isinf(never[best * room + k]) != 0;
    }
    free(at);
    text_free(&where);
    return n;
}

static void put_lead(Facts *out, const Table *networks, const char *task, const char *name, int depth, double steps)
{
    double *relu = mem_doubles(2 * table_rows(networks) + 2), *rival = relu + table_rows(networks) + 1;
    size_t relu_absent, rival_absent;
    Text where = {0};
    const size_t n = best_steps(networks, "relu", depth, steps, relu, &relu_absent);
    if (best_steps(networks, name, depth, steps, rival, &rival_absent) != n)
        BUG("rivals without the same networks");
    for (size_t k = 0; k < n; k++)
        rival[k] -= relu[k];
    const char *bound = bounds[(rival_absent ? AT_LEAST : 0) + (relu_absent ? AT_MOST : 0)];
    facts_mean(out, LEAD, gather_words(&where, "%s %s depth %d%s", task, name, depth, bound), NOT_GIVEN, rival, n);
    text_free(&where);
    free(relu);
}

static int put_leads(Facts *out, const ClaimCase *c, const char *task, double steps)
{
    Table *networks = claim_table(c, task, "networks.csv");
    const int failed = !networks;
    for (size_t r = 0; r < RIVALS && !failed; r++)
        for (size_t d = 0; d < DEPTHS; d++)
            put_lead(out, networks, task, rivals[r], depths[d], steps);
    table_close(networks);
    return failed;
}

static int put_sparsity(Facts *out, const ClaimCase *c)
{
    Table *layers = claim_table(c, "sparse", "layers.csv"), *summary = claim_table(c, "sparse", "summary.csv");
    const Activation *relu = activation_of((Choice){registry_find(&activations, "relu"), NOT_GIVEN});
    const int failed = !layers || !summary;
    Text where = {0};
    double least = HUGE_VAL;
    for (int exponent = -300; exponent <= 300; exponent++)
        least = fmin(least, relu->slope_at(pow(10, exponent), NOT_GIVEN));
    facts_exact(out, SLOPE, "relu", 1, least);
    if (!failed) {
        const char *conditions = gather_words(&where, "layer=%d", LAYER);
        double *sample = mem_doubles(2 * table_rows(layers) + 2), *zero = sample + table_rows(layers) + 1;
        gather_mean(out, ZERO, "relu layer 20", gather_number(summary, "theory_zero_frac", conditions), layers, "zero_frac", conditions);
        facts_within(out, 0, 1);
        const size_t n = table_numbers(layers, "saturated_frac", conditions, sample);
        table_numbers(layers, "zero_frac", conditions, zero);
        for (size_t k = 0; k < n; k++)
            sample[k] -= zero[k];
        facts_mean(out, BESIDE, "relu layer 20", 0, sample, n);
        free(sample);
    }
    table_close(layers);
    table_close(summary);
    text_free(&where);
    return failed;
}

static int measure(const ClaimCase *c, Facts *out)
{
    int failed = put_sparsity(out, c);
    for (size_t t = 0; t < TASKS && !failed; t++)
        failed = put_leads(out, c, tasks[t], budgets[t]);
    return failed ? -1 : 0;
}

/* A comparison and which bound its lead is. */
static const Fact *lead_of(const Facts *f, const char *task, const char *rival, int depth, size_t *bound)
{
    const Fact *lead = NULL;
    Text where = {0};
    for (*bound = 0; *bound < BOUNDS; ++*bound)
        if ((lead = facts_seek(f, LEAD, gather_words(&where, "%s %s depth %d%s", task, rival, depth, bounds[*bound]))))
            break;
    text_free(&where);
    if (!lead)
        BUG("a lead that was not measured");
    return lead;
}

/* Is ReLU certainly faster (sign +1) or slower (-1): a lower bound can show the one alone, an upper bound the other. */
static bool leads(const Fact *lead, size_t bound, int sign)
{
    return sign > 0 ? !(bound & AT_MOST) && fact_above(lead, 0) : !(bound & AT_LEAST) && fact_below(lead, 0);
}

/* Depths at which ReLU is certainly faster (+1) or slower (-1) than the rival, "2, 5"; how many. */
static size_t where_leads(Text *out, const Facts *f, const char *task, const char *rival, int sign)
{
    size_t n = 0, bound;
    for (size_t d = 0; d < DEPTHS; d++) {
        const Fact *lead = lead_of(f, task, rival, depths[d], &bound);
        if (leads(lead, bound, sign))
            text_format(out, "%s%d", n++ ? ", " : "", depths[d]);
    }
    return n;
}

/* How many of ReLU's certain leads are lower bounds. */
static size_t least_leads(const Facts *f)
{
    size_t n = 0, bound;
    for (size_t t = 0; t < TASKS; t++)
        for (size_t r = 0; r < RIVALS; r++)
            for (size_t d = 0; d < DEPTHS; d++) {
                const Fact *lead = lead_of(f, tasks[t], rivals[r], depths[d], &bound);
                n += leads(lead, bound, 1) && bound == AT_LEAST;
            }
    return n;
}

/* The shallowest depth at which spirals decide between ReLU and tanh, for ReLU if they can; where none does, the shallowest. */
static int telling_depth(const Facts *f)
{
    for (int sign = 1; sign >= -1; sign -= 2)
        for (size_t d = 0; d < DEPTHS; d++) {
            size_t bound;
            const Fact *lead = lead_of(f, tasks[0], rivals[TANH], depths[d], &bound);
            if (leads(lead, bound, sign))
                return depths[d];
        }
    return depths[0];
}

/* "at least 4.9 times [4.1, 5.7]" */
static void put_times(Text *out, const Fact *lead, size_t bound)
{
    static const char *const words[BOUNDS] = {"", "at least ", "at most ", "(cut at the last step) "};
    text_format(out, "%s%.2g times [%.2g, %.2g]", words[bound], pow(10, lead->measured), pow(10, lead->low), pow(10, lead->high));
}

/* "against tanh on two spirals at depth 5, 10 (slower at 2)" */
static void put_rival(Verdict *v, const Facts *f, size_t task, const char *rival, size_t *ahead, size_t *behind)
{
    Text faster = {0}, slower = {0};
    const size_t up = where_leads(&faster, f, tasks[task], rival, 1), down = where_leads(&slower, f, tasks[task], rival, -1);
    text_format(&v->condition, "%s%sagainst %s on %s", v->condition.length ? "; " : "", up ? "" : "not ", rival, task_words[task]);
    if (up == DEPTHS)
        text_string(&v->condition, " at every depth");
    else if (up)
        text_format(&v->condition, " at depth %s", text_str(&faster));
    if (down)
        text_format(&v->condition, " (slower at depth %s)", text_str(&slower));
    *ahead += up;
    *behind += down;
    text_free(&faster);
    text_free(&slower);
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *slope = facts_find(f, SLOPE, "relu"), *zero = facts_find(f, ZERO, "relu layer 20"), *beside = facts_find(f, BESIDE, "relu layer 20");
    const bool open = slope->measured == 1 && beside->measured == 0, sparse = fact_above(zero, 0.25);
    size_t ahead = 0, behind = 0;
    for (size_t t = 0; t < TASKS; t++)
        for (size_t r = 0; r < RIVALS; r++)
            put_rival(v, f, t, rivals[r], &ahead, &behind);
    const size_t all = (size_t)TASKS * RIVALS * DEPTHS;
    const int depth = telling_depth(f);
    size_t bound, other_bound;
    const Fact *lead = lead_of(f, tasks[0], rivals[TANH], depth, &bound), *other = lead_of(f, tasks[1], rivals[TANH], depth, &other_bound);
    verdict_set(v,
                !open || !sparse || !ahead ? VERDICT_DOES_NOT_HOLD
                : ahead == all             ? VERDICT_HOLDS
                                           : VERDICT_HOLDS_WHEN,
                !open ? slope : !sparse ? zero : lead);
    if (ahead == all || !open || !sparse)
        text_clear(&v->condition);
    if (!open || !sparse)
        text_format(&v->condition, "the slope for z > 0 falls to %.3g, and %.2g of the outputs are 0", slope->measured, zero->measured);
    text_format(&v->sentence, "The slope is %.3g wherever z > 0, and %.3g %% of the outputs at layer 20 are 0. Each at its best rate, tanh takes ",
                slope->measured, 100 * zero->measured);
    put_times(&v->sentence, lead, bound);
    text_format(&v->sentence, " ReLU's steps at depth %d on two spirals, and ", depth);
    put_times(&v->sentence, other, other_bound);
    text_format(&v->sentence, " on a teacher network's outputs; of %zu comparisons with sigmoid and tanh ReLU certainly wins %zu and loses %zu.", all, ahead,
                behind);
    text_format(&v->sentence, " In %zu of its wins the lead is a lower bound: some rival never arrived and counts with the last step.", least_leads(f));
}

#define RACE       "train -a relu,sigmoid,tanh -d 2,5,10,20 -w 32 --optimizer adam --snapshots none --no-raw "
#define ON_SPIRALS RACE "--data spirals --target 0.95 --steps 1000 --every 50"
#define ON_TEACHER RACE "--data teacher --target 0.25 --steps 500 --every 25"
#define SPARSE     "sweep -a relu -d 20 --layers every:5"

const Claim claim_C08 = {
    .id = "C08",
    .claim = "ReLU does not saturate for z > 0, is sparse, and speeds up convergence",
    .source = "Glorot, Bordes and Bengio 2011; Krizhevsky, Sutskever and Hinton 2012",
    .method = "Slopes at z from 1e-300 to 1e300; share of outputs that are 0 in networks of width 256. Networks of width 32, each activation with "
              "its customary initialiser, are trained by Adam at several rates; a network's steps are taken at the rate that was best for the other "
              "half of its activation's networks, to 95 % test accuracy on two spirals or a test loss of 0.25 of the variance on the outputs of a "
              "tanh network (a task made for tanh). A network that never arrives counts with the last step (spirals 1000, "
              "teacher 500), so that a lead over it is a lower bound (\"at least\"), and a lead of a ReLU network that never arrives an upper one (\"at most\").",
    .criterion = "Does not hold where the slope leaves 1, fewer than a quarter of the outputs are 0, or ReLU is nowhere certainly faster; holds "
                 "where it is certainly faster than both rivals at every depth on both tasks; else holds when it is. A lower bound can show it faster, not slower; "
                 "an upper bound slower, not faster.",
    .runs = {{"sparse", SPARSE " -s 10", SPARSE " -s 50"},
             {"spirals", ON_SPIRALS " --lr 0.003,0.01 -s 6", ON_SPIRALS " --lr 0.003,0.01 -s 8"},
             {"teacher", ON_TEACHER " --lr 0.003,0.01 -s 6", ON_TEACHER " --lr 0.003,0.01 -s 8"}},
    .figures = {{"spirals", "training-curves", "Loss by step on two spirals, by activation and depth"}},
    .measure = measure,
    .judge = judge,
};
