/* Rows of numbers, double or float: what moves through a network.
 * The one thing to know: rows of doubles carry a power-of-two scale each, so that no depth under- or overflows; rows of floats carry none
 * (their exponents stay 0), so that they show what the format does. Sums over either are doubles. */
#ifndef NUM_ROWS_H
#define NUM_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num/reduce.h"
#include "num/scaled.h"

/* rows × cols, row-major; row a is x[a·cols …] · 2^exponent[a], or s[a·cols …] where `single`. */
typedef struct {
    union {
        double *x;
        float *s;
    };
    int64_t *exponent;
    size_t rows, cols;
    bool single;
} Rows;

double *rows_at(const Rows *r, size_t row);
float *rows_single_at(const Rows *r, size_t row);

/* Doubles of memory that hold n elements. */
size_t rows_room(size_t n, bool single);

/* The first rows of r. */
Rows rows_first(Rows r, size_t rows);

/* Rescale every row whose root of Σx² lies outside 2^±bits, so that its largest element is in [1/2, 1); a row that is back
 * within 2^±(bits/2) of 1 gets exponent 0. Rows of zeros, rows with a NaN or an infinity, and rows of floats stay as they are. */
void rows_balance(Rows *r, int bits);

/* Express row `row` in the larger unit 2^exponent; what falls below 2^-1074 of it becomes 0. Doubles only. */
void rows_raise(Rows *r, size_t row, int64_t exponent);

/* rows_raise for every row whose unit is small beside a number of about `size` (and beside 1), so that neither overflows in it. */
void rows_raise_to(Rows *r, double size);

/* Sums over one row as stored, in the order of num/reduce.h. */
Sums rows_sums(const Rows *r, size_t row);
double rows_squares(const Rows *r, size_t row);
double rows_deviations(const Rows *r, size_t row, double mean);

/* Over all rows as stored: how many are exactly 0; how many are below `limit` in size; the largest, and whether one is NaN. */
size_t rows_zeros(const Rows *r);
size_t rows_below(const Rows *r, double limit);
Extent rows_extent(const Rows *r);

/* g (rows × rows, lower triangle) = r rᵀ; out (a × b) = x yᵀ; as stored, in double. */
void rows_gram(double *restrict g, const Rows *r);
void rows_cross(double *restrict out, const Rows *x, const Rows *y);

/* out += factor · row; out[i] = factor · row[i]. */
void rows_add_to(double *restrict out, const Rows *r, size_t row, double factor);
void rows_widen(double *restrict out, const Rows *r, size_t row, double factor);

/* out = p · x + q · y, all of one kind and shape, as stored; out = p · x, perhaps in place. */
void rows_mix(Rows *out, double p, const Rows *x, double q, const Rows *y);
void rows_scale(Rows *out, double p, const Rows *x);

/* A row of out += a row of x, as stored. */
void rows_add(Rows *out, size_t row, const Rows *x, size_t of);

/* d = x ∘ y, all of one kind and shape; exponents are x's. */
void rows_multiply(Rows *d, const Rows *x, const Rows *y);

#endif
