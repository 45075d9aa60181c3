/* Samples to learn from: what `--data` names, split into a training and a test part, with targets.
 * The one thing to know: opened once, never changed, shared by all workers; all of it follows from the data's word, the task, the number of
 * made samples, the test fraction and the master seed.
 * Inputs are standardised by the training part's mean and variance (IDX as one population, tables column by column; constant columns are 0);
 * so are the targets of a regression. Images stay as bytes. */
#ifndef NET_SAMPLES_H
#define NET_SAMPLES_H

#include <stdint.h>

#include "model/kinds.h"
#include "num/rng.h"

typedef struct Samples Samples;

typedef struct {
    const char *data;        /* "mnist:DIR", "idx:IMAGES,LABELS", "csv:FILE", "spirals:1.5", … */
    TaskKind task;           /* TASK_NONE: the data's own */
    int64_t samples;         /* of made data, training and test part together; 0: the set's own number */
    double test_fraction;    /* of data that come without a test part; NOT_GIVEN: 0.2 */
    uint64_t seed;           /* the master seed */
} SamplesPlan;

typedef struct {
    const Data *data;
    TaskKind task;
    int64_t train, test;     /* rows of either part */
    int64_t width;           /* numbers a row */
    int64_t targets;         /* 1 for binary, the classes, the labels, the real targets */
    char identity[32];       /* "mnist:9a3f00c1" (CRC-32 of the content), "spirals:1.5@2000" */
} SamplesFacts;

typedef enum { PART_TRAIN, PART_TEST } SamplesPart;

/* NULL after error(): 2 for words that do not go together, 66 where a file is absent, 65 where it is not what it should be. */
Samples *samples_open(const SamplesPlan *plan);
void samples_close(Samples *s);
const SamplesFacts *samples_facts(const Samples *s);

/* Inputs of n rows of a part, given by index: x is n × width. Nothing is allocated. */
void samples_inputs(const Samples *s, SamplesPart part, const int64_t *rows, int64_t n, double *x);
void samples_inputsf(const Samples *s, SamplesPart part, const int64_t *rows, int64_t n, float *x);

/* Their targets: n × task_outputs(task, head, targets). 0 or 1, one-hot for classes, real for a regression. */
void samples_targets(const Samples *s, SamplesPart part, const int64_t *rows, int64_t n, HeadKind head, double *t);

#endif
