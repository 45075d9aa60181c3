/* C21: match the output layer to the task.
 * The one thing to know: every head is judged by the same three numbers, whatever loss it learned from: accuracy, squared error of what it
 * says (Brier's score), calibration; a head of another task can be as good, and where it cannot, its best is computed from the targets.
 * Bishop 1995, chapter 6; Brier 1950; Guo et al. 2017 (calibration). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/outputs.h"
#include "claim/pick.h"
#include "model/registry.h"

#define ACCURACY "test accuracy"
#define SQUARES "mean squared error of what the head says, test part"
#define CALIBRATION "expected calibration error, test part"

enum { TASKS = 4, HEADS = 3, NUMBERS = 3 };

static const char *const names[HEADS] = {"linear", "sigmoid", "softmax"}, *const numbers[NUMBERS] = {ACCURACY, SQUARES, CALIBRATION};

/* A task, its head, and the heads it is held against. A softmax over two outputs is a sigmoid of their difference, no rival. */
static const struct {
    const char *run, *name;
    int head, rivals[2], n_rivals, n_heads;
    bool classes, probabilities;
} jobs[TASKS] = {
    {"regression", "regression", 0, {1}, 1, 2, false, false},
    {"binary", "a binary task", 1, {0}, 1, 3, false, true},
    {"classes", "ten classes", 2, {0, 1}, 2, 3, true, true},
    {"labels", "five labels", 1, {0, 2}, 2, 3, false, true},
};

static Place where_of(int task, int head)
{
    return place("%s, %s head", jobs[task].name, names[head]);
}

/* The least squared error that outputs in (0, 1) can have, from the targets. */
static double floor_of_sigmoid(const Outputs *o)
{
    double total = 0;
    for (size_t i = 0; i < o->n; i++) {
        const double off = o->t[i] - fmin(fmax(o->t[i], 0), 1);
        total += off * off;
    }
    return total / (double)o->n;
}

/* The largest share of labels that probabilities which sum to 1 can have on their side of 1/2: one label at most is on (two at exactly 1/2). */
static double ceiling_of_softmax(const Outputs *o)
{
    double right = 0;
    for (size_t i = 0; i < o->n; i++) {
        double on = 0;
        for (size_t k = 0; k < o->k; k++)
            on += o->t[i * o->k + k];
        right += (double)o->k - fmax(on - 1, 0);
    }
    return right / (double)(o->n * o->k);
}

/* The point of the run that has this head and this rate; -1 where there is none. */
static int64_t point_of(const Again *a, const char *head, const char *rate, NetSpec *spec)
{
    for (int64_t i = 0; i < a->experiment.points; i++) {
        experiment_point(&a->experiment, i, spec);
        const bool right = !strcmp(spec->head.row->name, head) && (!rate || spec->lr == strtod(rate, NULL));
        if (right)
            return i;
    }
    return -1;
}

static void put_bounds(double bounds[NUMBERS], int task, int head, const Outputs *o)
{
    for (int k = 0; k < NUMBERS; k++)
        bounds[k] = NOT_GIVEN;
    if (task == 0 && head == 1)
        bounds[1] = floor_of_sigmoid(o);
    if (task == 3 && head == 2)
        bounds[0] = ceiling_of_softmax(o);
}

/* All networks of one head, at the learning rate that it does best with on the training part. */
static void put_head(Facts *out, const Again *a, const Table *networks, int task, int head)
{
    const Place best = pick_best(networks, "lr", "train_loss", place("head=%s", names[head]).text), where = where_of(task, head);
    const char *at = strstr(best.text, "lr=");
    const size_t n = a->experiment.seeds.count;
    double *sample[NUMBERS], bounds[NUMBERS] = {0};
    NetSpec spec;
    if (point_of(a, names[head], at ? at + 3 : NULL, &spec) < 0)
        BUG("a head that its run does not have");
    for (int k = 0; k < NUMBERS; k++)
        sample[k] = mem_doubles(n);
    for (size_t s = 0; s < n; s++) {
        Outputs o;
        outputs_of(&o, a, &spec, a->experiment.seeds.values[s]);
        sample[1][s] = outputs_squares(&o);
        sample[2][s] = outputs_calibration(&o, jobs[task].classes);
        put_bounds(bounds, task, head, &o);
        outputs_free(&o);
    }
    const size_t known = table_numbers(networks, "test_accuracy", best.text, sample[0]);
    for (int k = 0; k < NUMBERS; k++) {
        if (jobs[task].probabilities || k == 1)
            facts_mean(out, numbers[k], where.text, bounds[k], sample[k], k ? n : known);
        if (jobs[task].probabilities)
            facts_within(out, 0, k == 1 ? HUGE_VAL : 1);
    }
    for (int k = 0; k < NUMBERS; k++)
        free(sample[k]);
}

static int measure(const ClaimCase *c, Facts *out)
{
    int failed = 0;
    for (int t = 0; t < TASKS && !failed; t++) {
        Again a;
        Table *networks = claim_table(c, jobs[t].run, "networks.csv");
        failed = again_open(&a, c, jobs[t].run) || !networks;
        for (int h = 0; h < jobs[t].n_heads && !failed; h++)
            put_head(out, &a, networks, t, h);
        again_close(&a);
        table_close(networks);
    }
    return failed ? -1 : 0;
}

