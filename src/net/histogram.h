/* Histograms: how the entries of a layer's activations and of its gradient are spread, counted as they pass by.
 * The one thing to know: a Tap counts; activations in units of the layer's own root mean square, gradients by log10 |g|, with the rows'
 * exponents, so that both are right at any depth. How many bins there are does not depend on the numbers.
 * The pictures of Glorot and Bengio 2010. */
#ifndef NET_HISTOGRAM_H
#define NET_HISTOGRAM_H

#include "net/pass.h"

/* Bins of h: 0.1 wide, from -4.05 to 4.05, the first and the last open to infinity. Bins of log10 |g|: a quarter wide, multiples of
 * a quarter, from about 8 decades below the root mean square to 2 above, the first and the last open likewise; zeros are apart. */
enum { HISTOGRAM_H = 81, HISTOGRAM_GRAD = 41 };

/* NaN is in no bin; infinities are in the open ones. */
typedef struct {
    int64_t h[HISTOGRAM_H];
    int64_t zeros, grad[HISTOGRAM_GRAD];
    int64_t first;   /* grad[0] ends, and grad[1] begins, at (first + 1)/4 */
} LayerHistogram;

typedef struct {
    double low, high;
} Bin;

Bin histogram_h_bin(size_t k);
Bin histogram_grad_bin(const LayerHistogram *h, size_t k);

/* For layers 0 … depth of a network; memory is touched only where `keeps` (NULL: all) wants the layer. */
typedef struct Histograms Histograms;

Histograms *histograms_alloc(size_t layers, LayerFilter *keeps, const void *context);
void histograms_free(Histograms *h);

/* The network whose passes come next; its tap; what the last pass gave. */
const Tap *histograms_tap(Histograms *h, const NetSpec *spec);
const LayerHistogram *histograms_layer(const Histograms *h, int64_t layer);

#endif
