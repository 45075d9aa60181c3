/* Compare: z-scores of every summarised quantity that theory predicts.
 * The one thing to know: where theory knows the spread, the larger of it and the sample's is used and |z| is normal; where only the
 * sample's is known, Student's t is turned into the z of the same chance, so that few seeds do not raise false alarms. */
#include "lab/compare.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/mem.h"
#include "lab/manifest.h"
#include "lab/record.h"
#include "lab/store.h"

/* One quantity: how far theory may be off a layer in units of its bias of ln ‖·‖², and which of the spreads is its own. */
typedef struct {
    ColumnId column;
    enum { FROM_SAMPLE, FROM_LENGTH, FROM_GRADIENT } spread;
    int gradient;          /* z, h, w, b */
    double sensitivity;    /* allowed bias = sensitivity · spread.bias (· the root mean square of h for h_mean, · z_var for z_var) */
} Quantity;

#define HALF_LOG10 (0.5 / M_LN10)   /* 1/(2 ln 10): of ln ‖·‖² to log10 ‖·‖ */

static const Quantity quantities[] = {
    {.column = COL_z_var, .sensitivity = 1},
    {.column = COL_h_mean, .sensitivity = 1},
    {.column = COL_log10_h_ms, .spread = FROM_LENGTH, .sensitivity = 2 * HALF_LOG10},
    {.column = COL_h_cos, .sensitivity = 1},
    {.column = COL_zero_frac, .sensitivity = 0.25},
    {.column = COL_saturated_frac, .sensitivity = 0.5},
    {.column = COL_log10_grad_z_norm, .spread = FROM_GRADIENT, .gradient = 0, .sensitivity = HALF_LOG10},
    {.column = COL_log10_grad_h_norm, .spread = FROM_GRADIENT, .gradient = 1, .sensitivity = HALF_LOG10},
    {.column = COL_log10_grad_w_norm, .spread = FROM_GRADIENT, .gradient = 2, .sensitivity = HALF_LOG10},
    {.column = COL_log10_grad_b_norm, .spread = FROM_GRADIENT, .gradient = 3, .sensitivity = HALF_LOG10},
};

enum { QUANTITIES = sizeof quantities / sizeof *quantities };

/* A test that was made, until the limit is known. */
typedef struct {
    int64_t point, layer;
    ColumnId column;
    double measured, predicted, se, z;
} Test;

typedef struct {
    Experiment experiment;
    Forecast *forecast;
    CsvReader *csv;
    int mean[QUANTITIES], sd[QUANTITIES], count;
    LayerRow *rows;
    Spread *spread;
    Test *tests;
    size_t n_tests, room;
    int64_t unpredicted, infinite;
    double factor;
    int64_t depth;         /* of the point in hand */
} Compare;

static void keep_test(Compare *c, Test t)
{
    if (c->n_tests == c->room) {
        c->room = c->room ? 2 * c->room : 1024;
        c->tests = mem_resize(c->tests, c->room, sizeof *c->tests);
    }
    c->tests[c->n_tests++] = t;
}

static double allowed(const Quantity *q, const LayerRow *row, const Spread *s)
{
    double scale = q->sensitivity * s->bias;
    if (q->column == COL_h_mean)
        scale *= sqrt(row->value[COL_h_ms]);
    if (q->column == COL_z_var)
        scale *= row->value[COL_z_var];
    return scale + 1e-9;
}

/* The normal score of a difference whose standard error was estimated from n values. */
static double normal_score(double t, double n)
{
    const double p = gsl_cdf_tdist_Q(fabs(t), n - 1);
    return p > 1e-300 ? gsl_cdf_ugaussian_Qinv(p) : 37;
}

static void test_cell(Compare *c, int64_t point, const Quantity *q, const LayerRow *row, const Spread *s, double mean, double sd, double n)
{
    const double known = q->spread == FROM_LENGTH ? s->log10_h_ms : q->spread == FROM_GRADIENT ? s->log10_grad[q->gradient] : NOT_GIVEN;
    const double planted = q->spread == FROM_GRADIENT ? HALF_LOG10 * log(c->factor) * (double)(c->depth - row->layer) : 0;
    const double predicted = row->value[q->column] + planted;
    const double off = fmax(0, fabs(mean - predicted) - allowed(q, row, s));
    const bool theory_knows = !isnan(known);
    c->infinite += row_has(row, q->column) && isnan(mean);
    if (!row_has(row, q->column) || isnan(mean) || (!theory_knows && (n < 3 || isnan(sd))))
        return;
    const double width = theory_knows ? fmax(known, isnan(sd) ? 0 : sd) : sd, se = width / sqrt(n);
    double z = off == 0 ? 0 : se > 0 ? off / se : 37;
    if (!theory_knows && off > 0)
        z = se > 0 ? normal_score(z, n) : 37;
    keep_test(c, (Test){point, row->layer, q->column, mean, predicted, se, mean < predicted ? -z : z});
}

static double number(const char *cell)
{
    return *cell ? strtod(cell, NULL) : NOT_GIVEN;
}

