/* Planes: collecting the grid, reading between its cells, marching along χ₁ = 1.
 * The one thing to know: everything between cells is linear in log10 χ₁, whose zero is the critical line.
 * Marching squares after Lorensen and Cline 1987, in two dimensions; a saddle is parted by its mean. */
#include "show/plane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/label.h"

double point_sigma(const Point *point, size_t field)
{
    double x;
    return *point->keys[field] && text_to_double(point->keys[field], &x) ? x : NOT_GIVEN;
}

static bool same_key(const Point *a, const Point *b, size_t field)
{
    return !strcmp(a->keys[field], b->keys[field]);
}

bool plane_is_of(const Plane *plane, const Point *point)
{
    static const size_t tell[] = {FIELD_activation, FIELD_init, FIELD_arch, FIELD_norm};
    for (size_t i = 0; i < sizeof tell / sizeof *tell; i++)
        if (!same_key(plane->key, point, tell[i]))
            return false;
    return true;
}

static Plane *plane_of(Planes *planes, const Point *point)
{
    for (size_t i = 0; i < planes->n; i++)
        if (plane_is_of(&planes->planes[i], point))
            return &planes->planes[i];
    if (planes->n == MOST_PANELS) {
        planes->n_left_out++;
        return NULL;
    }
    Plane *plane = &planes->planes[planes->n++];
    *plane = (Plane){.key = point};
    return plane;
}

static void fill(Plane *plane, const Results *r)
{
    const size_t n = plane->w.n * plane->b.n;
    bool *known = mem_alloc(n, sizeof *known);
    plane->log_chi = mem_doubles(n);
    for (size_t i = 0; i < n; i++)
        plane->log_chi[i] = NOT_GIVEN;
    for (size_t i = 0; i < r->n_points; i++) {
        const Point *point = &r->points[i];
        const double w = point_sigma(point, FIELD_sigma_w), b = point_sigma(point, FIELD_sigma_b);
        if (!plane_is_of(plane, point) || isnan(w) || isnan(b))
            continue;
        const size_t at = marks_find(&plane->b, b) * plane->w.n + marks_find(&plane->w, w);
        if (known[at])
            continue;
        known[at] = true;
        plane->log_chi[at] = log10(results_value(r, point->first + point->count - 1, 0));
        plane->cells++;
        plane->blank += isnan(plane->log_chi[at]) ? 1 : 0;
    }
    free(known);
}

/* "tanh", and the initialiser where an activation has several. */
static void name(Planes *planes, Plane *plane)
{
    label_clean(&plane->name, plane->key->keys[FIELD_activation], 40);
    for (size_t i = 0; i < planes->n; i++) {
        const Point *other = planes->planes[i].key;
        if (same_key(other, plane->key, FIELD_activation) && !same_key(other, plane->key, FIELD_init)) {
            text_string(&plane->name, " · ");
            label_clean(&plane->name, plane->key->keys[FIELD_init], 40);
            return;
        }
    }
}

int planes_read(Planes *planes, const char *dir, Text *why)
{
    static const char *const columns[] = {"chi_1"};
    *planes = (Planes){0};
    const int result = results_read(&planes->results, dir, "theory.csv", columns, 1, why);
    for (size_t i = 0; result == 0 && i < planes->results.n_points; i++) {
        const Point *point = &planes->results.points[i];
        const double w = point_sigma(point, FIELD_sigma_w), b = point_sigma(point, FIELD_sigma_b);
        Plane *plane = isfinite(w) && isfinite(b) ? plane_of(planes, point) : NULL;
        if (plane) {
            marks_add(&plane->w, w);
            marks_add(&plane->b, b);
        }
    }
    size_t widest = 0;
    for (size_t i = 0; i < planes->n; i++) {
        fill(&planes->planes[i], &planes->results);
        name(planes, &planes->planes[i]);
        widest = planes->planes[i].w.n > widest ? planes->planes[i].w.n : widest;
    }
    if (result == 0 && widest < 2) {
        text_string(why, "theory.csv has no initialiser whose sigma_w varies (try -i gaussian --sigma-w 0.5:4:n41)");
        return 1;
    }
    return result;
}

