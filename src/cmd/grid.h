/* The grid's options: what defines an experiment, for every command that takes one.
 * The one thing to know: the options that define a network are the rows of fields.def; each writes a word into Words. */
#ifndef CMD_GRID_H
#define CMD_GRID_H

#include "base/opt.h"
#include "lab/experiment.h"
#include "lab/manifest.h"

enum { GRID_GROUPS = 5 };

/* The groups of sweep and theory: the network's axes, input, grid; and those of train: network, training, data, grid, records. They return
 * how many. */
size_t grid_groups(Words *words, OptGroup out[GRID_GROUPS]);
size_t grid_training_groups(Words *words, OptGroup out[GRID_GROUPS]);

/* Read the experiment, taking from the run.json `from` (may be NULL) what `words` does not say. */
typedef struct {
    Experiment experiment;
    Manifest *from;   /* owns words of the experiment */
} Grid;

int grid_open(Grid *grid, Words *words, const char *from);
void grid_close(Grid *grid);

#endif
