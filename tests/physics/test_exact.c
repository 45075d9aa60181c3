/* Exact laws of networks at finite width, through the implicit map: up to 10^5 networks of every width.
 * The one thing to know: every bound is 5 standard errors (5.7e-7), or a Kolmogorov-Smirnov p of 1e-6; there are some 400 of them, so an
 * unlucky key comes once in 4,000. Widths that are no power of two are among them. FATHOM_SLOW=1: 10^5 networks everywhere.
 * ReLU: Hanin and Nica 2020; linear: Wishart's χ²; Lyapunov exponents: Newman 1986; dying ReLU: Lu et al. 2020. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sort.h>

#include "net/arrays.h"

enum { KEEP = 1000 };

/* Moments about the law's mean, and the first values for their distribution. */
typedef struct {
    double n, sum, two, three, four, first[KEEP];
} Tally;

typedef struct {
    double mean, variance;
} Law;

static void tally(Tally *t, double x, double centre)
{
    const double y = x - centre;
    if (t->n < KEEP)
        t->first[(size_t)t->n] = x;
    t->n++;
    t->sum += y;
    t->two += y * y;
    t->three += y * y * y;
    t->four += y * y * y * y;
}

static void check_moments(const Tally *t, Law law, const char *what, unsigned width)
{
    const double mean = t->sum / t->n, var = t->two / t->n - mean * mean;
    const double fourth = t->four / t->n - 4 * mean * t->three / t->n + 6 * mean * mean * t->two / t->n - 3 * mean * mean * mean * mean;
    const double off_mean = mean / sqrt(law.variance / t->n), off_variance = (var - law.variance) / sqrt((fourth - var * var) / t->n);
    if (getenv("FATHOM_LAWS"))
        print_message("# %s, width %u: %.0f numbers, mean off by %.2f, variance by %.2f standard errors\n", what, width, t->n, off_mean, off_variance);
    if (!(fabs(off_mean) < 5 && fabs(off_variance) < 5))
        fail_msg("%s, width %u: mean off by %.2f, variance by %.2f standard errors", what, width, off_mean, off_variance);
}

/* ln of a ratio of squared norms: P(ln(‖h'‖²/‖h‖²) ≤ x). */
static double relu_cdf(double x, unsigned n)
{
    const double at = 0.5 * n * exp(x), spread = 8 * sqrt(n / 4.0) + 1;
    double total = 0, weight = 0;
    for (unsigned k = 1; k <= n; k++)
        if (fabs(k - 0.5 * n) < spread) {
            const double p = gsl_ran_binomial_pdf(k, 0.5, n);
            weight += p;
            total += p * gsl_cdf_chisq_P(at, k);
        }
    return total / weight;
}

static double linear_cdf(double x, unsigned n)
{
    return gsl_cdf_chisq_P(n * exp(x), n);
}

/* ln(χ²_K 2/n) given K > 0, K ~ Bin(n, 1/2). */
static Law relu_law(unsigned n)
{
    double weight = 0, mean = 0, square = 0, within = 0;
    for (unsigned k = 1; k <= n; k++) {
        const double p = gsl_ran_binomial_pdf(k, 0.5, n), psi = gsl_sf_psi(0.5 * k);
        weight += p;
        mean += p * psi;
        square += p * psi * psi;
        within += p * gsl_sf_psi_1(0.5 * k);
    }
    mean /= weight;
    return (Law){mean + log(4.0 / n), within / weight + square / weight - mean * mean};
}

static Law linear_law(unsigned n)
{
    return (Law){gsl_sf_psi(0.5 * n) + log(2.0 / n), gsl_sf_psi_1(0.5 * n)};
}

typedef struct {
    const char *name, *init;
    Law (*law)(unsigned n);
    double (*cdf)(double x, unsigned n);
} Kind;

static const Kind kinds[] = {{"relu", "he-normal", relu_law, relu_cdf}, {"linear", "lecun-normal", linear_law, linear_cdf}};

/* Kolmogorov's limit law with Stephens's correction for finite samples. */
static void check_distribution(Tally *t, const Kind *kind, const char *what, unsigned width)
{
    const size_t n = t->n < KEEP ? (size_t)t->n : KEEP;
    double distance = 0, p = 0;
    gsl_sort(t->first, 1, n);
    for (size_t i = 0; i < n; i++) {
        const double f = kind->cdf(t->first[i], width);
        distance = fmax(distance, fmax(f - (double)i / (double)n, (double)(i + 1) / (double)n - f));
    }
    const double root = sqrt((double)n), lambda = (root + 0.12 + 0.11 / root) * distance;
    for (int k = 1; k < 100; k++)
        p += (k % 2 ? 2 : -2) * exp(-2 * k * k * lambda * lambda);
    if (lambda > 0.3 && !(p > 1e-6))
        fail_msg("%s, width %u: distribution off, p = %.2g", what, width, p);
}

