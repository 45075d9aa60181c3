/* fathom choose: which activation and initialiser for a network of this depth, with the evidence.
 * The one thing to know: the order is theory's, from the predicted gradient, signal and trainable depth; --train measures the best ones on
 * the data, each at its own best learning rate, and orders by that. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/signal.h"
#include "claim/table.h"
#include "cmd/script.h"
#include "cmd/sheet.h"
#include "lab/choose.h"
#include "lab/lessons.h"

typedef struct {
    const char *task, *arch, *data, *output, *rates;
    int64_t depth, width, top, steps, batch, seeds, threads;
    bool train, csv, quiet;
} ChooseArgs;

#define MEMBER(name_) .offset = offsetof(ChooseArgs, name_)
static const Option network_options[] = {
    {.name = "depth", .letter = 'd', .argument = "N", .kind = OPT_WHOLE, MEMBER(depth), .lowest = 1, .highest = 1e6, .help = "weight layers with an activation"},
    {.name = "width", .letter = 'w', .argument = "N", .kind = OPT_WHOLE, MEMBER(width), .lowest = 1, .highest = 1e6, .help = "units of every layer"},
    {.name = "arch", .argument = "NAME", .kind = OPT_TEXT, MEMBER(arch), .list = "archs", .help = "architecture"},
    {.name = "task", .argument = "NAME", .kind = OPT_TEXT, MEMBER(task), .otherwise = "the data's own, else multiclass", .list = "tasks",
     .help = "regression, binary, multiclass or multilabel: decides the output layer"},
    {.name = "data", .argument = "DATA", .kind = OPT_TEXT, MEMBER(data), .otherwise = "none: inputs as wide as the network", .list = "data",
     .help = "what the network is to learn ('fathom list data')"},
};

static const Option answer_options[] = {
    {.name = "top", .argument = "N", .kind = OPT_WHOLE, MEMBER(top), .lowest = 1, .highest = 1000, .help = "how many are shown, and with --train trained"},
    {.name = "csv", .kind = OPT_FLAG, MEMBER(csv), .help = "every pair as CSV, with --train those trained"},
    {.name = "train", .kind = OPT_FLAG, MEMBER(train), .help = "train the best on --data and order them by accuracy (regression: loss)"},
    {.name = "lr", .argument = "LIST", .kind = OPT_TEXT, MEMBER(rates), .help = "learning rates that are tried, each candidate's best one counts"},
    {.name = "steps", .argument = "N", .kind = OPT_WHOLE, MEMBER(steps), .lowest = 1, .highest = 1e9, .help = "updates of each training"},
    {.name = "batch", .letter = 'b', .argument = "N", .kind = OPT_WHOLE, MEMBER(batch), .lowest = 1, .highest = 1e6, .help = "samples of each update"},
    {.name = "seeds", .letter = 's', .argument = "N", .kind = OPT_WHOLE, MEMBER(seeds), .lowest = 2, .highest = 1000, .help = "networks of each candidate and rate"},
    {.name = "output", .letter = 'o', .argument = "DIR", .kind = OPT_TEXT, MEMBER(output), .help = "where the trainings are kept"},
    {.name = "threads", .letter = 'j', .argument = "N", .kind = OPT_WHOLE, MEMBER(threads), .lowest = 1, .highest = 128,
     .otherwise = "SLURM_CPUS_PER_TASK, or all CPUs", .help = "networks trained at a time"},
    {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, MEMBER(quiet), .help = "say nothing but errors"},
};

static void defaults(void *args)
{
    *(ChooseArgs *)args = (ChooseArgs){.arch = "mlp", .depth = 50, .width = 256, .top = 8, .rates = "0.003,0.01,0.03,0.1", .steps = 500, .batch = 32, .seeds = 3,
                                       .output = "results/choose"};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    out[0] = (OptGroup){"The network", network_options, sizeof network_options / sizeof *network_options, args};
    out[1] = (OptGroup){"The answer", answer_options, sizeof answer_options / sizeof *answer_options, args};
    return 2;
}

/* A candidate, and what training made of it at its best rate. */
typedef struct {
    const Candidate *candidate;
    bool trained;
    double rate, loss;           /* of the training part, which chose the rate */
    double mean, low, high;      /* over the seeds: test accuracy, or in a regression the test loss */
} Trial;

