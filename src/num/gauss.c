/* Gaussian expectations: one pass of 21-point Gauss-Kronrod over the panels, and QAG where that is not enough.
 * The one thing to know: integrals run over g >= 0 of f(m + sg) + f(m - sg), so what is odd cancels exactly.
 * Piessens, de Doncker-Kapenga, Ueberhuber and Kahaner 1983, QUADPACK; GSL's gsl_integration. */
#include "num/gauss.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum { MOST_POINTS = 256, MOST_PANELS = 1024 };

static const double far = 9.5;       /* in standard deviations; P(|g| > far) = 2e-21 */
static const double tiny = 1e-280;   /* below it QAG's own arithmetic underflows */
static const double growth = 4;      /* of panels, in units of the integrand's scale */

/* Break points in g, ascending, the first 0 and the last `far`. */
typedef struct {
    double at[MOST_POINTS];
    size_t count;
} Points;

typedef struct {
    gsl_integration_workspace *space;
    Points points;
} Level;

struct Gauss {
    Level outer, inner;
};

Gauss *gauss_alloc(void)
{
    Gauss *w = mem_alloc(1, sizeof *w);
    w->outer.space = mem_served(gsl_integration_workspace_alloc(MOST_PANELS));
    w->inner.space = mem_served(gsl_integration_workspace_alloc(MOST_PANELS));
    return w;
}

void gauss_free(Gauss *w)
{
    if (!w)
        return;
    gsl_integration_workspace_free(w->outer.space);
    gsl_integration_workspace_free(w->inner.space);
    free(w);
}

static void start(Points *p)
{
    static const double grid[] = {0, 2.1, 4.6, 9.5};
    p->count = 0;
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
        p->at[p->count++] = grid[i];
}

static void add(Points *p, double g)
{
    g = fabs(g);
    if (g > 0 && g < far && p->count < MOST_POINTS)
        p->at[p->count++] = g;
}

/* x = centre ± scale · 4^j, for x = mean ± sd g; where sd is no longer than the scale, the grid in g is fine enough. */
static void add_scales(Points *p, double centre, double scale, double mean, double sd)
{
    add(p, (centre - mean) / sd);   /* softsign's second derivative jumps there */
    if (!(scale > 0) || sd < 1.5 * scale)
        return;
    const double reach = far * sd + fabs(mean) + fabs(centre);
    for (double u = scale; u < reach; u *= growth) {
        add(p, (centre + u - mean) / sd);
        add(p, (centre - u - mean) / sd);
    }
}

static void finish(Points *p)
{
    gsl_sort(p->at, 1, p->count);
    size_t kept = 1;
    for (size_t i = 1; i < p->count; i++)
        if (p->at[i] > p->at[kept - 1])
            p->at[kept++] = p->at[i];
    p->count = kept;
}

static double density(double g)
{
    return M_SQRT1_2 * M_2_SQRTPI / 2 * exp(-0.5 * g * g);
}

/* One panel beyond the reach of 21 points: bisected until its error is below `allowed`. No extrapolation (QAGP's): integrands
 * are smooth within panels, and its epsilon table turned small noise into NaN. */
static Estimate refine(Level *level, gsl_function *f, double low, double high, double allowed)
{
    Estimate e = {NO_NUMBER, NO_NUMBER, STATUS_OK};
    e.status = status_of_gsl(gsl_integration_qag(f, low, high, allowed, 0, MOST_PANELS, GSL_INTEG_GAUSS21, level->space, &e.value, &e.error));
    return e;
}

/* ∫ f over the panels: tolerances relative to ∫|f|; beyond `worst` the estimate is not converged. *peak is the largest sum of
 * absolute values that went into f: what cancelled in it left rounding errors that no subdivision removes. Errors below
 * `negligible` do not matter. *mass, where given, becomes ∫|f|. */
static Estimate integrate(Level *level, gsl_function *f, double wanted, double worst, const double *peak, double negligible, double *mass)
{
    const Points *p = &level->points;
    const size_t panels = p->count - 1;
    double part[MOST_POINTS], off[MOST_POINTS], gross = 0;
    Estimate e = {0, 0, STATUS_OK};
    for (size_t i = 0; i < panels; i++) {
        double absolute, spread;
        gsl_integration_qk21(f, p->at[i], p->at[i + 1], &part[i], &off[i], &absolute, &spread);
        gross += absolute;
        e.error += off[i];
    }
    if (!isfinite(gross))
        return (Estimate){NO_NUMBER, NO_NUMBER, isnan(gross) ? STATUS_NAN : STATUS_OVERFLOW};
    const double noise = 1e-15 * *peak, goal = fmax(wanted * gross + noise, negligible);
    if (mass)
        *mass = gross;
    const bool enough = e.error <= goal || gross < tiny;
    Status trouble = STATUS_OK;
    e.error = 0;
    for (size_t i = 0; i < panels; i++) {
        Estimate one = {part[i], off[i], STATUS_OK};
        if (!enough && off[i] > goal / (double)panels)
            one = refine(level, f, p->at[i], p->at[i + 1], goal / (double)panels);
        e.value += one.value;
        e.error += one.error;
        trouble = status_worse(trouble, one.status);
    }
    if (trouble != STATUS_OK && !(e.error <= worst * gross + 100 * noise + negligible))
        return (Estimate){NO_NUMBER, e.error, trouble};
    e.error += noise;
    return e;
}

