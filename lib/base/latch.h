/* SPDX-License-Identifier: ISC */
/* The latch: closed for good once this machine was seen to compute wrongly. */
#ifndef LATCH_H
#define LATCH_H

#include <stdbool.h>

/** Whether it is closed: then an operation answers FAULT and does nothing. */
bool keyshare_latch_is_closed(void);

/** Close it. Nothing opens it again. */
void keyshare_latch_close(void);

#endif
