/* Claims C01 to C07: linear stacks, depth, the sigmoid, costs, centring, tanh. Each is measured on small runs and its facts are turned until every verdict
 * that it can give has come out.
 * The one thing to know: what theory must say is written out here (σ'(3) = 0.045177; tanh is critical at 1), the rest is set. */
#include "judged.h"
#include "near.h"

static void c01(void **state)
{
    (void)state;
    static const char apart[] = "difference of the output and the product of the matrices, of its norm",
                      excess[] = "training loss less that of least squares";
    Judged j = judged_open("C01");
    PREDICTED(&j, excess, "training accuracy");
    /* as measured: products agree to rounding, ReLU's do not */
    assert_true(facts_find(&j.facts, apart, "linear depth 50")->measured < 1e-13);
    assert_true(facts_find(&j.facts, apart, "relu depth 2")->measured > 0.1);
    assert_true(facts_find(&j.facts, excess, "depth 1")->measured > -1e-9);
    judged_set(&j, excess, NULL, 1e-9, 1e-10);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, excess, "depth 50", 0.05, 0.01);   /* not there yet: no matter for the claim */
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, excess, "depth 50", -0.01, 0.002);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "fits better than least squares");
    judged_set(&j, excess, "depth 50", 0, 1e-9);
    judged_set(&j, apart, "relu", 1e-14, 0);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "finds a ReLU network");
    judged_set(&j, apart, "relu", 0.7, 0);
    judged_set(&j, apart, "linear depth 50", 3e-5, 0);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "at 5 of 6 depths");
    judged_set(&j, apart, "linear", 3e-5, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "differ from the product");
    judged_close(&j);
}

static void c02(void **state)
{
    (void)state;
    static const char spirals[] = "test accuracy on two spirals";
    Judged j = judged_open("C02");
    judged_sound(&j, NULL, 0);
    NEAR(facts_find(&j.facts, spirals, "linear depth 1")->predicted, 0.66, 0.03);   /* the least-squares line */
    assert_null(facts_seek(&j.facts, "test accuracy on MNIST", "relu depth 1"));
    judged_set(&j, spirals, NULL, 0.98, 0.01);
    for (size_t i = 0; i < j.facts.n; i++)   /* nobody gains from depth 1 */
        if (strstr(j.facts.facts[i].where, " depth 1"))
            judged_set(&j, spirals, j.facts.facts[i].where, 0.75, 0.02);
    judged_set(&j, spirals, "linear", 0.66, 0.01);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, spirals, "sigmoid depth 3", 0.67, 0.01);
    judged_set(&j, spirals, "sigmoid depth 1", 0.66, 0.01);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "with 17 of 18 activations (not sigmoid)");
    judged_set(&j, spirals, "sigmoid", 0.85, 0.01);   /* better than linear, but not for its depth */
    judged_expect(&j, VERDICT_HOLDS_WHEN, "one layer being above linear networks with 1 more");
    judged_set(&j, spirals, NULL, 0.7, 0.1);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "none of 18");
    judged_close(&j);
}

static void c03(void **state)
{
    (void)state;
    Judged j = judged_open("C03");
    PREDICTED(&j, "share of units with a slope below 5 % of the largest", "slope at 3, of the largest");
    NEAR(facts_find(&j.facts, "slope at 3, of the largest", "sigmoid")->measured * 0.25, 0.045176659730912, 1e-8);
    NEAR(facts_find(&j.facts, "slope at 3, of the largest", "sigmoid")->predicted * 0.25, 0.045176659730912, 1e-12);
    NEAR(facts_find(&j.facts, "|z| beyond which the slope is below 5 % of the largest", "sigmoid")->measured, 4.3565444206, 1e-7);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "18 % of the largest, which it has at 3; it falls below 5 % beyond 4.36");
    judged_set(&j, "slope at 3, of the largest", NULL, 0.04, 0);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, "largest slope", NULL, 0.26, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "0.26");
    judged_set(&j, "largest slope", NULL, 0.25, 0);
    judged_set(&j, "smallest value for |z| <= 36", NULL, -0.1, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "leave (0, 1)");
    judged_close(&j);
}

