/* The data files of a run: one row each.
 * The one thing to know: how many lines a network (or a point) has in each follows from the specification, so that a run that was cut knows
 * where it was, and shards can be put together line by line. */
#ifndef LAB_FILES_H
#define LAB_FILES_H

#include "lab/experiment.h"

/* In the order in which a network's text is appended: what describes comes after what it describes. */
typedef enum { FILE_LAYERS, FILE_HISTOGRAMS, FILE_STEPS, FILE_EVENTS, FILE_NETWORKS, FILE_TIMING, FILE_SUMMARY, FILE_COUNT } FileId;

typedef struct {
    const char *name;
    void (*header)(Text *out, const Experiment *e);
    int64_t (*lines)(const Experiment *e, const NetSpec *spec);   /* of a network, or of a point */
    bool (*wanted)(const Experiment *e);                          /* NULL: always */
    bool per_point;                                               /* written with a point's last network */
} DataFile;

extern const DataFile data_files[FILE_COUNT];

bool file_wanted(FileId file, const Experiment *e);

#endif
