/* Closed forms of Gaussian moments: the table.
 * The one thing to know: written so that nothing cancels as q → 0, q → ∞ or the gap → 0 (arctangents for arcsines near 1).
 * Sources stand in the header; the moments of gelu and hardtanh follow by Stein's lemma and by parts. */
#include "theory/closed.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* The angle between two directions at distance gap = 1 - cos θ. */
static double angle(double gap)
{
    return 2 * asin(fmin(1, sqrt(gap / 2)));
}

/* sin θ - θ cos θ, from its series where it would cancel. */
static double crescent(double t)
{
    if (t > 0.3)
        return sin(t) - t * cos(t);
    const double s = t * t;
    return t * s * (1 / 3.0 - s * (1 / 30.0 - s * (1 / 840.0 - s * (1 / 45360.0 - s / 3991680.0))));
}

double closed_hinge_apart(double q, double gap, double low, double high)
{
    const double jump = high - low;
    return q * ((low * low + high * high) / 2 * gap - jump * jump / (2 * M_PI) * crescent(angle(gap)));
}

double closed_hinge_slopes(double gap, double low, double high)
{
    const double mean = (low + high) / 2, half = (high - low) / 2;
    return mean * mean + half * half * (1 - M_2_PI * angle(gap));
}

/* E u²v² over u, v > 0 is (3 sin θ cos θ + (π - θ)(1 + 2cos²θ))/2π, over u > 0 > v the rest of (1 + 2cos²θ)/2. */
double closed_hinge_squares(double q, double gap, double low, double high)
{
    const double t = angle(gap), c = cos(t), all = 1 + 2 * c * c, same = (3 * sin(t) * c + (M_PI - t) * all) / (2 * M_PI), other = all / 2 - same;
    const double low2 = low * low, high2 = high * high;
    return q * q * ((low2 * low2 + high2 * high2) * same + 2 * low2 * high2 * other);
}

/* φ(x) = a x for x < 0, x for x > 0. */
static double leaky_mean(double q, double a) { return (1 - a) * sqrt(q / (2 * M_PI)); }
static double leaky_square(double q, double a) { return q * (1 + a * a) / 2; }
static double leaky_slope_square(double q, double a) { (void)q; return (1 + a * a) / 2; }
static double leaky_fourth(double q, double a) { return 3 * q * q * (1 + a * a * a * a) / 2; }
static double leaky_slope_fourth(double q, double a) { (void)q; return (1 + a * a * a * a) / 2; }
static double leaky_mixed(double q, double a) { return q * (1 + a * a * a * a) / 2; }
static double leaky_apart(double q, double gap, double a) { return closed_hinge_apart(q, gap, a, 1); }
static double leaky_slopes(double q, double gap, double a) { (void)q; return closed_hinge_slopes(gap, a, 1); }

static double relu_mean(double q, double a) { (void)a; return leaky_mean(q, 0); }
static double relu_square(double q, double a) { (void)a; return q / 2; }
static double relu_slope_square(double q, double a) { (void)q, (void)a; return 0.5; }
static double relu_fourth(double q, double a) { (void)a; return 1.5 * q * q; }
static double relu_apart(double q, double gap, double a) { (void)a; return closed_hinge_apart(q, gap, 0, 1); }
static double relu_slopes(double q, double gap, double a) { (void)q, (void)a; return closed_hinge_slopes(gap, 0, 1); }

static double zero(double q, double a) { (void)q, (void)a; return 0; }
static double one(double q, double a) { (void)q, (void)a; return 1; }
static double same(double q, double a) { (void)a; return q; }
static double linear_fourth(double q, double a) { (void)a; return 3 * q * q; }
static double linear_apart(double q, double gap, double a) { (void)a; return q * gap; }
static double linear_slopes(double q, double gap, double a) { (void)q, (void)gap, (void)a; return 1; }

/* E erf erf = (2/π) asin(2qc/(1 + 2q)), Williams 1997. */
static double erf_square(double q, double a) { (void)a; return M_2_PI * atan(2 * q / sqrt(1 + 4 * q)); }
static double erf_slope_square(double q, double a) { (void)a; return 2 * M_2_PI / sqrt(1 + 4 * q); }
static double erf_growth(double q, double a) { (void)a; return 2 * M_2_PI * q / ((1 + 2 * q) * sqrt(1 + 4 * q)); }
static double erf_slope_fourth(double q, double a) { (void)a; return 4 * M_2_PI * M_2_PI / sqrt(1 + 8 * q); }
static double erf_apart(double q, double gap, double a)
{
    (void)a;
    const double s = 2 * q / (1 + 2 * q), c = 1 - gap;
    const double cosine = sqrt(1 + 4 * q) / (1 + 2 * q);   /* √(1 - s²) */
    /* 1 - s²c² = cosine² + s² gap (2 - gap) */
    const double other = sqrt(cosine * cosine + s * s * gap * (2 - gap));
    if (c < 0)
        return M_2_PI * (atan2(s, cosine) - atan2(s * c, other));
    const double sine = s * gap * (2 - gap) / (other + c * cosine);   /* of the difference of the two arcsines */
    return M_2_PI * atan2(sine, other * cosine + s * s * c);
}
static double erf_slopes(double q, double gap, double a)
{
    (void)a;
    return 2 * M_2_PI / sqrt(1 + 4 * q + 4 * q * q * gap * (2 - gap));
}

