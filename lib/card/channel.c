/* SPDX-License-Identifier: ISC */
/* The engine: one command to the card, and its response whole. */
#include "channel.h"

#include <string.h>

#include "atr.h"
#include "invariant.h"
#include "memory.h"
#include "status.h"
#include "wire.h"

#define GET_RESPONSE 0xc0
#define CLASS_CHAIN  0x10

/* Any piece of a response has room, whatever came before it. */
#define PIECE_SIZE KEYSHARE_CARD_RESPONSE_SHORT

/* Exchanges that are allowed for each command that moves something: itself,
 * again with the right length, and one more piece of its response. */
#define EXCHANGES_EACH 3

/* Commands in which the number of bytes moved is halved until it fits. */
#define HALVINGS 8

size_t
keyshare_channel_move(const keyshare_card_transport *transport)
{
    const struct abilities abilities =
        keyshare_atr_abilities(transport->atr, transport->atr_len);
    size_t move = KEYSHARE_CHANNEL_MOVE_EXTENDED;

    if (!abilities.extended)
        return KEYSHARE_CHANNEL_MOVE_SHORT;
    if (transport->command_max - KEYSHARE_APDU_FRAME_EXTENDED < move)
        move = transport->command_max - KEYSHARE_APDU_FRAME_EXTENDED;
    if (transport->response_max - 2 < move)
        move = transport->response_max - 2;
    /* Not worth the other form. */
    if (move <= KEYSHARE_APDU_RESPONSE_SHORT)
        return KEYSHARE_CHANNEL_MOVE_SHORT;
    return move;
}

size_t
keyshare_channel_command_size(size_t move)
{
    return move + KEYSHARE_APDU_FRAME_EXTENDED;
}

size_t
keyshare_channel_response_size(size_t move)
{
    return move + 2 + PIECE_SIZE;
}

void
keyshare_channel_begin(
    struct channel *channel, const keyshare_card_transport *transport)
{
    channel->transmit = transport->transmit;
    channel->context = transport->context;
    channel->move = keyshare_channel_move(transport);
    channel->extended = channel->move > KEYSHARE_CHANNEL_MOVE_SHORT;
    channel->chaining =
        keyshare_atr_abilities(transport->atr, transport->atr_len).chaining;
    channel->left = 0;
    channel->status = 0;
}

void
keyshare_channel_allow(struct channel *channel, size_t len)
{
    channel->left +=
        EXCHANGES_EACH * (len / KEYSHARE_CHANNEL_MOVE_FLOOR + HALVINGS);
}

bool
keyshare_channel_move_less(struct channel *channel, size_t len)
{
    if (len > KEYSHARE_CHANNEL_MOVE_SHORT) {
        channel->extended = false;
        channel->move = KEYSHARE_CHANNEL_MOVE_SHORT;
        return true;
    }
    if (len <= KEYSHARE_CHANNEL_MOVE_FLOOR)
        return false;
    channel->move = len / 2;
    if (channel->move < KEYSHARE_CHANNEL_MOVE_FLOOR)
        channel->move = KEYSHARE_CHANNEL_MOVE_FLOOR;
    return true;
}

/* Whether a response can end like this ([ISO7816-4] 5.1.3): where half of it was
 * lost, the last two bytes are any. With data come 9000, 61xx, and warnings.
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
static bool
is_whole(unsigned status, size_t received)
{
    const unsigned first = status >> 8;

    if (received > 0)
        return status == STATUS_OK || (first >= 0x61 && first <= 0x63);
    return (first >= 0x61 && first <= 0x6f) || first >> 4 == 9;
}

/* One exchange; what comes is put behind the AT bytes that came before. */
static keyshare_error
transmit(struct channel *channel, const struct apdu *apdu, size_t at,
    size_t *received)
{
    const size_t len = keyshare_apdu_size(apdu);
    const size_t size = channel->response_size - at;
    uint8_t *response = channel->response + at;
    keyshare_error error;

    KEYSHARE_INVARIANT(len <= channel->command_size && size >= PIECE_SIZE);
    *received = 0;
    if (channel->left == 0)
        return KEYSHARE_ERR_CARD_UNKNOWN;
    channel->left--;
    channel->status = 0;
    keyshare_apdu_encode(channel->command, apdu);
    error = channel->transmit(
        channel->context, channel->command, len, response, size, received);
    keyshare_memory_wipe(channel->command, len);
    if (error != KEYSHARE_OK || *received < 2 || *received > size) {
        *received = 0;
        return error == KEYSHARE_ERR_CARD_ABSENT ? error : KEYSHARE_ERR_CARD_IO;
    }
    *received -= 2;
    channel->status = (unsigned)keyshare_wire_get(response + *received, 2);
    if (is_whole(channel->status, *received))
        return KEYSHARE_OK;
    channel->status = 0;
    *received = 0;
    return KEYSHARE_ERR_CARD_IO;
}

