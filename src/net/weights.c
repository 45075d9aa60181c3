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

size_t weights_work_size(size_t fan_out, size_t fan_in, const Init *init, bool single)
{
    const Shape s = shape_of(fan_out, fan_in);
    const size_t haar = 2 * s.tall * s.narrow + 2 * s.narrow * s.narrow;
    return init->law == LAW_HAAR ? haar + (single ? fan_out * fan_in : 0) : 0;
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

void weights_draw_some(const Rows *w, size_t first, size_t count, const Init *init, double sigma_w, Rng *rng)
{
    const size_t n = count * w->cols;
    const double sd = sigma_w / sqrt((double)w->cols), limit = sd * sqrt(3);
    if (init->law == LAW_GAUSSIAN && w->single)
        rng_normalsf(rng, rows_single_at(w, first), n, (double)(float)sd);
    else if (init->law == LAW_GAUSSIAN)
        rng_normals(rng, rows_at(w, first), n, sd);
    else if (w->single)
        rng_uniformsf(rng, rows_single_at(w, first), n, (double)(float)limit);
    else
        rng_uniforms(rng, rows_at(w, first), n, limit);
}

static void draw_truncated(const Rows *w, double sd, Rng *rng)
{
    if (w->single)
        rng_truncatedf(rng, w->s, w->rows * w->cols, (double)(float)sd);
    else
        rng_truncated(rng, w->x, w->rows * w->cols, sd);
}

static void fill(const Rows *w, double value)
{
    for (size_t i = 0; i < w->rows * w->cols; i++)
        if (w->single)
            w->s[i] = (float)value;
        else
            w->x[i] = value;
}

/* Orthogonal matrices are drawn in double; floats are rounded from that. */
static void draw_orthogonal(const Rows *w, double gain, Rng *rng, double *work)
{
    const size_t n = w->rows * w->cols;
    draw_haar(w->single ? work : w->x, w->rows, w->cols, gain, rng, w->single ? work + n : work);
    for (size_t i = 0; w->single && i < n; i++)
        w->s[i] = (float)work[i];
}

void weights_draw(const Rows *w, const Init *init, double sigma_w, double parameter, Rng *rng, double *work)
{
    const double rows = (double)w->rows, cols = (double)w->cols;
    switch (init->law) {
    case LAW_GAUSSIAN:
    case LAW_UNIFORM:
        weights_draw_some(w, 0, w->rows, init, sigma_w, rng);
        return;
    case LAW_TRUNCATED:
        draw_truncated(w, sigma_w / sqrt(cols), rng);
        return;
    case LAW_CONSTANT:
        fill(w, init->named.parameter ? parameter : 0);
        return;
    case LAW_HAAR:
        draw_orthogonal(w, sigma_w * fmax(1, sqrt(rows / cols)), rng, work);
        return;
    case LAW_NONE:
        break;
    }
    BUG("an initialiser that was not resolved");
}
