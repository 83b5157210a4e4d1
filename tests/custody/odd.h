/* SPDX-License-Identifier: ISC */
/* A gf256 set that was dealt badly: each card is what was dealt, but one is off
 * the others' polynomial. */
#ifndef ODD_H
#define ODD_H

#include "set.h"

/** Deal M-of-N with gf256, the share of index ODD spoiled and truly tagged. */
void odd_deal(struct set *set, struct gen *gen, unsigned threshold,
    unsigned count, unsigned odd);

#endif
