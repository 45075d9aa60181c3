/* Histograms.
 * The one thing to know: the root mean square is over finite entries, as a number with a scale; bins are found in its unit.
 * A layer's counts are set to zero when it comes by again. */
#include "net/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BELOW = 32 };   /* bins from the open one to that of the root mean square */

struct Histograms {
    LayerHistogram *layers;
    LayerFilter *keeps;
    const void *context;
    const NetSpec *spec;
    Tap tap;
};

Bin histogram_h_bin(size_t k)
{
    const double low = (2 * (double)k - HISTOGRAM_H) / 20;
    return (Bin){k == 0 ? -HUGE_VAL : low, k + 1 == HISTOGRAM_H ? HUGE_VAL : (2 * (double)k + 2 - HISTOGRAM_H) / 20};
}

Bin histogram_grad_bin(const LayerHistogram *h, size_t k)
{
    const double low = (double)(h->first + (int64_t)k) / 4;
    return (Bin){k == 0 ? -HUGE_VAL : low, k + 1 == HISTOGRAM_GRAD ? HUGE_VAL : low + 0.25};
}

static double entry(const Rows *r, size_t a, size_t i)
{
    return r->single ? (double)rows_single_at(r, a)[i] : rows_at(r, a)[i];
}

/* Σx² of a row's finite entries, and how many they are. */
static double finite_squares(const Rows *r, size_t a, double *n)
{
    const double all = rows_squares(r, a);
    double squares = 0;
    if (isfinite(all)) {
        *n += (double)r->cols;
        return all;
    }
    for (size_t i = 0; i < r->cols; i++)
        if (isfinite(entry(r, a, i))) {
            squares += entry(r, a, i) * entry(r, a, i);
            *n += 1;
        }
    return squares;
}

/* The mean square of all finite entries; 0 where there is none. */
static Scaled mean_square(const Rows *r)
{
    Scaled total = {0, 0};
    double n = 0;
    for (size_t a = 0; a < r->rows; a++) {
        const double squares = finite_squares(r, a, &n);
        if (squares > 0)
            total = scaled_add(total, (Scaled){squares, 2 * r->exponent[a]});
    }
    return n > 0 ? scaled_times(total, 1 / n) : total;
}

/* The bin of a place on the axis of bins; what lies beyond the ends is in the open ones. */
static size_t bin_at(double place, size_t n)
{
    return (size_t)floor(fmin(fmax(place, 0), (double)n - 1));
}

static void count_h(LayerHistogram *out, const Rows *h)
{
    const Scaled square = mean_square(h);
    const bool odd = square.exponent % 2 != 0;
    const double root = square.mantissa > 0 ? sqrt(odd ? 2 * square.mantissa : square.mantissa) : 1;
    const int64_t unit = (square.exponent - odd) / 2;
    memset(out->h, 0, sizeof out->h);
    for (size_t a = 0; a < h->rows; a++) {
        const double factor = scaled_ldexp(1 / root, h->exponent[a] - unit);   /* of a row of zeros perhaps infinite */
        for (size_t i = 0; i < h->cols; i++) {
            const double x = entry(h, a, i);
            if (!isnan(x))
                out->h[bin_at(x == 0 ? HISTOGRAM_H / 2.0 : 10 * (x * factor) + HISTOGRAM_H / 2.0, HISTOGRAM_H)]++;
        }
    }
}

static void count_grad(LayerHistogram *out, const Rows *g)
{
    static const double log10_2 = 0.30102999566398119521;
    const double root = scaled_log10(mean_square(g)) / 2;
    out->first = isfinite(root) ? (int64_t)floor(4 * root) - BELOW : -BELOW;
    out->zeros = 0;
    memset(out->grad, 0, sizeof out->grad);
    for (size_t a = 0; a < g->rows; a++) {
        const double unit = (double)g->exponent[a] * log10_2;
        for (size_t i = 0; i < g->cols; i++) {
            const double x = entry(g, a, i);
            if (x == 0)
                out->zeros++;
            else if (!isnan(x))
                out->grad[bin_at(4 * (log10(fabs(x)) + unit) - (double)out->first, HISTOGRAM_GRAD)]++;
        }
    }
}

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Histograms *h = context;
    if (h->keeps && !h->keeps(h->context, h->spec, layer))
        return;
    if (what == TAP_X || what == TAP_H)
        count_h(&h->layers[layer], rows);
    if (what == TAP_GRAD_H)
        count_grad(&h->layers[layer], rows);
}

Histograms *histograms_alloc(size_t layers, LayerFilter *keeps, const void *context)
{
    Histograms *h = mem_alloc(1, sizeof *h);
    *h = (Histograms){.layers = mem_alloc(layers, sizeof *h->layers), .keeps = keeps, .context = context, .tap = {see, h}};
    return h;
}

void histograms_free(Histograms *h)
{
    if (!h)
        return;
    free(h->layers);
    free(h);
}

const Tap *histograms_tap(Histograms *h, const NetSpec *spec)
{
    h->spec = spec;
    return &h->tap;
}

const LayerHistogram *histograms_layer(const Histograms *h, int64_t layer)
{
    return &h->layers[layer];
}
