/* Least squares on samples.
 * The one thing to know: a column of ones stands for the bias. */
#include "claim/linefit.h"

#include <gsl/gsl_multifit.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

/* [1, x] and the targets of a part. */
static void part_of(const Samples *s, SamplesPart part, size_t n, gsl_matrix *x, gsl_vector *t)
{
    const size_t width = (size_t)samples_facts(s)->width;
    double *inputs = mem_doubles(width);
    for (size_t i = 0; i < n; i++) {
        const int64_t row = (int64_t)i;
        samples_inputs(s, part, &row, 1, inputs);
        samples_targets(s, part, &row, 1, HEAD_LINEAR, gsl_vector_ptr(t, i));
        gsl_matrix_set(x, i, 0, 1);
        for (size_t k = 0; k < width; k++)
            gsl_matrix_set(x, i, k + 1, inputs[k]);
    }
    free(inputs);
}

static double accuracy(const gsl_matrix *x, const gsl_vector *t, const gsl_vector *c)
{
    size_t right = 0;
    for (size_t i = 0; i < t->size; i++) {
        double y = 0;
        for (size_t k = 0; k < c->size; k++)
            y += gsl_matrix_get(x, i, k) * gsl_vector_get(c, k);
        right += (y > 0.5) == (gsl_vector_get(t, i) > 0.5);
    }
    return (double)right / (double)t->size;
}

int linefit(LineFit *out, const Samples *s)
{
    const SamplesFacts *facts = samples_facts(s);
    const size_t train = (size_t)facts->train, test = (size_t)facts->test, columns = (size_t)facts->width + 1;
    gsl_matrix *x = mem_served(gsl_matrix_alloc(train, columns)), *x_test = mem_served(gsl_matrix_alloc(test, columns));
    gsl_matrix *covariance = mem_served(gsl_matrix_alloc(columns, columns));
    gsl_vector *t = mem_served(gsl_vector_alloc(train)), *t_test = mem_served(gsl_vector_alloc(test)), *c = mem_served(gsl_vector_alloc(columns));
    gsl_multifit_linear_workspace *work = mem_served(gsl_multifit_linear_alloc(train, columns));
    part_of(s, PART_TRAIN, train, x, t);
    part_of(s, PART_TEST, test, x_test, t_test);
    const int code = gsl_multifit_linear(x, t, c, covariance, &out->loss, work);
    out->loss /= (double)train;
    out->train_accuracy = accuracy(x, t, c);
    out->test_accuracy = accuracy(x_test, t_test, c);
    gsl_multifit_linear_free(work);
    gsl_matrix_free(x);
    gsl_matrix_free(x_test);
    gsl_matrix_free(covariance);
    gsl_vector_free(t);
    gsl_vector_free(t_test);
    gsl_vector_free(c);
    return code ? error(EXIT_DATA, "least squares on %zu samples failed (GSL: %s); the data may hold no two classes", train, gsl_strerror(code)) : 0;
}
