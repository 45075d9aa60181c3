/* C25: width tames the noise.
 * The one thing to know: of a bias-free He-ReLU network, ln ‖g‖² is a sum of independent terms, one a layer, whose variance is known
 * exactly at any width (about 5/n); dense weights are formed, so that no law is put in that then comes out.
 * Hanin 2018; Hanin and Nica 2020. */
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/registry.h"
#include "theory/finite.h"

#define VARIANCE "variance of ln of the squared gradient norm over networks"
#define EXPONENT "exponent of depth/width in that variance"
#define FIVES "width times the exact law's variance a layer"

static const int depths[] = {10, 50}, widths[] = {16, 64, 256};
enum { DEPTHS = 2, WIDTHS = 3, POINTS = DEPTHS * WIDTHS, GROUPS = 10 };

static Place point(size_t i)
{
    return place("depth=%d width=%d", depths[i / WIDTHS], widths[i % WIDTHS]);
}

static double depth_of(size_t i)
{
    const size_t row = i / WIDTHS;
    return depths[row];
}

static double share_of_width(size_t i)
{
    return depth_of(i) / (double)widths[i % WIDTHS];
}

static double law(size_t i)
{
    return depth_of(i) * finite_relu(widths[i % WIDTHS]).variance;
}

/* The slope of ln variance against ln L/n over all points. */
static double exponent(const double variance[POINTS])
{
    double x[POINTS], y[POINTS], slope, mean;
    for (size_t i = 0; i < POINTS; i++) {
        x[i] = log(share_of_width(i));
        y[i] = log(variance[i]);
    }
    const double middle = gsl_stats_mean(x, 1, POINTS);
    mean = gsl_stats_mean(y, 1, POINTS);
    slope = 0;
    double squares = 0;
    for (size_t i = 0; i < POINTS; i++) {
        slope += (x[i] - middle) * (y[i] - mean);
        squares += (x[i] - middle) * (x[i] - middle);
    }
    return slope / squares;
}

/* ln of a squared norm's ratio, from log10 of a norm's. */
static const double ln_of_square = 2 * M_LN10;

/* The squared deviations of each point's networks, n/(n - 1) each, so that their mean is the variance. */
static size_t deviations(const Table *networks, size_t i, double *out)
{
    const size_t n = table_numbers(networks, "grad_ratio_log10", point(i).text, out);
    const double mean = gsl_stats_mean(out, 1, n);
    for (size_t k = 0; k < n; k++) {
        const double d = ln_of_square * (out[k] - mean);
        out[k] = d * d * (double)n / ((double)n - 1);
    }
    return n;
}

typedef struct {
    double sums[POINTS][GROUPS];
} Groups;

static double exponent_of(const void *context, const bool *use)
{
    const Groups *g = context;
    double variance[POINTS] = {0};
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < GROUPS; k++)
            variance[i] += use[k] ? g->sums[i][k] : 0;
    return exponent(variance);   /* the groups are alike in size: a common factor does not change the slope */
}

static void put_facts(Facts *out, const Table *networks)
{
    double *sample = mem_doubles(table_rows(networks) + 1), expected[POINTS], values[GROUPS];
    Groups groups = {0};
    bool use[GROUPS];
    for (size_t i = 0; i < POINTS; i++) {
        const size_t n = deviations(networks, i, sample);
        expected[i] = law(i);
        facts_mean(out, VARIANCE, point(i).text, expected[i], sample, n);
        for (size_t k = 0; k < n; k++)
            groups.sums[i][k % GROUPS] += sample[k];
    }
    pick_jackknife(values, GROUPS, exponent_of, &groups, use);
    facts_mean(out, EXPONENT, "all points", exponent(expected), values, GROUPS);
    for (size_t i = 0; i < WIDTHS; i++)
        facts_exact(out, FIVES, place("width=%d", widths[i]).text, 5, widths[i] * finite_relu(widths[i]).variance);
    free(sample);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "noise", "networks.csv");
    if (networks)
        put_facts(out, networks);
    table_close(networks);
    return networks ? 0 : -1;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *slope = facts_find(f, EXPONENT, "all points");
    const Fact *narrow = facts_find(f, VARIANCE, "depth=50 width=16");
    const Fact *wide = facts_find(f, VARIANCE, "depth=50 width=256");
    size_t agree = 0;
    for (size_t i = 0; i < POINTS; i++)
        agree += fact_agrees(facts_find(f, VARIANCE, point(i).text), 0);
    const bool grows = fact_above(slope, 0.8) && fact_below(slope, 1.25), tamed = fact_above(narrow, wide->high);
    verdict_set(v, grows && tamed && agree == POINTS ? VERDICT_HOLDS : tamed ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, wide);
    if (!tamed)
        text_format(&v->condition, "at depth 50 the variance is %.3g at width 16 and %.3g at width 256", narrow->measured, wide->measured);
    else if (v->kind == VERDICT_HOLDS_WHEN)
        text_format(&v->condition, "the exponent of depth/width is taken as %.2f [%.2f, %.2f]; the exact law meets %zu of %d points", slope->measured,
                    slope->low, slope->high, agree, POINTS);
    text_format(&v->sentence, "Over 50 He-ReLU layers ln of the squared gradient norm varies by %.3g at width 16 and %.3g at width 256 (exact law: %.3g and "
                              "%.3g; 5 L/n: %.3g and %.3g).", narrow->measured, wide->measured, narrow->predicted, wide->predicted, 5 * 50 / 16.,
                5 * 50 / 256.);
    text_format(&v->sentence, " The variance goes as depth/width to the power %.2f [%.2f, %.2f].", slope->measured, slope->low, slope->high);
}

const Claim claim_C25 = {
    .id = "C25",
    .claim = "Width tames the noise: gradient fluctuations grow as depth over width",
    .source = "Hanin 2018; Hanin and Nica 2020",
    .method = "Bias-free He-ReLU networks with dense weights on one Gaussian sample, widths 16 to 256, depths 10 and 50: variance over networks of ln of the "
              "squared gradient norm, input over last layer, against the exact law; a power of depth/width fitted to all points, its error by jackknife over "
              "ten groups of networks.",
    .criterion = "Holds where the fitted exponent certainly lies between 0.8 and 1.25, all variances agree with the exact law, and width 256 certainly varies "
                 "less than width 16; does not hold where it does not.",
    .runs = {{"noise", "sweep -a relu -d 10,50 -w 16,64,256 -b 1 -s 200 --engine dense --layers ends --no-raw",
              "sweep -a relu -d 10,50 -w 16,64,256 -b 1 -s 350 --engine dense --layers ends --no-raw"}},
    .figures = {{"noise", "decay-vs-depth", "Gradient's factor a layer with its spread over networks, by width"}},
    .measure = measure,
    .judge = judge,
};
