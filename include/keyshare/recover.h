/* SPDX-License-Identifier: ISC */
/** @file
 * Verify one card, check a set of them, recover the key from a quorum.
 *
 * Cards are images (image.h) in any order and number. Each is judged alone
 * and gets its verdict (verdict.h) by position; a bad one is named, never
 * mixed in. The record must be vouched for: say what it is expected to be,
 * or compare its fingerprint with the one that was spoken at the ceremony.
 */
#ifndef KEYSHARE_RECOVER_H
#define KEYSHARE_RECOVER_H

#include <keyshare/error.h>
#include <keyshare/image.h>
#include <keyshare/policy.h>
#include <keyshare/record.h>
#include <keyshare/secret.h>
#include <keyshare/verdict.h>

KEYSHARE_BEGIN_DECLS

/** What is known beforehand. Begin with KEYSHARE_EXPECTED_INIT. */
typedef struct keyshare_expected {
    size_t size; /**< of this structure */
    /** What the record's fingerprint must be, 32 bytes; NULL: not told. */
    const uint8_t *fingerprint;
    /** What the record's role must be; KEYSHARE_ROLE_ANY: not told. */
    int role;
    /** known_count other records; they only help to say what a card is that
     * is not of this set. NULL if known_count is 0. */
    const keyshare_record *const *known;
    size_t known_count;
} keyshare_expected;

/** Nothing is known. */
#define KEYSHARE_EXPECTED_INIT                                                 \
    {                                                                          \
        sizeof(keyshare_expected), 0, KEYSHARE_ROLE_ANY, 0, 0                  \
    }

/** What can be said of a set of cards without making the key. */
typedef enum keyshare_recoverable {
    /** Fewer good cards than the threshold. */
    KEYSHARE_RECOVERABLE_NO = 0,
    /** pedersen: any M of the good cards give the committed key. */
    KEYSHARE_RECOVERABLE_YES = 0x3c,
    /** gf256: unchanged since the dealing, and recoverable if that was
     * honest. More cannot be said without making the key. */
    KEYSHARE_RECOVERABLE_AS_DEALT = 0x81,
    /** gf256: the good cards are more than M and do not lie on one
     * polynomial: the dealing was bad. */
    KEYSHARE_RECOVERABLE_INCONSISTENT = 0x82
} keyshare_recoverable;

/** The word: "no", "yes", "as-dealt", "inconsistent".
 *
 * @param[in] recoverable  any value
 *
 * @return a static string; "no" for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_recoverable_text(
    keyshare_recoverable recoverable);

/** Judge one card alone. No other card is needed, and no key.
 *
 * @param[out] verdict   what the card is; NONE unless KEYSHARE_OK is returned
 * @param[in]  record    the set's record
 * @param[in]  expected  what RECORD must be, and other known records; NULL:
 *                       nothing told
 * @param[in]  card      its image; one of length 0 is damaged
 *
 * @retval KEYSHARE_OK              it was judged: see VERDICT
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or EXPECTED is not well
 *                                  made
 * @retval KEYSHARE_ERR_UNEXPECTED  RECORD is not the one expected
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret the card's share value
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_verify(
    keyshare_verdict *verdict, const keyshare_record *record,
    const keyshare_expected *expected, const keyshare_image *card);

/** Check a set of cards without making the key.
 *
 * @param[out] verdicts     COUNT verdicts, in the order of CARDS; all NONE
 *                          unless KEYSHARE_OK is returned
 * @param[out] recoverable  what they amount to
 * @param[out] good         how many verdicts are OK; may be NULL
 * @param[in]  record       the set's record
 * @param[in]  expected     what RECORD must be, and other known records;
 *                          NULL: nothing told
 * @param[in]  cards        COUNT card images in any order; one of length 0 is
 *                          damaged
 * @param[in]  count        how many; 0 gives NO
 *
 * @retval KEYSHARE_OK              they were judged
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or EXPECTED is not well
 *                                  made
 * @retval KEYSHARE_ERR_UNEXPECTED  RECORD is not the one expected
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret the cards' share values
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_check(
    keyshare_verdict *verdicts, keyshare_recoverable *recoverable, size_t *good,
    const keyshare_record *record, const keyshare_expected *expected,
    const keyshare_image *cards, size_t count);

/** Get the key back from a quorum of cards.
 *
 * Each card is first judged alone against RECORD; the key is computed from
 * the first M good ones and compared with the record's key commitment. Bad
 * cards are named, never mixed in, and cost nothing but their place.
 *
 * @param[out] key       the key; its length is keyshare_record_key_len(record);
 *                       the caller's to free
 * @param[out] verdicts  COUNT verdicts, in the order of CARDS; all NONE where
 *                       nothing was judged
 * @param[in]  record    the set's record
 * @param[in]  expected  what RECORD must be, and other known records; NULL:
 *                       nothing told
 * @param[in]  cards     COUNT card images in any order; one of length 0 is
 *                       damaged
 * @param[in]  count     how many
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or EXPECTED is not well
 *                                  made; nothing was judged
 * @retval KEYSHARE_ERR_UNEXPECTED  RECORD is not the one expected: nothing was
 *                                  judged
 * @retval KEYSHARE_ERR_QUORUM      fewer than the threshold are good: see
 *                                  VERDICTS
 * @retval KEYSHARE_ERR_MISMATCH    good cards gave a key that the record does
 *                                  not commit to: the dealing was bad
 * @retval KEYSHARE_ERR_MEMORY      nothing was judged
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret key, the cards' share values
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_recover(
    keyshare_secret **key, keyshare_verdict *verdicts,
    const keyshare_record *record, const keyshare_expected *expected,
    const keyshare_image *cards, size_t count);

/** The most memory that keyshare_verify takes at one time, counted as memory.h
 * says; keyshare_record_memory of another record more where a card carries one.
 *
 * @param[in] record  the set's record
 *
 * @return the number of bytes
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_verify_memory(const keyshare_record *record);

/** The most memory that keyshare_check takes at one time, likewise.
 *
 * @param[in] record  the set's record
 *
 * @return the number of bytes, for any number of cards
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_check_memory(const keyshare_record *record);

/** The most memory that keyshare_recover takes at one time, with the key that
 * it hands out, likewise.
 *
 * @param[in] record  the set's record
 *
 * @return the number of bytes, for any number of cards
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_recover_memory(const keyshare_record *record);

KEYSHARE_END_DECLS

#endif
