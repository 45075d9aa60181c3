/* Fixed points and critical points, by scalar root finding in ln q.
 * The one thing to know: roots are found on tables and their numbers by closed forms or quadrature, so they hold to the last digits.
 * Schoenholz et al. 2017; Roberts, Yaida and Hanin 2022. */
#include "theory/critical.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "num/root.h"
#include "theory/lengthmap.h"
#include "theory/line.h"

struct Critical {
    MeanField *field;
    RootSolver *solver;
    LengthMap *map;
    Line *line;                /* made when first asked for */
    double sigma_w, sigma_b;   /* of the question in hand */
    double q;
};

static const double bottom = -69, top = 69;   /* ln q, where moments are tabulated */
static const double step = 0.25;
static const double same = 1e-12;             /* |χ - 1| below which χ is 1 */
static const double flat = 1e-9;              /* slopes below which an extremum is not looked for */

const char *stability_name(Stability s)
{
    static const char *const names[] = {[Q_NONE] = "", [Q_STABLE] = "stable", [Q_MARGINAL] = "marginal", [Q_UNSTABLE] = "unstable"};
    return names[s];
}

double critical_depth(double chi)
{
    if (isnan(chi) || chi < 0)
        return NOT_GIVEN;
    return fabs(chi - 1) <= same ? HUGE_VAL : -1 / log(chi);
}

Critical *critical_alloc(Choice activation)
{
    Critical *k = mem_alloc(1, sizeof *k);
    k->field = meanfield_alloc(activation);
    k->solver = root_alloc();
    k->map = lengthmap_alloc(k->field, k->solver);
    k->line = NULL;
    return k;
}

void critical_free(Critical *k)
{
    if (!k)
        return;
    lengthmap_free(k->map);
    line_free(k->line);
    meanfield_free(k->field);
    root_free(k->solver);
    free(k);
}

MeanField *critical_meanfield(Critical *k)
{
    return k->field;
}

static FixedPoint nothing(double sigma_w, double sigma_b, Status status)
{
    return (FixedPoint){.sigma_w = sigma_w, .sigma_b = sigma_b, .q_star = NOT_GIVEN, .q_stable = Q_NONE, .chi_1 = NOT_GIVEN,
                        .chi_par = NOT_GIVEN, .c_star = NOT_GIVEN, .gap_star = NOT_GIVEN, .chi_c = NOT_GIVEN, .status = status};
}

static size_t steps_between(double low, double high)
{
    return (size_t)fmin(ceil((high - low) / step), 8000);
}

/* What χ₁ and χ∥ come to: 1 where they are 1 but for rounding; stability from χ∥ unless `known`. */
static FixedPoint judged(FixedPoint p, Stability known)
{
    if (fabs(p.chi_1 - 1) <= same)
        p.chi_1 = 1;
    if (fabs(p.chi_par - 1) <= same)
        p.chi_par = 1;
    p.q_stable = known != Q_NONE ? known : p.chi_par < 1 ? Q_STABLE : p.chi_par > 1 ? Q_UNSTABLE : Q_MARGINAL;
    if (p.q_stable == Q_UNSTABLE)
        p.status = status_worse(p.status, STATUS_UNSTABLE);
    return p;
}

/* χ's from moments by their closed forms or quadrature. */
static FixedPoint point_at(Critical *k, double q, Stability known)
{
    FixedPoint p = nothing(k->sigma_w, k->sigma_b, STATUS_OK);
    const double w2 = k->sigma_w * k->sigma_w;
    p.q_star = q;
    if (q > 0) {
        const Estimate slope = meanfield_moment(k->field, MOMENT_SLOPE_SQUARE, q), growth = meanfield_moment(k->field, MOMENT_GROWTH, q);
        p.chi_1 = w2 * slope.value;
        p.chi_par = w2 * growth.value / q;
        p.status = status_worse(slope.status, growth.status);
    } else {
        p.chi_1 = p.chi_par = w2 * meanfield_slope_square_at_zero(k->field);
    }
    return judged(p, known);
}

