/* Metrics: what a readout says, and how often it is right.
 * The one thing to know: counts, not shares, so that batches add up; a regression has none, since with targets of variance 1
 * the share of variance explained is 1 - mse. */
#ifndef NET_METRIC_H
#define NET_METRIC_H

#include "model/kinds.h"
#include "num/rows.h"

/* What the head makes of the outputs: p (rows × cols); y itself for a linear head. */
void metric_predict(double *p, const Rows *y, HeadKind head);

/* How many of the rows are right: binary by p ≥ 1/2 (with two outputs by p_1 ≥ p_0), multiclass by the largest output, the first of equals,
 * multilabel by the share of labels on their side of 1/2. A NaN is never right. NOT_GIVEN for a regression. */
double metric_right(const Rows *y, const double *target, TaskKind task, HeadKind head);

#endif
