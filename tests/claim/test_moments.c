/* Claims C15, C18, C20, C24 and C25: SELU's moments, the cliff, the edge of chaos, the noise of width; and those that are not measured yet.
 * The one thing to know: what theory must say is written out here (Klambauer et al. 2017; Schoenholz et al. 2017; Hanin and Nica 2020), the
 * rest is set until every verdict that a claim can give has come out; C20's cliff is measured on tables made by hand. */
#include "base/file.h"
#include "judged.h"
#include "near.h"

static void c15(void **state)
{
    (void)state;
    static const char mean[] = "mean of outputs", variance[] = "variance of outputs", rate[] = "factor by which a difference of variances shrinks a layer";
    static const char inside[] = "networks of 100 layers that end within mean 0 +- 0.1 and variance 0.8 to 1.5", back[] = "input mean 1 variance 2, layer 20";
    Judged j = judged_open("C15");
    PREDICTED(&j, rate, mean);
    NEAR(facts_find(&j.facts, rate, "variance 1.2 and 0.8, layers 1 to 9")->predicted, 0.7826, 2e-3);   /* the map's derivative at (0, 1): Klambauer et al. 2017 */
    NEAR(facts_find(&j.facts, rate, "variance 1.2 and 0.8, layers 1 to 9")->measured, 0.7826, 0.02);
    NEAR(facts_find(&j.facts, variance, "input mean 1 variance 2, layer 1")->measured,
         facts_find(&j.facts, variance, "input mean 1 variance 2, layer 1")->predicted, 0.15);
    NEAR(facts_find(&j.facts, mean, "input mean 1 variance 2, layer 20")->predicted, 0, 2e-3);
    judged_set(&j, mean, "depth=1000", 0.002, 0.03);
    judged_set(&j, variance, "depth=1000", 0.99, 0.04);
    judged_set(&j, variance, back, 1.01, 0.05);
    judged_set(&j, rate, NULL, 0.78, 0.01);
    judged_set(&j, inside, NULL, 0.5, 0.1);
    judged_set(&j, variance, "init=he-normal", 8e4, 7e4);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "with He's the variance is 8e+04");
    judged_set(&j, variance, "init=he-normal", 1, 0.1);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, variance, "depth=1000", 1.4, 0.2);   /* perhaps outside */
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "the variance 1.4 [1.2, 1.6]");
    judged_set(&j, variance, "depth=1000", 0.99, 0.04);
    judged_set(&j, mean, "depth=1000", -0.2, 0.03);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "the mean is -0.2");
    judged_set(&j, mean, "depth=1000", 0, 0.03);
    judged_set(&j, rate, NULL, 1.02, 0.03);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "a factor 1.02 a layer");
    judged_close(&j);
}

static void c16(void **state)
{
    (void)state;
    static const char growth[] = "log10 of the gradient norm's growth over 100 layers", rms[] = "root-mean-square growth over 100 layers";
    Judged j = judged_open("C16");
    PREDICTED(&j, growth, rms);
    const Fact *mean = facts_find(&j.facts, growth, "width 256, batch 1"), *root = facts_find(&j.facts, rms, "width 256, batch 1");
    NEAR(root->predicted, 31.705, 1e-3);   /* 1.0716^50 */
    assert_true(root->n == mean->n && root->low < root->measured && root->measured < root->high);   /* it is of a sample */
    judged_set(&j, growth, NULL, 1.378, 0.02);
    judged_set(&j, rms, NULL, 35.6, 2);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "grows by a factor of 23.9");
    judged_set(&j, growth, NULL, 0.1, 0.02);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, growth, NULL, 0.1, 0.5);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "too small");
    judged_close(&j);
}

static void c18(void **state)
{
    (void)state;
    static const char mean[] = "mean of the last layer's outputs";
    static const char low[] = "sigma_w=0.97";
    static const char high[] = "sigma_w=1.04";
    static const char output[] = "least output of the unit for |z| <= 40", below[] = "networks on one sample whose last layer has a mean below zero";
    static const char last[] = "median over networks of the last layer's mean, customary weights";
    Judged j = judged_open("C18");
    PREDICTED(&j, mean, "mean over root mean square of the last layer's outputs");
    NEAR(facts_find(&j.facts, mean, "sigma_w=0.9746794344808963")->predicted, -0.01856606, 1e-7);   /* the map's fixed points at τ = 0.95, 1.1 */
    NEAR(facts_find(&j.facts, mean, "sigma_w=1.0488088481701516")->predicted, 0.04851780, 1e-7);
    NEAR(facts_find(&j.facts, output, "activation=selu")->measured, -1.7580993408, 1e-9);   /* -λα: Klambauer et al. 2017 */
    assert_true(facts_find(&j.facts, output, "activation=relu")->measured == 0);
    assert_true(facts_find(&j.facts, last, "activation=relu")->measured > 0.1);
    assert_true(facts_find(&j.facts, last, "activation=relu")->n == 2 && facts_find(&j.facts, below, "activation=relu")->high > 0.5);   /* samples have intervals */
    judged_set(&j, mean, low, -0.0186, 0.002);
    judged_set(&j, mean, high, 0.0485, 0.002);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, mean, low, -0.0186, 0.02);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "SELU's mean is -0.0186 [-0.0386, 0.0014]");
    judged_set(&j, mean, low, -0.0186, 0.002);
    judged_set(&j, mean, high, -0.01, 0.002);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "stays below zero: -0.01");
    judged_set(&j, mean, low, 0.02, 0.002);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "SELU's mean is 0.02");
    judged_set(&j, mean, low, -0.0186, 0.002);
    judged_set(&j, mean, high, 0.0485, 0.002);
    judged_set(&j, below, "activation=relu", 0.5, 0.4);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "the mean of 1 of 2 last layers lies below zero");
    judged_set(&j, below, "activation=relu", 0, 0);
    judged_set(&j, output, "activation=relu", -0.25, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "ReLU gives -0.25");
    judged_close(&j);
}

