/* C07: tanh's gradients vanish too.
 * The one thing to know: the law is in the weight scale: exponential decay below σ_w = 1, growth above it, and exactly at 1, which is Xavier's
 * rule for square layers, a power law, ‖∂L/∂h⁰‖² ~ 1/L.
 * Glorot and Bengio 2010; Schoenholz et al. 2017 (χ₁ and the critical σ_w); the power law: Roberts, Yaida and Hanin 2022, §5.3. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/gather.h"
#include "theory/critical.h"

#define RATE     "log10 of the gradient's factor a layer"
#define POWER    "power of the depth that the gradient norm follows"
#define CRITICAL "sigma_w at which theory lets gradients neither vanish nor explode"

static const char *const sigmas[] = {"0.5", "0.7", "0.9", "1", "1.1", "1.3", "2"};
static const int depths[] = {30, 100, 300, 1000};
enum { SIGMAS = sizeof sigmas / sizeof *sigmas, DEPTHS = sizeof depths / sizeof *depths, LAYERS = 100 };

/* Vanishing, exploding: a factor of 0.95 or less a layer, 1.01 or more. */
static const double vanishing = -0.0222763947111523, exploding = 0.0043213737826426;

static void put_rates(Facts *out, const Table *networks, const Table *summary)
{
    Text place = {0}, where = {0};
    double *sample = mem_doubles(table_rows(networks) + 1);
    for (size_t i = 0; i < SIGMAS; i++) {
        const size_t n = table_numbers(networks, "grad_ratio_log10", gather_words(&where, "sigma_w=%s", sigmas[i]), sample);
        for (size_t k = 0; k < n; k++)
            sample[k] /= LAYERS;
        facts_mean(out, RATE, gather_words(&place, "sigma_w=%s", sigmas[i]), gather_theory_ratio(summary, text_str(&where), LAYERS) / LAYERS, sample,
                   n);
    }
    free(sample);
    text_free(&place);
    text_free(&where);
}

/* From each depth to the next: d log ratio / d log depth, by pairs of networks of either depth. */
static void put_powers(Facts *out, const Table *networks, const Table *summary)
{
    Text place = {0}, where = {0};
    double *shallow = mem_doubles(2 * table_rows(networks) + 2), *deep = shallow + table_rows(networks) + 1;
    for (size_t i = 0; i + 1 < DEPTHS; i++) {
        const double span = log10((double)depths[i + 1] / depths[i]);
        const size_t n = table_numbers(networks, "grad_ratio_log10", gather_words(&where, "depth=%d", depths[i]), shallow);
        const size_t m = table_numbers(networks, "grad_ratio_log10", gather_words(&where, "depth=%d", depths[i + 1]), deep), pairs = n < m ? n : m;
        for (size_t k = 0; k < pairs; k++)
            deep[k] = (deep[k] - shallow[k]) / span;
        const double predicted = (gather_theory_ratio(summary, "", depths[i + 1]) - gather_theory_ratio(summary, "", depths[i])) / span;
        facts_mean(out, POWER, gather_words(&place, "depth %d to %d", depths[i], depths[i + 1]), predicted, deep, pairs);
    }
    free(shallow);
    text_free(&place);
    text_free(&where);
}

static void put_critical(Facts *out)
{
    Critical *k = critical_alloc((Choice){registry_find(&activations, "tanh"), NOT_GIVEN});
    FixedPoint p;
    critical_line(k, 0, &p);
    facts_exact(out, CRITICAL, "no biases", NOT_GIVEN, p.sigma_w);
    critical_free(k);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "scales", "networks.csv"), *summary = claim_table(c, "scales", "summary.csv");
    Table *power = claim_table(c, "xavier", "networks.csv"), *power_theory = claim_table(c, "xavier", "summary.csv");
    const int failed = !networks || !summary || !power || !power_theory;
    if (!failed) {
        put_rates(out, networks, summary);
        put_powers(out, power, power_theory);
        put_critical(out);
    }
    table_close(networks);
    table_close(summary);
    table_close(power);
    table_close(power_theory);
    return failed ? -1 : 0;
}

