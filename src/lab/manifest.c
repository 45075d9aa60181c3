/* The manifest, in JSON through jansson.
 * The one thing to know: the object is built from the same canonical texts that the hash covers; keys keep their order. */
#include "lab/manifest.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "lab/version.h"
#include "num/blas.h"

enum { MOST_BYTES = 64 << 20, MOST_SHARDS = 1000000 };

struct Manifest {
    json_t *root;
    char *path;
    Text seed, input;   /* words composed from several entries */
};

static void *allocate(size_t size)
{
    return mem_alloc(size, 1);
}

/* jansson returns NULL where memory is refused, and would so leave out entries; mem_alloc leaves with 71. */
static void never_null(void)
{
    json_set_alloc_funcs(allocate, free);
}

static void set_text(json_t *object, const char *key, Text *text)
{
    json_object_set_new(object, key, json_string(text_str(text)));
    text_clear(text);
}

static json_t *axes_object(const Experiment *e, Text *scratch)
{
    json_t *axes = json_object();
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!experiment_has(e, (FieldId)i))
            continue;
        axis_text(scratch, &e->axes[i], &fields[i]);
        if (scratch->length)
            set_text(axes, fields[i].name, scratch);
    }
    return axes;
}

/* What a run of train is asked besides: each as its option takes it. */
static void put_lessons(json_t *root, const Lessons *l, Text *scratch)
{
    json_object_set_new(root, "data", json_string(l->data));
    if (l->asked != TASK_NONE)
        json_object_set_new(root, "task", json_string(task_name(l->asked)));
    if (l->made) {
        text_format(scratch, "%lld", (long long)l->made);
        set_text(root, "samples", scratch);
    }
    if (!isnan(l->test_fraction)) {
        text_shortest(scratch, l->test_fraction);
        set_text(root, "test_fraction", scratch);
    }
    text_format(scratch, "%lld", (long long)l->every);
    set_text(root, "every", scratch);
    lessons_snapshots_text(scratch, l);
    set_text(root, "snapshots", scratch);
    if (!isnan(l->target)) {
        text_shortest(scratch, l->target);
        set_text(root, "target", scratch);
    }
}

static json_t *manifest_object(const Experiment *e, Shard shard)
{
    Text scratch = {0};
    never_null();
    json_t *root = json_object();
    text_format(&scratch, "%016llx", (unsigned long long)experiment_hash(e));
    set_text(root, "hash", &scratch);
    json_object_set_new(root, "command", json_string(e->training ? "train" : "sweep"));
    json_object_set_new(root, "schema", json_integer(MANIFEST_SCHEMA));
    json_object_set_new(root, "numerics", json_integer(MANIFEST_NUMERICS));
    json_object_set_new(root, "generator", json_string(e->generator->name));
    json_object_set_new(root, "seed", json_integer(e->master));
    seeds_text(&scratch, &e->seeds);
    set_text(root, "seeds", &scratch);
    json_object_set_new(root, "axes", axes_object(e, &scratch));
    experiment_zip_text(&scratch, e);
    if (scratch.length)
        set_text(root, "zip", &scratch);
    text_string(&scratch, e->input.identity);
    set_text(root, "input", &scratch);
    if (e->training)
        put_lessons(root, &e->lessons, &scratch);
    else if (e->input.path)
        json_object_set_new(root, "input_path", json_string(e->input.path));
    json_object_set_new(root, "engine", json_string(engine_kind_name(e->engine)));
    thinning_text(&scratch, e->layers);
    set_text(root, "layers", &scratch);
    json_object_set_new(root, "raw", json_boolean(e->raw));
    if (e->histograms)
        json_object_set_new(root, "histograms", json_true());
    json_object_set_new(root, "points", json_integer(e->points));
    json_object_set_new(root, "networks", json_integer(e->points * (int64_t)e->seeds.count));
    if (shard.count > 1) {
        text_format(&scratch, "%lld/%lld", (long long)shard.index, (long long)shard.count);
        set_text(root, "shard", &scratch);
    }
    text_free(&scratch);
    return root;
}

static void dump(Text *out, json_t *root)
{
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    text_string(out, text ? text : "{}");
    text_char(out, '\n');
    free(text);
    json_decref(root);
}

void manifest_text(Text *out, const Experiment *e, Shard shard)
{
    dump(out, manifest_object(e, shard));
}

