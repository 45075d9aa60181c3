/* C15: SELU keeps mean 0 and variance 1 from layer to layer.
 * The one thing to know: the trajectories begin at inputs of other means and variances, which no command makes; they are run here, with
 * dense weights, through the same passes. With weights of mean zero a layer sees its input's mean square alone: z ~ N(0, ν + μ²).
 * Klambauer, Unterthiner, Mayr and Hochreiter 2017, section 2 and theorem 1. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/pick.h"
#include "lab/experiment.h"
#include "model/registry.h"
#include "net/pass.h"
#include "theory/selfnorm.h"

#define MEAN "mean of outputs"
#define VARIANCE "variance of outputs"
#define RATE "factor by which a difference of variances shrinks a layer"
#define INSIDE "networks of 100 layers that end within mean 0 +- 0.1 and variance 0.8 to 1.5"
#define BAND "variance over networks of the last layer's mean square, batch 1"

enum { DEPTH = 20, SHIFTS = 4, LOOKS = 3 };

/* Inputs N(mean, variance); the last two are those whose difference gives the rate. */
static const struct {
    const char *name;
    double mean, variance;
} shifts[SHIFTS] = {{"input mean 1 variance 2", 1, 2},
                    {"input mean -0.5 variance 0.25", -0.5, 0.25},
                    {"input mean 0 variance 1.2", 0, 1.2},
                    {"input mean 0 variance 0.8", 0, 0.8}};
static const int looks[LOOKS] = {1, 5, DEPTH};

static const Selu paper = {SELU_ALPHA, SELU_LAMBDA};

/* The map's (mean, variance) after each layer. */
static void predict(double mean, double variance, MomentMap out[DEPTH + 1])
{
    Gauss *w = gauss_alloc();
    out[0] = (MomentMap){.mean = mean, .variance = variance};
    for (int l = 1; l <= DEPTH; l++)
        selu_map(w, paper, 0, out[l - 1].variance + out[l - 1].mean * out[l - 1].mean, 0, 1, &out[l]);
    gauss_free(w);
}

/* mean[shift][layer][network] and so on. */
typedef struct {
    size_t networks;
    double *mean[SHIFTS][DEPTH + 1], *variance[SHIFTS][DEPTH + 1];
} Paths;

static Paths paths_alloc(size_t networks)
{
    Paths p = {.networks = networks};
    for (size_t i = 0; i < SHIFTS; i++)
        for (size_t l = 0; l <= DEPTH; l++) {
            p.mean[i][l] = mem_doubles(networks);
            p.variance[i][l] = mem_doubles(networks);
        }
    return p;
}

static void paths_free(Paths *p)
{
    for (size_t i = 0; i < SHIFTS; i++)
        for (size_t l = 0; l <= DEPTH; l++) {
            free(p->mean[i][l]);
            free(p->variance[i][l]);
        }
}

/* One network's layers from one input: the shifts share weights and numbers, so that differences between them are the map's. */
static void run_one(Pass *pass, const NetSpec *spec, RngSource source, Rng *rng, size_t shift, Paths *out)
{
    LayerRow rows[DEPTH + 1];
    pass_begin(pass, spec, &dense_engine, NULL, source);
    const Rows x = pass_input(pass, (size_t)spec->batch);
    const size_t n = x.rows * x.cols;
    memset(x.exponent, 0, x.rows * sizeof *x.exponent);
    rng_open(rng, source, 0, USE_TASK);
    rng_normals(rng, x.x, n, sqrt(shifts[shift].variance));
    for (size_t i = 0; i < n; i++)
        x.x[i] += shifts[shift].mean;
    pass_measure(pass, rows);
    pass_forward(pass, NULL);
    for (size_t l = 0; l <= DEPTH; l++) {
        out->mean[shift][l][source.replicate] = rows[l].value[COL_h_mean];
        out->variance[shift][l][source.replicate] = rows[l].value[COL_h_var];
    }
}

static int run_paths(Paths *out)
{
    Words words = {.axis = {[FIELD_activation] = "selu", [FIELD_depth] = "20", [FIELD_width] = "512", [FIELD_batch] = "16"}};
    Experiment e;
    if (experiment_read(&e, &words))
        return -1;
    NetSpec spec;
    Rng rng;
    experiment_point(&e, 0, &spec);
    rng_init(&rng, e.generator);
    Pass *pass = pass_alloc(pass_bytes(&spec, &dense_engine, true), e.generator, NULL);
    for (size_t k = 0; k < out->networks; k++)
        for (size_t i = 0; i < SHIFTS; i++)
            run_one(pass, &spec, (RngSource){.key = experiment_key(&e, &spec), .replicate = (uint32_t)k}, &rng, i, out);
    pass_free(pass);
    rng_done(&rng);
    experiment_free(&e);
    return 0;
}

