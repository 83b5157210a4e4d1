/* SPDX-License-Identifier: ISC */
/* Read the card image. */
#include <keyshare/card.h>

#include "holding.h"
#include "latch.h"
#include "memory.h"

static keyshare_error
read(struct session *session, keyshare_secret **image)
{
    struct holding holding;
    keyshare_error error = keyshare_holding_look(session, &holding);

    if (error != KEYSHARE_OK)
        return error;
    if (holding.state == KEYSHARE_CARD_EMPTY)
        return KEYSHARE_ERR_CARD_EMPTY;
    if (holding.state != KEYSHARE_CARD_WHOLE)
        return KEYSHARE_ERR_CARD_TORN;
    if (holding.marker.parts & MARKER_SHARE)
        error = keyshare_holding_guard(session);
    if (error == KEYSHARE_OK)
        error = keyshare_holding_image(session, &holding, image);
    return error;
}

keyshare_error
keyshare_card_read(keyshare_secret **image, keyshare_card_info *info,
    const keyshare_card *card)
{
    struct session *session;
    keyshare_error error;

    if (image != NULL)
        *image = NULL;
    if (keyshare_latch_is_closed())
        return KEYSHARE_ERR_FAULT;
    if (image == NULL)
        return KEYSHARE_ERR_ARGUMENT;
    error = keyshare_session_open(&session, card, info);
    if (error == KEYSHARE_OK)
        error = read(session, image);
    error = keyshare_session_close(&session, info, error);
    keyshare_memory_burn(KEYSHARE_MEMORY_BURN_DEPTH);
    return error;
}
