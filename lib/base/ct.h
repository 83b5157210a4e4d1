/* SPDX-License-Identifier: ISC */
/* Comparisons of secrets, as masks.
 *
 * A mask is a uint32_t, all ones for "yes" or zero for "no". This is the one
 * place that turns comparisons into masks. Masks pass a value barrier, so that
 * no compiler learns that a mask has only two values and makes a branch or an
 * address of it. 32 bits on every machine: gcc for i686 turns
 * 0 - (uint64_t)(x < y) into a branch, and never this.
 */
#ifndef CT_H
#define CT_H

#include <stddef.h>
#include <stdint.h>

/** x, of which the compiler knows nothing from here on. */
static inline uint32_t
keyshare_ct_barrier(uint32_t x)
{
#if defined(__GNUC__)
    __asm__("" : "+r"(x));
    return x;
#else
    volatile uint32_t hidden = x;
    return hidden;
#endif
}

/** All ones iff x == 0.
 *
 * ~x & (x - 1) has its top bit set iff x == 0: for x == 0 it is all ones; for
 * x > 0, x - 1 has the top bit only where x has it too, and there ~x has not.
 * @secret x
 */
static inline uint32_t
keyshare_ct_is_zero(uint32_t x)
{
    x = keyshare_ct_barrier(x);
    return keyshare_ct_barrier(0 - ((~x & (x - 1)) >> 31));
}

/** All ones iff the LEN bytes at a and b are the same. @secret a, b */
uint32_t keyshare_ct_equal(const uint8_t *a, const uint8_t *b, size_t len);

/** All ones iff the LEN bytes at a are zero. @secret a */
uint32_t keyshare_ct_all_zero(const uint8_t *a, size_t len);

#endif
