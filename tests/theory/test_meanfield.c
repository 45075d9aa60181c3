/* Mean-field moments: closed forms against quadrature, tables against both, published numbers, every row of the table of activations.
 * The one thing to know: rows without closed forms are held to the same accuracy; the walk covers new rows unedited.
 * Poole et al. 2016; Schoenholz et al. 2017; Klambauer et al. 2017; Cho and Saul 2009; Williams 1997. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "theory/closed.h"
#include "theory/meanfield.h"

static Choice choose(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return c;
}

static Choice row(size_t i)
{
    const Named *named = registry_row(&activations, i);
    return (Choice){named, named->standard};
}

static void near(double x, double truth, double relative)
{
    if (!(fabs(x - truth) <= relative * fabs(truth)))
        fail_msg("%.17g is not %.17g within %g", x, truth, relative);
}

static double moment(MeanField *m, Moment which, double q)
{
    const Estimate e = meanfield_moment(m, which, q);
    assert_int_equal(e.status, STATUS_OK);
    return e.value;
}

/* E φ² and E φ'² at q = 1: Klambauer et al. 2017 (selu), Poole et al. 2016 (tanh), He et al. 2015 (relu); the rest by the
 * definitions in Hendrycks and Gimpel 2016, Ramachandran et al. 2017, Misra 2020, by independent quadrature to 12 digits. */
static const struct {
    const char *activation;
    double square, slope_square;
} at_one[] = {
    {"relu", 0.5, 0.5},
    {"tanh", 0.394294490398, 0.464402902448},
    {"sigmoid", 0.293379035858, 0.044836241350},
    {"selu", 1, 1.071574992456},
    {"elu", 0.644945417493, 0.668102001223},
    {"gelu", 0.425221482570, 0.455850865649},
    {"silu", 0.355775519817, 0.379482351633},
    {"softplus", 0.921245908859, 0.293379035858},
    {"mish", 0.452342192376, 0.479083758374},
    {"hardtanh", 0.516058550962, 0.682689492137},
};

static void published(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof at_one / sizeof *at_one; i++) {
        MeanField *m = meanfield_alloc(choose(at_one[i].activation));
        assert_true(fabs(moment(m, MOMENT_SQUARE, 1) - at_one[i].square) < 6e-13);
        assert_true(fabs(moment(m, MOMENT_SLOPE_SQUARE, 1) - at_one[i].slope_square) < 6e-13);
        meanfield_free(m);
    }
}

static void closed_is_quadrature(void **state)
{
    (void)state;
    int count;
    const Closed *rows = closed_rows(&count);
    for (int i = 0; i < count; i++) {
        Choice c = choose(rows[i].activation);
        if (c.row->parameter)
            c.parameter = -0.31;
        MeanField *m = meanfield_alloc(c);
        for (int k = 0; k < MOMENT_COUNT; k++)
            for (double q = 1e-12; q < 2e12; q *= 41.7) {
                if (!strcmp(rows[i].activation, "sin") && q > 1e3)
                    continue;   /* oscillates faster than quadrature can follow: the closed form is the only way */
                const Estimate by_form = meanfield_moment(m, (Moment)k, q), by_rule = meanfield_quadrature(m, (Moment)k, q);
                assert_int_equal(by_rule.status, STATUS_OK);
                assert_true(fabs(by_form.value - by_rule.value) <= 2e-13 * fabs(by_form.value) + by_rule.error + by_form.error);
            }
        meanfield_free(m);
    }
}

/* E elu² and E elu'² by Φ and completing squares, at moderate q where nothing cancels (Tsuchida et al. 2021). */
static void elu_forms(void **state)
{
    (void)state;
    MeanField *m = meanfield_alloc(choose("elu:1.3"));
    for (double q = 0.3; q < 30; q *= 2.1) {
        const double s = sqrt(q), a = 1.3;
        const double once = exp(q / 2) * erfc(s * M_SQRT1_2) / 2, twice = exp(2 * q) * erfc(2 * s * M_SQRT1_2) / 2;
        near(moment(m, MOMENT_SQUARE, q), q / 2 + a * a * (twice - 2 * once + 0.5), 1e-13);
        near(moment(m, MOMENT_SLOPE_SQUARE, q), 0.5 + a * a * twice, 1e-13);
    }
    meanfield_free(m);
}

