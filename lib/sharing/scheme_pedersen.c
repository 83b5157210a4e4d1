/* SPDX-License-Identifier: ISC */
/* The scheme pedersen: verifiable secret sharing over ristretto255.
 *
 * Here are records and the judging of a card; dealing and recovering have
 * files of their own.
 */
#include "scheme.h"

#include <string.h>

#include "ct.h"
#include "memory.h"
#include "pedersen.h"
#include "pedersen_chunk.h"
#include "pedersen_deal.h"
#include "pedersen_recover.h"
#include "proof.h"

static size_t
commitments_len(size_t threshold, size_t count, size_t key_len)
{
    (void)count;
    return pedersen_commitments_len(threshold, key_len);
}

static bool
commitments_canonical(const struct scheme_set *set)
{
    size_t points = chunks_of(set->key_len) * set->threshold;

    for (size_t k = 0; k < points; k++)
        if (!keyshare_group_is_element(set->commitments + k * POINT_SIZE))
            return false;
    return true;
}

/* The proof is judged in nothing but the field's scratch. */
static size_t
proof_room(const struct scheme_set *set)
{
    struct block block = {NULL, 0};

    (void)set;
    (void)take_scratch(&block);
    return block.used;
}

static bool
proof_canonical(const struct scheme_set *set, void *room)
{
    return keyshare_proof_is_canonical(set->proof, room);
}

static bool
proof_holds(const struct scheme_set *set, void *room)
{
    return keyshare_proof_holds(set->proof, set->proof_context,
        set->commitments, set->threshold * POINT_SIZE,
        (unsigned)chunks_of(set->key_len), room);
}

/* ---- Two records of a lineage ---- */

static bool
is_same_point(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, POINT_SIZE) == 0;
}

/* The list of C_0. */
static bool
same_key(const struct scheme_set *a, const struct scheme_set *b)
{
    for (size_t j = 0; j < chunks_of(a->key_len); j++)
        if (!is_same_point(commitments_of(a, j), commitments_of(b, j)))
            return false;
    return true;
}

/* A refresh adds delta_k, delta'_k to f_k, g_k, k >= 1: C_k stays only where
 * both are zero (or by a discrete logarithm). */
static bool
is_stuck(const struct scheme_set *next, const struct scheme_set *previous)
{
    KEYSHARE_INVARIANT(next->threshold == previous->threshold);
    for (size_t j = 0; j < chunks_of(next->key_len); j++)
        for (size_t k = 1; k < next->threshold; k++)
            if (is_same_point(commitments_of(next, j) + k * POINT_SIZE,
                    commitments_of(previous, j) + k * POINT_SIZE))
                return true;
    return false;
}

/* ---- What is the same for all cards ---- */

struct prepare_room {
    uint8_t *differences;
    mp_limb_t *scratch;
};

static size_t
lay_out_prepare(
    struct prepare_room *room, const struct scheme_set *set, void *start)
{
    struct block block = {start, 0};

    room->differences =
        keyshare_block_take(&block, set->threshold * POINT_SIZE);
    room->scratch = take_scratch(&block);
    return block.used;
}

static size_t
prepare_room(const struct scheme_set *set)
{
    struct prepare_room room;

    return lay_out_prepare(&room, set, NULL);
}

/* Chunk by chunk, what the share of each index has to open. */
static size_t
prepared_len(const struct scheme_set *set)
{
    return chunks_of(set->key_len) * set->count * POINT_SIZE;
}

static void
prepare(const struct scheme_set *set, uint8_t *prepared, void *start)
{
    struct prepare_room room;

    lay_out_prepare(&room, set, start);
    for (size_t j = 0; j < chunks_of(set->key_len); j++)
        keyshare_pedersen_evaluate_all(prepared + j * set->count * POINT_SIZE,
            commitments_of(set, j), set->threshold, set->count,
            room.differences, room.scratch);
}

/* expected = what the share of that index has to open in chunk j. */
static void
evaluate(
    const struct scheme_set *set, uint8_t *expected, size_t j, unsigned index)
{
    if (set->prepared == NULL)
        keyshare_pedersen_evaluate(
            expected, commitments_of(set, j), set->threshold, index);
    else
        memcpy(expected,
            set->prepared + (j * set->count + index - 1) * POINT_SIZE,
            POINT_SIZE);
}

static uint32_t
verify(const struct scheme_set *set, unsigned index, const uint8_t *value)
{
    uint32_t good = UINT32_MAX;

    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        const uint8_t *f = value + j * PAIR_SIZE;
        const uint8_t *g = f + SCALAR_SIZE;
        uint8_t expected[POINT_SIZE];
        uint8_t opened[POINT_SIZE];

        evaluate(set, expected, j, index);
        keyshare_pedersen_commit(opened, f, g);
        good &= keyshare_scalar_is_canonical(f) &
                keyshare_scalar_is_canonical(g) &
                keyshare_ct_equal(opened, expected, POINT_SIZE);
        keyshare_memory_wipe(opened, sizeof opened);
    }
    return good;
}

/* Verified cards open commitments of one polynomial: they cannot disagree. */
static uint32_t
consistent(const struct scheme_set *set, const uint8_t *indices,
    const uint8_t *const *values, size_t count, void *room)
{
    (void)set;
    (void)indices;
    (void)values;
    (void)count;
    (void)room;
    return UINT32_MAX;
}

const struct scheme keyshare_scheme_pedersen = {
    .proof_len = KEYSHARE_PROOF_SIZE,
    .cards_prove_key = true,
    .commitments_len = commitments_len,
    .value_len = pedersen_value_len,
    .commitments_canonical = commitments_canonical,
    .proof_room = proof_room,
    .proof_canonical = proof_canonical,
    .proof_holds = proof_holds,
    .same_key = same_key,
    .is_stuck = is_stuck,
    .coins_len = keyshare_pedersen_deal_coins_len,
    .deal_room = keyshare_pedersen_deal_room,
    .deal = keyshare_pedersen_deal,
    .prove = keyshare_pedersen_deal_prove,
    .check_coins_len = keyshare_pedersen_deal_check_coins_len,
    .check_dealt = keyshare_pedersen_deal_check,
    .prepared_len = prepared_len,
    .prepare_room = prepare_room,
    .prepare = prepare,
    .verify = verify,
    .consistent = consistent,
    .recover_room = keyshare_pedersen_recover_room,
    .recover = keyshare_pedersen_recover,
};
