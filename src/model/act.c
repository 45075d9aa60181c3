/* Activations: the scalar functions, and the vectors and rows made from them.
 * The one thing to know: a new elementwise activation is two functions here and one row in activations.def.
 * Formulas avoid overflow and cancellation on the whole line; sources stand in the rows. */
#include "model/act.h"

#include <float.h>
#include <math.h>

#include "num/vecmath.h"

static inline double linear_value(double x, double a) { (void)a; return x; }
static inline double linear_slope(double x, double a) { (void)x, (void)a; return 1; }

static inline double sigmoid_value(double x, double a)
{
    (void)a;
    const double e = vec_exp(-fabs(x)), r = 1 / (1 + e);
    return x < 0 ? e * r : r;
}
static inline double sigmoid_slope(double x, double a)
{
    (void)a;
    const double e = vec_exp(-fabs(x)), r = 1 / (1 + e);
    return e * r * r;
}

/* By e = exp(-2|x|): tanh |x| = (1 - e)/(1 + e), sech² x = 4e/(1 + e)². */
static inline double tanh_value(double x, double a)
{
    (void)a;
    const double y = -2 * fabs(x), r = 1 / (1 + vec_exp(y));
    return copysign(-vec_expm1(y) * r, x);
}
static inline double tanh_slope(double x, double a)
{
    (void)a;
    const double e = vec_exp(-2 * fabs(x)), r = 1 / (1 + e);
    return 4 * e * r * r;
}

static inline double relu_value(double x, double a) { (void)a; return x < 0 ? 0 : x; }
static inline double relu_slope(double x, double a) { (void)a; return x > 0 ? 1 : 0; }

static inline double leaky_relu_value(double x, double a) { return x > 0 ? x : a * x; }
static inline double leaky_relu_slope(double x, double a) { return x > 0 ? 1 : a; }

static inline double prelu_value(double x, double a) { return leaky_relu_value(x, a); }
static inline double prelu_slope(double x, double a) { return leaky_relu_slope(x, a); }

static inline double elu_value(double x, double a) { return x > 0 ? x : a * vec_expm1(x); }
static inline double elu_slope(double x, double a) { return x > 0 ? 1 : a * vec_exp(x); }

static inline double selu_value(double x, double a) { (void)a; return SELU_LAMBDA * elu_value(x, SELU_ALPHA); }
static inline double selu_slope(double x, double a) { (void)a; return SELU_LAMBDA * elu_slope(x, SELU_ALPHA); }

static inline double swish_value(double x, double a) { return x * sigmoid_value(a * x, 0); }
static inline double swish_slope(double x, double a)
{
    const double s = sigmoid_value(a * x, 0);
    return s + a * x * sigmoid_slope(a * x, 0);
}

static inline double gelu_value(double x, double a) { (void)a; return 0.5 * x * erfc(-x * M_SQRT1_2); }
static inline double gelu_slope(double x, double a)
{
    (void)a;
    const double density = 0.5 * M_SQRT1_2 * M_2_SQRTPI * vec_exp(-0.5 * x * x);
    return 0.5 * erfc(-x * M_SQRT1_2) + x * density;
}

/* (1 + tanh u)/2 = σ(2u): no cancellation for negative u. Beyond |x| = 50 the bell is an exact zero. */
static const double gelu_root = 0.79788456080286535588, gelu_cubic = 0.044715;   /* √(2/π) */
static inline double gelu_tanh_value(double x, double a)
{
    (void)a;
    const double y = x < -50 ? -50 : x > 50 ? 50 : x;
    return x * sigmoid_value(2 * gelu_root * (y + gelu_cubic * y * y * y), 0);
}
static inline double gelu_tanh_slope(double x, double a)
{
    (void)a;
    const double y = x < -50 ? -50 : x > 50 ? 50 : x;
    const double u = 2 * gelu_root * (y + gelu_cubic * y * y * y), du = 2 * gelu_root * (1 + 3 * gelu_cubic * y * y);
    return sigmoid_value(u, 0) + y * sigmoid_slope(u, 0) * du;
}

static inline double softplus_value(double x, double a) { (void)a; return (x > 0 ? x : 0) + log1p(vec_exp(-fabs(x))); }
static inline double softplus_slope(double x, double a) { return sigmoid_value(x, a); }

