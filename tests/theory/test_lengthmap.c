/* Roots of the length map: all of them, and the one that lengths come to.
 * The one thing to know: the local walk and the global one must agree, and both with a plain scan of signs.
 * Poole et al. 2016. */
#include "files.h"

#include <math.h>

#include "theory/critical.h"

static Critical *open_critical(const char *word)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, word, &c), 0);
    return critical_alloc(c);
}

/* The fixed point that lengths come to is the next one on the list of all of them, in the direction in which they move. */
static void attractors(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        const Choice c = {registry_row(&activations, i), registry_row(&activations, i)->standard};
        if (!meanfield_covers(c))
            continue;
        Critical *k = critical_alloc(c);
        for (double w = 0.113; w < 40; w *= 1.37)
            for (double b = 0; b < 9; b = 1.9 * b + 0.0371) {
                FixedPoint all[CRITICAL_MOST], a;
                const size_t n = critical_fixed_points(k, w, b, all);
                for (double q = 1e-3; q < 2000; q *= 61.7) {
                    const double drift = meanfield_length(critical_meanfield(k), w, b, log(q)) - log(q);
                    size_t at = n;
                    for (size_t j = 0; j < n && isfinite(all[j].q_star); j++)
                        if (drift > 0 ? at == n && all[j].q_star >= q : all[j].q_star <= q)
                            at = j;
                    critical_attractor(k, w, b, q, &a);
                    if (at == n) {
                        assert_true(isnan(a.q_star) && a.status == STATUS_NO_FIXED_POINT);
                        continue;
                    }
                    assert_true(fabs(a.q_star - all[at].q_star) <= 1e-12 * a.q_star && fabs(a.chi_1 - all[at].chi_1) <= 1e-12 * a.chi_1);
                    assert_int_equal(a.q_stable, all[at].q_stable);
                }
            }
        critical_free(k);
    }
}

/* Critical without biases: q* = 0, from wherever lengths start, for every row with φ(0) = 0 that bends down. */
static void attracted_to_zero(void **state)
{
    (void)state;
    static const char *const words[] = {"tanh", "erf", "sin", "softsign", "hardtanh", "arctan"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Critical *k = open_critical(words[i]);
        FixedPoint p, a;
        critical_line(k, 0, &p);
        for (double q = 0.073; q < 3; q *= 7.3) {
            critical_attractor(k, p.sigma_w, 0, q, &a);
            assert_true(a.q_star == 0 && a.q_stable == Q_MARGINAL && a.chi_1 == 1);
            critical_attractor(k, 0.7 * p.sigma_w, 0, q, &a);
            assert_true(a.q_star == 0 && a.q_stable == Q_STABLE);
        }
        critical_free(k);
    }
}

/* No root is missed or invented: as many as changes of sign in steps of 1/100, where the latter are clear. */
static void every_root(void **state)
{
    (void)state;
    static const char *const words[] = {"silu", "gelu", "mish", "elu:3", "swish:-0.7", "softplus", "sin", "hardtanh", "arctan"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Critical *k = open_critical(words[i]);
        for (double w = 0.571; w < 3; w *= 1.117)
            for (double b = 0.0113; b < 2; b *= 1.71) {
                FixedPoint all[CRITICAL_MOST];
                const size_t n = critical_fixed_points(k, w, b, all);
                size_t changes = 0;
                double last = 1;
                for (double t = -12; t < 40; t += 0.01) {
                    const double drift = meanfield_length(critical_meanfield(k), w, b, t) - t;
                    changes += (drift < 0) != (last < 0);
                    last = drift;
                }
                if (n != (changes ? changes : 1) && !(n == 1 && changes == 0))
                    fail_msg("%s at %g, %g: %zu roots, %zu changes of sign", words[i], w, b, n, changes);
            }
        critical_free(k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attractors),
        cmocka_unit_test(attracted_to_zero),
        cmocka_unit_test(every_root),
    };
    return cmocka_run_group_tests_name("theory/lengthmap", tests, NULL, NULL);
}
