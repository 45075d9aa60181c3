/* C20: a few layers are fine, many are not: trainability falls off a cliff.
 * The one thing to know: the cliff of a σ_w is the depth at which test accuracy, averaged over seeds, falls through one half; theory says that
 * it lies at about 6 ξ_c, the depth over which two inputs' correlation settles. A σ_w without a cliff within the grid says nothing of the fit,
 * nor does the edge of chaos, where ξ_c is infinite and what falls are the steps that were given.
 * Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, figure 5 and section 6. */
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "model/act.h"
#include "theory/critical.h"

#define TIMES "log10 of the cliff's depth over xi_c, over all sigma_w with a cliff"
#define EXPONENT "exponent of xi_c in the depth of the cliff"
#define ACCURACY "test accuracy"
#define DEEPEST "layers of the deepest networks"

#define EDGE "1.327" /* χ₁ = 1 at σ_b² = 0.05 */

enum { MOST = 32, FEWEST = 4 };
static const double half = 0.5;
static const char *const sets[] = {"mnist", "clouds"}, *const set_names[] = {"MNIST", "ten clouds"};
enum { SETS = 2 };

/* One data set's cliffs. */
typedef struct {
    const char *sigma_w[MOST];
    double depth[MOST], xi[MOST];   /* of those that have one */
    size_t n;
} Cliffs;

/* Mean test accuracy at one point of the grid, over all seeds or of one (" seed=3"). */
static double accuracy_at(const Table *t, const char *sigma_w, const char *depth, const char *seed, double *sample)
{
    const size_t n = table_numbers(t, "test_accuracy", place("sigma_w=%s depth=%s%s", sigma_w, depth, seed).text, sample);
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += sample[i] / (double)n;
    return total;
}

/* Where it first falls through one half, between two depths of the grid by their logarithms; NOT_GIVEN where it starts below or never does. */
static double cliff_of(const Table *t, const char *sigma_w, const char *seed, double *sample)
{
    const char *depths[MOST];
    const size_t n = table_distinct(t, "depth", "", depths, MOST);
    double before = accuracy_at(t, sigma_w, depths[0], seed, sample);
    for (size_t i = 1; i < n && before >= half; i++) {
        const double here = accuracy_at(t, sigma_w, depths[i], seed, sample), shallow = strtod(depths[i - 1], NULL), deep = strtod(depths[i], NULL);
        if (here < half)
            return shallow * pow(deep / shallow, (before - half) / (before - here));
        before = here;
    }
    return NOT_GIVEN;
}

static double xi_of(Critical *k, double sigma_w)
{
    FixedPoint points[CRITICAL_MOST];
    critical_fixed_points(k, sigma_w, sqrt(0.05), points);
    critical_correlation(k, &points[0]);
    return critical_depth(points[0].chi_c);
}

static void find_cliffs(Cliffs *c, const Table *t, Critical *k)
{
    const char *sigma_w[MOST];
    const size_t n = table_distinct(t, "sigma_w", "", sigma_w, MOST);
    double *sample = mem_doubles(table_rows(t) + 1);
    c->n = 0;
    for (size_t i = 0; i < n; i++) {
        const double depth = cliff_of(t, sigma_w[i], "", sample);
        if (isnan(depth) || !strcmp(sigma_w[i], EDGE))
            continue;
        c->sigma_w[c->n] = sigma_w[i];
        c->xi[c->n] = xi_of(k, strtod(sigma_w[i], NULL));
        c->depth[c->n++] = depth;
    }
    free(sample);
}

/* Slope of ln depth in ln ξ_c over the cliffs in use. */
static double exponent(const void *context, const bool *use)
{
    const Cliffs *c = context;
    double x[MOST], y[MOST], constant, slope, covariance[3], squares;
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (use[i]) {
            x[n] = log(c->xi[i]);
            y[n++] = log(c->depth[i]);
        }
    gsl_fit_linear(x, 1, y, 1, n, &constant, &slope, &covariance[0], &covariance[1], &covariance[2], &squares);
    return slope;
}

/* The cliffs with χ₁ below 1, above it, or all of them. */
static void put_times(Facts *out, const Cliffs *c, const char *where, double lowest, double highest)
{
    double sample[MOST];
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        const double sigma_w = strtod(c->sigma_w[i], NULL);
        if (sigma_w > lowest && sigma_w < highest)
            sample[n++] = log10(c->depth[i] / c->xi[i]);
    }
    if (n >= FEWEST)
        facts_mean(out, TIMES, where, log10(6), sample, n);
}

