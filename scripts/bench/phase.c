/* A phase diagram (q*, chi_1, chi_par over sigma_w x sigma_b) on one thread, for make bench: fathom's tables, erf's closed form, direct quadrature.
 * The one thing to know: every route starts anew each time (tables included) and follows lengths from q = 1; all agree, which is printed.
 * phase ROUTE ACTIVATION: CPU milliseconds of one diagram, and the sums of ln q*, chi_1 and chi_par where there is a fixed point. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <gsl/gsl_errno.h>

#include "theory/critical.h"

enum { SIDE = 41 };

typedef struct {
    double q, chi_1, chi_par;   /* q NaN: no fixed point */
} Phase;

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double sigma_w(int i) { return 0.5 + 3.5 * i / (SIDE - 1); }
static double sigma_b(int j) { return 0.05 + 1.95 * j / (SIDE - 1); }

static void by_tables(Phase *out, Choice activation)
{
    Critical *k = critical_alloc(activation);
    for (int i = 0; i < SIDE * SIDE; i++) {
        FixedPoint p;
        critical_attractor(k, sigma_w(i / SIDE), sigma_b(i % SIDE), 1, &p);
        out[i] = (Phase){p.q_star, p.chi_1, p.chi_par};
    }
    critical_free(k);
}

/* erf: Q = w² (2/π) asin(2q/(1 + 2q)) + b², chi_1 = w² (4/π)/√(1 + 4q), chi_par = dQ/dq (Williams 1997; Poole et al. 2016). Q is concave,
 * so Newton's steps on Q - q from above converge; from below they are capped. */
static void by_closed_form(Phase *out, Choice activation)
{
    (void)activation;
    for (int i = 0; i < SIDE * SIDE; i++) {
        const double w2 = sigma_w(i / SIDE) * sigma_w(i / SIDE), b2 = sigma_b(i % SIDE) * sigma_b(i % SIDE);
        double q = w2 + b2, step = 1, chi_par = 0;
        for (int k = 0; k < 100 && fabs(step) > 1e-14 * q; k++) {
            const double length = w2 * (2 / M_PI) * asin(2 * q / (1 + 2 * q)) + b2;
            chi_par = w2 * (4 / M_PI) / ((1 + 2 * q) * sqrt(1 + 4 * q));
            step = (length - q) / (1 - chi_par);
            q += step;
        }
        out[i] = (Phase){q, w2 * (4 / M_PI) / sqrt(1 + 4 * q), chi_par};
    }
}

/* The same Newton steps with moments by adaptive quadrature each time. */
static void by_quadrature(Phase *out, Choice activation)
{
    MeanField *m = meanfield_alloc(activation);
    for (int i = 0; i < SIDE * SIDE; i++) {
        const double w2 = sigma_w(i / SIDE) * sigma_w(i / SIDE), b2 = sigma_b(i % SIDE) * sigma_b(i % SIDE);
        double q = w2 + b2, step = 1, chi_par = 0;
        for (int k = 0; k < 100 && fabs(step) > 1e-13 * q; k++) {
            const double length = w2 * meanfield_quadrature(m, MOMENT_SQUARE, q).value + b2;
            chi_par = w2 * meanfield_quadrature(m, MOMENT_GROWTH, q).value / q;
            step = (length - q) / (1 - chi_par);
            q += step;
        }
        out[i] = (Phase){q, w2 * meanfield_quadrature(m, MOMENT_SLOPE_SQUARE, q).value, chi_par};
    }
    meanfield_free(m);
}

static const struct {
    const char *name;
    void (*draw)(Phase *out, Choice activation);
} routes[] = {{"tables", by_tables}, {"closed", by_closed_form}, {"quadrature", by_quadrature}};

int main(int argc, char **argv)
{
    static Phase out[SIDE * SIDE];
    Choice activation;
    gsl_set_error_handler_off();
    if (argc != 3 || registry_choose(&activations, argv[2], &activation) || !meanfield_covers(activation))
        return 2;
    for (size_t r = 0; r < sizeof routes / sizeof *routes; r++) {
        if (strcmp(argv[1], routes[r].name))
            continue;
        double sum[3] = {0, 0, 0};
        int many = 0;
        const double start = cpu_seconds();
        do
            routes[r].draw(out, activation);
        while (++many, cpu_seconds() - start < 0.2);
        const double milliseconds = 1e3 * (cpu_seconds() - start) / many;
        for (int i = 0; i < SIDE * SIDE; i++)
            if (!isnan(out[i].q)) {
                sum[0] += log(out[i].q);
                sum[1] += out[i].chi_1;
                sum[2] += out[i].chi_par;
            }
        printf("%.6g,%.12g,%.12g,%.12g\n", milliseconds, sum[0], sum[1], sum[2]);
        return 0;
    }
    return 2;
}
