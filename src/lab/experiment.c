/* An experiment: reading it, its grid, its identity.
 * The one thing to know: the first field of fields.def varies slowest, seeds fastest; zipped fields move together.
 * NUMERICS changes whenever the same specification would give other bytes. */
#include "lab/experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lab/version.h"
#include "net/implicit.h"
#include "theory/critical.h"

static const char *given(const char *word, const char *otherwise)
{
    return word ? word : otherwise;
}

static int read_input(Experiment *e, const char *word)
{
    static const struct {
        const char *name;
        InputKind kind;
    } kinds[] = {{"gaussian", INPUT_GAUSSIAN}, {"sphere", INPUT_SPHERE}, {"idx:", INPUT_IDX}, {"csv:", INPUT_CSV}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t n = strlen(kinds[i].name);
        const bool data = kinds[i].name[n - 1] == ':';
        if (data ? strncmp(word, kinds[i].name, n) != 0 || word[n] == '\0' : strcmp(word, kinds[i].name) != 0)
            continue;
        e->input = (Input){.kind = kinds[i].kind, .path = data ? word + n : NULL};
        snprintf(e->input.identity, sizeof e->input.identity, "%s", kinds[i].name);
        if (data && !(e->data = dataset_open(&e->input)))
            return -1;
        return 0;
    }
    return error(EXIT_USAGE, "--input '%s': there are gaussian, sphere, idx:IMAGES and csv:FILE", word);
}

static int read_layers(Thinning *t, const char *word)
{
    int64_t every;
    if (!strcmp(word, "all"))
        *t = (Thinning){1};
    else if (!strcmp(word, "ends"))
        *t = (Thinning){0};
    else if (!strncmp(word, "every:", 6) && text_to_whole(word + 6, &every) && every >= 1)
        *t = (Thinning){every};
    else
        return error(EXIT_USAGE, "--layers '%s': there are all, ends and every:K with a whole K of at least 1", word);
    return 0;
}

static const char *const engine_kinds[] = {[ENGINE_AUTO] = "auto", [ENGINE_DENSE] = "dense", [ENGINE_IMPLICIT] = "implicit"};

const char *engine_kind_name(EngineKind kind)
{
    return engine_kinds[kind];
}

static int read_engine(EngineKind *engine, const char *word)
{
    for (size_t i = 0; i < sizeof engine_kinds / sizeof *engine_kinds; i++)
        if (!strcmp(word, engine_kinds[i])) {
            *engine = (EngineKind)i;
            return 0;
        }
    return error(EXIT_USAGE, "--engine '%s': there are auto, dense and implicit", word);
}

/* A usage error where the engine that was asked for cannot serve this network. */
static int check_engine(const Experiment *e, const NetSpec *spec)
{
    const char *why;
    if (e->engine != ENGINE_IMPLICIT || pass_engine(spec, ENGINE_IMPLICIT, &why) == &implicit_engine)
        return 0;
    if (dtype_of(spec->dtype)->round)
        return error(EXIT_USAGE, "--engine implicit with --dtype %s: %s; use --engine dense or auto", spec->dtype.row->name, why);
    return error(EXIT_USAGE, "--engine implicit with --init %s: %s; use --engine dense or auto, or a normal initialiser of the same variance",
                 spec->init.row->name, why);
}

const Engine *experiment_engine(const Experiment *e, const NetSpec *spec, const char **why)
{
    const char *unused;
    return pass_engine(spec, e->engine, why ? why : &unused);
}

static int find_field(const char *name, size_t n)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if ((strlen(fields[i].option) == n && !strncmp(fields[i].option, name, n)) || (strlen(fields[i].name) == n && !strncmp(fields[i].name, name, n)))
            return (int)i;
    return -1;
}

/* Which fields `--zip` names, in `zipped`; how many. */
static int zip_fields(const char *word, bool zipped[FIELD_COUNT])
{
    int n = 0;
    for (const char *at = word; at;) {
        const size_t length = strcspn(at, ",");
        const int field = find_field(at, length);
        if (field < 0)
            return error(EXIT_USAGE, "--zip '%s': '%.*s' is not an axis; write two or more, like depth,width", word, (int)length, at);
        if (zipped[field])
            return error(EXIT_USAGE, "--zip '%s': %s stands there twice", word, fields[field].option);
        zipped[field] = true;
        n++;
        at = at[length] ? at + length + 1 : NULL;
    }
    return n == 1 ? error(EXIT_USAGE, "--zip '%s': one axis has nothing to go with; write two or more, like depth,width", word) : n;
}

