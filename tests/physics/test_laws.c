/* The laws that plain networks obey, against measurement: exact ones at finite width, and mean-field ones at large width.
 * The one thing to know: every statistical bound is 6 standard errors (2e-9), and there are fewer than 400: a false alarm below 1e-6.
 * Hanin and Nica 2020 (products of matrices); Poole et al. 2016, Schoenholz et al. 2017 (mean field); Klambauer et al. 2017 (SELU);
 * Saxe et al. 2014 (orthogonal); Glorot and Bengio 2010; Lu et al. 2020 (dying ReLU). */
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_psi.h>

#include "support.h"

/* The law is the same through another generator, and through the engine that never forms a weight. */
typedef struct {
    const char *name;
    const Engine *engine;
    const gsl_rng_type *const *generator;
    double share;   /* of the sample, where a route is slow */
} Route;

static const Route routes[] = {
    {"dense", &dense_engine, &philox_type, 1},
    {"implicit", &implicit_engine, &philox_type, 2},
    {"dense, mt19937", &dense_engine, &gsl_rng_mt19937, 0.1},
    {"dense, ranlxd2", &dense_engine, &gsl_rng_ranlxd2, 0.02},
};
enum { ROUTES = sizeof routes / sizeof *routes };

static uint32_t networks(const Route *r, double quick)
{
    return (uint32_t)ceil(quick * r->share * (slow() ? 20 : 1));
}

static Net open_on(const Route *r, NetSpec spec)
{
    return net_open_engine(spec, r->engine, true, *r->generator, NULL);
}

/* Mean and variance within 6 standard errors; that of the variance from the sample's own fourth moment. */
typedef struct {
    double n, sum[5];
} Powers;

static void powers_add(Powers *p, double x)
{
    p->n += 1;
    for (int k = 1; k <= 4; k++)
        p->sum[k] += pow(x, k);
}

static void expect_moments(const Powers *p, double mean, double variance, const char *route, const char *what)
{
    const double m = p->sum[1] / p->n, second = p->sum[2] / p->n - m * m;
    const double fourth = p->sum[4] / p->n - 4 * m * p->sum[3] / p->n + 6 * m * m * p->sum[2] / p->n - 3 * m * m * m * m;
    NEAR(m, mean, 6 * sqrt(variance / p->n), "%s, %s: mean of %g", route, what, p->n);
    NEAR(second, variance, 6 * sqrt((fourth - second * second) / p->n), "%s, %s: variance of %g", route, what, p->n);
}

/* Increments of ln ‖h‖² toward the output and of ln ‖δ‖² toward the input, over all layers of many networks. */
static void increments(const Route *r, const char *words, uint32_t count, Powers *forward, Powers *backward)
{
    Net n = open_on(r, support_spec("%s batch=1", words));
    *forward = *backward = (Powers){0, {0}};
    for (uint32_t seed = 0; seed < count; seed++) {
        net_run(&n, seed, NULL);
        for (int64_t layer = 1; layer <= n.spec.depth; layer++)
            powers_add(forward, M_LN10 * (net_cell(&n, layer, COL_log10_h_ms) - net_cell(&n, layer - 1, COL_log10_h_ms)));
        for (int64_t layer = 1; layer < n.spec.depth; layer++)
            powers_add(backward, 2 * M_LN10 * (net_cell(&n, layer, COL_log10_grad_z_norm) - net_cell(&n, layer + 1, COL_log10_grad_z_norm)));
    }
    net_close(&n);
}

/* ‖h'‖²/‖h‖² = (2/n) χ²_K with K ~ Bin(n, ½), given K > 0: mean and variance of its logarithm. */
static void relu_moments(int n, double *mean, double *variance)
{
    double total = 0, first = 0, second = 0, trigamma = 0;
    for (int k = 1; k <= n; k++) {
        const double p = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * M_LN2), psi = gsl_sf_psi(k / 2.0);
        total += p;
        first += p * psi;
        second += p * psi * psi;
        trigamma += p * gsl_sf_psi_1(k / 2.0);
    }
    *mean = first / total + log(4.0 / n);
    *variance = trigamma / total + second / total - first * first / total / total;
}

