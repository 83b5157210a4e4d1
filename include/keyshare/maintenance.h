/* SPDX-License-Identifier: ISC */
/** @file
 * Maintenance: repair, refresh and re-share a set of cards without its key.
 *
 * An operation takes cards one at a time. Each is judged, used, and wiped by
 * its caller before the next is asked for: the cards are never in memory
 * together, and until the last one memory does not determine the key.
 *
 *     begin      keyshare_repair_begin, _refresh_begin or _reshare_begin:
 *                draws what is drawn, and says beforehand how many new cards
 *                will take form together (keyshare_maintenance_status).
 *     round one  keyshare_maintenance_present, each awaited card once, in any
 *                order. At the last one the new record is whole:
 *                keyshare_maintenance_record; its fingerprint is spoken.
 *     issue      keyshare_maintenance_hand_out, until nothing is left: the new
 *                shares that took form together. Write each to a new card,
 *                never over an old one.
 *     round two  refresh alone: keyshare_maintenance_present, each present card
 *                again, in any order; after each, hand out its new share.
 *     read back  keyshare_maintenance_read_back, each new card as written.
 *     finish     keyshare_maintenance_finish: once M new cards (repair: the
 *                one) were read back and are good, the new record is in force,
 *                and only then may old cards be erased.
 *
 * Where it breaks: before the record is whole nothing has left the library:
 * begin again. Later: with M or more good new cards the missing ones are made
 * by repair in the new set; with fewer the new record is abandoned: erase its
 * cards; the old set is untouched, and the next attempt makes a sibling at the
 * same epoch.
 *
 * What it protects from: an image of this machine's memory taken at any moment
 * but the last card's, even beside the record that is published later (at least
 * one more card is wanted), and a slip that prints or stores. What takes form
 * together is in memory until it is handed out; where that comes to a quorum
 * the status says so beforehand. What it does not protect from: whoever
 * controls this machine through the whole ceremony; an old quorum of cards that
 * were not erased, which still gives the key; whoever once kept an opening of
 * the key commitment, and can make records with a proof for ever. Against an
 * old quorum only a new key helps.
 *
 * gf256: a card that verifies is what was dealt, not that the dealing was good.
 * A re-sharing out of a bad dealing gives a set whose recovery is refused (its
 * key tag is not looked at, since the key is never made): keep old cards until
 * a quorum of the new set has recovered the key, or check more than M old ones
 * first (keyshare_check).
 *
 * Sources: refresh adds a sharing of zero (Herzberg, Jarecki, Krawczyk, Yung,
 * CRYPTO '95, section 3.3); repair is section 4.2 there, by one party that sees
 * one share at a time; re-sharing is Desmedt and Jajodia, Redistributing secret
 * shares to new access structures (1997), likewise.
 *
 * An operation is one thread's. Plan, record and what is known are read, not
 * changed; all but the plan must live as long as the operation.
 */
#ifndef KEYSHARE_MAINTENANCE_H
#define KEYSHARE_MAINTENANCE_H

#include <keyshare/error.h>
#include <keyshare/image.h>
#include <keyshare/policy.h>
#include <keyshare/random.h>
#include <keyshare/record.h>
#include <keyshare/recover.h>
#include <keyshare/secret.h>
#include <keyshare/verdict.h>

KEYSHARE_BEGIN_DECLS

/** An operation under way. */
typedef struct keyshare_maintenance keyshare_maintenance;

/** What is to be done, and who is present. Begin with KEYSHARE_PLAN_INIT; leave
 * alone what the operation does not name. */
typedef struct keyshare_plan {
    size_t size;                       /**< of this structure */
    const keyshare_record *record;     /**< of the set as it is */
    const keyshare_expected *expected; /**< NULL: nothing told */
    /** The indices whose cards are here, distinct, at least M. A refresh awaits
     * all of them, the others the first M. */
    const uint8_t *present;
    size_t present_count;
    /** Repair: the index whose share is made again; none of the present. */
    unsigned index;
    /** Refresh: absent indices whose shares are left to a later repair in the
     * new set; distinct. NULL if later_count is 0. */
    const uint8_t *later;
    size_t later_count;
    /** Refresh, re-share: the new set's terms (keyshare_record_terms gives
     * those that stay). A refresh keeps role, M and N; the scheme always
     * stays. */
    const keyshare_terms *terms;
    /** Re-share: not 0: the threshold may become lower than it was. It lowers
     * the lineage's weakest set for good. */
    int lower_threshold;
    /** Refresh, re-share: what to draw from; NULL: the system's generator. */
    const keyshare_random *random;
} keyshare_plan;

/** Nothing is planned. */
#define KEYSHARE_PLAN_INIT                                                     \
    {                                                                          \
        sizeof(keyshare_plan), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                    \
    }

/** How far an operation is. */
typedef enum keyshare_phase {
    /** Over: failed, or finished. Free it. */
    KEYSHARE_PHASE_ENDED = 0,
    /** Round one: cards are awaited. Nothing has left the library. */
    KEYSHARE_PHASE_COLLECTING = 1,
    /** The record is whole; new shares are handed out. */
    KEYSHARE_PHASE_ISSUING = 2
} keyshare_phase;

