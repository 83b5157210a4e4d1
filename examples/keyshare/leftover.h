/* SPDX-License-Identifier: ISC */
/* What an attempt that was cut off left behind, and what that means.
 *
 * Before the new record was whole nothing had been written. Later, with M or
 * more good new cards, those that are missing are made by repair in the new
 * set; with fewer the new record is abandoned. */
#ifndef LEFTOVER_H
#define LEFTOVER_H

#include "command.h"

/* Look into the directory NAME in PARENT, which is called PATH where people
 * read it; say what lies there, and what to do. BEFORE is the record that the
 * new one follows; NULL: it is a dealing. STATUS_USAGE: nothing is written over it. */
enum status leftover_refuse(int parent, const char *name, const char *path,
    const keyshare_record *before);

#endif