static void tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        if (!meanfield_covers(row(i)))
            continue;
        MeanField *m = meanfield_alloc(row(i));
        for (double t = -34.7; t < 34; t += 2.385) {
            const double q = exp(t), v = moment(m, MOMENT_SQUARE, q), k = moment(m, MOMENT_SLOPE_SQUARE, q);
            Averages a;
            meanfield_at(m, t, &a);
            assert_int_equal(a.status, STATUS_OK);
            near(exp(a.ln_v), v, 1e-12);
            near(exp(a.ln_k), k, 1e-12);
            assert_true(fabs(a.growth - moment(m, MOMENT_GROWTH, q) / v) < 1e-12);
            assert_true(fabs(a.tilt - moment(m, MOMENT_MEAN, q) / sqrt(v)) < 1e-12);
            Ratios r;
            meanfield_ratios(m, t, &r);
            assert_int_equal(r.status, STATUS_OK);
            near(r.fourth, moment(m, MOMENT_FOURTH, q) / (v * v), 1e-12);
            near(r.slope_fourth, moment(m, MOMENT_SLOPE_FOURTH, q) / (k * k), 1e-12);
            near(r.mixed, moment(m, MOMENT_MIXED, q) / (v * k), 1e-12);
            near(r.far, moment(m, MOMENT_FAR_SQUARE, q) / (q * k), 1e-12);
        }
        meanfield_free(m);
    }
}

/* Growth is the derivative of ln V, for every row. */
static void growth(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        if (!meanfield_covers(row(i)))
            continue;
        MeanField *m = meanfield_alloc(row(i));
        for (double t = -20.3; t < 20; t += 4.77) {
            Averages a, low, high;
            meanfield_at(m, t, &a);
            meanfield_at(m, t - 1e-3, &low);
            meanfield_at(m, t + 1e-3, &high);
            assert_true(fabs((high.ln_v - low.ln_v) / 2e-3 - a.growth) < 1e-6);
        }
        meanfield_free(m);
    }
}

/* Beyond the table: relu halves q at any size; tanh is linear below and saturates above, K ~ q^(-1/2). */
static void beyond(void **state)
{
    (void)state;
    MeanField *relu = meanfield_alloc(choose("relu")), *tanh_ = meanfield_alloc(choose("tanh"));
    Averages a, b;
    for (double t = -5000; t <= 5000; t += 1234.5) {
        meanfield_at(relu, t, &a);
        near(a.ln_v, t - M_LN2, 1e-13);
        near(a.ln_k, -M_LN2, 1e-13);
        near(a.tilt, sqrt(1 / M_PI), 1e-13);
        assert_true(fabs(meanfield_length(relu, sqrt(2), 0, t) - t) < 1e-10);
    }
    meanfield_at(tanh_, -400, &a);
    near(a.ln_v, -400, 1e-12);
    meanfield_at(tanh_, 100, &a);
    meanfield_at(tanh_, 300, &b);
    assert_true(fabs(a.ln_v) < 1e-12 && fabs(b.ln_v) < 1e-12);
    near(b.ln_k - a.ln_k, -100, 1e-12);
    meanfield_at(tanh_, NO_NUMBER, &a);
    assert_int_equal(a.status, STATUS_NAN);
    assert_true(isnan(a.ln_v));
    /* ln(0 + σ_b²), and nothing at all */
    near(meanfield_length(tanh_, 0, 0.2, 1), 2 * log(0.2), 1e-13);
    assert_true(meanfield_length(tanh_, 0, 0, 1) == -HUGE_VAL);
    meanfield_free(relu);
    meanfield_free(tanh_);
}

static void pairs(void **state)
{
    (void)state;
    static const char *const words[] = {"linear", "relu", "leaky-relu:-0.31", "erf"};
    for (size_t i = 0; i < 4; i++) {
        MeanField *m = meanfield_alloc(choose(words[i]));
        for (double q = 1e-12; q < 2e12; q *= 9131)
            for (double gap = 1e-25; gap < 2; gap *= 2897) {
                const Estimate e = meanfield_apart_quadrature(m, q, gap), x = meanfield_apart(m, q, gap);
                assert_int_equal(e.status, STATUS_OK);
                near(e.value, x.value, 2e-13);
                const Estimate s = meanfield_slopes_quadrature(m, q, gap), y = meanfield_slopes(m, q, gap);
                assert_true(fabs(s.value - y.value) < 2e-13 * moment(m, MOMENT_SLOPE_SQUARE, q));
            }
        meanfield_free(m);
    }
}

