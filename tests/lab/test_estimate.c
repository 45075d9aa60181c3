/* Estimates: counts that are exact, sizes that are near, threads and memory that fit, and refusals before anything is taken.
 * The one thing to know: peak memory against a running process is tests/cli/memory.sh's; here is the arithmetic.
 * A limit on address space stands for a small machine. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <sys/resource.h>

#include "lab/estimate.h"
#include "lab/experiments.h"
#include "lab/record.h"
#include "lab/run.h"
#include "net/pass.h"

static Files files;

static int set_up(void **state)
{
    (void)state;
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

static double size_in(const char *directory, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    char *text = text_of(path);
    const double n = (double)strlen(text);
    free(text);
    return n;
}

/* Rows and networks are those written; bytes, which depend on how many cells are empty, within two fifths. */
static void counts_are_those_of_the_files(void **state)
{
    (void)state;
    const Words all[] = {
        {.axis[FIELD_depth] = "1,30", .axis[FIELD_width] = "64", .axis[FIELD_batch] = "4", .seeds = "20"},
        {.axis[FIELD_depth] = "5,9", .axis[FIELD_width] = "8", .axis[FIELD_loss] = "none,ce", .seeds = "3", .layers = "every:3"},
        {.axis[FIELD_depth] = "40", .axis[FIELD_width] = "8", .axis[FIELD_activation] = "tanh,softmax", .no_raw = true},
        {.axis[FIELD_depth] = "4,30", .axis[FIELD_width] = "16", .axis[FIELD_loss] = "ce", .seeds = "3", .layers = "every:2", .histograms = true},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        Experiment e = experiment_of(&all[i]);
        Job job = {.experiment = &e, .shard = {1, 1}, .progress = "never", .quiet = true};
        char directory[600];
        snprintf(directory, sizeof directory, "%s/run-%zu", files.directory, i);
        job.directory = directory;
        assert_int_equal(estimate_run(&job.cost, &e, job.shard, 2, true), 0);
        assert_int_equal(job.cost.networks, e.points * (int64_t)e.seeds.count);
        int64_t rows = 0, most = 0;
        for (int64_t p = 0; p < e.points; p++) {
            NetSpec spec;
            experiment_point(&e, p, &spec);
            const int64_t kept = thinning_count(e.layers, &spec);
            rows += kept * (int64_t)e.seeds.count;
            most = kept > most ? kept : most;
        }
        assert_int_equal(job.cost.rows, rows);
        assert_int_equal(job.cost.most_kept, most);
        assert_int_equal(run_job(&job), 0);
        const double bytes = (e.raw ? size_in(directory, "layers.csv") : 0) + (e.histograms ? size_in(directory, "histograms.csv") : 0) + size_in(directory, "networks.csv") + size_in(directory, "summary.csv");
        if (fabs(job.cost.file_bytes / bytes - 1) >= 0.4)
            fail_msg("%.0f bytes where %.0f were promised", bytes, job.cost.file_bytes);
        experiment_free(&e);
    }
}

static void shards_add_up(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "3:9", .axis[FIELD_width] = "16", .seeds = "3");
    Cost whole, part;
    assert_int_equal(estimate_run(&whole, &e, (Shard){1, 1}, 1, true), 0);
    int64_t networks = 0, rows = 0;
    double flop = 0;
    for (int64_t i = 1; i <= 9; i++) {
        assert_int_equal(estimate_run(&part, &e, (Shard){i, 9}, 1, true), 0);
        networks += part.networks;
        rows += part.rows;
        flop += part.flop;
    }
    assert_int_equal(networks, whole.networks);
    assert_int_equal(rows, whole.rows);
    assert_true(fabs(flop / whole.flop - 1) < 1e-12);
    experiment_free(&e);
}

static void no_more_threads_than_networks(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "3", .axis[FIELD_width] = "16", .seeds = "3");
    Cost est;
    assert_int_equal(estimate_run(&est, &e, (Shard){1, 1}, 128, true), 0);
    assert_int_equal(est.threads, 3);
    assert_true(est.slots >= est.threads);
    assert_int_equal(estimate_run(&est, &e, (Shard){2, 2}, 128, true), 0);   /* a share without a point */
    assert_int_equal(est.networks, 0);
    assert_int_equal(est.threads, 1);
    experiment_free(&e);
}

