/* A table: a CSV file of numbers read whole.
 * The one thing to know: room doubles as rows arrive, and is looked for before it is taken. */
#include "net/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/machine.h"
#include "base/mem.h"
#include "net/labels.h"

enum { INPUT = -1, DROPPED = -2 };   /* what a column is, if not target 0, 1, … */

/* The number N of 'target_N', 0 for any other name. */
static int64_t target_number(const char *name)
{
    static const char prefix[] = "target_";
    int64_t n;
    if (strncmp(name, prefix, sizeof prefix - 1) != 0 || !text_to_whole(name + sizeof prefix - 1, &n) || n < 1)
        return 0;
    return n;
}

static bool may_have_several(TaskKind task)
{
    return task == TASK_MULTILABEL || task == TASK_REGRESSION;
}

static int no_targets(const char *path, TaskKind task)
{
    if (task == TASK_MULTILABEL)
        return error(EXIT_DATA, "'%s' has no columns 'target_1', 'target_2', ...; --task multilabel reads a label from each", path);
    return error(EXIT_DATA, "'%s' has no column 'target'; name the column to be learned so", path);
}

/* Targets 1 … count, each once. */
static int check_targets(const CsvReader *r, const char *path, const int64_t *roles, Table *t)
{
    for (int64_t k = 0; k < t->targets; k++) {
        int64_t found = 0;
        for (size_t i = 0; i < csv_columns(r); i++)
            found += roles[i] == k;
        if (found != 1)
            return error(EXIT_DATA, "'%s' has %lld columns 'target_%lld' among %lld targets; number them 1, 2, ... without gaps", path,
                         (long long)found, (long long)k + 1, (long long)t->targets);
    }
    return 0;
}

static int find_roles(const CsvReader *r, const char *path, TaskKind task, int64_t *roles, Table *t)
{
    int64_t single = 0, numbered = 0;
    for (size_t i = 0; i < csv_columns(r); i++) {
        const char *name = csv_name(r, i);
        const int64_t number = may_have_several(task) ? target_number(name) : 0;
        const bool target = strcmp(name, "target") == 0;
        roles[i] = target ? (task == TASK_NONE || task == TASK_MULTILABEL ? DROPPED : 0) : number ? number - 1 : INPUT;
        single += target;
        numbered += number > 0;
        t->width += roles[i] == INPUT;
    }
    if (task != TASK_NONE) {
        if (single + numbered == 0 || (task == TASK_MULTILABEL && numbered == 0))
            return no_targets(path, task);
        if (single > 1 || (single && numbered))
            return error(EXIT_DATA, "'%s' has a column 'target' and %lld more targets; which is meant? rename the others", path,
                         (long long)(single + numbered - 1));
        t->targets = numbered ? numbered : 1;
    }
    if (!t->width)
        return error(EXIT_DATA, "'%s' has no column but 'target'; there is nothing to feed a network", path);
    return check_targets(r, path, roles, t);
}

static int read_target(const CsvReader *r, const char *path, size_t column, TaskKind task, double *y)
{
    if (csv_number(r, column, y))
        return -1;
    const char *why = label_refusal(task, *y);
    if (why)
        return error(EXIT_DATA, "'%s' line %zu, column '%s': %g is %s", path, csv_line(r), csv_name(r, column), *y, why);
    return 0;
}

/* The row just read, at the table's end. */
static int add_row(Table *t, const CsvReader *r, const char *path, TaskKind task, const int64_t *roles, size_t *room)
{
    enum { LEAST = 4096 };
    const size_t used = (size_t)t->rows, cells = (size_t)(t->width + t->targets), least = LEAST / cells + 1;
    if (used + 1 > *room) {
        *room = *room ? 2 * *room : least;
        if ((double)(*room - used) * (double)cells * sizeof *t->x > machine_memory())
            return error(EXIT_TOOBIG, "'%s' does not fit in the memory this process may use: more than %zu bytes by line %zu", path,
                         used * cells * sizeof *t->x, csv_line(r));
        t->x = mem_resize(t->x, *room * (size_t)t->width, sizeof *t->x);
        t->y = mem_resize(t->y, *room * (size_t)t->targets, sizeof *t->y);
    }
    double *x = t->x + used * (size_t)t->width, *y = t->y + used * (size_t)t->targets;
    for (size_t i = 0; i < csv_columns(r); i++) {
        if (roles[i] == INPUT && csv_number(r, i, x++))
            return -1;
        if (roles[i] >= 0 && read_target(r, path, i, task, y + roles[i]))
            return -1;
    }
    t->rows++;
    return 0;
}

static int read_rows(Table *t, CsvReader *r, const char *path, TaskKind task, const int64_t *roles)
{
    size_t room = 0;
    const char *const *cells;
    int state;
    while ((state = csv_next(r, &cells)) > 0)
        if (add_row(t, r, path, task, roles, &room))
            return -1;
    if (state == 0 && !t->rows)
        return error(EXIT_DATA, "'%s' has a line of column names and no rows", path);
    t->crc = csv_crc(r);
    return state;
}

int table_read(const char *path, TaskKind task, Table *t)
{
    *t = (Table){0};
    CsvReader *r = csv_open(path);
    if (!r)
        return -1;
    int64_t *roles = mem_alloc(csv_columns(r), sizeof *roles);
    const int failed = find_roles(r, path, task, roles, t) || read_rows(t, r, path, task, roles);
    free(roles);
    csv_close(r);
    if (failed)
        table_free(t);
    return failed ? -1 : 0;
}

void table_free(Table *t)
{
    free(t->x);
    free(t->y);
    *t = (Table){0};
}
