/* Bulk random numbers: normals and uniforms straight from Philox blocks, in vectors.
 * The one thing to know: they are what weights are made of, and weights are most of the cost of a dense network.
 * Box and Muller 1958 on 52-bit uniforms; log, sin and cos after the minimax kernels of FreeBSD's msun (errors below 1 ulp). */
#ifndef NUM_BULK_H
#define NUM_BULK_H

#include <stddef.h>
#include <stdint.h>

enum { BULK_BLOCKS = 16, BULK_NUMBERS = 2 * BULK_BLOCKS };   /* a group: 16 blocks make 32 numbers */

/* How many blocks n numbers take: whole groups. */
uint64_t bulk_blocks(size_t n);

/* x[i] ~ N(0, scale²), i < n, from the blocks that begin at `counter`; group g fills x[32 g] … x[32 g + 31]: first the 16
 * cosines, then the 16 sines. */
void bulk_normals(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2]);

/* x[i] ~ U(-scale, scale), 52 bits, neither end reached, in the same layout. */
void bulk_uniforms(double *x, size_t n, double scale, const uint32_t counter[4], const uint32_t key[2]);

/* The same in float: a group's 16 blocks make 64 floats. A block's four words are two pairs, each a radius (32 bits: up to 6.8, as fine
 * near 0 as a float is) and an angle; lane 2i has block i, lane 2i + 1 block i + 8; 16 cosines of first pairs, 16 sines, and so for the
 * second pairs. Uniforms have 24 bits, a word each, in the same layout. */
enum { BULK_NUMBERSF = 4 * BULK_BLOCKS };
uint64_t bulk_blocksf(size_t n);
void bulk_normalsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2]);
void bulk_uniformsf(float *x, size_t n, float scale, const uint32_t counter[4], const uint32_t key[2]);

#endif
