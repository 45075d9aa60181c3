/* The smaller registries, as tables.
 * The one thing to know: losses average as PyTorch's do (mse and bce over batch and outputs, ce over the batch).
 * Sources stand in the rows; the pairing of tasks and output layers is Bishop 1995, chapter 6. */
#include "model/kinds.h"

#define TABLE(noun, plural, rows) {noun, plural, rows, sizeof rows / sizeof *rows, sizeof *rows}

static const Named arch_rows[] = {
    {.name = "mlp", .formula = "z = W h + b, h = phi(z)", .about = "fully connected layers, one after the other"},
};

static const Named norm_rows[] = {
    {.name = "none", .formula = "-", .about = "no normalisation between layers"},
};

static const Loss loss_rows[] = {
    {.named = {.name = "none", .formula = "dL/dh_L ~ N(0, 1/(batch width))",
               .about = "a random cotangent of expected norm 1: every number is a property of the network alone"},
     .kind = LOSS_NONE},
    {.named = {.name = "mse", .formula = "mean (y - t)^2 over batch and outputs", .about = "targets t ~ N(0,1); linear readout"},
     .kind = LOSS_MSE, .outputs = 1},
    {.named = {.name = "bce", .formula = "mean -t log p - (1-t) log(1-p), p = sigmoid(y)",
               .about = "binary cross-entropy on the readout's logits; targets 0 or 1"},
     .kind = LOSS_BCE, .outputs = 1},
    {.named = {.name = "ce", .formula = "mean over the batch of -log softmax(y)_t",
               .about = "cross-entropy on the readout's logits; targets uniform over the outputs"},
     .kind = LOSS_CE, .outputs = 10},
};

static const Head head_rows[] = {
    {.named = {.name = "linear", .formula = "y", .about = "the readout's outputs as they are: for regression"}, .kind = HEAD_LINEAR},
    {.named = {.name = "sigmoid", .formula = "p = 1/(1 + e^-y)", .about = "each output a probability of its own: for binary and multilabel tasks"},
     .kind = HEAD_SIGMOID},
    {.named = {.name = "softmax", .formula = "p_k = e^y_k / sum_j e^y_j", .about = "probabilities that sum to 1: for multiclass tasks"},
     .kind = HEAD_SOFTMAX},
    {.named = {.name = "auto", .formula = "the task's", .about = "linear for regression, sigmoid for binary and multilabel, softmax for multiclass"},
     .kind = HEAD_AUTO},
};

static const Task task_rows[] = {
    {.named = {.name = "regression", .formula = "t real", .about = "linear head, mse; targets standardised on the training part; no accuracy (R^2 is 1 - mse)"},
     .kind = TASK_REGRESSION, .head = HEAD_LINEAR},
    {.named = {.name = "binary", .formula = "t in {0, 1}", .about = "sigmoid head, bce; right where p >= 0.5 says so"},
     .kind = TASK_BINARY, .head = HEAD_SIGMOID},
    {.named = {.name = "multiclass", .formula = "t in {0 ... K-1}", .about = "softmax head, ce; right where the largest output is t's"},
     .kind = TASK_MULTICLASS, .head = HEAD_SOFTMAX},
    {.named = {.name = "multilabel", .formula = "t in {0, 1}^K", .about = "sigmoid head, bce; accuracy is the share of labels on their side of 0.5"},
     .kind = TASK_MULTILABEL, .head = HEAD_SIGMOID},
};

static const Optimizer optimizer_rows[] = {
    {.named = {.name = "sgd", .formula = "w -= lr g", .about = "Robbins and Monro 1951; Keras's rate"}, .kind = OPTIMIZER_SGD, .lr = 0.01},
    {.named = {.name = "momentum", .parameter = "BETA", .standard = 0.9, .lowest = 0, .highest = 0.999999, .formula = "v = BETA v + g; w -= lr v",
               .about = "Polyak 1964, as torch.optim.SGD(momentum); Keras's rate"},
     .kind = OPTIMIZER_MOMENTUM, .lr = 0.01},
    {.named = {.name = "adam", .formula = "m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g^2; w -= lr m_hat/(sqrt(v_hat) + 1e-8)",
               .about = "Kingma and Ba 2015, their rate, as torch.optim.Adam"},
     .kind = OPTIMIZER_ADAM, .lr = 0.001},
    {.named = {.name = "rmsprop", .parameter = "ALPHA", .standard = 0.99, .lowest = 0, .highest = 0.999999,
               .formula = "v = ALPHA v + (1 - ALPHA) g^2; w -= lr g/(sqrt(v) + 1e-8)", .about = "Tieleman and Hinton 2012, their rate, as torch.optim.RMSprop"},
     .kind = OPTIMIZER_RMSPROP, .lr = 0.001},
};

