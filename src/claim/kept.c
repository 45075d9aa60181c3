/* What a study keeps: study.json says quick or full, verdict.json goes last and is removed first.
 * The one thing to know: nothing here is read as an instruction; what does not look right is measured again. */
#include "claim/kept.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "show/label.h"

enum { MOST_BYTES = 1 << 20 };

static const char marker[] = "study.json";

static void marker_text(Text *out, bool full)
{
    text_format(out, "{\n  \"command\": \"fathom reproduce\",\n  \"size\": \"%s\"\n}\n", full ? "full" : "quick");
}

static void path_of(Text *out, const char *directory, const char *name)
{
    text_clear(out);
    text_format(out, "%s/%s", directory, name);
}

/* A name in a directory without study.json: 1 and the name, 0 where it is empty, -1 after error(). */
static int somebody_elses(const char *directory, Text *name)
{
    DIR *d = opendir(directory);
    if (!d)
        return error(EXIT_CANTCREATE, "cannot list '%s': %s", directory, strerror(errno));
    for (struct dirent *entry; !name->length && (entry = readdir(d));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") && strcmp(entry->d_name, "study.json.part"))
            text_string(name, entry->d_name);
    closedir(d);
    return name->length > 0;
}

/* 1: the study of this size is here; 0: the directory is free, or to be replaced; -1: refused. */
static int inspect(const StudyPlan *plan)
{
    Text path = {0}, there = {0}, mine = {0}, other = {0};
    int result;
    path_of(&path, plan->directory, marker);
    marker_text(&mine, plan->full);
    marker_text(&other, !plan->full);
    if (!file_exists(text_str(&path))) {
        result = somebody_elses(plan->directory, &there);
        if (result > 0)
            result = error(EXIT_USAGE, "'%s' holds '%s' and is not a study of fathom reproduce; choose another -o", plan->directory, text_str(&there));
    } else {
        result = file_read(text_str(&path), &there, MOST_BYTES);
        if (result == 0 && !strcmp(text_str(&there), text_str(&mine)))
            result = 1;
        else if (result == 0 && strcmp(text_str(&there), text_str(&other)) != 0)
            result = error(EXIT_DATA, "'%s' is not what fathom reproduce writes; choose another -o", text_str(&path));
        else if (result == 0 && !plan->force)
            result = error(EXIT_USAGE, "'%s' holds a --%s study; choose another -o, or --force to replace it", plan->directory,
                           plan->full ? "quick" : "full");
    }
    text_free(&path);
    text_free(&there);
    text_free(&mine);
    text_free(&other);
    return result;
}

static void forget(const char *directory)
{
    Text path = {0};
    path_of(&path, directory, "verdict.json");
    unlink(text_str(&path));
    text_free(&path);
}

/* The verdicts of the study that was here go before its name does. */
static int put_marker(const StudyPlan *plan)
{
    Text path = {0}, text = {0};
    for (size_t i = 0; i < plan->n_claims; i++) {
        path_of(&path, plan->directory, plan->claims[i]->id);
        forget(text_str(&path));
    }
    path_of(&path, plan->directory, marker);
    marker_text(&text, plan->full);
    const int result = file_replace(text_str(&path), text_str(&text), text.length);
    text_free(&path);
    text_free(&text);
    return result;
}

int kept_open(const StudyPlan *plan)
{
    if (file_make_directory(plan->directory))
        return -1;
    const int lock = file_lock(plan->directory);
    if (lock < 0)
        return -1;
    const int there = inspect(plan);
    if (there < 0 || (there == 0 && put_marker(plan))) {
        close(lock);
        return -1;
    }
    return lock;
}

static json_t *clean(const char *s)
{
    Text text = {0};
    label_clean(&text, s, MOST_BYTES);
    json_t *string = json_string(text_str(&text));
    text_free(&text);
    return string;
}

static void verdict_text(Text *out, const Outcome *o)
{
    const Fact *headline = o->verdict.headline;
    json_t *root = json_object();
    json_object_set_new(root, "fathom", json_string(FATHOM_VERSION));
    json_object_set_new(root, "verdict", json_string(verdict_name(o->verdict.kind)));
    json_object_set_new(root, "condition", clean(text_str(&o->verdict.condition)));
    json_object_set_new(root, "sentence", clean(text_str(&o->verdict.sentence)));
    json_object_set_new(root, "headline", json_integer(headline ? headline - o->facts.facts : -1));
    json_object_set_new(root, "networks", json_integer(o->networks));
    json_object_set_new(root, "without_data", json_boolean(o->without_data));
    char *dumped = mem_served(json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER));
    text_format(out, "%s\n", dumped);
    free(dumped);
    json_decref(root);
}

