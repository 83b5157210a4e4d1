/* SPDX-License-Identifier: ISC */
/* Scalars: integers modulo L, the order of ristretto255's group.
 *
 * L = 2^252 + 27742317777372353535851937790883648493 ([RFC9496] section 4.1).
 * A scalar is an element of the prime field at L (prime.h); in bytes it is 32,
 * little-endian, and canonical iff below L.
 *
 * [RFC9496] The ristretto255 and decaf448 Groups.
 */
#ifndef SCALAR_H
#define SCALAR_H

#include "prime.h"

#define KEYSHARE_SCALAR_SIZE      32
#define KEYSHARE_SCALAR_WIDE_SIZE 64

/** Limbs of a scalar: an array of so many is one. */
#define KEYSHARE_SCALAR_LIMBS (256 / GMP_LIMB_BITS)

/** The field of integers modulo L. */
extern const struct prime keyshare_scalar_field;

/** r = the integer in LEN <= 32 bytes; all ones iff it is below L.
 * @secret r, bytes, scratch */
uint32_t keyshare_scalar_load(
    mp_limb_t *r, const uint8_t *bytes, size_t len, mp_limb_t *scratch);

/** All ones iff 32 bytes are canonical. @secret bytes */
uint32_t keyshare_scalar_is_canonical(const uint8_t *bytes);

/** 32 bytes = a. @secret a, bytes */
void keyshare_scalar_store(uint8_t *bytes, const mp_limb_t *a);

/** r = the integer in 64 bytes, modulo L: uniform up to 2^-259 if they are.
 * @secret r, bytes, scratch */
void keyshare_scalar_reduce_wide(
    mp_limb_t *r, const uint8_t *bytes, mp_limb_t *scratch);

#endif
