/* SPDX-License-Identifier: ISC */
/* The sentences and names of errors, and whose business they are.
 *
 * The switches have no default: a code without its entry does not build
 * (-Werror=switch).
 */
#include <keyshare/error.h>

const char *
keyshare_error_text(keyshare_error error)
{
    switch (error) {
    case KEYSHARE_OK: return "Done.";
    case KEYSHARE_ERR_ARGUMENT:
        return "An argument is not what the function asks for.";
    case KEYSHARE_ERR_STATE: return "This call is not allowed now.";
    case KEYSHARE_ERR_SPACE: return "The buffer is too small for the result.";
    case KEYSHARE_ERR_POLICY:
        return "Role, scheme, threshold and count do not make a policy.";
    case KEYSHARE_ERR_LABEL:
        return "The label is too long, not UTF-8, or has a forbidden "
               "character.";
    case KEYSHARE_ERR_KEY_LENGTH: return "A key has 1 to 1024 bytes.";
    case KEYSHARE_ERR_INDEX:
        return "An index is 0, above the count, given twice, or not awaited.";
    case KEYSHARE_ERR_FORMAT: return "The bytes are not in canonical form.";
    case KEYSHARE_ERR_VERSION:
        return "The version or scheme is not known to this library.";
    case KEYSHARE_ERR_DAMAGED: return "The check inside does not match.";
    case KEYSHARE_ERR_UNEXPECTED: return "The record is not the expected one.";
    case KEYSHARE_ERR_ROLE:
        return "The set's role is not one that this is for.";
    case KEYSHARE_ERR_QUORUM: return "Fewer good cards than the threshold.";
    case KEYSHARE_ERR_MISMATCH:
        return "Good cards gave a key that the record does not commit to: "
               "the dealing was bad.";
    case KEYSHARE_ERR_LINEAGE:
        return "The record is not shown to succeed the one that is known.";
    case KEYSHARE_ERR_LIMIT: return "Locked for a while, or the time is over.";
    case KEYSHARE_ERR_PROOF: return "The quorum proof is wrong: not a record.";
    case KEYSHARE_ERR_ROLLBACK:
        return "An older state was put back in place of a newer one.";
    case KEYSHARE_ERR_CARD_ABSENT:
        return "There is no card in the reader, or it was taken away.";
    case KEYSHARE_ERR_CARD_IO:
        return "The exchange with the card failed, or its answer was not whole.";
    case KEYSHARE_ERR_CARD_PIN:
        return "The card's PIN was wrong, or none was given.";
    case KEYSHARE_ERR_CARD_BLOCKED:
        return "The card's PIN is locked after too many wrong ones.";
    case KEYSHARE_ERR_CARD_FULL: return "The card has no room left.";
    case KEYSHARE_ERR_CARD_TORN:
        return "Writing or erasing the card was torn off: do it again.";
    case KEYSHARE_ERR_CARD_UNKNOWN:
        return "The card does not do what is needed, or makes no sense.";
    case KEYSHARE_ERR_CARD_OCCUPIED:
        return "The card holds another image, which is not overwritten.";
    case KEYSHARE_ERR_CARD_EMPTY: return "There is no card image on the card.";
    case KEYSHARE_ERR_CARD_DENIED: return "The card's access rules forbid it.";
    case KEYSHARE_ERR_CARD_WORN:
        return "The card's memory failed: it is worn out, take another.";
    case KEYSHARE_ERR_READER:
        return "There is no such reader, or the service of readers is silent.";
    case KEYSHARE_ERR_READER_BUSY: return "Another program holds the card.";
    case KEYSHARE_ERR_MEMORY: return "No memory was to be had.";
    case KEYSHARE_ERR_RANDOM:
        return "The source of randomness failed or is stuck.";
    case KEYSHARE_ERR_FAULT:
        return "A self-check found that this machine computed wrongly.";
    }
    return "An error that this version of the library does not know.";
}