static int put(const char *directory, const char *name, const Text *text)
{
    Text path = {0};
    path_of(&path, directory, name);
    const int result = file_replace(text_str(&path), text_str(text), text->length);
    text_free(&path);
    return result;
}

int kept_write(const Outcome *o, const char *directory)
{
    Text facts = {0}, verdict = {0};
    facts_csv(&facts, &o->facts);
    verdict_text(&verdict, o);
    int result = file_make_directory(directory);
    if (result == 0) {
        forget(directory);
        result = put(directory, "facts.csv", &facts) || put(directory, "verdict.json", &verdict) ? -1 : 0;
    }
    text_free(&facts);
    text_free(&verdict);
    return result;
}

bool kept_there(const char *directory)
{
    Text path = {0};
    path_of(&path, directory, "verdict.json");
    const bool there = file_exists(text_str(&path));
    text_free(&path);
    return there;
}

static json_t *read_json(const char *directory)
{
    Text path = {0}, text = {0};
    json_t *root = NULL;
    path_of(&path, directory, "verdict.json");
    if (file_exists(text_str(&path)) && file_read(text_str(&path), &text, MOST_BYTES) == 0)
        root = json_loads(text_str(&text), 0, NULL);
    text_free(&path);
    text_free(&text);
    return root;
}

static bool read_verdict(Outcome *o, const json_t *root)
{
    const char *version = json_string_value(json_object_get(root, "fathom")), *kind = json_string_value(json_object_get(root, "verdict"));
    const char *condition = json_string_value(json_object_get(root, "condition")), *sentence = json_string_value(json_object_get(root, "sentence"));
    const json_t *headline = json_object_get(root, "headline"), *networks = json_object_get(root, "networks");
    const json_int_t place = json_integer_value(headline);
    if (!version || strcmp(version, FATHOM_VERSION) || !kind || !condition || !sentence || !json_is_integer(headline) || !json_is_integer(networks) ||
        place >= (json_int_t)o->facts.n)
        return false;
    VerdictKind k = VERDICT_HOLDS;
    while (k < VERDICT_NOT_MEASURED && strcmp(verdict_name(k), kind) != 0)
        k++;
    if (k == VERDICT_NOT_MEASURED)
        return false;
    verdict_set(&o->verdict, k, place < 0 ? NULL : &o->facts.facts[place]);
    text_string(&o->verdict.condition, condition);
    text_string(&o->verdict.sentence, sentence);
    o->networks = json_integer_value(networks);
    o->without_data = json_is_true(json_object_get(root, "without_data"));
    return true;
}

bool kept_read(Outcome *o, const char *directory)
{
    if (!kept_there(directory))
        return false;
    json_t *root = read_json(directory);
    Table *table = root ? table_open(directory, "facts.csv") : NULL;
    bool there = table && facts_table(&o->facts, table) && read_verdict(o, root);
    table_close(table);
    json_decref(root);
    if (!there)
        facts_free(&o->facts);
    char said[1];
    error_take(said, sizeof said);   /* what cannot be read is told, and measured again */
    return there;
}
