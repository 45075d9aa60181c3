/* Activations: vectors from the scalar functions, the row that is mapped as a whole, and the table.
 * The one thing to know: a new elementwise activation is two functions in act_formulas.inc and one row in activations.def; both types
 * and every instruction set follow. A vector's numbers are those of the scalar functions, bit for bit. */
#include "model/act.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "num/reduce.h"
#include "num/simd.h"
#include "num/vecmath.h"

enum { SOME = 16 };

#define GELU_ROOT 0.79788456080286535588   /* √(2/π) */
#define GELU_CUBIC 0.044715

/* Arguments of σ, and what gates make of them: y σ(p), and σ(p) (1 + y (1 - σ(p))). For doubles one number has to do. */
ALWAYS VecPair scaled(double x, double a)
{
    return (VecPair){a * x, 0};
}

ALWAYS VecPair gelu_argument(double y)
{
    return (VecPair){2 * GELU_ROOT * (y + GELU_CUBIC * y * y * y), 0};
}

ALWAYS double gated(VecPair p, double y)
{
    const double e = vec_exp_below(-fabs(p.high)), r = 1 / (1 + e);
    return y * (p.high < 0 ? e * r : r);
}

ALWAYS double gated_slope(VecPair p, double y)
{
    const double e = vec_exp_below(-fabs(p.high)), r = 1 / (1 + e), small = e * r;
    return (p.high < 0 ? small : r) + y * (small - small * small);
}

/* For floats there is what rounding leaves of the argument, since e^p shows it p times, and the exponential comes last, for it may be
 * subnormal where the result is not. */
ALWAYS VecPairf scaledf(float x, float a)
{
    const float p = a * x;
    return (VecPairf){p, __builtin_fmaf(a, x, -p)};
}

ALWAYS VecPairf gelu_argumentf(float y)
{
    const float c1 = (float)(2 * GELU_ROOT), c3 = (float)(2 * GELU_ROOT * GELU_CUBIC);
    const float c1_rest = (float)(2 * GELU_ROOT - (double)c1), c3_rest = (float)(2 * GELU_ROOT * GELU_CUBIC - (double)c3);
    const VecPairf s = vec_squaref(y);
    const float bend = c3 * s.high, slope = c1 + bend, part = slope - c1;   /* y (c1 + c3 y²) */
    const float lost = (c1 - (slope - part)) + (bend - part) + __builtin_fmaf(c3, s.high, -bend), u = y * slope;
    const float rest = lost + c1_rest + __builtin_fmaf(c3, s.low, c3_rest * s.high);
    return (VecPairf){u, __builtin_fmaf(y, rest, __builtin_fmaf(y, slope, -u))};
}

/* e^-|p|. Where |p| is large it is 0, but the rest perhaps large too, or not a number. */
ALWAYS VecDecayf decayf(VecPairf p)
{
    const float low = p.low < 0x1p-10f ? p.low : 0x1p-10f, rest = low > -0x1p-10f ? low : -0x1p-10f;
    return vec_decay_pairf(-fabsf(p.high), vec_by_signf(p.high, rest, -rest));
}

ALWAYS float gatedf(VecPairf p, float y)
{
    const VecDecayf d = decayf(p);
    const float z = y * (1 / (1 + vec_decay_valuef(d)));
    return vec_by_signf(p.high, vec_decayedf(d, z), z);
}

ALWAYS float gated_slopef(VecPairf p, float y)
{
    const VecDecayf d = decayf(p);
    const float e = vec_decay_valuef(d), r = 1 / (1 + e), z = r * __builtin_fmaf(y, vec_by_signf(p.high, r, e * r), 1);
    return vec_by_signf(p.high, vec_decayedf(d, z), z);
}

#define Real double
#define TYPED(name) name
#define MULADD(a, b, c) ((a) * (b) + (c))
#define GELU_END 40.0
#include "model/act_formulas.inc"
#define KERNEL "model/act_loops.inc"
#include "num/each_simd.inc"
#include "model/act_softmax.inc"

#define Real float
#define TYPED(name) name##f
#define MULADD(a, b, c) __builtin_fmaf(a, b, c)
#define GELU_END 16.5f
#include "model/act_formulas.inc"
#define KERNEL "model/act_loops.inc"
#include "num/each_simd.inc"
#include "model/act_softmax.inc"

