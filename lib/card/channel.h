/* SPDX-License-Identifier: ISC */
/* The engine: one command to the card, however many exchanges that takes, and
 * its response whole.
 *
 * What a card may do in its answers, and is met here: give data in pieces (61xx
 * and GET RESPONSE, [ISO7816-4] 7.6.1), name the length that it wants (6Cxx,
 * 5.1.3), and take commands in pieces (5.1.1.1). Whatever it answers, an
 * exchange is counted, and there are only as many as were allowed for.
 *
 * Commands and responses may hold a share or a PIN. The buffers are the
 * caller's, in memory from the door, which wipes them; a command is wiped once
 * it was sent.
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>

#include <keyshare/card_transport.h>

#include "apdu.h"

/** The most bytes that are moved by one command: short (not 255, which some
 * readers cannot carry), extended, and the fewest to which a card that answers
 * "wrong length" brings it down. */
#define KEYSHARE_CHANNEL_MOVE_SHORT    254
#define KEYSHARE_CHANNEL_MOVE_EXTENDED 2048
#define KEYSHARE_CHANNEL_MOVE_FLOOR    16

/** A way to the card, and what is known of it. */
struct channel {
    keyshare_card_transmit transmit;
    void *context;
    bool extended;   /**< both ends offer extended length */
    bool chaining;   /**< the card takes commands in pieces */
    size_t move;     /**< the most bytes to move by one command */
    size_t left;     /**< exchanges that are allowed still */
    unsigned status; /**< the last status word; 0: there was none */
    size_t asked;    /**< bytes that the last command asked for in the end */
    uint8_t *command;
    size_t command_size;
    uint8_t *response;
    size_t response_size;
};

/** The most bytes that a command may move over this transport. */
size_t keyshare_channel_move(const keyshare_card_transport *transport);

/** Room for the largest command, and for the largest response and one piece
 * more, if MOVE bytes at most are moved by one command. */
size_t keyshare_channel_command_size(size_t move);
size_t keyshare_channel_response_size(size_t move);

/** Begin; the buffers are set by the caller, with these sizes. */
void keyshare_channel_begin(
    struct channel *channel, const keyshare_card_transport *transport);

/** Allow for moving LEN bytes: for as many commands as that may take, each with
 * one repetition and one more response. */
void keyshare_channel_allow(struct channel *channel, size_t len);

/** Send a command, and take its response: *got bytes, in channel->response.
 *
 * OK: there is a status word, whatever it says, in channel->status; 9000 too
 * where there is data that was not asked for and was not given. A response
 * with more than was asked for is CARD_IO, as is one without a status word.
 * ABSENT; CARD_UNKNOWN when no exchange is left.
 * @secret the data of command and response
 */
keyshare_error keyshare_channel_exchange(
    struct channel *channel, const struct apdu *apdu, size_t *got);

/** After "wrong length" for a command that moved LEN bytes: move fewer by one
 * command from here on; false: they are few enough already. */
bool keyshare_channel_move_less(struct channel *channel, size_t len);

#endif
