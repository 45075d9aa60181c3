/* C12: softmax turns scores into a distribution, and belongs at the output.
 * The one thing to know: as a hidden layer its outputs are near 1/width each, and so is its Jacobian: the gradient keeps σ_w/width a layer,
 * but for the first layer's, whose scores still differ. What goes back through W is N(0, σ_w² ‖δ‖²/n I), which gives the exact factor.
 * Bridle 1990; the derivative of the cross-entropy: Bridle 1990, Bishop 1995. */
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/gather.h"
#include "model/act.h"
#include "net/loss.h"
#include "num/philox.h"

#define SUM      "largest difference of a row's sum and 1"
#define NEGATIVE "probabilities below 0"
#define EXACT    "largest difference of the gradient and p - y"
#define SLOPE    "largest difference of p - y and the slope of the loss"
#define FIRST    "width times the gradient's factor, layer 1"
#define DEEPER   "width times the gradient's factor, layers 2 to 4"
#define RIGHT    "test accuracy on three clouds"

static const int widths[] = {16, 64, 256}, depths[] = {1, 3, 5, 8};
static const char *const names[] = {"softmax", "tanh"};
enum { WIDTHS = sizeof widths / sizeof *widths, DEPTHS = sizeof depths / sizeof *depths, NAMES = sizeof names / sizeof *names };
enum { MOST = 1000, CLASSES = 10, TRIALS = 300, DRAWS = 20000, WIDEST = 256 };

static const Activation *softmax(void) { return activation_of((Choice){registry_find(&activations, "softmax"), NOT_GIVEN}); }

/* Rows of 2 … MOST scores, N(0, s²) with s from 0.1 to 1e4. */
static void put_sums(Facts *out, Rng *rng)
{
    double z[MOST], p[MOST], apart = 0, negative = 0;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        const size_t n = 2 + trial * (MOST - 2) / (TRIALS - 1);
        double sum = 0;
        rng_normals(rng, z, n, pow(10, -1 + 5 * (double)(trial % 11) / 10));
        softmax()->value(p, z, n, NOT_GIVEN);
        for (size_t i = 0; i < n; i++) {
            sum += p[i];
            negative += p[i] < 0;
        }
        apart = fmax(apart, fabs(sum - 1));
    }
    facts_exact(out, SUM, "softmax", 0, apart);
    facts_exact(out, NEGATIVE, "softmax", 0, negative);
}

static double loss_at(double *z, const double *target)
{
    int64_t exponent = 0;
    const Rows y = {.x = z, .exponent = &exponent, .rows = 1, .cols = CLASSES};
    return loss_value(&y, target, LOSS_CE);
}

/* ∂CE/∂z as training computes it, against p - y, and p - y against differences of the loss. */
static void put_gradient(Facts *out, Rng *rng)
{
    double z[CLASSES], p[CLASSES], d[CLASSES] = {0}, exact = 0, slope = 0;
    const double step = 1e-4;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double target[CLASSES] = {0};
        int64_t exponent = 0, unit = 0;
        target[trial % CLASSES] = 1;
        rng_normals(rng, z, CLASSES, 3);
        const Rows y = {.x = z, .exponent = &exponent, .rows = 1, .cols = CLASSES};
        Rows delta = {.x = d, .exponent = &unit, .rows = 1, .cols = CLASSES};
        softmax()->value(p, z, CLASSES, NOT_GIVEN);
        loss_gradient(&delta, &y, target, LOSS_CE);
        for (size_t i = 0; i < CLASSES; i++) {
            const double there = z[i];
            z[i] = there + step;
            const double above = loss_at(z, target);
            z[i] = there - step;
            const double below = loss_at(z, target);
            z[i] = there;
            exact = fmax(exact, fabs(ldexp(d[i], (int)unit) - (p[i] - target[i])));
            slope = fmax(slope, fabs(p[i] - target[i] - (above - below) / (2 * step)));
        }
    }
    facts_exact(out, EXACT, "softmax and cross-entropy", 0, exact);
    facts_exact(out, SLOPE, "softmax and cross-entropy", 0, slope);
}