/* Where a formula ends the C library goes on, one number at a time. */
#define FAR(Real, suffix)                                                                                          \
    static void far##suffix(Real *out, const Real *z, size_t n, double most, double (*exact)(double))              \
    {                                                                                                              \
        if (largest##suffix(z, n) <= most)                                                                         \
            return;                                                                                                \
        for (size_t i = 0; i < n; i++)                                                                             \
            out[i] = fabs((double)z[i]) > most ? (Real)exact((double)z[i]) : out[i];                               \
    }
FAR(double, )
FAR(float, f)

static double sin_far_value(double x) { return sin(x); }
static double sin_far_slope(double x) { return cos(x); }
static double sin_value_at(double x, double a) { return fabs(x) > VEC_SINE_MOST ? sin_far_value(x) : sin_value(x, a); }
static double sin_slope_at(double x, double a) { return fabs(x) > VEC_SINE_MOST ? sin_far_slope(x) : sin_slope(x, a); }

/* The vectors, by the best instructions there are, and the three facts that depend on the parameter. */
#define NO_PARAMETER .parameter = NULL
#define PARAMETER(name_, standard_, lowest_, highest_) .parameter = name_, .standard = standard_, .lowest = lowest_, .highest = highest_
#define LEARNED(...) PARAMETER(__VA_ARGS__), .learned = true
#define NO_KINK .n_kinks = 0
#define KINK_AT(...) .kinks = {__VA_ARGS__}, .n_kinks = sizeof((double[]){__VA_ARGS__}) / sizeof(double)

#define FACTS(symbol, low_, high_, steepest_)                                       \
    static double symbol##_low(double a) { (void)a; return low_; }                  \
    static double symbol##_high(double a) { (void)a; return high_; }                \
    static double symbol##_steepest(double a) { (void)a; return steepest_; }
#define EVERYWHERE(out, exact, suffix)
#define NEAR_ZERO(out, exact, suffix) far##suffix(out, z, n, VEC_SINE_MOST, exact);
#define VECTORS(symbol, Real, suffix, domain)                                                                                  \
    static void symbol##_to_value##suffix(Real *restrict h, const Real *restrict z, size_t n, double a)                        \
    {                                                                                                                          \
        CHOOSE(symbol##_values##suffix)(h, z, n, (Real)a);                                                                     \
        domain(h, symbol##_far_value, suffix)                                                                                  \
    }                                                                                                                          \
    static void symbol##_to_slope##suffix(Real *restrict d, const Real *restrict z, size_t n, double a)                        \
    {                                                                                                                          \
        CHOOSE(symbol##_slopes##suffix)(d, z, n, (Real)a);                                                                     \
        domain(d, symbol##_far_slope, suffix)                                                                                  \
    }                                                                                                                          \
    static void symbol##_to_both##suffix(Real *restrict h, Real *restrict d, const Real *restrict z, size_t n, double a)       \
    {                                                                                                                          \
        CHOOSE(symbol##_both##suffix)(h, d, z, n, (Real)a);                                                                    \
        domain(h, symbol##_far_value, suffix)                                                                                  \
        domain(d, symbol##_far_slope, suffix)                                                                                  \
    }
#define ROWWISE(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_) \
    FACTS(symbol, low_, high_, steepest_)
#define ROW(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_) \
    FACTS(symbol, low_, high_, steepest_)                                                                    \
    VECTORS(symbol, double, , EVERYWHERE)                                                                    \
    VECTORS(symbol, float, f, EVERYWHERE)
#define ROW_NEAR(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_) \
    FACTS(symbol, low_, high_, steepest_)                                                                         \
    VECTORS(symbol, double, , NEAR_ZERO)                                                                          \
    VECTORS(symbol, float, f, NEAR_ZERO)
#include "model/activations.def"
#undef ROW
#undef ROW_NEAR
#undef ROWWISE

#define NAMED(name_, alias_, formula_, about_) .name = name_, .alias = alias_, .formula = formula_, .about = about_
#define SHARED(symbol, customary_) \
    .customary = customary_, .slope_low = symbol##_low, .slope_high = symbol##_high, .steepest = symbol##_steepest
#define ELEMENTWISE(symbol)                                                                              \
    .value = symbol##_to_value, .slope = symbol##_to_slope, .both = symbol##_to_both,                    \
    .valuef = symbol##_to_valuef, .slopef = symbol##_to_slopef, .bothf = symbol##_to_bothf
#define ROW(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_)          \
    {.named = {NAMED(name_, alias_, formula_, about_), parameter_}, SHARED(symbol, customary_), kinks_, ELEMENTWISE(symbol),     \
     .value_at = symbol##_value, .slope_at = symbol##_slope},
#define ROW_NEAR(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_)     \
    {.named = {NAMED(name_, alias_, formula_, about_), parameter_}, SHARED(symbol, customary_), kinks_, ELEMENTWISE(symbol),     \
     .value_at = symbol##_value_at, .slope_at = symbol##_slope_at},
#define ROWWISE(symbol, name_, alias_, parameter_, customary_, low_, high_, steepest_, kinks_, formula_, about_)      \
    {.named = {NAMED(name_, alias_, formula_, about_), parameter_}, SHARED(symbol, customary_), kinks_,                          \
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
