/* Results: one pass over a CSV file.
 * The one thing to know: memory holds only the columns asked for, so that 500,000 rows stay small.
 * Cells are numbers, inf, -inf, nan or empty; anything else is bad data (65). */
#include "show/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/mem.h"

typedef struct {
    int keys[FIELD_COUNT];
    int layer, status, step, quantity;
    int *values;
    bool first_only;   /* of several snapshots */
} Places;

/* A field's column stands before the seed or behind the status: what is measured lies between, and steps.csv measures a `loss`. */
static int find_field(CsvReader *csv, const char *name)
{
    const int seed = csv_find(csv, "seed"), status = csv_find(csv, "status");
    int found = -1;
    for (size_t i = 0; i < csv_columns(csv); i++)
        if (!strcmp(csv_name(csv, i), name) && (seed < 0 || status < 0 || (int)i < seed || (int)i > status))
            found = (int)i;
    return found;
}

static int find_places(Places *p, CsvReader *csv, const char *file, const char *const *columns, size_t n, Text *why)
{
    for (size_t f = 0; f < FIELD_COUNT; f++)
        p->keys[f] = find_field(csv, fields[f].name);
    if (p->keys[FIELD_activation] < 0 || p->keys[FIELD_depth] < 0)
        return error(EXIT_DATA, "%s: no columns 'activation' and 'depth': not a file that fathom wrote", file);
    p->layer = csv_find(csv, "layer");
    p->status = csv_find(csv, "status");
    p->step = p->layer >= 0 ? csv_find(csv, "step") : -1;
    p->quantity = csv_find(csv, "quantity");
    for (size_t i = 0; i < n; i++) {
        p->values[i] = csv_find(csv, columns[i]);
        if (p->values[i] < 0) {
            text_format(why, "%s has no column '%s'", file, columns[i]);
            return 1;
        }
    }
    return 0;
}

/* σ_w and σ_b only where the initialiser takes them from the user. */
static bool names_point(const char *const *cells, const Places *p, size_t field)
{
    if (field != FIELD_sigma_w && field != FIELD_sigma_b)
        return field != FIELD_depth;
    char name[64] = "";
    if (p->keys[FIELD_init] >= 0) {
        const char *word = cells[p->keys[FIELD_init]];
        const size_t n = strcspn(word, ":");
        memcpy(name, word, n < sizeof name - 1 ? n : sizeof name - 1);
    }
    const Init *init = (const Init *)(const void *)registry_find(&inits, name);
    return !init || (field == FIELD_sigma_w ? init->takes_sigma_w : !init->sigma_b);
}

static int read_number(CsvReader *csv, const char *const *cells, int column, double *x)
{
    const char *cell = cells[column];
    *x = NOT_GIVEN;
    if (!*cell || !strcmp(cell, "nan") || !strcmp(cell, "-nan"))
        return 0;
    if (!strcmp(cell, "inf") || !strcmp(cell, "-inf")) {
        *x = *cell == '-' ? -HUGE_VAL : HUGE_VAL;
        return 0;
    }
    return csv_number(csv, (size_t)column, x);
}

static Outcome outcome_of(const char *status)
{
    static const char *const names[] = {"ok", "nan", "dead", "overflow", "stalled"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(status, names[i]))
            return (Outcome)i;
    return strcmp(status, "underflow") ? OUTCOME_OTHER : OUTCOME_OK;
}

/* Where a row stands. */
typedef struct {
    double depth, layer, step;
} Place;

/* Is it of the last point's network, whatever the layer and the snapshot? */
static bool same_network(const Results *r, const char *const *cells, const Places *p, const Place *at)
{
    if (!r->n_points)
        return false;
    const Point *point = &r->points[r->n_points - 1];
    if (point->depth != (int64_t)at->depth)
        return false;
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        const bool sigma = f == FIELD_sigma_w || f == FIELD_sigma_b;
        if (p->keys[f] < 0 || !names_point(cells, p, f) || (sigma && p->layer >= 0))
            continue;
        if (strcmp(point->keys[f], cells[p->keys[f]]))
            return false;
    }
    return true;
}

/* Layers rise within a point, one a row; of histograms many rows are one layer's. */
static bool rises(const Results *r, const Places *p, const Place *at)
{
    return p->layer < 0 || (int64_t)at->layer > r->layers[r->n_rows - 1] - (p->quantity >= 0);
}

static void begin_point(Results *r, const Place *at)
{
    if (r->n_points == r->rooms_points) {
        r->rooms_points = r->rooms_points ? 2 * r->rooms_points : 64;
        r->points = mem_resize(r->points, r->rooms_points, sizeof *r->points);
    }
    r->points[r->n_points++] = (Point){.depth = (int64_t)at->depth, .step = (int64_t)at->step, .first = r->n_rows};
}

/* Keep the keys; σ_w and σ_b are empty in row 0, so the first row that has them gives them. */
static void keep_keys(Point *point, const char *const *cells, const Places *p)
{
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        const char *cell = p->keys[f] >= 0 && names_point(cells, p, f) ? cells[p->keys[f]] : "";
        if (point->keys[f] && (*point->keys[f] || !*cell))
            continue;
        free(point->keys[f]);
        point->keys[f] = mem_string(cell);
    }
}

