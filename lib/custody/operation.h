/* SPDX-License-Identifier: ISC */
/* A maintenance operation: what it holds, and where.
 *
 * Promise 3 rests on what is in memory when. Of the old set the library never
 * keeps a share: the caller's image is used in place. Beside that there are
 *     shifts   d(i), of those present: from the beginning until the new share
 *              was made;
 *     sums     of those who take form together: d(a) at first, then d(a) and
 *              the weighted cards so far, at the last card the share (a
 *              repair has no d: until its second card the sum is the first
 *              one's share, weighted);
 *     witness  the weighted cards so far at 0, masked before the last card;
 * and with M >= 2 these do not determine the key before the last card, nor do
 * they with the record that is published in the end (collect.c).
 */
#ifndef OPERATION_H
#define OPERATION_H

#include "plan.h"
#include "random.h"
#include "reveal.h"

struct keyshare_maintenance {
    struct plan plan;
    keyshare_maintenance_status status;
    struct random random;

    /* The new record: what it has to say, as it is written, and whole. */
    struct record_terms meant;
    struct record_draft draft;
    keyshare_record *record;

    /* By index of the new set. */
    bool taken[KEYSHARE_COUNT_MAX + 1]; /* in this round */
    bool handed_out[KEYSHARE_COUNT_MAX + 1];
    bool read_back[KEYSHARE_COUNT_MAX + 1]; /* and good */

    /* By index less 1: encoded shares that wait here, where their values lie,
     * and d(i). */
    size_t value_len;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX];
    uint8_t *values[KEYSHARE_COUNT_MAX];
    uint8_t *shifts[KEYSHARE_COUNT_MAX];

    /* The one block, and what lies in it. */
    void *block;
    size_t block_size;
    uint8_t *coins; /* for zero; in the end for the check */
    uint8_t *fresh; /* for the witness */
    uint8_t *value; /* a new share while its commitment is made */
    uint8_t *room;  /* the scheme's */
};

/** How the scheme makes new shares. */
const struct renewal *keyshare_operation_renewal(
    const keyshare_maintenance *operation);

/** Whether the quorum bears witness: for a proof, or a re-sharing's check. */
bool keyshare_operation_has_witness(const keyshare_maintenance *operation);

/** Take a plan, and the memory for all that it asks. What plan_take says, or
 * MEMORY. */
keyshare_error keyshare_operation_begin(keyshare_maintenance *operation,
    enum operation kind, const keyshare_plan *plan);

/** The most memory from begin to end; 0 if the plan is refused. */
size_t keyshare_operation_memory(
    enum operation kind, const keyshare_plan *plan);

/** Begin the encoded share of an index, its value zero. OK or MEMORY. */
keyshare_error keyshare_operation_begin_share(
    keyshare_maintenance *operation, unsigned index);

/** Seal the share of an index, its value in place, and read its form back as
 * encoded: whether it is what it should be. @secret the share */
bool keyshare_operation_seal_share(
    keyshare_maintenance *operation, unsigned index);

/** Whether the value of an index is its share in the new record; why that is
 * public. @secret the value */
bool keyshare_operation_share_is_good(
    const keyshare_maintenance *operation, unsigned index, enum reveal reason);

/** Use an awaited good card in round one; at the last one make the record
 * whole. OK, MEMORY, RANDOM, MISMATCH or FAULT.
 * @secret value, and all that comes of it */
keyshare_error keyshare_operation_collect(
    keyshare_maintenance *operation, unsigned index, const uint8_t *value);

/** The record of the new cards, once it is whole; NULL before. */
const keyshare_record *keyshare_operation_record(
    const keyshare_maintenance *operation);

/** Wipe and give back all but the object: it is over. */
void keyshare_operation_end(keyshare_maintenance *operation);

#endif
