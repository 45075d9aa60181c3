/* Products of a few rows with a large matrix that is used once: z = h Wᵀ and g = δ W for small batches.
 * The one thing to know: BLAS packs W before it multiplies, which at 32 rows costs as much as half the product; here W is read in place.
 * Backward sums run over the inner index in order; forward ones too, or in one cache line of lanes where that wastes fewer of them: a
 * function of the number of rows. Fused multiply-add where the CPU has it: the same bits for AVX2 and AVX-512. */
#ifndef NUM_SKINNY_H
#define NUM_SKINNY_H

#include <stdbool.h>
#include <stddef.h>

/* Is this the faster way for so many rows? A constant rule: 2 to 64 rows. */
bool skinny_serves(size_t rows);

/* Doubles that skinny_pack needs; 0 where it does not serve. */
size_t skinny_packed_size(size_t rows, size_t inner);

/* The few rows (rows × inner) as the two products take them: transposed, or as they are; whole cache lines. */
void skinny_pack(double *restrict packed, const double *restrict x, size_t rows, size_t inner);

/* z[a · stride + j] for j < m: h (packed, rows × n) · wᵀ; w is m × n, perhaps some rows of a larger matrix. */
void skinny_forward(double *restrict z, size_t stride, const double *restrict packed, const double *restrict w, size_t rows, size_t m, size_t n);

/* g (rows × n) = delta (packed, rows × m) · w; w is m × n. */
void skinny_backward(double *restrict g, const double *restrict packed, const double *restrict w, size_t rows, size_t m, size_t n);

/* g += the same. */
void skinny_backward_more(double *restrict g, const double *restrict packed, const double *restrict w, size_t rows, size_t m, size_t n);

/* The same in float: sums in float, fused. */
bool skinny_servesf(size_t rows);
size_t skinny_packed_sizef(size_t rows, size_t inner);   /* floats */
void skinny_packf(float *restrict packed, const float *restrict x, size_t rows, size_t inner);
void skinny_forwardf(float *restrict z, size_t stride, const float *restrict packed, const float *restrict w, size_t rows, size_t m, size_t n);
void skinny_backwardf(float *restrict g, const float *restrict packed, const float *restrict w, size_t rows, size_t m, size_t n);
void skinny_backward_moref(float *restrict g, const float *restrict packed, const float *restrict w, size_t rows, size_t m, size_t n);

#endif