/* A grid of tanh networks that learn (0.9) up to a depth of their own σ_w, and are at chance (0.1) beyond it: `cliff` layers. Accuracy falls
 * linearly in ln depth between 0.9 at cliff/2 and 0.1 at 2 cliff, so it goes through 0.5 at the cliff itself. */
static void put_grid(const Judged *j, const char *run, const char *const *sigma_w, const double *cliff, size_t n)
{
    static const int depths[] = {5, 10, 20, 40, 80};
    Text text = {0}, path = {0};
    text_format(&path, "%s/%s", j->files.directory, run);
    assert_int_equal(file_make_directory(text_str(&path)), 0);
    text_string(&path, "/networks.csv");
    text_string(&text, "depth,sigma_w,seed,test_accuracy\n");
    for (size_t d = 0; d < 5; d++)
        for (size_t i = 0; i < n; i++)
            for (int seed = 0; seed < 3; seed++) {
                const double fallen = 0.5 - 0.4 * log2(depths[d] / cliff[i]);
                text_format(&text, "%d,%s,%d,%.12g\n", depths[d], sigma_w[i], seed, fmin(0.9, fmax(0.1, fallen)));
            }
    assert_int_equal(file_replace(text_str(&path), text_str(&text), text.length), 0);
    text_free(&text);
    text_free(&path);
}

/* ξ_c at σ_b² = 0.05, Schoenholz et al. 2017, by the formula: 3.62698 at σ_w = 1. */
static void c20(void **state)
{
    (void)state;
    static const char times[] = "log10 of the cliff's depth over xi_c, over all sigma_w with a cliff";
    static const char power[] = "exponent of xi_c in the depth of the cliff";
    static const char accuracy[] = "test accuracy";
    static const char *const sigma_w[] = {"0.9", "1", "1.327", "1.75", "2", "2.5"};
    /* 3 ξ_c, and no cliff at the edge; a power of 1/2 */
    static const double xi[] = {2.34721, 3.62698, 1e6, 8.84540, 6.98027, 5.30936};
    double cliff[6], root[6];
    Judged j = {.files = files_make(), .claim = claim_find("C20")};
    j.c = (ClaimCase){.directory = j.files.directory, .mnist = "there"};
    for (size_t i = 0; i < 6; i++) {
        cliff[i] = 3 * xi[i];
        root[i] = i == 2 ? 1e6 : 8 * sqrt(xi[i]);
    }
    put_grid(&j, "mnist", sigma_w, cliff, 6);
    put_grid(&j, "clouds", sigma_w, root, 6);
    assert_int_equal(j.claim->measure(&j.c, &j.facts), 0);
    facts_finish(&j.facts);
    NEAR(facts_find(&j.facts, times, "MNIST")->measured, log10(3), 0.02);   /* read between the depths of a coarse grid */
    NEAR(facts_find(&j.facts, power, "MNIST")->measured, 1, 0.05);
    NEAR(facts_find(&j.facts, power, "ten clouds")->measured, 0.5, 0.05);
    NEAR(facts_find(&j.facts, accuracy, "MNIST, two deepest, at the edge")->measured, 0.9, 1e-9);
    NEAR(facts_find(&j.facts, accuracy, "MNIST, two deepest, where there is a cliff")->measured, 0.11, 0.03);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "reach 0.90 [0.90, 0.90] on MNIST (80 layers), 0.90 [0.90, 0.90] on ten clouds (80 layers)");
    judged_set(&j, accuracy, "MNIST, two deepest, at the edge", 0.3, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "on it (sigma_w = 1.327) the deepest networks reach 0.30");   /* the clouds say otherwise */
    judged_set(&j, accuracy, "ten clouds, two deepest, at the edge", 0.3, 0.1);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, accuracy, "MNIST, two deepest, at the edge", 0.8, 0.75);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "0.80 [0.05, 1.55] on MNIST (80 layers: undecided)");
    judged_set(&j, accuracy, "MNIST, two deepest, where", 0.45, 0.1);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "the deepest off the edge 0.45 [0.35, 0.55]");
    judged_set(&j, accuracy, "MNIST, two deepest, where", 0.1, 0.05);
    judged_set(&j, accuracy, "MNIST, shallowest", 0.4, 0.05);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "the shallowest networks reach 0.40");
    facts_free(&j.facts);

    /* Without MNIST, and where nothing falls. */
    j.c.mnist = NULL;
    for (size_t i = 0; i < 6; i++)
        cliff[i] = 1e6;
    put_grid(&j, "clouds", sigma_w, cliff, 6);
    assert_int_equal(j.claim->measure(&j.c, &j.facts), 0);
    facts_finish(&j.facts);
    assert_null(facts_seek(&j.facts, times, "ten clouds"));
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "no sigma_w has a cliff within 80 layers");
    judged_close(&j);
}