typedef struct {
    const ChooseArgs *args;
    TaskKind task;
    Candidate *candidates;
    Trial *trials;
    size_t n;
} Choosing;

/* Best first, what broke last; theory decides between equals. */
static int by_loss(const void *a, const void *b)
{
    const Trial *x = a, *y = b;
    if (x->trained != y->trained)
        return (int)y->trained - (int)x->trained;
    if (x->trained && x->mean != y->mean)
        return x->mean < y->mean ? -1 : 1;
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

static int by_accuracy(const void *a, const void *b)
{
    const Trial *x = a, *y = b;
    return x->trained && y->trained && x->mean != y->mean ? -by_loss(a, b) : by_loss(a, b);
}

static void pair_text(Text *out, const Candidate *c)
{
    text_clear(out);
    text_format(out, "activation=%s init=%s", c->activation.row->name, c->init.row->name);
}

static void training_line(Text *out, const Choosing *c, size_t n)
{
    const ChooseArgs *a = c->args;
    Text activation_list = {0}, init_list = {0};
    for (size_t i = 0; i < n; i++) {
        text_format(&activation_list, "%s%s", i ? "," : "", c->candidates[i].activation.row->name);
        text_format(&init_list, "%s%s", i ? "," : "", c->candidates[i].init.row->name);
    }
    text_format(out, "fathom train -a %s -i %s%s -d %lld -w %lld --task %s --lr ",
                text_str(&activation_list), text_str(&init_list), n > 1 ? " --zip activation,init" : "", (long long)a->depth, (long long)a->width,
                task_name(c->task));
    text_shell(out, a->rates);
    if (registry_find(&archs, a->arch) != field_default(&fields[FIELD_arch]).choice.row)
        text_format(out, " --arch %s", a->arch);
    if (a->batch != field_default(&fields[FIELD_batch]).whole)
        text_format(out, " -b %lld", (long long)a->batch);
    text_format(out, " --steps %lld -s %lld --dtype float32 --snapshots 0 --layers ends --no-raw --every %lld --data ", (long long)a->steps,
                (long long)a->seeds, (long long)a->steps);
    text_shell(out, a->data);
    text_free(&activation_list);
    text_free(&init_list);
}

static double mean_of(const double *x, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += x[i] / (double)n;
    return n ? total : NOT_GIVEN;
}

/* The rate with the least training loss over the seeds that all came through; NULL where none did. */
static const char *best_rate(const Table *t, const char *pair, bool several, const char *const *rates, size_t n_rates, size_t seeds, double *sample, double *least)
{
    const char *best = NULL;
    Text where = {0};
    *least = HUGE_VAL;
    for (size_t r = 0; r < n_rates; r++) {
        text_clear(&where);
        text_format(&where, several ? "%s lr=%s" : "%s", pair, rates[r]);
        const size_t n = table_numbers(t, "train_loss", text_str(&where), sample);
        const double loss = n == seeds ? mean_of(sample, n) : HUGE_VAL;
        if (loss < *least) {
            *least = loss;
            best = rates[r];
        }
    }
    text_free(&where);
    return best;
}

static void judge(Trial *trial, const Table *t, const char *what, const char *where, double *sample)
{
    const size_t n = table_numbers(t, what, where, sample);
    trial->trained = n > 0;
    trial->mean = mean_of(sample, n);
    trial->low = HUGE_VAL;
    trial->high = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        trial->low = fmin(trial->low, sample[i]);
        trial->high = fmax(trial->high, sample[i]);
    }
}

static void read_trials(Choosing *c, const Table *t, size_t n)
{
    const char **rates = mem_alloc(table_rows(t) + 1, sizeof *rates);
    const bool several = table_has(t, "lr");   /* a column for axes only */
    const size_t n_rates = several ? table_distinct(t, "lr", "", rates, table_rows(t)) : 1;
    double *sample = mem_doubles(table_rows(t) + 1);
    Text pair = {0};
    rates[0] = several ? rates[0] : c->args->rates;
    for (size_t i = 0; i < n; i++) {
        Trial *trial = &c->trials[i];
        pair_text(&pair, trial->candidate);
        const char *rate = best_rate(t, text_str(&pair), several, rates, n_rates, (size_t)c->args->seeds, sample, &trial->loss);
        if (!rate)
            continue;
        trial->rate = strtod(rate, NULL);
        if (several)
            text_format(&pair, " lr=%s", rate);
        judge(trial, t, c->task == TASK_REGRESSION ? "test_loss" : "test_accuracy", text_str(&pair), sample);
    }
    text_free(&pair);
    free(rates);
    free(sample);
}

