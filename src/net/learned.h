/* The learned map: weights and biases that training moves, under the engines' contract.
 * The one thing to know: all parameters of a network lie in one flat vector (W¹, b¹, W², b², …, then PReLU's slopes), their gradient in
 * another; going backward leaves the gradient there. 16-bit formats compute with weights rounded from float32 master weights
 * (Micikevicius et al. 2018), and their gradients are rounded. */
#ifndef NET_LEARNED_H
#define NET_LEARNED_H

#include "model/dtype.h"
#include "net/linmap.h"

typedef struct {
    const NetSpec *spec;
    const Dtype *dtype;
    Rng *rng;             /* the caller's, before begin */
    double *memory;       /* learned_size doubles, the caller's; the rest points into it */
    size_t count;         /* parameters */
    Rows param, grad;     /* 1 × count: doubles or floats */
    Rows rounded;         /* param in a 16-bit format; else param itself */
    double *scale;        /* what LSUV multiplied each layer's weights by; 1 elsewhere */
    double *work;
    bool unscaled;        /* LSUV still has to see data */
} Learned;

size_t learned_size(const NetSpec *spec);

/* How many parameters a network has. */
size_t learned_count(const NetSpec *spec);

/* Its begin draws every parameter from its stream, as the dense engine does. */
extern const Engine learned_engine;

/* After the parameters were moved. */
void learned_moved(Learned *map);

/* A layer's weights (fan_out × fan_in), its biases (1 × fan_out) and its slope (1 × 1), and all slopes (1 × depth), or their gradients, as
 * views of a flat vector. */
Rows learned_matrix(const NetSpec *spec, const Rows *flat, int64_t layer);
Rows learned_bias(const NetSpec *spec, const Rows *flat, int64_t layer);
Rows learned_slope(const NetSpec *spec, const Rows *flat, int64_t layer);
Rows learned_slopes(const NetSpec *spec, const Rows *flat);

#endif
