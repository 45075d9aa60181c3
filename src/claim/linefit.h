/* The best that a linear map can do on a binary task: least squares, by itself, without a network.
 * The one thing to know: the prediction for every stack of linear layers, however deep, with a linear head and the mean squared error.
 * Legendre 1805; GSL's multifit (singular values). */
#ifndef CLAIM_LINEFIT_H
#define CLAIM_LINEFIT_H

#include "net/samples.h"

typedef struct {
    double loss;                          /* mean square of what is left, on the training part, targets 0 and 1 */
    double train_accuracy, test_accuracy;   /* of its sign about 1/2 */
} LineFit;

/* `s` is binary. -1 after error() where the fit fails. */
int linefit(LineFit *out, const Samples *s);

#endif