/* √n E‖(diag p - p pᵀ) ξ‖ for p of scores N(0, ‖x‖²/n), x and ξ ~ N(0, I): by draws, good to 1/2 %. */
static double first_factor(size_t n, Rng *rng)
{
    double z[WIDEST], xi[WIDEST], total = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
        double sum = 0, mean = 0, squares = 0;
        rng_normals(rng, xi, n, 1);
        rng_normals(rng, z, n, cblas_dnrm2((int)n, xi, 1) / sqrt((double)n));
        rng_normals(rng, xi, n, 1);
        for (size_t i = 0; i < n; i++) {
            z[i] = exp(z[i]);
            sum += z[i];
        }
        for (size_t i = 0; i < n; i++)
            mean += z[i] / sum * xi[i];
        for (size_t i = 0; i < n; i++)
            squares += pow(z[i] / sum * (xi[i] - mean), 2);
        total += sqrt(squares);
    }
    return sqrt((double)n) * total / DRAWS;
}

/* The same for p = 1/n: E χ_{n-1}/√n. */
static double even_factor(double n) { return sqrt(2 / n) * exp(gsl_sf_lngamma(n / 2) - gsl_sf_lngamma((n - 1) / 2)); }

/* Of one network, width · ‖∂L/∂z^ℓ‖/‖∂L/∂z^{ℓ+1}‖ for each ℓ from `from` to `to`, their mean. */
static size_t factors(const Table *layers, int width, int from, int to, double *out)
{
    Text where = {0};
    size_t n = 0;
    double *low = mem_doubles(2 * table_rows(layers) + 2), *high = low + table_rows(layers) + 1;
    for (int layer = from; layer <= to; layer++) {
        n = table_numbers(layers, "log10_grad_z_norm", gather_words(&where, "width=%d layer=%d", width, layer), low);
        table_numbers(layers, "log10_grad_z_norm", gather_words(&where, "width=%d layer=%d", width, layer + 1), high);
        for (size_t k = 0; k < n; k++)
            out[k] = (layer == from ? 0 : out[k]) + width * pow(10, low[k] - high[k]) / (to - from + 1);
    }
    free(low);
    text_free(&where);
    return n;
}

static void put_hidden(Facts *out, const Table *layers, Rng *rng)
{
    Text place = {0};
    double *sample = mem_doubles(table_rows(layers) + 1);
    for (size_t w = 0; w < WIDTHS; w++) {
        const char *at = gather_words(&place, "width %d", widths[w]);
        size_t n = factors(layers, widths[w], 1, 1, sample);
        facts_mean(out, FIRST, at, first_factor((size_t)widths[w], rng), sample, n);
        n = factors(layers, widths[w], 2, 4, sample);
        facts_mean(out, DEEPER, at, even_factor(widths[w]), sample, n);
    }
    free(sample);
    text_free(&place);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *layers = claim_table(c, "hidden", "layers.csv"), *learn = claim_table(c, "learn", "networks.csv");
    const int failed = !layers || !learn;
    Text place = {0}, where = {0};
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){0xC12, 0}, 0, USE_INPUT);
    put_sums(out, &rng);
    put_gradient(out, &rng);
    if (!failed)
        put_hidden(out, layers, &rng);
    for (size_t i = 0; !failed && i < NAMES; i++)
        for (size_t d = 0; d < DEPTHS; d++) {
            gather_mean(out, RIGHT, gather_words(&place, "%s depth %d", names[i], depths[d]), NOT_GIVEN, learn, "test_accuracy",
                        gather_words(&where, "activation=%s depth=%d", names[i], depths[d]));
            facts_within(out, 0, 1);
        }
    rng_done(&rng);
    table_close(layers);
    table_close(learn);
    text_free(&place);
    text_free(&where);
    return failed ? -1 : 0;
}

/* Depths at which hidden softmax is certainly behind tanh: "5, 8"; how many. */
static size_t behind(Text *out, const Facts *f)
{
    size_t n = 0;
    Text place = {0};
    for (size_t d = 0; d < DEPTHS; d++) {
        const double bar = facts_find(f, RIGHT, gather_words(&place, "tanh depth %d", depths[d]))->low;
        if (fact_below(facts_find(f, RIGHT, gather_words(&place, "softmax depth %d", depths[d])), bar))
            text_format(out, "%s%d", n++ ? ", " : "", depths[d]);
    }
    text_free(&place);
    return n;
}

