/* Finite width: exact laws of ln‖·‖² a layer, where they are known.
 * The one thing to know: the mean of the logarithm and the logarithm of the mean differ; deep networks follow the former.
 * Hanin and Nica 2020 (ReLU); products of Gaussian matrices: Newman 1986. Bias-free Gaussian weights. */
#ifndef THEORY_FINITE_H
#define THEORY_FINITE_H

#include <stdint.h>

/* Mean and variance of a logarithm. */
typedef struct {
    double mean, variance;
} LogLaw;

/* ln(χ²_n / n). */
LogLaw finite_chi_square(int64_t n);

/* ln((2/n) χ²_K), K ~ Bin(n, 1/2), given K > 0: one He-ReLU layer, forward, and backward from an independent direction. */
LogLaw finite_relu(int64_t n);

/* P(some layer has no active unit by layer L) for one input: 1 - Π(1 - 2^-n), ReLU, symmetric weights, no bias. */
double finite_relu_dead(int64_t n, int64_t depth);

#endif
