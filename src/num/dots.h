/* Inner products of a few long rows with a few others.
 * The one thing to know: every product is summed in the order of num/reduce.h, so equal rows have equal products, bit for bit,
 * wherever they stand; BLAS promises no such thing. Above 64 rows BLAS takes over. */
#ifndef NUM_DOTS_H
#define NUM_DOTS_H

#include <stddef.h>

/* out (a × b) = x (a × n) · yᵀ (y is b × n). */
void dots_cross(double *restrict out, const double *x, const double *y, size_t a, size_t b, size_t n);

/* The lower triangle of g (b × b) = x xᵀ. */
void dots_gram(double *restrict g, const double *x, size_t b, size_t n);

/* out (a × n), or out += : x (a × c) · y (c × n), a and c few. `work`: dots_work_size(a, c) doubles. */
void dots_combine(double *restrict out, const double *x, const double *y, size_t a, size_t c, size_t n, double *work);
void dots_combine_more(double *restrict out, const double *x, const double *y, size_t a, size_t c, size_t n, double *work);
size_t dots_work_size(size_t a, size_t c);

/* The same from floats. Products are summed in double, in the same order at every size: equal rows have equal products, however many
 * there are. Combinations take few coefficients in double, round them, and sum in float, fused. `work`: dots_work_sizef(a, c) floats. */
void dots_crossf(double *restrict out, const float *x, const float *y, size_t a, size_t b, size_t n);
void dots_gramf(double *restrict g, const float *x, size_t b, size_t n);
void dots_combinef(float *restrict out, const double *x, const float *y, size_t a, size_t c, size_t n, float *work);
void dots_combine_moref(float *restrict out, const double *x, const float *y, size_t a, size_t c, size_t n, float *work);
size_t dots_work_sizef(size_t a, size_t c);

#endif
