/* Gaussian expectations by adaptive quadrature: E f(m + s g), and E f(u1, u2) of two correlated normals.
 * The one thing to know: panels begin and end at the integrand's kinks and grow by fours from its own length scale, because
 * Gauss-Hermite nodes miss both (E tanh'(10 g)^2 with 64 nodes is 97 % wrong). Piessens et al. 1983, QUADPACK, through GSL. */
#ifndef NUM_GAUSS_H
#define NUM_GAUSS_H

#include <stdbool.h>
#include <stddef.h>

#include "num/status.h"

/* A number, how far off it may be, and what became of it; the value is NaN unless the status is ok. */
typedef struct {
    double value, error;
    Status status;
} Estimate;

/* A function of one variable, and where it is not smooth. */
typedef struct {
    double (*f)(double x, const void *context);
    const void *context;
    const double *kinks;    /* where f or its derivative jumps */
    size_t n_kinks;         /* at most GAUSS_KINKS */
    double scale;           /* the length over which f varies near 0; 1 for the usual activations */
    void (*many)(double *restrict out, const double *restrict x, size_t n, const void *context);   /* instead of f: up to GAUSS_TOGETHER at a time */
} Integrand;

enum { GAUSS_KINKS = 4, GAUSS_TOGETHER = 168, GAUSS_FAMILY = 4 };

/* A function of the centre x and the half-distance d of two arguments x + d and x - d, at up to GAUSS_TOGETHER centres at a time, with
 * f(x, d) = f(x, -d); kinks and scale are those of the function applied to the arguments. */
typedef struct {
    void (*f)(double *restrict out, const double *restrict x, double d, size_t n, const void *context);
    const void *context;
    const double *kinks;
    size_t n_kinks;
    double scale;
    bool even;              /* f(-x, d) = f(x, d): half the work */
} PairIntegrand;

/* Workspaces, allocated once; a Gauss belongs to one thread. */
typedef struct Gauss Gauss;

Gauss *gauss_alloc(void);
void gauss_free(Gauss *w);

/* E f(mean + sd g), g ~ N(0, 1). Relative to E|f| the error is about 1e-14, and never above 1e-10 where the status is ok.
 * Gaussian mass beyond 9.5 standard deviations (2e-21) is left out: f may grow like a power, not exponentially. */
Estimate gauss_mean(Gauss *w, const Integrand *f, double mean, double sd);

/* E f((u1 + u2)/2, (u1 - u2)/2) with u1, u2 ~ N(0, q) of correlation 1 - gap, 0 <= gap <= 2. Taking the gap and not the
 * correlation keeps nearly equal arguments apart. Mass beyond 8.3 standard deviations (1e-16) is left out. Error relative to E|f| about 1e-12, never above 1e-9 where ok. */
Estimate gauss_pair(Gauss *w, const PairIntegrand *f, double q, double gap);

/* `functions` (at most GAUSS_FAMILY) expectations of one pair at once, without an error estimate, by five or ten points a panel: to about 1e-3 or
 * 1e-7 of E|f|. f fills n values of the first, then n of the second, and so on. STATUS_NAN where one is not finite; 0 < gap < 2. */
typedef enum { GAUSS_FIVE, GAUSS_TEN } GaussPoints;
Status gauss_pair_roughly(Gauss *w, const PairIntegrand *f, GaussPoints points, size_t functions, double q, double gap, double *out);

#endif
