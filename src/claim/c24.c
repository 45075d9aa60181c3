/* C24: initialisation decides it: the edge of chaos.
 * The one thing to know: where the measured gradient turns from shrinking to growing is read off each seed's networks by interpolation in
 * σ_w, and held against the line χ₁ = 1 that theory solves for; the plane's theory.csv lies beside its networks for the phase diagram.
 * Poole et al. 2016; Schoenholz et al. 2017. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/act.h"
#include "theory/critical.h"

#define EDGE "sigma_w at which the gradient neither shrinks nor grows"
#define SIGNS "points of the plane where growth has the sign of ln chi_1"
#define FORWARD "ln of the factor by which 1 - cosine of two samples falls a layer"
#define SETTLED "cosine of two samples at layer 60"
#define BACKWARD "ln of the squared gradient norm's factor a layer"

static const char *const lines[] = {"0.1", "0.2", "0.3", "0.4", "0.5"}, *const rates[] = {"1", "1.2", "1.5", "2"};   /* two either side of the edge */

enum { LINES = sizeof lines / sizeof *lines, RATES = sizeof rates / sizeof *rates, MOST = 64 };

/* The σ_w of one seed where grad_decay_log10 first rises through 0; NOT_GIVEN where it does not. */
static double crossing(const Table *networks, const char *sigma_b, const char *seed, const char *const *sigma_w, size_t n)
{
    double before = NOT_GIVEN, at_before = NOT_GIVEN;
    for (size_t i = 0; i < n; i++) {
        const Place where = place("sigma_w=%s sigma_b=%s seed=%s", sigma_w[i], sigma_b, seed);
        const double at = strtod(sigma_w[i], NULL), growth = table_number(networks, table_row(networks, where.text), "grad_decay_log10");
        if (before < 0 && growth >= 0)
            return at_before + (at - at_before) * before / (before - growth);
        before = growth;
        at_before = at;
    }
    return NOT_GIVEN;
}

static void put_edge(Facts *out, const Table *networks, Critical *k)
{
    const char *sigma_w[MOST], *seeds[MOST];
    double sample[MOST];
    const size_t n = table_distinct(networks, "sigma_w", "", sigma_w, MOST), s = table_distinct(networks, "seed", "", seeds, MOST);
    for (size_t i = 0; i < LINES; i++) {
        FixedPoint p;
        size_t found = 0;
        critical_line(k, strtod(lines[i], NULL), &p);
        for (size_t j = 0; j < s; j++) {
            sample[found] = crossing(networks, lines[i], seeds[j], sigma_w, n);
            found += isnan(sample[found]) ? 0 : 1;
        }
        facts_mean(out, EDGE, place("sigma_b=%s", lines[i]).text, p.sigma_w, sample, found);
    }
}

/* Of the points whose χ₁ is at least 5 % from 1, those where every network's gradient goes the way that χ₁ says. */
static void put_signs(Facts *out, const Table *networks, const Table *theory)
{
    size_t right = 0, all = 0;
    for (size_t row = 0; row < table_rows(theory); row++) {
        const double chi = table_number(theory, row, "chi_1");
        if (!table_matches(theory, row, "layer=200") || fabs(chi - 1) < 0.05)
            continue;
        const Place where = place("sigma_w=%s sigma_b=%s", table_text(theory, row, "sigma_w"), table_text(theory, row, "sigma_b"));
        double *growth = mem_doubles(table_rows(networks) + 1);
        const size_t n = table_numbers(networks, "grad_decay_log10", where.text, growth);
        size_t same = 0;
        for (size_t i = 0; i < n; i++)
            same += (growth[i] > 0) == (chi > 1);
        right += n > 0 && same == n;
        all++;
        free(growth);
    }
    facts_exact(out, SIGNS, "the plane", (double)all, (double)right);
}

/* The layers between which rates are read: lengths have settled by then. */
enum { FROM = 20, CLOSE = 40, LAST = 60 };

static double cell(const Table *layers, const char *sigma_w, const char *seed, int layer, const char *column)
{
    return table_number(layers, table_row(layers, place("sigma_w=%s seed=%s layer=%d", sigma_w, seed, layer).text), column);
}

