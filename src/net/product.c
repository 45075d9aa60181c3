/* Products of a batch with a weight matrix.
 * The one thing to know: one sample is a matrix-vector product, a few are read against W in place (num/skinny), many go to BLAS.
 * BLAS is called with one thread: its results depend on its thread count. */
#include "net/product.h"

#include <gsl/gsl_cblas.h>

#include "num/skinny.h"

size_t product_work_size(size_t rows, size_t fan_out, size_t fan_in, bool single)
{
    const size_t inner = fan_out > fan_in ? fan_out : fan_in;
    return single ? rows_room(skinny_packed_sizef(rows, inner), true) : skinny_packed_size(rows, inner);
}

bool product_in_place(const Rows *h)
{
    return h->rows > 1 && (h->single ? skinny_servesf(h->rows) : skinny_serves(h->rows));
}

void product_pack(const Rows *h, double *work)
{
    if (h->single)
        skinny_packf((float *)(void *)work, h->s, h->rows, h->cols);
    else
        skinny_pack(work, h->x, h->rows, h->cols);
}

void product_piece(Rows *u, const Rows *h, const Rows *w, size_t from, size_t some, const double *work)
{
    const size_t n = h->cols, m = u->cols;
    if (h->single)
        skinny_forwardf(u->s + from, m, (const float *)(const void *)work, w->s + from * n, h->rows, some, n);
    else
        skinny_forward(u->x + from, m, work, w->x + from * n, h->rows, some, n);
}

void product_forward(Rows *u, const Rows *h, const Rows *w, double *work)
{
    const int b = (int)h->rows, m = (int)u->cols, n = (int)h->cols;
    if (product_in_place(h)) {
        product_pack(h, work);
        product_piece(u, h, w, 0, u->cols, work);
    } else if (b == 1 && h->single) {
        cblas_sgemv(CblasRowMajor, CblasNoTrans, m, n, 1, w->s, n, h->s, 1, 0, u->s, 1);
    } else if (b == 1) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, w->x, n, h->x, 1, 0, u->x, 1);
    } else if (h->single) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, b, m, n, 1, h->s, n, w->s, n, 0, u->s, m);
    } else {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, b, m, n, 1, h->x, n, w->x, n, 0, u->x, m);
    }
}

void product_backward(Rows *g, const Rows *delta, const Rows *w, double *work)
{
    const int b = (int)g->rows, m = (int)delta->cols, n = (int)g->cols;
    if (product_in_place(delta)) {
        product_pack(delta, work);
        if (g->single)
            skinny_backwardf(g->s, (const float *)(const void *)work, w->s, g->rows, delta->cols, g->cols);
        else
            skinny_backward(g->x, work, w->x, g->rows, delta->cols, g->cols);
    } else if (b == 1 && g->single) {
        cblas_sgemv(CblasRowMajor, CblasTrans, m, n, 1, w->s, n, delta->s, 1, 0, g->s, 1);
    } else if (b == 1) {
        cblas_dgemv(CblasRowMajor, CblasTrans, m, n, 1, w->x, n, delta->x, 1, 0, g->x, 1);
    } else if (g->single) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, b, n, m, 1, delta->s, m, w->s, n, 0, g->s, n);
    } else {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, b, n, m, 1, delta->x, m, w->x, n, 0, g->x, n);
    }
}

void product_gradient(Rows *d, const Rows *delta, const Rows *h)
{
    const int b = (int)h->rows, m = (int)delta->cols, n = (int)h->cols;
    if (h->single)
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, b, 1, delta->s, m, h->s, n, 0, d->s, n);
    else
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, b, 1, delta->x, m, h->x, n, 0, d->x, n);
}
