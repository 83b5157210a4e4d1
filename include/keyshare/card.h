/* SPDX-License-Identifier: ISC */
/** @file
 * Cards: writing a card image to a smartcard, reading it back, looking at a
 * card without its PIN, and erasing it.
 *
 * Each call begins at the card's root and leaves no state in the library: what
 * was torn off is begun again, on this reader or another.
 *
 *
 * PROFILE "plain file system", for cards with files after ISO/IEC 7816-4.
 * (Profiles for OpenPGP and PIV cards are to come beside it.)
 *
 *     MF 3F00
 *       DF 4B53, named F0 6B6579 7368617265   ("KS"; F0 and "keyshare")
 *         EF 4B00  the marker    read: always   update, delete: PIN
 *         EF 4B01  the record    read: always   update, delete: PIN
 *         EF 4B02  the share     read: PIN      update, delete: PIN
 *         EF 4B03  wrapped key   read: always   update, delete: PIN
 *
 *  1. All are transparent EFs ([ISO7816-4] 5.3.2.1: every card has them), found
 *     by their identifiers from the MF down ([ISO7816-4] 5.3.1.2, and 7.1.1
 *     with P1 = 00, P2 = 0C: not every card can select by name or by path, or
 *     give a template back; one that refuses that is asked with P2 = 00). The
 *     DF's name begins with F: proprietary, registered with nobody
 *     ([ISO7816-4] 8.2.1.2), so that it can be found by name too.
 *  2. What is missing is created ([ISO7816-9] 7.2, CREATE FILE with a template
 *     62: 82 descriptor, 83 identifier, 80 size, 84 name, and 8C access rules
 *     in compact form, [ISO7816-4] 5.4.3.1: "user authentication" without
 *     naming an environment). Deleting the DF or a file in it takes the PIN;
 *     making a file in it does not. Where a card refuses these rules the files
 *     are made without: the share is then as open as the card's own rules leave
 *     it, which keyshare_card_info says. What is there is used as it is, so a
 *     card may be prepared by other means, with rules of its own. (Before it is
 *     first written it reads as incomplete; erasing it makes it an empty one.)
 *  3. Sizes are exact: the image's parts and 64 bytes for the marker. An EF
 *     that is there and large enough is used; one too small is deleted and
 *     made anew. No EF is longer than 32 KiB ([ISO7816-4] 7.2.1: offsets have
 *     15 bits). A record that is longer, or for which the card has no room, is
 *     left out, and the card holds the share alone; the share never is.
 *  4. The record is open and the share is not: whoever finds a card learns
 *     which set it is of, and no more; a clerk checks a shelf without a PIN.
 *     Changing any of it takes the PIN too, lest a card be emptied unseen.
 *  5. PIN: VERIFY ([ISO7816-4] 7.5.6), once the card has answered 6982. Which
 *     one (P2) is found by asking for tries left, which costs none: 00, then
 *     01, 81, 80, 02, 82. A card that does not answer that gets the PIN for the
 *     first of these which it does not say is none of its own, unless the
 *     caller says which (pin_reference). It is sent as it was typed.
 *  6. The marker is an encoded DO:
 *         E4 { 80 version 01, 81 state: 00 empty or 01 whole,
 *              82 what is there: 01 record + 02 share + 04 wrapped key,
 *              83 index (00: none), 84 fingerprint of the share's record (32
 *              bytes; zeros: none), 85 first 8 bytes of SHA-256 of the DOs 80
 *              to 84 as encoded }
 *     It is overwritten with zeros before anything else changes, and written
 *     last, when all else was read back. Any other content, or none where one
 *     of the other EFs is there, is an incomplete card. It holds no digest of
 *     the share: that would tell of it what commitments do not.
 *  7. Commands are short unless the card's answer to reset ([ISO7816-4]
 *     8.1.1.2.7) and the transport both offer extended length. A short command
 *     moves at most 254 bytes, an extended one 2048; fewer where the card
 *     answers 6700, down to 16.
 *  8. Erasing overwrites the other EFs, their heads last, reads back
 *     zeros, and writes the marker of an empty card; then all is
 *     deleted ([ISO7816-9] 7.3), as far as the card can.
 *
 *
 * A card may be torn from its reader at any moment. Afterwards it reads as it
 * was, or as it was to become, or as KEYSHARE_ERR_CARD_TORN; writing again, or
 * erasing, mends it. A call whose exchanges exceed what its work can need ends
 * with KEYSHARE_ERR_CARD_UNKNOWN, whatever the card answers.
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 * [ISO7816-9] ISO/IEC 7816-9:2017, Commands for card management.
 */
