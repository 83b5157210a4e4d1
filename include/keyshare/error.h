/* SPDX-License-Identifier: ISC */
/** @file
 * Errors: why a call could not do what it was asked to.
 *
 * What is wrong with one card among several is no error but a verdict
 * (verdict.h), given by position; an error ends the call as a whole.
 * Numbers are never reused, and new ones may be added in any release.
 */
#ifndef KEYSHARE_ERROR_H
#define KEYSHARE_ERROR_H

#include <keyshare/api.h>

KEYSHARE_BEGIN_DECLS

/** The answer of every function that can fail. */
typedef enum keyshare_error {
    /** Done. */
    KEYSHARE_OK = 0,

    /** An argument is not what the function's description asks for. */
    KEYSHARE_ERR_ARGUMENT = 1,
    /** The object is not in a state that allows this call. */
    KEYSHARE_ERR_STATE = 2,
    /** The buffer given is too small for the result. */
    KEYSHARE_ERR_SPACE = 3,
    /** Role, scheme, threshold and count do not make a policy. */
    KEYSHARE_ERR_POLICY = 4,
    /** The label is too long, not UTF-8, or has a forbidden character. */
    KEYSHARE_ERR_LABEL = 5,
    /** The key has no bytes, or more than 1024. */
    KEYSHARE_ERR_KEY_LENGTH = 6,
    /** An index is 0, above the count, given twice, or not awaited. */
    KEYSHARE_ERR_INDEX = 7,

    /** The bytes are not the canonical form of what they should be. */
    KEYSHARE_ERR_FORMAT = 20,
    /** A version or scheme that this library does not know. */
    KEYSHARE_ERR_VERSION = 21,
    /** Canonical, but the check inside does not match. */
    KEYSHARE_ERR_DAMAGED = 22,
    /** The record, or its role, is not the expected one. */
    KEYSHARE_ERR_UNEXPECTED = 23,
    /** The set's role is not one that this is for. */
    KEYSHARE_ERR_ROLE = 24,
    /** Fewer good cards than the threshold. */
    KEYSHARE_ERR_QUORUM = 25,
    /** Good cards gave a key that the record does not commit to. */
    KEYSHARE_ERR_MISMATCH = 26,
    /** The record is not shown to succeed the one that is known. */
    KEYSHARE_ERR_LINEAGE = 27,
    /** Locked for a while, or the time is over. */
    KEYSHARE_ERR_LIMIT = 28,
    /** Canonical, but its quorum proof is wrong: not a record. */
    KEYSHARE_ERR_PROOF = 29,
    /** An older state was put back in place of a newer one. */
    KEYSHARE_ERR_ROLLBACK = 30,

    /** There is no card, or it was taken away. */
    KEYSHARE_ERR_CARD_ABSENT = 40,
    /** The exchange with the card failed, or its answer was not whole. */
    KEYSHARE_ERR_CARD_IO = 41,
    /** The card's PIN was wrong, or none was given. */
    KEYSHARE_ERR_CARD_PIN = 42,
    /** The card's PIN is locked after too many wrong ones. */
    KEYSHARE_ERR_CARD_BLOCKED = 43,
    /** The card has no room left. */
    KEYSHARE_ERR_CARD_FULL = 44,
    /** Writing or erasing the card was torn off; do it again. */
    KEYSHARE_ERR_CARD_TORN = 45,
    /** The card does not do what is needed, or makes no sense. */
    KEYSHARE_ERR_CARD_UNKNOWN = 46,
    /** The card holds another image, which is not overwritten. */
    KEYSHARE_ERR_CARD_OCCUPIED = 47,
    /** There is nothing of ours on the card. */
    KEYSHARE_ERR_CARD_EMPTY = 48,
    /** The card's access rules forbid it. */
    KEYSHARE_ERR_CARD_DENIED = 49,
    /** The card's memory failed: the card is worn out. */
    KEYSHARE_ERR_CARD_WORN = 50,
    /** No such reader, or the service of readers does not answer. */
    KEYSHARE_ERR_READER = 51,
    /** Another program holds the card. */
    KEYSHARE_ERR_READER_BUSY = 52,

    /** No memory was to be had. */
    KEYSHARE_ERR_MEMORY = 60,
    /** The source of randomness failed or is stuck. */
    KEYSHARE_ERR_RANDOM = 61,
    /** A self-check found that the machine computed wrongly. */
    KEYSHARE_ERR_FAULT = 62
} keyshare_error;

/** Who has to act on an error. */
typedef enum keyshare_error_kind {
    KEYSHARE_ERROR_KIND_NONE = 0,   /**< nobody: there was none */
    KEYSHARE_ERROR_KIND_CALLER = 1, /**< the program that called */
    KEYSHARE_ERROR_KIND_INPUT = 2,  /**< who presented cards or records */
    KEYSHARE_ERROR_KIND_CARD = 3,   /**< who tends cards and readers */
    KEYSHARE_ERROR_KIND_MACHINE = 4 /**< who tends this machine */
} keyshare_error_kind;

/** The error as a sentence for people, such as a ceremony log shows.
 *
 * @param[in] error  any value, known or not
 *
 * @return a static string, never NULL
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_error_text(keyshare_error error);

/** The error's name, such as "KEYSHARE_ERR_QUORUM".
 *
 * @param[in] error  any value, known or not
 *
 * @return a static string, never NULL
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_error_name(keyshare_error error);

/** Who has to act on the error.
 *
 * @param[in] error  any value; an unknown one is of kind MACHINE
 *
 * @return its kind; NONE for KEYSHARE_OK
 *
 * @secret none
 */
KEYSHARE_API keyshare_error_kind keyshare_error_kind_of(keyshare_error error);

KEYSHARE_END_DECLS

#endif
