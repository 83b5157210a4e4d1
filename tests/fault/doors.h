/* SPDX-License-Identifier: ISC */
/* Where a call of the library comes by, with all that it holds at that moment:
 * it allocates and gives back, wipes, reveals, and weighs a share. The program
 * is linked with --wrap of what is wrapped here.
 */
#ifndef DOORS_H
#define DOORS_H

/** From here on LOOK is called there; memory is malloc's. */
void doors_open(void (*look)(void));

#endif
