/* SPDX-License-Identifier: ISC */
/* A maintenance operation from begin to end, known beforehand: what every card
 * of the old and of the new set holds, and what is secret on the way.
 *
 * It is known in a process of its own (scan.h): what is drawn is the same in
 * every process.
 */
#ifndef CEREMONY_H
#define CEREMONY_H

#include <keyshare/maintenance.h>

#include "gen.h"
#include "plan.h"
#include "scan.h"

/** More than any index here. */
#define CEREMONY_INDICES 8

/** What is done. */
struct ceremony {
    const char *name;
    enum operation operation;
    unsigned threshold;
    unsigned count;
    uint8_t present[CEREMONY_INDICES]; /**< in this order; the quorum last */
    size_t present_count;
    unsigned index; /**< repair's */
    uint8_t later[CEREMONY_INDICES];
    size_t later_count;
    /** Re-share: the new policy. */
    unsigned new_threshold;
    unsigned new_count;
};

/** Kinds of secrets. */
enum kind {
    KIND_KEY,     /**< gf256: the extended key; pedersen: f(0), g(0) */
    KIND_COINS,   /**< what zero is shared with */
    KIND_MASKS,   /**< of the proof, and what is drawn for them */
    KIND_WITNESS, /**< gf256, re-share: the mask of the quorum's sum */
    KIND_SUM = 8, /**< what is summed when so many more cards were used than
                   * one, the whole sums left out */
    /* Each by index: */
    KIND_OLD = 16,   /**< old share, and it by any of its weights */
    KIND_FRESH = 32, /**< new share */
    KIND_SHIFT = 48  /**< d of it */
};

/** What is known, masked. Cards by index; of those made later: nothing. */
struct known {
    struct scan_masked key;
    struct scan_masked record;
    struct scan_masked cards[CEREMONY_INDICES];
    struct scan_masked fresh[CEREMONY_INDICES];
    size_t windows;
};

/** Deal a set, go through the operation, and know all of it. */
void ceremony_know(struct known *known, const struct ceremony *ceremony,
    keyshare_scheme scheme, size_t key_len);

/** Begin it; RECORD: of the old set. What it draws is GEN's, from
 * ceremony_gen on. */
struct gen ceremony_gen(void);
keyshare_error ceremony_begin(keyshare_maintenance **maintenance,
    const struct ceremony *ceremony, const keyshare_record *record,
    const keyshare_random *random);

/** Whether that index's card is here, comes later, is in the quorum. */
bool ceremony_has(const struct ceremony *ceremony, unsigned index);
bool ceremony_delays(const struct ceremony *ceremony, unsigned index);

/** How many come before the quorum does. */
size_t ceremony_before_quorum(const struct ceremony *ceremony);

/** The number of cards in the new set. */
unsigned ceremony_new_count(const struct ceremony *ceremony);

#endif
