/* Kernels compiled once per instruction set, and the choice between the versions.
 * The one thing to know: `#define KERNEL "num/…_kernel.inc"` and include num/each_simd.inc, which includes the kernel for AVX-512, AVX2
 * and portable C; kernels fuse only where they are written with fma, in every version, so every version gives the same bits. */
#ifndef NUM_SIMD_H
#define NUM_SIMD_H

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ALWAYS static inline __attribute__((always_inline))

/* What registers are made of must not stay a loop; but sanitizers take minutes for what is unrolled. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNROLL
#elif defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define SIMD_PASTE(name, version) name##version
#define SIMD_NAME(name, version) SIMD_PASTE(name, version)

#if defined(__x86_64__)
#define SIMD_AVX512 (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
#define SIMD_AVX2 (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define CHOOSE(name) (SIMD_AVX512 ? SIMD_NAME(name, _avx512) : SIMD_AVX2 ? SIMD_NAME(name, _avx2) : SIMD_NAME(name, _portable))
#else
#define CHOOSE(name) SIMD_NAME(name, _portable)
#endif

#endif
