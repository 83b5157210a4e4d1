/* SPDX-License-Identifier: ISC */
/** @file
 * Raw sharing: Shamir's scheme on bytes, without records, cards or checks.
 *
 * For what others interoperate with, and for secrets of any length. Each byte
 * is shared by a polynomial of its own, of degree M-1 over GF(2^8) modulo
 * X^8 + X^4 + X^3 + X + 1, with the secret's byte at 0 and uniform
 * coefficients, the leading one too; the share of index x in 1..255 is the
 * values at x ([Sha79]; [ISO19592-2]). M-1 shares tell the secret's length and
 * no more, if the randomness is good. Nothing in a share tells whether it is
 * right: a wrong one, or too few, give wrong bytes, and nobody is told. For
 * keys there is keyshare_deal.
 *
 * *Streaming.* Bytes are shared independently of each other, so there is no
 * state to keep: split (combine) a long secret in pieces as they come, each by
 * a call with the same threshold and indices; the pieces of each share one
 * after the other are the share. Pieces may be cut anywhere, at splitting and
 * at combining differently. A call takes no memory but the caller's buffers
 * and less than 32 KiB of stack, whatever the lengths; pieces of some 64 KiB
 * and more are as fast as one call.
 *
 * *Randomness.* A share's byte costs M-1 random ones. They come from the
 * caller's source if one is given, in portions of 16 KiB at most. Otherwise up
 * to 256 are drawn from the system as they are; for more, the call draws a
 * ChaCha20 key of 32 bytes from the system, takes them from that key's stream,
 * and wipes the key before it returns. This is safe since the key serves this
 * one call, in which no part of its stream is used twice; M-1 shares then tell
 * nothing to whoever cannot tell ChaCha20 with a secret key from random bytes.
 * No randomness is kept from one call to another, so that none can be used for
 * two secrets after a fork, nor in two copies of a virtual machine that were
 * stopped between calls. (Two splits with the same coefficients give away the
 * XOR of their secrets. A machine that is copied *within* a call goes on twice
 * with the same key: that is harmless only as long as both copies read the
 * same secret. Do not take snapshots of a machine that is splitting; and a
 * source of the caller's must itself not repeat after a fork.)
 *
 * No buffer that is written may overlap another one that a call is given.
 *
 * [Sha79] Shamir, How to share a secret, Communications of the ACM 22 (11).
 * [ISO19592-2] ISO/IEC 19592-2:2017, Secret sharing: fundamental mechanisms.
 */
#ifndef KEYSHARE_RAW_H
#define KEYSHARE_RAW_H

#include <keyshare/error.h>
#include <keyshare/random.h>

KEYSHARE_BEGIN_DECLS

/** The most shares: the field has so many elements beside 0. */
#define KEYSHARE_RAW_COUNT_MAX 255

/** How a secret is split. Begin with KEYSHARE_RAW_TERMS_INIT. */
typedef struct keyshare_raw_terms {
    size_t size;            /**< of this structure */
    unsigned threshold;     /**< M: so many shares give the secret; 1..count */
    unsigned count;         /**< N: so many shares are made; 1..255 */
    const uint8_t *indices; /**< count different ones, 1..255; NULL: 1..count */
} keyshare_raw_terms;

/** Empty terms: threshold and count must be set. */
#define KEYSHARE_RAW_TERMS_INIT                                                \
    {                                                                          \
        sizeof(keyshare_raw_terms), 0, 0, 0                                    \
    }

/** Split secret bytes, or a piece of them.
 *
 * A threshold of 1 makes each share a copy of the secret, and draws nothing.
 *
 * @param[out] shares  terms->count pointers to LEN bytes each, in the order of
 *                     the indices; not touched where the terms are refused,
 *                     since then they do not say how many
 * @param[in]  terms   threshold, count and indices
 * @param[in]  secret  LEN bytes
 * @param[in]  len     any, also 0
 * @param[in]  random  what to draw from; NULL: the system's generator
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or TERMS or RANDOM is not
 *                                well made
 * @retval KEYSHARE_ERR_POLICY    not 1 <= threshold <= count <= 255
 * @retval KEYSHARE_ERR_INDEX     an index is 0, or there twice
 * @retval KEYSHARE_ERR_RANDOM    the source failed, or a portion of 16 bytes
 *                                or more began with zeros alone (32 if it has
 *                                as many): it is stuck
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret secret, shares, what is drawn from RANDOM
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_raw_split(
    uint8_t *const *shares, const keyshare_raw_terms *terms,
    const uint8_t *secret, size_t len, const keyshare_random *random);

/** Combine shares, or a piece of them, to the secret.
 *
 * More shares than the threshold give the same, if all are right.
 *
 * @param[out] secret   LEN bytes
 * @param[in]  shares   COUNT pointers to LEN bytes each
 * @param[in]  indices  COUNT different ones, 1..255, in the order of SHARES
 * @param[in]  count    as many as the threshold, or more; 1..255
 * @param[in]  len      any, also 0
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL, or COUNT is 0 or above 255
 * @retval KEYSHARE_ERR_INDEX     an index is 0, or there twice
 * @retval KEYSHARE_ERR_FAULT     the latch is closed (self_test.h)
 *
 * @secret shares, secret
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_raw_combine(
    uint8_t *secret, const uint8_t *const *shares, const uint8_t *indices,
    unsigned count, size_t len);

/** The names of the ways to compute in GF(2^8) that this machine has, one by
 * one.
 *
 * "portable" is always there, the last; before it there may be "avx2",
 * "gfni128", "gfni256" and "gfni512", called for what they are made of.
 *
 * @param[in] which  0 is the one that is taken by itself, 1 the next, ...
 *
 * @return a static string; NULL if there are no more
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_raw_backend(unsigned which);

/** The name of the one that computes.
 *
 * @return a static string
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_raw_backend_selected(void);

/** Select the one that computes from now on, in all threads, for raw sharing
 * and the scheme gf256 both.
 *
 * For tests and benchmarks, which want to see each of them on one machine:
 * results are the same. May be called at any time, from any thread.
 *
 * @param[in] name  a name that keyshare_raw_backend gives; NULL: the first
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  there is none of that name here
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_raw_backend_select(
    const char *name);

KEYSHARE_END_DECLS

#endif
