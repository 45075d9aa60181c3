/* Weights: one matrix from one law.
 * The one thing to know: orthogonal matrices are built in `work` as a tall Q, then stored as W or its transpose.
 * GSL's recursive QR (Elmroth and Gustavson 2000): Q = I - V T Vᵀ, of which the first columns are taken. */
#include "net/weights.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

typedef struct {
    size_t tall, narrow;
} Shape;

static Shape shape_of(size_t rows, size_t cols)
{
    return rows > cols ? (Shape){rows, cols} : (Shape){cols, rows};
}

size_t weights_work_size(size_t rows, size_t cols, const Init *init)
{
    const Shape s = shape_of(rows, cols);
    return init->law == LAW_HAAR ? 2 * s.tall * s.narrow + 2 * s.narrow * s.narrow : 0;
}

/* q (tall × narrow) = the first columns of Q = I - V T Vᵀ, each times the sign of R's diagonal: Haar distributed. */
static void thin_q(gsl_matrix *q, gsl_matrix *qr, const gsl_matrix *t, gsl_matrix *product)
{
    const size_t narrow = qr->size2, rest = qr->size1 - narrow;
    gsl_matrix_view top = gsl_matrix_submatrix(qr, 0, 0, narrow, narrow), q_top = gsl_matrix_submatrix(q, 0, 0, narrow, narrow);
    for (size_t i = 0; i < narrow; i++)
        for (size_t j = 0; j < narrow; j++)
            gsl_matrix_set(product, i, j, i <= j ? -gsl_matrix_get(t, i, j) : 0);
    gsl_blas_dtrmm(CblasRight, CblasLower, CblasTrans, CblasUnit, 1, &top.matrix, product);   /* -T V₁ᵀ */
    for (size_t j = 0; j < narrow; j++) {
        const double sign = gsl_matrix_get(qr, j, j) < 0 ? -1 : 1;
        gsl_vector_view column = gsl_matrix_column(product, j);
        gsl_vector_scale(&column.vector, sign);
    }
    gsl_matrix_memcpy(&q_top.matrix, product);
    gsl_blas_dtrmm(CblasLeft, CblasLower, CblasNoTrans, CblasUnit, 1, &top.matrix, &q_top.matrix);
    for (size_t j = 0; j < narrow; j++)
        *gsl_matrix_ptr(q, j, j) += gsl_matrix_get(qr, j, j) < 0 ? -1 : 1;
    if (rest) {
        gsl_matrix_view low = gsl_matrix_submatrix(qr, narrow, 0, rest, narrow), q_low = gsl_matrix_submatrix(q, narrow, 0, rest, narrow);
        gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &low.matrix, product, 0, &q_low.matrix);
    }
}

static void draw_haar(double *w, size_t rows, size_t cols, double gain, Rng *rng, double *work)
{
    const Shape s = shape_of(rows, cols);
    gsl_matrix_view qr = gsl_matrix_view_array(work, s.tall, s.narrow), q = gsl_matrix_view_array(work + s.tall * s.narrow, s.tall, s.narrow);
    double *squares = work + 2 * s.tall * s.narrow;
    gsl_matrix_view t = gsl_matrix_view_array(squares, s.narrow, s.narrow);
    gsl_matrix_view product = gsl_matrix_view_array(squares + s.narrow * s.narrow, s.narrow, s.narrow);
    gsl_matrix_view out = gsl_matrix_view_array(w, rows, cols);
    rng_normals(rng, work, s.tall * s.narrow, 1);
    gsl_linalg_QR_decomp_r(&qr.matrix, &t.matrix);
    thin_q(&q.matrix, &qr.matrix, &t.matrix, &product.matrix);
    if (rows > cols)
        gsl_matrix_memcpy(&out.matrix, &q.matrix);
    else
        gsl_matrix_transpose_memcpy(&out.matrix, &q.matrix);
    if (gain != 1)
        gsl_matrix_scale(&out.matrix, gain);
}

bool weights_in_parts(const Init *init)
{
    return init->law == LAW_GAUSSIAN || init->law == LAW_UNIFORM;
}

void weights_draw_some(double *w, size_t count, size_t cols, const Init *init, double sigma_w, Rng *rng)
{
    const double sd = sigma_w / sqrt((double)cols);
    if (init->law == LAW_GAUSSIAN)
        rng_normals(rng, w, count * cols, sd);
    else
        rng_uniforms(rng, w, count * cols, sd * sqrt(3));
}

void weights_draw(double *w, size_t rows, size_t cols, const Init *init, double sigma_w, double parameter, Rng *rng, double *work)
{
    const size_t n = rows * cols;
    switch (init->law) {
    case LAW_GAUSSIAN:
    case LAW_UNIFORM:
        weights_draw_some(w, rows, cols, init, sigma_w, rng);
        return;
    case LAW_TRUNCATED:
        rng_truncated(rng, w, n, sigma_w / sqrt((double)cols));
        return;
    case LAW_CONSTANT:
        for (size_t i = 0; i < n; i++)
            w[i] = init->named.parameter ? parameter : 0;
        return;
    case LAW_HAAR:
        draw_haar(w, rows, cols, sigma_w * fmax(1, sqrt((double)rows / (double)cols)), rng, work);
        return;
    case LAW_NONE:
        break;
    }
    BUG("an initialiser that was not resolved");
}