static double factor(const Fact *f) { return pow(10, f->measured); }

static void judge(const Facts *f, Verdict *v)
{
    const Fact *largest = NULL, *growing = NULL;   /* the largest scale that vanishes, the smallest that explodes */
    size_t vanish = 0;
    Text place = {0};
    for (size_t i = 0; i < SIGMAS; i++) {
        const Fact *here = facts_find(f, RATE, gather_words(&place, "sigma_w=%s", sigmas[i]));
        if (fact_below(here, vanishing)) {
            vanish++;
            largest = here;
        }
        growing = growing || !fact_above(here, exploding) ? growing : here;
    }
    const Fact *xavier = facts_find(f, RATE, "sigma_w=1"), *power = facts_find(f, POWER, "depth 300 to 1000");
    const bool slow = !fact_below(xavier, vanishing) && fact_below(power, 0) && fact_above(power, -1.5);
    verdict_set(v, vanish == SIGMAS ? VERDICT_HOLDS : vanish ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, xavier);
    if (vanish == 0)
        text_string(&v->condition, "no weight scale loses a twentieth of the gradient a layer");
    else if (vanish < SIGMAS)
        text_format(&v->condition, "%s or less (a factor of %.3g a layer)", largest->where, factor(largest));
    if (vanish && vanish < SIGMAS && slow)
        text_format(&v->condition, "; at Xavier's sigma_w=1 only as the depth to the power %.2f", power->measured);
    if (vanish && growing)
        text_format(&v->condition, "; from %s on gradients explode (%.3g a layer)", growing->where, factor(growing));
    text_format(&v->sentence,
                "Over %d layers the gradient of tanh networks changes by a factor of %.3g a layer at sigma_w=0.5 (theory: %.3g), %.3g at 1 (%.3g) "
                "and %.3g at 2 (%.3g); theory has the "
                "change at %.4g.",
                LAYERS, factor(facts_find(f, RATE, "sigma_w=0.5")), pow(10, facts_find(f, RATE, "sigma_w=0.5")->predicted), factor(xavier),
                pow(10, xavier->predicted), factor(facts_find(f, RATE, "sigma_w=2")), pow(10, facts_find(f, RATE, "sigma_w=2")->predicted),
                facts_find(f, CRITICAL, "no biases")->measured);
    text_format(&v->sentence,
                " With Xavier's weights the norm goes as depth^%.2f from 30 to 100 layers and depth^%.2f from 300 to 1000 (theory: %.2f and %.2f).",
                facts_find(f, POWER, "depth 30 to 100")->measured, power->measured, facts_find(f, POWER, "depth 30 to 100")->predicted,
                power->predicted);
    text_free(&place);
}

#define SCALES "sweep -a tanh -i gaussian --sigma-w 0.5,0.7,0.9,1,1.1,1.3,2 -d 100 -b 8 --layers every:10 --no-raw"
#define XAVIER "sweep -a tanh -i glorot-normal -d 30,100,300,1000 -w 8192 -b 1 --layers ends --no-raw"

const Claim claim_C07 = {
    .id = "C07",
    .claim = "tanh's gradients vanish too",
    .source = "Glorot and Bengio 2010; Schoenholz et al. 2017; the power law: Roberts, Yaida and Hanin 2022",
    .method = "tanh networks of width 256 without biases on 8 Gaussian samples: change of log10 of the gradient norm from the last layer to the "
              "input, a layer of 100, by the weights' standard deviation sigma_w/sqrt(fan-in). Xavier's weights (sigma_w=1 in square layers) at "
              "width 8192, where fluctuations of order depth/width stay small: how that change goes with the depth.",
    .criterion = "A scale vanishes where the gradient certainly keeps less than 0.95 a layer, and explodes where it certainly grows by more than "
                 "1.01. Holds where all scales vanish, does not hold where none does, and holds when some do.",
    .runs = {{"scales", SCALES " -s 10", SCALES " -s 50"}, {"xavier", XAVIER " -s 20", XAVIER " -s 50"}},
    .figures = {{"scales", "grad-norm", "Gradient norm by layer of tanh networks, by weight scale; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
