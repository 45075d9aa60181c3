/* The store: opening, resuming, appending.
 * The one thing to know: after a kill the files may disagree by one network; the least of them counts, and the rest is cut and redone.
 * Files are appended in the order of their table, so a summary never describes a network that is not there. */
#include "lab/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/machine.h"
#include "base/mem.h"
#include "lab/criticals.h"
#include "lab/record.h"

static const double sync_seconds = 5;

/* run.json goes last: until then the directory says what it is. */
static const char *const own_files[] = {"critical.csv", "critical.csv.part", "host.json", "host.json.part", "run.json.part", "run.json"};

Plan plan_of(const Experiment *e, Shard shard)
{
    Plan p = {.experiment = e, .shard = shard, .seeds = (int64_t)e->seeds.count};
    p.points = shard.index > e->points ? 0 : (e->points - shard.index) / shard.count + 1;
    return p;
}

int64_t plan_point(const Plan *plan, int64_t k)
{
    return plan->shard.index - 1 + k * plan->shard.count;
}

void store_path(Text *out, const char *directory, const char *name)
{
    text_clear(out);
    text_format(out, "%s/%s", directory, name);
}

/* What may lie in a directory without run.json: one that never got its name, and a prediction (theory.csv) with its figures, which
 * stay as they are. A summary.csv there is somebody else's. */
static bool is_free(const char *name, bool predicted)
{
    return !strcmp(name, "run.json.part") || !strcmp(name, ".") || !strcmp(name, "..") ||
           (predicted && (!strcmp(name, "theory.csv") || !strcmp(name, "figures")));
}

/* A name in the directory that fathom did not make: 1 and the name, else 0; -1 after error(). */
static int foreign(const char *directory, Text *name)
{
    Text theory = {0};
    store_path(&theory, directory, "theory.csv");
    const bool predicted = file_exists(text_str(&theory));
    text_free(&theory);
    DIR *d = opendir(directory);
    int found = 0;
    if (!d)
        return error(errno == ENOMEM ? EXIT_TOOBIG : EXIT_CANTCREATE, "cannot list '%s': %s", directory, strerror(errno));
    for (struct dirent *entry; !found && (entry = readdir(d));)
        if (!is_free(entry->d_name, predicted)) {
            text_string(name, entry->d_name);
            found = 1;
        }
    closedir(d);
    return found;
}

static void remove_own(const char *directory)
{
    Text path = {0};
    for (size_t i = 0; i < FILE_COUNT; i++) {
        store_path(&path, directory, data_files[i].name);
        unlink(text_str(&path));
    }
    for (size_t i = 0; i < sizeof own_files / sizeof *own_files; i++) {
        store_path(&path, directory, own_files[i]);
        unlink(text_str(&path));
    }
    text_free(&path);
}

/* 1: the run of this specification is here; 0: the directory is free; -1: refused. */
static int inspect(const Store *s, const char *directory, bool force)
{
    Text path = {0}, why = {0};
    int result = 0;
    store_path(&path, directory, "run.json");
    if (file_exists(text_str(&path))) {
        result = manifest_same(text_str(&path), s->plan.experiment, s->plan.shard, &why);
        if (result == 0 && !force)
            result = error(EXIT_USAGE, "'%s' holds another run (%s); choose another -o, or --force to replace it", directory, text_str(&why));
        else if (result == 0)
            remove_own(directory);
    } else {
        result = foreign(directory, &why);
        if (result > 0)
            result = error(EXIT_USAGE, "'%s' holds '%s' and is not a run of fathom; choose another -o", directory, text_str(&why));
    }
    text_free(&path);
    text_free(&why);
    return result;
}

static int64_t lines_of_unit(const Store *s, FileId file, int64_t k)
{
    NetSpec spec;
    experiment_point(s->plan.experiment, plan_point(&s->plan, k), &spec);
    return data_files[file].lines(s->plan.experiment, &spec);
}

/* How many whole networks (of a file that is written per point: whole points) the first `lines` rows make. */
static int64_t whole_units(const Store *s, FileId file, int64_t lines)
{
    int64_t units = 0;
    for (int64_t k = 0; k < s->plan.points; k++) {
        const int64_t rows = lines_of_unit(s, file, k), here = data_files[file].per_point ? 1 : s->plan.seeds;
        if (lines < rows * here)
            return units + lines / rows;
        lines -= rows * here;
        units += here;
    }
    return units;
}

