/* Weights: one matrix from one law.
 * The one thing to know: a matrix is a pure function of its stream, so it can be drawn again for the backward pass.
 * Haar measure by QR of a Gaussian matrix with the signs of R's diagonal: Mezzadri 2007. */
#ifndef NET_WEIGHTS_H
#define NET_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/init.h"
#include "num/rng.h"
#include "num/rows.h"

/* W is fan_out × fan_in, in double or float, √(fan_in · E W²) = sigma_w; parameter is the initialiser's.
 * `work`: weights_work_size doubles. */
void weights_draw(const Rows *w, const Init *init, double sigma_w, double parameter, Rng *rng, double *work);

/* May the matrix be drawn a few rows at a time (a multiple of WEIGHTS_ROWS, the last block excepted), by calls of weights_draw_some
 * on one open stream? The numbers are the same. */
enum { WEIGHTS_ROWS = 32 };
bool weights_in_parts(const Init *init);
void weights_draw_some(const Rows *w, size_t first, size_t count, const Init *init, double sigma_w, Rng *rng);

size_t weights_work_size(size_t fan_out, size_t fan_in, const Init *init, bool single);

#endif