/* φ(λx) = λφ(x): Q is affine, and everything is elementary. */
static FixedPoint homogeneous_point(Critical *k)
{
    const double factor = k->sigma_w * k->sigma_w * meanfield_slope_square_at_zero(k->field);
    const bool one = fabs(factor - 1) <= same;
    if (k->sigma_b == 0 && one) {
        FixedPoint p = nothing(k->sigma_w, k->sigma_b, STATUS_OK);
        p.q_stable = Q_MARGINAL;
        p.chi_1 = p.chi_par = 1;
        return p;
    }
    if (k->sigma_b == 0)
        return point_at(k, 0, Q_NONE);
    if (one || factor > 1)
        return nothing(k->sigma_w, k->sigma_b, STATUS_NO_FIXED_POINT);
    return point_at(k, k->sigma_b * k->sigma_b / (1 - factor), Q_NONE);
}

/* q* = 0 of φ(0) = 0 without biases. At χ∥ = 1 the next order decides: lengths just above come back, or they do not. */
static FixedPoint point_at_zero(Critical *k)
{
    FixedPoint p = point_at(k, 0, Q_NONE);
    if (p.chi_par == 1) {
        double sign = 0;
        lengthmap_set(k->map, k->sigma_w, k->sigma_b);
        for (double t = bottom; t < 0 && fabs(sign) <= flat; t += step)
            sign = lengthmap_excess(k->map, t);
        p = point_at(k, 0, sign > 0 ? Q_UNSTABLE : Q_MARGINAL);
    }
    return p;
}

static size_t add_point(FixedPoint *out, size_t n, FixedPoint p)
{
    if (n < CRITICAL_MOST)
        out[n++] = p;
    return n;
}

/* One step of Newton by closed forms or quadrature: tables are good to 1e-12, and near criticality roots lose digits. */
static double polished(Critical *k, double ln_q)
{
    const double q = exp(ln_q), w2 = k->sigma_w * k->sigma_w;
    const Estimate v = meanfield_moment(k->field, MOMENT_SQUARE, q), growth = meanfield_moment(k->field, MOMENT_GROWTH, q);
    const double next = w2 * v.value + k->sigma_b * k->sigma_b, slope = w2 * growth.value / next - 1, off = -log(next / q) / slope;
    const bool sound = fabs(ln_q) < top && status_worse(v.status, growth.status) == STATUS_OK && fabs(off) < 1e-5;
    return sound ? ln_q + off : ln_q;
}

static FixedPoint point_of(Critical *k, LengthRoot root)
{
    return root.touched ? point_at(k, exp(root.ln_q), Q_MARGINAL) : point_at(k, exp(polished(k, root.ln_q)), Q_NONE);
}

/* The same from tables where they are good to 1e-11: away from criticality. */
static FixedPoint quick_point(Critical *k, LengthRoot root)
{
    const double w2 = 2 * log(k->sigma_w);
    FixedPoint p = nothing(k->sigma_w, k->sigma_b, STATUS_OK);
    Averages a;
    meanfield_at(k->field, root.ln_q, &a);
    p.q_star = exp(root.ln_q);
    p.chi_1 = exp(w2 + a.ln_k);
    p.chi_par = a.growth * exp(w2 + a.ln_v - root.ln_q);
    const bool near_one = !(fabs(p.chi_par - 1) > 0.05 && fabs(p.chi_1 - 1) > 1e-6);
    return near_one || root.touched || a.status != STATUS_OK ? point_of(k, root) : judged(p, Q_NONE);
}

static size_t scan(Critical *k, FixedPoint *out, size_t n)
{
    LengthRoot roots[CRITICAL_MOST];
    lengthmap_set(k->map, k->sigma_w, k->sigma_b);
    const size_t count = lengthmap_roots(k->map, roots, CRITICAL_MOST);
    for (size_t i = 0; i < count; i++)
        n = add_point(out, n, point_of(k, roots[i]));
    return n;
}