/* A thread more takes its workspace, its rows and its slots more; without a directory there is no point to summarise. */
static void memory_grows_as_it_should(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "100", .axis[FIELD_width] = "64", .seeds = "1000");
    Cost one, two, piped;
    NetSpec spec;
    experiment_point(&e, 0, &spec);
    assert_int_equal(estimate_run(&one, &e, (Shard){1, 1}, 1, true), 0);
    assert_int_equal(estimate_run(&two, &e, (Shard){1, 1}, 2, true), 0);
    assert_int_equal(estimate_run(&piped, &e, (Shard){1, 1}, 1, false), 0);
    assert_true(one.pass_bytes == pass_bytes(&spec, experiment_engine(&e, &spec, NULL), true));
    assert_true(two.memory - one.memory > one.pass_bytes && two.memory - one.memory < 1.1 * one.pass_bytes + 2e6);
    assert_true(fabs(one.memory - piped.memory - 14.0 * 8 * 101 * 1000) < 1e6);
    experiment_free(&e);
}

static bool refused(const Experiment *e, int threads)
{
    Cost est;
    return estimate_run(&est, e, (Shard){1, 1}, threads, true) == -1;
}

static void what_cannot_fit_is_refused(void **state)
{
    (void)state;
    const Words all[] = {
        {.axis[FIELD_width] = "2e6", .axis[FIELD_depth] = "2", .engine = "dense"},
        {.axis[FIELD_depth] = "4e9", .axis[FIELD_width] = "100"},
        {.axis[FIELD_batch] = "1e6"},
        {.axis[FIELD_loss] = "ce", .axis[FIELD_outputs] = "1e9", .axis[FIELD_batch] = "1e6"},
        {.axis[FIELD_depth] = "2e6", .axis[FIELD_width] = "1", .seeds = "1e4"},   /* the summary of a point */
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        Experiment e = experiment_of(&all[i]);
        FAILS(&files, EXIT_TOOBIG, "of memory", refused(&e, 1));
        experiment_free(&e);
    }
}

static double address_space(void)
{
    double pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lf", &pages), 1);
    fclose(f);
    return pages * (double)sysconf(_SC_PAGESIZE);
}

/* Fewer threads, then redrawn weights, then a refusal, as the limit comes down. Sanitizers map too much for such limits. */
static void limits_are_respected(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip();
#endif
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "40", .axis[FIELD_width] = "1024", .seeds = "8");
    NetSpec spec;
    struct rlimit old, now;
    Cost est;
    experiment_point(&e, 0, &spec);
    assert_int_equal(getrlimit(RLIMIT_AS, &old), 0);
    now = old;
    const double gigabytes[] = {8, 3, 1.5};
    int threads = 4;
    for (size_t i = 0; i < 3; i++) {
        now.rlim_cur = (rlim_t)(gigabytes[i] * 1e9);
        assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
        assert_int_equal(estimate_run(&est, &e, (Shard){1, 1}, 4, true), 0);
        assert_true(est.threads <= threads && est.threads >= 1);
        assert_true(est.memory < gigabytes[i] * 1e9);
        threads = est.threads;
    }
    assert_true(threads < 4);
    assert_true(est.pass_bytes == pass_bytes(&spec, experiment_engine(&e, &spec, NULL), false));
    now.rlim_cur = (rlim_t)(address_space() + 200e6);
    assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
    FAILS(&files, EXIT_TOOBIG, "address space", refused(&e, 4));
    assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
    experiment_free(&e);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_files),
        cmocka_unit_test(shards_add_up),
        cmocka_unit_test(no_more_threads_than_networks),
        cmocka_unit_test(memory_grows_as_it_should),
        cmocka_unit_test(what_cannot_fit_is_refused),
        cmocka_unit_test(limits_are_respected),
    };
    return cmocka_run_group_tests_name("estimate", tests, set_up, tear_down);
}
