/* Findings of theory: where the critical line lies, how far signals reach, where lengths settle.
 * The one thing to know: numbers between cells are read off the same straight lines that the figure draws. */
#include <math.h>

#include "show/finding.h"
#include "show/label.h"
#include "show/place.h"

/* The smallest critical σ_w in a row of the plane; NAN where it has none. */
static double critical_in(const Plane *plane, size_t row)
{
    for (size_t i = 0; i + 1 < plane->w.n; i++) {
        const double t = crossing(plane_at(plane, i, row), plane_at(plane, i + 1, row));
        if (!isnan(t))
            return plane->w.values[i] + t * (plane->w.values[i + 1] - plane->w.values[i]);
    }
    return NOT_GIVEN;
}

static void put_one(Text *title, const Plane *plane)
{
    size_t low = 0, high = plane->b.n;
    while (low < plane->b.n && isnan(critical_in(plane, low)))
        low++;
    while (high > low && isnan(critical_in(plane, high - 1)))
        high--;
    if (low >= high) {
        size_t ordered = 0, chaotic = 0;
        for (size_t i = 0; i < plane->w.n * plane->b.n; i++) {
            ordered += plane->log_chi[i] < 0;
            chaotic += plane->log_chi[i] >= 0;
        }
        text_format(title, "%s: gradients %s wherever there is a fixed point", text_str(&plane->name),
                    chaotic == 0 ? "vanish" : ordered == 0 ? "do not vanish" : "vanish or explode");
        return;
    }
    text_format(title, "%s is critical near σ_w = %.2g for σ_b = %.3g", text_str(&plane->name), critical_in(plane, low), plane->b.values[low]);
    if (high - 1 > low)
        text_format(title, ", near %.2g for σ_b = %.3g", critical_in(plane, high - 1), plane->b.values[high - 1]);
}

static void put_several(Text *title, const Planes *planes)
{
    size_t found = 0;
    text_string(title, "Critical σ_w at the smallest σ_b: ");
    for (size_t i = 0; i < planes->n; i++) {
        const double w = critical_in(&planes->planes[i], 0);
        if (isnan(w) || found >= 6)
            continue;
        text_format(title, "%s%s %.2g", found++ ? ", " : "", text_str(&planes->planes[i].name), w);
    }
    if (!found) {
        text_clear(title);
        text_format(title, "None of %zu activations is critical at the smallest σ_b of this grid", planes->n);
    }
}

void finding_phase(Text *title, const Planes *planes, const Measured *measured, size_t n)
{
    size_t agree = 0;
    for (size_t i = 0; i < n; i++)
        agree += (measured[i].growth >= 0) == (measured[i].predicted >= 0);
    if (planes->n == 1)
        put_one(title, &planes->planes[0]);
    else
        put_several(title, planes);
    if (n)
        text_format(title, "; %zu of %zu measured networks fall on the predicted side", agree, n);
}

/* Away from the line: the depth scale at the ends of the first row. */
void finding_scales(Text *title, const Planes *planes)
{
    const Plane *plane = &planes->planes[0];
    const size_t last = plane->w.n - 1;
    const double critical = critical_in(plane, 0), low = 1 / (log(10) * fabs(plane_at(plane, 0, 0)));
    size_t end = last;
    while (end > 0 && !isfinite(plane_at(plane, end, 0)))
        end--;
    const double high = 1 / (log(10) * fabs(plane_at(plane, end, 0)));
    text_format(title, "%s at σ_b = %.3g: ", text_str(&plane->name), plane->b.values[0]);
    if (isnan(critical))
        text_format(title, "gradients live %.2g layers at σ_w = %.3g, %.2g at %.3g", low, plane->w.values[0], high, plane->w.values[end]);
    else
        text_format(title, "the depth scale diverges near σ_w = %.2g; %.2g layers at %.3g, %.2g at %.3g", critical, low, plane->w.values[0], high,
                    plane->w.values[end]);
}
