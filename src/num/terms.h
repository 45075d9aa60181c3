/* Rows as combinations of a few other rows.
 * The one thing to know: floats have no units of their own, so where coefficients would leave their range although what they make does
 * not, powers of two are carried by the rows instead. That is exact; doubles never need it. */
#ifndef NUM_TERMS_H
#define NUM_TERMS_H

#include "num/rows.h"

/* coefficients (rows × y.rows) · y */
typedef struct {
    double *coefficients;
    Rows y;
} Term;

/* out = the sum of one or two terms; their coefficients may change. `unit`: out->rows numbers; `work`: as num/dots.h's combinations. */
void terms_sum(Rows *out, const Term *terms, size_t count, int64_t *unit, double *work);

/* out += a term, as its coefficients are. */
void terms_add(Rows *out, const Term *t, double *work);

/* Is one of n coefficients so large or small that a float may lose what they make? */
bool terms_beyond_floats(const double *c, size_t n);

/* The same term of `rows` rows, with rows of floats of norm about 1 in `room` (which may be the old ones' place). Rows that hold an
 * infinity or a NaN become zeros. */
void terms_to_norm_one(Term *t, size_t rows, float *room);

#endif
