/* Merge: copying the lines of every shard in grid order.
 * The one thing to know: point p is in shard p mod N + 1, and how many lines it has in each file follows from the specification. */
#include "lab/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "lab/store.h"

typedef struct {
    const char *directory;
    FILE *files[FILE_COUNT];   /* NULL: not one of this run's */
} Part;

typedef struct {
    Experiment experiment;
    Part *parts;          /* index - 1 → the shard */
    int64_t count;
    Store store;
    char *line;           /* getline's */
    size_t room;
} Merge;

static FILE *open_part(const char *directory, const char *name, bool wanted)
{
    Text path = {0};
    char *header = NULL;
    size_t room = 0;
    store_path(&path, directory, name);
    FILE *f = wanted ? fopen(text_str(&path), "re") : NULL;
    if (wanted && (!f || getline(&header, &room, f) < 0))
        error(EXIT_LOCKED, "'%s' is missing or empty: that shard has not run yet", text_str(&path));
    free(header);
    text_free(&path);
    return f;
}

/* Put the shard's directory at its place; the first one says what the run is. */
static int place_part(Merge *m, const Manifest *manifest, const Manifest *first, const char *directory, const char *first_directory)
{
    const Shard shard = manifest_shard(manifest);
    if (strcmp(manifest_hash(manifest), manifest_hash(first)) != 0)
        return error(EXIT_USAGE, "'%s' is a share of another run than '%s'; merge the shares of one specification", directory, first_directory);
    if (shard.count == 0)
        return error(EXIT_DATA, "'%s/run.json' has no sensible shard", directory);
    if (shard.count != m->count)
        return error(EXIT_USAGE, "'%s' is share %lld of %lld, but '%s' is one of %lld", directory, (long long)shard.index, (long long)shard.count,
                     first_directory, (long long)m->count);
    Part *part = &m->parts[shard.index - 1];
    if (part->directory)
        return error(EXIT_USAGE, "'%s' and '%s' are both share %lld of %lld; name each share once", part->directory, directory,
                     (long long)shard.index, (long long)shard.count);
    part->directory = directory;
    return 0;
}

static int check_missing(const Merge *m)
{
    Text missing = {0};
    for (int64_t i = 0; i < m->count; i++)
        if (!m->parts[i].directory)
            text_format(&missing, "%s%lld", missing.length ? "," : "", (long long)i + 1);
    const int result = missing.length == 0 ? 0 : error(EXIT_LOCKED, "shares are missing; run them with --array=%s and --shard I/%lld",
                                                       text_str(&missing), (long long)m->count);
    text_free(&missing);
    return result;
}

static int read_manifests(Merge *m, const char *const *parts, Manifest **manifests, size_t n)
{
    Text path = {0};
    int result = 0;
    for (size_t i = 0; i < n && result == 0; i++) {
        store_path(&path, parts[i], "run.json");
        manifests[i] = manifest_open(text_str(&path));
        if (!manifests[i]) {
            result = -1;
            break;
        }
        if (i == 0) {
            m->count = manifest_shard(manifests[0]).count;
            m->parts = mem_alloc((size_t)m->count, sizeof *m->parts);
        }
        result = place_part(m, manifests[i], manifests[0], parts[i], parts[0]);
    }
    text_free(&path);
    return result == 0 ? check_missing(m) : result;
}

/* Copy `lines` lines of a part to `out`. */
static int copy_lines(Merge *m, FILE *from, int64_t lines, Text *out, const Part *part)
{
    for (int64_t i = 0; i < lines; i++) {
        const ssize_t n = getline(&m->line, &m->room, from);
        if (n <= 0 || m->line[n - 1] != '\n')
            return error(EXIT_LOCKED, "'%s' is not finished; run that share again to complete it", part->directory);
        text_bytes(out, m->line, (size_t)n);
    }
    return 0;
}

/* One point: all its networks, and its summary with the last. What the store already has is read past. */
static int copy_point(Merge *m, int64_t point, Text texts[FILE_COUNT])
{
    const Plan *plan = &m->store.plan;
    Part *part = &m->parts[point % m->count];
    NetSpec spec;
    experiment_point(&m->experiment, point, &spec);
    for (int64_t s = 0; s < plan->seeds; s++) {
        for (FileId f = 0; f < FILE_COUNT; f++) {
            const bool now = part->files[f] && (!data_files[f].per_point || s == plan->seeds - 1);
            text_clear(&texts[f]);
            if (now && copy_lines(m, part->files[f], data_files[f].lines(&m->experiment, &spec), &texts[f], part))
                return -1;
        }
        if (point * plan->seeds + s >= m->store.committed && store_commit(&m->store, texts))
            return -1;
    }
    return 0;
}

/* Every share's files are open at once: as many as the system lets us have. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int copy_all(Merge *m, const char *directory, bool force)
{
    Text texts[FILE_COUNT] = {{0}};
    int result = 0;
    raise_file_limit();
    for (int64_t i = 0; i < m->count; i++)
        for (FileId f = 0; f < FILE_COUNT && result == 0; f++) {
            const bool wanted = file_wanted(f, &m->experiment);
            m->parts[i].files[f] = open_part(m->parts[i].directory, data_files[f].name, wanted);
            result = wanted && !m->parts[i].files[f] ? -1 : 0;
        }
    if (result == 0)
        result = store_open(&m->store, &m->experiment, (Shard){1, 1}, directory, force);
    for (int64_t p = 0; p < m->experiment.points && result == 0; p++)
        result = copy_point(m, p, texts);
    for (size_t f = 0; f < FILE_COUNT; f++)
        text_free(&texts[f]);
    return result;
}

static void close_all(Merge *m)
{
    for (int64_t i = 0; i < m->count; i++)
        for (size_t f = 0; f < FILE_COUNT; f++)
            if (m->parts[i].files[f])
                fclose(m->parts[i].files[f]);
    free(m->parts);
    free(m->line);
}

int merge_run(const char *const *parts, size_t n, const char *directory, bool force)
{
    Merge m = {.store = store_shut()};
    Manifest **manifests = mem_alloc(n, sizeof(Manifest *));
    int result = read_manifests(&m, parts, manifests, n);
    if (result == 0)
        result = manifest_experiment(manifests[0], &(Words){0}, &m.experiment);
    if (result == 0)
        result = copy_all(&m, directory, force);
    m.store.directory = directory;
    if (store_close(&m.store))
        result = -1;
    close_all(&m);
    experiment_free(&m.experiment);
    for (size_t i = 0; i < n; i++)
        manifest_close(manifests[i]);
    free(manifests);
    return result;
}
