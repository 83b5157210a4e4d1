/* SPDX-License-Identifier: ISC */
/* What lies on a card: found, read, compared, overwritten. */
#ifndef HOLDING_H
#define HOLDING_H

#include "marker.h"
#include "session.h"

/** What lies on a card. */
struct holding {
    bool place;             /**< there is the place of all slots */
    bool there[SLOT_COUNT]; /**< each slot; but for the marker's known only
                                 where the marker does not say all */
    bool marked;            /**< there is a marker */
    struct marker marker;   /**< zeroed if there is none */
    keyshare_card_state state;
};

/** Look: which slots are there, and what the marker says. What it says is put
 * into the session's info. */
keyshare_error keyshare_holding_look(
    struct session *session, struct holding *holding);

/** Find all slots, whatever the marker says. */
keyshare_error keyshare_holding_find(
    struct session *session, struct holding *holding);

/** How well the share is kept, by reading one byte of it without the PIN: its
 * tag, which is no secret. Nothing is learnt once the PIN was presented. */
keyshare_error keyshare_holding_guard(struct session *session);

/** The tag of what may lie in a slot. */
uint8_t keyshare_holding_tag(enum slot slot);

/** How long the object of the slot's tag is that lies at a slot's start; 0:
 * there is none, or it says that it goes on beyond what a slot can hold. */
keyshare_error keyshare_holding_length(
    struct session *session, enum slot slot, size_t *len);

/** Read LEN bytes from a slot's start, all of which should be there; *whole:
 * whether they were. @secret bytes */
keyshare_error keyshare_holding_read(struct session *session, enum slot slot,
    uint8_t *bytes, size_t len, bool *whole);

/** Read the object of the slot's tag; NULL: there is none that is whole.
 * @secret the object */
keyshare_error keyshare_holding_object(
    struct session *session, enum slot slot, keyshare_secret **object);

/** Read the image of which the marker tells. DAMAGED, with the file at fault,
 * if it is not there or is not what the marker says. @secret the image */
keyshare_error keyshare_holding_image(struct session *session,
    const struct holding *holding, keyshare_secret **image);

/** What of a card is whole, whatever its marker says: a share, with its index
 * and its record's fingerprint, and a wrapped key. All slots were found. The
 * session's info says it too. */
keyshare_error keyshare_holding_examine(struct session *session,
    const struct holding *holding, struct marker *what);

/** *same: whether a slot begins with these LEN bytes. @secret bytes */
keyshare_error keyshare_holding_compare(struct session *session, enum slot slot,
    const uint8_t *bytes, size_t len, bool *same);

/** *fits: whether a slot has room for SIZE bytes, 1 or more: the last of them
 * is there. */
keyshare_error keyshare_holding_fits(
    struct session *session, enum slot slot, size_t size, bool *fits);

/** Overwrite with zeros what a slot holds from FROM on, the object's head last,
 * so that a card that is torn off says how far it goes until all is gone. How
 * far it goes is found by reading to the slot's end where its object does not
 * say; with all it is found so whatever the object says, and it is read back
 * that it is zeros: DAMAGED if not. */
keyshare_error keyshare_holding_clear(
    struct session *session, enum slot slot, size_t from, bool all);

/** Overwrite the marker with zeros, and read them back. */
keyshare_error keyshare_holding_unmark(struct session *session);

/** Write a marker, and read it back. */
keyshare_error keyshare_holding_mark(
    struct session *session, const struct marker *marker);

#endif
