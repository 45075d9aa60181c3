/* For tests of laws: two samples compared.
 * The one thing to know: p-values are asymptotic and conservative with ties; callers divide their level by the number of tests.
 * Kolmogorov-Smirnov with Stephens's 1970 correction for finite samples; Welch 1947 for means. */
#ifndef TESTS_LAWS_H
#define TESTS_LAWS_H

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stddef.h>

/* Sorts both. */
static inline double laws_ks(double *x, size_t n, double *y, size_t m)
{
    double distance = 0, total = 0;
    gsl_sort(x, 1, n);
    gsl_sort(y, 1, m);
    for (size_t i = 0, j = 0; i < n && j < m;) {
        const double at = fmin(x[i], y[j]);
        while (i < n && x[i] <= at)
            i++;
        while (j < m && y[j] <= at)
            j++;
        distance = fmax(distance, fabs((double)i / (double)n - (double)j / (double)m));
    }
    const double root = sqrt((double)n * (double)m / (double)(n + m)), lambda = (root + 0.12 + 0.11 / root) * distance;
    if (lambda < 0.3)
        return 1;
    for (int k = 1; k < 100; k++)
        total += (k % 2 ? 2 : -2) * exp(-2 * k * k * lambda * lambda);
    return fmin(1, total);
}

/* P(|N(0,1)| > |z|). */
static inline double laws_tail(double z)
{
    return erfc(fabs(z) * M_SQRT1_2);
}

/* Are the means of the finite ones the same? */
static inline double laws_means(const double *x, size_t n, const double *y, size_t m)
{
    const double error = sqrt(gsl_stats_variance(x, 1, n) / (double)n + gsl_stats_variance(y, 1, m) / (double)m);
    const double gap = gsl_stats_mean(x, 1, n) - gsl_stats_mean(y, 1, m);
    return error > 0 ? laws_tail(gap / error) : gap == 0 ? 1 : 0;
}

#endif
