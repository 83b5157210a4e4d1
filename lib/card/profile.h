/* SPDX-License-Identifier: ISC */
/* A profile: where the parts of a card image lie on a kind of card, and by
 * which commands they are reached. What is done with them, and in which order,
 * is the same for all (read.c, write.c, erase.c, inspect.c).
 *
 * There is one so far, "plain file system" (profile_files.c).
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <keyshare/error.h>

struct session;

/** What has a place of its own on a card. */
enum slot {
    SLOT_MARKER,
    SLOT_RECORD,
    SLOT_SHARE,
    SLOT_WRAPPED,
    SLOT_COUNT
};

/** No place has more bytes than this. */
#define KEYSHARE_SLOT_SIZE_MAX 32768

/** How the places of a kind of card are reached. Each ends with an error only
 * where its work could not be done; "not there" and "not possible" are answers.
 */
struct profile {
    /** What a slot is called in keyshare_card_info. */
    unsigned (*file)(enum slot slot);

    /** Go to where the slots are; *there: whether there is such a place. */
    keyshare_error (*open)(struct session *session, bool *there);

    /** Make that place, and go there. */
    keyshare_error (*make)(struct session *session);

    /** *there: whether a slot is there. */
    keyshare_error (*find)(
        struct session *session, enum slot slot, bool *there);

    /** Make a slot of SIZE bytes. CARD_FULL where the card has no room. */
    keyshare_error (*create)(
        struct session *session, enum slot slot, size_t size);

    /** Read LEN bytes from OFFSET on, or as many as there are: *got.
     * The bytes may be secret. */
    keyshare_error (*read)(struct session *session, enum slot slot,
        size_t offset, uint8_t *bytes, size_t len, size_t *got);

    /** Write LEN bytes from OFFSET on; bytes NULL: zeros. CARD_FULL where the
     * slot is too small. The bytes may be secret. */
    keyshare_error (*update)(struct session *session, enum slot slot,
        size_t offset, const uint8_t *bytes, size_t len);

    /** Delete a slot; *gone: whether it is. */
    keyshare_error (*remove)(
        struct session *session, enum slot slot, bool *gone);

    /** Delete the place, after all slots; *gone: whether it is. */
    keyshare_error (*leave)(struct session *session, bool *gone);
};

extern const struct profile keyshare_profile_files;

#endif
