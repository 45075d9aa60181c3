/* Pairs of pre-activations: how far apart φ takes them, and how their slopes go together.
 * The one thing to know: the gap 1 - c is never formed from c, and far out φ is a hinge (closed form) and a little more (quadrature).
 * Poole et al. 2016; Cho and Saul 2009. */
#include <math.h>

#include "num/vecmath.h"
#include "theory/field.h"

static const double large = 1e7, very_large = 1e12, enough = 1e24;   /* q in units of scale²: from where φ is a hinge but for a little */

typedef struct {
    const MeanField *m;
    double unit;   /* q gap / 2 */
} Couple;

/* out[i] = φ(x[i] + d), or φ'. */
static void shifted(double *restrict out, void (*f)(double *restrict, const double *restrict, size_t, double), const double *x, double d, size_t n, double a)
{
    double at[GAUSS_TOGETHER] = {0};
    for (size_t i = 0; i < n; i++)
        at[i] = x[i] + d;
    f(out, at, n, a);
}

/* Is φ(x + d) - φ(x - d) better had from φ': d is short, and no kink lies between? */
static bool too_close(const MeanField *m, double x, double d)
{
    if (fabs(d) > 1e-4 * m->scale && fabs(d) > 1e-4 * fabs(x))
        return false;
    for (size_t i = 0; i < m->act->n_kinks; i++)
        if (fabs(x - m->act->kinks[i]) <= fabs(d) && d != 0)
            return false;
    return true;
}

MULTIVERSION static void differences(double *restrict out, const double *restrict right, const double *restrict left, double by, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (right[i] - left[i]) * by;
}

MULTIVERSION static bool any_beyond(const double *x, double bound, size_t n)
{
    int beyond = 0;
    for (size_t i = 0; i < n; i++)
        beyond += fabs(x[i]) >= bound;
    return beyond > 0;
}

/* chord = (φ(x + d) - φ(x - d))/(2d): by differences where they are large enough, else as the mean of φ' by Gauss's three points. */
static void chords(double *restrict out, const double *restrict x, double d, size_t n, const MeanField *m)
{
    const Activation *act = m->act;
    double right[GAUSS_TOGETHER] = {0}, middle[GAUSS_TOGETHER], left[GAUSS_TOGETHER] = {0};
    shifted(right, act->value, x, d, n, m->a);
    shifted(left, act->value, x, -d, n, m->a);
    differences(out, right, left, 1 / (2 * d), n);
    if (d > 1e-4 * m->scale && !any_beyond(x, 1e4 * d, n))
        return;
    shifted(right, act->slope, x, sqrt(0.6) * d, n, m->a);
    act->slope(middle, x, n, m->a);
    shifted(left, act->slope, x, -sqrt(0.6) * d, n, m->a);
    for (size_t i = 0; i < n; i++)
        if (too_close(m, x[i], d))
            out[i] = (5 * left[i] + 8 * middle[i] + 5 * right[i]) / 18;
}

/* E (φ(u1) - φ(u2))²/2 / (q gap) = E t² chord², t = d/√(q gap/2). */
static void p_chord(double *restrict out, const double *restrict x, double d, size_t n, const void *context)
{
    const Couple *c = context;
    const double weight = d * d / c->unit;
    chords(out, x, d, n, c->m);
    for (size_t i = 0; i < n; i++)
        out[i] *= weight * out[i];
}

/* The same less that of the hinge that φ is far from 0: what is left of it at large q. */
static void p_bend(double *restrict out, const double *restrict x, double d, size_t n, const void *context)
{
    const Couple *c = context;
    const double low = c->m->act->slope_low(c->m->a), high = c->m->act->slope_high(c->m->a);
    chords(out, x, d, n, c->m);
    for (size_t i = 0; i < n; i++) {
        const double right = x[i] + d, left = x[i] - d;
        const double hinge = left >= 0 ? high : right <= 0 ? low : (high * right - low * left) / (2 * d);
        out[i] = d * d / c->unit * (out[i] - hinge) * (out[i] + hinge);
    }
}

static void p_products(double *restrict out, const double *restrict x, double d, size_t n, const MeanField *m,
                       void (*f)(double *restrict, const double *restrict, size_t, double), int power)
{
    double right[GAUSS_TOGETHER] = {0};
    shifted(out, f, x, d, n, m->a);
    shifted(right, f, x, -d, n, m->a);
    for (size_t i = 0; i < n; i++) {
        out[i] *= right[i];
        out[i] *= power == 2 ? out[i] : 1;
    }
}

static void p_slopes(double *restrict out, const double *restrict x, double d, size_t n, const void *context)
{
    const MeanField *m = ((const Couple *)context)->m;
    p_products(out, x, d, n, m, m->act->slope, 1);
}
/* out: E φ_a²φ_b², E φ'_a²φ'_b², E φ'_aφ'_b. */
enum { PRODUCTS = 3 };
static void p_three(double *restrict out, const double *restrict x, double d, size_t n, const void *context)
{
    const MeanField *m = ((const Couple *)context)->m;
    double *const squares = out, *const slope_squares = out + n, *const slopes = out + 2 * n;
    p_products(squares, x, d, n, m, m->act->value, 2);
    p_products(slopes, x, d, n, m, m->act->slope, 1);
    for (size_t i = 0; i < n; i++)
        slope_squares[i] = slopes[i] * slopes[i];
}