/* The length in the second byte of 61xx and 6Cxx. */
static size_t
named_length(unsigned status)
{
    return (status & 0xff) == 0 ? KEYSHARE_APDU_RESPONSE_SHORT : status & 0xff;
}

/* One exchange, and if the card asks for another length, which is not beyond
 * MOST, once more with that. */
static keyshare_error
transmit_right(struct channel *channel, struct apdu *apdu, size_t most,
    size_t at, size_t *received)
{
    keyshare_error error = transmit(channel, apdu, at, received);

    if (error != KEYSHARE_OK || channel->status >> 8 != 0x6c || apdu->le == 0)
        return error;
    if (named_length(channel->status) > most || *received > 0)
        return KEYSHARE_ERR_CARD_IO;
    apdu->le = named_length(channel->status);
    return transmit(channel, apdu, at, received);
}

/* Fetch what the card has still to give, up to what was asked for. */
static keyshare_error
get_response(struct channel *channel, uint8_t cla, size_t *got)
{
    while (channel->status >> 8 == 0x61 && *got < channel->asked) {
        const size_t rest = channel->asked - *got;
        struct apdu apdu = {.cla = cla, .ins = GET_RESPONSE};
        size_t received;
        keyshare_error error;

        apdu.le = named_length(channel->status);
        if (apdu.le > rest)
            apdu.le = rest;
        error = transmit_right(channel, &apdu, apdu.le, *got, &received);
        if (error != KEYSHARE_OK)
            return error;
        if (received > rest || (received == 0 && channel->status >> 8 == 0x61))
            return KEYSHARE_ERR_CARD_IO;
        *got += received;
    }
    return KEYSHARE_OK;
}

/* All but the last piece of a command that is too long for one. */
static keyshare_error
send_chain(struct channel *channel, struct apdu *apdu)
{
    while (apdu->len > KEYSHARE_APDU_DATA_SHORT) {
        struct apdu piece = *apdu;
        size_t received;
        keyshare_error error;

        piece.cla |= CLASS_CHAIN;
        piece.len = KEYSHARE_APDU_DATA_SHORT;
        piece.le = 0;
        error = transmit(channel, &piece, 0, &received);
        if (error != KEYSHARE_OK)
            return error;
        if (received > 0)
            return KEYSHARE_ERR_CARD_IO;
        if (channel->status != STATUS_OK)
            return KEYSHARE_OK;
        apdu->data += piece.len;
        apdu->len -= piece.len;
    }
    return KEYSHARE_OK;
}

keyshare_error
keyshare_channel_exchange(
    struct channel *channel, const struct apdu *apdu, size_t *got)
{
    struct apdu last = *apdu;
    size_t le;
    keyshare_error error;

    KEYSHARE_INVARIANT(apdu->le <= channel->response_size - PIECE_SIZE);
    *got = 0;
    channel->asked = apdu->le;
    if (!channel->extended && last.le > KEYSHARE_APDU_RESPONSE_SHORT)
        last.le = KEYSHARE_APDU_RESPONSE_SHORT;
    le = last.le;
    if (!channel->extended && last.len > KEYSHARE_APDU_DATA_SHORT) {
        /* As a card answers that cannot do it. */
        channel->status = STATUS_LENGTH;
        if (!channel->chaining)
            return KEYSHARE_OK;
        error = send_chain(channel, &last);
        if (error != KEYSHARE_OK || channel->status != STATUS_OK)
            return error;
    }
    error = transmit_right(channel, &last, last.le, 0, got);
    if (last.le != le)
        channel->asked = last.le;
    if (error == KEYSHARE_OK)
        error = get_response(channel, apdu->cla, got);
    if (error == KEYSHARE_OK && *got > channel->asked)
        error = KEYSHARE_ERR_CARD_IO;
    /* Done, and there is something to fetch that nobody wants. */
    if (channel->status >> 8 == 0x61 && *got == channel->asked)
        channel->status = STATUS_OK;
    if (error != KEYSHARE_OK)
        *got = 0;
    return error;
}
