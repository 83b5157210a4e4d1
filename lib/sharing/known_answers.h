/* SPDX-License-Identifier: ISC */
/* Known answers of what the layers base and field compute with. */
#ifndef KNOWN_ANSWERS_H
#define KNOWN_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes of room that the check takes, aligned for any type. */
size_t keyshare_known_answers_room(void);

/** Whether every primitive and every back end gives its known answers.
 * @secret none */
bool keyshare_known_answers_hold(void *room);

#endif
