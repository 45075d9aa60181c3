/* Elementary functions as plain arithmetic, so that loops over them vectorise and give the same bits at every vector width.
 * The one thing to know: no branches, no tables; errors are a few ulp (tests state them). The double ones fuse nothing, so that they are
 * quick on every CPU; the twins in …f take and give floats and fuse where they say so. An always_inline function compiles in the
 * instruction set of its caller (num/simd.h).
 * Cody and Waite 1980 (argument reduction); polynomials and ratios by Remez' exchange. */
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

/* c0 + c1 x + c2 x² + …, innermost first; MULADD(a, b, c) is a·b + c, fused for floats. */
#define VEC_POLY1(x, a) (a)
#define VEC_POLY2(x, a, ...) MULADD(VEC_POLY1(x, __VA_ARGS__), x, a)
#define VEC_POLY3(x, a, ...) MULADD(VEC_POLY2(x, __VA_ARGS__), x, a)
#define VEC_POLY4(x, a, ...) MULADD(VEC_POLY3(x, __VA_ARGS__), x, a)
#define VEC_POLY5(x, a, ...) MULADD(VEC_POLY4(x, __VA_ARGS__), x, a)
#define VEC_POLY6(x, a, ...) MULADD(VEC_POLY5(x, __VA_ARGS__), x, a)
#define VEC_POLY7(x, a, ...) MULADD(VEC_POLY6(x, __VA_ARGS__), x, a)
#define VEC_POLY8(x, a, ...) MULADD(VEC_POLY7(x, __VA_ARGS__), x, a)
#define VEC_POLY9(x, a, ...) MULADD(VEC_POLY8(x, __VA_ARGS__), x, a)
#define VEC_POLY10(x, a, ...) MULADD(VEC_POLY9(x, __VA_ARGS__), x, a)
#define VEC_POLY11(x, a, ...) MULADD(VEC_POLY10(x, __VA_ARGS__), x, a)

/* Sines and cosines have their accuracy up to here. */
enum { VEC_SINE_MOST = 30000 };

#define Real double
#define Word uint64_t
#define TYPED(name) name
#define MULADD(a, b, c) ((a) * (b) + (c))
#include "num/vecmath_double.inc"
#include "num/vecmath_forms.inc"

#define Real float
#define Word uint32_t
#define TYPED(name) name##f
#define MULADD(a, b, c) __builtin_fmaf(a, b, c)
#include "num/vecmath_float.inc"
#include "num/vecmath_forms.inc"

#endif
