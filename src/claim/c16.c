/* C16: SELU makes vanishing and exploding gradients impossible.
 * The one thing to know: SELU's moments are at a fixed point, its gradient is not: χ₁ = λ²(1/2 + α² e² Φ(-2)) = 1.0716 a layer.
 * Klambauer et al. 2017, theorems 2 and 3; χ₁: Poole et al. 2016, Schoenholz et al. 2017. */
#include <stdlib.h>

#include "base/mem.h"
#include "claim/claim.h"
#include "model/registry.h"

#define GROWTH "log10 of the gradient norm's growth over 100 layers"
#define RMS "root-mean-square growth over 100 layers"

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "growth", "networks.csv"), *summary = claim_table(c, "growth", "summary.csv");
    const int failed = !networks || !summary;
    if (!failed) {
        double *sample = mem_doubles(table_rows(networks)), squares = 0;
        const size_t n = table_numbers(networks, "grad_decay_log10", "", sample);
        const double first = table_number(summary, table_row(summary, "layer=1"), "theory_log10_grad_z_norm");
        const double last = table_number(summary, table_row(summary, "layer=101"), "theory_log10_grad_z_norm");
        for (size_t i = 0; i < n; i++) {
            sample[i] *= 100;
            squares += pow(10, 2 * sample[i]) / (double)n;
        }
        facts_mean(out, GROWTH, "width 256, batch 1", first - last, sample, n);
        facts_exact(out, RMS, "width 256, batch 1", pow(1.0715749924558, 50), sqrt(squares));
        free(sample);
    }
    table_close(networks);
    table_close(summary);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *growth = facts_find(f, GROWTH, "width 256, batch 1");
    const double limit = 0.30102999566398120;   /* a factor 2 */
    const bool grows = fact_above(growth, limit), falls = fact_below(growth, -limit), stays = fact_below(growth, limit) && fact_above(growth, -limit);
    verdict_set(v, stays ? VERDICT_HOLDS : grows || falls ? VERDICT_DOES_NOT_HOLD : VERDICT_HOLDS_WHEN, growth);
    if (grows || falls)
        text_format(&v->condition, "the moments stay, yet the gradient %s by a factor of %.3g over 100 layers", grows ? "grows" : "falls", pow(10, growth->measured));
    else if (!stays)
        text_string(&v->condition, "the sample is too small to tell a factor 2 over 100 layers from 1");
    text_format(&v->sentence, "Over 100 layers the gradient of SELU networks grows %.3g-fold in the geometric mean (theory: %.3g) and %.3g-fold in root mean square (infinite width: %.3g).",
                pow(10, growth->measured), pow(10, growth->predicted), facts_find(f, RMS, "width 256, batch 1")->measured, facts_find(f, RMS, "width 256, batch 1")->predicted);
}

const Claim claim_C16 = {
    .id = "C16",
    .claim = "SELU makes vanishing and exploding gradients impossible",
    .source = "Klambauer, Unterthiner, Mayr and Hochreiter 2017; the rate: Poole et al. 2016, Schoenholz et al. 2017",
    .method = "SELU networks of width 256 with LeCun weights on one Gaussian sample: growth of the gradient norm from layer 101 back to layer 1.",
    .criterion = "Holds where the growth over 100 layers certainly lies within a factor of 2; does not hold where it certainly lies outside.",
    .runs = {{"growth", "sweep -a selu -d 101 -b 1 -s 200 --no-raw", "sweep -a selu -d 101 -b 1 -s 2000 --no-raw"}},
    .figures = {{"growth", "grad-norm", "Gradient norm by layer of SELU networks; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
