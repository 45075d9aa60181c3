/* Regions of the line where an activation is flat.
 * The one thing to know: the walk goes in steps of 1/64 within ±16 and in growing steps to ±1e7; edges are bisected to rounding.
 * Equicorrelated normals: z_a = sd (√c t + √(1-c) e_a), so that P(all in A) = E_t P(z in A | t)^batch (Dunnett and Sobel 1955). */
#include "theory/regions.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

typedef struct {
    const Activation *act;
    double a, low;
} Probe;

static const double fine = 16;   /* |x| to which steps are short */

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
    return x + (fabs(x) <= fine ? 1.0 / 64 : fabs(x) / 64);
}

/* False where there are more than are kept. Where φ or φ' underflows counts too, as it does in the sampler. Coarse steps that meet more than
 * a few edges have missed others (sin's): *reach becomes where fine ones end. */
static bool find(Intervals *out, const Probe *p, Inside *inside, double *reach)
{
    const double end = 1e7;
    int met = 0;
    bool in = inside(p, -end);
    double since = in ? -HUGE_VAL : 0;
    out->count = 0;
    for (double x = -end; x < end;) {
        const double next = next_step(x) + 1e-9;
        if (inside(p, next) != in) {
            const double at = edge(p, inside, x, next);
            met += fabs(at) > fine;
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
    if (met > 8)
        *reach = fine;
    return true;
}

void regions_find(Regions *r, Choice activation)
{
    const Probe p = {activation_of(activation), activation.parameter, 0.05 * activation_max_slope(activation)};
    r->reach = HUGE_VAL;
    r->known = find(&r->zero, &p, is_zero, &r->reach) && find(&r->flat, &p, is_flat, &r->reach) && find(&r->saturated, &p, is_saturated, &r->reach);
}

bool regions_known(const Regions *r, double sd)
{
    return r->known && 6 * sd <= r->reach;
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

/* The chance that all of a batch lie in the region, given what they share. */
typedef struct {
    const Intervals *where;
    double own, batch;
} Together;

static double all_given(double shared, const void *context)
{
    const Together *t = context;
    return pow(chance(t->where, shared, t->own), t->batch);
}

double regions_dead(const Regions *r, Gauss *w, double sd, int64_t batch, double correlation)
{
    const Intervals *v = &r->flat;
    const Together together = {v, sd * sqrt(1 - correlation), (double)batch};
    double edges[GAUSS_KINKS];
    size_t n = 0;
    if (v->count == 0)
        return 0;
    const double one = chance(v, 0, sd);
    if (batch == 1 || together.own == 0 || one < 1e-100)   /* all are not likelier than one */
        return batch == 1 || together.own == 0 ? one : 0;
    for (int i = 0; i < 2 * v->count && n < GAUSS_KINKS; i++) {
        const double at = i % 2 ? v->to[i / 2] : v->from[i / 2];
        if (isfinite(at))
            edges[n++] = at;
    }
    return gauss_mean(w, &(Integrand){.f = all_given, .context = &together, .kinks = edges, .n_kinks = n, .scale = together.own}, 0, sd * sqrt(correlation)).value;
}