/* Every activation: apart → q gap K as the gap → 0, V - C at gap 1 (independent arguments), and E φ'² = slopes at gap 0. */
static void pair_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        if (!meanfield_covers(row(i)))
            continue;
        MeanField *m = meanfield_alloc(row(i));
        const double q = 2.385, mean = moment(m, MOMENT_MEAN, q), k = moment(m, MOMENT_SLOPE_SQUARE, q);
        near(meanfield_apart(m, q, 1e-18).value, q * 1e-18 * k, 1e-8);
        near(meanfield_apart(m, q, 1).value, moment(m, MOMENT_SQUARE, q) - mean * mean, 1e-11);
        near(meanfield_slopes(m, q, 0).value, k, 1e-11);
        near(meanfield_slopes(m, q, 1).value, pow(moment(m, MOMENT_SLOPE, q), 2), 1e-9);
        assert_true(meanfield_apart(m, q, 0).value == 0);
        double squares, slope_squares, slopes;
        assert_int_equal(meanfield_pairs_roughly(m, q, 1e-9, &squares, &slope_squares, &slopes), STATUS_OK);
        near(squares, moment(m, MOMENT_FOURTH, q), 1e-3);
        near(slope_squares, moment(m, MOMENT_SLOPE_FOURTH, q), 1e-3);
        near(slopes, k, 1e-3);
        assert_int_equal(meanfield_pairs_roughly(m, q, 1, &squares, &slope_squares, &slopes), STATUS_OK);
        near(squares, pow(moment(m, MOMENT_SQUARE, q), 2), 1e-3);
        near(slope_squares, k * k, 1e-3);
        /* Far below 1 and far above, the leading power. */
        assert_int_equal(meanfield_apart(m, 1e-200, 0.3).status, STATUS_OK);
        assert_int_equal(meanfield_apart(m, 1e200, 0.3).status, STATUS_OK);
        assert_int_equal(meanfield_slopes(m, 1e200, 0.3).status, STATUS_OK);
        assert_int_equal(meanfield_apart(m, q, 2.001).status, STATUS_NAN);
        assert_int_equal(meanfield_slopes(m, NO_NUMBER, 1).status, STATUS_NAN);
        meanfield_free(m);
    }
}

