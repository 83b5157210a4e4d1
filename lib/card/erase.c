/* SPDX-License-Identifier: ISC */
/* Erase a card: all is overwritten, the marker says that it is empty, and only
 * then are the slots deleted, so that whatever is torn off, what a card says of
 * itself is true. */
#include <keyshare/card.h>

#include "holding.h"
#include "latch.h"
#include "memory.h"

/* The image before it is gone, or what is whole of one that is incomplete; that
 * it is damaged is no obstacle. */
static keyshare_error
read_last(struct session *session, const struct holding *holding,
    keyshare_secret **erased)
{
    struct marker whole;
    keyshare_error error;

    if (holding->state != KEYSHARE_CARD_WHOLE)
        return keyshare_holding_examine(session, holding, &whole);
    if (holding->marker.parts & MARKER_SHARE) {
        error = keyshare_holding_guard(session);
        if (error != KEYSHARE_OK)
            return error;
    }
    error = keyshare_holding_image(session, holding, erased);
    if (error != KEYSHARE_ERR_DAMAGED)
        return error;
    session->info.state = KEYSHARE_CARD_INCOMPLETE;
    return KEYSHARE_OK;
}

/* Overwrite all, and say that the card is empty. The marker's slot may be
 * missing, where making or deleting it was torn off: it is made again, for a
 * card that cannot delete the others. */
static keyshare_error
overwrite(struct session *session, const struct holding *holding)
{
    static const struct marker empty = {.whole = false};
    keyshare_error error = KEYSHARE_OK;
    bool fits = false;

    if (holding->there[SLOT_MARKER])
        error = keyshare_holding_fits(
            session, SLOT_MARKER, KEYSHARE_MARKER_SIZE, &fits);
    if (error == KEYSHARE_OK && fits)
        error = keyshare_holding_unmark(session);
    for (size_t slot = SLOT_RECORD; slot < SLOT_COUNT; slot++)
        if (error == KEYSHARE_OK && holding->there[slot])
            error = keyshare_holding_clear(session, (enum slot)slot, 0, true);
    if (error == KEYSHARE_OK && !holding->there[SLOT_MARKER]) {
        error = session->profile->create(
            session, SLOT_MARKER, KEYSHARE_MARKER_ROOM);
        fits = error == KEYSHARE_OK;
        if (error != KEYSHARE_ERR_CARD_ABSENT && error != KEYSHARE_ERR_CARD_IO)
            error = KEYSHARE_OK;
    }
    if (error == KEYSHARE_OK && fits)
        error = keyshare_holding_mark(session, &empty);
    return error;
}

/* Delete what can be deleted; the marker last, and only after all others. */
static keyshare_error
remove_all(struct session *session)
{
    struct holding left = {.place = true};
    bool gone = true;
    keyshare_error error = keyshare_holding_find(session, &left);

    for (size_t slot = SLOT_RECORD; slot < SLOT_COUNT; slot++) {
        bool this_gone = true;

        if (error == KEYSHARE_OK && left.there[slot])
            error =
                session->profile->remove(session, (enum slot)slot, &this_gone);
        gone = gone && this_gone;
    }
    if (error == KEYSHARE_OK && gone && left.there[SLOT_MARKER])
        error = session->profile->remove(session, SLOT_MARKER, &gone);
    if (error == KEYSHARE_OK && gone)
        error = session->profile->leave(session, &gone);
    return error;
}

/* Read back that the card is empty, by whatever is left on it. */
static keyshare_error
check_empty(struct session *session)
{
    struct holding left;
    const keyshare_card_info was = session->info;
    keyshare_error error = keyshare_holding_look(session, &left);

    session->info = was;
    if (error == KEYSHARE_OK && left.state != KEYSHARE_CARD_EMPTY)
        error =
            keyshare_session_blame(session, SLOT_MARKER, KEYSHARE_ERR_DAMAGED);
    return error;
}

static keyshare_error
erase(struct session *session, keyshare_secret **erased)
{
    struct holding holding;
    keyshare_error error = keyshare_holding_look(session, &holding);

    if (error != KEYSHARE_OK || holding.state == KEYSHARE_CARD_EMPTY)
        return error;
    error = keyshare_holding_find(session, &holding);
    if (error == KEYSHARE_OK)
        error = read_last(session, &holding, erased);
    if (error == KEYSHARE_OK)
        error = overwrite(session, &holding);
    if (error == KEYSHARE_OK)
        error = remove_all(session);
    if (error == KEYSHARE_OK)
        error = check_empty(session);
    return error;
}

keyshare_error
keyshare_card_erase(keyshare_card_info *info, keyshare_secret **erased,
    const keyshare_card *card)
{
    struct session *session;
    keyshare_secret *image = NULL;
    keyshare_error error;

    if (erased != NULL)
        *erased = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    error = keyshare_session_open(&session, card, info);
    if (error == KEYSHARE_OK)
        error = erase(session, &image);
    error = keyshare_session_close(&session, info, error);
    if (error == KEYSHARE_OK && erased != NULL) {
        *erased = image;
        image = NULL;
    }
    keyshare_secret_free(&image);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
