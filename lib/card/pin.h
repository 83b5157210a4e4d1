/* SPDX-License-Identifier: ISC */
/* The card's PIN: found, asked for, presented once. */
#ifndef PIN_H
#define PIN_H

#include "session.h"

/** Ask the holder for the PIN and present it. After that, never again in this
 * call: whatever the card says.
 *
 * OK; CARD_PIN: wrong, or none was given; CARD_BLOCKED; CARD_DENIED: the card
 * has no PIN that could be presented. info.tries says how many tries are left.
 * @secret the PIN
 */
keyshare_error keyshare_pin_present(struct session *session);

/** Find out how many tries are left, without one: info.tries. OK, too, where
 * the card does not say. @secret none */
keyshare_error keyshare_pin_count(struct session *session);

#endif