/* cos of two samples' outputs where their pre-activations have the correlation c*. */
static double settled_cosine(const FixedPoint *p)
{
    const double b2 = p->sigma_b * p->sigma_b;
    return (p->q_star * p->c_star - b2) / (p->q_star - b2);
}

/* In the ordered phase 1 - c falls by χ_c a layer; in the chaotic one c settles, within the scatter of finite width, at c*. */
static void put_forward(Facts *out, const Table *layers, const char *sigma_w, const char *const *seeds, size_t n, const FixedPoint *p)
{
    double sample[MOST];
    for (size_t j = 0; j < n; j++)
        sample[j] = p->chi_1 < 1 ? (log1p(-cell(layers, sigma_w, seeds[j], CLOSE, "h_cos")) - log1p(-cell(layers, sigma_w, seeds[j], FROM, "h_cos"))) / (CLOSE - FROM)
                                 : cell(layers, sigma_w, seeds[j], LAST, "h_cos");
    facts_mean(out, p->chi_1 < 1 ? FORWARD : SETTLED, place("sigma_w=%s", sigma_w).text, p->chi_1 < 1 ? log(p->chi_c) : settled_cosine(p), sample, n);
}

static void put_backward(Facts *out, const Table *layers, const char *sigma_w, const char *const *seeds, size_t n, const FixedPoint *p)
{
    double sample[MOST];
    for (size_t j = 0; j < n; j++) {
        const double early = cell(layers, sigma_w, seeds[j], FROM, "log10_grad_z_norm"), late = cell(layers, sigma_w, seeds[j], LAST, "log10_grad_z_norm");
        sample[j] = 2 * M_LN10 * (early - late) / (LAST - FROM);
    }
    facts_mean(out, BACKWARD, place("sigma_w=%s", sigma_w).text, log(p->chi_1), sample, n);
}

static void put_rates(Facts *out, const Table *layers, Critical *k)
{
    const char *seeds[MOST];
    const size_t n = table_distinct(layers, "seed", "", seeds, MOST);
    for (size_t i = 0; i < RATES; i++) {
        FixedPoint points[CRITICAL_MOST];
        critical_fixed_points(k, strtod(rates[i], NULL), sqrt(0.05), points);
        critical_correlation(k, &points[0]);
        put_forward(out, layers, rates[i], seeds, n, &points[0]);
        put_backward(out, layers, rates[i], seeds, n, &points[0]);
    }
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *networks = claim_table(c, "plane", "networks.csv"), *theory = claim_table(c, "plane", "theory.csv");
    Table *layers = claim_table(c, "scales", "layers.csv");
    const int failed = !networks || !theory || !layers;
    Choice tanh_;
    if (!failed && registry_choose(&activations, "tanh", &tanh_) == 0) {
        Critical *k = critical_alloc(tanh_);
        put_edge(out, networks, k);
        put_signs(out, networks, theory);
        put_rates(out, layers, k);
        critical_free(k);
    }
    table_close(networks);
    table_close(theory);
    table_close(layers);
    return failed ? -1 : 0;
}

/* Certainly as near as that to what theory says. */
static bool close_by(const Fact *fact, double tolerance)
{
    return fact_above(fact, fact->predicted - tolerance) && fact_below(fact, fact->predicted + tolerance);
}

/* Shares of the edge's place and of a rate, and a difference of cosines. */
static const double edge_near = 0.05, rate_near = 0.15, cosine_near = 0.1;

