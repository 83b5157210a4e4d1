/* SPDX-License-Identifier: ISC */
/* What is declared public on the way: see declassify.c, the whole list. */
#ifndef DECLASSIFY_H
#define DECLASSIFY_H

/** Say how often each entry of the list was used. */
void declassify_report(void);

#endif