static inline double softsign_value(double x, double a) { (void)a; return x / (1 + fabs(x)); }
static inline double softsign_slope(double x, double a)
{
    (void)a;
    const double y = 1 / (1 + fabs(x));
    return y * y;
}

/* tanh(log(1 + eˣ)) with n = eˣ for x ≤ 0 and m = e⁻ˣ for x > 0, and its derivative. */
static inline double mish_value(double x, double a)
{
    (void)a;
    const double e = vec_exp(-fabs(x));
    return x * (x > 0 ? (1 + 2 * e) / (1 + 2 * e + 2 * e * e) : e * (e + 2) / (e * e + 2 * e + 2));
}
static inline double mish_slope(double x, double a)
{
    (void)a;
    const double e = vec_exp(-fabs(x));
    const double under = x > 0 ? 1 + 2 * e + 2 * e * e : e * e + 2 * e + 2;
    const double t = (x > 0 ? 1 + 2 * e : e * (e + 2)) / under;
    return t + x * (x > 0 ? 4 * e * e * (1 + e) : 4 * e * (e + 1)) / (under * under);
}

static inline double hardtanh_value(double x, double a) { (void)a; return x < -1 ? -1 : x > 1 ? 1 : x; }
static inline double hardtanh_slope(double x, double a) { (void)a; return x > -1 && x < 1 ? 1 : 0; }

static inline double erf_value(double x, double a) { (void)a; return erf(x); }
static inline double erf_slope(double x, double a) { (void)a; return M_2_SQRTPI * vec_exp(-x * x); }

static inline double sin_value(double x, double a) { (void)a; return sin(x); }
static inline double sin_slope(double x, double a) { (void)a; return cos(x); }

static inline double arctan_value(double x, double a) { (void)a; return atan(x); }
static inline double arctan_slope(double x, double a) { (void)a; return 1 / (1 + x * x); }

static void softmax_row(double *restrict h, const double *restrict z, size_t n, double a)
{
    (void)a;
    double top = -HUGE_VAL, sum = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, z[i]);
    for (size_t i = 0; i < n; i++)
        sum += h[i] = exp(z[i] - top);
    for (size_t i = 0; i < n; i++)
        h[i] /= sum;
}

/* g is taken relative to the likeliest unit's, so that with p near (1, 0, …) its own entry is the sum of the small ones, not
 * what cancellation leaves of 1 - 1. */
void softmax_pullback(double *restrict d, const double *restrict g, const double *restrict p, size_t n)
{
    size_t top = 0;
    double inner = 0;
    for (size_t i = 1; i < n; i++)
        top = p[i] > p[top] ? i : top;
    for (size_t i = 0; i < n; i++)
        inner += (g[i] - g[top]) * p[i];
    for (size_t i = 0; i < n; i++)
        d[i] = p[i] * (g[i] - g[top] - inner);
}

static void softmax_rowf(float *restrict h, const float *restrict z, size_t n, double a)
{
    (void)a;
    float top = -HUGE_VALF;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        top = fmaxf(top, z[i]);
    for (size_t i = 0; i < n; i++) {
        const double e = exp((double)(z[i] - top));
        sum += e;
        h[i] = (float)e;
    }
    for (size_t i = 0; i < n; i++)
        h[i] = (float)((double)h[i] / sum);
}

void softmax_pullbackf(float *restrict d, const float *restrict g, const float *restrict p, size_t n)
{
    size_t top = 0;
    double inner = 0;
    for (size_t i = 1; i < n; i++)
        top = p[i] > p[top] ? i : top;
    for (size_t i = 0; i < n; i++)
        inner += ((double)g[i] - (double)g[top]) * (double)p[i];
    for (size_t i = 0; i < n; i++)
        d[i] = (float)((double)p[i] * ((double)g[i] - (double)g[top] - inner));
}

