/* SPDX-License-Identifier: ISC */
/* What instructions the machine has, asked of the processor by cpuid, and
 * which registers the system saves, by xgetbv ([SDM] volume 1, 13 to 15).
 *
 * [SDM] Intel 64 and IA-32 Architectures Software Developer's Manual.
 */
#include "cpu.h"

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))

#include <stdatomic.h>
#include <stdint.h>

#include <cpuid.h>

/* XCR0: what is saved when programs take turns. */
#define SAVED_AVX    0x06u /* the registers' lower 128 and 256 bits */
#define SAVED_AVX512 0xe6u /* masks, 512 bits, 32 registers, too */

static uint32_t
saved(void)
{
    uint32_t low, high;

    /* xgetbv, in bytes: assemblers want to be told that it is there. */
    __asm__ volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static unsigned
ask(void)
{
    unsigned a, b, c, d;
    unsigned extended_b, extended_c;
    unsigned features = 0;
    uint32_t registers;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(d & bit_SSE2) ||
        !(c & bit_SSE4_1) ||
        !__get_cpuid_count(7, 0, &a, &extended_b, &extended_c, &d))
        return 0;
    registers = c & bit_OSXSAVE ? saved() : 0;
    if (extended_c & bit_GFNI)
        features |= CPU_GFNI;
    if ((c & bit_AVX) && (extended_b & bit_AVX2) &&
        (registers & SAVED_AVX) == SAVED_AVX)
        features |= CPU_AVX2;
    if ((extended_b & bit_AVX512F) && (extended_b & bit_AVX512BW) &&
        (registers & SAVED_AVX512) == SAVED_AVX512)
        features |= CPU_AVX512BW;
    return features;
}

/* Above the features: they are known. */
#define ASKED 0x80000000u

/* Asked for once, since in a virtual machine that takes microseconds; threads
 * that ask at once are told the same. */
static atomic_uint answer;

unsigned
keyshare_cpu_features(void)
{
    unsigned known = atomic_load_explicit(&answer, memory_order_relaxed);

    if (known == 0) {
        known = ask() | ASKED;
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known & ~ASKED;
}

#else

unsigned
keyshare_cpu_features(void)
{
    return 0;
}

#endif
