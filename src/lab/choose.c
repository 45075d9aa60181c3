/* Choosing: candidates, their predictions, their order.
 * The one thing to know: one decade of gradient weighs as much as one decade of signal, and as a network ten times too deep. */
#include "lab/choose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lab/forecast.h"
#include "theory/critical.h"

/* A factor of two in gradient or signal is no trouble. */
static const double harmless = M_LN2 / M_LN10;

/* An activation's fixed points, and its critical one; k is NULL where it has no mean field. */
typedef struct {
    const Named *row;
    Critical *k;
    FixedPoint critical;
} Points;

/* 6 ξ_c at the fixed point that lengths from 1 come to; a marginal family has no limit. The critical initialiser's own point is asked
 * for: a critical point found again from sigmas that were rounded is off by the root of what rounding takes. */
static double trainable_depth(const Points *of, const NetSpec *spec)
{
    FixedPoint p = of->critical;
    if (!init_of(spec->init)->sigmas_by_theory)
        critical_attractor(of->k, spec_sigma_w(spec, spec->depth), spec_sigma_b(spec, spec->depth), 1, &p);
    if (p.status == STATUS_NO_FIXED_POINT)
        return NOT_GIVEN;
    if (p.q_stable == Q_MARGINAL && isnan(p.q_star))
        return HUGE_VAL;
    critical_correlation(of->k, &p);
    const double xi = critical_depth(p.chi_c);
    return isnan(xi) ? NOT_GIVEN : 6 * fabs(xi);
}

/* A stack of linear layers is one linear map: nothing to choose, however well it passes gradients on. */
static bool is_linear(Choice activation)
{
    return activation_of(activation)->slope_at && activation_of(activation)->slope_at(-1, activation.parameter) == 1 &&
           activation_of(activation)->slope_at(1, activation.parameter) == 1 && activation_of(activation)->slope_at(3, activation.parameter) == 1;
}

/* Networks differ: what one of them meets is about the mean and one standard deviation away from 0. */
static double trouble_of(const Candidate *c, int64_t depth)
{
    const double gradient = hypot(c->log10_gradient, isnan(c->gradient_sd) ? 0 : c->gradient_sd), signal = fabs(c->log10_signal);
    const double deep = isnan(c->depth_6xi) ? 0 : fmax(0, log10((double)depth / c->depth_6xi));
    const double worst = fmax(gradient, fmax(signal, deep));
    return isnan(c->log10_gradient) || isnan(worst) || is_linear(c->activation) ? HUGE_VAL : worst;
}

static void weigh(Candidate *c, Forecast *f, const Points *of, const NetSpec *spec)
{
    LayerRow *rows = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *rows);
    Spread *spread = mem_alloc((size_t)spec_layers(spec) + 1, sizeof *spread);
    const int64_t last = spec->depth;
    *c = (Candidate){.activation = spec->activation, .init = spec->init, .sigma_w = spec_sigma_w(spec, last), .sigma_b = spec_sigma_b(spec, last),
                     .log10_gradient = NOT_GIVEN, .gradient_sd = NOT_GIVEN, .log10_signal = NOT_GIVEN, .depth_6xi = NOT_GIVEN};
    forecast_point(f, spec, rows, spread);
    if (row_has(&rows[0], COL_log10_grad_h_norm) && row_has(&rows[last], COL_log10_grad_h_norm)) {
        c->log10_gradient = rows[0].value[COL_log10_grad_h_norm] - rows[last].value[COL_log10_grad_h_norm];
        c->gradient_sd = spread[0].log10_grad[1];
        c->log10_signal = (rows[last].value[COL_log10_h_ms] - rows[1].value[COL_log10_h_ms]) / 2;
        c->depth_6xi = trainable_depth(of, spec);
    }
    c->trouble = trouble_of(c, last);
    free(rows);
    free(spread);
}

/* One of each activation. To be freed by free_points. */
static Points *find_points(void)
{
    Points *points = mem_alloc(activations.count, sizeof *points);
    for (size_t i = 0; i < activations.count; i++) {
        Choice activation;
        points[i] = (Points){.row = registry_row(&activations, i), .critical.status = STATUS_NONE};
        if (registry_choose(&activations, points[i].row->name, &activation))
            BUG("an activation that its own table does not know");
        if (meanfield_covers(activation)) {
            points[i].k = critical_alloc(activation);
            critical_rule(points[i].k, NOT_GIVEN, &points[i].critical);
        }
    }
    return points;
}

static void free_points(Points *points)
{
    for (size_t i = 0; i < activations.count; i++)
        critical_free(points[i].k);
    free(points);
}

static const Points *points_of(const Points *points, Choice activation)
{
    while (points->row != activation.row)
        points++;
    return points;
}

/* Names with commas between: all, and those that the critical initialiser serves. */
static void put_names(Text *every, Text *critical, const Points *points)
{
    for (size_t i = 0; i < activations.count; i++) {
        text_format(every, "%s%s", every->length ? "," : "", points[i].row->name);
        if (points[i].critical.status == STATUS_OK)
            text_format(critical, "%s%s", critical->length ? "," : "", points[i].row->name);
    }
}

