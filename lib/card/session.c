/* SPDX-License-Identifier: ISC */
/* One call of a public function. */
#include "session.h"

#include <string.h>

#include "block.h"
#include "memory.h"
#include "pin.h"
#include "quirks.h"
#include "status.h"

#define ATR_SIZE_MAX 33

static bool
is_well_made(const keyshare_card *card)
{
    const keyshare_card_transport *transport;

    if (card == NULL || card->size < sizeof *card || card->transport == NULL ||
        card->pin_reference > KEYSHARE_CARD_PIN_ANY)
        return false;
    transport = card->transport;
    return transport->size >= sizeof *transport &&
           transport->transmit != NULL &&
           transport->command_max >= KEYSHARE_CARD_COMMAND_SHORT &&
           transport->response_max >= KEYSHARE_CARD_RESPONSE_SHORT &&
           transport->atr_len <= ATR_SIZE_MAX &&
           (transport->atr != NULL || transport->atr_len == 0);
}

/* Say what is known, as far as the caller's structure is known here. */
static void
tell(keyshare_card_info *info, const keyshare_card_info *known)
{
    const size_t size = info->size;

    memset(info, 0, size);
    *info = *known;
    info->size = size;
}

/* The block: the structure, then the buffers. */
static struct session *
lay_out(struct block *block, size_t move)
{
    struct session *session = keyshare_block_take(block, sizeof *session);
    const size_t command_size = keyshare_channel_command_size(move);
    const size_t response_size = keyshare_channel_response_size(move);
    uint8_t *command = keyshare_block_take(block, command_size);
    uint8_t *response = keyshare_block_take(block, response_size);
    uint8_t *scratch = keyshare_block_take(block, move);

    if (session == NULL)
        return NULL;
    session->channel.command = command;
    session->channel.command_size = command_size;
    session->channel.response = response;
    session->channel.response_size = response_size;
    session->scratch = scratch;
    session->scratch_size = move;
    return session;
}

keyshare_error
keyshare_session_open(struct session **session, const keyshare_card *card,
    keyshare_card_info *info)
{
    static const keyshare_card_info nothing = KEYSHARE_CARD_INFO_INIT;
    struct block measured = {NULL, 0};
    struct block placed = {NULL, 0};
    struct session *own;
    size_t move;

    *session = NULL;
    if (info != NULL && info->size < sizeof *info)
        return KEYSHARE_ERR_ARGUMENT;
    if (info != NULL)
        tell(info, &nothing);
    if (!is_well_made(card))
        return KEYSHARE_ERR_ARGUMENT;
    move = keyshare_channel_move(card->transport);
    (void)lay_out(&measured, move);
    placed.start = keyshare_memory_new(measured.used);
    if (placed.start == NULL)
        return KEYSHARE_ERR_MEMORY;
    own = lay_out(&placed, move);
    own->size = measured.used;
    keyshare_channel_begin(&own->channel, card->transport);
    own->profile = &keyshare_profile_files;
    own->ask_pin = card->ask_pin;
    own->ask_context = card->ask_context;
    own->pin_reference = card->pin_reference;
    own->asking = true;
    own->quirks =
        keyshare_quirks_of(card->transport->atr, card->transport->atr_len);
    own->info = nothing;
    *session = own;
    return KEYSHARE_OK;
}

keyshare_error
keyshare_session_close(
    struct session **session, keyshare_card_info *info, keyshare_error error)
{
    struct session *own = *session;

    if (own == NULL)
        return error;
    own->info.status = error == KEYSHARE_OK ? 0 : own->channel.status;
    if (error == KEYSHARE_OK)
        own->info.file = 0;
    if (info != NULL)
        tell(info, &own->info);
    keyshare_memory_delete(own, own->size);
    *session = NULL;
    return error;
}

keyshare_error
keyshare_session_command(
    struct session *session, const struct apdu *apdu, size_t *got)
{
    keyshare_error error =
        keyshare_channel_exchange(&session->channel, apdu, got);

    if (error != KEYSHARE_OK || session->channel.status != STATUS_SECURITY ||
        !session->asking || session->verified)
        return error;
    error = keyshare_pin_present(session);
    if (error != KEYSHARE_OK)
        return error;
    return keyshare_channel_exchange(&session->channel, apdu, got);
}

keyshare_error
keyshare_session_blame(
    struct session *session, enum slot slot, keyshare_error error)
{
    session->info.file = session->profile->file(slot);
    return error;
}
