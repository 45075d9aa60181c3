/* A network's specification: reading, deriving, checking, and its canonical text.
 * The one thing to know: spec_text omits a field at its default, so a field added later does not reshuffle old networks. */
#include "model/spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHOICE(scope_, member_, option_, letter_, fallback_, otherwise_, registry_, help_)                                          \
    {.name = #member_, .option = option_, .letter = letter_, .fallback = fallback_, .otherwise = otherwise_,                \
     .registry = &registry_, .help = help_, .offset = offsetof(NetSpec, member_), .kind = FIELD_CHOICE,   \
     .scope = SCOPE_##scope_},
#define NUMBER(scope_, member_, option_, letter_, fallback_, otherwise_, lowest_, highest_, help_, kind_)                           \
    {.name = #member_, .option = option_, .letter = letter_, .fallback = fallback_, .otherwise = otherwise_, .help = help_, \
     .lowest = lowest_, .highest = highest_, .offset = offsetof(NetSpec, member_), .kind = kind_, .scope = SCOPE_##scope_},
#define WHOLE(...) NUMBER(__VA_ARGS__, FIELD_WHOLE)
#define REAL(...) NUMBER(__VA_ARGS__, FIELD_REAL)
const Field fields[FIELD_COUNT] = {
#include "model/fields.def"
};

static int out_of_range(const Field *f, const char *word)
{
    return error(EXIT_USAGE, "--%s '%s': must be from %.12g to %.12g", f->option, word, f->lowest, f->highest);
}

int field_number(const Field *f, double number, FieldValue *value)
{
    if (f->kind == FIELD_CHOICE)
        BUG("a number for a named field");
    if (f->kind == FIELD_WHOLE)
        number = round(number);
    if (!(number >= f->lowest && number <= f->highest)) {
        char word[40];
        snprintf(word, sizeof word, "%.15g", number);
        return out_of_range(f, word);
    }
    if (f->kind == FIELD_WHOLE)
        value->whole = (int64_t)number;
    else
        value->real = number == 0 ? 0 : number;
    return 0;
}

int field_read(const Field *f, const char *word, FieldValue *value)
{
    if (f->kind == FIELD_CHOICE)
        return registry_choose(f->registry, word, &value->choice);
    double number;
    if (!text_to_double(word, &number))
        return error(EXIT_USAGE, "--%s '%s': not a finite number", f->option, word);
    if (f->kind == FIELD_WHOLE && number != floor(number))
        return error(EXIT_USAGE, "--%s '%s': not a whole number", f->option, word);
    if (!(number >= f->lowest && number <= f->highest))
        return out_of_range(f, word);
    return field_number(f, number, value);
}

bool field_given(const Field *f, FieldValue value)
{
    return f->kind == FIELD_CHOICE || (f->kind == FIELD_WHOLE ? value.whole != 0 : !isnan(value.real));
}

bool field_same(const Field *f, FieldValue a, FieldValue b)
{
    if (!field_given(f, a) || !field_given(f, b))
        return field_given(f, a) == field_given(f, b);
    if (f->kind == FIELD_WHOLE)
        return a.whole == b.whole;
    if (f->kind == FIELD_REAL)
        return a.real == b.real;
    return a.choice.row == b.choice.row && (!a.choice.row->parameter || a.choice.parameter == b.choice.parameter);
}

void field_text(Text *out, const Field *f, FieldValue value)
{
    if (!field_given(f, value))
        return;
    if (f->kind == FIELD_CHOICE)
        choice_text(out, value.choice);
    else if (f->kind == FIELD_WHOLE)
        text_format(out, "%lld", (long long)value.whole);
    else
        text_shortest(out, value.real);
}

FieldValue field_get(const NetSpec *spec, const Field *f)
{
    const void *member = (const char *)spec + f->offset;
    FieldValue value = {.real = 0};
    if (f->kind == FIELD_CHOICE)
        value.choice = *(const Choice *)member;
    else if (f->kind == FIELD_WHOLE)
        value.whole = *(const int64_t *)member;
    else
        value.real = *(const double *)member;
    return value;
}

void field_set(NetSpec *spec, const Field *f, FieldValue value)
{
    void *member = (char *)spec + f->offset;
    if (f->kind == FIELD_CHOICE)
        *(Choice *)member = value.choice;
    else if (f->kind == FIELD_WHOLE)
        *(int64_t *)member = value.whole;
    else
        *(double *)member = value.real;
}

FieldValue field_default(const Field *f)
{
    FieldValue value = {.real = 0};
    if (!*f->fallback) {
        if (f->kind == FIELD_WHOLE)
            value.whole = 0;
        else
            value.real = NOT_GIVEN;
    } else if (field_read(f, f->fallback, &value))
        BUG("a default that does not parse");
    return value;
}

static Choice choice_named(const Registry *registry, const char *name)
{
    Choice choice;
    if (registry_choose(registry, name, &choice))
        BUG("a customary name that is not in its table");
    return choice;
}

static void resolve_auto(NetSpec *spec)
{
    if (init_of(spec->init)->law != LAW_NONE)
        return;
    const char *customary = activation_of(spec->activation)->customary;
    if (!isnan(spec->sigma_w))
        customary = "gaussian";
    spec->init = choice_named(&inits, customary);
}

static int resolve_sigmas(NetSpec *spec)
{
    const Init *init = init_of(spec->init);
    if (!isnan(spec->sigma_w) && !init->takes_sigma_w)
        return error(EXIT_USAGE, "--sigma-w does not go with --init %s, which sets its own; use gaussian or truncated-normal", init->named.name);
    if (spec->sigma_b > 0 && init->sigma_b)
        return error(EXIT_USAGE, "--sigma-b does not go with --init %s, which draws its own biases", init->named.name);
    if (isnan(spec->sigma_w) && init->takes_sigma_w)
        spec->sigma_w = 1;
    if (isnan(spec->sigma_b) && !init->sigmas_by_theory)
        spec->sigma_b = 0;
    return 0;
}

static bool made_input(const NetSpec *spec)
{
    return spec->input.kind == INPUT_GAUSSIAN || spec->input.kind == INPUT_SPHERE;
}

static int resolve_input(NetSpec *spec)
{
    if (made_input(spec)) {
        if (!spec->input_width)
            spec->input_width = spec->width;
        return 0;
    }
    if (spec->input_corr != 0)
        return error(EXIT_USAGE, "--input-corr goes with made input (gaussian, sphere), not with data");
    if (spec->input_width && spec->input_width != spec->input.width)
        return error(EXIT_USAGE, "--input-width %lld: the data are %lld wide; leave it out", (long long)spec->input_width,
                     (long long)spec->input.width);
    if (spec->batch > spec->input.rows)
        return error(EXIT_DATA, "--batch %lld: '%s' holds only %lld samples, and they are drawn without replacement",
                     (long long)spec->batch, spec->input.path, (long long)spec->input.rows);
    spec->input_width = spec->input.width;
    return 0;
}

static int check_sizes(const NetSpec *spec)
{
    const double most = 4611686018427387904.0;   /* 2^62 */
    const double width = (double)spec->width, widest = fmax(width, (double)spec->input_width);
    const double bytes = 8 * (width * widest + 4 * (double)spec->batch * ((double)spec->depth + 4) * widest +
                              (double)spec->outputs * width + (double)spec->batch * (double)spec->batch);
    if (bytes < most)
        return 0;
    return error(EXIT_USAGE, "depth %lld, width %lld, batch %lld: the network's size overflows; make one of them smaller",
                 (long long)spec->depth, (long long)spec->width, (long long)spec->batch);
}

static bool is_training(const NetSpec *spec)
{
    return spec->input.kind == INPUT_SAMPLES;
}

/* What training derives: the head from the task, the loss from both, and the readout's width from the data. */
static int resolve_head(NetSpec *spec)
{
    const TaskKind task = spec->input.task;
    const int64_t given = spec->outputs;
    if (head_of(spec->head)->kind == HEAD_AUTO)
        spec->head = choice_named(&heads, head_name(task_head(task)));
    const HeadKind head = head_of(spec->head)->kind;
    if (loss_of(spec->loss)->kind == LOSS_NONE)
        spec->loss = choice_named(&losses, loss_name(task_loss(task, head)));
    const LossKind loss = loss_of(spec->loss)->kind;
    const char *why = task_refusal(task, head, loss, spec->input.targets);
    if (why)
        return error(EXIT_USAGE, "--head %s with --loss %s on a %s task: %s", head_name(head), loss_name(loss), task_name(task), why);
    spec->outputs = task_outputs(task, head, spec->input.targets);
    if (given && given != spec->outputs)
        return error(EXIT_USAGE, "--outputs %lld: the data and the head make it %lld; leave it out", (long long)given, (long long)spec->outputs);
    return 0;
}

static int resolve_length(NetSpec *spec)
{
    if (isnan(spec->epochs)) {
        spec->steps = spec->steps ? spec->steps : 1000;
        return 0;
    }
    if (spec->steps)
        return error(EXIT_USAGE, "--steps %lld and --epochs %g say the same thing twice; give one of them", (long long)spec->steps, spec->epochs);
    spec->steps = (int64_t)fmax(1, floor(spec->epochs * floor((double)spec->input.rows / (double)spec->batch)));
    return 0;
}

static int resolve_training(NetSpec *spec)
{
    if (isnan(spec->lr))
        spec->lr = optimizer_of(spec->optimizer)->lr;
    return resolve_head(spec) ? -1 : resolve_length(spec);
}

int spec_resolve(NetSpec *spec)
{
    if (is_training(spec) && resolve_training(spec))
        return -1;
    const Loss *loss = loss_of(spec->loss);
    if (spec->outputs && loss->kind == LOSS_NONE)
        return error(EXIT_USAGE, "--outputs needs a loss with a readout: --loss mse, bce or ce");
    if (!spec->outputs)
        spec->outputs = loss->outputs;
    if (!is_training(spec) && loss->kind == LOSS_CE && spec->outputs < 2)
        return error(EXIT_USAGE, "--outputs 1 with --loss ce: a softmax over one output is constant; use 2 or more, or --loss bce");
    resolve_auto(spec);
    if (resolve_sigmas(spec) || resolve_input(spec))
        return -1;
    return check_sizes(spec);
}

static bool at_default(const NetSpec *spec, const Field *f)
{
    const FieldValue value = field_get(spec, f);
    if (!field_given(f, value))
        return true;
    if (f == &fields[FIELD_sigma_b])
        return value.real == 0;
    if (f == &fields[FIELD_epochs])   /* they are steps, once resolved */
        return true;
    if (f == &fields[FIELD_lr])
        return value.real == optimizer_of(spec->optimizer)->lr;
    if (f == &fields[FIELD_steps])
        return value.whole == 1000;
    if (f == &fields[FIELD_head])
        return !is_training(spec) || head_of(value.choice)->kind == task_head(spec->input.task);
    if (f == &fields[FIELD_loss] && is_training(spec))
        return loss_of(value.choice)->kind == task_loss(spec->input.task, head_of(spec->head)->kind);
    if (f == &fields[FIELD_outputs])
        return is_training(spec) || value.whole == loss_of(spec->loss)->outputs;
    if (f == &fields[FIELD_input_width])
        return !made_input(spec) || value.whole == spec->width;
    return field_same(f, value, field_default(f));
}

void spec_text(Text *out, const NetSpec *spec)
{
    const char *gap = "";
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const Field *f = &fields[i];
        if (!f->letter && at_default(spec, f))
            continue;
        text_format(out, "%s%s=", gap, f->name);
        field_text(out, f, field_get(spec, f));
        gap = " ";
    }
    if (is_training(spec))
        text_format(out, " data=%s task=%s", spec->input.identity, task_name(spec->input.task));
    else if (spec->input.kind != INPUT_GAUSSIAN)
        text_format(out, " input=%s", spec->input.identity);
}

bool spec_has_readout(const NetSpec *spec)
{
    return loss_of(spec->loss)->kind != LOSS_NONE;
}

HeadKind spec_head(const NetSpec *spec)
{
    const HeadKind chosen = head_of(spec->head)->kind;
    return chosen == HEAD_AUTO ? loss_head(loss_of(spec->loss)->kind) : chosen;
}

int64_t spec_layers(const NetSpec *spec)
{
    return spec->depth + (spec_has_readout(spec) ? 1 : 0);
}

int64_t spec_fan_in(const NetSpec *spec, int64_t layer)
{
    return layer == 1 ? spec->input_width : spec->width;
}

int64_t spec_fan_out(const NetSpec *spec, int64_t layer)
{
    return layer > spec->depth ? spec->outputs : spec->width;
}

/* He's rule reads the slope of the layers' activation; the readout is initialised as for `linear`. */
static double negative_slope(const NetSpec *spec, int64_t layer)
{
    const Named *row = spec->activation.row;
    const bool leaky = row->parameter && !strcmp(row->parameter, "SLOPE");
    return leaky && layer <= spec->depth ? spec->activation.parameter : 0;
}

static InitCase init_case(const NetSpec *spec, int64_t layer)
{
    return (InitCase){
        .fan_in = (double)spec_fan_in(spec, layer),
        .fan_out = (double)spec_fan_out(spec, layer),
        .slope = negative_slope(spec, layer),
        .parameter = spec->init.parameter,
        .sigma_w = spec->sigma_w,
    };
}

double spec_sigma_w(const NetSpec *spec, int64_t layer)
{
    const InitCase c = init_case(spec, layer);
    return init_of(spec->init)->sigma_w(&c);
}

double spec_sigma_b(const NetSpec *spec, int64_t layer)
{
    const Init *init = init_of(spec->init);
    const InitCase c = init_case(spec, layer);
    return init->sigma_b ? init->sigma_b(&c) : spec->sigma_b;
}