const char *
keyshare_error_name(keyshare_error error)
{
    switch (error) {
    case KEYSHARE_OK: return "KEYSHARE_OK";
    case KEYSHARE_ERR_ARGUMENT: return "KEYSHARE_ERR_ARGUMENT";
    case KEYSHARE_ERR_STATE: return "KEYSHARE_ERR_STATE";
    case KEYSHARE_ERR_SPACE: return "KEYSHARE_ERR_SPACE";
    case KEYSHARE_ERR_POLICY: return "KEYSHARE_ERR_POLICY";
    case KEYSHARE_ERR_LABEL: return "KEYSHARE_ERR_LABEL";
    case KEYSHARE_ERR_KEY_LENGTH: return "KEYSHARE_ERR_KEY_LENGTH";
    case KEYSHARE_ERR_INDEX: return "KEYSHARE_ERR_INDEX";
    case KEYSHARE_ERR_FORMAT: return "KEYSHARE_ERR_FORMAT";
    case KEYSHARE_ERR_VERSION: return "KEYSHARE_ERR_VERSION";
    case KEYSHARE_ERR_DAMAGED: return "KEYSHARE_ERR_DAMAGED";
    case KEYSHARE_ERR_UNEXPECTED: return "KEYSHARE_ERR_UNEXPECTED";
    case KEYSHARE_ERR_ROLE: return "KEYSHARE_ERR_ROLE";
    case KEYSHARE_ERR_QUORUM: return "KEYSHARE_ERR_QUORUM";
    case KEYSHARE_ERR_MISMATCH: return "KEYSHARE_ERR_MISMATCH";
    case KEYSHARE_ERR_LINEAGE: return "KEYSHARE_ERR_LINEAGE";
    case KEYSHARE_ERR_LIMIT: return "KEYSHARE_ERR_LIMIT";
    case KEYSHARE_ERR_PROOF: return "KEYSHARE_ERR_PROOF";
    case KEYSHARE_ERR_ROLLBACK: return "KEYSHARE_ERR_ROLLBACK";
    case KEYSHARE_ERR_CARD_ABSENT: return "KEYSHARE_ERR_CARD_ABSENT";
    case KEYSHARE_ERR_CARD_IO: return "KEYSHARE_ERR_CARD_IO";
    case KEYSHARE_ERR_CARD_PIN: return "KEYSHARE_ERR_CARD_PIN";
    case KEYSHARE_ERR_CARD_BLOCKED: return "KEYSHARE_ERR_CARD_BLOCKED";
    case KEYSHARE_ERR_CARD_FULL: return "KEYSHARE_ERR_CARD_FULL";
    case KEYSHARE_ERR_CARD_TORN: return "KEYSHARE_ERR_CARD_TORN";
    case KEYSHARE_ERR_CARD_UNKNOWN: return "KEYSHARE_ERR_CARD_UNKNOWN";
    case KEYSHARE_ERR_CARD_OCCUPIED: return "KEYSHARE_ERR_CARD_OCCUPIED";
    case KEYSHARE_ERR_CARD_EMPTY: return "KEYSHARE_ERR_CARD_EMPTY";
    case KEYSHARE_ERR_CARD_DENIED: return "KEYSHARE_ERR_CARD_DENIED";
    case KEYSHARE_ERR_CARD_WORN: return "KEYSHARE_ERR_CARD_WORN";
    case KEYSHARE_ERR_READER: return "KEYSHARE_ERR_READER";
    case KEYSHARE_ERR_READER_BUSY: return "KEYSHARE_ERR_READER_BUSY";
    case KEYSHARE_ERR_MEMORY: return "KEYSHARE_ERR_MEMORY";
    case KEYSHARE_ERR_RANDOM: return "KEYSHARE_ERR_RANDOM";
    case KEYSHARE_ERR_FAULT: return "KEYSHARE_ERR_FAULT";
    }
    return "KEYSHARE_ERR_UNKNOWN";
}

/* Codes are numbered by kind, twenty to each; but a number alone is no known
 * code, and an unknown one is the machine's. */
keyshare_error_kind
keyshare_error_kind_of(keyshare_error error)
{
    switch (error) {
    case KEYSHARE_OK: return KEYSHARE_ERROR_KIND_NONE;
    case KEYSHARE_ERR_ARGUMENT:
    case KEYSHARE_ERR_STATE:
    case KEYSHARE_ERR_SPACE:
    case KEYSHARE_ERR_POLICY:
    case KEYSHARE_ERR_LABEL:
    case KEYSHARE_ERR_KEY_LENGTH:
    case KEYSHARE_ERR_INDEX: return KEYSHARE_ERROR_KIND_CALLER;
    case KEYSHARE_ERR_FORMAT:
    case KEYSHARE_ERR_VERSION:
    case KEYSHARE_ERR_DAMAGED:
    case KEYSHARE_ERR_UNEXPECTED:
    case KEYSHARE_ERR_ROLE:
    case KEYSHARE_ERR_QUORUM:
    case KEYSHARE_ERR_MISMATCH:
    case KEYSHARE_ERR_LINEAGE:
    case KEYSHARE_ERR_LIMIT:
    case KEYSHARE_ERR_PROOF:
    case KEYSHARE_ERR_ROLLBACK: return KEYSHARE_ERROR_KIND_INPUT;
    case KEYSHARE_ERR_CARD_ABSENT:
    case KEYSHARE_ERR_CARD_IO:
    case KEYSHARE_ERR_CARD_PIN:
    case KEYSHARE_ERR_CARD_BLOCKED:
    case KEYSHARE_ERR_CARD_FULL:
    case KEYSHARE_ERR_CARD_TORN:
    case KEYSHARE_ERR_CARD_UNKNOWN:
    case KEYSHARE_ERR_CARD_OCCUPIED:
    case KEYSHARE_ERR_CARD_EMPTY:
    case KEYSHARE_ERR_CARD_DENIED:
    case KEYSHARE_ERR_CARD_WORN:
    case KEYSHARE_ERR_READER:
    case KEYSHARE_ERR_READER_BUSY: return KEYSHARE_ERROR_KIND_CARD;
    case KEYSHARE_ERR_MEMORY:
    case KEYSHARE_ERR_RANDOM:
    case KEYSHARE_ERR_FAULT: return KEYSHARE_ERROR_KIND_MACHINE;
    }
    return KEYSHARE_ERROR_KIND_MACHINE;
}
