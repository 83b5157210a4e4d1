/* SPDX-License-Identifier: ISC */
/* Look at a card without its PIN. */
#include <keyshare/card.h>

#include "holding.h"
#include "latch.h"
#include "pin.h"

/* How well the share is kept and, where the card asks for its PIN, how often
 * that may be tried. */
static keyshare_error
look_at_share(struct session *session)
{
    keyshare_error error = keyshare_holding_guard(session);

    if (error == KEYSHARE_OK && session->info.guard == KEYSHARE_CARD_GUARD_PIN)
        error = keyshare_pin_count(session);
    return error;
}

static keyshare_error
inspect(struct session *session, keyshare_secret **open)
{
    struct holding holding;
    keyshare_error error;

    session->asking = false;
    error = keyshare_holding_look(session, &holding);
    if (error != KEYSHARE_OK || holding.state != KEYSHARE_CARD_WHOLE)
        return error;
    if (holding.marker.parts & MARKER_SHARE)
        error = look_at_share(session);
    /* What remains is what may be read. */
    holding.marker.parts &= ~(unsigned)MARKER_SHARE;
    if (error == KEYSHARE_OK && open != NULL && holding.marker.parts != 0)
        error = keyshare_holding_image(session, &holding, open);
    return error;
}

keyshare_error
keyshare_card_inspect(
    keyshare_card_info *info, keyshare_secret **open, const keyshare_card *card)
{
    struct session *session;
    keyshare_error error;

    if (open != NULL)
        *open = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (info == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_session_open(&session, card, info);
    if (error == KEYSHARE_OK)
        error = inspect(session, open);
    return keyshare_session_close(&session, info, error);
}