static void he_relu(void **state)
{
    (void)state;
    static const struct {
        int width, networks;
        double mean, variance;   /* computed to ten digits when this test was written; to leading order -5/(2n) and 5/n (Hanin and Nica) */
    } cases[] = {{32, 300, -0.082540208, 0.177497787}, {256, 40, -0.009828659, 0.019818709}};
    for (size_t i = 0; i < 2; i++) {
        double mean, variance;
        relu_moments(cases[i].width, &mean, &variance);
        NEAR(mean, cases[i].mean, 1e-9, "E ln at width %d", cases[i].width);
        NEAR(variance, cases[i].variance, 1e-9, "Var ln at width %d", cases[i].width);
        for (size_t r = 0; r < ROUTES; r++) {
            char words[128];
            Powers forward, backward;
            snprintf(words, sizeof words, "activation=relu init=he-normal depth=50 width=%d", cases[i].width);
            increments(&routes[r], words, networks(&routes[r], cases[i].networks), &forward, &backward);
            expect_moments(&forward, mean, variance, routes[r].name, "ReLU, forward");
            expect_moments(&backward, mean, variance, routes[r].name, "ReLU, backward");
        }
    }
}

/* ‖W h‖²/‖h‖² = χ²_n / n. */
static void gaussian_linear(void **state)
{
    (void)state;
    const struct {
        int width, networks;
    } cases[] = {{32, 300}, {256, 40}};
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r < ROUTES; r++) {
            const double n = cases[i].width;
            char words[128];
            Powers forward, backward;
            snprintf(words, sizeof words, "activation=linear init=lecun-normal depth=50 width=%d", cases[i].width);
            increments(&routes[r], words, networks(&routes[r], cases[i].networks), &forward, &backward);
            expect_moments(&forward, gsl_sf_psi(n / 2) + log(2 / n), gsl_sf_psi_1(n / 2), routes[r].name, "linear, forward");
            expect_moments(&backward, gsl_sf_psi(n / 2) + log(2 / n), gsl_sf_psi_1(n / 2), routes[r].name, "linear, backward");
        }
}

/* Orthogonal and linear: every norm is kept, or multiplied by the gain, to rounding. */
static void orthogonal_linear(void **state)
{
    (void)state;
    for (size_t r = 0; r < 2; r++)
        for (int gained = 0; gained < 2; gained++)
            for (int batch = 1; batch <= 5; batch += 4) {
                const double rate = gained ? log10(1.7) : 0;
                Net n = open_on(&routes[r], support_spec("activation=linear init=orthogonal:%s depth=200 width=40 batch=%d", gained ? "1.7" : "1", batch));
                net_run(&n, 6, NULL);
                for (int64_t layer = 1; layer <= 200; layer++) {
                    const double steps = 200 - (double)layer, slack = 1e-13 * (steps + 1);
                    NEAR(net_cell(&n, layer, COL_log10_grad_z_norm), net_cell(&n, 200, COL_log10_grad_z_norm) + rate * steps, slack, "backward, layer %lld",
                         (long long)layer);
                    NEAR(net_cell(&n, layer, COL_log10_h_ms) / 2, net_cell(&n, 0, COL_log10_h_ms) / 2 + rate * (double)layer, 1e-13 * (double)(layer + 1),
                         "forward, layer %lld", (long long)layer);
                }
                NEAR(n.network.grad_decay_log10, rate, 1e-13, "decay");
                net_close(&n);
            }
}

/* E f(√q g)² over a standard normal g, f being φ or φ', split at the kinks. */
typedef struct {
    double (*f)(double, double);
    double a, q;
} Integrand;

static double integrand(double g, void *context)
{
    const Integrand *i = context;
    const double f = i->f(sqrt(i->q) * g, i->a);
    return f * f * exp(-g * g / 2) / sqrt(2 * M_PI);
}

