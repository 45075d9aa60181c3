/* Lessons: what networks are trained on, and what is written down of it.
 * The one thing to know: how many rows a network gives is a function of its point alone, so that a run that was cut knows where it was;
 * a network that breaks gives its rows all the same, with the status that says so. */
#ifndef LAB_LESSONS_H
#define LAB_LESSONS_H

#include "base/text.h"
#include "model/spec.h"
#include "net/samples.h"

typedef struct {
    Samples *samples;          /* NULL: nothing is trained */
    const char *data;          /* as typed */
    TaskKind asked;            /* TASK_NONE: the data's own */
    int64_t made;              /* --samples; 0: the set's own number */
    double test_fraction;      /* NOT_GIVEN: the usual one */
    int64_t every;             /* steps.csv: step 1, every K-th and the last */
    int64_t *snapshots;        /* layers.csv: after so many steps, ascending; LESSONS_END is the last step */
    size_t n_snapshots;
    double target;             /* test accuracy, or for a regression test loss; NOT_GIVEN: none */
} Lessons;

#define LESSONS_END INT64_MAX

/* What the user typed; NULL where nothing was. */
typedef struct {
    const char *data, *task, *samples, *test_fraction, *every, *snapshots, *target;
} LessonWords;

/* Read the words and open the data: 2, 65, 66 after error(). `input` is filled in. */
int lessons_read(Lessons *l, const LessonWords *words, uint64_t seed, Input *input);
void lessons_free(Lessons *l);

/* The snapshots of a network of so many steps: how many, and after how many steps the k-th is taken. Those beyond its end fall away; the
 * last step counts once. */
int64_t lessons_snapshots(const Lessons *l, int64_t steps);
int64_t lessons_snapshot(const Lessons *l, int64_t steps, int64_t k);

/* Is step 1 … steps written to steps.csv; how many are. */
bool lessons_writes(const Lessons *l, int64_t steps, int64_t step);
int64_t lessons_rows(const Lessons *l, int64_t steps);

/* Canonical texts: "0,end", "none"; and all of it, a line a fact. */
void lessons_snapshots_text(Text *out, const Lessons *l);
void lessons_text(Text *out, const Lessons *l);

#endif