static void c04(void **state)
{
    (void)state;
    static const char dearer[] = "trials in which value and slope cost more than ReLU's";
    Judged j = judged_open("C04");
    judged_sound(&j, NULL, 0);
    judged_set(&j, dearer, NULL, 0.975, 0.02);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, dearer, "sigmoid", 0.6, 0.2);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "sigmoid does not certainly cost more");
    judged_set(&j, dearer, NULL, 0.1, 0.05);
    judged_set(&j, "cost of value and slope over ReLU's, at least", NULL, 0, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "tanh does not");
    judged_close(&j);
}

static void c05(void **state)
{
    (void)state;
    static const char rate[] = "log10 of the gradient's factor a layer", ratio[] = "log10 of the gradient norm at the input over that at the last layer";
    Judged j = judged_open("C05");
    PREDICTED(&j, rate);
    NEAR(facts_find(&j.facts, rate, "glorot-normal")->predicted, -0.628, 1e-3);
    judged_set(&j, rate, NULL, -0.6, 0.01);
    judged_set(&j, ratio, "depth 2", -1.3, 0.01);
    judged_set(&j, ratio, "depth 3", -1.93, 0.01);
    judged_set(&j, ratio, "depth 50", -31, 0.1);
    judged_set(&j, ratio, "depth 1000", -628, 0.1);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, ratio, "depth 50", -1.93, 0.01);   /* deep ones pass as well: nobody escapes from anything */
    judged_expect(&j, VERDICT_HOLDS_WHEN, "deep networks do not certainly lose it: 1e-2 is left at depth 50, 1e-628 at depth 1000");
    judged_set(&j, ratio, "depth 50", -31, 0.1);
    judged_set(&j, ratio, "depth 3", -1.93, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "shallow networks do not certainly escape: 5 % of the gradient is left at depth 2, 1.2 % at depth 3");
    judged_set(&j, rate, "he-normal", -0.04, 0.01);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "not with he-normal; shallow networks do not");
    judged_set(&j, rate, NULL, 0, 0.01);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "no initialiser loses a tenth");
    judged_close(&j);
}

static void c06(void **state)
{
    (void)state;
    static const char mean[] = "mean of a layer's output", size[] = "size of the mean of a trained layer's output";
    Judged j = judged_open("C06");
    PREDICTED(&j, mean);
    NEAR(facts_find(&j.facts, mean, "tanh layer 10")->predicted, 0, 1e-12);
    NEAR(facts_find(&j.facts, mean, "sigmoid layer 1")->predicted, 0.5, 1e-12);
    NEAR(facts_find(&j.facts, mean, "sigmoid layer 50")->measured, 0.5, 0.05);
    judged_agree(&j, mean);
    judged_set(&j, size, "tanh", 0.02, 0.01);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, size, "tanh", 0.4, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "just drawn");
    judged_set(&j, mean, "tanh layer 50", 0.2, 0.01);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "tanh");
    judged_set(&j, mean, "tanh layer 50", 0, 0.01);
    judged_set(&j, mean, "sigmoid layer 1", 0.1, 0.3);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "sigmoid");
    judged_close(&j);
}

static void c07(void **state)
{
    (void)state;
    static const char rate[] = "log10 of the gradient's factor a layer", power[] = "power of the depth that the gradient norm follows";
    Judged j = judged_open("C07");
    PREDICTED(&j, rate, power);
    NEAR(facts_find(&j.facts, "sigma_w at which theory lets gradients neither vanish nor explode", "no biases")->measured, 1, 1e-6);
    NEAR(facts_find(&j.facts, rate, "sigma_w=0.5")->predicted, log10(0.5), 2e-3);   /* slope 1 and small values after the first layers */
    NEAR(facts_find(&j.facts, rate, "sigma_w=0.5")->measured, log10(0.5), 0.01);
    judged_agree(&j, rate);
    judged_set(&j, power, NULL, -0.51, 0.03);
    judged_expect(&j, VERDICT_HOLDS_WHEN,
                  "sigma_w=0.9 or less (a factor of 0.891 a layer); at Xavier's sigma_w=1 only as the depth to the power -0.51; from sigma_w=1.3 on "
                  "gradients explode");
    judged_set(&j, rate, NULL, -0.3, 0.01);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, rate, NULL, -0.001, 0.05);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "no weight scale");
    judged_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(c01), cmocka_unit_test(c02), cmocka_unit_test(c03),
                                       cmocka_unit_test(c04), cmocka_unit_test(c05), cmocka_unit_test(c06), cmocka_unit_test(c07)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
