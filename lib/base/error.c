/* SPDX-License-Identifier: ISC */
/* The sentences and names of errors, and whose business they are.
 *
 * The switches have no default: a code that is not in the list does not build
 * (-Werror=switch).
 */
#include <keyshare/error.h>

/* Each code, who has to act on it, and its sentence. */
#define ERRORS(ERROR)                                                          \
    ERROR(KEYSHARE_OK, NONE, "Done.")                                          \
    ERROR(KEYSHARE_ERR_ARGUMENT, CALLER,                                       \
        "An argument is not what the function asks for.")                      \
    ERROR(KEYSHARE_ERR_STATE, CALLER, "This call is not allowed now.")         \
    ERROR(                                                                     \
        KEYSHARE_ERR_SPACE, CALLER, "The buffer is too small for the result.") \
    ERROR(KEYSHARE_ERR_POLICY, CALLER,                                         \
        "Role, scheme, threshold and count do not make a policy.")             \
    ERROR(KEYSHARE_ERR_LABEL, CALLER,                                          \
        "The label is too long, not UTF-8, or has a forbidden character.")     \
    ERROR(KEYSHARE_ERR_KEY_LENGTH, CALLER, "A key has 1 to 1024 bytes.")       \
    ERROR(KEYSHARE_ERR_INDEX, CALLER,                                          \
        "An index is 0, above the count, given twice, or not awaited.")        \
    ERROR(KEYSHARE_ERR_FORMAT, INPUT, "The bytes are not in canonical form.")  \
    ERROR(KEYSHARE_ERR_VERSION, INPUT,                                         \
        "The version or scheme is not known to this library.")                 \
    ERROR(KEYSHARE_ERR_DAMAGED, INPUT, "The check inside does not match.")     \
    ERROR(                                                                     \
        KEYSHARE_ERR_UNEXPECTED, INPUT, "The record is not the expected one.") \
    ERROR(KEYSHARE_ERR_ROLE, INPUT,                                            \
        "The set's role is not one that this is for.")                         \
    ERROR(KEYSHARE_ERR_QUORUM, INPUT, "Fewer good cards than the threshold.")  \
    ERROR(KEYSHARE_ERR_MISMATCH, INPUT,                                        \
        "Good cards gave a key that the record does not commit to: "           \
        "the dealing was bad.")                                                \
    ERROR(KEYSHARE_ERR_LINEAGE, INPUT,                                         \
        "The record is not shown to succeed the one that is known.")           \
    ERROR(                                                                     \
        KEYSHARE_ERR_LIMIT, INPUT, "Locked for a while, or the time is over.") \
    ERROR(                                                                     \
        KEYSHARE_ERR_PROOF, INPUT, "The quorum proof is wrong: not a record.") \
    ERROR(KEYSHARE_ERR_ROLLBACK, INPUT,                                        \
        "An older state was put back in place of a newer one.")                \
    ERROR(KEYSHARE_ERR_CARD_ABSENT, CARD,                                      \
        "There is no card in the reader, or it was taken away.")               \
    ERROR(KEYSHARE_ERR_CARD_IO, CARD,                                          \
        "The exchange with the card failed, or its answer was not whole.")     \
    ERROR(KEYSHARE_ERR_CARD_PIN, CARD,                                         \
        "The card's PIN was wrong, or none was given.")                        \
    ERROR(KEYSHARE_ERR_CARD_BLOCKED, CARD,                                     \
        "The card's PIN is locked after too many wrong ones.")                 \
    ERROR(KEYSHARE_ERR_CARD_FULL, CARD, "The card has no room left.")          \
    ERROR(KEYSHARE_ERR_CARD_TORN, CARD,                                        \
        "Writing or erasing the card was torn off: do it again.")              \
    ERROR(KEYSHARE_ERR_CARD_UNKNOWN, CARD,                                     \
        "The card does not do what is needed, or makes no sense.")             \
    ERROR(KEYSHARE_ERR_CARD_OCCUPIED, CARD,                                    \
        "The card holds another image, which is not overwritten.")             \
    ERROR(                                                                     \
        KEYSHARE_ERR_CARD_EMPTY, CARD, "There is no card image on the card.")  \
    ERROR(                                                                     \
        KEYSHARE_ERR_CARD_DENIED, CARD, "The card's access rules forbid it.")  \
    ERROR(KEYSHARE_ERR_CARD_WORN, CARD,                                        \
        "The card's memory failed: it is worn out, take another.")             \
    ERROR(KEYSHARE_ERR_READER, CARD,                                           \
        "There is no such reader, or the service of readers is silent.")       \
    ERROR(KEYSHARE_ERR_READER_BUSY, CARD, "Another program holds the card.")   \
    ERROR(KEYSHARE_ERR_MEMORY, MACHINE, "No memory was to be had.")            \
    ERROR(KEYSHARE_ERR_RANDOM, MACHINE,                                        \
        "The source of randomness failed or is stuck.")                        \
    ERROR(KEYSHARE_ERR_FAULT, MACHINE,                                         \
        "A self-check found that this machine computed wrongly.")

const char *
keyshare_error_text(keyshare_error error)
{
#define TEXT(code, kind, text)                                                 \
    case code: return text;
    switch (error) {
        ERRORS(TEXT)
    }
#undef TEXT
    return "An error that this version of the library does not know.";
}

const char *
keyshare_error_name(keyshare_error error)
{
#define NAME(code, kind, text)                                                 \
    case code: return #code;
    switch (error) {
        ERRORS(NAME)
    }
#undef NAME
    return "KEYSHARE_ERR_UNKNOWN";
}

/* Codes are numbered by kind, twenty to each; but a number alone is no known
 * code, and an unknown one is the machine's. */
keyshare_error_kind
keyshare_error_kind_of(keyshare_error error)
{
#define KIND(code, kind, text) {code, KEYSHARE_ERROR_KIND_##kind},
    static const struct {
        keyshare_error code;
        keyshare_error_kind kind;
    } kinds[] = {ERRORS(KIND)};
#undef KIND

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].code == error)
            return kinds[i].kind;
    return KEYSHARE_ERROR_KIND_MACHINE;
}
