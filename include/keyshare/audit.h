/* SPDX-License-Identifier: ISC */
/** @file
 * Audit: the history of a key's sets, from their records alone.
 *
 * The records of one key, a lineage, are a tree: each but the first names its
 * predecessor by the fingerprint, and one may have several successors (a set
 * that was refreshed, and a transfer set beside it). An audit is given records
 * in any order, needs no card and no secret, and answers three questions
 * apart: is the chain whole, and every record well made; did the key
 * commitment ever change; is what was given what was expected.
 *
 * It cannot tell what is not shown to it. Where the oldest record given is not
 * of epoch 0, what came before is not known. Without the fingerprints that are
 * expected (of the newest record of each branch, as spoken at the ceremonies;
 * each vouches for the whole chain behind it) it is not known who made the
 * records, nor whether a newer one is withheld. pedersen: each record carries
 * the proof that its maker knew an opening of the key commitment; gf256: there
 * is no proof, and a stranger can make a successor of any record. That a set
 * gives the key is shown by its cards (keyshare_check).
 *
 *     keyshare_finding findings[3];
 *     keyshare_audit_report report = KEYSHARE_AUDIT_REPORT_INIT;
 *     const uint8_t *expected[] = {spoken_fingerprint};
 *
 *     error = keyshare_audit(findings, &report, records, 3, expected, 1);
 *     if (error == KEYSHARE_OK && report.consistent && report.authenticated)
 *         ...
 *     else for each: keyshare_finding_text(findings[i])
 */
#ifndef KEYSHARE_AUDIT_H
#define KEYSHARE_AUDIT_H

#include <keyshare/error.h>
#include <keyshare/record.h>

KEYSHARE_BEGIN_DECLS

/** What can be said of one record among others: the first that applies.
 *
 * `ok` is no small number, and zero is not a finding (see verdict.h). Each is
 * set against its own predecessor only: what follows a bad record may be ok.
 */
typedef enum keyshare_finding {
    /** Not judged. */
    KEYSHARE_FINDING_NONE = 0,
    /** It follows its predecessor as it should, or is the root: the record of
     * the lowest epoch, the first given among equals. */
    KEYSHARE_FINDING_OK = 0x3c,
    /** What was given is no record. */
    KEYSHARE_FINDING_NOT_A_RECORD = 0x81,
    /** Of another lineage than the first record given. */
    KEYSHARE_FINDING_OTHER_LINEAGE = 0x82,
    /** Its predecessor is not among the records, or it has none, and it is not
     * the root. */
    KEYSHARE_FINDING_NO_PREDECESSOR = 0x84,
    /** Its epoch is not its predecessor's plus one. */
    KEYSHARE_FINDING_WRONG_EPOCH = 0x87,
    /** It commits to another key than its predecessor: another key commitment,
     * or another scheme, key length or lineage. */
    KEYSHARE_FINDING_OTHER_KEY = 0x88,
    /** pedersen: the same key and threshold as its predecessor's, but not all
     * else was replaced: the generator of whoever made it was stuck, and old
     * cards may still work. */
    KEYSHARE_FINDING_NOT_REFRESHED = 0x8b
} keyshare_finding;

/** The word for a finding: "ok", "not-a-record", "other-lineage",
 * "no-predecessor", "wrong-epoch", "other-key", "not-refreshed".
 *
 * @param[in] finding  any value
 *
 * @return a static string; "not judged" for NONE and for an unknown value
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_finding_text(keyshare_finding finding);

/** What to tell the people at the table about such a record, in a sentence.
 *
 * @param[in] finding  any value
 *
 * @return a static string, never NULL
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_finding_explain(keyshare_finding finding);

/** Whether a record ends a branch of the tree, and was expected. */
typedef enum keyshare_leaf {
    /** Another of the records follows it, or it is none. */
    KEYSHARE_LEAF_NO = 0,
    /** A leaf, and among those expected. */
    KEYSHARE_LEAF_EXPECTED = 0x3c,
    /** A leaf that is not: an abandoned one, a forged one, or nobody said what
     * is expected. */
    KEYSHARE_LEAF_UNEXPECTED = 0x81
} keyshare_leaf;

/** What an audit found. Begin with KEYSHARE_AUDIT_REPORT_INIT. */
typedef struct keyshare_audit_report {
    size_t size; /**< of this structure */

    /* Given by the caller: where to put what there is one of for each. */

    /** For each record whether it is a leaf; NULL: not wanted. */
    keyshare_leaf *leaves;
    /** For each expected fingerprint 1 if such a record was given, 0 if it is
     * missing; NULL: not wanted. */
    uint8_t *present;

    /* The three answers: 1 yes, 0 no. */

    /** Is the chain whole, and every record well made? There is a record, and
     * every finding is OK. */
    int consistent;
    /** Is the key commitment the same in all records of the lineage? (Also in
     * one whose predecessor is not here: all are set against the root.) */
    int same_key;
    /** Is it what was expected? Something was expected, every leaf is among
     * it, and all of it was given. Says nothing about consistency. */
    int authenticated;

    /* What else there is to say. The records are those that were given. */

    /** Where the chain begins; NULL: no record was given. */
    const keyshare_record *root;
    /** The set of the lineage that takes the fewest cards: the lowest
     * threshold; among equals the newest epoch, the largest count, the smallest
     * fingerprint. Whoever has so many of its cards has the key, whatever the
     * other sets ask for. NULL: no record was given. */
    const keyshare_record *weakest;
    /** How many leaves are not expected; a record given twice counts once. */
    size_t unexpected_count;
    /** How many of those expected are missing. */
    size_t missing_count;
} keyshare_audit_report;

/** Nothing found yet, and neither array wanted. */
#define KEYSHARE_AUDIT_REPORT_INIT                                             \
    {                                                                          \
        sizeof(keyshare_audit_report), 0, 0, 0, 0, 0, 0, 0, 0, 0               \
    }

/** Audit records.
 *
 * They may be given in any order, and more than once. It takes no memory, and
 * time that grows with the square of their number: a second for some ten
 * thousand.
 *
 * @param[out]    findings        COUNT findings, in the order of RECORDS; all
 *                                NONE unless KEYSHARE_OK is returned
 * @param[in,out] report          what they amount to
 * @param[in]     records         COUNT records; NULL in the place of one that
 *                                could not be decoded
 * @param[in]     count           how many; with 0 every answer is no
 * @param[in]     expected        EXPECTED_COUNT fingerprints, 32 bytes each, in
 *                                any order: of every leaf, as spoken at the
 *                                ceremonies
 * @param[in]     expected_count  how many; 0: nobody says, and it is not
 *                                authenticated
 *
 * @retval KEYSHARE_OK              they were judged: see FINDINGS and REPORT
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or REPORT is not well
 *                                  made
 * @retval KEYSHARE_ERR_FAULT  the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_audit(
    keyshare_finding *findings, keyshare_audit_report *report,
    const keyshare_record *const *records, size_t count,
    const uint8_t *const *expected, size_t expected_count);

KEYSHARE_END_DECLS

#endif
