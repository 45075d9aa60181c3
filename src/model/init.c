/* Initialisers: the table.
 * The one thing to know: rules return √(fan_in · E W²); for a uniform law on ±a, E W² = a²/3.
 * He's rule uses the activation's negative slope: 2/((1 + slope²) fan_in). */
#include "model/init.h"

#include <math.h>

static double glorot(const InitCase *c) { return sqrt(2 * c->fan_in / (c->fan_in + c->fan_out)); }
static double he(const InitCase *c) { return sqrt(2 / (1 + c->slope * c->slope)); }
static double lecun(const InitCase *c) { (void)c; return 1; }
static double given(const InitCase *c) { return c->sigma_w; }
static double torch_weight(const InitCase *c) { (void)c; return sqrt(1.0 / 3); }
static double torch_bias(const InitCase *c) { return sqrt(1 / (3 * c->fan_in)); }
static double zero(const InitCase *c) { (void)c; return 0; }
static double constant(const InitCase *c) { return sqrt(c->fan_in) * fabs(c->parameter); }

/* Orthonormal columns (fan_out > fan_in) have entries of variance 1/fan_out. */
static double haar(double gain, const InitCase *c) { return fabs(gain) * sqrt(fmin(1, c->fan_in / c->fan_out)); }
static double orthogonal(const InitCase *c) { return haar(c->parameter, c); }
static double unit_orthogonal(const InitCase *c) { return haar(1, c); }

static const Init rows[] = {
    {.named = {.name = "auto", .formula = "the activation's customary initialiser",
               .about = "he-normal for the ReLU family, lecun-normal for selu, glorot-normal for linear, sigmoid, tanh, softmax, critical for the rest; with --sigma-w: gaussian"},
     .law = LAW_NONE},
    {.named = {.name = "glorot-normal", .alias = "xavier-normal", .formula = "var W = 2 / (fan_in + fan_out), normal",
               .about = "Glorot and Bengio 2010"},
     .law = LAW_GAUSSIAN, .sigma_w = glorot},
    {.named = {.name = "glorot-uniform", .alias = "xavier-uniform", .formula = "var W = 2 / (fan_in + fan_out), uniform",
               .about = "Glorot and Bengio 2010"},
     .law = LAW_UNIFORM, .sigma_w = glorot},
    {.named = {.name = "he-normal", .alias = "kaiming-normal", .formula = "var W = 2 / ((1 + slope^2) fan_in), normal",
               .about = "He et al. 2015; slope of leaky-relu and prelu, else 0; untruncated"},
     .law = LAW_GAUSSIAN, .sigma_w = he},
    {.named = {.name = "he-uniform", .alias = "kaiming-uniform", .formula = "var W = 2 / ((1 + slope^2) fan_in), uniform",
               .about = "He et al. 2015"},
     .law = LAW_UNIFORM, .sigma_w = he},
    {.named = {.name = "lecun-normal", .formula = "var W = 1 / fan_in, normal", .about = "LeCun et al. 1998"},
     .law = LAW_GAUSSIAN, .sigma_w = lecun},
    {.named = {.name = "lecun-uniform", .formula = "var W = 1 / fan_in, uniform", .about = "LeCun et al. 1998"},
     .law = LAW_UNIFORM, .sigma_w = lecun},
    {.named = {.name = "orthogonal", .parameter = "GAIN", .standard = 1, .lowest = 0, .highest = 1e100,
               .formula = "W = GAIN Q, Q orthonormal, Haar distributed", .about = "Saxe, McClelland and Ganguli 2014; PyTorch's convention"},
     .law = LAW_HAAR, .sigma_w = orthogonal},
    {.named = {.name = "truncated-normal", .formula = "var W = sigma_w^2 / fan_in, normal cut at 2 sd, variance restored",
               .about = "as Keras and JAX truncate"},
     .law = LAW_TRUNCATED, .sigma_w = given, .takes_sigma_w = true},
    {.named = {.name = "gaussian", .formula = "var W = sigma_w^2 / fan_in, normal", .about = "mean-field convention, Poole et al. 2016"},
     .law = LAW_GAUSSIAN, .sigma_w = given, .takes_sigma_w = true},
    {.named = {.name = "torch-default", .formula = "weights and biases uniform on +-1/sqrt(fan_in)",
               .about = "torch.nn.Linear: sigma_w^2 = 1/3"},
     .law = LAW_UNIFORM, .sigma_w = torch_weight, .sigma_b = torch_bias},
    {.named = {.name = "keras-default", .formula = "glorot-uniform, zero bias", .about = "keras.layers.Dense"},
     .law = LAW_UNIFORM, .sigma_w = glorot},
    {.named = {.name = "critical", .formula = "var W = sigma_w^2 / fan_in, normal, sigma_w such that chi_1 = 1",
               .about = "edge of chaos: Poole et al. 2016, Schoenholz et al. 2017; 'fathom critical' shows the points, of which networks get ten digits"},
     .law = LAW_GAUSSIAN, .sigma_w = given, .sigmas_by_theory = true},
    {.named = {.name = "lsuv", .formula = "orthogonal, then scaled by layer until var z = 1",
               .about = "Mishkin and Matas 2016; at most 10 steps to within 0.1"},
     .law = LAW_HAAR, .sigma_w = unit_orthogonal, .scaled_by_data = true},
    {.named = {.name = "zeros", .formula = "W = 0", .about = "every unit the same: nothing passes"},
     .law = LAW_CONSTANT, .sigma_w = zero},
    {.named = {.name = "constant", .parameter = "C", .standard = NOT_GIVEN, .lowest = -1e100, .highest = 1e100, .formula = "W = C",
               .about = "every unit the same: symmetry is never broken"},
     .law = LAW_CONSTANT, .sigma_w = constant},
};

const Registry inits = {"initialiser", "inits", rows, sizeof rows / sizeof *rows, sizeof *rows};

const Init *init_of(Choice choice)
{
    return (const Init *)(const void *)choice.row;
}
