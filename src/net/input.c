/* Input: made samples, or rows of a data set.
 * The one thing to know: gaussian samples have E|x|² = width, sphere samples exactly that. */
#include "net/input.h"

#include <gsl/gsl_cblas.h>
#include <math.h>

static void make(Rows *x, double corr, Rng *rng, double *common)
{
    rng_normals(rng, common, x->cols, sqrt(corr));
    for (size_t a = 0; a < x->rows; a++) {
        rng_normals(rng, rows_at(x, a), x->cols, sqrt(1 - corr));
        if (corr > 0)
            cblas_daxpy((int)x->cols, 1, common, 1, rows_at(x, a), 1);
    }
}

static void to_sphere(Rows *x)
{
    for (size_t a = 0; a < x->rows; a++) {
        const double norm = cblas_dnrm2((int)x->cols, rows_at(x, a), 1);
        if (norm > 0)
            cblas_dscal((int)x->cols, sqrt((double)x->cols) / norm, rows_at(x, a), 1);
    }
}

void input_draw(Rows *x, const NetSpec *spec, const Dataset *data, RngSource source, Rng *rng, double *work)
{
    rng_open(rng, source, 0, USE_INPUT);
    for (size_t a = 0; a < x->rows; a++)
        x->exponent[a] = 0;
    if (data) {
        int64_t *const chosen = (int64_t *)(void *)work;
        dataset_sample(data, rng->gsl, (int64_t)x->rows, chosen);
        dataset_batch(data, chosen, (int64_t)x->rows, x->x);
    } else {
        make(x, spec->input_corr, rng, work);
    }
    if (spec->input.kind == INPUT_SPHERE)
        to_sphere(x);
}
