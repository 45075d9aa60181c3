/* Rows of fixed points, as `fathom critical` prints them and a training run keeps them beside its results.
 * The one thing to know: sigmas that were given print shortest, so that they match the cells of networks.csv; all else has 12 digits.
 * Columns as INTERFACE.md fixes them. */
#ifndef LAB_CRITICALS_H
#define LAB_CRITICALS_H

#include "lab/experiment.h"
#include "theory/critical.h"

/* Which sigmas were given. */
typedef struct {
    bool w, b;
} Given;

void criticals_header(Text *out);
void criticals_row(Text *out, Choice activation, const char *point, const FixedPoint *p, Given given);

/* Every fixed point of (σ_w, σ_b), as rows of the point `given`. */
void criticals_given(Text *out, Critical *k, Choice activation, double sigma_w, double sigma_b);

/* The fixed points that the networks of an experiment have in theory: those of every activation and pair of sigmas, in the order of the
 * grid, each once. Sigmas are those of layer `depth`; initialisers without a mean-field law give no row. */
void criticals_of(Text *out, const Experiment *e);

/* criticals_of to DIR/critical.csv, where there is none yet. 73, 74 after error(). */
int criticals_write(const Experiment *e, const char *directory);

#endif
