/* Claims C08 to C12: ReLU and its kin, ELU, softmax. Each is measured on small runs and its facts are turned until every verdict that it can
 * give has come out.
 * The one thing to know: what theory must say is written out here (Lu et al. 2020; He et al. 2015; Clevert et al. 2016), the rest is set. */
#include <gsl/gsl_sf_gamma.h>

#include "base/mem.h"
#include "judged.h"
#include "near.h"

/* The same comparisons as bounds (", at least"), or not: small runs have networks that do not arrive. */
static void bound_leads(Judged *j, const char *lead, const char *where, const char *bound)
{
    for (size_t i = 0; i < j->facts.n; i++) {
        Fact *f = &j->facts.facts[i];
        if (strcmp(f->quantity, lead) != 0 || strncmp(f->where, where, strlen(where)) != 0)
            continue;
        char name[128];
        snprintf(name, sizeof name, "%.*s%s", (int)strcspn(f->where, ","), f->where, bound);
        free(f->where);
        f->where = mem_string(name);
    }
}

static void c08(void **state)
{
    (void)state;
    static const char lead[] = "log10 of a rival's steps to the target over ReLU's", zero[] = "share of outputs that are 0";
    Judged j = judged_open("C08");
    PREDICTED(&j, zero, "least slope for z > 0");
    NEAR(facts_find(&j.facts, zero, "relu layer 20")->predicted, 0.5, 1e-12);
    NEAR(facts_find(&j.facts, "least slope for z > 0", "relu")->measured, 1, 0);
    NEAR(facts_find(&j.facts, "saturated units whose output is not 0", "relu layer 20")->measured, 0, 0);
    assert_non_null(strstr(j.claim->runs[1].full, "--steps 1000 "));   /* the budgets that measure() counts with are those of the command lines */
    assert_non_null(strstr(j.claim->runs[2].full, "--steps 500 "));
    judged_set(&j, zero, NULL, 0.5, 0.01);
    judged_set(&j, lead, NULL, 0.5, 0.1);
    assert_non_null(facts_seek(&j.facts, lead, "spirals tanh depth 2, cut at the last step"));   /* of 20 steps; nobody arrives */
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "not against tanh");                                 /* which shows nothing */
    bound_leads(&j, lead, "", ", at most");
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "not against tanh");
    bound_leads(&j, lead, "", ", at least");
    judged_expect(&j, VERDICT_HOLDS, NULL);
    bound_leads(&j, lead, "", "");
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, lead, "teacher tanh", -0.3, 0.1);
    judged_set(&j, lead, "teacher tanh depth 20", 0.1, 0.2);
    judged_expect(&j, VERDICT_HOLDS_WHEN,
                  "against sigmoid on a teacher's outputs at every depth; not against tanh on a teacher's outputs (slower at depth 2, 5, 10)");
    bound_leads(&j, lead, "teacher tanh depth 5", ", at least");   /* a lower bound below 1 is no loss */
    judged_expect(&j, VERDICT_HOLDS_WHEN, "not against tanh on a teacher's outputs (slower at depth 2, 10)");
    judged_set(&j, lead, NULL, 0.01, 0.2);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "not against sigmoid on two spirals; not against tanh");
    judged_set(&j, lead, NULL, 0.5, 0.1);
    judged_set(&j, zero, NULL, 0.2, 0.01);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "0.2 of the outputs are 0");
    judged_set(&j, zero, NULL, 0.5, 0.01);
    judged_set(&j, "least slope for z > 0", NULL, 0.5, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "falls to 0.5");
    judged_close(&j);
}