Manifest *manifest_open(const char *path)
{
    Text text = {0};
    json_error_t why;
    never_null();
    if (file_read(path, &text, MOST_BYTES)) {
        text_free(&text);
        return NULL;
    }
    json_t *root = json_loadb(text_str(&text), text.length, JSON_REJECT_DUPLICATES, &why);
    text_free(&text);
    if (!json_is_object(root) || !json_is_string(json_object_get(root, "hash")) || !json_is_object(json_object_get(root, "axes"))) {
        error(EXIT_DATA, "'%s' is not a run.json of fathom%s%s", path, root ? "" : ": ", root ? "" : why.text);
        json_decref(root);
        return NULL;
    }
    Manifest *m = mem_alloc(1, sizeof *m);
    m->root = root;
    m->path = mem_string(path);
    return m;
}

void manifest_close(Manifest *m)
{
    if (!m)
        return;
    json_decref(m->root);
    text_free(&m->seed);
    text_free(&m->input);
    free(m->path);
    free(m);
}

const char *manifest_hash(const Manifest *m)
{
    return json_string_value(json_object_get(m->root, "hash"));
}

Shard manifest_shard(const Manifest *m)
{
    const char *text = json_string_value(json_object_get(m->root, "shard"));
    long long index = 1, count = 1;
    if (text && (sscanf(text, "%lld/%lld", &index, &count) != 2 || index < 1 || count < index || count > MOST_SHARDS))
        return (Shard){0, 0};
    return (Shard){index, count};
}

bool manifest_trains(const Manifest *m)
{
    const char *command = json_string_value(json_object_get(m->root, "command"));
    return command && !strcmp(command, "train");
}

static void fill(const char **word, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!*word)
        *word = text;
}

static bool is_field(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!strcmp(fields[i].name, name))
            return true;
    return false;
}

/* An entry that is passed over in silence would make another run. */
static int check_entries(const Manifest *m)
{
    static const char *const texts[] = {"seeds", "generator", "engine", "zip", "input", "input_path", "layers", "command",
                                        "data", "task", "samples", "test_fraction", "every", "snapshots", "target"};
    const char *key;
    const json_t *schema = json_object_get(m->root, "schema"), *seed = json_object_get(m->root, "seed"), *raw = json_object_get(m->root, "raw");
    json_t *value, *histograms = json_object_get(m->root, "histograms");
    if (!json_is_integer(schema) || json_integer_value(schema) != MANIFEST_SCHEMA)
        return error(EXIT_DATA, "'%s' was written by another version of fathom (this one reads schema %d)", m->path, MANIFEST_SCHEMA);
    json_object_foreach(json_object_get(m->root, "axes"), key, value) {
        if (!is_field(key))
            return error(EXIT_DATA, "'%s' has an axis '%.60s' that this fathom does not have", m->path, key);
        if (!json_is_string(value))
            return error(EXIT_DATA, "'%s': the axis '%s' is not a text; write it in quotes", m->path, key);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((value = json_object_get(m->root, texts[i])) && !json_is_string(value))
            return error(EXIT_DATA, "'%s': '%s' is not a text; write it in quotes", m->path, texts[i]);
    if ((seed && !json_is_integer(seed)) || (raw && !json_is_boolean(raw)) || (histograms && !json_is_boolean(histograms)))
        return error(EXIT_DATA, "'%s': 'seed' is not a whole number, or 'raw' or 'histograms' neither true nor false", m->path);
    return 0;
}

static void take_words(const Manifest *m, Words *words)
{
    const json_t *axes = json_object_get(m->root, "axes");
    const bool length_given = words->axis[FIELD_steps] || words->axis[FIELD_epochs];   /* either takes the other's place */
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!length_given || (i != FIELD_steps && i != FIELD_epochs))
            fill(&words->axis[i], axes, fields[i].name);
    fill(&words->seeds, m->root, "seeds");
    fill(&words->generator, m->root, "generator");
    fill(&words->zip, m->root, "zip");
    fill(&words->engine, m->root, "engine");
    fill(&words->layers, m->root, "layers");
    words->no_raw |= json_is_false(json_object_get(m->root, "raw"));
    words->histograms |= json_is_true(json_object_get(m->root, "histograms"));
    words->training = manifest_trains(m);
}

static void take_lesson_words(const Manifest *m, LessonWords *w)
{
    fill(&w->data, m->root, "data");
    fill(&w->task, m->root, "task");
    fill(&w->samples, m->root, "samples");
    fill(&w->test_fraction, m->root, "test_fraction");
    fill(&w->every, m->root, "every");
    fill(&w->snapshots, m->root, "snapshots");
    fill(&w->target, m->root, "target");
}