static double gaussian_square(Choice c, bool slope, double q)
{
    const Activation *act = activation_of(c);
    Integrand in = {slope ? act->slope_at : act->value_at, c.parameter, q};
    gsl_function f = {integrand, &in};
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
    double points[4] = {-12}, result = 0, error;
    size_t n = 1;
    for (size_t k = 0; k < act->n_kinks; k++)
        points[n++] = act->kinks[k] / sqrt(q);
    points[n++] = 12;
    gsl_integration_qagp(&f, points, n, 0, 1e-12, 1000, w, &result, &error);
    gsl_integration_workspace_free(w);
    return result;
}

static Choice activation_named(const char *name)
{
    Choice c;
    assert_int_equal(registry_choose(&activations, name, &c), 0);
    return c;
}

/* One layer from the sphere has pre-activations N(0, 1) exactly: E φ² and E φ'² of every activation, and fractions by φ'. */
static void one_layer(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double value, slope;   /* E φ(g)², E φ'(g)² by quadrature, to 12 digits; SELU's: Klambauer et al. 2017, ReLU's: He et al. 2015 */
    } known[] = {
        {"relu", 0.5, 0.5}, {"tanh", 0.394294490398, 0.464402902448}, {"sigmoid", 0.293379035858, 0.044836241350}, {"selu", 1, 1.071574992456},
        {"elu", 0.644945417493, 0.668102001223}, {"gelu", 0.425221482570, 0.455850865649}, {"silu", 0.355775519817, 0.379482351633},
        {"softplus", 0.921245908859, 0.293379035858}, {"mish", 0.452342192376, 0.479083758374}, {"hardtanh", 0.516058550962, 0.682689492137},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        NEAR(gaussian_square(activation_named(known[k].name), false, 1), known[k].value, 2e-12, "E phi² of %s", known[k].name);
        NEAR(gaussian_square(activation_named(known[k].name), true, 1), known[k].slope, 2e-12, "E phi'² of %s", known[k].name);
    }
    for (size_t r = 0; r < 3; r++)
        for (size_t i = 0; i < activations.count; i++) {
            const char *name = registry_row(&activations, i)->name;
            if (!activation_of(activation_named(name))->slope)
                continue;
            Net n = net_open_engine(support_spec("activation=%s init=gaussian depth=1 width=1000 input_width=3 batch=1", name), routes[r].engine, true,
                                    *routes[r].generator, NULL);
            n.spec.input.kind = INPUT_SPHERE;
            Running value = {0, 0, 0}, slope = {0, 0, 0}, plain = {0, 0, 0};
            for (uint32_t seed = 0; seed < networks(&routes[r], 100); seed++) {
                net_run(&n, seed, NULL);
                running_add(&plain, net_cell(&n, 1, COL_z_mean));
                running_add(&value, net_cell(&n, 1, COL_h_ms));
                running_add(&slope, pow(net_cell(&n, 1, COL_grad_z_norm), 2));
            }
            const Choice c = n.spec.activation;
            NEAR(plain.mean, 0, 6 / sqrt(1000 * plain.n), "%s, %s: E z", routes[r].name, name);
            NEAR(value.mean, gaussian_square(c, false, 1), 6 * sqrt(running_variance(&value) / value.n), "%s, %s: E phi²", routes[r].name, name);
            NEAR(slope.mean, gaussian_square(c, true, 1), 6 * sqrt(running_variance(&slope) / slope.n), "%s, %s: E phi'²", routes[r].name, name);
            net_close(&n);
        }
}

