/* Where to cut an integral over a standard normal g into panels.
 * The one thing to know: panels end at kinks, and about the place where a function varies they grow by fours from its length scale.
 * Piessens et al. 1983: rules converge like those of smooth functions only between singularities. */
#ifndef NUM_BREAKS_H
#define NUM_BREAKS_H

#include <stddef.h>

enum { MOST_BREAKS = 256, MOST_STOPS = 24 };

static const double breaks_far = 9.5;   /* in standard deviations; P(|g| > far) = 2e-21 */

/* at[0 … count): ascending, from 0 to breaks_far. The integral being folded, a place stands for both its signs. */
typedef struct {
    double at[MOST_BREAKS];
    size_t count;
    double stops[MOST_STOPS];   /* places that end a panel */
    size_t n_stops;
    double centre, unit;        /* where the function varies, and over which length there; unit 0: nowhere faster than the density */
} Breaks;

/* Say where a function of x = mean ± sd g varies (over `scale` about `centre`), and where it has kinks; then cut. */
void breaks_start(Breaks *b, double centre, double scale, double mean, double sd);
void breaks_stop(Breaks *b, double g);
void breaks_cut(Breaks *b);

#endif