static int lead(Experiment *e, const char *word, const bool zipped[FIELD_COUNT])
{
    size_t first = FIELD_COUNT;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!zipped[i])
            continue;
        first = first < i ? first : i;
        e->leader[i] = first;
        if (e->axes[i].count != e->axes[first].count)
            return error(EXIT_USAGE, "--zip '%s': %s has %zu values and %s has %zu; zipped axes need as many", word, fields[first].option,
                         e->axes[first].count, fields[i].option, e->axes[i].count);
    }
    return 0;
}

static int read_axes(Experiment *e, const Words *w)
{
    bool zipped[FIELD_COUNT] = {false};
    const int n = zip_fields(w->zip, zipped);
    if (n < 0)
        return -1;
    e->zipped = n > 0;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        e->leader[i] = i;
        if (w->axis[i] && !*w->axis[i])
            return error(EXIT_USAGE, "--%s '': an empty value; leave the option out or give it one", fields[i].option);
        if (axis_read(&e->axes[i], &fields[i], given(w->axis[i], fields[i].fallback), zipped[i]))
            return -1;
    }
    return lead(e, w->zip, zipped);
}

static double product(const Experiment *e)
{
    double n = 1;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        n *= e->leader[i] == i ? (double)e->axes[i].count : 1;
    return n;
}

/* The point at a place of the full product, as given, not resolved. */
static void place(const Experiment *e, int64_t at, NetSpec *spec)
{
    size_t index[FIELD_COUNT];
    for (size_t i = FIELD_COUNT; i-- > 0;)
        if (e->leader[i] == i) {
            index[i] = (size_t)(at % (int64_t)e->axes[i].count);
            at /= (int64_t)e->axes[i].count;
        }
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field_set(spec, &fields[i], e->axes[i].values[index[e->leader[i]]]);
    spec->input = e->input;
}

static int by_hash(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : (x[1] > y[1]) - (x[1] < y[1]);
}

static int by_place(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Different places can resolve to one network (auto beside the initialiser it means, pairs zipped twice): keep the first of each. */
static void drop_repeated(Experiment *e, uint64_t (*hashes)[2])
{
    const int64_t n = e->points;
    qsort(hashes, (size_t)n, sizeof *hashes, by_hash);
    e->kept = mem_alloc((size_t)n, sizeof *e->kept);
    e->points = 0;
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || hashes[i][0] != hashes[i - 1][0])
            e->kept[e->points++] = (int64_t)hashes[i][1];
    qsort(e->kept, (size_t)e->points, sizeof *e->kept, by_place);
    if (e->points < n)
        notice("%lld of %lld points repeat another (such as auto beside the initialiser that it stands for); each is run once",
               (long long)(n - e->points), (long long)n);
}

/* What the critical initialiser came to for one activation and σ_b (NOT_GIVEN: chosen by theory). */
struct CriticalSigmas {
    Choice activation;
    double asked, sigma_w, sigma_b;
    bool exists;
};

static bool same_activation(Choice a, Choice b)
{
    return a.row == b.row && (!a.row->parameter || a.parameter == b.parameter);
}

static const struct CriticalSigmas *find_critical(const Experiment *e, const NetSpec *spec)
{
    for (size_t i = 0; i < e->n_critical; i++) {
        const struct CriticalSigmas *c = &e->critical[i];
        if (same_activation(c->activation, spec->activation) && (c->asked == spec->sigma_b || (isnan(c->asked) && isnan(spec->sigma_b))))
            return c;
    }
    return NULL;
}

/* Solved sigmas enter a point's text, and so its random key: to ten digits they are the same whatever the arithmetic library. */
static double ten_digits(double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.10g", x);
    return strtod(text, NULL);
}

static void solve_critical(Experiment *e, const NetSpec *spec)
{
    struct CriticalSigmas c = {.activation = spec->activation, .asked = spec->sigma_b};
    if (meanfield_covers(c.activation)) {
        FixedPoint point;
        Critical *k = critical_alloc(c.activation);
        critical_rule(k, c.asked, &point);
        critical_free(k);
        c.exists = point.status == STATUS_OK;
        c.sigma_w = ten_digits(point.sigma_w);
        c.sigma_b = isnan(c.asked) ? ten_digits(point.sigma_b) : c.asked;
    }
    e->critical = mem_resize(e->critical, e->n_critical + 1, sizeof *e->critical);
    e->critical[e->n_critical++] = c;
}

