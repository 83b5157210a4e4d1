/* SPDX-License-Identifier: ISC */
/* How refresh and reshare end: the cards of a new set, written, read back, and
 * in force; or none of them. */
#ifndef RENEW_H
#define RENEW_H

#include "maintain.h"

/* Make the new cards and write the set. STATUS_NO: too few are good. */
enum status renew_issue(struct maintain *maintain);

/* Say what there is now: the new record, and what is missing. */
void renew_say(struct maintain *maintain);

/* Answer, and close: what both verbs end with. */
enum status renew_end(struct maintain *maintain, enum status status);

#endif