size_t critical_fixed_points(Critical *k, double sigma_w, double sigma_b, FixedPoint out[CRITICAL_MOST])
{
    k->sigma_w = sigma_w;
    k->sigma_b = sigma_b;
    size_t n = 0;
    if (!(sigma_w >= 0 && sigma_b >= 0) || isinf(sigma_w) || isinf(sigma_b))
        return add_point(out, n, nothing(sigma_w, sigma_b, STATUS_NAN));
    if (sigma_w == 0)
        return add_point(out, n, point_at(k, sigma_b * sigma_b, Q_STABLE));
    if (meanfield_homogeneous(k->field))
        return add_point(out, n, homogeneous_point(k));
    if (sigma_b == 0 && meanfield_at_zero(k->field) == 0)
        n = add_point(out, n, point_at_zero(k));
    n = scan(k, out, n);
    return n ? n : add_point(out, n, nothing(sigma_w, sigma_b, STATUS_NO_FIXED_POINT));
}

/* σ_w² apart(gap)/(q gap) - 1: the gap grows where this is positive. */
static double gap_excess(double gap, const void *context)
{
    const Critical *k = context;
    const Estimate apart = meanfield_apart(k->field, k->q, gap);
    return k->sigma_w * k->sigma_w * apart.value / (k->q * gap) - 1;
}

/* The map of c is convex on [0, 1], so above χ₁ = 1 there is one other fixed point, and it is the stable one (Poole et al. 2016).
 * At q* = 0, and at any q of a homogeneous φ, only a kink at 0 moves correlations (to 1): a linear map keeps them all. */
void critical_correlation(Critical *k, FixedPoint *p)
{
    if (p->q_stable == Q_NONE)
        return;
    const bool scale_free = meanfield_homogeneous(k->field) || p->q_star == 0;
    if (p->chi_1 <= 1 || scale_free) {
        p->chi_c = p->chi_1;
        if (scale_free && p->sigma_b == 0 && meanfield_smooth_at_zero(k->field))
            return;
        p->c_star = 1;
        p->gap_star = 0;
        return;
    }
    k->sigma_w = p->sigma_w;
    k->sigma_b = p->sigma_b;
    k->q = p->q_star;
    Estimate root = {1, 0, STATUS_OK};   /* odd φ without biases: c* = 0 */
    if (!(p->sigma_b == 0 && meanfield_odd(k->field)))
        root = root_between(k->solver, &(Function){gap_excess, k}, 1e-18, 1);
    if (root.status != STATUS_OK) {
        p->status = status_worse(p->status, STATUS_NOT_CONVERGED);
        return;
    }
    p->gap_star = root.value;
    p->c_star = 1 - p->gap_star;
    const Estimate slopes = meanfield_slopes(k->field, p->q_star, p->gap_star);
    p->chi_c = p->sigma_w * p->sigma_w * slopes.value;
    p->status = status_worse(p->status, slopes.status);
}

/* Of a homogeneous φ, or without weights: there is one fixed point, or none, or every q is one. */
static void attractor_of_one(Critical *k, double sigma_w, double sigma_b, double q, FixedPoint *out)
{
    FixedPoint all[CRITICAL_MOST];
    critical_fixed_points(k, sigma_w, sigma_b, all);
    *out = all[0];
    if (out->q_stable == Q_UNSTABLE && out->q_star != q)
        *out = nothing(sigma_w, sigma_b, STATUS_NO_FIXED_POINT);
}

void critical_attractor(Critical *k, double sigma_w, double sigma_b, double q, FixedPoint *out)
{
    LengthRoot root;
    if (!(sigma_w > 0 && sigma_b >= 0) || isinf(sigma_w) || isinf(sigma_b) || meanfield_homogeneous(k->field)) {
        attractor_of_one(k, sigma_w, sigma_b, q, out);
        return;
    }
    k->sigma_w = sigma_w;
    k->sigma_b = sigma_b;
    lengthmap_set(k->map, sigma_w, sigma_b);
    if (lengthmap_next(k->map, log(q), &root))
        *out = quick_point(k, root);
    else if (sigma_b == 0 && meanfield_at_zero(k->field) == 0 && lengthmap_excess(k->map, log(q)) < 0)
        *out = point_at_zero(k);
    else
        *out = nothing(sigma_w, sigma_b, STATUS_NO_FIXED_POINT);
}

