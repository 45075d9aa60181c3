/* Standardising: numbers to mean 0 and variance 1, block by block.
 * The one thing to know: constancy is seen from the range, since rounding leaves a constant's variance a little above 0.
 * T. Chan, G. Golub, R. LeVeque, "Algorithms for computing the sample variance", Am. Stat. 37 (1983). */
#include "net/scale.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/vecmath.h"

void range_add(Range *r, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        r->lowest = !r->any || x[i] < r->lowest ? x[i] : r->lowest;
        r->highest = !r->any || x[i] > r->highest ? x[i] : r->highest;
        r->any = true;
    }
}

/* A power of two is exact to multiply with, but for numbers so far below the largest that they do not count. */
static double shrink_for(Range r)
{
    enum { MOST = 1000 };
    const double largest = fmax(fabs(r.lowest), fabs(r.highest));
    if (largest == 0)
        return 1;
    const int e = ilogb(largest);
    return ldexp(1, e > MOST ? -MOST : e < -MOST ? MOST : -e);
}

/* Two passes within the block, corrected by the sum of deviations, which is 0 but for rounding; then merged. */
void moments_add(Moments *m, Range all, const double *x, size_t n)
{
    const double shrink = shrink_for(all), count = (double)n;
    double sum = 0, rest = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * shrink;
    const double middle = sum / count;
    for (size_t i = 0; i < n; i++) {
        const double d = x[i] * shrink - middle;
        rest += d;
        squares += d * d;
    }
    const double step = middle + rest / count - m->mean, total = m->n + count;
    m->squares += squares - rest * rest / count + step * step * m->n * count / total;
    m->mean += step * count / total;
    m->n = total;
}

Scale scale_from(Range r, Moments m)
{
    return (Scale){shrink_for(r), m.mean, r.lowest < r.highest ? 1 / sqrt(m.squares / m.n) : 0};
}

void scale_apply(Scale s, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] * s.shrink - s.mean) * s.gain;
}

MULTIVERSION void scale_bytes(Scale s, const unsigned char *restrict bytes, double *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = ((double)bytes[i] * s.shrink - s.mean) * s.gain;
}

MULTIVERSION void scale_bytesf(Scale s, const unsigned char *restrict bytes, float *restrict x, size_t n)
{
    const float shrink = (float)s.shrink, mean = (float)s.mean, gain = (float)s.gain;
    for (size_t i = 0; i < n; i++)
        x[i] = ((float)bytes[i] * shrink - mean) * gain;
}

void scale_columns(double *table, size_t rows, size_t width, const int64_t *from, size_t n)
{
    double *column = mem_doubles(rows > n ? rows : n);
    for (size_t j = 0; j < width; j++) {
        for (size_t i = 0; i < n; i++)
            column[i] = table[(from ? (size_t)from[i] : i) * width + j];
        Range range = {0};
        range_add(&range, column, n);
        Moments m = {0};
        moments_add(&m, range, column, n);
        const Scale scale = scale_from(range, m);
        for (size_t i = 0; i < rows; i++)
            scale_apply(scale, &table[i * width + j], 1);
    }
    free(column);
}
