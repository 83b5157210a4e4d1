/* SPDX-License-Identifier: ISC */
/** @file
 * Verdicts: what can be said of one card against a record.
 *
 * The first that applies is given. `ok` is no small number, and zero is not
 * a verdict: an array that was zeroed, or hit by a flipped bit, never reads
 * as good.
 */
#ifndef KEYSHARE_VERDICT_H
#define KEYSHARE_VERDICT_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** What can be said of one card. */
typedef enum keyshare_verdict {
    /** Not judged. */
    KEYSHARE_VERDICT_NONE = 0,
    /** A share of this record, verified. */
    KEYSHARE_VERDICT_OK = 0x3c,
    /** Not a canonical share, its check does not match, or the record beside
     * it on the card is no record or not the one that the share names. */
    KEYSHARE_VERDICT_DAMAGED = 0x81,
    /** Of another record, known, with another role. */
    KEYSHARE_VERDICT_OTHER_ROLE = 0x82,
    /** Of another record of the same lineage: an older or a newer card. */
    KEYSHARE_VERDICT_OTHER_EPOCH = 0x84,
    /** Of another record. */
    KEYSHARE_VERDICT_OTHER_SET = 0x87,
    /** Names this record, but does not open its commitment. */
    KEYSHARE_VERDICT_INVALID = 0x88,
    /** Verified, but this index was presented before: counted once. */
    KEYSHARE_VERDICT_DUPLICATE = 0x8b
} keyshare_verdict;

/** The word for a verdict: "ok", "damaged", "other-role", "other-epoch",
 * "other-set", "invalid", "duplicate".
 *
 * @param[in] verdict  any value
 *
 * @return a static string; "not judged" for NONE and for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_verdict_text(keyshare_verdict verdict);

/** What to tell the people at the table about such a card, in a sentence.
 *
 * @param[in] verdict  any value
 *
 * @return a static string, never NULL
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_verdict_explain(keyshare_verdict verdict);

KEYSHARE_END_DECLS

#endif