static void more_rows(Results *r)
{
    if (r->n_rows < r->rooms_rows)
        return;
    r->rooms_rows = r->rooms_rows ? 2 * r->rooms_rows : 1024;
    r->layers = mem_resize(r->layers, r->rooms_rows, sizeof *r->layers);
    r->outcomes = mem_resize(r->outcomes, r->rooms_rows, sizeof *r->outcomes);
    r->quantities = mem_resize(r->quantities, r->rooms_rows, sizeof *r->quantities);
    r->values = mem_resize(r->values, r->rooms_rows, (r->n_columns ? r->n_columns : 1) * sizeof *r->values);
}

static int read_place(CsvReader *csv, const Places *p, Place *at)
{
    *at = (Place){.step = p->step >= 0 ? 0 : -1};
    if (csv_number(csv, (size_t)p->keys[FIELD_depth], &at->depth) || (p->layer >= 0 && csv_number(csv, (size_t)p->layer, &at->layer)) ||
        (p->step >= 0 && csv_number(csv, (size_t)p->step, &at->step)))
        return -1;
    if (!(at->depth >= 1 && at->depth <= 1e15 && at->layer >= 0 && at->layer <= 1e15 && at->step >= -1 && at->step <= 1e15))
        return error(EXIT_DATA, "line %zu: depth %g, layer %g: out of range; the file is not what fathom wrote", csv_line(csv), at->depth, at->layer);
    return 0;
}

static int read_quantity(CsvReader *csv, const char *const *cells, const Places *p, unsigned char *quantity)
{
    static const char *const names[QUANTITY_COUNT] = {[QUANTITY_H] = "h", [QUANTITY_GRAD_H] = "grad_h"};
    *quantity = 0;
    while (p->quantity >= 0 && strcmp(cells[p->quantity], names[*quantity]) != 0)
        if (++*quantity == QUANTITY_COUNT)
            return error(EXIT_DATA, "line %zu: quantity '%.40s': there are h and grad_h; the file is not what fathom wrote", csv_line(csv), cells[p->quantity]);
    return 0;
}

static int keep_row(Results *r, CsvReader *csv, const char *const *cells, const Places *p)
{
    Place at;
    if (read_place(csv, p, &at))
        return -1;
    const bool same = same_network(r, cells, p, &at), again = same && (int64_t)at.step != r->points[r->n_points - 1].step;
    if (again && p->first_only)
        return 0;
    if (!same || again || !rises(r, p, &at))
        begin_point(r, &at);
    Point *point = &r->points[r->n_points - 1];
    keep_keys(point, cells, p);
    point->count++;
    more_rows(r);
    if (read_quantity(csv, cells, p, &r->quantities[r->n_rows]))
        return -1;
    r->layers[r->n_rows] = (int64_t)at.layer;
    r->outcomes[r->n_rows] = (unsigned char)(p->status >= 0 ? outcome_of(cells[p->status]) : OUTCOME_OK);
    double *values = r->values + r->n_rows++ * r->n_columns;
    for (size_t i = 0; i < r->n_columns; i++)
        if (read_number(csv, cells, p->values[i], &values[i]))
            return -1;
    return 0;
}

static int read_file(Results *r, const char *dir, const char *file, const char *const *columns, size_t n_columns, bool first_only, Text *why)
{
    *r = (Results){.n_columns = n_columns};
    Text path = {0};
    text_format(&path, "%s/%s", dir, file);
    if (access(path.data, F_OK)) {
        text_format(why, "the run has no %s", file);
        text_free(&path);
        return 1;
    }
    CsvReader *csv = csv_open(path.data);
    Places places = {.values = mem_alloc(n_columns, sizeof(int)), .first_only = first_only};
    const char *const *cells;
    int result = csv ? find_places(&places, csv, path.data, columns, n_columns, why) : -1;
    r->trained = csv && (csv_find(csv, "step") >= 0 || csv_find(csv, "train_loss") >= 0);
    while (result == 0 && (result = csv_next(csv, &cells)) == 1)
        result = keep_row(r, csv, cells, &places);
    if (result == 0 && r->n_rows == 0) {
        text_format(why, "%s holds no rows yet", file);
        result = 1;
    }
    free(places.values);
    if (csv)
        csv_close(csv);
    text_free(&path);
    return result;
}

int results_read(Results *r, const char *dir, const char *file, const char *const *columns, size_t n_columns, Text *why)
{
    return read_file(r, dir, file, columns, n_columns, true, why);
}

int results_read_snapshots(Results *r, const char *dir, const char *file, const char *const *columns, size_t n_columns, Text *why)
{
    return read_file(r, dir, file, columns, n_columns, false, why);
}

void results_free(Results *r)
{
    for (size_t i = 0; i < r->n_points; i++)
        for (size_t f = 0; f < FIELD_COUNT; f++)
            free(r->points[i].keys[f]);
    free(r->points);
    free(r->layers);
    free(r->values);
    free(r->outcomes);
    free(r->quantities);
    *r = (Results){0};
}

bool results_same_series(const Point *a, const Point *b)
{
    for (size_t f = 0; f < FIELD_COUNT; f++)
        if (*a->keys[f] && *b->keys[f] && strcmp(a->keys[f], b->keys[f]))
            return false;
    return true;
}

double results_value(const Results *r, size_t row, size_t column)
{
    return r->values[row * r->n_columns + column];
}
