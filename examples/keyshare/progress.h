/* SPDX-License-Identifier: ISC */
/* How far a long run is: one line on standard error where that is a terminal,
 * nothing otherwise.
 *
 * There is one at a time. complain (say.h) takes the line away before it says
 * something. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* TOTAL bytes are to come, or nobody knows how many. */
void progress_begin(bool is_known, uint64_t total);

/* So many more are done. */
void progress_add(uint64_t bytes);

/* Take the line away until there is more to show. */
void progress_hide(void);

void progress_end(void);

#endif
