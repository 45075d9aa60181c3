/* Manifests: run.json written, read back to the same experiment, compared, and refused where it is not one.
 * The one thing to know: a round trip must give the same hash, for every kind of axis, seed and input.
 * What a fathom does not know it must not pass over: that would be another run. */
#include <gsl/gsl_errno.h>
#include <jansson.h>

#include "fixture.h"
#include "lab/experiments.h"
#include "lab/manifest.h"

static const char *write_manifest(const Experiment *e, Shard shard)
{
    Text text = {0};
    manifest_text(&text, e, shard);
    const char *path = files_text(&files, "run.json", text_str(&text));
    text_free(&text);
    return path;
}

static void round_trip(const Words *words)
{
    Experiment e = experiment_of(words), again;
    Manifest *m = manifest_open(write_manifest(&e, (Shard){1, 1}));
    Words read = {.seeds = NULL};
    Text hash = {0};
    assert_non_null(m);
    assert_int_equal(manifest_experiment(m, &read, &again), 0);
    assert_int_equal(experiment_hash(&again), experiment_hash(&e));
    assert_int_equal(again.points, e.points);
    text_format(&hash, "%016llx", (unsigned long long)experiment_hash(&e));
    assert_string_equal(manifest_hash(m), text_str(&hash));
    experiment_free(&again);
    manifest_close(m);
    experiment_free(&e);
    text_free(&hash);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    char data[600];
    snprintf(data, sizeof data, "csv:%s", files_text(&files, "a \"b\" \xc3\xa9.csv", "a,b\n1,2\n3,5\n"));
    const Words all[] = {
        {.seeds = NULL},
        {.histograms = true},
        {.seeds = "4294967295,0,7:9", .master = "9007199254740991", .layers = "every:3", .no_raw = true, .generator = "ranlxd2"},
        {.axis[FIELD_activation] = "elu:2.385,silu,leaky-relu:-0.5", .axis[FIELD_init] = "auto,orthogonal:1.5,constant:0.1"},
        {.axis[FIELD_depth] = "10,10,20", .axis[FIELD_width] = "64,128,64", .axis[FIELD_batch] = "1:3", .zip = "batch,width,depth"},
        {.axis[FIELD_sigma_w] = "0.1:0.3:0.1,1e-4:1:l9", .axis[FIELD_sigma_b] = "0.30000000000000004", .layers = "ends"},
        {.axis[FIELD_loss] = "ce,mse", .axis[FIELD_outputs] = "2,3", .axis[FIELD_input_corr] = "0.5", .axis[FIELD_input_width] = "7", .input = "sphere"},
        {.input = data, .axis[FIELD_batch] = "1,2"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        round_trip(&all[i]);
}

static void words_given_stay(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "3", .axis[FIELD_width] = "4", .seeds = "2", .master = "5", .input = "sphere");
    Manifest *m = manifest_open(write_manifest(&e, (Shard){1, 1}));
    Words words = {.axis[FIELD_depth] = "9", .master = "6", .input = "gaussian"};
    Experiment again;
    assert_int_equal(manifest_experiment(m, &words, &again), 0);
    assert_string_equal(words.axis[FIELD_depth], "9");
    assert_string_equal(words.axis[FIELD_width], "4");
    assert_string_equal(words.seeds, "0:1");
    assert_string_equal(words.master, "6");
    assert_string_equal(words.input, "gaussian");
    experiment_free(&again);
    manifest_close(m);
    experiment_free(&e);
}

static void shards(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "3,4");
    Text why = {0};
    Manifest *m = manifest_open(write_manifest(&e, (Shard){2, 5}));
    assert_int_equal(manifest_shard(m).index, 2);
    assert_int_equal(manifest_shard(m).count, 5);
    manifest_close(m);
    assert_int_equal(manifest_same(files.path, &e, (Shard){2, 5}, &why), 1);
    assert_int_equal(manifest_same(files.path, &e, (Shard){1, 5}, &why), 0);
    assert_non_null(strstr(text_str(&why), "shard"));
    text_clear(&why);
    assert_int_equal(manifest_same(files.path, &e, (Shard){1, 1}, &why), 0);
    assert_non_null(strstr(text_str(&why), "absent here"));
    static const char *const senseless[] = {"0/1", "2/1", "-1/4", "x", "1/1000001", "99999999999999999999/3", ""};
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"hash\": \"0\", \"axes\": {}, \"shard\": \"%s\"}", senseless[i]);
        m = manifest_open(files_text(&files, "run.json", text));
        assert_int_equal(manifest_shard(m).count, 0);
        manifest_close(m);
    }
    text_free(&why);
    experiment_free(&e);
}