static void put_fit(Facts *out, const Cliffs *c, const char *set)
{
    const double edge = strtod(EDGE, NULL);
    double sample[MOST];
    bool use[MOST];
    put_times(out, c, set, 0, HUGE_VAL);
    put_times(out, c, place("%s, ordered", set).text, 0, edge);
    put_times(out, c, place("%s, chaotic", set).text, edge, HUGE_VAL);
    if (c->n < FEWEST)
        return;
    pick_jackknife(sample, c->n, exponent, c, use);
    facts_mean(out, EXPONENT, set, 1, sample, c->n);
}

static bool has_cliff(const Cliffs *c, const char *sigma_w)
{
    for (size_t i = 0; i < c->n; i++)
        if (!strcmp(c->sigma_w[i], sigma_w))
            return true;
    return false;
}

/* Accuracies of the shallowest networks; of the two deepest kinds, on the edge of chaos and where there is a cliff. */
static void put_ends(Facts *out, const Cliffs *c, const Table *t, const char *set)
{
    const char *depths[MOST];
    const size_t m = table_distinct(t, "depth", "", depths, MOST);
    double *shallow = mem_doubles(3 * table_rows(t) + 1), *edge = shallow + table_rows(t), *off = edge + table_rows(t);
    size_t n_shallow = 0, n_edge = 0, n_off = 0;
    for (size_t row = 0; row < table_rows(t); row++) {
        const char *sigma_w = table_text(t, row, "sigma_w"), *depth = table_text(t, row, "depth");
        const double accuracy = table_number(t, row, "test_accuracy");
        const bool deep = !strcmp(depth, depths[m - 1]) || !strcmp(depth, depths[m - 2]);
        if (!strcmp(depth, depths[0]))
            shallow[n_shallow++] = accuracy;
        if (deep && !strcmp(sigma_w, EDGE))
            edge[n_edge++] = accuracy;
        if (deep && has_cliff(c, sigma_w))
            off[n_off++] = accuracy;
    }
    facts_mean(out, ACCURACY, place("%s, shallowest, all sigma_w", set).text, NOT_GIVEN, shallow, n_shallow);
    facts_within(out, 0, 1);
    facts_mean(out, ACCURACY, place("%s, two deepest, at the edge", set).text, NOT_GIVEN, edge, n_edge);
    facts_within(out, 0, 1);
    facts_mean(out, ACCURACY, place("%s, two deepest, where there is a cliff", set).text, NOT_GIVEN, off, n_off);
    facts_within(out, 0, 1);
    facts_exact(out, DEEPEST, set, NOT_GIVEN, strtod(depths[m - 1], NULL));
    free(shallow);
}

static int put_set(Facts *out, const ClaimCase *c, size_t set, Critical *k)
{
    Table *networks = claim_table(c, sets[set], "networks.csv");
    Cliffs cliffs;
    if (!networks)
        return -1;
    find_cliffs(&cliffs, networks, k);
    put_fit(out, &cliffs, set_names[set]);
    put_ends(out, &cliffs, networks, set_names[set]);
    table_close(networks);
    return 0;
}

static int measure(const ClaimCase *c, Facts *out)
{
    Choice tanh_;
    int failed = registry_choose(&activations, "tanh", &tanh_);
    if (failed)
        return -1;
    Critical *k = critical_alloc(tanh_);
    for (size_t s = 0; s < SETS && !failed; s++)
        if (s > 0 || c->mnist)
            failed = put_set(out, c, s, k);
    critical_free(k);
    return failed;
}

static const Fact *accuracy(const Facts *f, const char *set, const char *where)
{
    return facts_find(f, ACCURACY, place("%s, %s", set, where).text);
}

/* What one data set says. */
typedef struct {
    const char *name;
    const Fact *shallow, *edge, *off;
    double deepest;
    bool falls;    /* off the edge of chaos */
    bool sharp;    /* and on it */
} Side;

static size_t sides_of(Side *sides, const Facts *f)
{
    size_t n = 0;
    for (size_t i = 0; i < SETS; i++) {
        const Fact *deepest = facts_seek(f, DEEPEST, set_names[i]);
        if (!deepest)
            continue;
        Side s = {.name = set_names[i], .deepest = deepest->measured};
        s.shallow = accuracy(f, s.name, "shallowest, all sigma_w");
        s.edge = accuracy(f, s.name, "two deepest, at the edge");
        s.off = accuracy(f, s.name, "two deepest, where there is a cliff");
        s.falls = fact_above(s.shallow, half) && fact_below(s.off, half);
        s.sharp = fact_below(s.edge, half);
        sides[n++] = s;
    }
    return n;
}

static void put_failure(Text *out, const Side *s)
{
    if (isnan(s->off->measured))
        text_format(out, "no sigma_w has a cliff within %.0f layers on %s", s->deepest, s->name);
    else
        text_format(out, "the shallowest networks reach %.2f [%.2f, %.2f] on %s, the deepest off the edge %.2f [%.2f, %.2f]", s->shallow->measured,
                    s->shallow->low, s->shallow->high, s->name, s->off->measured, s->off->low, s->off->high);
}

