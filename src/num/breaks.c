/* Break points.
 * The one thing to know: each panel is as long as density, centre and stops allow, so none is cut twice.
 * Sources stand in the header. */
#include "num/breaks.h"

#include <math.h>

static const double growth = 4;

void breaks_start(Breaks *b, double far, double centre, double scale, double mean, double sd)
{
    b->far = far;
    b->n_stops = 0;
    b->centre = fabs(centre - mean) / sd;
    b->unit = scale > 0 && sd >= scale ? fmax(scale / sd, 1e-14 * b->centre) : 0;   /* not below rounding */
    breaks_stop(b, b->centre);   /* softsign's second derivative jumps there */
}

void breaks_stop(Breaks *b, double g)
{
    g = fabs(g);
    if (g > 0 && g < b->far && b->n_stops < MOST_STOPS)
        b->stops[b->n_stops++] = g;
}

/* How far a panel that begins at g may reach. */
static double reach(const Breaks *b, double g)
{
    double next = g < 1 ? g + 2.1 : b->far - g < 3.8 ? b->far : g + 2.5;
    const double off = g - b->centre;
    if (b->unit > 0 && off >= 0)
        next = fmin(next, b->centre + fmax(b->unit, growth * off));
    else if (b->unit > 0 && -off > 1.01 * b->unit)
        next = fmin(next, b->centre - fmax(b->unit, -off / growth));
    for (size_t i = 0; i < b->n_stops; i++)
        if (b->stops[i] > g)
            next = fmin(next, b->stops[i]);
    return fmin(next, b->far);
}

void breaks_cut(Breaks *b)
{
    b->at[0] = 0;
    b->count = 1;
    while (b->at[b->count - 1] < b->far) {
        const double g = b->at[b->count - 1], next = reach(b, g);
        const size_t i = b->count++;
        b->at[i] = next > g && i < MOST_BREAKS - 1 ? next : b->far;
    }
}