static const Schedule schedule_rows[] = {
    {.named = {.name = "constant", .formula = "lr", .about = "the same learning rate at every step"}, .kind = SCHEDULE_CONSTANT},
    {.named = {.name = "cosine", .formula = "lr (1 + cos(pi step/steps))/2", .about = "to 0 over the run, without restarts: Loshchilov and Hutter 2017"},
     .kind = SCHEDULE_COSINE},
    {.named = {.name = "warmup", .parameter = "STEPS", .standard = 100, .lowest = 0, .highest = 1e9, .formula = "lr min(1, (step + 1)/STEPS)",
               .about = "linear to the full rate, then constant: Goyal et al. 2017"},
     .kind = SCHEDULE_WARMUP},
};

static const LossScaling loss_scale_rows[] = {
    {.named = {.name = "none", .formula = "1", .about = "gradients as they are"}, .kind = LOSS_SCALE_NONE},
    {.named = {.name = "dynamic", .formula = "65536; halved on overflow, doubled after 2000 good steps",
               .about = "a step that overflows is skipped: Micikevicius et al. 2018, as torch.amp.GradScaler"},
     .kind = LOSS_SCALE_DYNAMIC},
    {.named = {.name = "fixed", .parameter = "NUMBER", .standard = NOT_GIVEN, .lowest = 1e-30, .highest = 1e30, .bare = true,
               .formula = "NUMBER (write the number alone: 1024)", .about = "the loss times NUMBER, gradients divided by it in float32; every step is taken"},
     .kind = LOSS_SCALE_FIXED},
};

#define SERVES(a) (1u << TASK_##a)
static const Data dataset_rows[] = {
    {.named = {.name = "mnist", .formula = "60000 + 10000 images of 28 x 28",
               .about = "mnist:DIR, the four IDX files, plain or .gz, in DIR, DIR/mnist or DIR/MNIST/raw: LeCun, Cortes, Burges"},
     .kind = DATA_MNIST, .operand = "DIR", .task = TASK_MULTICLASS, .serves = SERVES(MULTICLASS)},
    {.named = {.name = "idx", .formula = "x from IMAGES, t from LABELS", .about = "idx:IMAGES,LABELS, a pair of IDX files, plain or .gz, split into training and test part"},
     .kind = DATA_IDX, .operand = "IMAGES,LABELS", .task = TASK_MULTICLASS, .serves = SERVES(MULTICLASS) | SERVES(BINARY) | SERVES(REGRESSION)},
    {.named = {.name = "csv", .formula = "x from the other columns, t from 'target', or 'target_1', 'target_2', ...",
               .about = "csv:FILE, plain or .gz, split into training and test part; --task says what the targets are"},
     .kind = DATA_CSV, .operand = "FILE", .serves = SERVES(REGRESSION) | SERVES(BINARY) | SERVES(MULTICLASS) | SERVES(MULTILABEL)},
    {.named = {.name = "spirals", .parameter = "TURNS", .standard = 1.5, .lowest = 0.1, .highest = 100,
               .formula = "x = +-r (cos 2 pi TURNS r, sin 2 pi TURNS r), t the sign", .about = "two spirals in the plane, interleaved: Lang and Witbrock 1988 (there TURNS is 3)"},
     .kind = DATA_SPIRALS, .task = TASK_BINARY, .serves = SERVES(BINARY) | SERVES(MULTICLASS), .width = 2, .samples = 2000},
    {.named = {.name = "xor", .formula = "x uniform on [-1, 1]^2, t = (x_1 x_2 < 0)", .about = "what no linear map can tell apart: Minsky and Papert 1969"},
     .kind = DATA_XOR, .task = TASK_BINARY, .serves = SERVES(BINARY) | SERVES(MULTICLASS), .width = 2, .samples = 2000},
    {.named = {.name = "teacher", .formula = "f = v . tanh(2 W x/4), 32 units; t = f, f > 0, argmax of 10 or signs of 5 such f",
               .about = "x normal in 16 dimensions, t from a random network, by task: Gardner and Derrida 1989"},
     .kind = DATA_TEACHER, .task = TASK_REGRESSION, .serves = SERVES(REGRESSION) | SERVES(BINARY) | SERVES(MULTICLASS) | SERVES(MULTILABEL),
     .width = 16, .samples = 10000},
    {.named = {.name = "blobs", .parameter = "CLASSES", .standard = 3, .lowest = 2, .highest = 1000, .formula = "x = centre_t + noise, both normal",
               .about = "normal clouds in 16 dimensions, a class each; nearly separable by hyperplanes"},
     .kind = DATA_BLOBS, .task = TASK_MULTICLASS, .serves = SERVES(MULTICLASS) | SERVES(BINARY), .width = 16, .samples = 2000},
    {.named = {.name = "multilabel", .formula = "t_k = (w_k . x > b_k), 5 labels", .about = "x normal in 16 dimensions; labels correlate, and are on for 30 to 70 % of the samples"},
     .kind = DATA_MULTILABEL, .task = TASK_MULTILABEL, .serves = SERVES(MULTILABEL), .width = 16, .samples = 2000},
};

