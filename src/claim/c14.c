/* C14: GELU's tanh formula approximates x Φ(x); GELU does better than ReLU and ELU.
 * The one thing to know: the error is the largest over the whole line, found on a grid and then by Brent's root of its derivative; who does
 * better is said of the tasks that come with fathom, each unit at the learning rate that suits it (the least training loss).
 * Hendrycks and Gimpel 2016, sections 2 and 3. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_min.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/act.h"

#define ERROR_ "largest difference of the tanh formula from x Phi(x)"
#define SCORE "score on the test part (accuracy; regression: share of variance explained)"
#define LEAD "gelu's score less the other's"

static const struct {
    const char *run, *name;
} tasks[] = {{"early", "two spirals after 300 steps"}, {"spirals", "two spirals after 600 steps"}, {"teacher", "teacher, regression"},
             {"classes", "teacher, ten classes"}, {"blobs", "ten clouds"}, {"labels", "five labels"}};
static const char *const rivals[] = {"relu", "elu"};

enum { TASKS = sizeof tasks / sizeof *tasks, RIVALS = sizeof rivals / sizeof *rivals };

static const Activation *unit_of(const char *name)
{
    Choice choice;
    if (registry_choose(&activations, name, &choice))
        BUG("no such activation");
    return activation_of(choice);
}

/* Of the units as fathom has them. */
static double difference(double x, void *context)
{
    (void)context;
    return -fabs(unit_of("gelu-tanh")->value_at(x, NOT_GIVEN) - unit_of("gelu")->value_at(x, NOT_GIVEN));
}

/* Of the formulas, with GSL's distribution function. */
static double difference_of_formulas(double x, void *context)
{
    (void)context;
    return -fabs(x * (1 + tanh(M_2_SQRTPI * M_SQRT1_2 * (x + 0.044715 * x * x * x))) / 2 - x * gsl_cdf_ugaussian_P(x));
}

/* The least value of f over the line: both functions meet within rounding beyond ±10. */
static double least_of(double (*f)(double, void *))
{
    enum { STEPS = 4000 };
    const double step = 20. / STEPS;
    double at = 0;
    for (int i = 1; i < STEPS; i++)
        at = f(-10 + i * step, NULL) < f(at, NULL) ? -10 + i * step : at;
    gsl_function function = {f, NULL};
    gsl_min_fminimizer *m = mem_served(gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent));
    gsl_min_fminimizer_set(m, &function, at, at - step, at + step);
    for (int i = 0; i < 60 && gsl_min_fminimizer_x_upper(m) - gsl_min_fminimizer_x_lower(m) > 1e-9; i++)
        gsl_min_fminimizer_iterate(m);
    const double least = gsl_min_fminimizer_f_minimum(m);
    gsl_min_fminimizer_free(m);
    return least;
}

/* A regression's targets have variance 1 on the training part, so 1 - loss is the share explained. */
static size_t scores(const Table *networks, const char *activation, double *out)
{
    const Place best = pick_best(networks, "lr", "train_loss", place("activation=%s", activation).text);
    size_t n = table_numbers(networks, "test_accuracy", best.text, out);
    if (n)
        return n;
    n = table_numbers(networks, "test_loss", best.text, out);
    for (size_t i = 0; i < n; i++)
        out[i] = 1 - out[i];
    return n;
}

/* Seeds share nothing, so that any pairing of two units' networks is a fair one. */
static void put_lead(Facts *out, const Table *networks, const char *rival, const char *where, double *sample)
{
    double *other = sample + table_rows(networks);
    const size_t n = scores(networks, "gelu", sample), m = scores(networks, rival, other), least = n < m ? n : m;
    for (size_t i = 0; i < least; i++)
        sample[i] -= other[i];
    facts_mean(out, LEAD, where, NOT_GIVEN, sample, least);
}

/* What a task's score cannot pass: an accuracy lies in [0, 1], a share of variance below 1. */
static void bound_score(Facts *out, const Table *networks)
{
    double *sample = mem_doubles(table_rows(networks) + 1);
    facts_within(out, table_numbers(networks, "test_accuracy", "", sample) ? 0 : -HUGE_VAL, 1);
    free(sample);
}

static int put_task(Facts *out, const ClaimCase *c, size_t task)
{
    Table *networks = claim_table(c, tasks[task].run, "networks.csv");
    if (!networks)
        return -1;
    double *sample = mem_doubles(2 * table_rows(networks) + 1);
    facts_mean(out, SCORE, place("gelu, %s", tasks[task].name).text, NOT_GIVEN, sample, scores(networks, "gelu", sample));
    bound_score(out, networks);
    for (size_t i = 0; i < RIVALS; i++)
        put_lead(out, networks, rivals[i], place("%s, %s", rivals[i], tasks[task].name).text, sample);
    free(sample);
    table_close(networks);
    return 0;
}

