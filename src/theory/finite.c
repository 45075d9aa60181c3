/* Finite width: exact laws a layer.
 * The one thing to know: the sum over K runs over the binomial's mass only (12 standard deviations), so it costs O(√n). */
#include "theory/finite.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

LogLaw finite_chi_square(int64_t n)
{
    const double half = 0.5 * (double)n;
    return (LogLaw){gsl_sf_psi(half) - log(half), gsl_sf_psi_1(half)};
}

LogLaw finite_relu(int64_t n)
{
    const double reach = 12 * sqrt(0.25 * (double)n) + 12;
    const int64_t low = (int64_t)fmax(1, floor(0.5 * (double)n - reach)), high = (int64_t)fmin((double)n, ceil(0.5 * (double)n + reach));
    double mass = 0, first = 0, second = 0, inner = 0;
    for (int64_t k = low; k <= high; k++) {
        const double p = gsl_ran_binomial_pdf((unsigned)k, 0.5, (unsigned)n), psi = gsl_sf_psi(0.5 * (double)k);
        mass += p;
        first += p * psi;
        second += p * psi * psi;
        inner += p * gsl_sf_psi_1(0.5 * (double)k);
    }
    first /= mass;
    return (LogLaw){first + log(4 / (double)n), inner / mass + second / mass - first * first};
}

double finite_relu_dead(int64_t n, int64_t depth)
{
    return -expm1((double)depth * log1p(-exp2(-(double)n)));
}
