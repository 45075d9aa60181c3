/* Activations: value and derivative of every row of activations.def, over vectors and for one number.
 * The one thing to know: derivatives never cancel (sech², not 1 - tanh²), and kinks follow PyTorch (relu'(0) = 0).
 * In double every function is finite and right for |x| up to 1e300, so that callers clamp instead of testing. */
#ifndef MODEL_ACT_H
#define MODEL_ACT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/registry.h"

/* Klambauer et al. 2017, the fixed point (0, 1): lambda, alpha. */
#define SELU_LAMBDA 1.0507009873554804934193349852946
#define SELU_ALPHA 1.6732632423543772848170429916717

typedef struct Activation {
    Named named;
    const char *customary;   /* the initialiser that `auto` means for it */
    /* h[i] = φ(z[i]), d[i] = φ'(z[i]) for i < n; a is the parameter. For softmax `value` maps one row. */
    void (*value)(double *restrict h, const double *restrict z, size_t n, double a);
    void (*slope)(double *restrict d, const double *restrict z, size_t n, double a);   /* NULL: not elementwise */
    /* value and slope at once, which share what is costly; the same bits. */
    void (*both)(double *restrict h, double *restrict d, const double *restrict z, size_t n, double a);
    /* The same in float, to 4 ulp; infinities and NaN give what IEEE arithmetic gives in a float network. a is rounded to float. */
    void (*valuef)(float *restrict h, const float *restrict z, size_t n, double a);
    void (*slopef)(float *restrict d, const float *restrict z, size_t n, double a);
    void (*bothf)(float *restrict h, float *restrict d, const float *restrict z, size_t n, double a);
    /* The same for one number, for quadrature and tests; NULL for softmax. */
    double (*value_at)(double x, double a);
    double (*slope_at)(double x, double a);
    /* The slope φ(x)/x tends to as x → -∞ and +∞. */
    double (*slope_low)(double a), (*slope_high)(double a);
    double (*steepest)(double a);   /* an x where |φ'(x)| is largest */
    double kinks[2];                /* where φ' jumps */
    size_t n_kinks;
} Activation;

extern const Registry activations;

const Activation *activation_of(Choice choice);

/* max |φ'|, the scale of `saturated_frac`. */
double activation_max_slope(Choice choice);

/* Is its parameter learned in training (prelu)? */
bool activation_learns(Choice choice);

/* Softmax's vector-Jacobian product for one row: d = p ∘ (g - <g, p>), p the row's probabilities. */
void softmax_pullback(double *restrict d, const double *restrict g, const double *restrict p, size_t n);

void softmax_pullbackf(float *restrict d, const float *restrict g, const float *restrict p, size_t n);

#endif
