/* Labels: what targets may hold, and how many classes there are.
 * The one thing to know: classes are 0 … K-1 and each occurs, since a gap nearly always means that they were numbered otherwise. */
#ifndef NET_LABELS_H
#define NET_LABELS_H

#include <stdint.h>

#include "model/kinds.h"

/* Why a number is no target of this task ("not a class: …"), or NULL where it is one. */
const char *label_refusal(TaskKind task, double label);

/* K of n labels that label_refusal let pass. -1 after error() 65 where only one class, or not every class below the largest, occurs. */
int labels_classes(const double *label, int64_t n, const char *path, int64_t *classes);

#endif