/* spec_resolve, and the sigmas that theory knows, once they are solved for. Where there is no critical point `auto` means
 * lecun-normal, and asking for one is an error. */
static int resolve(const Experiment *e, NetSpec *spec, bool *unsolved)
{
    const bool automatic = init_of(spec->init)->law == LAW_NONE;
    *unsolved = false;
    if (spec_resolve(spec))
        return -1;
    if (!init_of(spec->init)->sigmas_by_theory)
        return 0;
    const struct CriticalSigmas *c = find_critical(e, spec);
    if (!c) {
        *unsolved = true;
        return 0;
    }
    if (!c->exists && !automatic) {
        double sigma_w, sigma_b;
        return critical_sigmas(spec->activation, c->asked, &sigma_w, &sigma_b);
    }
    if (!c->exists)
        spec->init = (Choice){registry_find(&inits, "lecun-normal"), NOT_GIVEN};
    spec->sigma_w = c->exists ? c->sigma_w : NOT_GIVEN;
    spec->sigma_b = c->exists ? c->sigma_b : isnan(c->asked) ? 0 : c->asked;
    return 0;
}

static int solve_and_resolve(Experiment *e, NetSpec *spec)
{
    const NetSpec asked = *spec;
    bool unsolved;
    if (resolve(e, spec, &unsolved))
        return -1;
    if (!unsolved)
        return 0;
    solve_critical(e, spec);
    *spec = asked;
    return resolve(e, spec, &unsolved);
}

static int resolve_all(Experiment *e)
{
    const double total = product(e) * (double)e->seeds.count;
    if (total > 1e9)
        return error(EXIT_USAGE, "the grid has %.3g networks; at most 1e9 make one run: shorten an axis or use fewer seeds", total);
    e->points = (int64_t)product(e);
    static const FieldId derived[] = {FIELD_init, FIELD_loss, FIELD_head};   /* auto and none stand for others */
    bool may_repeat = e->zipped;
    for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
        may_repeat |= e->axes[derived[i]].count > 1;
    uint64_t(*hashes)[2] = may_repeat ? mem_alloc((size_t)e->points, sizeof *hashes) : NULL;
    int result = 0;
    for (int64_t i = 0; i < e->points && result == 0; i++) {
        NetSpec spec;
        place(e, i, &spec);
        result = solve_and_resolve(e, &spec);
        if (result == 0)
            result = check_engine(e, &spec);
        if (result == 0 && hashes) {
            hashes[i][0] = experiment_key(e, &spec);
            hashes[i][1] = (uint64_t)i;
        }
    }
    if (result == 0 && hashes)
        drop_repeated(e, hashes);
    Axis *sigma_b = &e->axes[FIELD_sigma_b];
    if (result == 0 && !e->n_critical && sigma_b->count == 1 && isnan(sigma_b->values[0].real))
        sigma_b->values[0].real = 0;   /* no point of the run chooses its own: left out means 0 */
    free(hashes);
    return result;
}

/* At least one network of a training must live to see a snapshot, if any are asked for. */
static int check_snapshots(const Experiment *e)
{
    int64_t most = 0;
    if (e->lessons.n_snapshots == 0)
        return 0;
    for (int64_t i = 0; i < e->points; i++) {
        NetSpec spec;
        experiment_point(e, i, &spec);
        if (lessons_snapshots(&e->lessons, spec.steps) > 0)
            return 0;
        most = spec.steps > most ? spec.steps : most;
    }
    return error(EXIT_USAGE, "--snapshots %lld: no network is trained for so long (%lld steps at most); write 'end' for its last step",
                 (long long)e->lessons.snapshots[0], (long long)most);
}

