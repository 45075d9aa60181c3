/* What a number format does to the numbers that pass by.
 * The one thing to know: almost always one look at the extent of an array is all; why it is zero is asked only when it is. */
#include "net/watch.h"

#include <math.h>

void watch_begin(Watch *w, const Dtype *dtype, const Engine *engine, const void *map)
{
    *w = (Watch){.dtype = dtype, .engine = engine, .map = map};
    for (size_t e = 0; e < EVENT_COUNT; e++)
        w->layer[e] = -1;
}

static void note(Watch *w, Event event, int64_t layer)
{
    if (w->layer[event] < 0)
        w->layer[event] = layer;
}

/* Below this no format overflows. */
static const double harmless = 6e4;

typedef struct {
    bool none, faint;   /* all zero; all zero or subnormal */
    double largest;     /* NaN where there is one */
    Status status;      /* nan, overflow, ok */
} Size;

static Size look(Watch *w, int64_t layer, const Rows *r)
{
    const Extent e = rows_extent(r);
    if (e.nan)
        note(w, EVENT_NAN, layer);
    if (isinf(e.largest))
        note(w, EVENT_INF, layer);
    return (Size){!e.nan && e.largest == 0, !e.nan && r->single && e.largest < w->dtype->least_normal, e.nan ? NO_NUMBER : e.largest,
                  e.nan ? STATUS_NAN : isinf(e.largest) ? STATUS_OVERFLOW : STATUS_OK};
}

static bool all_zero(const Rows *r)
{
    const Extent e = rows_extent(r);
    return !e.nan && e.largest == 0;
}

static bool without_weights(const Watch *w, int64_t layer)
{
    return w->engine->sigma_w(w->map, layer) == 0;
}

/* Zeros made of zeros are lost where these were; others where they are not exact. */
static Status lose(Watch *w, Size size, bool of_zeros, bool exact)
{
    w->lost = size.faint && (!size.none || (of_zeros ? w->lost : !exact));
    return w->lost ? STATUS_UNDERFLOW : size.status;
}

Status watch_z(Watch *w, int64_t layer, const Rows *z, const Rows *h)
{
    const Size size = look(w, layer, z);
    w->size = size.largest;
    return lose(w, size, size.none && all_zero(h), size.none && without_weights(w, layer));
}

/* |φ(z)| ≤ 1 + max |φ'| · |z|; what is lost of h = φ(z) beside z is none of the format's doing, and the same with doubles. */
Status watch_h(Watch *w, int64_t layer, const Rows *h, double steepest)
{
    return 1 + steepest * w->size < harmless ? STATUS_OK : look(w, layer, h).status;
}

static void note_gradient(Watch *w, int64_t layer, Size size)
{
    if (size.none)
        note(w, EVENT_ZERO, layer);
    else if (size.faint)
        note(w, EVENT_SUBNORMAL, layer);
}

void watch_turn(Watch *w)
{
    w->lost = false;
}

/* Is there an element that comes through? */
static bool comes_through(const Rows *from, const Rows *slope)
{
    for (size_t a = 0; a < from->rows; a++)
        for (size_t i = 0; i < from->cols; i++)
            if (rows_single_at(from, a)[i] != 0 && rows_single_at(slope, a)[i] != 0)
                return true;
    return false;
}

Status watch_delta(Watch *w, int64_t layer, const Rows *delta, const Rows *from, const Rows *slope)
{
    const Size size = look(w, layer, delta);
    const bool ask = size.none && delta->single;
    note_gradient(w, layer, size);
    return lose(w, size, ask && all_zero(from), ask && slope && !comes_through(from, slope));
}

Status watch_g(Watch *w, int64_t layer, const Rows *g, const Rows *delta)
{
    const Size size = look(w, layer, g);
    note_gradient(w, layer, size);
    return lose(w, size, size.none && all_zero(delta), size.none && without_weights(w, layer + 1));
}