/* Sigmoid with Glorot's weights: q* = 0.264686875182, χ₁ = 0.055720706770, 0.236052339 a layer (Schoenholz et al. 2017, eq. 5). */
static void sigmoid_decay(void **state)
{
    (void)state;
    const Choice c = activation_named("sigmoid");
    double q = 1;
    for (int i = 0; i < 200; i++)
        q = gaussian_square(c, false, q);
    NEAR(q, 0.264686875182, 2e-12, "q*");
    NEAR(gaussian_square(c, true, q), 0.055720706770, 2e-12, "chi_1");
    NEAR(sqrt(gaussian_square(c, true, q)), 0.236052339, 1e-9, "factor a layer");
    for (size_t r = 0; r < 3; r++) {
        Net n = open_on(&routes[r], support_spec("activation=sigmoid init=glorot-normal depth=100 width=400 batch=2"));
        Running decay = {0, 0, 0}, error = {0, 0, 0};
        for (uint32_t seed = 0; seed < (r == 1 ? 100u : 6u) * (slow() ? 20 : 1); seed++) {
            net_run(&n, seed, NULL);
            running_add(&decay, n.network.grad_decay_log10);
            running_add(&error, n.network.grad_decay_se);
        }
        const double finite = 3.0 / 400, bound = 6 * sqrt(running_variance(&decay) / decay.n);
        NEAR(decay.mean, log10(0.236052339), bound + finite * M_LOG10E, "%s: decay of sigmoid, 3/n beside the error", routes[r].name);
        if (r == 1)   /* honest: increments of different layers are independent; 100 networks know their spread to 7 % */
            NEAR(error.mean / sqrt(running_variance(&decay)), 1, 0.4, "the decay's standard error");
        net_close(&n);
    }
}

typedef struct {
    double scale, shift;
} Input2;

static void move_input(void *context, TapPoint what, int64_t layer, const Rows *x)
{
    const Input2 *to = context;
    (void)layer;
    for (size_t i = 0; what == TAP_X && i < x->rows * x->cols; i++)
        x->x[i] = to->scale * x->x[i] + to->shift;
}

/* SELU from inputs of other means and variances comes to mean 0, variance 1, along E φ(√q g)² with q₁ = variance + mean². */
static void selu_fixed_point(void **state)
{
    (void)state;
    static const Input2 inputs[] = {{1.3, 0.2}, {0.6, -0.3}, {1, 0}, {2, 1}};
    const Choice c = activation_named("selu");
    for (size_t i = 0; i < 4; i++) {
        Input2 to = inputs[i];
        Net n = open_on(&routes[1], support_spec("activation=selu init=lecun-normal depth=40 width=3000 batch=1"));
        Running ms[41] = {{0, 0, 0}}, mean = {0, 0, 0};
        double q = to.scale * to.scale + to.shift * to.shift;
        n.spec.input.kind = INPUT_SPHERE;
        for (uint32_t seed = 0; seed < (slow() ? 2000 : 100); seed++) {
            net_run(&n, seed, &(Tap){move_input, &to});
            for (int64_t layer = 1; layer <= 40; layer++)
                running_add(&ms[layer], net_cell(&n, layer, COL_h_ms));
            running_add(&mean, net_cell(&n, 40, COL_h_mean));
        }
        for (int64_t layer = 1; layer <= 40; layer++) {
            q = gaussian_square(c, false, q);
            NEAR(ms[layer].mean, q, 6 * sqrt(running_variance(&ms[layer]) / ms[layer].n) + 10.0 / 3000, "E h² at layer %lld", (long long)layer);
        }
        NEAR(q, 1, 1e-3, "the map's fixed point");
        NEAR(mean.mean, 0, 6 * sqrt(running_variance(&mean) / mean.n) + 1e-3, "mean of h");
        net_close(&n);
    }
}

/* SELU keeps its moments, yet the squared gradient grows by λ²(½ + α²e²Φ(-2)) = 1.0715749924558 a layer. */
static void selu_gradient(void **state)
{
    (void)state;
    const double chi = SELU_LAMBDA * SELU_LAMBDA * (0.5 + SELU_ALPHA * SELU_ALPHA * exp(2) * 0.5 * erfc(M_SQRT2));
    NEAR(chi, 1.0715749924558, 1e-13, "chi_1");
    Net n = open_on(&routes[1], support_spec("activation=selu init=lecun-normal depth=40 width=3000 batch=1"));
    Running growth = {0, 0, 0};
    n.spec.input.kind = INPUT_SPHERE;
    for (uint32_t seed = 0; seed < (slow() ? 4000 : 200); seed++) {
        net_run(&n, seed, NULL);
        running_add(&growth, 2 * M_LN10 * n.network.grad_decay_log10);
    }
    NEAR(growth.mean, log(chi), 6 * sqrt(running_variance(&growth) / growth.n) + 4.0 / 3000, "ln growth a layer, 4/n beside the error");
    net_close(&n);
}