int experiment_read(Experiment *e, const Words *w)
{
    *e = (Experiment){.raw = !w->no_raw, .histograms = w->histograms, .training = w->training};
    if (read_axes(e, w))
        return -1;
    if (!text_to_whole(given(w->master, "0"), &e->master) || e->master < 0)
        return error(EXIT_USAGE, "--seed '%s': not a whole number from 0 to 2^53", w->master);
    e->generator = rng_type(given(w->generator, "philox4x32"));
    if (!e->generator || seeds_read(&e->seeds, given(w->seeds, "10")) || read_engine(&e->engine, given(w->engine, "auto")) ||
        read_layers(&e->layers, given(w->layers, "all")))
        return -1;
    if (e->training ? lessons_read(&e->lessons, &w->lesson, (uint64_t)e->master, &e->input) : read_input(e, given(w->input, "gaussian")))
        return -1;
    return resolve_all(e) || (e->training && check_snapshots(e)) ? -1 : 0;
}

void experiment_free(Experiment *e)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        axis_free(&e->axes[i]);
    seeds_free(&e->seeds);
    dataset_close(e->data);
    lessons_free(&e->lessons);
    free(e->kept);
    free(e->critical);
    *e = (Experiment){0};
}

void experiment_point(const Experiment *e, int64_t index, NetSpec *spec)
{
    place(e, e->kept ? e->kept[index] : index, spec);
    bool unsolved;
    if (resolve(e, spec, &unsolved) || unsolved)
        BUG("a point that resolved before does not now");
}

uint64_t experiment_key(const Experiment *e, const NetSpec *spec)
{
    Text text = {0};
    spec_text(&text, spec);
    const uint64_t key = text_hash((uint64_t)e->master, text_str(&text));
    text_free(&text);
    return key;
}

bool experiment_has(const Experiment *e, FieldId field)
{
    return fields[field].scope & (e->training ? SCOPE_TRAIN : SCOPE_SWEEP);
}

bool experiment_varies(const Experiment *e, FieldId field)
{
    return e->axes[field].count > 1;
}

int64_t experiment_snapshots(const Experiment *e, const NetSpec *spec)
{
    return e->training ? lessons_snapshots(&e->lessons, spec->steps) : 1;
}

bool experiment_has_events(const Experiment *e)
{
    bool single = false;
    for (size_t i = 0; i < e->axes[FIELD_dtype].count; i++)
        single |= dtype_of(e->axes[FIELD_dtype].values[i].choice)->single;
    return e->training || single;
}

bool thinning_keeps(Thinning t, const NetSpec *spec, int64_t layer)
{
    return layer == 0 || layer >= spec->depth || (t.every && layer % t.every == 0);
}

int64_t thinning_hidden(Thinning t, const NetSpec *spec)
{
    const int64_t inner = t.every ? (spec->depth - 1) / t.every : 0;
    return 1 + inner + 1;
}

int64_t thinning_count(Thinning t, const NetSpec *spec)
{
    return thinning_hidden(t, spec) + spec_layers(spec) - spec->depth;
}

void thinning_text(Text *out, Thinning t)
{
    if (t.every > 1)
        text_format(out, "every:%lld", (long long)t.every);
    else
        text_string(out, t.every ? "all" : "ends");
}

void experiment_zip_text(Text *out, const Experiment *e)
{
    bool any = false;
    for (size_t k = 0; k < FIELD_COUNT; k++)
        if (e->leader[k] != k) {
            text_format(out, "%s,%s", any ? "" : fields[e->leader[k]].option, fields[k].option);
            any = true;
        }
}

void experiment_text(Text *out, const Experiment *e)
{
    text_format(out, "schema=%d\nnumerics=%d\ngenerator=%s\nseed=%lld\nseeds=", MANIFEST_SCHEMA, MANIFEST_NUMERICS, e->generator->name,
                (long long)e->master);
    seeds_text(out, &e->seeds);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!experiment_has(e, (FieldId)i))
            continue;
        text_format(out, "\n%s=", fields[i].name);
        axis_text(out, &e->axes[i], &fields[i]);
    }
    text_string(out, "\nzip=");
    experiment_zip_text(out, e);
    text_format(out, "\ninput=%s\nengine=%s\nraw=%d\nlayers=", e->input.identity, engine_kinds[e->engine], e->raw);
    thinning_text(out, e->layers);
    text_char(out, '\n');
    if (e->histograms)   /* said only where it is so: runs without keep the hash they had */
        text_string(out, "histograms=1\n");
    if (e->training) {
        text_string(out, "command=train\n");
        lessons_text(out, &e->lessons);
    }
}

uint64_t experiment_hash(const Experiment *e)
{
    Text text = {0};
    experiment_text(&text, e);
    const uint64_t hash = text_hash(0, text_str(&text));
    text_free(&text);
    return hash;
}
