/* SPDX-License-Identifier: ISC */
/** @file
 * Raw sharing of one scalar over a prime field of the caller's: Shamir's
 * scheme as it is in the textbook ([Sha79]), for what others interoperate
 * with, such as threshold signatures over an elliptic curve's group order.
 *
 * No record, no commitment, no check: a share that was changed gives another
 * secret, and nothing says so. Who wants a key kept uses deal.h.
 *
 * A polynomial of degree M-1 with the secret at 0, all other coefficients
 * uniform below the modulus; the share of index x is its value at x. The
 * modulus is public: an odd prime of at most 4096 bits, big-endian, its first
 * byte not zero. Secret and shares are as many bytes as the modulus,
 * big-endian, and below it. That the modulus is a prime is for the caller to
 * know: with another one fewer than M shares may tell something of the secret,
 * and some sets of M shares do not give it.
 *
 * Nothing is allocated. At 4096 bits the two functions take up to
 * KEYSHARE_RAW_PRIME_STACK bytes of stack, GMP's part with them, and wipe what
 * they used of it. Beside it, in constant memory whatever M and N are: the
 * coefficients exist one at a time, and the shares' own buffers hold what was
 * computed of them so far.
 *
 * [Sha79] Shamir, How to share a secret, Communications of the ACM 22 (11).
 */
#ifndef KEYSHARE_RAW_PRIME_H
#define KEYSHARE_RAW_PRIME_H

#include <keyshare/error.h>
#include <keyshare/random.h>

KEYSHARE_BEGIN_DECLS

/** The longest modulus, in bytes. */
#define KEYSHARE_RAW_PRIME_SIZE_MAX 512

/** The most shares. */
#define KEYSHARE_RAW_PRIME_COUNT_MAX 255

/** The stack that a function here takes at most, in bytes. */
#define KEYSHARE_RAW_PRIME_STACK 16384

/** A prime that has a name: the order of a group in which signatures are made.
 *
 *     p256       order of P-256 (SP 800-186 section 3.2.1.3; secp256r1)
 *     p384       order of P-384 (SP 800-186 section 3.2.1.4; secp384r1)
 *     secp256k1  order of secp256k1 (SEC 2 version 2 section 2.4.1)
 *     ed25519    order of its base point (RFC 8032 section 5.1): 2^252 + ...
 *
 * They are moduli for secret scalars, not those of the curves' coordinates.
 * (Of Ed25519 the scalar is shared, reduced; not the seed it is derived from.
 * RFC 8032 writes it little-endian; here it is big-endian as all are.)
 *
 * @param[out] len   how many bytes the modulus has; 0 if there is none
 * @param[in]  name  one of these, terminated
 *
 * @return the modulus, static, big-endian; NULL if the name is not known or a
 *         pointer is NULL
 *
 * @secret none
 */
KEYSHARE_API const uint8_t *keyshare_raw_prime_named(
    size_t *len, const char *name);

/** Split a scalar into COUNT shares, any THRESHOLD of which give it back.
 *
 * Coefficients are drawn by rejection: as many bits as the modulus has, anew
 * while they are not below it. So they are exactly uniform; how often it was
 * drawn, less than twice a coefficient on average, says nothing of those that
 * were taken. A source that gives 128 times in a row what has to be rejected,
 * or zero where the modulus has more than 16 bytes, is stuck.
 *
 * @param[out] shares       COUNT pointers to MODULUS_LEN bytes each, none of
 *                          which overlaps another or an input; zeroed on
 *                          failure, but left alone where MODULUS_LEN or COUNT
 *                          is out of range
 * @param[in]  modulus      an odd prime, big-endian
 * @param[in]  modulus_len  how many bytes it has, without leading zeros
 * @param[in]  secret       MODULUS_LEN bytes, below the modulus
 * @param[in]  threshold    M: 1..COUNT
 * @param[in]  indices      COUNT distinct x, each 1..255 and below the modulus,
 *                          in the order of the shares; NULL: 1..COUNT
 * @param[in]  count        N: 1..255
 * @param[in]  random       what to draw from; NULL: the system's generator
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, RANDOM is not well made, or
 *                                the modulus is even, below 3, too long, or
 *                                begins with a zero
 * @retval KEYSHARE_ERR_POLICY    THRESHOLD or COUNT is out of range
 * @retval KEYSHARE_ERR_INDEX     an index is 0, given twice, or not below the
 *                                modulus (as one of 1..COUNT may be)
 * @retval KEYSHARE_ERR_FORMAT    the secret is not below the modulus
 * @retval KEYSHARE_ERR_RANDOM    RANDOM failed or is stuck
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret secret, the bytes drawn, the bytes at shares
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_raw_prime_split(
    uint8_t *const *shares, const uint8_t *modulus, size_t modulus_len,
    const uint8_t *secret, size_t threshold, const uint8_t *indices,
    size_t count, const keyshare_random *random);

/** Compute the scalar from shares.
 *
 * All of them are used: with exactly M it is the secret, with more it is too
 * if all are good. With fewer, or where one was changed, it is another scalar.
 *
 * @param[out] secret       MODULUS_LEN bytes, which overlap no input; zeroed on
 *                          failure, but left alone where MODULUS_LEN is out of
 *                          range
 * @param[in]  modulus      as when split
 * @param[in]  modulus_len  likewise
 * @param[in]  shares       COUNT pointers to MODULUS_LEN bytes each
 * @param[in]  indices      the index of each share
 * @param[in]  count        how many: 1..255
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or the modulus is even,
 *                                below 3, too long, begins with a zero, or is
 *                                seen not to be a prime: with these indices it
 *                                gives no one secret
 * @retval KEYSHARE_ERR_POLICY    COUNT is out of range
 * @retval KEYSHARE_ERR_INDEX     an index is 0, given twice, or not below the
 *                                modulus
 * @retval KEYSHARE_ERR_FORMAT    a share is not below the modulus
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret secret, the bytes at shares
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_raw_prime_combine(
    uint8_t *secret, const uint8_t *modulus, size_t modulus_len,
    const uint8_t *const *shares, const uint8_t *indices, size_t count);

KEYSHARE_END_DECLS

#endif
