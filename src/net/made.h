/* Made data: spirals, XOR, a teacher network, blobs, labels of hyperplanes.
 * The one thing to know: samples come one after another from one stream, so a larger set begins with the smaller one.
 * Lang and Witbrock 1988; Minsky and Papert 1969; Gardner and Derrida 1989. */
#ifndef NET_MADE_H
#define NET_MADE_H

#include <stdint.h>

#include "model/kinds.h"
#include "num/rng.h"

/* Targets a sample: classes count as one number here, 0 … classes - 1. `classes`: how many there are, 0 for other tasks. */
int64_t made_targets(Choice data, TaskKind task, int64_t *classes);

/* n samples: x is n × the set's width, y n × made_targets. From the streams (source, 0 and 1, USE_TASK). */
void made_fill(double *x, double *y, int64_t n, Choice data, TaskKind task, RngSource source, Rng *rng);

#endif
