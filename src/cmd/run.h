/* Running an experiment from the shell: what sweep and train have in common, where results go and how a run is carried out.
 * The one thing to know: -o - is one CSV file on standard output; every other run has a directory, which is printed. */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "base/opt.h"
#include "cmd/cmd.h"
#include "cmd/grid.h"
#include "lab/run.h"

typedef struct {
    Words words;
    const char *from, *output, *shard, *progress;
    const char *label;   /* Job's */
    int64_t threads;
    bool force, dry_run, quiet, verbose;
} RunArgs;

/* Two groups: what comes out, and how it runs. Returns 2. */
size_t run_groups(RunArgs *args, OptGroup out[2]);

/* For a command that another one runs. */
void run_as_part(RunArgs *args, const Part *part);

/* Run it, or with --dry-run print what it would cost. `command` names the default directory. */
int run_experiment(const RunArgs *args, const Experiment *e, const char *command);

/* What the run would cost; 71 where it does not fit. */
int run_cost(const RunArgs *args, const Experiment *e, Job *job);

/* Is what --dump asks for one network, and nothing beside it? 2 after error(). */
int run_check_dump(const RunArgs *args, const char *directory, const Experiment *e);

#endif