/* Vectors of the elementwise rows, and the three facts that depend on the parameter. */
#define NO_PARAMETER .parameter = NULL
#define PARAMETER(name_, standard_, lowest_, highest_) .parameter = name_, .standard = standard_, .lowest = lowest_, .highest = highest_
#define LEARNED(...) PARAMETER(__VA_ARGS__), .learned = true
#define NO_KINK .n_kinks = 0
#define KINK_AT(...) .kinks = {__VA_ARGS__}, .n_kinks = sizeof((double[]){__VA_ARGS__}) / sizeof(double)

#define FACTS(symbol, low_, high_, steepest_)                                       \
    static double symbol##_low(double a) { (void)a; return low_; }                  \
    static double symbol##_high(double a) { (void)a; return high_; }                \
    static double symbol##_steepest(double a) { (void)a; return steepest_; }
#define ROWWISE(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_) \
    FACTS(symbol, low_, high_, steepest_)
#define ROW(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_)     \
    FACTS(symbol, low_, high_, steepest_)                                                                        \
    MULTIVERSION static void symbol##_values(double *restrict h, const double *restrict z, size_t n, double a)               \
    {                                                                                                            \
        for (size_t i = 0; i < n; i++)                                                                           \
            h[i] = symbol##_value(z[i], a);                                                                      \
    }                                                                                                            \
    MULTIVERSION static void symbol##_slopes(double *restrict d, const double *restrict z, size_t n, double a)               \
    {                                                                                                            \
        for (size_t i = 0; i < n; i++)                                                                           \
            d[i] = symbol##_slope(z[i], a);                                                                      \
    }                                                                                                            \
    MULTIVERSION static void symbol##_both(double *restrict h, double *restrict d, const double *restrict z, size_t n, double a) \
    {                                                                                                            \
        for (size_t i = 0; i < n; i++) {                                                                         \
            h[i] = symbol##_value(z[i], a);                                                                      \
            d[i] = symbol##_slope(z[i], a);                                                                      \
        }                                                                                                        \
    }                                                                                                            \
    static void symbol##_valuesf(float *restrict h, const float *restrict z, size_t n, double a)                 \
    {                                                                                                            \
        for (size_t i = 0; i < n; i++)                                                                           \
            h[i] = (float)symbol##_value((double)z[i], a);                                                       \
    }                                                                                                            \
    static void symbol##_slopesf(float *restrict d, const float *restrict z, size_t n, double a)                 \
    {                                                                                                            \
        for (size_t i = 0; i < n; i++)                                                                           \
            d[i] = (float)symbol##_slope((double)z[i], a);                                                       \
    }                                                                                                            \
    static void symbol##_bothf(float *restrict h, float *restrict d, const float *restrict z, size_t n, double a) \
    {                                                                                                            \
        symbol##_valuesf(h, z, n, a);                                                                            \
        symbol##_slopesf(d, z, n, a);                                                                            \
    }
#include "model/activations.def"
#undef ROW
#undef ROWWISE

#define NAMED(name_, alias_, formula_, about_) .name = name_, .alias = alias_, .formula = formula_, .about = about_
#define SHARED(symbol, customary_) \
    .customary = customary_, .slope_low = symbol##_low, .slope_high = symbol##_high, .steepest = symbol##_steepest
#define ROW(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_)     \
    {.named = {NAMED(name_, alias_, formula_, about_), parameter_}, SHARED(symbol, customary_), kinks_,          \
     .value = symbol##_values, .slope = symbol##_slopes, .both = symbol##_both, .value_at = symbol##_value, .slope_at = symbol##_slope, \
     .valuef = symbol##_valuesf, .slopef = symbol##_slopesf, .bothf = symbol##_bothf},
#define ROWWISE(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_) \
    {.named = {NAMED(name_, alias_, formula_, about_), parameter_}, SHARED(symbol, customary_), kinks_,          \
     .value = symbol##_row, .valuef = symbol##_rowf},
static const Activation rows[] = {
#include "model/activations.def"
};

const Registry activations = {"activation", "activations", rows, sizeof rows / sizeof *rows, sizeof *rows};

const Activation *activation_of(Choice choice)
{
    return (const Activation *)(const void *)choice.row;
}

double activation_max_slope(Choice choice)
{
    const Activation *act = activation_of(choice);
    return fabs(act->slope_at(act->steepest(choice.parameter), choice.parameter));
}

bool activation_learns(Choice choice)
{
    return choice.row->learned;
}