static void check_differs(const Words *one, const Words *other, const char *part)
{
    Experiment e = experiment_of(one), f = experiment_of(other);
    Text why = {0};
    const char *path = write_manifest(&e, (Shard){1, 1});
    assert_int_equal(manifest_same(path, &e, (Shard){1, 1}, &why), 1);
    assert_int_equal(manifest_same(path, &f, (Shard){1, 1}, &why), 0);
    if (!strstr(text_str(&why), part))
        fail_msg("wanted \"%s\", got \"%s\"", part, text_str(&why));
    text_free(&why);
    experiment_free(&e);
    experiment_free(&f);
}

static void what_differs_is_named(void **state)
{
    (void)state;
    check_differs(&(Words){.axis[FIELD_depth] = "3"}, &(Words){.axis[FIELD_depth] = "4"}, "depth is \"3\" there and \"4\" here");
    check_differs(&(Words){.axis[FIELD_sigma_w] = "3"}, &(Words){.seeds = NULL}, "sigma_w is \"3\" there and absent here");
    check_differs(&(Words){.seeds = NULL}, &(Words){.axis[FIELD_sigma_w] = "3"}, "sigma_w is absent there");
    check_differs(&(Words){.seeds = "3"}, &(Words){.seeds = "4"}, "seeds is \"0:2\" there and \"0:3\" here");
    check_differs(&(Words){.master = "3"}, &(Words){.master = "4"}, "seed is 3 there and 4 here");
    check_differs(&(Words){.generator = "taus2"}, &(Words){.seeds = NULL}, "generator is \"taus2\"");
    check_differs(&(Words){.layers = "ends"}, &(Words){.seeds = NULL}, "layers is \"ends\"");
    check_differs(&(Words){.no_raw = true}, &(Words){.seeds = NULL}, "raw is false there and true here");
    check_differs(&(Words){.histograms = true}, &(Words){.seeds = NULL}, "histograms is true there and absent here");
    check_differs(&(Words){.seeds = NULL}, &(Words){.histograms = true}, "histograms is absent there and true here");
    check_differs(&(Words){.input = "sphere"}, &(Words){.seeds = NULL}, "input is \"sphere\"");
}

/* Another version of the format or of the numbers is another run, whatever else is equal. */
static void versions_are_part_of_it(void **state)
{
    (void)state;
    static const char *const keys[] = {"schema", "numerics"};
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "3");
    for (size_t i = 0; i < 2; i++) {
        json_t *root = json_load_file(write_manifest(&e, (Shard){1, 1}), 0, NULL);
        Text why = {0};
        assert_true(json_is_integer(json_object_get(root, keys[i])));
        json_object_set_new(root, keys[i], json_integer(999));
        assert_int_equal(json_dump_file(root, files.path, 0), 0);
        json_decref(root);
        assert_int_equal(manifest_same(files.path, &e, (Shard){1, 1}, &why), 0);
        assert_non_null(strstr(text_str(&why), keys[i]));
        text_free(&why);
    }
    experiment_free(&e);
}

static bool opens(const char *text, size_t n)
{
    Manifest *m = manifest_open(files_write(&files, "bad.json", text, n));
    manifest_close(m);
    return m;
}

