/* Numbers and rows with a power-of-two scale: true value = stored · 2^exponent.
 * The one thing to know: scaling by powers of two is exact, so results do not depend on when it is done.
 * Squared norms underflow at half the depth of norms; with a scale a row each, none does. */
#ifndef NUM_SCALED_H
#define NUM_SCALED_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    double mantissa;
    int64_t exponent;
} Scaled;

Scaled scaled_add(Scaled a, Scaled b);
Scaled scaled_times(Scaled a, double factor);
double scaled_value(Scaled a);   /* 0 or ±inf beyond a double */
double scaled_log10(Scaled a);   /* of |a|; -inf for 0 */

/* rows × cols, row-major; row a is x[a·cols …] · 2^exponent[a]. */
typedef struct {
    double *x;
    int64_t *exponent;
    size_t rows, cols;
} Rows;

double *rows_at(const Rows *r, size_t row);

/* Rescale every row whose root of Σx² lies outside 2^±bits, so that its largest element is in [1/2, 1); a row that is back
 * within 2^±(bits/2) of 1 gets exponent 0. Rows of zeros, and rows with a NaN or an infinity, stay as they are. */
void rows_balance(Rows *r, int bits);

/* Express row `row` in the larger unit 2^exponent; what falls below 2^-1074 of it becomes 0. */
void rows_raise(Rows *r, size_t row, int64_t exponent);

/* rows_raise for every row whose unit is small beside a number of about `size` (and beside 1), so that neither overflows in it. */
void rows_raise_to(Rows *r, double size);

/* x[i] · 2^k for any k, as ldexp. */
double scaled_ldexp(double x, int64_t k);

#endif
