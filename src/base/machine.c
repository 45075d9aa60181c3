/* The machine: CPUs, memory, clock.
 * The one thing to know: on Linux, MemAvailable and the cgroup files (v2, then v1) tell what is left; elsewhere half of memory is taken. */
#include "base/machine.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { MOST_THREADS = 128 };

int machine_threads(int asked)
{
    int64_t n = asked;
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    if (n <= 0 && !(slurm && text_to_whole(slurm, &n)))
        n = 0;
#ifdef __linux__
    cpu_set_t set;
    if (n <= 0 && sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
#endif
    if (n <= 0)
        n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (int)n;
}

/* The number a small file begins with, or infinity ("max", or no such file). */
static double number_in(const char *path)
{
    FILE *f = fopen(path, "re");
    double x = HUGE_VAL;
    if (f && fscanf(f, "%lf", &x) != 1)
        x = HUGE_VAL;
    if (f)
        fclose(f);
    return x;
}

static double available(void)
{
    FILE *f = fopen("/proc/meminfo", "re");
    double kilobytes = -1;
    char line[128];
    while (f && kilobytes < 0 && fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lf kB", &kilobytes) != 1)
            kilobytes = -1;
    if (f)
        fclose(f);
    if (kilobytes >= 0)
        return 1024 * kilobytes;
    return 0.5 * (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

static double cgroup_left(void)
{
    static const char *const limits[][2] = {
        {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"},
    };
    double left = HUGE_VAL;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const double most = number_in(limits[i][0]), used = number_in(limits[i][1]);
        if (isfinite(most) && isfinite(used))
            left = fmin(left, fmax(most - used, 0));
    }
    return left;
}

/* What RLIMIT_AS and RLIMIT_DATA leave, given the address space already mapped. */
static double rlimit_left(void)
{
    double pages = 0, left = HUGE_VAL;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f && fscanf(f, "%lf", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    struct rlimit r;
    if (getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY)
        left = fmin(left, (double)r.rlim_cur - pages * (double)sysconf(_SC_PAGESIZE));
    if (getrlimit(RLIMIT_DATA, &r) == 0 && r.rlim_cur != RLIM_INFINITY)
        left = fmin(left, (double)r.rlim_cur);
    return fmax(left, 0);
}

double machine_memory(void)
{
    return fmin(available(), fmin(cgroup_left(), rlimit_left()));
}

void machine_cpu(char *name, size_t room)
{
    FILE *f = fopen("/proc/cpuinfo", "re");
    char line[256], model[128] = "unknown";
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "model name : %127[^\n]", model) == 1)
            break;
    if (f)
        fclose(f);
    snprintf(name, room, "%s", model);
}

double machine_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