static void judge(const Facts *f, Verdict *v)
{
    const Fact *edge = facts_find(f, EDGE, "sigma_b=0.2"), *signs = facts_find(f, SIGNS, "the plane");
    size_t edges = 0, scales = 0;
    for (size_t i = 0; i < LINES; i++) {
        const Fact *here = facts_find(f, EDGE, place("sigma_b=%s", lines[i]).text);
        edges += close_by(here, edge_near * here->predicted);
    }
    for (size_t i = 0; i < RATES; i++) {
        const Place where = place("sigma_w=%s", rates[i]);
        const Fact *back = facts_find(f, BACKWARD, where.text), *forth = facts_seek(f, FORWARD, where.text);
        scales += close_by(back, rate_near * fabs(back->predicted)) &&
                  (forth ? close_by(forth, rate_near * fabs(forth->predicted)) : close_by(facts_find(f, SETTLED, where.text), cosine_near));
    }
    const bool right = signs->measured >= signs->predicted, all = edges == LINES && scales == RATES && right;
    verdict_set(v, all ? VERDICT_HOLDS : edges > 0 && signs->measured > 0.9 * signs->predicted ? VERDICT_HOLDS_WHEN : VERDICT_DOES_NOT_HOLD, edge);
    if (!all)
        text_format(&v->condition, "the edge is certainly where theory has it at %zu of %d sigma_b, gradients go the way of chi_1 at %.0f of %.0f points, "
                                   "rates agree at %zu of %d sigma_w", edges, LINES, signs->measured, signs->predicted, scales, RATES);
    text_format(&v->sentence, "The gradient of tanh networks turns from shrinking to growing at sigma_w = %.3f [%.3f, %.3f] for sigma_b = 0.2 (theory: %.3f), "
                              "and goes the way of chi_1 at %.0f of %.0f points.", edge->measured, edge->low, edge->high, edge->predicted, signs->measured,
                signs->predicted);
    const Fact *slow = facts_find(f, FORWARD, "sigma_w=1.2"), *fast = facts_find(f, FORWARD, "sigma_w=1"), *apart = facts_find(f, SETTLED, "sigma_w=2");
    text_format(&v->sentence, " What two inputs differ by falls to 1/e in %.1f layers at sigma_w = 1 (theory: %.1f) and in %.1f at 1.2 (theory: %.1f); at 2 "
                              "they settle at a cosine of %.2f (theory: %.2f).", -1 / fast->measured, -1 / fast->predicted, -1 / slow->measured,
                -1 / slow->predicted, apart->measured, apart->predicted);
}

const Claim claim_C24 = {
    .id = "C24",
    .claim = "Initialisation decides it: the edge of chaos",
    .source = "Poole et al. 2016; Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017",
    .method = "tanh networks of 200 layers and width 512 over a plane of sigma_w and sigma_b: the sigma_w at which the gradient neither shrinks nor grows, "
              "seed by seed, against the line chi_1 = 1. Width 2048, sigma_b^2 = 0.05: rates at which the difference of two samples and the gradient change a "
              "layer, against ln chi_c and ln chi_1, and the cosine that is left.",
    .criterion = "Holds where the edge certainly lies within 5 % of theory's at five sigma_b, every network of every point with chi_1 at least 5 % from 1 "
                 "goes the way of chi_1, and rates (within 15 %) and cosines (within 0.1) are certainly theory's at four sigma_w.",
    .runs = {{"plane", "theory -a tanh -i gaussian -d 200 -w 512 --sigma-w 0.75:2.25:n11 --sigma-b 0.1:0.5:n5 -b 2 --layers ends",
              "theory -a tanh -i gaussian -d 200 -w 512 --sigma-w 0.75:2.25:n11 --sigma-b 0.1:0.5:n5 -b 2 --layers ends"},
             {"plane", "sweep -a tanh -i gaussian -d 200 -w 512 --sigma-w 0.75:2.25:n11 --sigma-b 0.1:0.5:n5 -b 2 -s 10 --layers ends --no-raw",
              "sweep -a tanh -i gaussian -d 200 -w 512 --sigma-w 0.75:2.25:n11 --sigma-b 0.1:0.5:n5 -b 2 -s 10 --layers ends --no-raw"},
             {"scales", "sweep -a tanh -i gaussian -d 60 --sigma-w 1,1.2,1.5,2 --sigma-b 0.223606797749979 -w 2048 -b 2 --input-corr 0.9 -s 30 --layers every:20",
              "sweep -a tanh -i gaussian -d 60 --sigma-w 1,1.2,1.5,2 --sigma-b 0.223606797749979 -w 2048 -b 2 --input-corr 0.9 -s 30 --layers every:20"}},
    .figures = {{"plane", "phase-diagram", "Order and chaos: theory's chi_1 in colour, its line chi_1 = 1, and the measured growth of gradients as circles"},
                {"plane", "depth-scales", "Layers in which theory lets the gradient change by a factor e, against sigma_w"}},
    .measure = measure,
    .judge = judge,
};