static int train_best(Choosing *c)
{
    const ChooseArgs *a = c->args;
    const size_t n = c->n < (size_t)a->top ? c->n : (size_t)a->top;
    Text line = {0}, directory = {0};
    training_line(&line, c, n);
    text_format(&directory, "%s/train-%08x", a->output, (unsigned)(text_hash(0, text_str(&line)) >> 32));
    const Part part = {.output = text_str(&directory), .progress = "auto", .threads = a->threads, .quiet = a->quiet};
    int result = script_line(text_str(&line), &part);
    const bool stopped = result == 0 && stop_requested();
    Table *t = result == 0 && !stopped ? table_open(text_str(&directory), "networks.csv") : NULL;
    if (stopped)
        notice("not all are trained, so none are ranked; the same command goes on where it stopped");
    if (t) {
        notice("trained by: %s -o %s", text_str(&line), text_str(&directory));
        read_trials(c, t, n);
        qsort(c->trials, n, sizeof *c->trials, c->task == TASK_REGRESSION ? by_loss : by_accuracy);
        c->n = n;
    }
    result = t || stopped ? 0 : -1;
    table_close(t);
    text_free(&line);
    text_free(&directory);
    return result;
}

static void put_short(Text *out, double x)
{
    if (!isnan(x))
        text_format(out, "%.4g", x);
}

static void put_measured(Text *out, const Choosing *c, const Trial *trial)
{
    if (trial->trained)
        text_format(out, "%.3g (%.3g to %.3g) at lr %g", trial->mean, trial->low, trial->high, trial->rate);
    else if (c->args->train)
        text_string(out, "broke at every rate");
}

static void put_row(Sheet *sheet, const Choosing *c, size_t i)
{
    const Trial *trial = &c->trials[i];
    const Candidate *one = trial->candidate;
    Text cells[5] = {{0}};
    text_format(&cells[0], "%zu", i + 1);
    put_short(&cells[1], one->log10_gradient);
    put_short(&cells[2], one->depth_6xi);
    put_measured(&cells[3], c, trial);
    choose_reason(&cells[4], one, c->args->depth);
    sheet_row(sheet, (const char *const[]){text_str(&cells[0]), one->activation.row->name, one->init.row->name, text_str(&cells[1]), text_str(&cells[2]),
                                           text_str(&cells[3]), text_str(&cells[4])});
    for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
        text_free(&cells[k]);
}

static void put_people(const Choosing *c, const char *measured)
{
    const size_t top = (size_t)c->args->top;
    const HeadKind head = task_head(c->task);
    Sheet sheet = {0};
    Text text = {0};
    sheet_header(&sheet, (const char *const[]){"rank", "activation", "init", "log10_gradient", "depth_6xi", measured, "why", NULL});
    for (size_t i = 0; i < c->n && i < top; i++)
        put_row(&sheet, c, i);
    sheet_people(&text, &sheet, sheet_terminal_width());
    printf("%s\nOutput layer for a %s task: a %s head with the loss %s (%s).\n", text_str(&text), task_name(c->task), head_name(head),
           loss_name(task_loss(c->task, head)), head_about(head));
    text_free(&text);
    sheet_free(&sheet);
    fflush(stdout);
    if (!c->args->train)
        notice("ranked by theory alone: by the worst of gradient, signal and depth beyond 6 xi_c; --train --data DATA measures the best");
}