/* tanh with σ_w = 1 is critical: q_ℓ ~ 1/(2ℓ), and the squared gradient falls like a power, 0.7207/L at L = 100 from q₁ = 1. */
static void tanh_power_law(void **state)
{
    (void)state;
    enum { DEPTH = 100, WIDTH = 20000 };
    const Choice c = activation_named("tanh");
    Net n = open_on(&routes[1], support_spec("activation=tanh init=glorot-normal depth=%d width=%d batch=1", DEPTH, WIDTH));
    Running ratio[DEPTH + 1] = {{0, 0, 0}}, ms[DEPTH + 1] = {{0, 0, 0}};
    n.spec.input.kind = INPUT_SPHERE;
    for (uint32_t seed = 0; seed < (slow() ? 500 : 25); seed++) {
        net_run(&n, seed, NULL);
        for (int64_t layer = 1; layer <= DEPTH; layer++) {
            running_add(&ratio[layer], 2 * M_LN10 * (net_cell(&n, layer, COL_log10_grad_z_norm) - net_cell(&n, DEPTH, COL_log10_grad_z_norm)));
            running_add(&ms[layer], M_LN10 * net_cell(&n, layer, COL_log10_h_ms));
        }
    }
    double q = 1, product = 0, chi[DEPTH + 1];
    for (int layer = 1; layer <= DEPTH; layer++) {
        chi[layer] = gaussian_square(c, true, q);
        q = gaussian_square(c, false, q);
        NEAR(ms[layer].mean, log(q), 6 * sqrt(running_variance(&ms[layer]) / ms[layer].n) + 3.0 * layer / WIDTH, "ln q at layer %d", layer);
    }
    for (int layer = DEPTH - 1; layer >= 1; layer--) {
        product += log(chi[layer]);
        NEAR(ratio[layer].mean, product, 6 * sqrt(running_variance(&ratio[layer]) / ratio[layer].n) + 3.0 * (DEPTH - layer) / WIDTH,
             "ln of the squared gradient, layer %d over the last", layer);
    }
    NEAR(DEPTH * exp(product), 0.7207, 5e-5, "L times the ratio");
    net_close(&n);
}

/* Two inputs at a right angle: c' = (√(1 - c²) + (π - acos c) c)/π a layer (Cho and Saul 2009). */
static void relu_correlation(void **state)
{
    (void)state;
    enum { DEPTH = 30, WIDTH = 3000 };
    Net n = open_on(&routes[1], support_spec("activation=relu init=he-normal depth=%d width=%d batch=2", DEPTH, WIDTH));
    Running cosine[DEPTH + 1] = {{0, 0, 0}};
    double c = 0;
    for (uint32_t seed = 0; seed < (slow() ? 2000 : 100); seed++) {
        net_run(&n, seed, NULL);
        for (int64_t layer = 0; layer <= DEPTH; layer++)
            running_add(&cosine[layer], net_cell(&n, layer, COL_h_cos));
    }
    for (int layer = 0; layer <= DEPTH; layer++) {
        NEAR(cosine[layer].mean, c, 6 * sqrt(running_variance(&cosine[layer]) / cosine[layer].n) + 3.0 / WIDTH, "cosine at layer %d", layer);
        c = (sqrt(1 - c * c) + (M_PI - acos(c)) * c) / M_PI;
    }
    net_close(&n);
}