static int64_t lines_of_units(const Store *s, FileId file, int64_t units)
{
    int64_t lines = 0;
    for (int64_t k = 0; k < s->plan.points && units > 0; k++) {
        const int64_t all = data_files[file].per_point ? 1 : s->plan.seeds, here = units < all ? units : all;
        lines += here * lines_of_unit(s, file, k);
        units -= here;
    }
    return lines;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How far the file goes, in networks: without layers.csv a point's summary cannot be made again from its parts, so whole points count. */
static int count_networks(const Store *s, FileId file, const char *directory, int64_t *networks)
{
    const int64_t seeds = s->plan.seeds;
    Text path = {0};
    int64_t length, lines;
    store_path(&path, directory, data_files[file].name);
    const int result = file_lines(text_str(&path), 0, &length, &lines);
    text_free(&path);
    const int64_t units = whole_units(s, file, lines - (lines > 0));
    *networks = !data_files[file].per_point ? units : s->plan.experiment->raw ? units * seeds + seeds - 1 : units * seeds;
    return result;
}

/* A file that begins otherwise was changed since; to append to it would mix two things. */
static int check_header(const char *path, const Text *header)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return error(errno == ENOMEM ? EXIT_TOOBIG : EXIT_NOINPUT, "cannot open '%s': %s", path, strerror(errno));
    char *there = mem_alloc(header->length, 1);
    const bool same = fread(there, 1, header->length, f) == header->length && !memcmp(there, text_str(header), header->length);
    fclose(f);
    free(there);
    return same ? 0 : error(EXIT_DATA, "'%s' does not begin with this run's column names; it was changed since; remove it or choose another -o", path);
}

/* Keep the header and the lines of the networks that are committed; write the header where there is none. */
static int open_file(Store *s, FileId file, const char *directory)
{
    const int64_t units = data_files[file].per_point ? s->committed / s->plan.seeds : s->committed;
    Appender *appender = &s->files[file];
    Text path = {0}, header = {0};
    int64_t length = 0, whole = 0;
    store_path(&path, directory, data_files[file].name);
    data_files[file].header(&header, s->plan.experiment);
    int result = file_lines(text_str(&path), lines_of_units(s, file, units) + 1, &length, &whole);
    if (result == 0 && whole > 0)
        result = check_header(text_str(&path), &header);
    if (result == 0)
        result = appender_open(appender, text_str(&path));
    if (result == 0)
        result = appender_cut(appender, length);
    if (result == 0 && length == 0)
        result = appender_put(appender, text_str(&header), header.length);
    text_free(&path);
    text_free(&header);
    return result;
}

static int open_files(Store *s, const char *directory)
{
    const Experiment *e = s->plan.experiment;
    int64_t n = s->plan.points * s->plan.seeds, here;
    for (FileId f = 0; f < FILE_COUNT; f++) {
        if (!file_wanted(f, e))
            continue;
        if (count_networks(s, f, directory, &here))
            return -1;
        n = least(n, here);
    }
    s->committed = e->raw ? n : n / s->plan.seeds * s->plan.seeds;
    for (FileId f = 0; f < FILE_COUNT; f++)
        if (file_wanted(f, e) && open_file(s, f, directory))
            return -1;
    return 0;
}

static int put_manifest(const Store *s)
{
    Text text = {0}, path = {0};
    manifest_text(&text, s->plan.experiment, s->plan.shard);
    store_path(&path, s->directory, "run.json");
    const int result = file_replace(text_str(&path), text_str(&text), text.length);
    text_free(&text);
    text_free(&path);
    return result;
}

/* Beside a training, how deep theory lets networks learn. */
static int put_theory(const Store *s)
{
    return s->plan.experiment->training ? criticals_write(s->plan.experiment, s->directory) : 0;
}

Store store_shut(void)
{
    Store s = {.lock = -1};
    for (size_t f = 0; f < FILE_COUNT; f++)
        s.files[f].fd = -1;
    return s;
}

