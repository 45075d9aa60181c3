/* The machine: threads as the environment says, memory as cgroups and limits leave it.
 * The one thing to know: cgroups are a folder of small files, so a test makes its own, of version 1 and version 2.
 * Layout: the kernel's admin-guide/cgroup-v1/memory and cgroup-v2. */
#include <math.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/machine.h"
#include "fixture.h"

static void threads(void **state)
{
    (void)state;
    unsetenv("SLURM_CPUS_PER_TASK");
    const int all = machine_threads(0);
    assert_true(all >= 1 && all <= 128);
    assert_int_equal(machine_threads(3), 3);
    assert_int_equal(machine_threads(1000), 128);
    assert_int_equal(machine_threads(-5), all);
    static const struct {
        const char *slurm;
        int wanted;
    } cases[] = {{"5", 5}, {"1", 1}, {"1000000", 128}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("SLURM_CPUS_PER_TASK", cases[i].slurm, 1);
        assert_int_equal(machine_threads(0), cases[i].wanted);
        assert_int_equal(machine_threads(2), 2);
    }
    static const char *const senseless[] = {"", "0", "-3", "many", "2.5", "nan", "1e400"};
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
        setenv("SLURM_CPUS_PER_TASK", senseless[i], 1);
        assert_int_equal(machine_threads(0), all);
    }
    unsetenv("SLURM_CPUS_PER_TASK");
}

static void write_below(const char *folder, const char *name, const char *text)
{
    char path[500], below[200];
    snprintf(path, sizeof path, "%s/%s", files.directory, folder);
    assert_int_equal(file_make_directory(path), 0);
    snprintf(below, sizeof below, "%s/%s", folder, name);
    files_text(&files, below, text);
}

/* What machine_cgroup says of `membership`, cgroups being mounted at `root`. */
static double left(const char *root, const char *membership)
{
    char mounted[500];
    snprintf(mounted, sizeof mounted, "%s/%s", files.directory, root);
    return machine_cgroup(files_text(&files, "membership", membership), mounted);
}

static void version_two(void **state)
{
    (void)state;
    write_below("two/job/step/task", "memory.max", "max\n");
    write_below("two/job/step/task", "memory.current", "100\n");
    assert_true(left("two", "0::/job/step/task\n") == HUGE_VAL);
    write_below("two/job/step", "memory.max", "5000\n");       /* a limit above counts */
    write_below("two/job/step", "memory.current", "2000\n");
    assert_true(left("two", "0::/job/step/task\n") == 3000);
    assert_true(left("two", "0::/job/step\n") == 3000);
    assert_true(left("two", "0::/job\n") == HUGE_VAL);
    assert_true(left("two", "0::/\n") == HUGE_VAL);
    write_below("two/job/step", "memory.stat", "anon 500\nfile 900\ninactive_file 300\nactive_file 500\nslab 1\n");
    assert_true(left("two", "0::/job/step/task\n") == 3800);    /* page cache gives way */
    write_below("two/job", "memory.max", "1000\n");
    write_below("two/job", "memory.current", "4000\n");
    assert_true(left("two", "0::/job/step/task\n") == 0);       /* never negative */
    write_below("two", "memory.max", "77\n");                   /* in a container, its own group is the root */
    write_below("two", "memory.current", "7\n");
    assert_true(left("two", "0::/not/mounted/here\n") == 70);
}

static void version_one(void **state)
{
    (void)state;
    write_below("one/memory/job", "memory.limit_in_bytes", "6000\n");
    write_below("one/memory/job", "memory.usage_in_bytes", "2500\n");
    const char *const membership = "9:name=systemd:/\n8:cpu,cpuacct:/elsewhere\n4:memory:/job/task\n0::/\n";
    assert_true(left("one", membership) == 3500);
    write_below("one/memory/job", "memory.stat", "cache 900\ninactive_file 1\ntotal_inactive_file 400\ntotal_active_file 100\n");
    assert_true(left("one", membership) == 4000);
    write_below("one/memory", "memory.limit_in_bytes", "9223372036854771712\n");
    write_below("one/memory", "memory.usage_in_bytes", "5000\n");
    assert_true(left("one", membership) == 4000);
}

static void odd_files_mean_no_limit(void **state)
{
    (void)state;
    static const char *const all[] = {"", "\n", ":", "::", "0:", "nonsense", "0::", "4:memory", "0::relative", "0::/a:b\n"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_true(left("none", all[i]) == HUGE_VAL);
    assert_true(machine_cgroup("/nowhere/cgroup", "/nowhere") == HUGE_VAL);
    write_below("odd", "memory.max", "many\n");
    write_below("odd", "memory.current", "12\n");
    assert_true(left("odd", "0::/\n") == HUGE_VAL);
}

/* What is left under a limit of two gigabytes and of none; a macro, since the first argument has another type on every system. */
#define UNDER_LIMIT(resource)                                                  \
    do {                                                                       \
        struct rlimit old_, now_;                                              \
        assert_int_equal(getrlimit(resource, &old_), 0);                       \
        now_ = old_;                                                           \
        now_.rlim_cur = 2000000000;                                            \
        assert_int_equal(setrlimit(resource, &now_), 0);                       \
        const double space_ = machine_address_space(), memory_ = machine_memory(); \
        now_.rlim_cur = 1000;                                                  \
        assert_int_equal(setrlimit(resource, &now_), 0);                       \
        const double none_ = machine_address_space();                          \
        assert_int_equal(setrlimit(resource, &old_), 0);                       \
        assert_true(space_ > 0 && space_ < 2e9 && memory_ <= space_);          \
        assert_true(none_ == 0);                                               \
    } while (0)

static void limits(void **state)
{
    (void)state;
    const double free_now = machine_memory();
    assert_true(free_now > 0 && isfinite(free_now));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    UNDER_LIMIT(RLIMIT_AS);
    UNDER_LIMIT(RLIMIT_DATA);
#endif
}

static void the_clock_moves_forward(void **state)
{
    (void)state;
    const double start = machine_seconds();
    usleep(3000);
    const double passed = machine_seconds() - start;
    assert_true(passed >= 0.003 && passed < 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads),                 cmocka_unit_test(version_two), cmocka_unit_test(version_one),
        cmocka_unit_test(odd_files_mean_no_limit), cmocka_unit_test(limits),      cmocka_unit_test(the_clock_moves_forward),
    };
    return cmocka_run_group_tests_name("machine", tests, set_up, tear_down);
}
