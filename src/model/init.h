/* Initialisers: which law the weights of a layer are drawn from, and with which standard deviation.
 * The one thing to know: σ_w is the standard deviation of W times √fan_in, σ_b that of a bias.
 * Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998; Saxe et al. 2014; Mishkin and Matas 2016 (LSUV). */
#ifndef MODEL_INIT_H
#define MODEL_INIT_H

#include <stdbool.h>

#include "model/registry.h"

typedef enum {
    LAW_NONE,        /* `auto`: stands for another row */
    LAW_GAUSSIAN,    /* independent normal entries */
    LAW_TRUNCATED,   /* normal entries cut at ±2σ, variance restored */
    LAW_UNIFORM,     /* independent uniform entries, symmetric about 0 */
    LAW_HAAR,        /* orthonormal rows where it narrows, columns where it widens, times a gain */
    LAW_CONSTANT,    /* every entry the same */
} WeightLaw;

/* What a variance rule may look at. */
typedef struct {
    double fan_in, fan_out;
    double slope;       /* negative slope of the activation, 0 unless leaky-relu or prelu */
    double parameter;   /* of the initialiser */
    double sigma_w;     /* as given by --sigma-w */
} InitCase;

typedef struct {
    Named named;
    WeightLaw law;
    double (*sigma_w)(const InitCase *c);   /* √(fan_in · E W²) before any data-driven scaling */
    double (*sigma_b)(const InitCase *c);   /* NULL: biases are N(0, σ_b²) with the given σ_b */
    bool takes_sigma_w;
    bool sigmas_by_theory;                  /* whoever resolves the spec finds σ_w (and σ_b, where it was not given) */
    bool scaled_by_data;                    /* LSUV: each layer is scaled until its pre-activations have variance 1 */
} Init;

extern const Registry inits;

const Init *init_of(Choice choice);

#endif
