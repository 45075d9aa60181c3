/* Places for words: trying boxes over the frame, largest margin first.
 * The one thing to know: box sizes are shares of the frame, from the widths that theme.gp gives panels and letters. */
#include "show/place.h"

#include <math.h>

enum { STEPS = 40, MARGINS = 8, ACROSS = 12, UP = 4 };

typedef struct {
    double width, height;   /* halves, as shares of the frame */
} Box;

/* Letters of 10 pixels in frames as wide and high as theme.gp has them; one panel, two or four, more. */
static Box box_of(const Frame *f, bool whole)
{
    const double wide = f->panels == 1 ? 868 : f->panels == 2 || f->panels == 4 ? 590 : f->panels <= 9 ? 378 : 270;
    const double high = f->panels == 1 ? 620 : f->panels == 2 || f->panels == 4 ? 400 : f->panels <= 9 ? 340 : 240;
    return (Box){(whole ? 19 : 9) * 11.2 / 2 / wide, (whole ? 28 : 15) / high};
}

/* Does the box at (x, y), shares of the frame, lie in the region, on a ground wholly light or wholly dark? */
static bool lies_in(const Frame *f, Box box, double x, double y, bool chaotic, bool dark)
{
    const double wide = f->across.high - f->across.low, high = f->up.high - f->up.low;
    for (int i = 0; i <= ACROSS; i++)
        for (int j = 0; j <= UP; j++) {
            const double w = f->across.low + wide * (x + box.width * (2.0 * i / ACROSS - 1));
            const double b = f->up.low + high * (y + box.height * (2.0 * j / UP - 1));
            const double value = plane_between(f->plane, w, b);
            if (!(chaotic ? value > 0 : value < 0) || (fabs(value) > 0.6 * f->limit) != dark)
                return false;
        }
    for (size_t k = 0; k < f->n_circles; k++)
        if (fabs((f->circles[k].w - f->across.low) / wide - x) < box.width + 0.015 && fabs((f->circles[k].b - f->up.low) / high - y) < box.height + 0.02)
            return false;
    return true;
}

static Spot find(const Frame *f, bool chaotic, bool whole, bool dark)
{
    Spot best = {.whole = whole, .dark = dark};
    for (int margin = MARGINS; margin >= 0 && !best.found; margin--) {
        Box box = box_of(f, whole);
        double nearest = HUGE_VAL;
        box.width += 0.015 * margin;
        box.height += 0.02 * margin;
        for (int i = 1; i < STEPS; i++)
            for (int j = 1; j < STEPS; j++) {
                const double x = (double)i / STEPS, y = (double)j / STEPS, away = hypot(x - (chaotic ? 0.75 : 0.2), y - (chaotic ? 0.25 : 0.8));
                if (away >= nearest || !lies_in(f, box, x, y, chaotic, dark))
                    continue;
                nearest = away;
                best.found = true;
                best.w = f->across.low + x * (f->across.high - f->across.low);
                best.b = f->up.low + y * (f->up.high - f->up.low);
            }
    }
    return best;
}

Spot place_word(const Frame *frame, bool chaotic)
{
    Spot spot = {false};
    if (frame->plane->w.n < 2 || frame->plane->b.n < 2)
        return spot;
    for (int attempt = 0; attempt < 4 && !spot.found; attempt++)
        spot = find(frame, chaotic, attempt < 2, attempt % 2 == 1);
    return spot;
}
