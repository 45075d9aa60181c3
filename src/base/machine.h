/* The machine: how many CPUs and how much memory this process may use.
 * The one thing to know: limits of cgroups and of setrlimit count, not only what the hardware has. */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

#include <stddef.h>

#include "base/text.h"

/* Threads to use: `asked` if positive, else SLURM_CPUS_PER_TASK, else the CPUs this process may run on; 1 … 128. */
int machine_threads(int asked);

/* Bytes this process may still take: the least of free memory, the cgroup's and RLIMIT_AS's and RLIMIT_DATA's limits. */
double machine_memory(void);

/* Bytes of address space that RLIMIT_AS and RLIMIT_DATA leave this process, touched or not; infinity where there is no limit. */
double machine_address_space(void);

/* What the memory cgroups named in `membership` (/proc/self/cgroup), and those above them, leave; their page cache counts as free.
 * Infinity where there is no limit. `root` is where cgroups are mounted; both are arguments for the sake of tests. */
double machine_cgroup(const char *membership, const char *root);

/* The CPU's name, "unknown" where the system does not say. */
void machine_cpu(char *name, size_t room);

/* Seconds on a clock that only moves forward. */
double machine_seconds(void);

/* The words this process was started with, a NUL after each; nothing where the system does not tell. */
void machine_command_line(Text *out);

#endif