typedef struct {
    Candidate *list;
    size_t n;
} Candidates;

static int add_all(Candidates *all, const Points *points, const Words *words)
{
    Experiment e;
    if (experiment_read(&e, words))
        return -1;
    Forecast *f = forecast_alloc(&e);
    all->list = mem_resize(all->list, all->n + (size_t)e.points, sizeof *all->list);
    for (int64_t i = 0; i < e.points; i++) {
        NetSpec spec;
        experiment_point(&e, i, &spec);
        weigh(&all->list[all->n++], f, points_of(points, spec.activation), &spec);
    }
    forecast_free(f);
    experiment_free(&e);
    return 0;
}

/* Best first; equal troubles keep the order of the tables. Less than a millionth of a decade is what sigmas were rounded by. */
static int by_trouble(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;
    const double mine = rint(x->trouble * 1e6), other = rint(y->trouble * 1e6);
    if (mine != other)
        return mine < other ? -1 : 1;
    const int order = (x->activation.row > y->activation.row) - (x->activation.row < y->activation.row);
    return order ? order : (x->init.row > y->init.row) - (x->init.row < y->init.row);
}

static bool same(const Candidate *x, const Candidate *y)
{
    return x->activation.row == y->activation.row && x->init.row == y->init.row;
}

Candidate *choose_candidates(const char *arch, int64_t depth, int64_t width, int64_t input_width, size_t *n)
{
    Text every = {0}, critical = {0};
    char d[24], w[24], in[24];
    Candidates all = {0};
    snprintf(d, sizeof d, "%lld", (long long)depth);
    snprintf(w, sizeof w, "%lld", (long long)width);
    snprintf(in, sizeof in, "%lld", (long long)(input_width ? input_width : width));
    Points *points = find_points();
    put_names(&every, &critical, points);
    const bool told = notice_quiet(true);   /* auto beside the initialiser that it stands for is meant here */
    Words words = {.axis[FIELD_activation] = text_str(&every), .axis[FIELD_init] = "auto,he-normal,glorot-normal,lecun-normal,orthogonal",
                   .axis[FIELD_arch] = arch, .axis[FIELD_depth] = d, .axis[FIELD_width] = w, .axis[FIELD_input_width] = in, .axis[FIELD_batch] = "1", .seeds = "1"};
    int failed = add_all(&all, points, &words);
    words.axis[FIELD_activation] = text_str(&critical);
    words.axis[FIELD_init] = "critical";
    failed = failed || add_all(&all, points, &words);
    notice_quiet(told);
    free_points(points);
    text_free(&every);
    text_free(&critical);
    if (failed) {
        free(all.list);
        return NULL;
    }
    size_t kept = 0;
    for (size_t i = 0; i < all.n; i++) {
        size_t k = 0;
        while (k < kept && !same(&all.list[k], &all.list[i]))
            k++;
        if (k == kept)
            all.list[kept++] = all.list[i];
    }
    qsort(all.list, kept, sizeof *all.list, by_trouble);
    *n = kept;
    return all.list;
}

size_t choose_best_of_each(Candidate *list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < kept && list[k].activation.row != list[i].activation.row)
            k++;
        if (k == kept)
            list[kept++] = list[i];
    }
    return kept;
}

/* "2.4", "24", "240", "1e38". */
static void put_factor(Text *out, double log10_factor)
{
    if (log10_factor < 2.995)
        text_format(out, log10_factor < 0.995 ? "%.2g" : "%.0f", pow(10, log10_factor));
    else
        text_format(out, "1e%.0f", log10_factor);
}

/* "falls to 0.03", "falls to 1e-38", "grows 24-fold". */
static void put_change(Text *out, const char *what, double log10_change)
{
    if (fabs(log10_change) <= harmless)
        text_format(out, "%s stays within a factor of 2", what);
    else if (log10_change < -2.5)
        text_format(out, "%s falls to 1e%.0f", what, log10_change);
    else if (log10_change < 0)
        text_format(out, "%s falls to %.2g", what, pow(10, log10_change));
    else {
        text_format(out, "%s grows ", what);
        put_factor(out, log10_change);
        text_string(out, "-fold");
    }
}

void choose_reason(Text *out, const Candidate *c, int64_t depth)
{
    if (is_linear(c->activation)) {
        text_string(out, "a stack of linear layers is one linear map");
        return;
    }
    if (isinf(c->trouble)) {
        text_string(out, "theory has no prediction for it");
        return;
    }
    put_change(out, "the gradient", c->log10_gradient);
    if (fabs(c->log10_signal) > harmless) {
        text_string(out, ", ");
        put_change(out, "the signal", c->log10_signal);
    }
    if (c->depth_6xi < (double)depth)
        text_format(out, ", inputs are told apart for about %.0f layers only", c->depth_6xi);
    if (c->gradient_sd > harmless) {
        text_string(out, ", networks differ by a factor of ");
        put_factor(out, c->gradient_sd);
    }
}
