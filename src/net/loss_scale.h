/* Loss scaling: the loss times a number, so that small gradients survive a narrow format.
 * The one thing to know: only `dynamic` looks at overflow; with a fixed scale every step is taken, whatever it holds.
 * Micikevicius et al. 2018; the rule and its constants are those of torch.amp.GradScaler. */
#ifndef NET_LOSS_SCALE_H
#define NET_LOSS_SCALE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/kinds.h"

typedef struct {
    LossScaleKind kind;
    float scale;      /* multiply the loss's gradient with it, divide weight gradients by it in float32; 1 for none */
    int64_t good;     /* steps without overflow since it last changed */
} LossScale;

LossScale loss_scale_start(Choice choice);

/* After a backward pass whose gradients are all finite, or not: whether to take the step; the scale for the next one. */
bool loss_scale_update(LossScale *s, bool finite);

#endif