static int measure(const ClaimCase *c, Facts *out)
{
    int failed = 0;
    facts_exact(out, ERROR_, "the whole line", -least_of(difference_of_formulas), -least_of(difference));
    for (size_t t = 0; t < TASKS && !failed; t++)
        failed = put_task(out, c, t);
    return failed;
}

/* "2: two spirals (+0.021 [+0.010, +0.032]), …", of the comparisons where GELU is certainly ahead of a rival (sign +1) or behind it (-1); how
 * many. "none" where it is nowhere. */
static size_t put_leads(Text *out, const Facts *f, const char *rival, int sign)
{
    Text list = {0};
    size_t n = 0;
    for (size_t t = 0; t < TASKS; t++) {
        const Fact *lead = facts_find(f, LEAD, place("%s, %s", rival, tasks[t].name).text);
        if (sign > 0 ? !fact_above(lead, 0) : !fact_below(lead, 0))
            continue;
        text_format(&list, "%s%s (%+.3f [%+.3f, %+.3f])", n++ ? ", " : "", tasks[t].name, lead->measured, lead->low, lead->high);
    }
    if (n)
        text_format(out, "%zu: %s", n, text_str(&list));
    else
        text_string(out, "none");
    text_free(&list);
    return n;
}

static void judge(const Facts *f, Verdict *v)
{
    static const char *const names[RIVALS] = {"ReLU", "ELU"};
    const Fact *error_ = facts_find(f, ERROR_, "the whole line");
    const bool close = error_->measured < 1e-3;
    size_t won[RIVALS], lost[RIVALS];
    Text leads = {0};
    for (size_t i = 0; i < RIVALS; i++) {
        text_format(&leads, "%sbetter than %s in ", i ? "; " : "certainly ", names[i]);
        won[i] = put_leads(&leads, f, rivals[i], 1);
        text_string(&leads, " and worse in ");
        lost[i] = put_leads(&leads, f, rivals[i], -1);
    }
    const bool all = won[0] == TASKS && won[1] == TASKS, some = won[0] > 0 && won[1] > 0;
    verdict_set(v, close && all ? VERDICT_HOLDS : close && some ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD,
                close ? facts_find(f, LEAD, "relu, two spirals after 300 steps") : error_);
    if (!close)
        text_format(&v->condition, "the tanh formula is off by %.3g", error_->measured);
    else if (!all)
        text_format(&v->condition, "%sin %d comparisons on %d tasks (two spirals count after 300 and after 600 steps) GELU is %s",
                    some ? "" : "the formula does (within 0.001), but ", TASKS, TASKS - 1, text_str(&leads));
    text_format(&v->sentence, "The tanh formula is nowhere more than %.4g from x Phi(x). Of %d comparisons on %d tasks (two spirals twice: after 300 and after "
                              "600 steps) GELU is certainly better than ReLU in %zu and worse in %zu, better than ELU in %zu and worse in %zu.",
                error_->measured, TASKS, TASKS - 1, won[0], lost[0], won[1], lost[1]);
    text_free(&leads);
}

#define TRAIN(data) \
    "train -a gelu,relu,elu -d 4 -w 64 -b 100 --optimizer adam --dtype float32 --every 100 --snapshots none --layers ends --no-raw --data " data
#define EARLY(data) TRAIN(data) " --lr 0.003 --steps 300 -s 8", TRAIN(data) " --lr 0.001,0.003 --steps 300 -s 12"
#define LATE(data) TRAIN(data) " --lr 0.003 --steps 600 -s 8", TRAIN(data) " --lr 0.001,0.003 --steps 600 -s 12"
#define LONG(data) TRAIN(data) " --lr 0.003 --steps 300 -s 8", TRAIN(data) " --lr 0.001,0.003 --steps 600 -s 12"

const Claim claim_C14 = {
    .id = "C14",
    .claim = "GELU's tanh formula approximates x Phi(x), and GELU does better than ReLU and ELU",
    .source = "Hendrycks and Gimpel 2016",
    .method = "Largest difference of the two formulas over the line. Networks of four layers of 64 units, each with its customary weights, trained with Adam for "
              "600 steps (quick: 300) at the better of two learning rates by training loss (quick: one rate) on made tasks; on two spirals of three turns, "
              "which take longest, after 300 steps and after 600: test accuracy, for the regression the share of variance explained. Scope: these tasks and sizes.",
    .criterion = "Holds where the formula is within 0.001 and GELU's score is certainly above ReLU's and ELU's in every comparison (two spirals are two, "
                 "after 300 and after 600 steps); holds when, where it is above each in some, and the condition says where it is certainly worse; does not "
                 "hold where one of them is nowhere certainly beaten.",
    .runs = {{"early", EARLY("spirals:3")}, {"spirals", LATE("spirals:3")}, {"teacher", LONG("teacher")}, {"classes", LONG("teacher --task multiclass")},
             {"blobs", LONG("blobs:10")}, {"labels", LONG("multilabel")}},
    .figures = {{"spirals", "training-curves", "Loss and accuracy by step on two spirals of three turns, by unit and learning rate"}},
    .measure = measure,
    .judge = judge,
};
