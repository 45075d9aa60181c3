/* C01: without a non-linear activation, any stack of layers is one linear map.
 * The one thing to know: the networks of a sweep are sampled once more, and their outputs held against x Aᵀ + c, A the product of their
 * matrices and c what their biases add up to; the same for ReLU shows that the comparison can fail.
 * Minsky and Papert 1969; Saxe, McClelland and Ganguli 2014 (deep linear networks); least squares: Legendre 1805. */
#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claim/again.h"
#include "claim/gather.h"
#include "claim/linefit.h"

#define APART  "difference of the output and the product of the matrices, of its norm"
#define EXCESS "training loss less that of least squares"
#define RIGHT  "training accuracy"

static const int depths[] = {1, 2, 5, 10, 20, 50};
enum { DEPTHS = sizeof depths / sizeof *depths };
static const double most_apart = 1e-10, least_telling = 1e-3, most_left = 1e-3;

/* One network: the map of the layers so far, square as all layers are. */
typedef struct {
    const NetSpec *spec;
    Pass *pass;
    double *x, *product, *offset, *work;
    double apart;
} Map;

/* Rows with their exponents put in. */
static void plain(double *out, const Rows *r)
{
    for (size_t a = 0; a < r->rows; a++)
        rows_widen(out + a * r->cols, r, a, ldexp(1, (int)r->exponent[a]));
}

/* A becomes W A, c becomes W c + b. */
static void compose(Map *m, int64_t layer)
{
    const Dense *map = pass_map(m->pass);
    const size_t n = (size_t)m->spec->width;
    const Rows w = dense_matrix(pass_map(m->pass), layer);
    memcpy(m->work, m->offset, n * sizeof *m->work);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)n, (int)n, map->scale[layer], w.x, (int)n, m->work, 1, 0, m->offset, 1);
    for (size_t i = 0; i < n && dense_has_bias(m->spec); i++)
        m->offset[i] += map->bias[i];
    memcpy(m->work, m->product, n * n * sizeof *m->work);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, (int)n, (int)n, map->scale[layer], w.x, (int)n, m->work, (int)n, 0, m->product,
                (int)n);
}

/* ‖h - (x Aᵀ + c)‖/‖h‖ over the batch. */
static double difference(Map *m, const Rows *h)
{
    const size_t n = h->cols, b = h->rows;
    double *y = mem_doubles(2 * b * n), *output = y + b * n;
    plain(output, h);
    for (size_t a = 0; a < b; a++)
        memcpy(y + a * n, m->offset, n * sizeof *y);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)b, (int)n, (int)n, 1, m->x, (int)n, m->product, (int)n, 1, y, (int)n);
    cblas_daxpy((int)(b * n), -1, output, 1, y, 1);
    const double apart = cblas_dnrm2((int)(b * n), y, 1) / cblas_dnrm2((int)(b * n), output, 1);
    free(y);
    return apart;
}

static void see(void *context, TapPoint what, int64_t layer, const Rows *rows)
{
    Map *m = context;
    if (what == TAP_X)
        plain(m->x, rows);
    else if (what == TAP_Z)
        compose(m, layer);
    else if (what == TAP_H && layer == m->spec->depth)
        m->apart = difference(m, rows);
}

static double network_apart(const Again *a, const NetSpec *spec, uint32_t seed)
{
    const size_t n = (size_t)spec->width, b = (size_t)spec->batch;
    Map m = {.spec = spec,
             .x = mem_doubles(b * n),
             .product = mem_alloc(n * n, sizeof(double)),
             .offset = mem_alloc(n, sizeof(double)),
             .work = mem_doubles(n * n)};
    for (size_t i = 0; i < n; i++)
        m.product[i * n + i] = 1;
    const Tap tap = {see, &m};
    again_sample(a, spec, seed, &tap, &m.pass);
    free(m.x);
    free(m.product);
    free(m.offset);
    free(m.work);
    return m.apart;
}

static int put_products(Facts *out, const ClaimCase *c)
{
    Again a;
    Text place = {0};
    const int failed = again_open(&a, c, "products");
    for (int64_t point = 0; !failed && point < a.experiment.points; point++) {
        NetSpec spec;
        double most = 0;
        experiment_point(&a.experiment, point, &spec);
        for (size_t s = 0; s < a.experiment.seeds.count; s++)
            most = fmax(most, network_apart(&a, &spec, a.experiment.seeds.values[s]));
        const char *name = spec.activation.row->name;
        gather_words(&place, "%s depth %lld", name, (long long)spec.depth);
        facts_exact(out, APART, text_str(&place), strcmp(name, "linear") ? NOT_GIVEN : 0, most);
    }
    again_close(&a);
    text_free(&place);
    return failed;
}

static int put_training(Facts *out, const ClaimCase *c)
{
    Again a;
    LineFit best;
    Text place = {0}, where = {0};
    Table *networks = claim_table(c, "spirals", "networks.csv");
    int failed = again_open(&a, c, "spirals");
    failed = failed || !networks || linefit(&best, a.experiment.lessons.samples);
    for (size_t i = 0; !failed && i < DEPTHS; i++) {
        double *sample = mem_doubles(table_rows(networks) + 1);
        const char *at = gather_words(&place, "depth %d", depths[i]);
        const size_t n = table_numbers(networks, "train_loss", gather_words(&where, "depth=%d", depths[i]), sample);
        for (size_t k = 0; k < n; k++)
            sample[k] -= best.loss;
        facts_mean(out, EXCESS, at, 0, sample, n);
        gather_mean(out, RIGHT, at, best.train_accuracy, networks, "train_accuracy", text_str(&where));
        free(sample);
    }
    if (!failed)
        facts_exact(out, "loss of least squares", "two spirals", NOT_GIVEN, best.loss);
    again_close(&a);
    table_close(networks);
    text_free(&place);
    text_free(&where);
    return failed ? -1 : 0;
}

