/* SPDX-License-Identifier: ISC */
/* One call of a public function: the way to the card, its PIN, its profile, and
 * what is to be told of it. One block of memory from the door, which is wiped
 * when it is given back; no secret lies elsewhere.
 */
#ifndef SESSION_H
#define SESSION_H

#include <keyshare/card.h>

#include "channel.h"
#include "profile.h"

struct session {
    size_t size; /**< of the whole block */
    struct channel channel;
    const struct profile *profile;
    keyshare_card_ask_pin ask_pin;
    void *ask_context;
    unsigned pin_reference; /**< or KEYSHARE_CARD_PIN_ANY: not found yet */
    bool asking;            /**< the PIN may be asked for, when it is needed */
    bool to_the_end;        /**< where a file ends is being found out */
    bool verified;          /**< a PIN was sent, right or wrong */
    unsigned selected;      /**< the file that is selected; 0: not known */
    bool select_fci;        /**< the card cannot select without an answer */
    unsigned quirks;        /**< of enum quirk */
    keyshare_card_info info;
    uint8_t pin[KEYSHARE_CARD_PIN_SIZE_MAX];
    uint8_t *scratch; /**< channel.move bytes at first */
    size_t scratch_size;
};

/** Begin a call: check CARD and INFO (which may be NULL), and set INFO to
 * nothing known. OK, ARGUMENT or MEMORY. */
keyshare_error keyshare_session_open(struct session **session,
    const keyshare_card *card, keyshare_card_info *info);

/** End it: say in INFO what is known, the status word and the file at fault
 * only with an error; wipe and free. ERROR is given back. */
keyshare_error keyshare_session_close(
    struct session **session, keyshare_card_info *info, keyshare_error error);

/** Send a command, as keyshare_channel_exchange does. Where the card asks for
 * its PIN (6982), it is presented, once in each call, and the command sent
 * again. @secret the data of command and response */
keyshare_error keyshare_session_command(
    struct session *session, const struct apdu *apdu, size_t *got);

/** The file at fault is that of SLOT; give ERROR back. */
keyshare_error keyshare_session_blame(
    struct session *session, enum slot slot, keyshare_error error);

#endif