static void c09(void **state)
{
    (void)state;
    static const char born[] = "networks with a wholly dead layer", before[] = "share of dead units before training",
                      trained[] = "share of dead units after training";
    Judged j = judged_open("C09");
    PREDICTED(&j, born);
    NEAR(facts_find(&j.facts, born, "width 3 depth 10")->predicted, 1 - pow(0.875, 10), 1e-12);   /* 0.7369: Lu et al. 2020 */
    assert_true(isfinite(facts_find(&j.facts, "share of units that are off for the whole batch at layer 50", "width 128")->predicted));
    judged_agree(&j, born);
    judged_set(&j, before, NULL, 0.15, 0.02);
    judged_set(&j, trained, NULL, 0, 0);
    judged_set(&j, trained, "relu", 0.6, 0.1);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, trained, "relu lr 0.01", 0.2, 0.1);   /* as before training */
    judged_expect(&j, VERDICT_HOLDS_WHEN, "73.7 % are born with a dead layer) or trained by Adam at a rate of 0.1, 1 (up to 60 %");
    judged_set(&j, trained, "leaky-relu lr 0.1", 0.55, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "at a rate of 1 (");
    judged_set(&j, born, "width 3 depth 10", 0.2, 0.05);   /* not as the law has it */
    judged_expect(&j, VERDICT_HOLDS_WHEN, "trained by Adam at a rate of 1 (");
    judged_set(&j, trained, "relu", 0.1, 0.1);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "no share of dead networks follows the law");
    judged_close(&j);
}

static void c10(void **state)
{
    (void)state;
    static const char dead[] = "share of units that are off for the whole batch", factor[] = "log10 of the gradient's factor a layer";
    static const char slower[] = "log10 of the steps to 95 % at slope 0.01 over those at 0.25", learned[] = "slope that PReLU learned from 0.25";
    static const double slopes[] = {0, 0.01, 0.1, 0.25, 0.5, 1};
    Judged j = judged_open("C10");
    PREDICTED(&j, factor);
    for (size_t i = 0; i < 6; i++) {   /* σ_w² (1 + a²)/2, σ_w² = 2; log10 of a norm at width 256 is a little less */
        char at[32];
        snprintf(at, sizeof at, "slope %g", slopes[i]);
        NEAR(facts_find(&j.facts, factor, at)->predicted, 0.5 * log10(1 + slopes[i] * slopes[i]), 1e-3);
        assert_true((facts_find(&j.facts, dead, at)->measured > 0) == (i == 0));
    }
    for (size_t layer = 1; layer <= 5; layer++) {   /* 20 steps move it, and not far */
        char at[32];
        snprintf(at, sizeof at, "layer %zu", layer);
        assert_true(facts_find(&j.facts, learned, at)->measured != 0.25);
        NEAR(facts_find(&j.facts, learned, at)->measured, 0.25, 0.1);
    }
    judged_agree(&j, factor);
    judged_set(&j, dead, "slope 0", 0.4, 0.05);
    for (size_t i = 1; i < 6; i++) {
        char at[32];
        snprintf(at, sizeof at, "slope %g", slopes[i]);
        judged_set(&j, dead, at, 0, 0);
    }
    judged_set(&j, slower, NULL, 0.2, 0.1);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, slower, "width 32", -0.1, 0.05);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "at width 4 only");
    judged_set(&j, slower, NULL, 0.01, 0.2);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "is not found");
    judged_set(&j, dead, "slope 0.25", 0.01, 0.005);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "units die");
    judged_set(&j, dead, "slope 0.25", 0, 0);
    judged_set(&j, factor, NULL, 0.01, 0.02);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "cannot be told apart");
    judged_close(&j);
}

