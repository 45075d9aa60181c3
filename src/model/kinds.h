/* The smaller registries: architectures, normalisations, losses, number formats, and what training chooses from.
 * The one thing to know: a capability is listed when it works; its row is all that lists, help and axes need.
 * Which output layer goes with which loss and which task is one table in kinds.c. */
#ifndef MODEL_KINDS_H
#define MODEL_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/registry.h"

typedef enum { LOSS_NONE, LOSS_MSE, LOSS_BCE, LOSS_CE } LossKind;

typedef struct {
    Named named;
    LossKind kind;
    int64_t outputs;   /* default width of the readout; 0: no readout */
} Loss;

/* What the readout's outputs y are made into. */
typedef enum { HEAD_LINEAR, HEAD_SIGMOID, HEAD_SOFTMAX, HEAD_COUNT, HEAD_AUTO = HEAD_COUNT } HeadKind;

typedef struct {
    Named named;
    HeadKind kind;
} Head;

typedef enum { TASK_NONE, TASK_REGRESSION, TASK_BINARY, TASK_MULTICLASS, TASK_MULTILABEL, TASK_COUNT } TaskKind;

typedef struct {
    Named named;
    TaskKind kind;
    HeadKind head;     /* the matching one */
} Task;

typedef enum { OPTIMIZER_SGD, OPTIMIZER_MOMENTUM, OPTIMIZER_ADAM, OPTIMIZER_RMSPROP } OptimizerKind;

typedef struct {
    Named named;
    OptimizerKind kind;
    double lr;         /* the learning rate where none is given */
} Optimizer;

typedef enum { SCHEDULE_CONSTANT, SCHEDULE_COSINE, SCHEDULE_WARMUP } ScheduleKind;

typedef struct {
    Named named;
    ScheduleKind kind;
} Schedule;

typedef enum { LOSS_SCALE_NONE, LOSS_SCALE_FIXED, LOSS_SCALE_DYNAMIC } LossScaleKind;

typedef struct {
    Named named;
    LossScaleKind kind;
} LossScaling;

typedef enum { DATA_MNIST, DATA_IDX, DATA_CSV, DATA_SPIRALS, DATA_XOR, DATA_TEACHER, DATA_BLOBS, DATA_MULTILABEL } DataKind;

/* What `--data` names. Sets with an operand are read from files, the others are made. */
typedef struct {
    Named named;
    DataKind kind;
    const char *operand;   /* "DIR": what stands after the colon; NULL: made */
    TaskKind task;         /* where none is asked for; TASK_NONE: one must be */
    unsigned serves;       /* the tasks it can serve: Σ 1 << TaskKind */
    int64_t width;         /* of made data; 0: as the files say */
    int64_t samples;       /* of made data, where no number is given */
} Data;

extern const Registry archs, norms, losses;
extern const Registry heads, tasks, optimizers, schedules, scalings, datasets;

const Loss *loss_of(Choice choice);
const Head *head_of(Choice choice);
const Task *task_of(Choice choice);
const Optimizer *optimizer_of(Choice choice);
const Schedule *schedule_of(Choice choice);
const LossScaling *loss_scaling_of(Choice choice);
const Data *data_of(Choice choice);

const char *loss_name(LossKind kind);
const char *head_name(HeadKind kind);
const char *head_about(HeadKind kind);   /* "probabilities that sum to 1: for multiclass tasks" */
const char *task_name(TaskKind kind);

/* The head that a loss alone implies: linear for mse, sigmoid for bce, softmax for ce. */
HeadKind loss_head(LossKind loss);

/* The head that matches a task. */
HeadKind task_head(TaskKind task);

/* The loss of a task with a head, where none is asked for. */
LossKind task_loss(TaskKind task, HeadKind head);

/* How wide the readout is: the data's targets (labels, classes), but a softmax needs two outputs for a binary task. */
int64_t task_outputs(TaskKind task, HeadKind head, int64_t targets);

/* Why a loss does not go with a head, or NULL where it does. */
const char *head_refusal(HeadKind head, LossKind loss);

/* Why the three do not go together on data with so many targets, or NULL where they do. */
const char *task_refusal(TaskKind task, HeadKind head, LossKind loss, int64_t targets);

#endif