static Estimate pair(MeanField *m, void (*f)(double *restrict, const double *restrict, double, size_t, const void *), double q, double gap)
{
    const Couple context = {m, q * gap / 2};
    const PairIntegrand p = {f, &context, m->act->kinks, m->act->n_kinks, m->scale, m->odd};
    return gauss_pair(m->gauss, &p, q, gap);
}

Estimate meanfield_apart_quadrature(MeanField *m, double q, double gap)
{
    if (gap == 0 || q == 0)
        return (Estimate){0, 0, STATUS_OK};
    Estimate e = pair(m, p_chord, q, gap);
    e.value *= q * gap;
    e.error *= q * gap;
    return e;
}

Estimate meanfield_slopes_quadrature(MeanField *m, double q, double gap)
{
    return pair(m, p_slopes, q, gap);
}

/* Is φ at this q its hinge, but for a part that is smaller by √q? */
static bool hinged(const MeanField *m, double q)
{
    return q > large * m->scale * m->scale && meanfield_top(m) > 0;
}

/* For large q: the hinge, and by fixed rules what φ adds to it, which is smaller by √q. */
static Estimate apart_far(MeanField *m, double q, double gap)
{
    const double units = q / (m->scale * m->scale);
    const bool very = units > very_large;
    const Couple context = {m, q * gap / 2};
    const PairIntegrand p = {p_bend, &context, m->act->kinks, m->act->n_kinks, m->scale, m->odd};
    double bend = 0;
    Estimate e = {closed_hinge_apart(q, gap, m->act->slope_low(m->a), m->act->slope_high(m->a)), 0, STATUS_OK};
    if (units > enough) {
        e.error = 1e-11 * e.value;
        return e;
    }
    e.status = gauss_pair_roughly(m->gauss, &p, very ? GAUSS_FIVE : GAUSS_TEN, 1, q, gap, &bend);
    e.value += bend * q * gap;
    e.error = (very ? 1e-2 : 4e-6) * fabs(bend) * q * gap + 8e-16 * e.value;
    return e;
}

Estimate meanfield_apart(MeanField *m, double q, double gap)
{
    if (!(gap >= 0 && gap <= 2) || !(q >= 0))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    if (m->closed && m->closed->apart)
        return meanfield_exactly(m->closed->apart(q, gap, m->a));
    if (q < 1e-30)
        return meanfield_exactly(closed_hinge_apart(q, gap, m->slope_below, m->slope_above));
    if (q > 1e30 && meanfield_top(m) > 0)
        return meanfield_exactly(closed_hinge_apart(q, gap, m->act->slope_low(m->a), m->act->slope_high(m->a)));
    if (hinged(m, q) && gap > 0 && gap < 2)
        return apart_far(m, q, gap);
    return meanfield_apart_quadrature(m, fmin(q, 1e30), gap);
}

Estimate meanfield_slopes(MeanField *m, double q, double gap)
{
    if (!(gap >= 0 && gap <= 2) || !(q >= 0))
        return (Estimate){NO_NUMBER, NO_NUMBER, STATUS_NAN};
    if (m->closed && m->closed->slopes)
        return meanfield_exactly(m->closed->slopes(q, gap, m->a));
    if (q < 1e-30)
        return meanfield_exactly(closed_hinge_slopes(gap, m->slope_below, m->slope_above));
    if (q > 1e30 && meanfield_top(m) > 0)
        return meanfield_exactly(closed_hinge_slopes(gap, m->act->slope_low(m->a), m->act->slope_high(m->a)));
    return meanfield_slopes_quadrature(m, fmin(q, 1e30), gap);
}

Status meanfield_pairs_roughly(MeanField *m, double q, double gap, double *squares, double *slope_squares, double *slopes)
{
    if (hinged(m, q)) {   /* but for 1/√q */
        const double low = m->act->slope_low(m->a), high = m->act->slope_high(m->a);
        *squares = closed_hinge_squares(q, gap, low, high);
        *slope_squares = closed_hinge_slopes(gap, low * low, high * high);
        *slopes = closed_hinge_slopes(gap, low, high);
        return STATUS_OK;
    }
    const Couple context = {m, q * gap / 2};
    const PairIntegrand p = {p_three, &context, m->act->kinks, m->act->n_kinks, m->scale, m->odd};
    double out[PRODUCTS];
    const Status status = gauss_pair_roughly(m->gauss, &p, GAUSS_TEN, PRODUCTS, q, gap, out);
    *squares = out[0];
    *slope_squares = out[1];
    *slopes = out[2];
    return status;
}