static void judge(const Facts *f, Verdict *v)
{
    Text place = {0}, at = {0};
    const double apart = facts_find(f, SUM, "softmax")->measured, below = facts_find(f, NEGATIVE, "softmax")->measured;
    const double exact = facts_find(f, EXACT, "softmax and cross-entropy")->measured,
                 slope = facts_find(f, SLOPE, "softmax and cross-entropy")->measured;
    const bool spreads = apart < 1e-12 && below == 0, derives = exact < 1e-12 && slope < 1e-6;
    bool starves = true;
    for (size_t w = 0; w < WIDTHS; w++)   /* each hidden softmax leaves the gradient less than 4/width */
        starves = starves && fact_below(facts_find(f, DEEPER, gather_words(&place, "width %d", widths[w])), 4) &&
                  fact_below(facts_find(f, FIRST, text_str(&place)), 4);
    const size_t fails = behind(&at, f);
    const Fact *deeper = facts_find(f, DEEPER, "width 64"), *first = facts_find(f, FIRST, "width 64");
    verdict_set(v,
                !spreads || !derives || (!starves && !fails) ? VERDICT_DOES_NOT_HOLD
                : starves && fails == DEPTHS                 ? VERDICT_HOLDS
                                                             : VERDICT_HOLDS_WHEN,
                deeper);
    if (!spreads || !derives)
        text_format(&v->condition,
                    "sums differ from 1 by up to %.2g, %.0f probabilities are negative, and the gradient differs from p - y by up to %.2g", apart,
                    below, fmax(exact, slope));
    else if (!starves && !fails)
        text_string(&v->condition, "hidden layers of softmax neither starve the gradient nor learn worse than tanh");
    else if (fails && fails < DEPTHS)
        text_format(&v->condition, "as a hidden layer it certainly learns worse than tanh at depth %s only, of 1, 3, 5 and 8", text_str(&at));
    else if (!fails)
        text_string(&v->condition, "gradients are meant: as a hidden layer it does not certainly learn worse than tanh");
    else if (!starves)
        text_string(&v->condition, "learning is meant: the gradient does not certainly fall below 4/width a layer");
    text_format(&v->sentence, "Rows sum to 1 within %.1g, and the gradient of the cross-entropy is p - y within %.1g.", apart, exact);
    text_format(&v->sentence,
                " As a hidden layer softmax leaves the gradient %.3g/width (theory: %.3g) a layer at width 64, %.3g/width (%.3g) in the first.",
                deeper->measured, deeper->predicted, first->measured, first->predicted);
    text_format(&v->sentence, " With 5 hidden layers of it networks classify %.0f %% of three clouds of points, with tanh %.0f %%.",
                100 * facts_find(f, RIGHT, "softmax depth 5")->measured, 100 * facts_find(f, RIGHT, "tanh depth 5")->measured);
    text_free(&place);
    text_free(&at);
}

#define HIDDEN "sweep -a softmax -i gaussian -d 5 -w 16,64,256 -b 1"
#define LEARN  "train -a softmax,tanh -d 1,3,5,8 -w 32 --data blobs --steps 500 --every 500 --optimizer adam --lr 0.01 --snapshots none --no-raw"

const Claim claim_C12 = {
    .id = "C12",
    .claim = "Softmax turns scores into a distribution, and belongs at the output",
    .source = "Bridle 1990; Bishop 1995 (the derivative); the factors of hidden layers are worked out here",
    .method = "300 rows of 2 to 1000 random scores: sums, signs. 300 rows of 10 scores: the gradient of the cross-entropy as training computes it, "
              "p - y, and differences of the loss. Networks with hidden softmax layers and weights of standard deviation 1/sqrt(width), one sample: "
              "the gradient's factor a layer times the width. Three clouds of points in 16 dimensions, 500 steps of Adam: test accuracy with hidden "
              "softmax and tanh.",
    .criterion = "Does not hold where sums or gradients are off by more than 1e-12, or hidden softmax neither leaves certainly less than 4/width of "
                 "the gradient a layer nor learns certainly worse than tanh anywhere. Holds where it starves the gradient and learns worse at every "
                 "depth; else holds when.",
    .runs = {{"hidden", HIDDEN " -s 20", HIDDEN " -s 25"}, {"learn", LEARN " -s 8", LEARN " -s 20"}},
    .figures = {{"hidden", "grad-norm", "Gradient norm by layer with hidden softmax, by width: each layer leaves about 1/width"}},
    .measure = measure,
    .judge = judge,
};