int store_open(Store *s, const Experiment *e, Shard shard, const char *directory, bool force)
{
    *s = store_shut();
    s->plan = plan_of(e, shard);
    s->directory = directory;
    if (file_make_directory(directory))
        return -1;
    s->lock = file_lock(directory);
    s->synced = machine_seconds();
    const int known = s->lock < 0 ? -1 : inspect(s, directory, force);
    if (known >= 0 && (known || put_manifest(s) == 0) && put_theory(s) == 0 && open_files(s, directory) == 0)
        return 0;
    store_close(s);
    return -1;
}

int store_open_stdout(Store *s, const Experiment *e, Shard shard)
{
    static char name[] = "standard output";
    const FileId file = e->training ? FILE_STEPS : FILE_LAYERS;
    *s = store_shut();
    s->plan = plan_of(e, shard);
    s->files[file] = (Appender){.fd = STDOUT_FILENO, .path = name};
    Text header = {0};
    data_files[file].header(&header, e);
    const int result = appender_put(&s->files[file], text_str(&header), header.length);
    text_free(&header);
    return result;
}

static int sync_all(Store *s)
{
    s->synced = machine_seconds();
    for (size_t f = 0; f < FILE_COUNT; f++)
        if (s->files[f].fd >= 0 && appender_sync(&s->files[f]))
            return -1;
    return 0;
}

int store_commit(Store *s, const Text texts[FILE_COUNT])
{
    for (size_t f = 0; f < FILE_COUNT; f++)
        if (s->files[f].fd >= 0 && texts[f].length && appender_put(&s->files[f], text_str(&texts[f]), texts[f].length))
            return -1;
    s->committed++;
    return s->directory && machine_seconds() - s->synced > sync_seconds ? sync_all(s) : 0;
}

int store_close(Store *s)
{
    if (!s->directory)
        return 0;
    int result = s->files[FILE_SUMMARY].fd >= 0 ? sync_all(s) : 0;
    for (size_t f = 0; f < FILE_COUNT; f++)
        result |= appender_close(&s->files[f]);
    if (s->lock >= 0)
        close(s->lock);
    s->lock = -1;
    return result ? -1 : 0;
}

typedef struct {
    CsvReader *csv;
    int place[COL_COUNT];   /* of the summarised columns */
    size_t n;
} Reload;

static int reload_rows(const Store *s, Reload *r, int64_t from, void (*row)(void *, int64_t, int64_t, const double *), void *context)
{
    const char *const *cells;
    double values[COL_COUNT];
    int64_t skip = lines_of_units(s, FILE_LAYERS, from);
    for (int64_t network = from; network < s->committed; network++) {
        const int64_t rows = lines_of_unit(s, FILE_LAYERS, network / s->plan.seeds);
        for (int64_t place = 0; place < rows;) {
            if (csv_next(r->csv, &cells) != 1)
                return error(EXIT_DATA, "'%s/layers.csv' ends before the rows that were there a moment ago", s->directory);
            if (skip-- > 0)
                continue;
            for (size_t k = 0; k < r->n; k++)
                values[k] = *cells[r->place[k]] ? strtod(cells[r->place[k]], NULL) : NOT_GIVEN;
            row(context, network, place++, values);
        }
    }
    return 0;
}

int store_reload(const Store *s, int64_t from, void (*row)(void *context, int64_t network, int64_t place, const double *values), void *context)
{
    if (from >= s->committed)
        return 0;
    Text path = {0};
    Reload r = {0};
    ColumnId which[COL_COUNT];
    r.n = record_summarised(which);
    store_path(&path, s->directory, "layers.csv");
    r.csv = csv_open(text_str(&path));
    int result = r.csv ? 0 : -1;
    for (size_t k = 0; result == 0 && k < r.n; k++)
        if ((r.place[k] = csv_find(r.csv, columns[which[k]].name)) < 0)
            result = error(EXIT_DATA, "'%s' has no column %s", text_str(&path), columns[which[k]].name);
    if (result == 0)
        result = reload_rows(s, &r, from, row, context);
    csv_close(r.csv);
    text_free(&path);
    return result;
}