/* Pairs against composite Gauss-Legendre sums in long double, in the coordinates u1 and u2 given u1 (NumPy, 40 points a panel). */
static void pairs_computed_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        double q, gap, apart;
    } known[] = {
        {"tanh", 2.385, 0.37, 2.341482152770317e-01}, {"tanh", 0.0417, 1.63, 6.287213112110839e-02}, {"tanh", 731, 0.0129, 7.717537550318481e-02},
        {"tanh", 17.3, 3.1e-05, 6.794259485230984e-05}, {"tanh", 33000, 0.81, 8.739133130638002e-01}, {"selu", 2.385, 0.37, 7.614789482115246e-01},
        {"selu", 0.0417, 1.63, 1.114762892195165e-01}, {"selu", 731, 0.0129, 5.27305291927302e+00}, {"selu", 17.3, 3.1e-05, 3.741971097258104e-04},
        {"selu", 33000, 0.81, 1.069044098214247e+04}, {"elu:0.5", 2.385, 0.37, 4.236413890114046e-01},
        {"elu:0.5", 0.0417, 1.63, 3.551053180201754e-02}, {"elu:0.5", 731, 0.0129, 4.609129264136307e+00},
        {"elu:0.5", 17.3, 3.1e-05, 2.743736628093465e-04}, {"elu:0.5", 33000, 0.81, 9.614547423792816e+03},
        {"hardtanh", 2.385, 0.37, 2.990423251376531e-01}, {"hardtanh", 0.0417, 1.63, 6.797087061834892e-02},
        {"hardtanh", 731, 0.0129, 8.447226657596727e-02}, {"hardtanh", 17.3, 3.1e-05, 1.010253702206228e-04},
        {"hardtanh", 33000, 0.81, 8.753755111514852e-01}, {"softsign", 2.385, 0.37, 1.10588401045662e-01},
        {"softsign", 0.0417, 1.63, 3.979031278532231e-02}, {"softsign", 731, 0.0129, 4.586543656498102e-02},
        {"softsign", 17.3, 3.1e-05, 3.36281915675552e-05}, {"softsign", 33000, 0.81, 8.380429261453420e-01},
        {"swish:2", 2.385, 0.37, 3.774633886534768e-01}, {"swish:2", 0.0417, 1.63, 1.744312084651407e-02},
        {"swish:2", 731, 0.0129, 4.569720899976591e+00}, {"swish:2", 17.3, 3.1e-05, 2.723749669951627e-04},
        {"swish:2", 33000, 0.81, 9.585425512882556e+03}, {"mish", 2.385, 0.37, 4.011574172807372e-01}, {"mish", 0.0417, 1.63, 2.450688973784399e-02},
        {"mish", 731, 0.0129, 4.588924535211293e+00}, {"mish", 17.3, 3.1e-05, 2.757654172591547e-04}, {"mish", 33000, 0.81, 9.585647720466600e+03},
        {"softplus", 2.385, 0.37, 2.742957557680315e-01}, {"softplus", 0.0417, 1.63, 1.702485812226193e-02},
        {"softplus", 731, 0.0129, 4.497730555302565e+00}, {"softplus", 17.3, 3.1e-05, 2.208357887408876e-04},
        {"softplus", 33000, 0.81, 9.584789127088335e+03}, {"sigmoid", 2.385, 0.37, 2.933832147481640e-02},
        {"sigmoid", 0.0417, 1.63, 4.162067817871828e-03}, {"sigmoid", 731, 0.0129, 1.489456905353744e-02},
        {"sigmoid", 17.3, 3.1e-05, 8.272873076898144e-06}, {"sigmoid", 33000, 0.81, 2.173826741171967e-01},
        {"arctan", 2.385, 0.37, 2.801557304286039e-01}, {"arctan", 0.0417, 1.63, 6.30297399129512e-02},
        {"arctan", 731, 0.0129, 1.227371280671139e-01}, {"arctan", 17.3, 3.1e-05, 7.896321304425599e-05},
        {"arctan", 33000, 0.81, 2.092916833364996e+00}, {"sin", 2.385, 0.37, 2.991235904941794e-01}, {"sin", 0.0417, 1.63, 6.52093846575923e-02},
        {"sin", 731, 0.0129, 4.999598563858710e-01}, {"sin", 17.3, 3.1e-05, 2.680781084298909e-04},
        {"gelu-tanh", 2.385, 0.37, 3.801430597835941e-01}, {"gelu-tanh", 0.0417, 1.63, 1.730062714512235e-02},
        {"gelu-tanh", 731, 0.0129, 4.573319391096282e+00}, {"gelu-tanh", 17.3, 3.1e-05, 2.738070837599805e-04},
        {"gelu-tanh", 33000, 0.81, 9.585452871370248e+03},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        MeanField *m = meanfield_alloc(choose(known[i].word));
        near(meanfield_apart(m, known[i].q, known[i].gap).value, known[i].apart, 1e-11);
        near(meanfield_apart_quadrature(m, known[i].q, known[i].gap).value, known[i].apart, 1e-11);
        meanfield_free(m);
    }
}

/* Far out φ is a hinge but for a little, which takes another route: the two meet, for every row that grows. */
static void far_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        if (!meanfield_covers(row(i)))
            continue;
        MeanField *m = meanfield_alloc(row(i));
        for (double q = meanfield_top(m) > 0 ? 2.385e4 : HUGE_VAL; q < 1e27; q *= 7.1e4)
            for (double gap = 1.7e-13; gap < 2; gap *= 703) {
                const Estimate e = meanfield_apart_quadrature(m, q, gap), x = meanfield_apart(m, q, gap);
                assert_int_equal(e.status, STATUS_OK);
                assert_int_equal(x.status, STATUS_OK);
                near(x.value, e.value, 1e-10);
                if (!(fabs(x.value - e.value) <= x.error + e.error + 1e-13 * e.value))
                    fail_msg("%s, q = %g, gap = %g: off by %g, said %g", row(i).row->name, q, gap, (x.value - e.value) / e.value, (x.error + e.error) / e.value);
            }
        meanfield_free(m);
    }
}