/* The words that are not stored as the user types them: the master seed's number, and the input's path behind its kind. */
static void compose_words(Manifest *m, Words *words)
{
    const json_t *master = json_object_get(m->root, "seed");
    const char *identity = json_string_value(json_object_get(m->root, "input"));
    const char *path = json_string_value(json_object_get(m->root, "input_path"));
    if (!words->master && json_is_integer(master)) {
        text_format(&m->seed, "%lld", (long long)json_integer_value(master));
        words->master = text_str(&m->seed);
    }
    if (!words->input && identity && !words->training) {
        text_format(&m->input, "%.*s%s%s", (int)strcspn(identity, ":"), identity, path ? ":" : "", path ? path : "");
        words->input = text_str(&m->input);
    }
}

static int check_input(const Manifest *m, const Experiment *e)
{
    const char *there = json_string_value(json_object_get(m->root, "input"));
    if (!there || !strcmp(there, e->input.identity))
        return 0;
    return error(EXIT_DATA, "'%s' is not the file that the run of '%s' read (%.40s there, %s here); --input or --data takes another", e->input.path,
                 m->path, there, e->input.identity);
}

int manifest_experiment(Manifest *m, Words *words, Experiment *e)
{
    *e = (Experiment){0};
    if (check_entries(m))
        return -1;
    const char *const data = words->lesson.data;
    take_words(m, words);
    if (words->training)
        take_lesson_words(m, &words->lesson);
    compose_words(m, words);
    if (experiment_read(e, words))
        return -1;
    return m->input.length || (e->training && !data) ? check_input(m, e) : 0;
}

static void differ(Text *why, const char *key, const json_t *old, const json_t *new)
{
    if (why->length || old == new || (old && new && json_equal(old, new)))
        return;
    char *before = old ? json_dumps(old, JSON_ENCODE_ANY) : NULL, *now = new ? json_dumps(new, JSON_ENCODE_ANY) : NULL;
    text_format(why, "%s is %.60s there and %.60s here", key, before ? before : "absent", now ? now : "absent");
    free(before);
    free(now);
}

int manifest_same(const char *path, const Experiment *e, Shard shard, Text *why)
{
    Manifest *m = manifest_open(path);
    if (!m)
        return -1;
    json_t *ours = manifest_object(e, shard);
    const char *key;
    json_t *value;
    json_t *axes = json_object_get(m->root, "axes"), *our_axes = json_object_get(ours, "axes");
    differ(why, "command", json_object_get(m->root, "command"), json_object_get(ours, "command"));
    json_object_foreach(our_axes, key, value)
        differ(why, key, json_object_get(axes, key), value);
    json_object_foreach(axes, key, value)
        differ(why, key, value, json_object_get(our_axes, key));
    json_object_foreach(ours, key, value)
        if (strcmp(key, "input_path") && strcmp(key, "data") && strcmp(key, "hash") && strcmp(key, "axes"))
            differ(why, key, json_object_get(m->root, key), value);
    differ(why, "histograms", json_object_get(m->root, "histograms"), json_object_get(ours, "histograms"));
    differ(why, "shard", json_object_get(m->root, "shard"), json_object_get(ours, "shard"));
    differ(why, "hash", json_object_get(m->root, "hash"), json_object_get(ours, "hash"));
    json_decref(ours);
    manifest_close(m);
    return why->length == 0;
}

void manifest_host(Text *out, const Text *command_line, int threads, double seconds)
{
    struct utsname u;
    char when[32];
    const time_t now = time(NULL);
    struct tm utc;
    never_null();
    json_t *root = json_object(), *line = json_array();
    for (size_t at = 0; at < command_line->length; at += strlen(text_str(command_line) + at) + 1) {
        json_t *word = json_string(text_str(command_line) + at);   /* NULL where it is not UTF-8 */
        json_array_append_new(line, word ? word : json_string("?"));
    }
    json_object_set_new(root, "command_line", line);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_object_set_new(root, "written", json_string(when));
    json_object_set_new(root, "seconds", json_real(seconds));
    json_object_set_new(root, "threads", json_integer(threads));
    if (uname(&u) == 0) {
        json_object_set_new(root, "host", json_string(u.nodename));
        json_object_set_new(root, "system", json_pack("s++++", u.sysname, " ", u.release, " ", u.machine));
    }
    json_object_set_new(root, "fathom", json_string(FATHOM_VERSION));
    json_object_set_new(root, "compiler", json_string(__VERSION__));
    json_object_set_new(root, "gsl", json_string(blas_gsl_version()));
    json_object_set_new(root, "blas", json_string(blas_config()));
    json_object_set_new(root, "blas_core", json_string(blas_core()));
    dump(out, root);
}