/* +1 where the task's own head is certainly better in that number, -1 where it is certainly worse. */
static int better(const Facts *f, int task, int rival, int number)
{
    const Fact *own = facts_seek(f, numbers[number], where_of(task, jobs[task].head).text), *other = facts_seek(f, numbers[number], where_of(task, rival).text);
    if (!own || !other)
        return 0;
    const int higher = fact_above(own, other->high) ? 1 : fact_below(own, other->low) ? -1 : 0;
    return number == 0 ? higher : -higher;
}

/* What a task's own head wins and loses against one rival. */
static void compare(const Facts *f, int task, int rival, int *won, int *lost)
{
    *won = *lost = 0;
    for (int k = 0; k < NUMBERS; k++) {
        const int b = better(f, task, rival, k);
        *won += b > 0;
        *lost += b < 0;
    }
}

/* Does the task want its own head: certainly better than each rival in something, certainly worse in nothing. Else say why not. */
static bool wanted(const Facts *f, int task, Text *why)
{
    bool all = true;
    for (int i = 0; i < jobs[task].n_rivals; i++) {
        const int rival = jobs[task].rivals[i];
        int won, lost;
        compare(f, task, rival, &won, &lost);
        if (won && !lost)
            continue;
        text_format(why, "%s%s for %s (%s %d, %s %d of 3)", why->length ? "; " : "", names[rival], jobs[task].name, "its own head certainly wins", won, "loses",
                    lost);
        all = false;
    }
    return all;
}

static void judge(const Facts *f, Verdict *v)
{
    Text yes = {0}, no = {0};
    int good = 0;
    for (int t = 0; t < TASKS; t++)
        if (wanted(f, t, &no)) {
            text_format(&yes, "%s%s", good ? ", " : "", jobs[t].name);
            good++;
        }
    const Fact *softmax = facts_find(f, ACCURACY, where_of(3, 2).text), *labels = facts_find(f, ACCURACY, where_of(3, 1).text);
    const Fact *squeezed = facts_find(f, SQUARES, where_of(0, 1).text), *linear = facts_find(f, SQUARES, where_of(0, 0).text);
    verdict_set(v, good == TASKS ? VERDICT_HOLDS : good ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, softmax);
    if (good < TASKS)
        text_format(&v->condition, "%s%s%s as good or better: %s", good ? "the task is " : "", text_str(&yes), good ? "; elsewhere another head is" : "other heads are",
                    text_str(&no));
    text_format(&v->sentence, "On a regression a sigmoid head leaves a squared error of %.3f (no output in (0, 1) can do better than %.3f), a linear one %.3f.",
                squeezed->measured, squeezed->predicted, linear->measured);
    text_format(&v->sentence, " On five labels a softmax has %.3f of them right (at most %.3f), sigmoids %.3f, a linear head %.3f.", softmax->measured,
                softmax->predicted, labels->measured, facts_find(f, ACCURACY, where_of(3, 0).text)->measured);
    text_format(&v->sentence, " On ten classes accuracies are %.3f with softmax, %.3f with sigmoids, %.3f with a linear head; calibration errors %.3f, %.3f, "
                              "%.3f.", facts_find(f, ACCURACY, where_of(2, 2).text)->measured, facts_find(f, ACCURACY, where_of(2, 1).text)->measured,
                facts_find(f, ACCURACY, where_of(2, 0).text)->measured, facts_find(f, CALIBRATION, where_of(2, 2).text)->measured,
                facts_find(f, CALIBRATION, where_of(2, 1).text)->measured, facts_find(f, CALIBRATION, where_of(2, 0).text)->measured);
    text_free(&yes);
    text_free(&no);
}

#define TRAIN(rest) "train -a relu -d 2 -w 32 -b 100 --optimizer adam --dtype float32 --snapshots none --layers ends --no-raw " rest
#define RUN(name, words, every)                                            \
    {name, TRAIN(words) " --lr 0.003,0.01 --steps 400 -s 12 --every " every, \
     TRAIN(words) " --lr 0.003,0.01 --steps 1000 -s 16 --every " every}

const Claim claim_C21 = {
    .id = "C21",
    .claim = "Match the output layer to the task: linear for regression, sigmoid for binary and multilabel tasks, softmax for classes",
    .source = "Bishop 1995, chapter 6",
    .method = "ReLU networks of two layers of 32 units trained with Adam, every head on every task with its usual loss (linear: squared error; sigmoid: "
              "binary cross-entropy, on a regression squared error; softmax: cross-entropy, on labels binary cross-entropy), at the better of two learning "
              "rates by training loss. On the test part: accuracy; mean squared error of what the head says (for probabilities Brier's score); expected "
              "calibration error in 15 bins, outputs cut to [0, 1]. Made data, one draw of each (intervals are over weights and the order of samples): a "
              "random tanh network as teacher (regression, sign, ten classes), five labels of hyperplanes.",
    .criterion = "A task wants its own head where that is certainly better than each other head in one of the three numbers and certainly worse in none (a "
                 "softmax over two outputs is a sigmoid and no rival). Holds where all four tasks do, holds when, where some do.",
    .runs = {RUN("regression", "--data teacher --head linear,sigmoid", "1000"), RUN("binary", "--data teacher --task binary --head linear,sigmoid,softmax", "1000"),
             RUN("classes", "--data teacher --task multiclass --head linear,sigmoid,softmax", "100"),
             RUN("labels", "--data multilabel --head linear,sigmoid,softmax", "1000")},
    .figures = {{"classes", "training-curves", "Loss and accuracy by step on ten classes, by head and learning rate"}},
    .measure = measure,
    .judge = judge,
};