/* The kernel of order 2 at its ends, at independence, and half-way (Cho and Saul 2009, eq. 5); what pairs at large q use is it. */
static void hinge_squares(void **state)
{
    (void)state;
    const double q = 2.385, low = -0.31, high = 1.7, fourth = pow(low, 4) + pow(high, 4), square = low * low + high * high;
    near(closed_hinge_squares(q, 0, low, high), 1.5 * fourth * q * q, 1e-14);
    near(closed_hinge_squares(q, 2, low, high), 3 * low * low * high * high * q * q, 1e-12);
    near(closed_hinge_squares(q, 1, low, high), square * square * q * q / 4, 1e-14);
    near(closed_hinge_squares(q, 0.5, 0, 1), q * q * (0.75 * sqrt(3) + M_PI) / (2 * M_PI), 1e-14);
    MeanField *m = meanfield_alloc(choose("selu"));
    for (double gap = 0.037; gap < 2; gap *= 1.9) {
        double near_squares, near_slopes, near_both, squares, slopes, both;
        assert_int_equal(meanfield_pairs_roughly(m, 0.99e7, gap, &near_squares, &near_slopes, &near_both), STATUS_OK);
        assert_int_equal(meanfield_pairs_roughly(m, 1.01e7, gap, &squares, &slopes, &both), STATUS_OK);
        near(squares / 1.01 / 1.01, near_squares / 0.99 / 0.99, 3e-3);
        near(slopes, near_slopes, 3e-3);
        near(both, near_both, 3e-3);
    }
    meanfield_free(m);
}

static void facts(void **state)
{
    (void)state;
    assert_false(meanfield_covers(choose("softmax")));
    static const struct {
        const char *word;
        bool homogeneous, odd, smooth;
        double zero, top;
    } facts_[] = {
        {"linear", true, true, true, 0, 1},   {"leaky-relu:0.3", true, false, false, 0, (1 + 0.09) / 2},
        {"elu", false, false, true, 0, 0.5},  {"elu:2", false, false, false, 0, 0.5},
        {"swish:0", true, true, true, 0, 0.25}, {"swish:1000", false, false, true, 0, 0.5},
        {"sigmoid", false, false, true, 0.5, 0}, {"hardtanh", false, true, true, 0, 0},
        {"sin", false, true, true, 0, 0},     {"selu", false, false, false, 0, SELU_LAMBDA * SELU_LAMBDA / 2},
    };
    for (size_t i = 0; i < sizeof facts_ / sizeof *facts_; i++) {
        MeanField *m = meanfield_alloc(choose(facts_[i].word));
        assert_int_equal(meanfield_homogeneous(m), facts_[i].homogeneous);
        assert_int_equal(meanfield_odd(m), facts_[i].odd);
        assert_int_equal(meanfield_smooth_at_zero(m), facts_[i].smooth);
        assert_true(meanfield_at_zero(m) == facts_[i].zero);
        near(meanfield_top(m), facts_[i].top, 1e-14);
        meanfield_free(m);
    }
}

/* An activation with a length of its own: swish:β is swish(βx)/β, so V_β(q) = V(β²q)/β². */
static void sharp(void **state)
{
    (void)state;
    MeanField *one = meanfield_alloc(choose("swish")), *many = meanfield_alloc(choose("swish:1e5"));
    for (double q = 1e-12; q < 2e6; q *= 37) {
        near(moment(many, MOMENT_SQUARE, q), moment(one, MOMENT_SQUARE, 1e10 * q) / 1e10, 1e-12);
        near(moment(many, MOMENT_SLOPE_SQUARE, q), moment(one, MOMENT_SLOPE_SQUARE, 1e10 * q), 1e-12);
    }
    meanfield_free(one);
    meanfield_free(many);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published), cmocka_unit_test(closed_is_quadrature), cmocka_unit_test(elu_forms),
        cmocka_unit_test(tables),    cmocka_unit_test(growth),               cmocka_unit_test(beyond),
        cmocka_unit_test(pairs),     cmocka_unit_test(pair_limits),          cmocka_unit_test(facts),
        cmocka_unit_test(hinge_squares),
        cmocka_unit_test(pairs_computed_elsewhere),
        cmocka_unit_test(far_pairs),
        cmocka_unit_test(sharp),
    };
    return cmocka_run_group_tests_name("theory/meanfield", tests, NULL, NULL);
}