/* χ∥ - 1 on the line σ_w² = 1/K. */
static double double_excess(double t, const void *context)
{
    const Critical *k = context;
    Averages a;
    meanfield_at(k->field, t, &a);
    return a.growth * exp(a.ln_v - a.ln_k - t) - 1;
}

/* The same by closed forms or quadrature, for the last digits of a root. */
static double double_excess_exact(double t, const void *context)
{
    const Critical *k = context;
    const double q = exp(t);
    return meanfield_moment(k->field, MOMENT_GROWTH, q).value / (q * meanfield_moment(k->field, MOMENT_SLOPE_SQUARE, q).value) - 1;
}

/* q at the root between low and high of a function and of its exact form; NaN where there is none. */
static double solve(Critical *k, double (*rough)(double, const void *), double (*exact)(double, const void *), double low, double high)
{
    const Estimate root = root_between(k->solver, &(Function){rough, k}, low, high);
    if (root.status != STATUS_OK)
        return NO_NUMBER;
    const Estimate fine = root_between(k->solver, &(Function){exact, k}, fmax(low, root.value - 1e-5), fmin(high, root.value + 1e-5));
    return exp(fine.status == STATUS_OK ? fine.value : root.value);
}

typedef struct {
    Critical *k;
    FixedPoint best;
} Search;

static int better(Stability a, Stability b)
{
    return b == Q_NONE || (a == Q_STABLE && b != Q_STABLE) || (a == Q_MARGINAL && b == Q_UNSTABLE);
}

/* The point on the line with q* = q; χ₁ is 1 there. */
static FixedPoint on_line(Critical *k, double q, double sigma_b)
{
    const Estimate slope = meanfield_moment(k->field, MOMENT_SLOPE_SQUARE, q);
    k->sigma_w = 1 / sqrt(slope.value);
    k->sigma_b = sigma_b;
    FixedPoint p = point_at(k, q, Q_NONE);
    p.chi_1 = 1;
    p.status = status_worse(p.status, slope.status);
    return p;
}

static int consider_line(double ln_q, void *user)
{
    Search *s = user;
    const FixedPoint p = on_line(s->k, exp(ln_q), s->k->sigma_b);
    if (better(p.q_stable, s->best.q_stable))
        s->best = p;
    return 1;
}

static Line *line(Critical *k)
{
    if (!k->line)
        k->line = line_alloc(k->field, k->solver);
    return k->line;
}

void critical_line(Critical *k, double sigma_b, FixedPoint *out)
{
    Search s = {k, nothing(NOT_GIVEN, sigma_b, STATUS_NONE)};
    k->sigma_b = sigma_b;
    k->sigma_w = 1 / sqrt(meanfield_slope_square_at_zero(k->field));
    *out = s.best;
    if (!(sigma_b >= 0) || isinf(sigma_b)) {
        out->status = STATUS_NAN;
        return;
    }
    if (meanfield_homogeneous(k->field)) {
        if (sigma_b == 0 && isfinite(k->sigma_w))
            *out = homogeneous_point(k);
        critical_correlation(k, out);
        return;
    }
    if (sigma_b == 0 && meanfield_at_zero(k->field) == 0 && isfinite(k->sigma_w)) {
        s.best = point_at_zero(k);
        s.best.chi_1 = s.best.chi_par = 1;
    }
    const bool sound = line_roots(line(k), sigma_b, consider_line, &s);
    if (!sound && s.best.q_stable == Q_NONE)
        s.best.status = STATUS_NOT_CONVERGED;
    *out = s.best;
    critical_correlation(k, out);
}