static void c11(void **state)
{
    (void)state;
    static const char growth[] = "ln of the squared gradient norm's growth over the depth",
                      power[] = "power of the depth that ln of that growth follows";
    static const char trained[] = "share of dead units after training", jump[] = "jump of the slope at 0",
                      drawn[] = "share of units of layer 50 that are off for the whole batch";
    static const char dearer[] = "trials in which value and slope cost more than ReLU's", limit[] = "value as z falls to -1000";
    Judged j = judged_open("C11");
    PREDICTED(&j, growth, power, jump, limit);
    NEAR(facts_find(&j.facts, limit, "alpha=2")->measured, -2, 1e-12);
    NEAR(facts_find(&j.facts, jump, "alpha=0.5")->measured, 0.5, 1e-6);
    NEAR(facts_find(&j.facts, jump, "alpha=1")->measured, 0, 1e-6);
    /* at width 256 theory lowers the wide network's 7.9, near √(200/π), by half the variance of depth/width */
    NEAR(facts_find(&j.facts, growth, "sigma_w^2=2 depth 100")->predicted, sqrt(200 / M_PI), 1.2);
    judged_agree(&j, growth);
    judged_set(&j, power, "sigma_w^2=2", 0.53, 0.05);
    judged_set(&j, power, "sigma_w^2=2.25", 0.9, 0.05);
    judged_set(&j, drawn, "relu", 0.4, 0.05);
    judged_set(&j, drawn, "elu", 0, 0);
    judged_set(&j, dearer, NULL, 0.97, 0.02);
    judged_set(&j, trained, "elu", 0, 0);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "smooth at alpha=1 only");
    judged_expect(&j, VERDICT_HOLDS_WHEN, "grow as exp(depth^0.53)");
    judged_set(&j, trained, "elu lr 1", 0.6, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "no unit dies but in training at a rate of 1 (60 %)");
    judged_set(&j, trained, "elu", 0, 0);
    judged_set(&j, jump, NULL, 0, 0);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "gradients explode at sigma_w^2=2.25");
    judged_set(&j, power, NULL, 0.98, 0.05);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, dearer, NULL, 0.5, 0.1);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "cost");
    judged_set(&j, dearer, NULL, 0.97, 0.02);
    judged_set(&j, power, "sigma_w^2=2.25", 0.5, 0.1);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "even at sigma_w^2=2.25");
    judged_set(&j, power, NULL, 0.98, 0.05);
    judged_set(&j, limit, "alpha=2", -3, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "-alpha");
    judged_close(&j);
}

static void c12(void **state)
{
    (void)state;
    static const char first[] = "width times the gradient's factor, layer 1", deeper[] = "width times the gradient's factor, layers 2 to 4",
                      right[] = "test accuracy on three clouds";
    Judged j = judged_open("C12");
    PREDICTED(&j, first, deeper);
    assert_true(facts_find(&j.facts, "largest difference of a row's sum and 1", "softmax")->measured < 1e-13);
    assert_true(facts_find(&j.facts, "largest difference of the gradient and p - y", "softmax and cross-entropy")->measured < 1e-14);
    assert_true(facts_find(&j.facts, "largest difference of p - y and the slope of the loss", "softmax and cross-entropy")->measured < 1e-8);
    NEAR(facts_find(&j.facts, deeper, "width 16")->predicted, sqrt(2.0 / 16) * gsl_sf_gamma(8) / gsl_sf_gamma(7.5), 1e-12);
    NEAR(facts_find(&j.facts, first, "width 256")->predicted, exp(0.5), 0.1);   /* √(n E Σp²) = √e in wide layers */
    judged_agree(&j, first);
    judged_agree(&j, deeper);
    judged_set(&j, right, "softmax", 0.5, 0.1);
    judged_set(&j, right, "tanh", 0.97, 0.01);
    judged_expect(&j, VERDICT_HOLDS, NULL);
    judged_set(&j, right, "softmax depth 1", 0.97, 0.02);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "at depth 3, 5, 8 only");
    judged_set(&j, right, "softmax", 0.97, 0.02);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "gradients are meant");
    judged_set(&j, deeper, NULL, 12, 1);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "neither starve");
    judged_set(&j, right, "softmax", 0.5, 0.1);
    judged_expect(&j, VERDICT_HOLDS_WHEN, "learning is meant");
    judged_agree(&j, deeper);
    judged_set(&j, "largest difference of the gradient and p - y", NULL, 0.01, 0);
    judged_expect(&j, VERDICT_DOES_NOT_HOLD, "differs from p - y by up to 0.01");
    judged_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(c08), cmocka_unit_test(c09), cmocka_unit_test(c10), cmocka_unit_test(c11),
                                       cmocka_unit_test(c12)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
