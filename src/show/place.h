/* Places for words on a phase diagram: where in its region a phase's name fits, clear of the line, the frame and the circles.
 * The one thing to know: of all boxes that lie in the region the one with most room around it is taken. */
#ifndef SHOW_PLACE_H
#define SHOW_PLACE_H

#include <stdint.h>

#include "show/plane.h"

/* What networks.csv measured at one (σ_w, σ_b); growth and prediction as log10 of χ₁. */
typedef struct {
    double w, b, growth, predicted;
    int64_t depth;
    size_t seeds;
} Measured;

typedef struct {
    const Plane *plane;
    Range across, up;
    const Measured *circles;
    size_t n_circles, panels;
    double limit;           /* of the palette */
} Frame;

typedef struct {
    bool found, whole, dark;   /* the whole sentence, in two lines, fits, or only its first word; the ground is dark */
    double w, b;               /* the box's middle */
} Spot;

Spot place_word(const Frame *frame, bool chaotic);

#endif
