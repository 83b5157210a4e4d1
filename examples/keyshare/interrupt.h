/* SPDX-License-Identifier: ISC */
/* Signals that would end the command, held back while files are written.
 *
 * After interrupt_hold the command asks interrupt_pending where it can stop,
 * and clears up what it made. The last thing that main does is
 * interrupt_release: then the signal ends it, as whoever sent it expects.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

void interrupt_hold(void);
bool interrupt_pending(void);
void interrupt_release(void);

#endif
