/* SPDX-License-Identifier: ISC */
/** @file
 * Dealing: from a storage key to a record and a share for each holder.
 *
 * What M-1 cards tell. *pedersen*: per chunk of the key two polynomials f, g
 * of degree M-1 over Z_L are drawn with f(0) the chunk; card i holds f(i) and
 * g(i). For any M-1 cards and any other key there is exactly one pair f', g'
 * that agrees with the cards and, with h the discrete logarithm of H, with
 * every commitment (g' = g + (f - f')/h): so cards and commitments together
 * have the same distribution for every key of that length. The proof is made
 * from one opening, and by witness indistinguishability (Okamoto, CRYPTO '92)
 * is distributed the same for all of them. Hence M-1 cards with the record
 * tell the key's length and no more, to any computer. *gf256*: the same
 * argument holds for the shares alone, byte by byte; the record's SHA-256
 * tags are of values blinded by 32 random bytes and hide computationally.
 * Both are as good as the randomness: a device feeds its own (random.h).
 */
#ifndef KEYSHARE_DEAL_H
#define KEYSHARE_DEAL_H

#include <keyshare/error.h>
#include <keyshare/policy.h>
#include <keyshare/random.h>
#include <keyshare/record.h>
#include <keyshare/secret.h>

KEYSHARE_BEGIN_DECLS

/** Deal a key: make a record of a new lineage, and a share for each index.
 *
 * Before anything is handed out the encoded result is checked whole: the
 * record decodes and its proof holds, every share verifies against it, and the
 * last M shares give KEY. Nothing is left behind where that fails.
 *
 * @param[out] record   the set's record; the caller's to free
 * @param[out] shares   terms->policy.count encoded shares, index 1 first; each
 *                      the caller's to free; not touched where the terms
 *                      are refused, since then they do not say how many
 * @param[in]  terms    policy, label and time of the set
 * @param[in]  key      KEY_LEN bytes
 * @param[in]  key_len  1..1024
 * @param[in]  random   what to draw from; NULL: the system's generator
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or TERMS or RANDOM is
 *                                  not well made
 * @retval KEYSHARE_ERR_POLICY      the policy may not be dealt under
 * @retval KEYSHARE_ERR_LABEL       the label is not a legal one
 * @retval KEYSHARE_ERR_KEY_LENGTH  no bytes, or more than 1024
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_RANDOM      RANDOM failed, or gave what only a stuck
 *                                  generator gives
 * @retval KEYSHARE_ERR_FAULT       the result did not pass its own check, or the
 *                                  latch is closed (self_test.h)
 *
 * @secret key, shares, what is drawn from RANDOM
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_deal(
    keyshare_record **record, keyshare_secret **shares,
    const keyshare_terms *terms, const uint8_t *key, size_t key_len,
    const keyshare_random *random);

/** The most memory that a dealing takes at one time, counted as memory.h says,
 * with the record and the shares that it hands out.
 *
 * @param[in] policy   a policy that may be dealt under
 * @param[in] key_len  1..1024
 *
 * @return the number of bytes, for a label of 64 bytes; 0 if the policy or the
 *         length is refused
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_deal_memory(
    const keyshare_policy *policy, size_t key_len);

KEYSHARE_END_DECLS

#endif
