/* Elementary functions as plain arithmetic, so that loops over them vectorise and give the same bits at every vector width.
 * The one thing to know: no branches, no tables, no fused operations; errors are a few ulp (tests state them).
 * Cody and Waite 1980 (argument reduction); Taylor polynomials, whose next term is below 2^-56 on |r| ≤ ln 2 / 2. */
#ifndef NUM_VECMATH_H
#define NUM_VECMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Compile a function once per instruction set and choose at load time; sanitizers and other compilers get one version. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

#define VECMATH static inline __attribute__((always_inline))

VECMATH double vec_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

VECMATH uint64_t vec_word(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* -760 and 720: where an exponential is 0 and infinite for certain. Not constants to the compiler, which else works out the results at
 * both and selects three times over. */
extern const double vec_least_power, vec_most_power;

/* x = k ln 2 + r, |r| ≤ ln 2 / 2: e^r - 1, and 2^k as a product of two normal numbers. */
typedef struct {
    double tail, power, power2;
} VecExp;

VECMATH VecExp vec_exp_parts(double x)
{
    const double magic = 0x1.8p52, raised = vec_least_power > x ? vec_least_power : x, clamped = vec_most_power < raised ? vec_most_power : raised;
    const double shifted = clamped * 1.44269504088896338700 + magic, k = shifted - magic;
    const double r = (clamped - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    const double q = r * r;   /* even and odd powers apart: half the waiting */
    double even = 2.0876756987868098979e-09, odd = 1.6059043836821614599e-10;   /* 1/12!, 1/13! */
    even = even * q + 2.7557319223985890653e-07;
    odd = odd * q + 2.5052108385441718775e-08;
    even = even * q + 2.4801587301587301566e-05;
    odd = odd * q + 2.7557319223985892510e-06;
    even = even * q + 1.3888888888888889419e-03;
    odd = odd * q + 1.9841269841269841253e-04;
    even = even * q + 4.1666666666666664354e-02;
    odd = odd * q + 8.3333333333333332177e-03;
    even = even * q + 0.5;
    odd = odd * q + 1.6666666666666665741e-01;
    const double p = (odd * r + even) * q + r;
    const uint64_t zero = vec_word(magic), whole = vec_word(shifted) - zero, half = vec_word(k * 0.5 + magic) - zero;
    return (VecExp){p, vec_bits((half + 1023) << 52), vec_bits((whole - half + 1023) << 52)};
}

/* e^x; 0 below -745.2, inf above 709.8. */
VECMATH double vec_exp(double x)
{
    const VecExp e = vec_exp_parts(x);
    return (e.tail + 1) * e.power * e.power2;
}

/* e^x - 1 without cancellation. */
VECMATH double vec_expm1(double x)
{
    const VecExp e = vec_exp_parts(x);
    const double power = e.power * e.power2;
    const double small = e.tail * power + (power - 1), large = (e.tail + 1) * e.power * e.power2 - 1;
    return x > 60 ? large : small;
}

/* tanh |x| = (e^2|x| - 1)/(e^2|x| + 1). */
VECMATH double vec_tanh(double x)
{
    const double size = fabs(x), y = size > 20 ? 20 : size, e = vec_expm1(2 * y);
    return copysign(e / (e + 2), x);
}

#endif
