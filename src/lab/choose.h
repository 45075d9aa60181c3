/* Choosing an activation and initialiser: candidates ranked by what theory says of them at a given depth and width.
 * The one thing to know: a candidate is as bad as the worst of three: how far its gradient changes from the last layer to the input, how
 * far its signal changes, and how far the network is deeper than 6 ξ_c, where two inputs are still told apart.
 * Schoenholz et al. 2017 (trainable depth about 6 ξ_c); Hanin and Nica 2020 (spread at finite width). */
#ifndef LAB_CHOOSE_H
#define LAB_CHOOSE_H

#include "model/spec.h"

typedef struct {
    Choice activation, init;      /* the initialiser resolved */
    double sigma_w, sigma_b;      /* of the inner layers */
    double log10_gradient;        /* predicted log10(‖∂L/∂h⁰‖/‖∂L/∂h^L‖) and its standard deviation over networks; NOT_GIVEN: no theory */
    double gradient_sd;
    double log10_signal;          /* predicted change of log10 rms h from layer 1 to L */
    double depth_6xi;             /* inf: no limit */
    double trouble;               /* the larger, the worse, in decades; inf without a prediction */
} Candidate;

/* Every activation with its customary initialiser, he-, glorot- and lecun-normal, orthogonal and critical, each once, best first. To be
 * freed; NULL after error(). */
Candidate *choose_candidates(const char *arch, int64_t depth, int64_t width, int64_t input_width, size_t *n);

/* Keep each activation's best candidate only; how many are left. */
size_t choose_best_of_each(Candidate *list, size_t n);

/* Why it stands where it does, in words. */
void choose_reason(Text *out, const Candidate *c, int64_t depth);

#endif