/* With u = 1 - exp(-2q): E sin² = u/2, and powers of exp(-2q) expanded in u. */
static double sin_square(double q, double a) { (void)a; return -expm1(-2 * q) / 2; }
static double sin_slope_square(double q, double a) { (void)a; return (1 + exp(-2 * q)) / 2; }
static double sin_growth(double q, double a) { (void)a; return q * exp(-2 * q); }
static double sin_fourth(double q, double a)
{
    (void)a;
    const double u = -expm1(-2 * q);
    return u * u * (6 - 4 * u + u * u) / 8;
}
static double sin_slope_fourth(double q, double a) { (void)a; return (3 + 4 * exp(-2 * q) + exp(-8 * q)) / 8; }
static double sin_mixed(double q, double a) { (void)a; return -expm1(-8 * q) / 8; }
static double sin_far_square(double q, double a) { (void)a; return q * (1 + (1 - 4 * q) * exp(-2 * q)) / 2; }
static double sin_apart(double q, double gap, double a)
{
    (void)a;
    const double far = q * gap < 1 ? exp(-2 * q) * expm1(q * gap) : exp(-q * (2 - gap)) - exp(-2 * q);
    return (far - expm1(-q * gap)) / 2;
}
static double sin_slopes(double q, double gap, double a) { (void)a; return (exp(-q * gap) + exp(-q * (2 - gap))) / 2; }

/* φ(x) = x Φ(x): with r = √(1 + 2q) and A = asin(q/(1 + q)) = atan(q/r), E Φ² = 1/4 + A/2π. */
static double gelu_mean(double q, double a) { (void)a; return q / sqrt(2 * M_PI * (1 + q)); }
static double gelu_square(double q, double a)
{
    (void)a;
    const double r = sqrt(1 + 2 * q);
    return q * (0.25 + atan(q / r) / (2 * M_PI) + q / (M_PI * (1 + q) * r));
}
static double gelu_slope_square(double q, double a)
{
    (void)a;
    const double r = sqrt(1 + 2 * q);
    return 0.25 + atan(q / r) / (2 * M_PI) + q / (M_PI * (1 + q) * r) + q / (2 * M_PI * r * r * r);
}
static double gelu_growth(double q, double a)
{
    const double r = sqrt(1 + 2 * q), p = 1 + q;
    const double rest = q / (2 * M_PI * p * r) + (q / (M_PI * p * r)) * (1 / p - q / (r * r));
    return gelu_square(q, a) + q * rest;
}

/* Moments over |x| < 1 of even powers are incomplete gamma functions of 1/(2q). */
static double inside(double q) { return erf(1 / sqrt(2 * q)); }
static double inside_square(double q) { return q * gsl_sf_gamma_inc_P(1.5, 1 / (2 * q)); }
static double hardtanh_square(double q, double a) { (void)a; return inside_square(q) + erfc(1 / sqrt(2 * q)); }
static double hardtanh_slope_square(double q, double a) { (void)a; return inside(q); }
static double hardtanh_growth(double q, double a) { (void)a; return inside_square(q); }
static double hardtanh_fourth(double q, double a)
{
    (void)a;
    return 3 * q * q * gsl_sf_gamma_inc_P(2.5, 1 / (2 * q)) + erfc(1 / sqrt(2 * q));
}

/* q K - V = √(2q/π) exp(-1/2q) - erfc(1/√2q): only what lies beyond the kinks. */
static double hardtanh_margin(double q, double a)
{
    (void)a;
    const double x = 1 / sqrt(2 * q);
    if (x > 25)
        return NAN;   /* underflows */
    return (sqrt(q) * M_SQRT1_2 * M_2_SQRTPI * exp(-x * x) - erfc(x)) / (q * inside(q));
}

static const Closed rows[] = {
    {.activation = "linear", .mean = zero, .square = same, .slope_square = one, .growth = same, .fourth = linear_fourth,
     .slope_fourth = one, .mixed = same, .apart = linear_apart, .slopes = linear_slopes},
    {.activation = "relu", .mean = relu_mean, .square = relu_square, .slope_square = relu_slope_square, .growth = relu_square,
     .fourth = relu_fourth, .slope_fourth = relu_slope_square, .mixed = relu_square, .apart = relu_apart, .slopes = relu_slopes},
    {.activation = "leaky-relu", .mean = leaky_mean, .square = leaky_square, .slope_square = leaky_slope_square,
     .growth = leaky_square, .fourth = leaky_fourth, .slope_fourth = leaky_slope_fourth, .mixed = leaky_mixed,
     .apart = leaky_apart, .slopes = leaky_slopes},
    {.activation = "prelu", .mean = leaky_mean, .square = leaky_square, .slope_square = leaky_slope_square,
     .growth = leaky_square, .fourth = leaky_fourth, .slope_fourth = leaky_slope_fourth, .mixed = leaky_mixed,
     .apart = leaky_apart, .slopes = leaky_slopes},
    {.activation = "erf", .mean = zero, .square = erf_square, .slope_square = erf_slope_square, .growth = erf_growth,
     .slope_fourth = erf_slope_fourth, .apart = erf_apart, .slopes = erf_slopes},
    {.activation = "sin", .mean = zero, .square = sin_square, .slope_square = sin_slope_square, .growth = sin_growth,
     .fourth = sin_fourth, .slope_fourth = sin_slope_fourth, .mixed = sin_mixed, .far_square = sin_far_square,
     .apart = sin_apart, .slopes = sin_slopes},
    {.activation = "gelu", .mean = gelu_mean, .square = gelu_square, .slope_square = gelu_slope_square, .growth = gelu_growth},
    {.activation = "hardtanh", .mean = zero, .square = hardtanh_square, .slope_square = hardtanh_slope_square,
     .growth = hardtanh_growth, .fourth = hardtanh_fourth, .slope_fourth = hardtanh_slope_square, .mixed = hardtanh_growth, .margin = hardtanh_margin},
};

const Closed *closed_rows(int *count)
{
    *count = (int)(sizeof rows / sizeof *rows);
    return rows;
}

const Closed *closed_find(const char *activation)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].activation, activation))
            return &rows[i];
    return NULL;
}
