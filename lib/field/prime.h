/* SPDX-License-Identifier: ISC */
/* Integers modulo a public odd prime p, on GMP's side-channel silent functions
 * for limbs ([GMP]).
 *
 * An element is an array of p->limbs limbs, least significant first, holding
 * an integer below p. Results may stand in the place of an operand. Scratch
 * comes from the caller, keyshare_prime_itch(p) limbs, and holds secrets
 * afterwards. Time depends on p and on lengths alone.
 *
 * [GMP] The GNU MP manual 6.2, section 8.1, Low-level functions for
 *       cryptography.
 */
#ifndef PRIME_H
#define PRIME_H

#include <stddef.h>
#include <stdint.h>

#include <gmp.h>

/** A modulus, and what is computed of it once (see prime.c). */
struct prime {
    const mp_limb_t *modulus;    /* odd, above 1, its top limb not zero */
    const mp_limb_t *reciprocal; /* limbs + 1 of them */
    mp_size_t limbs;
    unsigned subtractions; /* how often p is at most subtracted to reduce */
};

/** The longest modulus, in bits. */
#define KEYSHARE_PRIME_BITS_MAX 4096

/** Limbs that hold LEN bytes. */
mp_size_t keyshare_prime_limbs(size_t len);

/** Make a modulus ready. Its limbs and those of the reciprocal, LIMBS + 1 that
 * are computed here, stay the caller's, and must stay.
 *
 * scratch: keyshare_prime_begin_itch(limbs) limbs.
 * @secret none
 */
void keyshare_prime_begin(struct prime *p, const mp_limb_t *modulus,
    mp_size_t limbs, mp_limb_t *reciprocal, mp_limb_t *scratch);

/** Limbs of scratch for that. */
mp_size_t keyshare_prime_begin_itch(mp_size_t limbs);

/** Limbs of scratch that each function below may use. */
mp_size_t keyshare_prime_itch(const struct prime *p);

/** r = the little-endian integer in LEN bytes, in COUNT limbs, which hold it.
 * @secret r, bytes */
void keyshare_prime_load(
    mp_limb_t *r, mp_size_t count, const uint8_t *bytes, size_t len);

/** The same, big-endian. @secret r, bytes */
void keyshare_prime_load_big(
    mp_limb_t *r, mp_size_t count, const uint8_t *bytes, size_t len);

/** LEN bytes, little-endian = a, of COUNT limbs, cut off or filled with zeros.
 * @secret a, bytes */
void keyshare_prime_store(
    uint8_t *bytes, size_t len, const mp_limb_t *a, mp_size_t count);

/** The same, big-endian. @secret a, bytes */
void keyshare_prime_store_big(
    uint8_t *bytes, size_t len, const mp_limb_t *a, mp_size_t count);

/** All ones iff a < p. a: any limbs; scratch: p->limbs are enough.
 * @secret a, scratch */
uint32_t keyshare_prime_is_reduced(
    const struct prime *p, const mp_limb_t *a, mp_limb_t *scratch);

/** All ones iff a = 0. @secret a */
uint32_t keyshare_prime_is_zero(const struct prime *p, const mp_limb_t *a);

/** r = a mod p, of p->limbs <= count <= 2 * p->limbs limbs.
 * @secret r, a, scratch */
void keyshare_prime_reduce(const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, mp_size_t count, mp_limb_t *scratch);

/** r = a + b mod p. @secret r, a, b, scratch */
void keyshare_prime_add(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b, mp_limb_t *scratch);

/** r = a - b mod p. @secret r, a, b */
void keyshare_prime_sub(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b);

/** r = a * b mod p. @secret r, a, b, scratch */
void keyshare_prime_mul(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b, mp_limb_t *scratch);

/** r = a * w mod p, w < 2^16: an index. @secret r, a, scratch */
void keyshare_prime_mul_index(const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, unsigned w, mp_limb_t *scratch);

/** r = 1/a mod p; 0 for 0. @secret r, a, scratch */
void keyshare_prime_invert(const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, mp_limb_t *scratch);

#endif