/* P(dead by layer L) = 1 - (1 - 2^-n)^L for one input (Lu et al. 2020): 0.7369 for n = 3, L = 10. */
static void dead_relu(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROUTES; r++) {
        Net n = open_on(&routes[r], support_spec("activation=relu init=he-normal depth=10 width=3 batch=1"));
        Running dead[11] = {{0, 0, 0}};
        for (uint32_t seed = 0; seed < networks(&routes[r], 10000); seed++) {
            net_run(&n, seed, NULL);
            for (int64_t layer = 1; layer <= 10; layer++) {
                const bool gone = net_cell(&n, layer, COL_zero_frac) == 1;
                assert_true(gone == (net_cell(&n, layer, COL_log10_h_ms) == -HUGE_VAL));
                running_add(&dead[layer], gone);
            }
            assert_true((n.rows[0].value[COL_grad_h_norm] == 0) == (dead[10].n > 0 && net_cell(&n, 10, COL_zero_frac) == 1));
        }
        for (int layer = 1; layer <= 10; layer++) {
            const double p = 1 - pow(1 - 0.125, layer);
            NEAR(dead[layer].mean, p, 6 * sqrt(p * (1 - p) / dead[layer].n), "%s: share dead by layer %d", routes[r].name, layer);
        }
        net_close(&n);
    }
    NEAR(1 - pow(0.875, 10), 0.7369, 5e-5, "the known number");
}

/* Made input: E⟨x_a, x_b⟩ = C width, E|x|² = width, exactly so on the sphere; the cotangent has E‖·‖² = 1. */
typedef struct {
    Running product, square, cotangent;
    double worst_sphere;
} Inputs;

static void see_input(void *context, TapPoint what, int64_t layer, const Rows *x)
{
    Inputs *in = context;
    double total = 0;
    for (size_t i = 0; i < x->rows * x->cols; i++)
        total += x->x[i] * x->x[i];
    if (what == TAP_GRAD_H && layer == 2)
        running_add(&in->cotangent, total);
    if (what != TAP_X)
        return;
    for (size_t a = 1; a < x->rows; a++) {
        double product = 0, square = 0;
        for (size_t i = 0; i < x->cols; i++) {
            product += rows_at(x, a)[i] * rows_at(x, a - 1)[i] / (double)x->cols;
            square += rows_at(x, a)[i] * rows_at(x, a)[i] / (double)x->cols;
        }
        in->worst_sphere = fmax(in->worst_sphere, fabs(square - 1));
        if (a == 1)
            running_add(&in->product, product);
        if (a == 1)
            running_add(&in->square, square);
    }
}

static void inputs(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROUTES; r++)
        for (int corr = 0; corr <= 10; corr += 5)
            for (int sphere = 0; sphere < 2; sphere++) {
                const double c = corr / 10.0;
                Net n = open_on(&routes[r], support_spec("activation=tanh depth=2 width=6 batch=3 input_width=37 input_corr=%g", c));
                Inputs in = {.worst_sphere = 0};
                n.spec.input.kind = sphere ? INPUT_SPHERE : INPUT_GAUSSIAN;
                for (uint32_t seed = 0; seed < networks(&routes[r], 2000); seed++)
                    net_run(&n, seed, &(Tap){see_input, &in});
                const double bias = sphere ? 1.0 / 37 : 0;   /* the mean cosine on the sphere is C up to O(1/width) */
                NEAR(in.product.mean, c, 6 * sqrt(running_variance(&in.product) / in.product.n) + bias + 1e-12, "%s: correlation %g", routes[r].name, c);
                NEAR(in.square.mean, 1, sphere ? 1e-13 : 6 * sqrt(2 / 37.0 / in.square.n), "%s: mean square", routes[r].name);
                if (sphere)
                    assert_true(in.worst_sphere < 1e-14);
                NEAR(in.cotangent.mean, 1, 6 * sqrt(2 / 18.0 / in.cotangent.n), "%s: squared cotangent", routes[r].name);
                net_close(&n);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(he_relu),       cmocka_unit_test(gaussian_linear),  cmocka_unit_test(orthogonal_linear), cmocka_unit_test(one_layer),
        cmocka_unit_test(sigmoid_decay), cmocka_unit_test(selu_fixed_point), cmocka_unit_test(selu_gradient),     cmocka_unit_test(tanh_power_law),
        cmocka_unit_test(relu_correlation), cmocka_unit_test(dead_relu),  cmocka_unit_test(inputs),
    };
    return cmocka_run_group_tests_name("physics/laws", tests, numbers_ready, NULL);
}
