/* SPDX-License-Identifier: ISC */
/** @file
 * The way to a card: what a vendor implements for its own reader.
 *
 * It carries one command to the card and brings back the response, and knows
 * nothing of what they mean. Nothing above it knows what is behind it: a
 * reader, a secure element on the same board, a card made of software.
 * libkeyshare-pcsc (pcsc.h) implements it for readers that PC/SC serves.
 *
 * Time: the library waits for as long as `transmit` does. A card that never
 * answers hangs a transport that has no time-out, and PC/SC has none: whoever
 * makes a transport gives it one.
 */
#ifndef KEYSHARE_CARD_TRANSPORT_H
#define KEYSHARE_CARD_TRANSPORT_H

#include <keyshare/error.h>

KEYSHARE_BEGIN_DECLS

/** No command or response of the short form has more bytes than these. */
#define KEYSHARE_CARD_COMMAND_SHORT  261
#define KEYSHARE_CARD_RESPONSE_SHORT 258

/** No command or response of the extended form has more bytes than these. */
#define KEYSHARE_CARD_COMMAND_EXTENDED  65544
#define KEYSHARE_CARD_RESPONSE_EXTENDED 65538

/** Send one command APDU, and receive its response APDU.
 *
 * COMMAND and RESPONSE may hold secrets: a PIN, a share. They are the
 * library's; nothing of them may be kept or logged. The response is the data
 * and then the two bytes of the status word, however many came: a transport
 * judges nothing, and repeats nothing. What is longer than SIZE is
 * KEYSHARE_ERR_CARD_IO, without a byte written beyond SIZE.
 *
 * context: as set in the transport. command: LEN bytes. response: room for
 * SIZE bytes; *received: how many came.
 *
 * To be answered: KEYSHARE_OK; KEYSHARE_ERR_CARD_ABSENT where the card is gone
 * or was exchanged; KEYSHARE_ERR_CARD_IO where the exchange failed otherwise
 * (any other answer is taken for this one).
 */
typedef keyshare_error (*keyshare_card_transmit)(void *context,
    const uint8_t *command, size_t len, uint8_t *response, size_t size,
    size_t *received);

/** The way to one card. Begin with KEYSHARE_CARD_TRANSPORT_INIT. */
typedef struct keyshare_card_transport {
    size_t size;                     /**< of this structure */
    keyshare_card_transmit transmit; /**< carries one command */
    void *context;                   /**< handed to transmit */
    /** The longest command that it carries; KEYSHARE_CARD_COMMAND_SHORT or
     * more. Extended length is used where this and the card allow it. */
    size_t command_max;
    /** The longest response, its status word included;
     * KEYSHARE_CARD_RESPONSE_SHORT or more. */
    size_t response_max;
    /** The card's answer to reset, where it is known: it says what the card
     * can do beyond short APDUs. May be NULL if atr_len is 0. */
    const uint8_t *atr;
    size_t atr_len; /**< 0..33 */
} keyshare_card_transport;

/** Short APDUs and no answer to reset: transmit must be set. */
#define KEYSHARE_CARD_TRANSPORT_INIT                                           \
    {                                                                          \
        sizeof(keyshare_card_transport), 0, 0, KEYSHARE_CARD_COMMAND_SHORT,    \
            KEYSHARE_CARD_RESPONSE_SHORT, 0, 0                                 \
    }

KEYSHARE_END_DECLS

#endif
