/* Gaussian expectations: one pass of 21-point Gauss-Kronrod over the panels, and bisection where that is not enough.
 * The one thing to know: integrals run over g >= 0 of f(m + sg) + f(m - sg), so what is odd cancels exactly.
 * Piessens, de Doncker-Kapenga, Ueberhuber and Kahaner 1983, QUADPACK; GSL's gsl_integration. */
#include "num/gauss.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "num/breaks.h"
#include "num/kronrod.h"
#include "num/vecmath.h"

enum { MOST_PANELS = 1024, LANES = 8 };

static const double far = 9.5, nearly_far = 8.3;   /* standard deviations: of one variable, and of each of two */
static const double tiny = 1e-280;   /* below it QAG's own arithmetic underflows */

_Static_assert((int)GAUSS_TOGETHER >= (int)KRONROD_TOGETHER, "a call of kronrod_panels fits");

static const size_t points_of[] = {[GAUSS_FIVE] = 5, [GAUSS_TEN] = 10};

typedef struct {
    gsl_integration_workspace *space;
    Breaks breaks;
} Level;

struct Gauss {
    Level outer, inner;
    gsl_integration_glfixed_table *few[2];
};

Gauss *gauss_alloc(void)
{
    Gauss *w = mem_alloc(1, sizeof *w);
    w->outer.space = mem_served(gsl_integration_workspace_alloc(MOST_PANELS));
    w->inner.space = mem_served(gsl_integration_workspace_alloc(MOST_PANELS));
    for (int i = 0; i < 2; i++)
        w->few[i] = mem_served(gsl_integration_glfixed_table_alloc(points_of[i]));
    return w;
}

void gauss_free(Gauss *w)
{
    if (!w)
        return;
    gsl_integration_workspace_free(w->outer.space);
    gsl_integration_workspace_free(w->inner.space);
    for (int i = 0; i < 2; i++)
        gsl_integration_glfixed_table_free(w->few[i]);
    free(w);
}

static double density(double g)
{
    return M_SQRT1_2 * M_2_SQRTPI / 2 * exp(-0.5 * g * g);
}

/* What is integrated: point by point through GSL, or many points at a time. */
typedef struct {
    gsl_function *points;
    const VectorFunction *vectors;
} Function1;

static void pass(Panel *out, const Function1 *f, const double *at, size_t panels)
{
    if (f->vectors) {
        kronrod_panels(out, f->vectors, at, panels);
        return;
    }
    double spread;
    for (size_t i = 0; i < panels; i++)
        gsl_integration_qk21(f->points, at[i], at[i + 1], &out[i].value, &out[i].error, &out[i].absolute, &spread);
}

/* One panel beyond the reach of 21 points: bisected until its error is below `allowed`. No extrapolation (QAGP's): integrands
 * are smooth within panels, and its epsilon table turned small noise into NaN. */
static Estimate refine(Level *level, const Function1 *f, Panel whole, double low, double high, double allowed)
{
    Estimate e = {NO_NUMBER, NO_NUMBER, STATUS_OK};
    if (f->vectors) {
        const Panel p = kronrod_refine(f->vectors, whole, low, high, allowed);
        return (Estimate){p.value, p.error, p.error <= allowed ? STATUS_OK : STATUS_NOT_CONVERGED};
    }
    e.status = status_of_gsl(gsl_integration_qag(f->points, low, high, allowed, 0, MOST_PANELS, GSL_INTEG_GAUSS21, level->space, &e.value, &e.error));
    return e;
}

/* ∫ f over the panels: tolerances relative to ∫|f|; beyond `worst` the estimate is not converged. *peak is the largest sum of
 * absolute values that went into f: what cancelled in it left rounding errors that no subdivision removes. Errors below
 * `negligible` do not matter. *mass, where given, becomes ∫|f|. */
static Estimate integrate(Level *level, const Function1 *f, double wanted, double worst, const double *peak, double negligible, double *mass)
{
    const double *at = level->breaks.at;
    const size_t panels = level->breaks.count - 1;
    Panel part[MOST_BREAKS];
    double gross = 0;
    Estimate e = {0, 0, STATUS_OK};
    pass(part, f, at, panels);
    for (size_t i = 0; i < panels; i++) {
        gross += part[i].absolute;
        e.error += part[i].error;
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
        Estimate one = {part[i].value, part[i].error, STATUS_OK};
        if (!enough && part[i].error > goal / (double)panels)
            one = refine(level, f, part[i], at[i], at[i + 1], goal / (double)panels);
        e.value += one.value;
        e.error += one.error;
        trouble = status_worse(trouble, one.status);
    }
    if (trouble != STATUS_OK && !(e.error <= worst * gross + 100 * noise + negligible))
        return (Estimate){NO_NUMBER, e.error, trouble};
    e.error += noise;
    return e;
}