static uint32_t networks(unsigned width, unsigned depth)
{
    const double quick = fmin(3e4, 5e6 / width / depth);
    return (uint32_t)(getenv("FATHOM_SLOW") ? 1e5 : getenv("FATHOM_SANITIZER") ? fmin(500, quick / 10) : quick);
}

/* Ratios of squared norms over layers, forward and backward; backward they are independent of their direction. All layers are
 * independent as long as none is dead, so the sum over layers has the sum of variances. */
static void check_width(const Kind *kind, unsigned width, const char *format)
{
    enum { DEPTH = 4 };
    char words[160], name[64];
    static Tally forward, backward, through, back;
    const Law law = kind->law(width), all = {(DEPTH - 1) * law.mean, (DEPTH - 1) * law.variance};
    forward = backward = through = back = (Tally){0};
    snprintf(words, sizeof words, "activation=%s init=%s depth=%d width=%u batch=1 dtype=%s", kind->name, kind->init, (int)DEPTH, width, format);
    snprintf(name, sizeof name, "%s, %s", kind->name, format);
    Net net = net_open(words, &implicit_engine);
    for (uint32_t seed = 0; seed < networks(width, DEPTH); seed++) {
        net_run(&net, 21 + width, seed, NULL);
        const bool alive = isfinite(net.rows[DEPTH].value[COL_log10_h_ms]) && net.rows[DEPTH].value[COL_h_ms] > 0;
        double up = 0, down = 0;
        for (int l = 2; l <= DEPTH; l++) {
            const double a = M_LN10 * (net.rows[l].value[COL_log10_h_ms] - net.rows[l - 1].value[COL_log10_h_ms]);
            const double b = 2 * M_LN10 * (net.rows[l - 1].value[COL_log10_grad_z_norm] - net.rows[l].value[COL_log10_grad_z_norm]);
            if (!isfinite(a))
                break;
            tally(&forward, a, law.mean);
            if (alive && isfinite(b))
                tally(&backward, b, law.mean);
            up += a;
            down += b;
        }
        if (alive && isfinite(up + down) && width > 30) {
            tally(&through, up, all.mean);
            tally(&back, down, all.mean);
        }
    }
    check_moments(&forward, law, name, width);
    check_moments(&backward, law, "its gradient", width);
    if (width > 30) {
        check_moments(&through, all, "three layers", width);
        check_moments(&back, all, "three layers of its gradient", width);
    }
    if (width < 300) {
        check_distribution(&forward, kind, name, width);
        check_distribution(&backward, kind, "its gradient", width);
    }
    net_close(&net);
}

static void test_increments(void **state)
{
    (void)state;
    static const unsigned widths[] = {7, 8, 32, 33, 256, 1000, 1024, 4096};
    assert_near(relu_law(32).mean, -0.082540208, 1e-9);       /* Hanin and Nica 2020, recomputed */
    assert_near(relu_law(32).variance, 0.177497787, 1e-9);
    assert_near(relu_law(256).mean, -0.009828659, 1e-9);
    assert_near(relu_law(256).variance, 0.019818709, 1e-9);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (size_t k = 0; k < 2; k++) {
            check_width(&kinds[k], widths[i], "float64");
            if (widths[i] < 1000 || getenv("FATHOM_SLOW"))
                check_width(&kinds[k], widths[i], "float32");
        }
}

/* ‖Wh‖²/‖h‖² and ‖δW‖²/‖δ‖² of one matrix, h and δ independent of it: variances 2/n, covariance 2/n². Zero if backward forgets forward. */
static void test_forward_knows_backward(void **state)
{
    (void)state;
    static const unsigned widths[] = {3, 7, 8, 33};   /* at 33 only 10^5 networks tell it from 0 */
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        const double n = widths[i];
        char words[160];
        static Tally product;
        product = (Tally){0};
        snprintf(words, sizeof words, "activation=linear init=lecun-normal depth=1 width=%u batch=1", widths[i]);
        Net net = net_open(words, &implicit_engine);
        for (uint32_t seed = 0; seed < 3 * networks(widths[i], 4); seed++) {
            net_run(&net, 400, seed, NULL);
            const double up = net.rows[1].value[COL_h_ms] / net.rows[0].value[COL_h_ms];
            const double down = net.rows[0].value[COL_grad_h_norm] / net.rows[1].value[COL_grad_h_norm];
            tally(&product, (up - 1) * (down * down - 1), 0);
        }
        const double mean = product.sum / product.n, sd = sqrt((product.two / product.n - mean * mean) / product.n);
        if (getenv("FATHOM_LAWS"))
            print_message("# covariance at width %.0f: %.4g +- %.2g, exact %.4g\n", n, mean, sd, 2 / n / n);
        if (!(fabs(mean - 2 / n / n) < 5 * sd))
            fail_msg("covariance at width %.0f: %.4g +- %.2g, exact %.4g", n, mean, sd, 2 / n / n);
        assert_true(n > 10 || 2 / n / n > 8 * sd || getenv("FATHOM_SANITIZER"));
        net_close(&net);
    }
}

