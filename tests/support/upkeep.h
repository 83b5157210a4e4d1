/* SPDX-License-Identifier: ISC */
/* Maintenance of share sets in tests, as a ceremony goes through it: cards are
 * presented, new shares taken, read back, and the new set put in force. Every
 * answer on the way is asserted. */
#ifndef UPKEEP_H
#define UPKEEP_H

#include <keyshare/maintenance.h>

#include "set.h"

/** Who is present: indices; for repair and re-share the quorum first. */
struct table {
    uint8_t present[KEYSHARE_COUNT_MAX];
    size_t count;
    uint8_t later[KEYSHARE_COUNT_MAX];
    size_t later_count;
};

/** COUNT random indices of a set. */
struct table table_random(const struct set *set, struct gen *gen, size_t count);

/** The indices at the places chosen, from 0. */
struct table table_of(const size_t *chosen, size_t count);

/** A plan with record and present. */
keyshare_plan upkeep_plan(const struct set *set, const struct table *table);

/** Present each of the table's cards, in that order, to a round that takes
 * COUNT of them; all are used. */
void upkeep_present(keyshare_maintenance *maintenance, const struct set *set,
    const struct table *table, size_t count);

/** Take every share that waits into FRESH, and read it back. */
void upkeep_take(keyshare_maintenance *maintenance, struct set *fresh);

/** The share of INDEX, made again: the caller's to free. */
keyshare_secret *upkeep_repair(
    const struct set *set, const struct table *table, unsigned index);

/** FRESH: the set, refreshed; cards that come later are empty in it. */
void upkeep_refresh(struct set *fresh, const struct set *set,
    const struct table *table, struct gen *gen);

/** FRESH: the same key under another policy. */
void upkeep_reshare(struct set *fresh, const struct set *set,
    const struct table *table, keyshare_policy policy, struct gen *gen);

/** Whether every quorum (a sample where they are many) of SET gives its key. */
void upkeep_holds(const struct set *set, struct gen *gen, const char *what);

#endif
