/* SPDX-License-Identifier: ISC */
/* PINs: asked for on the terminal without showing them, or read from a file
 * descriptor. Never from the command line or the environment, which others can
 * see. */
#ifndef PROMPT_H
#define PROMPT_H

#include "options.h"

/* Where PINs come from: --pin-fd, if it is given; else the terminal. */
enum status prompt_open(const struct options *options);

/* Ask for the PIN of the card in the reader CONTEXT, a name: as
 * keyshare_card_ask_pin, which it is. On the terminal the last try is only
 * taken after a "yes". A line of --pin-fd serves one asking, and no other. */
int prompt_pin(void *context, uint8_t *pin, size_t *len, int tries);

/* Whether there is nobody to give another PIN: --pin-fd is at its end, or
 * there is no terminal. */
bool prompt_is_over(void);

#endif
