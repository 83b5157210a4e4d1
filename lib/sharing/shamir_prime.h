/* SPDX-License-Identifier: ISC */
/* Shamir's secret sharing over a prime field that the caller names.
 *
 * A polynomial of degree M-1 with the secret at 0; the share of index x is its
 * value at x ([Sha79]). Scalars are as many bytes as the modulus, big-endian.
 * Indices, the modulus and all that is computed from them alone are public.
 * Indices are 1..255, distinct, and below the modulus.
 *
 * [Sha79] Shamir, How to share a secret, Communications of the ACM 22 (11).
 */
#ifndef SHAMIR_PRIME_H
#define SHAMIR_PRIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The longest modulus, in bytes. */
#define KEYSHARE_SHAMIR_PRIME_SIZE_MAX 512

/** Enough room for every modulus. */
#define KEYSHARE_SHAMIR_PRIME_ROOM_MAX 8192

/** A field, and what is computed in it, in a room aligned for any type. The room
 * holds secrets afterwards. */
struct shamir_prime {
    void *room;
    size_t len;         /**< bytes of the modulus */
    uint8_t first_bits; /**< those that a scalar's first byte can have */
};

/** Bytes of the room for a modulus of LEN bytes. */
size_t keyshare_shamir_prime_room(size_t len);

/** Whether LEN bytes can be a modulus: odd, 3 or more, not too long, the first
 * one not zero. @secret none */
bool keyshare_shamir_prime_is_modulus(const uint8_t *modulus, size_t len);

/** Begin, in ROOM, with a modulus of which the above is true. @secret none */
void keyshare_shamir_prime_begin(
    struct shamir_prime *field, void *room, const uint8_t *modulus, size_t len);

/** Make random bytes a candidate: no more bits than the modulus has.
 * @secret scalar */
void keyshare_shamir_prime_trim(
    const struct shamir_prime *field, uint8_t *scalar);

/** All ones iff a scalar is below the modulus. @secret scalar, the mask */
uint32_t keyshare_shamir_prime_is_below(
    const struct shamir_prime *field, const uint8_t *scalar);

/** Horner's rule: each of COUNT values = value * its index + coefficient, which
 * is below the modulus as they are.
 * @secret the bytes at values, coefficient */
void keyshare_shamir_prime_step(const struct shamir_prime *field,
    uint8_t *const *values, const uint8_t *indices, size_t count,
    const uint8_t *coefficient);

/* Interpolation at 0, a share at a time: begin, add each of COUNT shares, end. */

/** Begin. @secret none */
void keyshare_shamir_prime_sum_begin(const struct shamir_prime *field);

/** Add the share of indices_which, which is below the modulus.
 * @secret share */
void keyshare_shamir_prime_sum_add(const struct shamir_prime *field,
    const uint8_t *share, const uint8_t *indices, size_t count, size_t which);

/** secret = the polynomial's value at 0. False, and secret is zero, where
 * a denominator has no inverse, as happens where the modulus is no prime.
 * @secret secret */
bool keyshare_shamir_prime_sum_end(const struct shamir_prime *field,
    uint8_t *secret, const uint8_t *indices, size_t count);

#endif