static void put_edges(Text *out, const Side *sides, size_t n)
{
    text_string(out, "sigma_w is off the edge of chaos; on it (sigma_w = " EDGE ") the deepest networks reach ");
    for (size_t i = 0; i < n; i++) {
        const Fact *edge = sides[i].edge;
        const bool decided = sides[i].sharp || fact_above(edge, half);
        text_format(out, "%s%.2f [%.2f, %.2f] on %s (%.0f layers%s)", i ? ", " : "", edge->measured, edge->low, edge->high, sides[i].name, sides[i].deepest,
                    decided ? "" : ": undecided");
    }
}

static void judge(const Facts *f, Verdict *v)
{
    Side sides[SETS];
    const size_t n = sides_of(sides, f);
    if (n == 0)
        BUG("no data set was measured");
    const Side *failing = NULL, *first = &sides[0];
    bool sharp = true;
    for (size_t i = 0; i < n; i++) {
        failing = failing || sides[i].falls ? failing : &sides[i];
        sharp &= sides[i].sharp;
    }
    const Fact *times = facts_seek(f, TIMES, first->name), *power = facts_seek(f, EXPONENT, first->name), *off = first->off, *edge = first->edge;
    verdict_set(v, failing ? VERDICT_DOES_NOT_HOLD : sharp ? VERDICT_HOLDS : VERDICT_HOLDS_WHEN, times ? times : off);
    if (failing)
        put_failure(&v->condition, failing);
    else if (!sharp)
        put_edges(&v->condition, sides, n);
    text_format(&v->sentence, "On %s, tanh networks of 5 layers reach an accuracy of %.2f over all sigma_w; ", first->name, first->shallow->measured);
    if (isnan(off->measured))
        text_format(&v->sentence, "so do those of %.0f layers.", first->deepest);
    else
        text_format(&v->sentence, "off the edge of chaos the deepest reach %.2f, on it %.2f [%.2f, %.2f].", off->measured, edge->measured, edge->low, edge->high);
    if (times)
        text_format(&v->sentence, " The cliff lies at %.1f xi_c [%.1f, %.1f]; theory's \"about 6\" is %s that interval.", pow(10, times->measured),
                    pow(10, times->low), pow(10, times->high), fact_agrees(times, 0) ? "inside" : "outside");
    if (power)
        text_format(&v->sentence, " Its depth goes as xi_c to the power %.2f [%.2f, %.2f].", power->measured, power->low, power->high);
    if (n < SETS)
        text_string(&v->sentence, " MNIST was not given.");
}

#define TRAIN "train -a tanh -i gaussian --sigma-b 0.22360679774997896 -w 64 -b 100 --lr 0.01 --dtype float32 --every 100000 --snapshots none --layers ends --no-raw "
#define QUICK "--sigma-w 0.8,0.9,1," EDGE ",1.75,2,2.25,2.5 -d 5,10,20,30,45,60 --steps 300 "
#define FULL "--sigma-w 0.8,0.9,1,1.1,1.2," EDGE ",1.5,1.6,1.75,2,2.25,2.5 -d 5,10,15,20,25,30,40,50,65,80,100 --steps 800 -s 3 "
#define CLOUDS "--sigma-w 0.8,0.9,1,1.1," EDGE ",1.6,1.75,2,2.25,2.5 -d 5,10,20,30,45,60 --steps 600 -s 4 "

const Claim claim_C20 = {
    .id = "C20",
    .claim = "A few layers are fine, many are not: trainability falls off a cliff",
    .source = "Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017",
    .method = "tanh networks of width 64 with sigma_b^2 = 0.05, trained by gradient descent (rate 0.01, batches of 100) over a grid of depth and sigma_w on "
              "MNIST, and on ten made clouds: the depth at which test accuracy, averaged over seeds, falls through 0.5, against 6 xi_c. The fit takes each "
              "sigma_w off the edge of chaos with a cliff inside the grid as one observation. Limits: one learning rate and one number of steps (800; quick: 300).",
    .criterion = "Holds where on every data set the shallowest networks certainly reach 0.5 and the deepest certainly do not, on the edge of chaos as off it; "
                 "holds when, if they certainly fall off it only.",
    .runs = {{"mnist", TRAIN QUICK "-s 3 --data mnist:%M", TRAIN FULL "--data mnist:%M"},
             {"clouds", TRAIN QUICK "-s 2 --data blobs:10", TRAIN CLOUDS "--data blobs:10"}},
    .figures = {{"mnist", "trainability", "What tanh networks reach on MNIST over depth and sigma_w; the line: 6 xi_c"},
                {"clouds", "trainability", "The same on ten made clouds"}},
    .measure = measure,
    .judge = judge,
};