static int compare_point(Compare *c, int64_t point)
{
    const Experiment *e = &c->experiment;
    NetSpec spec;
    experiment_point(e, point, &spec);
    c->rows = mem_resize(c->rows, (size_t)spec_layers(&spec) + 1, sizeof *c->rows);
    c->spread = mem_resize(c->spread, (size_t)spec_layers(&spec) + 1, sizeof *c->spread);
    forecast_point(c->forecast, &spec, c->rows, c->spread);
    c->depth = spec.depth;
    c->unpredicted += !predict_covers(&spec);
    for (int64_t layer = 0; layer <= spec_layers(&spec); layer++) {
        const char *const *cells;
        if (!thinning_keeps(e->layers, &spec, layer))
            continue;
        if (csv_next(c->csv, &cells) != 1)
            return error(EXIT_DATA, "summary.csv ends before its last point; finish the run first (fathom sweep --from run.json)");
        if (c->rows[layer].status != STATUS_OK)
            continue;
        for (size_t q = 0; q < QUANTITIES; q++) {
            const bool input = layer == 0 && quantities[q].spread != FROM_GRADIENT;
            const bool real_pairs = quantities[q].column == COL_h_cos && e->data;   /* followed at the mean correlation only */
            if (!input && !real_pairs)
                test_cell(c, point, &quantities[q], &c->rows[layer], &c->spread[layer], number(cells[c->mean[q]]),
                          number(cells[c->sd[q]]), number(cells[c->count]));
        }
    }
    return 0;
}

static int find_columns(Compare *c)
{
    Text name = {0};
    int result = 0;
    c->count = csv_find(c->csv, "n");
    for (size_t q = 0; q < QUANTITIES; q++) {
        const char *column = columns[quantities[q].column].name;
        text_clear(&name);
        text_format(&name, "%s_mean", column);
        c->mean[q] = csv_find(c->csv, text_str(&name));
        text_clear(&name);
        text_format(&name, "%s_sd", column);
        c->sd[q] = csv_find(c->csv, text_str(&name));
        if (c->mean[q] < 0 || c->sd[q] < 0 || c->count < 0)
            result = error(EXIT_DATA, "summary.csv has no column %s; it is not a run of this fathom", text_str(&name));
    }
    text_free(&name);
    return result;
}

static void put_tests(Compare *c, Text *out, Comparison *result)
{
    Text point = {0};
    int64_t last = -1, disagreeing = -1;
    result->tests = (int64_t)c->n_tests;
    result->limit = c->n_tests ? gsl_cdf_ugaussian_Qinv(COMPARE_ALARM / 2 / (double)c->n_tests) : 0;
    text_string(out, "point,layer,quantity,measured,predicted,se,z,verdict\n");
    for (size_t i = 0; i < c->n_tests; i++) {
        const Test *t = &c->tests[i];
        const bool agrees = fabs(t->z) <= result->limit;
        if (t->point != last) {
            NetSpec spec;
            experiment_point(&c->experiment, last = t->point, &spec);
            text_clear(&point);
            spec_text(&point, &spec);
        }
        text_format(out, "%s,%lld,%s", text_str(&point), (long long)t->layer, columns[t->column].name);
        record_cell(out, t->measured);
        record_cell(out, t->predicted);
        record_cell(out, t->se);
        record_cell(out, t->z);
        text_format(out, ",%s\n", agrees ? "agrees" : "disagrees");
        result->disagreements += !agrees;
        if (!agrees && t->point != disagreeing) {
            disagreeing = t->point;
            result->points_disagreeing++;
        }
    }
    text_free(&point);
}

static int compare_open(Compare *c, const char *directory, Manifest **manifest)
{
    Text path = {0};
    store_path(&path, directory, "run.json");
    *manifest = manifest_open(text_str(&path));
    int result = *manifest ? 0 : -1;
    if (result == 0)
        result = manifest_experiment(*manifest, &(Words){0}, &c->experiment);
    if (result == 0 && c->experiment.training)
        result = error(EXIT_DATA, "'%s' is a training: theory is of networks before the first step; compare a sweep of the same grid", directory);
    if (result == 0) {
        c->forecast = forecast_alloc(&c->experiment);
        store_path(&path, directory, "summary.csv");
        c->csv = csv_open(text_str(&path));
        result = c->csv ? find_columns(c) : -1;
    }
    text_free(&path);
    return result;
}

int compare_run(const char *directory, double factor, Text *out, Comparison *result)
{
    Compare c = {.factor = factor};
    Manifest *manifest = NULL;
    *result = (Comparison){0};
    int failed = compare_open(&c, directory, &manifest);
    const Plan plan = failed ? (Plan){0} : plan_of(&c.experiment, manifest_shard(manifest));
    for (int64_t k = 0; k < plan.points && !failed; k++)
        failed = compare_point(&c, plan_point(&plan, k));
    if (!failed) {
        put_tests(&c, out, result);
        result->points = plan.points;
        result->points_unpredicted = c.unpredicted;
        result->infinite = c.infinite;
    }
    csv_close(c.csv);
    forecast_free(c.forecast);
    experiment_free(&c.experiment);
    manifest_close(manifest);
    free(c.rows);
    free(c.spread);
    free(c.tests);
    return failed;
}