typedef struct {
    const Integrand *f;
    double mean, sd;
    double peak;
} Folded;

static double fold(double weight, double right, double left, double *peak)
{
    *peak = fmax(*peak, weight * (fabs(right) + fabs(left)));
    return weight * (right + left);
}

static double folded(double g, void *context)
{
    Folded *c = context;
    return fold(density(g), c->f->f(c->mean + c->sd * g, c->f->context), c->f->f(c->mean - c->sd * g, c->f->context), &c->peak);
}

Estimate gauss_mean(Gauss *w, const Integrand *f, double mean, double sd)
{
    if (!(sd >= 0) || !isfinite(sd) || !isfinite(mean))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    if (sd == 0) {
        const double value = f->f(mean, f->context);
        return (Estimate){value, fabs(value) * GSL_DBL_EPSILON, isfinite(value) ? STATUS_OK : STATUS_NAN};
    }
    Points *p = &w->inner.points;
    start(p);
    for (size_t i = 0; i < f->n_kinks; i++)
        add(p, (f->kinks[i] - mean) / sd);
    add_scales(p, 0, f->scale, mean, sd);
    finish(p);
    Folded context = {f, mean, sd, 0};
    gsl_function integrand = {folded, &context};
    return integrate(&w->inner, &integrand, 1e-13, 1e-10, &context.peak, 0, NULL);
}

typedef struct {
    Gauss *w;
    const PairIntegrand *f;
    double sd, distance_sd;   /* of the centre and of the half-distance */
    double d;
    double peak;
    double largest;       /* of the outer integrand so far: in its tails, relative accuracy would be wasted */
    double worst_error;
    Status status;
} Pair;

static double centre(double g, void *context)
{
    Pair *c = context;
    return fold(density(g), c->f->f(c->sd * g, c->d, c->f->context), c->f->f(-c->sd * g, c->d, c->f->context), &c->peak);
}

static void centre_points(Points *p, const Pair *c)
{
    start(p);
    for (size_t i = 0; i < c->f->n_kinks; i++) {
        add(p, (c->f->kinks[i] - c->d) / c->sd);
        add(p, (c->f->kinks[i] + c->d) / c->sd);
    }
    add_scales(p, c->d, c->f->scale, 0, c->sd);
    finish(p);
}

/* The expectation over the centre at one half-distance, times the density of the latter. */
static double distance(double g, void *context)
{
    Pair *c = context;
    c->d = c->distance_sd * g;
    Estimate e;
    if (c->sd > 0) {
        centre_points(&c->w->inner.points, c);
        gsl_function integrand = {centre, c};
        c->peak = 0;
        double mass;
        e = integrate(&c->w->inner, &integrand, 1e-13, 1e-10, &c->peak, 1e-14 * c->largest / density(g), &mass);
        c->largest = fmax(c->largest, density(g) * mass);
    } else {
        e = (Estimate){c->f->f(0, c->d, c->f->context), 0, STATUS_OK};
    }
    c->worst_error = fmax(c->worst_error, density(g) * e.error);
    c->status = status_worse(c->status, e.status);
    return 2 * density(g) * e.value;
}

static void distance_points(Points *p, const Pair *c)
{
    start(p);
    for (size_t i = 0; i < c->f->n_kinks; i++)
        for (size_t j = 0; j <= i; j++) {
            add(p, (c->f->kinks[i] - c->f->kinks[j]) / 2 / c->distance_sd);   /* where two kinks meet */
            add(p, (c->f->kinks[i] + c->f->kinks[j]) / 2 / c->distance_sd);
        }
    add_scales(p, 0, c->f->scale, 0, c->distance_sd);
    finish(p);
}

Estimate gauss_pair(Gauss *w, const PairIntegrand *f, double q, double gap)
{
    if (!(q >= 0) || !isfinite(q) || !(gap >= 0 && gap <= 2))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    Pair c = {.w = w, .f = f, .sd = sqrt(q * (1 - gap / 2)), .distance_sd = sqrt(q * (gap / 2)), .status = STATUS_OK};
    const double nothing = 0;
    Estimate e;
    if (c.distance_sd > 0) {
        distance_points(&w->outer.points, &c);
        gsl_function integrand = {distance, &c};
        e = integrate(&w->outer, &integrand, 1e-12, 1e-9, &nothing, 0, NULL);
    } else {
        e = (Estimate){distance(0, &c) / (2 * density(0)), 0, STATUS_OK};
    }
    e.error += 4 * c.worst_error;   /* the outer integrand's mass lies within |g| < 4 */
    e.status = status_worse(e.status, c.status);
    if (e.status != STATUS_OK)
        e.value = NO_NUMBER;
    return e;
}
