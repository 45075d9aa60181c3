/* Combinations of rows, in either format.
 * The one thing to know: each row of the sum has a power of two of its own, so samples of very different sizes do not meet in a float. */
#include "num/terms.h"

#include <math.h>

#include "num/dots.h"
#include "num/reduce.h"

static void take(Rows *out, const Term *t, bool more, double *work)
{
    if (out->single)
        (more ? dots_combine_moref : dots_combinef)(out->s, t->coefficients, t->y.s, out->rows, t->y.rows, t->y.cols, (float *)(void *)work);
    else
        (more ? dots_combine_more : dots_combine)(out->x, t->coefficients, t->y.x, out->rows, t->y.rows, t->y.cols, work);
}

void terms_add(Rows *out, const Term *t, double *work)
{
    take(out, t, true, work);
}

bool terms_beyond_floats(const double *c, size_t n)
{
    bool beyond = false;
    for (size_t i = 0; i < n; i++)
        beyond |= fabs(c[i]) > 0x1p100 || (fabs(c[i]) < 0x1p-100 && c[i] != 0);
    return beyond;
}

void terms_to_norm_one(Term *t, size_t rows, float *room)
{
    const Rows y = t->y;
    t->y.s = room;
    for (size_t k = 0; k < y.rows; k++) {
        const double squares = rows_squares(&y, k);
        int unit = 0;
        if (isfinite(squares))
            frexp(sqrt(squares), &unit);
        const double factor = ldexp(1, -unit);
        for (size_t i = 0; i < y.cols; i++)
            rows_single_at(&t->y, k)[i] = isfinite(squares) ? (float)(factor * (double)rows_single_at(&y, k)[i]) : 0;
        for (size_t a = 0; a < rows; a++)
            t->coefficients[a * y.rows + k] = ldexp(t->coefficients[a * y.rows + k], unit);
    }
}

/* Divide each row's coefficients by a power of two near the largest of them. */
static void take_units(int64_t *unit, const Term *terms, size_t count, size_t rows)
{
    for (size_t a = 0; a < rows; a++) {
        double most = 0;
        int k = 0;
        for (size_t t = 0; t < count; t++)
            most = fmax(most, largest(terms[t].coefficients + a * terms[t].y.rows, terms[t].y.rows));
        if (isfinite(most))
            frexp(most, &k);
        for (size_t t = 0; t < count; t++)
            for (size_t i = 0, n = terms[t].y.rows; i < n; i++)
                terms[t].coefficients[a * n + i] = ldexp(terms[t].coefficients[a * n + i], -k);
        unit[a] = k;
    }
}

static void give_units(const Rows *out, const int64_t *unit)
{
    for (size_t a = 0; a < out->rows; a++)
        for (size_t i = 0; i < out->cols; i++)
            rows_single_at(out, a)[i] = (float)scaled_ldexp((double)rows_single_at(out, a)[i], unit[a]);
}

void terms_sum(Rows *out, const Term *terms, size_t count, int64_t *unit, double *work)
{
    bool beyond = false;
    for (size_t t = 0; t < count; t++)
        beyond |= out->single && terms_beyond_floats(terms[t].coefficients, out->rows * terms[t].y.rows);
    if (beyond)
        take_units(unit, terms, count, out->rows);
    for (size_t t = 0; t < count; t++)
        take(out, &terms[t], t > 0, work);
    if (beyond)
        give_units(out, unit);
}