static void what_is_not_a_manifest(void **state)
{
    (void)state;
    static const char *const all[] = {"", "{", "[]", "null", "3", "\"x\"", "{}", "{\"hash\": 3, \"axes\": {}}", "{\"hash\": \"3\"}", "{\"hash\": \"3\", \"axes\": []}",
                                      "{\"hash\": \"3\", \"axes\": {}} x", "{\"hash\": \"3\", \"hash\": \"4\", \"axes\": {}}", "{\"hash\": \"\\u0000\", \"axes\": {}}",
                                      "{\"hash\": \"\xff\", \"axes\": {}}"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        FAILS(&files, EXIT_DATA, "is not a run.json of fathom", !opens(all[i], strlen(all[i])));
    static char deep[200000];
    memset(deep, '[', sizeof deep);
    FAILS(&files, EXIT_DATA, "is not a run.json of fathom", !opens(deep, sizeof deep));
    FAILS(&files, EXIT_NOINPUT, "cannot open", !manifest_open("/nowhere/run.json"));
    FAILS(&files, EXIT_NOINPUT, "cannot read", !manifest_open(files.directory));
    FAILS(&files, EXIT_DATA, "longer than", !manifest_open("/dev/zero"));
}

static bool words_refused(const char *text)
{
    Words words = {.seeds = NULL};
    Manifest *m = manifest_open(files_text(&files, "bad.json", text));
    assert_non_null(m);
    Experiment unread;
    const bool refused = manifest_experiment(m, &words, &unread) == -1;
    experiment_free(&unread);
    manifest_close(m);
    return refused;
}

static void what_would_be_passed_over_is_refused(void **state)
{
    (void)state;
#define START "{\"hash\": \"3\", \"schema\": 1, "
    static const char *const all[][2] = {
        {START "\"axes\": {\"dropout\": \"0.5\"}}", "an axis 'dropout'"},
        {START "\"axes\": {\"depth\": 5}}", "'depth' is not a text"},
        {START "\"axes\": {\"depth\": null}}", "'depth' is not a text"},
        {START "\"axes\": {}, \"seeds\": 5}", "'seeds' is not a text"},
        {START "\"axes\": {}, \"zip\": [\"depth\", \"width\"]}", "'zip' is not a text"},
        {START "\"axes\": {}, \"generator\": 1}", "'generator' is not a text"},
        {START "\"axes\": {}, \"seed\": \"5\"}", "'seed'"},
        {START "\"axes\": {}, \"seed\": 5.5}", "'seed'"},
        {START "\"axes\": {}, \"raw\": \"no\"}", "'raw'"},
        {START "\"axes\": {}, \"histograms\": 1}", "'histograms'"},
        {"{\"hash\": \"3\", \"axes\": {}}", "another version"},
        {"{\"hash\": \"3\", \"axes\": {}, \"schema\": 2}", "another version"},
        {"{\"hash\": \"3\", \"axes\": {}, \"schema\": \"1\"}", "another version"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        FAILS(&files, EXIT_DATA, all[i][1], words_refused(all[i][0]));
}

/* --from must not quietly read a file whose content is no longer that of the run. */
static void data_that_changed_are_noticed(void **state)
{
    (void)state;
    char data[600];
    snprintf(data, sizeof data, "csv:%s", files_text(&files, "changes.csv", "a,b\n1,2\n3,5\n"));
    Experiment e = EXPERIMENT(.input = data, .axis[FIELD_batch] = "2");
    Manifest *m = manifest_open(write_manifest(&e, (Shard){1, 1}));
    files_text(&files, "changes.csv", "a,b\n1,2\n3,6\n");
    Experiment f;
    Words words = {.seeds = NULL};
    FAILS(&files, EXIT_DATA, "is not the file", manifest_experiment(m, &words, &f) == -1);
    manifest_close(m);
    experiment_free(&e);
    experiment_free(&f);
}

static void host_is_json_whatever_the_words(void **state)
{
    (void)state;
    static const char hostile[] = "fathom\0\xff\xfe\"\\\n";
    Text text = {0}, words = {0};
    text_bytes(&words, hostile, sizeof hostile);
    manifest_host(&text, &words, 3, 1.5);
    text_free(&words);
    json_t *root = json_loads(text_str(&text), 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "threads")), 3);
    assert_int_equal(json_array_size(json_object_get(root, "command_line")), 2);
    static const char *const keys[] = {"written", "seconds", "host", "system", "fathom", "compiler", "gsl", "blas", "blas_core"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_object_get(root, keys[i]));
    json_decref(root);
    text_free(&text);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(words_given_stay),
        cmocka_unit_test(shards),
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(versions_are_part_of_it),
        cmocka_unit_test(what_is_not_a_manifest),
        cmocka_unit_test(what_would_be_passed_over_is_refused),
        cmocka_unit_test(data_that_changed_are_noticed),
        cmocka_unit_test(host_is_json_whatever_the_words),
    };
    return cmocka_run_group_tests_name("manifest", tests, set_up, tear_down);
}