/* One number a cell, as programs want them; the reason has commas. */
static void put_csv(const Choosing *c, const char *measured)
{
    Text out = {0};
    text_format(&out, "rank,activation,init,sigma_w,sigma_b,log10_gradient,log10_gradient_sd,log10_signal,depth_6xi,trouble,%s,%s_min,%s_max,lr,why\n", measured,
                measured, measured);
    for (size_t i = 0; i < c->n; i++) {
        const Trial *t = &c->trials[i];
        const Candidate *one = t->candidate;
        const double numbers[] = {one->sigma_w, one->sigma_b, one->log10_gradient, one->gradient_sd, one->log10_signal, one->depth_6xi, one->trouble,
                                  t->mean, t->low, t->high, t->rate};
        text_format(&out, "%zu,%s,%s", i + 1, one->activation.row->name, one->init.row->name);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            text_char(&out, ',');
            if (!isnan(numbers[k]))
                text_measured(&out, numbers[k]);
        }
        text_string(&out, ",\"");
        choose_reason(&out, one, c->args->depth);
        text_string(&out, "\"\n");
    }
    fputs(text_str(&out), stdout);
    text_free(&out);
}

static void answer(const Choosing *c)
{
    const char *measured = c->task == TASK_REGRESSION ? "test_loss" : "test_accuracy";
    if (c->args->csv)
        put_csv(c, measured);
    else
        put_people(c, measured);
}

/* The option that is not at its default and says how to train; NULL where there is none. */
static const char *of_training(const ChooseArgs *a)
{
    ChooseArgs usual;
    defaults(&usual);
    return strcmp(a->rates, usual.rates) != 0     ? "--lr"
           : a->steps != usual.steps              ? "--steps"
           : a->batch != usual.batch              ? "--batch"
           : a->seeds != usual.seeds              ? "--seeds"
           : strcmp(a->output, usual.output) != 0 ? "--output"
                                                  : NULL;
}

/* The task and the width of the input: the data's, where there are any. */
static int read_data(const ChooseArgs *a, TaskKind *task, int64_t *input_width)
{
    Choice word;
    *task = TASK_MULTICLASS;
    *input_width = 0;
    if (a->train && !a->data)
        return error(EXIT_USAGE, "--train needs something to learn: --data DATA ('fathom list data')");
    if (!a->train && of_training(a))
        return error(EXIT_USAGE, "%s goes with --train: nothing is trained without it", of_training(a));
    if (!*a->output || !strcmp(a->output, "-"))
        return error(EXIT_USAGE, "--output '%s': trainings are kept in a directory; write its name, or leave it out for results/choose", a->output);
    if (registry_choose(&archs, a->arch, &word) || (a->task && registry_choose(&tasks, a->task, &word)))
        return -1;
    if (a->task)
        *task = task_of(word)->kind;
    if (!a->data)
        return 0;
    Lessons lessons;
    Input input;
    const int failed = lessons_read(&lessons, &(LessonWords){.data = a->data, .task = a->task}, 0, &input);
    if (!failed) {
        *task = input.task;
        *input_width = input.width;
    }
    lessons_free(&lessons);
    return failed;
}

static int run(void *args, int n, char **operands)
{
    Choosing c = {.args = args};
    int64_t input_width;
    (void)n, (void)operands;
    notice_quiet(c.args->quiet);
    if (read_data(c.args, &c.task, &input_width))
        return -1;
    c.candidates = choose_candidates(c.args->arch, c.args->depth, c.args->width, input_width, &c.n);
    if (!c.candidates)
        return -1;
    if (!c.args->csv || c.args->train)
        c.n = choose_best_of_each(c.candidates, c.n);
    c.trials = mem_alloc(c.n, sizeof *c.trials);
    for (size_t i = 0; i < c.n; i++)
        c.trials[i] = (Trial){.candidate = &c.candidates[i], .rate = NOT_GIVEN, .loss = NOT_GIVEN, .mean = NOT_GIVEN, .low = NOT_GIVEN, .high = NOT_GIVEN};
    const int result = c.args->train ? train_best(&c) : 0;
    if (result == 0 && !stop_requested())
        answer(&c);
    free(c.trials);
    free(c.candidates);
    return result;
}

static const char *const examples[] = {
    "fathom choose --depth 60 --task multiclass             # which activation, with the evidence",
    "fathom choose -d 30 -w 128 --data mnist:DIR --train    # the best ones trained, each at its own learning rate",
    "fathom choose -d 100 --csv                             # every pair, for a program",
    NULL,
};

const Command command_choose = {
    .manual = {.command = "choose", .summary = "which activation and initialiser, with the evidence", .operands = "", .examples = examples},
    .args_size = sizeof(ChooseArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