static int measure(const ClaimCase *c, Facts *out) { return put_products(out, c) || put_training(out, c) ? -1 : 0; }

/* The largest difference of one activation over all depths; how many depths are within most_apart. */
static double worst_of(const Facts *f, const char *activation, size_t *within, double *least)
{
    Text place = {0};
    double worst = 0;
    *within = 0;
    *least = HUGE_VAL;
    for (size_t i = 0; i < DEPTHS; i++) {
        const double apart = facts_find(f, APART, gather_words(&place, "%s depth %d", activation, depths[i]))->measured;
        worst = fmax(worst, apart);
        *least = fmin(*least, apart);
        *within += apart <= most_apart;
    }
    text_free(&place);
    return worst;
}

static void judge(const Facts *f, Verdict *v)
{
    size_t within, none;
    double least, least_relu, farthest = 0;
    const double worst = worst_of(f, "linear", &within, &least);
    worst_of(f, "relu", &none, &least_relu);
    const double best = facts_find(f, "loss of least squares", "two spirals")->measured;
    bool beats = false, reaches = true;
    Text place = {0};
    for (size_t i = 0; i < DEPTHS; i++) {
        const Fact *excess = facts_find(f, EXCESS, gather_words(&place, "depth %d", depths[i]));
        beats = beats || fact_below(excess, -1e-9 * best);
        reaches = reaches && fact_below(excess, most_left * best);
        farthest = fmax(farthest, fabs(excess->measured));
    }
    const bool tells = least_relu > least_telling;
    verdict_set(v,
                beats || within == 0        ? VERDICT_DOES_NOT_HOLD
                : within == DEPTHS && tells ? VERDICT_HOLDS
                                            : VERDICT_HOLDS_WHEN,
                facts_find(f, APART, "linear depth 50"));
    if (beats)
        text_string(&v->condition, "a stack of linear layers certainly fits better than least squares");
    else if (within == 0)
        text_format(&v->condition, "the outputs differ from the product of the matrices by %.2g of their norm or more", least);
    else if (within < DEPTHS)
        text_format(&v->condition, "at %zu of %d depths; elsewhere outputs and product differ by up to %.2g of their norm", within, DEPTHS, worst);
    else if (!tells)
        text_format(&v->condition, "as far as the comparison goes: it finds a ReLU network within %.2g of a linear map too", least_relu);
    text_format(&v->sentence,
                "Outputs of linear networks of depth 1 to 50 are those of the product of their matrices, to %.1g of their norm (ReLU networks miss "
                "it by %.2g or more).",
                worst, least_relu);
    text_format(&v->sentence,
                " Trained on two spirals, stacks of 1 to 50 linear layers %s, and classify %.1f %% of its points (least squares: %.1f %%).",
                beats     ? "fit better than least squares"
                : reaches ? "end at the loss of least squares"
                          : "do not all come down to the loss of least squares",
                100 * facts_find(f, RIGHT, "depth 50")->measured, 100 * facts_find(f, RIGHT, "depth 50")->predicted);
    text_format(&v->sentence, " That loss is %.4g; no mean differs from it by more than %.1g.", best, farthest);
    text_free(&place);
}

#define PRODUCTS "sweep -a linear,relu -d 1,2,5,10,20,50 -w 64 -b 16 --sigma-b 0.2 --layers ends --no-raw"
#define SPIRALS                                                                                                                                   \
    "train -a linear -i orthogonal -d 1,2,5,10,20,50 -w 16 -b 400 --samples 500 --head linear --loss mse --optimizer adam --lr 0.01 --steps 300 " \
    "--every 30 --layers ends --no-raw"

const Claim claim_C01 = {
    .id = "C01",
    .claim = "Without a non-linear activation, any stack of layers is one linear map",
    .source = "Minsky and Papert 1969; Saxe, McClelland and Ganguli 2014; the optimum: least squares",
    .method = "Networks of width 64 with biases: their outputs against those of the product of their weight matrices (with the biases it is an "
              "affine map), as the largest ratio of norms over networks; ReLU networks beside them, to show that the comparison can fail. Two "
              "spirals, 400 training points, mean squared error: linear networks with a linear readout are trained by Adam at a rate of 0.01 on the "
              "whole training set, from orthogonal weights, and stopped after 300 steps; least squares is solved directly.",
    .criterion = "Holds where at every depth outputs and product agree to 1e-10, the same comparison finds ReLU networks at least 1e-3 off, and no "
                 "depth certainly ends below the loss of least squares; holds when only some depths agree; does not hold where none does, or where "
                 "a stack beats least squares.",
    .runs = {{"products", PRODUCTS " -s 2", PRODUCTS " -s 10"}, {"spirals", SPIRALS " -s 3", SPIRALS " -s 10"}},
    .figures = {{"spirals", "training-curves", "Loss of linear networks of depth 1 to 50 on two spirals: all end at that of least squares"}},
    .measure = measure,
    .judge = judge,
};
