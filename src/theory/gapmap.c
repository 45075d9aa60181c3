/* The correlation map along a network.
 * The one thing to know: q beyond e^±60 is clamped: there φ is homogeneous or saturated and the map no longer depends on q.
 * Sources stand in the header. */
#include "theory/gapmap.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/cheb.h"

static const double clamp_at = 60;                /* |ln q| */
static const double small = 1e-13;                /* gaps below which apart = q gap K to the accuracy of 1 - gap */
static const double ln_lowest = -32, ln_highest = 0.6931471805599453;

struct GapMap {
    MeanField *field;
    Cheb *settled;          /* ln(apart/(q gap)) over ln gap, at ln variance settled_ln_q */
    double settled_ln_q;
    double last_ln_q, last_ln_gap;
    PairRatios ratios;      /* at ratios_ln_q, ratios_ln_gap */
    double ratios_ln_q, ratios_ln_gap;
};

static Status chord(MeanField *m, double ln_q, double ln_gap, double *out)
{
    const double q = exp(ln_q), gap = exp(ln_gap);
    const Estimate e = meanfield_apart(m, q, fmin(gap, 2));
    *out = log(e.value) - ln_q - ln_gap;
    return e.status;
}

static Status fill(double ln_gap, double *out, void *context)
{
    GapMap *g = context;
    return chord(g->field, g->settled_ln_q, ln_gap, out);
}

GapMap *gapmap_alloc(MeanField *m)
{
    GapMap *g = mem_alloc(1, sizeof *g);
    g->field = m;
    g->settled = cheb_alloc(ln_lowest, ln_highest, 1, 1, fill, g);
    g->settled_ln_q = g->last_ln_q = g->last_ln_gap = g->ratios_ln_q = g->ratios_ln_gap = HUGE_VAL;
    return g;
}

void gapmap_free(GapMap *g)
{
    if (!g)
        return;
    cheb_free(g->settled);
    free(g);
}

static double clamped(double ln_q)
{
    return fmin(fmax(ln_q, -clamp_at), clamp_at);
}

/* Tabulate where q stands still and the gap crawls: a panel costs as much as 20 layers. */
static Status ln_chord(GapMap *g, double ln_q, double ln_gap, double *out)
{
    const bool still = fabs(ln_q - g->last_ln_q) < 1e-11 && fabs(ln_gap - g->last_ln_gap) < 0.03 && ln_gap > ln_lowest;
    g->last_ln_q = ln_q;
    g->last_ln_gap = ln_gap;
    if (!still)
        return chord(g->field, ln_q, ln_gap, out);
    if (fabs(ln_q - g->settled_ln_q) > 1e-11) {
        g->settled_ln_q = ln_q;
        cheb_forget(g->settled);
    }
    return cheb_at(g->settled, fmin(ln_gap, ln_highest), out);
}

double gapmap_step(GapMap *g, double ln_q, double gap, Status *status)
{
    Averages a;
    const double at = clamped(ln_q);
    meanfield_at(g->field, at, &a);
    *status = a.status;
    if (!(gap > 0))
        return gap;
    double ln_slope = a.ln_k;
    if (gap > small)
        *status = status_worse(*status, ln_chord(g, at, log(gap), &ln_slope));
    return fmin(2, gap * exp(at + ln_slope - a.ln_v));
}

double gapmap_slopes(GapMap *g, double ln_q, double gap, Status *status)
{
    Averages a;
    const double at = clamped(ln_q);
    meanfield_at(g->field, at, &a);
    *status = a.status;
    if (!(gap > small * small))
        return isnan(gap) ? gap : 1;
    const Estimate e = meanfield_slopes(g->field, exp(at), gap);
    *status = status_worse(*status, e.status);
    return e.value * exp(-a.ln_k);
}

PairRatios gapmap_ratios(GapMap *g, double ln_q, double gap)
{
    const double at = clamped(ln_q), ln_gap = log(fmin(fmax(gap, 1e-7), 2 - 1e-7));
    if (fabs(at - g->ratios_ln_q) < 0.05 && fabs(ln_gap - g->ratios_ln_gap) < 0.05)
        return g->ratios;
    Averages a;
    meanfield_at(g->field, at, &a);
    PairRatios *r = &g->ratios;
    r->status = meanfield_pairs_roughly(g->field, exp(at), exp(ln_gap), &r->squares, &r->slope_squares, &r->slopes);
    r->squares *= exp(-2 * a.ln_v);
    r->slope_squares *= exp(-2 * a.ln_k);
    r->slopes *= exp(-a.ln_k);
    g->ratios_ln_q = at;
    g->ratios_ln_gap = ln_gap;
    return g->ratios;
}
