/* Loss scaling.
 * The one thing to know: the scale is a float, as GradScaler's; it does not grow beyond what a float holds. */
#include "net/loss_scale.h"

#include <float.h>

enum { DYNAMIC_START = 65536, GROWTH_INTERVAL = 2000 };

LossScale loss_scale_start(Choice choice)
{
    const LossScaleKind kind = loss_scaling_of(choice)->kind;
    const float scale = kind == LOSS_SCALE_FIXED ? (float)choice.parameter : kind == LOSS_SCALE_DYNAMIC ? DYNAMIC_START : 1;
    return (LossScale){kind, scale, 0};
}

bool loss_scale_update(LossScale *s, bool finite)
{
    if (s->kind != LOSS_SCALE_DYNAMIC)
        return true;
    if (!finite) {
        s->scale /= 2;
        s->good = 0;
        return false;
    }
    if (++s->good == GROWTH_INTERVAL) {
        s->scale = s->scale > FLT_MAX / 2 ? s->scale : 2 * s->scale;
        s->good = 0;
    }
    return true;
}