static void c24(void **state)
{
    (void)state;
    static const char edge[] = "sigma_w at which the gradient neither shrinks nor grows", signs[] = "points of the plane where growth has the sign of ln chi_1";
    static const char forward[] = "ln of the factor by which 1 - cosine of two samples falls a layer";
    static const char backward[] = "ln of the squared gradient norm's factor a layer";
    static const char settled[] = "cosine of two samples at layer 60";
    Judged j = judged_open("C24");
    PREDICTED(&j, edge, forward, backward, settled);
    NEAR(facts_find(&j.facts, edge, "sigma_b=0.2")->predicted, 1.304146, 1e-6);   /* χ₁ = 1 */
    NEAR(facts_find(&j.facts, edge, "sigma_b=0.2")->measured, 1.304, 0.1);
    NEAR(facts_find(&j.facts, forward, "sigma_w=1")->predicted, -1 / 3.62698, 1e-6);
    NEAR(facts_find(&j.facts, backward, "sigma_w=1")->predicted, log(0.7590316472), 1e-8);
    judged_agree(&j, edge);
    judged_agree(&j, forward);
    judged_agree(&j, backward);
    judged_agree(&j, settled);
    judged_set(&j, signs, NULL, facts_find(&j.facts, signs, "the plane")->predicted, 0);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, edge, "sigma_b=0.4", 1.6, 0.01);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "theory has it at 4 of 5 sigma_b");
    judged_agree(&j, edge);
    judged_set(&j, settled, "sigma_w=2", 0.3, 0.01);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "rates agree at 3 of 4 sigma_w");
    judged_agree(&j, settled);
    judged_set(&j, backward, "sigma_w=1.5", 0.088, 0.05);   /* too wide to say */
    judged_expect(&j, VERDICT_HOLDS_WHEN, "rates agree at 3 of 4 sigma_w");
    judged_set(&j, edge, NULL, 2, 0.01);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "theory has it at 0 of 5 sigma_b");
    judged_agree(&j, edge);
    judged_set(&j, signs, NULL, 20, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "gradients go the way of chi_1 at 20 of");
    judged_close(&j);
}

static void c25(void **state)
{
    (void)state;
    static const char variance[] = "variance of ln of the squared gradient norm over networks", power[] = "exponent of depth/width in that variance";
    Judged j = judged_open("C25");
    PREDICTED(&j, variance, power);
    NEAR(facts_find(&j.facts, variance, "depth=50 width=256")->predicted, 50 * 0.019818709, 1e-6);   /* the exact law at n = 256 */
    NEAR(facts_find(&j.facts, "width times the exact law's variance a layer", "width=256")->predicted, 5, 0);   /* Hanin and Nica 2020: 5/n */
    judged_agree(&j, variance);
    judged_set(&j, power, NULL, 1.05, 0.1);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, power, NULL, 1.2, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "taken as 1.20 [1.10, 1.30]");
    judged_set(&j, power, NULL, 1.05, 0.1);
    judged_set(&j, variance, "depth=10 width=64", 2, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "meets 5 of 6 points");
    judged_set(&j, variance, "depth=50 width=16", 1, 0.5);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "the variance is 1 at width 16 and 0.991 at width 256");
    judged_close(&j);
}

/* What says what it needs has nothing else to say. */
static void later(void **state)
{
    (void)state;
    static const char *const ids[] = {"C17", "C23", "C26", "C27", "C28"};
    for (size_t i = 0; i < 5; i++) {
        const Claim *c = claim_find(ids[i]);
        assert_non_null(c);
        assert_true(c->needs && *c->needs && !c->runs[0].name && !c->measure && !c->judge);
        assert_true(*c->claim && *c->source && *c->method && *c->criterion);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c15), cmocka_unit_test(c16), cmocka_unit_test(c18), cmocka_unit_test(c20), cmocka_unit_test(c24), cmocka_unit_test(c25), cmocka_unit_test(later),
    };
    return cmocka_run_group_tests_name("claims of moments and chaos", tests, NULL, NULL);
}
