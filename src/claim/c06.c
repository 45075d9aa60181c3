/* C06: tanh is zero-centred, the sigmoid is not.
 * The one thing to know: by symmetry E tanh(z) = 0 at every layer of a network that was just drawn, while a sigmoid's mean is near 1/2;
 * training need not keep the symmetry, so the same is measured after it.
 * LeCun, Bottou, Orr and Müller 1998; the means: Poole et al. 2016, Schoenholz et al. 2017. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/gather.h"

#define MEAN "mean of a layer's output"
#define SIZE "size of the mean of a trained layer's output"

static const char *const names[] = {"tanh", "sigmoid"}, *const looked_at[] = {"1", "10", "50"};
enum { NAMES = sizeof names / sizeof *names, LAYERS = sizeof looked_at / sizeof *looked_at, TRAINED = 5 };

/* Zero-centred: a mean within `near` of 0, a twentieth of what tanh spans to either side; off centre: certainly above `far`. */
static const double near = 0.05, far = 0.25;

static void put_trained(Facts *out, const Table *trained)
{
    Text place = {0}, where = {0};
    double *sample = mem_doubles(table_rows(trained) + 1);
    for (size_t i = 0; i < NAMES; i++) {
        const size_t n = table_numbers(trained, "h_mean", gather_words(&where, "activation=%s layer=%d", names[i], TRAINED), sample);
        for (size_t k = 0; k < n; k++)
            sample[k] = fabs(sample[k]);
        facts_mean(out, SIZE, gather_words(&place, "%s layer %d", names[i], TRAINED), NOT_GIVEN, sample, n);
    }
    free(sample);
    text_free(&place);
    text_free(&where);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *layers = claim_table(c, "layers", "layers.csv"), *theory = claim_table(c, "layers", "summary.csv"),
          *trained = claim_table(c, "trained", "layers.csv");
    Table *deep = claim_table(c, "deep", "layers.csv"), *deep_theory = claim_table(c, "deep", "summary.csv");
    const int failed = !layers || !theory || !trained || !deep || !deep_theory;
    Text place = {0}, where = {0};
    for (size_t i = 0; !failed && i < NAMES; i++)
        for (size_t k = 0; k < LAYERS; k++) {
            const char *conditions = gather_words(&where, "activation=%s layer=%s", names[i], looked_at[k]);
            const bool last = k + 1 == LAYERS;
            gather_mean(out, MEAN, gather_words(&place, "%s layer %s", names[i], looked_at[k]),
                        gather_number(last ? deep_theory : theory, "theory_h_mean", conditions), last ? deep : layers, "h_mean", conditions);
        }
    if (!failed)
        put_trained(out, trained);
    table_close(layers);
    table_close(theory);
    table_close(trained);
    table_close(deep);
    table_close(deep_theory);
    text_free(&place);
    text_free(&where);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    Text place = {0};
    bool centred = true, off = true;
    for (size_t k = 0; k < LAYERS; k++) {
        const Fact *tanh_here = facts_find(f, MEAN, gather_words(&place, "tanh layer %s", looked_at[k]));
        const Fact *sigmoid_here = facts_find(f, MEAN, gather_words(&place, "sigmoid layer %s", looked_at[k]));
        centred = centred && fact_above(tanh_here, -near) && fact_below(tanh_here, near);
        off = off && fact_above(sigmoid_here, far);
    }
    const Fact *deep = facts_find(f, MEAN, "tanh layer 50"), *other = facts_find(f, MEAN, "sigmoid layer 50");
    const Fact *learned = facts_find(f, SIZE, "tanh layer 5"), *learned_other = facts_find(f, SIZE, "sigmoid layer 5");
    const bool stays = fact_below(learned, far);
    verdict_set(v, centred && off ? stays ? VERDICT_HOLDS : VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, deep);
    if (!centred)
        text_string(&v->condition, "means of tanh layers are not certainly near 0");
    else if (!off)
        text_string(&v->condition, "means of sigmoid layers are not certainly off 0 either");
    else if (!stays)
        text_format(&v->condition, "the network was just drawn; after training the mean of a tanh layer is %.2g in size", learned->measured);
    text_format(&v->sentence, "At layer 50 the mean output of tanh networks is %.1g +- %.1g, that of sigmoid networks %.4f (theory: %.4f).",
                deep->measured, (deep->high - deep->low) / 2, other->measured, other->predicted);
    text_format(&v->sentence, " After training on a teacher's outputs means of the last of 5 layers are %.2g and %.2g in size.", learned->measured,
                learned_other->measured);
    text_free(&place);
}

#define SWEEP "sweep -a tanh,sigmoid -b 8 "
#define TRAIN "train -a tanh,sigmoid -d 5 -w 32 --data teacher --steps 500 --every 500 --optimizer adam --lr 0.003 --layers ends --snapshots end"

const Claim claim_C06 = {
    .id = "C06",
    .claim = "tanh is zero-centred, the sigmoid is not",
    .source = "LeCun, Bottou, Orr and Müller 1998; the means: Poole et al. 2016, Schoenholz et al. 2017",
    .method = "Mean of the outputs of layers 1, 10 and 50, over units and 8 Gaussian samples, in networks of width 256 with Glorot weights, its "
              "interval over networks; and its size in the last layer of networks that learned the outputs of a teacher network (width 32, 500 "
              "steps of Adam).",
    .criterion = "Holds where every mean of a tanh layer is certainly within 0.05 of 0, every mean of a sigmoid layer certainly above 0.25, and the "
                 "size of a trained tanh layer's mean certainly below 0.25; holds when the network was just drawn where training alone breaks it.",
    .runs = {{"layers", SWEEP "-d 10 -s 10", SWEEP "-d 10 -s 30"},
             {"deep", SWEEP "-d 50 -s 10 --layers ends", SWEEP "-d 50 -s 30 --layers ends"},
             {"trained", TRAIN " -s 6", TRAIN " -s 20"}},
    .figures = {{"layers", "activation-mean", "Mean output by layer: tanh stays at 0, the sigmoid near 1/2"}},
    .measure = measure,
    .judge = judge,
};