/* Density times f(sd g) + f(-sd g) at the nodes of one panel, and the largest sum of absolute values. */
MULTIVERSION static double fold(double *restrict out, double *restrict left, const double *restrict g, size_t n)
{
    double lane[LANES] = {0}, peak = 0;
    for (size_t i = 0; i < n; i++) {
        const double weight = M_SQRT1_2 * M_2_SQRTPI / 2 * vec_exp(-0.5 * g[i] * g[i]), sum = out[i] + left[i];
        left[i] = weight * (fabs(out[i]) + fabs(left[i]));
        out[i] = weight * sum;
    }
    for (size_t i = 0; i < n; i += LANES)
        for (size_t k = 0; k < LANES && i + k < n; k++)
            lane[k] = left[i + k] > lane[k] ? left[i + k] : lane[k];
    for (size_t k = 0; k < LANES; k++)
        peak = lane[k] > peak ? lane[k] : peak;
    return peak;
}

typedef struct {
    const Integrand *f;
    double mean, sd;
    double peak;
} Folded;

static double folded(double g, void *context)
{
    Folded *c = context;
    const double weight = density(g), right = c->f->f(c->mean + c->sd * g, c->f->context), left = c->f->f(c->mean - c->sd * g, c->f->context);
    c->peak = fmax(c->peak, weight * (fabs(right) + fabs(left)));
    return weight * (right + left);
}

static void folded_many(double *restrict out, const double *restrict g, size_t n, void *context)
{
    Folded *c = context;
    double x[GAUSS_TOGETHER] = {0}, left[GAUSS_TOGETHER];
    for (size_t i = 0; i < n; i++)
        x[i] = c->mean + c->sd * g[i];
    c->f->many(out, x, n, c->f->context);
    for (size_t i = 0; i < n; i++)
        x[i] = c->mean - c->sd * g[i];
    c->f->many(left, x, n, c->f->context);
    c->peak = fmax(c->peak, fold(out, left, g, n));
}