static void put_paths(Facts *out, const Paths *p)
{
    MomentMap map[SHIFTS][DEPTH + 1];
    double *sample = mem_doubles(p->networks);
    for (size_t i = 0; i < SHIFTS; i++) {
        predict(shifts[i].mean, shifts[i].variance, map[i]);
        for (size_t k = 0; i < 2 && k < LOOKS; k++) {
            const Place where = place("%s, layer %d", shifts[i].name, looks[k]);
            facts_mean(out, MEAN, where.text, map[i][looks[k]].mean, p->mean[i][looks[k]], p->networks);
            facts_mean(out, VARIANCE, where.text, map[i][looks[k]].variance, p->variance[i][looks[k]], p->networks);
        }
    }
    enum { FIRST = 1, LAST = 9 };
    for (size_t k = 0; k < p->networks; k++)
        sample[k] = pow((p->variance[2][LAST][k] - p->variance[3][LAST][k]) / (p->variance[2][FIRST][k] - p->variance[3][FIRST][k]), 1. / (LAST - FIRST));
    facts_mean(out, RATE, "variance 1.2 and 0.8, layers 1 to 9",
               pow((map[2][LAST].variance - map[3][LAST].variance) / (map[2][FIRST].variance - map[3][FIRST].variance), 1. / (LAST - FIRST)), sample, p->networks);
    free(sample);
}

static void put_inside(Facts *out, const Table *networks)
{
    const char *names[64];
    const size_t n = table_distinct(networks, "activation", "", names, 64);
    for (size_t i = 0; i < n; i++) {
        const Place where = place("activation=%s", names[i]);
        size_t all = 0, inside = 0;
        for (size_t row = 0; row < table_rows(networks); row++)
            if (table_matches(networks, row, where.text)) {
                const double mean = table_number(networks, row, "final_h_mean"), variance = table_number(networks, row, "final_h_var");
                all++;
                inside += fabs(mean) <= 0.1 && variance >= 0.8 && variance <= 1.5;   /* theorem 1's domain */
            }
        facts_share(out, INSIDE, where.text, NOT_GIVEN, inside, all);
    }
}

/* Var(mean square) adds up with χ∥² a layer: κ/n/(1 - χ∥²), κ = E φ⁴ - 1 at E φ² = 1. */
static double band(double width)
{
    Gauss *w = gauss_alloc();
    MomentMap at;
    selu_map(w, paper, 0, 1, 0, 1, &at);
    gauss_free(w);
    Choice selu;
    if (registry_choose(&activations, "selu", &selu))
        BUG("no selu");
    MeanField *m = meanfield_alloc(selu);
    const double kappa = meanfield_moment(m, MOMENT_FOURTH, 1).value - 1;
    meanfield_free(m);
    return kappa / width / (1 - at.jacobian[1][1] * at.jacobian[1][1]);
}

