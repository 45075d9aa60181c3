/* The smaller registries: architectures, normalisations, losses, number formats.
 * The one thing to know: a capability is listed when it works; its row is all that lists, help and axes need. */
#ifndef MODEL_KINDS_H
#define MODEL_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/registry.h"

typedef enum { LOSS_NONE, LOSS_MSE, LOSS_BCE, LOSS_CE } LossKind;

typedef struct {
    Named named;
    LossKind kind;
    int64_t outputs;   /* default width of the readout; 0: no readout */
} Loss;

extern const Registry archs, norms, losses;

const Loss *loss_of(Choice choice);

#endif