#ifndef KEYSHARE_CARD_H
#define KEYSHARE_CARD_H

#include <keyshare/card_transport.h>
#include <keyshare/error.h>
#include <keyshare/image.h>
#include <keyshare/secret.h>

KEYSHARE_BEGIN_DECLS

/** The most bytes of a PIN. */
#define KEYSHARE_CARD_PIN_SIZE_MAX 64

/** The number of tries left is not known. */
#define KEYSHARE_CARD_TRIES_UNKNOWN (-1)

/** Ask the holder for the card's PIN. Called at most once in each call of the
 * functions below, when the card has asked for it, and never again because a
 * PIN was wrong.
 *
 * context: as set. pin: room for KEYSHARE_CARD_PIN_SIZE_MAX bytes, wiped by the
 * library; *len: how many there are, 1 or more. tries: how often a PIN may be
 * tried before the card locks itself, or KEYSHARE_CARD_TRIES_UNKNOWN; at 1 the
 * holder is to be warned: a wrong one then locks the card for good.
 *
 * 0 when there is a PIN; anything else: none is given, and the call ends with
 * KEYSHARE_ERR_CARD_PIN without a try.
 */
typedef int (*keyshare_card_ask_pin)(
    void *context, uint8_t *pin, size_t *len, int tries);

/** Which PIN of the card: to be found, as rule 5 says. */
#define KEYSHARE_CARD_PIN_ANY 256

/** A card, and how it is to be treated. Begin with KEYSHARE_CARD_INIT. */
typedef struct keyshare_card {
    size_t size;                              /**< of this structure */
    const keyshare_card_transport *transport; /**< the way to it */
    keyshare_card_ask_pin ask_pin;            /**< NULL: there is no PIN */
    void *ask_context;                        /**< handed to ask_pin */
    /** P2 of VERIFY, 0..255, or KEYSHARE_CARD_PIN_ANY. */
    unsigned pin_reference;
} keyshare_card;

/** Nothing but the default: transport must be set. */
#define KEYSHARE_CARD_INIT                                                     \
    {                                                                          \
        sizeof(keyshare_card), 0, 0, 0, KEYSHARE_CARD_PIN_ANY                  \
    }

/** What is on a card. */
typedef enum keyshare_card_state {
    KEYSHARE_CARD_NONE = 0,      /**< nothing is known */
    KEYSHARE_CARD_EMPTY = 1,     /**< nothing of ours */
    KEYSHARE_CARD_WHOLE = 2,     /**< a card image */
    KEYSHARE_CARD_INCOMPLETE = 3 /**< writing or erasing was torn off */
} keyshare_card_state;

/** How well a card keeps its share. */
typedef enum keyshare_card_guard {
    KEYSHARE_CARD_GUARD_UNKNOWN = 0, /**< there is no share, or no telling */
    KEYSHARE_CARD_GUARD_PIN = 1,     /**< it asks for the PIN */
    KEYSHARE_CARD_GUARD_OPEN = 2     /**< anyone can read it */
} keyshare_card_guard;

/** What a card says of itself, or what a call found or did. Begin with
 * KEYSHARE_CARD_INFO_INIT. Written on failure too, as far as is known then: it
 * holds no secret. */
typedef struct keyshare_card_info {
    size_t size; /**< of this structure */
    keyshare_card_state state;
    int has_record;          /**< there is a record on the card */
    int has_share;           /**< there is a share on the card */
    int has_wrapped;         /**< there is a wrapped key on the card */
    unsigned index;          /**< the share's; 0: none */
    uint8_t fingerprint[32]; /**< of the share's record; zeros: none */
    keyshare_card_guard guard;
    int tries;          /**< PIN tries left, or KEYSHARE_CARD_TRIES_UNKNOWN */
    int changed;        /**< the call has changed the card */
    int record_omitted; /**< write: no room for the record, left out */
    /** On failure: the card's last status word, 0 if it gave none; what it
     * means is said by keyshare_card_status_text. */
    unsigned status;
    /** On failure: the file at fault, such as 0x4B02; 0: none. */
    unsigned file;
} keyshare_card_info;