/* σ_b² = q · margin, which is rounding where it is 0. */
static FixedPoint point_on_line(Critical *k, double q)
{
    double margin = meanfield_homogeneous(k->field) ? 0 : line_margin(line(k), log(q));
    if (isnan(margin)) {   /* rounding: 0, if that */
        const double v = meanfield_moment(k->field, MOMENT_SQUARE, q).value, slope = meanfield_moment(k->field, MOMENT_SLOPE_SQUARE, q).value;
        margin = fabs(1 - v / (slope * q)) <= same ? 0 : NO_NUMBER;
    }
    if (!(margin >= -same))
        return nothing(NOT_GIVEN, NOT_GIVEN, isnan(margin) ? STATUS_NOT_CONVERGED : STATUS_NONE);
    return on_line(k, q, margin > 0 ? sqrt(q * margin) : 0);
}

void critical_at(Critical *k, double q, FixedPoint *out)
{
    *out = q > 0 && isfinite(q) ? point_on_line(k, q) : nothing(NOT_GIVEN, NOT_GIVEN, STATUS_NAN);
    critical_correlation(k, out);
}

static int consider_double(double low, double high, void *user)
{
    Search *s = user;
    const double q = solve(s->k, double_excess, double_excess_exact, low, high);
    const FixedPoint p = isnan(q) ? s->best : point_on_line(s->k, q);
    if (p.q_stable == Q_NONE)
        return 1;
    s->best = p;
    s->best.q_stable = Q_MARGINAL;
    s->best.chi_par = 1;
    s->best.status = STATUS_OK;
    return 0;
}

void critical_double(Critical *k, FixedPoint *out)
{
    Search s = {k, nothing(NOT_GIVEN, NOT_GIVEN, STATUS_NONE)};
    if (meanfield_homogeneous(k->field))
        critical_line(k, 0, &s.best);
    else
        root_walk(&(Function){double_excess, k}, bottom, top, steps_between(bottom, top), flat, consider_double, &s);
    *out = s.best;
    critical_correlation(k, out);
}

void critical_rule(Critical *k, double sigma_b, FixedPoint *out)
{
    if (!isnan(sigma_b)) {
        critical_line(k, sigma_b, out);
        return;
    }
    critical_double(k, out);
    if (out->status == STATUS_OK)
        return;
    const bool from_zero = meanfield_at_zero(k->field) == 0 && meanfield_smooth_at_zero(k->field);
    critical_line(k, from_zero ? 0 : 0.2, out);
}

int critical_sigmas(Choice activation, double sigma_b, double *sigma_w, double *sigma_b_out)
{
    const char *name = activation.row->name;
    if (!meanfield_covers(activation))
        return error(EXIT_USAGE, "--init critical: %s is not elementwise, so it has no mean-field limit; use glorot-normal", name);
    Critical *k = critical_alloc(activation);
    FixedPoint p, both;
    critical_rule(k, sigma_b, &p);
    critical_double(k, &both);
    critical_free(k);
    *sigma_w = p.sigma_w;
    *sigma_b_out = p.sigma_b;
    if (p.status == STATUS_OK)
        return 0;
    Text text = {0};
    if (isnan(sigma_b))
        text_format(&text, "--init critical: %s has no critical point; give --init gaussian --sigma-w", name);
    else if (p.status == STATUS_UNSTABLE)
        text_format(&text, "--init critical --sigma-b %g: %s has chi_1 = 1 only at an unstable q* there, and runs away", sigma_b, name);
    else
        text_format(&text, "--init critical --sigma-b %g: %s has no critical sigma_w there", sigma_b, name);
    if (!isnan(sigma_b) && both.status == STATUS_OK && both.sigma_b > 0)
        text_format(&text, "; its doubly critical point is sigma_b = %.12g, sigma_w = %.12g: leave out --sigma-b", both.sigma_b, both.sigma_w);
    else if (!isnan(sigma_b))
        text_string(&text, "; leave out --sigma-b, or give --init gaussian --sigma-w");
    error(EXIT_USAGE, "%s", text_str(&text));
    text_free(&text);
    return -1;
}
