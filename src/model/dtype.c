/* Number formats: the table.
 * The one thing to know: products are accumulated in float32 by the 16-bit formats, as hardware does, and in their own format by the others.
 * IEEE 754-2019; bfloat16: Kalamkar et al. 2019, "A study of BFLOAT16 for deep learning training". */
#include "model/dtype.h"

#include <float.h>

#include "num/half.h"

static const Dtype rows[] = {
    {.named = {.name = "float64", .formula = "IEEE binary64 with log scales",
               .about = "activations and gradients carry a power-of-two scale in both directions: exact at any depth"},
     .least_normal = DBL_MIN},
    {.named = {.name = "float32", .formula = "IEEE binary32, as it is",
               .about = "24 bits, 1e-38 to 3e38; computed natively, not rescaled: shows where real training meets zero, infinity and NaN"},
     .single = true, .least_normal = (double)FLT_MIN},
    {.named = {.name = "bfloat16", .formula = "8 bits of precision in float32's range",
               .about = "rounded after every operation, accumulated in float32; dense only"},
     .single = true, .round = bfloat_round, .least_normal = (double)FLT_MIN},
    {.named = {.name = "float16", .formula = "IEEE binary16: 11 bits, 6e-8 to 65504",
               .about = "rounded after every operation, accumulated in float32; dense only"},
     .single = true, .round = half_round, .least_normal = 0x1p-14},
};

const Registry dtypes = {"number format", "dtypes", rows, sizeof rows / sizeof *rows, sizeof *rows};

const Dtype *dtype_of(Choice choice)
{
    return (const Dtype *)(const void *)choice.row;
}
