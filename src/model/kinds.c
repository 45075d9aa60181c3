/* The smaller registries, as tables.
 * The one thing to know: losses average as PyTorch's do (mse and bce over batch and outputs, ce over the batch). */
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

const Registry archs = TABLE("architecture", "archs", arch_rows);
const Registry norms = TABLE("normalisation", "norms", norm_rows);
const Registry losses = TABLE("loss", "losses", loss_rows);

const Loss *loss_of(Choice choice)
{
    return (const Loss *)(const void *)choice.row;
}
