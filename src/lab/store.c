/* The store: opening, resuming, appending.
 * The one thing to know: after a kill the files may disagree by one network; the least of them counts, and the rest is cut and redone.
 * Order of appends: layers, network, summary; so a summary never describes a network that is not there. */
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
#include "lab/record.h"

static const double sync_seconds = 5;

/* run.json goes last: until then the directory says what it is. */
static const char *const own_files[] = {"host.json", "layers.csv", "networks.csv", "summary.csv", "host.json.part", "run.json.part", "run.json"};

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

typedef void Header(Text *out, const Experiment *e);

typedef struct {
    Appender *file;
    const char *name;
    Header *header;
    int64_t lines;      /* whole lines after the header */
    bool wanted;
} Part;

static int64_t rows_of(const Store *s, int64_t k)
{
    NetSpec spec;
    experiment_point(s->plan.experiment, plan_point(&s->plan, k), &spec);
    return thinning_count(s->plan.experiment->layers, &spec);
}

/* How many whole networks (per_point: how many whole points) the first `lines` rows make. */
static int64_t whole_networks(const Store *s, int64_t lines, bool per_point)
{
    int64_t networks = 0;
    for (int64_t k = 0; k < s->plan.points; k++) {
        const int64_t rows = rows_of(s, k), units = per_point ? 1 : s->plan.seeds;
        if (lines < rows * units)
            return networks + lines / rows;
        lines -= rows * units;
        networks += units;
    }
    return networks;
}

static int64_t lines_of(const Store *s, int64_t networks, bool per_point)
{
    int64_t lines = 0, left = networks;
    for (int64_t k = 0; k < s->plan.points && left > 0; k++) {
        const int64_t units = per_point ? 1 : s->plan.seeds, here = left < units ? left : units;
        lines += here * rows_of(s, k);
        left -= here;
    }
    return lines;
}

static int count_part(const Store *s, Part *part, const char *directory)
{
    Text path = {0};
    int64_t length;
    (void)s;
    store_path(&path, directory, part->name);
    const int result = file_lines(text_str(&path), 0, &length, &part->lines);
    part->lines -= part->lines > 0;
    text_free(&path);
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

/* Keep the header and `lines` rows; write the header where there is none. */
static int open_part(const Store *s, const Part *part, const char *directory, int64_t lines)
{
    Text path = {0}, header = {0};
    int64_t length = 0, whole = 0;
    store_path(&path, directory, part->name);
    part->header(&header, s->plan.experiment);
    int result = file_lines(text_str(&path), lines + 1, &length, &whole);
    if (result == 0 && whole > 0)
        result = check_header(text_str(&path), &header);
    if (result == 0)
        result = appender_open(part->file, text_str(&path));
    if (result == 0)
        result = appender_cut(part->file, length);
    if (result == 0 && length == 0)
        result = appender_put(part->file, text_str(&header), header.length);
    text_free(&path);
    text_free(&header);
    return result;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int open_parts(Store *s, const char *directory)
{
    const bool raw = s->plan.experiment->raw;
    const int64_t seeds = s->plan.seeds;
    Part layers = {.file = &s->layers, .name = "layers.csv", .header = record_layers_header, .wanted = raw};
    Part networks = {.file = &s->networks, .name = "networks.csv", .header = record_networks_header, .wanted = true};
    Part summary = {.file = &s->summary, .name = "summary.csv", .header = record_summary_header, .wanted = true};
    if ((raw && count_part(s, &layers, directory)) || count_part(s, &networks, directory) || count_part(s, &summary, directory))
        return -1;
    int64_t n = least(networks.lines, s->plan.points * seeds);
    if (raw)
        n = least(n, whole_networks(s, layers.lines, false));
    const int64_t described = whole_networks(s, summary.lines, true);
    n = least(n, raw ? described * seeds + seeds - 1 : described * seeds);
    if (!raw)
        n = n / seeds * seeds;
    s->committed = n;
    if ((raw && open_part(s, &layers, directory, lines_of(s, n, false))) || open_part(s, &networks, directory, n))
        return -1;
    return open_part(s, &summary, directory, lines_of(s, n / seeds, true));
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

int store_open(Store *s, const Experiment *e, Shard shard, const char *directory, bool force)
{
    *s = (Store){.plan = plan_of(e, shard), .directory = directory, .lock = -1, .layers.fd = -1, .networks.fd = -1, .summary.fd = -1};
    if (file_make_directory(directory))
        return -1;
    s->lock = file_lock(directory);
    s->synced = machine_seconds();
    const int known = s->lock < 0 ? -1 : inspect(s, directory, force);
    if (known >= 0 && (known || put_manifest(s) == 0) && open_parts(s, directory) == 0)
        return 0;
    store_close(s);
    return -1;
}

int store_open_stdout(Store *s, const Experiment *e, Shard shard)
{
    *s = (Store){.plan = plan_of(e, shard), .lock = -1, .layers.fd = STDOUT_FILENO, .networks.fd = -1, .summary.fd = -1};
    static char name[] = "standard output";
    s->layers.path = name;
    Text header = {0};
    record_layers_header(&header, e);
    const int result = appender_put(&s->layers, text_str(&header), header.length);
    text_free(&header);
    return result;
}

static int sync_all(Store *s)
{
    s->synced = machine_seconds();
    if ((s->layers.fd >= 0 && appender_sync(&s->layers)) || appender_sync(&s->networks))
        return -1;
    return appender_sync(&s->summary);
}

int store_commit(Store *s, const Text *layers, const Text *network, const Text *summary)
{
    if (s->layers.fd >= 0 && appender_put(&s->layers, text_str(layers), layers->length))
        return -1;
    if (s->directory && appender_put(&s->networks, text_str(network), network->length))
        return -1;
    s->committed++;
    if (!s->directory)
        return 0;
    if (summary->length && appender_put(&s->summary, text_str(summary), summary->length))
        return -1;
    return machine_seconds() - s->synced > sync_seconds ? sync_all(s) : 0;
}

int store_close(Store *s)
{
    int result = 0;
    if (!s->directory)
        return 0;
    if (s->networks.fd >= 0 && s->summary.fd >= 0)
        result = sync_all(s);
    result |= appender_close(&s->layers);
    result |= appender_close(&s->networks);
    result |= appender_close(&s->summary);
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
    int64_t skip = lines_of(s, from, false);
    for (int64_t network = from; network < s->committed; network++) {
        const int64_t rows = rows_of(s, network / s->plan.seeds);
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
