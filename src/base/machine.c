/* The machine: CPUs, memory, clock.
 * The one thing to know: on Linux, MemAvailable and the files of the cgroup and its parents (v1, v2) tell what is left; elsewhere half of memory is taken. */
#include "base/machine.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>


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

/* What a group's page cache holds, which gives way where memory is needed: 0 where it is not told. */
static double cache_in(const char *path, const char *active, const char *inactive)
{
    FILE *f = fopen(path, "re");
    char name[64];
    double bytes, sum = 0;
    while (f && fscanf(f, "%63s %lf", name, &bytes) == 2)
        if (!strcmp(name, active) || !strcmp(name, inactive))
            sum += bytes;
    if (f)
        fclose(f);
    return sum;
}

/* The names of version 1's and version 2's files. */
typedef struct {
    const char *folder, *most, *used, *active, *inactive;
} CgroupFiles;

static double cgroup_folder_left(const CgroupFiles *v, const char *folder)
{
    Text path = {0};
    text_format(&path, "%s/%s", folder, v->most);
    const double most = number_in(text_str(&path));
    text_clear(&path);
    text_format(&path, "%s/%s", folder, v->used);
    const double used = number_in(text_str(&path));
    text_clear(&path);
    text_format(&path, "%s/memory.stat", folder);
    const double cache = isfinite(most) && isfinite(used) ? cache_in(text_str(&path), v->active, v->inactive) : 0;
    text_free(&path);
    return isfinite(most) && isfinite(used) ? fmax(most - fmax(used - cache, 0), 0) : HUGE_VAL;
}

/* The least over a group and all above it; `path` is cut. */
static double cgroup_path_left(const CgroupFiles *v, const char *root, char *path)
{
    double left = HUGE_VAL;
    for (;;) {
        Text folder = {0};
        text_format(&folder, "%s%s%s", root, v->folder, path);
        left = fmin(left, cgroup_folder_left(v, text_str(&folder)));
        text_free(&folder);
        char *slash = strrchr(path, '/');
        if (!slash)
            return left;
        *slash = '\0';
    }
}

double machine_cgroup(const char *membership, const char *root)
{
    static const CgroupFiles one = {"/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_active_file", "total_inactive_file"};
    static const CgroupFiles two = {"", "memory.max", "memory.current", "active_file", "inactive_file"};
    FILE *f = fopen(membership, "re");
    char line[4096], nowhere[] = "";
    double left = fmin(cgroup_path_left(&one, root, nowhere), cgroup_path_left(&two, root, nowhere));
    while (f && fgets(line, sizeof line, f)) {
        char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        if (!strcmp(controllers, ":"))
            left = fmin(left, cgroup_path_left(&two, root, path));
        else if (strstr(controllers, "memory"))
            left = fmin(left, cgroup_path_left(&one, root, path));
    }
    if (f)
        fclose(f);
    return left;
}

double machine_address_space(void)
{
    double pages = 0, data = 0, left = HUGE_VAL;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f && fscanf(f, "%lf %*f %*f %*f %*f %lf", &pages, &data) != 2)
        pages = data = 0;
    if (f)
        fclose(f);
    struct rlimit r;
    if (getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY)
        left = fmin(left, (double)r.rlim_cur - pages * (double)sysconf(_SC_PAGESIZE));
    if (getrlimit(RLIMIT_DATA, &r) == 0 && r.rlim_cur != RLIM_INFINITY)
        left = fmin(left, (double)r.rlim_cur - data * (double)sysconf(_SC_PAGESIZE));
    return fmax(left, 0);
}

double machine_memory(void)
{
    return fmin(available(), fmin(machine_cgroup("/proc/self/cgroup", "/sys/fs/cgroup"), machine_address_space()));
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

void machine_command_line(Text *out)
{
    char block[4096];
    size_t n;
    FILE *f = fopen("/proc/self/cmdline", "re");
    while (f && (n = fread(block, 1, sizeof block, f)) > 0)
        text_bytes(out, block, n);
    if (f)
        fclose(f);
}