static void put_band(Facts *out, const Table *networks)
{
    double *sample = mem_doubles(table_rows(networks) + 1), mean = 0;
    size_t n = table_rows(networks);
    for (size_t i = 0; i < n; i++) {
        const double m = table_number(networks, i, "final_h_mean");
        sample[i] = table_number(networks, i, "final_h_var") + m * m;
        mean += sample[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        sample[i] = (sample[i] - mean) * (sample[i] - mean) * (double)n / ((double)n - 1);
    facts_mean(out, BAND, "depth 100, width 256", band(256), sample, n);
    free(sample);
}

/* The median: what grows has a mean that few networks make. */
static void put_he(Facts *out, const Table *networks)
{
    double *sample = mem_doubles(table_rows(networks) + 1);
    const size_t n = table_numbers(networks, "final_h_var", "", sample);
    facts_median(out, VARIANCE, "init=he-normal", NOT_GIVEN, sample, n);
    free(sample);
}

static int measure(const ClaimCase *c, Facts *out)
{
    Table *deep = claim_table(c, "deep", "networks.csv"), *others = claim_table(c, "others", "networks.csv"), *he = claim_table(c, "he", "networks.csv");
    Table *alone = claim_table(c, "alone", "networks.csv");
    Paths paths = paths_alloc(c->full ? 100 : 12);
    const int failed = !deep || !others || !he || !alone || run_paths(&paths);
    if (!failed) {
        put_paths(out, &paths);
        pick_mean(out, MEAN, 0, deep, "final_h_mean", 1, "depth=1000");
        pick_mean(out, VARIANCE, 1, deep, "final_h_var", 1, "depth=1000");
        put_inside(out, others);
        put_he(out, he);
        put_band(out, alone);
    }
    paths_free(&paths);
    table_close(deep);
    table_close(others);
    table_close(he);
    table_close(alone);
    return failed ? -1 : 0;
}

static void judge(const Facts *f, Verdict *v)
{
    const Fact *mean = facts_find(f, MEAN, "depth=1000");
    const Fact *variance = facts_find(f, VARIANCE, "depth=1000");
    const Fact *rate = facts_find(f, RATE, "variance 1.2 and 0.8, layers 1 to 9");
    const Fact *he = facts_find(f, VARIANCE, "init=he-normal");
    const Fact *inside = facts_find(f, INSIDE, "activation=selu");
    const Fact *back = facts_find(f, VARIANCE, "input mean 1 variance 2, layer 20");
    const bool stays = fact_above(mean, -0.1) && fact_below(mean, 0.1) && fact_above(variance, 0.8) && fact_below(variance, 1.5);
    const bool returns = fact_below(rate, 1) && fact_above(back, 0.8) && fact_below(back, 1.5), leaves = fact_above(he, 1.5) || fact_below(he, 0.8);
    verdict_set(v, !stays || !returns ? VERDICT_DOES_NOT_HOLD : leaves ? VERDICT_HOLDS_WHEN : VERDICT_HOLDS, variance);
    if (!stays)
        text_format(&v->condition, "after 1000 layers the mean is %.3g [%.3g, %.3g] and the variance %.3g [%.3g, %.3g]", mean->measured, mean->low, mean->high,
                    variance->measured, variance->low, variance->high);
    else if (!returns)
        text_format(&v->condition, "inputs of mean 1 and variance 2 come to variance %.3g, by a factor %.3g a layer", back->measured, rate->measured);
    else if (leaves)
        text_format(&v->condition, "weights have variance 1/width (LeCun's); with He's the variance is %.2g after 100 layers", he->measured);
    text_format(&v->sentence, "After 1000 layers SELU's outputs have mean %.4f [%.4f, %.4f] and variance %.3f [%.3f, %.3f]; a deviation of the variance "
                              "shrinks to %.4f of itself a layer (theory: %.4f).", mean->measured, mean->low, mean->high, variance->measured, variance->low,
                variance->high, rate->measured, rate->predicted);
    text_format(&v->sentence, " Of single networks %.0f %% end within mean 0 +- 0.1 and variance 0.8 to 1.5 after 100 layers; of ReLU's %.0f %%, of linear "
                              "ones %.0f %%.", 100 * inside->measured, 100 * facts_find(f, INSIDE, "activation=relu")->measured,
                100 * facts_find(f, INSIDE, "activation=linear")->measured);
}

#define EVERYONE "linear,sigmoid,tanh,relu,leaky-relu,prelu,elu,selu,swish,gelu,gelu-tanh,softplus,softsign,mish,hardtanh,erf,sin,arctan"

const Claim claim_C15 = {
    .id = "C15",
    .claim = "SELU keeps mean 0 and variance 1 from layer to layer",
    .source = "Klambauer, Unterthiner, Mayr and Hochreiter 2017",
    .method = "SELU networks of width 512 from inputs of other means and variances, against SELU's map of (mean, variance) layer by layer; of width 256 to "
              "depth 1000, with LeCun's weights and with He's; every other activation with its customary weights to depth 100; scatter of the mean square at "
              "batch 1 against its law.",
    .criterion = "Holds where after 1000 layers the mean certainly lies within 0.1 of 0 and the variance between 0.8 and 1.5 (the domain of the paper's "
                 "theorem 1), and shifted inputs come back; holds when, if that needs LeCun's weights.",
    .runs = {{"deep", "sweep -a selu -d 1000 -b 8 -s 20 --layers ends --no-raw", "sweep -a selu -d 1000 -b 8 -s 200 --layers ends --no-raw"},
             {"he", "sweep -a selu -i he-normal -d 100 -b 8 -s 20 --layers ends --no-raw", "sweep -a selu -i he-normal -d 100 -b 8 -s 100 --layers ends --no-raw"},
             {"alone", "sweep -a selu -d 100 -b 1 -s 300 --layers ends --no-raw", "sweep -a selu -d 100 -b 1 -s 600 --layers ends --no-raw"},
             {"others", "sweep -a " EVERYONE " -d 100 -b 8 -s 40 --layers ends --no-raw", "sweep -a " EVERYONE " -d 100 -b 8 -s 60 --layers ends --no-raw"},
             {"paths", "sweep -a selu,relu,tanh,elu,sigmoid -d 30 -b 8 -s 10 --layers every:2 --no-raw",
              "sweep -a selu,relu,tanh,elu,sigmoid -d 30 -b 8 -s 50 --layers every:2 --no-raw"}},
    .figures = {{"paths", "selu-trajectories", "Mean and variance from layer to layer: SELU's path ends at (0, 1), the others' elsewhere"}},
    .measure = measure,
    .judge = judge,
};