void planes_free(Planes *planes)
{
    for (size_t i = 0; i < planes->n; i++) {
        Plane *plane = &planes->planes[i];
        text_free(&plane->name);
        free(plane->w.values);
        free(plane->b.values);
        free(plane->log_chi);
    }
    results_free(&planes->results);
    *planes = (Planes){0};
}

double plane_at(const Plane *plane, size_t w, size_t b)
{
    return plane->log_chi[b * plane->w.n + w];
}

/* The last cell at or below x that has one above it. */
static size_t scale_below(const Marks *s, double x)
{
    size_t i = 0;
    while (i + 2 < s->n && s->values[i + 1] <= x)
        i++;
    return i;
}

static double mix(double a, double b, double t)
{
    return t == 0 ? a : t == 1 ? b : a + t * (b - a);
}

double plane_between(const Plane *plane, double w, double b)
{
    const Marks *sw = &plane->w, *sb = &plane->b;
    if (!(w >= sw->values[0] && w <= sw->values[sw->n - 1] && b >= sb->values[0] && b <= sb->values[sb->n - 1]) || sw->n < 2 || sb->n < 2)
        return NOT_GIVEN;
    const size_t i = scale_below(sw, w), j = scale_below(sb, b);
    const double t = (w - sw->values[i]) / (sw->values[i + 1] - sw->values[i]), u = (b - sb->values[j]) / (sb->values[j + 1] - sb->values[j]);
    return mix(mix(plane_at(plane, i, j), plane_at(plane, i + 1, j), t), mix(plane_at(plane, i, j + 1), plane_at(plane, i + 1, j + 1), t), u);
}

double crossing(double from, double to)
{
    if (!isfinite(from) || !isfinite(to) || (from >= 0) == (to >= 0))
        return NOT_GIVEN;
    return from / (from - to);
}

/* The places on a square's four sides (below, right, above, left) where χ₁ = 1; how many. */
static size_t sides(const Plane *plane, size_t i, size_t j, double w[4], double b[4])
{
    static const size_t di[] = {0, 1, 1, 0}, dj[] = {0, 0, 1, 1};
    size_t n = 0;
    for (size_t k = 0; k < 4; k++) {
        const size_t a = k, c = (k + 1) % 4;
        const double t = crossing(plane_at(plane, i + di[a], j + dj[a]), plane_at(plane, i + di[c], j + dj[c]));
        if (isnan(t))
            continue;
        w[n] = mix(plane->w.values[i + di[a]], plane->w.values[i + di[c]], t);
        b[n++] = mix(plane->b.values[j + dj[a]], plane->b.values[j + dj[c]], t);
    }
    return n;
}

Piece *plane_critical(const Plane *plane, size_t *n)
{
    Piece *pieces = mem_alloc(2 * plane->w.n * plane->b.n + 1, sizeof *pieces);
    *n = 0;
    for (size_t j = 0; j + 1 < plane->b.n; j++)
        for (size_t i = 0; i + 1 < plane->w.n; i++) {
            double w[4], b[4];
            const double corner = plane_at(plane, i, j), sum = corner + plane_at(plane, i + 1, j) + plane_at(plane, i, j + 1) + plane_at(plane, i + 1, j + 1);
            const size_t found = isfinite(sum) ? sides(plane, i, j, w, b) : 0;
            /* A saddle: its middle joins the corners of its own sign; the sides come in order, from below to the left. */
            const size_t shift = found == 4 && (sum >= 0) == (corner >= 0) ? 1 : 0;
            for (size_t k = 0; k + 1 < found; k += 2) {
                const size_t from = (k + 3 + shift) % 4, to = (k + shift) % 4;
                pieces[(*n)++] = found == 4 ? (Piece){{w[from], w[to]}, {b[from], b[to]}} : (Piece){{w[0], w[1]}, {b[0], b[1]}};
            }
        }
    return pieces;
}
