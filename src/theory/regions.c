/* Regions of the line where an activation is flat.
 * The one thing to know: the walk goes in steps of 1/64 within ±16 and in growing steps to ±1e7; edges are bisected to rounding.
 * Equicorrelated normals: z_a = sd (√c t + √(1-c) e_a), so that P(all in A) = E_t P(z in A | t)^batch (Dunnett and Sobel 1955). */
#include "theory/regions.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <math.h>

typedef struct {
    const Activation *act;
    double a, low;
} Probe;

typedef bool Inside(const Probe *p, double x);

static bool is_zero(const Probe *p, double x) { return p->act->value_at(x, p->a) == 0 && p->act->slope_at(x, p->a) == 0; }
static bool is_flat(const Probe *p, double x) { return p->act->slope_at(x, p->a) == 0; }
static bool is_saturated(const Probe *p, double x) { return fabs(p->act->slope_at(x, p->a)) < p->low; }

static double edge(const Probe *p, Inside *inside, double left, double right)
{
    const bool at_left = inside(p, left);
    for (int i = 0; i < 200 && nextafter(left, right) < right; i++) {
        const double middle = 0.5 * (left + right);
        if (inside(p, middle) == at_left)
            left = middle;
        else
            right = middle;
    }
    return right;
}

static double next_step(double x)
{
    return x + (fabs(x) <= 16 ? 1.0 / 64 : fabs(x) / 64);
}

/* False where there are more than are kept. Where φ or φ' underflows counts too, as it does in the sampler. */
static bool find(Intervals *out, const Probe *p, Inside *inside)
{
    const double end = 1e7;
    bool in = inside(p, -end);
    double since = in ? -HUGE_VAL : 0;
    out->count = 0;
    for (double x = -end; x < end;) {
        const double next = next_step(x) + 1e-9;
        if (inside(p, next) != in) {
            const double at = edge(p, inside, x, next);
            if (in) {
                if (out->count == REGIONS_MOST)
                    return false;
                out->from[out->count] = since;
                out->to[out->count++] = at;
            }
            since = at;
            in = !in;
        }
        x = next;
    }
    if (in && out->count < REGIONS_MOST) {
        out->from[out->count] = since;
        out->to[out->count++] = HUGE_VAL;
    }
    return true;
}

void regions_find(Regions *r, Choice activation)
{
    const Probe p = {activation_of(activation), activation.parameter, 0.05 * activation_max_slope(activation)};
    r->known = find(&r->zero, &p, is_zero) && find(&r->flat, &p, is_flat) && find(&r->saturated, &p, is_saturated);
}

static double between(double from, double to)
{
    if (from > 0)
        return gsl_cdf_ugaussian_Q(from) - (isinf(to) ? 0 : gsl_cdf_ugaussian_Q(to));
    return (isinf(to) ? 1 : gsl_cdf_ugaussian_P(to)) - (isinf(from) ? 0 : gsl_cdf_ugaussian_P(from));
}

static double chance(const Intervals *v, double mean, double sd)
{
    double total = 0;
    for (int i = 0; i < v->count; i++) {
        if (sd > 0)
            total += between((v->from[i] - mean) / sd, (v->to[i] - mean) / sd);
        else
            total += mean >= v->from[i] && mean < v->to[i];
    }
    return total;
}

double regions_zero(const Regions *r, double sd)
{
    return chance(&r->zero, 0, sd);
}

double regions_saturated(const Regions *r, double sd)
{
    return chance(&r->saturated, 0, sd);
}

double regions_dead(const Regions *r, double sd, int64_t batch, double correlation)
{
    enum { POINTS = 2000 };
    const double shared = sd * sqrt(correlation), own = sd * sqrt(1 - correlation);
    double total = 0;
    if (r->flat.count == 0)
        return 0;
    if (batch == 1)
        return chance(&r->flat, 0, sd);
    for (int i = 0; i < POINTS; i++) {
        const double from = -10 + 20.0 * i / POINTS, to = -10 + 20.0 * (i + 1) / POINTS;
        total += between(from, to) * pow(chance(&r->flat, shared * 0.5 * (from + to), own), (double)batch);
    }
    return total;
}
