/* SPDX-License-Identifier: ISC */
/** @file
 * Records: the public description of a share set. No secret is in one.
 *
 * A record says scheme, role, threshold, count, key length, lineage, epoch,
 * label, time, predecessor, and the commitments that cards are judged
 * against; with pedersen it also carries the proof that whoever made it knew
 * an opening of the key commitment. Its form is canonical: for every record
 * there is one string of bytes, and the SHA-256 of that is its fingerprint.
 *
 * Records are made by a dealing (deal.h) or decoded from bytes, never half
 * valid, and not changed afterwards: any number of threads may read one.
 * Whoever hands over cards can hand over a record too: compare its
 * fingerprint with the one that was spoken at the ceremony.
 */
#ifndef KEYSHARE_RECORD_H
#define KEYSHARE_RECORD_H

#include <keyshare/error.h>
#include <keyshare/policy.h>

KEYSHARE_BEGIN_DECLS

/** Bytes of a lineage's id. */
#define KEYSHARE_LINEAGE_SIZE 16

/** No record has more bytes than this. */
#define KEYSHARE_RECORD_SIZE_MAX 278528

/** The public description of a share set. */
typedef struct keyshare_record keyshare_record;

/** Decode a record, and check all of it: form, points, scalars, proof.
 *
 * It is not judged whether its policy is wise (M = 1 is accepted).
 *
 * @param[out] record  the record; the caller's to free
 * @param[in]  bytes   LEN bytes, all of them the record
 * @param[in]  len     how many
 * @param[out] tag     where it is wrong: the tag of the field at fault (0x80
 *                     to 0x8C), 0xE1 for the record as a whole, 0 for nowhere;
 *                     may be NULL
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_FORMAT    not the canonical form of a record, or its
 *                                label is not a legal one
 * @retval KEYSHARE_ERR_VERSION   a version or scheme not known here
 * @retval KEYSHARE_ERR_PROOF     canonical, but its quorum proof is wrong
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_record_decode(
    keyshare_record **record, const uint8_t *bytes, size_t len, uint8_t *tag);

/** The most memory that decoding a record takes at one time, in bytes counted
 * as memory.h says; a little less stays with the record.
 *
 * @param[in] len  how many bytes the encoded record has
 *
 * @return the number of bytes
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_record_memory(size_t len);

/** Load a record for judging many cards: compute once, from public data, what
 * is the same for all of them.
 *
 * With pedersen a card is then judged several times faster; with gf256 there
 * is nothing to gain, and nothing is done. It changes no answer. Memory: 32
 * bytes for each card of the set and each 31 bytes of key, kept with the
 * record. To be called before threads share the record; a second call does
 * nothing.
 *
 * @param[in,out] record  the record; unchanged on failure
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  RECORD is NULL
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_record_prepare(
    keyshare_record *record);

/** The most memory that keyshare_record_prepare takes at one time, counted as
 * memory.h says; a little less stays with the record.
 *
 * @param[in] record  the record
 *
 * @return the number of bytes; 0 if there is nothing to prepare
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_record_prepare_memory(
    const keyshare_record *record);

/** Free a record, and set the pointer to NULL.
 *
 * @param[in,out] record  the address of the pointer; NULL in either: nothing
 *
 * @secret none
 */
KEYSHARE_API void keyshare_record_free(keyshare_record **record);

/* What a record says. None of these takes NULL; all pointers returned point
 * into the record and live as long as it does.
 */

/** Its bytes, canonical.
 *
 * @param[in]  record  the record
 * @param[out] len     how many; may be NULL
 *
 * @return LEN bytes
 *
 * @secret none
 */
KEYSHARE_API const uint8_t *keyshare_record_bytes(
    const keyshare_record *record, size_t *len);

/** Its fingerprint.
 *
 * @param[in] record  the record
 *
 * @return KEYSHARE_FINGERPRINT_SIZE bytes
 *
 * @secret none
 */
KEYSHARE_API const uint8_t *keyshare_record_fingerprint(
    const keyshare_record *record);

/** Role, scheme, threshold and count.
 *
 * @param[in] record  the record
 *
 * @return the policy
 *
 * @secret none
 */
KEYSHARE_API keyshare_policy keyshare_record_policy(
    const keyshare_record *record);

/** How many bytes the key has.
 *
 * @param[in] record  the record
 *
 * @return 1..1024
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_record_key_len(const keyshare_record *record);

/** Which key: the same in all records of one lineage, made when it was dealt.
 *
 * @param[in] record  the record
 *
 * @return KEYSHARE_LINEAGE_SIZE bytes
 *
 * @secret none
 */
KEYSHARE_API const uint8_t *keyshare_record_lineage(
    const keyshare_record *record);

/** How many records of its lineage came before it.
 *
 * @param[in] record  the record
 *
 * @return the epoch; 0 for a dealing
 *
 * @secret none
 */
KEYSHARE_API uint32_t keyshare_record_epoch(const keyshare_record *record);

/** What people call the set: UTF-8, no terminator.
 *
 * @param[in]  record  the record
 * @param[out] len     how many bytes, 0..64
 *
 * @return LEN bytes
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_record_label(
    const keyshare_record *record, size_t *len);

/** When it was made, as its maker said.
 *
 * @param[in] record  the record
 *
 * @return seconds since 1970; 0: not told
 *
 * @secret none
 */
KEYSHARE_API uint64_t keyshare_record_time(const keyshare_record *record);

/** Which record it follows.
 *
 * @param[in] record  the record
 *
 * @return that one's fingerprint, 32 bytes; NULL at epoch 0
 *
 * @secret none
 */
KEYSHARE_API const uint8_t *keyshare_record_predecessor(
    const keyshare_record *record);

KEYSHARE_END_DECLS

#endif
