/* Made data.
 * The one thing to know: stream 0 holds what is the same for every sample (a teacher's weights, centres, directions), stream 1 the samples. */
#include "net/made.h"

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum { HIDDEN = 32, TEACHER_CLASSES = 10, LABELS = 5 };

int64_t made_targets(Choice data, TaskKind task, int64_t *classes)
{
    const DataKind kind = data_of(data)->kind;
    const bool sorts = task == TASK_BINARY || task == TASK_MULTICLASS;
    *classes = !sorts ? 0 : task == TASK_BINARY ? 2 : kind == DATA_BLOBS ? (int64_t)data.parameter : kind == DATA_TEACHER ? TEACHER_CLASSES : 2;
    return task == TASK_MULTILABEL ? LABELS : 1;
}

/* Points of two arms, each the other turned by half a turn; r² uniform, so that they are as dense outside as inside. */
static void spirals(double *x, double *y, int64_t n, double turns, Rng *rng)
{
    for (int64_t i = 0; i < n; i++) {
        const double r = sqrt(gsl_rng_uniform_pos(rng->gsl)), angle = 2 * M_PI * turns * r, side = i % 2 ? -1 : 1;
        x[2 * i] = side * r * cos(angle);
        x[2 * i + 1] = side * r * sin(angle);
        y[i] = (double)(i % 2);
    }
}

static void xor_square(double *x, double *y, int64_t n, Rng *rng)
{
    for (int64_t i = 0; i < n; i++) {
        x[2 * i] = gsl_ran_flat(rng->gsl, -1, 1);
        x[2 * i + 1] = gsl_ran_flat(rng->gsl, -1, 1);
        y[i] = x[2 * i] * x[2 * i + 1] < 0;
    }
}

/* f = V tanh(2 W x/√width): outputs × HIDDEN, HIDDEN × width. */
static void teacher(double *x, double *y, int64_t n, int64_t width, TaskKind task, RngSource source, Rng *rng)
{
    const size_t d = (size_t)width, outputs = task == TASK_MULTICLASS ? TEACHER_CLASSES : task == TASK_MULTILABEL ? LABELS : 1;
    double *w = mem_doubles(HIDDEN * d), *v = mem_doubles(outputs * HIDDEN), h[HIDDEN], f[TEACHER_CLASSES];
    rng_open(rng, source, 0, USE_TASK);
    rng_normals(rng, w, HIDDEN * d, 2 / sqrt((double)d));
    rng_normals(rng, v, outputs * HIDDEN, 1 / sqrt(HIDDEN));
    rng_open(rng, source, 1, USE_TASK);
    rng_normals(rng, x, (size_t)n * d, 1);
    for (int64_t i = 0; i < n; i++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, HIDDEN, (int)d, 1, w, (int)d, x + i * width, 1, 0, h, 1);
        for (int k = 0; k < HIDDEN; k++)
            h[k] = tanh(h[k]);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)outputs, HIDDEN, 1, v, HIDDEN, h, 1, 0, f, 1);
        size_t best = 0;
        for (size_t k = 1; k < outputs; k++)
            best = f[k] > f[best] ? k : best;
        for (size_t k = 0; k < outputs && task == TASK_MULTILABEL; k++)
            y[(size_t)i * outputs + k] = f[k] > 0;
        if (task != TASK_MULTILABEL)
            y[i] = task == TASK_REGRESSION ? f[0] : task == TASK_BINARY ? f[0] > 0 : (double)best;
    }
    free(w);
    free(v);
}

static void blobs(double *x, double *y, int64_t n, int64_t width, int64_t classes, RngSource source, Rng *rng)
{
    const size_t d = (size_t)width;
    double *centre = mem_doubles((size_t)classes * d);
    rng_open(rng, source, 0, USE_TASK);
    rng_normals(rng, centre, (size_t)classes * d, 1);
    rng_open(rng, source, 1, USE_TASK);
    rng_normals(rng, x, (size_t)n * d, 1);
    for (int64_t i = 0; i < n; i++) {
        const int64_t class = i % classes;
        cblas_daxpy((int)d, 1, centre + class * width, 1, x + i * width, 1);
        y[i] = (double)class;
    }
    free(centre);
}

/* Half of every direction's square is common to all: labels correlate. Thresholds are quantiles of N(0, 1), since w·x is one. */
static void hyperplanes(double *x, double *y, int64_t n, int64_t width, RngSource source, Rng *rng)
{
    static const double share[LABELS] = {0.3, 0.4, 0.5, 0.6, 0.7};
    const size_t d = (size_t)width;
    double *w = mem_doubles((LABELS + 1) * d), *common = w + LABELS * d;
    rng_open(rng, source, 0, USE_TASK);
    rng_normals(rng, w, (LABELS + 1) * d, 1);
    for (size_t k = 0; k < LABELS; k++) {
        cblas_daxpy((int)d, 1, common, 1, w + k * d, 1);
        cblas_dscal((int)d, 1 / cblas_dnrm2((int)d, w + k * d, 1), w + k * d, 1);
    }
    rng_open(rng, source, 1, USE_TASK);
    rng_normals(rng, x, (size_t)n * d, 1);
    for (int64_t i = 0; i < n; i++)
        for (size_t k = 0; k < LABELS; k++)
            y[(size_t)i * LABELS + k] = cblas_ddot((int)d, w + k * d, 1, x + i * width, 1) > gsl_cdf_ugaussian_Qinv(share[k]);
    free(w);
}

void made_fill(double *x, double *y, int64_t n, Choice data, TaskKind task, RngSource source, Rng *rng)
{
    const Data *row = data_of(data);
    rng_open(rng, source, 1, USE_TASK);
    switch (row->kind) {
    case DATA_SPIRALS:
        spirals(x, y, n, data.parameter, rng);
        return;
    case DATA_XOR:
        xor_square(x, y, n, rng);
        return;
    case DATA_TEACHER:
        teacher(x, y, n, row->width, task, source, rng);
        return;
    case DATA_BLOBS:
        blobs(x, y, n, row->width, (int64_t)data.parameter, source, rng);
        return;
    case DATA_MULTILABEL:
        hyperplanes(x, y, n, row->width, source, rng);
        return;
    case DATA_MNIST:
    case DATA_IDX:
    case DATA_CSV:
        break;
    }
    BUG("data from files are not made");
}