const Registry archs = TABLE("architecture", "archs", arch_rows);
const Registry norms = TABLE("normalisation", "norms", norm_rows);
const Registry losses = TABLE("loss", "losses", loss_rows);
const Registry heads = TABLE("head", "heads", head_rows);
const Registry tasks = TABLE("task", "tasks", task_rows);
const Registry optimizers = TABLE("optimizer", "optimizers", optimizer_rows);
const Registry schedules = TABLE("schedule", "schedules", schedule_rows);
const Registry scalings = TABLE("loss scale", "scalings", loss_scale_rows);
const Registry datasets = TABLE("data set", "data", dataset_rows);

/* A row behind a choice, as its own type. */
#define ROW_OF(function, Type)                          \
    const Type *function(Choice choice)                 \
    {                                                   \
        return (const Type *)(const void *)choice.row;  \
    }
ROW_OF(loss_of, Loss)
ROW_OF(head_of, Head)
ROW_OF(task_of, Task)
ROW_OF(optimizer_of, Optimizer)
ROW_OF(schedule_of, Schedule)
ROW_OF(loss_scaling_of, LossScaling)
ROW_OF(data_of, Data)

const char *loss_name(LossKind kind)
{
    return loss_rows[kind].named.name;
}

const char *head_name(HeadKind kind)
{
    return head_rows[kind].named.name;
}

const char *head_about(HeadKind kind)
{
    return head_rows[kind].named.about;
}

const char *task_name(TaskKind kind)
{
    return kind == TASK_NONE ? "none" : task_rows[kind - 1].named.name;
}

HeadKind loss_head(LossKind loss)
{
    return loss == LOSS_BCE ? HEAD_SIGMOID : loss == LOSS_CE ? HEAD_SOFTMAX : HEAD_LINEAR;
}

/* Matched pairs, and what comes nearest elsewhere: a sigmoid on classes is one against the rest, a softmax on labels their
 * share of one probability, and anything can be fitted by squares. */
HeadKind task_head(TaskKind task)
{
    return task == TASK_NONE ? HEAD_LINEAR : task_rows[task - 1].head;
}

LossKind task_loss(TaskKind task, HeadKind head)
{
    static const LossKind usual[TASK_COUNT][HEAD_COUNT] = {
        [TASK_REGRESSION] = {[HEAD_LINEAR] = LOSS_MSE, [HEAD_SIGMOID] = LOSS_MSE, [HEAD_SOFTMAX] = LOSS_MSE},
        [TASK_BINARY] = {[HEAD_LINEAR] = LOSS_MSE, [HEAD_SIGMOID] = LOSS_BCE, [HEAD_SOFTMAX] = LOSS_CE},
        [TASK_MULTICLASS] = {[HEAD_LINEAR] = LOSS_MSE, [HEAD_SIGMOID] = LOSS_BCE, [HEAD_SOFTMAX] = LOSS_CE},
        [TASK_MULTILABEL] = {[HEAD_LINEAR] = LOSS_MSE, [HEAD_SIGMOID] = LOSS_BCE, [HEAD_SOFTMAX] = LOSS_BCE},
    };
    return usual[task][head];
}

int64_t task_outputs(TaskKind task, HeadKind head, int64_t targets)
{
    return task == TASK_BINARY && head == HEAD_SOFTMAX ? 2 : targets;
}

const char *head_refusal(HeadKind head, LossKind loss)
{
    if (loss == LOSS_BCE && head == HEAD_LINEAR)
        return "a linear output is not a probability, and bce takes the logarithm of one; use head sigmoid or softmax, or loss mse";
    if (loss == LOSS_CE && head != HEAD_SOFTMAX)
        return "ce needs probabilities that sum to 1 over the outputs; use head softmax, or loss bce or mse";
    return NULL;
}

const char *task_refusal(TaskKind task, HeadKind head, LossKind loss, int64_t targets)
{
    const char *why = head_refusal(head, loss);
    if (why)
        return why;
    if (task == TASK_REGRESSION && loss != LOSS_MSE && loss != LOSS_NONE)
        return "targets of a regression are real numbers, not classes; use loss mse";
    if (task == TASK_MULTILABEL && loss == LOSS_CE)
        return "ce takes one class a sample, and a multilabel task has any number; use loss bce or mse";
    if (head == HEAD_SOFTMAX && task_outputs(task, head, targets) < 2)
        return "a softmax over one output is 1 whatever the network says, so nothing can be learned; use head linear or sigmoid";
    return NULL;
}
