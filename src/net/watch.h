/* What a number format does to the numbers of a network as they pass by: the first zero, subnormal, infinity and NaN, and which layers it lost.
 * The one thing to know: a zero that is exact (a dead layer, weights of zero) is not lost; one that the format made of something is, and so is
 * all that follows from it. Doubles carry scales: with them only a NaN can happen, and an exact zero. */
#ifndef NET_WATCH_H
#define NET_WATCH_H

#include "model/dtype.h"
#include "net/linmap.h"
#include "num/status.h"

/* A gradient of zeros; one whose largest element is subnormal; an infinity, a NaN in a signal (z, h) or a gradient (∂L/∂z, ∂L/∂h). */
typedef enum { EVENT_ZERO, EVENT_SUBNORMAL, EVENT_INF, EVENT_NAN, EVENT_COUNT } Event;

typedef struct {
    const Dtype *dtype;
    const Engine *engine;
    const void *map;
    int64_t layer[EVENT_COUNT];   /* the first where it happened in this forward and backward pass; -1: nowhere */
    bool lost;                    /* the last array that went by was 0 or subnormal because of the format */
    double size;                  /* the largest |z| of the layer in hand, NaN where there is one */
} Watch;

/* Before a forward pass. */
void watch_begin(Watch *w, const Dtype *dtype, const Engine *engine, const void *map);

/* Each says what became of the array: nan or overflow where an element is one or an infinity; underflow where the format lost it, that is
 * where all of it is zero or subnormal, and not by right; else ok.
 * z of a layer from the h below it; h = φ(z), which is looked at only where it can be out of range, given max |φ'|. Then back: watch_turn; delta = ∂L/∂z from what it was made of, ∂L/∂h by the slopes, or the loss's gradient
 * (slope NULL); and g = ∂L/∂h of a layer from the delta above it. */
Status watch_z(Watch *w, int64_t layer, const Rows *z, const Rows *h);
Status watch_h(Watch *w, int64_t layer, const Rows *h, double steepest);
void watch_turn(Watch *w);
Status watch_delta(Watch *w, int64_t layer, const Rows *delta, const Rows *from, const Rows *slope);
Status watch_g(Watch *w, int64_t layer, const Rows *g, const Rows *delta);

#endif