/** Where an operation stands. */
typedef struct keyshare_maintenance_status {
    keyshare_phase phase;
    unsigned accepted; /**< cards that this round has taken */
    unsigned awaited;  /**< cards that this round takes in all */
    /** How many new shares take form together at round one's last card. */
    unsigned together;
    /** Not 0 if they, with the card on the table, come to a quorum. */
    int together_quorum;
    unsigned good;   /**< new cards that were read back and are good */
    unsigned needed; /**< so many of those to be finished */
} keyshare_maintenance_status;

/** The terms under which a record was made, but for its time, which is 0.
 *
 * @param[in] record  the record
 *
 * @return the terms; the label points into RECORD
 *
 * @secret none
 */
KEYSHARE_API keyshare_terms keyshare_record_terms(
    const keyshare_record *record);

/** Begin to make the share of one index again, from M others.
 *
 * The share is what the broken card held, bit for bit. The old card, should it
 * turn up, is still good: refresh if it may be in other hands.
 *
 * @param[out] maintenance  the operation; the caller's to free
 * @param[in]  plan         record, expected, present, index
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or PLAN is not well made
 *                                  or says what a repair does not ask
 * @retval KEYSHARE_ERR_INDEX       an index is 0, above the count or given
 *                                  twice, or the one to be repaired is present
 * @retval KEYSHARE_ERR_UNEXPECTED  the record is not the one expected
 * @retval KEYSHARE_ERR_QUORUM      fewer than the threshold are present
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT       the latch is closed (self_test.h)
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_repair_begin(
    keyshare_maintenance **maintenance, const keyshare_plan *plan);

/** Begin to give every holder a new share of the same key.
 *
 * Old shares do not work with new ones. With M = 1 there is nothing to change:
 * the new record is of the same values.
 *
 * @param[out] maintenance  the operation; the caller's to free
 * @param[in]  plan         record, expected, present, later, terms, random
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or PLAN is not well made
 *                                  or says what a refresh does not ask
 * @retval KEYSHARE_ERR_POLICY      the terms change role, scheme, M or N, or
 *                                  the epoch cannot grow
 * @retval KEYSHARE_ERR_LABEL       the label is not a legal one
 * @retval KEYSHARE_ERR_INDEX       an index is 0, above the count or given
 *                                  twice, or one is both present and for later
 * @retval KEYSHARE_ERR_UNEXPECTED  the record is not the one expected
 * @retval KEYSHARE_ERR_QUORUM      fewer than the threshold are present
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_RANDOM      random failed, or gave what only a stuck
 *                                  generator gives
 * @retval KEYSHARE_ERR_FAULT       what was made did not pass its own check, or
 *                                  the latch is closed (self_test.h)
 *
 * @secret what is drawn
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_refresh_begin(
    keyshare_maintenance **maintenance, const keyshare_plan *plan);

/** Begin to share the same key under another role, M, N or label.
 *
 * The cards of the new set take form together, at the last card.
 *
 * @param[out] maintenance  the operation; the caller's to free
 * @param[in]  plan         record, expected, present, terms, lower_threshold,
 *                          random
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL, or PLAN is not well made
 *                                  or says what a re-sharing does not ask
 * @retval KEYSHARE_ERR_POLICY      nothing may be dealt under such terms, they
 *                                  change the scheme, lower the threshold
 *                                  unasked, or the epoch cannot grow
 * @retval KEYSHARE_ERR_LABEL       the label is not a legal one
 * @retval KEYSHARE_ERR_INDEX       an index is 0, above the count or given
 *                                  twice
 * @retval KEYSHARE_ERR_UNEXPECTED  the record is not the one expected
 * @retval KEYSHARE_ERR_QUORUM      fewer than the threshold are present
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_RANDOM      random failed, or gave what only a stuck
 *                                  generator gives
 * @retval KEYSHARE_ERR_FAULT       what was made did not pass its own check, or
 *                                  the latch is closed (self_test.h)
 *
 * @secret what is drawn
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_reshare_begin(
    keyshare_maintenance **maintenance, const keyshare_plan *plan);

/** Where an operation stands.
 *
 * @param[in] maintenance  the operation
 *
 * @return the status, which changes with the operation and lives as long
 *
 * @secret none
 */
KEYSHARE_API const keyshare_maintenance_status *keyshare_maintenance_status_of(
    const keyshare_maintenance *maintenance);

/** Whether a card of that index is awaited in this round.
 *
 * @param[in] maintenance  the operation
 * @param[in] index        any
 *
 * @return not 0 if it is
 *
 * @secret none
 */
KEYSHARE_API int keyshare_maintenance_awaits(
    const keyshare_maintenance *maintenance, unsigned index);

