/* Reach: 6 ξ_c over σ_w, from critical.csv.
 * The one thing to know: of several fixed points the stable one with the smallest q* counts; 1/ξ_c gets the sign of its phase, so that
 * it passes through 0, a straight line between two values, where networks are critical.
 * Schoenholz et al. 2017: networks learn down to about 6 ξ_c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/mem.h"
#include "show/atlas.h"

enum { ACTIVATION, SIGMA_W, SIGMA_B, Q_STABLE, CHI_1, DEPTH, COLUMNS };

static bool holds(const char *cell, double *x)
{
    if (!strcmp(cell, "inf")) {
        *x = HUGE_VAL;
        return true;
    }
    return text_to_double(cell, x);
}

/* One row: is it of this network; its depth, NAN where it has none or is not stable. */
static bool read_row(const char *const *cells, const int *at, const Chart *chart, double *w, double *inverse)
{
    double b, chi, depth;
    const double own_b = point_sigma(chart->key, FIELD_sigma_b);
    const bool stands = !strcmp(cells[at[Q_STABLE]], "stable") || !strcmp(cells[at[Q_STABLE]], "marginal");
    if (strcmp(cells[at[ACTIVATION]], chart->key->keys[FIELD_activation]) != 0 || !holds(cells[at[SIGMA_W]], w) || !holds(cells[at[SIGMA_B]], &b) ||
        (!isnan(own_b) && b != own_b))
        return false;
    const bool deep = stands && holds(cells[at[CHI_1]], &chi) && holds(cells[at[DEPTH]], &depth) && depth > 0;
    *inverse = deep ? copysign(1 / depth, chi - 1) : NOT_GIVEN;
    return true;
}

/* Rows come by ascending q*: the first of a σ_w that has a depth stays. */
static void keep(Reach *r, double w, double inverse)
{
    size_t at = r->n;
    for (size_t i = 0; i < r->n; i++)
        if (r->w[i] == w) {
            r->inverse[i] = isnan(r->inverse[i]) ? inverse : r->inverse[i];
            return;
        }
    r->w = mem_resize(r->w, r->n + 1, sizeof *r->w);
    r->inverse = mem_resize(r->inverse, r->n + 1, sizeof *r->inverse);
    for (; at > 0 && r->w[at - 1] > w; at--) {
        r->w[at] = r->w[at - 1];
        r->inverse[at] = r->inverse[at - 1];
    }
    r->w[at] = w;
    r->inverse[at] = inverse;
    r->n++;
}

int reach_read(Reach *r, const char *dir, const Chart *chart)
{
    static const char *const names[COLUMNS] = {"activation", "sigma_w", "sigma_b", "q_stable", "chi_1", "depth_6xi"};
    int at[COLUMNS], result = 0;
    const char *const *cells;
    Text path = {0};
    *r = (Reach){.n = 0};
    text_format(&path, "%s/critical.csv", dir);
    CsvReader *csv = access(text_str(&path), F_OK) ? NULL : csv_open(text_str(&path));
    if (!csv)
        result = access(text_str(&path), F_OK) ? 0 : -1;
    for (size_t i = 0; csv && result == 0 && i < COLUMNS; i++)
        if ((at[i] = csv_find(csv, names[i])) < 0)
            result = error(EXIT_DATA, "%s: no column '%s': not a file that fathom wrote", text_str(&path), names[i]);
    while (csv && result == 0 && (result = csv_next(csv, &cells)) == 1) {
        double w, inverse;
        if (read_row(cells, at, chart, &w, &inverse))
            keep(r, w, inverse);
        result = 0;
    }
    if (csv)
        csv_close(csv);
    text_free(&path);
    return result;
}

void reach_free(Reach *r)
{
    free(r->w);
    free(r->inverse);
    *r = (Reach){.n = 0};
}

double reach_at(const Reach *r, double w)
{
    size_t i = 0;
    while (i < r->n && r->w[i] < w)
        i++;
    if (i == r->n || (i == 0 && r->w[0] != w))
        return NOT_GIVEN;
    const double t = r->w[i] == w ? 1 : (w - r->w[i - 1]) / (r->w[i] - r->w[i - 1]);
    const double inverse = t == 1 ? r->inverse[i] : r->inverse[i - 1] + t * (r->inverse[i] - r->inverse[i - 1]);
    return inverse == 0 ? HUGE_VAL : 1 / fabs(inverse);
}
