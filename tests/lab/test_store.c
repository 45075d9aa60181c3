/* The store: files cut at every byte and resumed, what a directory may hold, force, locks, write errors.
 * The one thing to know: `whole` runs a small experiment once; every case damages a copy of its files and must get the same bytes back.
 * It runs in shared memory where there is some, because it syncs some thousands of files. */
#include <gsl/gsl_errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "lab/experiments.h"
#include "lab/run.h"
#include "lab/store.h"

static Files files;

#define PARTS FILE_COUNT

typedef struct {
    char *text[PARTS];   /* NULL: not written */
    size_t length[PARTS];
} Outcome;

static int set_up(void **state)
{
    (void)state;
    if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    files = files_make();
    notice_quiet(true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(&files);
    return 0;
}

static void path_in(char *out, size_t room, const char *directory, const char *name)
{
    snprintf(out, room, "%s/%s", directory, name);
}

static int sweep_in(const Experiment *e, const char *directory, bool force)
{
    Job job = {.experiment = e, .shard = {1, 1}, .directory = directory, .progress = "never", .force = force, .quiet = true};
    assert_int_equal(estimate_run(&job.cost, e, job.shard, 2, true), 0);
    return run_job(&job);
}

static void outcome_of(Outcome *out, const char *directory, const Experiment *e)
{
    char path[600];
    *out = (Outcome){{NULL}, {0}};
    for (FileId i = 0; i < PARTS; i++) {
        if (!file_wanted(i, e))
            continue;
        path_in(path, sizeof path, directory, data_files[i].name);
        out->text[i] = text_of(path);
        out->length[i] = strlen(out->text[i]);
    }
}

static void outcome_free(Outcome *o)
{
    for (size_t i = 0; i < PARTS; i++)
        free(o->text[i]);
}

static void write_part(const char *directory, size_t part, const char *bytes, size_t n)
{
    char path[600];
    path_in(path, sizeof path, directory, data_files[part].name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    assert_int_equal(close(fd), 0);
}

static size_t lines_of(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Timings are not repeatable: a line a network is all that can be asked. */
static bool same(FileId part, const char *a, const char *b)
{
    return part == FILE_TIMING ? lines_of(a) == lines_of(b) : !strcmp(a, b);
}

/* The files with the first `length[i]` bytes of each, resumed, must be whole again. */
static void resume_from(const Outcome *whole, const size_t length[PARTS], const Experiment *e, const char *directory)
{
    Outcome again;
    for (size_t i = 0; i < PARTS; i++)
        if (whole->text[i])
            write_part(directory, i, whole->text[i], length[i]);
    assert_int_equal(sweep_in(e, directory, false), 0);
    outcome_of(&again, directory, e);
    for (FileId i = 0; i < PARTS; i++)
        if (whole->text[i] && !same(i, again.text[i], whole->text[i]))
            fail_msg("layers cut to %zu, networks to %zu, summary to %zu bytes, %s comes out otherwise", length[FILE_LAYERS], length[FILE_NETWORKS],
                     length[FILE_SUMMARY], data_files[i].name);
    outcome_free(&again);
}

/* Where the last `lines` lines begin. */
static size_t tail(const char *text, size_t lines)
{
    size_t at = strlen(text);
    for (size_t n = 0; at > 0; at--)
        if (text[at - 1] == '\n' && n++ == lines)
            break;
    return at;
}

/* Every byte of each file's last `lines` lines, one file at a time; then all at once, at places drawn by a fixed sequence. */
static void cut_everywhere(const Words *words, const char *name, const size_t lines[PARTS], size_t step)
{
    char directory[600];
    Experiment e = experiment_of(words);
    Outcome whole;
    path_in(directory, sizeof directory, files.directory, name);
    assert_int_equal(sweep_in(&e, directory, false), 0);
    outcome_of(&whole, directory, &e);
    for (size_t i = 0; i < PARTS; i++) {
        if (!whole.text[i])
            continue;
        size_t length[PARTS];
        memcpy(length, whole.length, sizeof length);
        for (length[i] = tail(whole.text[i], lines[i]); length[i] < whole.length[i]; length[i] += step)
            resume_from(&whole, length, &e, directory);
    }
    uint32_t dice = 2385;
    for (int i = 0; i < 200; i++) {
        size_t length[PARTS];
        for (size_t k = 0; k < PARTS; k++) {
            dice = dice * 1664525 + 1013904223;
            length[k] = (dice >> 8) % (whole.length[k] + 1);
        }
        resume_from(&whole, length, &e, directory);
    }
    outcome_free(&whole);
    experiment_free(&e);
}

static size_t slow_step(size_t quick)
{
    return getenv("FATHOM_SLOW") ? 1 : quick;
}

/* Two points of two seeds, the second without theory, which would take most of the time. The last two networks are the last point:
 * 4 rows of layers, 2 of networks, 2 of summary. */
static void cut_at_every_byte(void **state)
{
    (void)state;
    const Words words = {.axis[FIELD_activation] = "relu,softmax", .axis[FIELD_depth] = "1", .axis[FIELD_width] = "2", .axis[FIELD_batch] = "2", .seeds = "2"};
    cut_everywhere(&words, "each", (const size_t[PARTS]){[FILE_LAYERS] = 4, [FILE_NETWORKS] = 2, [FILE_SUMMARY] = 2}, 1);
}

/* Where a point's seeds are partly there, the summary is made from rows read back: infinities, dead layers, empty cells, thinned rows. */
static void cut_within_a_point(void **state)
{
    (void)state;
    const Words words = {.axis[FIELD_activation] = "relu,softmax", .axis[FIELD_depth] = "1,7", .axis[FIELD_width] = "1", .axis[FIELD_batch] = "1,2",
                         .axis[FIELD_init] = "zeros,gaussian", .axis[FIELD_loss] = "bce", .seeds = "3:5,1", .layers = "every:3"};
    cut_everywhere(&words, "within", (const size_t[PARTS]){[FILE_LAYERS] = 40, [FILE_NETWORKS] = 8, [FILE_SUMMARY] = 10}, slow_step(37));
}

static void cut_without_raw_rows(void **state)
{
    (void)state;
    const Words words = {.axis[FIELD_activation] = "linear", .axis[FIELD_depth] = "1,2", .axis[FIELD_width] = "2", .axis[FIELD_batch] = "2", .seeds = "3",
                         .no_raw = true};
    cut_everywhere(&words, "no-raw", (const size_t[PARTS]){[FILE_NETWORKS] = 8, [FILE_SUMMARY] = 8}, slow_step(11));
}

#define TRAINED                                                                                                                                     \
    .training = true, .lesson = {.data = "blobs", .samples = "20", .every = "2", .snapshots = "0,1,end"}, .axis[FIELD_width] = "2",                 \
    .axis[FIELD_depth] = "1", .axis[FIELD_batch] = "4", .seeds = "2"

/* The same of training: steps, events and timings too; lengths that are an axis; networks that break. The last two networks are the last point:
 * 3 + 2 rows of steps for one and two of the others, 3 rows a layer. */
static void cut_a_training(void **state)
{
    (void)state;
    const Words words = {TRAINED, .axis[FIELD_activation] = "relu,prelu", .axis[FIELD_steps] = "1,3", .axis[FIELD_lr] = "0.1,1e6", .axis[FIELD_dtype] = "float16"};
    cut_everywhere(&words, "training", (const size_t[PARTS]){[FILE_LAYERS] = 18, [FILE_STEPS] = 6, [FILE_EVENTS] = 8, [FILE_NETWORKS] = 2, [FILE_TIMING] = 2, [FILE_SUMMARY] = 9},
                   slow_step(41));
}

static void cut_a_training_without_raw_rows(void **state)
{
    (void)state;
    const Words words = {TRAINED, .axis[FIELD_steps] = "2,3", .layers = "ends", .no_raw = true};
    cut_everywhere(&words, "training-no-raw", (const size_t[PARTS]){[FILE_STEPS] = 8, [FILE_EVENTS] = 16, [FILE_NETWORKS] = 4, [FILE_TIMING] = 4, [FILE_SUMMARY] = 18},
                   slow_step(61));
}

typedef struct {
    const Experiment *e;
    char directory[600];
} Place;

static bool refused(const Place *p, bool force)
{
    return sweep_in(p->e, p->directory, force) == -1;
}

static void put(const Place *p, const char *name, const char *text)
{
    char path[700];
    path_in(path, sizeof path, p->directory, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static bool holds(const Place *p, const char *name, const char *text)
{
    char path[700];
    path_in(path, sizeof path, p->directory, name);
    if (access(path, F_OK) != 0)
        return false;
    char *there = text_of(path);
    const bool same = !strcmp(there, text);
    free(there);
    return same;
}

#define SMALL .axis[FIELD_depth] = "1", .axis[FIELD_width] = "2", .axis[FIELD_batch] = "2", .seeds = "2"

/* A directory without run.json is not fathom's, whatever its files are called; they stay as they are, --force or not. */
static void what_is_not_fathoms_is_left_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"summary.csv", "layers.csv", "networks.csv", "host.json", "notes.txt", ".hidden", "figures"};
    Experiment e = EXPERIMENT(SMALL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Place p = {.e = &e};
        snprintf(p.directory, sizeof p.directory, "%s/foreign-%zu", files.directory, i);
        assert_int_equal(mkdir(p.directory, 0777), 0);
        put(&p, names[i], "precious");
        FAILS(&files, EXIT_USAGE, names[i], refused(&p, false));
        FAILS(&files, EXIT_USAGE, names[i], refused(&p, true));
        assert_true(holds(&p, names[i], "precious"));
    }
    Place p = {.e = &e};
    path_in(p.directory, sizeof p.directory, files.directory, "unborn");
    assert_int_equal(mkdir(p.directory, 0777), 0);
    put(&p, "run.json.part", "{");   /* a run that was killed before it had a name */
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    experiment_free(&e);
}

/* A prediction, and figures of it, may be there before the run, and stay through --force. */
static void a_prediction_may_lie_beside(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(SMALL), other = EXPERIMENT(SMALL, .master = "1");
    Place p = {.e = &e};
    path_in(p.directory, sizeof p.directory, files.directory, "predicted");
    assert_int_equal(mkdir(p.directory, 0777), 0);
    put(&p, "theory.csv", "precious");
    put(&p, "figures", "precious");
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    assert_int_equal(sweep_in(&other, p.directory, true), 0);
    assert_true(holds(&p, "theory.csv", "precious") && holds(&p, "figures", "precious"));
    experiment_free(&e);
    experiment_free(&other);
}

static void another_run_is_refused_and_force_replaces_it(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(SMALL), other = EXPERIMENT(SMALL, .master = "1");
    Outcome old, now, fresh;
    Place p = {.e = &e}, clean = {.e = &other};
    path_in(p.directory, sizeof p.directory, files.directory, "another");
    path_in(clean.directory, sizeof clean.directory, files.directory, "clean");
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    put(&p, "notes.txt", "precious");
    outcome_of(&old, p.directory, &e);
    p.e = &other;
    FAILS(&files, EXIT_USAGE, "seed is 0 there and 1 here", refused(&p, false));
    outcome_of(&now, p.directory, &e);
    for (size_t i = 0; i < PARTS; i++)
        if (old.text[i])
            assert_string_equal(now.text[i], old.text[i]);
    outcome_free(&now);
    assert_int_equal(sweep_in(&other, p.directory, true), 0);
    assert_int_equal(sweep_in(&other, clean.directory, false), 0);
    outcome_of(&now, p.directory, &other);
    outcome_of(&fresh, clean.directory, &other);
    for (size_t i = 0; i < PARTS; i++)
        if (fresh.text[i])
            assert_string_equal(now.text[i], fresh.text[i]);
    assert_true(holds(&p, "notes.txt", "precious"));
    outcome_free(&old);
    outcome_free(&now);
    outcome_free(&fresh);
    experiment_free(&e);
    experiment_free(&other);
}

static void damaged_directories_are_refused(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(SMALL);
    Place p = {.e = &e};
    path_in(p.directory, sizeof p.directory, files.directory, "damaged");
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    put(&p, "layers.csv", "activation;init\nrelu;he-normal\n");
    FAILS(&files, EXIT_DATA, "column names", refused(&p, false));
    assert_true(holds(&p, "layers.csv", "activation;init\nrelu;he-normal\n"));
    put(&p, "run.json", "{\"hash\": ");
    FAILS(&files, EXIT_DATA, "not a run.json", refused(&p, false));
    put(&p, "run.json", "{\"another\": \"tool's\"}");
    FAILS(&files, EXIT_DATA, "not a run.json", refused(&p, true));
    assert_true(holds(&p, "run.json", "{\"another\": \"tool's\"}"));
    experiment_free(&e);
}

static void a_complete_run_is_left_as_it_is(void **state)
{
    (void)state;
    struct stat before, after;
    char path[700];
    Experiment e = EXPERIMENT(SMALL);
    Place p = {.e = &e};
    path_in(p.directory, sizeof p.directory, files.directory, "complete");
    path_in(path, sizeof path, p.directory, "host.json");
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    assert_int_equal(sweep_in(&e, p.directory, true), 0);   /* force replaces another run, not this one */
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    experiment_free(&e);
}

static void a_second_writer_is_locked_out(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(SMALL);
    Store store;
    Place p = {.e = &e};
    path_in(p.directory, sizeof p.directory, files.directory, "locked");
    assert_int_equal(store_open(&store, &e, (Shard){1, 1}, p.directory, false), 0);
    FAILS(&files, EXIT_LOCKED, "in use by another", refused(&p, false));
    FAILS(&files, EXIT_LOCKED, "in use by another", refused(&p, true));
    assert_int_equal(store_close(&store), 0);
    assert_int_equal(sweep_in(&e, p.directory, false), 0);
    experiment_free(&e);
}

static void directories_that_cannot_be_made(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(SMALL);
    Place p = {.e = &e};
    files_text(&files, "file", "");
    path_in(p.directory, sizeof p.directory, files.directory, "file/below");
    FAILS(&files, EXIT_CANTCREATE, "cannot create directory", refused(&p, false));
    path_in(p.directory, sizeof p.directory, files.directory, "file");
    FAILS(&files, EXIT_CANTCREATE, "cannot create directory", refused(&p, false));
    p.directory[0] = '\0';
    FAILS(&files, EXIT_CANTCREATE, "empty name", refused(&p, false));
    char deep[600];
    path_in(deep, sizeof deep, files.directory, "a/b//c/d/");
    assert_int_equal(sweep_in(&e, deep, false), 0);
    experiment_free(&e);
}

/* A data file that is a directory cannot be appended to: the error names it, and nothing leaks or crashes. */
static void files_that_cannot_be_opened(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(TRAINED, .axis[FIELD_steps] = "3");
    char path[700];
    for (FileId i = 0; i < PARTS; i++) {
        Place p = {.e = &e};
        if (!file_wanted(i, &e))
            continue;
        snprintf(p.directory, sizeof p.directory, "%s/blocked-%d", files.directory, (int)i);
        assert_int_equal(sweep_in(&e, p.directory, false), 0);
        path_in(path, sizeof path, p.directory, data_files[i].name);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkdir(path, 0777), 0);
        FAILS(&files, EXIT_NOINPUT, data_files[i].name, refused(&p, false));
    }
    experiment_free(&e);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(cut_within_a_point),
        cmocka_unit_test(cut_without_raw_rows),
        cmocka_unit_test(cut_a_training),
        cmocka_unit_test(cut_a_training_without_raw_rows),
        cmocka_unit_test(what_is_not_fathoms_is_left_alone),
        cmocka_unit_test(a_prediction_may_lie_beside),
        cmocka_unit_test(another_run_is_refused_and_force_replaces_it),
        cmocka_unit_test(damaged_directories_are_refused),
        cmocka_unit_test(a_complete_run_is_left_as_it_is),
        cmocka_unit_test(a_second_writer_is_locked_out),
        cmocka_unit_test(directories_that_cannot_be_made),
        cmocka_unit_test(files_that_cannot_be_opened),
    };
    return cmocka_run_group_tests_name("store", tests, set_up, tear_down);
}
