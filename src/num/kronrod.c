/* Gauss-Kronrod panels of functions over vectors.
 * The one thing to know: nodes go from right to left in symmetric pairs, the Gauss points at odd places.
 * Sources stand in the header. */
#include "num/kronrod.h"

#include <float.h>
#include <math.h>

enum { HALF = 10, POINTS = 2 * HALF + 1, GROUP = KRONROD_TOGETHER / POINTS, LANES = 8, MOST_PANELS = 512 };

static const double node[HALF] = {
    0.9956571630258080807355273, 0.9739065285171717200779640, 0.9301574913557082260012072, 0.8650633666889845107320967,
    0.7808177265864168970637176, 0.6794095682990244062343274, 0.5627571346686046833390001, 0.4333953941292471907992659,
    0.2943928627014601981311266, 0.1488743389816312108848260,
};
static const double weight[HALF + 1] = {
    0.01169463886737187427806440, 0.03255816230796472747881897, 0.05475589657435199603138130, 0.07503967481091995276704314,
    0.09312545458369760553506547, 0.10938715880229764189921060, 0.12349197626206585107795810, 0.13470921731147332592805400,
    0.14277593857706008079709430, 0.14773910490133849137484150, 0.14944555400291690566493650,
};
static const double gauss_weight[HALF / 2] = {
    0.06667134430868813759356881, 0.1494513491505805931457763, 0.2190863625159820439955349, 0.2692667193099963550912269, 0.2955242247147528701738930,
};

/* QUADPACK's: the difference of the two rules to the power 3/2, relative to how far f lies from its mean; never below rounding. */
static double stated_error(double difference, double absolute, double spread)
{
    double error = fabs(difference);
    if (spread != 0 && error != 0) {
        const double ratio = 200 * error / spread;
        error = spread * fmin(1, ratio * sqrt(ratio));
    }
    return absolute > DBL_MIN / (50 * DBL_EPSILON) ? fmax(error, 50 * DBL_EPSILON * absolute) : error;
}

static Panel weigh(const double *y, double half)
{
    double kronrod = weight[HALF] * y[2 * HALF], gauss = 0, absolute = weight[HALF] * fabs(y[2 * HALF]);
    for (int i = 0; i < HALF; i++) {
        const double pair = y[2 * i] + y[2 * i + 1];
        kronrod += weight[i] * pair;
        absolute += weight[i] * (fabs(y[2 * i]) + fabs(y[2 * i + 1]));
        if (i % 2)
            gauss += gauss_weight[i / 2] * pair;
    }
    const double mean = kronrod / 2;
    double spread = weight[HALF] * fabs(y[2 * HALF] - mean);
    for (int i = 0; i < HALF; i++)
        spread += weight[i] * (fabs(y[2 * i] - mean) + fabs(y[2 * i + 1] - mean));
    return (Panel){kronrod * half, stated_error((kronrod - gauss) * half, absolute * half, spread * half), absolute * half};
}

static void place(double *x, double low, double high)
{
    const double centre = (low + high) / 2, half = (high - low) / 2;
    for (int i = 0; i < HALF; i++) {
        x[2 * i] = centre + half * node[i];
        x[2 * i + 1] = centre - half * node[i];
    }
    x[2 * HALF] = centre;
}

void kronrod_panels(Panel *out, const VectorFunction *f, const double *at, size_t panels)
{
    double x[KRONROD_TOGETHER], y[KRONROD_TOGETHER];
    for (size_t first = 0; first < panels; first += GROUP) {
        const size_t here = panels - first < GROUP ? panels - first : GROUP;
        size_t n = here * POINTS;
        for (size_t k = 0; k < here; k++)
            place(x + k * POINTS, at[first + k], at[first + k + 1]);
        for (; n % LANES; n++)   /* whole vectors: what is left over would cost as much as the rest */
            x[n] = x[n - 1];
        f->f(y, x, n, f->context);
        for (size_t k = 0; k < here; k++)
            out[first + k] = weigh(y + k * POINTS, (at[first + k + 1] - at[first + k]) / 2);
    }
}

static Panel halve(const VectorFunction *f, Panel whole, double low, double high, double allowed, int *left)
{
    if (!(whole.error > allowed) || whole.error <= 64 * DBL_EPSILON * whole.absolute || *left < 2)
        return whole;
    *left -= 2;
    const double at[3] = {low, (low + high) / 2, high};
    Panel half[2];
    kronrod_panels(half, f, at, 2);
    const Panel a = halve(f, half[0], at[0], at[1], allowed / 2, left), b = halve(f, half[1], at[1], at[2], allowed / 2, left);
    return (Panel){a.value + b.value, a.error + b.error, a.absolute + b.absolute};
}

Panel kronrod_refine(const VectorFunction *f, Panel whole, double low, double high, double allowed)
{
    int left = MOST_PANELS;
    return halve(f, whole, low, high, allowed, &left);
}
