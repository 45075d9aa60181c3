/* Where to cut an integral over a standard normal g into panels.
 * The one thing to know: panels end at kinks, and about the place where a function varies they grow by fours from its length scale.
 * Piessens et al. 1983: rules converge like those of smooth functions only between singularities. */
#ifndef NUM_BREAKS_H
#define NUM_BREAKS_H

#include <stddef.h>

enum { MOST_BREAKS = 256, MOST_STOPS = 24 };

/* at[0 … count): ascending, from 0 to far. The integral being folded, a place stands for both its signs. */
typedef struct {
    double at[MOST_BREAKS];
    size_t count;
    double far;                 /* in standard deviations */
    double stops[MOST_STOPS];   /* places that end a panel */
    size_t n_stops;
    double centre, unit;        /* where the function varies, and over which length there; unit 0: nowhere faster than the density */
} Breaks;

/* Say where a function of x = mean ± sd g varies (over `scale` about `centre`), and where it has kinks; then cut. What lies beyond `far` is left
 * out: P(|g| > 9.5) = 2e-21, P(|g| > 8.3) = 1e-16. */
void breaks_start(Breaks *b, double far, double centre, double scale, double mean, double sd);
void breaks_stop(Breaks *b, double g);
void breaks_cut(Breaks *b);

#endif
