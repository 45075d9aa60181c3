/* C16: SELU makes vanishing and exploding gradients impossible.
 * The one thing to know: SELU's moments are at a fixed point, its gradient is not: χ₁ = λ²(1/2 + α² e² Φ(-2)) = 1.0716 a layer.
 * Klambauer et al. 2017, theorems 2 and 3; χ₁: Poole et al. 2016, Schoenholz et al. 2017. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/registry.h"

#define GROWTH "log10 of the gradient norm's growth over 100 layers"
#define RMS "root-mean-square growth over 100 layers"

typedef struct {
    const double *log10;
    size_t n;
} Growths;

static double rms(const void *context, const bool *use)
{
    const Growths *g = context;
    double squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (use[i]) {
            squares += pow(10, 2 * g->log10[i]);
            n++;
        }
    return n ? sqrt(squares / (double)n) : NOT_GIVEN;
}

/* Over all networks, with the jackknife's error: the growth of a network is skewed, so that a few large ones decide. */
static void put_rms(Facts *out, const double *log10_growth, size_t n)
{
    double *pseudo = mem_doubles(n + 1);
    bool *use = mem_alloc(n + 1, sizeof *use);
    const Growths growths = {log10_growth, n};
    pick_jackknife(pseudo, n, rms, &growths, use);
    facts_mean(out, RMS, "width 256, batch 1", pow(1.0715749924558, 50), pseudo, n);
    free(use);
    free(pseudo);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "growth", "networks.csv"), *summary = claim_table(c, "growth", "summary.csv");
    const int failed = !networks || !summary;
    if (!failed) {
        double *sample = mem_doubles(table_rows(networks) + 1);
        const size_t n = table_numbers(networks, "grad_decay_log10", "", sample);
        const double first = table_number(summary, table_row(summary, "layer=1"), "theory_log10_grad_z_norm");
        const double last = table_number(summary, table_row(summary, "layer=101"), "theory_log10_grad_z_norm");
        for (size_t i = 0; i < n; i++)
            sample[i] *= 100;
        facts_mean(out, GROWTH, "width 256, batch 1", first - last, sample, n);
        put_rms(out, sample, n);
        free(sample);
    }
    table_close(networks);
    table_close(summary);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *growth = facts_find(f, GROWTH, "width 256, batch 1"), *root = facts_find(f, RMS, "width 256, batch 1");
    const double limit = M_LN2 / M_LN10;   /* a factor 2 */
    const bool grows = fact_above(growth, limit), falls = fact_below(growth, -limit), stays = fact_below(growth, limit) && fact_above(growth, -limit);
    verdict_set(v, stays ? VERDICT_HOLDS : grows || falls ? VERDICT_DOES_NOT_HOLD : VERDICT_HOLDS_WHEN, growth);
    if (grows || falls)
        text_format(&v->condition, "the moments stay, yet the gradient %s by a factor of %.3g over 100 layers", grows ? "grows" : "falls", pow(10, growth->measured));
    else if (!stays)
        text_string(&v->condition, "the sample is too small to tell a factor 2 over 100 layers from 1");
    text_format(&v->sentence, "Over 100 layers the gradient of SELU networks grows %.3g-fold in the geometric mean (theory: %.3g) and %.3g-fold [%.3g, %.3g] in root mean square (infinite width: %.3g).",
                pow(10, growth->measured), pow(10, growth->predicted), root->measured, root->low, root->high, root->predicted);
}

const Claim claim_C16 = {
    .id = "C16",
    .claim = "SELU makes vanishing and exploding gradients impossible",
    .source = "Klambauer, Unterthiner, Mayr and Hochreiter 2017; the rate: Poole et al. 2016, Schoenholz et al. 2017",
    .method = "SELU networks of width 256 with LeCun weights on one Gaussian sample: growth of the gradient norm from layer 101 back to layer 1, as the mean of "
              "its logarithm and as the root mean square over networks (interval: jackknife).",
    .criterion = "Holds where the growth over 100 layers certainly lies within a factor of 2; does not hold where it certainly lies outside.",
    .runs = {{"growth", "sweep -a selu -d 101 -b 1 -s 200 --no-raw", "sweep -a selu -d 101 -b 1 -s 2000 --no-raw"}},
    .figures = {{"growth", "grad-norm", "Gradient norm by layer of SELU networks; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