/** Present one card of the old set: it is judged, and used if it is awaited.
 *
 * The caller wipes the card's image before the next is read. A card that is of
 * another set, or was presented before in this round, disturbs nothing: see
 * VERDICT. In round one a card that is damaged or invalid ends the attempt, and
 * so does every error but ARGUMENT, INDEX and STATE: all is wiped, and an
 * attempt begun again draws everything anew. In round two a bad card costs its
 * own new share and nothing else.
 *
 * @param[in,out] maintenance  the operation
 * @param[out]    verdict      what the card is; NONE where it was not judged
 * @param[in]     card         its image
 *
 * @retval KEYSHARE_OK              it was judged: see VERDICT
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL
 * @retval KEYSHARE_ERR_STATE       no card is awaited, or the share that the
 *                                  last one gave was not handed out yet
 * @retval KEYSHARE_ERR_INDEX       a good card, but of an index that is not
 *                                  awaited: it was not used
 * @retval KEYSHARE_ERR_QUORUM      round one: the card is bad, see VERDICT: the
 *                                  attempt is over
 * @retval KEYSHARE_ERR_MISMATCH    gf256: good cards, but not of one polynomial
 *                                  with an absent one: the dealing was bad
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_RANDOM      random failed
 * @retval KEYSHARE_ERR_FAULT       what was made did not pass its own check, or
 *                                  the latch is closed (self_test.h)
 *
 * @secret the card's share value, what is drawn
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_maintenance_present(
    keyshare_maintenance *maintenance, keyshare_verdict *verdict,
    const keyshare_image *card);

/** The new set's record, once it is whole: to be written on each new card.
 *
 * It is in force only when the operation is finished.
 *
 * @param[in] maintenance  the operation
 *
 * @return the record (repair: the given one), which lives as long as the
 *         operation; NULL while cards are collected, and after the end
 *
 * @secret none
 */
KEYSHARE_API const keyshare_record *keyshare_maintenance_record(
    const keyshare_maintenance *maintenance);

/** Hand out the next new share.
 *
 * @param[in,out] maintenance  the operation
 * @param[out]    index        whose it is; 0 if there is none at present
 * @param[out]    share        an encoded share, the caller's to free; NULL if
 *                             there is none at present
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_ARGUMENT  a pointer is NULL
 * @retval KEYSHARE_ERR_STATE     the record is not whole, or the operation ended
 *
 * @secret share
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_maintenance_hand_out(
    keyshare_maintenance *maintenance, unsigned *index,
    keyshare_secret **share);

/** Judge a new card as it was read back. Good ones count, each index once.
 *
 * @param[in,out] maintenance  the operation
 * @param[out]    verdict      what the card is, as a card of the new set
 * @param[in]     card         its image
 *
 * @retval KEYSHARE_OK              it was judged: see VERDICT
 * @retval KEYSHARE_ERR_ARGUMENT    a pointer is NULL
 * @retval KEYSHARE_ERR_STATE       the record is not whole, or the operation
 *                                  ended
 * @retval KEYSHARE_ERR_INDEX       a good card, but of an index that was not
 *                                  handed out: it does not count
 * @retval KEYSHARE_ERR_MEMORY
 * @retval KEYSHARE_ERR_FAULT       the latch is closed (self_test.h)
 *
 * @secret the card's share value
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_maintenance_read_back(
    keyshare_maintenance *maintenance, keyshare_verdict *verdict,
    const keyshare_image *card);

/** Finish: put the new record in force. All secrets left are wiped.
 *
 * @param[in,out] maintenance  the operation; ended where this succeeds
 * @param[out]    record       the new record, the caller's to free (repair:
 *                             NULL); may be NULL
 *
 * @retval KEYSHARE_OK            in force: old cards may be erased
 * @retval KEYSHARE_ERR_ARGUMENT  MAINTENANCE is NULL
 * @retval KEYSHARE_ERR_STATE     the record is not whole, or the operation ended
 * @retval KEYSHARE_ERR_QUORUM    fewer new cards than needed were read back and
 *                                are good; the operation goes on
 *
 * @secret none
 */
KEYSHARE_API KEYSHARE_NODISCARD keyshare_error keyshare_maintenance_finish(
    keyshare_maintenance *maintenance, keyshare_record **record);

/** Wipe and free an operation, and set the pointer to NULL.
 *
 * @param[in,out] maintenance  the address of the pointer; NULL in either:
 *                             nothing
 *
 * @secret none
 */
KEYSHARE_API void keyshare_maintenance_free(keyshare_maintenance **maintenance);

/** The most memory that a repair takes at one time, from begin to free, counted
 * as memory.h says, with what it hands out; more where a card carries another
 * record (keyshare_record_memory).
 *
 * @param[in] plan  as for keyshare_repair_begin
 *
 * @return the number of bytes; 0 if the plan would be refused
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_repair_memory(const keyshare_plan *plan);

/** The most memory that a refresh takes at one time, likewise.
 *
 * @param[in] plan  as for keyshare_refresh_begin
 *
 * @return the number of bytes; 0 if the plan would be refused
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_refresh_memory(const keyshare_plan *plan);

/** The most memory that a re-sharing takes at one time, likewise.
 *
 * @param[in] plan  as for keyshare_reshare_begin
 *
 * @return the number of bytes; 0 if the plan would be refused
 *
 * @secret none
 */
KEYSHARE_API size_t keyshare_reshare_memory(const keyshare_plan *plan);

KEYSHARE_END_DECLS

#endif