/** Nothing is known. */
#define KEYSHARE_CARD_INFO_INIT                                                \
    {                                                                          \
        sizeof(keyshare_card_info), KEYSHARE_CARD_NONE, 0, 0, 0, 0, {0},       \
            KEYSHARE_CARD_GUARD_UNKNOWN, KEYSHARE_CARD_TRIES_UNKNOWN, 0, 0, 0, \
            0                                                                  \
    }

/** What may be overwritten. Begin with KEYSHARE_CARD_WRITE_INIT. */
typedef struct keyshare_card_write_options {
    size_t size; /**< of this structure */
    /** Not 0: a card that holds another image is overwritten. */
    int overwrite;
    /** Fingerprints of records, 32 bytes each, whose shares are not overwritten
     * whatever OVERWRITE says: while a set is being replaced, the one in force
     * and the one that is being written. The very share that is to be written
     * is no obstacle. */
    const uint8_t *keep;
    size_t keep_count; /**< how many fingerprints */
} keyshare_card_write_options;

/** Nothing is overwritten. */
#define KEYSHARE_CARD_WRITE_INIT                                               \
    {                                                                          \
        sizeof(keyshare_card_write_options), 0, 0, 0                           \
    }

/** Look at a card without its PIN.
 *
 * A card that holds nothing of ours is no error: the state says so, and so it
 * is for one that is incomplete. The PIN is not asked for, and no try is spent.
 *
 * @param[in,out] info  what the card says of itself
 * @param[out]    open  the image's open part, a record or a wrapped key, the
 *                      caller's to free; NULL where there is none; may be NULL
 * @param[in]     card  the card; it is not changed
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT      INFO or CARD is NULL or not well made
 * @retval KEYSHARE_ERR_DAMAGED       its marker is whole, but the open part
 *                                    cannot be found where it should be
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT         the latch is closed (self_test.h)
 * @retval KEYSHARE_ERR_CARD_ABSENT   the card is gone
 * @retval KEYSHARE_ERR_CARD_IO       the exchange failed, or a response was not
 *                                    whole
 * @retval KEYSHARE_ERR_CARD_WORN     the card's memory failed
 * @retval KEYSHARE_ERR_CARD_DENIED   the card's rules forbid it
 * @retval KEYSHARE_ERR_CARD_UNKNOWN  the card does not do what is needed, or
 *                                    says what makes no sense
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_card_inspect(
    keyshare_card_info *info, keyshare_secret **open,
    const keyshare_card *card);

/** Read the card image.
 *
 * What is read is what was written; whether it is good is for keyshare_verify
 * and its kin to say.
 *
 * @param[out]    image  the image; the caller's to free
 * @param[in,out] info   what was found; may be NULL
 * @param[in]     card   the card; it is not changed
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT      IMAGE or CARD is NULL, or INFO or CARD is
 *                                    not well made
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT         the latch is closed (self_test.h)
 * @retval KEYSHARE_ERR_CARD_EMPTY    nothing of ours is on the card
 * @retval KEYSHARE_ERR_CARD_TORN     it is incomplete
 * @retval KEYSHARE_ERR_DAMAGED       its marker is whole, but what it tells of
 *                                    cannot be found where it should be
 * @retval KEYSHARE_ERR_CARD_PIN      the PIN was wrong, or none was given
 * @retval KEYSHARE_ERR_CARD_BLOCKED  the PIN is locked
 * @retval KEYSHARE_ERR_CARD_ABSENT   the card is gone
 * @retval KEYSHARE_ERR_CARD_IO       the exchange failed, or a response was not
 *                                    whole
 * @retval KEYSHARE_ERR_CARD_WORN     the card's memory failed
 * @retval KEYSHARE_ERR_CARD_DENIED   the card's rules forbid it
 * @retval KEYSHARE_ERR_CARD_UNKNOWN  the card does not do what is needed, or
 *                                    says what makes no sense
 *
 * @secret the share's value, the PIN
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_card_read(
    keyshare_secret **image, keyshare_card_info *info,
    const keyshare_card *card);

/** Write a card image, and read it back.
 *
 * A card that holds this very image is read and left as it is. What an earlier
 * image leaves behind is overwritten with zeros. An incomplete card is written
 * anew, unless a whole share of another set or index is still on it: that
 * counts as held.
 *
 * @param[in,out] info     what is on the card now, or what was in the way; may
 *                         be NULL
 * @param[in]     card     the card
 * @param[in]     image    a record and a share, a share, or a wrapped key
 * @param[in]     options  what may be overwritten; NULL: nothing
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT       CARD or IMAGE is NULL, or INFO, CARD,
 *                                     IMAGE or OPTIONS is not well made
 * @retval KEYSHARE_ERR_FORMAT         IMAGE is not a card image: not canonical
 * @retval KEYSHARE_ERR_VERSION        IMAGE has a version that is not known
 * @retval KEYSHARE_ERR_DAMAGED        the check in IMAGE does not match, or
 *                                     what was read back is not IMAGE
 * @retval KEYSHARE_ERR_UNEXPECTED     IMAGE's share names another record than
 *                                     the one beside it
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT          the latch is closed (self_test.h)
 * @retval KEYSHARE_ERR_CARD_OCCUPIED  the card holds another image; nothing was
 *                                     changed
 * @retval KEYSHARE_ERR_CARD_FULL      there is no room for the image
 * @retval KEYSHARE_ERR_CARD_PIN       the PIN was wrong, or none was given
 * @retval KEYSHARE_ERR_CARD_BLOCKED   the PIN is locked
 * @retval KEYSHARE_ERR_CARD_ABSENT    the card is gone: write again
 * @retval KEYSHARE_ERR_CARD_IO        the exchange failed, or a response was
 *                                     not whole: write again
 * @retval KEYSHARE_ERR_CARD_WORN      the card's memory failed
 * @retval KEYSHARE_ERR_CARD_DENIED    the card's rules forbid it
 * @retval KEYSHARE_ERR_CARD_UNKNOWN   the card does not do what is needed, or
 *                                     says what makes no sense
 *
 * @secret the share's value, the PIN
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_card_write(
    keyshare_card_info *info, const keyshare_card *card,
    const keyshare_image *image, const keyshare_card_write_options *options);

/** Erase a card: all that lies in our files is overwritten with zeros, the
 * files are deleted where the card can, and it is read back that nothing is
 * left.
 *
 * An empty card stays as it is. A card that wears its memory level may keep
 * old cells: an erased card is not a destroyed one. Shred it.
 *
 * @param[in,out] info    what was on the card: WHOLE or INCOMPLETE, or EMPTY
 *                        where there was nothing to erase; may be NULL
 * @param[out]    erased  the image that was on it, the caller's to free; NULL
 *                        where there was no whole one; may be NULL
 * @param[in]     card    the card
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT      CARD is NULL, or INFO or CARD is not well
 *                                    made
 * @retval KEYSHARE_ERR_DAMAGED       what was overwritten is still there
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT         the latch is closed (self_test.h)
 * @retval KEYSHARE_ERR_CARD_PIN      the PIN was wrong, or none was given
 * @retval KEYSHARE_ERR_CARD_BLOCKED  the PIN is locked
 * @retval KEYSHARE_ERR_CARD_ABSENT   the card is gone: erase again
 * @retval KEYSHARE_ERR_CARD_IO       the exchange failed, or a response was not
 *                                    whole: erase again
 * @retval KEYSHARE_ERR_CARD_WORN     the card's memory failed
 * @retval KEYSHARE_ERR_CARD_DENIED   the card's rules forbid it
 * @retval KEYSHARE_ERR_CARD_UNKNOWN  the card does not do what is needed, or
 *                                    says what makes no sense
 *
 * @secret the share's value, the PIN
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_card_erase(
    keyshare_card_info *info, keyshare_secret **erased,
    const keyshare_card *card);

/** What a card's status word means, for people: "wrong PIN", "no room left".
 *
 * @param[in] status  the status word, such as 0x6A84; 0: none was given
 *
 * @return a static string, never NULL
 *
 * @secret none
 */
KEYSHARE_API const char *keyshare_card_status_text(unsigned status);

KEYSHARE_END_DECLS

#endif