/* P(one input dead by layer L) = 1 - (1 - 2^-n)^L. */
static void test_dying(void **state)
{
    (void)state;
    static const unsigned widths[] = {1, 2, 3, 5, 7, 8, 11};
    static const char *const formats[] = {"float64", "float32"};
    enum { DEPTH = 10 };
    for (size_t i = 0; i < 2 * (sizeof widths / sizeof *widths); i++) {
        const unsigned n = widths[i / 2];
        double dead[DEPTH + 1] = {0};
        char words[160];
        snprintf(words, sizeof words, "activation=relu init=he-normal depth=%d width=%u batch=1 dtype=%s", (int)DEPTH, n, formats[i % 2]);
        Net net = net_open(words, &implicit_engine);
        const uint32_t count = networks(n, 40);
        for (uint32_t seed = 0; seed < count; seed++) {
            net_run(&net, 500 + n, seed, NULL);
            for (int l = 1; l <= DEPTH; l++)
                dead[l] += net.rows[l].value[COL_zero_frac] == 1;
            assert_true((net.rows[0].value[COL_grad_h_norm] == 0) == (net.rows[DEPTH].value[COL_zero_frac] == 1));
        }
        for (int l = 1; l <= DEPTH; l++) {
            const double p = 1 - pow(1 - ldexp(1, -(int)n), l), sd = sqrt(p * (1 - p) / count);
            if (!(fabs(dead[l] / count - p) < 5 * sd + 2.0 / count))   /* the second term: Poisson's tail at small p */
                fail_msg("width %u, layer %d: %g of %u dead, expected %g", n, l, dead[l], count, p * count);
        }
        net_close(&net);
    }
    assert_near(1 - pow(0.875, 10), 0.7369, 5e-5);   /* n = 3, L = 10 */
}

/* ln of the squared lengths left after Gram-Schmidt, the rows (batch × n) destroyed. */
static void squared_heights(double *out, double *rows, size_t batch, size_t n)
{
    for (size_t k = 0; k < batch; k++) {
        double *x = rows + k * n;
        for (int twice = 0; twice < 2; twice++)
            for (size_t j = 0; j < k; j++) {
                const double along = arrays_product(x, rows + j * n, n);
                for (size_t i = 0; i < n; i++)
                    x[i] -= along * rows[j * n + i];
            }
        const double square = arrays_product(x, x, n);
        out[k] = log(square);
        for (size_t i = 0; i < n; i++)
            x[i] /= sqrt(square);
    }
}

/* A linear product of n × n matrices: the k-th height of a batch grows by χ²_{n-k+1}/n a layer, independently; half its mean logarithm is
 * the k-th Lyapunov exponent. Backward the same. Samples turn parallel: at depth 60 the last height is a millionth of the first. */
static void check_exponents(unsigned width, unsigned batch, unsigned depth)
{
    char words[160], what[64];
    static Tally forward[8], backward[8];
    const size_t n = width, b = batch, room = n * b;
    double *copy = mem_doubles(room), before[8], after[8];
    memset(forward, 0, sizeof forward);
    memset(backward, 0, sizeof backward);
    snprintf(words, sizeof words, "activation=linear init=lecun-normal depth=%u width=%u batch=%u", depth, width, batch);
    Net net = net_open(words, &implicit_engine);
    Arrays a = arrays_open(&net);
    for (uint32_t seed = 0; seed < networks(width * batch * batch, depth); seed++) {
        net_run(&net, 600 + width, seed, &(Tap){arrays_see, &a});
        for (int side = 0; side < 2; side++)
            for (size_t l = 0; l <= depth; l++) {
                const double *from = side ? a.g + (depth - l) * a.room : a.h + l * a.room;
                memcpy(copy, from, room * sizeof *copy);
                memcpy(before, after, sizeof before);
                squared_heights(after, copy, b, n);
                for (size_t k = 0; l > 0 && k < b; k++)
                    tally(side ? &backward[k] : &forward[k], after[k] - before[k], gsl_sf_psi(0.5 * (width - (double)k)) + log(2.0 / width));
            }
    }
    for (size_t k = 0; k < b; k++) {
        const Law law = {gsl_sf_psi(0.5 * (width - (double)k)) + log(2.0 / width), gsl_sf_psi_1(0.5 * (width - (double)k))};
        snprintf(what, sizeof what, "exponent %zu of %u, depth %u", k + 1, batch, depth);
        check_moments(&forward[k], law, what, width);
        check_moments(&backward[k], law, "its gradient", width);
    }
    arrays_close(&a);
    net_close(&net);
    free(copy);
}

static void test_lyapunov_exponents(void **state)
{
    (void)state;
    check_exponents(7, 6, 6);
    check_exponents(8, 8, 4);
    check_exponents(8, 4, 60);
    check_exponents(33, 5, 20);
    check_exponents(256, 4, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_increments),
        cmocka_unit_test(test_forward_knows_backward),
        cmocka_unit_test(test_dying),
        cmocka_unit_test(test_lyapunov_exponents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
