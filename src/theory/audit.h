/* Published constants and framework defaults, held against theory.
 * The one thing to know: a claim is a row; what is true, and what follows over a depth, is computed from its row, never typed in.
 * Sources stand in the rows. */
#ifndef THEORY_AUDIT_H
#define THEORY_AUDIT_H

#include <stddef.h>

#include "theory/critical.h"

typedef struct Claim Claim;

typedef struct {
    const char *quantity;      /* what `claimed` and `true` are */
    const char *consequence;   /* what the factor is of */
    double (*truth)(const Claim *c, Critical *k);
    /* ln of the factor by which it changes over `depth` layers. */
    double (*ln_factor)(const Claim *c, Critical *k, double depth);
} Audit;

struct Claim {
    const char *name, *source, *activation;
    const Audit *audit;
    double claimed;
    double sigma_w, sigma_b;   /* the network it leads to */
    double q_1;                /* variance of its first pre-activations */
};

extern const Claim claims[];
extern const size_t n_claims;

typedef struct {
    double truth;            /* NOT_GIVEN where there is none */
    double relative_error;   /* (claimed - true)/|true| */
} Verdict;

/* `k` is of the claim's activation. */
void audit_verdict(const Claim *c, Critical *k, Verdict *out);
double audit_ln_factor(const Claim *c, Critical *k, double depth);

/* ln Π χ₁(q_ℓ) over layers 1 … depth, lengths from q_1: the mean squared gradient from layer `depth` to the input side of layer 1. */
double audit_ln_gradient(MeanField *m, double sigma_w, double sigma_b, double q_1, double depth);

#endif
