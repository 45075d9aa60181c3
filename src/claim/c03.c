/* C03: the sigmoid squashes to (0, 1), its slope is σ(1 - σ) ≤ 1/4, and it is nearly flat beyond ±3.
 * The one thing to know: slopes are measured as differences of values, so that they say something of the formula; "nearly flat" is a matter
 * of what one calls flat, so it is measured both ways: the slope at 3, and where the slope is 5 % of its largest.
 * LeCun, Bottou, Orr and Müller 1998; Glorot and Bengio 2010 (saturation); saturated fractions: Schoenholz et al. 2017. */
#include <math.h>

#include "claim/gather.h"
#include "model/act.h"
#include "num/root.h"

#define LOWEST    "smallest value for |z| <= 36"
#define HIGHEST   "1 less the largest value for |z| <= 36"
#define SLOPE     "largest slope"
#define FORMULA   "largest difference of the slope and s (1 - s)"
#define AT_3      "slope at 3, of the largest"
#define FLAT      "|z| beyond which the slope is below 5 % of the largest"
#define SATURATED "share of units with a slope below 5 % of the largest"

static const char *const sigmas[] = {"2", "5", "10", "20", "50"};
enum { SIGMAS = sizeof sigmas / sizeof *sigmas, LAYER = 10 };
static const double flat = 0.05, step = 1e-4;

static double value(double z) { return activation_of((Choice){registry_find(&activations, "sigmoid"), NOT_GIVEN})->value_at(z, NOT_GIVEN); }

/* Of values, by a central difference: good to about 1e-9. */
static double slope(double z) { return (value(z + step) - value(z - step)) / (2 * step); }

static double above_flat(double z, const void *largest) { return slope(z) - flat * *(const double *)largest; }

static void put_function(Facts *out)
{
    double low = HUGE_VAL, high = 0, steepest = 0, apart = 0;
    for (int i = -36000; i <= 36000; i++) {
        const double z = i / 1e3, s = value(z), d = slope(z);
        low = fmin(low, s);
        high = fmax(high, s);
        steepest = fmax(steepest, d);
        apart = fmax(apart, fabs(d - s * (1 - s)));
    }
    RootSolver *solver = root_alloc();
    const Function f = {above_flat, &steepest};
    const double s3 = 1 / (1 + exp(-3.0)), s_flat = (1 - sqrt(1 - flat)) / 2;   /* s (1 - s) = flat/4 */
    facts_exact(out, LOWEST, "sigmoid", 1 / (1 + exp(36.0)), low);
    facts_exact(out, HIGHEST, "sigmoid", 1 / (1 + exp(36.0)), 1 - high);
    facts_exact(out, SLOPE, "sigmoid", 0.25, steepest);
    facts_exact(out, FORMULA, "sigmoid", 0, apart);
    facts_exact(out, AT_3, "sigmoid", 4 * s3 * (1 - s3), slope(3) / steepest);
    facts_exact(out, FLAT, "sigmoid", log((1 - s_flat) / s_flat), root_between(solver, &f, 0, 36).value);
    root_free(solver);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *layers = claim_table(c, "saturation", "layers.csv"), *summary = claim_table(c, "saturation", "summary.csv");
    const int failed = !layers || !summary;
    Text place = {0}, where = {0};
    put_function(out);
    for (size_t i = 0; !failed && i < SIGMAS; i++) {
        const char *conditions = gather_words(&where, "sigma_w=%s layer=%d", sigmas[i], LAYER);
        gather_mean(out, SATURATED, gather_words(&place, "sigma_w=%s", sigmas[i]), gather_number(summary, "theory_saturated_frac", conditions),
                    layers, "saturated_frac", conditions);
        facts_within(out, 0, 1);
    }
    table_close(layers);
    table_close(summary);
    text_free(&place);
    text_free(&where);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *low = facts_find(f, LOWEST, "sigmoid"), *high = facts_find(f, HIGHEST, "sigmoid"), *largest = facts_find(f, SLOPE, "sigmoid");
    const Fact *formula = facts_find(f, FORMULA, "sigmoid"), *at_3 = facts_find(f, AT_3, "sigmoid"), *edge = facts_find(f, FLAT, "sigmoid");
    const bool squashes = low->measured > 0 && high->measured > 0, quarter = fabs(largest->measured - 0.25) < 1e-6 && formula->measured < 1e-6;
    const bool level = at_3->measured < flat;
    verdict_set(v, !squashes || !quarter ? VERDICT_DOES_NOT_HOLD : level ? VERDICT_HOLDS : VERDICT_HOLDS_WHEN, at_3);
    if (!squashes)
        text_format(&v->condition, "values leave (0, 1): they come to %.3g and %.3g from its ends", low->measured, high->measured);
    else if (!quarter)
        text_format(&v->condition, "the largest slope is %.4g, and slopes differ from s (1 - s) by up to %.2g", largest->measured, formula->measured);
    else if (!level)
        text_format(&v->condition, "\"nearly flat\" may mean a slope of %.0f %% of the largest, which it has at 3; it falls below 5 %% beyond %.2f",
                    100 * at_3->measured, edge->measured);
    const Fact *two = facts_find(f, SATURATED, "sigma_w=2"), *ten = facts_find(f, SATURATED, "sigma_w=10");
    text_format(
        &v->sentence,
        "Values lie in (0, 1) and the largest slope is %.4g, but at 3 the slope is still %.1f %% of that (%.4g): 5 %% is passed at |z| = %.2f.",
        largest->measured, 100 * at_3->measured, at_3->measured * largest->measured, edge->measured);
    text_format(&v->sentence,
                " In networks with weights of standard deviation 2/sqrt(fan-in) %.2g %% of the units are beyond it, with 10/sqrt(fan-in) %.3g %% "
                "(theory: %.3g %%).",
                100 * two->measured, 100 * ten->measured, 100 * ten->predicted);
}

#define SWEEP "sweep -a sigmoid -i gaussian --sigma-w 2,5,10,20,50 -d 10 -b 8"

const Claim claim_C03 = {
    .id = "C03",
    .claim = "The sigmoid squashes to (0, 1), its slope s (1 - s) is at most 1/4, and it is nearly flat beyond 3 and -3",
    .source = "LeCun, Bottou, Orr and Müller 1998; Glorot and Bengio 2010; saturated fractions by mean field: Schoenholz et al. 2017",
    .method = "The function itself at 72001 points of |z| <= 36 (beyond, 1 - s is lost to rounding): values, and slopes as differences of values "
              "over 2e-4. Networks of width 256: share of units of layer 10 whose slope is below 5 % of its largest, by the weights' standard "
              "deviation.",
    .criterion = "Does not hold where a value leaves (0, 1) or slopes differ from s (1 - s) or 1/4 by more than 1e-6; holds where moreover the "
                 "slope at 3 is below 5 % of the largest; else holds when one calls flat what it is there.",
    .runs = {{"saturation", SWEEP " -s 10", SWEEP " -s 20 --layers every:2"}},
    .figures = {{"saturation", "saturation", "Saturated share of sigmoid units by layer and weight scale; dashed: theory"}},
    .measure = measure,
    .judge = judge,
};
