/* The 21-point Gauss-Kronrod rule for functions that are evaluated many points at a time.
 * The one thing to know: GSL's rules call a function once a point; this one hands over up to KRONROD_TOGETHER, so loops over them vectorise.
 * Error estimates are QUADPACK's: Piessens, de Doncker-Kapenga, Ueberhuber and Kahaner 1983. */
#ifndef NUM_KRONROD_H
#define NUM_KRONROD_H

#include <stddef.h>

enum { KRONROD_TOGETHER = 168 };   /* eight panels */

typedef struct {
    void (*f)(double *restrict out, const double *restrict x, size_t n, void *context);   /* out[i] = f(x[i]), i < n ≤ KRONROD_TOGETHER */
    void *context;
} VectorFunction;

/* ∫ f, how far off it may be, and ∫|f|, over one panel. */
typedef struct {
    double value, error, absolute;
} Panel;

/* One pass over the panels between at[0], at[1], … at[panels]. */
void kronrod_panels(Panel *out, const VectorFunction *f, const double *at, size_t panels);

/* `whole`, what one pass gave, halved until each part's error is its share of `allowed`, or rounding; at most 512 panels in all. */
Panel kronrod_refine(const VectorFunction *f, Panel whole, double low, double high, double allowed);

#endif