Estimate gauss_mean(Gauss *w, const Integrand *f, double mean, double sd)
{
    if (!(sd >= 0) || !isfinite(sd) || !isfinite(mean))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    if (sd == 0) {
        double value;
        if (f->many)
            f->many(&value, &mean, 1, f->context);
        else
            value = f->f(mean, f->context);
        return (Estimate){value, fabs(value) * GSL_DBL_EPSILON, isfinite(value) ? STATUS_OK : STATUS_NAN};
    }
    Breaks *b = &w->inner.breaks;
    breaks_start(b, far, 0, f->scale, mean, sd);
    for (size_t i = 0; i < f->n_kinks; i++)
        breaks_stop(b, (f->kinks[i] - mean) / sd);
    breaks_cut(b);
    Folded context = {f, mean, sd, 0};
    gsl_function points = {folded, &context};
    const VectorFunction vectors = {folded_many, &context};
    return integrate(&w->inner, f->many ? &(Function1){.vectors = &vectors} : &(Function1){.points = &points}, 1e-13, 1e-10, &context.peak, 0, NULL);
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

static void centre(double *restrict out, const double *restrict g, size_t n, void *context)
{
    Pair *c = context;
    double x[GAUSS_TOGETHER] = {0}, left[GAUSS_TOGETHER];
    for (size_t i = 0; i < n; i++)
        x[i] = c->sd * g[i];
    c->f->f(out, x, c->d, n, c->f->context);
    if (c->f->even) {
        memcpy(left, out, n * sizeof *left);
    } else {
        for (size_t i = 0; i < n; i++)
            x[i] = -x[i];
        c->f->f(left, x, c->d, n, c->f->context);
    }
    c->peak = fmax(c->peak, fold(out, left, g, n));
}

static void centre_breaks(Breaks *b, const Pair *c)
{
    breaks_start(b, nearly_far, c->d, c->f->scale, 0, c->sd);
    for (size_t i = 0; i < c->f->n_kinks; i++) {
        breaks_stop(b, (c->f->kinks[i] - c->d) / c->sd);
        breaks_stop(b, (c->f->kinks[i] + c->d) / c->sd);
    }
    breaks_cut(b);
}

/* The expectation over the centre at one half-distance, times the density of the latter. */
static double distance(double g, void *context)
{
    Pair *c = context;
    c->d = c->distance_sd * g;
    Estimate e;
    if (c->sd > 0) {
        centre_breaks(&c->w->inner.breaks, c);
        const VectorFunction integrand = {centre, c};
        c->peak = 0;
        double mass;
        e = integrate(&c->w->inner, &(Function1){.vectors = &integrand}, 1e-13, 1e-10, &c->peak, 1e-14 * c->largest / density(g), &mass);
        c->largest = fmax(c->largest, density(g) * mass);
    } else {
        const double zero = 0;
        e = (Estimate){0, 0, STATUS_OK};
        c->f->f(&e.value, &zero, c->d, 1, c->f->context);
    }
    c->worst_error = fmax(c->worst_error, density(g) * e.error);
    c->status = status_worse(c->status, e.status);
    return 2 * density(g) * e.value;
}

static void distance_breaks(Breaks *b, const Pair *c)
{
    breaks_start(b, nearly_far, 0, c->f->scale, 0, c->distance_sd);
    for (size_t i = 0; i < c->f->n_kinks; i++)
        for (size_t j = 0; j <= i; j++) {
            breaks_stop(b, (c->f->kinks[i] - c->f->kinks[j]) / 2 / c->distance_sd);   /* where two kinks meet */
            breaks_stop(b, (c->f->kinks[i] + c->f->kinks[j]) / 2 / c->distance_sd);
        }
    breaks_cut(b);
}

/* `weight` times the expectations over the centre at half-distance c->d, added to total[]. */
static void add_centres(const Pair *c, GaussPoints points, size_t functions, double weight, double *total)
{
    double x[GAUSS_TOGETHER], share[GAUSS_TOGETHER], value[GAUSS_FAMILY * GAUSS_TOGETHER];
    Breaks *b = &c->w->inner.breaks;
    centre_breaks(b, c);
    for (size_t panel = 0; panel + 1 < b->count;) {
        size_t n = 0;
        for (; panel + 1 < b->count && n + 2 * points_of[points] <= GAUSS_TOGETHER; panel++)
            for (size_t i = 0; i < points_of[points]; i++) {
                double g, w;
                gsl_integration_glfixed_point(b->at[panel], b->at[panel + 1], i, &g, &w, c->w->few[points]);
                for (int sign = -1; sign <= 1; sign += 2) {
                    x[n] = sign * c->sd * g;
                    share[n++] = weight * w * density(g);
                }
            }
        c->f->f(value, x, c->d, n, c->f->context);
        for (size_t k = 0; k < functions; k++)
            for (size_t i = 0; i < n; i++)
                total[k] += share[i] * value[k * n + i];
    }
}

Status gauss_pair_roughly(Gauss *w, const PairIntegrand *f, GaussPoints points, size_t functions, double q, double gap, double *out)
{
    for (size_t k = 0; k < functions; k++)
        out[k] = 0;
    if (!(q > 0) || !isfinite(q) || !(gap > 0 && gap < 2))
        return STATUS_NAN;
    Pair c = {.w = w, .f = f, .sd = sqrt(q * (1 - gap / 2)), .distance_sd = sqrt(q * (gap / 2))};
    Breaks *b = &w->outer.breaks;
    distance_breaks(b, &c);
    for (size_t panel = 0; panel + 1 < b->count; panel++)
        for (size_t i = 0; i < points_of[points]; i++) {
            double g, share;
            gsl_integration_glfixed_point(b->at[panel], b->at[panel + 1], i, &g, &share, w->few[points]);
            c.d = c.distance_sd * g;
            add_centres(&c, points, functions, 2 * share * density(g), out);
        }
    for (size_t k = 0; k < functions; k++)
        if (!isfinite(out[k]))
            return STATUS_NAN;
    return STATUS_OK;
}

Estimate gauss_pair(Gauss *w, const PairIntegrand *f, double q, double gap)
{
    if (!(q >= 0) || !isfinite(q) || !(gap >= 0 && gap <= 2))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    Pair c = {.w = w, .f = f, .sd = sqrt(q * (1 - gap / 2)), .distance_sd = sqrt(q * (gap / 2)), .status = STATUS_OK};
    const double nothing = 0;
    Estimate e;
    if (c.distance_sd > 0) {
        distance_breaks(&w->outer.breaks, &c);
        gsl_function integrand = {distance, &c};
        e = integrate(&w->outer, &(Function1){.points = &integrand}, 1e-12, 1e-9, &nothing, 0, NULL);
    } else {
        e = (Estimate){distance(0, &c) / (2 * density(0)), 0, STATUS_OK};
    }
    e.error += 4 * c.worst_error;   /* the outer integrand's mass lies within |g| < 4 */
    e.status = status_worse(e.status, c.status);
    if (e.status != STATUS_OK)
        e.value = NO_NUMBER;
    return e;
}
