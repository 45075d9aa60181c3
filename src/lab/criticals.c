/* Rows of fixed points.
 * The one thing to know: critical.csv is a function of the specification, so shards and the merged run have the same one.
 * ξ = -1/ln χ: Schoenholz et al. 2017, who find networks trainable down to depths of about 6 ξ_c. */
#include "lab/criticals.h"

#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "theory/predict.h"

static void put_number(Text *out, double x)
{
    text_char(out, ',');
    if (!isnan(x))
        text_measured(out, x);
}

static void put_sigma(Text *out, double x, bool given)
{
    if (!given) {
        put_number(out, x);
        return;
    }
    text_char(out, ',');
    text_shortest(out, x);
}

void criticals_header(Text *out)
{
    text_string(out, "activation,point,sigma_w,sigma_b,q_star,q_stable,chi_1,chi_par,c_star,chi_c,xi_q,xi_c,xi_grad,depth_6xi,status\n");
}

void criticals_row(Text *out, Choice activation, const char *point, const FixedPoint *p, Given given)
{
    choice_text(out, activation);
    text_format(out, ",%s", point);
    put_sigma(out, p->sigma_w, given.w);
    put_sigma(out, p->sigma_b, given.b);
    put_number(out, p->q_star);
    text_format(out, ",%s", stability_name(p->q_stable));
    const double depth_c = critical_depth(p->chi_c);
    const double rest[] = {p->chi_1, p->chi_par, p->c_star, p->chi_c, critical_depth(p->chi_par), depth_c, critical_depth(p->chi_1), 6 * depth_c};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        put_number(out, rest[i]);
    text_format(out, ",%s\n", status_name(p->status));
}

void criticals_given(Text *out, Critical *k, Choice activation, double sigma_w, double sigma_b)
{
    FixedPoint p[CRITICAL_MOST];
    const size_t n = critical_fixed_points(k, sigma_w, sigma_b, p);
    for (size_t i = 0; i < n; i++) {
        critical_correlation(k, &p[i]);
        criticals_row(out, activation, "given", &p[i], (Given){true, true});
    }
}

/* What a network is to mean-field theory. */
typedef struct {
    Choice activation;
    double sigma_w, sigma_b;
} Case;

static bool same_activation(Choice a, Choice b)
{
    return a.row == b.row && (!a.row->parameter || a.parameter == b.parameter);
}

/* Has it been met? The last ones are looked at first: neighbours of a grid are alike. */
static bool met(const Case *cases, size_t n, const Case *c)
{
    while (n-- > 0)
        if (same_activation(cases[n].activation, c->activation) && cases[n].sigma_w == c->sigma_w && cases[n].sigma_b == c->sigma_b)
            return true;
    return false;
}

void criticals_of(Text *out, const Experiment *e)
{
    Case *cases = NULL;
    size_t n = 0;
    Critical *k = NULL;
    criticals_header(out);
    for (int64_t i = 0; i < e->points; i++) {
        NetSpec spec;
        experiment_point(e, i, &spec);
        const Case c = {spec.activation, spec_sigma_w(&spec, spec.depth), spec_sigma_b(&spec, spec.depth)};
        if (!predict_covers(&spec) || met(cases, n, &c))
            continue;
        if (!k || !same_activation(cases[n - 1].activation, c.activation)) {
            critical_free(k);
            k = critical_alloc(c.activation);
        }
        cases = mem_resize(cases, n + 1, sizeof *cases);
        cases[n++] = c;
        criticals_given(out, k, c.activation, c.sigma_w, c.sigma_b);
    }
    critical_free(k);
    free(cases);
}

int criticals_write(const Experiment *e, const char *directory)
{
    Text path = {0}, text = {0};
    int result = 0;
    text_format(&path, "%s/critical.csv", directory);
    if (!file_exists(text_str(&path))) {
        criticals_of(&text, e);
        result = file_replace(text_str(&path), text_str(&text), text.length);
    }
    text_free(&path);
    text_free(&text);
    return result;
}
